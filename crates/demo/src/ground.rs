//! Where is the fictional land, and how do its metres become degrees?
//!
//! An archipelago in the open Bay of Biscay, west of 1.9° W and between 43.9° and 46.4° N: inside the area of use of
//! Lambert-93 and inside the bounding box of mainland France, on no inhabited land, so that nobody can take a
//! fictional street for a real one.

use crate::dice::noise;

/// Metres in Lambert-93.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Xy {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

impl Xy {
    pub(crate) fn distance(self, other: Self) -> f64 {
        let (dx, dy) = (self.x - other.x, self.y - other.y);
        (dx * dx + dy * dy).sqrt()
    }

    pub(crate) fn towards(self, other: Self, t: f64) -> Self {
        Self {
            x: self.x + (other.x - self.x) * t,
            y: self.y + (other.y - self.y) * t,
        }
    }

    /// To a tenth of a millimetre, as the files write it.
    pub(crate) fn written(self) -> Self {
        let round = |v: f64| (v * 1e4).round() / 1e4;
        Self {
            x: round(self.x),
            y: round(self.y),
        }
    }
}

/// Middle of the land: with the largest departments in ten rows of ten it lies between 73 and 307 km east and between
/// 6 348 and 6 602 km north.
pub(crate) const MIDDLE: Xy = Xy {
    x: 190_000.0,
    y: 6_475_000.0,
};
/// Departments are laid out in rows of this many.
pub(crate) const DEPARTMENTS_A_ROW: usize = 10;
/// Largest size of a department, metres.
pub(crate) const LARGEST_DEPARTMENT: (f64, f64) = (23_000.0, 25_000.0);

/// Bends the straight partition of the land into coasts and boundaries that look natural. One function for the whole
/// land, so that neighbours keep touching.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Relief {
    pub(crate) seed: u64,
    /// Side of a department, metres.
    pub(crate) side: f64,
}

impl Relief {
    pub(crate) fn bend(&self, flat: Xy) -> Xy {
        let wide = self.side / 3.0;
        let fine = self.side / 14.0;
        let shift = |layer: u64| {
            let seed = self.seed ^ layer;
            self.side * 0.032 * noise(seed, flat.x / wide, flat.y / wide)
                + self.side * 0.006 * noise(seed + 1, flat.x / fine, flat.y / fine)
        };
        Xy {
            x: flat.x + shift(0x51),
            y: flat.y + shift(0xa7),
        }
    }
}

const CELL_M: f64 = 2_500.0;
const SLOTS: usize = 64;

/// Lambert-93 metres to degrees: the exact formula at nine places of a 2.5 km cell, a biquadratic between them (under
/// 0.1 mm), because 26 million addresses ask.
#[derive(Debug)]
pub(crate) struct Degrees {
    cells: Vec<Option<Cell>>,
}

#[derive(Debug)]
struct Cell {
    column: i64,
    row: i64,
    lon: [f64; 9],
    lat: [f64; 9],
}

impl Degrees {
    pub(crate) fn new() -> Self {
        Self {
            cells: (0..SLOTS).map(|_| None).collect(),
        }
    }

    /// Longitude and latitude.
    pub(crate) fn of(&mut self, place: Xy) -> (f64, f64) {
        let (column, row) = (
            (place.x / CELL_M).floor() as i64,
            (place.y / CELL_M).floor() as i64,
        );
        let slot = (column & 7) as usize | (((row & 7) as usize) << 3);
        let known = self.cells[slot]
            .as_ref()
            .is_some_and(|cell| cell.column == column && cell.row == row);
        if !known {
            self.cells[slot] = Some(Cell::new(column, row));
        }
        let cell = self.cells[slot].as_ref().expect("filled just above");
        let weights = |t: f64| {
            [
                (1.0 - t) * (1.0 - 2.0 * t),
                4.0 * t * (1.0 - t),
                t * (2.0 * t - 1.0),
            ]
        };
        let wx = weights(place.x / CELL_M - column as f64);
        let wy = weights(place.y / CELL_M - row as f64);
        let mut degrees = (0.0, 0.0);
        for (j, wy) in wy.iter().enumerate() {
            for (i, wx) in wx.iter().enumerate() {
                degrees.0 += wx * wy * cell.lon[j * 3 + i];
                degrees.1 += wx * wy * cell.lat[j * 3 + i];
            }
        }
        degrees
    }
}

impl Cell {
    fn new(column: i64, row: i64) -> Self {
        let mut cell = Self {
            column,
            row,
            lon: [0.0; 9],
            lat: [0.0; 9],
        };
        for j in 0..3 {
            for i in 0..3 {
                let (lon, lat) = lonlat(Xy {
                    x: (column as f64 + i as f64 / 2.0) * CELL_M,
                    y: (row as f64 + j as f64 / 2.0) * CELL_M,
                });
                cell.lon[j * 3 + i] = lon;
                cell.lat[j * 3 + i] = lat;
            }
        }
        cell
    }
}

/// Inverse Lambert conformal conic with two standard parallels (J. P. Snyder, USGS PP 1395, 1987, p. 109; IGN NT/G 71),
/// on `libm` for equal bytes everywhere.
pub(crate) fn lonlat(place: Xy) -> (f64, f64) {
    let f: f64 = 1.0 / 298.257_222_101;
    let e = (2.0 * f - f * f).sqrt();
    let t = |phi: f64| {
        let s = e * libm::sin(phi);
        libm::tan(core::f64::consts::FRAC_PI_4 - phi / 2.0)
            / libm::pow((1.0 - s) / (1.0 + s), e / 2.0)
    };
    let m = |phi: f64| {
        let s = e * libm::sin(phi);
        libm::cos(phi) / (1.0 - s * s).sqrt()
    };
    let radians = |degrees: f64| degrees * core::f64::consts::PI / 180.0;
    let (p1, p2, p0) = (radians(44.0), radians(49.0), radians(46.5));
    let n = libm::log(m(p1) / m(p2)) / libm::log(t(p1) / t(p2));
    let af = 6_378_137.0 * m(p1) / (n * libm::pow(t(p1), n));
    let rho0 = af * libm::pow(t(p0), n);
    let (dx, dy) = (place.x - 700_000.0, rho0 - (place.y - 6_600_000.0));
    let rho = (dx * dx + dy * dy).sqrt();
    let tau = libm::pow(rho / af, 1.0 / n);
    let mut phi = core::f64::consts::FRAC_PI_2 - 2.0 * libm::atan(tau);
    for _ in 0..7 {
        let s = e * libm::sin(phi);
        phi = core::f64::consts::FRAC_PI_2
            - 2.0 * libm::atan(tau * libm::pow((1.0 - s) / (1.0 + s), e / 2.0));
    }
    let degrees = 180.0 / core::f64::consts::PI;
    (3.0 + libm::atan2(dx, dy) / n * degrees, phi * degrees)
}
