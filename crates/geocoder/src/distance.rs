//! How far apart are two spellings? Bit-parallel edit distance with transpositions, and a
//! 128-bit signature that says at the price of two instructions whether it is worth asking.

/// A spelling of at most 64 letters, prepared to be compared with many others.
///
/// Optimal string alignment distance, H. Hyyrö, "A bit-vector algorithm for computing Levenshtein and
/// Damerau edit distances", Nordic Journal of Computing 10 (2003).
#[derive(Clone)]
pub struct Pattern {
    masks: [u64; 128],
    len: usize,
}

impl std::fmt::Debug for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pattern")
            .field("len", &self.len)
            .finish_non_exhaustive()
    }
}

/// Distances of a pattern to a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Distances {
    /// To the whole text.
    pub whole: u32,
    /// To the best beginning of the text.
    pub prefix: u32,
}

impl Pattern {
    /// Prepares a spelling; letters past the 64th are left out.
    pub fn new(letters: &[u8]) -> Self {
        let len = letters.len().min(64);
        let mut masks = [0_u64; 128];
        for (i, &b) in letters.iter().take(64).enumerate() {
            masks[usize::from(b & 0x7f)] |= 1 << i;
        }
        Self { masks, len }
    }

    /// Number of letters.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no letter.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Edits (insertions, deletions, substitutions, swaps of neighbours) to the whole text.
    pub fn distance(&self, text: &[u8]) -> u32 {
        self.distances(text).whole
    }

    /// Edits to the whole text and to its best beginning.
    pub fn distances(&self, text: &[u8]) -> Distances {
        if self.len == 0 {
            return Distances {
                whole: text.len() as u32,
                prefix: 0,
            };
        }
        let last = 1_u64 << (self.len - 1);
        let (mut pv, mut mv, mut d0, mut before) = (!0_u64, 0_u64, 0_u64, 0_u64);
        let mut score = self.len as u32;
        let mut prefix = score;
        for &c in text {
            let here = self.masks[usize::from(c & 0x7f)];
            let swapped = ((!d0 & here) << 1) & before;
            d0 = ((here & pv).wrapping_add(pv) ^ pv) | here | mv | swapped;
            let hp = mv | !(d0 | pv);
            let hn = d0 & pv;
            if hp & last != 0 {
                score += 1;
            } else if hn & last != 0 {
                score -= 1;
            }
            let hp = (hp << 1) | 1;
            pv = (hn << 1) | !(d0 | hp);
            mv = hp & d0;
            before = here;
            prefix = prefix.min(score);
        }
        Distances {
            whole: score,
            prefix,
        }
    }
}

/// Letters and pairs of letters of a sound, hashed on 128 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signature(pub u128);

impl Signature {
    /// The signature of a sound key.
    pub fn of(sound: &[u8]) -> Self {
        let mut bits = 0_u128;
        let mut before = 0_u8;
        for &b in sound {
            bits |= 1 << (b % 32);
            let pair = (u32::from(before) * 59 + u32::from(b) * 7) % 95;
            bits |= 1 << (32 + pair);
            before = b;
        }
        Self(bits)
    }

    /// Bits set.
    pub fn weight(self) -> u32 {
        self.0.count_ones()
    }

    /// Bits set in both.
    pub fn shared(self, other: Self) -> u32 {
        (self.0 & other.0).count_ones()
    }
}

/// The signatures of a name: of its letters and of its sound. A slip of the finger keeps more of the
/// first, a spelling by ear more of the second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signatures {
    /// Of the letters.
    pub letters: Signature,
    /// Of the sound.
    pub sound: Signature,
}

impl Signatures {
    /// Bytes in the index.
    pub const BYTES: usize = 32;

    /// Both signatures of a name.
    pub fn of(letters: &[u8]) -> Self {
        Self {
            letters: Signature::of(letters),
            sound: Signature::of(crate::text::phonetic::sound(letters).as_slice()),
        }
    }

    /// As bytes.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut out = [0; Self::BYTES];
        out[..16].copy_from_slice(&self.letters.0.to_le_bytes());
        out[16..].copy_from_slice(&self.sound.0.to_le_bytes());
        out
    }

    /// From bytes; zero outside.
    #[inline]
    pub fn read(data: &[u8], at: usize) -> Self {
        use crate::index::bytes::u128_at;
        Self {
            letters: Signature(u128_at(data, at)),
            sound: Signature(u128_at(data, at + 16)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn oracle(a: &[u8], b: &[u8]) -> Vec<u32> {
        let mut rows = vec![vec![0_u32; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                rows[i][j] = if i == 0 {
                    j as u32
                } else if j == 0 {
                    i as u32
                } else {
                    let cost = u32::from(a[i - 1] != b[j - 1]);
                    let mut best = (rows[i - 1][j] + 1)
                        .min(rows[i][j - 1] + 1)
                        .min(rows[i - 1][j - 1] + cost);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        best = best.min(rows[i - 2][j - 2] + 1);
                    }
                    best
                };
            }
        }
        rows[a.len()].clone()
    }

    proptest! {
        #[test]
        fn the_bits_agree_with_the_table(a in "[a-d]{0,64}", b in "[a-d]{0,70}") {
            let row = oracle(a.as_bytes(), b.as_bytes());
            let found = Pattern::new(a.as_bytes()).distances(b.as_bytes());
            prop_assert_eq!(found.whole, row[b.len()]);
            prop_assert_eq!(found.prefix, row.iter().copied().min().unwrap_or(0));
        }
    }
}
