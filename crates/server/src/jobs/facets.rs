//! What are rows sorted and filtered by? A dozen bytes a row, read for the whole file at once.

use caloduc_engine::batch::{Answer, Kept};

/// Bytes of a row.
const ROW: usize = 8;
/// No distance.
const NOWHERE: u32 = u32::MAX;
/// No verdict.
const NONE: u8 = u8::MAX;

/// What a row is sorted and filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Facet {
    /// Its verdict, by rank of the rules; 255 for none.
    pub(super) rank: u8,
    /// A bit for each filter that lets it through, in the order of [`Kept::ALL`].
    pub(super) kept: u8,
    /// Its score in hundredths; 255 for none.
    pub(super) score: u8,
    /// Its distance, metres; the greatest number for none.
    pub(super) distance_m: u32,
}

impl Facet {
    fn of(answer: &Answer) -> Self {
        let outcome = answer.outcome.as_ref();
        let kept = Kept::ALL.iter().enumerate();
        Self {
            rank: outcome.map_or(NONE, |outcome| outcome.kind.rule()),
            kept: kept.fold(0, |bits, (bit, kept)| {
                bits | u8::from(kept.keeps(answer)) << bit
            }),
            score: answer.found.as_ref().map_or(NONE, |found| {
                (found.score.clamp(0.0, 1.0) * 100.0).round() as u8
            }),
            distance_m: outcome
                .and_then(|outcome| outcome.distance_m)
                .unwrap_or(NOWHERE),
        }
    }

    fn read(bytes: [u8; ROW]) -> Self {
        let [rank, kept, score, _spare, a, b, c, d] = bytes;
        Self {
            rank,
            kept,
            score,
            distance_m: u32::from_le_bytes([a, b, c, d]),
        }
    }

    fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&[self.rank, self.kept, self.score, 0]);
        out.extend_from_slice(&self.distance_m.to_le_bytes());
    }

    /// Whether a filter lets the row through.
    pub(super) fn is(self, wanted: Kept) -> bool {
        lets_through(self.kept, wanted)
    }
}

/// Whether a filter's bit is among these.
pub(super) fn lets_through(bits: u8, wanted: Kept) -> bool {
    let bit = Kept::ALL.iter().position(|kept| *kept == wanted);
    bit.is_some_and(|bit| bits >> bit & 1 == 1)
}

/// The facets of a chunk as bytes.
pub(super) fn write(answers: &[Answer]) -> Vec<u8> {
    let mut out = Vec::with_capacity(answers.len() * ROW);
    for answer in answers {
        Facet::of(answer).write(&mut out);
    }
    out
}

/// The facets that [`write`] made bytes of.
pub(super) fn read(bytes: &[u8]) -> impl Iterator<Item = Facet> {
    let (rows, _rest) = bytes.as_chunks::<ROW>();
    rows.iter().copied().map(Facet::read)
}
