//! Where does a point fall in the legal projection of its territory? Lambert-93 in mainland
//! France and Corsica, UTM on RGxx ellipsoids (GRS80) overseas.

/// A position in degrees, WGS84.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct LonLat {
    /// Longitude, degrees east.
    pub lon: f64,
    /// Latitude, degrees north.
    pub lat: f64,
}

/// A position in metres in the legal projection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Projected {
    /// Easting, metres.
    pub x: f64,
    /// Northing, metres.
    pub y: f64,
}

impl LonLat {
    pub(crate) fn from_e7(lon: i32, lat: i32) -> Self {
        Self {
            lon: f64::from(lon) / 1e7,
            lat: f64::from(lat) / 1e7,
        }
    }

    /// Distance on the sphere, metres (haversine, mean radius 6 371 008.8 m).
    pub fn distance_m(self, other: Self) -> f64 {
        let (a, b) = (self.lat.to_radians(), other.lat.to_radians());
        let half = |d: f64| (d / 2.0).sin().powi(2);
        let h = half(b - a) + a.cos() * b.cos() * half((other.lon - self.lon).to_radians());
        2.0 * 6_371_008.8 * h.sqrt().min(1.0).asin()
    }
}

/// Projects a point with the projection that is legal in a department.
pub fn project(point: LonLat, department_code: &str) -> Projected {
    match department_code {
        "971" | "972" | "977" | "978" => utm(point, -63.0, 0.0),
        "973" => utm(point, -51.0, 0.0),
        "974" => utm(point, 57.0, 10_000_000.0),
        "975" => utm(point, -57.0, 0.0),
        "976" => utm(point, 45.0, 10_000_000.0),
        "986" => utm(point, -177.0, 10_000_000.0),
        "987" => utm(point, -147.0, 10_000_000.0),
        "988" => utm(point, 165.0, 10_000_000.0),
        _ => lambert93(point),
    }
}

/// First eccentricity of GRS80.
const E: f64 = 0.081_819_191_042_815_79;
/// Semi-major axis of GRS80, metres.
const A: f64 = 6_378_137.0;

/// RGF93 / Lambert-93 (EPSG:2154), conic with parallels 44° and 49°. IGN, note NTG 71.
fn lambert93(point: LonLat) -> Projected {
    const N: f64 = 0.725_607_765_053_267_3;
    const C: f64 = 11_754_255.426_096;
    const XS: f64 = 700_000.0;
    const YS: f64 = 12_655_612.049_876;
    let phi = point.lat.clamp(-89.9, 89.9).to_radians();
    let iso = phi.sin().atanh() - E * (E * phi.sin()).atanh();
    let r = C * (-N * iso).exp();
    let theta = N * (point.lon - 3.0).to_radians();
    Projected {
        x: XS + r * theta.sin(),
        y: YS - r * theta.cos(),
    }
}

/// Transverse Mercator on GRS80, scale 0.9996, false easting 500 km (Krüger's series to n³).
fn utm(point: LonLat, central_meridian: f64, false_northing: f64) -> Projected {
    let n: f64 = 1.0 / (2.0 * 298.257_222_101 - 1.0);
    let radius = A / (1.0 + n) * (1.0 + n.powi(2) / 4.0 + n.powi(4) / 64.0);
    let alpha = [
        n / 2.0 - 2.0 / 3.0 * n.powi(2) + 5.0 / 16.0 * n.powi(3),
        13.0 / 48.0 * n.powi(2) - 3.0 / 5.0 * n.powi(3),
        61.0 / 240.0 * n.powi(3),
    ];
    let phi = point.lat.clamp(-89.9, 89.9).to_radians();
    let lambda = (point.lon - central_meridian).to_radians();
    let t = (phi.sin().atanh() - E * (E * phi.sin()).atanh()).sinh();
    let xi = t.atan2(lambda.cos());
    let eta = (lambda.sin() / (1.0 + t * t).sqrt()).atanh();
    let (mut x, mut y) = (eta, xi);
    for (i, a) in alpha.iter().enumerate() {
        let k = 2.0 * (i as f64 + 1.0);
        x += a * (k * xi).cos() * (k * eta).sinh();
        y += a * (k * xi).sin() * (k * eta).cosh();
    }
    Projected {
        x: 500_000.0 + 0.9996 * radius * x,
        y: false_northing + 0.9996 * radius * y,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: Projected, x: f64, y: f64, tolerance_m: f64) {
        assert!(
            (found.x - x).abs() < tolerance_m && (found.y - y).abs() < tolerance_m,
            "{found:?}"
        );
    }

    #[test]
    fn lambert_93_agrees_with_the_ban() {
        // Row 75101_cfq3tf_00001 of the BAN; its degrees have six decimals, hence the tolerance.
        near(
            project(
                LonLat {
                    lon: 2.330_113,
                    lat: 48.861_299,
                },
                "75",
            ),
            650_852.91,
            6_862_571.27,
            0.1,
        );
        near(
            project(
                LonLat {
                    lon: 3.0,
                    lat: 46.5,
                },
                "03",
            ),
            700_000.0,
            6_600_000.0,
            0.001,
        );
    }

    #[test]
    fn the_central_meridian_of_a_zone_is_at_500_km() {
        near(
            project(
                LonLat {
                    lon: 57.0,
                    lat: 0.0,
                },
                "974",
            ),
            500_000.0,
            10_000_000.0,
            0.001,
        );
        // 1° of longitude east of the central meridian at the equator, PROJ: 611 280.65 m.
        near(
            project(
                LonLat {
                    lon: -62.0,
                    lat: 0.0,
                },
                "971",
            ),
            611_280.65,
            0.0,
            0.5,
        );
    }
}
