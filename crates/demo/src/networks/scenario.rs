//! Which town gets what? The first eight towns show every case a verdict knows; the others follow the real proportions.

use super::growth::{Grown, Growth, outline, ring};
use super::{Figures, Kind, Network, Networks, PriorityArea, Project, Shape};
use crate::dice::{Dice, noise};
use crate::ground::Xy;
use crate::lattice::{Lattice, length};
use crate::names::towns::{DISTRICTS, OPERATORS};
use crate::plan::Plan;
use crate::town::{Town, Towns, share_out};

/// How a heat network is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Id {
    Regular,
    /// `7501C`, whose thresholds are those of Paris.
    Paris,
    Temporary,
    None,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Openness {
    Open,
    Closed,
}

/// How a PDP names what it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    Sncu,
    HeatKey,
    None,
}

/// One thing to place in a town.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Item {
    Heat {
        id: Id,
        open: Openness,
        classified: bool,
        pdp: Option<Link>,
        vertices: Option<usize>,
    },
    HeatMarker(Openness),
    Cold,
    ColdMarker,
    ProjectTrace {
        open: Openness,
        pdp: bool,
    },
    ProjectZone,
    /// A second PDP over the last heat network's, linked by key to it and to the last project.
    OverlappingPdp,
    /// A PDP far from any network of its own.
    LonePdp,
}

/// Real proportions, per traced heat network (edition of September 2026).
const MARKERS: f64 = 218.0 / 1033.0;
const PDP: f64 = 219.0 / 1033.0;
const COLD: f64 = 30.0 / 1033.0;
const COLD_MARKERS: f64 = 12.0 / 1033.0;
const PROJECT_TRACES: f64 = 90.0 / 1033.0;
const PROJECT_ZONES: f64 = 110.0 / 1033.0;
const NO_ID: f64 = 192.0 / 1033.0;

fn heat(id: Id, pdp: Option<Link>) -> Item {
    Item::Heat {
        id,
        open: Openness::Open,
        classified: pdp.is_some(),
        pdp,
        vertices: None,
    }
}

fn first_towns() -> Vec<Vec<Item>> {
    vec![
        vec![
            heat(Id::Regular, Some(Link::Sncu)),
            Item::ProjectTrace {
                open: Openness::Open,
                pdp: false,
            },
            Item::OverlappingPdp,
            Item::Cold,
            Item::ProjectZone,
        ],
        vec![
            heat(Id::Paris, None),
            Item::ProjectTrace {
                open: Openness::Open,
                pdp: true,
            },
        ],
        vec![heat(Id::None, Some(Link::HeatKey)), Item::LonePdp],
        vec![Item::HeatMarker(Openness::Open)],
        vec![
            Item::ProjectTrace {
                open: Openness::Open,
                pdp: false,
            },
            Item::ProjectZone,
        ],
        vec![
            Item::Heat {
                id: Id::Regular,
                open: Openness::Closed,
                classified: false,
                pdp: None,
                vertices: None,
            },
            Item::ColdMarker,
        ],
        vec![Item::LonePdp],
        vec![
            heat(Id::Temporary, None),
            Item::HeatMarker(Openness::Closed),
            Item::ProjectTrace {
                open: Openness::Closed,
                pdp: false,
            },
        ],
    ]
}

/// The items of each town, the largest town first.
fn cast(plan: &Plan, towns: usize) -> Vec<Vec<Item>> {
    let mut dice = Dice::new(plan.seed, &[8]);
    let mut cast: Vec<Vec<Item>> = first_towns();
    cast.truncate(towns);
    cast.resize(towns, Vec::new());
    let is_heat = |item: &Item| matches!(item, Item::Heat { .. });
    let wanted = plan
        .networks
        .unwrap_or_else(|| (towns / 30).clamp(4, 1_033));
    let mut heats: usize = cast.iter().flatten().filter(|item| is_heat(item)).count();
    for items in cast.iter_mut().rev() {
        while heats > wanted {
            let Some(at) = items.iter().position(is_heat) else {
                break;
            };
            items.remove(at);
            heats -= 1;
        }
    }
    let more = wanted - heats;
    // Towns that may get networks of their own: not those whose part is to have none.
    let free = |n: usize| {
        if towns > 8 {
            8 + n % (towns - 8)
        } else {
            n % towns
        }
    };
    for n in 0..more {
        let pdp = dice.chance(PDP).then(|| match dice.below(10) {
            0..=2 => Link::Sncu,
            3 => Link::HeatKey,
            _ => Link::None,
        });
        let id = match dice.unit() {
            draw if draw < NO_ID => Id::None,
            draw if draw < NO_ID + 0.02 => Id::Temporary,
            _ => Id::Regular,
        };
        let open = if dice.chance(0.04) {
            Openness::Closed
        } else {
            Openness::Open
        };
        cast[free(n)].push(Item::Heat {
            id,
            open,
            classified: pdp.is_some() || dice.chance(0.25),
            pdp,
            vertices: None,
        });
    }
    let mut scatter =
        |share: f64, item: fn(&mut Dice) -> Item, from: usize, cast: &mut Vec<Vec<Item>>| {
            let count = (more as f64 * share).round() as usize;
            for n in 0..count {
                let town = free(from + n * 3 + dice.below(3));
                cast[town].push(item(&mut dice));
            }
        };
    scatter(
        MARKERS,
        |dice| {
            Item::HeatMarker(if dice.chance(0.1) {
                Openness::Closed
            } else {
                Openness::Open
            })
        },
        more,
        &mut cast,
    );
    scatter(COLD, |_| Item::Cold, 0, &mut cast);
    scatter(COLD_MARKERS, |_| Item::ColdMarker, 0, &mut cast);
    scatter(
        PROJECT_TRACES,
        |dice| Item::ProjectTrace {
            open: Openness::Open,
            pdp: dice.chance(0.15),
        },
        more / 2,
        &mut cast,
    );
    scatter(PROJECT_ZONES, |_| Item::ProjectZone, more / 3, &mut cast);

    if let Some(vertices) = plan.vertices {
        let weights: Vec<f64> = (0..wanted)
            .map(|n| 1.0 / libm::pow(n as f64 + 3.0, 0.6))
            .collect();
        let mut quotas = share_out(vertices, &weights).into_iter();
        for item in cast.iter_mut().flatten() {
            if let Item::Heat { vertices, .. } = item {
                *vertices = quotas.next();
            }
        }
    }
    cast
}

impl Networks {
    pub(crate) fn new(plan: &Plan, towns: &Towns) -> Self {
        let mut making = Making {
            towns,
            seed: plan.seed,
            rows: Self::default(),
            next_id: [1; 4],
            sncu_orders: vec![0; towns.departments.len()],
            owed: 0,
        };
        let order = towns.by_rank();
        for (items, &town) in cast(plan, order.len()).iter().zip(&order) {
            if !items.is_empty() {
                making.town(&towns.list[town], items);
            }
        }
        making
            .rows
            .networks
            .sort_by_key(|network| network.kind != Kind::Heat);
        making.rows
    }
}

struct Making<'a> {
    towns: &'a Towns,
    seed: u64,
    rows: Networks,
    /// Next `id_fcu` of heat, cold, project and PDP rows.
    next_id: [i64; 4],
    sncu_orders: Vec<usize>,
    /// Vertices that earlier towns were too small for.
    owed: usize,
}

impl Making<'_> {
    fn town(&mut self, town: &Town, items: &[Item]) {
        let lattice = Lattice::new(town, self.towns.relief, self.seed);
        let mut dice = Dice::new(self.seed, &[9, town.index as u64]);
        let turn = dice.between(0.0, core::f64::consts::TAU);
        let spread = items.len().max(2) as f64;
        let core = lattice.core();
        let nodes = core.iter().filter(|here| **here).count();
        let share = (nodes * 2 / (items.len() + 1)).max(3);
        for (n, item) in items.iter().enumerate() {
            let angle = turn + core::f64::consts::TAU * n as f64 / spread;
            let far = if n == 0 { 0.25 } else { 0.62 };
            let plant = lattice.node_near(far * libm::cos(angle), far * libm::sin(angle), &core);
            match *item {
                Item::Heat {
                    id,
                    open,
                    classified,
                    pdp,
                    vertices,
                } => {
                    let grown = self.grow(&lattice, plant, share, vertices, &mut dice);
                    self.heat(
                        town,
                        &lattice,
                        grown,
                        (id, open, classified, pdp),
                        n,
                        &mut dice,
                    );
                }
                Item::Cold => {
                    let growth = Growth {
                        plant,
                        edges: (nodes / 12).clamp(3, 60),
                        vertices: usize::MAX,
                        pieces: 3,
                        laterals: 0.25,
                    };
                    let grown = growth.grow(&lattice, &mut dice);
                    let row = self.network(
                        town,
                        Kind::Cold,
                        Some(grown),
                        lattice.node_at(plant),
                        n,
                        &mut dice,
                    );
                    self.rows.networks.push(row);
                }
                Item::HeatMarker(open) => {
                    let mut row =
                        self.network(town, Kind::Heat, None, lattice.node_at(plant), n, &mut dice);
                    row.open = open == Openness::Open;
                    if dice.chance(0.3) {
                        row.sncu = None;
                    }
                    self.rows.networks.push(row);
                }
                Item::ColdMarker => {
                    let row =
                        self.network(town, Kind::Cold, None, lattice.node_at(plant), n, &mut dice);
                    self.rows.networks.push(row);
                }
                Item::ProjectTrace { open, pdp } => {
                    let growth = Growth {
                        plant,
                        edges: (nodes / 9).clamp(3, 220),
                        vertices: usize::MAX,
                        pieces: 4,
                        laterals: 0.1,
                    };
                    let grown = growth.grow(&lattice, &mut dice);
                    let around = pdp.then(|| outline(grown.lines.iter().flatten(), 70.0));
                    self.project(town, Shape::Lines(grown.lines), open, &mut dice);
                    if let Some(ring) = around {
                        let project = self.next_id[2] - 1;
                        self.priority_area(town, None, (vec![], vec![project]), vec![vec![ring]]);
                    }
                }
                Item::ProjectZone => {
                    let centre = lattice.node_at(plant);
                    let zone = blob(
                        centre,
                        (lattice.radius_m * 0.3).clamp(90.0, 900.0),
                        dice.bits(),
                    );
                    self.project(town, Shape::Zone(vec![zone]), Openness::Open, &mut dice);
                }
                Item::OverlappingPdp => self.overlapping(town, &lattice, &mut dice),
                Item::LonePdp => {
                    let centre = lattice.node_at(plant);
                    let ring = blob(
                        centre,
                        (lattice.radius_m * 0.35).clamp(80.0, 700.0),
                        dice.bits(),
                    );
                    self.priority_area(town, None, (vec![], vec![]), vec![vec![ring]]);
                }
            }
        }
    }

    fn grow(
        &mut self,
        lattice: &Lattice,
        plant: usize,
        share: usize,
        vertices: Option<usize>,
        dice: &mut Dice,
    ) -> Grown {
        let Some(quota) = vertices else {
            let growth = Growth {
                plant,
                edges: (share * 9 / 20).max(4),
                vertices: usize::MAX,
                pieces: 4,
                laterals: 0.3,
            };
            return growth.grow(lattice, dice);
        };
        let wanted = quota + self.owed;
        // A tree has at most one edge a node; in a town too small for its quota, pipes get more vertices.
        let edges = (share / 2).max(4);
        let dense = (wanted as f64 / edges as f64 / 1.9).ceil() as usize;
        let growth = Growth {
            plant,
            edges: share.max(4),
            vertices: wanted,
            pieces: dense.clamp(6, 60),
            laterals: 0.24,
        };
        let grown = growth.grow(lattice, dice);
        self.owed = wanted.saturating_sub(grown.vertices);
        grown
    }

    fn heat(
        &mut self,
        town: &Town,
        lattice: &Lattice,
        grown: Grown,
        (id, open, classified, pdp): (Id, Openness, bool, Option<Link>),
        n: usize,
        dice: &mut Dice,
    ) {
        let around = outline(grown.lines.iter().flatten(), dice.between(40.0, 120.0));
        let hole = (lattice.radius_m > 900.0 && dice.chance(0.3)).then(|| {
            let at = grown.lines[grown.lines.len() / 2][0];
            let mut ring = blob(at, 60.0, dice.bits());
            ring.reverse();
            ring
        });
        let marker = lattice.centre();
        let mut row = self.network(town, Kind::Heat, Some(grown), marker, n, dice);
        row.open = open == Openness::Open;
        row.classified = classified;
        match id {
            Id::Regular => {}
            Id::Paris => {
                row.sncu = Some("7501C".to_owned());
                row.name = format!(
                    "Réseau de {} aux seuils parisiens (fictif, porte l'identifiant 7501C)",
                    town.name
                );
            }
            Id::Temporary => {
                let code = self.towns.department(town).code;
                row.sncu = Some(format!("{}XXC_{}", figures_of(code), row.id_fcu + 9000));
            }
            Id::None => row.sncu = None,
        }
        if let Some(link) = pdp {
            let sncu = row.sncu.clone().filter(|_| link == Link::Sncu);
            let keys = if link == Link::HeatKey {
                vec![row.id_fcu]
            } else {
                vec![]
            };
            let mut polygon = vec![around];
            polygon.extend(hole);
            self.priority_area(town, sncu, (keys, vec![]), vec![polygon]);
        }
        self.rows.networks.push(row);
    }

    fn overlapping(&mut self, town: &Town, lattice: &Lattice, dice: &mut Dice) {
        let last_project = self.rows.projects.last();
        let Some(Shape::Lines(lines)) = last_project.map(|project| &project.shape) else {
            return;
        };
        let last_heat = self
            .rows
            .networks
            .iter()
            .rev()
            .find(|row| row.kind == Kind::Heat);
        let heat_ids = last_heat.map(|row| row.id_fcu).into_iter().collect();
        let project_ids = last_project
            .map(|project| project.id_fcu)
            .into_iter()
            .collect();
        let wide = outline(lines.iter().flatten(), 150.0);
        let far = lattice.node_at(lattice.node_near(-0.7, 0.7, &lattice.core()));
        let second = blob(far, 70.0, dice.bits());
        let apart = !inside(&wide, far) && wide.iter().all(|at| at.distance(far) > 160.0);
        let mut polygons = vec![vec![wide]];
        if apart {
            polygons.push(vec![second]);
        }
        self.priority_area(town, None, (heat_ids, project_ids), polygons);
    }

    fn network(
        &mut self,
        town: &Town,
        kind: Kind,
        grown: Option<Grown>,
        marker: Xy,
        n: usize,
        dice: &mut Dice,
    ) -> Network {
        let slot = usize::from(kind == Kind::Cold);
        let id_fcu = self.next_id[slot];
        self.next_id[slot] += 1;
        let delivery_points = match &grown {
            Some(grown) => grown.delivery_points.max(2),
            None => 3 + dice.below(40),
        };
        let figures = Figures::draw(delivery_points, dice);
        let what = if kind == Kind::Heat {
            "chaleur"
        } else {
            "froid"
        };
        let name = if n == 0 {
            format!("Réseau de {what} de {} (fictif)", town.name)
        } else {
            format!(
                "Réseau de {what} {}, {} (fictif)",
                dice.pick(DISTRICTS),
                town.name
            )
        };
        let (shape, length_m) = match grown {
            Some(grown) => {
                let length_m = grown.lines.iter().map(|line| length(line)).sum();
                (Shape::Lines(grown.lines), length_m)
            }
            None => (Shape::Marker(marker.written()), dice.between(400.0, 4000.0)),
        };
        Network {
            kind,
            id_fcu,
            sncu: Some(self.sncu(town, kind)),
            name,
            towns: vec![town.index],
            owner: owner(town),
            operator: (*dice.pick(OPERATORS)).to_owned(),
            classified: false,
            open: true,
            year: 1956 + dice.below(68) as i32,
            length_m,
            delivery_points,
            figures,
            shape,
        }
    }

    /// Department `00` counts up; departments with real codes count down from 99, where no real network is; past that,
    /// the temporary long form.
    fn sncu(&mut self, town: &Town, kind: Kind) -> String {
        let code = figures_of(self.towns.department(town).code);
        let letter = if kind == Kind::Heat { 'C' } else { 'F' };
        let order = &mut self.sncu_orders[town.department];
        *order += 1;
        match *order {
            n if code == "00" && n <= 99 => format!("{code}{n:02}{letter}"),
            // Corsica's two departments share 20.
            n if n <= 20 && self.towns.department(town).code == "2B" => {
                format!("{code}{:02}{letter}", 60 - n)
            }
            n if n <= 35 => format!("{code}{:02}{letter}", 100 - n),
            n => format!("{}XX{letter}_{n}", self.towns.department(town).code),
        }
    }

    fn project(&mut self, town: &Town, shape: Shape, open: Openness, dice: &mut Dice) {
        let id_fcu = self.next_id[2];
        self.next_id[2] += 1;
        let year = 2027 + dice.below(5);
        self.rows.projects.push(Project {
            id_fcu,
            name: format!(
                "Futur réseau {}, {} (fictif)",
                dice.pick(DISTRICTS),
                town.name
            ),
            town: town.index,
            owner: owner(town),
            operator: (*dice.pick(OPERATORS)).to_owned(),
            commissioning: if dice.chance(0.4) {
                format!("{:02}/{year}", 1 + dice.below(12))
            } else {
                year.to_string()
            },
            open: open == Openness::Open,
            shape,
        });
    }

    fn priority_area(
        &mut self,
        town: &Town,
        sncu: Option<String>,
        (heat_ids, project_ids): (Vec<i64>, Vec<i64>),
        polygons: Vec<Vec<Vec<Xy>>>,
    ) {
        let id_fcu = self.next_id[3];
        self.next_id[3] += 1;
        self.rows.priority_areas.push(PriorityArea {
            id_fcu,
            sncu,
            heat_ids,
            project_ids,
            town: town.index,
            polygons,
        });
    }
}

fn owner(town: &Town) -> String {
    if town.rank.is_multiple_of(3) {
        format!("Communauté de communes de {} (fictif)", town.name)
    } else {
        format!("Ville de {} (fictif)", town.name)
    }
}

fn figures_of(department: &str) -> &str {
    match department {
        "2A" | "2B" => "20",
        other => other,
    }
}

/// A rounded, uneven closed outline.
fn blob(centre: Xy, radius_m: f64, salt: u64) -> Vec<Xy> {
    const DIRECTIONS: usize = 28;
    ring(centre, DIRECTIONS, |n| {
        // Noise over a circle, so that the outline closes smoothly.
        let angle = core::f64::consts::TAU * n as f64 / DIRECTIONS as f64;
        let (x, y) = (libm::cos(angle) * 1.4, libm::sin(angle) * 1.4);
        radius_m * (1.0 + 0.28 * noise(salt, x + 40.0, y + 40.0))
    })
}

/// Whether a closed ring contains a place (even-odd rule).
pub(crate) fn inside(ring: &[Xy], at: Xy) -> bool {
    ring.windows(2).fold(false, |within, pair| {
        let (a, b) = (pair[0], pair[1]);
        let crosses =
            (a.y > at.y) != (b.y > at.y) && at.x < (b.x - a.x) * (at.y - a.y) / (b.y - a.y) + a.x;
        within != crosses
    })
}
