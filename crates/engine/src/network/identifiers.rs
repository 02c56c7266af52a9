//! Identifiers: the national SNCU id, the INSEE commune code, and our own stable key.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The national identifier of a network: two digits of department, two of order, `C` for heat or `F` for cold
/// (`7501C`); Corsica is 20. Longer temporary forms (`84XXC_16`) are kept as they are, upper-cased.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SncuId(String);

impl SncuId {
    /// An identifier from a cell: trimmed and upper-cased; `None` when empty, `-`, `ND` or not made of letters, digits,
    /// `_` and `-`, or longer than 32 characters.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_uppercase();
        let plausible = !text.is_empty()
            && text.len() <= 32
            && text.chars().any(|c| c.is_ascii_digit())
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        plausible.then_some(Self(text))
    }

    /// Whether it has the regular form, four digits then `C` or `F`.
    pub fn is_regular(&self) -> bool {
        let b = self.0.as_bytes();
        b.len() == 5 && b[..4].iter().all(u8::is_ascii_digit) && matches!(b[4], b'C' | b'F')
    }

    /// The text, upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SncuId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The INSEE code of a commune: five characters, digits but for Corsica's `2A`/`2B` (`13055`, `2A004`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct InseeCode(String);

impl InseeCode {
    /// A code from a cell; four digits gain the leading zero that spreadsheets drop.
    pub fn parse(text: &str) -> Option<Self> {
        let mut text = text.trim().to_uppercase();
        if text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()) {
            text.insert(0, '0');
        }
        let b = text.as_bytes();
        let well_formed = b.len() == 5
            && b[0].is_ascii_digit()
            && (b[1].is_ascii_digit() || (b[0] == b'2' && matches!(b[1], b'A' | b'B')))
            && b[2..].iter().all(u8::is_ascii_digit);
        well_formed.then_some(Self(text))
    }

    /// The code.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The department's code: two characters, three overseas.
    pub fn department(&self) -> &str {
        if self.0.starts_with("97") || self.0.starts_with("98") {
            &self.0[..3]
        } else {
            &self.0[..2]
        }
    }

    /// The code of the commune that an arrondissement of Paris, Lyon or Marseille belongs to; any other code unchanged.
    pub fn commune_code(&self) -> &str {
        match self.0.parse::<u32>() {
            Ok(75_101..=75_120) => "75056",
            Ok(69_381..=69_389) => "69123",
            Ok(13_201..=13_216) => "13055",
            _ => &self.0,
        }
    }

    /// The commune that an arrondissement of Paris, Lyon or Marseille belongs to; any other code unchanged.
    #[must_use]
    pub fn commune_of_arrondissement(&self) -> Self {
        Self(self.commune_code().to_owned())
    }
}

impl fmt::Display for InseeCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a key names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyKind {
    /// A heat network, traced or not.
    Heat,
    /// A cold network, traced or not.
    Cold,
    /// A network under construction.
    Project,
    /// A PDP.
    PriorityArea,
}

impl KeyKind {
    /// The prefix of keys of this kind, without the colon.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Heat => "heat",
            Self::Cold => "cold",
            Self::Project => "project",
            Self::PriorityArea => "priority-area",
        }
    }
}

/// Our stable identity of a row from edition to edition: `{kind}:{SNCU id or a short stable id}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(String);

impl Key {
    /// A key of `kind` with `local` after the colon.
    pub fn new(kind: KeyKind, local: &str) -> Self {
        Self(format!("{}:{local}", kind.prefix()))
    }

    /// A key as written by us: a known prefix, a colon, 1 to 64 letters, digits, `_`, `-` or `.`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (prefix, local) = text.split_once(':')?;
        let known = ["heat", "cold", "project", "priority-area"].contains(&prefix);
        let plausible = (1..=64).contains(&local.len())
            && local
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
        (known && plausible).then(|| Self(text.to_owned()))
    }

    /// The whole key.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it names.
    pub fn kind(&self) -> KeyKind {
        match self.0.split_once(':').map(|(prefix, _)| prefix) {
            Some("cold") => KeyKind::Cold,
            Some("project") => KeyKind::Project,
            Some("priority-area") => KeyKind::PriorityArea,
            _ => KeyKind::Heat,
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
