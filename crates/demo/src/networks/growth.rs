//! How does a network grow? As a tree along the streets from its plant, with a lateral to each building it serves.

use crate::dice::{Dice, keyed};
use crate::ground::Xy;
use crate::lattice::Lattice;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// What to grow.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Growth {
    /// Where the plant is.
    pub(crate) plant: usize,
    /// Stop after this many street edges.
    pub(crate) edges: usize,
    /// Stop after this many vertices.
    pub(crate) vertices: usize,
    /// Straight pieces in each edge.
    pub(crate) pieces: usize,
    /// Chance of a lateral at each vertex inside an edge.
    pub(crate) laterals: f64,
}

/// What grew.
#[derive(Debug, Default)]
pub(crate) struct Grown {
    pub(crate) lines: Vec<Vec<Xy>>,
    pub(crate) vertices: usize,
    pub(crate) delivery_points: usize,
    pub(crate) edges: usize,
}

impl Growth {
    /// Adds the cheapest reachable edge again and again: a tree, compact but uneven.
    pub(crate) fn grow(&self, lattice: &Lattice, dice: &mut Dice) -> Grown {
        let mut reached = vec![false; lattice.side() * lattice.side()];
        let mut frontier = BinaryHeap::new();
        let mut grown = Grown::default();
        let salt = dice.bits();
        let side = lattice.side();
        let plant = (self.plant % side, self.plant / side);
        let open = |node: usize, frontier: &mut BinaryHeap<_>, reached: &[bool]| {
            for next in lattice.neighbours(node) {
                if !reached[next] {
                    let (i, j) = (next % side, next / side);
                    let far = i.abs_diff(plant.0) + j.abs_diff(plant.1);
                    let cost = far as u64 * 420
                        + keyed(salt, &[node.min(next) as u64, node.max(next) as u64]) % 4000;
                    frontier.push(Reverse((cost, node, next)));
                }
            }
        };
        reached[self.plant] = true;
        open(self.plant, &mut frontier, &reached);
        while grown.edges < self.edges && grown.vertices < self.vertices {
            let Some(Reverse((_, from, to))) = frontier.pop() else {
                break;
            };
            if reached[to] {
                continue;
            }
            reached[to] = true;
            open(to, &mut frontier, &reached);
            let mut line = Vec::with_capacity(self.pieces + 1);
            lattice.edge(from, to, self.pieces, &mut line);
            grown.edges += 1;
            grown.vertices += line.len();
            for at in 1..line.len() - 1 {
                for side in [-1.0, 1.0] {
                    if dice.chance(self.laterals) && grown.vertices < self.vertices {
                        grown
                            .lines
                            .push(lateral(&line, at, side * dice.between(5.0, 14.0)));
                        grown.vertices += 2;
                        grown.delivery_points += 1;
                    }
                }
            }
            grown.lines.push(line);
        }
        grown
    }
}

fn lateral(line: &[Xy], at: usize, reach: f64) -> Vec<Xy> {
    let (a, here, b) = (line[at - 1], line[at], line[at + 1]);
    let span = a.distance(b).max(1e-6);
    let tip = Xy {
        x: here.x - (b.y - a.y) / span * reach,
        y: here.y + (b.x - a.x) / span * reach,
    };
    vec![here, tip.written()]
}

/// A closed outline around places: the farthest one in each of 40 directions, smoothed, plus a margin.
pub(crate) fn outline<'a>(places: impl Iterator<Item = &'a Xy> + Clone, margin_m: f64) -> Vec<Xy> {
    const DIRECTIONS: usize = 40;
    let (count, x, y) = places.clone().fold((0.0, 0.0, 0.0), |(n, x, y), at| {
        (n + 1.0, x + at.x, y + at.y)
    });
    let centre = Xy {
        x: x / f64::max(count, 1.0),
        y: y / f64::max(count, 1.0),
    };
    let mut reach = [0.0f64; DIRECTIONS];
    for at in places {
        let turn = libm::atan2(at.y - centre.y, at.x - centre.x) / core::f64::consts::TAU + 1.0;
        let direction = (turn * DIRECTIONS as f64) as usize % DIRECTIONS;
        reach[direction] = reach[direction].max(at.distance(centre));
    }
    let smooth = |n: usize| {
        let at = |step: usize| reach[(n + step) % DIRECTIONS];
        let near = at(0).max(at(1)).max(at(DIRECTIONS - 1));
        near * 0.8 + 0.1 * (at(2) + at(DIRECTIONS - 2)) + margin_m
    };
    ring(centre, DIRECTIONS, smooth)
}

/// A closed ring around `centre`, `reach(n)` metres away in direction n of `directions`.
pub(crate) fn ring(centre: Xy, directions: usize, reach: impl Fn(usize) -> f64) -> Vec<Xy> {
    let mut ring: Vec<Xy> = (0..directions)
        .map(|n| {
            let angle = core::f64::consts::TAU * (n as f64 + 0.5) / directions as f64;
            Xy {
                x: centre.x + reach(n) * libm::cos(angle),
                y: centre.y + reach(n) * libm::sin(angle),
            }
            .written()
        })
        .collect();
    ring.push(ring[0]);
    ring
}
