//! How is this file written: which format, which sheet, which columns? What is guessed, and what the person says instead.

use super::chunk::Chunk;
use super::error::BatchError;
use crate::table::Encoding;
use crate::table::records::push_cell;
use serde::{Deserialize, Serialize};

/// What the person says of how the file is written; what is absent is guessed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Reading {
    /// Sheet of a workbook; the first that is shown and not empty when absent.
    pub sheet: Option<String>,
    /// Delimiter of a text.
    pub delimiter: Option<char>,
    /// Encoding of a text.
    pub encoding: Option<Encoding>,
    /// Whether the first row holds titles.
    pub titles: Option<Titles>,
}

/// Whether the first row holds titles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Titles {
    /// It does.
    FirstRow,
    /// It is a row like the others; columns are numbered.
    Absent,
}

impl Titles {
    /// Rows that titles take.
    pub fn rows(self) -> u64 {
        match self {
            Self::FirstRow => 1,
            Self::Absent => 0,
        }
    }
}

/// Formats that rows are read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceFormat {
    /// CSV, TSV, TXT, or a pasted list.
    Csv,
    /// Excel since 2007.
    Xlsx,
    /// Excel before.
    Xls,
    /// OpenDocument.
    Ods,
    /// Parquet.
    Parquet,
    /// GeoJSON points.
    GeoJson,
}

/// Line ends of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LineEnd {
    /// `\n`.
    Lf,
    /// `\r\n`.
    CrLf,
    /// `\r`.
    Cr,
}

impl LineEnd {
    /// The characters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
            Self::Cr => "\r",
        }
    }

    pub(super) fn of(text: &str) -> Self {
        match text {
            "\r\n" => Self::CrLf,
            "\r" => Self::Cr,
            _ => Self::Lf,
        }
    }
}

/// How a file is written, as understood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Layout {
    /// Its format.
    pub format: SourceFormat,
    /// Encoding, for texts.
    pub encoding: Option<Encoding>,
    /// Delimiter of a text; the one CSV results are given for other formats.
    pub delimiter: char,
    /// Line ends, likewise.
    pub line_end: LineEnd,
    /// Whether the first row holds titles.
    pub titles: Titles,
    /// Sheets of a workbook.
    pub sheets: Vec<String>,
    /// The one that is read.
    pub sheet: Option<String>,
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Whether rows carry points beside their cells.
    pub has_points: bool,
    /// The row of titles as results begin with it, in the user's own bytes for texts.
    pub(super) header: String,
}

impl Layout {
    /// The layout of a file that is not text: results in CSV take a semicolon, as French spreadsheets do.
    pub fn of_cells(format: SourceFormat, titles: Titles, columns: Vec<String>) -> Self {
        let mut header = Vec::new();
        for (at, name) in columns.iter().enumerate() {
            if at > 0 {
                header.push(b';');
            }
            push_cell(name, b';', &mut header);
        }
        Self {
            format,
            encoding: None,
            delimiter: ';',
            line_end: LineEnd::Lf,
            titles,
            sheets: Vec::new(),
            sheet: None,
            columns,
            has_points: false,
            header: String::from_utf8_lossy(&header).into_owned(),
        }
    }

    /// Names for columns without titles.
    pub fn numbered(count: usize) -> Vec<String> {
        (1..=count).map(|n| format!("colonne_{n}")).collect()
    }
}

/// The rows of a file, in order, in chunks.
pub trait RowSource: Send {
    /// How the file is written.
    fn layout(&self) -> &Layout;

    /// The next rows; `None` at the end.
    fn next_chunk(&mut self) -> Result<Option<Chunk>, BatchError>;

    /// Bytes of the file read so far, about: for a bar.
    fn bytes_read(&self) -> u64;
}
