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
    /// How many times what is published of it was decided anew, its rows being the same.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub revision: u32,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde's form
fn is_zero(revision: &u32) -> bool {
    *revision == 0
}
