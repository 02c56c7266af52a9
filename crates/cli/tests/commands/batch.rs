//! `batch`: a file of rows to the same file with verdicts.

use crate::stage::{Ended, Stage, ended, heat, plain};
use std::io::Write;
use std::process::Stdio;
use std::time::Duration;

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
        .failed_with("ni adresse ni coordonnées");
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

/// Rows of points over the networks and beside them.
fn points(count: usize) -> String {
    let rows: Vec<String> = (0..count)
        .map(|n| {
            let (dx, dy) = (n * 7919 % 3000, n * 104_729 % 2000);
            format!(
                "{n};\"é;{n}\";{:.6};{:.6}\r\n",
                5.3 + dx as f64 / 1e5,
                43.2 + dy as f64 / 1e5
            )
        })
        .collect();
    format!("n;nom;lon;lat\r\n{}", rows.concat())
}

fn bytes(stage: &Stage, name: &str) -> Vec<u8> {
    std::fs::read(stage.path(name)).expect("a file")
}

#[test]
fn the_name_of_the_result_says_its_format_unless_told() {
    let stage = served();
    stage.write("parc.csv", points(20));
    for name in ["r.csv", "r.xlsx", "r.geojson", "r.parquet"] {
        stage.line(&format!("batch parc.csv -o {name}")).well();
        let again = stage
            .line(&format!("batch {name} -o encore.csv --json"))
            .well();
        assert_eq!(again.json()["rows"], 20, "{name}");
    }
    stage
        .line("batch parc.csv -o sans-extension --format xlsx")
        .well();
    assert_eq!(bytes(&stage, "sans-extension"), bytes(&stage, "r.xlsx"));
    stage
        .line("batch parc.csv -o r.csv --format docx")
        .misused();
}

#[test]
fn standard_streams_give_the_bytes_of_files() {
    let stage = served();
    let input = points(3000);
    stage.write("parc.csv", &input);
    stage.line("batch parc.csv -o r.csv").well();
    let mut child = stage
        .command()
        .args(["batch", "-", "-o", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    let done = ended(child.wait_with_output().expect("it ends")).well();
    assert_eq!(done.out.as_bytes(), bytes(&stage, "r.csv"));
    assert!(plain(&done.err).contains("3 000 lignes"), "{}", done.err);
}

#[test]
fn what_is_understood_of_a_file_is_shown_before_anything_is_tested() {
    let stage = served();
    stage.write(
        "parc.csv",
        "numero;voie;cp;ville;prix\n12;rue des Lilas;1000;Bourg;2,35\n",
    );
    let shown = stage.line("batch parc.csv --preview").well();
    let said = plain(&shown.out);
    assert!(said.contains("encodage UTF-8, séparateur « ; »"), "{said}");
    assert!(
        said.contains("l’adresse, dans numero + voie + cp + ville"),
        "{said}"
    );
    assert!(said.contains("prix : gardée telle quelle"), "{said}");
    let json = stage.line("batch parc.csv --preview --json").well().json();
    assert_eq!(json["mapping"]["kind"], "address");
    assert_eq!(json["rows"][0][4], "2,35");
    assert_eq!(json["layout"]["delimiter"], ";");
}

#[test]
fn only_the_rows_wanted_are_written_and_all_are_counted() {
    let stage = served();
    stage.write("parc.csv", "lon,lat\n5.3005,43.2\n2.35,48.85\nx,y\n");
    for (only, rows) in [("eligible", 1), ("introuvable", 1), ("pdp", 0), ("tous", 3)] {
        let counted = stage
            .line(&format!("batch parc.csv -o r.csv --only {only} --json"))
            .well()
            .json();
        assert_eq!(counted["rows"], 3);
        assert_eq!(counted["networks"]["heat:1300C"]["eligible"], 1);
        let out = String::from_utf8(bytes(&stage, "r.csv")).expect("UTF-8");
        assert_eq!(out.lines().count(), rows + 1, "{only}");
    }
    stage.line("batch parc.csv -o r.csv --only rien").misused();
}

/// Starts a batch and kills it once so many bytes of answers are kept, or lets it end.
fn killed(stage: &Stage, arguments: &[&str], partial: &str, kept_bytes: u64) {
    let mut child = stage
        .command()
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    while child.try_wait().expect("a child").is_none() {
        let length = std::fs::metadata(stage.path(partial)).map_or(0, |m| m.len());
        if length >= kept_bytes {
            child.kill().expect("a living child");
            child.wait().expect("a dead child");
            return;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn resumed(stage: &Stage, file: &str, result: &str) -> Ended {
    stage.line(&format!("batch {file} -o {result} --resume"))
}

#[test]
fn a_batch_killed_at_any_instant_is_taken_up_again_to_the_same_bytes() {
    let stage = served();
    stage.write("parc.csv", points(60_000));
    for ending in ["csv", "xlsx"] {
        let (whole, cut) = (format!("entier.{ending}"), format!("coupe.{ending}"));
        stage.line(&format!("batch parc.csv -o {whole}")).well();
        let partial = format!("{cut}.partial");
        for kept_bytes in [1, 400, 20_000, 200_000, 700_000] {
            let begin = ["batch", "parc.csv", "-o", &cut];
            killed(&stage, &begin, &partial, kept_bytes);
            let again = ["batch", "parc.csv", "-o", &cut, "--resume"];
            killed(&stage, &again, &partial, kept_bytes * 2);
            resumed(&stage, "parc.csv", &cut).well();
            assert!(bytes(&stage, &cut) == bytes(&stage, &whole), "{kept_bytes}");
            assert!(!stage.path(&partial).exists());
            assert!(!stage.path(&format!("{partial}.out")).exists());
            std::fs::remove_file(stage.path(&cut)).expect("the result");
        }
    }
}

#[test]
fn what_is_taken_up_again_must_be_what_was_begun() {
    let stage = served();
    stage.write("parc.csv", points(60_000));
    resumed(&stage, "parc.csv", "r.csv").well();
    let whole = bytes(&stage, "r.csv");
    let done = resumed(&stage, "parc.csv", "r.csv").well();
    assert!(plain(&done.err).contains("déjà terminé"), "{}", done.err);
    std::fs::remove_file(stage.path("r.csv")).expect("the result");

    // What an interruption leaves: the first line, and no answer yet.
    let begin = ["batch", "parc.csv", "-o", "r.csv"];
    let interrupted = (0..20).any(|_| {
        killed(&stage, &begin, "r.csv.partial", 1);
        stage.path("r.csv.partial").exists()
    });
    assert!(
        interrupted,
        "twenty batches ended before they could be killed"
    );
    stage
        .line("batch parc.csv -o r.csv --resume --only eligible")
        .failed_with("les options ne sont pas les mêmes");
    stage.write("parc.csv", points(59_999));
    resumed(&stage, "parc.csv", "r.csv").failed_with("le fichier testé a changé");
    stage.write("parc.csv", points(60_000));
    // Another release is in service meanwhile: the one begun with goes on.
    let file = stage.write("reseaux_de_chaleur.geojson", heat(1, 10.0));
    stage.publish(&file).well();
    resumed(&stage, "parc.csv", "r.csv").well();
    assert!(bytes(&stage, "r.csv") == whole);
    stage.line("batch parc.csv -o r.csv").well();
    assert!(bytes(&stage, "r.csv") != whole);
    stage.write("r.csv.partial", "pas à nous\n");
    resumed(&stage, "parc.csv", "r.csv").failed_with("n’est pas un test interrompu");
}

#[test]
fn nasty_files_are_done_row_by_row_or_refused_in_plain_words() {
    let stage = served();
    let done = |name: &str, content: &[u8], rows: u64| {
        stage.write(name, content);
        let counted = stage
            .line(&format!(
                "batch {name} -o r.csv --lon-column lon --lat-column lat --json"
            ))
            .well()
            .json();
        assert_eq!(counted["rows"], rows, "{name}");
    };
    done(
        "irregulier.csv",
        b"a;lon;lat\n1\n2;5.3;43.2;trop;long\n;;\n",
        3,
    );
    done("vides.csv", b"\n\nlon;lat\n\n5.3;43.2\n\n", 3);
    done(
        "guillemets.csv",
        b"a;lon;lat\n\"x\ny;\"\"\nz\";5.3;43.2\n\"jamais;5.3;43.2\n1;5.3;43.2\n",
        3,
    );
    done(
        "formules.csv",
        b"a;lon;lat\n=cmd|' /C calc'!A0;5.3;43.2\n",
        1,
    );
    done("encodages.csv", "é;lon;lat\né;5.3;43.2\n".as_bytes(), 1);
    let mut mixed = "é;lon;lat\n".to_owned().into_bytes();
    mixed.extend(b"\xC9vry;5.3;43.2\n");
    mixed.extend("Évry;5.3;43.2\n".as_bytes());
    done("melange.csv", &mixed, 2);
    let mut nul = b"a;lon;lat\n".to_vec();
    nul.extend(b"x;5.3;43.2\n".repeat(20_000));
    nul.extend(b"\0;5.3;43.2\n");
    done("nul.csv", &nul, 20_001);
    let wide = format!(
        "lon;lat{}\n5.3;43.2{}\n",
        ";c".repeat(1_000_000),
        ";1".repeat(1_000_000)
    );
    done("large.csv", wide.as_bytes(), 1);
    let refused = |name: &str, content: &[u8], said: &str| {
        stage.write(name, content);
        stage
            .line(&format!("batch {name} -o r.csv"))
            .failed_with(said);
    };
    refused("zeros.csv", &[0; 4096], "binaire");
    refused("faux.xlsx", b"PK\x03\x04rest", "ZIP");
    refused("document.csv", b"%PDF-1.7 x", "PDF");
    refused("cle.csv", b"a;b\n1;2\n", "ni adresse ni coordonnées");
    stage.write("large.csv", wide.as_bytes());
    stage
        .line("batch large.csv -o r.xlsx --lon-column lon --lat-column lat")
        .failed_with("choisissez le format CSV");
}

#[test]
#[ignore = "endure: writes four gigabytes"]
fn two_gigabytes_are_tested_in_little_memory() {
    let stage = served();
    let row = format!("{};5.3005;43.2\n", "x".repeat(400));
    let mut file =
        std::io::BufWriter::new(std::fs::File::create(stage.path("lourd.csv")).expect("a file"));
    file.write_all(b"a;lon;lat\n").expect("room");
    for _ in 0..5_000_000 {
        file.write_all(row.as_bytes()).expect("room");
    }
    file.flush().expect("room");
    let counted = stage.line("batch lourd.csv -o r.csv --json").well().json();
    assert_eq!(counted["rows"], 5_000_000);
}
