//! Where is it? Coordinates as types, the French legal projections, and conversion from every reference system that
//! files arrive in.
//!
//! Distances are planar, in the legal projection of the [`Territory`]: Lambert-93 in mainland France and Corsica, the
//! local UTM overseas (decree 2000-1276 as amended in 2019). Anything outside French territories is measured in
//! Lambert-93.

mod convert;
mod lambert93;
mod names;

pub use convert::{Crs, CrsError};
pub use lambert93::{lambert93_from_lonlat, lonlat_from_lambert93};
pub use names::{epsg_from_name, epsg_from_wkt};

use serde::{Deserialize, Serialize};

/// A position in degrees, WGS84/RGF93 (the two agree within centimetres and are not told apart), longitude first.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct LonLat {
    /// Degrees east, −180 to 180.
    pub lon: f64,
    /// Degrees north, −90 to 90.
    pub lat: f64,
}

impl LonLat {
    /// A position, if both numbers are finite and within the globe.
    pub fn new(lon: f64, lat: f64) -> Option<Self> {
        ((-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat))
            .then_some(Self { lon, lat })
    }
}

/// A part of France with its own legal projection.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Territory {
    /// Mainland France and Corsica, EPSG:2154; also stands for anywhere outside France.
    #[default]
    Mainland = 0,
    /// Guadeloupe and Martinique, EPSG:5490.
    Antilles = 1,
    /// Guyane, EPSG:2972.
    Guyane = 2,
    /// La Réunion, EPSG:2975.
    Reunion = 3,
    /// Mayotte, EPSG:4471.
    Mayotte = 4,
    /// Saint-Pierre-et-Miquelon, EPSG:4467.
    SaintPierre = 5,
}

impl Territory {
    /// All territories, in the order of their numbers.
    pub const ALL: [Self; 6] = [
        Self::Mainland,
        Self::Antilles,
        Self::Guyane,
        Self::Reunion,
        Self::Mayotte,
        Self::SaintPierre,
    ];

    /// The territory whose legal projection measures distances at this place.
    pub fn of(place: LonLat) -> Self {
        let within = |w: f64, s: f64, e: f64, n: f64| {
            (w..=e).contains(&place.lon) && (s..=n).contains(&place.lat)
        };
        if within(-64.0, 13.5, -60.0, 19.0) {
            Self::Antilles
        } else if within(-56.0, 1.0, -50.0, 7.5) {
            Self::Guyane
        } else if within(54.0, -22.5, 57.0, -20.0) {
            Self::Reunion
        } else if within(44.0, -14.0, 46.5, -11.5) {
            Self::Mayotte
        } else if within(-57.5, 46.0, -55.5, 48.0) {
            Self::SaintPierre
        } else {
            Self::Mainland
        }
    }

    /// The EPSG code of the legal projection.
    pub fn epsg(self) -> u16 {
        match self {
            Self::Mainland => 2154,
            Self::Antilles => 5490,
            Self::Guyane => 2972,
            Self::Reunion => 2975,
            Self::Mayotte => 4471,
            Self::SaintPierre => 4467,
        }
    }

    /// The territory numbered `code` by [`Territory::ALL`].
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// Whether the place lies in the bounding box of France in this territory (a margin of about 10 km included).
    pub fn covers(self, place: LonLat) -> bool {
        match self {
            Self::Mainland => {
                (-5.3..=9.7).contains(&place.lon) && (41.2..=51.2).contains(&place.lat)
            }
            _ => Self::of(place) == self,
        }
    }
}

/// A position in metres in the legal projection of a territory.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Projected {
    /// Which projection `x` and `y` are in.
    pub territory: Territory,
    /// Metres east.
    pub x: f64,
    /// Metres north.
    pub y: f64,
}

impl Projected {
    /// The place in the legal projection of its own territory.
    pub fn from_lonlat(place: LonLat) -> Self {
        let territory = Territory::of(place);
        let (x, y) = convert::project(territory, place);
        Self { territory, x, y }
    }

    /// The place in the legal projection of `territory`, wherever it is: a shape keeps one projection throughout.
    pub fn in_territory(territory: Territory, place: LonLat) -> Self {
        let (x, y) = convert::project(territory, place);
        Self { territory, x, y }
    }

    /// Back to degrees.
    pub fn to_lonlat(self) -> LonLat {
        convert::unproject(self.territory, self.x, self.y)
    }
}

/// A shape whose coordinates are metres in the legal projection of one territory.
#[derive(Debug, Clone, PartialEq)]
pub struct Planar<G> {
    /// Which projection the coordinates are in.
    pub territory: Territory,
    /// The shape, in metres.
    pub shape: G,
}

#[cfg(test)]
mod tests;
