//! Which address shows which answer? Found by trying addresses one by one against every pipe of the territory, with the
//! rules written out a second time: also an oracle for the engine.

use crate::Territory;
use crate::addresses::each_address;
use crate::ground::{Degrees, Xy};
use crate::lattice::Lattice;
use crate::networks::{Kind, Network, Networks, PriorityArea, Project, Shape, inside};
use crate::streets::StreetPlan;

/// What an example shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Showing {
    /// One of the eleven types of verdict, about heat.
    Verdict(&'static str),
    /// A cold network very close; the type is that of the question about cold.
    Cold,
    /// A closed network very close, which does not make the address eligible; the type is that about heat.
    ClosedNetwork,
    /// Inside a PDP without any network to connect to: network and distance are null.
    PriorityAreaAlone,
    /// Between 60 and 100 m of the network that bears 7501C: close there, very close anywhere else.
    ParisThreshold,
}

/// An address of the territory and the answer it must get.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Why it is in the list.
    pub showing: Showing,
    /// Address as a person writes it.
    pub address: String,
    /// Degrees east, 6 decimals, as in the address file.
    pub lon: f64,
    /// Degrees north, 6 decimals.
    pub lat: f64,
    /// The verdict's `type`; about cold when it shows [`Showing::Cold`].
    pub kind: &'static str,
    /// The verdict's distance, rounded to the metre.
    pub distance_m: Option<u32>,
}

/// The eleven types, in the order of the rules.
const TYPES: [&str; 11] = [
    "dans_pdp_reseau_existant",
    "dans_pdp_reseau_futur",
    "reseau_existant_tres_proche",
    "reseau_futur_tres_proche",
    "dans_zone_reseau_futur",
    "reseau_existant_proche",
    "reseau_futur_proche",
    "reseau_existant_loin",
    "reseau_futur_loin",
    "dans_ville_reseau_existant_sans_trace",
    "trop_eloigne",
];

impl Territory {
    /// One example of each type of verdict, then of the special cases; what a territory does not have is left out.
    ///
    /// Tries few addresses of each town, then more of them until all are found: meant for small territories.
    pub fn examples(&self) -> Vec<Example> {
        let rows = self.networks();
        let mut wanted: Vec<Showing> = TYPES
            .into_iter()
            .map(Showing::Verdict)
            .chain([
                Showing::Cold,
                Showing::ClosedNetwork,
                Showing::PriorityAreaAlone,
                Showing::ParisThreshold,
            ])
            .collect();
        let order = wanted.clone();
        let mut found: Vec<Example> = Vec::new();
        for stride in [41, 7, 1] {
            self.try_addresses(rows, stride, &mut wanted, &mut found);
            if wanted.is_empty() {
                break;
            }
        }
        found.sort_by_key(|example| order.iter().position(|showing| *showing == example.showing));
        found
    }

    fn try_addresses(
        &self,
        rows: &Networks,
        stride: usize,
        wanted: &mut Vec<Showing>,
        found: &mut Vec<Example>,
    ) {
        let mut degrees = Degrees::new();
        let seed = self.plan().seed;
        for town in &self.towns.list {
            if wanted.is_empty() {
                return;
            }
            let lattice = Lattice::new(town, self.towns.relief, seed);
            let plan = StreetPlan::new(town, &lattice, self.towns.relief, seed);
            let mut n = town.index;
            each_address(town, &plan, &mut degrees, seed, |address| {
                n += 1;
                // Plain numbers with a street, so that the example is easy to read and to find.
                if n % stride != 0 || wanted.is_empty() || !address.suffix.is_empty() {
                    return;
                }
                let answer = answer(rows, address.at, town.index);
                let micro = |v: f64| (v * 1e6).round() / 1e6;
                wanted.retain(|&showing| {
                    let Some((kind, distance_m)) = answer.shows(showing) else {
                        return true;
                    };
                    found.push(Example {
                        showing,
                        address: address.text(town),
                        lon: micro(address.lon),
                        lat: micro(address.lat),
                        kind,
                        distance_m,
                    });
                    false
                });
            });
        }
    }
}

/// What brute force says of a place.
struct Answer {
    kind: &'static str,
    distance: Option<f64>,
    paris: bool,
    /// Inside a PDP and no network at all is matched.
    alone: bool,
    cold: Option<f64>,
    closed: Option<f64>,
}

impl Answer {
    /// The type and distance, when the place shows this well: a metre or more away from every threshold.
    fn shows(&self, showing: Showing) -> Option<(&'static str, Option<u32>)> {
        let plainly = |distance: f64| {
            [0.0, 60.0, 100.0, 200.0, 1000.0]
                .iter()
                .all(|limit| (distance - limit).abs() > 1.5)
                && (distance.fract() - 0.5).abs() > 0.3
        };
        if !self.distance.is_none_or(plainly) || !self.cold.is_none_or(plainly) {
            return None;
        }
        let metres = self.distance.map(|distance| distance.round() as u32);
        let answer = Some((self.kind, metres));
        match showing {
            Showing::Verdict(kind) => answer.filter(|_| kind == self.kind && !self.alone),
            Showing::Cold => self
                .cold
                .filter(|distance| *distance <= 100.0)
                .map(|distance| ("reseau_existant_tres_proche", Some(distance.round() as u32))),
            Showing::ClosedNetwork => answer.filter(|_| {
                self.closed.is_some_and(|distance| distance < 90.0) && self.kind == "trop_eloigne"
            }),
            Showing::PriorityAreaAlone => answer.filter(|_| self.alone),
            Showing::ParisThreshold => answer.filter(|_| {
                self.paris
                    && self.kind == "reseau_existant_proche"
                    && self.distance.is_some_and(|distance| distance < 99.0)
            }),
        }
    }
}

fn answer(rows: &Networks, at: Xy, town: usize) -> Answer {
    let heat = || rows.networks.iter().filter(|row| row.kind == Kind::Heat);
    let nearest = |candidates: &mut dyn Iterator<Item = &Network>| -> Option<(f64, bool)> {
        candidates
            .filter_map(|row| {
                Some((
                    to_shape(&row.shape, at)?,
                    row.sncu.as_deref() == Some("7501C"),
                ))
            })
            .min_by(|a, b| a.0.total_cmp(&b.0))
    };
    let open_heat = nearest(&mut heat().filter(|row| row.open));
    let closed = nearest(&mut heat().filter(|row| !row.open)).map(|found| found.0);
    let cold = nearest(&mut rows.networks.iter().filter(|row| row.kind == Kind::Cold))
        .map(|found| found.0);
    let open_projects = || rows.projects.iter().filter(|row| row.open);
    let project = open_projects()
        .filter_map(|row| to_shape(&row.shape, at))
        .min_by(f64::total_cmp);
    let in_zone = open_projects().any(|row| contains(&row.shape, at));
    let untraced = heat()
        .any(|row| row.open && matches!(row.shape, Shape::Marker(_)) && row.towns.contains(&town));

    let paris = open_heat.is_some_and(|found| found.1);
    let (very_close, close) = if paris { (60.0, 100.0) } else { (100.0, 200.0) };
    let within = |distance: Option<f64>, limit: f64| distance.filter(|d| d.round() <= limit);
    let existing = open_heat.map(|found| found.0);
    let by_distance = || -> (&'static str, Option<f64>) {
        if let Some(d) = within(existing, very_close) {
            ("reseau_existant_tres_proche", Some(d))
        } else if let Some(d) = within(project, 100.0) {
            ("reseau_futur_tres_proche", Some(d))
        } else if in_zone {
            ("dans_zone_reseau_futur", None)
        } else if let Some(d) = within(existing, close) {
            ("reseau_existant_proche", Some(d))
        } else if let Some(d) = within(project, 200.0) {
            ("reseau_futur_proche", Some(d))
        } else if let Some(d) = within(existing, 1000.0) {
            ("reseau_existant_loin", Some(d))
        } else if let Some(d) = within(project, 1000.0) {
            ("reseau_futur_loin", Some(d))
        } else if untraced {
            ("dans_ville_reseau_existant_sans_trace", None)
        } else {
            ("trop_eloigne", None)
        }
    };
    let areas: Vec<&PriorityArea> = rows
        .priority_areas
        .iter()
        .filter(|area| area.polygons.iter().any(|rings| in_rings(rings, at)))
        .collect();
    let mut alone = false;
    let (kind, distance) = if areas.is_empty() {
        by_distance()
    } else if let Some(linked) = areas
        .iter()
        .filter_map(|area| linked(rows, area, at))
        .min_by(|a, b| a.1.unwrap_or(0.0).total_cmp(&b.1.unwrap_or(0.0)))
    {
        linked
    } else {
        match by_distance() {
            (kind, d) if kind.starts_with("reseau_existant") => ("dans_pdp_reseau_existant", d),
            (kind, d) if kind.contains("futur") => ("dans_pdp_reseau_futur", d),
            _ => {
                alone = true;
                ("dans_pdp_reseau_existant", None)
            }
        }
    };
    Answer {
        kind,
        distance,
        paris,
        alone,
        cold,
        closed,
    }
}

/// The verdict inside a PDP from the networks it is linked to.
fn linked(rows: &Networks, area: &PriorityArea, at: Xy) -> Option<(&'static str, Option<f64>)> {
    let linked_heat = |row: &&Network| {
        row.kind == Kind::Heat
            && (area.heat_ids.contains(&row.id_fcu)
                || (area.sncu.is_some() && row.sncu == area.sncu))
    };
    let linked_project = |row: &&Project| area.project_ids.contains(&row.id_fcu);
    if rows
        .projects
        .iter()
        .filter(linked_project)
        .any(|row| contains(&row.shape, at))
    {
        return Some(("dans_pdp_reseau_futur", None));
    }
    let least = |distances: &mut dyn Iterator<Item = f64>| distances.min_by(f64::total_cmp);
    let heat = least(
        &mut rows
            .networks
            .iter()
            .filter(linked_heat)
            .filter_map(|row| to_shape(&row.shape, at)),
    );
    let project = least(
        &mut rows
            .projects
            .iter()
            .filter(linked_project)
            .filter_map(|row| to_shape(&row.shape, at)),
    );
    match (heat, project) {
        (Some(heat), Some(project)) if project < heat => {
            Some(("dans_pdp_reseau_futur", Some(project)))
        }
        (Some(heat), _) => Some(("dans_pdp_reseau_existant", Some(heat))),
        (None, Some(project)) => Some(("dans_pdp_reseau_futur", Some(project))),
        (None, None) => None,
    }
}

fn in_rings(rings: &[Vec<Xy>], at: Xy) -> bool {
    rings.iter().filter(|ring| inside(ring, at)).count() % 2 == 1
}

fn contains(shape: &Shape, at: Xy) -> bool {
    matches!(shape, Shape::Zone(rings) if in_rings(rings, at))
}

/// Metres to the nearest pipe; `None` without pipes.
fn to_shape(shape: &Shape, at: Xy) -> Option<f64> {
    let Shape::Lines(lines) = shape else {
        return None;
    };
    lines
        .iter()
        .flat_map(|line| line.windows(2))
        .map(|pair| to_segment(pair[0], pair[1], at))
        .min_by(f64::total_cmp)
}

fn to_segment(a: Xy, b: Xy, at: Xy) -> f64 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let square = dx * dx + dy * dy;
    let t = if square > 0.0 {
        (((at.x - a.x) * dx + (at.y - a.y) * dy) / square).clamp(0.0, 1.0)
    } else {
        0.0
    };
    at.distance(a.towards(b, t))
}
