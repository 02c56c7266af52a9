//! Files given to the service while it is killed: the results are those of the command line, byte for byte, no row lost
//! or doubled, on SQLite and on PostgreSQL.

use crate::crashes::{Unmount, spread};
use crate::stage::{Stage, heat};
use caloduc_trial_postgres::TrialPostgres;
use serde_json::Value;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A running service; killed without notice when dropped.
struct Service {
    child: Child,
    address: String,
}

impl Drop for Service {
    fn drop(&mut self) {
        self.child.kill().expect("killed, or dead already");
        self.child.wait().expect("it ends");
    }
}

impl Service {
    fn start(stage: &Stage, settings: &[(&str, &str)]) -> Self {
        let mut command = stage.command();
        command
            .args(["serve", "--listen", "127.0.0.1:0"])
            .env("CALODUC_BATCHES__LEASE_SECONDS", "1")
            .env("CALODUC_BATCHES__WORKERS", "1")
            .env_remove("DATABASE_URL")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .envs(settings.iter().copied());
        let mut child = command.spawn().expect("the binary runs");
        let mut stderr = BufReader::new(child.stderr.take().expect("piped"));
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert!(stderr.read_line(&mut line).expect("UTF-8") > 0, "it ended");
            if let Some((_, rest)) = line.split_once("écoute sur http://") {
                break rest.split(' ').next().unwrap_or_default().to_owned();
            }
        };
        // What it says later is read, so that it never waits for a reader.
        std::thread::spawn(move || std::io::copy(&mut stderr, &mut std::io::sink()));
        Self { child, address }
    }

    /// One request; the body of its answer, whatever its status.
    fn ask(&self, head: &str, body: &[u8]) -> std::io::Result<(u16, Vec<u8>)> {
        let mut stream = TcpStream::connect(&self.address)?;
        // Before chunks were invented, the end of the body was the end of the connection.
        let (line, headers) = head.split_once('\n').unwrap_or((head, ""));
        write!(
            stream,
            "{line} HTTP/1.0\r\nHost: localhost\r\n{headers}Content-Length: {}\r\n\r\n",
            body.len()
        )?;
        stream.write_all(body)?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        let end = answer.windows(4).position(|w| w == b"\r\n\r\n");
        let end = end.ok_or(std::io::ErrorKind::UnexpectedEof)?;
        let status = String::from_utf8_lossy(&answer[9..12])
            .parse()
            .unwrap_or_default();
        Ok((status, answer.split_off(end + 4)))
    }

    fn give(&self, file: &[u8]) -> String {
        self.post(b"", file)
    }

    /// A draft.
    fn give_later(&self, file: &[u8]) -> String {
        self.post(
            b"--limit\r\nContent-Disposition: form-data; name=\"launch\"\r\n\r\nlater\r\n",
            file,
        )
    }

    fn post(&self, fields: &[u8], file: &[u8]) -> String {
        let mut body = fields.to_vec();
        body.extend_from_slice(b"--limit\r\nContent-Disposition: form-data; name=\"file\"; filename=\"parc.csv\"\r\n\r\n");
        body.extend_from_slice(file);
        body.extend_from_slice(b"\r\n--limit--\r\n");
        let head = "POST /api/v2/batches\nContent-Type: multipart/form-data; boundary=limit\r\n";
        let (status, answer) = self.ask(head, &body).expect("an answer");
        assert_eq!(status, 202, "{}", String::from_utf8_lossy(&answer));
        let batch: Value = serde_json::from_slice(&answer).expect("JSON");
        batch["id"].as_str().expect("a link").to_owned()
    }

    /// Waits until a batch is as wanted, and shows it.
    fn until(&self, id: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let started = Instant::now();
        loop {
            let batch = self.state(id);
            if wanted(&batch) {
                return batch;
            }
            assert_ne!(batch["state"], "failed", "{batch}");
            assert!(started.elapsed() < Duration::from_mins(10), "{batch}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn state(&self, id: &str) -> Value {
        let (status, body) = self
            .ask(&format!("GET /api/v2/batches/{id}"), b"")
            .expect("an answer");
        assert_eq!(status, 200);
        serde_json::from_slice(&body).expect("JSON")
    }
}

/// A portfolio of points around the networks, with rows that have no answer.
fn portfolio(rows: usize) -> String {
    let mut file = "ref;lon;lat;note\n".to_owned();
    for n in 0..rows {
        let lon = 5.29 + (n * 7919 % 100_000) as f64 * 0.000_003;
        let lat = 43.19 + (n * 104_729 % 100_000) as f64 * 0.000_002;
        let line = match n % 50 {
            0 => format!("{n};;;rien"),
            1 => format!("{n};abc;{lat};\"faux;\"\"1\"\"\""),
            _ => format!("{n};{lon:.6};{lat:.6};é"),
        };
        // Writing to a string cannot fail.
        let _infallible = writeln!(file, "{line}");
    }
    file
}

fn killed(settings: &[(&str, &str)], rows: usize, kills: u64, pause: Duration) {
    let stage = Stage::new();
    let networks = stage.write("reseaux_de_chaleur.geojson", heat(200, 50.0));
    stage.publish(&networks).well();
    let file = portfolio(rows);
    stage.write("parc.csv", &file);
    stage.line("batch parc.csv -o attendu.csv").well();
    let expected = std::fs::read(stage.path("attendu.csv")).expect("results");

    // Two processes on one database, each killed in its turn.
    let mut services = [
        Service::start(&stage, settings),
        Service::start(&stage, settings),
    ];
    let id = services[0].give(file.as_bytes());
    for round in 0..kills {
        std::thread::sleep(pause.mul_f64(spread(round)));
        let victim = (round % 2) as usize;
        services[victim] = Service::start(&stage, settings);
    }
    let batch = services[0].until(&id, |batch| batch["state"] == "done");
    assert_eq!(batch["rows_done"], rows, "{batch}");
    for service in &services {
        let path = format!("GET /api/v2/batches/{id}/results.csv");
        let (status, results) = service.ask(&path, b"").expect("an answer");
        assert_eq!(status, 200);
        assert!(
            results == expected,
            "{} bytes instead of {}",
            results.len(),
            expected.len()
        );
    }
}

#[test]
fn a_batch_survives_kills_on_sqlite_and_gives_the_bytes_of_the_command_line() {
    killed(&[], 60_000, 5, Duration::from_millis(400));
}

#[test]
fn a_batch_survives_kills_on_postgresql_and_gives_the_bytes_of_the_command_line() {
    let Some(server) = TrialPostgres::start() else {
        return;
    };
    let url = server.database("kills");
    killed(
        &[("DATABASE_URL", &url)],
        60_000,
        5,
        Duration::from_millis(400),
    );
}

#[test]
#[ignore = "endure: twenty kills on each database, 300 000 rows"]
fn a_large_batch_survives_twenty_kills_on_both_databases() {
    killed(&[], 300_000, 20, Duration::from_millis(400));
    if let Some(server) = TrialPostgres::start() {
        let url = server.database("kills");
        killed(
            &[("DATABASE_URL", &url)],
            300_000,
            20,
            Duration::from_millis(400),
        );
    }
}

#[test]
#[allow(clippy::print_stdout, reason = "a test that skips says so")]
fn a_full_disk_is_said_and_the_test_goes_on_when_there_is_room() {
    let stage = Stage::new();
    let disk = stage.path("disk");
    std::fs::create_dir(&disk).expect("a folder");
    let path = disk.to_str().expect("UTF-8").to_owned();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=64m", "caloduc-test", &path])
        .stderr(Stdio::null())
        .status();
    if !mounted.is_ok_and(|status| status.success()) {
        println!("skipped: mounting a small disk needs root");
        return;
    }
    let _unmount = Unmount(path.clone());
    let data = format!("{path}/data");
    let networks = stage.write("reseaux_de_chaleur.geojson", heat(20, 50.0));
    let import = [
        "--data-dir",
        &data,
        "import",
        networks.to_str().expect("UTF-8"),
        "--publish",
    ];
    stage.run(&import).well();
    let file = portfolio(60_000);
    let parc = stage.write("parc.csv", &file);
    let batch = [
        "--data-dir",
        &data,
        "batch",
        parc.to_str().expect("UTF-8"),
        "-o",
        "attendu.csv",
    ];
    stage.run(&batch).well();
    let expected = std::fs::read(stage.path("attendu.csv")).expect("results");

    let service = Service::start(&stage, &[("CALODUC_DATA_DIR", &data)]);
    // Files of the edition are written beside; the ballast comes once they are there.
    let id = service.give_later(file.as_bytes());
    std::thread::sleep(Duration::from_secs(3));
    let ballast = disk.join("ballast");
    let free = free_bytes(&disk);
    std::fs::write(&ballast, vec![1; (free - 300_000) as usize]).expect("room for it");
    let (status, answer) = service
        .ask(&format!("POST /api/v2/batches/{id}/launch"), b"")
        .expect("an answer");
    assert_eq!(status, 200, "{}", String::from_utf8_lossy(&answer));
    let waiting = service.until(&id, |batch| batch["paused"] == "no-room");
    assert_ne!(waiting["state"], "done", "{waiting}");
    std::fs::remove_file(&ballast).expect("removed");
    let done = service.until(&id, |batch| batch["state"] == "done");
    assert_eq!(
        (&done["rows_done"], &done["paused"]),
        (&60_000.into(), &Value::Null)
    );
    let (_, results) = service
        .ask(&format!("GET /api/v2/batches/{id}/results.csv"), b"")
        .expect("an answer");
    assert!(results == expected);
}

/// Bytes left on the file system of a folder, as `df` says.
fn free_bytes(folder: &std::path::Path) -> u64 {
    let said = Command::new("df")
        .args(["-B1", "--output=avail"])
        .arg(folder)
        .output();
    let said = String::from_utf8(said.expect("df runs").stdout).expect("UTF-8");
    let figure = said.lines().last().unwrap_or_default().trim();
    figure.parse().expect("a number of bytes")
}

#[test]
fn a_service_told_to_stop_ends_although_somebody_listens_to_news() {
    let stage = Stage::new();
    let mut service = Service::start(&stage, &[]);
    let file = "adresse\nzzzz\n";
    // A draft waits for ever.
    let id = service.give_later(file.as_bytes());
    let mut news = TcpStream::connect(&service.address).expect("connected");
    write!(
        news,
        "GET /api/v2/batches/{id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
    )
    .expect("asked");
    let mut first = [0; 256];
    assert!(news.read(&mut first).expect("news") > 0);
    let told = Command::new("kill")
        .args(["-TERM", &service.child.id().to_string()])
        .status();
    assert!(told.expect("kill runs").success());
    assert_eq!(service.child.wait().expect("it ends").code(), Some(0));
}
