//! `caloduc export`: an edition as files that others read, in a folder.

use crate::arguments::Global;
use crate::failure::Failure;
use crate::output;
use anyhow::Context;
use caloduc_engine::snapshot::Stamp;
use caloduc_formats::{Edited, Format, Shelf, Written, export};
use caloduc_store::{EditionState, Release, Store};
use clap::Args;
use serde_json::json;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Arguments of `export`.
#[derive(Debug, Args)]
pub struct Export {
    /// Dossier où écrire les fichiers, créé s’il n’existe pas ; ceux d’un export précédent sont remplacés
    #[arg(value_name = "DOSSIER", help_heading = "Arguments\u{a0}")]
    dir: PathBuf,

    /// Numéro de l’édition ou du brouillon (par défaut, l’édition en service)
    #[arg(long, value_name = "N")]
    release: Option<u32>,

    /// Formats voulus, séparés par des virgules (tous par défaut) : open-data, geojson, geopackage, flatgeobuf, geoparquet, csv, pmtiles
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', value_parser = format)]
    formats: Vec<Format>,
}

fn format(word: &str) -> Result<Format, String> {
    Format::parse(word.trim()).ok_or_else(|| {
        let known: Vec<&str> = Format::ALL.into_iter().map(Format::name).collect();
        format!("formats connus : {}", known.join(", "))
    })
}

impl Export {
    /// Writes the files.
    pub fn run(mut self, global: &Global) -> Result<(), Failure> {
        if self.formats.is_empty() {
            self.formats = Format::ALL.to_vec();
        }
        let Some(store) = global.store_if_any()? else {
            return Err(nothing_in_service());
        };
        let release = chosen(&store, self.release)?;
        let edition = store.edition(release.number)?;
        let changes = store.changes_since(release.based_on, (release.number, &edition))?;
        let stamp = Stamp {
            release: Some(release.number),
            created: release.created.as_str().to_owned(),
            fictional: false,
            revision: release.revision,
        };
        let edited = Edited {
            edition: &edition,
            stamp: &stamp,
            changes: changes.as_ref(),
        };
        let mut folder = Folder::open(&self.dir)?;
        let mut say = |format: Format| output::message(&format!("Écriture : {}", format.title()));
        let written = export(&edited, &self.formats, &mut folder, &mut say)?;
        folder.publish(&written)?;
        if global.json {
            output::json(&as_json(&release, &self.dir, &written))?;
        } else {
            output::french(&as_text(&release, &self.dir, &written))?;
        }
        Ok(())
    }
}

/// The release asked for, or the one in service.
fn chosen(store: &Store, number: Option<u32>) -> Result<Release, Failure> {
    if let Some(number) = number {
        return Ok(store.release(number)?);
    }
    let releases = store.releases()?.into_iter();
    let mut current = releases.filter(|release| release.state == EditionState::Current);
    current.next_back().ok_or_else(nothing_in_service)
}

fn nothing_in_service() -> Failure {
    Failure::Work(anyhow::anyhow!(
        "aucune édition n’est en service : « caloduc import CHEMIN… --publish » en met une, ou nommez un brouillon par --release"
    ))
}

/// A folder that gets its files at the end, each by a rename, the checksums last: whoever reads it meanwhile sees whole
/// files.
#[derive(Debug)]
struct Folder {
    dir: PathBuf,
    aside: PathBuf,
}

impl Folder {
    fn open(dir: &Path) -> anyhow::Result<Self> {
        let aside = dir.join(format!(".export-{}", std::process::id()));
        fs::create_dir_all(&aside)
            .with_context(|| format!("le dossier « {} » n’a pas pu être créé", dir.display()))?;
        Ok(Self {
            dir: dir.to_owned(),
            aside,
        })
    }

    fn publish(&self, written: &[Written]) -> anyhow::Result<()> {
        for file in written {
            let to = self.dir.join(&file.name);
            let moved = to
                .parent()
                .map_or(Ok(()), fs::create_dir_all)
                .and_then(|()| fs::rename(self.aside.join(&file.name), &to));
            moved
                .with_context(|| format!("le fichier « {} » n’a pas pu être posé", to.display()))?;
        }
        Ok(())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Left there when it cannot be removed: its name begins with a dot.
        let _ignored = fs::remove_dir_all(&self.aside);
    }
}

impl Shelf for Folder {
    fn file(&mut self, name: &str) -> io::Result<Box<dyn Write + Send + '_>> {
        let path = self.aside.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        Ok(Box::new(BufWriter::new(File::create(path)?)))
    }
}

fn as_json(release: &Release, dir: &Path, written: &[Written]) -> serde_json::Value {
    let files: Vec<serde_json::Value> = written
        .iter()
        .map(|file| json!({"name": file.name, "bytes": file.bytes, "sha256": file.sha256}))
        .collect();
    json!({
        "release": release.number,
        "created": release.created,
        "dir": dir.display().to_string(),
        "files": files,
    })
}

fn as_text(release: &Release, dir: &Path, written: &[Written]) -> String {
    let bytes: u64 = written.iter().map(|file| file.bytes).sum();
    let mut text = format!(
        "Édition n°\u{a0}{} écrite dans « {} » : {} fichiers, {} Mo.\n",
        release.number,
        dir.display(),
        written.len(),
        format!("{:.1}", bytes as f64 / 1e6).replace('.', ",")
    );
    for file in written {
        let size = format!("{:.2}", file.bytes as f64 / 1e6).replace('.', ",");
        text.push_str(&format!("  {size:>8} Mo  {}\n", file.name));
    }
    text
}
