//! `caloduc addresses build`: files to one index, put in place of the old one when it is whole.

use super::sources::{Source, Sources};
use crate::arguments::Global;
use crate::counted::{Passage, size};
use crate::failure::Failure;
use crate::output;
use anyhow::{Context, anyhow};
use caloduc_engine::report::{count, counted};
use caloduc_geocoder::source::SourceReport;
use caloduc_geocoder::{BuildReport, IndexBuilder, SharedGeocoder};
use caloduc_store::{PendingAddressIndex, Store, WhenBusy, mapped};
use clap::Args;
use std::fs::File;
use std::io::BufWriter;
use std::path::PathBuf;

/// Arguments of `addresses build`.
#[derive(Debug, Args)]
pub struct Build {
    /// Fichiers ou dossiers : adresses et lieux-dits de la BAN (CSV, gzip ou non), contours de communes (GeoJSON), codes et populations (COG), codes postaux (La Poste)
    #[arg(value_name = "CHEMIN", required = true, help_heading = "Arguments ")]
    paths: Vec<PathBuf>,

    /// Repartir de rien au lieu de garder les départements absents des fichiers
    #[arg(long)]
    replace_all: bool,

    /// Mots gardés dans l’index et montrés par « addresses info » (édition, date)
    #[arg(long, value_name = "TEXTE")]
    label: Option<String>,
}

/// What becomes of the departments that no file brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Others {
    /// They stay as they are in the current index.
    Stay,
    /// They go.
    Go,
}

/// What was built, and from what.
#[derive(Debug, serde::Serialize)]
pub struct Built {
    pub index: BuildReport,
    pub files: Vec<FileReport>,
    pub ignored: Vec<PathBuf>,
}

/// What came of one file.
#[derive(Debug, serde::Serialize)]
pub struct FileReport {
    pub path: PathBuf,
    pub kind: caloduc_geocoder::SourceKind,
    #[serde(flatten)]
    pub rows: SourceReport,
}

impl Build {
    /// Builds and says what came of it.
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let sources = Sources::find(&self.paths)?;
        let store = global.store()?;
        let others = if self.replace_all {
            Others::Go
        } else {
            Others::Stay
        };
        let built = build_index(&store, sources, others, self.label.as_deref())?;
        if global.json {
            output::json(&built)?;
        } else {
            output::french(&built.summary(&store))?;
        }
        Ok(())
    }
}

impl Built {
    fn summary(&self, store: &Store) -> String {
        let sum = |f: fn(&caloduc_geocoder::index::builder::DepartmentInfo) -> u64| -> u64 {
            self.index.departments.iter().map(f).sum()
        };
        let mut text = format!(
            "{}, {} voies et lieux-dits, {}, {} : {} dans {}",
            counted(sum(|d| d.addresses), "adresse", "adresses"),
            count(sum(|d| d.streets)),
            counted(sum(|d| d.communes), "commune", "communes"),
            counted(
                self.index.departments.len() as u64,
                "département",
                "départements"
            ),
            size(self.index.bytes),
            store.address_index_path().display()
        );
        if self.index.duplicates > 0 {
            text.push_str(&format!(
                "\n{} adresses données plusieurs fois, gardées une fois",
                count(self.index.duplicates)
            ));
        }
        if !self.index.kept.is_empty() {
            text.push_str(&format!(
                "\ndépartements gardés tels quels : {}",
                self.index.kept.join(", ")
            ));
        }
        text
    }
}

/// Builds the index of `sources` into the store and puts it in place of the current one, whole or not at all.
pub fn build_index(
    store: &Store,
    sources: Sources,
    others: Others,
    label: Option<&str>,
) -> anyhow::Result<Built> {
    let old = match others {
        Others::Stay => store.address_index()?,
        Others::Go => None,
    };
    let old_bytes: &[u8] = old.as_ref().map_or(&[], |bytes| (**bytes).as_ref());
    let expected = sources.expected_index_bytes() + old_bytes.len() as u64;
    let mut pending = store.begin_address_index(expected, WhenBusy::Wait, &|| {
        output::message(
            "Une autre construction de l’index est en cours ; j’attends qu’elle finisse.",
        );
    })?;
    let builder = if old.is_some() {
        IndexBuilder::completing(old_bytes)
            .context("reconstruisez l’index en entier avec --replace-all")?
    } else {
        IndexBuilder::new()
    };
    let scratch = tempfile::tempfile_in(pending.scratch_dir())
        .context("impossible de créer un fichier intermédiaire")?;
    let mut builder = builder
        .with_scratch(Box::new(scratch))
        .with_label(label.unwrap_or_default());
    let files = read(&mut builder, &sources.files)?;
    let index = write(builder, &mut pending)?;
    check(&pending)?;
    pending.commit()?;
    Ok(Built {
        index,
        files,
        ignored: sources.ignored,
    })
}

fn read(builder: &mut IndexBuilder<'_>, sources: &[Source]) -> anyhow::Result<Vec<FileReport>> {
    let total = sources.iter().map(|s| s.bytes).sum();
    let passage = Passage::start("Lecture", total);
    let mut faulty = Vec::new();
    let mut reports = Vec::with_capacity(sources.len());
    for source in sources {
        let name = source.path.display().to_string();
        let named = || format!("« {name} »");
        passage.note(&format!("Lecture de {name}"));
        let file = File::open(&source.path).with_context(named)?;
        let rows = builder
            .add(source.kind, passage.through(file))
            .map_err(|e| anyhow!("{} : {e}", named()))?;
        if rows.faulty > 0 {
            faulty.push(faults(&name, &rows));
        }
        reports.push(FileReport {
            path: source.path.clone(),
            kind: source.kind,
            rows,
        });
    }
    drop(passage);
    for text in faulty {
        output::message(&text);
    }
    Ok(reports)
}

/// The first problems of a file, as lines for a person.
fn faults(name: &str, rows: &SourceReport) -> String {
    const SHOWN: usize = 3;
    let mut text = format!(
        "{name} : {} lignes à problème sur {}",
        count(rows.faulty),
        count(rows.rows)
    );
    for problem in rows.problems.iter().take(SHOWN) {
        text.push_str(&format!(
            "\n  ligne {}, {} : {}",
            problem.row, problem.column, problem.why
        ));
    }
    if rows.faulty as usize > SHOWN {
        text.push_str("\n  … (toutes avec --json)");
    }
    text
}

fn write(
    builder: IndexBuilder<'_>,
    pending: &mut PendingAddressIndex,
) -> anyhow::Result<BuildReport> {
    let passage = Passage::start("Écriture", 0);
    let out = BufWriter::with_capacity(1 << 20, pending.file_mut());
    Ok(builder.finish(passage.through(out))?)
}

/// Reads the whole new index back before it is put in place.
fn check(pending: &PendingAddressIndex) -> anyhow::Result<()> {
    let bytes = mapped::map(pending.path()).context("impossible de relire le nouvel index")?;
    Ok(SharedGeocoder::open(bytes)?.verify()?)
}
