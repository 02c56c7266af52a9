//! What do the files say? Rows of addresses, places and communes read by column name, with what
//! is wrong in them as values: a bad row never stops a file.

pub mod ban;
pub mod communes;
mod kind;
pub mod places;
pub mod territory;

use std::io::{BufRead, BufReader, Read};

pub use kind::SourceKind;

/// What was wrong in one row, and what was done about it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// Row of the file, the header being row 1; 0 when the whole file is meant.
    pub row: u64,
    /// Column the problem is in; empty when the row as a whole is meant.
    pub column: &'static str,
    /// What is wrong.
    pub why: String,
}

/// What came of reading one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct SourceReport {
    /// Rows read, header excluded.
    pub rows: u64,
    /// Rows kept.
    pub kept: u64,
    /// Rows with a problem (all of them counted, the first [`SourceReport::MOST_PROBLEMS`] described).
    pub faulty: u64,
    /// The first problems met.
    pub problems: Vec<Problem>,
}

impl SourceReport {
    /// How many problems are described; the others are only counted.
    pub const MOST_PROBLEMS: usize = 100;

    pub(crate) fn blame(&mut self, row: u64, column: &'static str, why: impl Into<String>) {
        self.faulty += 1;
        if self.problems.len() < Self::MOST_PROBLEMS {
            self.problems.push(Problem {
                row,
                column,
                why: why.into(),
            });
        }
    }
}

/// A file that could not be read as what it was said to be.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// Reading failed.
    #[error("le fichier n’a pas pu être lu jusqu’au bout\u{a0}: {0}")]
    Io(#[from] std::io::Error),
    /// The table is not one.
    #[error("ce n’est pas un tableau CSV lisible\u{a0}: {0}")]
    Csv(#[from] csv::Error),
    /// A column without which nothing can be done is missing.
    #[error(
        "il manque la colonne «\u{a0}{column}\u{a0}»\u{202f}; colonnes du fichier\u{a0}: {found}. Est-ce le bon fichier, avec le bon séparateur\u{202f}?"
    )]
    MissingColumn {
        /// The missing column.
        column: &'static str,
        /// The columns of the file.
        found: String,
    },
    /// The GeoJSON is not one.
    #[error("ce n’est pas un GeoJSON de communes lisible\u{a0}: {0}")]
    Json(#[from] serde_json::Error),
    /// Nothing in the file.
    #[error("le fichier est vide")]
    Empty,
}

/// The bytes of a file, uncompressed when its first bytes say it is gzip.
pub fn decoded<'a>(
    reader: impl Read + Send + 'a,
) -> Result<Box<dyn BufRead + Send + 'a>, SourceError> {
    let mut buffered = BufReader::with_capacity(1 << 17, reader);
    let is_gzip = buffered.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    Ok(if is_gzip {
        Box::new(BufReader::with_capacity(
            1 << 17,
            flate2::bufread::MultiGzDecoder::new(buffered),
        ))
    } else {
        Box::new(buffered)
    })
}

/// A CSV table whose columns are looked up by name.
pub(crate) struct Table<'a> {
    reader: csv::Reader<Box<dyn Read + Send + 'a>>,
    headers: Vec<String>,
    /// Row being read, the header being 1.
    pub(crate) row: u64,
    pub(crate) record: csv::ByteRecord,
}

impl<'a> Table<'a> {
    /// Opens a table, guessing the delimiter from its first line; a byte order mark is skipped.
    pub(crate) fn open(mut bytes: Box<dyn BufRead + Send + 'a>) -> Result<Self, SourceError> {
        let head = bytes.fill_buf()?;
        if head.is_empty() {
            return Err(SourceError::Empty);
        }
        let bom = if head.starts_with(b"\xef\xbb\xbf") {
            3
        } else {
            0
        };
        let line = head
            .get(bom..)
            .unwrap_or_default()
            .split(|&b| b == b'\n')
            .next()
            .unwrap_or_default();
        let count = |d: u8| memchr::memchr_iter(d, line).count();
        let delimiter = [b';', b',', b'\t', b'|']
            .into_iter()
            .max_by_key(|&d| (count(d), d == b';'))
            .unwrap_or(b';');
        bytes.consume(bom);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .buffer_capacity(1 << 17)
            .from_reader(Box::new(bytes) as Box<dyn Read + Send + 'a>);
        let headers = reader
            .byte_headers()?
            .iter()
            .map(|h| {
                String::from_utf8_lossy(h)
                    .trim()
                    .to_lowercase()
                    .trim_start_matches('#')
                    .to_owned()
            })
            .collect();
        Ok(Self {
            reader,
            headers,
            row: 1,
            record: csv::ByteRecord::new(),
        })
    }

    /// Place of the first of these columns that exists.
    pub(crate) fn column(&self, names: &[&str]) -> Option<usize> {
        names
            .iter()
            .find_map(|n| self.headers.iter().position(|h| h == n))
    }

    /// Place of a column that must exist.
    pub(crate) fn required(&self, names: &[&'static str]) -> Result<usize, SourceError> {
        self.column(names)
            .ok_or_else(|| SourceError::MissingColumn {
                column: names.first().copied().unwrap_or_default(),
                found: self.headers.join(", "),
            })
    }

    /// Reads the next row.
    pub(crate) fn advance(&mut self) -> Result<bool, SourceError> {
        let more = self.reader.read_byte_record(&mut self.record)?;
        self.row += 1;
        Ok(more)
    }

    /// A cell, trimmed; empty when the row is too short or the column absent. Bytes that are not
    /// UTF-8 are read as Windows-1252.
    pub(crate) fn cell(&self, column: Option<usize>) -> std::borrow::Cow<'_, str> {
        let bytes = column.and_then(|c| self.record.get(c)).unwrap_or_default();
        match std::str::from_utf8(bytes) {
            Ok(text) => text.trim().into(),
            Err(_) => encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(bytes)
                .0
                .trim()
                .to_owned()
                .into(),
        }
    }
}

/// Reads a coordinate in degrees as 10⁻⁷ degrees.
pub(crate) fn degrees_e7(text: &str, limit: f64) -> Option<i32> {
    let degrees: f64 = if text.contains(',') {
        text.replace(',', ".").parse()
    } else {
        text.parse()
    }
    .ok()?;
    (degrees.is_finite() && degrees.abs() <= limit).then(|| (degrees * 1e7).round() as i32)
}
