//! `GET /communes/{insee}`: what is known of a whole commune, or, when nothing is, the nearest network.

use super::answer::Heating;
use super::catalogue::Entry;
use super::document::{public, refusal};
use super::errors::ErrorPage;
use super::plan::{Frame, Plan, Subject, draw};
use super::shell::{Section, Shell};
use super::{Lang, Reading, written};
use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use caloduc_engine::crs::LonLat;
use caloduc_engine::network::{InseeCode, Layer};
use caloduc_engine::snapshot::Bounds;
use caloduc_geocoder::{Filters, Hit, PlaceKind, ReverseRequest};

/// A network or project of the commune.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Item {
    href: String,
    name: String,
    detail: String,
}

/// A group of them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    title: &'static str,
    items: Vec<Item>,
}

/// The nearest network of a commune that has none.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Nearest {
    href: String,
    name: String,
    text: String,
}

/// The page.
#[derive(Template)]
#[template(path = "commune.html")]
struct CommunePage {
    shell: Shell,
    code: String,
    summary: String,
    groups: Vec<Group>,
    nearest: Option<Nearest>,
    plan: Option<Plan>,
    map_href: Option<String>,
    asked: String,
    heating: &'static str,
    problem: Option<&'static str>,
}

/// `GET /communes/{insee}`.
pub async fn get(reading: Reading, Path(code): Path<String>) -> Response {
    let Some(parsed) = InseeCode::parse(&code) else {
        return refusal((StatusCode::NOT_FOUND, unknown(&reading, &code)));
    };
    let whole = parsed.commune_of_arrondissement();
    if whole.as_str() != code {
        return Redirect::permanent(&reading.href(format_args!("/communes/{whole}")))
            .into_response();
    }
    match known(&reading, &whole) {
        Some((name, bounds)) => public(&page(&reading, whole.as_str(), &name, bounds)),
        None => refusal((StatusCode::NOT_FOUND, unknown(&reading, &code))),
    }
}

fn unknown(reading: &Reading, code: &str) -> ErrorPage {
    let l = reading.lang;
    let why = match l {
        Lang::French => format!("Aucune commune connue ne porte le code INSEE « {code} »."),
        Lang::English => format!("No known town bears the INSEE code “{code}”."),
    };
    ErrorPage::new(
        reading,
        l.say("Commune introuvable", "Town not found"),
        why,
        Vec::new(),
    )
}

/// Name and extent of a commune: by its outline, else by its addresses, else by the networks that name it.
fn known(reading: &Reading, code: &InseeCode) -> Option<(String, Option<Bounds>)> {
    if let Some(row) = reading.snapshot.commune(code.as_str()) {
        let name = row.name().unwrap_or(code.as_str()).to_owned();
        return Some((name, row.bounds()));
    }
    if let Some(hit) = by_addresses(reading, code) {
        let (lon, lat) = (hit.position.lon, hit.position.lat);
        let around = Bounds {
            west: lon - 0.02,
            south: lat - 0.015,
            east: lon + 0.02,
            north: lat + 0.015,
        };
        return Some((hit.city, Some(around)));
    }
    let catalogue = reading.catalogue();
    let named = catalogue
        .networks
        .iter()
        .chain(&catalogue.projects)
        .find_map(|entry| {
            let at = entry
                .communes_insee
                .iter()
                .position(|c| c == code.as_str())?;
            entry
                .communes
                .get(at)
                .filter(|_| entry.communes.len() == entry.communes_insee.len())
        });
    named.map(|name| (name.clone(), None))
}

/// The commune of the address index that bears this code: the nearest of those that do, from anywhere.
fn by_addresses(reading: &Reading, code: &InseeCode) -> Option<Hit> {
    let filters = Filters {
        kind: Some(PlaceKind::Municipality),
        citycode: Some(code.as_str()),
        ..Filters::default()
    };
    let middle_of_france = caloduc_geocoder::LonLat {
        lon: 2.4,
        lat: 46.6,
    };
    let request = ReverseRequest {
        filters,
        ..ReverseRequest::new(middle_of_france)
    };
    let found = reading.addresses.as_ref()?.reverse(&request);
    found.into_iter().next()
}

fn page(reading: &Reading, code: &str, name: &str, bounds: Option<Bounds>) -> CommunePage {
    let l = reading.lang;
    let groups = groups(reading, code);
    let has_heat = groups.first().is_some_and(|group| !group.items.is_empty());
    let centre = bounds.map(|b| LonLat {
        lon: f64::midpoint(b.west, b.east),
        lat: f64::midpoint(b.south, b.north),
    });
    let nearest = centre
        .filter(|_| !has_heat)
        .and_then(|at| nearest(reading, at));
    let summary = summary(name, &groups, l);
    let title = format!(
        "{} {name}",
        l.say("Réseaux de chaleur à", "Heat networks in")
    );
    let plan = bounds.map(|bounds| {
        draw(
            &reading.snapshot,
            &Subject {
                frame: Frame::holding(bounds),
                place: None,
                foot: None,
                rings_m: &[],
                names: Vec::new(),
                sentence: format!("{} {name}.", l.say("Plan de", "Plan of")),
                lang: l,
            },
        )
    });
    CommunePage {
        shell: Shell::new(reading, Section::Networks, title).described(summary.clone()),
        map_href: centre.map(|at| {
            l.href(format_args!(
                "/carte?lon={:.5}&lat={:.5}&z=13",
                at.lon, at.lat
            ))
        }),
        code: code.to_owned(),
        asked: String::new(),
        heating: Heating::Unknown.as_str(),
        problem: None,
        groups: groups
            .into_iter()
            .filter(|group| !group.items.is_empty())
            .collect(),
        summary,
        nearest,
        plan,
    }
}

/// Heat networks first, then cold, projects, priority areas.
fn groups(reading: &Reading, code: &str) -> Vec<Group> {
    let l = reading.lang;
    let catalogue = reading.catalogue();
    let here = |entry: &&Entry| entry.communes_insee.iter().any(|c| c == code);
    let of = |is_cold: bool| -> Vec<Item> {
        catalogue
            .networks
            .iter()
            .filter(here)
            .filter(|entry| entry.is_cold() == is_cold)
            .map(|entry| item(entry, l))
            .collect()
    };
    let areas = reading.snapshot.rows(Layer::PriorityAreas).filter(|row| {
        row.priority_area()
            .is_some_and(|area| area.communes_insee.iter().any(|c| c.as_str() == code))
    });
    let areas = areas.map(|row| Item {
        href: l.href(format_args!("/reseaux/{}", row.key())),
        name: row
            .name()
            .unwrap_or(l.say("Périmètre prioritaire", "Priority area"))
            .to_owned(),
        detail: row
            .link_keys()
            .iter()
            .filter_map(|key| reading.snapshot.row(key))
            .filter_map(|row| row.name().or(row.id()))
            .collect::<Vec<_>>()
            .join(", "),
    });
    vec![
        Group {
            title: l.say("Réseaux de chaleur", "Heat networks"),
            items: of(false),
        },
        Group {
            title: l.say("Réseaux de froid", "Cooling networks"),
            items: of(true),
        },
        Group {
            title: l.say("En projet", "Planned"),
            items: catalogue
                .projects
                .iter()
                .filter(here)
                .map(|entry| item(entry, l))
                .collect(),
        },
        Group {
            title: l.say(
                "Périmètres de développement prioritaire",
                "Priority development areas",
            ),
            items: areas.collect(),
        },
    ]
}

fn item(entry: &Entry, l: Lang) -> Item {
    let mut said = Vec::new();
    if let Some(operator) = &entry.operator {
        said.push(operator.clone());
    }
    if let Some(rate) = entry.renewable_rate_pct {
        said.push(format!(
            "{} {}",
            written::percent(rate, l),
            l.say("EnR&R", "renewable")
        ));
    }
    if let Some(co2) = entry.co2_lca_kg_per_kwh {
        said.push(written::co2(co2, l));
    }
    if let Some(start) = &entry.commissioning {
        said.push(format!("{} {start}", l.say("mise en service", "start")));
    }
    if entry.classified == Some(true) {
        said.push(l.say("réseau classé", "classified").to_owned());
    }
    if !entry.is_open {
        said.push(
            l.say("non signalé ouvert aux raccordements", "not reported open")
                .to_owned(),
        );
    }
    if !entry.is_traced() {
        said.push(l.say("tracé inconnu", "route unknown").to_owned());
    }
    let unnamed = l.say("Réseau sans nom", "Unnamed network");
    Item {
        href: l.href(format_args!("/reseaux/{}", entry.slug())),
        name: entry
            .name
            .as_deref()
            .or(entry.id.as_deref())
            .unwrap_or(unnamed)
            .to_owned(),
        detail: said.join(" · "),
    }
}

fn summary(name: &str, groups: &[Group], l: Lang) -> String {
    let counts: Vec<usize> = groups.iter().map(|group| group.items.len()).collect();
    let words = [
        (
            l.say("réseau de chaleur", "heat network"),
            l.say("réseaux de chaleur", "heat networks"),
        ),
        (
            l.say("réseau de froid", "cooling network"),
            l.say("réseaux de froid", "cooling networks"),
        ),
        (l.say("projet", "project"), l.say("projets", "projects")),
        (
            l.say("périmètre prioritaire", "priority area"),
            l.say("périmètres prioritaires", "priority areas"),
        ),
    ];
    let told: Vec<String> = counts
        .iter()
        .zip(words)
        .filter(|(count, _)| **count > 0)
        .map(|(count, (one, many))| {
            format!("{count}\u{a0}{}", if *count == 1 { one } else { many })
        })
        .collect();
    if told.is_empty() {
        return match l {
            Lang::French => {
                format!("Aucun réseau, projet ni périmètre prioritaire connu à {name}.")
            }
            Lang::English => format!("No network, project or priority area is known in {name}."),
        };
    }
    match l {
        Lang::French => format!("{name} compte {}.", told.join(", ")),
        Lang::English => format!("{name} has {}.", told.join(", ")),
    }
}

/// The nearest traced heat network: those whose box is nearest are measured first, until none can be nearer.
fn nearest(reading: &Reading, at: LonLat) -> Option<Nearest> {
    let l = reading.lang;
    let to_box_m = |b: &Bounds| {
        let dlat = (b.south - at.lat).max(at.lat - b.north).max(0.0) * 111_000.0;
        let dlon = (b.west - at.lon).max(at.lon - b.east).max(0.0) * 111_000.0;
        dlat.hypot(dlon * at.lat.to_radians().cos())
    };
    let mut boxes: Vec<(f64, &'_ str)> = reading
        .snapshot
        .rows(Layer::Heat)
        .filter_map(|row| Some((to_box_m(&row.bounds()?), row.key())))
        .collect();
    boxes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut best: Option<(caloduc_engine::snapshot::Foot, &str)> = None;
    for (least_m, key) in boxes {
        if best.is_some_and(|(foot, _)| least_m * 0.98 > foot.distance_m) {
            break;
        }
        if let Some(foot) = reading.snapshot.foot(key, at)
            && best.is_none_or(|(known, _)| foot.distance_m < known.distance_m)
        {
            best = Some((foot, key));
        }
    }
    let (foot, key) = best?;
    let row = reading.snapshot.row(key)?;
    Some(Nearest {
        href: l.href(format_args!("/reseaux/{}", row.id().unwrap_or(row.key()))),
        name: row.name().or(row.id()).unwrap_or(row.key()).to_owned(),
        text: format!(
            "{} {}",
            written::distance(foot.distance_m, l),
            direction(at, foot.place, l)
        ),
    })
}

/// « au nord-est ».
pub fn direction(from: LonLat, to: LonLat, l: Lang) -> &'static str {
    let dx = (to.lon - from.lon) * from.lat.to_radians().cos();
    let dy = to.lat - from.lat;
    let eighth = (dx.atan2(dy).to_degrees().rem_euclid(360.0) / 45.0).round() as usize % 8;
    let names = [
        ("au nord", "to the north"),
        ("au nord-est", "to the north-east"),
        ("à l’est", "to the east"),
        ("au sud-est", "to the south-east"),
        ("au sud", "to the south"),
        ("au sud-ouest", "to the south-west"),
        ("à l’ouest", "to the west"),
        ("au nord-ouest", "to the north-west"),
    ];
    l.say(names[eighth].0, names[eighth].1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions_are_those_of_the_compass() {
        let here = LonLat {
            lon: 2.0,
            lat: 48.0,
        };
        let to = |lon, lat| direction(here, LonLat { lon, lat }, Lang::French);
        assert_eq!(to(2.0, 49.0), "au nord");
        assert_eq!(to(3.0, 48.0), "à l’est");
        assert_eq!(to(1.0, 48.0), "à l’ouest");
        assert_eq!(to(2.0, 47.0), "au sud");
        assert_eq!(to(2.15, 48.1), "au nord-est");
    }
}
