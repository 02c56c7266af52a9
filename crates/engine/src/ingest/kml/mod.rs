//! KML and KMZ: which placemarks does this file hold? One layer a folder, always in WGS84. Entities are never followed,
//! links only from the main document of a KMZ to its other members.

mod placemark;

use super::archive;
use super::input::{extension, stem};
use super::raw::{DeclaredCrs, Format, RawFeature, RawLayer};
use super::read_error::ReadError;
use super::sources::LayersRead;
use super::xml_text;
use crate::report::{Finding, Place, Severity, counted};
use placemark::Placemark;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;
use std::sync::Arc;

const DEEP_ENOUGH: usize = 100;

/// Reads a KML, or the main KML of a KMZ with the members it links to.
pub fn read(file: &str, bytes: &[u8]) -> Result<LayersRead, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty { file: file.into() });
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return archived(file, bytes);
    }
    document(file, &xml_text::decode(bytes), &[]).map(|(read, _)| read)
}

fn archived(file: &str, bytes: &[u8]) -> Result<LayersRead, ReadError> {
    let mut members = archive::open(file, Arc::new(bytes.to_vec()))?.members;
    members.retain(|member| extension(member.path()) == "kml");
    let names: Vec<&str> = members.iter().map(archive::Member::path).collect();
    let main = names
        .iter()
        .position(|name| name.eq_ignore_ascii_case("doc.kml"))
        .unwrap_or(0);
    let Some(first) = members.get(main) else {
        return Err(ReadError::MissingPart {
            file: file.into(),
            part: "le fichier doc.kml dans ce KMZ".into(),
        });
    };
    let (mut read, mut linked) = document(file, &xml_text::decode(&first.inflate()?), &names)?;
    linked.sort_unstable();
    linked.dedup();
    for index in linked.into_iter().filter(|index| *index != main) {
        let member = &members[index];
        let name = format!("{file}/{}", member.path());
        let (inside, _) = document(&name, &xml_text::decode(&member.inflate()?), &[])?;
        // A document that only links has a layer without features, which would empty its table.
        read.layers.retain(|layer| !layer.features.is_empty());
        read.layers.extend(inside.layers);
        read.findings.extend(inside.findings);
        read.broken = read.broken.or(inside.broken);
    }
    Ok(read)
}

/// The layers of one document, and which of `members` it links to.
fn document(
    file: &str,
    text: &str,
    members: &[&str],
) -> Result<(LayersRead, Vec<usize>), ReadError> {
    let start = text.trim_start_matches(['\u{feff}', ' ', '\r', '\n', '\t']);
    if start.is_empty() {
        return Err(ReadError::Empty { file: file.into() });
    }
    let mut walk = Walk {
        members,
        ..Walk::default()
    };
    let mut xml = Reader::from_str(text);
    let broken = loop {
        let event = match xml.read_event() {
            Ok(event) => event,
            Err(error) => break Some((xml.error_position(), format!("XML mal formé ({error})"))),
        };
        match event {
            Event::Start(element) => {
                if walk.path.len() >= DEEP_ENOUGH {
                    break Some((xml.buffer_position(), "éléments trop imbriqués".into()));
                }
                walk.open(&element);
            }
            Event::Empty(element) if walk.path.len() < DEEP_ENOUGH => {
                walk.open(&element);
                walk.close();
            }
            Event::Text(part) => walk.text.push_str(&part),
            Event::CData(part) => walk.text.push_str(&part),
            Event::GeneralRef(entity) => xml_text::push_entity(&entity, &mut walk.text),
            Event::End(_) => walk.close(),
            Event::Eof if walk.path.is_empty() => break None,
            Event::Eof => {
                break Some((
                    xml.buffer_position(),
                    "le fichier s’arrête avant la fin".into(),
                ));
            }
            _ => {}
        }
    };
    if !walk.is_kml {
        return Err(ReadError::NotRecognised {
            file: file.into(),
            expected: "un fichier KML",
            found: "il n’a pas d’élément « kml »".into(),
        });
    }
    let broken = broken.map(|(at, what)| ReadError::Malformed {
        file: file.into(),
        place: format!("octet {at}"),
        what,
    });
    match broken {
        Some(error) if walk.layers.is_empty() => Err(error),
        broken => {
            let linked = std::mem::take(&mut walk.linked);
            Ok((walk.finish(file, broken), linked))
        }
    }
}

/// Where the reading is in the document.
#[derive(Debug, Default)]
struct Walk<'a> {
    path: Vec<String>,
    text: String,
    folders: Vec<String>,
    layers: Vec<(String, Vec<RawFeature>)>,
    by_folder: HashMap<String, usize>,
    count: u64,
    placemark: Option<Placemark>,
    is_kml: bool,
    /// Links to what is not in the archive.
    links: u64,
    members: &'a [&'a str],
    /// Members linked to, as indices.
    linked: Vec<usize>,
}

impl Walk<'_> {
    fn open(&mut self, element: &BytesStart<'_>) {
        let name = element.local_name().into_inner().to_owned();
        self.text.clear();
        match name.as_str() {
            "kml" => self.is_kml = true,
            "Folder" | "Document" => {
                self.is_kml = true;
                self.folders.push(String::new());
            }
            "Placemark" => self.placemark = Some(Placemark::default()),
            "NetworkLink" => self.links += 1,
            _ => {
                if let Some(placemark) = &mut self.placemark {
                    placemark.open(&name, element);
                }
            }
        }
        self.path.push(name);
    }

    fn close(&mut self) {
        let Some(name) = self.path.pop() else { return };
        let parent = self.path.last().map_or("", String::as_str);
        match (name.as_str(), parent) {
            ("Folder" | "Document", _) => {
                self.folders.pop();
            }
            ("Placemark", _) => {
                if let Some(placemark) = self.placemark.take() {
                    self.count += 1;
                    let feature = placemark.finish(self.count);
                    let folder = self.folders.last().cloned().unwrap_or_default();
                    let next = self.layers.len();
                    let at = *self.by_folder.entry(folder.clone()).or_insert(next);
                    if at == next {
                        self.layers.push((folder, Vec::new()));
                    }
                    self.layers[at].1.push(feature);
                }
            }
            ("href", "Link" | "Url") => {
                let href = self.text.trim().trim_start_matches("./");
                if let Some(member) = self.members.iter().position(|name| *name == href) {
                    self.links = self.links.saturating_sub(1);
                    self.linked.push(member);
                }
            }
            ("name", "Folder" | "Document") => {
                if let Some(folder) = self.folders.last_mut() {
                    self.text.trim().clone_into(folder);
                }
            }
            (name, parent) => {
                if let Some(placemark) = &mut self.placemark {
                    placemark.close(name, parent, self.text.trim());
                }
            }
        }
        self.text.clear();
    }

    fn finish(self, file: &str, broken: Option<ReadError>) -> LayersRead {
        let alone = self.layers.len() < 2;
        let mut layers: Vec<RawLayer> = self
            .layers
            .into_iter()
            .map(|(folder, features)| RawLayer {
                file: if alone {
                    file.into()
                } else {
                    format!("{file}/{folder}")
                },
                stem: if alone || folder.is_empty() {
                    stem(file).into()
                } else {
                    folder
                },
                format: Format::Kml,
                declared_crs: DeclaredCrs::Epsg(4326),
                features,
            })
            .collect();
        if layers.is_empty() {
            layers.push(RawLayer {
                file: file.into(),
                stem: stem(file).into(),
                format: Format::Kml,
                declared_crs: DeclaredCrs::Epsg(4326),
                features: Vec::new(),
            });
        }
        let mut findings = Vec::new();
        if self.links > 0 {
            findings.push(Finding {
                severity: Severity::Warning,
                code: "kml-link-not-followed".into(),
                place: Place {
                    file: Some(file.into()),
                    ..Place::default()
                },
                message: counted(
                    self.links,
                    "lien vers un autre fichier (NetworkLink), non suivi",
                    "liens vers d’autres fichiers (NetworkLink), non suivis",
                ),
                remedy: "Donnez aussi les fichiers visés par ces liens.".into(),
            });
        }
        LayersRead {
            layers,
            findings,
            broken,
        }
    }
}

#[cfg(test)]
mod tests;
