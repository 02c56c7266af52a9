//! GeoJSON to the letter of RFC 7946: WGS84 degrees to 7 decimals, right-hand rule, no `crs`; one feature a line.

use crate::error::Fault;
use crate::table::Placed;
use crate::text::{push_json_member, push_json_string, push_rounded};
use crate::wkb::{bounds, rings, united};
use geo::{Coord, Geometry, LineString};
use std::io::Write;

/// Decimals of degrees: 1 cm.
const DECIMALS: u32 = 7;
/// Text kept before it is written.
const BLOCK: usize = 1 << 16;

/// Writes a table.
pub(crate) fn write(placed: &Placed<'_>, out: &mut dyn Write) -> Result<(), Fault> {
    let table = &placed.table;
    let mut text = String::from("{\"type\":\"FeatureCollection\",\"name\":");
    push_json_string(&mut text, table.name);
    text.push_str(",\"title\":");
    push_json_string(&mut text, table.title);
    if let Some(extent) = placed
        .shapes
        .iter()
        .fold(None, |all, s| united(all, bounds(s)))
    {
        text.push_str(",\"bbox\":[");
        for (n, degrees) in extent.into_iter().enumerate() {
            if n > 0 {
                text.push(',');
            }
            push_rounded(&mut text, degrees, DECIMALS);
        }
        text.push(']');
    }
    text.push_str(",\"features\":[\n");
    for (n, (record, shape)) in placed.rows().enumerate() {
        if n > 0 {
            text.push_str(",\n");
        }
        text.push_str("{\"type\":\"Feature\",\"properties\":{");
        for (column, cell) in table.columns.iter().zip(&record.cells) {
            push_json_member(&mut text, &column.name, cell);
        }
        text.push_str("},\"geometry\":");
        push_geometry(&mut text, shape, DECIMALS);
        text.push('}');
        if text.len() > BLOCK {
            out.write_all(text.as_bytes())?;
            text.clear();
        }
    }
    text.push_str("\n]}\n");
    out.write_all(text.as_bytes())?;
    Ok(())
}

/// Appends a geometry of one of our three types with so many decimals.
pub(crate) fn push_geometry(out: &mut String, shape: &Geometry<f64>, decimals: u32) {
    let at = |out: &mut String, c: Coord<f64>| {
        out.push('[');
        push_rounded(out, c.x, decimals);
        out.push(',');
        push_rounded(out, c.y, decimals);
        out.push(']');
    };
    let line = |out: &mut String, line: &LineString<f64>| {
        push_list(out, line.0.iter(), |out, &c| at(out, c));
    };
    out.push_str("{\"type\":\"");
    match shape {
        Geometry::Point(point) => {
            out.push_str("Point\",\"coordinates\":");
            at(out, point.0);
        }
        Geometry::MultiLineString(lines) => {
            out.push_str("MultiLineString\",\"coordinates\":");
            push_list(out, lines.0.iter(), line);
        }
        Geometry::MultiPolygon(polygons) => {
            out.push_str("MultiPolygon\",\"coordinates\":");
            push_list(out, polygons.0.iter(), |out, polygon| {
                push_list(out, rings(polygon), line);
            });
        }
        // Tables hold the three forms above only.
        _ => out.push_str("GeometryCollection\",\"geometries\":[]"),
    }
    out.push('}');
}

fn push_list<T>(
    out: &mut String,
    items: impl Iterator<Item = T>,
    mut each: impl FnMut(&mut String, T),
) {
    out.push('[');
    for (n, item) in items.enumerate() {
        if n > 0 {
            out.push(',');
        }
        each(out, item);
    }
    out.push(']');
}
