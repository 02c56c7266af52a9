//! GeoJSON, streamed: what features are in this text? Coordinates go straight from the bytes to shapes, so memory is
//! about the coordinates only. Collections, single features, bare geometries and one feature a line are read; `crs` may
//! come before or after the features. One wrong feature never hides the next.

mod geometry;
mod properties;
mod scan;

use super::input::stem;
use super::raw::{DeclaredCrs, Format, RawFeature, RawGeometry, RawLayer};
use super::read_error::ReadError;
use super::sources::LayersRead;
use crate::report::{Finding, Place, Severity};
use geometry::{GeometryReader, Members, position_depth};
use properties::{Properties, Quality};
use scan::{Broken, Scan, Scanner};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Reads one GeoJSON text. An error means that nothing could be read; [`LayersRead::broken`] that the text ends early.
pub fn read(file: &str, bytes: &[u8]) -> Result<LayersRead, ReadError> {
    let text = utf8(bytes);
    let shift = bytes.len() - text.len().min(bytes.len());
    let mut scanner = Scanner::new(&text);
    skip_separators(&mut scanner);
    match scanner.peek() {
        None => return Err(ReadError::Empty { file: file.into() }),
        Some(b'{') => {}
        Some(_) => {
            return Err(ReadError::NotRecognised {
                file: file.into(),
                expected: "un fichier GeoJSON",
                found: looks_like(&text[scanner.pos..]).into(),
            });
        }
    }
    let mut reader = Reader::default();
    let mut broken = reader.document(&mut scanner).err();
    if reader.features.is_empty() && !reader.is_geojson {
        return Err(match (broken, reader.kind.as_deref()) {
            (Some(broken), _) => malformed(file, &broken, shift),
            (None, Some("Topology")) => ReadError::Unsupported {
                file: file.into(),
                what: "c’est du TopoJSON, pas du GeoJSON".into(),
                remedy: "Exportez le fichier en GeoJSON.".into(),
            },
            (None, _) => ReadError::NotRecognised {
                file: file.into(),
                expected: "un fichier GeoJSON",
                found: "c’est du JSON sans « type » ni « features »".into(),
            },
        });
    }
    // One feature a line: each line stands for itself.
    while broken.is_none() {
        skip_separators(&mut scanner);
        match scanner.peek() {
            None => break,
            Some(b'{') if !reader.is_collection => {
                let start = scanner.pos;
                if let Err(error) = reader.document(&mut scanner) {
                    scanner.pos = start;
                    match memchr::memchr(b'\n', &text[start..]) {
                        Some(end) => {
                            scanner.pos = start + end;
                            reader.unreadable(&error.what);
                        }
                        None => broken = Some(error),
                    }
                }
            }
            Some(_) => {
                broken = Some(Broken {
                    at: scanner.pos,
                    what: "texte inattendu après la fin du GeoJSON".into(),
                });
            }
        }
    }
    let findings = reader.findings(file);
    Ok(LayersRead {
        layers: vec![RawLayer {
            file: file.into(),
            stem: stem(file).into(),
            format: Format::GeoJson,
            declared_crs: reader.declared_crs.unwrap_or(DeclaredCrs::None),
            features: reader.features,
        }],
        findings,
        broken: broken.map(|broken| malformed(file, &broken, shift)),
    })
}

/// The foreign member of a feature (RFC 7946, section 6.1) where our exports to the open-data layout put what that layout
/// has no field for; a property of the same name wins.
const OUR_MEMBER: &str = "caloduc";

#[derive(Debug, Default)]
struct Reader {
    features: Vec<RawFeature>,
    declared_crs: Option<DeclaredCrs>,
    geometry: GeometryReader,
    kind: Option<String>,
    is_geojson: bool,
    is_collection: bool,
    recoded: Option<u64>,
    lossy: Vec<u64>,
}

/// What an object of the top level holds.
#[derive(Debug, Default)]
struct Outline {
    members: Members,
    geometry: Option<usize>,
    properties: Option<usize>,
}

impl Reader {
    /// One object of the top level: a collection, a feature or a geometry.
    fn document(&mut self, scanner: &mut Scanner<'_>) -> Scan<()> {
        let mut outline = Outline::default();
        let mut collection = false;
        self.object(scanner, |reader, key, scanner| match key {
            "features" if scanner.peek() == Some(b'[') => {
                collection = true;
                reader.is_geojson = true;
                reader.is_collection = true;
                reader.collection(scanner)
            }
            "crs" => {
                let crs = Self::value(scanner)?;
                reader.declared_crs = declared(&crs).or(reader.declared_crs.take());
                Ok(())
            }
            _ => outline.note(key, scanner),
        })?;
        self.kind.clone_from(&outline.members.kind);
        match outline.members.kind.as_deref() {
            Some("FeatureCollection") => {
                self.is_geojson = true;
                Ok(())
            }
            _ if collection => Ok(()),
            Some("Feature") => self.push(scanner, &outline),
            Some(kind) if position_depth(kind).is_some() => self.push(scanner, &outline),
            _ => Ok(()),
        }
    }

    /// Calls `member` at the value of each key of the object at the cursor.
    fn object<'a>(
        &mut self,
        scanner: &mut Scanner<'a>,
        mut member: impl FnMut(&mut Self, &str, &mut Scanner<'a>) -> Scan<()>,
    ) -> Scan<()> {
        scanner.expect(b'{')?;
        if scanner.take(b'}') {
            return Ok(());
        }
        loop {
            let key = scanner.name()?;
            scanner.expect(b':')?;
            scanner.peek();
            member(self, &key, scanner)?;
            if scanner.take(b'}') {
                return Ok(());
            }
            scanner.expect(b',')?;
        }
    }

    fn collection(&mut self, scanner: &mut Scanner<'_>) -> Scan<()> {
        scanner.expect(b'[')?;
        if scanner.take(b']') {
            return Ok(());
        }
        loop {
            scanner.peek();
            let start = scanner.pos;
            if let Err(broken) = self.feature(scanner) {
                // Brackets may still balance: then only this feature is lost.
                scanner.pos = start;
                if scanner.skip_value().is_err() || !matches!(scanner.peek(), Some(b',' | b']')) {
                    return Err(broken);
                }
                self.unreadable(&broken.what);
            }
            if scanner.take(b']') {
                return Ok(());
            }
            scanner.expect(b',')?;
        }
    }

    fn feature(&mut self, scanner: &mut Scanner<'_>) -> Scan<()> {
        if scanner.peek() != Some(b'{') {
            scanner.skip_value()?;
            self.unreadable("ce n’est pas un objet « Feature »");
            return Ok(());
        }
        let mut outline = Outline::default();
        let mut geometry = None;
        let mut read = None;
        let mut beside = None;
        self.object(scanner, |reader, key, scanner| match key {
            OUR_MEMBER => {
                beside = Some(properties::read(scanner)?.map);
                Ok(())
            }
            "geometry" => {
                geometry = Some(reader.geometry.read(scanner)?);
                Ok(())
            }
            "properties" => {
                read = Some(properties::read(scanner)?);
                Ok(())
            }
            _ => outline.note(key, scanner),
        })?;
        let geometry = match geometry {
            Some(geometry) => geometry,
            None if outline.members.coordinates.is_some()
                || outline.members.geometries.is_some() =>
            {
                self.geometry.assemble(scanner, &outline.members, 0)?
            }
            None => RawGeometry::Missing,
        };
        if let (Some(read), Some(beside)) = (&mut read, beside) {
            for (name, value) in beside {
                read.map.entry(name).or_insert(value);
            }
        }
        self.add(read, geometry);
        Ok(())
    }

    /// The feature or geometry that makes a whole document.
    fn push(&mut self, scanner: &Scanner<'_>, outline: &Outline) -> Scan<()> {
        self.is_geojson = true;
        let at = |pos: usize| Scanner {
            bytes: scanner.bytes,
            pos,
        };
        let geometry = match outline.geometry {
            Some(start) => self.geometry.read(&mut at(start))?,
            None if outline.members.kind.as_deref() == Some("Feature") => RawGeometry::Missing,
            None => self.geometry.assemble(scanner, &outline.members, 0)?,
        };
        let read = match outline.properties {
            Some(start) => Some(properties::read(&mut at(start))?),
            None => None,
        };
        self.add(read, geometry);
        Ok(())
    }

    fn add(&mut self, read: Option<Properties>, geometry: RawGeometry) {
        let number = self.features.len() as u64 + 1;
        let properties = read.map_or_else(Map::new, |read| {
            match read.quality {
                Quality::Exact => {}
                Quality::Recoded => self.recoded = self.recoded.or(Some(number)),
                Quality::Lossy => self.lossy.push(number),
            }
            read.map
        });
        self.features.push(RawFeature {
            number,
            properties,
            geometry,
        });
    }

    fn unreadable(&mut self, what: &str) {
        self.add(None, RawGeometry::Bad(format!("entité illisible : {what}")));
    }

    fn value(scanner: &mut Scanner<'_>) -> Scan<Value> {
        let start = scanner.pos;
        scanner.skip_value()?;
        let text = &scanner.bytes[start..scanner.pos];
        Ok(serde_json::from_slice(text)
            .unwrap_or_else(|_not_json| Value::String(String::from_utf8_lossy(text).into_owned())))
    }

    fn findings(&self, file: &str) -> Vec<Finding> {
        let place = |feature| Place {
            file: Some(file.to_owned()),
            feature: Some(feature),
            ..Place::default()
        };
        let recoded = self.recoded.map(|feature| Finding {
            severity: Severity::Warning,
            code: "encoding-guessed".into(),
            place: place(feature),
            message:
                "les textes ne sont pas en UTF-8 : lus en Windows-1252 à partir de cette entité"
                    .into(),
            remedy: "Vérifiez les accents ; exportez le GeoJSON en UTF-8.".into(),
        });
        let lossy = self.lossy.iter().map(|&feature| Finding {
            severity: Severity::Warning,
            code: "properties-unreadable".into(),
            place: place(feature),
            message:
                "attributs illisibles en tout ou partie : NaN, Infinity, ou syntaxe JSON fausse"
                    .into(),
            remedy: "Corrigez ces attributs à la source ; une valeur inconnue s’écrit null.".into(),
        });
        recoded.into_iter().chain(lossy).collect()
    }
}

impl Outline {
    fn note(&mut self, key: &str, scanner: &mut Scanner<'_>) -> Scan<()> {
        let here = Some(scanner.pos);
        match key {
            "type" if scanner.peek() == Some(b'"') => {
                self.members.kind = Some(scanner.name()?);
                return Ok(());
            }
            "coordinates" => self.members.coordinates = here,
            "geometries" => self.members.geometries = here,
            "geometry" => self.geometry = here,
            "properties" => self.properties = here,
            _ => {}
        }
        scanner.skip_value()
    }
}

/// What a `crs` member says (GeoJSON 2008, section 3; RFC 7946 dropped it, French open data did not).
fn declared(crs: &Value) -> Option<DeclaredCrs> {
    let properties = crs.get("properties");
    let text = |key: &str| properties.and_then(|p| p.get(key));
    let written = match crs {
        Value::Null => return None,
        Value::String(name) => name.clone(),
        _ => match text("name")
            .or_else(|| text("code"))
            .or_else(|| text("href"))
        {
            Some(Value::String(name)) => name.clone(),
            Some(other) => other.to_string(),
            None => crs.to_string(),
        },
    };
    Some(match crate::crs::epsg_from_name(&written) {
        Some(epsg) => DeclaredCrs::Epsg(epsg),
        None => DeclaredCrs::Unknown(written.chars().take(200).collect()),
    })
}

/// The text without its mark, UTF-16 recoded.
fn utf8(bytes: &[u8]) -> Cow<'_, [u8]> {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => Cow::Borrowed(rest),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            let (text, _) = encoding_rs::Encoding::for_bom(bytes)
                .map_or(encoding_rs::UTF_8, |(encoding, _)| encoding)
                .decode_with_bom_removal(bytes);
            Cow::Owned(text.into_owned().into_bytes())
        }
        _ => Cow::Borrowed(bytes),
    }
}

/// Record separators (RFC 8142) and blanks.
fn skip_separators(scanner: &mut Scanner<'_>) {
    while matches!(scanner.peek(), Some(0x1e)) {
        scanner.pos += 1;
    }
}

fn looks_like(text: &[u8]) -> &'static str {
    match text.first() {
        Some(b'[') => "c’est un tableau JSON, sans géométries",
        Some(b'<') => "c’est une page HTML ou du XML",
        Some(b'P') if text.starts_with(b"PK\x03\x04") => "c’est une archive ZIP",
        _ if text.starts_with(b"SQLite format 3\0") => "c’est un GeoPackage",
        _ if text.iter().take(256).any(|&byte| byte == 0) => "c’est un fichier binaire",
        _ => "le texte ne commence pas par « { »",
    }
}

fn malformed(file: &str, broken: &Broken, shift: usize) -> ReadError {
    ReadError::Malformed {
        file: file.into(),
        place: format!("octet {}", broken.at + shift),
        what: broken.what.clone(),
    }
}

#[cfg(test)]
mod tests;
