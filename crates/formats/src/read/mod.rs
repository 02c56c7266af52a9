//! What does this FlatGeobuf or GeoParquet file hold? The same features as GeoJSON text, which the engine's importer
//! reads: its formats stay the engine's business, these two stay here.
//!
//! Bytes come from outside: every offset, count and length is checked, and what cannot be read is an error, never a crash.

mod flatgeobuf;
mod geoparquet;
mod wkb;

use crate::geojson::push_geometry;
use crate::text::push_json_string;
use geo::{Geometry, MultiLineString, MultiPolygon};
use serde_json::{Map, Value};
use std::fmt::Write as _;
use thiserror::Error;

/// Why a file could not be read. Messages are French, for the person who imports it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "fichier {format} illisible : {problem}. Exportez-le de nouveau, ou convertissez-le en GeoJSON ou en GeoPackage."
)]
pub struct Unreadable {
    /// `FlatGeobuf` or `GeoParquet`.
    pub format: &'static str,
    /// What is wrong.
    pub problem: String,
}

impl Unreadable {
    fn flatgeobuf(problem: impl std::fmt::Display) -> Self {
        Self {
            format: "FlatGeobuf",
            problem: problem.to_string(),
        }
    }

    fn geoparquet(problem: impl std::fmt::Display) -> Self {
        Self {
            format: "GeoParquet",
            problem: problem.to_string(),
        }
    }
}

/// Decimals written: well under a millimetre in degrees and in metres alike.
const DECIMALS: u32 = 9;

/// One feature as read.
struct Feature {
    properties: Map<String, Value>,
    geometry: Option<Geometry<f64>>,
}

/// The features of a FlatGeobuf or GeoParquet file as GeoJSON text; `None` when the bytes are neither.
pub fn as_geojson(bytes: &[u8]) -> Option<Result<Vec<u8>, Unreadable>> {
    if bytes.starts_with(&crate::flatgeobuf::MAGIC[..3]) {
        Some(flatgeobuf::read(bytes))
    } else if bytes.starts_with(b"PAR1") {
        Some(geoparquet::read(bytes))
    } else {
        None
    }
}

/// A FeatureCollection being written.
struct Collection {
    text: String,
    started: bool,
}

impl Collection {
    /// Of coordinates in this system; `None` when the file does not say.
    fn new(epsg: Option<u32>) -> Self {
        let mut text = "{\"type\":\"FeatureCollection\",".to_owned();
        if let Some(code) = epsg {
            let _infallible = write!(
                text,
                "\"crs\":{{\"type\":\"name\",\"properties\":{{\"name\":\"urn:ogc:def:crs:EPSG::{code}\"}}}},"
            );
        }
        text.push_str("\"features\":[\n");
        Self {
            text,
            started: false,
        }
    }

    fn push(&mut self, feature: &Feature) {
        if self.started {
            self.text.push_str(",\n");
        }
        self.started = true;
        self.text.push_str("{\"type\":\"Feature\",\"properties\":{");
        for (n, (name, value)) in feature.properties.iter().enumerate() {
            if n > 0 {
                self.text.push(',');
            }
            push_json_string(&mut self.text, name);
            let _infallible = write!(self.text, ":{value}");
        }
        self.text.push_str("},\"geometry\":");
        match &feature.geometry {
            Some(shape) => push_geometry(&mut self.text, shape, DECIMALS),
            None => self.text.push_str("null"),
        }
        self.text.push('}');
    }

    fn finish(mut self) -> Vec<u8> {
        self.text.push_str("\n]}\n");
        self.text.into_bytes()
    }
}

/// Single geometries as multiple ones; of several points the first stands for all. `None` for what our tables cannot hold.
fn promoted(shape: Geometry<f64>) -> Option<Geometry<f64>> {
    match shape {
        Geometry::Point(_) | Geometry::MultiLineString(_) | Geometry::MultiPolygon(_) => {
            Some(shape)
        }
        Geometry::LineString(line) => Some(MultiLineString(vec![line]).into()),
        Geometry::Polygon(polygon) => Some(MultiPolygon(vec![polygon]).into()),
        Geometry::MultiPoint(points) => points.0.first().map(|point| (*point).into()),
        _ => None,
    }
}
