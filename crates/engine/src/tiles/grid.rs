//! Which square of the Earth is this tile? The web's pyramid: spherical Mercator (EPSG:3857), y down, 4096 units a side.

use crate::crs::{LonLat, Projected, Territory};
use crate::snapshot::Bounds;
use std::f64::consts::PI;

/// Units along a side of a tile.
pub const EXTENT: u32 = 4096;
/// Units drawn around it, so that lines meet from one tile to the next.
pub const BUFFER: i32 = 128;
/// Deepest zoom there is.
pub const DEEPEST: u8 = 22;

/// A tile: zoom, column from the west, row from the north.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TileId {
    zoom: u8,
    x: u32,
    y: u32,
}

impl TileId {
    /// The tile, if there is one.
    pub fn new(zoom: u8, x: u32, y: u32) -> Option<Self> {
        (zoom <= DEEPEST && x < 1 << zoom && y < 1 << zoom).then_some(Self { zoom, x, y })
    }

    /// Its zoom.
    pub fn zoom(self) -> u8 {
        self.zoom
    }

    /// Its column, from the west.
    pub fn x(self) -> u32 {
        self.x
    }

    /// Its row, from the north.
    pub fn y(self) -> u32 {
        self.y
    }

    /// The tile of that zoom that holds a place.
    pub fn holding(zoom: u8, place: LonLat) -> Option<Self> {
        let (x, y) = Mercator::of(place).scaled(zoom);
        let last = f64::from((1_u32 << zoom.min(DEEPEST)) - 1);
        Self::new(
            zoom,
            x.floor().clamp(0.0, last) as u32,
            y.floor().clamp(0.0, last) as u32,
        )
    }

    /// Where a place is, in units from the tile's north-west corner.
    pub fn units(self, place: LonLat) -> (f64, f64) {
        let (x, y) = Mercator::of(place).scaled(self.zoom);
        let extent = f64::from(EXTENT);
        (
            (x - f64::from(self.x)) * extent,
            (y - f64::from(self.y)) * extent,
        )
    }

    /// The box of degrees of the tile with `margin` units around it.
    pub fn bounds(self, margin: i32) -> Bounds {
        let side = f64::from(1_u32 << self.zoom);
        let edge = |at: u32, units: f64| (f64::from(at) + units / f64::from(EXTENT)) / side;
        let (low, high) = (-f64::from(margin), f64::from(EXTENT) + f64::from(margin));
        Bounds {
            west: longitude(edge(self.x, low)).max(-180.0),
            east: longitude(edge(self.x, high)).min(180.0),
            north: latitude(edge(self.y, low)),
            south: latitude(edge(self.y, high)),
        }
    }

    /// Metres of ground in one unit, in the middle of the tile.
    pub fn metres_per_unit(self) -> f64 {
        const EQUATOR_M: f64 = 40_075_016.686;
        let bounds = self.bounds(0);
        let latitude = f64::midpoint(bounds.south, bounds.north).to_radians();
        EQUATOR_M * latitude.cos() / f64::from(1_u32 << self.zoom) / f64::from(EXTENT)
    }
}

/// A place on the square of the world, 0 to 1 from the north-west.
pub(super) struct Mercator {
    pub(super) x: f64,
    pub(super) y: f64,
}

impl Mercator {
    pub(super) fn of(place: LonLat) -> Self {
        // The square ends at ±85.0511°.
        let latitude = place.lat.clamp(-85.051_128, 85.051_128).to_radians();
        Self {
            x: place.lon / 360.0 + 0.5,
            y: 0.5 - latitude.tan().asinh() / (2.0 * PI),
        }
    }

    /// The place at a position of the square.
    pub(super) fn place(x: f64, y: f64) -> LonLat {
        LonLat {
            lon: longitude(x),
            lat: latitude(y),
        }
    }

    fn scaled(&self, zoom: u8) -> (f64, f64) {
        let side = f64::from(1_u32 << zoom.min(DEEPEST));
        (self.x * side, self.y * side)
    }
}

fn longitude(x: f64) -> f64 {
    (x - 0.5) * 360.0
}

fn latitude(y: f64) -> f64 {
    ((0.5 - y) * 2.0 * PI).sinh().atan().to_degrees()
}

/// A box of metres in one projection.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// Least x.
    pub west: f64,
    /// Least y.
    pub south: f64,
    /// Greatest x.
    pub east: f64,
    /// Greatest y.
    pub north: f64,
}

impl Window {
    /// A box of metres that holds the whole of a box of degrees.
    pub fn around(bounds: Bounds, territory: Territory) -> Self {
        const STEPS: u32 = 8;
        let mut window = Self {
            west: f64::INFINITY,
            south: f64::INFINITY,
            east: f64::NEG_INFINITY,
            north: f64::NEG_INFINITY,
        };
        let along =
            |from: f64, to: f64, step: u32| from + (to - from) * f64::from(step) / f64::from(STEPS);
        for i in 0..=STEPS {
            for j in 0..=STEPS {
                let place = LonLat {
                    lon: along(bounds.west, bounds.east, i),
                    lat: along(bounds.south, bounds.north, j),
                };
                let at = Projected::in_territory(territory, place);
                window.west = window.west.min(at.x);
                window.east = window.east.max(at.x);
                window.south = window.south.min(at.y);
                window.north = window.north.max(at.y);
            }
        }
        // Sides bend between two positions, by far less than a step.
        let margin = |low: f64, high: f64| (high - low) / f64::from(STEPS);
        let (dx, dy) = (
            margin(window.west, window.east),
            margin(window.south, window.north),
        );
        Self {
            west: window.west - dx,
            south: window.south - dy,
            east: window.east + dx,
            north: window.north + dy,
        }
    }
}
