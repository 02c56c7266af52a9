//! GeoParquet 1.0 and 1.1 with well-known binary geometries, compressed with Snappy or not at all.

use super::wkb::geometry;
use super::{Collection, Feature, Unreadable, promoted};
use parquet::data_type::AsBytes;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::{Map, Value};

pub(super) fn read(bytes: &[u8]) -> Result<Vec<u8>, Unreadable> {
    let file = parquet_bytes(bytes);
    let reader = SerializedFileReader::new(file).map_err(Unreadable::geoparquet)?;
    let metadata = reader.metadata().file_metadata().key_value_metadata();
    let geo: Value = metadata
        .into_iter()
        .flatten()
        .find(|pair| pair.key == "geo")
        .and_then(|pair| serde_json::from_str(pair.value.as_deref()?).ok())
        .ok_or_else(|| {
            Unreadable::geoparquet("pas de métadonnées « geo » : c’est un Parquet sans géométrie")
        })?;
    let primary = geo["primary_column"]
        .as_str()
        .unwrap_or("geometry")
        .to_owned();
    let described = &geo["columns"][&primary];
    if !described["encoding"]
        .as_str()
        .unwrap_or("WKB")
        .eq_ignore_ascii_case("WKB")
    {
        return Err(Unreadable::geoparquet("géométries qui ne sont pas en WKB"));
    }
    let boxes = described["covering"]["bbox"]["xmin"][0]
        .as_str()
        .map(str::to_owned);
    let mut collection = Collection::new(epsg(&described["crs"]));
    let rows = reader.get_row_iter(None).map_err(Unreadable::geoparquet)?;
    for row in rows {
        let row = row.map_err(Unreadable::geoparquet)?;
        let mut feature = Feature {
            properties: Map::new(),
            geometry: None,
        };
        for (name, field) in row.get_column_iter() {
            if *name == primary {
                feature.geometry = match field {
                    Field::Bytes(blob) => Some(
                        geometry(blob.as_bytes())
                            .ok_or_else(|| Unreadable::geoparquet("géométrie WKB coupée"))?,
                    )
                    .and_then(promoted),
                    _ => None,
                };
            } else if Some(name) != boxes.as_ref() {
                feature.properties.insert(name.clone(), value(field));
            }
        }
        collection.push(&feature);
    }
    Ok(collection.finish())
}

/// The library reads from shared bytes.
fn parquet_bytes(bytes: &[u8]) -> bytes::Bytes {
    bytes::Bytes::copy_from_slice(bytes)
}

/// Absent means longitude and latitude on WGS84; a system in PROJJSON has its code in `id`.
fn epsg(crs: &Value) -> Option<u32> {
    match crs {
        Value::Null => Some(4326),
        described => described["id"]["code"]
            .as_u64()
            .and_then(|code| u32::try_from(code).ok()),
    }
}

fn value(field: &Field) -> Value {
    match field {
        Field::Bool(value) => Value::Bool(*value),
        Field::Byte(value) => Value::from(*value),
        Field::Short(value) => Value::from(*value),
        Field::Int(value) | Field::Date(value) => Value::from(*value),
        Field::Long(value) => Value::from(*value),
        Field::UByte(value) => Value::from(*value),
        Field::UShort(value) => Value::from(*value),
        Field::UInt(value) => Value::from(*value),
        Field::ULong(value) => Value::from(*value),
        Field::Float(value) => Value::from(*value),
        Field::Double(value) => Value::from(*value),
        Field::Str(text) => Value::String(text.clone()),
        Field::ListInternal(list) => Value::Array(list.elements().iter().map(value).collect()),
        _ => Value::Null,
    }
}
