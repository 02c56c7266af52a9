//! Files to rows: what do these bytes say, in our words, and what is wrong with them?
//!
//! Callers hand over named bytes (mapped files, uploads); each readable table comes back as rows in the legal
//! projection with the place each row came from, and a report. Reading never fails as a whole because of one feature.

pub mod archive;
mod attributes;
mod belief;
mod cells;
mod classify;
mod clean;
mod collect;
mod fields;
mod figures;
pub mod geojson;
pub mod geopackage;
pub mod input;
pub mod kml;
mod layers;
pub mod raw;
mod sheets;

pub use classify::TableKind;
pub use collect::{IngestOptions, Progress, read};
pub use fields::{fold, ten_character_names};
pub mod read_error;
pub mod shapefile;
pub mod sheet;
pub mod sources;
pub(crate) mod xml_text;

#[cfg(test)]
mod mutation_tests;

pub use input::{InputFile, SharedBytes};
pub use read_error::ReadError;
pub use sources::{LayersRead, Listing, Reading, SheetRead, Source, Unused};

use crate::network::{Commune, Key, Network, PriorityArea, Project, RegulatoryFigure};
use crate::report::{FileOutcome, Finding, Place};

/// A row as read, before it has an identity.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadRow<T> {
    /// The row.
    pub row: T,
    /// Our own `key`, when the file carries one.
    pub declared_key: Option<Key>,
    /// Where it was.
    pub place: Place,
}

/// All that was understood of a set of files. A `Some` table is present in the import and replaces the previous rows
/// of the same source, even when empty; `None` carries over.
#[derive(Debug, Clone, Default)]
pub struct Ingested {
    /// `reseaux_de_chaleur`.
    pub heat: Option<Vec<ReadRow<Network>>>,
    /// `reseaux_de_chaleur_sans_traces`.
    pub heat_untraced: Option<Vec<ReadRow<Network>>>,
    /// `reseaux_de_froid`.
    pub cold: Option<Vec<ReadRow<Network>>>,
    /// `reseaux_de_froid_sans_traces`.
    pub cold_untraced: Option<Vec<ReadRow<Network>>>,
    /// `zones_et_reseaux_en_construction`.
    pub projects: Option<Vec<ReadRow<Project>>>,
    /// `pdp`.
    pub priority_areas: Option<Vec<ReadRow<PriorityArea>>>,
    /// Communes' outlines. Several department files of one import add up; communes replace themselves by code.
    pub communes: Option<Vec<ReadRow<Commune>>>,
    /// Regulatory figures. Years replace themselves.
    pub regulatory: Option<Vec<ReadRow<RegulatoryFigure>>>,
    /// What became of each file.
    pub files: Vec<FileOutcome>,
    /// Everything worth saying.
    pub findings: Vec<Finding>,
}

impl Ingested {
    /// Whether a file was refused: nothing may be published, the command exits 1.
    pub fn refused(&self) -> bool {
        self.files
            .iter()
            .any(|file| file.status == crate::report::FileStatus::Refused)
    }
}
