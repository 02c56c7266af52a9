//! The new rows, the previous rows they may be, and who has claimed which.

use super::content::{exact, first_seen, short_id};
use super::{Identities, report};
use crate::ingest::ReadRow;
use crate::network::{Identified, Key, Layer};
use crate::release::row::KeyedRow;
use crate::report::Finding;
use std::collections::{HashMap, HashSet};

/// A new row on its way to a key.
pub(super) struct Draft<T> {
    pub(super) read: ReadRow<T>,
    pub(super) layer: Layer,
    pub(super) exact: u64,
    pub(super) key: Option<Key>,
    /// The previous row it is, in [`Claims::old`].
    pub(super) was: Option<usize>,
    /// The key it should have had, when another row has it.
    pub(super) displaced_from: Option<Key>,
}

/// A previous row that a new one may be.
pub(super) struct Old<'a, T> {
    pub(super) row: &'a Identified<T>,
    pub(super) layer: Layer,
    pub(super) claimed: bool,
    /// Untraced and not replaced by this import: it goes only if a traced row claims it.
    pub(super) stays: bool,
}

pub(super) struct Claims<'a, T> {
    pub(super) drafts: Vec<Draft<T>>,
    pub(super) old: Vec<Old<'a, T>>,
    carried: Vec<&'a Identified<T>>,
    source: String,
    /// Keys that rows of the new edition have.
    taken: HashSet<Key>,
    /// Keys of the previous edition, whoever had them.
    pub(super) known: HashSet<Key>,
}

impl<'a, T: KeyedRow> Claims<'a, T> {
    pub(super) fn new(
        previous: Vec<&'a Identified<T>>,
        tables: Vec<(Layer, Vec<ReadRow<T>>)>,
        source: &str,
    ) -> Self {
        let present: Vec<Layer> = tables.iter().map(|(layer, _)| *layer).collect();
        let known = previous.iter().map(|old| old.key.clone()).collect();
        let (mut old, mut carried) = (Vec::new(), Vec::new());
        for row in previous {
            let layer = row.row.layer();
            let same_source = row.source == source;
            let now_traced = match layer {
                Layer::HeatUntraced => present.contains(&Layer::Heat),
                Layer::ColdUntraced => present.contains(&Layer::Cold),
                _ => false,
            };
            let replaced = present.contains(&layer);
            if same_source && (replaced || now_traced) {
                old.push(Old {
                    row,
                    layer,
                    claimed: false,
                    stays: !replaced,
                });
            } else {
                carried.push(row);
            }
        }
        let mut drafts: Vec<Draft<T>> = tables
            .into_iter()
            .flat_map(|(layer, rows)| rows.into_iter().map(move |read| (layer, read)))
            .map(|(layer, read)| Draft {
                exact: exact(&read.row),
                read,
                layer,
                key: None,
                was: None,
                displaced_from: None,
            })
            .collect();
        drafts.sort_by(|a, b| {
            let order = |draft: &Draft<T>| {
                let row = &draft.read.row;
                let id = row.id_fcu();
                // Rows with a number first: the national service gives smaller ones to older networks.
                (draft.layer, row.identity_id().cloned(), id.is_none(), id)
            };
            order(a)
                .cmp(&order(b))
                .then_with(|| a.exact.cmp(&b.exact))
                .then_with(|| a.read.declared_key.cmp(&b.read.declared_key))
        });
        let taken = carried.iter().map(|row| row.key.clone()).collect();
        Self {
            drafts,
            old,
            carried,
            source: source.to_owned(),
            taken,
            known,
        }
    }

    /// Gives the draft the key of a previous row.
    pub(super) fn claim(&mut self, draft: usize, old: usize) {
        self.old[old].claimed = true;
        let key = self.old[old].row.key.clone();
        self.taken.insert(key.clone());
        self.drafts[draft].key = Some(key);
        self.drafts[draft].was = Some(old);
    }

    /// Gives the draft this key, or the first of `key-2`, `key-3`… that is free.
    pub(super) fn assign(&mut self, draft: usize, wanted: &Key) {
        let free = |key: &Key| !self.taken.contains(key) && !self.stays_elsewhere(key);
        let mut key = wanted.clone();
        let mut number = 2_u32;
        while !free(&key) {
            let local = wanted
                .as_str()
                .split_once(':')
                .map_or("", |(_, local)| local);
            key = Key::new(wanted.kind(), &format!("{local}-{number}"));
            number += 1;
        }
        self.drafts[draft].displaced_from = (key != *wanted).then(|| wanted.clone());
        self.taken.insert(key.clone());
        self.drafts[draft].key = Some(key);
    }

    /// Whether an untraced row that stays has this key.
    fn stays_elsewhere(&self, key: &Key) -> bool {
        self.old
            .iter()
            .any(|old| old.stays && !old.claimed && old.row.key == *key)
    }

    /// The unclaimed previous row with this key.
    pub(super) fn unclaimed_with_key(&self, key: &Key) -> Option<usize> {
        self.old
            .iter()
            .position(|old| !old.claimed && old.row.key == *key)
    }

    /// Whether a draft in this layer may be this previous row: the same table, or a network whose trace became known
    /// or was withdrawn.
    pub(super) fn may_be(&self, layer: Layer, old: usize) -> bool {
        let old = &self.old[old];
        !old.claimed
            && (old.layer == layer
                || matches!(
                    (old.layer, layer),
                    (Layer::HeatUntraced, Layer::Heat)
                        | (Layer::Heat, Layer::HeatUntraced)
                        | (Layer::ColdUntraced, Layer::Cold)
                        | (Layer::Cold, Layer::ColdUntraced)
                ))
    }

    pub(super) fn undecided(&self) -> Vec<usize> {
        (0..self.drafts.len())
            .filter(|&at| self.drafts[at].key.is_none())
            .collect()
    }

    /// Rows that nothing identified: the national id, numbered when several rows share it; else a short id of ours.
    pub(super) fn as_new(&mut self) {
        let undecided = self.undecided();
        let mut seen: HashMap<Key, u64> = HashMap::new();
        for at in undecided {
            let row = &self.drafts[at].read.row;
            let kind = row.key_kind();
            if let Some(id) = row.identity_id() {
                let key = Key::new(kind, id.as_str());
                self.assign(at, &key);
                continue;
            }
            let (number, exact) = (first_seen(row), self.drafts[at].exact);
            // Rows that differ never get the same id: a taken one is lengthened, then made from all their content.
            let lengths = (8..=12).map(|length| short_id(number, length));
            let others = (8..=12).map(|length| short_id(exact, length));
            let candidates: Vec<Key> = lengths
                .chain(others)
                .map(|local| Key::new(kind, &local))
                .collect();
            let twin = candidates
                .iter()
                .find(|key| seen.get(key) == Some(&exact))
                .cloned();
            let free = candidates
                .iter()
                .find(|key| !self.taken.contains(key) && !self.known.contains(key));
            let key = twin
                .or_else(|| free.cloned())
                .unwrap_or_else(|| candidates[0].clone());
            seen.entry(key.clone()).or_insert(exact);
            self.assign(at, &key);
        }
    }

    /// All rows of the new edition: those carried over, those untraced that stay, and the new ones.
    pub(super) fn into_rows(self, findings: &mut Vec<Finding>) -> Identities<T> {
        report::shared_ids(&self, findings);
        report::untraced_replaced(&self, findings);
        let staying = self.old.iter().filter(|old| old.stays && !old.claimed);
        let mut rows: Vec<Identified<T>> = self
            .carried
            .iter()
            .copied()
            .chain(staying.map(|old| old.row))
            .cloned()
            .collect();
        let mut places = HashMap::with_capacity(self.drafts.len());
        for draft in self.drafts {
            let key = draft
                .key
                .expect("every row has a key once the new ones have theirs");
            places.insert(key.clone(), draft.read.place);
            rows.push(Identified {
                key,
                source: self.source.clone(),
                row: draft.read.row,
            });
        }
        Identities { rows, places }
    }

    /// Rows that the import leaves as they were.
    pub(super) fn left_alone(&self) -> impl Iterator<Item = &'a Identified<T>> {
        let staying = self.old.iter().filter(|old| old.stays && !old.claimed);
        self.carried
            .iter()
            .copied()
            .chain(staying.map(|old| old.row))
    }
}
