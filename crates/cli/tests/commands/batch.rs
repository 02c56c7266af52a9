//! `batch`: a file of rows to the same file with verdicts.

use crate::stage::{Stage, heat, plain};

fn served() -> Stage {
    let stage = Stage::new();
    let file = stage.write("reseaux_de_chaleur.geojson", heat(3, 50.0));
    stage.publish(&file).well();
    stage
}

#[test]
fn every_row_comes_back_in_order_with_our_columns_after_its_own() {
    let stage = served();
    stage.write(
        "parc.csv",
        "nom;x_lon;y_lat;note\nici;5.3005;43.2;\"a;b\"\nrien;;;\nloin;2.35;48.85;\nfaux;abc;1;\n",
    );
    let ended = stage
        .line("batch parc.csv -o resultats.csv --lon-column x_lon --lat-column y_lat --json")
        .well();
    let counts = ended.json();
    assert_eq!(
        (
            &counts["rows"],
            &counts["ok"],
            &counts["empty"],
            &counts["errors"]
        ),
        (&4.into(), &2.into(), &1.into(), &1.into())
    );
    let out = std::fs::read_to_string(stage.path("resultats.csv")).expect("results");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 5);
    assert!(
        lines[0].starts_with("nom;x_lon;y_lat;note;result_label;"),
        "{}",
        lines[0]
    );
    assert!(lines[0].ends_with(";release;error"), "{}", lines[0]);
    assert!(
        lines[1].starts_with("ici;5.3005;43.2;\"a;b\";"),
        "{}",
        lines[1]
    );
    assert!(
        lines[1].contains(";reseau_existant_tres_proche;true;0;heat:1300C;"),
        "{}",
        lines[1]
    );
    assert!(lines[3].contains(";trop_eloigne;false;"), "{}", lines[3]);
    assert!(!stage.path("resultats.csv.partial").exists());
}

#[test]
fn what_cannot_be_done_leaves_no_file_behind() {
    let stage = served();
    stage
        .line("batch absent.csv -o resultats.csv")
        .failed_with("n’a pas pu être ouvert");
    stage.write("parc.csv", "nom,prix\na,1\n");
    stage
        .line("batch parc.csv -o resultats.csv")
        .failed_with("colonne");
    stage.write("vide.csv", "");
    stage
        .line("batch vide.csv -o resultats.csv")
        .failed_with("vide");
    assert!(!stage.path("resultats.csv").exists());
    assert!(!stage.path("resultats.csv.partial").exists());
    for line in [
        "batch parc.csv",
        "batch parc.csv -o parc.csv",
        "batch parc.csv -o resultats.docx",
        "batch parc.csv -o r.csv --lon-column x",
    ] {
        stage.line(line).misused();
    }
}

#[test]
fn a_batch_answers_as_a_single_question_does() {
    let stage = served();
    stage.write(
        "parc.csv",
        "lon,lat\n5.3021,43.2003\n5.31,43.204\n5.2,43.2\n",
    );
    let said = stage.line("batch parc.csv -o resultats.csv").well();
    assert!(
        plain(&said.out).contains("3 lignes dans « resultats.csv »"),
        "{said:?}"
    );
    let out = std::fs::read_to_string(stage.path("resultats.csv")).expect("results");
    let names: Vec<&str> = out.lines().next().expect("titles").split(',').collect();
    let column = |name: &str| names.iter().position(|n| *n == name).expect("a column");
    for line in out.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let verdict = stage
            .run(&["test", "--lon", cells[0], "--lat", cells[1], "--json"])
            .well()
            .json();
        assert_eq!(verdict["type"], cells[column("eligibility_type")]);
        let distance = verdict["distance_m"]
            .as_u64()
            .map_or(String::new(), |d| d.to_string());
        assert_eq!(distance, cells[column("distance_m")]);
    }
}
