//! Which release a snapshot is of.

use serde::{Deserialize, Serialize};

/// The release a snapshot was made from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Its number; `None` for the demonstration territory.
    pub release: Option<u32>,
    /// When it was made, RFC 3339 date-time.
    pub created: String,
    /// Whether the territory is fictional.
    pub fictional: bool,
}
