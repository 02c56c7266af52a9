//! What do a town's streets look like? A lattice of uneven rows and columns bent into rings and curves, with missing
//! pieces, parks and dead ends; streets and pipes both follow it.

use crate::dice::{Dice, keyed, noise};
use crate::ground::{Relief, Xy};
use crate::town::Town;

/// Straight pieces in the drawing of one edge.
const PIECES: usize = 4;
/// Metres of street that one address fronts, on average.
const FRONTAGE_M: f64 = 7.5;

/// One street from end to end.
#[derive(Debug, Clone)]
pub(crate) struct StreetLine {
    pub(crate) line: Vec<Xy>,
    pub(crate) length_m: f64,
    pub(crate) edges: usize,
    pub(crate) main: bool,
    /// Squared distance of its middle from the town's centre, in lattice metres.
    from_centre: f64,
}

/// A town's plan.
#[derive(Debug)]
pub(crate) struct Lattice {
    half: i32,
    columns: Vec<f64>,
    rows: Vec<f64>,
    present: Vec<bool>,
    bend: Bend,
    seed: u64,
    pub(crate) radius_m: f64,
}

#[derive(Debug)]
struct Bend {
    centre: Xy,
    cos: f64,
    sin: f64,
    aspect: f64,
    roundness: f64,
    scale: f64,
    seed: u64,
    relief: Relief,
}

impl Bend {
    fn at(&self, u: f64, v: f64) -> Xy {
        let reach = u.abs().max(v.abs());
        let far = (u * u + v * v).sqrt();
        let pull = if far > 0.0 {
            1.0 + (reach / far - 1.0) * self.roundness
        } else {
            1.0
        };
        let (wide, fine) = (430.0 * self.scale, 140.0 * self.scale);
        let shift = |layer: u64| {
            self.scale
                * (48.0 * noise(self.seed ^ layer, u / wide, v / wide)
                    + 13.0 * noise(self.seed ^ layer ^ 0xff, u / fine, v / fine))
        };
        let (u, v) = (
            (u * pull + shift(1)) * self.aspect,
            (v * pull + shift(2)) / self.aspect,
        );
        self.relief.bend(Xy {
            x: self.centre.x + u * self.cos - v * self.sin,
            y: self.centre.y + u * self.sin + v * self.cos,
        })
    }
}

impl Lattice {
    pub(crate) fn new(town: &Town, relief: Relief, seed: u64) -> Self {
        let mut dice = Dice::new(seed, &[2, town.index as u64]);
        let cells = (town.addresses as f64 * FRONTAGE_M / (2.0 * 95.0 * 0.8)).max(6.0);
        let radius_cells = (cells / core::f64::consts::PI).sqrt() + 0.6;
        let room_m = town.parcel.shorter_side() * 0.38 - 60.0;
        let scale = (room_m / (radius_cells * 95.0)).clamp(0.12, 1.0);
        let half = radius_cells as i32 + 2;
        let axis = |dice: &mut Dice| {
            let mut at = vec![0.0; 2 * half as usize + 1];
            for step in 1..=half as usize {
                let middle = half as usize;
                at[middle + step] = at[middle + step - 1] + dice.between(58.0, 132.0) * scale;
                at[middle - step] = at[middle - step + 1] - dice.between(58.0, 132.0) * scale;
            }
            at
        };
        let (columns, rows) = (axis(&mut dice), axis(&mut dice));
        let angle = dice.between(0.0, core::f64::consts::TAU);
        let radius_m = radius_cells * 95.0 * scale;
        let mut lattice = Self {
            half,
            columns,
            rows,
            present: Vec::new(),
            bend: Bend {
                centre: town.parcel.centre(),
                cos: libm::cos(angle),
                sin: libm::sin(angle),
                aspect: dice.between(0.9, 1.1),
                roundness: dice.between(0.35, 0.95),
                scale,
                seed: keyed(seed, &[3, town.index as u64]),
                relief,
            },
            seed: keyed(seed, &[4, town.index as u64]),
            radius_m,
        };
        let side = 2 * half + 1;
        lattice.present = (0..side * side)
            .map(|n| lattice.belongs(n % side - half, n / side - half))
            .collect();
        lattice
    }

    fn belongs(&self, i: i32, j: i32) -> bool {
        if i.abs() + j.abs() <= 1 {
            return true;
        }
        if i.abs() == self.half || j.abs() == self.half {
            return false;
        }
        let (u, v) = (self.u(i), self.v(j));
        let (u, v) = (u / self.radius_m, v / self.radius_m);
        let edge = 0.95 + 0.2 * noise(self.seed, u * 2.3, v * 2.3);
        let park = self.half > 6 && noise(self.seed ^ 9, u * 5.1, v * 5.1) > 0.72;
        u * u + v * v <= edge * edge && !park
    }

    fn u(&self, i: i32) -> f64 {
        self.columns[(i + self.half) as usize]
    }

    fn v(&self, j: i32) -> f64 {
        self.rows[(j + self.half) as usize]
    }

    pub(crate) fn side(&self) -> usize {
        2 * self.half as usize + 1
    }

    fn node(&self, i: i32, j: i32) -> Option<usize> {
        let inside = i.abs() <= self.half && j.abs() <= self.half;
        let n = (j + self.half) as usize * self.side() + (i + self.half) as usize;
        (inside && self.present[n]).then_some(n)
    }

    fn place(&self, node: usize) -> (i32, i32) {
        (
            (node % self.side()) as i32 - self.half,
            (node / self.side()) as i32 - self.half,
        )
    }

    pub(crate) fn node_at(&self, node: usize) -> Xy {
        let (i, j) = self.place(node);
        self.bend.at(self.u(i), self.v(j))
    }

    fn joined(&self, (i, j): (i32, i32), (k, l): (i32, i32)) -> bool {
        if self.node(i, j).is_none() || self.node(k, l).is_none() {
            return false;
        }
        let near = i.abs() + j.abs() + k.abs() + l.abs() <= 1;
        let main = (j == l && j % 6 == 0) || (i == k && i % 6 == 0);
        let key = [i.min(k) as u64, j.min(l) as u64, u64::from(j == l)];
        let draw = keyed(self.seed, &key) % 1000;
        near || draw >= if main { 12 } else { 150 }
    }

    /// Joined neighbours of a node.
    pub(crate) fn neighbours(&self, node: usize) -> impl Iterator<Item = usize> {
        let (i, j) = self.place(node);
        [(i + 1, j), (i, j + 1), (i - 1, j), (i, j - 1)]
            .into_iter()
            .filter(move |&(k, l)| self.joined((i, j), (k, l)))
            .filter_map(|(k, l)| self.node(k, l))
    }

    /// The nodes one can walk to from the centre.
    pub(crate) fn core(&self) -> Vec<bool> {
        let mut core = vec![false; self.present.len()];
        let mut next: Vec<usize> = self.node(0, 0).into_iter().collect();
        core[next[0]] = true;
        while let Some(node) = next.pop() {
            for neighbour in self.neighbours(node) {
                if !core[neighbour] {
                    core[neighbour] = true;
                    next.push(neighbour);
                }
            }
        }
        core
    }

    /// The town's centre.
    pub(crate) fn centre(&self) -> Xy {
        self.bend.at(0.0, 0.0)
    }

    /// The node of the core nearest to a place given as a fraction of the radius along two axes.
    pub(crate) fn node_near(&self, east: f64, north: f64, core: &[bool]) -> usize {
        let (u, v) = (east * self.radius_m, north * self.radius_m);
        let far = |n: usize| {
            let (i, j) = self.place(n);
            let (du, dv) = (self.u(i) - u, self.v(j) - v);
            du * du + dv * dv
        };
        (0..core.len())
            .filter(|&n| core[n])
            .min_by(|&a, &b| far(a).total_cmp(&far(b)))
            .expect("the centre is always there")
    }

    /// The drawing of the edge from `a` to `b` in `pieces` straight pieces.
    pub(crate) fn edge(&self, a: usize, b: usize, pieces: usize, line: &mut Vec<Xy>) {
        let ((i, j), (k, l)) = (self.place(a), self.place(b));
        let (u0, v0, u1, v1) = (self.u(i), self.v(j), self.u(k), self.v(l));
        for piece in 0..=pieces {
            let t = piece as f64 / pieces as f64;
            line.push(
                self.bend
                    .at(u0 + (u1 - u0) * t, v0 + (v1 - v0) * t)
                    .written(),
            );
        }
    }

    /// Every street, those of the centre first.
    pub(crate) fn streets(&self) -> Vec<StreetLine> {
        let mut streets = Vec::new();
        for along in 0..2 {
            for line in -self.half..=self.half {
                let main = line % 6 == 0;
                let mut dice = Dice::new(self.seed, &[5, along, line as u64]);
                let mut run: Vec<usize> = Vec::new();
                let mut longest = 0;
                for step in -self.half..self.half {
                    let (a, b) = if along == 0 {
                        ((step, line), (step + 1, line))
                    } else {
                        ((line, step), (line, step + 1))
                    };
                    if run.is_empty() {
                        longest = if main {
                            9 + dice.below(12)
                        } else {
                            2 + dice.below(7)
                        };
                    }
                    if self.joined(a, b) {
                        if run.is_empty() {
                            run.extend(self.node(a.0, a.1));
                        }
                        run.extend(self.node(b.0, b.1));
                    } else {
                        self.finish(&mut run, main, &mut streets);
                    }
                    if run.len() > longest {
                        self.finish(&mut run, main, &mut streets);
                    }
                }
                self.finish(&mut run, main, &mut streets);
            }
        }
        streets.sort_by(|a, b| a.from_centre.total_cmp(&b.from_centre));
        streets
    }

    fn finish(&self, run: &mut Vec<usize>, main: bool, streets: &mut Vec<StreetLine>) {
        if run.len() > 1 {
            let mut line = Vec::with_capacity((run.len() - 1) * PIECES + 1);
            for pair in run.windows(2) {
                if !line.is_empty() {
                    line.pop();
                }
                self.edge(pair[0], pair[1], PIECES, &mut line);
            }
            let (i, j) = self.place(run[run.len() / 2]);
            let (u, v) = (self.u(i), self.v(j));
            streets.push(StreetLine {
                length_m: length(&line),
                line,
                edges: run.len() - 1,
                main,
                from_centre: u * u + v * v,
            });
        }
        run.clear();
    }
}

/// Metres along a line.
pub(crate) fn length(line: &[Xy]) -> f64 {
    line.windows(2).map(|pair| pair[0].distance(pair[1])).sum()
}
