//! `caloduc serve` as its operator sees it: it starts, it says where, it stops when told.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStderr, Command, Stdio};

/// The demonstration territory on a free port; stopped when dropped.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        // Already gone when the test went well.
        let _gone = self.0.kill();
        let _waited = self.0.wait();
    }
}

fn serve(data_dir: &std::path::Path) -> (Served, BufReader<ChildStderr>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_caloduc"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(data_dir)
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    let stderr = BufReader::new(child.stderr.take().expect("piped"));
    (Served(child), stderr)
}

#[test]
fn an_empty_directory_is_served_and_the_end_signal_ends_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let (mut served, mut stderr) = serve(&dir.path().join("data"));
    let mut line = String::new();
    while !line.starts_with("caloduc écoute sur http://127.0.0.1:") {
        line.clear();
        let read = stderr.read_line(&mut line).expect("UTF-8");
        assert!(read > 0, "ended before it listened");
    }
    let told = Command::new("kill")
        .args(["-TERM", &served.0.id().to_string()])
        .status()
        .expect("kill runs");
    assert!(told.success());
    let ended = served.0.wait().expect("it ends");
    assert_eq!(ended.code(), Some(0));
}

#[test]
fn a_misspelt_key_stops_the_start_and_names_the_right_one() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("config.toml");
    std::fs::write(&file, "[limits]\nbrust = 3\n").expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_caloduc"))
        .arg("--config")
        .arg(&file)
        .args(["serve", "--demo"])
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("limits.brust") && said.contains("limits.burst"),
        "{said}"
    );
}
