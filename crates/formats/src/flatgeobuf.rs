//! FlatGeobuf: a table with its packed spatial index, for programs that read a window of a file over the network.
//!
//! The generated types and the tree of the `flatgeobuf` crate are used, not its writer: that one leaves out the ends of
//! a MultiLineString of one piece, which GDAL refuses to read.

use crate::error::Fault;
use crate::table::{Cell, Column, GeometryKind, Kind, Placed};
use crate::wkb::{bounds, rings};
use flatbuffers::{FlatBufferBuilder, WIPOffset};
use flatgeobuf::packed_r_tree::{NodeItem, PackedRTree, calc_extent, hilbert_sort};
use flatgeobuf::{
    Column as FieldOfFile, ColumnArgs, ColumnType, Crs, CrsArgs, Feature, FeatureArgs, Geometry,
    GeometryArgs, GeometryType, Header, HeaderArgs,
};
use geo::Coord;
use std::io::Write;

/// Version 3.0.
pub(crate) const MAGIC: [u8; 8] = [b'f', b'g', b'b', 3, b'f', b'g', b'b', 0];

type Shape = geo::Geometry<f64>;

/// Writes a table, its rows in the order of the index.
pub(crate) fn write(placed: &Placed<'_>, out: &mut dyn Write) -> Result<(), Fault> {
    let table = &placed.table;
    let described = Described {
        name: table.name,
        title: table.title,
        geometry: table.geometry,
        columns: &table.columns,
    };
    let rows = placed
        .rows()
        .map(|(record, shape)| (record.cells.as_slice(), shape));
    write_rows(described, rows, out)
}

/// A table without its rows.
#[derive(Debug, Clone, Copy)]
pub struct Described<'a> {
    /// Machine name.
    pub name: &'a str,
    /// What it is, in French.
    pub title: &'a str,
    /// The type of all its geometries.
    pub geometry: GeometryKind,
    /// Its columns.
    pub columns: &'a [Column],
}

/// Writes some rows of a table, their shapes in degrees.
pub fn write_selection<'r, 'c: 'r>(
    table: Described<'_>,
    rows: impl Iterator<Item = (&'r [Cell<'c>], &'r Shape)>,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    write_rows(table, rows, out).map_err(|fault| match fault {
        Fault::Io(error) => error,
        Fault::Library(problem) => std::io::Error::other(problem),
    })
}

fn write_rows<'r, 'c: 'r>(
    table: Described<'_>,
    rows: impl Iterator<Item = (&'r [Cell<'c>], &'r Shape)>,
    out: &mut dyn Write,
) -> Result<(), Fault> {
    let rows: Vec<_> = rows.collect();
    let declared = geometry_type(table.geometry);
    // Where areas are among lines, each feature says its type.
    let kind = if rows.iter().all(|(_, shape)| type_of(shape) == declared) {
        declared
    } else {
        GeometryType::Unknown
    };
    let mut features = Vec::with_capacity(rows.len());
    let mut nodes = Vec::with_capacity(rows.len());
    for (cells, shape) in rows {
        let mut node = NodeItem::create(features.len() as u64);
        if let Some([west, south, east, north]) = bounds(shape) {
            node.expand_xy(west, south);
            node.expand_xy(east, north);
        }
        nodes.push(node);
        features.push(feature(cells, shape));
    }
    let extent = calc_extent(&nodes);
    out.write_all(&MAGIC)?;
    out.write_all(&header(table, kind, &extent, features.len()))?;
    if !nodes.is_empty() {
        hilbert_sort(&mut nodes, &extent);
        let mut offset = 0;
        let mut placed_nodes = nodes.clone();
        for node in &mut placed_nodes {
            let length = features[node.offset as usize].len() as u64;
            node.offset = offset;
            offset += length;
        }
        PackedRTree::build(&placed_nodes, &extent, PackedRTree::DEFAULT_NODE_SIZE)
            .map_err(Fault::library)?
            .stream_write(&mut &mut *out)?;
    }
    for node in &nodes {
        out.write_all(&features[node.offset as usize])?;
    }
    Ok(())
}

fn geometry_type(kind: GeometryKind) -> GeometryType {
    match kind {
        GeometryKind::Point => GeometryType::Point,
        GeometryKind::Lines => GeometryType::MultiLineString,
        GeometryKind::Polygons => GeometryType::MultiPolygon,
    }
}

fn header(table: Described<'_>, kind: GeometryType, extent: &NodeItem, count: usize) -> Vec<u8> {
    let mut builder = FlatBufferBuilder::new();
    let columns: Vec<WIPOffset<FieldOfFile<'_>>> = table
        .columns
        .iter()
        .map(|column| {
            let name = builder.create_string(&column.name);
            let title = builder.create_string(&column.title);
            let arguments = ColumnArgs {
                name: Some(name),
                title: Some(title),
                type_: match column.kind {
                    Kind::Text | Kind::List => ColumnType::String,
                    Kind::Integer => ColumnType::Long,
                    Kind::Real => ColumnType::Double,
                    Kind::Boolean => ColumnType::Bool,
                },
                ..ColumnArgs::default()
            };
            FieldOfFile::create(&mut builder, &arguments)
        })
        .collect();
    let columns = builder.create_vector(&columns);
    let (org, srs) = (
        builder.create_string("EPSG"),
        builder.create_string("WGS 84"),
    );
    let crs = CrsArgs {
        org: Some(org),
        code: 4326,
        name: Some(srs),
        ..CrsArgs::default()
    };
    let crs = Crs::create(&mut builder, &crs);
    let name = builder.create_string(table.name);
    let title = builder.create_string(table.title);
    // The format has neither index nor box of nothing.
    let full = count > 0;
    let sides = [extent.min_x, extent.min_y, extent.max_x, extent.max_y];
    let envelope = full.then(|| builder.create_vector(&sides));
    let arguments = HeaderArgs {
        name: Some(name),
        envelope,
        geometry_type: kind,
        columns: Some(columns),
        features_count: count as u64,
        index_node_size: if full {
            PackedRTree::DEFAULT_NODE_SIZE
        } else {
            0
        },
        crs: Some(crs),
        title: Some(title),
        ..HeaderArgs::default()
    };
    let header = Header::create(&mut builder, &arguments);
    builder.finish_size_prefixed(header, None);
    builder.finished_data().to_vec()
}

fn type_of(shape: &Shape) -> GeometryType {
    match shape {
        Shape::Point(_) => GeometryType::Point,
        Shape::MultiPolygon(_) => GeometryType::MultiPolygon,
        // Tables hold the three forms only.
        _ => GeometryType::MultiLineString,
    }
}

fn feature(cells: &[Cell<'_>], shape: &Shape) -> Vec<u8> {
    let kind = type_of(shape);
    let mut builder = FlatBufferBuilder::new();
    let properties = builder.create_vector(&properties(cells));
    let geometry = match shape {
        Shape::Point(point) => part(&mut builder, kind, &[&[point.0]]),
        Shape::MultiLineString(lines) => {
            let parts: Vec<&[Coord<f64>]> = lines.0.iter().map(|line| line.0.as_slice()).collect();
            part(&mut builder, kind, &parts)
        }
        Shape::MultiPolygon(polygons) => {
            let parts: Vec<WIPOffset<Geometry<'_>>> = polygons
                .0
                .iter()
                .map(|polygon| {
                    let rings: Vec<&[Coord<f64>]> =
                        rings(polygon).map(|r| r.0.as_slice()).collect();
                    part(&mut builder, GeometryType::Polygon, &rings)
                })
                .collect();
            let parts = builder.create_vector(&parts);
            let arguments = GeometryArgs {
                type_: kind,
                parts: Some(parts),
                ..GeometryArgs::default()
            };
            Geometry::create(&mut builder, &arguments)
        }
        // Tables hold the three forms above only.
        _ => part(&mut builder, kind, &[]),
    };
    let arguments = FeatureArgs {
        geometry: Some(geometry),
        properties: Some(properties),
        columns: None,
    };
    let feature = Feature::create(&mut builder, &arguments);
    builder.finish_size_prefixed(feature, None);
    builder.finished_data().to_vec()
}

/// A point, lines, or the rings of a polygon: flat coordinates, and where each line or ring ends.
fn part<'b>(
    builder: &mut FlatBufferBuilder<'b>,
    kind: GeometryType,
    parts: &[&[Coord<f64>]],
) -> WIPOffset<Geometry<'b>> {
    let flat: Vec<f64> = parts
        .iter()
        .flat_map(|part| part.iter().flat_map(|at| [at.x, at.y]))
        .collect();
    let mut end = 0;
    let ends: Vec<u32> = parts
        .iter()
        .map(|part| {
            end += part.len() as u32;
            end
        })
        .collect();
    let xy = builder.create_vector(&flat);
    let ends = (kind != GeometryType::Point).then(|| builder.create_vector(&ends));
    let arguments = GeometryArgs {
        type_: kind,
        ends,
        xy: Some(xy),
        ..GeometryArgs::default()
    };
    Geometry::create(builder, &arguments)
}

/// Column number and value, one after the other; an unknown value is left out.
fn properties(cells: &[Cell<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    for (column, cell) in cells.iter().enumerate() {
        let column = (column as u16).to_le_bytes();
        match cell {
            Cell::Integer(value) => {
                out.extend(column);
                out.extend(value.to_le_bytes());
            }
            Cell::Real(value) => {
                out.extend(column);
                out.extend(value.to_le_bytes());
            }
            Cell::Boolean(value) => {
                out.extend(column);
                out.push(u8::from(*value));
            }
            Cell::Empty | Cell::Text(_) | Cell::List(_) => {
                if let Some(text) = cell.to_text() {
                    out.extend(column);
                    out.extend((text.len() as u32).to_le_bytes());
                    out.extend(text.as_bytes());
                }
            }
        }
    }
    out
}
