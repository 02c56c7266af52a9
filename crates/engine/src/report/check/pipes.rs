//! Is the same pipe drawn twice? Segments with the same two ends, in two networks of a kind or twice in one.

use super::super::finding::{DUPLICATE_PIPE, decimal};
use super::{Finding, Place, name_of, place_of, position};
use crate::network::{Edition, NetworkKind};
use geo::{Coord, Line};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Common pipe below which nothing is said (metres).
const MARGIN_M: f64 = 10.0;

struct Segment {
    hash: u64,
    network: u32,
    line: Line<f64>,
}

#[derive(Clone, Copy)]
struct Common {
    length_m: f64,
    first: Coord<f64>,
}

pub(super) fn check(new: &Edition) -> Vec<Finding> {
    let mut segments: Vec<Segment> = new
        .networks
        .par_iter()
        .enumerate()
        .filter_map(|(i, network)| {
            network
                .row
                .trace()
                .map(|trace| (i, network.row.kind, trace))
        })
        .flat_map_iter(|(i, kind, trace)| {
            trace.shape.0.iter().flat_map(move |piece| {
                piece.lines().map(move |line| Segment {
                    hash: hash(line, kind),
                    network: i as u32,
                    line,
                })
            })
        })
        .collect();
    segments.par_sort_unstable_by_key(|s| (s.hash, s.network));

    let mut common: BTreeMap<(u32, u32), Common> = BTreeMap::new();
    for same in segments.chunk_by(|a, b| a.hash == b.hash) {
        for pair in same.windows(2) {
            let length_m = pair[0].line.dx().hypot(pair[0].line.dy());
            let first = pair[0].line.start;
            common
                .entry((pair[0].network, pair[1].network))
                .or_insert(Common {
                    length_m: 0.0,
                    first,
                })
                .length_m += length_m;
        }
    }
    common
        .into_iter()
        .filter(|(_, common)| common.length_m >= MARGIN_M)
        .filter_map(|((a, b), common)| {
            let (one, other) = (&new.networks[a as usize], &new.networks[b as usize]);
            let place = Place {
                position: position(one.row.trace()?, common.first),
                ..place_of(one)
            };
            let length = decimal((common.length_m).round());
            Some(if a == b {
                DUPLICATE_PIPE.finding(
                    place,
                    format!("{length} m de tronçons sont dessinés deux fois."),
                    "Supprimez les tronçons superposés : la longueur mesurée est fausse, les distances non.",
                )
            } else {
                DUPLICATE_PIPE.finding(
                    place,
                    format!("{length} m de tronçons sont aussi dans le réseau « {} ».", name_of(other)),
                    "Vérifiez à quel réseau ils appartiennent et supprimez-les de l’autre.",
                )
            })
        })
        .collect()
}

/// The same for both directions of a segment.
fn hash(line: Line<f64>, kind: NetworkKind) -> u64 {
    let (a, b) = (line.start, line.end);
    let (a, b) = if (a.x, a.y) <= (b.x, b.y) {
        (a, b)
    } else {
        (b, a)
    };
    [a.x, a.y, b.x, b.y]
        .into_iter()
        .fold(kind as u64 + 1, |state, number| {
            let mixed = (state ^ number.to_bits()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) ^ (mixed >> 32)
        })
}
