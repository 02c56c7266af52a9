//! How many metres moved? Lines are compared by place alone: reading direction, split pieces and vertices added along
//! the same line are no moves.

use super::Move;
use crate::crs::{Planar, Projected};
use crate::network::Identified;
use crate::release::coverage::Lines;
use crate::release::row::{Form, KeyedRow};
use geo::Point;

/// A pipe this close to a pipe of the other edition has not moved.
const TOLERANCE_M: f64 = 0.5;
/// A row that moved less than this in total has not moved.
const LEAST_M: f64 = 1.0;

/// The move between two rows of the same key, if there is one.
pub(super) fn between<T: KeyedRow>(before: &Identified<T>, after: &Identified<T>) -> Option<Move> {
    let (old, new) = (before.row.form(), after.row.form());
    if old == new {
        return None;
    }
    if let (Form::Point(a), Form::Point(b)) = (old, new) {
        let distance_m = centimetres(displacement_m(a, b));
        return (distance_m >= LEAST_M).then(|| Move {
            key: after.key.clone(),
            added_m: distance_m,
            removed_m: distance_m,
            added_pieces: Vec::new(),
            removed_pieces: Vec::new(),
        });
    }
    let same_kind = std::mem::discriminant(&old) == std::mem::discriminant(&new);
    let (old, new) = (Lines::of(old), Lines::of(new));
    let nothing = Lines::of(Form::None);
    let (added_m, added_pieces) =
        new.far_from(if same_kind { &old } else { &nothing }, TOLERANCE_M);
    let (removed_m, removed_pieces) =
        old.far_from(if same_kind { &new } else { &nothing }, TOLERANCE_M);
    (added_m + removed_m >= LEAST_M).then(|| Move {
        key: after.key.clone(),
        added_m: centimetres(added_m),
        removed_m: centimetres(removed_m),
        added_pieces,
        removed_pieces,
    })
}

/// Planar within a territory; over the sphere (mean radius, haversine formula) from one to another.
fn displacement_m(a: &Planar<Point<f64>>, b: &Planar<Point<f64>>) -> f64 {
    if a.territory == b.territory {
        return (a.shape.x() - b.shape.x()).hypot(a.shape.y() - b.shape.y());
    }
    let [a, b] = [a, b].map(|marker| {
        let place = Projected {
            territory: marker.territory,
            x: marker.shape.x(),
            y: marker.shape.y(),
        }
        .to_lonlat();
        (place.lon.to_radians(), place.lat.to_radians())
    });
    let half = |angle: f64| (angle / 2.0).sin().powi(2);
    let h = half(b.1 - a.1) + a.1.cos() * b.1.cos() * half(b.0 - a.0);
    2.0 * 6_371_008.8 * h.sqrt().min(1.0).asin()
}

fn centimetres(metres: f64) -> f64 {
    (metres * 100.0).round() / 100.0
}
