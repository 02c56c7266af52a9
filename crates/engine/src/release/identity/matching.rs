//! The rules, one after the other. Each looks at all rows before the next one starts.

use super::claims::{Claims, Draft};
use super::content::{exact, shape};
use super::likeness::{ENOUGH, Portrait};
use super::report;
use crate::network::{Key, Layer, SncuId};
use crate::release::communes::name::fold;
use crate::release::row::KeyedRow;
use crate::report::Finding;
use rayon::prelude::*;
use std::collections::HashMap;
use std::hash::Hash;

/// How often each value occurs.
fn counts<K: Eq + Hash>(keys: impl Iterator<Item = K>) -> HashMap<K, usize> {
    let mut counts = HashMap::new();
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

impl<T: KeyedRow> Claims<'_, T> {
    /// Rule 1: the file's own `key`.
    pub(super) fn by_declared_key(&mut self, findings: &mut Vec<Finding>) {
        for at in 0..self.drafts.len() {
            let Some(key) = self.drafts[at].read.declared_key.clone() else {
                continue;
            };
            if key.kind() != self.drafts[at].read.row.key_kind() {
                findings.push(report::wrong_kind(&self.drafts[at], &key));
                continue;
            }
            match self.unclaimed_with_key(&key) {
                Some(old) => self.claim(at, old),
                None => self.assign(at, &key),
            }
        }
    }

    /// Rule 2: an SNCU id unique in its table. The previous row of that id keeps its key whatever it is.
    pub(super) fn by_national_id(&mut self, findings: &mut Vec<Finding>) {
        let id_of = |draft: &Draft<T>| Some((draft.layer, draft.read.row.identity_id()?.clone()));
        let counts = counts(self.drafts.iter().filter_map(id_of));
        let unique: Vec<(usize, SncuId)> = self
            .undecided()
            .into_iter()
            .filter_map(|at| Some((at, id_of(&self.drafts[at])?)))
            .filter(|(_, id)| counts[id] == 1)
            .map(|(at, (_, id))| (at, id))
            .collect();
        for (at, id) in &unique {
            if let Some(old) = self.previous_of_id(*at, id) {
                let kept = self.old[old].row.key.clone();
                let usual = Key::new(kept.kind(), id.as_str());
                if kept != usual && self.old[old].row.row.identity_id() == Some(id) {
                    findings.push(report::kept_key(&self.drafts[*at], &kept, id));
                }
                self.claim(*at, old);
            }
        }
        for (at, id) in &unique {
            if self.drafts[*at].key.is_some() {
                continue;
            }
            let key = Key::new(self.drafts[*at].read.row.key_kind(), id.as_str());
            match self.unclaimed_with_key(&key) {
                Some(old) => self.claim(*at, old),
                None => self.assign(*at, &key),
            }
        }
    }

    /// The previous row of this id: of the same table, then with the same number, then the most alike.
    fn previous_of_id(&self, at: usize, id: &SncuId) -> Option<usize> {
        let draft = &self.drafts[at];
        let mut candidates: Vec<usize> = (0..self.old.len())
            .filter(|&old| {
                self.may_be(draft.layer, old) && self.old[old].row.row.identity_id() == Some(id)
            })
            .collect();
        if candidates.len() > 1 {
            let portrait = Portrait::of(&draft.read.row);
            candidates.sort_by_cached_key(|&old| {
                let previous = &self.old[old];
                let likeness = portrait.likeness(&Portrait::of(&previous.row.row));
                let number = previous.row.row.id_fcu();
                (
                    previous.layer != draft.layer,
                    number.is_none() || number != draft.read.row.id_fcu(),
                    1000 - (likeness * 1000.0) as u32,
                    previous.row.key.clone(),
                )
            });
        }
        candidates.first().copied()
    }

    /// Rule 3: `id_fcu`, unique in its table, within the same source. From the untraced table to the traced one the
    /// numbers may be others, so the name must agree too.
    pub(super) fn by_id_fcu(&mut self) {
        let number_of = |draft: &Draft<T>| Some((draft.layer, draft.read.row.id_fcu()?));
        let counts_new = counts(self.drafts.iter().filter_map(number_of));
        let previous = self.old.iter();
        let counts_old =
            counts(previous.filter_map(|old| Some((old.layer, old.row.row.id_fcu()?))));
        for same_table in [true, false] {
            for at in self.undecided() {
                let Some((layer, number)) = number_of(&self.drafts[at]) else {
                    continue;
                };
                if counts_new[&(layer, number)] > 1 {
                    continue;
                }
                let name = fold(self.drafts[at].read.row.name().unwrap_or_default());
                let candidate = (0..self.old.len()).find(|&at| {
                    let old = &self.old[at];
                    let same_name =
                        || !name.is_empty() && fold(old.row.row.name().unwrap_or_default()) == name;
                    self.may_be(layer, at)
                        && old.row.row.id_fcu() == Some(number)
                        && counts_old[&(old.layer, number)] == 1
                        && if same_table {
                            old.layer == layer
                        } else {
                            same_name()
                        }
                });
                if let Some(old) = candidate {
                    self.claim(at, old);
                }
            }
        }
    }

    /// Rows that rule 2 gave a new key though a previous row under another key is plainly the same network (it gained
    /// an id, or its id was corrected): said, and that previous row is nobody else's.
    pub(super) fn set_renamed_aside(&mut self, findings: &mut Vec<Finding>) {
        let renamed: Vec<usize> = (0..self.drafts.len())
            .filter(|&at| {
                let draft = &self.drafts[at];
                let key_is_new = draft
                    .key
                    .as_ref()
                    .is_some_and(|key| !self.known.contains(key));
                draft.was.is_none() && key_is_new && draft.read.declared_key.is_none()
            })
            .collect();
        if renamed.is_empty() || self.old.iter().all(|old| old.claimed) {
            return;
        }
        let by_number: Vec<(usize, usize)> = renamed
            .iter()
            .filter_map(|&at| {
                let draft = &self.drafts[at];
                let number = draft.read.row.id_fcu()?;
                let mut same = (0..self.old.len()).filter(|&old| {
                    self.may_be(draft.layer, old)
                        && self.old[old].layer == draft.layer
                        && self.old[old].row.row.id_fcu() == Some(number)
                });
                let only = same.next()?;
                same.next().is_none().then_some((at, only))
            })
            .collect();
        for (at, old) in by_number {
            self.rename(at, old, findings);
        }
        let rest: Vec<usize> = renamed
            .into_iter()
            .filter(|&at| self.drafts[at].was.is_none())
            .collect();
        let scores = self.scores(&rest);
        for (at, old) in decide(&scores).matches {
            self.rename(at, old, findings);
        }
    }

    fn rename(&mut self, at: usize, old: usize, findings: &mut Vec<Finding>) {
        if self.old[old].claimed {
            return;
        }
        self.old[old].claimed = true;
        self.drafts[at].was = Some(old);
        findings.push(report::renamed(&self.drafts[at], &self.old[old].row.key));
    }

    /// Rule 4: overlap with the previous edition. A row unchanged to the last bit is itself, whatever lies next to it.
    pub(super) fn by_overlap(&mut self, findings: &mut Vec<Finding>) {
        if self.old.iter().all(|old| old.claimed) || self.undecided().is_empty() {
            return;
        }
        self.claim_unchanged(exact);
        self.claim_unchanged(|row: &T| (shape(row.form()), fold(row.name().unwrap_or_default())));
        let scores = self.scores(&self.undecided());
        let decision = decide(&scores);
        for (at, old) in decision.matches {
            self.claim(at, old);
        }
        for (at, candidates) in decision.ambiguous {
            let candidates = candidates
                .into_iter()
                .map(|(old, likeness)| (&self.old[old].row.key, likeness));
            findings.push(report::ambiguous(&self.drafts[at], candidates));
        }
    }

    /// Pairs rows of the same table with equal content, as many as there are on both sides, in the order of keys.
    fn claim_unchanged<C: Eq + Hash>(&mut self, content: impl Fn(&T) -> C) {
        let mut by_content: HashMap<(Layer, C), Vec<usize>> = HashMap::new();
        for (at, old) in self.old.iter().enumerate() {
            if !old.claimed && !old.stays {
                let key = (old.layer, content(&old.row.row));
                by_content.entry(key).or_default().push(at);
            }
        }
        for equal in by_content.values_mut() {
            equal.sort_by(|a, b| self.old[*b].row.key.cmp(&self.old[*a].row.key));
        }
        for at in self.undecided() {
            let draft = &self.drafts[at];
            let equal = by_content.get_mut(&(draft.layer, content(&draft.read.row)));
            if let Some(old) = equal.and_then(Vec::pop) {
                self.claim(at, old);
            }
        }
    }

    /// Likeness of each of these drafts to each unclaimed previous row it may be, where there is any.
    fn scores(&self, drafts: &[usize]) -> Vec<Score> {
        let free: Vec<usize> = (0..self.old.len())
            .filter(|&at| !self.old[at].claimed)
            .collect();
        if free.is_empty() || drafts.is_empty() {
            return Vec::new();
        }
        let old: Vec<(usize, Portrait<'_>)> = free
            .par_iter()
            .map(|&at| (at, Portrait::of(&self.old[at].row.row)))
            .collect();
        drafts
            .par_iter()
            .flat_map_iter(|&draft| {
                let portrait = Portrait::of(&self.drafts[draft].read.row);
                let layer = self.drafts[draft].layer;
                let scores: Vec<Score> = old
                    .iter()
                    .filter(|(at, _)| self.may_be(layer, *at))
                    .map(|(at, other)| Score {
                        draft,
                        old: *at,
                        likeness: portrait.likeness(other),
                        margin: portrait.margin(),
                    })
                    .filter(|score| score.likeness > 0.0)
                    .collect();
                scores
            })
            .collect()
    }
}

/// How much a draft looks like a previous row, and by how much it must be ahead of others.
#[derive(Debug, Clone, Copy)]
struct Score {
    draft: usize,
    old: usize,
    likeness: f64,
    margin: f64,
}

struct Decision {
    matches: Vec<(usize, usize)>,
    ambiguous: Vec<(usize, Vec<(usize, f64)>)>,
}

/// Pairs that are each other's best with the margin on both sides; then again among the rest, until nothing moves. What
/// remains alike enough but undecided is ambiguous.
fn decide(scores: &[Score]) -> Decision {
    let mut rest: Vec<Score> = scores.to_vec();
    let mut matches: Vec<(usize, usize)> = Vec::new();
    loop {
        let best_of = |side: fn(&Score) -> usize| {
            let mut best: HashMap<usize, (Score, f64)> = HashMap::new();
            for score in &rest {
                let entry = best.entry(side(score));
                entry
                    .and_modify(|(first, second)| {
                        if score.likeness > first.likeness {
                            *second = first.likeness;
                            *first = *score;
                        } else {
                            *second = second.max(score.likeness);
                        }
                    })
                    .or_insert((*score, 0.0));
            }
            best
        };
        let by_draft = best_of(|score| score.draft);
        let by_old = best_of(|score| score.old);
        let clear = |(first, second): &(Score, f64)| {
            first.likeness >= ENOUGH && first.likeness - second >= first.margin
        };
        let mut found: Vec<(usize, usize)> = by_draft
            .values()
            .filter(|best| clear(best))
            .map(|(first, _)| (first.draft, first.old))
            .filter(|(draft, old)| by_old[old].0.draft == *draft && clear(&by_old[old]))
            .collect();
        if found.is_empty() {
            break;
        }
        found.sort_unstable();
        rest.retain(|score| {
            !found
                .iter()
                .any(|(draft, old)| score.draft == *draft || score.old == *old)
        });
        matches.extend(found);
    }
    let mut ambiguous: Vec<(usize, Vec<(usize, f64)>)> = Vec::new();
    rest.sort_by(|a, b| {
        let by_likeness = b.likeness.total_cmp(&a.likeness);
        a.draft
            .cmp(&b.draft)
            .then(by_likeness)
            .then(a.old.cmp(&b.old))
    });
    for group in rest.chunk_by(|a, b| a.draft == b.draft) {
        if group[0].likeness >= ENOUGH {
            let candidates = group.iter().map(|score| (score.old, score.likeness));
            ambiguous.push((group[0].draft, candidates.take(5).collect()));
        }
    }
    Decision { matches, ambiguous }
}
