//! Lines without what adds nothing: repeated vertices, pieces of no length, pieces drawn twice.

use geo::{Coord, LineString, MultiLineString};
use std::collections::HashMap;

/// Pieces dropped from a trace.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dropped {
    /// Of no length.
    pub empty: u64,
    /// The same as another, in either direction.
    pub duplicate: u64,
}

/// Drops repeated vertices, pieces of no length and exact duplicates (either direction); the first of its kind stays.
pub fn clean_lines(lines: &mut MultiLineString<f64>) -> Dropped {
    let mut dropped = Dropped::default();
    let before = lines.0.len() as u64;
    for line in &mut lines.0 {
        line.0.dedup();
    }
    lines.0.retain(|line| line.0.len() >= 2);
    dropped.empty = before - lines.0.len() as u64;

    let mut seen: HashMap<u64, Vec<usize>> = HashMap::with_capacity(lines.0.len());
    let mut keep = vec![true; lines.0.len()];
    for (i, line) in lines.0.iter().enumerate() {
        let same = seen.entry(signature(line)).or_default();
        if same.iter().any(|&j| same_either_way(line, &lines.0[j])) {
            keep[i] = false;
            dropped.duplicate += 1;
        } else {
            same.push(i);
        }
    }
    if dropped.duplicate > 0 {
        let mut kept = keep.iter();
        lines.0.retain(|_| *kept.next().unwrap_or(&true));
    }
    dropped
}

fn same_either_way(a: &LineString<f64>, b: &LineString<f64>) -> bool {
    a.0 == b.0 || (a.0.len() == b.0.len() && a.0.iter().eq(b.0.iter().rev()))
}

/// The same for both directions: the ends in a fixed order and the number of vertices.
fn signature(line: &LineString<f64>) -> u64 {
    let bits = |c: Coord<f64>| c.x.to_bits().rotate_left(17) ^ c.y.to_bits();
    let first = line.0.first().map_or(0, |&c| bits(c));
    let last = line.0.last().map_or(0, |&c| bits(c));
    first
        .wrapping_add(last)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(line.0.len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pieces: &[&[(f64, f64)]]) -> MultiLineString<f64> {
        MultiLineString(
            pieces
                .iter()
                .map(|p| LineString::from(p.to_vec()))
                .collect(),
        )
    }

    #[test]
    fn repeated_vertices_and_pieces_of_no_length_go() {
        let mut m = lines(&[
            &[(0.0, 0.0), (0.0, 0.0), (1.0, 0.0), (1.0, 0.0)],
            &[(5.0, 5.0), (5.0, 5.0)],
            &[(6.0, 6.0)],
            &[],
        ]);
        let dropped = clean_lines(&mut m);
        assert_eq!(m, lines(&[&[(0.0, 0.0), (1.0, 0.0)]]));
        assert_eq!((dropped.empty, dropped.duplicate), (3, 0));
    }

    #[test]
    fn a_piece_drawn_twice_in_either_direction_stays_once() {
        let mut m = lines(&[
            &[(0.0, 0.0), (1.0, 0.0), (2.0, 1.0)],
            &[(3.0, 0.0), (4.0, 0.0)],
            &[(2.0, 1.0), (1.0, 0.0), (0.0, 0.0)],
            &[(3.0, 0.0), (4.0, 0.0)],
            &[(0.0, 0.0), (1.0, 0.5), (2.0, 1.0)],
        ]);
        assert_eq!(clean_lines(&mut m).duplicate, 2);
        assert_eq!(m.0.len(), 3);
    }
}
