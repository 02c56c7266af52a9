//! What do we publish of an edition? Tables of one geometry type each, with named and typed columns, their French
//! meaning, and one record per row: what every format of ours is written from.

mod columns;
mod layout;
mod network_columns;
mod place;
mod place_columns;

pub use columns::{area_layout, commune_layout, communes, ours, project_layout};
pub use layout::Layout;
pub use network_columns::network_layout;
pub use place::{lambert93, wgs84};

use caloduc_engine::crs::Planar;
use geo::{Geometry, MultiLineString, MultiPolygon, Point};
use rayon::prelude::*;
use std::borrow::Cow;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Several texts: an array in JSON, joined by commas elsewhere.
    List,
    /// Whole number.
    Integer,
    /// Number.
    Real,
    /// Yes or no.
    Boolean,
}

impl Kind {
    /// In French, for the notice.
    pub fn french(self) -> &'static str {
        match self {
            Self::Text => "texte",
            Self::List => "liste de textes",
            Self::Integer => "entier",
            Self::Real => "nombre",
            Self::Boolean => "oui ou non",
        }
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Machine name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// What it means, in French.
    pub title: String,
}

impl Column {
    /// A column.
    pub fn new(name: impl Into<String>, kind: Kind, title: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            kind,
            title: title.into(),
        }
    }
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Unknown.
    Empty,
    /// Text.
    Text(Cow<'a, str>),
    /// Several texts.
    List(Vec<&'a str>),
    /// Whole number.
    Integer(i64),
    /// Number.
    Real(f64),
    /// Yes or no.
    Boolean(bool),
}

impl<'a> Cell<'a> {
    /// A text that may be unknown.
    pub fn text(value: Option<&'a str>) -> Self {
        value.map_or(Self::Empty, |text| Self::Text(Cow::Borrowed(text)))
    }

    /// A number that may be unknown.
    pub fn real(value: Option<f64>) -> Self {
        value
            .filter(|v| v.is_finite())
            .map_or(Self::Empty, Self::Real)
    }

    /// A whole number that may be unknown.
    pub fn integer(value: Option<impl Into<i64>>) -> Self {
        value.map_or(Self::Empty, |value| Self::Integer(value.into()))
    }

    /// A truth that may be unknown.
    pub fn boolean(value: Option<bool>) -> Self {
        value.map_or(Self::Empty, Self::Boolean)
    }

    /// As text; `None` when unknown. A list is joined by commas, as the open data join communes.
    pub fn to_text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Empty => None,
            Self::List(items) if items.is_empty() => None,
            Self::Text(text) => Some(Cow::Borrowed(text)),
            Self::List(items) => Some(Cow::Owned(items.join(","))),
            Self::Integer(value) => Some(Cow::Owned(value.to_string())),
            Self::Real(value) => Some(Cow::Owned(crate::text::number(*value))),
            Self::Boolean(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
        }
    }
}

/// The one geometry type of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GeometryKind {
    /// Point.
    Point,
    /// MultiLineString.
    Lines,
    /// MultiPolygon.
    Polygons,
}

impl GeometryKind {
    /// The name of the OGC.
    pub fn name(self) -> &'static str {
        match self {
            Self::Point => "Point",
            Self::Lines => "MultiLineString",
            Self::Polygons => "MultiPolygon",
        }
    }
}

/// A row's shape in the legal projection of its territory.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape<'a> {
    /// A marker.
    Point(&'a Planar<Point<f64>>),
    /// Pipes.
    Lines(&'a Planar<MultiLineString<f64>>),
    /// A zone or a perimeter.
    Polygons(&'a Planar<MultiPolygon<f64>>),
}

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub struct Record<'a> {
    /// One cell per column.
    pub cells: Vec<Cell<'a>>,
    /// Its shape.
    pub shape: Shape<'a>,
}

/// A table.
#[derive(Debug, Clone, PartialEq)]
pub struct Table<'a> {
    /// Machine name (`heat-untraced`).
    pub name: &'static str,
    /// What it is, in French.
    pub title: &'static str,
    /// The type of all its geometries.
    pub geometry: GeometryKind,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, by key.
    pub records: Vec<Record<'a>>,
}

/// A table with its shapes in WGS84 degrees, computed once for all formats.
#[derive(Debug)]
pub struct Placed<'a> {
    /// The table.
    pub table: Table<'a>,
    /// The shape of each record: longitude and latitude rounded to 7 decimals, right-hand rule.
    pub shapes: Vec<Geometry<f64>>,
}

impl<'a> Placed<'a> {
    /// Puts a table in degrees.
    pub fn new(table: Table<'a>) -> Self {
        let shapes = table
            .records
            .par_iter()
            .map(|record| wgs84(record.shape))
            .collect();
        Self { table, shapes }
    }

    /// Records with their shapes.
    pub fn rows(&self) -> impl Iterator<Item = (&Record<'a>, &Geometry<f64>)> {
        self.table.records.iter().zip(&self.shapes)
    }
}
