//! In which order do items fill a packed tree so that few nodes are looked at for a question?
//!
//! From the top down, greedily: a set too large for one node is cut in two across x or y, where the boxes of the two
//! halves are smallest together, until each piece is one child's worth (Y. García, M. López, S. Leutenegger, “A greedy
//! algorithm for bulk loading R-trees”, 1998). Pipes lie in towns far apart: an order along a curve puts pieces of two
//! towns into one box as long as the way between them, and every question on that way looks into it.

use super::tree::NODE_WIDTH;
use super::{EMPTY_BOX, FixedBox};
use rayon::prelude::*;

/// An item and its box.
pub(super) type Boxed = (u32, FixedBox);

/// Questions reach about so far around their point, centimetres: a box costs what it covers, widened by this.
const REACH_CM: f64 = 20_000.0;

/// Sets smaller than this are not worth a thread.
const WORTH_A_THREAD: usize = 8192;

/// Puts items in the order of the leaves. The same items give the same order, however they came.
pub(super) fn arrange(items: &mut [Boxed]) {
    if items.len() <= NODE_WIDTH {
        items.sort_unstable_by_key(|(item, _)| *item);
        return;
    }
    let mut child = NODE_WIDTH;
    while child * NODE_WIDTH < items.len() {
        child *= NODE_WIDTH;
    }
    cut(items, child);
}

/// Cuts `items` into pieces of `child` items, the last one shorter, and arranges each.
fn cut(items: &mut [Boxed], child: usize) {
    if items.len() <= child {
        return arrange(items);
    }
    let across_x = best_cut(items, child, |(_, b)| b.doubled_middle().0);
    // Sorted across y from here on: most cuts need no third sort.
    let across_y = best_cut(items, child, |(_, b)| b.doubled_middle().1);
    let at = if across_y.1 <= across_x.1 {
        across_y.0
    } else {
        sort_across(items, |(_, b)| b.doubled_middle().0);
        across_x.0
    };
    let (low, high) = items.split_at_mut(at);
    if low.len().max(high.len()) > WORTH_A_THREAD {
        rayon::join(|| cut(low, child), || cut(high, child));
    } else {
        cut(low, child);
        cut(high, child);
    }
}

/// Sorts, and gives the multiple of `child` where the cut costs least, with that cost.
fn best_cut(
    items: &mut [Boxed],
    child: usize,
    across: impl Fn(&Boxed) -> i64 + Sync,
) -> (usize, f64) {
    sort_across(items, across);
    let pieces: Vec<FixedBox> = items.chunks(child).map(around).collect();
    // Of the pieces from each place on, and then of those before it.
    let mut after = pieces.clone();
    for i in (1..after.len()).rev() {
        after[i - 1] = after[i - 1].joined(after[i]);
    }
    let mut before = EMPTY_BOX;
    let mut best = (child, f64::INFINITY);
    for i in 1..pieces.len() {
        before = before.joined(pieces[i - 1]);
        let cost = cost(before) + cost(after[i]);
        if cost < best.1 {
            best = (i * child, cost);
        }
    }
    best
}

fn sort_across(items: &mut [Boxed], across: impl Fn(&Boxed) -> i64 + Sync) {
    let key = |boxed: &Boxed| (across(boxed), boxed.0);
    if items.len() > WORTH_A_THREAD {
        items.par_sort_unstable_by_key(key);
    } else {
        items.sort_unstable_by_key(key);
    }
}

fn around(items: &[Boxed]) -> FixedBox {
    items
        .iter()
        .fold(EMPTY_BOX, |sum, (_, bounds)| sum.joined(*bounds))
}

fn cost(bounds: FixedBox) -> f64 {
    let side = |low: i32, high: i32| (f64::from(high) - f64::from(low)).max(0.0) + REACH_CM;
    side(bounds.min_x.get(), bounds.max_x.get()) * side(bounds.min_y.get(), bounds.max_y.get())
}
