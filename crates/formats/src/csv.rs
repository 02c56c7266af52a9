//! CSV that spreadsheets and geographic programs both open: UTF-8, commas, a longitude and a latitude to sort and filter
//! by, the whole shape as well-known text in `WKT`. The files beside it say its types and its reference system.

use crate::error::Fault;
use crate::table::{Cell, Kind, Placed};
use crate::text::push_rounded;
use crate::wkb::push_wkt;
use geo::{Coord, Geometry};
use std::io::Write;

/// WGS84 as `.prj` files have it.
pub(crate) const WGS84_PRJ: &str = r#"GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;

/// Text kept before it is written.
const BLOCK: usize = 1 << 16;

/// Writes a table.
pub(crate) fn write(placed: &Placed<'_>, out: &mut dyn Write) -> Result<(), Fault> {
    let mut text = String::new();
    for column in &placed.table.columns {
        text.push_str(&column.name);
        text.push(',');
    }
    text.push_str("longitude,latitude,WKT\r\n");
    for (record, shape) in placed.rows() {
        for cell in &record.cells {
            push_cell(&mut text, cell);
            text.push(',');
        }
        if let Some(at) = marker(shape) {
            push_rounded(&mut text, at.x, 7);
            text.push(',');
            push_rounded(&mut text, at.y, 7);
        } else {
            text.push(',');
        }
        text.push_str(",\"");
        push_wkt(&mut text, shape);
        text.push_str("\"\r\n");
        if text.len() > BLOCK {
            out.write_all(text.as_bytes())?;
            text.clear();
        }
    }
    out.write_all(text.as_bytes())?;
    Ok(())
}

/// The types of the columns, as GDAL reads them from a `.csvt`.
pub(crate) fn types(placed: &Placed<'_>) -> String {
    let columns = placed.table.columns.iter().map(|column| match column.kind {
        Kind::Text | Kind::List => "String",
        Kind::Integer => "Integer64",
        Kind::Real => "Real",
        Kind::Boolean => "Integer(Boolean)",
    });
    let all: Vec<&str> = columns.chain(["Real", "Real", "WKT"]).collect();
    all.join(",")
}

/// A position of the shape itself, in its middle as its vertices go.
fn marker(shape: &Geometry<f64>) -> Option<Coord<f64>> {
    match shape {
        Geometry::Point(point) => Some(point.0),
        Geometry::MultiLineString(lines) => {
            let longest = lines.0.iter().max_by_key(|line| line.0.len())?;
            longest.0.get(longest.0.len() / 2).copied()
        }
        Geometry::MultiPolygon(polygons) => {
            use geo::InteriorPoint;
            polygons.interior_point().map(|point| point.0)
        }
        _ => None,
    }
}

/// Writes a cell that no spreadsheet takes for a formula (OWASP, CSV injection).
pub(crate) fn push_cell(out: &mut String, cell: &Cell<'_>) {
    let Some(text) = cell.to_text() else { return };
    let from_people = matches!(cell, Cell::Text(_) | Cell::List(_));
    let formula = from_people && text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if !formula && !text.contains([',', '"', '\n', '\r', ';']) {
        out.push_str(&text);
        return;
    }
    out.push('"');
    if formula {
        out.push('\'');
    }
    out.push_str(&text.replace('"', "\"\""));
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_looks_like_a_formula_is_made_harmless() {
        let written = |text: &str| {
            let mut out = String::new();
            push_cell(&mut out, &Cell::Text(text.into()));
            out
        };
        assert_eq!(written("=1+1"), "\"'=1+1\"");
        assert_eq!(written("Oyonnax, \"Bio\""), "\"Oyonnax, \"\"Bio\"\"\"");
        assert_eq!(written("Oyonnax"), "Oyonnax");
        let mut out = String::new();
        push_cell(&mut out, &Cell::Real(-1.5));
        assert_eq!(out, "-1.5");
    }
}
