//! A verdict in French, for a person at a terminal: the answer first, then what it rests on, then what it is not.

use crate::ground::Ground;
use caloduc_engine::eligibility::{
    Facts, MatchedNetwork, NearestNetwork, NetworkTable, Service, Thresholds, Verdict, VerdictType,
};
use caloduc_engine::report::{count, decimal};
use std::fmt::Write as _;

/// What is said where nothing is near.
const NOTHING: &str = "aucun à moins de 1 000 m";

/// The whole answer.
pub fn of(verdict: &Verdict<'_>, service: Service, ground: &Ground) -> String {
    let mut text = format!("{}\n{}\n", title(verdict.kind, service), eligible(verdict));
    let mut lines = Lines(&mut text);
    place(&mut lines, verdict);
    if let Some(matched) = &verdict.network {
        network(&mut lines, matched, verdict.distance_m);
    }
    facts(&mut lines, &verdict.facts);
    rule(&mut lines, verdict.rule, verdict.thresholds);
    lines.put("données", &edition(ground));
    text.push('\n');
    for caution in cautions(verdict, service) {
        let _infallible = writeln!(text, "{caution}");
    }
    text
}

struct Lines<'a>(&'a mut String);

impl Lines<'_> {
    fn put(&mut self, label: &str, value: &str) {
        let _infallible = writeln!(self.0, "  {label} : {value}");
    }

    fn put_some(&mut self, label: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.put(label, value);
        }
    }

    fn heading(&mut self, heading: &str) {
        let _infallible = writeln!(self.0, "\n{heading}");
    }
}

fn title(kind: VerdictType, service: Service) -> String {
    let pipes = match service {
        Service::Heat => "réseau de chaleur",
        Service::Cold => "réseau de froid",
    };
    match kind {
        VerdictType::PriorityAreaExisting => {
            "Dans un périmètre de développement prioritaire (PDP) : une obligation de raccordement peut s’appliquer".to_owned()
        }
        VerdictType::PriorityAreaFuture => {
            "Dans le périmètre de développement prioritaire (PDP) d’un réseau en construction : une obligation de raccordement peut s’appliquer".to_owned()
        }
        VerdictType::ExistingVeryClose => format!("Un {pipes} passe très près"),
        VerdictType::FutureVeryClose => format!("Un {pipes} en construction passera très près"),
        VerdictType::FutureZone => format!("Dans la zone d’un {pipes} en construction"),
        VerdictType::ExistingClose => format!("Un {pipes} passe à proximité"),
        VerdictType::FutureClose => format!("Un {pipes} en construction passera à proximité"),
        VerdictType::ExistingFar => format!("Un {pipes} existe dans le secteur, mais loin"),
        VerdictType::FutureFar => {
            format!("Un {pipes} en construction existe dans le secteur, mais loin")
        }
        VerdictType::UntracedInCommune => {
            format!("La commune a un {pipes} dont le tracé n’est pas connu")
        }
        VerdictType::TooFar => format!("Pas de {pipes} connu à moins de 1 000 m"),
    }
}

fn eligible(verdict: &Verdict<'_>) -> &'static str {
    match (verdict.eligible, verdict.kind) {
        (true, _) => "Raccordement envisageable : oui, à étudier avec le gestionnaire",
        (false, VerdictType::UntracedInCommune) => {
            "Raccordement envisageable : à confirmer, le gestionnaire connaît le tracé"
        }
        (false, _) => "Raccordement envisageable : non, en l’état des données",
    }
}

fn place(lines: &mut Lines<'_>, verdict: &Verdict<'_>) {
    lines.heading("Lieu");
    if let Some(address) = &verdict.address {
        lines.put_some("adresse trouvée", address["label"].as_str());
        if let Some(score) = address["score"].as_f64() {
            lines.put("ressemblance", &format!("{:.0} sur 100", score * 100.0));
        }
    }
    let point = verdict.point;
    lines.put(
        "longitude et latitude",
        &format!("{} {}", point.lon, point.lat),
    );
    if let Some(commune) = &verdict.facts.commune {
        let named = commune.name.map_or_else(
            || commune.code.to_owned(),
            |name| format!("{name} ({})", commune.code),
        );
        lines.put("commune", &named);
    }
}

fn network(lines: &mut Lines<'_>, network: &MatchedNetwork<'_>, distance_m: Option<u32>) {
    lines.heading(match network.table {
        NetworkTable::Heat => "Réseau de chaleur",
        NetworkTable::Cold => "Réseau de froid",
        NetworkTable::Project => "Réseau en construction",
    });
    lines.put("nom", network.name.unwrap_or("sans nom"));
    lines.put("identifiant", network.id.unwrap_or(network.key));
    if let Some(distance) = distance_m {
        lines.put("distance", &metres(distance));
    }
    lines.put_some("gestionnaire", network.operator);
    lines.put_some("maître d’ouvrage", network.owner);
    let communes: Vec<&str> = network.communes.iter().collect();
    if !communes.is_empty() {
        lines.put("communes", &communes.join(", "));
    }
    if let Some(rate) = network.renewable_rate_pct {
        lines.put("taux EnR&R", &format!("{} %", decimal(rate)));
    }
    let grams = |kg: f64| format!("{} g/kWh", decimal(kg * 1000.0));
    if let Some(direct) = network.co2_direct_kg_per_kwh {
        lines.put("contenu CO2 direct", &grams(direct));
    }
    if let Some(lca) = network.co2_lca_kg_per_kwh {
        lines.put("contenu CO2 en cycle de vie", &grams(lca));
    }
    if let Some(classified) = network.classified {
        lines.put("classé", yes_no(classified));
    }
    lines.put(
        "a un PDP dans ces données",
        yes_no(network.has_priority_area),
    );
    if network.trace_is_area {
        lines.put(
            "tracé",
            "publié comme une zone à la demande de l’exploitant ; la distance va jusqu’à elle",
        );
    }
    lines.put(
        "ouvert aux raccordements",
        yes_no(network.open_to_connections),
    );
}

fn facts(lines: &mut Lines<'_>, facts: &Facts<'_>) {
    lines.heading("Autour");
    lines.put(
        "réseau de chaleur le plus proche",
        &nearest(facts.nearest_heat.as_ref()),
    );
    let project = facts.nearest_project.as_ref().map_or_else(
        || NOTHING.to_owned(),
        |found| away(found.key, found.distance_m, found.open_to_connections),
    );
    lines.put("réseau en construction le plus proche", &project);
    lines.put(
        "réseau de froid le plus proche",
        &nearest(facts.nearest_cold.as_ref()),
    );
    if !facts.project_zones.is_empty() {
        lines.put("zones en construction", &facts.project_zones.join(", "));
    }
    for area in &facts.priority_areas {
        let linked: Vec<&str> = area.network_keys.iter().collect();
        let linked = if linked.is_empty() {
            "sans réseau lié".to_owned()
        } else {
            linked.join(", ")
        };
        lines.put("PDP", &format!("{} ({linked})", area.key));
    }
    if let Some(untraced) = &facts.untraced_heat {
        let named = untraced.id.unwrap_or(untraced.key);
        lines.put(
            "réseau sans tracé dans la commune",
            &format!("{named}{}", closed(untraced.open_to_connections)),
        );
    }
}

fn nearest(found: Option<&NearestNetwork<'_>>) -> String {
    found.map_or_else(
        || NOTHING.to_owned(),
        |found| {
            away(
                found.id.unwrap_or(found.key),
                found.distance_m,
                found.open_to_connections,
            )
        },
    )
}

fn away(named: &str, distance_m: u32, is_open: bool) -> String {
    format!("{named} à {}{}", metres(distance_m), closed(is_open))
}

fn rule(lines: &mut Lines<'_>, rule: u8, thresholds: Thresholds) {
    lines.heading("Comment");
    lines.put("règle appliquée", &format!("{rule} sur 10"));
    lines.put(
        "seuils",
        &format!(
            "très proche jusqu’à {}, proche jusqu’à {}, loin jusqu’à {}",
            metres(thresholds.very_close_m),
            metres(thresholds.close_m),
            metres(thresholds.far_m)
        ),
    );
}

fn edition(ground: &Ground) -> String {
    match ground {
        Ground::Fictional(_) => "territoire fictif de démonstration, rien n’y existe".to_owned(),
        Ground::Real {
            snapshot,
            published,
            ..
        } => {
            let number = snapshot
                .stamp()
                .release
                .map_or_else(|| "?".to_owned(), |number| number.to_string());
            format!(
                "édition n° {number}, en service depuis le {}",
                published.date()
            )
        }
    }
}

/// What must be said so that nobody takes the answer for a legal one.
fn cautions(verdict: &Verdict<'_>, service: Service) -> Vec<&'static str> {
    let mut said = Vec::new();
    let network = verdict.network.as_ref();
    if service == Service::Heat {
        if verdict.kind.is_in_priority_area() {
            said.push(
                "Dans un PDP, le raccordement peut être obligatoire pour un bâtiment neuf ou le remplacement d’une installation de plus de 30 kW, seuil que la collectivité peut relever (code de l’énergie, L. 712-1 à L. 712-5 et R. 712-1 à R. 712-14). Des dérogations existent : voyez la collectivité.",
            );
        } else if network.and_then(|network| network.classified) == Some(true) {
            said.push(
                "Ce réseau est classé : hors d’un PDP connu, un périmètre par défaut peut s’appliquer. Voyez la collectivité.",
            );
        }
        if verdict.thresholds == Thresholds::PARIS {
            said.push("À Paris, la puissance souscrite doit être d’au moins 100 kW.");
        }
        if verdict.eligible {
            said.push(
                "Si le chauffage est individuel (une chaudière par logement), le raccordement demande de lourds travaux dans l’immeuble.",
            );
        }
    }
    said.push("Les tracés sont indicatifs : ils ne remplacent pas une déclaration DT-DICT.");
    said
}

fn metres(metres: u32) -> String {
    format!("{} m", count(metres.into()))
}

fn yes_no(yes: bool) -> &'static str {
    if yes { "oui" } else { "non" }
}

fn closed(is_open: bool) -> &'static str {
    if is_open {
        ""
    } else {
        " (fermé aux nouveaux raccordements)"
    }
}
