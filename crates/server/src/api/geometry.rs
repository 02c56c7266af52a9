//! A row's shape as GeoJSON, degrees with seven decimals (about a centimetre).

use caloduc_engine::crs::LonLat;
use caloduc_engine::network::Layer;
use caloduc_engine::snapshot::{Bounds, Part, PartRole, Row};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use std::fmt::Write;

/// A shape to serialise: MultiLineString, MultiPolygon or Point; null when there is none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Geometry<'a>(pub(crate) Row<'a>);

impl Serialize for Geometry<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = self.text();
        let raw: &RawValue = serde_json::from_str(&text).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl Geometry<'_> {
    fn text(&self) -> String {
        let has_polygons = self.0.is_zone()
            || self.0.is_area()
            || matches!(self.0.layer(), Layer::PriorityAreas | Layer::Communes);
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _infallible = if has_polygons {
            self.polygons(&mut out)
        } else {
            self.lines(&mut out)
        };
        out
    }

    fn lines(&self, out: &mut String) -> std::fmt::Result {
        let mut lines = self.0.parts().peekable();
        let Some(first) = lines.peek() else {
            return out.write_str("null");
        };
        if first.role == PartRole::Point {
            let Some(place) = first.places().next() else {
                return out.write_str("null");
            };
            out.write_str("{\"type\":\"Point\",\"coordinates\":")?;
            position(out, place)?;
            return out.write_char('}');
        }
        out.write_str("{\"type\":\"MultiLineString\",\"coordinates\":[")?;
        for (i, part) in lines.enumerate() {
            separator(out, i)?;
            positions(out, &part)?;
        }
        out.write_str("]}")
    }

    fn polygons(&self, out: &mut String) -> std::fmt::Result {
        out.write_str("{\"type\":\"MultiPolygon\",\"coordinates\":[")?;
        let mut polygons = 0;
        for part in self.0.parts() {
            if part.role == PartRole::Outer {
                if polygons > 0 {
                    out.write_char(']')?;
                }
                separator(out, polygons)?;
                out.write_char('[')?;
                polygons += 1;
            } else {
                out.write_char(',')?;
            }
            positions(out, &part)?;
        }
        if polygons > 0 {
            out.write_char(']')?;
        }
        out.write_str("]}")
    }
}

fn separator(out: &mut String, index: usize) -> std::fmt::Result {
    if index > 0 {
        out.write_char(',')
    } else {
        Ok(())
    }
}

fn positions(out: &mut String, part: &Part<'_>) -> std::fmt::Result {
    out.write_char('[')?;
    for (i, place) in part.places().enumerate() {
        separator(out, i)?;
        position(out, place)?;
    }
    out.write_char(']')
}

/// Degrees with seven decimals.
pub(crate) fn rounded(degrees: f64) -> f64 {
    (degrees * 1e7).round() / 1e7
}

/// A box with seven decimals.
pub(crate) fn rounded_box(bounds: Bounds) -> Bounds {
    Bounds {
        west: rounded(bounds.west),
        south: rounded(bounds.south),
        east: rounded(bounds.east),
        north: rounded(bounds.north),
    }
}

fn position(out: &mut String, place: LonLat) -> std::fmt::Result {
    write!(out, "[{},{}]", rounded(place.lon), rounded(place.lat))
}
