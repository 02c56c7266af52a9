//! Files that are wrong, as real ones are: each is in the report, none stops the program. Those made here run
//! everywhere; those of the folder of real data run where it is.

use crate::stage::{Stage, codes, collection, pipe, shared};
use serde_json::{Value, json};
use std::path::Path;

fn report_of(stage: &Stage, arguments: &[&str]) -> Value {
    let ended = stage.run(&[&["import", "--json"], arguments].concat());
    assert!(matches!(ended.code, Some(0 | 1)), "{ended:?}");
    ended.json()["report"].clone()
}

fn report_on(content: &[u8], name: &str, more: &[&str]) -> Value {
    let stage = Stage::new();
    stage.write(name, content);
    report_of(&stage, &[&[name], more].concat())
}

fn assert_says(report: &Value, code: &str) {
    let finding = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .find(|f| f["code"] == code);
    let finding = finding.unwrap_or_else(|| panic!("{code} is not in {:?}", codes(report)));
    let remedy = finding["remedy"].as_str().expect("a remedy");
    assert!(!remedy.is_empty(), "{code} has no remedy");
    let placed = ["file", "network", "position"]
        .iter()
        .any(|at| !finding[at].is_null());
    assert!(placed, "{code} has no place: {finding}");
}

#[test]
fn each_trap_of_a_network_file_is_in_the_report_with_its_place_and_remedy() {
    let at = |x: f64, y: f64| pipe("1301C", x, y, 50.0);
    let with = |field: &str, value: Value| {
        let mut row = pipe("1301C", 5.37, 43.3, 50.0);
        row["properties"][field] = value;
        collection(&[row])
    };
    let shaped = |geometry: Value| {
        let mut row = pipe("1301C", 5.37, 43.3, 50.0);
        row["geometry"] = geometry;
        // Sound rows around it: one bad feature does not refuse a file.
        collection(&[
            pipe("1302C", 5.38, 43.3, 50.0),
            row,
            pipe("1303C", 5.39, 43.3, 50.0),
        ])
    };
    let declared = |name: &str, rows: &[Value]| {
        let crs = json!({ "type": "name", "properties": { "name": name } });
        json!({ "type": "FeatureCollection", "crs": crs, "features": rows }).to_string()
    };
    let metres = |id: &str, x: f64| {
        let mut row = pipe(id, 0.0, 0.0, 50.0);
        row["geometry"]["coordinates"] = json!([[x, 6_250_000.0], [x + 100.0, 6_250_000.0]]);
        row
    };
    let line = |coordinates: Value| json!({ "type": "LineString", "coordinates": coordinates });
    let cases: Vec<(&str, String)> = vec![
        (
            "crs-repaired",
            declared(
                "urn:ogc:def:crs:OGC:1.3:CRS84",
                &[metres("1301C", 890_000.0)],
            ),
        ),
        (
            "crs-unknown",
            declared(
                "EPSG:999999",
                &[{
                    let mut row = pipe("1301C", 0.0, 0.0, 50.0);
                    row["geometry"]["coordinates"] = json!([[9e12, 9e12], [9.1e12, 9e12]]);
                    row
                }],
            ),
        ),
        (
            "coordinates-swapped",
            collection(&[at(43.3, 5.37), pipe("1302C", 43.31, 5.38, 50.0)]),
        ),
        (
            "coordinates-impossible",
            shaped(line(json!([[5.37, 43.3], [5_000_000.0, 43.3]]))),
        ),
        (
            "outside-france",
            shaped(line(json!([[13.4, 52.5], [13.41, 52.5]]))),
        ),
        ("geometry-missing", shaped(Value::Null)),
        (
            "geometry-collection",
            shaped(
                json!({ "type": "GeometryCollection", "geometries": [{ "type": "Point", "coordinates": [5.37, 43.3] }] }),
            ),
        ),
        (
            "geometry-wrong-type",
            shaped(
                json!({ "type": "Polygon", "coordinates": [[[5.37, 43.3], [5.38, 43.3], [5.38, 43.31], [5.37, 43.3]]] }),
            ),
        ),
        (
            "geometry-empty",
            shaped(line(json!([[5.37, 43.3], [5.37, 43.3]]))),
        ),
        (
            "pieces-dropped",
            shaped(json!({ "type": "MultiLineString", "coordinates": [
            [[5.37, 43.3], [5.371, 43.3]], [[5.37, 43.3], [5.371, 43.3]], [[5.372, 43.3], [5.372, 43.3]] ] })),
        ),
        (
            "duplicate-sncu-id",
            collection(&[at(5.37, 43.3), at(5.40, 43.3)]),
        ),
        ("sncu-id-missing", with("Identifiant reseau", Value::Null)),
        (
            "sncu-id-malformed",
            with("Identifiant reseau", json!("84XXC_16")),
        ),
        (
            "sncu-id-wrong-kind",
            with("Identifiant reseau", json!("1301F")),
        ),
        ("rate-out-of-bounds", with("Taux EnR&R", json!(150))),
        ("co2-out-of-bounds", with("contenu CO2", json!(4.2))),
        ("co2-high", with("contenu CO2", json!(0.748))),
        ("co2-zero", with("contenu CO2", json!(0))),
        ("field-unknown", with("couleur", json!("rouge"))),
        ("field-unreadable", with("annee_creation", json!("naguère"))),
        ("length-disagrees", with("longueur_reseau", json!(40.0))),
        (
            "several-departments",
            with("departement", json!("Essonne, Hauts-de-Seine")),
        ),
        (
            "gap-under-1m",
            shaped(json!({ "type": "MultiLineString", "coordinates": [
            [[5.37, 43.3], [5.371, 43.3]], [[5.371_004, 43.3], [5.372, 43.3]] ] })),
        ),
        (
            "dangling-piece",
            shaped(json!({ "type": "MultiLineString", "coordinates": [
            [[5.37, 43.3], [5.371, 43.3]], [[5.371, 43.3], [5.372, 43.3]], [[5.375, 43.31], [5.376, 43.31]] ] })),
        ),
        (
            "duplicated-pipe",
            collection(&[at(5.37, 43.3), pipe("1302C", 5.37, 43.3, 50.0)]),
        ),
    ];
    let mut unsaid = Vec::new();
    for (code, content) in cases {
        let report = report_on(content.as_bytes(), "reseaux_de_chaleur.geojson", &[]);
        if codes(&report).contains(&code) {
            assert_says(&report, code);
        } else {
            unsaid.push(format!("{code} is not in {:?}", codes(&report)));
        }
    }
    assert!(unsaid.is_empty(), "{unsaid:#?}");
}

#[test]
fn a_rate_written_as_a_fraction_is_doubted_alone_and_converted_in_a_whole_column() {
    let rows = |rates: &[f64]| {
        let rows = rates.iter().enumerate();
        let rows: Vec<Value> = rows
            .map(|(i, rate)| pipe(&format!("13{i:02}C"), 5.3 + i as f64 * 0.01, 43.3, *rate))
            .collect();
        collection(&rows)
    };
    let one = report_on(
        rows(&[50.0, 60.0, 0.53, 70.0, 80.0]).as_bytes(),
        "reseaux_de_chaleur.geojson",
        &[],
    );
    assert_says(&one, "unit-suspected");
    let all = report_on(
        rows(&[0.5, 0.6, 0.53, 0.7, 0.8]).as_bytes(),
        "reseaux_de_chaleur.geojson",
        &[],
    );
    assert_says(&all, "unit-converted");
}

#[test]
fn a_pdp_without_its_network_a_far_trace_and_a_changed_name_are_said() {
    let stage = Stage::new();
    let square = |lon: f64, lat: f64| {
        json!([[
            [lon, lat],
            [lon + 0.02, lat],
            [lon + 0.02, lat + 0.02],
            [lon, lat + 0.02],
            [lon, lat]
        ]])
    };
    let area = json!({ "type": "Feature", "properties": { "Identifiant reseau": "9999C" },
        "geometry": { "type": "Polygon", "coordinates": square(5.37, 43.3) } });
    stage.write("pdp.geojson", collection(&[area]));
    assert_says(&report_of(&stage, &["pdp.geojson"]), "pdp-without-network");

    let commune = |code: &str, name: &str, lon: f64| {
        json!({ "type": "Feature", "properties": { "code": code, "nom": name },
            "geometry": { "type": "Polygon", "coordinates": square(lon, 43.3) } })
    };
    stage.write(
        "communes.geojson",
        collection(&[
            commune("13001", "Ici", 5.37),
            commune("13002", "Loin", 5.90),
        ]),
    );
    let mut far = pipe("1301C", 5.38, 43.31, 50.0);
    far["properties"]["communes"] = json!("Loin");
    far["properties"]["departement"] = json!("Bouches-du-Rhône");
    stage.write("reseaux_de_chaleur.geojson", collection(&[far]));
    let report = report_of(
        &stage,
        &[
            "communes.geojson",
            "reseaux_de_chaleur.geojson",
            "--publish",
        ],
    );
    assert_says(&report, "trace-far-from-commune");

    let mut renamed = pipe("1301C", 5.38, 43.31, 50.0);
    renamed["properties"]["nom_reseau"] = json!("Chaufferie des Lilas");
    stage.write("reseaux_de_chaleur.geojson", collection(&[renamed]));
    assert_says(
        &report_of(&stage, &["reseaux_de_chaleur.geojson"]),
        "name-changed",
    );
}

#[test]
fn bytes_that_are_no_file_of_ours_are_refused_with_words() {
    let cases: [(&str, &[u8], &str); 6] = [
        ("reseaux_de_chaleur.geojson", b"", "file-empty"),
        (
            "reseaux_de_chaleur.geojson",
            b"{\"type\":\"FeatureCollection\",\"features\":[{",
            "file-malformed",
        ),
        (
            "reseaux_de_chaleur.csv",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0",
            "file-not-recognised",
        ),
        ("lot.zip", b"PK\x03\x04 and then nothing", "file-malformed"),
        (
            "reseaux.gpkg",
            b"SQLite format 3\0 no more",
            "file-malformed",
        ),
        ("reseaux.shp", b"\0\0\x27\x0a", "file-malformed"),
    ];
    for (name, bytes, code) in cases {
        let report = report_on(bytes, name, &[]);
        let found = codes(&report);
        assert!(
            found.iter().any(|c| c.starts_with("file-")),
            "{name}: {code} expected, {found:?}"
        );
        assert_eq!(report["summary"]["files_refused"], 1, "{name}");
    }
}

#[test]
fn a_regulatory_table_with_traps_is_read_and_says_them() {
    let table = "id_reseau;nom;commune;contenu_co2;contenu_co2_acv;taux_enr\n\
        1301c;Un;Marseille;0,123;0,140;0,533\n\
        1302C;Deux;Marseille;-;ND;0,4\n\
        1303C;Trois;Marseille;0,748;0,8;10\n\
        1304C;Quatre;Marseille;0,1;0,09;0,6\n";
    let report = report_on(table.as_bytes(), "reseau_chaleur_2022.csv", &[]);
    for code in ["unit-converted", "co2-high", "co2-lca-below-direct"] {
        assert_says(&report, code);
    }
    let nameless = report_on(table.as_bytes(), "tableau.csv", &["--kind", "regulatory"]);
    assert_says(&nameless, "year-missing");
}

fn shared_report(real: &Path, file: &str, more: &[&str]) -> Value {
    let stage = Stage::new();
    let path = real.join(file);
    report_of(&stage, &[&[path.to_str().expect("UTF-8")], more].concat())
}

#[test]
fn each_trap_of_the_real_files_is_in_the_report() {
    let Some(real) = shared() else { return };
    let expected: [(&str, &[&str], &[&str]); 9] = [
        (
            "traps/wrong-declared-crs.geojson",
            &["--kind", "communes"],
            &["crs-repaired"],
        ),
        (
            "traps/Vorlauf.geojson",
            &["--kind", "heat"],
            &["outside-france", "sncu-id-missing"],
        ),
        ("traps/HAST.geojson", &[], &["table-unknown"]),
        (
            "networks/reseaux_reels_extrait.geojson",
            &[],
            &["sncu-id-missing", "table-guessed", "field-unknown"],
        ),
        (
            "networks/fcu_attributs_extrait.csv",
            &[],
            &["several-departments", "co2-lca-below-direct"],
        ),
        ("networks/chaufferies-rdch.geojson", &[], &["table-unknown"]),
        (
            "regulatory/reseau_chaleur_2020.csv",
            &[],
            &["regulatory-unmatched"],
        ),
        (
            "regulatory/reseau_chaleur_2022.csv",
            &[],
            &["unit-converted", "rate-out-of-bounds"],
        ),
        ("regulatory/reseau_chaleur_2024.csv", &[], &["co2-high"]),
    ];
    for (file, more, wanted) in expected {
        let report = shared_report(&real, file, more);
        for code in wanted {
            assert!(
                codes(&report).contains(code),
                "{file}: {code} is not in {:?}",
                codes(&report)
            );
        }
    }
}
