//! What shape is this, once cleaned? Coordinates to the legal projection of their territory, lines and polygons
//! promoted to their multiple forms, repeated vertices and pieces dropped, invalid polygons repaired. Coordinates that
//! are in the legal projection already are kept to the bit.

mod lines;
mod polygons;

pub use lines::clean_lines;
pub use polygons::clean_polygons;

use crate::crs::{Crs, CrsError, LonLat, Planar, Projected, Territory};
use geo::{
    Coord, Geometry, LineString, MapCoords, MapCoordsInPlace, MultiLineString, MultiPolygon, Point,
};

/// The geometries of our tables.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// One point, and how many more there were.
    Point(Point<f64>, usize),
    /// Lines.
    Lines(MultiLineString<f64>),
    /// Polygons.
    Polygons(MultiPolygon<f64>),
    /// A collection of geometries.
    Collection,
    /// Nothing in it.
    Empty,
}

/// Promotes a geometry to the form of our tables.
pub fn promote(shape: Geometry<f64>) -> Kind {
    match shape {
        Geometry::Point(point) => Kind::Point(point, 0),
        Geometry::MultiPoint(points) => match points.0.first() {
            Some(&first) => Kind::Point(first, points.0.len() - 1),
            None => Kind::Empty,
        },
        Geometry::Line(line) => Kind::Lines(MultiLineString(vec![LineString::from(vec![
            line.start, line.end,
        ])])),
        Geometry::LineString(line) => Kind::Lines(MultiLineString(vec![line])),
        Geometry::MultiLineString(lines) => Kind::Lines(lines),
        Geometry::Polygon(polygon) => Kind::Polygons(MultiPolygon(vec![polygon])),
        Geometry::MultiPolygon(polygons) => Kind::Polygons(polygons),
        Geometry::Rect(rect) => Kind::Polygons(MultiPolygon(vec![rect.to_polygon()])),
        Geometry::Triangle(triangle) => Kind::Polygons(MultiPolygon(vec![triangle.to_polygon()])),
        Geometry::GeometryCollection(_) => Kind::Collection,
    }
}

/// Coordinates of `crs` to metres in the projection of `territory`.
pub fn to_planar<G>(mut shape: G, crs: &Crs, territory: Territory) -> Result<Planar<G>, CrsError>
where
    G: MapCoordsInPlace<f64> + MapCoords<f64, f64, Output = G>,
{
    if crs.epsg() != territory.epsg() {
        shape.try_map_coords_in_place(|c| {
            let place: LonLat = crs.to_lonlat(c.x, c.y)?;
            let metres = Projected::in_territory(territory, place);
            if metres.x.is_finite() && metres.y.is_finite() {
                Ok(Coord {
                    x: metres.x,
                    y: metres.y,
                })
            } else {
                Err(CrsError::Impossible {
                    epsg: crs.epsg(),
                    x: c.x.to_string(),
                    y: c.y.to_string(),
                })
            }
        })?;
    }
    Ok(Planar { territory, shape })
}
