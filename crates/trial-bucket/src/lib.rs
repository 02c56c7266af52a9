//! Is there a bucket to try things on? A server on the machine itself that answers the part of the S3 protocol that is
//! used here (put, get with ranges, head, delete, parts, list), holds everything in memory, and fails when told to.
//! Never part of the program.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};

/// The key that opens the bucket.
pub const KEY: &str = "trial-key";
/// Its secret; signatures are not computed again, only asked for.
pub const SECRET: &str = "trial-secret";

/// How a request fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// « 503 Slow Down ».
    Unavailable,
    /// The connection is cut in the middle of the answer.
    Cut,
    /// The answer comes late.
    Slow,
}

#[derive(Debug)]
struct Object {
    bytes: Vec<u8>,
    written: SystemTime,
}

impl Object {
    fn now(bytes: Vec<u8>) -> Self {
        Self {
            bytes,
            written: SystemTime::now(),
        }
    }

    /// When it was written: as lists say it, and as headers do.
    fn dates(&self) -> [String; 2] {
        let since = self.written.duration_since(SystemTime::UNIX_EPOCH);
        let seconds = since.map_or(0, |since| since.as_secs());
        let (days, clock) = (seconds / 86_400, seconds % 86_400);
        let time = format!(
            "{:02}:{:02}:{:02}",
            clock / 3600,
            clock / 60 % 60,
            clock % 60
        );
        // Days to a date of the civil calendar (Hinnant).
        let shifted = days + 719_468;
        let (era, of_era) = (shifted / 146_097, shifted % 146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let part = (5 * of_year + 2) / 153;
        let day = of_year - (153 * part + 2) / 5 + 1;
        let month = if part < 10 { part + 3 } else { part - 9 };
        let year = year + era * 400 + u64::from(month <= 2);
        let names = "JanFebMarAprMayJunJulAugSepOctNovDec";
        let name = &names[3 * (month as usize - 1)..3 * month as usize];
        let weekday = &"ThuFriSatSunMonTueWed"[3 * (days % 7) as usize..][..3];
        [
            format!("{year:04}-{month:02}-{day:02}T{time}.000Z"),
            format!("{weekday}, {day:02} {name} {year:04} {time} GMT"),
        ]
    }
}

#[derive(Debug, Default)]
struct Held {
    objects: BTreeMap<String, Object>,
    parts: BTreeMap<String, BTreeMap<u32, Vec<u8>>>,
    failures: VecDeque<Failure>,
    requests: Vec<String>,
    begun: usize,
}

/// A running server.
#[derive(Debug)]
pub struct TrialBucket {
    address: String,
    held: Arc<Mutex<Held>>,
    stopped: Arc<AtomicBool>,
}

impl TrialBucket {
    /// Starts one on a free port.
    ///
    /// # Panics
    /// When the machine gives no port.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound port").to_string();
        let held = Arc::new(Mutex::new(Held::default()));
        let stopped = Arc::new(AtomicBool::new(false));
        let (shared, stop) = (Arc::clone(&held), Arc::clone(&stopped));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let held = Arc::clone(&shared);
                thread::spawn(move || serve(&stream, &held));
            }
        });
        Self {
            address,
            held,
            stopped,
        }
    }

    /// Where it is, `http://127.0.0.1:…`.
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The next requests fail, in this order.
    pub fn fail(&self, failures: &[Failure]) {
        lock(&self.held).failures.extend(failures);
    }

    /// Names of what it holds, `bucket/prefix/name`.
    pub fn names(&self) -> Vec<String> {
        lock(&self.held).objects.keys().cloned().collect()
    }

    /// Uploads in parts that were neither completed nor given up.
    pub fn unfinished(&self) -> usize {
        lock(&self.held).parts.len()
    }

    /// Method and path of every request so far.
    pub fn requests(&self) -> Vec<String> {
        lock(&self.held).requests.clone()
    }
}

impl Drop for TrialBucket {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        // Wakes the listener, which then ends; it may be gone already.
        let _woken = TcpStream::connect(&self.address);
    }
}

fn lock(held: &Mutex<Held>) -> MutexGuard<'_, Held> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Request {
    method: String,
    path: String,
    query: BTreeMap<String, String>,
    range: Option<(usize, usize)>,
    is_signed: bool,
    body: Vec<u8>,
}

#[derive(Default)]
struct Reply {
    status: &'static str,
    headers: String,
    body: Vec<u8>,
}

impl Reply {
    fn of(status: &'static str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            body: body.into(),
            ..Self::default()
        }
    }

    fn error(status: &'static str, code: &str) -> Self {
        Self::of(
            status,
            format!(
                "<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{code}</Message></Error>"
            ),
        )
    }
}

/// Answers the requests of a connection until it ends.
fn serve(stream: &TcpStream, held: &Mutex<Held>) {
    let mut reader = BufReader::new(stream);
    while let Some(request) = read(&mut reader) {
        let failure = {
            let mut held = lock(held);
            held.requests
                .push(format!("{} {}", request.method, request.path));
            held.failures.pop_front()
        };
        let is_head = request.method == "HEAD";
        let reply = match failure {
            Some(Failure::Unavailable) => Reply::error("503 Slow Down", "SlowDown"),
            Some(Failure::Slow) => {
                thread::sleep(Duration::from_millis(300));
                answer(&request, &mut lock(held))
            }
            Some(Failure::Cut) | None => answer(&request, &mut lock(held)),
        };
        let mut out = format!(
            "HTTP/1.1 {}\r\nContent-Length: {}\r\n{}\r\n",
            reply.status,
            reply.body.len(),
            reply.headers
        )
        .into_bytes();
        if !is_head {
            out.extend_from_slice(&reply.body);
        }
        if failure == Some(Failure::Cut) {
            out.truncate(out.len() / 2);
        }
        let mut writer = stream;
        if writer.write_all(&out).is_err() || failure == Some(Failure::Cut) {
            // Both ways: whoever waits for the rest is told at once.
            let _ended = stream.shutdown(std::net::Shutdown::Both);
            return;
        }
    }
}

/// The next request; `None` when the connection ends.
fn read(reader: &mut BufReader<&TcpStream>) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|n| *n > 0)?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let mut request = Request {
        method,
        path: decoded(path.trim_start_matches('/')),
        query: query
            .split('&')
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (decoded(name), decoded(value)))
            .collect(),
        range: None,
        is_signed: false,
        body: Vec::new(),
    };
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok().filter(|n| *n > 0)?;
        let Some((name, value)) = header.trim_end().split_once(':') else {
            break;
        };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            "range" => {
                let (from, to) = value.strip_prefix("bytes=")?.split_once('-')?;
                request.range = Some((from.parse().ok()?, to.parse().ok()?));
            }
            "authorization" => {
                request.is_signed =
                    value.starts_with("AWS4-HMAC-SHA256 ") && value.contains(&format!("={KEY}/"));
            }
            _ => {}
        }
    }
    request.body = vec![0; length];
    reader.read_exact(&mut request.body).ok()?;
    Some(request)
}

fn decoded(text: &str) -> String {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let pair: Vec<u8> = bytes.by_ref().take(2).collect();
            let pair = String::from_utf8_lossy(&pair).into_owned();
            out.push(u8::from_str_radix(&pair, 16).unwrap_or(b'?'));
        } else {
            out.push(byte);
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn answer(request: &Request, held: &mut Held) -> Reply {
    if !request.is_signed {
        return Reply::error("403 Forbidden", "AccessDenied");
    }
    let upload = request.query.get("uploadId").cloned();
    let key = request.path.clone();
    match (request.method.as_str(), upload) {
        ("PUT", Some(upload)) => {
            let number = request.query.get("partNumber").and_then(|n| n.parse().ok());
            let (Some(parts), Some(number)) = (held.parts.get_mut(&upload), number) else {
                return Reply::error("404 Not Found", "NoSuchUpload");
            };
            parts.insert(number, request.body.clone());
            tagged(number as usize)
        }
        ("POST", None) if request.query.contains_key("uploads") => {
            held.begun += 1;
            let upload = format!("parts-{}", held.begun);
            held.parts.insert(upload.clone(), BTreeMap::new());
            Reply::of(
                "200 OK",
                format!(
                    "<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>{key}</Key>\
                     <UploadId>{upload}</UploadId></InitiateMultipartUploadResult>"
                ),
            )
        }
        ("POST", Some(upload)) => {
            let Some(parts) = held.parts.remove(&upload) else {
                return Reply::error("404 Not Found", "NoSuchUpload");
            };
            let whole: Vec<u8> = parts.into_values().flatten().collect();
            let reply = tagged(whole.len());
            held.objects.insert(key.clone(), Object::now(whole));
            Reply {
                body: format!(
                    "<CompleteMultipartUploadResult><Bucket>b</Bucket><Key>{key}</Key>\
                     <ETag>\"whole\"</ETag></CompleteMultipartUploadResult>"
                )
                .into_bytes(),
                ..reply
            }
        }
        ("DELETE", Some(upload)) => {
            held.parts.remove(&upload);
            Reply::of("204 No Content", "")
        }
        ("PUT", None) => {
            held.objects.insert(key, Object::now(request.body.clone()));
            tagged(request.body.len())
        }
        ("DELETE", None) => {
            held.objects.remove(&key);
            Reply::of("204 No Content", "")
        }
        ("GET", None) if request.query.contains_key("list-type") => list(request, held),
        ("GET" | "HEAD", None) => get(request, held.objects.get(&key)),
        _ => Reply::error("400 Bad Request", "NotImplemented"),
    }
}

fn tagged(number: usize) -> Reply {
    Reply {
        headers: format!("ETag: \"{number}\"\r\n"),
        ..Reply::of("200 OK", "")
    }
}

fn get(request: &Request, object: Option<&Object>) -> Reply {
    let Some(object) = object else {
        return Reply::error("404 Not Found", "NoSuchKey");
    };
    let [_, written] = object.dates();
    let object = &object.bytes;
    let headers = format!("ETag: \"{}\"\r\nLast-Modified: {written}\r\n", object.len());
    let Some((from, to)) = request.range else {
        return Reply {
            headers,
            ..Reply::of("200 OK", object.clone())
        };
    };
    let to = (to + 1).min(object.len());
    let Some(part) = object.get(from..to) else {
        return Reply::error("416 Range Not Satisfiable", "InvalidRange");
    };
    Reply {
        headers: format!(
            "{headers}Content-Range: bytes {from}-{}/{}\r\n",
            to - 1,
            object.len()
        ),
        ..Reply::of("206 Partial Content", part)
    }
}

/// Two names a page, so that pages are turned.
fn list(request: &Request, held: &Held) -> Reply {
    const PAGE: usize = 2;
    let bucket = request.path.trim_end_matches('/');
    let text = |name: &str| request.query.get(name).cloned().unwrap_or_default();
    let (prefix, after) = (text("prefix"), text("continuation-token"));
    let names: Vec<(&str, &Object)> = held
        .objects
        .iter()
        .filter_map(|(key, object)| {
            let name = key.strip_prefix(bucket)?.strip_prefix('/')?;
            (name.starts_with(&prefix) && name > after.as_str()).then_some((name, object))
        })
        .collect();
    let shown = &names[..names.len().min(PAGE)];
    let more = names.len() > PAGE;
    let mut out = format!(
        "<ListBucketResult><Name>{bucket}</Name><Prefix>{prefix}</Prefix><KeyCount>{}</KeyCount>\
         <MaxKeys>{PAGE}</MaxKeys><IsTruncated>{more}</IsTruncated>",
        shown.len()
    );
    if let (true, Some((last, _))) = (more, shown.last()) {
        out.push_str(&format!(
            "<NextContinuationToken>{last}</NextContinuationToken>"
        ));
    }
    for (name, object) in shown {
        let (size, [written, _]) = (object.bytes.len(), object.dates());
        out.push_str(&format!(
            "<Contents><Key>{name}</Key><Size>{size}</Size><ETag>\"{size}\"</ETag>\
             <LastModified>{written}</LastModified></Contents>"
        ));
    }
    out.push_str("</ListBucketResult>");
    Reply::of("200 OK", out)
}
