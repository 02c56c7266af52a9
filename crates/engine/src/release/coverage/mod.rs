//! Which parts of these lines run close to those lines? Exact: each segment is cut where it enters and leaves the
//! strip of a given half-width around the other lines, so direction, splitting and densification change nothing.

mod grid;
mod strip;

use super::row::Form;
use crate::crs::{Planar, Territory};
use geo::{Coord, LineString, MultiLineString};
use grid::Grid;
use std::sync::OnceLock;

/// A straight piece of line, in metres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Segment {
    pub(super) a: Coord<f64>,
    pub(super) b: Coord<f64>,
}

impl Segment {
    fn length(&self) -> f64 {
        (self.b.x - self.a.x).hypot(self.b.y - self.a.y)
    }

    fn at(&self, t: f64) -> Coord<f64> {
        if t >= 1.0 {
            return self.b;
        }
        self.a + (self.b - self.a) * t
    }
}

/// A rectangle along the axes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    pub(super) min: Coord<f64>,
    pub(super) max: Coord<f64>,
}

impl Extent {
    /// The extent of these positions; none when there is none.
    pub(super) fn of(positions: impl IntoIterator<Item = Coord<f64>>) -> Option<Self> {
        positions.into_iter().fold(None, |extent, p| {
            let extent = extent.unwrap_or(Self { min: p, max: p });
            Some(Self {
                min: Coord {
                    x: extent.min.x.min(p.x),
                    y: extent.min.y.min(p.y),
                },
                max: Coord {
                    x: extent.max.x.max(p.x),
                    y: extent.max.y.max(p.y),
                },
            })
        })
    }

    /// Whether the two come within `reach` metres along both axes.
    pub(super) fn meets(&self, other: &Self, reach: f64) -> bool {
        self.min.x - reach <= other.max.x
            && other.min.x - reach <= self.max.x
            && self.min.y - reach <= other.max.y
            && other.min.y - reach <= self.max.y
    }
}

/// Lines (pipes, or the boundary of an area) ready to be compared.
pub(super) struct Lines {
    territory: Territory,
    segments: Vec<Segment>,
    extent: Option<Extent>,
    length_m: f64,
    grid: OnceLock<Grid>,
}

impl Lines {
    /// The pipes of a trace, the rings of an area; nothing for a point.
    pub(super) fn of(form: Form<'_>) -> Self {
        let mut segments = Vec::new();
        let mut push = |line: &LineString<f64>| {
            segments.extend(line.0.windows(2).filter_map(|pair| {
                let finite = pair.iter().all(|p| p.x.is_finite() && p.y.is_finite());
                (finite && pair[0] != pair[1]).then_some(Segment {
                    a: pair[0],
                    b: pair[1],
                })
            }));
        };
        let territory = match form {
            Form::None => Territory::default(),
            Form::Point(point) => point.territory,
            Form::Lines(lines) => {
                lines.shape.0.iter().for_each(&mut push);
                lines.territory
            }
            Form::Area(area) => {
                for polygon in &area.shape.0 {
                    push(polygon.exterior());
                    polygon.interiors().iter().for_each(&mut push);
                }
                area.territory
            }
        };
        Self {
            territory,
            extent: Extent::of(segments.iter().flat_map(|s| [s.a, s.b])),
            length_m: segments.iter().map(Segment::length).sum(),
            segments,
            grid: OnceLock::new(),
        }
    }

    /// Whether any part could come within `reach_m` of the other lines.
    pub(super) fn may_meet(&self, other: &Self, reach_m: f64) -> bool {
        self.territory == other.territory
            && matches!((&self.extent, &other.extent), (Some(a), Some(b)) if a.meets(b, reach_m))
    }

    /// The share of the length, 0 to 1, that lies within `reach_m` of the other lines.
    pub(super) fn share_near(&self, other: &Self, reach_m: f64) -> f64 {
        if self.length_m <= 0.0 || !self.may_meet(other, reach_m) {
            return 0.0;
        }
        let mut far_m = 0.0;
        self.for_each_far(other, reach_m, |segment, from, to| {
            far_m += segment.length() * (to - from);
        });
        (1.0 - far_m / self.length_m).clamp(0.0, 1.0)
    }

    /// The pieces farther than `reach_m` from the other lines, and their length in metres.
    pub(super) fn far_from(
        &self,
        other: &Self,
        reach_m: f64,
    ) -> (f64, Vec<Planar<MultiLineString<f64>>>) {
        let mut length_m = 0.0;
        let mut pieces: Vec<LineString<f64>> = Vec::new();
        self.for_each_far(other, reach_m, |segment, from, to| {
            length_m += segment.length() * (to - from);
            let (start, end) = (segment.at(from), segment.at(to));
            match pieces.last_mut() {
                Some(last) if last.0.last() == Some(&start) => last.0.push(end),
                _ => pieces.push(LineString(vec![start, end])),
            }
        });
        let pieces = (!pieces.is_empty()).then(|| Planar {
            territory: self.territory,
            shape: MultiLineString::new(pieces),
        });
        (length_m, pieces.into_iter().collect())
    }

    /// Calls back with each stretch (segment, from, to; 0 to 1) farther than `reach_m` from the other lines.
    fn for_each_far(&self, other: &Self, reach_m: f64, mut far: impl FnMut(&Segment, f64, f64)) {
        let apart = !self.may_meet(other, reach_m);
        let mut near: Vec<(f64, f64)> = Vec::new();
        for segment in &self.segments {
            if apart {
                far(segment, 0.0, 1.0);
                continue;
            }
            near.clear();
            let wholly_near = other.grid().any_near(segment, reach_m, |candidate| {
                if let Some((from, to)) = strip::stretch_within(segment, candidate, reach_m) {
                    near.push((from, to));
                    return from <= 0.0 && to >= 1.0;
                }
                false
            });
            if wholly_near {
                continue;
            }
            near.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut done = 0.0;
            for &(from, to) in &near {
                if from > done {
                    far(segment, done, from);
                }
                done = f64::max(done, to);
            }
            if done < 1.0 {
                far(segment, done, 1.0);
            }
        }
    }

    fn grid(&self) -> &Grid {
        self.grid
            .get_or_init(|| Grid::new(&self.segments, self.extent))
    }
}

/// F1 of two sets of lines: harmonic mean of the shares of each within `reach_m` of the other.
pub(super) fn f1(a: &Lines, b: &Lines, reach_m: f64) -> f64 {
    let (precision, recall) = (a.share_near(b, reach_m), b.share_near(a, reach_m));
    if precision + recall <= 0.0 {
        return 0.0;
    }
    2.0 * precision * recall / (precision + recall)
}

#[cfg(test)]
mod tests;
