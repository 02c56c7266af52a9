//! The compatible archive is the reference layout, field by field.

use crate::support::{exported, territory, unzipped};
use caloduc_engine::ingest::ten_character_names;
use caloduc_formats::Format;
use serde_json::Value;
use std::collections::BTreeMap;

const HEAT: &str = "Identifiant reseau|nom_reseau|communes|departement|region|MO|Gestionnaire|reseaux classes|annee_creation|longueur_reseau|nb_pdl|Taux EnR&R|contenu CO2|contenu CO2 ACV|PM|PV%|PF%|PM_L|PM_T|Rend%|Dev_reseau%|production_totale_MWh|prod_MWh_gaz_naturel|prod_MWh_charbon|prod_MWh_fioul_domestique|prod_MWh_fioul_lourd|prod_MWh_GPL|prod_MWh_biomasse_solide|prod_MWh_dechets_internes|prod_MWh_UIOM|prod_MWh_biogaz|prod_MWh_geothermie|prod_MWh_PAC|prod_MWh_solaire_thermique|prod_MWh_autres_ENR|prod_MWh_chaleur_industiel|prod_MWh_autre_chaleur_recuperee|prod_MWh_chaudieres_electriques|prod_MWh_autres|puissance_totale_MW|puissance_MW_gaz_naturel|puissance_MW_charbon|puissance_MW_fioul_domestique|puissance_MW_fioul_lourd|puissance_MW_GPL|puissance_MW_biomasse_solide|puissance_MW_dechets_internes|puissance_MW_UIOM|puissance_MW_biogaz|puissance_MW_geothermie|puissance_MW_PAC|puissance_MW_solaire_thermique|puissance_MW_autres_ENR|puissance_MW_chaleur_industiel|puissance_MW_autre_chaleur_recuperee|puissance_MW_chaudieres_electriques|puissance_MW_autres|livraisons_totale_MWh|livraisons_residentiel_MWh|livraisons_tertiaire_MWh|livraisons_industrie_MWh|livraisons_agriculture_MWh|livraisons_autre_MWh|eau_chaude|eau_surchauffee|vapeur";
const COLD: &str = "Identifiant reseau|nom_reseau|communes|departement|region|MO|Gestionnaire|annee_creation|longueur_reseau|nb_pdl|contenu CO2|contenu CO2 ACV|Rend%|production_totale_MWh|puissance_totale_MW|livraisons_totale_MWh|livraisons_residentiel_MWh|livraisons_tertiaire_MWh|livraisons_industrie_MWh|livraisons_agriculture_MWh|livraisons_autre_MWh";
const AREA: &str = "Identifiant reseau|communes|departement|region";
const PROJECT: &str = "communes|departement|region|gestionnaire|mise_en_service";

fn archive() -> BTreeMap<String, Vec<u8>> {
    let files = exported(territory(), &[Format::OpenData]);
    unzipped(&files["010926-opendata-fcu.zip"])
}

fn json(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).expect("JSON")
}

/// The keys of the first feature's properties in the order of the text.
fn ordered_fields(bytes: &[u8]) -> String {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    let features = text.find("\"features\"").expect("features");
    let start = text[features..]
        .find("\"properties\":{")
        .expect("a feature")
        + features;
    let object = &text[start + "\"properties\":".len()..];
    let end = object.find("},\"geometry\"").expect("then a geometry");
    let mut names = Vec::new();
    let mut rest = &object[1..end];
    while let Some(name_end) = rest.find("\":") {
        names.push(rest[1..name_end].to_owned());
        let value = &rest[name_end + 2..];
        let mut values = serde_json::Deserializer::from_str(value).into_iter::<Value>();
        values.next().expect("a value").expect("JSON");
        rest = value[values.byte_offset()..].trim_start_matches(',');
    }
    names.join("|")
}

#[test]
fn the_archive_has_six_geojson_seven_shapefiles_and_the_dictionary() {
    let names: Vec<String> = archive().into_keys().collect();
    let geojson = [
        "reseaux_de_chaleur",
        "reseaux_de_chaleur_sans_traces",
        "reseaux_de_froid",
        "reseaux_de_froid_sans_traces",
        "pdp",
        "zones_et_reseaux_en_construction",
    ];
    let shapefiles = [
        "reseaux_de_chaleur",
        "reseaux_de_chaleur_sans_traces",
        "reseaux_de_froid",
        "reseaux_de_froid_sans_traces",
        "pdp",
        "reseaux_en_construction_traces",
        "reseaux_en_construction_zones",
    ];
    let mut expected: Vec<String> = geojson
        .iter()
        .map(|name| format!("{name}.geojson"))
        .collect();
    for name in shapefiles {
        expected
            .extend(["shp", "shx", "dbf", "prj", "cpg"].map(|ending| format!("{name}.{ending}")));
    }
    expected.push("nomenclature_shapefile_des_reseaux_de_chaleur_et_froid.xlsx".into());
    expected.sort();
    assert_eq!(names, expected);
}

#[test]
fn every_geojson_has_the_fields_the_order_the_geometry_and_the_system_of_the_reference() {
    let archive = archive();
    for (name, fields, geometries) in [
        ("reseaux_de_chaleur", HEAT, &["MultiLineString"][..]),
        ("reseaux_de_chaleur_sans_traces", HEAT, &["Point"]),
        ("reseaux_de_froid", COLD, &["MultiLineString"]),
        ("reseaux_de_froid_sans_traces", COLD, &["Point"]),
        ("pdp", AREA, &["MultiPolygon"]),
        (
            "zones_et_reseaux_en_construction",
            PROJECT,
            &["MultiLineString", "MultiPolygon"],
        ),
    ] {
        let bytes = &archive[&format!("{name}.geojson")];
        let collection = json(bytes);
        assert_eq!(
            collection["crs"]["properties"]["name"], "urn:ogc:def:crs:EPSG::2154",
            "{name}"
        );
        let features = collection["features"].as_array().expect("features");
        assert!(!features.is_empty(), "{name}");
        assert_eq!(ordered_fields(bytes), fields, "{name}");
        for feature in features {
            let properties = feature["properties"].as_object().expect("properties");
            assert_eq!(properties.len(), fields.split('|').count(), "{name}");
            let geometry = feature["geometry"]["type"].as_str().expect("a type");
            assert!(geometries.contains(&geometry), "{name}: {geometry}");
        }
        for geometry in geometries {
            assert!(
                features.iter().any(|f| f["geometry"]["type"] == *geometry),
                "{name}: no {geometry}"
            );
        }
    }
}

#[test]
fn values_are_rounded_as_the_national_service_rounds_them() {
    let archive = archive();
    let collection = json(&archive["reseaux_de_chaleur.geojson"]);
    let features = collection["features"].as_array().expect("features");
    let reunion = features
        .iter()
        .find(|f| f["properties"]["Identifiant reseau"] == "97401C")
        .expect("the network of La Réunion");
    let properties = &reunion["properties"];
    assert_eq!(properties["Taux EnR&R"], 65.4);
    assert_eq!(properties["contenu CO2"], 0.05);
    assert_eq!(properties["longueur_reseau"], 12.3);
    assert_eq!(properties["annee_creation"], 1999);
    assert_eq!(properties["eau_chaude"], 100);
    assert_eq!(properties["nom_reseau"], "Saint-Denis « Nord », = 1");
    assert_eq!(properties["PM"], Value::Null);
    assert_eq!(reunion["caloduc"]["key"], "heat:97401C");
    let closed = features
        .iter()
        .find(|f| f["properties"]["nom_reseau"] == "Lamentin")
        .expect("Lamentin");
    assert_eq!(closed["caloduc"]["ouvert_aux_raccordements"], false);
    let decimals = |value: &Value| {
        let text = value.to_string();
        text.split_once('.')
            .map_or(0, |(_, d)| if d == "0" { 0 } else { d.len() })
    };
    for feature in features {
        for (name, most) in [
            ("longueur_reseau", 1),
            ("Taux EnR&R", 1),
            ("contenu CO2", 3),
            ("contenu CO2 ACV", 3),
            ("PM", 2),
            ("nb_pdl", 0),
            ("production_totale_MWh", 0),
            ("puissance_totale_MW", 2),
            ("livraisons_totale_MWh", 0),
        ] {
            let value = &feature["properties"][name];
            assert!(
                value.is_null() || decimals(value) <= most,
                "{name}: {value}"
            );
        }
    }
}

/// Name and type of each column of a DBF.
fn columns(dbf: &[u8]) -> Vec<(String, char)> {
    dbf[32..]
        .chunks(32)
        .take_while(|descriptor| descriptor[0] != 0x0d)
        .map(|descriptor| {
            let name = descriptor[..11].split(|b| *b == 0).next().expect("a name");
            (
                String::from_utf8(name.to_vec()).expect("UTF-8"),
                descriptor[11] as char,
            )
        })
        .collect()
}

#[test]
fn shapefiles_cut_names_at_ten_characters_and_keep_numbers_as_text() {
    let archive = archive();
    for (name, fields) in [
        ("reseaux_de_chaleur", HEAT),
        ("reseaux_de_chaleur_sans_traces", HEAT),
        ("reseaux_de_froid", COLD),
        ("reseaux_de_froid_sans_traces", COLD),
        ("pdp", AREA),
        ("reseaux_en_construction_traces", PROJECT),
        ("reseaux_en_construction_zones", PROJECT),
    ] {
        let columns = columns(&archive[&format!("{name}.dbf")]);
        let mut expected = ten_character_names(fields.split('|'));
        if fields == COLD {
            let power = expected
                .iter_mut()
                .find(|name| *name == "puissance_")
                .expect("power");
            "puissance".clone_into(power);
        }
        let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, expected, "{name}");
        for (column, kind) in &columns {
            let expected = if column == "reseaux cl" { 'L' } else { 'C' };
            assert_eq!(*kind, expected, "{name}: {column}");
        }
        assert_eq!(archive[&format!("{name}.cpg")], b"UTF-8");
        let prj = String::from_utf8(archive[&format!("{name}.prj")].clone()).expect("text");
        assert_eq!(
            caloduc_engine::crs::epsg_from_wkt(&prj),
            Some(2154),
            "{name}"
        );
    }
    let heat = columns(&archive["reseaux_de_chaleur.dbf"]);
    assert!(heat.iter().any(|(name, _)| name == "puissance_"));
}

#[test]
fn the_same_edition_gives_the_same_bytes() {
    assert_eq!(
        exported(territory(), &Format::ALL),
        exported(territory(), &Format::ALL)
    );
}

#[test]
fn checksums_cover_every_file_but_themselves() {
    let files = exported(territory(), &Format::ALL);
    let sums = String::from_utf8(files["SHA256SUMS"].clone()).expect("text");
    let named: Vec<&str> = sums
        .lines()
        .map(|line| line.split_once("  ").expect("two parts").1)
        .collect();
    let mut named: Vec<&str> = named.into_iter().collect();
    named.sort_unstable();
    let expected: Vec<&str> = files
        .keys()
        .map(String::as_str)
        .filter(|n| *n != "SHA256SUMS")
        .collect();
    assert_eq!(named, expected);
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert!(!sums.contains(empty), "no file is empty");
    let notice = String::from_utf8(files["LISEZMOI.md"].clone()).expect("text");
    for name in [
        "`heat`",
        "`priority-areas`",
        "010926-opendata-fcu.zip",
        "1er\u{a0}septembre 2026",
        "open_to_connections",
    ] {
        assert!(notice.contains(name), "{name}: {notice}");
    }
}
