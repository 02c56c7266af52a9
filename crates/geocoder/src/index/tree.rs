//! Which streets are nearest to this point? Boxes of streets packed along a Hilbert curve, sixteen
//! to a node, walked from the nearest box on.
//!
//! Block: number of leaves (u64), leaves (20 bytes: west, south, east, north, street), then the
//! boxes of each upper level (16 bytes), up to one.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::bytes::{i32_at, u32_at, u64_at};

const FAN: usize = 16;
const LEAF: usize = 20;
const BOX: usize = 16;

/// A box in 10⁻⁷ degrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// Least longitude.
    pub west: i32,
    /// Least latitude.
    pub south: i32,
    /// Greatest longitude.
    pub east: i32,
    /// Greatest latitude.
    pub north: i32,
}

impl Extent {
    /// A box of one point.
    pub fn of(lon: i32, lat: i32) -> Self {
        Self {
            west: lon,
            south: lat,
            east: lon,
            north: lat,
        }
    }

    /// The box that holds both.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            west: self.west.min(other.west),
            south: self.south.min(other.south),
            east: self.east.max(other.east),
            north: self.north.max(other.north),
        }
    }

    /// Whether the two share a position.
    pub fn meets(self, other: Self) -> bool {
        self.west <= other.east
            && other.west <= self.east
            && self.south <= other.north
            && other.south <= self.north
    }

    fn read(data: &[u8], at: usize) -> Self {
        Self {
            west: i32_at(data, at),
            south: i32_at(data, at + 4),
            east: i32_at(data, at + 8),
            north: i32_at(data, at + 12),
        }
    }

    fn write(self, out: &mut Vec<u8>) {
        for n in [self.west, self.south, self.east, self.north] {
            out.extend_from_slice(&n.to_le_bytes());
        }
    }

    fn center(self) -> (u32, u32) {
        let middle =
            |a: i32, b: i32| (i64::midpoint(i64::from(a), i64::from(b)) + (1 << 31)) as u32;
        (middle(self.west, self.east), middle(self.south, self.north))
    }
}

/// Place of a point along a Hilbert curve of order 16.
fn hilbert((x, y): (u32, u32)) -> u32 {
    let (mut x, mut y) = (x >> 16, y >> 16);
    let mut d = 0_u32;
    let mut s = 1_u32 << 15;
    while s > 0 {
        let (rx, ry) = (u32::from(x & s > 0), u32::from(y & s > 0));
        d = d.wrapping_add(s.wrapping_mul(s).wrapping_mul((3 * rx) ^ ry));
        if ry == 0 {
            if rx == 1 {
                x = 0xffff - x;
                y = 0xffff - y;
            }
            std::mem::swap(&mut x, &mut y);
        }
        s >>= 1;
    }
    d
}

/// Packs boxes with their streets.
pub fn build(mut leaves: Vec<(Extent, u32)>) -> Vec<u8> {
    // The curve is drawn over France at 1/65536 of a turn only; the street breaks ties.
    leaves.sort_by_cached_key(|(e, street)| (hilbert(e.center()), *street));
    let mut out = Vec::with_capacity(leaves.len() * 22 + 8);
    out.extend_from_slice(&(leaves.len() as u64).to_le_bytes());
    for (extent, street) in &leaves {
        extent.write(&mut out);
        out.extend_from_slice(&street.to_le_bytes());
    }
    let mut level: Vec<Extent> = leaves.into_iter().map(|(e, _)| e).collect();
    while level.len() > 1 {
        level = level
            .chunks(FAN)
            .filter_map(|c| c.iter().copied().reduce(Extent::with))
            .collect();
        for extent in &level {
            extent.write(&mut out);
        }
    }
    out
}

/// Square of a distance in 10⁻⁷ degrees of latitude, longitudes narrowed to the point's parallel.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    lon: f64,
    lat: f64,
    narrowing: f64,
}

impl Metric {
    /// Around a point in degrees.
    pub fn around(lon: f64, lat: f64) -> Self {
        Self {
            lon: lon * 1e7,
            lat: lat * 1e7,
            narrowing: lat.to_radians().cos(),
        }
    }

    /// To a point.
    pub fn to_point(self, lon_e7: i32, lat_e7: i32) -> f64 {
        let dx = (f64::from(lon_e7) - self.lon) * self.narrowing;
        let dy = f64::from(lat_e7) - self.lat;
        dx * dx + dy * dy
    }

    fn to_box(self, e: Extent) -> f64 {
        let clamp = |v: f64, a: i32, b: i32| v.max(f64::from(a)).min(f64::from(b));
        let dx = (clamp(self.lon, e.west, e.east) - self.lon) * self.narrowing;
        let dy = clamp(self.lat, e.south, e.north) - self.lat;
        dx * dx + dy * dy
    }
}

#[derive(PartialEq)]
struct Near(f64);

impl Eq for Near {}

impl PartialOrd for Near {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Near {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// Visits the streets whose box meets `window`, in no promised order, until `visit` returns false.
pub fn within(block: &[u8], window: Extent, mut visit: impl FnMut(u32) -> bool) {
    let Some(levels) = levels(block) else { return };
    // A street alone is its own root, which nothing above has compared with the window.
    if levels.len() == 1 && !Extent::read(block, 8).meets(window) {
        return;
    }
    let mut waiting = vec![(levels.len() - 1, 0)];
    while let Some((level, index)) = waiting.pop() {
        if level == 0 {
            if !visit(u32_at(block, 8 + index * LEAF + 16)) {
                return;
            }
            continue;
        }
        let (start, len) = levels[level - 1];
        let size = if level == 1 { LEAF } else { BOX };
        for child in index * FAN..((index + 1) * FAN).min(len) {
            if Extent::read(block, start + child * size).meets(window) {
                waiting.push((level - 1, child));
            }
        }
    }
}

/// First byte and number of boxes of each level, leaves first; nothing when the block holds no tree.
fn levels(block: &[u8]) -> Option<Vec<(usize, usize)>> {
    let count = (u64_at(block, 0) as usize).min(block.len() / LEAF);
    let mut levels = vec![(8_usize, count)];
    let (mut at, mut n) = (8 + count * LEAF, count);
    while n > 1 {
        n = n.div_ceil(FAN);
        levels.push((at, n));
        at += n * BOX;
    }
    (count > 0 && at <= block.len()).then_some(levels)
}

/// Visits streets from the nearest box on. `visit` is told the street and returns the square of the
/// distance beyond which nothing interests it any more.
pub fn nearest(block: &[u8], metric: Metric, mut visit: impl FnMut(u32) -> f64) {
    let Some(levels) = levels(block) else { return };
    let mut limit = f64::INFINITY;
    let mut heap: BinaryHeap<Reverse<(Near, usize, usize)>> = BinaryHeap::new();
    let top = levels.len() - 1;
    heap.push(Reverse((Near(0.0), top, 0)));
    while let Some(Reverse((Near(d), level, index))) = heap.pop() {
        if d > limit {
            return;
        }
        if level == 0 {
            limit = visit(u32_at(block, 8 + index * LEAF + 16));
            continue;
        }
        let (start, len) = levels[level - 1];
        let size = if level == 1 { LEAF } else { BOX };
        for child in index * FAN..((index + 1) * FAN).min(len) {
            let d = metric.to_box(Extent::read(block, start + child * size));
            if d <= limit {
                heap.push(Reverse((Near(d), level - 1, child)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_first_visited_points_are_the_nearest(points in prop::collection::vec((-5_000_000..95_000_000_i32, 410_000_000..510_000_000_i32), 1..200), lon in -1.0..9.0_f64, lat in 41.0..51.0_f64) {
            let leaves = points.iter().enumerate().map(|(i, &(x, y))| (Extent::of(x, y), i as u32)).collect();
            let block = build(leaves);
            let metric = Metric::around(lon, lat);
            let mut best = f64::INFINITY;
            nearest(&block, metric, |street| {
                let (x, y) = points[street as usize];
                best = best.min(metric.to_point(x, y));
                best
            });
            let oracle = points.iter().map(|&(x, y)| metric.to_point(x, y)).fold(f64::INFINITY, f64::min);
            prop_assert_eq!(best, oracle);
        }

        #[test]
        fn a_window_shows_the_points_that_are_in_it_and_no_other(points in prop::collection::vec((-100..100_i32, -100..100_i32), 1..400), west in -100..100_i32, south in -100..100_i32, side in 0..80_i32) {
            let leaves = points.iter().enumerate().map(|(i, &(x, y))| (Extent::of(x, y), i as u32)).collect();
            let window = Extent { west, south, east: west + side, north: south + side };
            let mut found = Vec::new();
            within(&build(leaves), window, |street| { found.push(street); true });
            found.sort_unstable();
            let oracle: Vec<u32> = (0..points.len()).filter(|&i| Extent::of(points[i].0, points[i].1).meets(window)).map(|i| i as u32).collect();
            prop_assert_eq!(found, oracle);
        }

        #[test]
        fn any_bytes_are_walked_without_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let mut visits = 0;
            nearest(&bytes, Metric::around(2.0, 48.0), |_| { visits += 1; f64::INFINITY });
            prop_assert!(visits <= bytes.len());
            within(&bytes, Extent::of(0, 0).with(Extent::of(i32::MAX, i32::MAX)), |_| { visits += 1; true });
            prop_assert!(visits <= 2 * bytes.len());
        }
    }
}
