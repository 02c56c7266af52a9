//! What is said to a person for a verdict and a heating: tone, title, sentences, next steps. Never a legal verdict.

use super::Heating;
use crate::pages::{Lang, written};
use caloduc_engine::eligibility::{Verdict, VerdictType};

/// The four tones, each with its colour, its icon and its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// A connection can be considered.
    Yes,
    /// A network is planned.
    Soon,
    /// Somebody has to check.
    Check,
    /// Too far today.
    Far,
}

impl Tone {
    /// The name of its style and of its icon.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::Soon => "soon",
            Self::Check => "check",
            Self::Far => "far",
        }
    }

    /// The words over the title.
    pub fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::Yes => lang.say("Raccordement envisageable", "Connection possible"),
            Self::Soon => lang.say("Réseau en projet", "Network planned"),
            Self::Check => lang.say("À vérifier", "To be checked"),
            Self::Far => lang.say("Trop loin à ce jour", "Too far for now"),
        }
    }

    /// The tone of a verdict.
    pub fn of(kind: VerdictType) -> Self {
        match kind {
            VerdictType::PriorityAreaExisting
            | VerdictType::ExistingVeryClose
            | VerdictType::ExistingClose => Self::Yes,
            VerdictType::PriorityAreaFuture
            | VerdictType::FutureVeryClose
            | VerdictType::FutureZone
            | VerdictType::FutureClose => Self::Soon,
            VerdictType::UntracedInCommune => Self::Check,
            VerdictType::ExistingFar | VerdictType::FutureFar | VerdictType::TooFar => Self::Far,
        }
    }
}

/// Something to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Write to the operator.
    Contact,
    /// Ask the operator or the town hall.
    Ask,
    /// Make one's interest known to the authority.
    Interest,
    /// Look again after the next edition.
    LookAgain,
    /// The public advice service.
    Advice,
}

/// What a card says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Its tone.
    pub tone: Tone,
    /// Its title.
    pub title: String,
    /// Its sentences.
    pub sentences: Vec<String>,
    /// What heating per dwelling changes, when it changes something.
    pub individual: Option<&'static str>,
    /// What to do next.
    pub steps: Vec<Step>,
}

/// Facts the words need beyond the verdict.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// When the matched project is to start, as given (`2027`).
    pub commissioning: Option<&'a str>,
    /// Name of the nearest closed network when it is nearer than the matched one.
    pub closed: Option<(&'a str, u32)>,
    /// Distance of the nearest open project when it is nearer than the matched network.
    pub nearer_project_m: Option<u32>,
}

/// The card of a verdict about heat.
pub fn card(verdict: &Verdict<'_>, heating: Heating, context: Context<'_>, lang: Lang) -> Card {
    let kind = verdict.kind;
    let mut sentences = Vec::new();
    if heating != Heating::Individual || speaks_alike(kind) {
        sentences.push(collective(verdict, context, lang));
    } else if let Some(own) = individual_only(kind, lang) {
        sentences.push(own.to_owned());
    }
    sentences.extend(variants(verdict, context, lang));
    sentences.retain(|sentence| !sentence.is_empty());
    Card {
        tone: Tone::of(kind),
        title: title(verdict, lang),
        sentences,
        individual: (heating != Heating::Collective && warns_of_works(kind)).then(|| works(lang)),
        steps: steps(kind, heating),
    }
}

fn works(lang: Lang) -> &'static str {
    lang.say(
        "Avec un chauffage par logement, il faudrait créer une distribution collective : des travaux lourds, à décider ensemble.",
        "With one heater per dwelling, a shared distribution would have to be built: heavy works, to be decided together.",
    )
}

/// Whether the right-hand wording begins with the works.
fn warns_of_works(kind: VerdictType) -> bool {
    !matches!(
        kind,
        VerdictType::ExistingFar | VerdictType::FutureFar | VerdictType::TooFar
    )
}

/// Whether heating per dwelling gets the collective sentence too.
fn speaks_alike(kind: VerdictType) -> bool {
    kind.is_in_priority_area()
        || kind == VerdictType::FutureZone
        || kind == VerdictType::UntracedInCommune
}

fn individual_only(kind: VerdictType, lang: Lang) -> Option<&'static str> {
    Some(match kind {
        VerdictType::ExistingClose => lang.say("Rare à cette distance.", "Rare at this distance."),
        VerdictType::ExistingFar => lang.say(
            "À cette distance, étudiez d’abord une autre solution.",
            "At this distance, look at another solution first.",
        ),
        VerdictType::FutureFar => lang.say(
            "Trop loin à ce stade : étudiez une autre solution.",
            "Too far at this stage: look at another solution.",
        ),
        VerdictType::TooFar => lang.say(
            "Étudiez une autre solution ; la carte des réseaux, elle, change chaque mois.",
            "Look at another solution; the map of networks changes every month.",
        ),
        _ => return None,
    })
}

fn distance(verdict: &Verdict<'_>, lang: Lang) -> Option<String> {
    verdict
        .distance_m
        .map(|metres| written::distance(metres.into(), lang))
}

/// Whether the place is inside the area published instead of the pipes: how far they are is then not known.
fn is_inside(verdict: &Verdict<'_>) -> bool {
    let is_area = verdict.network.as_ref().is_some_and(|n| n.trace_is_area);
    is_area && verdict.distance_m == Some(0)
}

fn title(verdict: &Verdict<'_>, lang: Lang) -> String {
    let d = distance(verdict, lang).unwrap_or_default();
    let fr = lang == Lang::French;
    match verdict.kind {
        VerdictType::ExistingVeryClose if is_inside(verdict) => lang
            .say("Dans la zone d’un réseau", "Inside the area of a network")
            .to_owned(),
        VerdictType::FutureVeryClose if is_inside(verdict) => lang
            .say(
                "Dans la zone d’un réseau en projet",
                "Inside the area of a planned network",
            )
            .to_owned(),
        VerdictType::PriorityAreaExisting => lang
            .say(
                "Dans un périmètre de développement prioritaire",
                "In a priority development area",
            )
            .to_owned(),
        VerdictType::PriorityAreaFuture => lang
            .say(
                "Dans le périmètre prioritaire d’un réseau en projet",
                "In the priority area of a planned network",
            )
            .to_owned(),
        VerdictType::ExistingVeryClose if fr => format!("Un réseau passe à {d}"),
        VerdictType::ExistingVeryClose => format!("A network passes {d} away"),
        VerdictType::FutureVeryClose if fr => format!("Un réseau en projet passerait à {d}"),
        VerdictType::FutureVeryClose => format!("A planned network would pass {d} away"),
        VerdictType::FutureZone => lang
            .say(
                "Un réseau est prévu dans votre secteur",
                "A network is planned in your area",
            )
            .to_owned(),
        VerdictType::ExistingClose if fr => format!("Un réseau passe à {d} : à étudier"),
        VerdictType::ExistingClose => format!("A network passes {d} away: worth a study"),
        VerdictType::FutureClose if fr => {
            format!("Un réseau en projet passerait à {d} : à étudier")
        }
        VerdictType::FutureClose => format!("A planned network would pass {d} away: worth a study"),
        VerdictType::ExistingFar if fr => format!("Le réseau ouvert le plus proche est à {d}"),
        VerdictType::ExistingFar => format!("The nearest open network is {d} away"),
        VerdictType::FutureFar if fr => format!("Un réseau est en projet à {d}"),
        VerdictType::FutureFar => format!("A network is planned {d} away"),
        VerdictType::UntracedInCommune => match verdict.facts.commune.and_then(|c| c.name) {
            Some(name) if fr => format!("Un réseau existe à {name}, tracé inconnu"),
            Some(name) => format!("{name} has a network whose route is unknown"),
            None => lang
                .say(
                    "Un réseau existe dans la commune, tracé inconnu",
                    "The town has a network whose route is unknown",
                )
                .to_owned(),
        },
        VerdictType::TooFar => lang
            .say(
                "Aucun réseau de chaleur ouvert connu à moins de 1 km",
                "No open heat network known within 1 km",
            )
            .to_owned(),
    }
}

fn collective(verdict: &Verdict<'_>, context: Context<'_>, lang: Lang) -> String {
    let obligation = lang.say(
        "Une obligation de raccordement peut s’appliquer.",
        "An obligation to connect may apply.",
    );
    match verdict.kind {
        VerdictType::PriorityAreaExisting => match linked(verdict, lang) {
            Some(linked) => format!("{linked} {obligation}"),
            None => obligation.to_owned(),
        },
        VerdictType::PriorityAreaFuture => match context.commissioning {
            Some(year) => {
                let announced = lang.say("Mise en service annoncée :", "Announced start:");
                format!("{announced} {year}. {obligation}")
            }
            None => obligation.to_owned(),
        },
        VerdictType::ExistingVeryClose => lang
            .say(
                "Distance souvent favorable ; seule une étude de l’exploitant le confirmera.",
                "Often a good distance; only a study by the operator can confirm it.",
            )
            .to_owned(),
        VerdictType::FutureVeryClose => lang
            .say(
                "Le tracé peut évoluer : c’est le moment de vous signaler.",
                "The route may still change: now is the time to make yourself known.",
            )
            .to_owned(),
        VerdictType::FutureZone => lang
            .say(
                "Son tracé n’est pas arrêté : aucune distance à donner.",
                "Its route is not settled: there is no distance to give.",
            )
            .to_owned(),
        VerdictType::ExistingClose => lang
            .say(
                "Possible selon vos besoins de chaleur et les rues à traverser.",
                "Possible depending on your heat demand and the streets to cross.",
            )
            .to_owned(),
        VerdictType::FutureClose => lang
            .say(
                "Un besoin signalé tôt peut peser sur le tracé.",
                "A demand made known early can weigh on the route.",
            )
            .to_owned(),
        VerdictType::ExistingFar => lang
            .say(
                "Trop loin pour la plupart des immeubles ; une extension peut changer la donne.",
                "Too far for most buildings; an extension may change that.",
            )
            .to_owned(),
        VerdictType::FutureFar => lang
            .say(
                "Trop loin à ce stade ; le tracé peut évoluer.",
                "Too far at this stage; the route may still change.",
            )
            .to_owned(),
        VerdictType::UntracedInCommune => lang
            .say(
                "Passe-t-il près de chez vous ? L’exploitant ou la mairie peut le dire.",
                "Does it pass near you? The operator or the town hall can tell.",
            )
            .to_owned(),
        VerdictType::TooFar => lang
            .say(
                "Cela peut changer : les réseaux s’étendent chaque année.",
                "That may change: networks grow every year.",
            )
            .to_owned(),
    }
}

/// « Il est lié au réseau {n}, à {d}. », parts that are not known left out.
fn linked(verdict: &Verdict<'_>, lang: Lang) -> Option<String> {
    let network = verdict.network?;
    let name = network.name.or(network.id)?;
    let fr = lang == Lang::French;
    Some(match distance(verdict, lang) {
        Some(d) if fr => format!("Il est lié au réseau {name}, à {d}."),
        Some(d) => format!("It is linked to the network {name}, {d} away."),
        None if fr => format!("Il est lié au réseau {name}."),
        None => format!("It is linked to the network {name}."),
    })
}

fn variants(verdict: &Verdict<'_>, context: Context<'_>, lang: Lang) -> Vec<String> {
    let fr = lang == Lang::French;
    let mut out = Vec::new();
    if verdict.kind.is_in_priority_area() && verdict.network.is_none() {
        out.push(
            lang.say(
                "Réseau concerné non renseigné.",
                "The network concerned is not stated.",
            )
            .to_owned(),
        );
    }
    if let Some((name, metres)) = context.closed {
        let d = written::distance(metres.into(), lang);
        out.push(if fr {
            format!(
                "Le réseau {name} passe à {d}, mais n’est pas signalé ouvert aux raccordements."
            )
        } else {
            format!("The network {name} passes {d} away but is not reported open to connections.")
        });
    }
    if let Some(metres) = context.nearer_project_m {
        let d = written::distance(metres.into(), lang);
        out.push(if fr {
            format!("Un réseau en projet est plus proche : {d}.")
        } else {
            format!("A planned network is nearer: {d}.")
        });
    }
    out
}

/// The steps, in order. Connection requests and alerts are not part of the service: [`Step::Contact`] names who to
/// write to, [`Step::LookAgain`] says when to come back.
fn steps(kind: VerdictType, heating: Heating) -> Vec<Step> {
    use Step::{Advice, Ask, Contact, Interest, LookAgain};
    let individual = heating == Heating::Individual;
    match (kind, individual) {
        (VerdictType::PriorityAreaExisting | VerdictType::ExistingVeryClose, true)
        | (VerdictType::ExistingClose, false) => vec![Contact, Advice],
        (VerdictType::PriorityAreaExisting | VerdictType::ExistingVeryClose, false) => {
            vec![Contact]
        }
        (VerdictType::ExistingClose, true) => vec![Advice, Contact],
        (VerdictType::FutureZone, true) => vec![LookAgain, Contact],
        (VerdictType::FutureClose, true) | (VerdictType::TooFar, false) => {
            vec![LookAgain, Advice]
        }
        (
            VerdictType::PriorityAreaFuture
            | VerdictType::FutureVeryClose
            | VerdictType::FutureZone
            | VerdictType::FutureClose,
            _,
        ) => vec![Contact, LookAgain],
        (VerdictType::ExistingFar | VerdictType::FutureFar, false) => vec![LookAgain, Interest],
        (VerdictType::UntracedInCommune, false) => vec![Ask, LookAgain],
        (VerdictType::UntracedInCommune, true) => vec![Ask, Advice],
        (VerdictType::ExistingFar | VerdictType::FutureFar | VerdictType::TooFar, true) => {
            vec![Advice, LookAgain]
        }
    }
}

/// The card of a verdict about cold, shown second when a cold network is within 1000 m.
pub fn cold_card(verdict: &Verdict<'_>, lang: Lang) -> Card {
    let d = distance(verdict, lang).unwrap_or_default();
    let fr = lang == Lang::French;
    let inside = lang.say(
        "Dans la zone d’un réseau de froid",
        "Inside the area of a cooling network",
    );
    let (tone, title, sentence) = match verdict.kind {
        VerdictType::ExistingVeryClose => (
            Tone::Yes,
            if is_inside(verdict) { inside.to_owned() } else if fr { format!("Un réseau de froid passe à {d}") } else { format!("A cooling network passes {d} away") },
            lang.say(
                "Distance souvent favorable pour rafraîchir bureaux, commerces ou hôpitaux ; seule une étude le confirmera.",
                "Often a good distance to cool offices, shops or hospitals; only a study can confirm it.",
            ),
        ),
        VerdictType::ExistingClose => (
            Tone::Yes,
            if fr { format!("Un réseau de froid passe à {d} : à étudier") } else { format!("A cooling network passes {d} away: worth a study") },
            lang.say(
                "Possible selon vos besoins de froid et les rues à traverser.",
                "Possible depending on your cooling demand and the streets to cross.",
            ),
        ),
        VerdictType::ExistingFar => (
            Tone::Far,
            if fr { format!("Le réseau de froid ouvert le plus proche est à {d}") } else { format!("The nearest open cooling network is {d} away") },
            lang.say("Trop loin pour la plupart des immeubles.", "Too far for most buildings."),
        ),
        VerdictType::UntracedInCommune => (
            Tone::Check,
            lang.say(
                "Un réseau de froid existe dans la commune, tracé inconnu",
                "The town has a cooling network whose route is unknown",
            )
            .to_owned(),
            lang.say(
                "L’exploitant ou la mairie peut dire s’il passe près de chez vous.",
                "The operator or the town hall can tell whether it passes near you.",
            ),
        ),
        _ => (
            Tone::Far,
            lang.say("Aucun réseau de froid ouvert à moins de 1 km", "No open cooling network within 1 km")
                .to_owned(),
            "",
        ),
    };
    Card {
        tone,
        title,
        sentences: [sentence.to_owned()]
            .into_iter()
            .filter(|s| !s.is_empty())
            .collect(),
        individual: None,
        steps: Vec::new(),
    }
}
