//! All the files of an edition: which formats, in which order, under which names, with what goes beside them.

use crate::error::{ExportError, Fault};
use crate::moment::Day;
use crate::table::{Placed, communes, ours};
use crate::text::hexadecimal;
use crate::{
    csv, flatgeobuf, geojson, geopackage, geoparquet, notice, open_data, pmtiles, regulatory,
    schema,
};
use caloduc_engine::network::Edition;
use caloduc_engine::release::Diff;
use caloduc_engine::snapshot::Stamp;
use sha2::{Digest, Sha256};
use std::io::{self, Cursor, Write};

/// An edition with what says which one it is.
#[derive(Debug, Clone, Copy)]
pub struct Edited<'a> {
    /// Its rows.
    pub edition: &'a Edition,
    /// Its number and its moment.
    pub stamp: &'a Stamp,
    /// What changed since the edition before, when there is one.
    pub changes: Option<&'a Diff>,
}

/// A format that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// The archive of the national service, to the letter.
    OpenData,
    /// GeoJSON of RFC 7946.
    GeoJson,
    /// GeoPackage.
    GeoPackage,
    /// FlatGeobuf.
    FlatGeobuf,
    /// GeoParquet.
    GeoParquet,
    /// CSV.
    Csv,
    /// PMTiles.
    Pmtiles,
}

impl Format {
    /// All of them, in the order they are written.
    pub const ALL: [Self; 7] = [
        Self::OpenData,
        Self::GeoJson,
        Self::GeoPackage,
        Self::FlatGeobuf,
        Self::GeoParquet,
        Self::Csv,
        Self::Pmtiles,
    ];

    /// The word of the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::OpenData => "open-data",
            Self::GeoJson => "geojson",
            Self::GeoPackage => "geopackage",
            Self::FlatGeobuf => "flatgeobuf",
            Self::GeoParquet => "geoparquet",
            Self::Csv => "csv",
            Self::Pmtiles => "pmtiles",
        }
    }

    /// The format of that word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == word)
    }

    /// In French, for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::OpenData => "Archive compatible (GeoJSON, Shapefile)",
            Self::GeoJson => "GeoJSON (RFC 7946)",
            Self::GeoPackage => "GeoPackage",
            Self::FlatGeobuf => "FlatGeobuf",
            Self::GeoParquet => "GeoParquet 1.1",
            Self::Csv => "CSV",
            Self::Pmtiles => "PMTiles (tuiles vectorielles)",
        }
    }

    /// Where its files are, and in which reference system.
    pub(crate) fn described(self, day: Day) -> (String, &'static str) {
        let degrees = "WGS84 (longitude, latitude)";
        match self {
            Self::OpenData => (open_data::archive_name(day), "EPSG:2154 (Lambert-93)"),
            Self::GeoPackage => (GEOPACKAGE.to_owned(), degrees),
            Self::Pmtiles => (TILES.to_owned(), "Mercator du web (EPSG:3857)"),
            Self::GeoJson | Self::FlatGeobuf | Self::GeoParquet | Self::Csv => {
                (format!("{}/", self.name()), degrees)
            }
        }
    }
}

/// The GeoPackage's name.
const GEOPACKAGE: &str = "caloduc.gpkg";
/// The tiles' name.
const TILES: &str = "caloduc.pmtiles";

/// Receives the files of an export.
pub trait Shelf {
    /// Where to write the file called `name`, folders separated by `/`. Flushed, then dropped, when the file is whole.
    fn file(&mut self, name: &str) -> io::Result<Box<dyn Write + Send + '_>>;
}

/// A file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Folders separated by `/`.
    pub name: String,
    /// Size.
    pub bytes: u64,
    /// Hexadecimal.
    pub sha256: String,
}

/// Writes every file of these formats, then what goes with them. `progress` is told each format before it is written.
pub fn export(
    edited: &Edited<'_>,
    formats: &[Format],
    shelf: &mut dyn Shelf,
    progress: &mut dyn FnMut(Format),
) -> Result<Vec<Written>, ExportError> {
    let day = Day::parse(&edited.stamp.created)?;
    let tables: Vec<Placed<'_>> = ours(edited.edition).into_iter().map(Placed::new).collect();
    let mut desk = Desk {
        shelf,
        written: Vec::new(),
    };
    for format in Format::ALL.into_iter().filter(|f| formats.contains(f)) {
        progress(format);
        desk.format(format, edited, day, &tables)?;
    }
    for (name, text) in tables
        .iter()
        .flat_map(|placed| schema::files(&placed.table))
    {
        desk.text(&name, &text)?;
    }
    for (name, text) in regulatory::files(edited.edition) {
        desk.text(&format!("regulatory/{name}"), &text)?;
    }
    if let Some(changes) = edited.changes {
        desk.text(notice::CHANGES, &changes.to_text())?;
        let json = serde_json::to_string_pretty(changes)
            .map_err(|error| Fault::library(error).in_file(notice::CHANGES_JSON))?;
        desk.text(notice::CHANGES_JSON, &(json + "\n"))?;
    }
    desk.text(notice::LICENCE, &notice::licence(edited, day))?;
    desk.text(
        notice::NOTICE,
        &notice::notice(edited, day, formats, &tables),
    )?;
    let sums = notice::sums(&desk.written);
    desk.text(notice::SUMS, &sums)?;
    Ok(desk.written)
}

/// The shelf, and what was put there.
struct Desk<'s> {
    shelf: &'s mut dyn Shelf,
    written: Vec<Written>,
}

impl Desk<'_> {
    fn format(
        &mut self,
        format: Format,
        edited: &Edited<'_>,
        day: Day,
        tables: &[Placed<'_>],
    ) -> Result<(), ExportError> {
        match format {
            Format::OpenData => self.put(&open_data::archive_name(day), |out| {
                let mut bytes = Cursor::new(Vec::new());
                open_data::write(edited.edition, day, &mut bytes)?;
                Ok(out.write_all(bytes.get_ref())?)
            }),
            Format::GeoPackage => self.put(GEOPACKAGE, |out| {
                let outlines = Placed::new(communes(edited.edition));
                let all: Vec<&Placed<'_>> = tables.iter().chain([&outlines]).collect();
                Ok(out.write_all(&geopackage::write(edited.edition, &all, day)?)?)
            }),
            Format::Pmtiles => self.put(TILES, |out| pmtiles::write(edited, day, out)),
            Format::GeoJson => tables.iter().try_for_each(|placed| {
                let name = format!("geojson/{}.geojson", placed.table.name);
                self.put(&name, |out| geojson::write(placed, out))
            }),
            Format::FlatGeobuf => tables.iter().try_for_each(|placed| {
                let name = format!("flatgeobuf/{}.fgb", placed.table.name);
                self.put(&name, |out| flatgeobuf::write(placed, out))
            }),
            Format::GeoParquet => tables.iter().try_for_each(|placed| {
                let name = format!("geoparquet/{}.parquet", placed.table.name);
                self.put(&name, |out| geoparquet::write(placed, out))
            }),
            Format::Csv => tables.iter().try_for_each(|placed| {
                let name = format!("csv/{}", placed.table.name);
                self.put(&format!("{name}.csv"), |out| csv::write(placed, out))?;
                self.text(&format!("{name}.csvt"), &csv::types(placed))?;
                self.text(&format!("{name}.prj"), csv::WGS84_PRJ)
            }),
        }
    }

    fn text(&mut self, name: &str, text: &str) -> Result<(), ExportError> {
        self.put(name, |out| Ok(out.write_all(text.as_bytes())?))
    }

    fn put(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut Counted<'_>) -> Result<(), Fault>,
    ) -> Result<(), ExportError> {
        let put = || -> Result<Written, Fault> {
            let mut out = Counted {
                out: self.shelf.file(name)?,
                hash: Sha256::new(),
                bytes: 0,
            };
            write(&mut out)?;
            out.flush()?;
            let hash = out.hash.finalize();
            Ok(Written {
                name: name.to_owned(),
                bytes: out.bytes,
                sha256: hexadecimal(&hash),
            })
        };
        let written = put().map_err(|fault| fault.in_file(name))?;
        self.written.push(written);
        Ok(())
    }
}

/// Counts and hashes what goes through.
struct Counted<'o> {
    out: Box<dyn Write + Send + 'o>,
    hash: Sha256,
    bytes: u64,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.out.write(bytes)?;
        self.hash.update(&bytes[..taken]);
        self.bytes += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
