//! FlatGeobuf 3, indexed or not, two dimensions of however many.

use super::{Collection, Feature, Unreadable, promoted};
use flatgeobuf::packed_r_tree::PackedRTree;
use flatgeobuf::{
    Column, ColumnType, Geometry, GeometryType, Header, size_prefixed_root_as_feature,
    size_prefixed_root_as_header,
};
use geo::{Coord, LineString, MultiLineString, MultiPolygon, Point, Polygon};
use serde_json::{Map, Value};

/// Where the header begins.
const START: usize = 8;
/// No feature is smaller.
const LEAST_FEATURE: u64 = 16;

pub(super) fn read(bytes: &[u8]) -> Result<Vec<u8>, Unreadable> {
    let (head, mut rest) = prefixed(bytes.get(START..).unwrap_or_default())
        .ok_or_else(|| Unreadable::flatgeobuf("en-tête coupé"))?;
    let header = size_prefixed_root_as_header(head).map_err(Unreadable::flatgeobuf)?;
    rest = after_index(&header, rest)?;
    let epsg = header.crs().map(|crs| crs.code()).filter(|code| *code > 0);
    let mut collection = Collection::new(epsg.map(i32::unsigned_abs));
    while !rest.is_empty() {
        let (feature, next) =
            prefixed(rest).ok_or_else(|| Unreadable::flatgeobuf("objet coupé"))?;
        rest = next;
        let feature = size_prefixed_root_as_feature(feature).map_err(Unreadable::flatgeobuf)?;
        let mut properties = Map::new();
        let columns = feature.columns().or_else(|| header.columns());
        if let (Some(columns), Some(values)) = (columns, feature.properties()) {
            let columns: Vec<Column<'_>> = columns.iter().collect();
            read_properties(&columns, values.bytes(), &mut properties)
                .ok_or_else(|| Unreadable::flatgeobuf("attributs coupés"))?;
        }
        let geometry = feature.geometry().and_then(|geometry| {
            let kind = match header.geometry_type() {
                GeometryType::Unknown => geometry.type_(),
                known => known,
            };
            shape(&geometry, kind).and_then(promoted)
        });
        collection.push(&Feature {
            properties,
            geometry,
        });
    }
    Ok(collection.finish())
}

/// A table with its length before it, and what follows.
fn prefixed(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = u32::from_le_bytes(bytes.get(..4)?.try_into().ok()?) as usize;
    (length > 0 && bytes.len() - 4 >= length).then(|| bytes.split_at(4 + length))
}

fn after_index<'b>(header: &Header<'_>, rest: &'b [u8]) -> Result<&'b [u8], Unreadable> {
    let (count, node_size) = (header.features_count(), header.index_node_size());
    if count == 0 || node_size < 2 {
        return Ok(rest);
    }
    if count > rest.len() as u64 / LEAST_FEATURE {
        return Err(Unreadable::flatgeobuf(
            "plus d’objets annoncés que le fichier n’en tient",
        ));
    }
    let length = PackedRTree::index_size(count as usize, node_size);
    rest.get(length..)
        .ok_or_else(|| Unreadable::flatgeobuf("index coupé"))
}

/// Takes so many bytes off the front.
fn take<'b>(bytes: &mut &'b [u8], count: usize) -> Option<&'b [u8]> {
    let (head, rest) = bytes.split_at_checked(count)?;
    *bytes = rest;
    Some(head)
}

fn read_properties(
    columns: &[Column<'_>],
    mut bytes: &[u8],
    properties: &mut Map<String, Value>,
) -> Option<()> {
    for column in columns {
        // A feature leaves unknown values out: they are columns all the same.
        properties.insert(column.name().to_owned(), Value::Null);
    }
    while !bytes.is_empty() {
        let number = u16::from_le_bytes(take(&mut bytes, 2)?.try_into().ok()?);
        let column = columns.get(usize::from(number))?;
        let value = read_value(column.type_(), &mut bytes)?;
        properties.insert(column.name().to_owned(), value);
    }
    Some(())
}

fn read_value(kind: ColumnType, bytes: &mut &[u8]) -> Option<Value> {
    macro_rules! number {
        ($type:ty) => {
            Value::from(<$type>::from_le_bytes(
                take(bytes, size_of::<$type>())?.try_into().ok()?,
            ))
        };
    }
    Some(match kind {
        ColumnType::Byte => number!(i8),
        ColumnType::UByte => number!(u8),
        ColumnType::Bool => Value::Bool(take(bytes, 1)?[0] != 0),
        ColumnType::Short => number!(i16),
        ColumnType::UShort => number!(u16),
        ColumnType::Int => number!(i32),
        ColumnType::UInt => number!(u32),
        ColumnType::Long => number!(i64),
        ColumnType::ULong => number!(u64),
        ColumnType::Float => number!(f32),
        ColumnType::Double => number!(f64),
        ColumnType::String | ColumnType::Json | ColumnType::DateTime => {
            let length = u32::from_le_bytes(take(bytes, 4)?.try_into().ok()?) as usize;
            Value::String(String::from_utf8_lossy(take(bytes, length)?).into_owned())
        }
        ColumnType::Binary => {
            let length = u32::from_le_bytes(take(bytes, 4)?.try_into().ok()?) as usize;
            take(bytes, length)?;
            Value::Null
        }
        _ => return None,
    })
}

fn shape(geometry: &Geometry<'_>, kind: GeometryType) -> Option<geo::Geometry<f64>> {
    let lines = || pieces(geometry).into_iter().map(LineString).collect();
    Some(match kind {
        GeometryType::Point | GeometryType::MultiPoint => {
            Point(*pieces(geometry).first()?.first()?).into()
        }
        GeometryType::LineString | GeometryType::MultiLineString => MultiLineString(lines()).into(),
        GeometryType::Polygon => polygon(geometry).into(),
        GeometryType::MultiPolygon => {
            let parts = geometry.parts()?;
            MultiPolygon(parts.iter().map(|part| polygon(&part)).collect()).into()
        }
        _ => return None,
    })
}

fn polygon(geometry: &Geometry<'_>) -> Polygon<f64> {
    let mut rings = pieces(geometry).into_iter().map(LineString);
    let shell = rings.next().unwrap_or_else(|| LineString(Vec::new()));
    Polygon::new(shell, rings.collect())
}

/// The coordinates, cut at the ends; in one piece when there are none.
fn pieces(geometry: &Geometry<'_>) -> Vec<Vec<Coord<f64>>> {
    let flat: Vec<f64> = geometry
        .xy()
        .map(|xy| xy.iter().collect())
        .unwrap_or_default();
    let all: Vec<Coord<f64>> = flat
        .as_chunks::<2>()
        .0
        .iter()
        .map(|&[x, y]| Coord { x, y })
        .collect();
    let Some(ends) = geometry.ends().filter(|ends| !ends.is_empty()) else {
        return vec![all];
    };
    let mut start = 0;
    ends.iter()
        .map(|end| {
            let end = (end as usize).clamp(start, all.len());
            let piece = all[start..end].to_vec();
            start = end;
            piece
        })
        .collect()
}
