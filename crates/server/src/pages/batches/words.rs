//! What is said of states, filters and changes.

use crate::pages::answer::Tone;
use crate::pages::{Lang, written};
use caloduc_engine::batch::{Answer, Kept, Status};
use caloduc_engine::eligibility::{Service, VerdictType};

/// A state, for people.
pub(super) fn state(state: &str, l: Lang) -> &'static str {
    match state {
        "draft" => l.say("À lancer", "To be launched"),
        "queued" => l.say("En attente", "Waiting"),
        "running" => l.say("En cours", "Running"),
        "done" => l.say("Terminé", "Done"),
        "failed" => l.say("Échec", "Failed"),
        _ => l.say("Arrêté", "Stopped"),
    }
}

/// A filter, for people: about heat, or about cold.
pub(super) fn kept(kept: Kept, service: Service, l: Lang) -> &'static str {
    match (kept, service) {
        (Kept::All, _) => l.say("Toutes les lignes", "All rows"),
        (Kept::Eligible, Service::Heat) => {
            l.say("Raccordement envisageable", "Connection possible")
        }
        (Kept::Eligible, Service::Cold) => l.say(
            "Raccordement au froid envisageable",
            "Connection to cooling possible",
        ),
        (Kept::PriorityArea, Service::Heat) => {
            l.say("En périmètre prioritaire (PDP)", "In a priority area")
        }
        // Priority areas are those of heat networks: a fact beside the answer.
        (Kept::PriorityArea, Service::Cold) => l.say(
            "En périmètre prioritaire de chaleur (PDP)",
            "In a priority area for heat",
        ),
        (Kept::NearRenewable, Service::Heat) => l.say(
            "À 100 m d’un réseau à 50 % d’EnR&R",
            "Within 100 m of a 50% renewable network",
        ),
        (Kept::NearRenewable, Service::Cold) => l.say(
            "À 100 m d’un réseau de froid à 50 % d’EnR&R",
            "Within 100 m of a 50% renewable cooling network",
        ),
        (Kept::Placeless, _) => l.say("Sans réponse", "Without an answer"),
        (Kept::Doubtful, _) => l.say("Adresse douteuse", "Doubtful address"),
    }
}

/// A verdict in a few words.
pub(super) fn verdict(kind: VerdictType, l: Lang) -> &'static str {
    match kind {
        VerdictType::PriorityAreaExisting => l.say("Périmètre prioritaire", "Priority area"),
        VerdictType::PriorityAreaFuture => {
            l.say("Périmètre prioritaire, projet", "Priority area, planned")
        }
        VerdictType::ExistingVeryClose => l.say("Réseau très proche", "Network very close"),
        VerdictType::FutureVeryClose => l.say("Projet très proche", "Planned, very close"),
        VerdictType::FutureZone => l.say("Zone de projet", "Planned zone"),
        VerdictType::ExistingClose => l.say("Réseau proche", "Network close"),
        VerdictType::FutureClose => l.say("Projet proche", "Planned, close"),
        VerdictType::ExistingFar => l.say("Réseau loin", "Network far"),
        VerdictType::FutureFar => l.say("Projet loin", "Planned, far"),
        VerdictType::UntracedInCommune => l.say("Réseau sans tracé", "Network without trace"),
        VerdictType::TooFar => l.say("Aucun à moins de 1 km", "None within 1 km"),
    }
}

/// The words and the tone of an answer.
pub(super) fn answer(answer: &Answer, l: Lang) -> (&'static str, &'static str) {
    if let Some(outcome) = &answer.outcome {
        return (verdict(outcome.kind, l), Tone::of(outcome.kind).name());
    }
    let words = match answer.status {
        Status::NotFound => l.say("Adresse introuvable", "Address not found"),
        Status::Empty => l.say("Ligne vide", "Empty row"),
        Status::Error | Status::Ok => l.say("Coordonnées impossibles", "Impossible coordinates"),
    };
    (words, "check")
}

/// A distance, or what stands for none.
pub(super) fn distance(metres: Option<u32>, l: Lang) -> Option<String> {
    metres.map(|metres| written::distance(f64::from(metres), l))
}

/// A change, for people.
pub(super) fn transition(word: &str, l: Lang) -> String {
    let text = match word {
        "entree_pdp" => l.say(
            "Entrée dans un périmètre prioritaire",
            "Now in a priority area",
        ),
        "sortie_pdp" => l.say(
            "Sortie d’un périmètre prioritaire",
            "No longer in a priority area",
        ),
        "futur_vers_existant" => l.say("Le projet est en service", "The project is in service"),
        "nouveau_reseau_futur" => l.say("Un réseau est en projet", "A network is planned"),
        "nouveau_reseau_existant" => l.say("Un réseau est apparu", "A network appeared"),
        "nouveau_reseau" => l.say(
            "Un réseau sans tracé est connu",
            "A network without trace is known",
        ),
        "reseau_supprime" => l.say(
            "Plus de réseau à moins de 1 km",
            "No network within 1 km any more",
        ),
        "changement_reseau" => l.say("Un autre réseau", "Another network"),
        "rapprochement" => l.say("Le réseau s’est rapproché", "The network came nearer"),
        "eloignement" => l.say("Le réseau s’est éloigné", "The network went farther"),
        "amelioration_proximite" => {
            l.say("Classe de distance meilleure", "Better class of distance")
        }
        "degradation_proximite" => {
            l.say("Classe de distance moins bonne", "Worse class of distance")
        }
        "entree_ville_reseau_sans_trace" => l.say(
            "Il reste un réseau sans tracé",
            "Only a network without trace is left",
        ),
        "sortie_ville_reseau_sans_trace" => l.say("Le tracé est connu", "The trace is known"),
        "changement_type" => l.say("Autre réponse", "Another answer"),
        "modification_mineure" => l.say("Petit changement", "Small change"),
        "initial" => l.say("Première réponse", "First answer"),
        other => return other.to_owned(),
    };
    text.to_owned()
}
