//! One file, from its address to its place: in parts if need be, checked, then renamed.

use crate::check::{Content, problem};
use crate::error::FetchError;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::{Duration, SystemTime};
use ureq::http::{HeaderMap, Response};
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Body};

const PIECE_BYTES: usize = 1 << 16;

/// How long to wait, and how often to try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Tries that bring nothing new before giving up.
    pub attempts: u32,
    /// Silence after which a connection is given up.
    pub stall: Duration,
    /// Wait before the second try; doubled each time.
    pub first_wait: Duration,
    /// Longest wait, whatever the server asks.
    pub longest_wait: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts: 6,
            stall: Duration::from_secs(30),
            first_wait: Duration::from_secs(1),
            longest_wait: Duration::from_mins(5),
        }
    }
}

/// A file to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Where it is.
    pub url: String,
    /// Where it goes; what is there stays until the new one is whole.
    pub path: PathBuf,
    /// What it should be.
    pub content: Content,
    /// Its SHA-256, hexadecimal, when it is known.
    pub sha256: Option<String>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetched {
    /// Another file than before is in place.
    New,
    /// The server says that the file in place is the right one.
    Unchanged,
}

/// Fetches files.
#[derive(Debug)]
pub struct Client {
    agent: Agent,
    patience: Patience,
}

/// How one try ended.
enum Try {
    Whole,
    Unchanged,
    /// Cut, stalled or refused: try again after this, unless it was said otherwise.
    Again {
        problem: String,
        /// Bytes there when it ended.
        received: u64,
        wait: Option<Duration>,
        /// 429 or 503.
        busy: Option<u16>,
    },
}

impl Client {
    /// A client with the certificates of the system.
    pub fn new(patience: Patience) -> Self {
        let found = rustls_native_certs::load_native_certs();
        let roots: Vec<Certificate<'static>> = found
            .certs
            .iter()
            .map(|certificate| Certificate::from_der(certificate.as_ref()).to_owned())
            .collect();
        let tls = TlsConfig::builder()
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .root_certs(RootCerts::Specific(Arc::new(roots)))
            .build();
        let agent = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .max_redirects(5)
            .max_redirects_will_error(true)
            .timeout_resolve(Some(patience.stall))
            .timeout_connect(Some(patience.stall))
            .timeout_send_request(Some(patience.stall))
            .timeout_recv_response(Some(patience.stall))
            .user_agent(concat!("caloduc/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
        Self { agent, patience }
    }

    /// Fetches a file; `progress` is told bytes there and bytes in all (0 when not known).
    pub fn fetch(
        &self,
        wanted: &Wanted,
        progress: &dyn Fn(u64, u64),
    ) -> Result<Fetched, FetchError> {
        let parts = Parts::of(&wanted.path);
        if let Some(folder) = wanted.path.parent() {
            fs::create_dir_all(folder).map_err(|e| disk(folder, e))?;
        }
        let mut failures = 0;
        let mut most = parts.there().map_or(0, |(bytes, _)| bytes);
        loop {
            let again = match self.attempt(wanted, &parts, progress)? {
                Try::Unchanged => return Ok(Fetched::Unchanged),
                Try::Whole => {
                    match problem(&parts.part, wanted.content, wanted.sha256.as_deref()) {
                        None => {
                            parts.place(&wanted.path)?;
                            return Ok(Fetched::New);
                        }
                        Some(problem) => {
                            parts.forget();
                            failures += 1;
                            if failures >= self.patience.attempts {
                                let url = wanted.url.clone();
                                return Err(FetchError::Damaged { url, problem });
                            }
                            None
                        }
                    }
                }
                Try::Again {
                    problem,
                    received,
                    wait,
                    busy,
                } => {
                    // More than ever before is progress, however often the connection was cut.
                    failures = if received > most { 1 } else { failures + 1 };
                    most = most.max(received);
                    if failures >= self.patience.attempts {
                        let url = wanted.url.clone();
                        return Err(match busy {
                            Some(status) => FetchError::Busy { url, status },
                            None => FetchError::Cut { url, problem },
                        });
                    }
                    tracing::debug!(url = wanted.url, problem, "a file is asked for again");
                    wait
                }
            };
            let doubled = self.patience.first_wait * 2_u32.saturating_pow(failures.min(16) - 1);
            std::thread::sleep(again.unwrap_or(doubled).min(self.patience.longest_wait));
        }
    }

    fn attempt(
        &self,
        wanted: &Wanted,
        parts: &Parts,
        progress: &dyn Fn(u64, u64),
    ) -> Result<Try, FetchError> {
        let there = parts.there();
        let mut request = self
            .agent
            .get(&wanted.url)
            .config()
            .https_only(wanted.url.starts_with("https:"))
            .build();
        if let Some((bytes, tag)) = &there {
            request = request
                .header("range", format!("bytes={bytes}-"))
                .header("if-range", tag);
        } else if let Some(tag) = parts.tag_of(&wanted.path) {
            request = request.header("if-none-match", tag);
        }
        let answer = match request.call() {
            Ok(answer) => answer,
            Err(
                error @ (ureq::Error::BadUri(_)
                | ureq::Error::TooManyRedirects
                | ureq::Error::RedirectFailed
                | ureq::Error::RequireHttpsOnly(_)),
            ) => {
                return Err(FetchError::Address {
                    url: wanted.url.clone(),
                    problem: error.to_string(),
                });
            }
            Err(error) => return Ok(again(error.to_string())),
        };
        let status = answer.status().as_u16();
        match status {
            304 => Ok(Try::Unchanged),
            200 => self.receive(answer, parts, 0, progress),
            206 => {
                let from = there.map_or(0, |(bytes, _)| bytes);
                if range_start(answer.headers()) == Some(from) {
                    self.receive(answer, parts, from, progress)
                } else {
                    parts.forget();
                    Ok(again(
                        "une autre partie que celle demandée est venue".to_owned(),
                    ))
                }
            }
            // What is there is longer than the file: another version.
            416 => {
                parts.forget();
                Ok(again("la partie demandée n’existe pas".to_owned()))
            }
            429 | 503 => Ok(Try::Again {
                problem: format!("réponse {status}"),
                received: 0,
                wait: retry_after(answer.headers()),
                busy: Some(status),
            }),
            408 | 500..=599 => Ok(again(format!("réponse {status}"))),
            _ => Err(FetchError::Status {
                url: wanted.url.clone(),
                status,
            }),
        }
    }

    /// Writes a body after the first `from` bytes of the part.
    fn receive(
        &self,
        answer: Response<Body>,
        parts: &Parts,
        from: u64,
        progress: &dyn Fn(u64, u64),
    ) -> Result<Try, FetchError> {
        let tag = header(answer.headers(), "etag").filter(|tag| !tag.starts_with("W/"));
        let length = header(answer.headers(), "content-length").and_then(|text| text.parse().ok());
        let total: u64 = length.map_or(0, |length: u64| from + length);
        parts
            .remember(tag.as_deref())
            .map_err(|e| disk(&parts.part, e))?;
        let mut file = OpenOptions::new()
            .create(true)
            .write(true)
            .truncate(false)
            .open(&parts.part)
            .map_err(|e| disk(&parts.part, e))?;
        file.set_len(from).map_err(|e| disk(&parts.part, e))?;
        io::Seek::seek(&mut file, io::SeekFrom::Start(from)).map_err(|e| disk(&parts.part, e))?;
        let mut received = from;
        // Read apart, so that silence is noticed: the thread ends with its connection.
        let (sender, pieces) = sync_channel::<io::Result<Vec<u8>>>(4);
        let mut body = answer.into_body().into_reader();
        std::thread::spawn(move || {
            loop {
                let mut piece = vec![0; PIECE_BYTES];
                let read = body.read(&mut piece);
                let over = !matches!(read, Ok(bytes) if bytes > 0);
                let sent = sender.send(read.map(|bytes| {
                    piece.truncate(bytes);
                    piece
                }));
                if over || sent.is_err() {
                    return;
                }
            }
        });
        loop {
            let problem = match pieces.recv_timeout(self.patience.stall) {
                Ok(Ok(piece)) if piece.is_empty() => break,
                Ok(Ok(piece)) => {
                    file.write_all(&piece).map_err(|e| disk(&parts.part, e))?;
                    received += piece.len() as u64;
                    progress(received, total);
                    continue;
                }
                Ok(Err(error)) => error.to_string(),
                Err(RecvTimeoutError::Timeout) => "le serveur ne dit plus rien".to_owned(),
                Err(RecvTimeoutError::Disconnected) => break,
            };
            return Ok(Try::Again {
                problem,
                received,
                wait: None,
                busy: None,
            });
        }
        if length.is_some() && received < total {
            return Ok(Try::Again {
                problem: format!("{received} octets reçus sur {total}"),
                received,
                wait: None,
                busy: None,
            });
        }
        file.sync_all().map_err(|e| disk(&parts.part, e))?;
        Ok(Try::Whole)
    }
}

fn again(problem: String) -> Try {
    Try::Again {
        problem,
        received: 0,
        wait: None,
        busy: None,
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// The first byte of a part (`bytes 100-199/200`).
fn range_start(headers: &HeaderMap) -> Option<u64> {
    let text = header(headers, "content-range")?;
    text.strip_prefix("bytes ")?.split('-').next()?.parse().ok()
}

/// The delay asked for: seconds, or a date.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = header(headers, "retry-after")?;
    if let Ok(seconds) = text.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(&text).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

fn disk(path: &Path, source: io::Error) -> FetchError {
    FetchError::Disk {
        path: path.display().to_string(),
        source,
    }
}

/// The files beside the one wanted: what came so far, and the tags that tell versions apart.
struct Parts {
    part: PathBuf,
    part_tag: PathBuf,
}

impl Parts {
    fn of(path: &Path) -> Self {
        Self {
            part: beside(path, "part"),
            part_tag: beside(path, "part.etag"),
        }
    }

    /// Bytes there, and the tag of their version; `None` when there is nothing to take up.
    fn there(&self) -> Option<(u64, String)> {
        let bytes = self.part.metadata().ok()?.len();
        let tag = fs::read_to_string(&self.part_tag).ok()?;
        (bytes > 0 && !tag.is_empty()).then_some((bytes, tag))
    }

    /// The tag of the file in place; `None` without file or tag.
    #[allow(clippy::unused_self)] // the names of all files beside are here
    fn tag_of(&self, path: &Path) -> Option<String> {
        path.is_file()
            .then(|| fs::read_to_string(beside(path, "etag")).ok())
            .flatten()
            .filter(|tag| !tag.is_empty())
    }

    fn remember(&self, tag: Option<&str>) -> io::Result<()> {
        fs::write(&self.part_tag, tag.unwrap_or_default())
    }

    fn forget(&self) {
        for path in [&self.part, &self.part_tag] {
            // Not there is as good.
            let _gone = fs::remove_file(path);
        }
    }

    /// Puts the whole file in its place.
    fn place(&self, path: &Path) -> Result<(), FetchError> {
        let tag = beside(path, "etag");
        // Without the old tag first, a crash between the two renames would pair it with the new file.
        let _absent = fs::remove_file(&tag);
        fs::rename(&self.part, path).map_err(|e| disk(path, e))?;
        fs::rename(&self.part_tag, &tag).map_err(|e| disk(&tag, e))?;
        if let Some(folder) = path.parent() {
            File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(|e| disk(folder, e))?;
        }
        Ok(())
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{ending}"))
}
