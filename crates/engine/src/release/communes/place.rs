//! Which commune's outline holds this position?

use crate::crs::{Planar, Projected, Territory};
use crate::network::{Commune, InseeCode, Sourced};
use crate::release::coverage::Extent;
use geo::{Coord, Intersects, MultiPolygon, Point};
use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

const CELL_M: f64 = 10_000.0;

/// Communes' outlines by code and by place. The pieces of a commune given by arrondissement count as one commune.
pub(super) struct Outlines<'a> {
    outlines: Vec<Outline<'a>>,
    by_code: HashMap<InseeCode, Vec<usize>>,
    cells: OnceLock<HashMap<(Territory, i32, i32), Vec<usize>>>,
}

struct Outline<'a> {
    code: InseeCode,
    area: &'a Planar<MultiPolygon<f64>>,
    extent: Extent,
}

impl<'a> Outlines<'a> {
    pub(super) fn new(communes: &'a [Sourced<Commune>]) -> Self {
        let mut outlines = Vec::with_capacity(communes.len());
        let mut by_code: HashMap<InseeCode, Vec<usize>> = HashMap::new();
        for commune in communes {
            let Some(area) = &commune.row.shape else {
                continue;
            };
            let rings = area.shape.0.iter().map(geo::Polygon::exterior);
            let Some(extent) = Extent::of(rings.flat_map(|ring| ring.0.iter().copied())) else {
                continue;
            };
            let code = commune.row.code.commune_of_arrondissement();
            by_code
                .entry(code.clone())
                .or_default()
                .push(outlines.len());
            outlines.push(Outline { code, area, extent });
        }
        Self {
            outlines,
            by_code,
            cells: OnceLock::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.outlines.is_empty()
    }

    /// How many of the positions lie in this commune.
    pub(super) fn count_in(&self, code: &InseeCode, positions: &[Projected]) -> usize {
        let of_code = self.by_code.get(code).map_or(&[][..], Vec::as_slice);
        positions
            .iter()
            .filter(|p| of_code.iter().any(|&at| self.outlines[at].holds(p)))
            .count()
    }

    /// Metres from the nearest of the positions to the commune's bounding box; none without outline or position, or in
    /// another territory.
    pub(super) fn distance_m(&self, code: &InseeCode, positions: &[Projected]) -> Option<f64> {
        self.by_code
            .get(code)?
            .iter()
            .flat_map(|&at| {
                positions
                    .iter()
                    .filter_map(move |p| self.outlines[at].distance_m(p))
            })
            .min_by(f64::total_cmp)
    }

    /// The communes that hold the positions, those that hold most first.
    pub(super) fn holding(&self, positions: &[Projected]) -> Vec<InseeCode> {
        let mut counts: BTreeMap<&InseeCode, usize> = BTreeMap::new();
        for position in positions {
            let members = self.cells().get(&cell_of(position));
            let holder = members
                .into_iter()
                .flatten()
                .find(|&&at| self.outlines[at].holds(position));
            if let Some(&at) = holder {
                *counts.entry(&self.outlines[at].code).or_default() += 1;
            }
        }
        let mut held: Vec<(&InseeCode, usize)> = counts.into_iter().collect();
        held.sort_by_key(|&(code, count)| (std::cmp::Reverse(count), code));
        held.into_iter().map(|(code, _)| code.clone()).collect()
    }

    fn cells(&self) -> &HashMap<(Territory, i32, i32), Vec<usize>> {
        self.cells.get_or_init(|| {
            let mut cells: HashMap<_, Vec<usize>> = HashMap::new();
            for (at, outline) in self.outlines.iter().enumerate() {
                let corner = |p: Coord<f64>| {
                    cell_of(&Projected {
                        territory: outline.area.territory,
                        x: p.x,
                        y: p.y,
                    })
                };
                let ((_, x0, y0), (_, x1, y1)) =
                    (corner(outline.extent.min), corner(outline.extent.max));
                // A commune a thousand kilometres wide is an error of the file: it is found by code only.
                if i64::from(x1) - i64::from(x0) > 100 || i64::from(y1) - i64::from(y0) > 100 {
                    continue;
                }
                for x in x0..=x1 {
                    for y in y0..=y1 {
                        cells
                            .entry((outline.area.territory, x, y))
                            .or_default()
                            .push(at);
                    }
                }
            }
            cells
        })
    }
}

impl Outline<'_> {
    fn holds(&self, position: &Projected) -> bool {
        self.distance_m(position) == Some(0.0)
            && self
                .area
                .shape
                .intersects(&Point::new(position.x, position.y))
    }

    fn distance_m(&self, p: &Projected) -> Option<f64> {
        let Extent { min, max } = self.extent;
        let dx = (min.x - p.x).max(p.x - max.x).max(0.0);
        let dy = (min.y - p.y).max(p.y - max.y).max(0.0);
        (p.territory == self.area.territory).then(|| dx.hypot(dy))
    }
}

fn cell_of(position: &Projected) -> (Territory, i32, i32) {
    let cell = |v: f64| (v / CELL_M).floor() as i32;
    (position.territory, cell(position.x), cell(position.y))
}
