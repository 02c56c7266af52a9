use super::*;
use crate::crs::Territory;
use crate::network::{KeyKind, NetworkKind};
use geo::{Area, Distance, Euclidean, Intersects, Validation};
use proptest::prelude::*;

fn planar(lines: &[Vec<(f64, f64)>]) -> Planar<MultiLineString<f64>> {
    let line = |line: &Vec<(f64, f64)>| line.iter().copied().collect();
    Planar {
        territory: Territory::Mainland,
        shape: MultiLineString(lines.iter().map(line).collect()),
    }
}

fn lines() -> impl Strategy<Value = Vec<Vec<(f64, f64)>>> {
    let position = (600_000.0..603_000.0, 6_800_000.0..6_803_000.0);
    let near = (-180.0..180.0, -180.0..180.0);
    let line = (position, prop::collection::vec(near, 0..20)).prop_map(|(start, steps)| {
        let mut at: (f64, f64) = start;
        let mut line = vec![at];
        for (dx, dy) in steps {
            at = (at.0 + dx, at.1 + dy);
            line.push(at);
        }
        line
    });
    prop::collection::vec(line, 1..5)
}

fn segments(lines: &Planar<MultiLineString<f64>>) -> Vec<Line<f64>> {
    let lone = |line: &LineString<f64>| Line::new(line.0[0], line.0[0]);
    let of = |line: &LineString<f64>| match line.0.len() {
        1 => vec![lone(line)],
        _ => line.lines().collect(),
    };
    lines.shape.0.iter().flat_map(of).collect()
}

fn boundary(area: &MultiPolygon<f64>) -> Vec<Coord<f64>> {
    let rings = area
        .0
        .iter()
        .flat_map(|polygon| std::iter::once(polygon.exterior()).chain(polygon.interiors()));
    rings.flat_map(|ring| ring.0.iter().copied()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_area_is_sound_and_holds_the_line_at_some_distance(lines in lines(), metres in METRES) {
        let lines = planar(&lines);
        let area = around(&lines, metres);
        prop_assert!(area.shape.is_valid());
        prop_assert!(area.shape.signed_area() > 0.0);
        let (reach_m, cell_m) = (f64::from(metres), f64::from(metres) * CELL);
        let segments = segments(&lines);
        for segment in &segments {
            for share in [0.0, 0.31, 0.77, 1.0] {
                let at = segment.start + segment.delta() * share;
                prop_assert!(area.shape.intersects(&Point(at)));
            }
        }
        for at in boundary(&area.shape) {
            let nearest = segments
                .iter()
                .map(|segment| Euclidean.distance(&Point(at), segment))
                .fold(f64::INFINITY, f64::min);
            prop_assert!(nearest <= reach_m + cell_m / 2.0 + 1e-6);
            prop_assert!(nearest >= reach_m - cell_m / 2.0 - 1e-6);
        }
    }

    #[test]
    fn the_corners_are_those_of_the_grid_and_none_is_of_the_line(lines in lines(), metres in METRES) {
        let lines = planar(&lines);
        let area = around(&lines, metres);
        let half_m = f64::from(metres) * CELL / 2.0;
        let own: Vec<Coord<f64>> = segments(&lines).iter().flat_map(|s| [s.start, s.end]).collect();
        for at in boundary(&area.shape) {
            prop_assert!(((at.x / half_m).round() * half_m - at.x).abs() < 1e-6);
            prop_assert!(((at.y / half_m).round() * half_m - at.y).abs() < 1e-6);
            prop_assert!(!own.contains(&at));
        }
    }

    #[test]
    fn neither_order_nor_direction_nor_cutting_changes_it(lines in lines()) {
        let whole = around(&planar(&lines), 100);
        let mut turned: Vec<Vec<(f64, f64)>> = lines
            .iter()
            .flat_map(|line| match line.len() {
                1 => vec![line.clone()],
                _ => line.windows(2).map(|pair| vec![pair[1], pair[0]]).collect(),
            })
            .collect();
        turned.reverse();
        prop_assert_eq!(whole, around(&planar(&turned), 100));
    }
}

#[test]
fn a_loop_leaves_a_hole_and_moving_a_little_changes_little() {
    let ring = |by: f64| {
        planar(&[vec![
            (600_003.3 + by, 6_800_001.7),
            (601_503.3 + by, 6_800_001.7),
            (601_503.3 + by, 6_801_501.7),
            (600_003.3 + by, 6_801_501.7),
            (600_003.3 + by, 6_800_001.7),
        ]])
    };
    let area = around(&ring(0.0), 100);
    assert_eq!(area.shape.0.len(), 1);
    assert_eq!(area.shape.0[0].interiors().len(), 1);
    assert_eq!(area, around(&ring(1.0), 100), "within a cell nothing shows");
}

#[test]
fn a_row_that_changed_its_key_keeps_what_was_asked() {
    let network = |key: &str, x: f64| Identified {
        key: Key::new(KeyKind::Heat, key),
        source: "main".to_owned(),
        row: Network {
            kind: NetworkKind::Heat,
            shape: Some(NetworkShape::Trace(planar(&[vec![
                (x, 0.5),
                (x + 900.0, 7.0),
            ]]))),
            ..Network::default()
        },
    };
    let edition = |rows: &[(&str, f64)]| Edition {
        networks: rows.iter().map(|(key, x)| network(key, *x)).collect(),
        ..Edition::default()
    };
    let asked = Areas::from([(Key::new(KeyKind::Heat, "abc"), 80)]);
    let old = edition(&[("abc", 0.0), ("7501C", 5_000.0)]);
    let new = edition(&[("7501C", 5_000.0), ("9201C", 30.0), ("9202C", 20_000.0)]);
    let found = successors(&old, &new, &asked);
    assert_eq!(found, Areas::from([(Key::new(KeyKind::Heat, "9201C"), 80)]));
    assert_eq!(successors(&old, &old, &asked), Areas::new());
}
