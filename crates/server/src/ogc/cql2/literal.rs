//! Geometries written in a filter: well-known text, GeoJSON, a box; in degrees once read.

use super::super::crs::Crs;
use super::FilterError;
use geo::{
    Coord, Geometry, LineString, MapCoords, MultiLineString, MultiPoint, MultiPolygon, Point,
    Polygon, Rect,
};
use serde_json::Value as Json;

/// Most positions of a geometry in a filter.
const MOST_POSITIONS: usize = 20_000;

/// Nested lists of numbers, as well-known text and GeoJSON both have them.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Nested {
    Position(Coord<f64>),
    List(Vec<Self>),
}

fn wrong(near: &str) -> FilterError {
    FilterError::Unreadable {
        near: near.to_owned(),
        expected: "une géométrie valide est attendue".to_owned(),
    }
}

/// The geometry of that type (`POINT`, `multipolygon`…) and those positions, in degrees.
pub(super) fn geometry(kind: &str, of: &Nested, crs: Crs) -> Result<Geometry<f64>, FilterError> {
    let mut positions = 0;
    count(of, &mut positions);
    if positions > MOST_POSITIONS {
        return Err(FilterError::Unreadable {
            near: kind.to_owned(),
            expected: format!("au plus {MOST_POSITIONS} sommets"),
        });
    }
    let shape = match kind.to_ascii_uppercase().as_str() {
        "POINT" => Geometry::Point(Point(position(of, kind)?)),
        "MULTIPOINT" => Geometry::MultiPoint(MultiPoint(each(of, kind, |one| {
            Ok(Point(position(one, kind)?))
        })?)),
        "LINESTRING" => Geometry::LineString(line(of, kind)?),
        "MULTILINESTRING" => {
            Geometry::MultiLineString(MultiLineString(each(of, kind, |one| line(one, kind))?))
        }
        "POLYGON" => Geometry::Polygon(polygon(of, kind)?),
        "MULTIPOLYGON" => {
            Geometry::MultiPolygon(MultiPolygon(each(of, kind, |one| polygon(one, kind))?))
        }
        _ => return Err(FilterError::UnknownOperator(kind.to_owned())),
    };
    let shape = shape.map_coords(|at| crs.to_degrees(at));
    Ok(shape)
}

fn count(of: &Nested, positions: &mut usize) {
    match of {
        Nested::Position(_) => *positions += 1,
        Nested::List(items) => items.iter().for_each(|item| count(item, positions)),
    }
}

fn position(of: &Nested, kind: &str) -> Result<Coord<f64>, FilterError> {
    match of {
        Nested::Position(at) if at.x.is_finite() && at.y.is_finite() => Ok(*at),
        // Well-known text writes a point between parentheses.
        Nested::List(items) if items.len() == 1 => position(&items[0], kind),
        _ => Err(wrong(kind)),
    }
}

fn each<T>(
    of: &Nested,
    kind: &str,
    one: impl Fn(&Nested) -> Result<T, FilterError>,
) -> Result<Vec<T>, FilterError> {
    match of {
        Nested::List(items) => items.iter().map(one).collect(),
        Nested::Position(_) => Err(wrong(kind)),
    }
}

fn line(of: &Nested, kind: &str) -> Result<LineString<f64>, FilterError> {
    let positions = each(of, kind, |one| position(one, kind))?;
    if positions.len() < 2 {
        return Err(wrong(kind));
    }
    Ok(LineString(positions))
}

fn polygon(of: &Nested, kind: &str) -> Result<Polygon<f64>, FilterError> {
    let mut rings = each(of, kind, |one| line(one, kind))?.into_iter();
    let outer = rings.next().filter(|ring| ring.0.len() >= 4);
    Ok(Polygon::new(
        outer.ok_or_else(|| wrong(kind))?,
        rings.collect(),
    ))
}

/// A box of four numbers, or six with heights, in degrees.
pub(super) fn rectangle(numbers: &[f64], crs: Crs) -> Result<Geometry<f64>, FilterError> {
    let [west, south, east, north] = match numbers {
        [w, s, e, n] | [w, s, _, e, n, _] => [*w, *s, *e, *n],
        _ => return Err(wrong("BBOX")),
    };
    if !(west <= east && south <= north) {
        return Err(wrong("BBOX"));
    }
    let rect = Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north });
    Ok(Geometry::Polygon(
        rect.to_polygon().map_coords(|at| crs.to_degrees(at)),
    ))
}

/// A GeoJSON geometry, or `{"bbox": […]}`.
pub(super) fn of_json(json: &Json, crs: Crs) -> Result<Geometry<f64>, FilterError> {
    if let Some(numbers) = json.get("bbox").and_then(Json::as_array) {
        let numbers: Option<Vec<f64>> = numbers.iter().map(Json::as_f64).collect();
        return rectangle(&numbers.ok_or_else(|| wrong("bbox"))?, crs);
    }
    let kind = json.get("type").and_then(Json::as_str).unwrap_or_default();
    let nested = json
        .get("coordinates")
        .and_then(nested)
        .ok_or_else(|| wrong(kind))?;
    geometry(kind, &nested, crs)
}

fn nested(json: &Json) -> Option<Nested> {
    let items = json.as_array()?;
    if let (Some(x), Some(y)) = (
        items.first().and_then(Json::as_f64),
        items.get(1).and_then(Json::as_f64),
    ) {
        return Some(Nested::Position(Coord { x, y }));
    }
    items
        .iter()
        .map(nested)
        .collect::<Option<_>>()
        .map(Nested::List)
}
