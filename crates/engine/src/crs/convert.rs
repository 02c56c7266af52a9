//! Conversion between reference systems named by their EPSG code, on proj4rs with the EPSG registry's definitions.

use super::{LonLat, Territory, lambert93_from_lonlat, lonlat_from_lambert93};
use proj4rs::Proj;
use std::sync::{Arc, LazyLock};
use thiserror::Error;

/// Why a reference system cannot be used.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum CrsError {
    /// Not in the EPSG registry, or of a kind that has no planar or geographic coordinates.
    #[error(
        "système de coordonnées EPSG:{0} inconnu ; convertissez le fichier en EPSG:2154 ou en EPSG:4326"
    )]
    Unknown(u16),
    /// The coordinates cannot be expressed in the other system.
    #[error("coordonnées impossibles dans EPSG:{epsg} : {x}, {y}")]
    Impossible {
        /// The system the numbers were said to be in.
        epsg: u16,
        /// First coordinate as read.
        x: String,
        /// Second coordinate as read.
        y: String,
    },
}

/// A reference system that files arrive in, ready to convert.
#[derive(Clone)]
pub struct Crs {
    epsg: u16,
    proj: Option<Arc<Proj>>,
}

impl std::fmt::Debug for Crs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EPSG:{}", self.epsg)
    }
}

impl Crs {
    /// WGS84 longitude, latitude (CRS84 order, whatever the axis order EPSG:4326 declares).
    pub fn wgs84() -> Self {
        Self {
            epsg: 4326,
            proj: None,
        }
    }

    /// Lambert-93.
    pub fn lambert93() -> Self {
        Self {
            epsg: 2154,
            proj: None,
        }
    }

    /// The system with this EPSG code. Geographic systems on WGS84, RGF93, ETRS89 and the overseas datums are taken as
    /// WGS84 (they agree within a metre at worst, centimetres in France).
    pub fn from_epsg(epsg: u16) -> Result<Self, CrsError> {
        match epsg {
            4326 | 4171 | 4258 | 4979 | 4624 | 4627 | 5489 | 4470 | 4463 | 4558 => {
                Ok(Self { epsg, proj: None })
            }
            2154 | 9793 | 9794 => Ok(Self::lambert93()),
            _ => {
                let definition = crs_definitions::from_code(epsg).ok_or(CrsError::Unknown(epsg))?;
                let proj = Proj::from_proj_string(definition.proj4)
                    .map_err(|_ignored| CrsError::Unknown(epsg))?;
                Ok(Self {
                    epsg,
                    proj: Some(Arc::new(proj)),
                })
            }
        }
    }

    /// The EPSG code.
    pub fn epsg(&self) -> u16 {
        self.epsg
    }

    /// Whether coordinates are degrees.
    pub fn is_geographic(&self) -> bool {
        match &self.proj {
            None => self.epsg != 2154,
            Some(proj) => proj.is_latlong(),
        }
    }

    /// Whether these numbers can be a place in the system's own area of use, about a degree around it included. Says
    /// nothing of France: see [`Territory::covers`].
    pub fn can_hold(&self, x: f64, y: f64) -> bool {
        if self.proj.is_none() && self.epsg == 2154 {
            // The area of use in metres, 100 km around it included; asked of every vertex of a national file.
            return (-480_000.0..=1_420_000.0).contains(&x)
                && (5_900_000.0..=7_340_000.0).contains(&y);
        }
        if !(x.abs() <= FARTHEST && y.abs() <= FARTHEST) {
            return false;
        }
        let Ok(place) = self.to_lonlat(x, y) else {
            return false;
        };
        area_of_use(self.epsg).is_none_or(|[west, south, east, north]| {
            (west - 1.0..=east + 1.0).contains(&place.lon)
                && (south - 1.0..=north + 1.0).contains(&place.lat)
        })
    }

    /// Coordinates of this system, as they stand in the file (first, second = east, north), to degrees.
    pub fn to_lonlat(&self, x: f64, y: f64) -> Result<LonLat, CrsError> {
        let impossible = || CrsError::Impossible {
            epsg: self.epsg,
            x: x.to_string(),
            y: y.to_string(),
        };
        if !x.is_finite() || !y.is_finite() {
            return Err(impossible());
        }
        match &self.proj {
            None if self.epsg == 2154 => {
                let place = lonlat_from_lambert93(x, y);
                LonLat::new(place.lon, place.lat).ok_or_else(impossible)
            }
            None => LonLat::new(x, y).ok_or_else(impossible),
            Some(proj) => {
                let mut point = if proj.is_latlong() {
                    (x.to_radians(), y.to_radians(), 0.0)
                } else {
                    (x, y, 0.0)
                };
                proj4rs::transform::transform(proj, &WGS84, &mut point)
                    .map_err(|_ignored| impossible())?;
                LonLat::new(point.0.to_degrees(), point.1.to_degrees()).ok_or_else(impossible)
            }
        }
    }
}

/// No planar system reaches beyond: web Mercator ends at 20 037 508 m.
const FARTHEST: f64 = 2.1e7;

/// West, south, east, north of a system's area of use in degrees (EPSG registry); `None` when it is the world or unknown.
fn area_of_use(epsg: u16) -> Option<[f64; 4]> {
    let utm = |zone: u16, south: f64, north: f64| {
        let west = f64::from(zone) * 6.0 - 186.0;
        Some([west, south, west + 6.0, north])
    };
    match epsg {
        3942..=3950 => {
            let parallel = f64::from(epsg - 3900);
            Some([-5.5, parallel - 1.0, 10.0, parallel + 1.0])
        }
        32_601..=32_660 => utm(epsg - 32_600, 0.0, 84.0),
        32_701..=32_760 => utm(epsg - 32_700, -80.0, 0.0),
        25_828..=25_838 => utm(epsg - 25_800, 34.0, 84.0),
        27_561..=27_574 => Some([-5.0, 41.3, 9.7, 51.2]),
        5490 => Some([-63.7, 14.1, -60.7, 18.4]),
        2972 => Some([-54.7, 2.1, -49.4, 8.9]),
        2975 => Some([51.8, -25.0, 58.3, -18.2]),
        4471 => Some([43.6, -14.5, 46.7, -11.3]),
        4467 => Some([-57.1, 43.4, -55.9, 47.4]),
        _ => None,
    }
}

static WGS84: LazyLock<Proj> = LazyLock::new(|| {
    Proj::from_proj_string("+proj=longlat +datum=WGS84 +no_defs").expect("a constant")
});

static LOCAL: LazyLock<Vec<Proj>> = LazyLock::new(|| {
    Territory::ALL
        .iter()
        .map(|territory| {
            let definition = crs_definitions::from_code(territory.epsg())
                .expect("legal projections are in EPSG");
            Proj::from_proj_string(definition.proj4)
                .expect("legal projections are known to proj4rs")
        })
        .collect()
});

/// Degrees to metres in the legal projection of `territory`.
pub(super) fn project(territory: Territory, place: LonLat) -> (f64, f64) {
    if territory == Territory::Mainland {
        return lambert93_from_lonlat(place);
    }
    let mut point = (place.lon.to_radians(), place.lat.to_radians(), 0.0);
    match proj4rs::transform::transform(&WGS84, &LOCAL[territory as usize], &mut point) {
        Ok(()) => (point.0, point.1),
        Err(_out_of_domain) => (f64::NAN, f64::NAN),
    }
}

/// Metres in the legal projection of `territory` to degrees.
pub(super) fn unproject(territory: Territory, x: f64, y: f64) -> LonLat {
    if territory == Territory::Mainland {
        return lonlat_from_lambert93(x, y);
    }
    let mut point = (x, y, 0.0);
    match proj4rs::transform::transform(&LOCAL[territory as usize], &WGS84, &mut point) {
        Ok(()) => LonLat {
            lon: point.0.to_degrees(),
            lat: point.1.to_degrees(),
        },
        Err(_out_of_domain) => LonLat {
            lon: f64::NAN,
            lat: f64::NAN,
        },
    }
}
