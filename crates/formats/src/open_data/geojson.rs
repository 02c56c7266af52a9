//! The six GeoJSON files: Lambert-93 metres to the tenth of a millimetre, a `crs` member, fields in their order.

use super::FOREIGN_MEMBER;
use super::fields::OpenTable;
use crate::error::Fault;
use crate::geojson::push_geometry;
use crate::table::lambert93;
use crate::text::push_json_member;
use std::io::Write;

/// Decimals of metres.
const DECIMALS: u32 = 4;
/// Text kept before it is written.
const BLOCK: usize = 1 << 16;

/// A GeoJSON file and the tables it is made of.
#[derive(Debug)]
pub(super) struct File<'t, 'a> {
    /// Without ending.
    pub name: &'static str,
    tables: Vec<&'t OpenTable<'a>>,
}

/// The files, in the order of their first table.
pub(super) fn files<'t, 'a>(tables: &'t [OpenTable<'a>]) -> Vec<File<'t, 'a>> {
    let mut files: Vec<File<'t, 'a>> = Vec::new();
    for table in tables {
        match files.iter_mut().find(|file| file.name == table.geojson) {
            Some(file) => file.tables.push(table),
            None => files.push(File {
                name: table.geojson,
                tables: vec![table],
            }),
        }
    }
    files
}

/// Writes one file.
pub(super) fn write(file: &File<'_, '_>, out: &mut impl Write) -> Result<(), Fault> {
    let mut text = format!(
        "{{\n\"type\":\"FeatureCollection\",\n\"name\":\"{}\",\n\"crs\":{{\"type\":\"name\",\"properties\":{{\"name\":\"urn:ogc:def:crs:EPSG::2154\"}}}},\n\"features\":[\n",
        file.name
    );
    let mut started = false;
    for table in &file.tables {
        for (record, beside) in table.records.iter().zip(&table.beside) {
            if started {
                text.push_str(",\n");
            }
            started = true;
            text.push_str("{\"type\":\"Feature\",\"properties\":{");
            for (column, cell) in table.columns.iter().zip(&record.cells) {
                push_json_member(&mut text, &column.name, cell);
            }
            text.push_str("},\"geometry\":");
            push_geometry(&mut text, &lambert93(record.shape), DECIMALS);
            text.push_str(",\"");
            text.push_str(FOREIGN_MEMBER);
            text.push_str("\":{");
            for (name, cell) in beside {
                push_json_member(&mut text, name, cell);
            }
            text.push_str("}}");
            if text.len() > BLOCK {
                out.write_all(text.as_bytes())?;
                text.clear();
            }
        }
    }
    text.push_str("\n]\n}\n");
    out.write_all(text.as_bytes())?;
    Ok(())
}
