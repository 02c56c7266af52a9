use super::*;
use proj4rs::Proj;

fn by_proj4rs(epsg: u16, place: LonLat) -> (f64, f64) {
    let wgs84 = Proj::from_proj_string("+proj=longlat +datum=WGS84 +no_defs").unwrap();
    let to = Proj::from_proj_string(crs_definitions::from_code(epsg).unwrap().proj4).unwrap();
    let mut point = (place.lon.to_radians(), place.lat.to_radians(), 0.0);
    proj4rs::transform::transform(&wgs84, &to, &mut point).unwrap();
    (point.0, point.1)
}

/// Transverse Mercator by Krüger's series to the fourth order in n (C. F. F. Karney, "Transverse Mercator with an
/// accuracy of a few nanometers", 2011, eq. 7–14, 35), on GRS80 or WGS84.
fn by_kruger(zone: i32, south: bool, place: LonLat) -> (f64, f64) {
    let (a, f) = (6_378_137.0, 1.0 / 298.257_222_101);
    let n: f64 = f / (2.0 - f);
    let rectifying = a / (1.0 + n) * (1.0 + n.powi(2) / 4.0 + n.powi(4) / 64.0);
    let alpha = [
        n / 2.0 - 2.0 / 3.0 * n.powi(2) + 5.0 / 16.0 * n.powi(3) + 41.0 / 180.0 * n.powi(4),
        13.0 / 48.0 * n.powi(2) - 3.0 / 5.0 * n.powi(3) + 557.0 / 1440.0 * n.powi(4),
        61.0 / 240.0 * n.powi(3) - 103.0 / 140.0 * n.powi(4),
        49561.0 / 161_280.0 * n.powi(4),
    ];
    let e = (f * (2.0 - f)).sqrt();
    let phi = place.lat.to_radians();
    let lambda = (place.lon - f64::from(zone * 6 - 183)).to_radians();
    let tau = phi.tan();
    let sigma = (e * (e * tau / (1.0 + tau * tau).sqrt()).atanh()).sinh();
    let conformal = tau * (1.0 + sigma * sigma).sqrt() - sigma * (1.0 + tau * tau).sqrt();
    let xi0 = conformal.atan2(lambda.cos());
    let eta0 = (lambda.sin() / conformal.hypot(lambda.cos())).asinh();
    let (mut xi, mut eta) = (xi0, eta0);
    for (order, alpha) in (1..).zip(alpha) {
        let twice = 2.0 * f64::from(order);
        xi += alpha * (twice * xi0).sin() * (twice * eta0).cosh();
        eta += alpha * (twice * xi0).cos() * (twice * eta0).sinh();
    }
    let northing = if south { 10_000_000.0 } else { 0.0 };
    (
        500_000.0 + 0.9996 * rectifying * eta,
        northing + 0.9996 * rectifying * xi,
    )
}

fn grid(west: f64, south: f64, east: f64, north: f64) -> impl Iterator<Item = LonLat> {
    (0..=60).flat_map(move |i| {
        (0..=60).map(move |j| LonLat {
            lon: west + (east - west) * f64::from(i) / 60.0,
            lat: south + (north - south) * f64::from(j) / 60.0,
        })
    })
}

#[test]
fn the_lambert_93_written_by_hand_is_that_of_proj4rs_over_the_whole_of_france() {
    let mut worst_m = 0.0_f64;
    let mut worst_return_m = 0.0_f64;
    for place in grid(-5.3, 41.2, 9.7, 51.2) {
        let (x, y) = lambert93_from_lonlat(place);
        let (u, v) = by_proj4rs(2154, place);
        worst_m = worst_m.max((x - u).hypot(y - v));
        let back = lonlat_from_lambert93(x, y);
        worst_return_m =
            worst_return_m.max((back.lon - place.lon).hypot(back.lat - place.lat) * 111_320.0);
    }
    assert!(worst_m < 1e-5, "{worst_m} m");
    assert!(worst_return_m < 1e-5, "{worst_return_m} m");
    let origin = lambert93_from_lonlat(LonLat {
        lon: 3.0,
        lat: 46.5,
    });
    assert!(
        (origin.0 - 700_000.0).hypot(origin.1 - 6_600_000.0) < 1e-6,
        "{origin:?}"
    );
}

#[test]
fn utm_zones_agree_with_krugers_series() {
    for (epsg, zone, south, [west, bottom, east, top]) in [
        (5490, 20, false, [-63.2, 14.3, -60.8, 18.2]),
        (2972, 22, false, [-54.7, 2.0, -51.5, 6.0]),
        (2975, 40, true, [55.1, -21.5, 55.9, -20.8]),
        (4471, 38, true, [44.9, -13.1, 45.4, -12.6]),
        (4467, 21, false, [-56.5, 46.7, -56.0, 47.2]),
        (25831, 31, false, [0.0, 42.0, 6.0, 51.0]),
        (25832, 32, false, [6.0, 42.0, 12.0, 51.0]),
        (25833, 33, false, [12.0, 47.0, 18.0, 54.0]),
        (32738, 38, true, [43.0, -14.0, 47.0, -11.0]),
    ] {
        let crs = Crs::from_epsg(epsg).unwrap();
        for place in grid(west, bottom, east, top) {
            let (x, y) = by_kruger(zone, south, place);
            let (u, v) = by_proj4rs(epsg, place);
            // RGSPM06 and the like are tied to GRS80; WGS84 differs by 0.1 mm.
            assert!(
                (x - u).hypot(y - v) < 1e-3,
                "EPSG:{epsg} {place:?}: {x} {y}, {u} {v}"
            );
            let back = crs.to_lonlat(x, y).unwrap();
            assert!(
                (back.lon - place.lon).hypot(back.lat - place.lat) < 2e-8,
                "EPSG:{epsg} {place:?} {back:?}"
            );
            assert!(crs.can_hold(x, y), "EPSG:{epsg} {place:?}");
        }
    }
}

#[test]
fn conic_zones_and_web_mercator_have_their_origins() {
    for zone in 42..=50_u16 {
        let crs = Crs::from_epsg(3900 + zone).unwrap();
        let northing = f64::from(zone - 41) * 1e6 + 200_000.0;
        let origin = crs.to_lonlat(1_700_000.0, northing).unwrap();
        assert!((origin.lon - 3.0).abs() < 1e-9, "CC{zone} {origin:?}");
        assert!(
            (origin.lat - f64::from(zone)).abs() < 1e-9,
            "CC{zone} {origin:?}"
        );
        assert!(crs.can_hold(1_700_000.0, northing));
        assert!(
            !crs.can_hold(652_000.0, 6_862_000.0),
            "CC{zone} cannot hold Lambert-93"
        );
    }
    let web = Crs::from_epsg(3857).unwrap();
    let place = LonLat {
        lon: 2.35,
        lat: 48.85,
    };
    let x = place.lon.to_radians() * 6_378_137.0;
    let y = place.lat.to_radians().tan().asinh() * 6_378_137.0;
    let back = web.to_lonlat(x, y).unwrap();
    assert!(
        (back.lon - place.lon).hypot(back.lat - place.lat) < 1e-9,
        "{back:?}"
    );
}

#[test]
fn numbers_of_one_system_are_not_held_by_another() {
    let (wgs84, lambert) = (Crs::wgs84(), Crs::lambert93());
    assert!(wgs84.can_hold(2.35, 48.85) && !wgs84.can_hold(652_000.0, 6_862_000.0));
    assert!(lambert.can_hold(652_000.0, 6_862_000.0) && !lambert.can_hold(2.35, 48.85));
    for (x, y) in [
        (f64::NAN, 0.0),
        (f64::INFINITY, 0.0),
        (0.0, -f64::INFINITY),
        (1e300, 1e300),
    ] {
        for epsg in [
            4326, 2154, 3946, 5490, 2972, 2975, 4471, 4467, 25833, 3857, 32620,
        ] {
            assert!(
                !Crs::from_epsg(epsg).unwrap().can_hold(x, y),
                "EPSG:{epsg} {x} {y}"
            );
        }
    }
    assert!(Crs::from_epsg(27572).is_ok());
    assert_eq!(Crs::from_epsg(1).unwrap_err(), CrsError::Unknown(1));
}

#[test]
fn territories_do_not_overlap_and_hold_their_towns() {
    for (town, lon, lat) in [
        (Territory::Mainland, 2.35, 48.86),
        (Territory::Mainland, 9.45, 42.70),
        (Territory::Mainland, -5.05, 48.46),
        (Territory::Mainland, 2.53, 51.05),
        (Territory::Antilles, -61.53, 16.24),
        (Territory::Antilles, -61.07, 14.60),
        (Territory::Antilles, -63.08, 18.07),
        (Territory::Guyane, -52.33, 4.93),
        (Territory::Guyane, -54.03, 5.50),
        (Territory::Guyane, -54.55, 2.35),
        (Territory::Reunion, 55.45, -20.88),
        (Territory::Mayotte, 45.23, -12.78),
        (Territory::SaintPierre, -56.18, 46.78),
    ] {
        let place = LonLat { lon, lat };
        let holding: Vec<_> = Territory::ALL
            .into_iter()
            .filter(|t| t.covers(place))
            .collect();
        assert_eq!(holding, [town], "{place:?}");
        let there = Projected::from_lonlat(place);
        assert_eq!(there.territory, town);
        let back = there.to_lonlat();
        assert!(
            (back.lon - lon).hypot(back.lat - lat) < 1e-9,
            "{place:?} {back:?}"
        );
    }
}
