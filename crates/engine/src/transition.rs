//! What changed for an address between two releases? A pure function of two verdicts' summaries.

use crate::eligibility::VerdictType;
use serde::{Deserialize, Serialize};

/// What is compared of a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary<'a> {
    /// The verdict's type.
    pub kind: VerdictType,
    /// Key of the matched network.
    pub network_key: Option<&'a str>,
    /// Rounded distance, metres.
    pub distance_m: Option<u32>,
}

/// The change, in the public vocabulary (snake case).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transition {
    /// No earlier verdict.
    Initial,
    /// Same type and network, distance moved by less than 5 m.
    None,
    /// Now in a PDP.
    EntreePdp,
    /// No longer in a PDP.
    SortiePdp,
    /// The project is in service.
    FuturVersExistant,
    /// Nothing was near, now a project.
    NouveauReseauFutur,
    /// Nothing was near, now the trace of a network in service.
    NouveauReseauExistant,
    /// Nothing was near, now a network without trace in the commune.
    NouveauReseau,
    /// Nothing is near any more.
    ReseauSupprime,
    /// Another network.
    ChangementReseau,
    /// Same type, 50 m nearer or more.
    Rapprochement,
    /// Same type, 50 m farther or more.
    Eloignement,
    /// A better class of distance, or into a project zone.
    AmeliorationProximite,
    /// A worse class of distance, or out of a project zone.
    DegradationProximite,
    /// Now only a network without trace in the commune.
    EntreeVilleReseauSansTrace,
    /// No longer only a network without trace in the commune.
    SortieVilleReseauSansTrace,
    /// Another type, in none of the ways above.
    ChangementType,
    /// A smaller change.
    ModificationMineure,
}

/// A distance that moved by less than this is the same.
const SAME_DISTANCE_BELOW_M: u32 = 5;
/// A distance that moved by this or more is worth saying.
const MOVED_FROM_M: u32 = 50;

/// What changed from `earlier` (the last verdict given, if any) to `now`. The conditions are tried in the order of the
/// national service's vocabulary; the first that holds is the answer.
pub fn transition(earlier: Option<Summary<'_>>, now: Summary<'_>) -> Transition {
    let Some(earlier) = earlier else {
        return Transition::Initial;
    };
    let same_type = earlier.kind == now.kind;
    let same_network = earlier.network_key == now.network_key;
    let moved_m = match (earlier.distance_m, now.distance_m) {
        (Some(before), Some(after)) => Some(before.abs_diff(after)),
        (None, None) => Some(0),
        _ => None,
    };
    if same_type && same_network && moved_m.is_some_and(|moved| moved < SAME_DISTANCE_BELOW_M) {
        return Transition::None;
    }
    match (
        earlier.kind.is_in_priority_area(),
        now.kind.is_in_priority_area(),
    ) {
        (false, true) => return Transition::EntreePdp,
        (true, false) => return Transition::SortiePdp,
        _ => {}
    }
    if earlier.kind.is_future() && now.kind.is_existing() {
        return Transition::FuturVersExistant;
    }
    if earlier.kind == VerdictType::TooFar {
        return if now.kind.is_future() {
            Transition::NouveauReseauFutur
        } else if now.kind.is_existing() {
            Transition::NouveauReseauExistant
        } else {
            Transition::NouveauReseau
        };
    }
    if now.kind == VerdictType::TooFar {
        return Transition::ReseauSupprime;
    }
    if !same_network {
        return Transition::ChangementReseau;
    }
    if same_type {
        return match (earlier.distance_m, now.distance_m) {
            (Some(before), Some(after)) if before >= after.saturating_add(MOVED_FROM_M) => {
                Transition::Rapprochement
            }
            (Some(before), Some(after)) if after >= before.saturating_add(MOVED_FROM_M) => {
                Transition::Eloignement
            }
            _ => Transition::ModificationMineure,
        };
    }
    type_changed(earlier.kind, now.kind)
}

fn type_changed(earlier: VerdictType, now: VerdictType) -> Transition {
    match (earlier.proximity(), now.proximity()) {
        (Some(before), Some(after)) if after > before => Transition::AmeliorationProximite,
        (Some(before), Some(after)) if after < before => Transition::DegradationProximite,
        _ if now == VerdictType::UntracedInCommune => Transition::EntreeVilleReseauSansTrace,
        _ if earlier == VerdictType::UntracedInCommune => Transition::SortieVilleReseauSansTrace,
        _ => Transition::ChangementType,
    }
}
