//! `GET /carte`: the map, and its equal, the list of what is in the same frame (`vue=liste`).

mod drawn;

pub use drawn::{answer, export};

use super::commune::direction;
use super::document::{Privacy, page};
use super::networks::{Filter, FilterForm};
use super::params::Params;
use super::plan::Key;
use super::plan::keys;
use super::shell::{Section, Shell};
use super::written::query_value;
use super::{Lang, Reading, assets, written};
use crate::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use caloduc_engine::crs::LonLat;
use caloduc_engine::network::Layer;
use caloduc_engine::snapshot::{Bounds, Row};

/// Rows of one layer that the list shows.
const MOST_ROWS: usize = 100;

/// A switch of the legend.
#[derive(Debug, Clone)]
pub struct Switch {
    /// The name the script knows.
    pub name: &'static str,
    /// Its drawing and its words.
    pub key: Key,
}

/// The switches, in the order of the legend.
pub fn switches(l: Lang) -> Vec<Switch> {
    [
        ("classed", keys::classed(l)),
        ("heat", keys::heat(l)),
        ("closed", keys::closed(l)),
        ("cold", keys::cold(l)),
        ("projects", keys::project(l)),
        ("pdp", keys::priority_area(l)),
        ("untraced", keys::untraced(l)),
    ]
    .into_iter()
    .map(|(name, key)| Switch { name, key })
    .collect()
}

/// A row of the list.
#[derive(Debug, Clone, PartialEq)]
struct Item {
    href: String,
    name: String,
    detail: String,
    away: String,
    on_map: String,
    distance_m: f64,
}

/// The rows of a layer in the frame.
#[derive(Debug, Clone, PartialEq)]
struct Group {
    title: &'static str,
    items: Vec<Item>,
    more: usize,
}

/// The list.
#[derive(Debug, Clone, PartialEq)]
struct List {
    sentence: String,
    groups: Vec<Group>,
    from: String,
}

/// What the script draws on.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The first view: `west,south,east,north`.
    pub bounds: String,
    /// The outside style under our layers, when the deployer wants one.
    pub base: Option<String>,
    /// Whether the address index gives streets and numbers.
    pub has_addresses: bool,
    /// Style sheet of the map.
    pub style: Option<String>,
    /// The script; none in a build without Node.
    pub script: Option<String>,
}

impl Stage {
    /// The stage of the edition in service.
    pub fn new(reading: &Reading, state: &AppState) -> Self {
        let extent = extent(reading);
        let map = &state.config().map;
        Self {
            bounds: format!(
                "{},{},{},{}",
                extent.west, extent.south, extent.east, extent.north
            ),
            base: match map.base.as_str() {
                "own" => None,
                "auto" => Some(map.official_style.clone()),
                style => Some(style.to_owned()),
            },
            has_addresses: reading.addresses.is_some(),
            style: assets::address("map.css"),
            script: assets::address("map.js"),
        }
    }
}

/// The page.
#[derive(Template)]
#[template(path = "map.html")]
struct MapPage {
    shell: Shell,
    form: FilterForm,
    switches: Vec<Switch>,
    stage: Stage,
    hidden: Vec<(String, String)>,
    map_href: String,
    list_href: String,
    list: Option<List>,
    asked: String,
}

/// `GET /carte`.
pub async fn get(reading: Reading, params: Params, State(state): State<AppState>) -> Response {
    let l = reading.lang;
    let extent = extent(&reading);
    let frame = frame(&params, extent);
    let wants_list = params.get("vue") == Some("liste");
    let title = if wants_list {
        l.say("La carte en liste", "The map as a list")
    } else {
        l.say("Carte des réseaux", "Map of networks")
    };
    let shell = Shell::new(&reading, Section::Map, title).described(l.say(
        "Tracés des réseaux de chaleur et de froid, projets et périmètres prioritaires.",
        "Routes of heat and cooling networks, projects and priority areas.",
    ));
    let at = |params: &Params| l.href(format_args!("/carte{}", params.query()));
    let kept = ["z", "lat", "lon", "point", "couches", "vue"];
    let template = MapPage {
        form: FilterForm::new(&reading.catalogue(), &params, l),
        switches: switches(l),
        stage: Stage::new(&reading, &state),
        hidden: params
            .pairs()
            .filter(|(name, value)| kept.contains(name) && !value.is_empty())
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        map_href: at(&params.without("vue")),
        list_href: at(&params.with("vue", "liste")),
        list: wants_list.then(|| list(&reading, &params, frame)),
        asked: String::new(),
        shell: if params.has("point") {
            shell.hidden()
        } else {
            shell
        },
    };
    let privacy = if params.has("point") {
        Privacy::Personal
    } else {
        Privacy::Public
    };
    page(&template, StatusCode::OK, privacy)
}

/// The box of all networks, or of France when there is none.
pub fn extent(reading: &Reading) -> Bounds {
    let france = Bounds {
        west: -5.2,
        south: 41.3,
        east: 9.6,
        north: 51.1,
    };
    let boxes = [
        Layer::Heat,
        Layer::HeatUntraced,
        Layer::Cold,
        Layer::Projects,
    ]
    .into_iter()
    .flat_map(|layer| reading.snapshot.rows(layer))
    .filter_map(|row| row.bounds());
    // Overseas territories are reached by search: the first view is that of the mainland when it has networks.
    let (near, far): (Vec<Bounds>, Vec<Bounds>) =
        boxes.partition(|b| b.west > -15.0 && b.east < 12.0 && b.south > 40.0);
    let all = if near.is_empty() { far } else { near };
    all.into_iter()
        .reduce(|a, b| Bounds {
            west: a.west.min(b.west),
            south: a.south.min(b.south),
            east: a.east.max(b.east),
            north: a.north.max(b.north),
        })
        .unwrap_or(france)
}

/// What a map of 1000 by 700 pixels shows of `lon`, `lat`, `z`; everything without them.
fn frame(params: &Params, extent: Bounds) -> Bounds {
    let centre = params.number("lon").zip(params.number("lat"));
    let Some(((lon, lat), z)) = centre.zip(params.number("z")) else {
        return extent;
    };
    let degrees_per_pixel = 360.0 / (512.0 * 2_f64.powf(z.clamp(0.0, 22.0)));
    let (dx, dy) = (
        500.0 * degrees_per_pixel,
        350.0 * degrees_per_pixel * lat.to_radians().cos(),
    );
    Bounds {
        west: lon - dx,
        south: lat - dy,
        east: lon + dx,
        north: lat + dy,
    }
}

/// A frame written `west,south,east,north`.
fn frame_of_box(text: &str) -> Option<Bounds> {
    let mut sides = text.split(',').map(str::parse::<f64>);
    let mut side = || sides.next()?.ok().filter(|side| side.is_finite());
    let bounds = Bounds {
        west: side()?,
        south: side()?,
        east: side()?,
        north: side()?,
    };
    (bounds.west < bounds.east && bounds.south < bounds.north).then_some(bounds)
}

fn point(params: &Params) -> Option<LonLat> {
    let (lon, lat) = params.get("point")?.split_once(',')?;
    LonLat::new(lon.parse().ok()?, lat.parse().ok()?)
}

fn list(reading: &Reading, params: &Params, frame: Bounds) -> List {
    let l = reading.lang;
    let from_point = point(params);
    let from = from_point.unwrap_or(LonLat {
        lon: f64::midpoint(frame.west, frame.east),
        lat: f64::midpoint(frame.south, frame.north),
    });
    let filter = Filter::read(params);
    let catalogue = reading.catalogue();
    let titles = [
        (Layer::Heat, l.say("Réseaux de chaleur", "Heat networks")),
        (
            Layer::HeatUntraced,
            l.say(
                "Réseaux de chaleur au tracé inconnu",
                "Heat networks, route unknown",
            ),
        ),
        (Layer::Cold, l.say("Réseaux de froid", "Cooling networks")),
        (
            Layer::ColdUntraced,
            l.say(
                "Réseaux de froid au tracé inconnu",
                "Cooling networks, route unknown",
            ),
        ),
        (Layer::Projects, l.say("En projet", "Planned")),
        (
            Layer::PriorityAreas,
            l.say("Périmètres prioritaires", "Priority areas"),
        ),
    ];
    let groups: Vec<Group> = titles
        .into_iter()
        .map(|(layer, title)| {
            let mut items: Vec<Item> = reading
                .snapshot
                .within(layer, frame)
                .iter()
                .filter(|row| {
                    catalogue
                        .find(row.key())
                        .is_none_or(|entry| filter.lets(entry))
                })
                .map(|row| item(reading, row, from, params))
                .collect();
            items.sort_by(|a, b| a.distance_m.total_cmp(&b.distance_m));
            let more = items.len().saturating_sub(MOST_ROWS);
            items.truncate(MOST_ROWS);
            Group { title, items, more }
        })
        .collect();
    List {
        sentence: sentence(&groups, l),
        from: if from_point.is_some() {
            l.say(
                "Distances et directions depuis le point testé.",
                "Distances and directions from the tested point.",
            )
        } else {
            l.say(
                "Distances et directions depuis le centre de la vue.",
                "Distances and directions from the centre of the view.",
            )
        }
        .to_owned(),
        groups: groups
            .into_iter()
            .filter(|group| !group.items.is_empty())
            .collect(),
    }
}

fn sentence(groups: &[Group], l: Lang) -> String {
    let told: Vec<String> = groups
        .iter()
        .filter(|group| !group.items.is_empty())
        .map(|group| {
            let count = group.items.len() + group.more;
            format!("{}\u{a0}: {}", group.title, written::count(count, l))
        })
        .collect();
    if told.is_empty() {
        return l
            .say(
                "Dans cette vue : rien de connu.",
                "In this view: nothing known.",
            )
            .to_owned();
    }
    format!(
        "{} {}.",
        l.say("Dans cette vue –", "In this view –"),
        told.join(", ")
    )
}

fn item(reading: &Reading, row: &Row<'_>, from: LonLat, params: &Params) -> Item {
    let l = reading.lang;
    let centre = row.bounds().map(|b| LonLat {
        lon: f64::midpoint(b.west, b.east),
        lat: f64::midpoint(b.south, b.north),
    });
    let foot = reading.snapshot.foot(row.key(), from);
    let to = foot.map(|foot| foot.place).or(centre).unwrap_or(from);
    let distance_m = foot.map_or_else(|| metres(from, to), |foot| foot.distance_m);
    let mut said: Vec<String> = row.operator().map(str::to_owned).into_iter().collect();
    if let Some(network) = row.network() {
        if network.classified == Some(true) {
            said.push(l.say("classé", "classified").to_owned());
        }
        if let Some(rate) = network.figures.renewable_rate_pct {
            said.push(format!(
                "{} {}",
                written::percent(rate, l),
                l.say("EnR&R", "renewable")
            ));
        }
    }
    if row.layer() != Layer::PriorityAreas && !row.is_open() {
        said.push(l.say("non signalé ouvert", "not reported open").to_owned());
    }
    let unnamed = match row.layer() {
        Layer::PriorityAreas => l.say("Périmètre prioritaire", "Priority area"),
        Layer::Projects => l.say("Projet sans nom", "Unnamed project"),
        _ => l.say("Réseau sans nom", "Unnamed network"),
    };
    let on_map = params
        .without("vue")
        .with("lon", &format!("{:.5}", to.lon))
        .with("lat", &format!("{:.5}", to.lat))
        .with("z", "15");
    Item {
        href: l.href(format_args!(
            "/reseaux/{}",
            row.id()
                .filter(|_| row.layer() != Layer::PriorityAreas)
                .unwrap_or(row.key())
        )),
        name: row.name().or(row.id()).unwrap_or(unnamed).to_owned(),
        detail: said.join(" · "),
        away: format!(
            "{} {}",
            written::distance(distance_m, l),
            direction(from, to, l)
        ),
        on_map: l.href(format_args!(
            "/carte{}&selection={}",
            on_map.query(),
            query_value(row.key())
        )),
        distance_m,
    }
}

fn metres(a: LonLat, b: LonLat) -> f64 {
    let dy = (b.lat - a.lat) * 111_195.0;
    let dx = (b.lon - a.lon) * 111_195.0 * a.lat.to_radians().cos();
    dx.hypot(dy)
}
