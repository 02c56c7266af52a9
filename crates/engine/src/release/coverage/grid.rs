//! Segments by square cell, so that only neighbours are compared.

use super::{Extent, Segment};
use geo::Coord;

/// A uniform grid with about as many cells as segments.
pub(super) struct Grid {
    segments: Vec<Segment>,
    origin: Coord<f64>,
    cell_m: f64,
    columns: usize,
    lines: usize,
    /// Where each cell's members start in `members`, row by row; one more at the end.
    starts: Vec<u32>,
    members: Vec<u32>,
}

impl Grid {
    pub(super) fn new(segments: &[Segment], extent: Option<Extent>) -> Self {
        let Some(extent) = extent else {
            return Self {
                segments: Vec::new(),
                origin: Coord::zero(),
                cell_m: 1.0,
                columns: 0,
                lines: 0,
                starts: vec![0],
                members: Vec::new(),
            };
        };
        let size = extent.max - extent.min;
        let count = segments.len() as f64;
        let cell_m = (size.x * size.y / count)
            .sqrt()
            .max(size.x / count)
            .max(size.y / count)
            .max(0.01);
        let mut grid = Self {
            segments: segments.to_vec(),
            origin: extent.min,
            cell_m,
            columns: (size.x / cell_m) as usize + 1,
            lines: (size.y / cell_m) as usize + 1,
            starts: Vec::new(),
            members: Vec::new(),
        };
        let mut starts = vec![0_u32; grid.columns * grid.lines + 1];
        for segment in segments {
            grid.any_cell(segment, 0.0, |cell| {
                starts[cell + 1] += 1;
                false
            });
        }
        for cell in 1..starts.len() {
            starts[cell] += starts[cell - 1];
        }
        let mut next = starts.clone();
        let mut members = vec![0_u32; starts[starts.len() - 1] as usize];
        for (number, segment) in segments.iter().enumerate() {
            grid.any_cell(segment, 0.0, |cell| {
                members[next[cell] as usize] = number as u32;
                next[cell] += 1;
                false
            });
        }
        grid.starts = starts;
        grid.members = members;
        grid
    }

    /// Whether `accept` says yes to a segment near this one (all those within `reach_m`, some farther, some twice).
    pub(super) fn any_near(
        &self,
        segment: &Segment,
        reach_m: f64,
        mut accept: impl FnMut(&Segment) -> bool,
    ) -> bool {
        self.any_cell(segment, reach_m, |cell| {
            let members = self.starts[cell] as usize..self.starts[cell + 1] as usize;
            self.members[members]
                .iter()
                .any(|&number| accept(&self.segments[number as usize]))
        })
    }

    /// Whether `visit` says yes to a cell that comes within `reach_m` of the segment: line of cells by line of cells,
    /// the columns that the segment crosses there.
    fn any_cell(
        &self,
        segment: &Segment,
        reach_m: f64,
        mut visit: impl FnMut(usize) -> bool,
    ) -> bool {
        if self.columns == 0 {
            return false;
        }
        let (a, b) = (segment.a - self.origin, segment.b - self.origin);
        let (low, high) = if a.y <= b.y { (a, b) } else { (b, a) };
        // Rounding may put a crossing on the other side of a cell's edge: a thousandth of a cell more covers it.
        let reach_m = reach_m + self.cell_m * 1e-3;
        let Some((first, last)) = self.range(low.y - reach_m, high.y + reach_m, self.lines) else {
            return false;
        };
        for line in first..=last {
            let bottom = (line as f64 * self.cell_m - reach_m).max(low.y);
            let top = ((line + 1) as f64 * self.cell_m + reach_m).min(high.y);
            let x_at = |y: f64| {
                let t = ((y - low.y) / (high.y - low.y)).clamp(0.0, 1.0);
                low.x + (high.x - low.x) * t
            };
            let (x0, x1) = if high.y - low.y > self.cell_m * 1e-9 {
                (x_at(bottom), x_at(top))
            } else {
                (low.x, high.x)
            };
            let (left, right) = (x0.min(x1) - reach_m, x0.max(x1) + reach_m);
            let Some((left, right)) = self.range(left, right, self.columns) else {
                continue;
            };
            for column in left..=right {
                if visit(line * self.columns + column) {
                    return true;
                }
            }
        }
        false
    }

    /// The numbers of the cells between two offsets; none when all are outside the grid.
    fn range(&self, low: f64, high: f64, count: usize) -> Option<(usize, usize)> {
        let last = (high / self.cell_m).floor();
        let first = (low / self.cell_m).floor();
        if last < 0.0 || first >= count as f64 {
            return None;
        }
        Some((first.max(0.0) as usize, (last as usize).min(count - 1)))
    }
}
