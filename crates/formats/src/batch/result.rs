//! Which writer does this format of results need?

use super::parquet_result::ParquetWriter;
use super::xlsx_result::XlsxWriter;
use caloduc_engine::batch::{BatchError, CsvWriter, GeoJsonWriter, Kept, Layout, ResultWriter};
use serde::{Deserialize, Serialize};
use std::io::Write;

/// Formats of results.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ResultFormat {
    /// The user's rows as they were, ours after.
    #[default]
    Csv,
    /// A workbook for people, its titles in French.
    Xlsx,
    /// A point a row.
    GeoJson,
    /// Columns with their kinds.
    Parquet,
}

impl ResultFormat {
    /// All formats.
    pub const ALL: [Self; 4] = [Self::Csv, Self::Xlsx, Self::GeoJson, Self::Parquet];

    /// The word of addresses and of the command line, which is also the ending of file names.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::GeoJson => "geojson",
            Self::Parquet => "parquet",
        }
    }

    /// Reads that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == word)
    }

    /// The format that a file name's ending asks for.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension.to_lowercase().as_str() {
            "csv" | "tsv" | "txt" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            "geojson" | "json" => Some(Self::GeoJson),
            "parquet" => Some(Self::Parquet),
            _ => None,
        }
    }

    /// Media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::GeoJson => "application/geo+json",
            Self::Parquet => "application/vnd.apache.parquet",
        }
    }
}

/// What is to be written.
#[derive(Debug, Clone, Copy)]
pub struct Written<'a> {
    /// The format.
    pub format: ResultFormat,
    /// The rows wanted.
    pub kept: Kept,
    /// When the release was made, RFC 3339: the date that files say they were made.
    pub created: &'a str,
    /// Number of the release; `None` for the demonstration territory.
    pub release: Option<u32>,
}

/// A writer of results for a file of this layout.
pub fn writer<'w>(
    out: Box<dyn Write + Send + 'w>,
    layout: &Layout,
    asked: &Written<'_>,
) -> Result<Box<dyn ResultWriter + 'w>, BatchError> {
    Ok(match asked.format {
        ResultFormat::Csv => Box::new(CsvWriter::new(out, layout, asked.kept)),
        ResultFormat::Xlsx => Box::new(XlsxWriter::new(out, layout, asked)?),
        ResultFormat::GeoJson => Box::new(GeoJsonWriter::new(out, layout, asked.kept)),
        ResultFormat::Parquet => Box::new(ParquetWriter::new(out, layout, asked.kept)?),
    })
}
