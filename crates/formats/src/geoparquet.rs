//! GeoParquet 1.1: a table in columns, its geometry as well-known binary with a box per row to skip what is elsewhere.
//! The reference system is the default one, longitude and latitude on WGS84 (OGC:CRS84).

use crate::error::Fault;
use crate::table::{Cell, Kind, Placed};
use crate::wkb::{bounds, push_wkb, united};
use parquet::basic::Compression;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::ColumnPath;
use serde_json::json;
use std::io::Write;
use std::sync::Arc;

impl From<ParquetError> for Fault {
    fn from(error: ParquetError) -> Self {
        Self::library(error)
    }
}

/// Rows that are read together.
const GROUP: usize = 10_000;

/// Writes a table.
pub(crate) fn write(placed: &Placed<'_>, out: &mut (dyn Write + Send)) -> Result<(), Fault> {
    let schema = Arc::new(parse_message_type(&schema(placed))?);
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_column_dictionary_enabled(ColumnPath::from("geometry"), false)
        .set_created_by("caloduc".to_owned())
        .set_key_value_metadata(Some(vec![KeyValue::new("geo".to_owned(), geo(placed))]))
        .build();
    let mut writer = SerializedFileWriter::new(out, schema, Arc::new(properties))?;
    let count = placed.table.records.len();
    for first in (0..count).step_by(GROUP) {
        let mut rows = writer.next_row_group()?;
        group(&mut rows, placed, first..count.min(first + GROUP))?;
        rows.close()?;
    }
    writer.close()?;
    Ok(())
}

fn schema(placed: &Placed<'_>) -> String {
    let mut schema = "message schema {\n".to_owned();
    for column in &placed.table.columns {
        let kind = match column.kind {
            Kind::Text | Kind::List => format!("binary {} (STRING)", column.name),
            Kind::Integer => format!("int64 {}", column.name),
            Kind::Real => format!("double {}", column.name),
            Kind::Boolean => format!("boolean {}", column.name),
        };
        schema.extend(["optional ", &kind, ";\n"]);
    }
    schema.push_str(
        "required binary geometry;
         required group bbox { required double xmin; required double ymin; required double xmax; required double ymax; }\n}",
    );
    schema
}

/// The `geo` metadata of the standard, section « File metadata ».
fn geo(placed: &Placed<'_>) -> String {
    let extent = placed
        .shapes
        .iter()
        .fold(None, |all, s| united(all, bounds(s)));
    let mut column = json!({
        "encoding": "WKB",
        "geometry_types": [placed.table.geometry.name()],
        "orientation": "counterclockwise",
        "covering": { "bbox": {
            "xmin": ["bbox", "xmin"], "ymin": ["bbox", "ymin"], "xmax": ["bbox", "xmax"], "ymax": ["bbox", "ymax"]
        } }
    });
    if let Some(extent) = extent {
        column["bbox"] = json!(extent);
    }
    json!({ "version": "1.1.0", "primary_column": "geometry", "columns": { "geometry": column } })
        .to_string()
}

type Group<'a, 'w> = SerializedRowGroupWriter<'a, &'w mut (dyn Write + Send)>;

fn group(
    group: &mut Group<'_, '_>,
    placed: &Placed<'_>,
    rows: std::ops::Range<usize>,
) -> Result<(), Fault> {
    let records = &placed.table.records[rows.clone()];
    for (at, column) in placed.table.columns.iter().enumerate() {
        let cells = records.iter().map(|record| &record.cells[at]);
        match column.kind {
            Kind::Text | Kind::List => {
                let texts = cells.map(|cell| {
                    cell.to_text()
                        .map(|text| ByteArray::from(text.as_bytes().to_vec()))
                });
                optional::<ByteArrayType>(group, texts)?;
            }
            Kind::Integer => optional::<Int64Type>(
                group,
                cells.map(|cell| match cell {
                    Cell::Integer(value) => Some(*value),
                    _ => None,
                }),
            )?,
            Kind::Real => optional::<DoubleType>(
                group,
                cells.map(|cell| match cell {
                    Cell::Real(value) => Some(*value),
                    _ => None,
                }),
            )?,
            Kind::Boolean => optional::<BoolType>(
                group,
                cells.map(|cell| match cell {
                    Cell::Boolean(value) => Some(*value),
                    _ => None,
                }),
            )?,
        }
    }
    let shapes = &placed.shapes[rows];
    let blobs: Vec<ByteArray> = shapes
        .iter()
        .map(|shape| {
            let mut blob = Vec::new();
            push_wkb(&mut blob, shape);
            ByteArray::from(blob)
        })
        .collect();
    column::<ByteArrayType>(group, &blobs, None)?;
    for side in 0..4 {
        let values: Vec<f64> = shapes
            .iter()
            .map(|shape| bounds(shape).map_or(f64::NAN, |extent| extent[side]))
            .collect();
        column::<DoubleType>(group, &values, None)?;
    }
    Ok(())
}

fn optional<T: DataType>(
    group: &mut Group<'_, '_>,
    values: impl Iterator<Item = Option<T::T>>,
) -> Result<(), Fault> {
    let (mut known, mut levels) = (Vec::new(), Vec::new());
    for value in values {
        levels.push(i16::from(value.is_some()));
        known.extend(value);
    }
    column::<T>(group, &known, Some(&levels))
}

fn column<T: DataType>(
    group: &mut Group<'_, '_>,
    values: &[T::T],
    levels: Option<&[i16]>,
) -> Result<(), Fault> {
    let mut column = group
        .next_column()?
        .ok_or_else(|| Fault::library("moins de colonnes que prévu"))?;
    column.typed::<T>().write_batch(values, levels, None)?;
    column.close()?;
    Ok(())
}
