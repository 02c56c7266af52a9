//! How far is a street's name from the one asked, in edits?

use crate::distance::Pattern;
use crate::text::NameKey;
use crate::text::abbreviation::is_article;

/// The name asked, prepared to be compared with many.
#[derive(Debug)]
pub struct Comparer {
    key: NameKey,
    full: Pattern,
    rest: Pattern,
    core: Pattern,
    sound: Pattern,
    core_is_rest: bool,
}

/// How a name compares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Closeness {
    /// Edits, types and their absence included.
    pub cost: f32,
    /// Edits of the letters alone.
    pub letters: f32,
    /// What was said of the type.
    pub types: Types,
    /// Whether only a part of the words met.
    pub is_partial: bool,
}

impl Closeness {
    fn offer(&mut self, cost: f32, letters: f32, types: Types) {
        if cost < self.cost {
            *self = Self {
                cost,
                letters,
                types,
                is_partial: false,
            };
        }
    }
}

/// How street types compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Types {
    /// The same, or none on either side.
    Same,
    /// The question has none.
    Missing,
    /// Two different ones.
    Other,
}

const MISSING_TYPE: f32 = 0.25;
const OTHER_TYPE: f32 = 0.95;

/// Whether the name may be the beginning of a longer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The name is whole.
    Closed,
    /// The name may go on.
    Open,
}

impl Comparer {
    /// Prepares a name.
    pub fn new(key: NameKey) -> Self {
        let core = key.core();
        Self {
            full: Pattern::new(key.full()),
            rest: Pattern::new(key.rest()),
            core: Pattern::new(core.as_slice()),
            sound: Pattern::new(key.sound().as_slice()),
            core_is_rest: core.as_slice() == key.rest(),
            key,
        }
    }

    /// The name.
    pub fn key(&self) -> &NameKey {
        &self.key
    }

    /// Compares with a street's name.
    pub fn compare(&self, other: &NameKey, ending: Ending) -> Closeness {
        let types = if self.key.street_type() == other.street_type() {
            Types::Same
        } else if self.key.street_type().is_empty() {
            Types::Missing
        } else {
            Types::Other
        };
        let type_cost = match types {
            Types::Same => 0.0,
            Types::Missing => MISSING_TYPE,
            Types::Other => OTHER_TYPE,
        };
        let pick = |pattern: &Pattern, text: &[u8]| {
            let d = pattern.distances(text);
            if ending == Ending::Open && d.prefix < d.whole {
                (d.prefix as f32
                    + 0.03 * (text.len() as f32 - pattern.len() as f32).max(0.0)
                    + 0.05)
                    .min(d.whole as f32)
            } else {
                d.whole as f32
            }
        };
        let rest = pick(&self.rest, other.rest());
        if rest == 0.0 {
            return Closeness {
                cost: type_cost,
                letters: 0.0,
                types,
                is_partial: false,
            };
        }
        let mut best = Closeness {
            cost: rest + type_cost,
            letters: rest,
            types,
            is_partial: false,
        };
        // Types glued to the name or mistyped show in the whole; a question's first word taken for a type may be the name's.
        let full = pick(&self.full, other.full());
        best.offer(full, full, Types::Same);
        if types != Types::Same {
            let bare = pick(&self.full, other.rest());
            best.offer(bare + MISSING_TYPE, bare, Types::Missing);
        }
        let other_core = other.core();
        if types != Types::Same {
            // `fbg poissonnière` for `rue du faubourg poissonnière`.
            let bare = pick(&self.full, other_core.as_slice());
            best.offer(bare + MISSING_TYPE + 0.1, bare, Types::Missing);
        }
        if !self.core_is_rest || other_core.as_slice() != other.rest() {
            let core = pick(&self.core, other_core.as_slice());
            best.offer(core + 0.2 + type_cost, core, types);
            // An article glued to the name (`deshaies`) when the other has it apart, or the reverse.
            let mixed = pick(&self.rest, other_core.as_slice());
            best.offer(mixed + 0.2 + type_cost, mixed, types);
        }
        if best.cost > 0.5 {
            let sound = other.sound();
            let heard = pick(&self.sound, sound.as_slice());
            let plain = best.letters;
            // What is only a matter of spelling costs less than letters that are heard.
            if heard < plain {
                best.offer(
                    heard + 0.3 + 0.12 * (plain - heard) + type_cost,
                    heard + 0.3,
                    types,
                );
            }
            best.cost += 0.04 * heard.min(8.0);
        }
        if best.cost > 2.2 {
            let words = self.by_words(other) + type_cost;
            if words < best.cost {
                best = Closeness {
                    cost: words,
                    letters: words - type_cost,
                    types,
                    is_partial: true,
                };
            }
        }
        best
    }

    /// Edits when words may be missing, added, abbreviated to their initial or in another order.
    fn by_words(&self, other: &NameKey) -> f32 {
        let mine: smallvec::SmallVec<[&[u8]; 12]> = self
            .key
            .rest_words()
            .filter(|w| !is_article(w))
            .take(12)
            .collect();
        let theirs: smallvec::SmallVec<[&[u8]; 12]> = other
            .rest_words()
            .filter(|w| !is_article(w))
            .take(12)
            .collect();
        if mine.is_empty() || theirs.is_empty() {
            return f32::INFINITY;
        }
        let mut used = 0_u32;
        let (mut cost, mut met, mut last) = (0.0_f32, 0.0_f32, -1_i32);
        let mut missing = 0.0_f32;
        for word in &theirs {
            let pattern = Pattern::new(word);
            let mut best: Option<(f32, usize)> = None;
            for (i, asked) in mine.iter().enumerate() {
                if used & (1 << i) != 0 {
                    continue;
                }
                let d = if asked.len() == 1 && word.len() > 1 {
                    if asked[0] == word[0] { 0.35 } else { continue }
                } else if asked.len() >= 3 && word.len() > asked.len() && word.starts_with(asked) {
                    0.6
                } else {
                    pattern.distance(asked) as f32
                };
                let limit = match word.len().max(asked.len()) {
                    0..=3 => 0.9,
                    4..=7 => 1.0,
                    _ => 2.0,
                };
                if d <= limit && best.is_none_or(|b| d < b.0) {
                    best = Some((d, i));
                }
            }
            if let Some((d, i)) = best {
                used |= 1 << i;
                cost += d;
                met += word.len().min(8) as f32;
                if (i as i32) < last {
                    cost += 0.4;
                }
                last = i as i32;
            } else {
                // A first name or a title left out is common; the last word hardly ever is.
                missing += 0.7 + 0.12 * word.len().min(10) as f32;
            }
        }
        if met < 3.0 {
            return f32::INFINITY;
        }
        if theirs.last().is_some_and(|_| missing > 0.0) && met < 4.0 {
            missing += 1.0;
        }
        let added: f32 = mine
            .iter()
            .enumerate()
            .filter(|(i, _)| used & (1 << i) == 0)
            .map(|(_, w)| {
                if w.len() == 1 {
                    0.4
                } else {
                    0.9 + 0.12 * w.len().min(10) as f32
                }
            })
            .sum();
        cost + missing + added + 0.2
    }
}
