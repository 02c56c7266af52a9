use super::{
    Centimetres, FixedBox, Nearest, Run, Side, TreeBuilder, Vertex, hilbert, side_of,
    square_distance_to_run,
};
use geo::coordinate_position::{CoordPos, CoordinatePosition};
use geo::{Coord, LineString, Polygon};
use proptest::prelude::*;
use std::collections::HashSet;

#[test]
fn the_curve_visits_every_cell_once_and_moves_to_a_neighbour() {
    // The first 4 096 steps fill the lower left square of 64 × 64 cells.
    let mut places: Vec<(u32, i32, i32)> = (0..64_u16)
        .flat_map(|x| (0..64_u16).map(move |y| (hilbert(x, y), i32::from(x), i32::from(y))))
        .collect();
    places.sort_unstable();
    let distinct: HashSet<u32> = places.iter().map(|p| p.0).collect();
    assert_eq!(distinct.len(), 4096);
    assert_eq!(places[4095].0, 4095);
    for pair in places.windows(2) {
        let step = (pair[0].1 - pair[1].1).abs() + (pair[0].2 - pair[1].2).abs();
        assert_eq!(step, 1, "{pair:?}");
    }
}

#[test]
fn boxes_far_beyond_the_globe_stay_comparable() {
    let far = FixedBox::around([(1e300, -1e300)]);
    assert_eq!(
        (far.min_x.get(), far.max_y.get()),
        (1_000_000_000, -1_000_000_000)
    );
    let at = Centimetres::around(f64::NAN, f64::INFINITY);
    assert_eq!((at.low_x, at.high_y), (0, 1_000_000_000));
}

proptest! {
    #[test]
    fn the_nearest_is_that_of_the_brute_force(
        boxes in prop::collection::vec((-3000..3000_i32, -3000..3000_i32, 0..400_i32, 0..400_i32), 1..700),
        asked in prop::collection::vec((-4000..4000_i32, -4000..4000_i32), 8),
        within in 0..2000_u32,
    ) {
        let corner = |n: i32| f64::from(n) / 4.0;
        let mut builder = TreeBuilder::default();
        let segments: Vec<[Vertex; 2]> = boxes.iter().map(|(x, y, w, h)| [
            Vertex::new(corner(*x), corner(*y)),
            Vertex::new(corner(x + w), corner(y + h)),
        ]).collect();
        for (i, ends) in segments.iter().enumerate() {
            let bounds = FixedBox::around(ends.iter().map(|v| (v.x.get(), v.y.get())));
            builder.push(i as u32, bounds);
        }
        let (items, nodes) = builder.finish();
        let tree = super::Tree::new(&items, &nodes);
        for (x, y) in asked {
            let (x, y) = (corner(x), corner(y));
            let limit = f64::from(within * within) / 16.0;
            let measure = |i: u32| Nearest {
                square_m2: square_distance_to_run(&segments[i as usize], x, y),
                owner: i,
            };
            let brute = (0..segments.len() as u32)
                .map(measure)
                .filter(|n| n.square_m2 < limit)
                .min_by(|a, b| (a.square_m2, a.owner).partial_cmp(&(b.square_m2, b.owner)).unwrap());
            prop_assert_eq!(tree.nearest(x, y, limit, |place| Some(measure(tree.item(place)?))), brute);
        }
    }

    #[test]
    fn the_side_of_a_polygon_is_that_of_geo(
        ring in prop::collection::vec((0..12_i32, 0..12_i32), 3..40),
        asked in prop::collection::vec((-1..26_i32, -1..26_i32), 20),
    ) {
        let mut positions: Vec<Coord<f64>> = ring
            .iter()
            .map(|(x, y)| Coord { x: f64::from(*x), y: f64::from(*y) })
            .collect();
        positions.push(positions[0]);
        let vertices: Vec<Vertex> = positions.iter().map(|p| Vertex::new(p.x, p.y)).collect();
        let mut runs = Vec::new();
        let mut boxes = Vec::new();
        let mut at = 0;
        while at + 1 < vertices.len() {
            let count = 9.min(vertices.len() - at);
            runs.push(Run {
                first: (at as u32).into(),
                vertices: (count as u32).into(),
                row: 0.into(),
            });
            let span = &positions[at..at + count];
            boxes.push(FixedBox::around(span.iter().map(|p| (p.x, p.y))));
            at += 8;
        }
        let polygon = Polygon::new(LineString(positions), vec![]);
        for (x, y) in asked {
            let (x, y) = (f64::from(x) / 2.0, f64::from(y) / 2.0);
            let side = side_of(&runs, &boxes, &vertices, x, y);
            // A ring that crosses itself has an inside by parity here, by winding there: only simple ones compare.
            let expected = match polygon.coordinate_position(&Coord { x, y }) {
                CoordPos::OnBoundary => Side::Boundary,
                CoordPos::Inside => Side::Inside,
                CoordPos::Outside => Side::Outside,
            };
            if geo::Validation::is_valid(&polygon) || expected != Side::Inside {
                prop_assert_eq!(side, expected, "at {} {}", x, y);
            }
        }
    }
}
