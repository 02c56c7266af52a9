//! Where a test plays: a folder of its own, the binary, and small files in the real layouts.

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A folder with a data directory in it, removed at the end.
pub struct Stage {
    folder: tempfile::TempDir,
}

/// How a command ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Ended {
    /// Its stdout as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The same, having ended well.
    pub fn well(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    /// The same, the work having failed with these words.
    pub fn failed_with(self, words: &str) -> Self {
        assert_eq!(self.code, Some(1), "{self:?}");
        let said = plain(&self.err);
        assert!(said.contains(words), "« {words} » is not in: {said}");
        self
    }

    /// The same, the command line having been refused.
    pub fn misused(self) -> Self {
        assert_eq!(self.code, Some(2), "{self:?}");
        assert!(self.out.is_empty(), "{self:?}");
        self
    }
}

/// Unbreakable spaces made plain, to compare words.
pub fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

impl Stage {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(&path, content).expect("a file");
        path
    }

    /// The binary, ready to be given arguments, in this folder and on its data directory only.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_caloduc"));
        self.settle(&mut command);
        command
    }

    /// Puts any command in this folder, on its data directory.
    pub fn settle(&self, command: &mut Command) {
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("CALODUC_") {
                command.env_remove(name);
            }
        }
        command
            .current_dir(self.folder.path())
            .env("CALODUC_DATA_DIR", self.data())
            .stdin(Stdio::null());
    }

    pub fn run<S: AsRef<std::ffi::OsStr>>(&self, arguments: &[S]) -> Ended {
        ended(
            self.command()
                .args(arguments)
                .output()
                .expect("the binary runs"),
        )
    }

    /// Runs a line whose arguments have no space.
    pub fn line(&self, line: &str) -> Ended {
        let arguments: Vec<&str> = line.split(' ').collect();
        self.run(&arguments)
    }

    /// Puts networks into service.
    pub fn publish(&self, file: &Path) -> Ended {
        self.run(&[
            "import".as_ref(),
            file.as_os_str(),
            "--publish".as_ref(),
            "--json".as_ref(),
        ])
    }
}

pub fn ended(output: Output) -> Ended {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Ended {
        code: output.status.code(),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// A network of one straight pipe, 100 m or so to the east of the place.
pub fn pipe(id: &str, lon: f64, lat: f64, rate: f64) -> Value {
    json!({
        "type": "Feature",
        "properties": { "Identifiant reseau": id, "nom_reseau": format!("Réseau {id}"), "Taux EnR&R": rate },
        "geometry": { "type": "LineString", "coordinates": [[lon, lat], [lon + 0.001, lat]] }
    })
}

/// Features as a file.
pub fn collection(features: &[Value]) -> String {
    json!({ "type": "FeatureCollection", "features": features }).to_string()
}

/// A heat file of so many networks in Marseille.
pub fn heat(count: usize, rate: f64) -> String {
    let features: Vec<Value> = (0..count)
        .map(|i| {
            let id = format!("13{:02}C", i % 100);
            let lat = 43.2 + (i / 100) as f64 * 0.01;
            pipe(&id, 5.30 + (i % 100) as f64 * 0.002, lat, rate)
        })
        .collect();
    collection(&features)
}

/// The folder of real data, when it is there.
#[allow(clippy::print_stdout, reason = "a test that skips says so")]
pub fn shared() -> Option<PathBuf> {
    let given = std::env::var_os("CALODUC_SHARED").map(PathBuf::from);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let known = [given, Some(beside)];
    let found = known.into_iter().flatten().find(|path| path.is_dir());
    if found.is_none() {
        println!("skipped: no folder of real data (CALODUC_SHARED)");
    }
    found
}

/// Codes of a report's findings, in order.
pub fn codes(report: &Value) -> Vec<&str> {
    let findings = report["findings"].as_array().expect("findings");
    findings
        .iter()
        .map(|finding| finding["code"].as_str().expect("a code"))
        .collect()
}
