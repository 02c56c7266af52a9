//! GeoPackage 1.3 (OGC 12-128r17): every table of the edition in one SQLite file that geographic programs open, with a
//! spatial index and a style per layer. Composed in memory, in a fixed order, dated by the edition.

mod schema;
mod styles;

use crate::error::Fault;
use crate::moment::Day;
use crate::table::{Cell, Kind, Placed};
use crate::wkb::{bounds, push_wkb, united};
use caloduc_engine::network::{Edition, SncuId};
use geo::Geometry;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ToSql, params};

/// WGS84, longitude first.
const SRS: i32 = 4326;

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::library(error)
    }
}

/// The whole file.
pub(crate) fn write(edition: &Edition, tables: &[&Placed<'_>], day: Day) -> Result<Vec<u8>, Fault> {
    let mut database = Connection::open_in_memory()?;
    database.execute_batch(schema::BASE)?;
    let change = format!("{}T00:00:00.000Z", day.iso());
    let transaction = database.transaction()?;
    for placed in tables {
        layer(&transaction, placed, &change)?;
    }
    regulatory(&transaction, edition, &change)?;
    transaction.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) VALUES ('layer_styles', 'attributes', 'layer_styles', 'Styles', ?1)",
        [&change],
    )?;
    transaction.commit()?;
    // Free pages would keep what was there while composing.
    database.execute_batch("VACUUM")?;
    Ok(database.serialize("main")?.to_vec())
}

/// The name of a table's SQL table: no hyphen, so that nobody has to quote it.
pub(crate) fn sql_name(name: &str) -> String {
    name.replace('-', "_")
}

fn layer(database: &Connection, placed: &Placed<'_>, change: &str) -> Result<(), Fault> {
    let table = &placed.table;
    let name = sql_name(table.name);
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| format!(", \"{}\" {}", column.name, sql_type(column.kind)))
        .collect();
    database.execute_batch(&format!(
        "CREATE TABLE \"{name}\" (fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, geom {}{})",
        table.geometry.name().to_uppercase(),
        columns.concat()
    ))?;
    let extent = placed
        .shapes
        .iter()
        .fold(None, |all, s| united(all, bounds(s)));
    let [west, south, east, north] = extent.map_or([None; 4], |extent| extent.map(Some));
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, min_x, min_y, max_x, max_y, srs_id)
         VALUES (?1, 'features', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![name, table.title, change, west, south, east, north, SRS],
    )?;
    database.execute(
        "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', ?2, ?3, 0, 0)",
        params![name, table.geometry.name().to_uppercase(), SRS],
    )?;
    database.execute_batch(&schema::index(&name))?;
    rows(database, placed, &name)?;
    database.execute_batch(&schema::triggers(&name))?;
    database.execute(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner, update_time)
         VALUES ('', '', ?1, 'geom', ?1, ?2, ?3, 1, ?4, 'caloduc', ?5)",
        params![
            name,
            styles::qml(table.name, table.geometry),
            styles::sld(table.name, table.geometry),
            table.title,
            change
        ],
    )?;
    Ok(())
}

fn rows(database: &Connection, placed: &Placed<'_>, name: &str) -> Result<(), Fault> {
    let table = &placed.table;
    let names: Vec<String> = table
        .columns
        .iter()
        .map(|column| format!(", \"{}\"", column.name))
        .collect();
    let names = names.concat();
    let marks = ", ?".repeat(table.columns.len());
    let mut insert = database.prepare(&format!(
        "INSERT INTO \"{name}\" (fid, geom{names}) VALUES (?, ?{marks})"
    ))?;
    let mut index = database.prepare(&format!(
        "INSERT INTO \"rtree_{name}_geom\" VALUES (?, ?, ?, ?, ?)"
    ))?;
    for (number, (record, shape)) in placed.rows().enumerate() {
        let fid = number as i64 + 1;
        let blob = geometry(shape);
        let mut values: Vec<&dyn ToSql> = vec![&fid, &blob];
        values.extend(record.cells.iter().map(|cell| cell as &dyn ToSql));
        insert.execute(values.as_slice())?;
        if let Some([west, south, east, north]) = bounds(shape) {
            index.execute(params![fid, west, east, south, north])?;
        }
    }
    Ok(())
}

fn sql_type(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::List => "TEXT",
        Kind::Integer => "INTEGER",
        Kind::Real => "REAL",
        Kind::Boolean => "BOOLEAN",
    }
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Integer(value) => ToSqlOutput::Owned(Value::Integer(*value)),
            Self::Boolean(value) => ToSqlOutput::Owned(Value::Integer(i64::from(*value))),
            Self::Real(value) => ToSqlOutput::Owned(Value::Real(*value)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Empty | Self::List(_) => ToSqlOutput::Owned(
                self.to_text()
                    .map_or(Value::Null, |text| Value::Text(text.into_owned())),
            ),
        })
    }
}

/// A GeoPackage binary: header with the box, then well-known binary.
fn geometry(shape: &Geometry<f64>) -> Vec<u8> {
    let extent = bounds(shape);
    // Little-endian, then the box in x then y order; or the flag of an empty geometry.
    let flags = if extent.is_some() {
        0b0000_0011
    } else {
        0b0001_0001
    };
    let mut blob = vec![b'G', b'P', 0, flags];
    blob.extend(SRS.to_le_bytes());
    if let Some([west, south, east, north]) = extent {
        for value in [west, east, south, north] {
            blob.extend(value.to_le_bytes());
        }
    }
    push_wkb(&mut blob, shape);
    blob
}

fn regulatory(database: &Connection, edition: &Edition, change: &str) -> Result<(), Fault> {
    database.execute_batch(schema::REGULATORY)?;
    database.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) VALUES ('regulatory', 'attributes', 'regulatory', 'Tableaux réglementaires annuels', ?1)",
        [change],
    )?;
    let mut insert =
        database.prepare("INSERT INTO regulatory VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)")?;
    for row in &edition.regulatory {
        let figure = &row.row;
        insert.execute(params![
            figure.year,
            figure.sncu_id.as_ref().map(SncuId::as_str),
            figure.name,
            figure.place,
            figure.department,
            figure.figures.renewable_rate_pct,
            figure.figures.co2_direct_kg_per_kwh,
            figure.figures.co2_lca_kg_per_kwh,
            row.source,
        ])?;
    }
    Ok(())
}
