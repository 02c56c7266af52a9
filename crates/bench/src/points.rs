//! Which places are asked about? Drawn from a seed, the same on every machine.

use caloduc_engine::crs::{LonLat, Projected};
use caloduc_engine::network::Edition;

/// A small generator (Marsaglia's xorshift, 2003, 64 bits).
pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// From 0 to 1.
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn below(&mut self, most: usize) -> usize {
        (self.unit() * most as f64) as usize
    }
}

/// Places within about a kilometre of a pipe: the dear ones.
pub fn near_pipes(edition: &Edition, count: usize) -> Vec<LonLat> {
    let vertices: Vec<Projected> = edition
        .networks
        .iter()
        .filter_map(|network| network.row.trace())
        .flat_map(|trace| {
            let territory = trace.territory;
            trace.shape.0.iter().flat_map(move |line| {
                line.0.iter().map(move |p| Projected {
                    territory,
                    x: p.x,
                    y: p.y,
                })
            })
        })
        .collect();
    let mut draw = Draw::new(1);
    (0..count)
        .map(|_| {
            let mut at = vertices[draw.below(vertices.len())];
            at.x += draw.unit() * 1400.0 - 700.0;
            at.y += draw.unit() * 1400.0 - 700.0;
            at.to_lonlat()
        })
        .collect()
}

/// Places in the communes, anywhere: the cheap ones.
pub fn anywhere(edition: &Edition, count: usize) -> Vec<LonLat> {
    let corners: Vec<Projected> = edition
        .communes
        .iter()
        .filter_map(|commune| {
            let shape = commune.row.shape.as_ref()?;
            let first = shape.shape.0.first()?.exterior().0.first()?;
            Some(Projected {
                territory: shape.territory,
                x: first.x,
                y: first.y,
            })
        })
        .collect();
    let mut draw = Draw::new(2);
    (0..count)
        .map(|_| {
            let mut at = corners[draw.below(corners.len())];
            at.x += draw.unit() * 4000.0 - 2000.0;
            at.y += draw.unit() * 4000.0 - 2000.0;
            at.to_lonlat()
        })
        .collect()
}
