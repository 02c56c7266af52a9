//! What changed between two editions, network by network: rows added and removed, metres of pipe moved, fields changed.
//!
//! Rows are the same when they have the same key. Keyed tables are compared (heat, cold, projects, priority areas, traced
//! or not); what a commune's outline or a regulatory table changes shows in the fields of networks, and the tables
//! themselves are counted apart, in [`Diff::to_text`] only.

mod fields;
mod moves;
mod text;

use crate::crs::Planar;
use crate::network::{Commune, Edition, Identified, InseeCode, Key, Layer, RegulatoryFigure};
use crate::release::row::KeyedRow;
use geo::MultiLineString;
use rayon::prelude::*;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// What changed from one edition to another. Its JSON is the one of `caloduc releases diff --json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Diff {
    /// Number of the edition compared from.
    pub from: u32,
    /// Number of the edition compared to.
    pub to: u32,
    /// Rows whose key is only in `to`, by key.
    pub added: Vec<Entry>,
    /// Rows whose key is only in `from`, by key.
    pub removed: Vec<Entry>,
    /// Rows in both whose place changed by one metre in total or more, by key.
    pub moved: Vec<Move>,
    /// Fields that changed, by key then field.
    pub changed: Vec<Change>,
    /// Communes' outlines that came, went or changed.
    #[serde(skip)]
    pub communes: Tally,
    /// Rows of regulatory tables that came, went or changed.
    #[serde(skip)]
    pub regulatory: Tally,
    /// Names of the rows that moved or changed, for people.
    #[serde(skip)]
    pub names: BTreeMap<Key, String>,
}

/// A row added or removed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// Its key.
    pub key: Key,
    /// Its name, when it has one.
    pub name: Option<String>,
    /// The table it is in.
    pub table: Layer,
}

/// A row whose place changed. Metres (to the centimetre) are lengths of pipe for traces, of boundary for zones and
/// priority areas, and the displacement, in both numbers, for markers. A marker that becomes a trace adds its pipes, a
/// trace that becomes a zone removes its pipes and adds the zone's boundary.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Move {
    /// Its key.
    pub key: Key,
    /// Metres of `to` farther than 0.5 m from `from`.
    pub added_m: f64,
    /// Metres of `from` farther than 0.5 m from `to`.
    pub removed_m: f64,
    /// The pieces counted in `added_m`; none for markers.
    #[serde(skip)]
    pub added_pieces: Vec<Planar<MultiLineString<f64>>>,
    /// The pieces counted in `removed_m`; none for markers.
    #[serde(skip)]
    pub removed_pieces: Vec<Planar<MultiLineString<f64>>>,
}

/// A field that changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The row's key.
    pub key: Key,
    /// The field's machine name; a dot leads into figures by source (`production_mwh.biogaz`). Figures in force are
    /// `renewable_rate_pct`, `co2_direct_kg_per_kwh`, `co2_lca_kg_per_kwh`; the file's own are under
    /// `declared_figures.`. `table` and `source` are fields too.
    pub field: String,
    /// Value in `from`, null when unknown.
    pub before: Value,
    /// Value in `to`, null when unknown.
    pub after: Value,
}

/// How many rows came, went or changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Rows only in `to`.
    pub added: usize,
    /// Rows only in `from`.
    pub removed: usize,
    /// Rows in both that differ.
    pub changed: usize,
}

/// What changed between two numbered editions.
pub fn diff(from: (u32, &Edition), to: (u32, &Edition)) -> Diff {
    let mut diff = Diff {
        from: from.0,
        to: to.0,
        added: Vec::new(),
        removed: Vec::new(),
        moved: Vec::new(),
        changed: Vec::new(),
        communes: communes(from.1, to.1),
        regulatory: regulatory(from.1, to.1),
        names: BTreeMap::new(),
    };
    compare(&mut diff, &from.1.networks, &to.1.networks);
    compare(&mut diff, &from.1.projects, &to.1.projects);
    compare(&mut diff, &from.1.priority_areas, &to.1.priority_areas);
    diff.added.sort_by(|a, b| a.key.cmp(&b.key));
    diff.removed.sort_by(|a, b| a.key.cmp(&b.key));
    diff.moved.sort_by(|a, b| a.key.cmp(&b.key));
    diff.changed
        .sort_by(|a, b| (&a.key, &a.field).cmp(&(&b.key, &b.field)));
    diff
}

fn compare<T: KeyedRow>(diff: &mut Diff, from: &[Identified<T>], to: &[Identified<T>]) {
    let by_key = |rows: &'_ [Identified<T>]| -> BTreeMap<Key, usize> {
        let numbered = rows.iter().enumerate();
        numbered.map(|(at, row)| (row.key.clone(), at)).collect()
    };
    let (old, new) = (by_key(from), by_key(to));
    let entry = |row: &Identified<T>| Entry {
        key: row.key.clone(),
        name: row.row.name().map(str::to_owned),
        table: row.row.layer(),
    };
    let only = |keys: &BTreeMap<Key, usize>, others: &BTreeMap<Key, usize>| -> Vec<usize> {
        let only = keys.iter().filter(|(key, _)| !others.contains_key(*key));
        only.map(|(_, at)| *at).collect()
    };
    diff.added
        .extend(only(&new, &old).into_iter().map(|at| entry(&to[at])));
    diff.removed
        .extend(only(&old, &new).into_iter().map(|at| entry(&from[at])));
    let pairs: Vec<(&Identified<T>, &Identified<T>)> = old
        .iter()
        .filter_map(|(key, before)| Some((&from[*before], &to[*new.get(key)?])))
        .filter(|(before, after)| before != after)
        .collect();
    let found: Vec<(Option<Move>, Vec<Change>)> = pairs
        .par_iter()
        .map(|(before, after)| {
            (
                moves::between(before, after),
                fields::between(before, after),
            )
        })
        .collect();
    for ((before, after), (moved, changed)) in pairs.into_iter().zip(found) {
        if moved.is_some() || !changed.is_empty() {
            let name = after.row.name().or(before.row.name()).map(str::to_owned);
            diff.names
                .extend(name.map(|name| (after.key.clone(), name)));
        }
        diff.moved.extend(moved);
        diff.changed.extend(changed);
    }
}

fn communes(from: &Edition, to: &Edition) -> Tally {
    fn by_code(edition: &Edition) -> BTreeMap<(&InseeCode, &str), &Commune> {
        let rows = edition.communes.iter();
        rows.map(|row| ((&row.row.code, row.source.as_str()), &row.row))
            .collect()
    }
    tally(&by_code(from), &by_code(to), |a, b| a == b)
}

fn regulatory(from: &Edition, to: &Edition) -> Tally {
    let by_row = |edition: &'_ Edition| -> BTreeMap<_, Vec<RegulatoryFigure>> {
        let mut rows: BTreeMap<_, Vec<RegulatoryFigure>> = BTreeMap::new();
        for row in &edition.regulatory {
            let figure = &row.row;
            let id = figure.sncu_id.clone();
            let name = if id.is_some() {
                None
            } else {
                figure.name.clone()
            };
            rows.entry((figure.year, id, name, row.source.clone()))
                .or_default()
                .push(figure.clone());
        }
        rows
    };
    tally(&by_row(from), &by_row(to), |a, b| a == b)
}

fn tally<K: Ord, V>(
    old: &BTreeMap<K, V>,
    new: &BTreeMap<K, V>,
    same: impl Fn(&V, &V) -> bool,
) -> Tally {
    let kept = old
        .iter()
        .filter_map(|(key, before)| Some((before, new.get(key)?)));
    let kept: Vec<(&V, &V)> = kept.collect();
    Tally {
        added: new.len() - kept.len(),
        removed: old.len() - kept.len(),
        changed: kept
            .iter()
            .filter(|(before, after)| !same(before, after))
            .count(),
    }
}

#[cfg(test)]
mod tests;
