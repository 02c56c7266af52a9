//! What do the features of an edition say of themselves? Every row's properties, read once per edition; shapes stay in
//! the snapshot.

use super::collections::Collection;
use caloduc_engine::crs::Planar;
use caloduc_engine::network::{
    Commune, Identified, InseeCode, Key, Network, NetworkShape, Sourced,
};
use caloduc_engine::snapshot::{Bounds, Row, Snapshot};
use caloduc_formats::table::{
    Cell, Column, Kind, area_layout, commune_layout, network_layout, project_layout,
};
use geo::{Coord, LineString, MultiLineString};
use serde::ser::{Serialize, Serializer};
use std::borrow::Cow;

/// A property's value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Unknown,
    Text(String),
    List(Vec<String>),
    Integer(i64),
    Real(f64),
    Boolean(bool),
}

impl From<Cell<'_>> for Value {
    fn from(cell: Cell<'_>) -> Self {
        match cell {
            Cell::Empty => Self::Unknown,
            Cell::Text(text) => Self::Text(text.into_owned()),
            Cell::List(items) => Self::List(items.into_iter().map(str::to_owned).collect()),
            Cell::Integer(value) => Self::Integer(value),
            Cell::Real(value) => Self::Real(value),
            Cell::Boolean(value) => Self::Boolean(value),
        }
    }
}

impl Value {
    /// The same, for the formats.
    pub(super) fn cell(&self) -> Cell<'_> {
        match self {
            Self::Unknown => Cell::Empty,
            Self::Text(text) => Cell::Text(Cow::Borrowed(text)),
            Self::List(items) => Cell::List(items.iter().map(String::as_str).collect()),
            Self::Integer(value) => Cell::Integer(*value),
            Self::Real(value) => Cell::Real(*value),
            Self::Boolean(value) => Cell::Boolean(*value),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Unknown => serializer.serialize_none(),
            Self::Text(text) => text.serialize(serializer),
            Self::List(items) => items.serialize(serializer),
            Self::Integer(value) => value.serialize(serializer),
            Self::Real(value) => value.serialize(serializer),
            Self::Boolean(value) => value.serialize(serializer),
        }
    }
}

/// A feature without its shape.
#[derive(Debug, Clone)]
pub(super) struct Feature {
    /// The key; the INSEE code of a commune.
    pub(super) id: String,
    /// One per column.
    pub(super) values: Vec<Value>,
    /// Degrees.
    pub(super) bounds: Bounds,
}

/// The features of a collection, by id.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) columns: Vec<Column>,
    pub(super) features: Vec<Feature>,
}

impl Table {
    /// The place of a column.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// The place of a feature.
    pub(super) fn feature(&self, id: &str) -> Option<usize> {
        self.features
            .binary_search_by(|feature| feature.id.as_str().cmp(id))
            .ok()
    }

    /// The smallest box of degrees around everything.
    pub(super) fn extent(&self) -> Option<Bounds> {
        self.features
            .iter()
            .map(|feature| feature.bounds)
            .reduce(|a, b| Bounds {
                west: a.west.min(b.west),
                south: a.south.min(b.south),
                east: a.east.max(b.east),
                north: a.north.max(b.north),
            })
    }
}

/// The features of an edition.
#[derive(Debug)]
pub(crate) struct Features {
    snapshot: Snapshot,
    tables: [Table; 8],
}

impl Features {
    /// Reads every row of a snapshot.
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        Self {
            snapshot: snapshot.clone(),
            tables: Collection::ALL.map(|collection| table(snapshot, collection)),
        }
    }

    /// The edition; `None` for the fictional territory.
    pub(crate) fn release(&self) -> Option<u32> {
        self.snapshot.stamp().release
    }

    /// Whether these are those of that snapshot.
    pub(super) fn are_of(&self, snapshot: &Snapshot) -> bool {
        self.snapshot.stamp() == snapshot.stamp()
    }

    pub(super) fn table(&self, collection: Collection) -> &Table {
        &self.tables[collection as usize]
    }

    /// The row of a feature, with its shape.
    pub(super) fn row(&self, collection: Collection, feature: &Feature) -> Option<Row<'_>> {
        if collection == Collection::Communes {
            self.snapshot.commune(&feature.id)
        } else {
            self.snapshot.row(&feature.id)
        }
    }

    /// Ids of the features whose box of degrees may meet this one, by the spatial index.
    pub(super) fn near(&self, collection: Collection, bounds: Bounds) -> Vec<usize> {
        let table = self.table(collection);
        let rows = self.snapshot.within(collection.layer(), bounds);
        rows.iter()
            .filter_map(|row| table.feature(row.key()))
            .collect()
    }
}

fn table(snapshot: &Snapshot, collection: Collection) -> Table {
    let rows = snapshot.rows(collection.layer());
    let rows = rows.filter(|row| match collection {
        Collection::Projects => !row.is_zone(),
        Collection::ProjectZones => row.is_zone(),
        _ => true,
    });
    match collection {
        Collection::Heat
        | Collection::HeatUntraced
        | Collection::Cold
        | Collection::ColdUntraced => {
            let layout = network_layout();
            let features = features(rows, |row| {
                let network = identified(row, row.network().map(|n| with_shape(row, n))?)?;
                Some(owned(layout.cells(&network)))
            });
            Table {
                columns: layout.columns,
                features,
            }
        }
        Collection::Projects | Collection::ProjectZones => {
            let layout = project_layout();
            let features = features(rows, |row| {
                let project = identified(row, row.project()?)?;
                Some(owned(layout.cells(&project)))
            });
            Table {
                columns: layout.columns,
                features,
            }
        }
        Collection::PriorityAreas => {
            let layout = area_layout();
            let features = features(rows, |row| {
                let area = identified(row, row.priority_area()?)?;
                Some(owned(layout.cells(&area)))
            });
            Table {
                columns: layout.columns,
                features,
            }
        }
        Collection::Communes => {
            let layout = commune_layout();
            let features = features(rows, |row| {
                let commune = Sourced {
                    source: String::new(),
                    row: Commune {
                        code: InseeCode::parse(row.key())?,
                        name: row.name().unwrap_or_default().to_owned(),
                        shape: None,
                    },
                };
                Some(owned(layout.cells(&commune)))
            });
            Table {
                columns: layout.columns,
                features,
            }
        }
    }
}

fn features<'a>(
    rows: impl Iterator<Item = Row<'a>>,
    values: impl Fn(&Row<'a>) -> Option<Vec<Value>>,
) -> Vec<Feature> {
    let mut features: Vec<Feature> = rows
        .filter_map(|row| {
            Some(Feature {
                id: row.key().to_owned(),
                values: values(&row)?,
                bounds: row.bounds()?,
            })
        })
        .collect();
    features.sort_by(|a, b| a.id.cmp(&b.id));
    features.dedup_by(|a, b| a.id == b.id);
    features
}

fn identified<T>(row: &Row<'_>, attributes: T) -> Option<Identified<T>> {
    Some(Identified {
        key: Key::parse(row.key())?,
        source: row.source().unwrap_or_default(),
        row: attributes,
    })
}

/// The network with its pipes, which one of its columns measures.
fn with_shape(row: &Row<'_>, mut network: Network) -> Network {
    let lines: Vec<LineString<f64>> = row
        .parts()
        .filter(|part| part.role == caloduc_engine::snapshot::PartRole::Line)
        .map(|part| {
            LineString(
                part.projected()
                    .map(|at| Coord { x: at.x, y: at.y })
                    .collect(),
            )
        })
        .collect();
    if !lines.is_empty() {
        network.shape = Some(NetworkShape::Trace(Planar {
            territory: row.territory(),
            shape: MultiLineString(lines),
        }));
    }
    network
}

fn owned(cells: Vec<Cell<'_>>) -> Vec<Value> {
    cells.into_iter().map(Value::from).collect()
}

/// The JSON Schema type of a column.
pub(super) fn schema_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "string",
        Kind::List => "array",
        Kind::Integer => "integer",
        Kind::Real => "number",
        Kind::Boolean => "boolean",
    }
}
