//! The answer to one row, as values that outlive the snapshot: what was found, where, and the verdict there.

use super::locate::Located;
use crate::crs::LonLat;
use crate::eligibility::{CommuneFact, MatchedNetwork, NetworkTable, Verdict, VerdictType};
use serde::Serialize;
use std::sync::Arc;

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It has a place and a verdict.
    Ok,
    /// No address resembles the text.
    NotFound,
    /// There is nothing to look for.
    Empty,
    /// Its coordinates are no place of ours.
    Error,
}

impl Status {
    /// All of them, in the order they are stored by.
    pub const ALL: [Self; 4] = [Self::Ok, Self::NotFound, Self::Empty, Self::Error];

    /// The public value.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::NotFound => "not-found",
            Self::Empty => "empty",
            Self::Error => "error",
        }
    }
}

/// The answer to one row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    /// What became of it.
    pub status: Status,
    /// The address found, when it asked with a text.
    pub found: Option<Located>,
    /// Where.
    pub place: Option<LonLat>,
    /// The verdict there.
    pub outcome: Option<Outcome>,
    /// Why there is no verdict, or what is odd about the row, in French; mostly empty.
    pub problem: String,
}

/// What a batch keeps of a verdict.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Outcome {
    /// The verdict.
    pub kind: VerdictType,
    /// Rounded distance to the network, metres.
    pub distance_m: Option<u32>,
    /// The network it is about.
    pub network: Option<Arc<Network>>,
    /// The commune of the place.
    pub commune: Option<Arc<Commune>>,
    /// Whether a priority area contains the place.
    pub in_priority_area: bool,
    /// Whether the commune has a heat network whose trace is unknown.
    pub untraced_in_commune: bool,
    /// Rounded distance to the nearest cold network within 1000 m.
    pub nearest_cold_distance_m: Option<u32>,
    /// Number of the release that answered; `None` for the demonstration territory.
    pub release: Option<u32>,
}

/// What a batch says of a network.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Network {
    /// Stable key.
    pub key: String,
    /// The table it comes from.
    pub table: NetworkTable,
    /// SNCU id.
    pub id: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Gestionnaire.
    pub operator: Option<String>,
    /// Share of renewable and recovered heat, 0 to 100.
    pub renewable_rate_pct: Option<f64>,
    /// Life-cycle CO2 content, kg/kWh.
    pub co2_lca_kg_per_kwh: Option<f64>,
    /// Whether its PDP carries the obligation.
    pub classified: Option<bool>,
}

/// A commune.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Commune {
    /// INSEE code (Paris is 75056).
    pub code: String,
    /// Its name, when known.
    pub name: Option<String>,
}

impl Answer {
    /// A row that gets no verdict, and why.
    pub fn without_verdict(status: Status, problem: impl Into<String>) -> Self {
        Self {
            status,
            found: None,
            place: None,
            outcome: None,
            problem: problem.into(),
        }
    }

    /// Whether the place found is doubtful: [`Located::is_doubtful`].
    pub fn is_doubtful(&self) -> bool {
        self.found.as_ref().is_some_and(Located::is_doubtful)
    }

    /// Says something more about the row.
    pub(super) fn remark(&mut self, remark: &str) {
        if !remark.is_empty() {
            if !self.problem.is_empty() {
                self.problem.push_str(" ; ");
            }
            self.problem.push_str(remark);
        }
    }
}

impl Outcome {
    /// What is kept of a verdict; the network and the commune are those given, which several answers share.
    pub(super) fn of(
        verdict: &Verdict<'_>,
        network: Option<Arc<Network>>,
        commune: Option<Arc<Commune>>,
    ) -> Self {
        Self {
            kind: verdict.kind,
            distance_m: verdict.distance_m,
            network,
            commune,
            in_priority_area: !verdict.facts.priority_areas.is_empty(),
            untraced_in_commune: verdict.facts.untraced_heat.is_some(),
            nearest_cold_distance_m: verdict.facts.nearest_cold.map(|cold| cold.distance_m),
            release: verdict.release,
        }
    }

    /// Whether the place is eligible.
    pub fn is_eligible(&self) -> bool {
        self.kind.is_eligible()
    }

    /// Whether a network at least 50 % renewable passes within 100 m.
    pub fn is_near_renewable(&self) -> bool {
        let renewable =
            |network: &Arc<Network>| network.renewable_rate_pct.is_some_and(|rate| rate >= 50.0);
        self.distance_m.is_some_and(|metres| metres <= 100)
            && self.network.as_ref().is_some_and(renewable)
    }
}

impl Network {
    /// What is kept of a matched network.
    pub(super) fn of(matched: &MatchedNetwork<'_>) -> Self {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Self {
            key: matched.key.to_owned(),
            table: matched.table,
            id: owned(matched.id),
            name: owned(matched.name),
            operator: owned(matched.operator),
            renewable_rate_pct: matched.renewable_rate_pct,
            co2_lca_kg_per_kwh: matched.co2_lca_kg_per_kwh,
            classified: matched.classified,
        }
    }

    /// Life-cycle CO2 content in whole grams.
    pub fn co2_lca_g_per_kwh(&self) -> Option<i64> {
        self.co2_lca_kg_per_kwh
            .map(|kg| (kg * 1000.0).round() as i64)
    }
}

impl Commune {
    /// What is kept of a commune.
    pub(super) fn of(fact: CommuneFact<'_>) -> Self {
        Self {
            code: fact.code.to_owned(),
            name: fact.name.map(str::to_owned),
        }
    }
}
