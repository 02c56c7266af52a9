//! The routes that clients of the national service already know, to the letter.

pub(crate) mod eligibility;
pub(crate) mod networks;
