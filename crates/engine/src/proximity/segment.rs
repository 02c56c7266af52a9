//! How far is this position from these segments?

use super::Vertex;

/// The nearest position of a run, and the square of its distance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Closest {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) square_m2: f64,
}

/// Square of the distance from (x, y) to the line through `vertices`, square metres; infinite without any vertex, or
/// when a coordinate is not a number.
#[inline]
pub(crate) fn square_distance_to_run(vertices: &[Vertex], x: f64, y: f64) -> f64 {
    let mut least = f64::INFINITY;
    match vertices {
        [] => {}
        [only] => {
            let (dx, dy) = (x - only.x.get(), y - only.y.get());
            least = least.min(dx * dx + dy * dy);
        }
        _ => {
            for pair in vertices.windows(2) {
                least = nearer(&pair[0], &pair[1], x, y, least);
            }
        }
    }
    least
}

/// The lesser of `least` and the square of the distance to a segment. Divides only when it wins: most segments do not.
#[inline]
fn nearer(a: &Vertex, b: &Vertex, x: f64, y: f64, least: f64) -> f64 {
    let (ux, uy) = (b.x.get() - a.x.get(), b.y.get() - a.y.get());
    let (vx, vy) = (x - a.x.get(), y - a.y.get());
    let length = ux * ux + uy * uy;
    let along = vx * ux + vy * uy;
    if along > 0.0 && along < length {
        let across = vx * uy - vy * ux;
        let square = across * across;
        if square < least * length {
            return least.min(square / length);
        }
        return least;
    }
    // Past one of the ends, or no length at all.
    let (dx, dy) = if along > 0.0 {
        (x - b.x.get(), y - b.y.get())
    } else {
        (vx, vy)
    };
    // `min` passes over NaN.
    least.min(dx * dx + dy * dy)
}

/// The nearest position of the line through `vertices`; `None` without any.
pub(crate) fn closest_on_run(vertices: &[Vertex], x: f64, y: f64) -> Option<Closest> {
    let ends = |i: usize| (&vertices[i], vertices.get(i + 1).unwrap_or(&vertices[i]));
    let segments = vertices.len().saturating_sub(1).max(vertices.len().min(1));
    (0..segments)
        .map(|i| {
            let (a, b) = ends(i);
            let t = along(a, b, x, y);
            Closest {
                x: a.x.get() + t * (b.x.get() - a.x.get()),
                y: a.y.get() + t * (b.y.get() - a.y.get()),
                square_m2: nearer(a, b, x, y, f64::INFINITY),
            }
        })
        .min_by(|a, b| a.square_m2.total_cmp(&b.square_m2))
}

/// Where the foot of the perpendicular falls from `a` (0) to `b` (1), held between the two.
#[inline]
fn along(a: &Vertex, b: &Vertex, x: f64, y: f64) -> f64 {
    let (ux, uy) = (b.x.get() - a.x.get(), b.y.get() - a.y.get());
    let length = ux * ux + uy * uy;
    if length > 0.0 {
        (((x - a.x.get()) * ux + (y - a.y.get()) * uy) / length).clamp(0.0, 1.0)
    } else {
        0.0
    }
}
