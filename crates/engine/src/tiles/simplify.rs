//! Which positions may be left out without anybody seeing it at this zoom?

use super::clip::At;

/// Leaves out positions nearer than `tolerance` to the last one kept; the first and the last stay.
pub(super) fn thin(line: &mut Vec<At>, tolerance: f64) {
    let Some(last) = line.last().copied() else {
        return;
    };
    let squared = tolerance * tolerance;
    let mut kept: Option<At> = None;
    line.retain(|at| {
        let near = kept.is_some_and(|k| {
            let (dx, dy) = (at.0 - k.0, at.1 - k.1);
            dx * dx + dy * dy < squared
        });
        if !near {
            kept = Some(*at);
        }
        !near
    });
    if line.last() != Some(&last) {
        line.push(last);
    }
}

/// Leaves out positions farther than `tolerance` from no straight line between those kept (Douglas and Peucker, 1973).
pub(super) fn straighten(line: &[At], tolerance: f64) -> Vec<At> {
    if line.len() < 3 || tolerance <= 0.0 {
        return line.to_vec();
    }
    let mut keeps = vec![false; line.len()];
    keeps[0] = true;
    keeps[line.len() - 1] = true;
    let mut spans = vec![(0, line.len() - 1)];
    while let Some((from, to)) = spans.pop() {
        let farthest = (from + 1..to)
            .map(|i| (distance(line[i], line[from], line[to]), i))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((off, i)) = farthest
            && off > tolerance
        {
            keeps[i] = true;
            spans.push((from, i));
            spans.push((i, to));
        }
    }
    line.iter()
        .zip(keeps)
        .filter_map(|(at, keep)| keep.then_some(*at))
        .collect()
}

/// From a position to a segment.
fn distance(p: At, a: At, b: At) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let squared = dx * dx + dy * dy;
    let t = if squared == 0.0 {
        0.0
    } else {
        (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / squared).clamp(0.0, 1.0)
    };
    (p.0 - a.0 - t * dx).hypot(p.1 - a.1 - t * dy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_left_out_is_within_the_tolerance_of_what_stays(
            line in prop::collection::vec((-50.0..50.0_f64, -50.0..50.0_f64), 2..60),
            tolerance in 0.1..20.0_f64,
        ) {
            let kept = straighten(&line, tolerance);
            prop_assert_eq!(kept.first(), line.first());
            prop_assert_eq!(kept.last(), line.last());
            for at in &line {
                let off = kept.windows(2).map(|p| distance(*at, p[0], p[1])).fold(f64::INFINITY, f64::min);
                prop_assert!(off <= tolerance + 1e-9);
            }
        }

        #[test]
        fn thinning_keeps_both_ends(mut line in prop::collection::vec((-50.0..50.0_f64, -50.0..50.0_f64), 2..60)) {
            let (first, last) = (line[0], line[line.len() - 1]);
            thin(&mut line, 10.0);
            prop_assert_eq!(line.first(), Some(&first));
            prop_assert_eq!(line.last(), Some(&last));
        }
    }
}
