//! Is each trace drawn well? Its length against the declared one, ends that nearly touch, pieces that touch nothing.

use super::super::finding::{DANGLING, GAPS, LENGTH_DISAGREES, counted, decimal};
use super::{Finding, Place, place_of, position};
use crate::network::{Edition, Identified, Network};
use geo::{Coord, MultiLineString};
use rayon::prelude::*;
use std::collections::HashMap;

/// Ends nearer than this touch (metres): what rounding to the centimetre can part.
const TOUCHING_M: f64 = 0.01;
/// Ends nearer than this and not touching leave a gap (metres).
const GAP_M: f64 = 1.0;
/// Side of a cell of the grid of free ends (metres).
const CELL_M: f64 = 32.0;
/// Declared over measured length beyond which they disagree, either way.
const LENGTH_RATIO: f64 = 2.0;
/// Difference of length below which nothing is said (metres).
const LENGTH_MARGIN_M: f64 = 500.0;

pub(super) fn check(new: &Edition) -> Vec<Finding> {
    new.networks
        .par_iter()
        .map(check_network)
        .collect::<Vec<_>>()
        .into_iter()
        .flatten()
        .collect()
}

fn check_network(network: &Identified<Network>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some(trace) = network.row.trace() else {
        return findings;
    };
    findings.extend(length(network, &trace.shape));
    let faults = examine(&trace.shape);
    let place = |at: Option<Coord<f64>>| Place {
        position: at.and_then(|at| position(trace, at)),
        ..place_of(network)
    };
    if faults.gaps > 0 {
        findings.push(GAPS.finding(
            place(faults.first_gap),
            format!(
                "{} à moins d’un mètre d’un autre tronçon sans le toucher ; ici le premier.",
                counted(faults.gaps, "bout de tronçon est", "bouts de tronçons sont")
            ),
            "Raccordez les tronçons dans le logiciel de dessin (accrochage aux extrémités). Les distances n’en changent pas d’un mètre.",
        ));
    }
    if faults.dangling > 0 {
        findings.push(DANGLING.finding(
            place(faults.first_dangling),
            format!(
                "{} aucun autre du réseau, ou {} de moins d’un mètre ; ici le premier.",
                counted(faults.dangling, "tronçon ne touche", "tronçons ne touchent"),
                if faults.dangling < 2 {
                    "est un moignon"
                } else {
                    "sont des moignons"
                }
            ),
            "Vérifiez qu’il ne manque pas un tronçon entre ces morceaux.",
        ));
    }
    findings
}

fn length(network: &Identified<Network>, trace: &MultiLineString<f64>) -> Option<Finding> {
    let declared_m = network.row.declared_length_km? * 1000.0;
    let measured_m: f64 = trace
        .0
        .iter()
        .flat_map(geo::LineString::lines)
        .map(|line| line.dx().hypot(line.dy()))
        .sum();
    let ratio = declared_m / measured_m;
    let agree = (1.0 / LENGTH_RATIO..=LENGTH_RATIO).contains(&ratio)
        || (declared_m - measured_m).abs() <= LENGTH_MARGIN_M;
    (!agree).then(|| {
        LENGTH_DISAGREES.finding(
            Place {
                field: Some("longueur_reseau".to_owned()),
                ..place_of(network)
            },
            format!(
                "Longueur déclarée {} km, longueur mesurée {} km.",
                decimal(declared_m / 1000.0),
                decimal(measured_m / 1000.0)
            ),
            "Vérifiez l’unité (kilomètres attendus), et que le tracé est complet.",
        )
    })
}

/// What is wrong with the drawing of one trace.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Faults {
    pub gaps: u64,
    pub first_gap: Option<Coord<f64>>,
    pub dangling: u64,
    pub first_dangling: Option<Coord<f64>>,
}

/// An end that no end of another piece shares.
struct FreeEnd {
    piece: usize,
    at: Coord<f64>,
    nearest_m: f64,
}

/// Finds gaps and dangling pieces: ends that meet another end exactly are set aside by hashing; the others, few, go in
/// a grid past which every segment is drawn once.
pub(super) fn examine(trace: &MultiLineString<f64>) -> Faults {
    let pieces = &trace.0;
    if pieces.len() < 2 {
        return Faults::default();
    }
    let mut touched = vec![false; pieces.len()];
    let mut free = free_ends(trace, &mut touched);
    draw_segments(trace, &mut free, &mut touched);

    let mut faults = Faults::default();
    let mut joined_ends = vec![2_u8; pieces.len()];
    for end in free.iter().filter(|end| end.nearest_m > TOUCHING_M) {
        joined_ends[end.piece] -= 1;
    }
    // A stub hangs by one end; its other end is near what it hangs from without that being a gap.
    let stub: Vec<bool> = pieces
        .iter()
        .zip(&joined_ends)
        .map(|(piece, joined)| {
            let length_m: f64 = piece.lines().map(|l| l.dx().hypot(l.dy())).sum();
            *joined == 1 && length_m < GAP_M
        })
        .collect();
    let mut has_gap = vec![false; pieces.len()];
    for end in &free {
        if end.nearest_m > TOUCHING_M && end.nearest_m < GAP_M && !stub[end.piece] {
            faults.gaps += 1;
            faults.first_gap.get_or_insert(end.at);
            has_gap[end.piece] = true;
        }
    }
    for (i, piece) in pieces.iter().enumerate() {
        let alone = joined_ends[i] == 0 && !touched[i] && !has_gap[i];
        if alone || stub[i] {
            faults.dangling += 1;
            if faults.first_dangling.is_none() {
                faults.first_dangling = piece.0.first().copied();
            }
        }
    }
    faults
}

fn free_ends(trace: &MultiLineString<f64>, touched: &mut [bool]) -> Vec<FreeEnd> {
    let mut ends: Vec<(Coord<f64>, usize)> = trace
        .0
        .iter()
        .enumerate()
        .flat_map(|(i, piece)| {
            let first = piece.0.first().map(|&c| (c, i));
            let last = piece.0.last().map(|&c| (c, i));
            first.into_iter().chain(last)
        })
        .collect();
    ends.sort_unstable_by(|(a, i), (b, j)| {
        a.x.total_cmp(&b.x).then(a.y.total_cmp(&b.y)).then(i.cmp(j))
    });
    let mut free = Vec::new();
    for group in ends.chunk_by(|(a, _), (b, _)| a == b) {
        let shared = group.iter().any(|&(_, piece)| piece != group[0].1);
        for &(at, piece) in group {
            if shared {
                touched[piece] = true;
            } else {
                free.push(FreeEnd {
                    piece,
                    at,
                    nearest_m: f64::INFINITY,
                });
            }
        }
    }
    free
}

type Cell = (i64, i64);

fn cell(at: Coord<f64>) -> Cell {
    (
        (at.x / CELL_M).floor() as i64,
        (at.y / CELL_M).floor() as i64,
    )
}

fn draw_segments(trace: &MultiLineString<f64>, free: &mut [FreeEnd], touched: &mut [bool]) {
    if free.is_empty() {
        return;
    }
    let mut grid: HashMap<Cell, Vec<usize>> = HashMap::with_capacity(free.len());
    for (i, end) in free.iter().enumerate() {
        grid.entry(cell(end.at)).or_default().push(i);
    }
    for (piece, line) in trace.0.iter().enumerate() {
        for segment in line.lines() {
            let (a, b) = (segment.start, segment.end);
            let low = cell(Coord {
                x: a.x.min(b.x) - GAP_M,
                y: a.y.min(b.y) - GAP_M,
            });
            let high = cell(Coord {
                x: a.x.max(b.x) + GAP_M,
                y: a.y.max(b.y) + GAP_M,
            });
            let mut meet = |i: usize| {
                let end = &mut free[i];
                if end.piece != piece {
                    let distance_m = distance_to_segment(end.at, a, b);
                    end.nearest_m = end.nearest_m.min(distance_m);
                    touched[piece] |= distance_m <= TOUCHING_M;
                }
            };
            let cells = (high.0 - low.0 + 1).saturating_mul(high.1 - low.1 + 1);
            if cells > trace.0.len() as i64 * 2 {
                // A segment so long that looking at every end costs less than walking its cells.
                for i in 0..grid.values().map(Vec::len).sum() {
                    meet(i);
                }
                continue;
            }
            for column in low.0..=high.0 {
                for row in low.1..=high.1 {
                    for &i in grid.get(&(column, row)).into_iter().flatten() {
                        meet(i);
                    }
                }
            }
        }
    }
}

/// Distance from a point to a segment, in the units of the coordinates.
pub(super) fn distance_to_segment(p: Coord<f64>, a: Coord<f64>, b: Coord<f64>) -> f64 {
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let squared = dx * dx + dy * dy;
    let t = if squared > 0.0 {
        (((p.x - a.x) * dx + (p.y - a.y) * dy) / squared).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (p.x - a.x - t * dx).hypot(p.y - a.y - t * dy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use geo::LineString;
    use proptest::prelude::*;

    fn trace(pieces: &[&[(f64, f64)]]) -> MultiLineString<f64> {
        MultiLineString(
            pieces
                .iter()
                .map(|piece| LineString::from(piece.to_vec()))
                .collect(),
        )
    }

    #[test]
    fn pieces_that_share_an_end_or_meet_along_a_segment_have_no_fault() {
        let t = trace(&[
            &[(0.0, 0.0), (100.0, 0.0)],
            &[(100.0, 0.0), (100.0, 50.0)],
            &[(40.0, 0.0), (40.0, 80.0)],
        ]);
        assert_eq!(examine(&t), Faults::default());
    }

    #[test]
    fn an_end_at_half_a_metre_is_a_gap_and_a_far_piece_dangles() {
        let t = trace(&[
            &[(0.0, 0.0), (100.0, 0.0)],
            &[(100.5, 0.0), (200.0, 0.0)],
            &[(5000.0, 0.0), (5100.0, 0.0)],
        ]);
        let faults = examine(&t);
        // Each of the two ends is near the other piece.
        assert_eq!((faults.gaps, faults.dangling), (2, 1));
        assert_eq!(faults.first_dangling, Some(Coord { x: 5000.0, y: 0.0 }));
    }

    #[test]
    fn a_stub_under_one_metre_dangles() {
        let t = trace(&[&[(0.0, 0.0), (100.0, 0.0)], &[(100.0, 0.0), (100.0, 0.4)]]);
        assert_eq!(examine(&t).dangling, 1);
    }

    #[test]
    fn a_segment_of_a_thousand_kilometres_is_compared_with_every_end() {
        let t = trace(&[
            &[(0.0, 0.0), (1e6, 1e6)],
            &[(5e5, 5e5 + 0.7), (5e5, 5e5 + 90.0)],
        ]);
        assert_eq!(examine(&t).gaps, 1);
    }

    proptest! {
        #[test]
        fn gaps_are_those_of_the_brute_force(
            ends in prop::collection::vec((0..60_i32, 0..60_i32, 0..60_i32, 0..60_i32), 2..12)
        ) {
            let pieces: Vec<LineString<f64>> = ends
                .iter()
                .filter(|(a, b, c, d)| (c - a).pow(2) + (d - b).pow(2) >= 3)
                .map(|&(a, b, c, d)| {
                    let f = |n: i32| f64::from(n) * 0.7;
                    LineString::from(vec![(f(a), f(b)), (f(c), f(d))])
                })
                .collect();
            let t = MultiLineString(pieces);
            let mut gaps = 0;
            for (i, piece) in t.0.iter().enumerate() {
                for &end in [&piece.0[0], &piece.0[1]] {
                    let nearest = t.0.iter().enumerate().filter(|&(j, _)| j != i)
                        .map(|(_, other)| distance_to_segment(end, other.0[0], other.0[1]))
                        .fold(f64::INFINITY, f64::min);
                    if nearest > TOUCHING_M && nearest < GAP_M { gaps += 1; }
                }
            }
            prop_assert_eq!(examine(&t).gaps, gaps);
        }
    }
}
