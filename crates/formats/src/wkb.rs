//! A shape as OGC well-known binary (little-endian), the geometry of GeoPackage and GeoParquet, and as well-known text.

use crate::text::push_rounded;
use geo::{BoundingRect, Coord, Geometry, LineString, Polygon};

/// West, south, east, north.
pub(crate) type Bounds = [f64; 4];

/// The bounding box of a shape; `None` when it is empty.
pub(crate) fn bounds(shape: &Geometry<f64>) -> Option<Bounds> {
    shape
        .bounding_rect()
        .map(|rect| [rect.min().x, rect.min().y, rect.max().x, rect.max().y])
}

/// The smallest box around both.
pub(crate) fn united(a: Option<Bounds>, b: Option<Bounds>) -> Option<Bounds> {
    match (a, b) {
        (Some(a), Some(b)) => Some([
            a[0].min(b[0]),
            a[1].min(b[1]),
            a[2].max(b[2]),
            a[3].max(b[3]),
        ]),
        (a, b) => a.or(b),
    }
}

/// Appends the shape as well-known binary.
pub(crate) fn push_wkb(out: &mut Vec<u8>, shape: &Geometry<f64>) {
    match shape {
        Geometry::Point(point) => {
            header(out, 1);
            position(out, point.0);
        }
        Geometry::MultiLineString(lines) => {
            header(out, 5);
            count(out, lines.0.len());
            for line in &lines.0 {
                header(out, 2);
                positions(out, line);
            }
        }
        Geometry::MultiPolygon(polygons) => {
            header(out, 6);
            count(out, polygons.0.len());
            for polygon in &polygons.0 {
                header(out, 3);
                count(out, 1 + polygon.interiors().len());
                for ring in rings(polygon) {
                    positions(out, ring);
                }
            }
        }
        // Tables hold the three forms above only; anything else is an empty collection.
        _ => {
            header(out, 7);
            count(out, 0);
        }
    }
}

fn header(out: &mut Vec<u8>, kind: u32) {
    out.push(1);
    out.extend(kind.to_le_bytes());
}

fn count(out: &mut Vec<u8>, count: usize) {
    out.extend((count as u32).to_le_bytes());
}

fn position(out: &mut Vec<u8>, at: Coord<f64>) {
    out.extend(at.x.to_le_bytes());
    out.extend(at.y.to_le_bytes());
}

fn positions(out: &mut Vec<u8>, line: &LineString<f64>) {
    count(out, line.0.len());
    for &at in &line.0 {
        position(out, at);
    }
}

/// The outer ring, then the holes.
pub(crate) fn rings(polygon: &Polygon<f64>) -> impl Iterator<Item = &LineString<f64>> {
    std::iter::once(polygon.exterior()).chain(polygon.interiors())
}

/// Appends the shape as well-known text, degrees to 7 decimals.
pub(crate) fn push_wkt(out: &mut String, shape: &Geometry<f64>) {
    fn list<T>(
        out: &mut String,
        items: impl Iterator<Item = T>,
        mut each: impl FnMut(&mut String, T),
    ) {
        out.push('(');
        for (n, item) in items.enumerate() {
            if n > 0 {
                out.push(',');
            }
            each(out, item);
        }
        out.push(')');
    }
    fn at(out: &mut String, c: Coord<f64>) {
        push_rounded(out, c.x, 7);
        out.push(' ');
        push_rounded(out, c.y, 7);
    }
    let line = |out: &mut String, line: &LineString<f64>| list(out, line.0.iter().copied(), at);
    match shape {
        Geometry::Point(point) => {
            out.push_str("POINT ");
            list(out, std::iter::once(point.0), at);
        }
        Geometry::MultiLineString(lines) => {
            out.push_str("MULTILINESTRING ");
            list(out, lines.0.iter(), line);
        }
        Geometry::MultiPolygon(polygons) => {
            out.push_str("MULTIPOLYGON ");
            list(out, polygons.0.iter(), |out, polygon| {
                list(out, rings(polygon), line);
            });
        }
        _ => out.push_str("GEOMETRYCOLLECTION EMPTY"),
    }
}
