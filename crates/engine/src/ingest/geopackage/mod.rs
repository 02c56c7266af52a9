//! GeoPackage: which feature tables does this SQLite database hold? The bytes are given to SQLite in memory, read-only,
//! with the schema untrusted, no extension, and a bound on the work that any statement may do: views and triggers of a
//! hostile file cannot write, reach other files, or run for ever.

mod wkb;

use super::input::stem;
use super::raw::{DeclaredCrs, Format, RawFeature, RawGeometry, RawLayer};
use super::read_error::ReadError;
use super::sources::LayersRead;
use crate::report::{Finding, Place, Severity};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};
use serde_json::{Map, Number, Value};
use std::io::Read;

const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const LAYERS_AT_MOST: usize = 200;
/// Virtual machine steps between two looks at the budget.
const STEPS_AT_A_TIME: i32 = 10_000;

/// Reads every feature table.
pub fn read(file: &str, bytes: &[u8]) -> Result<LayersRead, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty { file: file.into() });
    }
    if !bytes.starts_with(MAGIC) || bytes.len() < 512 {
        return Err(ReadError::NotRecognised {
            file: file.into(),
            expected: "un GeoPackage",
            found: "ce n’est pas une base SQLite entière".into(),
        });
    }
    let malformed = |what: &str, error: &rusqlite::Error| ReadError::Malformed {
        file: file.into(),
        place: "base SQLite".into(),
        what: format!("{what} ({error})"),
    };
    let database = open(bytes).map_err(|error| malformed("base illisible", &error))?;
    let tables = feature_tables(&database).map_err(|error| {
        malformed(
            "les tables gpkg_contents et gpkg_geometry_columns ne se lisent pas",
            &error,
        )
    })?;
    if tables.is_empty() {
        return Err(ReadError::Unsupported {
            file: file.into(),
            what: "aucune table d’entités géographiques dans ce GeoPackage".into(),
            remedy: "Exportez les réseaux comme couches vectorielles du GeoPackage.".into(),
        });
    }
    let mut read = LayersRead::default();
    for table in &tables {
        match layer(&database, file, table) {
            Ok(layer) => read.layers.push(layer),
            Err(error) => {
                let broken = ReadError::Malformed {
                    file: format!("{file}/{}", table.name),
                    place: "base SQLite".into(),
                    what: format!("table illisible ({error})"),
                };
                read.findings.push(broken.finding());
                read.broken.get_or_insert(broken);
            }
        }
    }
    if tables.len() >= LAYERS_AT_MOST {
        read.findings.push(Finding {
            severity: Severity::Warning,
            code: "layers-skipped".into(),
            place: Place {
                file: Some(file.into()),
                ..Place::default()
            },
            message: format!("plus de {LAYERS_AT_MOST} couches : les suivantes n’ont pas été lues"),
            remedy: "Ne gardez que les couches utiles.".into(),
        });
    }
    match (read.layers.is_empty(), read.broken.take()) {
        (true, Some(broken)) => Err(broken),
        (_, broken) => Ok(LayersRead { broken, ..read }),
    }
}

fn open(bytes: &[u8]) -> rusqlite::Result<Connection> {
    let mut database = Connection::open_in_memory()?;
    // In memory there is no write-ahead log: bytes 18 and 19 say "rollback journal", whatever the file was written with.
    let whole = (&bytes[..18]).chain(&[1_u8, 1][..]).chain(&bytes[20..]);
    database.deserialize_read_exact("main", whole, bytes.len(), true)?;
    database.execute_batch(
        "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA query_only = ON; PRAGMA temp_store = MEMORY;",
    )?;
    let longest = i32::try_from(bytes.len()).unwrap_or(i32::MAX).max(1 << 20);
    database.set_limit(Limit::SQLITE_LIMIT_LENGTH, longest)?;
    database.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    database.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, 1 << 20)?;
    database.set_limit(Limit::SQLITE_LIMIT_EXPR_DEPTH, 100)?;
    database.set_limit(Limit::SQLITE_LIMIT_VDBE_OP, 250_000)?;
    // Reading a row honestly takes fewer steps than it has bytes.
    let mut looks = (bytes.len() as u64 * 4 + 5_000_000) / STEPS_AT_A_TIME as u64;
    database.progress_handler(
        STEPS_AT_A_TIME,
        Some(move || {
            looks = looks.saturating_sub(1);
            looks == 0
        }),
    )?;
    Ok(database)
}

#[derive(Debug)]
struct Table {
    name: String,
    geometry: String,
    declared_crs: DeclaredCrs,
}

fn feature_tables(database: &Connection) -> rusqlite::Result<Vec<Table>> {
    let mut statement = database.prepare(
        "SELECT g.table_name, g.column_name, g.srs_id FROM gpkg_geometry_columns g JOIN gpkg_contents c
         ON c.table_name = g.table_name WHERE c.data_type = 'features' ORDER BY g.table_name LIMIT ?1",
    )?;
    let mut rows = statement.query([LAYERS_AT_MOST as i64])?;
    let mut tables = Vec::new();
    while let Some(row) = rows.next()? {
        let srs: Option<i64> = row.get(2)?;
        tables.push(Table {
            name: row.get(0)?,
            geometry: row.get(1)?,
            declared_crs: match srs {
                Some(id) if id > 0 => declared_crs(database, id)?,
                _ => DeclaredCrs::None,
            },
        });
    }
    Ok(tables)
}

fn declared_crs(database: &Connection, id: i64) -> rusqlite::Result<DeclaredCrs> {
    let described: Option<(String, i64, String)> = database
        .query_row(
            "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys WHERE srs_id = ?1",
            [id],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )
        .optional()?;
    let Some((organization, code, definition)) = described else {
        return Ok(DeclaredCrs::Unknown(format!("srs_id {id}")));
    };
    let named = format!("{organization}:{code}");
    let epsg =
        crate::crs::epsg_from_name(&named).or_else(|| crate::crs::epsg_from_wkt(&definition));
    Ok(epsg.map_or_else(
        || DeclaredCrs::Unknown(named.chars().take(200).collect()),
        DeclaredCrs::Epsg,
    ))
}

fn layer(database: &Connection, file: &str, table: &Table) -> rusqlite::Result<RawLayer> {
    let name = table.name.replace('"', "\"\"");
    let mut booleans = Vec::new();
    let mut columns = database.prepare(&format!("PRAGMA table_xinfo(\"{name}\")"))?;
    let mut rows = columns.query([])?;
    while let Some(row) = rows.next()? {
        // Read even when it is not used: a name that is not UTF-8 is an error here, and would be a panic below.
        let column: String = row.get(1)?;
        let kind: Option<String> = row.get(2)?;
        if kind.is_some_and(|kind| kind.eq_ignore_ascii_case("boolean")) {
            booleans.push(column);
        }
    }
    let mut statement = database.prepare(&format!("SELECT * FROM \"{name}\""))?;
    let columns: Vec<(String, Role)> = statement
        .column_names()
        .into_iter()
        .map(|column| {
            let role = if column.eq_ignore_ascii_case(&table.geometry) {
                Role::Geometry
            } else if booleans.iter().any(|name| name == column) {
                Role::Boolean
            } else {
                Role::Plain
            };
            (column.to_owned(), role)
        })
        .collect();
    let mut rows = statement.query([])?;
    let mut features = Vec::new();
    while let Some(row) = rows.next()? {
        features.push(feature(row, &columns, features.len() as u64 + 1)?);
    }
    Ok(RawLayer {
        file: format!("{file}/{}", table.name),
        stem: if table.name.is_empty() {
            stem(file).into()
        } else {
            table.name.clone()
        },
        format: Format::GeoPackage,
        declared_crs: table.declared_crs.clone(),
        features,
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Geometry,
    Boolean,
    Plain,
}

fn feature(row: &Row<'_>, columns: &[(String, Role)], number: u64) -> rusqlite::Result<RawFeature> {
    let mut properties = Map::new();
    let mut geometry = RawGeometry::Missing;
    for (index, (name, role)) in columns.iter().enumerate() {
        let cell = row.get_ref(index)?;
        if *role == Role::Geometry {
            geometry = match cell {
                ValueRef::Blob(blob) => wkb::geopackage_geometry(blob),
                ValueRef::Null => RawGeometry::Missing,
                _ => RawGeometry::Bad("la géométrie n’est pas un objet binaire GeoPackage".into()),
            };
            continue;
        }
        let value = match cell {
            ValueRef::Integer(number) if *role == Role::Boolean => Value::Bool(number != 0),
            ValueRef::Integer(number) => Value::from(number),
            ValueRef::Real(number) => Number::from_f64(number).map_or(Value::Null, Value::Number),
            ValueRef::Text(text) => Value::String(String::from_utf8_lossy(text).into_owned()),
            ValueRef::Null | ValueRef::Blob(_) => Value::Null,
        };
        properties.insert(name.clone(), value);
    }
    Ok(RawFeature {
        number,
        properties,
        geometry,
    })
}

#[cfg(test)]
pub(crate) mod tests;
