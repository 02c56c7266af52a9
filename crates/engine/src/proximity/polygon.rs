//! Is this position inside this polygon? Rings are runs of segments, outer ones and holes alike: a position is inside
//! when a ray from it crosses an odd number of segments, and on the boundary counts as inside.

use super::{FixedBox, Run, Vertex};
use geo::{Coord, GeoNum, Kernel, Orientation};

/// Where a position is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Outside,
    Inside,
    Boundary,
}

/// Where (x, y) is with respect to the polygon whose rings are these runs, each with its box.
pub(crate) fn side_of(
    runs: &[Run],
    boxes: &[FixedBox],
    vertices: &[Vertex],
    x: f64,
    y: f64,
) -> Side {
    let at = super::Centimetres::around(x, y);
    let mut odd = false;
    for (run, bounds) in runs.iter().zip(boxes) {
        // A ray to the east meets nothing of a run that is all above, all below or all to the west.
        if bounds.min_y.get() > at.high_y
            || bounds.max_y.get() < at.low_y
            || bounds.max_x.get() < at.low_x
        {
            continue;
        }
        let vertices = run.of(vertices);
        if bounds.min_x.get() > at.high_x {
            // All to the east: only where the run starts and ends matters.
            if let (Some(first), Some(last)) = (vertices.first(), vertices.last()) {
                odd ^= (first.y.get() > y) != (last.y.get() > y);
            }
            continue;
        }
        for pair in vertices.windows(2) {
            match crossing(&pair[0], &pair[1], x, y) {
                Crossing::On => return Side::Boundary,
                Crossing::Once => odd = !odd,
                Crossing::Never => {}
            }
        }
    }
    if odd { Side::Inside } else { Side::Outside }
}

enum Crossing {
    Never,
    Once,
    On,
}

/// Whether a ray from (x, y) to the east crosses the segment; ends count as the lower of the two sides, so that two
/// segments that share an end are crossed once.
fn crossing(a: &Vertex, b: &Vertex, x: f64, y: f64) -> Crossing {
    let (ax, ay, bx, by) = (a.x.get(), a.y.get(), b.x.get(), b.y.get());
    if (ay > y && by > y) || (ay < y && by < y) || (ax < x && bx < x) {
        return Crossing::Never;
    }
    let straddles = (ay > y) != (by > y);
    if straddles && ax > x && bx > x {
        return Crossing::Once;
    }
    match orientation(
        Coord { x: ax, y: ay },
        Coord { x: bx, y: by },
        Coord { x, y },
    ) {
        Orientation::Collinear => {
            let within = x >= ax.min(bx) && x <= ax.max(bx) && y >= ay.min(by) && y <= ay.max(by);
            if within {
                Crossing::On
            } else {
                Crossing::Never
            }
        }
        // To the left of a segment that goes up, or to the right of one that goes down: the ray meets it.
        Orientation::CounterClockwise if straddles && by > ay => Crossing::Once,
        Orientation::Clockwise if straddles && by < ay => Crossing::Once,
        _ => Crossing::Never,
    }
}

/// Exact (adaptive-precision) orientation, from the `robust` predicates behind `geo`.
fn orientation(a: Coord<f64>, b: Coord<f64>, at: Coord<f64>) -> Orientation {
    <f64 as GeoNum>::Ker::orient2d(a, b, at)
}
