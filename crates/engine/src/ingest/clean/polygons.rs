//! Polygons that a point can be in: rings that cross themselves or each other, and holes outside their shell, repaired
//! by boolean operations; valid polygons keep their coordinates to the bit, only turned counter-clockwise.
//!
//! Rule of repair: a ring that crosses itself keeps every region it turns around an odd number of times (as PostGIS'
//! ST_MakeValid does for lines); holes are taken away from their shell; overlapping polygons are united. Rings that
//! merely touch are left alone: every test of ours reads them right.

use geo::orient::{Direction, Orient};
use geo::{
    Area, BooleanOps, Contains, Coord, Intersects, Line, LineString, MultiPolygon, Point, Polygon,
};

/// What was done to polygons.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Repair {
    /// Whether boolean operations were needed.
    pub repaired: bool,
    /// Rings of no area dropped.
    pub dropped_rings: u64,
    /// Area after, square metres.
    pub area_m2: f64,
}

/// Drops repeated vertices and flat rings, repairs what is invalid, turns shells counter-clockwise. The result may be
/// empty.
pub fn clean_polygons(polygons: &mut MultiPolygon<f64>) -> Repair {
    let mut repair = Repair::default();
    let mut kept = Vec::with_capacity(polygons.0.len());
    for polygon in std::mem::take(&mut polygons.0) {
        let (shell, holes) = polygon.into_inner();
        let holes_before = holes.len();
        let Some(shell) = tidy(shell) else {
            repair.dropped_rings += 1 + holes_before as u64;
            continue;
        };
        let holes: Vec<_> = holes.into_iter().filter_map(tidy).collect();
        repair.dropped_rings += (holes_before - holes.len()) as u64;
        kept.push(Polygon::new(shell, holes));
    }
    let mut whole = MultiPolygon(kept);
    if crosses(&whole) || whole.0.iter().any(hole_outside) {
        repair.repaired = true;
        whole = rebuilt(&whole);
    }
    *polygons = whole.orient(Direction::Default);
    repair.area_m2 = polygons.unsigned_area();
    repair
}

/// A closed ring without repeated vertices, if it has any extent.
fn tidy(mut ring: LineString<f64>) -> Option<LineString<f64>> {
    ring.0.dedup();
    ring.close();
    let extent = ring.0.len() >= 4 && ring.0.iter().any(|c| turns(ring.0[0], ring.0[1], *c));
    extent.then_some(ring)
}

fn turns(a: Coord<f64>, b: Coord<f64>, c: Coord<f64>) -> bool {
    (b.x - a.x) * (c.y - a.y) != (b.y - a.y) * (c.x - a.x)
}

/// Whether two segments of the rings cross, or overlap within one ring. A sweep along x over boxes.
fn crosses(polygons: &MultiPolygon<f64>) -> bool {
    struct Side {
        line: Line<f64>,
        low: Coord<f64>,
        high: Coord<f64>,
        ring: usize,
    }
    let mut sides: Vec<Side> = Vec::new();
    let rings = polygons
        .0
        .iter()
        .flat_map(|p| std::iter::once(p.exterior()).chain(p.interiors()));
    for (ring, line) in rings.enumerate() {
        sides.extend(line.lines().map(|line| Side {
            line,
            low: Coord {
                x: line.start.x.min(line.end.x),
                y: line.start.y.min(line.end.y),
            },
            high: Coord {
                x: line.start.x.max(line.end.x),
                y: line.start.y.max(line.end.y),
            },
            ring,
        }));
    }
    sides.sort_unstable_by(|a, b| a.low.x.total_cmp(&b.low.x));
    let mut open: Vec<usize> = Vec::new();
    for i in 0..sides.len() {
        let side = &sides[i];
        open.retain(|&j| sides[j].high.x >= side.low.x);
        for &j in &open {
            let other = &sides[j];
            let apart = other.high.y < side.low.y || other.low.y > side.high.y;
            if !apart && faulty(side.line, other.line, side.ring == other.ring) {
                return true;
            }
        }
        open.push(i);
    }
    false
}

/// Whether two sides cross in their interiors, or lie on each other for a length within the same ring.
fn faulty(a: Line<f64>, b: Line<f64>, same_ring: bool) -> bool {
    use geo::algorithm::line_intersection::{LineIntersection, line_intersection};
    let shared = a.start == b.start || a.start == b.end || a.end == b.start || a.end == b.end;
    if shared && !same_ring {
        return false;
    }
    if !a.intersects(&b) {
        return false;
    }
    match line_intersection(a, b) {
        Some(LineIntersection::SinglePoint { is_proper, .. }) => is_proper,
        Some(LineIntersection::Collinear { intersection }) => {
            same_ring && !shared && intersection.start != intersection.end
        }
        None => false,
    }
}

fn hole_outside(polygon: &Polygon<f64>) -> bool {
    let shell = Polygon::new(polygon.exterior().clone(), Vec::new());
    polygon.interiors().iter().any(|hole| {
        hole.0
            .iter()
            .map(|&c| Point::from(c))
            .all(|p| !shell.contains(&p) && !on_ring(polygon.exterior(), p))
    })
}

fn on_ring(ring: &LineString<f64>, p: Point<f64>) -> bool {
    ring.intersects(&p)
}

fn rebuilt(polygons: &MultiPolygon<f64>) -> MultiPolygon<f64> {
    let nothing = MultiPolygon::<f64>(Vec::new());
    // A ring united with nothing, by the even-odd rule of the boolean operations, is that ring made valid.
    let valid = |ring: &LineString<f64>| {
        MultiPolygon(vec![Polygon::new(ring.clone(), Vec::new())]).union(&nothing)
    };
    polygons
        .0
        .iter()
        .map(|polygon| {
            polygon
                .interiors()
                .iter()
                .fold(valid(polygon.exterior()), |shell, hole| {
                    shell.difference(&valid(hole))
                })
        })
        .reduce(|a, b| a.union(&b))
        .unwrap_or(nothing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::{BoundingRect, polygon};
    use proptest::prelude::*;

    fn square(x: f64, y: f64, side: f64) -> LineString<f64> {
        LineString::from(vec![
            (x, y),
            (x + side, y),
            (x + side, y + side),
            (x, y + side),
            (x, y),
        ])
    }

    #[test]
    fn a_valid_polygon_keeps_its_coordinates() {
        let shell = square(652_000.123_456_789, 6_862_000.0, 100.0);
        let hole = square(652_010.1, 6_862_010.2, 5.0);
        let mut m = MultiPolygon(vec![Polygon::new(shell.clone(), vec![hole])]);
        let repair = clean_polygons(&mut m);
        assert!(!repair.repaired);
        assert_eq!(m.0[0].exterior(), &shell);
        assert_eq!(m.0[0].interiors().len(), 1);
        assert!((repair.area_m2 - 9975.0).abs() < 1e-3);
    }

    #[test]
    fn a_bow_tie_becomes_its_two_lobes() {
        let mut m = MultiPolygon(vec![
            polygon![(x: 0.0, y: 0.0), (x: 100.0, y: 100.0), (x: 100.0, y: 0.0), (x: 0.0, y: 100.0)],
        ]);
        let repair = clean_polygons(&mut m);
        assert!(repair.repaired);
        assert!((repair.area_m2 - 5000.0).abs() < 0.01);
        assert!(m.contains(&Point::new(90.0, 50.0)) && m.contains(&Point::new(10.0, 50.0)));
        assert!(!m.contains(&Point::new(50.0, 90.0)));
    }

    #[test]
    fn a_hole_outside_its_shell_takes_nothing_away() {
        let mut m = MultiPolygon(vec![Polygon::new(
            square(0.0, 0.0, 100.0),
            vec![square(500.0, 500.0, 10.0), square(10.0, 10.0, 10.0)],
        )]);
        let repair = clean_polygons(&mut m);
        assert!(repair.repaired);
        assert!((repair.area_m2 - 9900.0).abs() < 0.01);
    }

    #[test]
    fn overlapping_polygons_are_united() {
        let mut m = MultiPolygon(vec![
            Polygon::new(square(0.0, 0.0, 100.0), vec![]),
            Polygon::new(square(50.0, 50.0, 100.0), vec![]),
        ]);
        let repair = clean_polygons(&mut m);
        assert!((repair.area_m2 - 17_500.0).abs() < 0.01);
        assert!(m.contains(&Point::new(75.0, 75.0)));
    }

    #[test]
    fn polygons_that_share_a_side_are_left_alone() {
        let mut m = MultiPolygon(vec![
            Polygon::new(square(0.0, 0.0, 100.0), vec![]),
            Polygon::new(square(100.0, 0.0, 100.0), vec![]),
        ]);
        assert!(!clean_polygons(&mut m).repaired);
        assert_eq!(m.0.len(), 2);
    }

    #[test]
    fn flat_and_clockwise_rings_are_dropped_and_turned() {
        let mut clockwise = square(0.0, 0.0, 10.0);
        clockwise.0.reverse();
        let mut m = MultiPolygon(vec![
            Polygon::new(clockwise, vec![]),
            polygon![(x: 0.0, y: 0.0), (x: 5.0, y: 5.0), (x: 9.0, y: 9.0)],
        ]);
        let repair = clean_polygons(&mut m);
        assert_eq!((m.0.len(), repair.dropped_rings), (1, 1));
        assert!(m.0[0].exterior().0[1].x > 0.0, "counter-clockwise now");
    }

    proptest! {
        #[test]
        fn whatever_the_ring_the_result_is_valid_and_within_its_box(
            points in prop::collection::vec((0..40, 0..40), 3..14)
        ) {
            let ring: Vec<(f64, f64)> = points.iter()
                .map(|&(x, y)| (650_000.0 + f64::from(x), 6_860_000.0 + f64::from(y))).collect();
            let input = Polygon::new(LineString::from(ring), vec![]);
            let bounds = input.bounding_rect().expect("three points have a box");
            let mut m = MultiPolygon(vec![input]);
            let repair = clean_polygons(&mut m);
            let box_area = bounds.width() * bounds.height();
            prop_assert!(repair.area_m2 >= 0.0 && repair.area_m2 <= box_area + 0.01);
            prop_assert!(!crosses(&m) || repair.area_m2 < 0.01);
        }
    }
}
