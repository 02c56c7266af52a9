//! `test` and `demo`: questions on the fictional territory, the only one that every machine has.

use crate::stage::{Stage, heat, plain};
use caloduc_demo::{Showing, Territory};

#[test]
fn on_an_empty_directory_the_demonstration_answers_every_type_and_says_what_it_is() {
    let stage = Stage::new();
    let examples = Territory::small().examples();
    assert!(examples.len() >= 11);
    for example in &examples {
        let (lon, lat) = (example.lon.to_string(), example.lat.to_string());
        let service = if example.showing == Showing::Cold {
            "cold"
        } else {
            "heat"
        };
        let ended = stage
            .run(&[
                "test", "--lon", &lon, "--lat", &lat, "--for", service, "--json",
            ])
            .well();
        let verdict = ended.json();
        assert_eq!(verdict["type"], example.kind, "{example:?}");
        assert_eq!(
            verdict["distance_m"],
            serde_json::json!(example.distance_m),
            "{example:?}"
        );
        assert_eq!(verdict["release"], serde_json::Value::Null);
        assert!(plain(&ended.err).contains("territoire fictif"), "{ended:?}");
    }
    assert!(!stage.data().exists());
}

#[test]
fn an_address_is_found_and_the_answer_reads_in_french() {
    let stage = Stage::new();
    let examples = Territory::small().examples();
    let near = examples
        .iter()
        .find(|example| example.showing == Showing::Verdict("reseau_existant_tres_proche"))
        .expect("an example");
    let verdict = stage.run(&["test", &near.address, "--json"]).well().json();
    assert_eq!(verdict["type"], near.kind);
    assert!(
        verdict["address"]["score"].as_f64() > Some(0.8),
        "{verdict}"
    );
    let said = plain(&stage.run(&["test", &near.address]).well().out);
    for words in [
        "Un réseau de chaleur passe très près",
        "distance : ",
        "règle appliquée : 2 sur 10",
        "seuils : ",
        "territoire fictif",
        "DT-DICT",
    ] {
        assert!(said.contains(words), "« {words} »: {said}");
    }
    let doubtful = stage.run(&["test", "zzzz qqqq 99999 xxxxxxxxx"]).well();
    assert!(
        plain(&doubtful.err).contains("ressemble peu"),
        "{doubtful:?}"
    );
}

#[test]
fn a_priority_area_never_gets_a_legal_verdict() {
    let stage = Stage::new();
    let examples = Territory::small().examples();
    let inside = examples
        .iter()
        .find(|example| example.kind == "dans_pdp_reseau_existant")
        .expect("an example");
    let (lon, lat) = (inside.lon.to_string(), inside.lat.to_string());
    let said = plain(
        &stage
            .run(&["test", "--lon", &lon, "--lat", &lat])
            .well()
            .out,
    );
    assert!(
        said.contains("peut s’appliquer") && said.contains("L. 712-1"),
        "{said}"
    );
}

#[test]
fn a_place_that_is_none_is_explained() {
    let stage = Stage::new();
    stage
        .line("test --lon 48.85 --lat 2.35")
        .failed_with("inversées");
    stage
        .line("test --lon 13.4 --lat 52.5")
        .failed_with("hors du territoire couvert");
    for line in [
        "test",
        "test --lon 2.35",
        "test --lon NaN --lat 48.8",
        "test --lon 200 --lat 48.8",
        "test --lon 2.35 --lat 48.8 --for steam",
        "test Paris --lon 2.35 --lat 48.8",
    ] {
        stage.line(line).misused();
    }
    stage.run(&["test", "  "]).misused();
}

#[test]
fn a_release_answers_by_coordinates_and_says_what_is_missing_for_addresses() {
    let stage = Stage::new();
    let file = stage.write("reseaux_de_chaleur.geojson", heat(1, 50.0));
    stage.publish(&file).well();
    let ended = stage.line("test --lon 5.3005 --lat 43.2 --json").well();
    assert!(!ended.err.contains("fictif"), "{ended:?}");
    let verdict = ended.json();
    assert_eq!(verdict["network"]["id"], "1300C");
    assert_eq!(
        (&verdict["distance_m"], &verdict["release"]),
        (&0.into(), &1.into())
    );
    stage
        .run(&["test", "1 rue Longue, Marseille"])
        .failed_with("addresses build");
}

#[test]
fn a_fictional_territory_is_written_and_imported_like_a_real_one() {
    let stage = Stage::new();
    let written = stage
        .line("demo territoire --towns 3 --addresses 500 --seed 5 --json")
        .well();
    assert_eq!(written.json()["addresses"], 500);
    let outcome = stage
        .line("import territoire --publish --json")
        .well()
        .json();
    assert_eq!(outcome["report"]["summary"]["files_refused"], 0);
    stage.line("demo territoire").failed_with("n’est pas vide");
    stage.line("demo territoire2 --towns 0").misused();
    stage
        .line("demo autre --towns 3 --addresses 500 --seed 5")
        .well();
    let read = |name| std::fs::read(stage.path(name)).expect("a file");
    assert_eq!(
        read("territoire/reseaux_de_chaleur.geojson"),
        read("autre/reseaux_de_chaleur.geojson")
    );
}
