//! Drives `caloduc addresses` and `caloduc geocode` as a person would, on a small fictional address base.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const ISLE: &str = "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;lon;lat
00901_0001_00001;1;;Rue du Phare;00100;00901;Port-Calme;-4.10;46.20
00901_0001_00012;12;;Rue du Phare;00100;00901;Port-Calme;-4.11;46.21
00901_0002_00003_bis;3;bis;Boulevard de la Chapelle;00100;00901;Port-Calme;-4.12;46.22
00902_0001_00004;4;;Rue du Phare;00200;00902;Saint-Ronan;-4.20;46.30
00902_0001_0000x;x;;Rue du Phare;00200;00902;Saint-Ronan;-4.20;46.30
";

const REUNION: &str = "id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;lon;lat
97490_0001_00007;7;;Rue des Flamboyants;97499;97490;Sainte-Clotilde;55.50;-20.90
";

struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            dir: tempfile::tempdir().expect("a folder"),
        }
    }

    fn with_index() -> Self {
        let place = Self::new();
        place.write("ban/adresses-00.csv", ISLE);
        place.write("ban/adresses-974.csv", REUNION);
        place.write("ban/notes.txt", "nothing of interest\n");
        let output = place.caloduc(&["addresses", "build", "ban"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        place
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        std::fs::write(path, text).expect("written");
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).expect("readable")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caloduc"));
        command
            .args(arguments)
            .current_dir(self.path())
            .env("CALODUC_DATA_DIR", self.path().join("data"));
        command
    }

    fn caloduc(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the binary runs")
    }

    fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let output = self.caloduc(&[arguments, &["--json"]].concat());
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("JSON")
    }

    fn fails(&self, arguments: &[&str], code: i32) -> String {
        let output = self.caloduc(arguments);
        let message = text(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {message}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        message
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("UTF-8")
}

#[test]
fn a_folder_becomes_an_index_and_says_what_was_wrong() {
    let place = Place::new();
    place.write("ban/adresses-00.csv", ISLE);
    place.write("ban/notes.txt", "nothing of interest\n");
    let output = place.caloduc(&["addresses", "build", "ban"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(
        text(&output.stdout).starts_with("4 adresses, 3 voies"),
        "{}",
        text(&output.stdout)
    );
    let said = text(&output.stderr);
    assert!(
        said.contains("ligne 6") && said.contains("n’est pas un numéro"),
        "{said}"
    );
    let info = place.json(&["addresses", "info"]);
    assert_eq!(info["addresses"], 4);
    assert_eq!(info["departments"][0]["code"], "00");
    assert!(info["built"].as_str().is_some_and(|b| b.ends_with('Z')));
    assert_eq!(
        place.caloduc(&["addresses", "verify"]).status.code(),
        Some(0)
    );
}

#[test]
fn a_department_replaces_itself_and_the_others_stay_unless_told() {
    let place = Place::with_index();
    place.write("new.csv", &REUNION.replace("00007;7;", "00009;9;"));
    let built = place.json(&["addresses", "build", "new.csv"]);
    assert_eq!(built["index"]["kept"], serde_json::json!(["00"]));
    let found = place.json(&["geocode", "rue des flamboyants 97499"]);
    assert!(
        found["features"][0]["properties"]["label"]
            .as_str()
            .is_some()
    );
    assert_eq!(place.json(&["addresses", "info"])["addresses"], 5);
    place.json(&["addresses", "build", "new.csv", "--replace-all"]);
    assert_eq!(place.json(&["addresses", "info"])["addresses"], 1);
}

#[test]
fn a_build_that_fails_leaves_the_index_as_it_was() {
    let place = Place::with_index();
    let before = std::fs::read(place.path().join("data/addresses.idx")).expect("index");
    place.write("bad.csv", "a;b\n1;2\n");
    let message = place.fails(&["addresses", "build", "bad.csv"], 1);
    assert!(
        message.contains("bad.csv") && message.contains("ni un fichier d’adresses"),
        "{message}"
    );
    assert!(
        place
            .fails(&["addresses", "build", "nowhere.csv"], 1)
            .contains("n’existe pas")
    );
    place.fails(&["addresses", "build"], 2);
    let after = std::fs::read(place.path().join("data/addresses.idx")).expect("index");
    assert!(before == after);
}

#[test]
fn an_altered_index_does_not_verify() {
    let place = Place::with_index();
    let path = place.path().join("data/addresses.idx");
    let mut bytes = std::fs::read(&path).expect("index");
    bytes[40] ^= 1;
    std::fs::write(&path, bytes).expect("written");
    assert!(place.fails(&["addresses", "verify"], 1).contains("altéré"));
}

#[test]
fn without_an_index_the_command_says_how_to_build_one() {
    let place = Place::new();
    let message = place.fails(&["geocode", "rue du phare"], 1);
    assert!(message.contains("addresses build"), "{message}");
    assert!(!place.path().join("data").exists());
}

#[test]
fn a_text_badly_written_is_found_with_its_reasons() {
    let place = Place::with_index();
    let output = place.caloduc(&["geocode", "3bis bd de la chapele port calme", "--explain"]);
    let answer = text(&output.stdout);
    assert!(
        answer.starts_with("3bis Boulevard de la Chapelle 00100 Port-Calme\n"),
        "{answer}"
    );
    assert!(answer.contains("s’écrit autrement"), "{answer}");
    let found = place.json(&[
        "geocode",
        "12 rue du phare",
        "--postcode",
        "00100",
        "--limit",
        "1",
    ]);
    assert_eq!(found["features"].as_array().map(Vec::len), Some(1));
    assert_eq!(found["features"][0]["properties"]["id"], "00901_0001_00012");
    let reverse = place.json(&["geocode", "--lon=-4.2001", "--lat=46.3001"]);
    assert_eq!(
        reverse["features"][0]["properties"]["id"],
        "00902_0001_00004"
    );
    assert!(
        place
            .fails(&["geocode", "zzzzqqqq"], 1)
            .contains("rien ne ressemble")
    );
    place.fails(&["geocode", "rue", "--limit", "21"], 2);
    place.fails(&["geocode", "rue", "--type", "castle"], 2);
    place.fails(&["geocode"], 2);
}

#[test]
fn a_table_comes_out_whole_in_its_order() {
    let place = Place::with_index();
    place.write(
        "in.csv",
        "nom;voie;ville\r\nA;12 rue du fare;Port-Calme\r\nB;;\r\nC;4 rue du phare;St Ronan\r\n",
    );
    let arguments = [
        "geocode",
        "--csv",
        "in.csv",
        "--columns",
        "voie,ville",
        "--result-columns",
        "result_id,result_status",
        "-o",
        "out.csv",
    ];
    let output = place.caloduc(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let expected = "nom;voie;ville;result_id;result_status\r\nA;12 rue du fare;Port-Calme;00901_0001_00012;ok\r\nB;;;;skipped\r\nC;4 rue du phare;St Ronan;00902_0001_00004;ok\r\n";
    assert_eq!(place.read("out.csv"), expected);
    assert!(text(&output.stderr).contains("2 trouvées"));
    // The same through pipes.
    let mut child = place
        .command(&[
            "geocode",
            "--csv",
            "-",
            "--columns",
            "voie",
            "--columns",
            "ville",
            "--result-columns",
            "result_id,result_status",
            "-o",
            "-",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    let input = place.read("in.csv");
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(input.as_bytes())
        .expect("written");
    let output = child.wait_with_output().expect("an end");
    assert_eq!(text(&output.stdout), expected);
}

#[test]
fn a_column_that_is_not_there_leaves_no_output() {
    let place = Place::with_index();
    place.write("in.csv", "a,b\n1,2\n");
    let message = place.fails(
        &[
            "geocode",
            "--csv",
            "in.csv",
            "--columns",
            "voie",
            "-o",
            "out.csv",
        ],
        2,
    );
    assert!(
        message.contains("colonnes du fichier\u{a0}: a, b"),
        "{message}"
    );
    assert!(!place.path().join("out.csv").exists());
    assert!(
        place
            .fails(&["geocode", "--csv", "in.csv", "-o", "in.csv"], 2)
            .contains("fichier d’entrée")
    );
    assert!(
        place
            .fails(&["geocode", "--csv", "none.csv"], 1)
            .contains("n’existe pas")
    );
}
