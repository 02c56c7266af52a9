//! Which row of the previous edition is this one? First that applies: its own `key`; an SNCU id unique in its table;
//! `id_fcu` within the same source; overlap with the previous edition; else it is new.
//!
//! Only the rows that the import replaces are candidates: same source, tables present in the import, and the untraced
//! row of a network that now comes traced. Rows are taken in an order of their own content, so the order of files and
//! rows changes nothing. No two rows share a key, and a key of the previous edition goes to no other network.

mod claims;
mod content;
mod likeness;
mod matching;
mod report;

use super::row::KeyedRow;
use crate::ingest::ReadRow;
use crate::network::{Identified, Key, Layer};
use crate::report::{Finding, Place};
use claims::Claims;
use std::collections::HashMap;

/// Rows with their keys, and where the new ones were read.
pub(super) struct Identities<T> {
    pub(super) rows: Vec<Identified<T>>,
    pub(super) places: HashMap<Key, Place>,
}

/// The rows of the new edition for tables that share a key prefix (`heat`: traced and untraced).
///
/// `tables` are those present in the import. Rows of `previous` that the import doesn't replace are carried over.
pub(super) fn identify<T: KeyedRow>(
    previous: Vec<&Identified<T>>,
    tables: Vec<(Layer, Vec<ReadRow<T>>)>,
    source: &str,
    findings: &mut Vec<Finding>,
) -> Identities<T> {
    if tables.is_empty() {
        return Identities {
            rows: previous.into_iter().cloned().collect(),
            places: HashMap::new(),
        };
    }
    let mut claims = Claims::new(previous, tables, source);
    claims.by_declared_key(findings);
    claims.by_national_id(findings);
    claims.by_id_fcu();
    claims.set_renamed_aside(findings);
    claims.by_overlap(findings);
    claims.as_new();
    claims.into_rows(findings)
}

#[cfg(test)]
mod tests;
