//! The files have the real layouts, hold together, and are the same bytes for the same seed.

use caloduc_demo::{MemoryFile, Plan, Showing, Territory};
use flate2::read::GzDecoder;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

fn plan(towns: usize, addresses: usize, seed: u64) -> Plan {
    Plan {
        towns,
        addresses,
        networks: None,
        vertices: None,
        seed,
    }
}

fn text(file: &MemoryFile) -> String {
    if file.bytes.starts_with(&[0x1f, 0x8b]) {
        let mut out = String::new();
        GzDecoder::new(&*file.bytes)
            .read_to_string(&mut out)
            .expect("gzip of UTF-8");
        out
    } else {
        String::from_utf8(file.bytes.clone()).expect("UTF-8")
    }
}

fn files(plan: &Plan) -> BTreeMap<String, String> {
    let files = Territory::new(plan)
        .files()
        .expect("memory takes everything");
    files
        .iter()
        .map(|file| (file.name.clone(), text(file)))
        .collect()
}

fn rows(csv: &str, delimiter: char) -> Vec<BTreeMap<&str, &str>> {
    let mut lines = csv.lines();
    let names: Vec<&str> = lines.next().expect("a header").split(delimiter).collect();
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split(delimiter).collect();
            assert_eq!(cells.len(), names.len(), "{line}");
            names.iter().copied().zip(cells).collect()
        })
        .collect()
}

fn features(files: &BTreeMap<String, String>, name: &str) -> Vec<Value> {
    let json: Value = serde_json::from_str(&files[name]).expect("JSON");
    json["features"].as_array().expect("features").clone()
}

/// FNV-1a, 64 bits: enough to notice that a byte moved.
fn fingerprint(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let first = Territory::small().files().expect("memory");
    let again = Territory::small().files().expect("memory");
    assert_eq!(first, again);
    let other = Territory::new(&Plan {
        seed: 8,
        ..Plan::small()
    })
    .files()
    .expect("memory");
    for name in [
        "reseaux_de_chaleur.geojson",
        "adresses-00.csv.gz",
        "pdp.geojson",
    ] {
        let of = |files: &[MemoryFile]| files.iter().find(|file| file.name == name).cloned();
        assert_ne!(of(&first), of(&other), "{name}");
    }
}

#[test]
fn the_bytes_of_the_small_territory_are_those_of_every_other_machine() {
    let prints: BTreeMap<String, String> = files(&Plan::small())
        .into_iter()
        .map(|(name, text)| (name, fingerprint(&text)))
        .collect();
    insta::assert_json_snapshot!(prints);
}

#[test]
fn departments_written_in_parallel_give_the_same_bytes() {
    let plan = plan(1200, 9000, 3);
    assert_eq!(
        Territory::new(&plan).files().expect("memory"),
        Territory::new(&plan).files().expect("memory")
    );
}

#[test]
fn there_are_exactly_as_many_addresses_as_asked_each_with_its_own_id() {
    for plan in [
        plan(1, 1, 1),
        plan(3, 50, 2),
        plan(40, 5_000, 3),
        plan(900, 20_011, 4),
    ] {
        let files = files(&plan);
        let mut ids = BTreeSet::new();
        let mut count = 0;
        for (name, text) in &files {
            if name.starts_with("adresses-") {
                for row in rows(text, ';') {
                    count += 1;
                    assert!(ids.insert(row["id"].to_owned()), "twice {}", row["id"]);
                }
            }
        }
        assert_eq!(count, plan.addresses);
    }
}

#[test]
fn the_address_file_has_every_column_of_the_real_one() {
    let files = files(&Plan::small());
    let header = files["adresses-00.csv.gz"].lines().next();
    assert_eq!(
        header,
        Some(
            "id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;source_position;source_nom_voie;certification_commune;cad_parcelles"
        )
    );
    let rows = rows(&files["adresses-00.csv.gz"], ';');
    let with = |column: &str, value: &str| rows.iter().filter(|row| row[column] == value).count();
    for suffix in ["bis", "ter", "a", "b"] {
        assert!(with("rep", suffix) > 3, "{suffix}");
    }
    assert!(with("rep", "quater") > 0);
    assert!(rows.iter().any(|row| !row["nom_ld"].is_empty()));
    assert!(rows.iter().any(|row| row["id_fantoir"].is_empty()));
    assert!(
        rows.iter()
            .any(|row| !row["nom_ancienne_commune"].is_empty())
    );
    let towns_with = |street: &str| {
        rows.iter()
            .filter(|row| row["nom_voie"].replace('’', "'") == street)
            .map(|row| row["code_insee"])
            .collect::<BTreeSet<_>>()
            .len()
    };
    assert!(
        towns_with("Rue de l'Église") >= 4,
        "homonyms from town to town"
    );
    let names: BTreeSet<&str> = rows.iter().map(|row| row["nom_voie"]).collect();
    assert!(names.len() > 300, "{} street names", names.len());
    for sign in ["'", "-", "é", " de la ", " du "] {
        assert!(names.iter().any(|name| name.contains(sign)), "{sign}");
    }
}

#[test]
fn degrees_and_metres_of_an_address_agree_with_the_engine() {
    for plan in [Plan::small(), plan(1200, 9_000, 5)] {
        for (name, text) in files(&plan) {
            if !name.starts_with("adresses-") {
                continue;
            }
            for row in rows(&text, ';').iter().step_by(17) {
                let number = |column: &str| row[column].parse::<f64>().expect("a number");
                let place = caloduc_engine::crs::lonlat_from_lambert93(number("x"), number("y"));
                assert!((place.lon - number("lon")).abs() < 6e-7, "{row:?}");
                assert!((place.lat - number("lat")).abs() < 6e-7, "{row:?}");
                assert!(
                    caloduc_engine::crs::Territory::Mainland.covers(place),
                    "{row:?}"
                );
            }
        }
    }
}

#[test]
fn addresses_are_inside_the_outline_of_their_commune() {
    let files = files(&Plan::small());
    let communes: Vec<(String, Vec<(f64, f64)>)> =
        features(&files, "communes-00-caloduc-fictif.geojson")
            .iter()
            .map(|feature| {
                let ring = feature["geometry"]["coordinates"][0]
                    .as_array()
                    .expect("a ring");
                let at = |p: &Value| (p[0].as_f64().expect("lon"), p[1].as_f64().expect("lat"));
                let code = feature["properties"]["code"].as_str().expect("code");
                assert_eq!(ring.first(), ring.last());
                (code.to_owned(), ring.iter().map(at).collect())
            })
            .collect();
    let inside = |ring: &[(f64, f64)], (x, y): (f64, f64)| {
        ring.windows(2).fold(false, |within, pair| {
            let ((ax, ay), (bx, by)) = (pair[0], pair[1]);
            within != ((ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax)
        })
    };
    let rows = rows(&files["adresses-00.csv.gz"], ';');
    for row in &rows {
        let at = (
            row["lon"].parse().expect("lon"),
            row["lat"].parse().expect("lat"),
        );
        let found: Vec<&str> = communes
            .iter()
            .filter(|(_, ring)| inside(ring, at))
            .map(|(code, _)| code.as_str())
            .collect();
        assert_eq!(found, [row["code_insee"]], "{row:?}");
    }
}

#[test]
fn the_network_files_have_the_fields_of_the_open_data_in_order() {
    let files = files(&Plan::small());
    let mut layouts = BTreeMap::new();
    for name in [
        "reseaux_de_chaleur",
        "reseaux_de_chaleur_sans_traces",
        "reseaux_de_froid",
        "reseaux_de_froid_sans_traces",
        "pdp",
        "zones_et_reseaux_en_construction",
    ] {
        let file = format!("{name}.geojson");
        let json: Value = serde_json::from_str(&files[&file]).expect("JSON");
        assert_eq!(
            json["crs"]["properties"]["name"],
            "urn:ogc:def:crs:EPSG::2154"
        );
        assert_eq!(json["name"], name);
        assert!(!features(&files, &file).is_empty(), "{name}");
        let kinds: BTreeSet<String> = features(&files, &file)
            .iter()
            .map(|feature| feature["geometry"]["type"].to_string())
            .collect();
        // The order of members is lost by a JSON reader: read it off the first line of features.
        let line = files[&file]
            .lines()
            .find(|line| line.starts_with("{ \"type\": \"Feature\""));
        let properties = line
            .and_then(|line| line.split_once("\"properties\": {"))
            .and_then(|(_, rest)| rest.split_once("}, \"geometry\""))
            .expect("properties")
            .0;
        let fields: Vec<&str> = properties
            .split("\": ")
            .filter_map(|part| part.rsplit_once('"'))
            .map(|(_, name)| name)
            .collect();
        layouts.insert(name, (fields.join(", "), kinds));
    }
    insta::assert_json_snapshot!(layouts);
}

#[test]
fn every_kind_of_network_is_there() {
    let files = files(&Plan::small());
    let of = |name: &str| features(&files, &format!("{name}.geojson"));
    let has = |name: &str, test: &dyn Fn(&Value) -> bool| {
        assert!(
            of(name).iter().any(|feature| test(&feature["properties"])),
            "{name}"
        );
    };
    has("reseaux_de_chaleur", &|p| {
        p["Identifiant reseau"] == "7501C" && p["nom_reseau"].to_string().contains("fictif")
    });
    has("reseaux_de_chaleur", &|p| p["Identifiant reseau"].is_null());
    has("reseaux_de_chaleur", &|p| {
        p["Identifiant reseau"] == "0001C" && p["reseaux classes"] == true
    });
    has("reseaux_de_chaleur", &|p| p["reseaux classes"] == false);
    has("reseaux_de_chaleur", &|p| {
        p["ouvert_aux_raccordements"] == false
    });
    has("reseaux_de_chaleur_sans_traces", &|p| {
        p["ouvert_aux_raccordements"] == true
    });
    has("zones_et_reseaux_en_construction", &|p| {
        p["is_zone"] == true
    });
    has("zones_et_reseaux_en_construction", &|p| {
        p["is_zone"] == false
    });
    let empty = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
    has("pdp", &|p| p["Identifiant reseau"] == "0001C");
    has("pdp", &|p| !empty(&p["reseau_de_chaleur_ids"]));
    has("pdp", &|p| !empty(&p["reseau_en_construction_ids"]));
    has("pdp", &|p| {
        p["Identifiant reseau"].is_null()
            && empty(&p["reseau_de_chaleur_ids"])
            && empty(&p["reseau_en_construction_ids"])
    });
    for name in ["reseaux_de_chaleur", "reseaux_de_froid"] {
        for feature in of(name) {
            let properties = &feature["properties"];
            for text in ["nom_reseau", "MO", "Gestionnaire"] {
                assert!(
                    properties[text].to_string().contains("ficti"),
                    "{properties}"
                );
            }
        }
    }
}

#[test]
fn regulatory_tables_give_the_rate_as_a_fraction_then_as_a_percent() {
    let files = files(&plan(60, 9_000, 6));
    for (year, columns) in [(2021, 11), (2022, 9), (2023, 9), (2024, 10)] {
        let table = &files[&format!("reseau_chaleur_{year}.csv")];
        assert_eq!(
            table.lines().next().map(|line| line.split(',').count()),
            Some(columns)
        );
        let rates: Vec<f64> = table
            .lines()
            .skip(1)
            .filter_map(|line| line.split(',').nth_back(columns - 7)?.parse().ok())
            .collect();
        assert!(rates.len() > 3, "{year}");
        assert_eq!(
            rates.iter().all(|rate| *rate <= 1.0),
            year <= 2022,
            "{year} {rates:?}"
        );
    }
}

#[test]
fn there_are_as_many_networks_and_about_as_many_vertices_as_asked() {
    let plan = Plan {
        networks: Some(60),
        vertices: Some(120_000),
        ..plan(1_000, 300_000, 9)
    };
    let mut sink = caloduc_demo::MemorySink::default();
    let summary = Territory::new(&plan)
        .write_networks(&mut sink)
        .expect("memory");
    assert!(
        (summary.heat_vertices as f64 / 120_000.0 - 1.0).abs() < 0.05,
        "{summary:?}"
    );
    let files: BTreeMap<String, String> = sink
        .into_files()
        .iter()
        .map(|file| (file.name.clone(), text(file)))
        .collect();
    assert_eq!(features(&files, "reseaux_de_chaleur.geojson").len(), 60);
    let ids: Vec<String> = [
        "reseaux_de_chaleur",
        "reseaux_de_chaleur_sans_traces",
        "reseaux_de_froid",
    ]
    .iter()
    .flat_map(|name| features(&files, &format!("{name}.geojson")))
    .filter_map(|feature| {
        feature["properties"]["Identifiant reseau"]
            .as_str()
            .map(str::to_owned)
    })
    .collect();
    assert_eq!(
        ids.iter().collect::<BTreeSet<_>>().len(),
        ids.len(),
        "ids are unique"
    );
}

#[test]
fn fictional_communes_of_real_departments_are_numbered_above_every_real_one() {
    let files = files(&plan(3_000, 3_000, 10));
    let communes = rows(&files["cog_donnees_communes.csv"], ';');
    let departments: BTreeSet<&str> = communes.iter().map(|row| row["DEP"]).collect();
    assert!(
        departments.len() > 3 && departments.contains("00"),
        "{departments:?}"
    );
    // Ain's highest real number is 457, Aisne's 834.
    for (department, highest) in [("01", 457), ("02", 834)] {
        let numbers = communes.iter().filter(|row| row["DEP"] == department);
        let lowest = numbers
            .filter_map(|row| row["CODCOM"].parse::<u32>().ok())
            .min();
        assert!(
            lowest.is_some_and(|lowest| lowest > highest),
            "{department} {lowest:?}"
        );
    }
    let codes: BTreeSet<&str> = communes.iter().map(|row| row["COM"]).collect();
    assert_eq!(codes.len(), 3_000);
    assert!(
        codes
            .iter()
            .all(|code| caloduc_engine::network::InseeCode::parse(code).is_some())
    );
}

#[test]
fn the_small_territory_shows_every_type_of_verdict_and_the_special_cases() {
    let examples = Territory::small().examples();
    let shown: Vec<Showing> = examples.iter().map(|example| example.showing).collect();
    assert_eq!(shown.len(), 15, "{shown:?}");
    insta::assert_json_snapshot!(
        examples
            .iter()
            .map(|example| format!(
                "{:?} | {} | {} {} | {} {:?}",
                example.showing,
                example.address,
                example.lon,
                example.lat,
                example.kind,
                example.distance_m
            ))
            .collect::<Vec<_>>()
    );
}
