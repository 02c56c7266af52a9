//! What readers give and interpretation takes: features and cells exactly as the file has them, before any meaning.

use geo::Geometry;
use serde_json::{Map, Value};

/// A file format we read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// GeoJSON, with or without a `crs` member.
    GeoJson,
    /// ESRI Shapefile with its `.dbf`, `.prj`, `.cpg`.
    Shapefile,
    /// OGC GeoPackage.
    GeoPackage,
    /// KML or KMZ.
    Kml,
    /// CSV, TSV.
    Csv,
    /// XLSX, XLS, ODS.
    Spreadsheet,
}

/// A feature's geometry as read; the third and fourth dimensions are already dropped.
#[derive(Debug, Clone, PartialEq)]
pub enum RawGeometry {
    /// `null` or empty.
    Missing,
    /// In the coordinates of the file.
    Shape(Geometry<f64>),
    /// Cannot be read, and why, in French.
    Bad(String),
}

/// One feature of a layer.
#[derive(Debug, Clone, PartialEq)]
pub struct RawFeature {
    /// Counted from 1 in the file.
    pub number: u64,
    /// Attributes; Shapefile's keep their 10-character names.
    pub properties: Map<String, Value>,
    /// Geometry in the coordinates of the file.
    pub geometry: RawGeometry,
}

/// What a file says of its reference system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeclaredCrs {
    /// Nothing.
    None,
    /// An EPSG code (CRS84 counts as 4326).
    Epsg(u16),
    /// Something that is not an EPSG code we know, as written.
    Unknown(String),
}

/// A layer of features: a GeoJSON file, a Shapefile, one table of a GeoPackage, a KML folder.
#[derive(Debug, Clone)]
pub struct RawLayer {
    /// File as the person named it; members of an archive as `archive.zip/member`; GeoPackage tables as `file.gpkg/table`.
    pub file: String,
    /// File name without folder and ending, or the table's name: what may decide the table.
    pub stem: String,
    /// How it was read.
    pub format: Format,
    /// What it says of its coordinates.
    pub declared_crs: DeclaredCrs,
    /// Every feature, in file order.
    pub features: Vec<RawFeature>,
}

/// A sheet of text cells: a regulatory table.
#[derive(Debug, Clone)]
pub struct RawSheet {
    /// File as the person named it.
    pub file: String,
    /// File name without folder and ending.
    pub stem: String,
    /// How it was read.
    pub format: Format,
    /// Column names of the header row, as written.
    pub headers: Vec<String>,
    /// Row number in the file (from 1, header included) and its cells as text, padded to the headers.
    pub rows: Vec<(u64, Vec<String>)>,
}
