//! Under which spelling is a street compared? Its words, spelled out and joined, with the place
//! where its type ends and where each word starts.

use super::abbreviation::{
    glued_type, is_article, is_type, nearest_type, street_type, word as spell_out,
};
use super::numeral::in_words;
use super::{Words, phonetic};

/// Longest key, in letters: one machine word of bits for the comparison.
pub const MAX_KEY: usize = 64;

/// A name ready to be compared: `ruedeshaies`, type `rue`, words at 0, 3 and 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NameKey {
    letters: [u8; MAX_KEY],
    len: u8,
    type_len: u8,
    starts: u64,
}

impl Default for NameKey {
    fn default() -> Self {
        Self {
            letters: [0; MAX_KEY],
            len: 0,
            type_len: 0,
            starts: 0,
        }
    }
}

impl NameKey {
    /// The key of a street's or place's official name.
    pub fn of_name(name: &str) -> Self {
        let words = Words::new(name);
        Self::of_words(words.iter())
    }

    /// The key of words, in order. The first one, when it is a street type and something follows, is the type.
    pub fn of_words<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut key = Self::default();
        let mut type_end = 0;
        let mut words = words.peekable();
        let mut first = true;
        while let Some(word) = words.next() {
            let more = words.peek().is_some();
            if first && word == "rond" && words.peek().is_some_and(|w| matches!(*w, "point" | "pt"))
            {
                words.next();
                key.push("rondpoint");
                type_end = key.len;
            } else if first && word == "lieu" && words.peek().is_some_and(|w| matches!(*w, "dit")) {
                words.next();
                key.push("lieudit");
                type_end = key.len;
            } else if first && more {
                let spelled = street_type(word).unwrap_or(word);
                let is_known = is_type(spelled) || spelled != word;
                key.push(if is_known { spelled } else { expand(word) });
                if is_known {
                    type_end = key.len;
                }
            } else {
                key.push(expand(word));
            }
            first = false;
        }
        if type_end < key.len {
            key.type_len = type_end;
        }
        key
    }

    /// The key of words taken as they are, no abbreviation spelled out but a first one that is a street type's:
    /// halves of a split word look like abbreviations (`mar iotte`, `desa ix`).
    pub fn of_raw_words<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let mut key = Self::default();
        let mut words = words.peekable();
        if let Some(first) = words.next() {
            let spelled = street_type(first).unwrap_or(first);
            let is_known = words.peek().is_some() && (is_type(spelled) || spelled != first);
            key.push(if is_known { spelled } else { first });
            if is_known {
                key.type_len = key.len;
            }
        }
        for word in words {
            key.push(word);
        }
        if key.type_len == key.len {
            key.type_len = 0;
        }
        key
    }

    /// The key of words parted where figures meet letters and where a roman numeral ends them
    /// (`du8mai1945`, `henriiv`); nothing when no word is.
    pub fn of_parted_words<'a>(words: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut parts: smallvec::SmallVec<[&str; 24]> = smallvec::SmallVec::new();
        let mut has_parted = false;
        for word in words {
            let mut rest = word;
            while let Some(first) = rest.bytes().next() {
                let run = rest
                    .bytes()
                    .take_while(|b| b.is_ascii_digit() == first.is_ascii_digit())
                    .count();
                let (head, tail) = rest.split_at(run);
                has_parted |= !tail.is_empty();
                let numeral = (3..head.len().saturating_sub(1)).find(|&at| {
                    head.get(at..)
                        .is_some_and(|t| !first.is_ascii_digit() && in_words(t).is_some())
                });
                if let Some(at) = numeral {
                    has_parted = true;
                    parts.extend([&head[..at], &head[at..]]);
                } else {
                    parts.push(head);
                }
                rest = tail;
            }
        }
        has_parted.then(|| Self::of_words(parts.into_iter()))
    }

    /// Rebuilds a key from stored parts; an impossible one comes back empty.
    pub fn from_parts(letters: &[u8], type_len: u8, starts: u64) -> Self {
        let mut key = Self::default();
        let kept = letters
            .get(..letters.len().min(MAX_KEY))
            .unwrap_or_default();
        key.letters[..kept.len()].copy_from_slice(kept);
        key.len = kept.len() as u8;
        key.type_len = type_len.min(key.len);
        key.starts = starts;
        key
    }

    fn push(&mut self, word: &str) {
        let at = usize::from(self.len);
        if at >= MAX_KEY {
            return;
        }
        self.starts |= 1 << at;
        let room = word.len().min(MAX_KEY - at);
        self.letters[at..at + room].copy_from_slice(&word.as_bytes()[..room]);
        self.len += room as u8;
    }

    /// Type and name joined.
    pub fn full(&self) -> &[u8] {
        &self.letters[..usize::from(self.len)]
    }

    /// The name without its type.
    pub fn rest(&self) -> &[u8] {
        &self.letters[usize::from(self.type_len)..usize::from(self.len)]
    }

    /// The type, empty when the name has none.
    pub fn street_type(&self) -> &[u8] {
        &self.letters[..usize::from(self.type_len)]
    }

    /// Bit `i` is set where a word starts at letter `i` of [`Self::full`].
    pub fn starts(&self) -> u64 {
        self.starts
    }

    /// Length of the type.
    pub fn type_len(&self) -> u8 {
        self.type_len
    }

    /// Whether nothing is left to compare.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether these letters follow from some word start of the name.
    pub fn has_word_starting(&self, letters: &[u8]) -> bool {
        let mut starts = self.starts >> self.type_len.min(63);
        let rest = self.rest();
        while starts != 0 {
            let at = starts.trailing_zeros() as usize;
            if rest.get(at..).is_some_and(|tail| tail.starts_with(letters)) {
                return true;
            }
            starts &= starts - 1;
        }
        false
    }

    /// The words of the name, without its type.
    pub fn rest_words(&self) -> impl Iterator<Item = &[u8]> {
        let end = usize::from(self.len);
        let mut at = usize::from(self.type_len);
        std::iter::from_fn(move || {
            if at >= end {
                return None;
            }
            let start = at;
            at += 1;
            while at < end && self.starts & (1 << at) == 0 {
                at += 1;
            }
            Some(&self.letters[start..at])
        })
    }

    /// The name without type nor articles, joined; the whole name when nothing else is left.
    pub fn core(&self) -> Letters {
        let mut out = Letters::default();
        for word in self.rest_words().filter(|w| !is_article(w)) {
            out.extend(word);
        }
        if out.as_slice().is_empty() {
            out.extend(self.rest());
        }
        out
    }

    /// How the name without its type sounds.
    pub fn sound(&self) -> Letters {
        phonetic::sound(self.rest())
    }

    /// The same key where a first word that is a mistyped street type, or starts with one, is taken so.
    pub fn with_guessed_type(&self) -> Option<Self> {
        if self.type_len > 0 {
            return None;
        }
        let first = self.rest_words().next()?;
        let word = std::str::from_utf8(first).ok()?;
        if let Some(glued) = glued_type(word) {
            return self.retyped(glued, glued.len());
        }
        if first.len() == usize::from(self.len) {
            return None;
        }
        self.retyped(nearest_type(word)?, first.len())
    }

    /// The key with this type in place of its first letters.
    fn retyped(&self, street_type: &str, dropped: usize) -> Option<Self> {
        let mut key = Self::default();
        key.push(street_type);
        key.type_len = key.len;
        let tail = self.full().get(dropped..)?;
        let at = usize::from(key.len);
        let room = tail.len().min(MAX_KEY - at);
        key.letters[at..at + room].copy_from_slice(&tail[..room]);
        key.starts |= (self.starts.checked_shr(dropped as u32).unwrap_or(0) | 1) << at;
        key.len += room as u8;
        (room > 0).then_some(key)
    }
}

fn expand(word: &str) -> &str {
    spell_out(word).or_else(|| in_words(word)).unwrap_or(word)
}

/// Up to [`MAX_KEY`] letters on the stack.
#[derive(Clone, Copy, Debug)]
pub struct Letters {
    bytes: [u8; MAX_KEY],
    len: u8,
}

impl Default for Letters {
    fn default() -> Self {
        Self {
            bytes: [0; MAX_KEY],
            len: 0,
        }
    }
}

impl Letters {
    /// The letters.
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// Appends letters, as many as fit.
    pub fn extend(&mut self, letters: &[u8]) {
        for &b in letters {
            self.push(b);
        }
    }

    /// Appends one letter when there is room.
    pub fn push(&mut self, letter: u8) {
        if usize::from(self.len) < MAX_KEY {
            self.bytes[usize::from(self.len)] = letter;
            self.len += 1;
        }
    }

    /// Takes the last letter off.
    pub fn pop(&mut self) {
        self.len = self.len.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(name: &str) -> (String, String) {
        let key = NameKey::of_name(name);
        let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
        (text(key.street_type()), text(key.rest()))
    }

    #[test]
    fn types_are_set_apart_and_abbreviations_spelled_out() {
        assert_eq!(
            parts("Bd du Gal Leclerc"),
            ("boulevard".into(), "dugeneralleclerc".into())
        );
        assert_eq!(parts("R. St-Honoré"), ("rue".into(), "sainthonore".into()));
        assert_eq!(parts("Grande Rue"), (String::new(), "granderue".into()));
        assert_eq!(
            parts("Rue du 8 Mai 1945"),
            ("rue".into(), "duhuitmai1945".into())
        );
        assert_eq!(parts("Villa"), (String::new(), "villa".into()));
        assert_eq!(
            parts("Rond-Point des Champs"),
            ("rondpoint".into(), "deschamps".into())
        );
    }

    #[test]
    fn a_guessed_type_keeps_the_rest_and_its_words() {
        let key = NameKey::of_words(["bouelvard", "de", "la", "paix"].into_iter());
        let guessed = key.with_guessed_type().expect("boulevard");
        assert_eq!(guessed.street_type(), b"boulevard");
        assert_eq!(guessed.rest(), b"delapaix");
        assert_eq!(
            guessed.rest_words().collect::<Vec<_>>(),
            [&b"de"[..], b"la", b"paix"]
        );
        assert_eq!(guessed.core().as_slice(), b"paix");
    }
}
