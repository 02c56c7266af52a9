//! Which words do the names of streets have, and which of them resembles a misspelt one? Some hundred thousand words
//! say in a tenth of a millisecond what millions of names would say in ten.

use std::collections::HashMap;

use smallvec::SmallVec;

use super::bytes::{pack, u32_at, unpack};
use super::global::Names;
use crate::distance::{Pattern, Signature, Signatures};
use crate::search::compare::Ending;
use crate::text::phonetic;

/// Shorter words are not kept: too many resemble each other.
const SHORTEST: usize = 4;
/// Bytes of a record.
const RECORD: usize = 8;
/// Words whose letters are compared after the sifting.
const SIFTED: usize = 96;
/// Edits past which a word is another one: one in a short word, two in a long one.
const LONG: usize = 8;

/// Gathers distinct words.
#[derive(Default)]
pub(super) struct WordsBuilder<'a> {
    /// Letters to where they stand: a name and the first bit of the word in it, as in the table of word starts.
    starts: HashMap<&'a [u8], u32>,
}

impl<'a> WordsBuilder<'a> {
    /// Takes in the word at a start.
    pub(super) fn add(&mut self, word: &'a [u8], start: u32) {
        if word.len() >= SHORTEST {
            self.starts.entry(word).or_insert(start);
        }
    }

    /// The block.
    pub(super) fn finish(self) -> Vec<u8> {
        let mut words: Vec<(&[u8], u32)> = self.starts.into_iter().collect();
        words.sort_unstable();
        let mut records = Vec::with_capacity(words.len() * RECORD);
        let mut signatures = Vec::with_capacity(words.len() * Signatures::BYTES);
        for (word, start) in words {
            records.extend_from_slice(&start.to_le_bytes());
            records.extend_from_slice(&(word.len() as u32).to_le_bytes());
            signatures.extend_from_slice(&Signatures::of(word).to_bytes());
        }
        pack(&[records, signatures])
    }
}

/// Distinct words of street names, over a block; none where the block is missing.
#[derive(Clone, Copy, Debug)]
pub struct Words<'a> {
    names: Names<'a>,
    records: &'a [u8],
    signatures: &'a [u8],
}

impl<'a> Words<'a> {
    /// Over a block, and the names it points into.
    pub fn new(block: &'a [u8], names: Names<'a>) -> Self {
        let [records, signatures] = unpack::<2>(block).map(|r| block.get(r).unwrap_or_default());
        Self {
            names,
            records,
            signatures,
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    fn word(&self, index: usize) -> &'a [u8] {
        let start = u32_at(self.records, index * RECORD);
        let at = (start & 63) as usize;
        let len = u32_at(self.records, index * RECORD + 4) as usize;
        self.names
            .letters(start >> 6)
            .get(at..at.saturating_add(len))
            .unwrap_or_default()
    }

    /// Whether this is a word of some name.
    pub fn contains(&self, word: &[u8]) -> bool {
        let (mut low, mut high) = (0, self.records.len() / RECORD);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.word(middle).cmp(word) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return true,
            }
        }
        false
    }

    /// The words within an edit or two of this one, or that sound like it, nearest first; at most `most`, itself
    /// included when it is there. With an open ending, the words that begin so.
    pub fn like(&self, word: &[u8], ending: Ending, most: usize) -> SmallVec<[&'a [u8]; 16]> {
        let (letters, sound) = {
            let own = Signatures::of(word);
            (own.letters, own.sound)
        };
        let rate = |own: Signature, other: Signature| match ending {
            Ending::Closed => 2 * 4096 * own.shared(other) / (own.weight() + other.weight()).max(1),
            Ending::Open => 4096 * own.shared(other) / own.weight().max(1),
        };
        let mut sifted: Vec<(u32, u32)> = Vec::with_capacity(2 * SIFTED);
        let mut floor = 0;
        for (index, other) in self
            .signatures
            .chunks_exact(Signatures::BYTES)
            .map(|bytes| Signatures::read(bytes, 0))
            .enumerate()
        {
            let rating = rate(letters, other.letters).max(rate(sound, other.sound));
            if rating <= floor {
                continue;
            }
            sifted.push((rating, index as u32));
            if sifted.len() == 2 * SIFTED {
                floor = keep_best(&mut sifted);
            }
        }
        keep_best(&mut sifted);
        let pattern = Pattern::new(word);
        let heard = phonetic::sound(word);
        let farthest = if word.len() >= LONG { 2 } else { 1 };
        let mut near: Vec<(u32, &[u8])> = sifted
            .into_iter()
            .filter_map(|(_, index)| {
                let other = self.word(index as usize);
                let distances = pattern.distances(other);
                let edits = match ending {
                    Ending::Closed => distances.whole,
                    Ending::Open => distances.prefix,
                };
                let sounds_so = edits > 1 && phonetic::sound(other).as_slice() == heard.as_slice();
                let edits = if sounds_so { 1 } else { edits };
                (edits <= farthest).then_some((edits, other))
            })
            .collect();
        near.sort_unstable();
        near.into_iter().take(most).map(|(_, w)| w).collect()
    }
}

/// Keeps the best-rated; gives the rating that the next ones have to pass.
fn keep_best(sifted: &mut Vec<(u32, u32)>) -> u32 {
    if sifted.len() <= SIFTED {
        return 0;
    }
    sifted.select_nth_unstable_by(SIFTED, |a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let floor = sifted.get(SIFTED).map_or(0, |k| k.0);
    sifted.truncate(SIFTED);
    floor
}
