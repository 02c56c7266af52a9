//! Our own routes: every fact, the rule and the release with each answer.

pub(crate) mod batches;
pub(crate) mod differences;
pub(crate) mod eligibility;
pub(crate) mod many;
pub(crate) mod networks;
pub(crate) mod releases;
pub(crate) mod verdict;
