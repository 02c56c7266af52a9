//! Which rows are wanted in the result?

use super::answer::{Answer, Outcome, Status};
use serde::{Deserialize, Serialize};

/// The rows wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kept {
    /// All of them.
    #[default]
    #[serde(rename = "tous")]
    All,
    /// Eligible ones.
    #[serde(rename = "eligible")]
    Eligible,
    /// Those in a priority area.
    #[serde(rename = "pdp")]
    PriorityArea,
    /// Those within 100 m of a network at least 50 % renewable.
    #[serde(rename = "enr50")]
    NearRenewable,
    /// Those without a place: not found, empty, in error.
    #[serde(rename = "introuvable")]
    Placeless,
    /// Those whose address was found with a score under 0.5.
    #[serde(rename = "douteux")]
    Doubtful,
}

impl Kept {
    /// All choices.
    pub const ALL: [Self; 6] = [
        Self::All,
        Self::Eligible,
        Self::PriorityArea,
        Self::NearRenewable,
        Self::Placeless,
        Self::Doubtful,
    ];

    /// The word of addresses and of the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "tous",
            Self::Eligible => "eligible",
            Self::PriorityArea => "pdp",
            Self::NearRenewable => "enr50",
            Self::Placeless => "introuvable",
            Self::Doubtful => "douteux",
        }
    }

    /// Reads that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kept| kept.as_str() == word)
    }

    /// Whether a row with this answer is wanted.
    pub fn keeps(self, answer: &Answer) -> bool {
        let outcome = answer.outcome.as_ref();
        match self {
            Self::All => true,
            Self::Eligible => outcome.is_some_and(Outcome::is_eligible),
            Self::PriorityArea => outcome.is_some_and(|outcome| outcome.in_priority_area),
            Self::NearRenewable => outcome.is_some_and(Outcome::is_near_renewable),
            Self::Placeless => answer.status != Status::Ok,
            Self::Doubtful => answer.is_doubtful(),
        }
    }
}
