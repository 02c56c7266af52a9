//! FlatGeobuf: a table with its packed spatial index, for programs that read a window of a file over the network.
//!
//! The generated types and the tree of the `flatgeobuf` crate are used, not its writer: that one leaves out the ends of
//! a MultiLineString of one piece, which GDAL refuses to read.

use crate::error::Fault;
use crate::table::{Cell, GeometryKind, Kind, Placed, Table};
use crate::wkb::{bounds, rings};
use flatbuffers::{FlatBufferBuilder, WIPOffset};
use flatgeobuf::packed_r_tree::{NodeItem, PackedRTree, calc_extent, hilbert_sort};
use flatgeobuf::{
    Column, ColumnArgs, ColumnType, Crs, CrsArgs, Feature, FeatureArgs, Geometry, GeometryArgs,
    GeometryType, Header, HeaderArgs,
};
use geo::Coord;
use std::io::Write;

/// Version 3.0.
pub(crate) const MAGIC: [u8; 8] = [b'f', b'g', b'b', 3, b'f', b'g', b'b', 0];

type Shape = geo::Geometry<f64>;

/// Writes a table, its rows in the order of the index.
pub(crate) fn write(placed: &Placed<'_>, out: &mut dyn Write) -> Result<(), Fault> {
    let kind = geometry_type(placed.table.geometry);
    let mut features = Vec::with_capacity(placed.shapes.len());
    let mut nodes = Vec::with_capacity(placed.shapes.len());
    for (record, shape) in placed.rows() {
        let mut node = NodeItem::create(features.len() as u64);
        if let Some([west, south, east, north]) = bounds(shape) {
            node.expand_xy(west, south);
            node.expand_xy(east, north);
        }
        nodes.push(node);
        features.push(feature(&record.cells, shape, kind));
    }
    let extent = calc_extent(&nodes);
    out.write_all(&MAGIC)?;
    out.write_all(&header(&placed.table, kind, &extent))?;
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

fn header(table: &Table<'_>, kind: GeometryType, extent: &NodeItem) -> Vec<u8> {
    let mut builder = FlatBufferBuilder::new();
    let columns: Vec<WIPOffset<Column<'_>>> = table
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
            Column::create(&mut builder, &arguments)
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
    let full = !table.records.is_empty();
    let sides = [extent.min_x, extent.min_y, extent.max_x, extent.max_y];
    let envelope = full.then(|| builder.create_vector(&sides));
    let arguments = HeaderArgs {
        name: Some(name),
        envelope,
        geometry_type: kind,
        columns: Some(columns),
        features_count: table.records.len() as u64,
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

fn feature(cells: &[Cell<'_>], shape: &Shape, kind: GeometryType) -> Vec<u8> {
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
