//! The stretch of a segment within a given distance of another segment.

use super::Segment;
use geo::Coord;

/// The stretch of `segment` (parameters within 0 to 1) whose points are within `reach` of `axis`; one stretch at most,
/// because the strip around a segment, a rectangle with two half discs, is convex.
pub(super) fn stretch_within(segment: &Segment, axis: &Segment, reach: f64) -> Option<(f64, f64)> {
    let direction = segment.b - segment.a;
    let along = axis.b - axis.a;
    let mut stretch = join(
        within_disc(segment.a - axis.a, direction, reach),
        within_disc(segment.a - axis.b, direction, reach),
    );
    let length = along.x.hypot(along.y);
    if length > 0.0 {
        let unit = along / length;
        let start = segment.a - axis.a;
        let forward = between(dot(start, unit), dot(direction, unit), 0.0, length);
        let sideways = between(cross(unit, start), cross(unit, direction), -reach, reach);
        if let (Some(forward), Some(sideways)) = (forward, sideways) {
            let both = (forward.0.max(sideways.0), forward.1.min(sideways.1));
            stretch = join(stretch, (both.0 <= both.1).then_some(both));
        }
    }
    let (from, to) = stretch?;
    (from < 1.0 && to > 0.0).then_some((from.max(0.0), to.min(1.0)))
}

fn join(a: Option<(f64, f64)>, b: Option<(f64, f64)>) -> Option<(f64, f64)> {
    match (a, b) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (one, other) => one.or(other),
    }
}

/// Where `start + t·direction` is within `reach` of the origin.
fn within_disc(start: Coord<f64>, direction: Coord<f64>, reach: f64) -> Option<(f64, f64)> {
    let a = dot(direction, direction);
    let half_b = dot(start, direction);
    let c = dot(start, start) - reach * reach;
    let discriminant = half_b * half_b - a * c;
    if discriminant < 0.0 {
        return None;
    }
    let root = discriminant.sqrt();
    Some(((-half_b - root) / a, (-half_b + root) / a))
}

/// Where `start + t·rate` is between `low` and `high`.
fn between(start: f64, rate: f64, low: f64, high: f64) -> Option<(f64, f64)> {
    if rate == 0.0 {
        let inside = (low..=high).contains(&start);
        return inside.then_some((f64::NEG_INFINITY, f64::INFINITY));
    }
    let (t, u) = ((low - start) / rate, (high - start) / rate);
    Some((t.min(u), t.max(u)))
}

fn dot(a: Coord<f64>, b: Coord<f64>) -> f64 {
    a.x * b.x + a.y * b.y
}

fn cross(a: Coord<f64>, b: Coord<f64>) -> f64 {
    a.x * b.y - a.y * b.x
}
