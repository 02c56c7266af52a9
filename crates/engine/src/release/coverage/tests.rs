use super::*;
use proptest::prelude::*;

fn lines(parts: &[&[(f64, f64)]]) -> Lines {
    let shape = MultiLineString::new(
        parts
            .iter()
            .map(|part| part.iter().copied().collect())
            .collect(),
    );
    Lines::of(Form::Lines(&Planar {
        territory: Territory::Mainland,
        shape,
    }))
}

#[test]
fn a_parallel_pipe_at_twenty_metres_is_near_and_at_twenty_one_is_not() {
    let pipe = lines(&[&[(0.0, 0.0), (1000.0, 0.0)]]);
    let near = lines(&[&[(1000.0, 19.9), (0.0, 19.9)]]);
    let far = lines(&[&[(0.0, 21.0), (1000.0, 21.0)]]);
    assert!((f1(&pipe, &near, 20.0) - 1.0).abs() < 1e-9);
    assert_eq!(f1(&pipe, &far, 20.0), 0.0);
}

#[test]
fn splitting_reversing_and_densifying_leave_nothing_far() {
    let pipe = lines(&[&[(0.0, 0.0), (300.0, 400.0)]]);
    let same = lines(&[
        &[(300.0, 400.0), (150.0, 200.0), (90.0, 120.0)],
        &[(0.0, 0.0), (30.0, 40.0), (90.0, 120.0)],
    ]);
    assert_eq!(pipe.far_from(&same, 0.5).0, 0.0);
    assert_eq!(same.far_from(&pipe, 0.5).0, 0.0);
}

#[test]
fn a_branch_is_far_but_for_its_first_half_metre() {
    let pipe = lines(&[&[(0.0, 0.0), (1000.0, 0.0)]]);
    let grown = lines(&[
        &[(0.0, 0.0), (1000.0, 0.0)],
        &[(500.0, 0.0), (500.0, 50.0), (500.0, 100.0)],
    ]);
    let (length_m, pieces) = grown.far_from(&pipe, 0.5);
    assert!((length_m - 99.5).abs() < 1e-9);
    assert_eq!(pieces.len(), 1);
    assert_eq!(pieces[0].shape.0.len(), 1, "one piece, not two segments");
}

fn distance(p: Coord<f64>, s: &Segment) -> f64 {
    let d = s.b - s.a;
    let t = (((p.x - s.a.x) * d.x + (p.y - s.a.y) * d.y) / (d.x * d.x + d.y * d.y)).clamp(0.0, 1.0);
    let q = s.a + d * t;
    (p.x - q.x).hypot(p.y - q.y)
}

fn some_lines() -> impl Strategy<Value = Vec<Vec<(f64, f64)>>> {
    let position = (0_i32..600, 0_i32..600).prop_map(|(x, y)| (f64::from(x), f64::from(y)));
    proptest::collection::vec(proptest::collection::vec(position, 2..6), 1..8)
}

proptest! {
    #[test]
    fn the_near_share_agrees_with_brute_force_sampling(a in some_lines(), b in some_lines(), reach in 1.0..60.0_f64) {
        let parts = |all: &Vec<Vec<(f64, f64)>>| lines(&all.iter().map(Vec::as_slice).collect::<Vec<_>>());
        let (a, b) = (parts(&a), parts(&b));
        prop_assume!(a.length_m > 1.0 && b.length_m > 1.0);
        let (mut near, mut all) = (0.0, 0.0);
        for s in &a.segments {
            for step in 0..400 {
                let p = s.at((f64::from(step) + 0.5) / 400.0);
                let close = b.segments.iter().any(|other| distance(p, other) <= reach);
                all += s.length() / 400.0;
                near += if close { s.length() / 400.0 } else { 0.0 };
            }
        }
        let share = a.share_near(&b, reach);
        prop_assert!((share - near / all).abs() < 0.02, "{share} against {}", near / all);
    }
}
