//! What was wrong with the files, where, and what to do about it? Values for a person's bad data: reading goes on, the
//! report says everything.

mod check;
mod finding;
mod summary;
mod text;

pub use check::check;
pub use finding::*;
pub use summary::{NetworkReport, Report, Summary};

use crate::crs::LonLat;
use crate::network::Layer;
use serde::{Deserialize, Serialize};

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A row or a file was dropped, or its identity is in doubt.
    Error,
    /// Kept, but somebody should look.
    Warning,
    /// Said for the record.
    Information,
}

/// Where in the input a finding is. Everything may be unknown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Place {
    /// File as named by the person; members of an archive as `archive.zip/member`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Feature or row, counted from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feature: Option<u64>,
    /// Column or property.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The network's id or name, for a person to find it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// Coordinate concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<LonLat>,
}

/// One thing worth saying about the input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// Stable machine name in kebab case (`crs-impossible`, `duplicate-sncu-id`).
    pub code: String,
    /// Where.
    #[serde(flatten)]
    pub place: Place,
    /// What is wrong, in French.
    pub message: String,
    /// What to do, in French.
    pub remedy: String,
}

/// What became of one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FileOutcome {
    /// File as named by the person; members of an archive as `archive.zip/member`.
    pub file: String,
    /// What was done with it.
    pub status: FileStatus,
    /// The table it was read as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<Layer>,
    /// EPSG code the coordinates were read in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub epsg: Option<u16>,
    /// Features or rows met.
    pub rows_read: u64,
    /// Features or rows kept.
    pub rows_kept: u64,
}

/// Whether a file was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FileStatus {
    /// Its rows are in the draft.
    Read,
    /// Not needed (another format of the same table, a dictionary, an unknown file).
    Ignored,
    /// Cannot be right: nothing of it was taken, the import publishes nothing.
    Refused,
}
