//! In which reference system does a request speak? WGS84 in the order longitude, latitude, or Lambert-93.

use crate::http::problem::{Code, Problem};
use caloduc_engine::crs::{
    LonLat, Projected, Territory, lambert93_from_lonlat, lonlat_from_lambert93,
};
use caloduc_engine::snapshot::{Part, PartRole, Row};
use geo::{Coord, Geometry, LineString, MapCoords, MultiLineString, MultiPolygon, Point, Polygon};

/// A reference system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Crs {
    /// OGC:CRS84.
    #[default]
    Degrees,
    /// EPSG:2154.
    Lambert93,
}

impl Crs {
    /// Both, the one coordinates are kept in first.
    pub(super) const ALL: [Self; 2] = [Self::Degrees, Self::Lambert93];

    /// Its address.
    pub(super) fn uri(self) -> &'static str {
        match self {
            Self::Degrees => "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
            Self::Lambert93 => "http://www.opengis.net/def/crs/EPSG/0/2154",
        }
    }

    /// The system of that address, in brackets or not, or of its short name.
    pub(super) fn parse(text: &str, parameter: &str) -> Result<Self, Problem> {
        let text = text.trim_matches(['[', ']', '<', '>']);
        let short = |crs: Self| match crs {
            Self::Degrees => "OGC:CRS84",
            Self::Lambert93 => "EPSG:2154",
        };
        Self::ALL
            .into_iter()
            .find(|crs| text == crs.uri() || text.eq_ignore_ascii_case(short(*crs)))
            .ok_or_else(|| {
                Problem::new(Code::InvalidParameter)
                    .at(parameter)
                    .detail("Système de coordonnées non proposé.")
                    .remedy(format!(
                        "Choisissez {} ou {}.",
                        Self::ALL[0].uri(),
                        Self::ALL[1].uri()
                    ))
            })
    }

    /// A position of this system in degrees.
    pub(super) fn to_degrees(self, at: Coord<f64>) -> Coord<f64> {
        match self {
            Self::Degrees => at,
            Self::Lambert93 => {
                let place = lonlat_from_lambert93(at.x, at.y);
                Coord {
                    x: place.lon,
                    y: place.lat,
                }
            }
        }
    }

    fn of_row(self, at: Projected) -> Coord<f64> {
        if self == Self::Lambert93 && at.territory == Territory::Mainland {
            return Coord { x: at.x, y: at.y };
        }
        let place = at.to_lonlat();
        match self {
            Self::Degrees => Coord {
                x: place.lon,
                y: place.lat,
            },
            Self::Lambert93 => {
                let (x, y) = lambert93_from_lonlat(place);
                Coord { x, y }
            }
        }
    }

    /// Decimals of a coordinate: a centimetre.
    pub(super) fn decimals(self) -> u32 {
        match self {
            Self::Degrees => 7,
            Self::Lambert93 => 2,
        }
    }
}

/// A row's shape in a system, to the centimetre: what is compared is what is shown.
pub(super) fn shape(row: &Row<'_>, crs: Crs) -> Geometry<f64> {
    let scale = 10_f64.powi(crs.decimals() as i32);
    shape_by(row, |at| {
        let at = crs.of_row(at);
        Coord {
            x: (at.x * scale).round() / scale,
            y: (at.y * scale).round() / scale,
        }
    })
}

/// A row's shape in metres, in the legal projection of its territory.
pub(super) fn planar_shape(row: &Row<'_>) -> Geometry<f64> {
    shape_by(row, |at| Coord { x: at.x, y: at.y })
}

/// A shape of degrees in metres, in the legal projection of a territory.
pub(super) fn planar(shape: &Geometry<f64>, territory: Territory) -> Geometry<f64> {
    shape.map_coords(|at| {
        let place = LonLat {
            lon: at.x,
            lat: at.y,
        };
        let at = Projected::in_territory(territory, place);
        Coord { x: at.x, y: at.y }
    })
}

fn shape_by(row: &Row<'_>, to: impl Fn(Projected) -> Coord<f64> + Copy) -> Geometry<f64> {
    let positions = |part: &Part<'_>| LineString(part.projected().map(to).collect());
    let mut lines = Vec::new();
    let mut polygons: Vec<(LineString<f64>, Vec<LineString<f64>>)> = Vec::new();
    for part in row.parts() {
        match part.role {
            PartRole::Point => {
                if let Some(at) = part.projected().next() {
                    return Geometry::Point(Point(to(at)));
                }
            }
            PartRole::Line => lines.push(positions(&part)),
            PartRole::Outer => polygons.push((positions(&part), Vec::new())),
            PartRole::Hole => {
                if let Some((_, holes)) = polygons.last_mut() {
                    holes.push(positions(&part));
                }
            }
        }
    }
    if polygons.is_empty() {
        return Geometry::MultiLineString(MultiLineString(lines));
    }
    let polygons = polygons
        .into_iter()
        .map(|(outer, holes)| Polygon::new(outer, holes));
    Geometry::MultiPolygon(MultiPolygon(polygons.collect()))
}
