//! Features on their way out: GeoJSON, one after the other, and FlatGeobuf.

use super::collections::Collection;
use super::crs::{Crs, shape};
use super::features::{Feature, Features};
use super::links::Link;
use caloduc_formats::table::{Cell, Column};
use caloduc_formats::{Described, write_flatgeobuf};
use geo::orient::{Direction, Orient};
use geo::{Coord, Geometry, LineString};
use serde_json::json;
use std::fmt::Write as _;
use std::io::{self, Write};

/// What is written of each feature.
#[derive(Debug, Clone)]
pub(super) struct Shown<'a> {
    pub(super) features: &'a Features,
    pub(super) collection: Collection,
    pub(super) columns: &'a [usize],
    pub(super) crs: Crs,
}

/// What stands around the features of a page.
#[derive(Debug)]
pub(super) struct Around {
    pub(super) matched: usize,
    pub(super) links: Vec<Link>,
    pub(super) time_stamp: String,
}

/// Writes a collection of these features.
pub(super) fn page(
    shown: &Shown<'_>,
    places: &[usize],
    around: &Around,
    out: &mut dyn Write,
) -> io::Result<()> {
    let links = serde_json::to_string(&around.links)?;
    write!(
        out,
        "{{\"type\":\"FeatureCollection\",\"numberMatched\":{},\"numberReturned\":{},\"timeStamp\":{},\"links\":{links},\"features\":[",
        around.matched,
        places.len(),
        json!(around.time_stamp)
    )?;
    let table = shown.features.table(shown.collection);
    for (n, place) in places.iter().enumerate() {
        if n > 0 {
            out.write_all(b",\n")?;
        }
        out.write_all(feature(shown, &table.features[*place], &[]).as_bytes())?;
    }
    out.write_all(b"]}\n")
}

/// A feature; with its own links when there are some.
pub(super) fn feature(shown: &Shown<'_>, feature: &Feature, links: &[Link]) -> String {
    let table = shown.features.table(shown.collection);
    let mut text = format!(
        "{{\"type\":\"Feature\",\"id\":{},\"geometry\":",
        json!(feature.id)
    );
    match shown.features.row(shown.collection, feature) {
        Some(row) => push_geometry(&mut text, &shape(&row, shown.crs)),
        None => text.push_str("null"),
    }
    text.push_str(",\"properties\":{");
    for (n, column) in shown.columns.iter().enumerate() {
        if n > 0 {
            text.push(',');
        }
        // Serialising texts and numbers does not fail.
        let name = serde_json::to_string(&table.columns[*column].name).unwrap_or_default();
        let value = serde_json::to_string(&feature.values[*column]).unwrap_or_default();
        let _infallible = write!(text, "{name}:{value}");
    }
    text.push('}');
    if !links.is_empty() {
        let links = serde_json::to_string(links).unwrap_or_default();
        let _infallible = write!(text, ",\"links\":{links}");
    }
    text.push('}');
    text
}

fn push_geometry(out: &mut String, shape: &Geometry<f64>) {
    let at = |out: &mut String, c: &Coord<f64>| {
        let _infallible = write!(out, "[{},{}]", c.x, c.y);
    };
    let line = |out: &mut String, line: &LineString<f64>| list(out, line.0.iter(), at);
    match shape {
        Geometry::Point(point) => {
            out.push_str("{\"type\":\"Point\",\"coordinates\":");
            at(out, &point.0);
        }
        Geometry::MultiLineString(lines) => {
            out.push_str("{\"type\":\"MultiLineString\",\"coordinates\":");
            list(out, lines.0.iter(), line);
        }
        Geometry::MultiPolygon(polygons) => {
            out.push_str("{\"type\":\"MultiPolygon\",\"coordinates\":");
            list(out, polygons.0.iter(), |out, polygon| {
                let polygon = polygon.orient(Direction::Default);
                let rings = std::iter::once(polygon.exterior()).chain(polygon.interiors());
                list(out, rings, line);
            });
        }
        // Rows have the three forms above only.
        _ => {
            out.push_str("null");
            return;
        }
    }
    out.push('}');
}

fn list<T>(out: &mut String, items: impl Iterator<Item = T>, each: impl Fn(&mut String, T)) {
    out.push('[');
    for (n, item) in items.enumerate() {
        if n > 0 {
            out.push(',');
        }
        each(out, item);
    }
    out.push(']');
}

/// Writes these features as FlatGeobuf, in degrees.
pub(super) fn flatgeobuf(
    shown: &Shown<'_>,
    places: &[usize],
    out: &mut dyn Write,
) -> io::Result<()> {
    let table = shown.features.table(shown.collection);
    let columns: Vec<Column> = shown
        .columns
        .iter()
        .map(|column| table.columns[*column].clone())
        .collect();
    let rows: Vec<(Vec<Cell<'_>>, Geometry<f64>)> = places
        .iter()
        .map(|place| &table.features[*place])
        .filter_map(|feature| {
            let row = shown.features.row(shown.collection, feature)?;
            let cells = shown.columns.iter().map(|c| feature.values[*c].cell());
            Some((cells.collect(), shape(&row, Crs::Degrees)))
        })
        .collect();
    let described = Described {
        name: shown.collection.id(),
        title: shown.collection.title(),
        geometry: shown.collection.geometry(),
        columns: &columns,
    };
    let rows = rows.iter().map(|(cells, shape)| (cells.as_slice(), shape));
    write_flatgeobuf(described, rows, out)
}
