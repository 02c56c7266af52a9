//! Which features does a filter keep? CQL2 (OGC 21-065): a filter read from text or JSON into one tree, checked against
//! the properties there are, then asked of each feature. What is unknown makes neither a condition nor its contrary true.

mod json;
mod literal;
mod text;
mod tree;

#[cfg(test)]
mod tests;

pub(super) use tree::{Filter, Subject};

use super::crs::Crs;
use super::features::Table;
use caloduc_formats::table::{Column, Kind};
use thiserror::Error;

/// Why a filter is refused. French.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum FilterError {
    /// It cannot be read.
    #[error("Le filtre est illisible près de « {near} »\u{a0}: {expected}.")]
    Unreadable {
        /// What is there.
        near: String,
        /// What was expected.
        expected: String,
    },
    /// A property that the collection has not.
    #[error("La propriété « {0} » n’existe pas dans cette collection.")]
    UnknownProperty(String),
    /// A function or operator that is not offered.
    #[error("L’opérateur « {0} » n’est pas proposé.")]
    UnknownOperator(String),
    /// Two things that cannot be compared.
    #[error("« {0} » ne se compare pas à une valeur de ce type.")]
    WrongType(String),
    /// Too many levels.
    #[error("Le filtre est trop imbriqué.")]
    TooDeep,
}

/// Most levels of a filter.
const DEEPEST: usize = 60;

/// What a filter is read against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    /// Properties there are.
    pub(super) table: &'a Table,
    /// Reference system of the geometries in the filter.
    pub(super) crs: Crs,
}

impl Known<'_> {
    fn column(&self, name: &str) -> Result<(usize, &Column), FilterError> {
        self.table
            .column(name)
            .map(|at| (at, &self.table.columns[at]))
            .ok_or_else(|| FilterError::UnknownProperty(name.to_owned()))
    }

    fn kind(&self, at: usize) -> Kind {
        self.table.columns[at].kind
    }
}

/// Reads a filter in CQL2 text.
pub(super) fn from_text(filter: &str, known: Known<'_>) -> Result<Filter, FilterError> {
    text::parse(filter, known)
}

/// Reads a filter in CQL2 JSON.
pub(super) fn from_json(filter: &str, known: Known<'_>) -> Result<Filter, FilterError> {
    json::parse(filter, known)
}
