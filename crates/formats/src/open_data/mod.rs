//! Is this the archive that the national service's clients know? Six GeoJSON files in EPSG:2154, seven Shapefiles, the
//! dictionary of their fields, in one ZIP named after the day of the edition: same field names, order and rounding.
//!
//! What the layout has no field for (our key, the INSEE codes, the open flag, names of projects, links of perimeters)
//! goes in a foreign member of each GeoJSON feature (RFC 7946, section 6.1), beside `properties`: clients that do not
//! know it do not see it, `caloduc import` reads it back.

mod dictionary;
mod fields;
mod geojson;
mod network_fields;
mod place_fields;
mod shapefile;

pub use dictionary::DICTIONARY_NAME;
use dictionary::dictionary;
pub use fields::{OpenTable, open_tables};

use crate::error::Fault;
use crate::moment::Day;
use caloduc_engine::network::Edition;
use std::io::{Seek, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The member of a GeoJSON feature that carries what the open-data layout has no field for.
pub const FOREIGN_MEMBER: &str = "caloduc";

/// The archive's name: `010926-opendata-fcu.zip`.
pub fn archive_name(day: Day) -> String {
    format!("{}-opendata-fcu.zip", day.ddmmyy())
}

/// Writes the archive.
pub(crate) fn write(edition: &Edition, day: Day, out: impl Write + Seek) -> Result<(), Fault> {
    let date = DateTime::from_date_and_time(day.year, day.month, day.day, 0, 0, 0)
        .map_err(Fault::library)?;
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(date)
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(out);
    let tables = open_tables(edition);
    for group in geojson::files(&tables) {
        zip.start_file(format!("{}.geojson", group.name), options)
            .map_err(Fault::library)?;
        geojson::write(&group, &mut zip)?;
    }
    for table in &tables {
        for (ending, bytes) in shapefile::files(table, day) {
            zip.start_file(format!("{}.{ending}", table.shapefile), options)
                .map_err(Fault::library)?;
            zip.write_all(&bytes)?;
        }
    }
    zip.start_file(DICTIONARY_NAME, options)
        .map_err(Fault::library)?;
    zip.write_all(&dictionary(day)?)?;
    zip.finish().map_err(Fault::library)?.flush()?;
    Ok(())
}
