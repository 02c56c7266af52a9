//! Which part of this line, of this ring, is inside the box?

/// A position in whatever plane.
pub(super) type At = (f64, f64);

/// A box, both corners included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) low: At,
    pub(super) high: At,
}

impl Frame {
    fn holds_box_of(&self, a: At, b: At) -> bool {
        a.0.min(b.0) <= self.high.0
            && a.0.max(b.0) >= self.low.0
            && a.1.min(b.1) <= self.high.1
            && a.1.max(b.1) >= self.low.1
    }

    pub(super) fn holds(&self, at: At) -> bool {
        (self.low.0..=self.high.0).contains(&at.0) && (self.low.1..=self.high.1).contains(&at.1)
    }
}

/// Runs of consecutive segments whose box meets the frame: a quick sieve, not a cut.
pub(super) fn runs(line: impl Iterator<Item = At>, frame: &Frame) -> Vec<Vec<At>> {
    let mut found = Vec::new();
    let mut run: Vec<At> = Vec::new();
    let mut before: Option<At> = None;
    for at in line {
        if let Some(previous) = before {
            if frame.holds_box_of(previous, at) {
                if run.is_empty() {
                    run.push(previous);
                }
                run.push(at);
            } else if !run.is_empty() {
                found.push(std::mem::take(&mut run));
            }
        }
        before = Some(at);
    }
    if !run.is_empty() {
        found.push(run);
    }
    found
}

/// The pieces of a line inside the frame.
pub(super) fn line(line: &[At], frame: &Frame) -> Vec<Vec<At>> {
    let mut pieces = Vec::new();
    let mut piece: Vec<At> = Vec::new();
    for pair in line.windows(2) {
        let Some((from, to)) = segment(pair[0], pair[1], frame) else {
            keep(&mut pieces, &mut piece);
            continue;
        };
        if piece.last() != Some(&from) {
            keep(&mut pieces, &mut piece);
            piece.push(from);
        }
        piece.push(to);
        if to != pair[1] {
            keep(&mut pieces, &mut piece);
        }
    }
    keep(&mut pieces, &mut piece);
    pieces
}

fn keep(pieces: &mut Vec<Vec<At>>, piece: &mut Vec<At>) {
    if piece.len() > 1 {
        pieces.push(std::mem::take(piece));
    } else {
        piece.clear();
    }
}

/// The part of a segment inside the frame (Liang and Barsky, 1984).
fn segment(a: At, b: At, frame: &Frame) -> Option<(At, At)> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
    let sides = [
        (-dx, a.0 - frame.low.0),
        (dx, frame.high.0 - a.0),
        (-dy, a.1 - frame.low.1),
        (dy, frame.high.1 - a.1),
    ];
    for (slope, room) in sides {
        if slope == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if slope < 0.0 {
            enters = enters.max(room / slope);
        } else {
            leaves = leaves.min(room / slope);
        }
    }
    if enters > leaves {
        return None;
    }
    let at = |t: f64, end: At, end_t: f64| {
        if t == end_t {
            end
        } else {
            (a.0 + t * dx, a.1 + t * dy)
        }
    };
    Some((at(enters, a, 0.0), at(leaves, b, 1.0)))
}

/// The part of a closed ring (first position not repeated) inside the frame (Sutherland and Hodgman, 1974); parts that
/// come apart stay joined along the frame's edge, outside what is shown.
pub(super) fn ring(ring: &[At], frame: &Frame) -> Vec<At> {
    if ring.iter().all(|at| frame.holds(*at)) {
        return ring.to_vec();
    }
    let sides: [(bool, f64, f64); 4] = [
        (true, frame.low.0, 1.0),
        (true, frame.high.0, -1.0),
        (false, frame.low.1, 1.0),
        (false, frame.high.1, -1.0),
    ];
    let mut kept = ring.to_vec();
    for (along_x, limit, sign) in sides {
        let inside = |at: At| (if along_x { at.0 } else { at.1 } - limit) * sign >= 0.0;
        let input = std::mem::take(&mut kept);
        let Some(mut before) = input.last().copied() else {
            return Vec::new();
        };
        for at in input {
            if inside(at) != inside(before) {
                kept.push(crossing(before, at, along_x, limit));
            }
            if inside(at) {
                kept.push(at);
            }
            before = at;
        }
    }
    kept
}

fn crossing(a: At, b: At, along_x: bool, limit: f64) -> At {
    if along_x {
        let t = (limit - a.0) / (b.0 - a.0);
        (limit, a.1 + t * (b.1 - a.1))
    } else {
        let t = (limit - a.1) / (b.1 - a.1);
        (a.0 + t * (b.0 - a.0), limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FRAME: Frame = Frame {
        low: (0.0, 0.0),
        high: (10.0, 10.0),
    };

    fn length(line: &[At]) -> f64 {
        line.windows(2)
            .map(|p| (p[1].0 - p[0].0).hypot(p[1].1 - p[0].1))
            .sum()
    }

    fn area(ring: &[At]) -> f64 {
        (0..ring.len())
            .map(|i| {
                let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
                a.0 * b.1 - b.0 * a.1
            })
            .sum::<f64>()
            / 2.0
    }

    #[test]
    fn a_line_that_leaves_and_comes_back_is_in_two_pieces() {
        let bent = [(5.0, 5.0), (15.0, 5.0), (15.0, 8.0), (5.0, 8.0)];
        let pieces = line(&bent, &FRAME);
        assert_eq!(
            pieces,
            [vec![(5.0, 5.0), (10.0, 5.0)], vec![(10.0, 8.0), (5.0, 8.0)]]
        );
    }

    #[test]
    fn a_ring_around_the_frame_becomes_the_frame() {
        let around = [(-5.0, -5.0), (15.0, -5.0), (15.0, 15.0), (-5.0, 15.0)];
        assert_eq!(area(&ring(&around, &FRAME)), 100.0);
        let away = [(20.0, 0.0), (30.0, 0.0), (30.0, 5.0)];
        assert!(ring(&away, &FRAME).is_empty());
    }

    fn position() -> impl Strategy<Value = At> {
        (-20.0..30.0, -20.0..30.0)
    }

    proptest! {
        #[test]
        fn pieces_are_inside_and_as_long_as_what_small_steps_find(positions in prop::collection::vec(position(), 2..12)) {
            let pieces = line(&positions, &FRAME);
            for at in pieces.iter().flatten() {
                prop_assert!((-1e-9..=10.0 + 1e-9).contains(&at.0) && (-1e-9..=10.0 + 1e-9).contains(&at.1));
            }
            let found: f64 = pieces.iter().map(|piece| length(piece)).sum();
            let steps = 2_000;
            let walked: f64 = positions.windows(2).map(|p| {
                let inside = (0..steps).filter(|i| {
                    let t = (f64::from(*i) + 0.5) / f64::from(steps);
                    FRAME.holds((p[0].0 + t * (p[1].0 - p[0].0), p[0].1 + t * (p[1].1 - p[0].1)))
                }).count();
                length(p) * inside as f64 / f64::from(steps)
            }).sum();
            prop_assert!((found - walked).abs() < 0.1 * positions.len() as f64, "{} {}", found, walked);
        }

        #[test]
        fn the_sieve_keeps_all_that_the_cut_keeps(positions in prop::collection::vec(position(), 2..12)) {
            let cut = |lines: &[Vec<At>]| -> f64 { lines.iter().flat_map(|l| line(l, &FRAME)).map(|p| length(&p)).sum() };
            let sieved = runs(positions.iter().copied(), &FRAME);
            prop_assert!((cut(&sieved) - cut(&[positions])).abs() < 1e-6);
        }

        #[test]
        fn a_triangle_cut_is_never_larger_and_stays_inside(a in position(), b in position(), c in position()) {
            let cut = ring(&[a, b, c], &FRAME);
            prop_assert!(area(&cut).abs() <= area(&[a, b, c]).abs() + 1e-6);
            for at in cut {
                prop_assert!((-1e-9..=10.0 + 1e-9).contains(&at.0) && (-1e-9..=10.0 + 1e-9).contains(&at.1));
            }
        }
    }
}
