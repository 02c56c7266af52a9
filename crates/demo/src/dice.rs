//! Where does chance come from? Numbers drawn from a key, the same on every machine and in any order of work.
//!
//! SplitMix64 (Steele, Lea and Flood, 2014). Only the four operations, square roots and `libm` touch floats in this
//! crate, so that no platform's mathematics library can change a byte.

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number that depends on every member of the key.
pub(crate) fn keyed(seed: u64, key: &[u64]) -> u64 {
    key.iter().fold(mix(seed ^ GOLDEN), |state, part| {
        mix(state ^ mix(part.wrapping_add(GOLDEN)))
    })
}

/// A stream of draws.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64, key: &[u64]) -> Self {
        Self(keyed(seed, key))
    }

    pub(crate) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A whole number under `n` (0 when `n` is 0).
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.bits()) * n as u128) >> 64) as usize
    }

    /// From 0 to 1, 1 excluded.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}

/// Smooth noise of the plane, −1 to 1, one bump per unit.
pub(crate) fn noise(seed: u64, x: f64, y: f64) -> f64 {
    let (x0, y0) = (x.floor(), y.floor());
    let smooth = |t: f64| t * t * (3.0 - 2.0 * t);
    let (tx, ty) = (smooth(x - x0), smooth(y - y0));
    let (i, j) = (x0 as i64, y0 as i64);
    let corner = |i: i64, j: i64| {
        let bits = mix(seed
            ^ (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            ^ (j as u64)
                .wrapping_mul(0xc2b2_ae3d_27d4_eb4f)
                .rotate_left(32));
        (bits >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    let low = corner(i, j) + (corner(i + 1, j) - corner(i, j)) * tx;
    let high = corner(i, j + 1) + (corner(i + 1, j + 1) - corner(i, j + 1)) * tx;
    low + (high - low) * ty
}
