//! What became of the rows, in all, per commune and per network.

use super::answer::{Answer, Outcome, Status};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What became of the rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// Rows in, and out.
    pub rows: u64,
    /// Rows with a verdict.
    pub ok: u64,
    /// Addresses that resemble nothing.
    pub not_found: u64,
    /// Rows with nothing to look for.
    pub empty: u64,
    /// Rows whose coordinates are no place of ours.
    pub errors: u64,
    /// Eligible rows.
    pub eligible: u64,
    /// Rows inside a priority area.
    pub in_priority_area: u64,
    /// Rows within 100 m of a network at least 50 % renewable.
    pub near_renewable: u64,
    /// Rows whose address was found with a score under 0.5.
    pub doubtful: u64,
    /// By INSEE code.
    pub communes: BTreeMap<String, Tally>,
    /// By the key of the network the verdict is about.
    pub networks: BTreeMap<String, Tally>,
}

/// What became of the rows of a commune, or about a network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Its name, when known.
    pub name: Option<String>,
    /// Rows with a verdict.
    pub rows: u64,
    /// Eligible rows.
    pub eligible: u64,
    /// Rows inside a priority area.
    pub in_priority_area: u64,
}

impl Summary {
    /// What became of some rows.
    pub fn of(answers: &[Answer]) -> Self {
        let mut summary = Self::default();
        for answer in answers {
            summary.count(answer);
        }
        summary
    }

    /// One row more.
    pub fn count(&mut self, answer: &Answer) {
        self.rows += 1;
        match answer.status {
            Status::Ok => self.ok += 1,
            Status::NotFound => self.not_found += 1,
            Status::Empty => self.empty += 1,
            Status::Error => self.errors += 1,
        }
        self.doubtful += u64::from(answer.is_doubtful());
        let Some(outcome) = &answer.outcome else {
            return;
        };
        self.eligible += u64::from(outcome.is_eligible());
        self.in_priority_area += u64::from(outcome.in_priority_area);
        self.near_renewable += u64::from(outcome.is_near_renewable());
        if let Some(commune) = outcome.commune.as_deref() {
            tally(&mut self.communes, &commune.code, commune.name.as_deref()).count(outcome);
        }
        if let Some(network) = outcome.network.as_deref() {
            tally(&mut self.networks, &network.key, network.name.as_deref()).count(outcome);
        }
    }

    /// The rows of another part of the file.
    pub fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.ok += other.ok;
        self.not_found += other.not_found;
        self.empty += other.empty;
        self.errors += other.errors;
        self.eligible += other.eligible;
        self.in_priority_area += other.in_priority_area;
        self.near_renewable += other.near_renewable;
        self.doubtful += other.doubtful;
        for (ours, theirs) in [
            (&mut self.communes, &other.communes),
            (&mut self.networks, &other.networks),
        ] {
            for (key, more) in theirs {
                tally(ours, key, more.name.as_deref()).add(more);
            }
        }
    }
}

fn tally<'m>(
    tallies: &'m mut BTreeMap<String, Tally>,
    key: &str,
    name: Option<&str>,
) -> &'m mut Tally {
    if !tallies.contains_key(key) {
        tallies.insert(key.to_owned(), Tally::default());
    }
    let tally = tallies.get_mut(key).expect("it has just been put there");
    if tally.name.is_none() {
        tally.name = name.map(str::to_owned);
    }
    tally
}

impl Tally {
    fn count(&mut self, outcome: &Outcome) {
        self.rows += 1;
        self.eligible += u64::from(outcome.is_eligible());
        self.in_priority_area += u64::from(outcome.in_priority_area);
    }

    fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.eligible += other.eligible;
        self.in_priority_area += other.in_priority_area;
    }
}
