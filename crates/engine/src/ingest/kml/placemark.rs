//! One placemark: its attributes and its shape, put together element by element.

use crate::ingest::raw::{RawFeature, RawGeometry};
use crate::ingest::xml_text::attribute;
use geo::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon,
    Point, Polygon,
};
use quick_xml::events::BytesStart;
use serde_json::{Map, Value};

/// A placemark being read.
#[derive(Debug, Default)]
pub(super) struct Placemark {
    properties: Map<String, Value>,
    field: Option<String>,
    shapes: Vec<Geometry<f64>>,
    rings: Option<Rings>,
    problem: Option<String>,
}

#[derive(Debug, Default)]
struct Rings {
    outline: Option<LineString<f64>>,
    holes: Vec<LineString<f64>>,
    within_hole: bool,
}

impl Placemark {
    pub(super) fn open(&mut self, name: &str, element: &BytesStart<'_>) {
        match name {
            "Data" | "SimpleData" => self.field = attribute(element, "name"),
            "Polygon" => self.rings = Some(Rings::default()),
            "innerBoundaryIs" | "outerBoundaryIs" => {
                if let Some(rings) = &mut self.rings {
                    rings.within_hole = name == "innerBoundaryIs";
                }
            }
            "Track" | "MultiTrack" => {
                self.problem = Some("trace GPS « gx:Track » : convertissez-la en ligne".into());
            }
            "Model" => self.problem = Some("modèle 3D, sans tracé".into()),
            _ => {}
        }
    }

    pub(super) fn close(&mut self, name: &str, parent: &str, text: &str) {
        match (name, parent) {
            ("name" | "description" | "address", "Placemark") => self.set(name.to_owned(), text),
            ("value", "Data") | ("SimpleData", _) => {
                if let Some(field) = self.field.clone() {
                    self.set(field, text);
                }
            }
            ("coordinates", "Point" | "LineString" | "LinearRing") => match positions(text) {
                Ok(line) if line.0.is_empty() => {}
                Ok(line) => self.shape(parent, line),
                Err(why) => self.problem = Some(why),
            },
            ("Polygon", _) => {
                if let Some(rings) = self.rings.take()
                    && let Some(outline) = rings.outline
                {
                    self.shapes
                        .push(Geometry::Polygon(Polygon::new(outline, rings.holes)));
                }
            }
            _ => {}
        }
    }

    fn set(&mut self, field: String, text: &str) {
        let value = if text.is_empty() {
            Value::Null
        } else {
            Value::String(text.to_owned())
        };
        self.properties.insert(field, value);
    }

    fn shape(&mut self, parent: &str, line: LineString<f64>) {
        match (&mut self.rings, parent) {
            (Some(rings), "LinearRing") if rings.within_hole => rings.holes.push(line),
            (Some(rings), "LinearRing") => rings.outline = Some(line),
            (_, "Point") => self.shapes.push(Geometry::Point(Point(line.0[0]))),
            _ => self.shapes.push(Geometry::LineString(line)),
        }
    }

    pub(super) fn finish(self, number: u64) -> RawFeature {
        RawFeature {
            number,
            properties: self.properties,
            geometry: match self.problem {
                Some(why) => RawGeometry::Bad(why),
                None => gathered(self.shapes),
            },
        }
    }
}

/// The shapes of a placemark as one: of one type when they agree.
fn gathered(mut shapes: Vec<Geometry<f64>>) -> RawGeometry {
    if shapes.len() < 2 {
        return shapes
            .pop()
            .map_or(RawGeometry::Missing, RawGeometry::Shape);
    }
    let (mut points, mut lines, mut polygons) = (Vec::new(), Vec::new(), Vec::new());
    for shape in &shapes {
        match shape {
            Geometry::Point(point) => points.push(*point),
            Geometry::LineString(line) => lines.push(line.clone()),
            Geometry::Polygon(polygon) => polygons.push(polygon.clone()),
            _ => {}
        }
    }
    let whole = shapes.len();
    RawGeometry::Shape(if lines.len() == whole {
        Geometry::MultiLineString(MultiLineString(lines))
    } else if polygons.len() == whole {
        Geometry::MultiPolygon(MultiPolygon(polygons))
    } else if points.len() == whole {
        Geometry::MultiPoint(MultiPoint(points))
    } else {
        Geometry::GeometryCollection(GeometryCollection(shapes))
    })
}

/// `lon,lat[,altitude]` separated by blanks; blanks around commas are forgiven.
fn positions(text: &str) -> Result<LineString<f64>, String> {
    let tidied: String;
    let text = if text.contains(", ") || text.contains(" ,") {
        tidied = text.split(',').map(str::trim).collect::<Vec<_>>().join(",");
        &tidied
    } else {
        text
    };
    text.split_ascii_whitespace()
        .map(|tuple| {
            let mut numbers = tuple.split(',').map(|number| number.parse::<f64>().ok());
            match (numbers.next().flatten(), numbers.next().flatten()) {
                (Some(x), Some(y)) if x.is_finite() && y.is_finite() => Ok(Coord { x, y }),
                _ => Err(format!(
                    "« {} » n’est pas une position",
                    tuple.chars().take(40).collect::<String>()
                )),
            }
        })
        .collect::<Result<Vec<_>, _>>()
        .map(LineString)
}
