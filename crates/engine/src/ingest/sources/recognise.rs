//! What kind of file is this? By its ending, corrected by its first bytes.

use crate::ingest::input::extension;
use crate::ingest::raw::Format;

/// What a file seems to be.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Guess {
    /// To be read in this format.
    Format(Format),
    /// One of the files a Shapefile is made of.
    ShapefilePart,
    /// A ZIP to open.
    Archive,
    /// Nothing we read, and why, in French.
    Nothing(String),
}

/// What the file is, from its name and its first bytes (a few hundred are enough).
pub(super) fn recognise(name: &str, head: &[u8]) -> Guess {
    let ending = extension(name);
    let zip = head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06");
    match ending.as_str() {
        "geojson" | "geojsonl" | "ndgeojson" | "geojsons" | "ndjson" | "jsonl" if !zip => {
            Guess::Format(Format::GeoJson)
        }
        "json" if !zip => Guess::Format(Format::GeoJson),
        "gpkg" => Guess::Format(Format::GeoPackage),
        "kml" | "kmz" => Guess::Format(Format::Kml),
        "shp" | "shx" | "dbf" | "prj" | "cpg" | "cst" => Guess::ShapefilePart,
        "xlsx" | "xlsm" | "xls" | "ods" => Guess::Format(Format::Spreadsheet),
        "csv" | "tsv" | "tab" => Guess::Format(Format::Csv),
        "zip" => Guess::Archive,
        "sbn" | "sbx" | "qix" | "qmd" | "qpj" | "qml" | "sld" | "lyr" | "xml" | "pdf" | "md"
        | "doc" | "docx" | "html" | "htm" | "odt" | "rtf" | "license" | "licence" => {
            Guess::Nothing("document ou index, sans table".into())
        }
        _ => by_content(head, zip),
    }
}

fn by_content(head: &[u8], zip: bool) -> Guess {
    let text = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head)
        .trim_ascii_start();
    if zip {
        Guess::Archive
    } else if head.starts_with(b"SQLite format 3\0") {
        Guess::Format(Format::GeoPackage)
    } else if head.starts_with(&[0, 0, 0x27, 0x0a]) {
        Guess::ShapefilePart
    } else if text.starts_with(b"{") {
        Guess::Format(Format::GeoJson)
    } else if memchr::memmem::find(text, b"<kml").is_some() {
        Guess::Format(Format::Kml)
    } else if head.is_empty() {
        Guess::Nothing("le fichier est vide".into())
    } else {
        Guess::Nothing("son contenu n’est d’aucun type connu".into())
    }
}
