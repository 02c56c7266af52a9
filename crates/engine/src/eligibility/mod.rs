//! A point against a snapshot: which verdict, by which rule, with which facts?

mod nearby;
mod rules;
mod verdict;

pub(crate) use nearby::commune_at;
pub(crate) use rules::assess;
pub use verdict::{
    CommuneFact, Facts, MatchedNetwork, NearestNetwork, NearestProject, NetworkTable,
    PriorityAreaFact, Proximity, Service, Texts, Thresholds, UntracedNetwork, Verdict, VerdictType,
};

#[cfg(test)]
mod tests;
