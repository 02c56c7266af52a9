//! `releases`, `backup`, `restore`: the life of editions at the terminal.

use crate::stage::{Stage, collection, heat, pipe, plain};

fn with_two_drafts() -> Stage {
    let stage = Stage::new();
    stage.write("reseaux_de_chaleur.geojson", heat(3, 50.0));
    stage.line("import reseaux_de_chaleur.geojson").well();
    stage.write("reseaux_de_chaleur.geojson", heat(2, 60.0));
    stage.line("import reseaux_de_chaleur.geojson").well();
    stage
}

#[test]
fn an_empty_directory_has_no_edition_and_looking_makes_none() {
    let stage = Stage::new();
    assert!(plain(&stage.line("releases").well().out).contains("Aucune édition"));
    assert_eq!(stage.line("releases list --json").well().out.trim(), "[]");
    stage.line("releases show 1").failed_with("n’existe pas");
    stage.line("releases publish 7").failed_with("n’existe pas");
    stage
        .line("releases rollback")
        .failed_with("rien à quoi revenir");
    assert!(!stage.data().exists());
}

#[test]
fn a_number_that_is_none_is_bad_usage() {
    let stage = Stage::new();
    for line in [
        "releases show",
        "releases show dernier",
        "releases diff 1",
        "releases brûler 1",
    ] {
        stage.line(line).misused();
    }
}

#[test]
fn drafts_are_shown_compared_published_discarded_and_gone_back_from() {
    let stage = with_two_drafts();
    stage.line("releases publish 1").well();
    let shown = stage.line("releases show 1").well();
    assert!(
        plain(&shown.out).contains("Édition n° 1 — en service"),
        "{shown:?}"
    );
    assert!(shown.out.trim_end().ends_with("0 refusé"));
    let diff = stage.line("releases diff 1 2 --json").well().json();
    assert_eq!((&diff["from"], &diff["to"]), (&1.into(), &2.into()));
    assert_eq!(diff["removed"][0]["key"], "heat:1302C");
    let rates = diff["changed"].as_array().expect("changes").iter();
    assert_eq!(
        rates.filter(|c| c["field"] == "renewable_rate_pct").count(),
        2
    );
    let text = stage.line("releases diff 1 2").well().out;
    assert!(
        plain(&text)
            .contains("En tout : 0 ajout, 1 retrait, 0 tracé modifié (0 m ajoutés, 0 m retirés)"),
        "{text}"
    );

    stage.line("releases publish 2 --json").well();
    let back = stage.line("releases rollback --json").well().json();
    assert_eq!(
        (&back["current"], &back["replaced"]),
        (&1.into(), &2.into())
    );
    stage
        .line("releases discard 2")
        .failed_with("a été publiée");
    stage.line("import reseaux_de_chaleur.geojson").well();
    stage.line("releases discard 3").well();
    stage.line("releases show 3").failed_with("n’existe pas");
    // A number is never given twice.
    let next = stage
        .line("import reseaux_de_chaleur.geojson --json")
        .well();
    assert_eq!(next.json()["release"], 4);
}

#[test]
fn publishing_a_draft_that_started_elsewhere_warns() {
    let stage = with_two_drafts();
    stage.line("releases publish 1").well();
    stage.line("import reseaux_de_chaleur.geojson").well();
    stage.line("releases publish 2").well();
    let late = stage.line("releases publish 3").well();
    assert!(
        plain(&late.err).contains("attention : ce brouillon est parti de l’édition n° 1"),
        "{late:?}"
    );
    let again = stage.line("releases publish 3").well();
    assert!(plain(&again.out).contains("déjà en service"), "{again:?}");
}

#[test]
fn pipes_that_moved_are_measured() {
    let stage = Stage::new();
    let at = |lat| collection(&[pipe("1301C", 5.37, lat, 50.0)]);
    let file = stage.write("reseaux_de_chaleur.geojson", at(43.3));
    stage.publish(&file).well();
    std::fs::write(&file, at(43.3001)).expect("a file");
    stage.publish(&file).well();
    let diff = stage.line("releases diff 1 2 --json").well().json();
    assert_eq!(diff["moved"][0]["key"], "heat:1301C");
    let added = diff["moved"][0]["added_m"].as_f64().expect("metres");
    assert!((70.0..95.0).contains(&added), "{added}");
}

#[test]
fn a_backup_restores_elsewhere_and_a_truncated_one_is_refused() {
    let stage = with_two_drafts();
    stage.line("releases publish 2").well();
    let said = stage.line("backup tout.tar.zst").well();
    assert!(
        plain(&said.out).contains("l’édition n° 2 en service"),
        "{said:?}"
    );
    stage
        .line("--data-dir ailleurs restore tout.tar.zst --json")
        .well();
    assert_eq!(
        stage.line("--data-dir ailleurs releases --json").out,
        stage.line("releases --json").out
    );
    let bytes = std::fs::read(stage.path("tout.tar.zst")).expect("a backup");
    stage.write("coupe.tar.zst", &bytes[..bytes.len() / 2]);
    stage
        .line("restore coupe.tar.zst")
        .failed_with("est refusée");
    stage.line("backup").misused();
}

#[test]
fn a_whole_export_comes_back_without_a_change_each_table_read_once() {
    let stage = Stage::new();
    stage.line("demo ville --addresses 100").well();
    stage.line("import ville --publish").well();
    stage.line("export sortie").well();
    let imported = stage.line("import sortie --json").well().json();
    let files = imported["report"]["files"].as_array().expect("files");
    let read: Vec<&str> = files
        .iter()
        .filter(|file| file["status"] == "read")
        .map(|file| file["file"].as_str().expect("a name"))
        .collect();
    assert!(
        read.iter().all(|name| !name.contains("opendata-fcu.zip")),
        "{read:?}"
    );
    let archive = files.iter().find(|file| {
        file["file"]
            .as_str()
            .is_some_and(|name| name.ends_with("opendata-fcu.zip"))
    });
    assert_eq!(archive.expect("it is listed")["status"], "ignored");
    let diff = stage.line("releases diff 1 2 --json").well().json();
    for member in ["added", "removed", "moved", "changed"] {
        assert_eq!(diff[member], serde_json::json!([]), "{member}");
    }
}
