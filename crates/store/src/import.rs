//! From files to a numbered draft: read, assemble on the release in service, check, keep; and back to values.

use crate::areas::snapshot_of;
use crate::catalogue::AreaRow;
use crate::disk;
use crate::editions::{EditionBytes, Published};
use crate::error::StoreError;
use crate::inputs::Inputs;
use crate::layout::{Trade, WhenBusy, Workshop};
use crate::mapped::HeldBytes;
use crate::moment::Moment;
use crate::store::Store;
use crate::translated::translated;
use caloduc_engine::area::{self, Areas};
use caloduc_engine::ingest::{self, IngestOptions, Ingested, Progress, TableKind};
use caloduc_engine::network::{Edition, Layer};
use caloduc_engine::release::{self, Diff, codec};
use caloduc_engine::report::{FileOutcome, FileStatus, Report, check};
use caloduc_engine::snapshot::{Snapshot, Stamp};
use std::borrow::Cow;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// What the person said beside the files.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// Whose rows these are: rows of other sources carry over.
    pub source: String,
    /// The table of files whose name says nothing.
    pub kind: Option<TableKind>,
    /// The year of regulatory tables.
    pub year: Option<u16>,
    /// Put the edition into service at once, unless a file was refused.
    pub publish: bool,
    /// What to do when another import is at work.
    pub when_busy: WhenBusy,
    /// The moment of the import.
    pub now: Moment,
}

impl ImportOptions {
    /// A draft of source `main`, made now, that waits for its turn.
    pub fn new(now: Moment) -> Self {
        Self {
            source: "main".to_owned(),
            kind: None,
            year: None,
            publish: false,
            when_busy: WhenBusy::Wait,
            now,
        }
    }
}

/// How far an import is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportStep {
    /// Reading files.
    Reading(Progress),
    /// Another import is at work; this one goes on when it ends.
    Waiting,
    /// Telling who is who, from one edition to the next.
    Assembling,
    /// Checking the new edition.
    Checking,
    /// Building the snapshot and writing.
    Writing,
}

/// How rows differ from the release in service, by identity alone; [`Store::diff`] says the rest.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeyChanges {
    /// Networks, projects and PDP that were not there.
    pub added: usize,
    /// Those that are no longer there.
    pub removed: usize,
    /// Those in both.
    pub kept: usize,
}

/// What an import gave.
#[derive(Debug)]
pub struct ImportOutcome {
    /// The number of the draft; `None` when no file could be read, which makes no draft.
    pub number: Option<u32>,
    /// Set when it was put into service.
    pub published: Option<Published>,
    /// What was wrong with the files. [`Report::refused`] says that the command fails.
    pub report: Report,
    /// Against the release in service.
    pub changes: KeyChanges,
}

/// What an edition takes on the disk, against the size of the files it came from.
const KEPT_FOR_READ: u64 = 2;

impl Store {
    /// Imports files, folders and archives as a new draft, and publishes it when asked to and no file was refused.
    pub fn import(
        &self,
        paths: &[PathBuf],
        options: &ImportOptions,
        progress: &dyn Fn(ImportStep),
    ) -> Result<ImportOutcome, StoreError> {
        let inputs = Inputs::find(paths)?;
        self.check_import_room(&inputs)?;
        let tell = |step: Progress| progress(ImportStep::Reading(step));
        let reading = IngestOptions {
            kind: options.kind,
            year: options.year,
            progress: Some(&tell),
        };
        let mut read = ingest::read(translated(inputs.load()?)?, &reading);
        read.files
            .extend(inputs.set_aside().iter().map(|path| ignored(path)));
        inputs.check_unchanged()?;

        let workshop = self.workshop(Trade::Import, options.when_busy, &|| {
            progress(ImportStep::Waiting);
        })?;
        self.import_read(&workshop, read, options, progress)
    }

    /// The edition as it may be published: areas stand for the lines that are not.
    pub fn edition(&self, number: u32) -> Result<Edition, StoreError> {
        let edition = self.original_edition(number)?;
        let published = area::published(&edition, &self.areas_by_key()?);
        Ok(match published {
            Cow::Borrowed(_) => edition,
            Cow::Owned(published) => published,
        })
    }

    /// The edition as it was imported, every line of it: for imports and for making snapshots, never for serving.
    pub(crate) fn original_edition(&self, number: u32) -> Result<Edition, StoreError> {
        let mut blobs = Vec::new();
        for (name, bytes) in self.layer_bytes(number)? {
            let layer = Layer::from_name(&name).ok_or_else(|| {
                StoreError::damaged(format!(
                    "L’édition n°\u{a0}{number} a une table inconnue («\u{a0}{name}\u{a0}»)."
                ))
            })?;
            blobs.push((layer, HeldBytes(bytes)));
        }
        codec::decode(&blobs).map_err(|e| StoreError::Engine {
            what: "La lecture de l’édition a échoué",
            problem: e.to_string(),
        })
    }

    /// The report of an edition's import.
    pub fn report(&self, number: u32) -> Result<Report, StoreError> {
        serde_json::from_slice((*self.report_json(number)?).as_ref()).map_err(|e| {
            StoreError::damaged(format!(
                "Le rapport de l’édition n°\u{a0}{number} est illisible ({e})."
            ))
        })
    }

    /// The snapshot of a draft or release, open.
    pub fn snapshot(&self, number: u32) -> Result<Snapshot, StoreError> {
        Snapshot::open(self.snapshot_bytes(number)?).map_err(|e| StoreError::Engine {
            what: "L’ouverture de l’instantané a échoué",
            problem: e.to_string(),
        })
    }

    /// What changed between two drafts or releases.
    pub fn diff(&self, from: u32, to: u32) -> Result<Diff, StoreError> {
        let (before, after) = (self.edition(from)?, self.edition(to)?);
        Ok(release::diff((from, &before), (to, &after)))
    }

    fn check_import_room(&self, inputs: &Inputs) -> Result<(), StoreError> {
        let in_service = self
            .current()?
            .map_or(0, |current| (*current.snapshot).as_ref().len() as u64);
        let needed = inputs
            .inflated_bytes()
            .saturating_mul(KEPT_FOR_READ)
            .saturating_add(in_service);
        disk::check_room(self.data_dir(), needed)
    }

    /// The part that is done alone: from the release in service to the one that follows it.
    fn import_read(
        &self,
        workshop: &Workshop,
        mut read: Ingested,
        options: &ImportOptions,
        progress: &dyn Fn(ImportStep),
    ) -> Result<ImportOutcome, StoreError> {
        let based_on = self.current_number()?;
        let previous = based_on
            .map(|number| self.original_edition(number))
            .transpose()?
            .unwrap_or_default();
        let files = std::mem::take(&mut read.files);
        let mut findings = std::mem::take(&mut read.findings);
        if !files.iter().any(|file| file.status == FileStatus::Read) {
            let report = Report::new(files, findings, &previous);
            return Ok(ImportOutcome {
                number: None,
                published: None,
                report,
                changes: KeyChanges::default(),
            });
        }
        progress(ImportStep::Assembling);
        let assembled = release::assemble(&previous, read, &options.source);
        findings.extend(assembled.findings);
        progress(ImportStep::Checking);
        findings.extend(check(&assembled.edition, &previous));
        let edition = assembled.edition;
        let report = Report::new(files, findings, &edition);
        let changes = key_changes(&previous, &edition);
        let mut areas = self.areas_by_key()?;
        let successors = area::successors(&previous, &edition, &areas);
        areas.extend(successors.clone());
        drop(previous);

        progress(ImportStep::Writing);
        let number = self.next_number()?;
        let stamp = Stamp {
            release: Some(number),
            created: options.now.as_str().to_owned(),
            fictional: false,
            revision: 0,
        };
        let (snapshot, layers) = encode(&edition, &areas, &stamp)?;
        let publish = options.publish && !report.refused();
        let kept = EditionBytes {
            number,
            created: options.now.clone(),
            source: options.source.clone(),
            based_on,
            summary: report.managers_line(),
            refused_files: report.summary.files_refused as u32,
            layers,
            snapshot,
            report: report.to_json().into_bytes(),
            areas: successors
                .into_iter()
                .map(|(key, metres)| AreaRow {
                    key: key.as_str().to_owned(),
                    metres,
                    decided: options.now.clone(),
                })
                .collect(),
        };
        self.keep(workshop, kept, publish.then(|| options.now.clone()))?;
        let published = publish.then_some(Published {
            number,
            replaced: based_on,
            started_from: None,
        });
        Ok(ImportOutcome {
            number: Some(number),
            published,
            report,
            changes,
        })
    }
}

/// A file that was not looked into.
fn ignored(path: &Path) -> FileOutcome {
    FileOutcome {
        file: path
            .to_string_lossy()
            .replace(std::path::MAIN_SEPARATOR, "/"),
        status: FileStatus::Ignored,
        table: None,
        epsg: None,
        rows_read: 0,
        rows_kept: 0,
    }
}

type Encoded = (Vec<u8>, Vec<(String, Vec<u8>)>);

/// Snapshot, of what may be published, and layers, of everything, made side by side.
fn encode(edition: &Edition, areas: &Areas, stamp: &Stamp) -> Result<Encoded, StoreError> {
    std::thread::scope(|scope| {
        let layers = scope.spawn(|| {
            Layer::ALL
                .map(|layer| (layer.name().to_owned(), codec::encode(edition, layer)))
                .into_iter()
                .collect()
        });
        let snapshot = snapshot_of(&area::published(edition, areas), stamp);
        let layers = layers.join().expect("writing layers does not panic");
        Ok((snapshot?, layers))
    })
}

fn key_changes(before: &Edition, after: &Edition) -> KeyChanges {
    let (old, new) = (keys(before), keys(after));
    let kept = new.intersection(&old).count();
    KeyChanges {
        added: new.len() - kept,
        removed: old.len() - kept,
        kept,
    }
}

fn keys(edition: &Edition) -> HashSet<&str> {
    let networks = edition.networks.iter().map(|row| row.key.as_str());
    let projects = edition.projects.iter().map(|row| row.key.as_str());
    let areas = edition.priority_areas.iter().map(|row| row.key.as_str());
    networks.chain(projects).chain(areas).collect()
}
