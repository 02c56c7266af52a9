//! What is on the page of an answer? Everything in the words of the page's language, ready for the template.

use super::heating::Heating;
use super::law::{Law, law};
use super::question::{self, Place};
use super::wording::{Card, Context, Step, Tone, card, cold_card};
use crate::pages::params::Params;
use crate::pages::plan::{Frame, Plan, Subject, draw};
use crate::pages::shell::{Section, Shell};
use crate::pages::{Lang, Reading, written};
use askama::Template;
use caloduc_engine::crs::LonLat;
use caloduc_engine::eligibility::{MatchedNetwork, Service, Verdict};
use caloduc_engine::snapshot::{Row, Snapshot};
use caloduc_geocoder::{Filters, PlaceKind, ReverseRequest};

/// A fact near the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// Where more is said of it.
    pub href: Option<String>,
    /// What nuances it.
    pub detail: Option<String>,
}

/// A step, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepText {
    /// Its icon.
    pub icon: &'static str,
    /// What to do.
    pub title: String,
    /// How.
    pub text: String,
    /// A page that helps.
    pub link: Option<(String, String)>,
}

/// A choice of heating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeatingChoice {
    /// Address of the answer with it.
    pub href: String,
    /// Its words.
    pub text: &'static str,
    /// Whether it is the one of this page.
    pub is_current: bool,
}

/// What a card and a sheet say of the matched network.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NetworkFacts {
    /// Its name.
    pub name: String,
    /// Address of its sheet.
    pub href: String,
    /// SNCU id.
    pub id: Option<String>,
    /// Gestionnaire.
    pub operator: Option<String>,
    /// Maître d'ouvrage.
    pub owner: Option<String>,
    /// « 65 % ».
    pub renewable_rate: Option<String>,
    /// « 70 g CO₂/kWh ».
    pub co2_lca: Option<String>,
    /// Whether its PDP carries the obligation.
    pub classified: Option<bool>,
    /// Whether distances are to an area published instead of its line.
    pub is_area: bool,
}

/// The second answer, about cold.
#[derive(Debug, Clone)]
pub struct Cold {
    /// Its card.
    pub card: Card,
    /// The cold network.
    pub network: Option<NetworkFacts>,
}

/// The page of one answer.
#[derive(Template)]
#[template(path = "answer.html")]
pub struct AnswerPage {
    shell: Shell,
    label: String,
    notice: Option<String>,
    /// What the form's field holds.
    asked: String,
    heating: &'static str,
    choices: Vec<HeatingChoice>,
    card: Card,
    steps: Vec<StepText>,
    network: Option<NetworkFacts>,
    has_rates: bool,
    facts: Vec<Fact>,
    law: Law,
    cold: Option<Cold>,
    plan: Plan,
    plan_caption: String,
    map_href: String,
    json_href: String,
    verdict_name: &'static str,
    rule: u8,
    thresholds: String,
    sentence: String,
    problem: Option<&'static str>,
}

impl AnswerPage {
    /// The page about a place.
    pub fn new(reading: &Reading, params: &Params, place: Place, heating: Heating) -> Self {
        let l = reading.lang;
        let snapshot = &reading.snapshot;
        let verdict = snapshot.assess_with(place.at, Service::Heat, place.citycode.as_ref());
        let project = verdict.network.and_then(|n| snapshot.row(n.key)?.project());
        let commissioning = project.and_then(|project| project.commissioning);
        let context = context(snapshot, &verdict, commissioning.as_deref());
        let card = card(&verdict, heating, context, l);
        let network = verdict.network.map(|n| network_facts(&n, l));
        let cold = cold(reading, &place);
        let (plan, plan_caption) = plan(reading, &place, &verdict, &card);
        let mut shell = Shell::new(reading, Section::Home, card.title.clone()).hidden();
        shell.title = format!("{} – {}", card.title, place.label);
        let point = format!("lon={:.6}&lat={:.6}", place.at.lon, place.at.lat);
        Self {
            sentence: sentence(&place.label, &card, network.as_ref(), &shell.edition),
            steps: steps(&card, network.as_ref(), &verdict, l),
            has_rates: verdict.network.is_some() && !verdict.kind.is_future(),
            facts: facts(snapshot, &verdict, l),
            law: law(&verdict, l),
            map_href: l.href(format_args!(
                "/carte?{point}&z=16&point={:.6},{:.6}",
                place.at.lon, place.at.lat
            )),
            json_href: format!("/api/v2/eligibility?{point}"),
            choices: choices(params, &place, heating, l),
            asked: params.get("q").unwrap_or_default().to_owned(),
            heating: heating.as_str(),
            thresholds: format!(
                "{}\u{a0}m, {}\u{a0}m, {}\u{a0}m",
                verdict.thresholds.very_close_m,
                verdict.thresholds.close_m,
                written::count(verdict.thresholds.far_m as usize, l)
            ),
            problem: None,
            verdict_name: verdict.kind.as_str(),
            rule: verdict.rule,
            label: place.label,
            notice: place.notice,
            shell,
            card,
            network,
            cold,
            plan,
            plan_caption,
        }
    }
}

/// What the map draws and says of an answer.
#[derive(Debug, Clone, serde::Serialize)]
pub struct MapAnswer {
    title: String,
    words: &'static str,
    tone: &'static str,
    label: String,
    href: String,
    lon: f64,
    lat: f64,
    distance: Option<String>,
    foot: Option<[f64; 2]>,
    rings: Vec<u32>,
}

/// The answer of a place for the map; the best place when several answer; `None` when none does.
pub fn map_answer(reading: &Reading, params: &Params) -> Option<MapAnswer> {
    let l = reading.lang;
    let place = question::one(reading, params)?;
    let verdict = reading
        .snapshot
        .assess_with(place.at, Service::Heat, place.citycode.as_ref());
    let words = card(
        &verdict,
        Heating::Unknown,
        context(&reading.snapshot, &verdict, None),
        l,
    );
    let foot = verdict
        .network
        .filter(|_| verdict.distance_m.is_some())
        .and_then(|network| reading.snapshot.foot(network.key, place.at));
    let (lon, lat) = (place.at.lon, place.at.lat);
    Some(MapAnswer {
        title: words.title,
        words: words.tone.words(l),
        tone: words.tone.name(),
        href: l.href(format_args!(
            "/?q={}&lon={lon:.6}&lat={lat:.6}",
            written::query_value(&place.label)
        )),
        label: place.label,
        lon,
        lat,
        distance: foot.map(|foot| written::distance(foot.distance_m, l)),
        foot: foot.map(|foot| [foot.place.lon, foot.place.lat]),
        rings: vec![verdict.thresholds.very_close_m, verdict.thresholds.close_m],
    })
}

fn context<'a>(
    snapshot: &'a Snapshot,
    verdict: &Verdict<'_>,
    commissioning: Option<&'a str>,
) -> Context<'a> {
    let matched = verdict.network.map(|n| n.key);
    let nearer = |metres: u32| verdict.distance_m.is_none_or(|own| metres < own);
    let closed = verdict.facts.nearest_heat.filter(|heat| {
        !heat.open_to_connections && Some(heat.key) != matched && nearer(heat.distance_m)
    });
    let closed = closed.and_then(|heat| {
        let row = snapshot.row(heat.key)?;
        let name = row.name().or(row.id()).unwrap_or(row.key());
        Some((name, heat.distance_m))
    });
    let project = verdict.facts.nearest_project.filter(|project| {
        project.open_to_connections
            && verdict.kind.is_existing()
            && verdict
                .distance_m
                .is_some_and(|own| project.distance_m < own)
    });
    Context {
        commissioning,
        closed,
        nearer_project_m: project.map(|project| project.distance_m),
    }
}

fn choices(params: &Params, place: &Place, heating: Heating, l: Lang) -> Vec<HeatingChoice> {
    // The point is kept, so that changing the heating never changes the place.
    let params = params
        .with("q", &place.label)
        .with("lon", &format!("{:.6}", place.at.lon))
        .with("lat", &format!("{:.6}", place.at.lat));
    Heating::ALL
        .into_iter()
        .map(|choice| HeatingChoice {
            href: l.href(format_args!(
                "/{}",
                params.with("chauffage", choice.as_str()).query()
            )),
            text: choice.label(l),
            is_current: choice == heating,
        })
        .collect()
}

/// What is said of a matched network.
pub fn network_facts(network: &MatchedNetwork<'_>, l: Lang) -> NetworkFacts {
    let fallback = l.say("Réseau sans nom", "Unnamed network");
    NetworkFacts {
        name: network.name.or(network.id).unwrap_or(fallback).to_owned(),
        href: l.href(format_args!(
            "/reseaux/{}",
            network.id.unwrap_or(network.key)
        )),
        id: network.id.map(str::to_owned),
        operator: network.operator.map(str::to_owned),
        owner: network.owner.map(str::to_owned),
        renewable_rate: network
            .renewable_rate_pct
            .map(|rate| written::percent(rate, l)),
        co2_lca: network.co2_lca_kg_per_kwh.map(|co2| written::co2(co2, l)),
        classified: network.classified,
        is_area: network.trace_is_area,
    }
}

fn cold(reading: &Reading, place: &Place) -> Option<Cold> {
    let verdict = reading
        .snapshot
        .assess_with(place.at, Service::Cold, place.citycode.as_ref());
    verdict.facts.nearest_cold?;
    Some(Cold {
        card: cold_card(&verdict, reading.lang),
        network: verdict
            .network
            .map(|network| network_facts(&network, reading.lang)),
    })
}

fn facts(snapshot: &Snapshot, verdict: &Verdict<'_>, l: Lang) -> Vec<Fact> {
    let none = || {
        l.say("aucun connu à moins de 1 km", "none known within 1 km")
            .to_owned()
    };
    let near = |name: &'static str, found: Option<(&str, u32, bool)>| match found {
        None => Fact {
            name,
            value: none(),
            href: None,
            detail: None,
        },
        Some((key, metres, is_open)) => {
            let row = snapshot.row(key);
            let called = row
                .and_then(|row| row.name().or(row.id()))
                .unwrap_or(key)
                .to_owned();
            let closed = l.say(
                "pas signalé ouvert aux raccordements",
                "not reported open to connections",
            );
            Fact {
                name,
                value: format!("{} · {called}", written::distance(metres.into(), l)),
                href: row.map(|row| l.href(format_args!("/reseaux/{}", slug(&row)))),
                detail: (!is_open).then(|| closed.to_owned()),
            }
        }
    };
    let f = &verdict.facts;
    let mut facts = vec![
        near(
            l.say("Réseau de chaleur", "Heat network"),
            f.nearest_heat
                .map(|n| (n.key, n.distance_m, n.open_to_connections)),
        ),
        near(
            l.say("Réseau en projet", "Planned network"),
            f.nearest_project
                .map(|n| (n.key, n.distance_m, n.open_to_connections)),
        ),
    ];
    if let Some(zone) = f.project_zones.first() {
        facts.push(Fact {
            name: l.say("Zone d’un projet", "Zone of a project"),
            value: l.say("oui", "yes").to_owned(),
            href: Some(l.href(format_args!("/reseaux/{zone}"))),
            detail: None,
        });
    }
    facts.push(Fact {
        name: l.say("Périmètre prioritaire", "Priority area"),
        value: if f.priority_areas.is_empty() {
            l.say("aucun connu ici", "none known here").to_owned()
        } else {
            l.say("oui", "yes").to_owned()
        },
        href: None,
        detail: None,
    });
    if let Some(untraced) = f.untraced_heat {
        facts.push(Fact {
            name: l.say("Réseau au tracé inconnu", "Network, route unknown"),
            value: snapshot
                .row(untraced.key)
                .and_then(|row| row.name())
                .or(untraced.id)
                .unwrap_or(untraced.key)
                .to_owned(),
            href: Some(l.href(format_args!(
                "/reseaux/{}",
                untraced.id.unwrap_or(untraced.key)
            ))),
            detail: None,
        });
    }
    facts.push(near(
        l.say("Réseau de froid", "Cooling network"),
        f.nearest_cold
            .map(|n| (n.key, n.distance_m, n.open_to_connections)),
    ));
    if let Some(commune) = f.commune {
        facts.push(Fact {
            name: "Commune",
            value: commune.name.unwrap_or(commune.code).to_owned(),
            href: Some(l.href(format_args!("/communes/{}", commune.code))),
            detail: None,
        });
    }
    facts
}

/// What a sheet is called in an address.
fn slug<'a>(row: &Row<'a>) -> &'a str {
    row.id().unwrap_or(row.key())
}

fn steps(
    card: &Card,
    network: Option<&NetworkFacts>,
    verdict: &Verdict<'_>,
    l: Lang,
) -> Vec<StepText> {
    let town = verdict.facts.commune.and_then(|commune| commune.name);
    let fr = l == Lang::French;
    card.steps
        .iter()
        .map(|step| match step {
            Step::Contact => contact(network, town, l),
            Step::Ask => StepText {
                icon: "contact",
                title: l.say("Poser la question", "Ask the question").to_owned(),
                text: match network.and_then(|n| n.operator.as_deref()) {
                    Some(operator) if fr => format!("À {operator}, qui exploite le réseau, ou à la mairie : passe-t-il dans votre rue ?"),
                    Some(operator) => format!("To {operator}, who runs the network, or to the town hall: does it pass in your street?"),
                    None => l.say("À la mairie : le réseau passe-t-il dans votre rue ?", "To the town hall: does the network pass in your street?").to_owned(),
                },
                link: None,
            },
            Step::Interest => StepText {
                icon: "contact",
                title: l.say("Signaler votre intérêt à la mairie", "Tell the town hall you are interested").to_owned(),
                text: l.say(
                    "Les extensions se décident là où des immeubles les demandent, à plusieurs de préférence.",
                    "Extensions are decided where buildings ask for them, preferably several together.",
                )
                .to_owned(),
                link: None,
            },
            Step::LookAgain => StepText {
                icon: "bell",
                title: l.say("Refaire le test plus tard", "Test again later").to_owned(),
                text: l.say(
                    "Les tracés sont mis à jour à chaque édition des données. Gardez l’adresse de cette page : elle donnera la réponse du jour.",
                    "Routes are updated with each edition of the data. Keep the address of this page: it will give the answer of the day.",
                )
                .to_owned(),
                link: None,
            },
            Step::Advice => StepText {
                icon: "advice",
                title: l.say("Conseil gratuit : France Rénov’", "Free advice: France Rénov’").to_owned(),
                text: l.say(
                    "Le service public de la rénovation aide à choisir un autre chauffage et à le financer.",
                    "The public renovation service helps choose another heating and pay for it.",
                )
                .to_owned(),
                link: Some((
                    "https://france-renov.gouv.fr".to_owned(),
                    "france-renov.gouv.fr".to_owned(),
                )),
            },
        })
        .collect()
}

fn contact(network: Option<&NetworkFacts>, town: Option<&str>, l: Lang) -> StepText {
    let fr = l == Lang::French;
    let cited = network.and_then(|n| n.id.as_deref()).map(|id| {
        if fr {
            format!(" Citez le réseau {id}.")
        } else {
            format!(" Quote network {id}.")
        }
    });
    let cited = cited.unwrap_or_default();
    let what = l.say(
        "Dites votre adresse, la surface chauffée et l’énergie actuelle.",
        "Give your address, the heated area and the current energy.",
    );
    let operator = network.and_then(|n| n.operator.as_deref());
    let owner = network.and_then(|n| n.owner.as_deref());
    let (title, who) = match (operator, owner) {
        (Some(operator), owner) => (
            if fr {
                format!("Écrire à {operator}")
            } else {
                format!("Write to {operator}")
            },
            match owner.filter(|owner| *owner != operator) {
                Some(owner) if fr => {
                    format!("C’est l’exploitant ; le réseau appartient à {owner}.")
                }
                Some(owner) => format!("They run the network; it belongs to {owner}."),
                None => l
                    .say("C’est l’exploitant du réseau.", "They run the network.")
                    .to_owned(),
            },
        ),
        (None, Some(owner)) => (
            if fr {
                format!("Écrire à {owner}")
            } else {
                format!("Write to {owner}")
            },
            l.say(
                "C’est le maître d’ouvrage ; l’exploitant n’est pas communiqué.",
                "They own the network; who runs it is not stated.",
            )
            .to_owned(),
        ),
        (None, None) => (
            match town {
                Some(town) if fr => format!("Écrire à la mairie ({town})"),
                Some(town) => format!("Write to the town hall ({town})"),
                None => l
                    .say("Écrire à la mairie", "Write to the town hall")
                    .to_owned(),
            },
            l.say(
                "L’exploitant du réseau n’est pas communiqué.",
                "Who runs the network is not stated.",
            )
            .to_owned(),
        ),
    };
    StepText {
        icon: "contact",
        title,
        text: format!("{who} {what}{cited}"),
        link: network.map(|n| {
            (
                n.href.clone(),
                l.say("Fiche du réseau", "About the network").to_owned(),
            )
        }),
    }
}

fn plan(reading: &Reading, place: &Place, verdict: &Verdict<'_>, card: &Card) -> (Plan, String) {
    let l = reading.lang;
    let foot = verdict
        .network
        .filter(|_| verdict.distance_m.is_some())
        .and_then(|network| reading.snapshot.foot(network.key, place.at));
    let reach = foot.map_or_else(
        || {
            if card.tone == Tone::Far {
                1000.0
            } else {
                300.0
            }
        },
        |foot| (foot.distance_m * 1.25).clamp(130.0, 4000.0),
    );
    let frame = Frame::around(place.at, reach);
    let t = verdict.thresholds;
    let rings: Vec<u32> = [t.very_close_m, t.close_m, t.far_m]
        .into_iter()
        .filter(|ring| f64::from(*ring) < reach * 1.02 && f64::from(*ring) > reach / 8.0)
        .collect();
    let sentence = match (foot, verdict.network) {
        (Some(foot), Some(network)) => {
            let d = written::distance(foot.distance_m, l);
            let name = network.name.or(network.id).unwrap_or_default();
            match l {
                Lang::French => format!("Plan : {} est à {d} du réseau {name}.", place.label),
                Lang::English => format!("Plan: {} is {d} from the network {name}.", place.label),
            }
        }
        _ => format!(
            "{} {}. {}.",
            l.say("Plan autour de", "Plan around"),
            place.label,
            card.title
        ),
    };
    let subject = Subject {
        frame,
        place: Some(place.at),
        foot,
        rings_m: &rings,
        names: street_names(reading, place.at, reach),
        sentence: sentence.clone(),
        lang: l,
    };
    (draw(&reading.snapshot, &subject), sentence)
}

/// Names of the streets around, so that one knows where one is.
fn street_names(reading: &Reading, at: LonLat, reach_m: f64) -> Vec<(LonLat, String)> {
    let Some(addresses) = reading.addresses.as_ref().filter(|_| reach_m < 600.0) else {
        return Vec::new();
    };
    let request = ReverseRequest {
        limit: 12,
        radius_m: Some(reach_m * 1.5),
        filters: Filters {
            kind: Some(PlaceKind::Street),
            ..Filters::default()
        },
        ..ReverseRequest::new(caloduc_geocoder::LonLat {
            lon: at.lon,
            lat: at.lat,
        })
    };
    addresses
        .reverse(&request)
        .into_iter()
        .map(|hit| {
            (
                LonLat {
                    lon: hit.position.lon,
                    lat: hit.position.lat,
                },
                hit.name,
            )
        })
        .collect()
}

/// The answer as one sentence, to be copied.
fn sentence(label: &str, card: &Card, network: Option<&NetworkFacts>, edition: &str) -> String {
    let network = network.map_or(String::new(), |n| match &n.id {
        Some(id) if *id != n.name => format!(" ({}, {id})", n.name),
        _ => format!(" ({})", n.name),
    });
    format!("{label} : {}{network}. caloduc, {edition}.", card.title)
}
