//! Lambert-93 (EPSG:2154) written out by hand: the hot path of every mainland verdict, and an oracle for proj4rs.
//!
//! Formulas: Lambert conformal conic with two standard parallels, IGN notes techniques NT/G 71 and J. P. Snyder,
//! "Map projections, a working manual" (USGS PP 1395, 1987), p. 107–109. Ellipsoid GRS80, parallels 44° and 49°, origin
//! 46°30′ N 3° E, false easting 700 000 m, false northing 6 600 000 m.

use super::LonLat;
use std::sync::LazyLock;

const A: f64 = 6_378_137.0;
const F: f64 = 1.0 / 298.257_222_101;
const LON0: f64 = 3.0;
const X0: f64 = 700_000.0;
const Y0: f64 = 6_600_000.0;

struct Cone {
    e: f64,
    n: f64,
    af: f64,
    rho0: f64,
}

static CONE: LazyLock<Cone> = LazyLock::new(|| {
    let e = (2.0 * F - F * F).sqrt();
    let (p1, p2, p0) = (44f64.to_radians(), 49f64.to_radians(), 46.5f64.to_radians());
    let m = |phi: f64| phi.cos() / (1.0 - (e * phi.sin()).powi(2)).sqrt();
    let n = (m(p1) / m(p2)).ln() / (t(e, p1) / t(e, p2)).ln();
    let f = m(p1) / (n * t(e, p1).powf(n));
    Cone {
        e,
        n,
        af: A * f,
        rho0: A * f * t(e, p0).powf(n),
    }
});

fn t(e: f64, phi: f64) -> f64 {
    let s = e * phi.sin();
    (std::f64::consts::FRAC_PI_4 - phi / 2.0).tan() / ((1.0 - s) / (1.0 + s)).powf(e / 2.0)
}

/// Degrees to Lambert-93 metres `(x, y)`.
pub fn lambert93_from_lonlat(place: LonLat) -> (f64, f64) {
    let c = &*CONE;
    let rho = c.af * t(c.e, place.lat.to_radians()).powf(c.n);
    let theta = c.n * (place.lon - LON0).to_radians();
    (X0 + rho * theta.sin(), Y0 + c.rho0 - rho * theta.cos())
}

/// Lambert-93 metres to degrees; the inverse of [`lambert93_from_lonlat`] to 1e-11 degrees over France.
pub fn lonlat_from_lambert93(x: f64, y: f64) -> LonLat {
    let c = &*CONE;
    let (dx, dy) = (x - X0, c.rho0 - (y - Y0));
    let rho = dx.hypot(dy);
    let theta = dx.atan2(dy);
    let t = (rho / c.af).powf(1.0 / c.n);
    let mut phi = std::f64::consts::FRAC_PI_2 - 2.0 * t.atan();
    for _ in 0..8 {
        let s = c.e * phi.sin();
        phi = std::f64::consts::FRAC_PI_2
            - 2.0 * (t * ((1.0 - s) / (1.0 + s)).powf(c.e / 2.0)).atan();
    }
    LonLat {
        lon: LON0 + (theta / c.n).to_degrees(),
        lat: phi.to_degrees(),
    }
}
