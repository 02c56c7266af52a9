//! `import`: what it says and what it leaves.

use crate::stage::{Stage, codes, collection, heat, pipe, plain};
use serde_json::Value;

#[test]
fn an_import_makes_a_draft_and_its_report_ends_with_the_managers_line() {
    let stage = Stage::new();
    stage.write("reseaux_de_chaleur.geojson", heat(3, 50.0));
    let ended = stage.line("import reseaux_de_chaleur.geojson").well();
    let last = ended.out.lines().last().expect("a last line");
    assert_eq!(last, "3 réseaux prêts, 0 à regarder, 0 refusé");
    assert!(
        plain(&ended.err).contains("caloduc releases publish 1"),
        "{ended:?}"
    );
    assert!(stage.line("releases list --json").json()[0]["state"] == "draft");
}

#[test]
fn an_import_publishes_only_when_asked_to() {
    let stage = Stage::new();
    let file = stage.write("reseaux_de_chaleur.geojson", heat(2, 50.0));
    let outcome = stage.publish(&file).well().json();
    assert_eq!(outcome["release"], 1);
    assert_eq!(outcome["published"], true);
    assert_eq!(outcome["replaced"], Value::Null);
    assert_eq!(outcome["changes"]["added"], 2);
    let outcome = stage.publish(&file).well().json();
    assert_eq!(
        (&outcome["release"], &outcome["replaced"]),
        (&2.into(), &1.into())
    );
    assert_eq!(outcome["changes"]["kept"], 2);
}

#[test]
fn a_refused_file_publishes_nothing_fails_and_is_reported_all_the_same() {
    let stage = Stage::new();
    let good = stage.write("reseaux_de_chaleur.geojson", heat(2, 50.0));
    stage.publish(&good).well();
    stage.write("reseaux_de_froid.geojson", "{ not a GeoJSON");
    let ended = stage.line(
        "import reseaux_de_chaleur.geojson reseaux_de_froid.geojson --publish --report rapport.json",
    );
    let ended = ended.failed_with("n’est pas publié");
    assert!(
        plain(&ended.out).contains("reseaux_de_froid.geojson : REFUSÉ"),
        "{ended:?}"
    );
    let report: Value =
        serde_json::from_slice(&std::fs::read(stage.path("rapport.json")).expect("a report"))
            .expect("JSON");
    assert_eq!(report["summary"]["publishable"], false);
    let states = stage.line("releases --json").json();
    assert_eq!(
        (&states[0]["state"], &states[1]["state"]),
        (&"current".into(), &"draft".into())
    );
}

#[test]
fn a_file_that_is_not_there_fails_and_is_reported() {
    let stage = Stage::new();
    stage
        .line("import absent.geojson --report rapport.json")
        .failed_with("n’existe pas");
    let report: Value =
        serde_json::from_slice(&std::fs::read(stage.path("rapport.json")).expect("a report"))
            .expect("JSON");
    assert_eq!(codes(&report), ["file-unreadable"]);
    assert_eq!(report["findings"][0]["file"], "absent.geojson");
}

#[test]
fn the_report_is_text_when_its_name_says_so() {
    let stage = Stage::new();
    stage.write("reseaux_de_chaleur.geojson", heat(1, 50.0));
    let ended = stage
        .line("import reseaux_de_chaleur.geojson --report rapport.txt")
        .well();
    let text = std::fs::read_to_string(stage.path("rapport.txt")).expect("a report");
    assert_eq!(text, ended.out);
}

#[test]
fn a_command_line_that_makes_no_sense_ends_with_two() {
    let stage = Stage::new();
    stage.write("a.geojson", heat(1, 50.0));
    for line in [
        "import",
        "import a.geojson --kind tuyaux",
        "import a.geojson --year deux-mille",
        "import a.geojson --year 1066",
        "import a.geojson --source une/autre",
        "import a.geojson --config absent.toml",
    ] {
        stage.line(line).misused();
    }
    assert!(!stage.data().exists());
}

#[test]
fn the_kind_is_said_when_neither_the_name_nor_the_fields_tell() {
    let stage = Stage::new();
    let mut bare = pipe("1301C", 5.37, 43.3, 50.0);
    bare["properties"] = serde_json::json!({ "observation": "relevé" });
    stage.write("releve.geojson", collection(&[bare]));
    let ended = stage
        .line("import releve.geojson")
        .failed_with("Aucun fichier");
    assert!(ended.out.contains("table-unknown"), "{ended:?}");
    let outcome = stage
        .line("import releve.geojson --kind cold --json")
        .well()
        .json();
    assert_eq!(outcome["report"]["files"][0]["table"], "cold");
}

#[test]
fn an_import_of_one_table_keeps_the_other_tables_and_the_other_sources() {
    let stage = Stage::new();
    let heat_file = stage.write("reseaux_de_chaleur.geojson", heat(3, 50.0));
    stage.publish(&heat_file).well();
    let cold = collection(&[pipe("1350F", 5.40, 43.31, 10.0)]);
    let cold_file = stage.write("reseaux_de_froid.geojson", cold);
    stage.publish(&cold_file).well();
    let other = collection(&[pipe("1399C", 5.50, 43.35, 10.0)]);
    stage.write("ailleurs/reseaux_de_chaleur.geojson", other);
    stage
        .line("import ailleurs/reseaux_de_chaleur.geojson --source ailleurs --publish")
        .well();
    let rows = stage.line("releases show 3 --json").json()["rows"].clone();
    assert_eq!((&rows["heat"], &rows["cold"]), (&4.into(), &1.into()));
    // The first source comes back with fewer rows: only its own go.
    stage.write("reseaux_de_chaleur.geojson", heat(1, 50.0));
    stage.publish(&heat_file).well();
    let rows = stage.line("releases show 4 --json").json()["rows"].clone();
    assert_eq!((&rows["heat"], &rows["cold"]), (&2.into(), &1.into()));
}

#[test]
fn a_folder_with_strangers_in_it_is_read_all_the_same() {
    let stage = Stage::new();
    stage.write("lot/reseaux_de_chaleur.geojson", heat(2, 50.0));
    stage.write("lot/photo.png", [0x89, b'P', b'N', b'G', 0, 1, 2, 3]);
    stage.write("lot/lisez-moi.txt", "rien");
    let outcome = stage.line("import lot --publish --json").well().json();
    assert_eq!(outcome["report"]["summary"]["files_ignored"], 2);
    stage
        .line("import lot/photo.png")
        .failed_with("Aucun fichier");
}
