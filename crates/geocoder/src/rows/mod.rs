//! Rows of addresses (or of points) in, the same rows with their answers out: streaming, in order,
//! in parallel, in bounded memory. The user's cells keep their bytes.

mod record;

use std::io::{BufRead, BufReader, Read, Write};
use std::ops::ControlFlow;

use rayon::prelude::*;
use record::{Records, cells, push_cell, split_line_end, unquoted};

use crate::geocoder::Geocoder;
use crate::projection::LonLat;
use crate::response::{REVERSE_COLUMNS, SEARCH_COLUMNS, column_value};
use crate::reverse::ReverseRequest;
use crate::search::{Completion, Filters, Hit, PlaceKind, SearchRequest};

/// Rows answered at a time; about two megabytes in memory.
const BATCH: usize = 4096;

/// What a file of rows is asked.
#[derive(Clone, Debug, Default)]
pub struct CsvOptions {
    /// Columns whose cells, joined by a space, make the text; all of them when empty. Unused for points. One that no
    /// column is called stands for several names between commas.
    pub columns: Vec<String>,
    /// Column of the INSEE code answers must have.
    pub citycode: Option<String>,
    /// Column of the postcode answers must have.
    pub postcode: Option<String>,
    /// Column of the kind answers must be of.
    pub kind: Option<String>,
    /// Column of the latitude: a preference for texts, the point itself for points.
    pub lat: Option<String>,
    /// Column of the longitude.
    pub lon: Option<String>,
    /// Columns of the answer wanted, each alone or several between commas; all of them when empty.
    pub result_columns: Vec<String>,
    /// Delimiter; guessed from the header when not given.
    pub delimiter: Option<u8>,
    /// Distance past which a point has no answer, metres.
    pub radius_m: Option<f64>,
}

/// What came of a file of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct CsvReport {
    /// Rows read and written.
    pub rows: u64,
    /// Rows with an answer.
    pub found: u64,
    /// Rows without.
    pub not_found: u64,
    /// Rows left aside: nothing to look for, or too long a text.
    pub skipped: u64,
    /// Rows that could not be asked.
    pub faulty: u64,
}

/// Why a file of rows could not be answered.
#[derive(Debug, thiserror::Error)]
pub enum CsvError {
    /// Reading or writing failed.
    #[error("la lecture ou l’écriture a échoué\u{a0}: {0}")]
    Io(#[from] std::io::Error),
    /// Nothing in the file.
    #[error("le fichier est vide\u{202f}; il faut au moins une ligne d’en-tête")]
    Empty,
    /// Not a text.
    #[error(
        "ce fichier n’est pas un texte (octet nul dans ses premières lignes)\u{202f}; donnez un CSV en UTF-8 ou en Windows-1252"
    )]
    Binary,
    /// A column that the options name is not in the header.
    #[error(
        "la colonne «\u{a0}{column}\u{a0}» n’existe pas\u{202f}; colonnes du fichier\u{a0}: {found}"
    )]
    UnknownColumn {
        /// The column asked.
        column: String,
        /// The columns of the file.
        found: String,
    },
    /// A result column that does not exist.
    #[error(
        "«\u{a0}{column}\u{a0}» n’est pas une colonne de résultat\u{202f}; il y a\u{a0}: {known}"
    )]
    UnknownResultColumn {
        /// The column asked.
        column: String,
        /// The columns that exist.
        known: String,
    },
    /// Points need their two columns.
    #[error(
        "il manque les colonnes de longitude et de latitude\u{202f}; colonnes du fichier\u{a0}: {found}"
    )]
    NoCoordinates {
        /// The columns of the file.
        found: String,
    },
    /// Stopped by the caller.
    #[error("arrêté avant la fin")]
    Stopped,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Ask {
    Texts,
    Points,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Status {
    Found,
    NotFound,
    Skipped,
    Faulty,
}

impl Status {
    fn as_str(self) -> &'static str {
        match self {
            Self::Found => "ok",
            Self::NotFound => "not-found",
            Self::Skipped => "skipped",
            Self::Faulty => "error",
        }
    }
}

/// Geocodes a CSV of texts. `progress` is told the rows done and may stop the work.
pub fn geocode<D: AsRef<[u8]> + Send + Sync>(
    geocoder: &Geocoder<D>,
    input: impl Read,
    output: impl Write,
    options: &CsvOptions,
    progress: impl FnMut(&CsvReport) -> ControlFlow<()>,
) -> Result<CsvReport, CsvError> {
    run(geocoder, input, output, options, Ask::Texts, progress)
}

/// Finds the nearest address of each point of a CSV.
pub fn reverse<D: AsRef<[u8]> + Send + Sync>(
    geocoder: &Geocoder<D>,
    input: impl Read,
    output: impl Write,
    options: &CsvOptions,
    progress: impl FnMut(&CsvReport) -> ControlFlow<()>,
) -> Result<CsvReport, CsvError> {
    run(geocoder, input, output, options, Ask::Points, progress)
}

/// What to read of each row and what to write.
#[derive(Debug)]
struct Plan {
    ask: Ask,
    delimiter: u8,
    width: usize,
    columns: Vec<usize>,
    citycode: Option<usize>,
    postcode: Option<usize>,
    kind: Option<usize>,
    lat: Option<usize>,
    lon: Option<usize>,
    results: Vec<&'static str>,
    radius_m: Option<f64>,
}

fn run<D: AsRef<[u8]> + Send + Sync>(
    geocoder: &Geocoder<D>,
    input: impl Read,
    mut output: impl Write,
    options: &CsvOptions,
    ask: Ask,
    mut progress: impl FnMut(&CsvReport) -> ControlFlow<()>,
) -> Result<CsvReport, CsvError> {
    let mut reader = BufReader::with_capacity(1 << 17, input);
    let head = reader.fill_buf()?;
    let bom = if head.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        0
    };
    let head = &head[bom..];
    if head.is_empty() {
        return Err(CsvError::Empty);
    }
    if memchr::memchr(0, head).is_some() {
        return Err(CsvError::Binary);
    }
    let delimiter = options.delimiter.unwrap_or_else(|| guess_delimiter(head));
    reader.consume(bom);
    let mut records = Records::new(reader, delimiter);
    let header = records.next()?.ok_or(CsvError::Empty)?;
    let plan = Plan::new(&text_of(&header), options, ask, delimiter)?;
    let header = plan.header(&header);
    output.write_all(&header)?;

    let mut report = CsvReport::default();
    let mut batch: Vec<Vec<u8>> = Vec::with_capacity(BATCH);
    loop {
        batch.clear();
        while batch.len() < BATCH {
            let Some(row) = records.next()? else { break };
            batch.push(row);
        }
        if batch.is_empty() {
            break;
        }
        let answered: Vec<(Vec<u8>, Option<Status>)> = batch
            .par_iter()
            .with_min_len(16)
            .map(|row| plan.answer(geocoder, row))
            .collect();
        for (bytes, status) in answered {
            output.write_all(&bytes)?;
            let Some(status) = status else { continue };
            report.rows += 1;
            *match status {
                Status::Found => &mut report.found,
                Status::NotFound => &mut report.not_found,
                Status::Skipped => &mut report.skipped,
                Status::Faulty => &mut report.faulty,
            } += 1;
        }
        if progress(&report).is_break() {
            return Err(CsvError::Stopped);
        }
    }
    output.flush()?;
    Ok(report)
}

/// The delimiter most frequent in the first line, outside quotes.
fn guess_delimiter(head: &[u8]) -> u8 {
    let mut counts = [(b';', 0_u32), (b',', 0), (b'\t', 0), (b'|', 0)];
    let mut inside = false;
    for &b in head {
        match b {
            b'"' => inside = !inside,
            b'\n' | b'\r' if !inside => break,
            _ if !inside => {
                if let Some(c) = counts.iter_mut().find(|c| c.0 == b) {
                    c.1 += 1;
                }
            }
            _ => {}
        }
    }
    counts
        .iter()
        .rev()
        .max_by_key(|c| c.1)
        .filter(|c| c.1 > 0)
        .map_or(b',', |c| c.0)
}

/// A row as text: UTF-8, or else Windows-1252.
fn text_of(row: &[u8]) -> std::borrow::Cow<'_, str> {
    match std::str::from_utf8(row) {
        Ok(text) => text.into(),
        Err(_) => encoding_rs::WINDOWS_1252.decode_without_bom_handling(row).0,
    }
}

impl Plan {
    fn new(header: &str, options: &CsvOptions, ask: Ask, delimiter: u8) -> Result<Self, CsvError> {
        let (line, _) = split_line_end(header.as_bytes());
        let names: Vec<String> = cells(line, delimiter)
            .into_iter()
            .map(|r| unquoted(header.get(r).unwrap_or_default()).into_owned())
            .collect();
        let place = |name: &str| {
            let wanted = name.trim();
            (names.iter().position(|n| n == wanted))
                .or_else(|| names.iter().position(|n| n.eq_ignore_ascii_case(wanted)))
        };
        let find = |name: &str| {
            place(name).ok_or_else(|| CsvError::UnknownColumn {
                column: name.trim().to_owned(),
                found: names.join(", "),
            })
        };
        let optional = |name: &Option<String>| name.as_deref().map(find).transpose();
        let mut columns = Vec::new();
        for name in &options.columns {
            match place(name) {
                Some(column) => columns.push(column),
                None => {
                    for part in name.split(',') {
                        columns.push(find(part)?);
                    }
                }
            }
        }
        if columns.is_empty() {
            columns = (0..names.len()).collect();
        }
        let known: &[&'static str] = if ask == Ask::Texts {
            &SEARCH_COLUMNS
        } else {
            &REVERSE_COLUMNS
        };
        let mut results = Vec::new();
        for wanted in options.result_columns.iter().flat_map(|c| c.split(',')) {
            let column = known.iter().find(|k| **k == wanted.trim()).ok_or_else(|| {
                CsvError::UnknownResultColumn {
                    column: wanted.trim().to_owned(),
                    known: known.join(", "),
                }
            })?;
            results.push(*column);
        }
        // The whitelist says which, the contract says in which order.
        let results = if results.is_empty() {
            known.to_vec()
        } else {
            known
                .iter()
                .copied()
                .filter(|k| results.contains(k))
                .collect()
        };
        let guess = |candidates: &[&str]| {
            names
                .iter()
                .position(|n| candidates.contains(&n.to_ascii_lowercase().as_str()))
        };
        let (mut lat, mut lon) = (optional(&options.lat)?, optional(&options.lon)?);
        if ask == Ask::Points {
            lat = lat.or_else(|| guess(&["lat", "latitude"]));
            lon = lon.or_else(|| guess(&["lon", "lng", "long", "longitude"]));
            if lat.is_none() || lon.is_none() {
                return Err(CsvError::NoCoordinates {
                    found: names.join(", "),
                });
            }
        }
        Ok(Self {
            ask,
            delimiter,
            width: names.len(),
            columns,
            citycode: optional(&options.citycode)?,
            postcode: optional(&options.postcode)?,
            kind: optional(&options.kind)?,
            lat,
            lon,
            results,
            radius_m: options.radius_m,
        })
    }

    /// The header with our columns; one that the user already has gets `_2`.
    fn header(&self, header: &[u8]) -> Vec<u8> {
        let text = text_of(header);
        let (line, end) = split_line_end(text.as_bytes());
        let names: Vec<String> = cells(line, self.delimiter)
            .into_iter()
            .map(|r| unquoted(text.get(r).unwrap_or_default()).into_owned())
            .collect();
        let mut out = line.to_vec();
        for column in &self.results {
            out.push(self.delimiter);
            let mut name = (*column).to_owned();
            let mut n = 2;
            while names.contains(&name) {
                name = format!("{column}_{n}");
                n += 1;
            }
            out.extend_from_slice(name.as_bytes());
        }
        out.extend_from_slice(if end.is_empty() { b"\n" } else { end });
        out
    }

    /// One row with its answer. A blank line of a table of several columns is no row and stays as it is.
    fn answer<D: AsRef<[u8]> + Send + Sync>(
        &self,
        geocoder: &Geocoder<D>,
        row: &[u8],
    ) -> (Vec<u8>, Option<Status>) {
        let text = text_of(row);
        let (line, end) = split_line_end(text.as_bytes());
        if line.is_empty() && self.width > 1 {
            return (row.to_vec(), None);
        }
        let mut places = cells(line, self.delimiter);
        let mut out = Vec::with_capacity(line.len() + 200);
        if places.len() <= self.width {
            out.extend_from_slice(line);
            out.resize(out.len() + self.width - places.len(), self.delimiter);
        } else {
            self.fold_surplus(&text, &places, &mut out);
            places.truncate(self.width);
        }
        let cell = |column: Option<usize>| {
            column
                .and_then(|c| places.get(c))
                .and_then(|r| text.get(r.clone()))
                .map(unquoted)
                .unwrap_or_default()
        };
        let (hit, status) = match self.ask {
            Ask::Texts => self.search(geocoder, cell),
            Ask::Points => self.nearest(geocoder, cell),
        };
        for column in &self.results {
            out.push(self.delimiter);
            if *column == "result_status" {
                out.extend_from_slice(status.as_str().as_bytes());
            } else if let Some(hit) = &hit {
                push_cell(&mut out, &column_value(hit, column), self.delimiter);
            }
        }
        out.extend_from_slice(end);
        (out, Some(status))
    }

    /// Writes a row that has more cells than the header: what is too much stays, inside the last cell, so
    /// that our columns stand under their names. Empty cells too much are left out.
    fn fold_surplus(&self, text: &str, places: &[std::ops::Range<usize>], out: &mut Vec<u8>) {
        let last = self.width.saturating_sub(1);
        let kept_end = places.get(last).map_or(0, |r| r.end);
        let surplus = text
            .get(kept_end..places.last().map_or(0, |r| r.end))
            .unwrap_or_default();
        if surplus.bytes().all(|b| b == self.delimiter) {
            out.extend_from_slice(text.get(..kept_end).unwrap_or_default().as_bytes());
            return;
        }
        let start = places.get(last).map_or(0, |r| r.start);
        out.extend_from_slice(text.get(..start).unwrap_or_default().as_bytes());
        out.push(b'"');
        let tail = text
            .get(start..places.last().map_or(0, |r| r.end))
            .unwrap_or_default();
        out.extend_from_slice(tail.replace('"', "\"\"").as_bytes());
        out.push(b'"');
    }

    fn search<'c, D: AsRef<[u8]> + Send + Sync>(
        &self,
        geocoder: &Geocoder<D>,
        cell: impl Fn(Option<usize>) -> std::borrow::Cow<'c, str>,
    ) -> (Option<Hit>, Status) {
        let mut question = String::new();
        for &column in &self.columns {
            let part = cell(Some(column));
            if !part.is_empty() {
                if !question.is_empty() {
                    question.push(' ');
                }
                question.push_str(&part);
            }
        }
        if !is_askable(&question) {
            return (None, Status::Skipped);
        }
        let (citycode, postcode, kind) =
            (cell(self.citycode), cell(self.postcode), cell(self.kind));
        let Ok(kind) = parse_kind(&kind) else {
            return (None, Status::Faulty);
        };
        let bias = point(&cell(self.lon), &cell(self.lat));
        let request = SearchRequest {
            text: &question,
            limit: 2,
            completion: Completion::Whole,
            bias,
            filters: Filters {
                kind,
                postcode: filled(&postcode),
                citycode: filled(&citycode),
                city: None,
            },
        };
        let hit = geocoder.search(&request).into_iter().next();
        let status = if hit.is_some() {
            Status::Found
        } else {
            Status::NotFound
        };
        (hit, status)
    }

    fn nearest<'c, D: AsRef<[u8]> + Send + Sync>(
        &self,
        geocoder: &Geocoder<D>,
        cell: impl Fn(Option<usize>) -> std::borrow::Cow<'c, str>,
    ) -> (Option<Hit>, Status) {
        let (lon, lat) = (cell(self.lon), cell(self.lat));
        if lon.is_empty() && lat.is_empty() {
            return (None, Status::Skipped);
        }
        let Some(point) = point(&lon, &lat) else {
            return (None, Status::Faulty);
        };
        let (citycode, postcode, kind) =
            (cell(self.citycode), cell(self.postcode), cell(self.kind));
        let Ok(kind) = parse_kind(&kind) else {
            return (None, Status::Faulty);
        };
        let filters = Filters {
            kind,
            postcode: filled(&postcode),
            citycode: filled(&citycode),
            city: None,
        };
        let hit = geocoder
            .reverse(&ReverseRequest {
                point,
                limit: 1,
                filters,
                radius_m: self.radius_m,
            })
            .into_iter()
            .next();
        let status = if hit.is_some() {
            Status::Found
        } else {
            Status::NotFound
        };
        (hit, status)
    }
}

/// Whether the national service would take this text: 3 to 200 characters, the first a letter or a figure.
pub fn is_askable(text: &str) -> bool {
    let text = text.trim();
    (3..=200).contains(&text.chars().count())
        && text.chars().next().is_some_and(char::is_alphanumeric)
}

fn filled(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|t| !t.is_empty())
}

fn parse_kind(text: &str) -> Result<Option<PlaceKind>, ()> {
    filled(text).map_or(Ok(None), |t| PlaceKind::parse(t).map(Some).ok_or(()))
}

fn point(lon: &str, lat: &str) -> Option<LonLat> {
    let number = |t: &str, most: f64| {
        t.trim()
            .replace(',', ".")
            .parse::<f64>()
            .ok()
            .filter(|v| v.is_finite() && v.abs() <= most)
    };
    Some(LonLat {
        lon: number(lon, 180.0)?,
        lat: number(lat, 90.0)?,
    })
}
