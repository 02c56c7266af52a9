//! Which communes do these words name, exactly or nearly?

use smallvec::SmallVec;

use crate::distance::{Pattern, Signature};
use crate::geocoder::View;
use crate::index::global::{CommuneRef, communes_of_postcode};
use crate::source::territory::arrondissement;
use crate::text::{NameKey, numeral, phonetic};

/// A commune and how far its name is from the words, in edits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NamedCommune {
    /// The commune.
    pub commune: CommuneRef,
    /// Edits.
    pub cost: f32,
}

/// Communes found by name.
pub type NamedCommunes = SmallVec<[NamedCommune; 24]>;

/// Longest name of a commune, in words.
pub const MOST_WORDS: usize = 7;

/// Communes that bear exactly this name.
pub(crate) fn exact(view: &View<'_>, key: &NameKey) -> NamedCommunes {
    let letters = key.full();
    let from = view.places.lower_bound(letters);
    (from..view.places.len())
        .take_while(|&i| view.places.key(i) == letters)
        .map(|i| NamedCommune {
            commune: view.places.commune(i),
            cost: 0.0,
        })
        .collect()
}

/// Keeps the arrondissement of a number when these communes have one.
pub(crate) fn only_arrondissement(
    view: &View<'_>,
    communes: &NamedCommunes,
    number: u32,
) -> NamedCommunes {
    communes
        .iter()
        .copied()
        .filter(|c| {
            let segment = view.segment(c.commune.segment);
            arrondissement(segment.commune(c.commune.commune.into()).citycode) == Some(number)
        })
        .collect()
}

/// Communes of a postcode.
pub(crate) fn of_postcode(view: &View<'_>, postcode: u32) -> SmallVec<[CommuneRef; 24]> {
    let mut found: SmallVec<[CommuneRef; 24]> =
        communes_of_postcode(view.postcodes, postcode).collect();
    found.dedup();
    found
}

/// Most edits tolerated in the name of a commune.
fn tolerance(len: usize) -> u32 {
    match len {
        0..=3 => 0,
        4..=6 => 1,
        7..=12 => 2,
        _ => 3,
    }
}

/// Among these communes, those nearly of this name.
pub(crate) fn near_among(view: &View<'_>, among: &[CommuneRef], key: &NameKey) -> NamedCommunes {
    let pattern = Pattern::new(key.full());
    let sound = phonetic::sound(key.full());
    let limit = tolerance(pattern.len());
    let mut found = NamedCommunes::new();
    for &commune in among {
        let segment = view.segment(commune.segment);
        let c = segment.commune(commune.commune.into());
        let best = [c.name]
            .into_iter()
            .chain(segment.other_names(&c))
            .map(|n| {
                let name = NameKey::of_name(n);
                let d = pattern.distance(name.full());
                if d > limit && phonetic::sound(name.full()).as_slice() == sound.as_slice() {
                    limit.max(1)
                } else {
                    d
                }
            })
            .min();
        if let Some(d) = best.filter(|&d| d <= limit) {
            found.push(NamedCommune {
                commune,
                cost: d as f32,
            });
        }
    }
    found
}

/// Communes of the whole index nearly of this name, the nearest ones only.
pub(crate) fn near(view: &View<'_>, key: &NameKey) -> NamedCommunes {
    let pattern = Pattern::new(key.full());
    let limit = tolerance(pattern.len());
    let sound = phonetic::sound(key.full());
    let signature = Signature::of(sound.as_slice());
    let weight = signature.weight();
    let mut best = limit.max(1) + 1;
    let mut found = NamedCommunes::new();
    for i in 0..view.places.len() {
        let other = view.places.signature(i);
        // One edit changes at most three bits of each side (a letter, two pairs), two in either.
        let apart = weight + other.weight() - 2 * signature.shared(other);
        if apart > 7 * limit.max(1) + 2 {
            continue;
        }
        let letters = view.places.key(i);
        let mut d = pattern.distance(letters);
        if d > limit
            && limit > 0
            && apart == 0
            && phonetic::sound(letters).as_slice() == sound.as_slice()
        {
            d = limit;
        }
        if d > limit || d > best {
            continue;
        }
        if d < best {
            best = d;
            found.clear();
        }
        if found.len() < 64 {
            found.push(NamedCommune {
                commune: view.places.commune(i),
                cost: d as f32,
            });
        }
    }
    found
}

/// The most populous communes whose name goes on after these letters; each letter to come costs a little.
pub(crate) fn beginning(view: &View<'_>, key: &NameKey, most: usize) -> NamedCommunes {
    let letters = key.full();
    let from = view.places.lower_bound(letters);
    let mut found: Vec<(u32, usize, usize)> = (from..view.places.len())
        .take_while(|&i| view.places.key(i).starts_with(letters))
        .map(|i| {
            (
                view.places.population(i),
                i,
                view.places.key(i).len() - letters.len(),
            )
        })
        .collect();
    found.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.2.cmp(&b.2)).then(a.1.cmp(&b.1)));
    found.truncate(most);
    found
        .into_iter()
        .map(|(_, i, longer)| NamedCommune {
            commune: view.places.commune(i),
            cost: 0.05 * longer as f32,
        })
        .collect()
}

/// The number of an arrondissement written after a city's name: `18`, `18e`, `xviii`.
pub(crate) fn arrondissement_number(word: &str) -> Option<u32> {
    if word.len() > 1 && word.starts_with('0') {
        return word.parse().ok().filter(|n| (1..=20).contains(n));
    }
    numeral::value(word).filter(|n| (1..=20).contains(n))
}
