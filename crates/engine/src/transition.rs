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

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(kind: &str, key: Option<&'static str>, distance_m: Option<u32>) -> Summary<'static> {
        Summary {
            kind: VerdictType::parse(kind).expect("a public value"),
            network_key: key,
            distance_m,
        }
    }

    /// What changed between two verdicts about networks `a` or `b`, in the public word.
    fn change(
        before: (&str, Option<&'static str>, Option<u32>),
        after: (&str, Option<&'static str>, Option<u32>),
    ) -> String {
        let word = transition(
            Some(verdict(before.0, before.1, before.2)),
            verdict(after.0, after.1, after.2),
        );
        serde_json::to_value(word)
            .unwrap()
            .as_str()
            .unwrap()
            .to_owned()
    }

    const NOTHING: (&str, Option<&str>, Option<u32>) = ("trop_eloigne", None, None);

    #[test]
    fn the_first_verdict_is_initial() {
        let now = verdict("trop_eloigne", None, None);
        assert_eq!(transition(None, now), Transition::Initial);
    }

    #[test]
    fn each_change_has_the_word_of_the_vocabulary() {
        let a = Some("heat:a");
        let b = Some("heat:b");
        let close = "reseau_existant_proche";
        let far = "reseau_existant_loin";
        let untraced = "dans_ville_reseau_existant_sans_trace";
        for (before, after, word) in [
            (NOTHING, NOTHING, "none"),
            ((close, a, Some(150)), (close, a, Some(154)), "none"),
            (
                (far, a, Some(900)),
                ("dans_pdp_reseau_existant", b, Some(900)),
                "entree_pdp",
            ),
            (NOTHING, ("dans_pdp_reseau_futur", a, None), "entree_pdp"),
            (
                ("dans_pdp_reseau_existant", a, Some(9)),
                NOTHING,
                "sortie_pdp",
            ),
            (
                ("dans_zone_reseau_futur", a, None),
                (close, b, Some(150)),
                "futur_vers_existant",
            ),
            (
                ("dans_pdp_reseau_futur", a, None),
                ("dans_pdp_reseau_existant", b, Some(5)),
                "futur_vers_existant",
            ),
            (
                NOTHING,
                ("reseau_futur_loin", a, Some(700)),
                "nouveau_reseau_futur",
            ),
            (NOTHING, (far, a, Some(700)), "nouveau_reseau_existant"),
            (NOTHING, (untraced, a, None), "nouveau_reseau"),
            ((far, a, Some(700)), NOTHING, "reseau_supprime"),
            (
                (far, a, Some(700)),
                (far, b, Some(700)),
                "changement_reseau",
            ),
            ((far, a, Some(700)), (far, a, Some(650)), "rapprochement"),
            ((far, a, Some(650)), (far, a, Some(700)), "eloignement"),
            (
                (far, a, Some(650)),
                (far, a, Some(699)),
                "modification_mineure",
            ),
            (
                (far, a, Some(201)),
                (close, a, Some(200)),
                "amelioration_proximite",
            ),
            (
                ("reseau_futur_loin", a, Some(300)),
                ("dans_zone_reseau_futur", a, None),
                "amelioration_proximite",
            ),
            (
                (close, a, Some(200)),
                (far, a, Some(201)),
                "degradation_proximite",
            ),
            (
                (far, a, Some(900)),
                (untraced, a, None),
                "entree_ville_reseau_sans_trace",
            ),
            (
                (untraced, a, None),
                (far, a, Some(900)),
                "sortie_ville_reseau_sans_trace",
            ),
            (
                (close, a, Some(150)),
                ("reseau_futur_proche", a, Some(150)),
                "changement_type",
            ),
        ] {
            assert_eq!(change(before, after), word, "{before:?} -> {after:?}");
        }
    }

    #[test]
    fn conditions_are_tried_in_the_order_of_the_vocabulary() {
        // Another network and a new commissioning at once: the commissioning is said.
        let project = ("reseau_futur_proche", Some("project:a"), Some(150));
        let network = ("reseau_existant_proche", Some("heat:b"), Some(20));
        assert_eq!(change(project, network), "futur_vers_existant");
        // A network whose trace is no longer known, and another one: the network is said.
        let far = ("reseau_existant_loin", Some("heat:a"), Some(900));
        let untraced = (
            "dans_ville_reseau_existant_sans_trace",
            Some("heat:b"),
            None,
        );
        assert_eq!(change(far, untraced), "changement_reseau");
    }
}
