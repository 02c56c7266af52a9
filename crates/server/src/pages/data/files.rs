//! Which files of an edition does a page show? Grouped by format, with what each is good for.

use super::blocking;
use crate::api::downloads::address;
use crate::pages::{Lang, written};
use crate::publishing::Stage;
use crate::state::AppState;
use caloduc_store::{EditionFile, EditionFiles};

/// A file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileRow {
    /// Folders separated by `/`.
    pub(super) name: String,
    pub(super) href: String,
    pub(super) size: String,
    /// Hexadecimal.
    pub(super) sha256: String,
}

/// The files of a format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) title: &'static str,
    /// What it is good for.
    pub(super) purpose: &'static str,
    /// The reference system.
    pub(super) crs: &'static str,
    pub(super) size: String,
    pub(super) files: Vec<FileRow>,
}

/// What can be downloaded of an edition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Downloads {
    /// There is no edition: the territory is fictional.
    NoEdition,
    /// The files are being written.
    Preparing,
    /// They could not be written; it is tried again.
    Failed,
    /// They are there.
    Ready {
        /// The compatible archive.
        archive: Option<FileRow>,
        groups: Vec<Group>,
    },
}

impl Downloads {
    /// Those of a published edition.
    pub(super) async fn of(state: &AppState, number: Option<u32>, l: Lang) -> Self {
        let Some(number) = number else {
            return Self::NoEdition;
        };
        match blocking(state, move |store| store.edition_files(number)).await {
            None => Self::Failed,
            Some(Some(files)) => Self::ready(&files, l),
            Some(None) => match state.publishing().stage(number) {
                Stage::Preparing => Self::Preparing,
                Stage::Failed => Self::Failed,
            },
        }
    }

    fn ready(files: &EditionFiles, l: Lang) -> Self {
        let row = |file: &EditionFile| FileRow {
            name: file.name.clone(),
            href: address(files.number, &file.name),
            size: size(file.bytes, l),
            sha256: file.sha256.clone(),
        };
        let mut left: Vec<&EditionFile> = files.files.iter().collect();
        let mut groups = Vec::new();
        for (title, purpose, crs, is_of) in kinds(l) {
            let (of, others): (Vec<_>, Vec<_>) =
                left.into_iter().partition(|file| is_of(&file.name));
            left = others;
            if !of.is_empty() {
                groups.push(Group {
                    title,
                    purpose,
                    crs,
                    size: size(of.iter().map(|file| file.bytes).sum(), l),
                    files: of.into_iter().map(row).collect(),
                });
            }
        }
        Self::Ready {
            archive: files.archive().map(row),
            groups,
        }
    }
}

type Kind = (&'static str, &'static str, &'static str, fn(&str) -> bool);

/// Formats in the order of the page: title, purpose, reference system, which files.
fn kinds(l: Lang) -> [Kind; 10] {
    let degrees = "WGS84 (EPSG:4326)";
    [
        (
            l.say("Archive compatible", "Compatible archive"),
            l.say(
                "Six GeoJSON et sept Shapefile, champs et noms de l’archive nationale, dictionnaire.",
                "Six GeoJSON and seven Shapefiles with the fields and names of the national archive, dictionary.",
            ),
            "Lambert-93 (EPSG:2154)",
            |name| name.ends_with("-opendata-fcu.zip"),
        ),
        (
            "GeoPackage",
            l.say(
                "Toutes les tables et leurs styles en un fichier : QGIS et autres SIG.",
                "All tables and their styles in one file: QGIS and other GIS.",
            ),
            degrees,
            |name| name == "caloduc.gpkg",
        ),
        (
            "GeoJSON",
            l.say("Cartes en ligne, programmes.", "Web maps, programs."),
            degrees,
            |name| name.starts_with("geojson/"),
        ),
        (
            "FlatGeobuf",
            l.say(
                "Avec index : une zone se lit à distance sans tout télécharger.",
                "Indexed: an area can be read remotely without downloading all.",
            ),
            degrees,
            |name| name.starts_with("flatgeobuf/"),
        ),
        (
            "GeoParquet 1.1",
            l.say("Analyse : DuckDB, pandas, R.", "Analysis: DuckDB, pandas, R."),
            degrees,
            |name| name.starts_with("geoparquet/"),
        ),
        (
            "CSV",
            l.say("Tableurs ; la géométrie est en WKT.", "Spreadsheets; the geometry is WKT."),
            degrees,
            |name| name.starts_with("csv/"),
        ),
        (
            "PMTiles",
            l.say(
                "Tuiles vectorielles en un fichier, à poser sur n’importe quel serveur.",
                "Vector tiles in one file, for any web server.",
            ),
            l.say("Mercator (EPSG:3857)", "Mercator (EPSG:3857)"),
            |name| name == "caloduc.pmtiles",
        ),
        (
            l.say("Tableaux réglementaires", "Regulatory tables"),
            l.say("Taux et contenus en CO₂ de chaque année.", "Rates and CO₂ contents of each year."),
            "–",
            |name| name.starts_with("regulatory/"),
        ),
        (
            l.say("Schémas", "Schemas"),
            l.say(
                "Table Schema des CSV et JSON Schema des GeoJSON.",
                "Table Schema of the CSV, JSON Schema of the GeoJSON.",
            ),
            "–",
            |name| name.starts_with("schemas/"),
        ),
        (
            l.say("Notice, licence, empreintes", "Notice, licence, checksums"),
            l.say(
                "Ce que contiennent les fichiers, ce qui a changé, et de quoi les vérifier.",
                "What the files hold, what changed, and how to check them.",
            ),
            "–",
            |_| true,
        ),
    ]
}

/// A size: « 850 o », « 12,3 Mo ».
pub(super) fn size(bytes: u64, l: Lang) -> String {
    let bytes = bytes as f64;
    let unit = l.say("o", "B");
    if bytes < 1e3 {
        format!("{}\u{a0}{unit}", written::number(bytes, 0, l))
    } else if bytes < 1e6 {
        format!("{}\u{a0}k{unit}", written::short(bytes / 1e3, 1, l))
    } else {
        format!("{}\u{a0}M{unit}", written::short(bytes / 1e6, 1, l))
    }
}
