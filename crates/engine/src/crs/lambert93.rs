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
    /// Of the series that gives the latitude from the conformal latitude (Snyder, equation 3-5): sin 2χ, 4χ, 6χ, 8χ.
    series: [f64; 4],
}

static CONE: LazyLock<Cone> = LazyLock::new(|| {
    let e2: f64 = 2.0 * F - F * F;
    let e = e2.sqrt();
    let (p1, p2, p0) = (44f64.to_radians(), 49f64.to_radians(), 46.5f64.to_radians());
    let m = |phi: f64| phi.cos() / (1.0 - (e * phi.sin()).powi(2)).sqrt();
    let n = (m(p1) / m(p2)).ln() / (isometric(e, p2) - isometric(e, p1));
    let f = m(p1) / n * (n * isometric(e, p1)).exp();
    let (e4, e6, e8) = (e2.powi(2), e2.powi(3), e2.powi(4));
    Cone {
        e,
        n,
        af: A * f,
        rho0: A * f * (-n * isometric(e, p0)).exp(),
        series: [
            e2 / 2.0 + 5.0 * e4 / 24.0 + e6 / 12.0 + 13.0 * e8 / 360.0,
            7.0 * e4 / 48.0 + 29.0 * e6 / 240.0 + 811.0 * e8 / 11_520.0,
            7.0 * e6 / 120.0 + 81.0 * e8 / 1_120.0,
            4_279.0 * e8 / 161_280.0,
        ],
    }
});

/// The isometric latitude.
fn isometric(e: f64, phi: f64) -> f64 {
    let s = phi.sin();
    let es = e * s;
    0.5 * ((1.0 + s) / (1.0 - s)).ln() - 0.5 * e * ((1.0 + es) / (1.0 - es)).ln()
}

/// Degrees to Lambert-93 metres `(x, y)`.
pub fn lambert93_from_lonlat(place: LonLat) -> (f64, f64) {
    let c = &*CONE;
    let rho = c.af * (-c.n * isometric(c.e, place.lat.to_radians())).exp();
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
    let conformal = std::f64::consts::FRAC_PI_2 - 2.0 * t.atan();
    let (sin, cos) = (2.0 * conformal).sin_cos();
    let [a, b, c4, d] = c.series;
    // sin 4χ, 6χ and 8χ by the powers of cos 2χ, then one turn of the exact relation for the last digits.
    let cos2 = cos * cos;
    let near = conformal
        + sin * (a + 2.0 * b * cos + c4 * (4.0 * cos2 - 1.0) + 4.0 * d * cos * (2.0 * cos2 - 1.0));
    let s = c.e * near.sin();
    let phi =
        std::f64::consts::FRAC_PI_2 - 2.0 * (t * ((1.0 - s) / (1.0 + s)).powf(c.e / 2.0)).atan();
    LonLat {
        lon: LON0 + (theta / c.n).to_degrees(),
        lat: phi.to_degrees(),
    }
}
