//! A shape of an edition in the reference system of a file: WGS84 for our formats, Lambert-93 for the compatible ones.

use super::Shape;
use caloduc_engine::crs::{LonLat, Planar, Projected, Territory, lambert93_from_lonlat};
use geo::orient::{Direction, Orient};
use geo::{Coord, Geometry, MapCoords};

/// Longitude and latitude to 7 decimals (1 cm), outer rings counter-clockwise as RFC 7946 asks.
pub fn wgs84(shape: Shape<'_>) -> Geometry<f64> {
    let degrees = |territory: Territory| {
        move |c: Coord<f64>| {
            let place = lonlat(territory, c);
            Coord {
                x: seven_decimals(place.lon),
                y: seven_decimals(place.lat),
            }
        }
    };
    match shape {
        Shape::Point(point) => mapped(point, degrees).into(),
        Shape::Lines(lines) => mapped(lines, degrees).into(),
        Shape::Polygons(polygons) => mapped(polygons, degrees).orient(Direction::Default).into(),
    }
}

/// Lambert-93 (EPSG:2154), overseas included, so that a file is in one reference system: there its metres only carry
/// positions, distances are those of the local projection.
pub fn lambert93(shape: Shape<'_>) -> Geometry<f64> {
    let metres = |territory: Territory| {
        move |c: Coord<f64>| {
            if territory == Territory::Mainland {
                return c;
            }
            let (x, y) = lambert93_from_lonlat(lonlat(territory, c));
            Coord { x, y }
        }
    };
    match shape {
        Shape::Point(point) => mapped(point, metres).into(),
        Shape::Lines(lines) => mapped(lines, metres).into(),
        Shape::Polygons(polygons) => mapped(polygons, metres).into(),
    }
}

fn mapped<G, F>(planar: &Planar<G>, to: impl Fn(Territory) -> F) -> G
where
    G: MapCoords<f64, f64, Output = G>,
    F: Fn(Coord<f64>) -> Coord<f64> + Copy,
{
    planar.shape.map_coords(to(planar.territory))
}

fn lonlat(territory: Territory, c: Coord<f64>) -> LonLat {
    Projected {
        territory,
        x: c.x,
        y: c.y,
    }
    .to_lonlat()
}

fn seven_decimals(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}
