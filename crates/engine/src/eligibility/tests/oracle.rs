//! Thousands of random worlds, each answered twice: by the snapshot, and by trying every segment and every ring with the
//! rules written out another way. Positions are on a coarse grid, so that ties, points on pipes, touching polygons and
//! shared corners are common.

use super::world::{ORIGIN, World, Xy, at, square};
use crate::area::{self, Areas};
use crate::crs::Territory;
use crate::eligibility::rules::assess_at;
use crate::eligibility::{Service, Verdict};
use crate::network::{Key, KeyKind, Network, NetworkKind, NetworkShape, Project, ProjectShape};
use geo::{Coord, Distance, Euclidean, Intersects, Line, Point};
use proptest::prelude::*;

type Drawn<T> = Vec<T>;

#[derive(Debug, Clone)]
struct Pipes {
    kind: u8,
    open: bool,
    paris: bool,
    /// Published as an area so many metres around, when it is.
    area_m: Option<u32>,
    lines: Drawn<Drawn<(i32, i32)>>,
}

#[derive(Debug, Clone)]
struct Area {
    corner: (i32, i32),
    side: i32,
    hole: bool,
    open: bool,
    links: u16,
}

#[derive(Debug, Clone)]
struct Plan {
    overseas: bool,
    pipes: Drawn<Pipes>,
    zones: Drawn<Area>,
    areas: Drawn<Area>,
    untraced: Drawn<(u8, bool)>,
    questions: Drawn<(i32, i32)>,
}

/// Metres between two lines of the grid. No whole number of them up to 1000 m ends on half a metre, where the two ways of
/// computing could round apart; the table has those cases.
const GRID_M: f64 = 19.731;

fn grid((x, y): (i32, i32)) -> Xy {
    (f64::from(x) * GRID_M, f64::from(y) * GRID_M)
}

fn pipes() -> impl Strategy<Value = Pipes> {
    let position = (-40..40_i32, -40..40_i32);
    let line = prop::collection::vec(position, 1..24);
    let lines = prop::collection::vec(line, 1..4);
    let area_m = prop::option::weighted(0.3, 30..150_u32);
    (0..4_u8, any::<bool>(), any::<bool>(), area_m, lines).prop_map(
        |(kind, open, paris, area_m, lines)| Pipes {
            kind,
            open,
            paris,
            area_m,
            lines,
        },
    )
}

fn area() -> impl Strategy<Value = Area> {
    (
        (-30..30_i32, -30..30_i32),
        1..30_i32,
        any::<bool>(),
        any::<bool>(),
        any::<u16>(),
    )
        .prop_map(|(corner, side, hole, open, links)| Area {
            corner,
            side,
            hole,
            open,
            links,
        })
}

fn plan() -> impl Strategy<Value = Plan> {
    (
        any::<bool>(),
        prop::collection::vec(pipes(), 0..7),
        prop::collection::vec(area(), 0..3),
        prop::collection::vec(area(), 0..4),
        prop::collection::vec((0..4_u8, any::<bool>()), 0..3),
        prop::collection::vec((-60..60_i32, -60..60_i32), 12),
    )
        .prop_map(
            |(overseas, pipes, zones, areas, untraced, questions)| Plan {
                overseas,
                pipes,
                zones,
                areas,
                untraced,
                questions,
            },
        )
}

fn rings(area: &Area) -> Vec<Vec<Xy>> {
    let (x, y) = grid(area.corner);
    let side = f64::from(area.side) * GRID_M;
    let mut rings = vec![square(x, y, side).to_vec()];
    if area.hole && area.side > 2 {
        rings.push(square(x + GRID_M, y + GRID_M, side - 2.0 * GRID_M).to_vec());
    }
    rings
}

fn world(plan: &Plan) -> World {
    let mut world = World {
        territory: if plan.overseas {
            Territory::Reunion
        } else {
            Territory::Mainland
        },
        ..World::default()
    };
    let mut asked = Areas::new();
    for (i, drawn) in plan.pipes.iter().enumerate() {
        let lines: Vec<Vec<Xy>> = drawn
            .lines
            .iter()
            .map(|line| line.iter().map(|p| grid(*p)).collect())
            .collect();
        let lines: Vec<&[Xy]> = lines.iter().map(Vec::as_slice).collect();
        // The name of Paris goes to one network at most.
        let first_paris = drawn.paris && plan.pipes.iter().position(|p| p.paris) == Some(i);
        let id = if first_paris {
            "7501C".to_owned()
        } else {
            format!("13{i:02}C")
        };
        match drawn.kind {
            0 | 1 => world.heat(&id, &lines).open_flag = Some(drawn.open),
            2 => world.network(NetworkKind::Cold, &id, &lines).open_flag = Some(drawn.open),
            _ => world.project(&format!("p{i}"), &lines).open_flag = Some(drawn.open),
        }
        let last = match drawn.kind {
            0..=2 => world.edition.networks.last().map(|row| row.key.clone()),
            _ => world.edition.projects.last().map(|row| row.key.clone()),
        };
        asked.extend(last.zip(drawn.area_m));
    }
    world.edition = area::published(&world.edition, &asked).into_owned();
    for (i, zone) in plan.zones.iter().enumerate() {
        let rings = rings(zone);
        let rings: Vec<&[Xy]> = rings.iter().map(Vec::as_slice).collect();
        world.zone(&format!("z{i}"), &rings).open_flag = Some(zone.open);
    }
    for (i, commune) in ["97411", "97412"].into_iter().enumerate() {
        let x = if i == 0 { -1000.0 } else { 0.0 };
        world.commune(commune, &[&square(x, -500.0, 1000.0)]);
    }
    for (i, (kind, open)) in plan.untraced.iter().enumerate() {
        let (kind, letter) = match kind {
            0 => (NetworkKind::Cold, 'F'),
            _ => (NetworkKind::Heat, 'C'),
        };
        let id = format!("97{i:02}{letter}");
        world.untraced(kind, &id, "97411").open_flag = Some(*open);
    }
    let keys: Vec<Key> = (world.edition.networks.iter().map(|n| n.key.clone()))
        .chain(world.edition.projects.iter().map(|p| p.key.clone()))
        .collect();
    for (i, area) in plan.areas.iter().enumerate() {
        let rings = rings(area);
        let rings: Vec<&[Xy]> = rings.iter().map(Vec::as_slice).collect();
        let links: Vec<&str> = keys
            .iter()
            .enumerate()
            .filter(|(k, _)| area.links >> (k % 16) & 1 == 1 && k % 3 == i % 3)
            .map(|(_, key)| key.as_str())
            .collect();
        world.area(&format!("a{i}"), &rings, &links);
    }
    world
}

/// Everything by trial of every segment.
struct Brute<'a> {
    world: &'a World,
    at: Point<f64>,
}

impl<'a> Brute<'a> {
    fn to_lines(&self, lines: &geo::MultiLineString<f64>) -> Option<f64> {
        let segments = lines.0.iter().flat_map(|line| {
            let ends: Vec<(Coord<f64>, Coord<f64>)> = if line.0.len() == 1 {
                vec![(line.0[0], line.0[0])]
            } else {
                line.0.windows(2).map(|pair| (pair[0], pair[1])).collect()
            };
            ends.into_iter()
        });
        segments
            .map(|(a, b)| Euclidean.distance(&self.at, &Line::new(a, b)))
            .min_by(f64::total_cmp)
    }

    /// Whether a distance to an area ends on half a metre, where the two ways of computing may round apart: corners of areas
    /// are on a grid of their own, which meets that of the questions.
    fn is_on_a_half(&self) -> bool {
        let heat = self.heat().map(|h| h.2);
        let cold = self.networks(NetworkKind::Cold).map(|c| c.2);
        let projects = self.projects().map(|p| p.2);
        heat.chain(cold)
            .chain(projects)
            .any(|d| (d.fract() - 0.5).abs() < EPSILON_M)
    }

    /// Nothing inside, else to the boundary.
    fn to_area(&self, area: &geo::MultiPolygon<f64>) -> Option<f64> {
        if area.intersects(&self.at) {
            return Some(0.0);
        }
        let rings = area.0.iter().flat_map(|polygon| {
            std::iter::once(polygon.exterior().clone()).chain(polygon.interiors().to_vec())
        });
        self.to_lines(&rings.collect())
    }

    fn heat(&self) -> impl Iterator<Item = (&'a Key, &'a Network, f64)> {
        self.networks(NetworkKind::Heat)
    }

    fn networks(&self, kind: NetworkKind) -> impl Iterator<Item = (&'a Key, &'a Network, f64)> {
        self.world
            .edition
            .networks
            .iter()
            .filter(move |n| n.row.kind == kind)
            .filter_map(|n| {
                let distance = match n.row.shape.as_ref()? {
                    NetworkShape::Trace(trace) => self.to_lines(&trace.shape)?,
                    NetworkShape::Area(area) => self.to_area(&area.shape)?,
                    NetworkShape::Marker(_) => return None,
                };
                Some((&n.key, &n.row, distance))
            })
    }

    fn projects(&self) -> impl Iterator<Item = (&'a Key, &'a Project, f64)> {
        self.world.edition.projects.iter().filter_map(|p| {
            let distance = match p.row.shape.as_ref()? {
                ProjectShape::Trace(trace) => self.to_lines(&trace.shape)?,
                ProjectShape::Area(area) => self.to_area(&area.shape)?,
                ProjectShape::Zone(_) => return None,
            };
            Some((&p.key, &p.row, distance))
        })
    }

    fn zones(&self) -> impl Iterator<Item = (&'a Key, &'a Project)> {
        self.world.edition.projects.iter().filter_map(|p| {
            let Some(ProjectShape::Zone(zone)) = &p.row.shape else {
                return None;
            };
            zone.shape.intersects(&self.at).then_some((&p.key, &p.row))
        })
    }

    fn commune(&self) -> Option<&'a str> {
        let containing = self.world.edition.communes.iter().filter(|c| {
            c.row
                .shape
                .as_ref()
                .is_some_and(|s| s.shape.intersects(&self.at))
        });
        containing.map(|c| c.row.code.as_str()).min()
    }

    fn untraced(&self, kind: NetworkKind) -> Option<&'a Key> {
        let commune = self.commune()?;
        self.world
            .edition
            .networks
            .iter()
            .filter(|n| n.row.kind == kind && !n.row.is_traced() && n.row.is_open())
            .filter(|n| n.row.communes_insee.iter().any(|c| c.as_str() == commune))
            .map(|n| &n.key)
            .min()
    }

    /// The acceptable answers: two networks at the same distance but for rounding are one tie.
    fn answer(&self) -> Vec<(&'static str, Option<u32>, Option<&'a str>)> {
        let areas: Vec<_> = self
            .world
            .edition
            .priority_areas
            .iter()
            .filter(|a| {
                a.row
                    .shape
                    .as_ref()
                    .is_some_and(|s| s.shape.intersects(&self.at))
            })
            .collect();
        if areas.is_empty() {
            let found = self.by_distance();
            return if found.is_empty() {
                vec![
                    self.untraced(NetworkKind::Heat)
                        .map_or(("trop_eloigne", None, None), |key| {
                            (
                                "dans_ville_reseau_existant_sans_trace",
                                None,
                                Some(key.as_str()),
                            )
                        }),
                ]
            } else {
                found
            };
        }
        let mut linked: Vec<(f64, &'static str, Option<u32>, &str)> = Vec::new();
        for area in areas {
            let is_linked = |key: &Key| area.row.network_keys.contains(key);
            let zone = self.zones().find(|(key, _)| is_linked(key));
            if let Some((key, _)) = zone {
                linked.push((0.0, "dans_pdp_reseau_futur", None, key.as_str()));
                continue;
            }
            let metres = |d: f64| Some(d.round() as u32);
            let mut own: Vec<_> = self
                .heat()
                .filter(|(key, ..)| is_linked(key))
                .map(|(key, _, d)| (d, "dans_pdp_reseau_existant", metres(d), key.as_str()))
                .chain(
                    self.projects()
                        .filter(|(key, ..)| is_linked(key))
                        .map(|(key, _, d)| (d, "dans_pdp_reseau_futur", metres(d), key.as_str())),
                )
                .collect();
            let least = own.iter().map(|o| o.0).fold(f64::INFINITY, f64::min);
            own.retain(|o| o.0 <= least + EPSILON_M);
            if own.iter().any(|o| o.1 == "dans_pdp_reseau_existant") && least_is_exact(&own) {
                own.retain(|o| o.1 == "dans_pdp_reseau_existant");
            }
            linked.extend(own);
        }
        if linked.is_empty() {
            let found = self.by_distance();
            return if found.is_empty() {
                vec![("dans_pdp_reseau_existant", None, None)]
            } else {
                let in_area = |(kind, d, key): (&'static str, Option<u32>, Option<&'a str>)| {
                    let future = kind.contains("futur");
                    let kind = if future {
                        "dans_pdp_reseau_futur"
                    } else {
                        "dans_pdp_reseau_existant"
                    };
                    (kind, d, key)
                };
                found.into_iter().map(in_area).collect()
            };
        }
        let least = linked.iter().map(|o| o.0).fold(f64::INFINITY, f64::min);
        linked
            .into_iter()
            .filter(|o| o.0 <= least + EPSILON_M)
            .map(|(_, kind, d, key)| (kind, d, Some(key)))
            .collect()
    }

    /// Rules 2 to 8.
    fn by_distance(&self) -> Vec<(&'static str, Option<u32>, Option<&'a str>)> {
        let heat: Vec<_> = self.heat().filter(|(_, row, _)| row.is_open()).collect();
        let least = heat.iter().map(|h| h.2).fold(f64::INFINITY, f64::min);
        let nearest: Vec<_> = heat.iter().filter(|h| h.2 <= least + EPSILON_M).collect();
        let projects: Vec<_> = self
            .projects()
            .filter(|(_, row, _)| row.is_open())
            .collect();
        let project = projects.iter().map(|p| p.2).fold(f64::INFINITY, f64::min);
        let zones: Vec<_> = self.zones().filter(|(_, row)| row.is_open()).collect();
        let mut answers = Vec::new();
        // One branch for each network that may be called the nearest.
        let candidates: Vec<Option<(&Key, bool, f64)>> = if nearest.is_empty() {
            vec![None]
        } else {
            let paris = |row: &Network| {
                row.sncu_id
                    .as_ref()
                    .is_some_and(|id| id.as_str() == "7501C")
            };
            nearest
                .iter()
                .map(|(key, row, d)| Some((*key, paris(row), *d)))
                .collect()
        };
        for candidate in candidates {
            let (first, second) = match candidate {
                Some((_, true, _)) => (60.0, 100.0),
                _ => (100.0, 200.0),
            };
            let heat_at = candidate.map_or(f64::INFINITY, |c| c.2.round());
            let heat = |kind| vec![(kind, Some(heat_at as u32), candidate.map(|c| c.0.as_str()))];
            let future = |kind| {
                projects
                    .iter()
                    .filter(|p| p.2 <= project + EPSILON_M)
                    .map(|p| (kind, Some(p.2.round() as u32), Some(p.0.as_str())))
                    .collect::<Vec<_>>()
            };
            let project = project.round();
            answers.extend(if heat_at <= first {
                heat("reseau_existant_tres_proche")
            } else if project <= 100.0 {
                future("reseau_futur_tres_proche")
            } else if let Some(zone) = zones.iter().map(|z| z.0.as_str()).min() {
                vec![("dans_zone_reseau_futur", None, Some(zone))]
            } else if heat_at <= second {
                heat("reseau_existant_proche")
            } else if project <= 200.0 {
                future("reseau_futur_proche")
            } else if heat_at <= 1000.0 {
                heat("reseau_existant_loin")
            } else if project <= 1000.0 {
                future("reseau_futur_loin")
            } else {
                vec![]
            });
        }
        answers
    }

    fn cold(&self) -> Vec<(&'static str, Option<u32>, Option<&'a str>)> {
        let open: Vec<_> = self
            .networks(NetworkKind::Cold)
            .filter(|(_, row, _)| row.is_open())
            .collect();
        let least = open.iter().map(|c| c.2).fold(f64::INFINITY, f64::min);
        let kind = match least.round() {
            d if d <= 100.0 => "reseau_existant_tres_proche",
            d if d <= 200.0 => "reseau_existant_proche",
            d if d <= 1000.0 => "reseau_existant_loin",
            _ => {
                return vec![self.untraced(NetworkKind::Cold).map_or(
                    ("trop_eloigne", None, None),
                    |key| {
                        (
                            "dans_ville_reseau_existant_sans_trace",
                            None,
                            Some(key.as_str()),
                        )
                    },
                )];
            }
        };
        open.iter()
            .filter(|c| c.2 <= least + EPSILON_M)
            .map(|c| (kind, Some(c.2.round() as u32), Some(c.0.as_str())))
            .collect()
    }
}

/// Two ways of computing one distance differ by less.
const EPSILON_M: f64 = 1e-6;

/// Whether the nearest of both kinds are at the very same distance, not only nearly.
fn least_is_exact(own: &[(f64, &'static str, Option<u32>, &str)]) -> bool {
    let least = |kind: &str| {
        own.iter()
            .filter(|o| o.1 == kind)
            .map(|o| o.0)
            .fold(f64::INFINITY, f64::min)
    };
    least("dans_pdp_reseau_existant").to_bits() == least("dans_pdp_reseau_futur").to_bits()
}

fn told<'a>(verdict: &Verdict<'a>) -> (&'static str, Option<u32>, Option<&'a str>) {
    super::world::short(verdict)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn a_verdict_is_that_of_the_brute_force(plan in plan()) {
        let world = world(&plan);
        let snapshot = world.snapshot();
        for question in &plan.questions {
            let position = grid(*question);
            let brute = Brute {
                world: &world,
                at: Point::new(ORIGIN.0 + position.0, ORIGIN.1 + position.1),
            };
            if brute.is_on_a_half() {
                continue;
            }
            let place = at(world.territory, position);
            let verdict = assess_at(&snapshot.view(), place, Service::Heat, None);
            let expected = brute.answer();
            prop_assert!(
                expected.contains(&told(&verdict)),
                "at {:?}: {:?}, expected one of {:?}", question, told(&verdict), expected
            );
            let cold = assess_at(&snapshot.view(), place, Service::Cold, None);
            prop_assert!(brute.cold().contains(&told(&cold)), "cold at {:?}", question);
            facts_agree(&verdict, &brute)?;
        }
    }

    #[test]
    fn the_order_of_the_rows_does_not_matter(plan in plan()) {
        let mut world = world(&plan);
        let straight = world.snapshot();
        world.edition.networks.reverse();
        world.edition.projects.reverse();
        world.edition.priority_areas.reverse();
        world.edition.communes.reverse();
        let reversed = world.snapshot();
        for question in &plan.questions {
            let place = at(world.territory, grid(*question));
            let ask = |snapshot: &crate::snapshot::Snapshot| {
                let verdict = assess_at(&snapshot.view(), place, Service::Heat, None);
                serde_json::to_string(&verdict).unwrap()
            };
            prop_assert_eq!(ask(&straight), ask(&reversed));
        }
    }
}

fn facts_agree(verdict: &Verdict<'_>, brute: &Brute<'_>) -> Result<(), TestCaseError> {
    let rounded = |least: f64| (least.round() <= 1000.0).then(|| least.round() as u32);
    let least = |found: &mut dyn Iterator<Item = f64>| rounded(found.fold(f64::INFINITY, f64::min));
    let facts = &verdict.facts;
    prop_assert_eq!(
        facts.nearest_heat.map(|n| n.distance_m),
        least(&mut brute.heat().map(|h| h.2))
    );
    prop_assert_eq!(
        facts.nearest_cold.map(|n| n.distance_m),
        least(&mut brute.networks(NetworkKind::Cold).map(|c| c.2))
    );
    prop_assert_eq!(
        facts.nearest_project.map(|n| n.distance_m),
        least(&mut brute.projects().map(|p| p.2))
    );
    prop_assert_eq!(facts.commune.map(|c| c.code), brute.commune());
    let mut zones: Vec<&str> = brute.zones().map(|z| z.0.as_str()).collect();
    zones.sort_unstable();
    prop_assert_eq!(facts.project_zones.to_vec(), zones);
    for area in &facts.priority_areas {
        prop_assert_eq!(
            Key::parse(area.key).map(|key| key.kind()),
            Some(KeyKind::PriorityArea)
        );
    }
    Ok(())
}
