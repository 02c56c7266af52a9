//! Fetching from a server on this machine that cuts, corrupts, redirects, stalls and asks for patience.
#![allow(clippy::unwrap_used)]

use caloduc_fetch::{Client, Content, FetchError, Fetched, Patience, Wanted};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request as the server saw it.
#[derive(Debug, Clone, Default)]
struct Seen {
    path: String,
    range: Option<usize>,
    has_if_none_match: bool,
}

type Script = dyn Fn(&Seen, usize, &mut TcpStream) + Send + Sync;

struct Server {
    address: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Answers each request by a script, told which request it is.
    fn start(script: impl Fn(&Seen, usize, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (script, log): (Arc<Script>, _) = (Arc::new(script), Arc::clone(&seen));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (script, log) = (Arc::clone(&script), Arc::clone(&log));
                std::thread::spawn(move || answer(stream, &*script, &log));
            }
        });
        Self { address, seen }
    }

    fn requests(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

fn answer(mut stream: TcpStream, script: &Script, log: &Mutex<Vec<Seen>>) {
    let mut seen = Seen::default();
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    seen.path = String::from(first.split(' ').nth(1).unwrap());
    for line in lines
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty())
    {
        let line = line.to_ascii_lowercase();
        if let Some(from) = line.strip_prefix("range: bytes=") {
            seen.range = from.trim_end_matches('-').parse().ok();
        }
        seen.has_if_none_match |= line.starts_with("if-none-match:");
    }
    let number = {
        let mut log = log.lock().unwrap();
        log.push(seen.clone());
        log.len()
    };
    script(&seen, number, &mut stream);
}

fn body() -> Vec<u8> {
    let mut rows = String::from("id;numero\n");
    for n in 0..60_000 {
        rows.push_str(&format!("75101_{n};{}\n", n * 7919 % 997));
    }
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(rows.as_bytes()).unwrap();
    gzip.finish().unwrap()
}

/// The file, whole or from where it was asked.
fn send(seen: &Seen, stream: &mut TcpStream, body: &[u8], most: usize) {
    let from = seen.range.unwrap_or(0);
    let rest = &body[from..];
    let status = if seen.range.is_some() {
        "206 Partial Content"
    } else {
        "200 OK"
    };
    let range = format!(
        "content-range: bytes {from}-{}/{}\r\n",
        body.len() - 1,
        body.len()
    );
    let head = format!(
        "HTTP/1.1 {status}\r\netag: \"v1\"\r\ncontent-length: {}\r\n{}connection: close\r\n\r\n",
        rest.len(),
        if seen.range.is_some() {
            range.as_str()
        } else {
            ""
        }
    );
    stream.write_all(head.as_bytes()).unwrap();
    let _cut = stream.write_all(&rest[..rest.len().min(most)]);
}

fn say(stream: &mut TcpStream, head: &str) {
    let text = format!("HTTP/1.1 {head}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(text.as_bytes()).unwrap();
}

fn patience() -> Patience {
    Patience {
        attempts: 4,
        stall: Duration::from_millis(400),
        first_wait: Duration::from_millis(5),
        longest_wait: Duration::from_millis(50),
    }
}

struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("adresses-75.csv.gz")
    }

    fn fetch(&self, server: &Server, path: &str) -> Result<Fetched, FetchError> {
        self.fetch_with(server, path, None)
    }

    fn fetch_with(
        &self,
        server: &Server,
        path: &str,
        sha256: Option<String>,
    ) -> Result<Fetched, FetchError> {
        let wanted = Wanted {
            url: format!("{}{path}", server.address),
            path: self.path(),
            content: Content::Gzip,
            sha256,
        };
        Client::new(patience()).fetch(&wanted, &|_, _| ())
    }

    fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.path()).unwrap()
    }
}

#[test]
fn a_file_that_is_cut_again_and_again_is_taken_up_where_it_was() {
    let server = Server::start(|seen, _, stream| send(seen, stream, &body(), 60_000));
    let place = Place::new();
    assert_eq!(place.fetch(&server, "/f").unwrap(), Fetched::New);
    assert_eq!(place.bytes(), body());
    let requests = server.requests();
    assert!(
        requests.len() > 4,
        "more cuts than attempts: {}",
        requests.len()
    );
    assert!(requests[1..].iter().all(|seen| seen.range.is_some()));
}

#[test]
fn what_came_before_the_program_ended_is_taken_up_by_the_next_one() {
    let server = Server::start(|seen, number, stream| match number {
        1 => send(seen, stream, &body(), 50_000),
        2..=4 => say(stream, "500 Internal Server Error"),
        _ => send(seen, stream, &body(), usize::MAX),
    });
    let place = Place::new();
    assert!(matches!(
        place.fetch(&server, "/f"),
        Err(FetchError::Cut { .. })
    ));
    assert!(!place.path().exists());
    place.fetch(&server, "/f").unwrap();
    assert_eq!(server.requests().last().unwrap().range, Some(50_000));
    assert_eq!(place.bytes(), body());
}

#[test]
fn a_corrupted_file_is_asked_for_again_and_never_replaces_the_old_one() {
    let corrupt = || {
        let mut bytes = body();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 0xff;
        bytes
    };
    let once = Server::start(move |seen, number, stream| {
        send(
            seen,
            stream,
            &if number == 1 { corrupt() } else { body() },
            usize::MAX,
        );
    });
    let place = Place::new();
    place.fetch(&once, "/f").unwrap();
    assert_eq!(place.bytes(), body());
    let always = Server::start(move |seen, _, stream| {
        let mut bytes = body();
        bytes.truncate(bytes.len() - 4);
        send(seen, stream, &bytes, usize::MAX);
    });
    assert!(matches!(
        place.fetch(&always, "/f"),
        Err(FetchError::Damaged { .. })
    ));
    assert_eq!(place.bytes(), body());
}

#[test]
fn a_file_that_is_not_the_one_announced_is_refused() {
    let server = Server::start(|seen, _, stream| send(seen, stream, &body(), usize::MAX));
    let place = Place::new();
    let refused = place.fetch_with(&server, "/f", Some("00".repeat(32)));
    assert!(matches!(refused, Err(FetchError::Damaged { .. })));
    assert!(!place.path().exists());
}

#[test]
fn a_stalled_connection_is_given_up_and_taken_up() {
    let server = Server::start(|seen, number, stream| {
        if number == 1 {
            send(seen, stream, &body(), 30_000);
            std::thread::sleep(Duration::from_secs(5));
        } else {
            send(seen, stream, &body(), usize::MAX);
        }
    });
    let place = Place::new();
    place.fetch(&server, "/f").unwrap();
    assert_eq!(server.requests()[1].range, Some(30_000));
    let silent = Server::start(|_, _, _| std::thread::sleep(Duration::from_secs(5)));
    assert!(matches!(
        place.fetch(&silent, "/f"),
        Err(FetchError::Cut { .. })
    ));
    assert_eq!(place.bytes(), body());
}

#[test]
fn redirects_are_followed_but_not_for_ever() {
    let server = Server::start(|seen, _, stream| match seen.path.as_str() {
        "/here" => send(seen, stream, &body(), usize::MAX),
        "/loop" => say(stream, "302 Found\r\nlocation: /loop"),
        _ => say(stream, "302 Found\r\nlocation: /here"),
    });
    let place = Place::new();
    place.fetch(&server, "/there").unwrap();
    assert_eq!(place.bytes(), body());
    assert!(matches!(
        place.fetch(&server, "/loop"),
        Err(FetchError::Address { .. })
    ));
    assert!(server.requests().len() < 12);
}

#[test]
fn a_server_that_asks_for_patience_gets_it_within_limits() {
    let server = Server::start(|seen, number, stream| match number {
        1 => say(stream, "429 Too Many Requests\r\nretry-after: 0"),
        2 => say(
            stream,
            "503 Service Unavailable\r\nretry-after: Wed, 21 Oct 2015 07:28:00 GMT",
        ),
        _ => send(seen, stream, &body(), usize::MAX),
    });
    let place = Place::new();
    place.fetch(&server, "/f").unwrap();
    assert_eq!(server.requests().len(), 3);
    let always =
        Server::start(|_, _, stream| say(stream, "429 Too Many Requests\r\nretry-after: 99999"));
    assert!(matches!(
        place.fetch(&always, "/f"),
        Err(FetchError::Busy { status: 429, .. })
    ));
    assert_eq!(always.requests().len(), 4);
}

#[test]
fn a_file_that_did_not_change_is_not_sent_again() {
    let server = Server::start(|seen, _, stream| {
        if seen.has_if_none_match {
            say(stream, "304 Not Modified");
        } else {
            send(seen, stream, &body(), usize::MAX);
        }
    });
    let place = Place::new();
    assert_eq!(place.fetch(&server, "/f").unwrap(), Fetched::New);
    assert_eq!(place.fetch(&server, "/f").unwrap(), Fetched::Unchanged);
    assert_eq!(place.bytes(), body());
}

#[test]
fn what_is_not_there_is_said_at_once() {
    let server = Server::start(|_, _, stream| say(stream, "404 Not Found"));
    let place = Place::new();
    assert!(matches!(
        place.fetch(&server, "/f"),
        Err(FetchError::Status { status: 404, .. })
    ));
    assert_eq!(server.requests().len(), 1);
}
