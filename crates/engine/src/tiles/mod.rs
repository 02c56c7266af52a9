//! What does this square of the map show? One layer of a snapshot, cut to a tile of the web's pyramid, simplified for its
//! zoom, as Mapbox Vector Tile 2.1 bytes.
//!
//! Pure: a snapshot and a tile's name in, bytes out; equal in, equal out.

mod clip;
mod draw;
mod features;
pub mod grid;
pub mod mvt;
pub mod points;
mod simplify;

pub use grid::{TileId, Window};

use crate::network::Layer;
use crate::snapshot::Snapshot;
use draw::Canvas;

/// A layer of the map drawn from a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TileLayer {
    /// Heat networks: traces, and markers of those whose trace is unknown.
    Heat,
    /// Cold networks, likewise.
    Cold,
    /// Projects: traces and zones.
    Projects,
    /// PDP.
    PriorityAreas,
    /// Communes: outlines, and a point that bears the name.
    Communes,
}

impl TileLayer {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Heat,
        Self::Cold,
        Self::Projects,
        Self::PriorityAreas,
        Self::Communes,
    ];

    /// Its name in addresses and in tiles (`priority-areas`).
    pub fn name(self) -> &'static str {
        match self {
            Self::Heat => "heat",
            Self::Cold => "cold",
            Self::Projects => "projects",
            Self::PriorityAreas => "priority-areas",
            Self::Communes => "communes",
        }
    }

    /// The layer of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.name() == name)
    }

    /// First and last zooms with something of their own; beyond the last, the last is enlarged.
    pub fn zooms(self) -> (u8, u8) {
        match self {
            Self::Communes => (8, 14),
            _ => (4, 16),
        }
    }

    fn tables(self) -> &'static [Layer] {
        match self {
            Self::Heat => &[Layer::Heat, Layer::HeatUntraced],
            Self::Cold => &[Layer::Cold, Layer::ColdUntraced],
            Self::Projects => &[Layer::Projects],
            Self::PriorityAreas => &[Layer::PriorityAreas],
            Self::Communes => &[Layer::Communes],
        }
    }
}

/// The tile of a layer; no bytes when it shows nothing.
pub fn tile(snapshot: &Snapshot, layer: TileLayer, id: TileId) -> Vec<u8> {
    let canvas = Canvas::new(id);
    let mut out = mvt::LayerWriter::new(layer.name(), grid::EXTENT);
    if id.zoom() < layer.zooms().0 {
        return Vec::new();
    }
    for table in layer.tables() {
        for row in snapshot.within(*table, canvas.bounds()) {
            features::write(&row, &canvas, &mut out);
        }
    }
    out.finish()
}

#[cfg(test)]
mod tests;
