//! A point against a snapshot: which verdict, by which rule, with which facts?

mod verdict;

pub use verdict::{
    CommuneFact, Facts, MatchedNetwork, NearestNetwork, NearestProject, NetworkTable,
    PriorityAreaFact, Proximity, Service, Texts, Thresholds, UntracedNetwork, Verdict, VerdictType,
};
