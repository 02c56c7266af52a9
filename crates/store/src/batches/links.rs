//! What opens a batch? A secret in its address. Only its hash is kept.

use std::fmt;

/// Letters of a link: those of RFC 4648's base 32, lower case.
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
/// Letters of 20 random bytes.
const LENGTH: usize = 32;
/// What keeps these hashes apart from any other use of the same bytes.
const CONTEXT: &str = "caloduc 2026-11 link of a batch";

/// A secret link, as it stands in an address. It is shown to the person once made, and never kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Link(String);

impl Link {
    /// A link made of 160 random bits.
    pub fn new(random: [u8; 20]) -> Self {
        let mut text = String::with_capacity(LENGTH);
        for group in random.chunks_exact(5) {
            let bits = group
                .iter()
                .fold(0_u64, |bits, b| bits << 8 | u64::from(*b));
            for i in (0..8).rev() {
                text.push(char::from(LETTERS[(bits >> (5 * i) & 31) as usize]));
            }
        }
        Self(text)
    }

    /// A link as a person brings it; `None` when it cannot be one.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == LENGTH && text.bytes().all(|b| LETTERS.contains(&b));
        fits.then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What is kept of it.
    pub fn key(&self) -> BatchKey {
        let hash = blake3::derive_key(CONTEXT, self.0.as_bytes());
        BatchKey(blake3::Hash::from_bytes(hash).to_hex().as_str()[..40].to_owned())
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link(***)")
    }
}

/// The hash of a link: what a batch, or a share, is known by inside.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BatchKey(pub(super) String);

impl BatchKey {
    /// The text; may be logged, since it opens nothing.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_read_back_and_tells_nothing_of_its_bytes() {
        let link = Link::new([7; 20]);
        assert_eq!(Link::parse(link.as_str()), Some(link.clone()));
        assert_eq!(link.key(), link.key());
        assert_ne!(link.key(), Link::new([8; 20]).key());
        assert!(!format!("{link:?}").contains(link.as_str()));
    }

    #[test]
    fn what_is_no_link_is_refused() {
        for text in ["", "abc", &"a".repeat(33), &"A".repeat(32), &"1".repeat(32)] {
            assert_eq!(Link::parse(text), None, "{text}");
        }
    }
}
