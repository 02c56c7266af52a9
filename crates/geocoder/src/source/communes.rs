//! What communes exist, where, under which names and postcodes, and how many people live there?
//! Reads outlines (GeoJSON), the official code of communes and its populations, and La Poste's table.

use std::io::Read;

use super::ban::{is_citycode, is_postcode};
use super::{SourceError, SourceReport, Table, decoded, degrees_e7};

/// One statement about one commune; what a file does not say stays empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CommuneFact {
    /// INSEE code.
    pub citycode: String,
    /// Official name, accents and all; empty when the file has none.
    pub name: String,
    /// Another name it goes by (La Poste's, a former or delegated commune).
    pub alias: String,
    /// A postcode.
    pub postcode: String,
    /// Inhabitants.
    pub population: Option<u32>,
    /// A point of it, lon and lat in 10⁻⁷ degrees.
    pub center_e7: Option<(i32, i32)>,
}

/// Reads any of the tables of communes: which one is told by its columns.
pub fn read_table(
    reader: impl Read + Send,
    mut each: impl FnMut(CommuneFact),
) -> Result<SourceReport, SourceError> {
    let mut table = Table::open(decoded(reader)?)?;
    let mut report = SourceReport::default();
    let code = table.required(&["com", "code_commune_insee"])?;
    let kind = table.column(&["typecom"]);
    let parent = table.column(&["comparent"]);
    let label = table.column(&["libelle", "commune"]);
    let population = table.column(&["pmun", "ptot", "population"]);
    let postal_name = table.column(&["nom_commune", "nom_de_la_commune"]);
    let postcode = table.column(&["code_postal"]);
    let line5 = table.column(&["ligne_5"]);
    let point = table.column(&["coordonnees_gps", "_geopoint"]);
    while table.advance()? {
        report.rows += 1;
        let own = table.cell(Some(code)).into_owned();
        let above = table.cell(parent).into_owned();
        let kind = table.cell(kind).into_owned();
        // Delegated and associated communes are other names of the one they belong to; arrondissements stand by themselves.
        let is_part = matches!(kind.as_str(), "COMD" | "COMA");
        let citycode = if is_part && !above.is_empty() {
            above
        } else {
            own
        };
        if !is_citycode(&citycode) {
            report.blame(
                table.row,
                "com",
                format!("«\u{a0}{citycode}\u{a0}» n’est pas un code INSEE\u{202f}; ligne écartée"),
            );
            continue;
        }
        let mut fact = CommuneFact {
            citycode,
            ..CommuneFact::default()
        };
        if is_part {
            fact.alias = table.cell(label).into_owned();
        } else {
            fact.name = table.cell(label).into_owned();
            fact.population = population.and_then(|c| {
                table
                    .cell(Some(c))
                    .replace(['\u{a0}', ' ', '\u{202f}'], "")
                    .parse()
                    .ok()
            });
        }
        if let Some(column) = postal_name.filter(|_| postcode.is_some()) {
            fact.alias = table.cell(Some(column)).into_owned();
            let place = table.cell(line5);
            if !place.is_empty() {
                each(CommuneFact {
                    citycode: fact.citycode.clone(),
                    alias: place.into_owned(),
                    ..CommuneFact::default()
                });
            }
        }
        let code_text = table.cell(postcode);
        if is_postcode(&code_text) {
            fact.postcode = code_text.into_owned();
        }
        let point_text = table.cell(point).into_owned();
        if let Some((lat, lon)) = point_text.split_once(',') {
            fact.center_e7 = degrees_e7(lon.trim(), 180.0).zip(degrees_e7(lat.trim(), 90.0));
        }
        report.kept += 1;
        each(fact);
    }
    Ok(report)
}

#[derive(serde::Deserialize)]
struct Collection {
    features: Vec<Feature>,
}

#[derive(serde::Deserialize)]
struct Feature {
    #[serde(default)]
    properties: serde_json::Map<String, serde_json::Value>,
    geometry: Option<Geometry>,
}

#[derive(serde::Deserialize)]
struct Geometry {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    coordinates: serde_json::Value,
}

/// Reads a GeoJSON of communes (`code`, `nom`) in WGS84: each gives its name and the centroid of its largest outline.
pub fn read_outlines(
    reader: impl Read + Send,
    mut each: impl FnMut(CommuneFact),
) -> Result<SourceReport, SourceError> {
    let collection: Collection = serde_json::from_reader(decoded(reader)?)?;
    let mut report = SourceReport::default();
    for (index, feature) in collection.features.into_iter().enumerate() {
        report.rows += 1;
        let row = index as u64 + 1;
        let text = |names: &[&str]| {
            names
                .iter()
                .find_map(|n| feature.properties.get(*n))
                .and_then(|v| v.as_str())
                .unwrap_or_default()
                .trim()
                .to_owned()
        };
        let citycode = text(&["code", "insee", "INSEE_COM"]);
        if !is_citycode(&citycode) {
            report.blame(
                row,
                "code",
                format!("«\u{a0}{citycode}\u{a0}» n’est pas un code INSEE\u{202f}; objet écarté"),
            );
            continue;
        }
        let center = feature.geometry.as_ref().and_then(centroid);
        if center.is_none() {
            report.blame(
                row,
                "geometry",
                "pas de contour utilisable\u{202f}; commune gardée sans position",
            );
        }
        report.kept += 1;
        each(CommuneFact {
            citycode,
            name: text(&["nom", "NOM", "name"]),
            center_e7: center
                .map(|(lon, lat)| ((lon * 1e7).round() as i32, (lat * 1e7).round() as i32)),
            ..CommuneFact::default()
        });
    }
    Ok(report)
}

/// Centroid of the largest outer ring, in degrees.
fn centroid(geometry: &Geometry) -> Option<(f64, f64)> {
    let polygons: Vec<&serde_json::Value> = match geometry.kind.as_str() {
        "Polygon" => vec![&geometry.coordinates],
        "MultiPolygon" => geometry.coordinates.as_array()?.iter().collect(),
        _ => return None,
    };
    polygons
        .into_iter()
        .filter_map(|polygon| ring_centroid(polygon.as_array()?.first()?))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, lon, lat)| (lon, lat))
}

fn ring_centroid(ring: &serde_json::Value) -> Option<(f64, f64, f64)> {
    let points: Vec<(f64, f64)> = ring
        .as_array()?
        .iter()
        .filter_map(|p| Some((p.get(0)?.as_f64()?, p.get(1)?.as_f64()?)))
        .filter(|(x, y)| x.abs() <= 180.0 && y.abs() <= 90.0)
        .collect();
    let &(x0, y0) = points.first()?;
    let (mut area, mut cx, mut cy) = (0.0, 0.0, 0.0);
    for pair in points.windows(2) {
        let (x1, y1) = (pair[0].0 - x0, pair[0].1 - y0);
        let (x2, y2) = (pair[1].0 - x0, pair[1].1 - y0);
        let cross = x1 * y2 - x2 * y1;
        area += cross;
        cx += (x1 + x2) * cross;
        cy += (y1 + y2) * cross;
    }
    if area.abs() < 1e-14 {
        return Some((0.0, x0, y0));
    }
    Some((area.abs(), x0 + cx / (3.0 * area), y0 + cy / (3.0 * area)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_told_apart_by_their_columns() {
        let mut facts = Vec::new();
        read_table("TYPECOM,COM,REG,DEP,LIBELLE,COMPARENT\nCOM,01001,84,01,L'Abergement,\nCOMD,01015,84,01,Arbignieu,01015\n".as_bytes(), |f| facts.push(f)).expect("cog");
        read_table(
            "COM;Commune;PMUN\n01001;L'Abergement;860\n".as_bytes(),
            |f| facts.push(f),
        )
        .expect("population");
        read_table(
            "Code_commune_INSEE;Nom_commune;Code_postal;Ligne_5;Libelle;coordonnees_gps\n50231;HAUTEVILLE SUR MER;50590;LE BOURG;X;48.97,-1.54\n".as_bytes(),
            |f| facts.push(f),
        )
        .expect("la poste");
        assert_eq!(facts[0].name, "L'Abergement");
        assert_eq!(facts[1].alias, "Arbignieu");
        assert_eq!(facts[2].population, Some(860));
        assert_eq!(facts[3].alias, "LE BOURG");
        assert_eq!(facts[4].center_e7, Some((-15_400_000, 489_700_000)));
    }

    #[test]
    fn the_centre_of_a_square_is_its_centre() {
        let json = r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"01001","nom":"X"},
            "geometry":{"type":"Polygon","coordinates":[[[0,0],[2,0],[2,2],[0,2],[0,0]]]}}]}"#;
        let mut facts = Vec::new();
        read_outlines(json.as_bytes(), |f| facts.push(f)).expect("outlines");
        assert_eq!(facts[0].center_e7, Some((10_000_000, 10_000_000)));
    }
}
