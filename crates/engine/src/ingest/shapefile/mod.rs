//! Shapefile: which features do these parts hold together? Geometry from the `.shp`, attributes from the `.dbf`,
//! reference system from the `.prj`, encoding from the `.cpg`. A reader of our own, because every length in these files
//! may lie and none of them may be believed before it is checked against the bytes at hand.

mod dbf;
mod shp;

use super::input::stem;
use super::raw::{DeclaredCrs, Format, RawFeature, RawGeometry, RawLayer};
use super::read_error::ReadError;
use super::sources::LayersRead;
use crate::report::{Finding, Place, Severity};
use serde_json::Map;

/// The files a Shapefile is made of, as bytes. The `.shx` index is not needed: records are read in order.
#[derive(Debug, Clone, Copy, Default)]
pub struct Parts<'a> {
    /// Geometry.
    pub shp: Option<&'a [u8]>,
    /// Attributes.
    pub dbf: Option<&'a [u8]>,
    /// Reference system.
    pub prj: Option<&'a [u8]>,
    /// Encoding of the attributes.
    pub cpg: Option<&'a [u8]>,
}

/// Reads the layer. `file` names the `.shp`.
pub fn read(file: &str, parts: &Parts<'_>) -> Result<LayersRead, ReadError> {
    let Some(shp) = parts.shp else {
        return Err(ReadError::MissingPart {
            file: file.into(),
            part: "le fichier .shp".into(),
        });
    };
    let shapes = shp::read(file, shp)?;
    let mut findings = Vec::new();
    let mut say = |severity, code: &str, message: String, remedy: &str| {
        findings.push(Finding {
            severity,
            code: code.into(),
            place: Place {
                file: Some(file.to_owned()),
                ..Place::default()
            },
            message,
            remedy: remedy.into(),
        });
    };
    let table = match parts.dbf {
        None => {
            say(
                Severity::Warning,
                "dbf-missing",
                "pas de fichier .dbf : les entités n’ont aucun attribut".into(),
                "Donnez le .dbf avec le .shp.",
            );
            None
        }
        Some(bytes) => match dbf::read(bytes, parts.cpg) {
            Ok(table) => Some(table),
            Err(what) => {
                say(
                    Severity::Error,
                    "dbf-unreadable",
                    format!("fichier .dbf illisible : {what} ; les entités n’ont aucun attribut"),
                    "Exportez le Shapefile de nouveau.",
                );
                None
            }
        },
    };
    if let Some(table) = &table {
        if let Some(what) = &table.encoding_doubt {
            say(
                Severity::Information,
                "encoding-guessed",
                what.clone(),
                "Vérifiez les accents ; joignez un fichier .cpg qui dise l’encodage.",
            );
        }
        if table.records.len() != shapes.geometries.len() {
            say(
                Severity::Warning,
                "dbf-count-differs",
                format!(
                    "{} géométries dans le .shp mais {} lignes dans le .dbf",
                    shapes.geometries.len(),
                    table.records.len()
                ),
                "Les lignes sont associées dans l’ordre ; exportez le Shapefile de nouveau si les attributs sont décalés.",
            );
        }
    }
    let mut records = table
        .map(|table| table.records)
        .unwrap_or_default()
        .into_iter();
    let shape_count = shapes.geometries.len() as u64;
    let mut features = Vec::with_capacity(shapes.geometries.len());
    let mut deleted = 0_u64;
    for (index, geometry) in shapes.geometries.into_iter().enumerate() {
        let properties = match records.next() {
            Some(dbf::Record::Live(properties)) => properties,
            Some(dbf::Record::Deleted) => {
                deleted += 1;
                continue;
            }
            None => Map::new(),
        };
        features.push(RawFeature {
            number: index as u64 + 1,
            properties,
            geometry,
        });
    }
    // Rows without a shape still are rows.
    for (offset, record) in records.enumerate() {
        match record {
            dbf::Record::Live(properties) => features.push(RawFeature {
                number: shape_count + offset as u64 + 1,
                properties,
                geometry: RawGeometry::Missing,
            }),
            dbf::Record::Deleted => deleted += 1,
        }
    }
    if deleted > 0 {
        say(
            Severity::Information,
            "records-deleted",
            format!("{deleted} lignes marquées comme effacées dans le .dbf, laissées de côté"),
            "Rien à faire, sauf si elles doivent revenir.",
        );
    }
    Ok(LayersRead {
        layers: vec![RawLayer {
            file: file.into(),
            stem: stem(file).into(),
            format: Format::Shapefile,
            declared_crs: declared(parts.prj),
            features,
        }],
        findings,
        broken: shapes.broken,
    })
}

fn declared(prj: Option<&[u8]>) -> DeclaredCrs {
    let Some(bytes) = prj else {
        return DeclaredCrs::None;
    };
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0' || c == '\u{feff}');
    if text.is_empty() {
        return DeclaredCrs::None;
    }
    match crate::crs::epsg_from_name(text) {
        Some(epsg) => DeclaredCrs::Epsg(epsg),
        None => DeclaredCrs::Unknown(text.chars().take(200).collect()),
    }
}

#[cfg(test)]
pub(crate) mod tests;
