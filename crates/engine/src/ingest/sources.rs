//! Which tables may be in these files? Lists them without reading their features: archives opened, parts of a Shapefile
//! put together, formats recognised. What each table is, and which format wins, is for interpretation to say.

mod recognise;

use super::archive::{self, Blob};
use super::input::{InputFile, base_name, extension, stem};
use super::raw::{Format, RawLayer, RawSheet};
use super::read_error::ReadError;
use super::{geojson, geopackage, kml, shapefile, sheet};
use crate::report::Finding;
use recognise::{Guess, recognise};
use std::collections::BTreeMap;

/// Layers of one file and what is worth saying about it.
#[derive(Debug, Clone, Default)]
pub struct LayersRead {
    /// Layers in file order: one, but for a GeoPackage or a KML with folders.
    pub layers: Vec<RawLayer>,
    /// Findings of the reader: encoding guessed, records deleted, tables skipped.
    pub findings: Vec<Finding>,
    /// The file ends early or breaks: the layers hold what was read before that place. Publishing them would drop
    /// everything after it, so such a file should count as refused.
    pub broken: Option<ReadError>,
}

/// A sheet and what is worth saying about it.
#[derive(Debug, Clone)]
pub struct SheetRead {
    /// The cells.
    pub sheet: RawSheet,
    /// Findings of the reader: ragged rows, encoding guessed, sheets skipped.
    pub findings: Vec<Finding>,
}

/// What reading a source gives.
#[derive(Debug, Clone)]
pub enum Reading {
    /// Features.
    Layers(LayersRead),
    /// Cells.
    Sheet(SheetRead),
}

/// A file, a member of an archive or the parts of a Shapefile that may hold a table. Members of an archive are not
/// inflated before [`Source::read`].
#[derive(Debug, Clone)]
pub struct Source {
    /// As reports name it: `archive.zip/member.geojson`.
    pub file: String,
    /// Base name without ending: what may decide the table.
    pub stem: String,
    /// The folder or archive it comes from; sources of one container compete for a table. Empty for files at the top.
    pub container: String,
    /// How it is to be read.
    pub format: Format,
    /// Named by the person (members of an archive are not).
    pub explicit: bool,
    /// Size in bytes, once inflated.
    pub size: u64,
    /// Ending in lower case and bytes of each part.
    parts: Vec<(String, Blob)>,
}

impl Source {
    /// Reads it whole.
    pub fn read(&self) -> Result<Reading, ReadError> {
        let file = self.file.as_str();
        if self.format == Format::Shapefile {
            let mut loaded = Vec::with_capacity(self.parts.len());
            for (ending, blob) in &self.parts {
                loaded.push((ending.as_str(), blob.load()?));
            }
            let part = |wanted: &str| {
                loaded
                    .iter()
                    .find(|(ending, _)| *ending == wanted)
                    .map(|(_, bytes)| (**bytes).as_ref())
            };
            let parts = shapefile::Parts {
                shp: part("shp"),
                dbf: part("dbf"),
                prj: part("prj"),
                cpg: part("cpg").or_else(|| part("cst")),
            };
            return shapefile::read(file, &parts).map(Reading::Layers);
        }
        let (_, blob) = self.parts.first().expect("a source has at least one part");
        let bytes = blob.load()?;
        let bytes = (*bytes).as_ref();
        match self.format {
            Format::GeoJson => geojson::read(file, bytes).map(Reading::Layers),
            Format::GeoPackage => geopackage::read(file, bytes).map(Reading::Layers),
            Format::Kml => kml::read(file, bytes).map(Reading::Layers),
            Format::Csv => sheet::read_text(file, bytes).map(Reading::Sheet),
            Format::Spreadsheet => sheet::read_workbook(file, bytes).map(Reading::Sheet),
            Format::Shapefile => unreachable!("read above"),
        }
    }
}

/// A file that holds no table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unused {
    /// As reports name it.
    pub file: String,
    /// Why, in French.
    pub reason: String,
}

/// All that was found in a set of files.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// In the order of the files, then of the members.
    pub sources: Vec<Source>,
    /// Dictionaries, notices, unknown files found in a folder or an archive: never a failure.
    pub unused: Vec<Unused>,
    /// Files named by the person, and archives, that cannot be opened or are of no known kind.
    pub refused: Vec<ReadError>,
}

/// Lists what may hold a table, archives opened one level deep (a ZIP of Shapefile ZIPs too).
pub fn list(files: Vec<InputFile>) -> Listing {
    let mut listing = Listing::default();
    let mut parts: BTreeMap<String, ShapefileParts> = BTreeMap::new();
    for file in files {
        let blob = Blob::File(file.bytes.clone());
        place(&mut listing, &mut parts, &file.name, blob, file.explicit, 0);
    }
    for group in parts.into_values() {
        group.finish(&mut listing);
    }
    listing
}

const ARCHIVES_WITHIN: u8 = 1;
const INNER_ARCHIVE_AT_MOST: u64 = 512 << 20;

fn place(
    listing: &mut Listing,
    parts: &mut BTreeMap<String, ShapefileParts>,
    name: &str,
    blob: Blob,
    explicit: bool,
    depth: u8,
) {
    if is_clutter(name) {
        return;
    }
    let head = match blob.head() {
        Ok(head) => head,
        Err(error) => {
            listing.refused.push(error);
            return;
        }
    };
    match recognise(name, &head) {
        Guess::ShapefilePart => {
            let base = name
                .strip_suffix(&format!(".{}", ending_as_written(name)))
                .unwrap_or(name);
            // `x.shp.xml` and the like are notices, not parts.
            parts
                .entry(base.to_lowercase())
                .or_insert_with(|| ShapefileParts::new(listing.sources.len()))
                .push(name, blob, explicit);
        }
        Guess::Archive if depth > ARCHIVES_WITHIN => listing.unused.push(Unused {
            file: name.to_owned(),
            reason: "archive dans une archive dans une archive".into(),
        }),
        Guess::Archive if depth > 0 && blob.size() > INNER_ARCHIVE_AT_MOST => {
            listing.refused.push(ReadError::TooLarge {
                file: name.to_owned(),
                what: format!(
                    "archive de {} Mo dans une archive, {} Mo au plus",
                    blob.size() >> 20,
                    INNER_ARCHIVE_AT_MOST >> 20
                ),
            });
        }
        Guess::Archive => match blob.load().and_then(|bytes| archive::open(name, bytes)) {
            Ok(opened) => {
                if explicit && opened.members.is_empty() {
                    listing.refused.push(ReadError::Empty { file: name.into() });
                }
                for member in opened.members {
                    let full = format!("{name}/{}", member.path());
                    place(
                        listing,
                        parts,
                        &full,
                        Blob::Member(member),
                        false,
                        depth + 1,
                    );
                }
            }
            Err(error) => listing.refused.push(error),
        },
        Guess::Format(format) => listing.sources.push(Source {
            file: name.to_owned(),
            stem: stem(name).to_owned(),
            container: container(name),
            format,
            explicit,
            size: blob.size(),
            parts: vec![(extension(name), blob)],
        }),
        Guess::Nothing(reason) if explicit => listing.refused.push(ReadError::NotRecognised {
            file: name.to_owned(),
            expected: "un format connu (GeoJSON, Shapefile, GeoPackage, KML, ZIP, CSV, XLSX)",
            found: reason,
        }),
        Guess::Nothing(reason) => listing.unused.push(Unused {
            file: name.to_owned(),
            reason,
        }),
    }
}

/// Traces left by file managers, that nobody wants to hear about.
fn is_clutter(name: &str) -> bool {
    let base = base_name(name);
    name.split(['/', '\\']).any(|part| part == "__MACOSX")
        || base.starts_with("._")
        || base.starts_with("~$")
        || matches!(base, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

fn container(name: &str) -> String {
    let base = base_name(name).len();
    name[..name.len() - base]
        .trim_end_matches(['/', '\\'])
        .to_owned()
}

fn ending_as_written(name: &str) -> &str {
    base_name(name)
        .rsplit_once('.')
        .map_or("", |(_, ending)| ending)
}

#[derive(Debug)]
struct ShapefileParts {
    position: usize,
    explicit: bool,
    parts: Vec<(String, String, Blob)>,
}

impl ShapefileParts {
    fn new(position: usize) -> Self {
        Self {
            position,
            explicit: false,
            parts: Vec::new(),
        }
    }

    fn push(&mut self, name: &str, blob: Blob, explicit: bool) {
        self.explicit |= explicit;
        self.parts.push((extension(name), name.to_owned(), blob));
    }

    fn finish(self, listing: &mut Listing) {
        let main = self
            .parts
            .iter()
            .find(|(ending, ..)| ending == "shp")
            .map(|(_, name, _)| name.clone());
        let Some(file) = main else {
            let names: Vec<&str> = self
                .parts
                .iter()
                .map(|(_, name, _)| name.as_str())
                .collect();
            if self.explicit {
                listing.refused.push(ReadError::MissingPart {
                    file: names.join(", "),
                    part: "le fichier .shp".into(),
                });
            } else {
                listing.unused.extend(names.iter().map(|name| Unused {
                    file: (*name).to_owned(),
                    reason: "partie d’un Shapefile sans fichier .shp".into(),
                }));
            }
            return;
        };
        let source = Source {
            stem: stem(&file).to_owned(),
            container: container(&file),
            format: Format::Shapefile,
            explicit: self.explicit,
            size: self.parts.iter().map(|(.., blob)| blob.size()).sum(),
            parts: self
                .parts
                .into_iter()
                .map(|(ending, _, blob)| (ending, blob))
                .collect(),
            file,
        };
        let at = self.position.min(listing.sources.len());
        listing.sources.insert(at, source);
    }
}

#[cfg(test)]
pub(crate) mod tests;
