//! In which reference system are these coordinates, really? A declared system is believed only if the coordinates can
//! be in it; without one, degrees mean WGS84 and anything else Lambert-93. A file of which more than half of the
//! features are impossible is refused, unless every feature fits what its numbers suggest: then that is taken, and said.

use super::raw::{DeclaredCrs, RawFeature, RawGeometry, RawLayer};
use crate::crs::{Crs, LonLat, Territory};
use crate::report::{
    COORDINATES_SWAPPED, CRS_IMPOSSIBLE, CRS_REPAIRED, CRS_UNKNOWN, Finding, Place, at, counted,
};
use geo::{Coord, CoordsIter, Geometry};
use rayon::prelude::*;

/// Where a feature lies if its coordinates are in some system.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lies {
    /// No coordinates to judge.
    Nowhere,
    /// In France, measured in this territory's projection.
    InFrance(Territory),
    /// In the system's area of use, outside France.
    Abroad(LonLat),
    /// Abroad as written, in France once its two coordinates are exchanged.
    Swapped(LonLat),
    /// Not in the system's area of use, or not a number.
    Impossible(Coord<f64>),
}

/// What was decided for a layer.
#[derive(Debug)]
pub struct Belief {
    /// The system to read with; `None` when the layer is refused or has no coordinates.
    pub crs: Option<Crs>,
    /// Of each feature, in order (empty when refused).
    pub lies: Vec<Lies>,
    /// Repair, or why it is refused.
    pub findings: Vec<Finding>,
    /// Cannot be right: nothing of the layer may be taken.
    pub refused: bool,
}

/// Decides for a layer.
pub fn believe(layer: &RawLayer) -> Belief {
    let guess = guess(&layer.features);
    let (declared, written) = match &layer.declared_crs {
        DeclaredCrs::None => (Some(guess.clone()), format!("EPSG:{}", guess.epsg())),
        DeclaredCrs::Epsg(code) => (Crs::from_epsg(*code).ok(), format!("EPSG:{code}")),
        DeclaredCrs::Unknown(text) => (None, text.chars().take(80).collect()),
    };
    if let Some(crs) = &declared {
        let lies = locate(&layer.features, crs);
        let judged = Tally::of(&lies);
        if judged.located == 0 {
            return Belief {
                crs: None,
                lies,
                findings: Vec::new(),
                refused: false,
            };
        }
        if judged.swapped * 2 > judged.located {
            return refused(COORDINATES_SWAPPED.finding(
                Place {
                    position: judged.first_swapped,
                    ..at(&layer.file)
                },
                format!(
                    "Longitude et latitude sont inversées : {} sur {} hors de France en l’état, et en France une fois les deux coordonnées échangées.",
                    counted(judged.swapped as u64, "objet", "objets"),
                    judged.located
                ),
                "Exportez de nouveau avec la longitude (est) d’abord, la latitude (nord) ensuite.",
            ));
        }
        if judged.impossible * 2 <= judged.located {
            return Belief {
                crs: Some(crs.clone()),
                lies,
                findings: Vec::new(),
                refused: false,
            };
        }
        if layer.declared_crs == DeclaredCrs::None {
            return refused(impossible(layer, &written, judged));
        }
    }
    // The declaration is not believed: what the numbers themselves suggest must then fit every feature.
    let lies = locate(&layer.features, &guess);
    let judged = Tally::of(&lies);
    if judged.located == 0 {
        return Belief {
            crs: None,
            lies,
            findings: Vec::new(),
            refused: false,
        };
    }
    if judged.in_france == judged.located {
        let finding = CRS_REPAIRED.finding(
            at(&layer.file),
            format!(
                "Le fichier annonce {written}, {} ; toutes conviennent à EPSG:{}, qui a été pris.",
                if declared.is_some() {
                    "où ses coordonnées ne peuvent pas être"
                } else {
                    "que nous ne connaissons pas"
                },
                guess.epsg()
            ),
            "Vérifiez quelques points sur la carte et corrigez la déclaration (« crs », .prj ou table du GeoPackage).",
        );
        return Belief {
            crs: Some(guess),
            lies,
            findings: vec![finding],
            refused: false,
        };
    }
    if declared.is_some() {
        let judged = Tally::of(&locate(
            &layer.features,
            declared.as_ref().unwrap_or(&guess),
        ));
        return refused(impossible(layer, &written, judged));
    }
    refused(CRS_UNKNOWN.finding(
        at(&layer.file),
        format!("Système de coordonnées inconnu : « {written} »."),
        "Convertissez le fichier en EPSG:2154 (Lambert-93) ou en EPSG:4326 (longitude, latitude).",
    ))
}

fn refused(finding: Finding) -> Belief {
    Belief {
        crs: None,
        lies: Vec::new(),
        findings: vec![finding],
        refused: true,
    }
}

fn impossible(layer: &RawLayer, written: &str, judged: Tally) -> Finding {
    let example = judged.first_impossible.map_or(String::new(), |c| {
        format!(", par exemple ({} ; {})", c.x, c.y)
    });
    CRS_IMPOSSIBLE.finding(
        at(&layer.file),
        format!(
            "Coordonnées impossibles en {written} pour {} sur {}{example}.",
            counted(judged.impossible as u64, "objet", "objets"),
            judged.located
        ),
        "Vérifiez le système de coordonnées du fichier, puis convertissez-le en EPSG:2154 ou en EPSG:4326.",
    )
}

#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    located: usize,
    in_france: usize,
    swapped: usize,
    first_swapped: Option<LonLat>,
    impossible: usize,
    first_impossible: Option<Coord<f64>>,
}

impl Tally {
    fn of(lies: &[Lies]) -> Self {
        let mut tally = Self::default();
        for lie in lies {
            match lie {
                Lies::Nowhere => continue,
                Lies::InFrance(_) => tally.in_france += 1,
                Lies::Abroad(_) => {}
                Lies::Swapped(place) => {
                    tally.swapped += 1;
                    tally.first_swapped.get_or_insert(*place);
                }
                Lies::Impossible(c) => {
                    tally.impossible += 1;
                    tally.first_impossible.get_or_insert(*c);
                }
            }
            tally.located += 1;
        }
        tally
    }
}

/// WGS84 when most features are within ±180 and ±90, else Lambert-93.
fn guess(features: &[RawFeature]) -> Crs {
    let (mut degrees, mut metres) = (0_usize, 0_usize);
    for feature in features {
        if let RawGeometry::Shape(shape) = &feature.geometry {
            match shape
                .coords_iter()
                .find(|c| c.x.is_finite() && c.y.is_finite())
            {
                Some(c) if c.x.abs() <= 180.0 && c.y.abs() <= 90.0 => degrees += 1,
                Some(_) => metres += 1,
                None => {}
            }
        }
    }
    if degrees >= metres {
        Crs::wgs84()
    } else {
        Crs::lambert93()
    }
}

fn locate(features: &[RawFeature], crs: &Crs) -> Vec<Lies> {
    features
        .par_iter()
        .map(|feature| match &feature.geometry {
            RawGeometry::Shape(shape) => locate_shape(shape, crs),
            RawGeometry::Missing | RawGeometry::Bad(_) => Lies::Nowhere,
        })
        .collect()
}

fn locate_shape(shape: &Geometry<f64>, crs: &Crs) -> Lies {
    let (mut low, mut high): (Option<Coord<f64>>, Coord<f64>) = (None, Coord { x: 0.0, y: 0.0 });
    for c in shape.coords_iter() {
        if !c.x.is_finite() || !c.y.is_finite() {
            return Lies::Impossible(c);
        }
        match &mut low {
            None => {
                low = Some(c);
                high = c;
            }
            Some(low) => {
                low.x = low.x.min(c.x);
                low.y = low.y.min(c.y);
                high.x = high.x.max(c.x);
                high.y = high.y.max(c.y);
            }
        }
    }
    let Some(low) = low else {
        return Lies::Nowhere;
    };
    // Areas of use are convex enough: a box whose four corners and centre are possible holds possible coordinates.
    let middle = Coord {
        x: f64::midpoint(low.x, high.x),
        y: f64::midpoint(low.y, high.y),
    };
    let corners = [
        low,
        high,
        Coord {
            x: low.x,
            y: high.y,
        },
        Coord {
            x: high.x,
            y: low.y,
        },
    ];
    let Some(place) = possible(crs, middle) else {
        return Lies::Impossible(low);
    };
    if corners.iter().any(|&c| possible(crs, c).is_none()) {
        // A corner of the box may hold nothing: look at the coordinates themselves.
        if let Some(c) = shape.coords_iter().find(|&c| possible(crs, c).is_none()) {
            return Lies::Impossible(c);
        }
    }
    let territory = Territory::of(place);
    if territory.covers(place) {
        return Lies::InFrance(territory);
    }
    let swapped = LonLat::new(place.lat, place.lon);
    if crs.is_geographic() && swapped.is_some_and(|s| Territory::of(s).covers(s)) {
        return Lies::Swapped(place);
    }
    Lies::Abroad(place)
}

/// The coordinate in degrees, if it is in the system's area of use.
fn possible(crs: &Crs, c: Coord<f64>) -> Option<LonLat> {
    let place = crs.to_lonlat(c.x, c.y).ok()?;
    // National files are in Lambert-93 throughout: overseas, far from its area of use, its metres still say one place each.
    if crs.epsg() == 2154 && Territory::of(place) != Territory::Mainland {
        return Some(place);
    }
    let (west, south, east, north) = area_of_use(crs.epsg());
    ((west..=east).contains(&place.lon) && (south..=north).contains(&place.lat)).then_some(place)
}

/// West, south, east, north in degrees, after the EPSG registry, with the margins in which people do use a system
/// (a UTM zone over a whole country, a CC zone half a degree past its band).
fn area_of_use(epsg: u16) -> (f64, f64, f64, f64) {
    match epsg {
        2154 | 9793 => (-9.86, 41.15, 10.38, 51.56),
        3942..=3950 => {
            let parallel = f64::from(epsg - 3900);
            (-9.86, parallel - 1.5, 10.38, parallel + 1.5)
        }
        27561..=27564 | 27571..=27574 => (-9.86, 41.15, 10.38, 51.56),
        25828..=25838 => {
            let meridian = f64::from(epsg - 25800) * 6.0 - 183.0;
            (meridian - 9.0, 32.0, meridian + 9.0, 84.5)
        }
        32601..=32660 => {
            let meridian = f64::from(epsg - 32600) * 6.0 - 183.0;
            (meridian - 9.0, -5.0, meridian + 9.0, 84.5)
        }
        32701..=32760 => {
            let meridian = f64::from(epsg - 32700) * 6.0 - 183.0;
            (meridian - 9.0, -80.5, meridian + 9.0, 5.0)
        }
        5490 => (-64.0, 13.0, -59.5, 19.5),
        2972 => (-57.0, 1.0, -47.0, 10.0),
        2975 => (37.0, -26.0, 59.0, -10.0),
        4471 => (43.0, -15.0, 47.0, -11.0),
        4467 => (-58.5, 43.0, -54.5, 48.5),
        3857 | 3785 => (-180.0, -85.1, 180.0, 85.1),
        _ => (-180.0, -90.0, 180.0, 90.0),
    }
}

#[cfg(test)]
mod tests {
    use super::super::raw::Format;
    use super::*;
    use geo::{LineString, line_string};
    use serde_json::Map;

    fn layer(declared_crs: DeclaredCrs, lines: &[[(f64, f64); 2]]) -> RawLayer {
        RawLayer {
            file: "essai.geojson".into(),
            stem: "essai".into(),
            format: Format::GeoJson,
            declared_crs,
            features: lines
                .iter()
                .enumerate()
                .map(|(i, ends)| RawFeature {
                    number: i as u64 + 1,
                    properties: Map::new(),
                    geometry: RawGeometry::Shape(LineString::from(ends.to_vec()).into()),
                })
                .collect(),
        }
    }

    const PARIS_L93: [(f64, f64); 2] = [(652_000.0, 6_862_000.0), (652_100.0, 6_862_000.0)];
    const PARIS: [(f64, f64); 2] = [(2.35, 48.85), (2.351, 48.85)];
    const SWAPPED: [(f64, f64); 2] = [(48.85, 2.35), (48.85, 2.351)];

    fn epsg(belief: &Belief) -> Option<u16> {
        belief.crs.as_ref().map(Crs::epsg)
    }

    #[test]
    fn without_a_declaration_degrees_are_wgs84_and_the_rest_lambert_93() {
        assert_eq!(
            epsg(&believe(&layer(DeclaredCrs::None, &[PARIS]))),
            Some(4326)
        );
        assert_eq!(
            epsg(&believe(&layer(DeclaredCrs::None, &[PARIS_L93]))),
            Some(2154)
        );
    }

    #[test]
    fn a_wrong_declaration_is_repaired_with_a_warning_when_everything_fits() {
        let belief = believe(&layer(DeclaredCrs::Epsg(4326), &[PARIS_L93, PARIS_L93]));
        assert_eq!(epsg(&belief), Some(2154));
        assert_eq!(belief.findings[0].code, "crs-repaired");
        let belief = believe(&layer(DeclaredCrs::Epsg(2154), &[PARIS]));
        assert_eq!(epsg(&belief), Some(4326));
    }

    #[test]
    fn a_wrong_declaration_that_nothing_explains_is_refused() {
        let cc48 = [(1_652_000.0, 7_295_000.0), (1_652_100.0, 7_295_000.0)];
        let belief = believe(&layer(DeclaredCrs::Epsg(4326), &[cc48, PARIS_L93, cc48]));
        assert!(belief.refused);
        assert_eq!(belief.findings[0].code, "crs-impossible");
        let belief = believe(&layer(DeclaredCrs::Unknown("LOCAL_CS".into()), &[cc48]));
        assert!(belief.refused);
        assert_eq!(belief.findings[0].code, "crs-unknown");
    }

    #[test]
    fn a_single_impossible_feature_does_not_refuse_the_file() {
        let nan = [(f64::NAN, 48.0), (2.0, 48.0)];
        let belief = believe(&layer(
            DeclaredCrs::None,
            &[PARIS, nan, PARIS, PARIS_L93, PARIS],
        ));
        assert_eq!(epsg(&belief), Some(4326));
        assert!(matches!(belief.lies[1], Lies::Impossible(_)));
        assert!(matches!(belief.lies[3], Lies::Impossible(_)));
        assert!(matches!(
            belief.lies[4],
            Lies::InFrance(Territory::Mainland)
        ));
    }

    #[test]
    fn swapped_coordinates_are_named_as_such() {
        let belief = believe(&layer(DeclaredCrs::None, &[SWAPPED, SWAPPED]));
        assert!(belief.refused);
        assert_eq!(belief.findings[0].code, "coordinates-swapped");
    }

    #[test]
    fn a_german_network_in_its_own_system_is_abroad_not_impossible() {
        let görlitz = [(480_286.0, 5_711_066.9), (480_271.6, 5_711_056.0)];
        let belief = believe(&layer(DeclaredCrs::Epsg(25833), &[görlitz]));
        assert!(!belief.refused);
        assert!(matches!(belief.lies[0], Lies::Abroad(_)));
    }

    #[test]
    fn overseas_rows_of_a_national_file_are_in_their_territory_whatever_its_projection() {
        let line = |lon: f64, lat: f64| {
            [0.0, 1e-3].map(|east| {
                let (x, y) = crate::crs::lambert93_from_lonlat(LonLat {
                    lon: lon + east,
                    lat,
                });
                // To the tenth of a millimetre, as files are written.
                ((x * 1e4).round() / 1e4, (y * 1e4).round() / 1e4)
            })
        };
        let belief = believe(&layer(
            DeclaredCrs::Epsg(2154),
            &[
                PARIS_L93,
                line(-61.55, 16.25),
                line(-52.33, 4.93),
                line(55.45, -20.88),
                line(45.23, -12.78),
                line(-56.18, 46.78),
            ],
        ));
        let expected = Territory::ALL.map(Lies::InFrance);
        assert_eq!(belief.lies, expected);
        let swapped = PARIS_L93.map(|(x, y)| (y, x));
        assert!(believe(&layer(DeclaredCrs::Epsg(2154), &[swapped])).refused);
    }

    #[test]
    fn empty_layers_are_not_refused() {
        let mut empty = layer(DeclaredCrs::Unknown("?".into()), &[]);
        assert!(!believe(&empty).refused);
        empty.features.push(RawFeature {
            number: 1,
            properties: Map::new(),
            geometry: RawGeometry::Shape(line_string![].into()),
        });
        assert!(!believe(&empty).refused);
    }
}
