//! `GET /reseaux/{id}`: everything known of one network, project or priority area.

use super::chart::{Co2Years, Mix, co2_years, mix};
use super::timeline::{self, Step};
use crate::pages::answer::Heating;
use crate::pages::document::{public, refusal};
use crate::pages::errors::ErrorPage;
use crate::pages::plan::{Frame, Plan, Subject, draw};
use crate::pages::shell::{Section, Shell};
use crate::pages::written::{folded, query_value};
use crate::pages::{Lang, Reading, written};
use crate::state::AppState;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use caloduc_engine::network::{Layer, Network, Project};
use caloduc_engine::snapshot::Row;

/// A name and its value; `None` is « non communiqué ».
#[derive(Debug, Clone, PartialEq, Eq)]
struct Line {
    name: &'static str,
    value: Option<String>,
}

/// A figure on its tile.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Tile {
    name: &'static str,
    value: Option<String>,
    note: Option<String>,
}

/// A link to a commune or to another sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Link {
    href: String,
    text: String,
}

/// The sheet.
#[derive(Template)]
#[template(path = "sheet.html")]
struct SheetPage {
    shell: Shell,
    name: String,
    kind: &'static str,
    key: String,
    id: Option<String>,
    tags: Vec<(&'static str, &'static str, &'static str)>,
    tiles: Vec<Tile>,
    plan: Option<Plan>,
    mix: Option<Mix>,
    production: Option<String>,
    co2: Option<Co2Years>,
    prices: Vec<Line>,
    deliveries: Vec<Line>,
    deliveries_total: Option<String>,
    about: Vec<Line>,
    communes: Vec<Link>,
    links: Vec<Link>,
    timeline: Vec<Step>,
    is_past: bool,
    is_area: bool,
    same_id: Vec<Link>,
    heating: &'static str,
    asked: String,
    problem: Option<&'static str>,
    json_href: String,
    map_href: Option<String>,
}

/// `GET /reseaux/{id}`.
pub async fn get(
    reading: Reading,
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Response {
    let key = match find(&reading, &id).first() {
        Some(row) => row.key().to_owned(),
        None => return refusal((StatusCode::NOT_FOUND, unknown(&reading, &id))),
    };
    let past = timeline::of(&state, &key, reading.lang).await;
    let rows = find(&reading, &id);
    match rows.first() {
        Some(row) => public(&sheet(&reading, row, &rows[1..], past)),
        None => refusal((StatusCode::NOT_FOUND, unknown(&reading, &id))),
    }
}

/// The row of a key, or the rows that bear an SNCU id.
fn find<'a>(reading: &'a Reading, id: &str) -> Vec<Row<'a>> {
    match reading.snapshot.row(id) {
        Some(row) => vec![row],
        None => reading.snapshot.networks_with_id(id).collect(),
    }
}

fn unknown(reading: &Reading, id: &str) -> ErrorPage {
    let l = reading.lang;
    let title = l.say("Réseau introuvable", "Network not found");
    let why = match l {
        Lang::French => format!("Aucun réseau de cette édition ne porte l’identifiant « {id} »."),
        Lang::English => format!("No network of this edition bears the identifier “{id}”."),
    };
    ErrorPage::new(reading, title, why, near(reading, id))
}

/// Sheets whose identifier looks like this one: same beginning, or one sign away.
fn near(reading: &Reading, id: &str) -> Vec<(String, String)> {
    let wanted = folded(id);
    let local = wanted
        .split_once(':')
        .map_or(wanted.as_str(), |(_, local)| local);
    let catalogue = reading.catalogue();
    let mut found: Vec<(usize, String, String)> = catalogue
        .networks
        .iter()
        .filter_map(|entry| {
            let own = folded(entry.slug());
            let differing = own
                .chars()
                .zip(local.chars())
                .filter(|(a, b)| a != b)
                .count()
                + own.chars().count().abs_diff(local.chars().count());
            let name = entry.name.as_deref().unwrap_or(&entry.key);
            (differing <= 2).then(|| {
                let text = format!("{} – {name}", entry.slug());
                (
                    differing,
                    reading.href(format_args!("/reseaux/{}", entry.slug())),
                    text,
                )
            })
        })
        .collect();
    found.sort();
    found
        .into_iter()
        .take(5)
        .map(|(_, href, text)| (href, text))
        .collect()
}

fn sheet(reading: &Reading, row: &Row<'_>, others: &[Row<'_>], timeline: Vec<Step>) -> SheetPage {
    let l = reading.lang;
    let network = row.network();
    let project = row.project();
    let kind = kind(row, l);
    let name = row
        .name()
        .or(row.id())
        .map_or_else(|| kind.to_owned(), str::to_owned);
    let communes: Vec<&str> = row.communes().iter().collect();
    let description = format!("{kind} {name}, {}", communes.join(", "));
    let link = |row: &Row<'_>| Link {
        href: l.href(format_args!("/reseaux/{}", row.id().unwrap_or(row.key()))),
        text: row.name().or(row.id()).unwrap_or(row.key()).to_owned(),
    };
    let by_key = |row: &Row<'_>| Link {
        href: l.href(format_args!("/reseaux/{}", row.key())),
        ..link(row)
    };
    let tied: Vec<Link> = match row.layer() {
        Layer::PriorityAreas => row
            .link_keys()
            .iter()
            .filter_map(|key| reading.snapshot.row(key))
            .map(|row| link(&row))
            .collect(),
        _ => reading
            .snapshot
            .rows(Layer::PriorityAreas)
            .filter(|area| area.link_keys().iter().any(|key| key == row.key()))
            .map(|area| Link {
                text: area
                    .name()
                    .unwrap_or(l.say("Périmètre prioritaire", "Priority area"))
                    .to_owned(),
                ..by_key(&area)
            })
            .collect(),
    };
    SheetPage {
        shell: Shell::new(reading, Section::Networks, name.clone()).described(description),
        kind,
        key: row.key().to_owned(),
        id: row.id().map(str::to_owned),
        tags: tags(row, network.as_ref(), l),
        tiles: network.as_ref().map(|n| tiles(n, l)).unwrap_or_default(),
        plan: plan(reading, row, &name),
        mix: network.as_ref().and_then(|n| mix(&n.production_mwh, l)),
        production: network
            .as_ref()
            .and_then(|n| n.production_total_mwh)
            .map(|mwh| written::energy(mwh, l)),
        co2: network
            .as_ref()
            .and_then(|_| co2_years(&row.figures_by_year(), l)),
        prices: network.as_ref().map(|n| prices(n, l)).unwrap_or_default(),
        deliveries: network
            .as_ref()
            .map(|n| deliveries(n, l))
            .unwrap_or_default(),
        deliveries_total: network
            .as_ref()
            .and_then(|n| n.deliveries_total_mwh)
            .map(|mwh| written::energy(mwh, l)),
        about: about(row, network.as_ref(), project.as_ref(), l),
        communes: commune_links(row, network.as_ref(), project.as_ref(), l),
        links: tied,
        timeline,
        is_past: reading.is_past,
        is_area: row.is_area(),
        same_id: others.iter().map(by_key).collect(),
        heating: Heating::Unknown.as_str(),
        asked: String::new(),
        problem: None,
        json_href: format!("/api/v2/networks/{}", row.key()),
        map_href: row.bounds().map(|bounds| {
            let lon = f64::midpoint(bounds.west, bounds.east);
            let lat = f64::midpoint(bounds.south, bounds.north);
            let span = (bounds.east - bounds.west)
                .max((bounds.north - bounds.south) * 1.5)
                .max(0.002);
            let z = (360.0 / span).log2().clamp(4.0, 16.0);
            l.href(format_args!(
                "/carte?lon={lon:.5}&lat={lat:.5}&z={z:.1}&selection={}",
                query_value(row.key())
            ))
        }),
        name,
    }
}

fn kind(row: &Row<'_>, l: Lang) -> &'static str {
    match row.layer() {
        Layer::Cold | Layer::ColdUntraced => l.say("Réseau de froid", "Cooling network"),
        Layer::Projects if row.is_zone() => {
            l.say("Zone d’un réseau en projet", "Zone of a planned network")
        }
        Layer::Projects => l.say("Réseau en projet", "Planned network"),
        Layer::PriorityAreas => l.say(
            "Périmètre de développement prioritaire",
            "Priority development area",
        ),
        _ => l.say("Réseau de chaleur", "Heat network"),
    }
}

fn tags(
    row: &Row<'_>,
    network: Option<&Network>,
    l: Lang,
) -> Vec<(&'static str, &'static str, &'static str)> {
    let mut tags = Vec::new();
    match row.layer() {
        Layer::PriorityAreas => return tags,
        Layer::Projects => tags.push(("soon", "soon", l.say("en projet", "planned"))),
        _ => {}
    }
    tags.push(if row.is_open() {
        (
            "yes",
            "yes",
            l.say("ouvert aux raccordements", "open to connections"),
        )
    } else {
        (
            "",
            "far",
            l.say(
                "non signalé ouvert aux raccordements",
                "not reported open to connections",
            ),
        )
    });
    match network.map(|n| n.classified) {
        Some(Some(true)) => {
            tags.push(("yes", "scale", l.say("réseau classé", "classified network")));
        }
        Some(Some(false)) => tags.push(("", "scale", l.say("non classé", "not classified"))),
        _ => {}
    }
    if matches!(row.layer(), Layer::HeatUntraced | Layer::ColdUntraced) {
        tags.push(("check", "check", l.say("tracé inconnu", "route unknown")));
    }
    if row.is_area() {
        tags.push((
            "",
            "map",
            l.say("publié comme une zone", "published as an area"),
        ));
    }
    tags
}

fn tiles(n: &Network, l: Lang) -> Vec<Tile> {
    let year = n.figures_year.map(|year| {
        format!(
            "{} {year}",
            l.say("table réglementaire", "regulatory table")
        )
    });
    let mut tiles = Vec::new();
    if n.kind == caloduc_engine::network::NetworkKind::Heat {
        tiles.push(Tile {
            name: l.say(
                "Énergies renouvelables et de récupération",
                "Renewable and recovered energy",
            ),
            value: n.figures.renewable_rate_pct.map(|v| written::percent(v, l)),
            note: year.clone(),
        });
    }
    tiles.push(Tile {
        name: l.say("Contenu CO₂, cycle de vie", "CO₂ content, life cycle"),
        value: n.figures.co2_lca_kg_per_kwh.map(|v| written::co2(v, l)),
        note: year.clone(),
    });
    tiles.push(Tile {
        name: l.say("Contenu CO₂ direct", "Direct CO₂ content"),
        value: n.figures.co2_direct_kg_per_kwh.map(|v| written::co2(v, l)),
        note: year,
    });
    tiles.push(Tile {
        name: l.say("Livraisons par an", "Deliveries a year"),
        value: n.deliveries_total_mwh.map(|v| written::energy(v, l)),
        note: None,
    });
    tiles.push(Tile {
        name: l.say("Longueur déclarée", "Declared length"),
        value: n
            .declared_length_km
            .map(|v| format!("{}\u{a0}km", written::short(v, 1, l))),
        note: None,
    });
    tiles.push(Tile {
        name: l.say("Points de livraison", "Delivery points"),
        value: n.delivery_points.map(|v| written::number(v as f64, 0, l)),
        note: None,
    });
    tiles
}

fn prices(n: &Network, l: Lang) -> Vec<Line> {
    let price = |v: Option<f64>| v.map(|v| written::price(v, l));
    let percent = |v: Option<f64>| v.map(|v| written::percent(v, l));
    let lines = vec![
        Line {
            name: l.say("Prix moyen", "Mean price"),
            value: price(n.price_mean_eur_per_mwh),
        },
        Line {
            name: l.say("Logement", "Housing"),
            value: price(n.price_housing_eur_per_mwh),
        },
        Line {
            name: l.say("Tertiaire", "Services"),
            value: price(n.price_services_eur_per_mwh),
        },
        Line {
            name: l.say("Part variable", "Variable part"),
            value: percent(n.price_variable_part_pct),
        },
        Line {
            name: l.say("Part fixe", "Fixed part"),
            value: percent(n.price_fixed_part_pct),
        },
    ];
    if lines.iter().all(|line| line.value.is_none()) {
        Vec::new()
    } else {
        lines
    }
}

fn deliveries(n: &Network, l: Lang) -> Vec<Line> {
    let names = [
        l.say("Logements", "Housing"),
        l.say("Tertiaire", "Services"),
        l.say("Industrie", "Industry"),
        l.say("Agriculture", "Farming"),
        l.say("Autres", "Others"),
    ];
    let total: f64 = n.deliveries_mwh.iter().flatten().sum();
    names
        .into_iter()
        .zip(&n.deliveries_mwh)
        .filter_map(|(name, mwh)| {
            let mwh = mwh.filter(|mwh| *mwh > 0.0)?;
            let share = written::percent((mwh / total * 100.0).round(), l);
            Some(Line {
                name,
                value: Some(format!("{} ({share})", written::energy(mwh, l))),
            })
        })
        .collect()
}

fn about(
    row: &Row<'_>,
    network: Option<&Network>,
    project: Option<&Project>,
    l: Lang,
) -> Vec<Line> {
    let text = |value: Option<&str>| value.map(str::to_owned);
    let mut lines = Vec::new();
    if row.layer() != Layer::PriorityAreas {
        lines.push(Line {
            name: l.say("Exploitant", "Operator"),
            value: text(row.operator()),
        });
        lines.push(Line {
            name: l.say("Maître d’ouvrage", "Owner"),
            value: text(row.owner()),
        });
    }
    if let Some(project) = project {
        lines.push(Line {
            name: l.say("Mise en service annoncée", "Announced start"),
            value: project.commissioning.clone(),
        });
    }
    if let Some(n) = network {
        lines.push(Line {
            name: l.say("Création", "Created"),
            value: n.creation_year.map(|year| year.to_string()),
        });
        lines.push(Line {
            name: l.say("Puissance installée", "Installed power"),
            value: n
                .power_total_mw
                .map(|mw| format!("{}\u{a0}MW", written::short(mw, 1, l))),
        });
        lines.push(Line {
            name: l.say("Rendement", "Efficiency"),
            value: n.efficiency_pct.map(|v| written::percent(v, l)),
        });
        let fluids = [
            (&n.hot_water, l.say("eau chaude", "hot water")),
            (
                &n.superheated_water,
                l.say("eau surchauffée", "superheated water"),
            ),
            (&n.steam, l.say("vapeur", "steam")),
        ];
        let carried: Vec<&str> = fluids
            .into_iter()
            .filter(|(value, _)| value.as_deref().is_some_and(says_yes))
            .map(|(_, name)| name)
            .collect();
        if !carried.is_empty() {
            lines.push(Line {
                name: l.say("Fluide", "Fluid"),
                value: Some(carried.join(", ")),
            });
        }
    }
    lines
}

/// Whether a cell of a fluid says that the network carries it.
fn says_yes(cell: &str) -> bool {
    let cell = folded(cell);
    !(cell.is_empty() || matches!(cell.as_str(), "non" | "0" | "false" | "faux" | "n"))
}

fn commune_links(
    row: &Row<'_>,
    network: Option<&Network>,
    project: Option<&Project>,
    l: Lang,
) -> Vec<Link> {
    let area = row.priority_area();
    let codes = network
        .map(|n| &n.communes_insee)
        .or(project.map(|p| &p.communes_insee))
        .or(area.as_ref().map(|a| &a.communes_insee));
    let names: Vec<&str> = row.communes().iter().collect();
    let Some(codes) = codes.filter(|codes| codes.len() == names.len()) else {
        return names
            .into_iter()
            .map(|name| Link {
                href: String::new(),
                text: name.to_owned(),
            })
            .collect();
    };
    names
        .into_iter()
        .zip(codes)
        .map(|(name, code)| Link {
            href: l.href(format_args!("/communes/{}", code.as_str())),
            text: name.to_owned(),
        })
        .collect()
}

fn plan(reading: &Reading, row: &Row<'_>, name: &str) -> Option<Plan> {
    let l = reading.lang;
    let mut bounds = row.bounds()?;
    // A marker has no extent: a kilometre around it.
    if bounds.east - bounds.west < 0.004 && bounds.north - bounds.south < 0.004 {
        bounds.west -= 0.008;
        bounds.east += 0.008;
        bounds.south -= 0.005;
        bounds.north += 0.005;
    }
    let sentence = format!("{} {name}.", l.say("Plan :", "Plan:"));
    Some(draw(
        &reading.snapshot,
        &Subject {
            frame: Frame::holding(bounds),
            place: None,
            foot: None,
            rings_m: &[],
            names: Vec::new(),
            sentence,
            lang: l,
        },
    ))
}
