//! Putting aside.

use super::{
    ADDRESSES, BackupSummary, BulkProgress, CATALOGUE, Entry, LAYOUT, MANIFEST, Manifest, Tally,
};
use super::{hash_file, object_name};
use crate::catalogue::{Catalogue, FORMAT};
use crate::disk;
use crate::error::StoreError;
use crate::layout::{Trade, WhenBusy};
use crate::moment::Moment;
use crate::store::Store;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// Light compression: artefacts are compressed already.
const LEVEL: i32 = 1;

impl Store {
    /// Writes everything to one file, which appears whole, by rename, or not at all; a file of that name is replaced.
    /// Other processes serve and import meanwhile: the backup is of the instant it began.
    pub fn backup(
        &self,
        file: &Path,
        now: &Moment,
        progress: &BulkProgress<'_>,
    ) -> Result<BackupSummary, StoreError> {
        let workshop = self.workshop(Trade::Backup, WhenBusy::Wait, &|| ())?;
        // Taken before the catalogue is copied, so that nothing the copy refers to goes away.
        let _no_clean_up = self.inner.layout.objects_lock()?.shared()?;
        let copy = workshop.dir().join(CATALOGUE);
        let target = copy.clone();
        self.ask(move |c| async move { c.copy_to(&target).await })?;
        let plan = self.plan(&copy, now)?;

        let file = std::path::absolute(file)
            .map_err(|e| StoreError::io("Impossible de situer", file, e))?;
        let dir = file.parent().filter(|dir| dir.is_dir()).ok_or_else(|| StoreError::Input {
            path: file.clone(),
            problem: "ce n’est pas un chemin de fichier dans un dossier qui existe\u{a0}; créez le dossier d’abord".to_owned(),
        })?;
        disk::check_room(dir, plan.manifest.total_bytes())?;
        let mut part = self.inner.disk.begin(dir)?;
        self.pack(&plan, part.as_file_mut(), progress)
            .map_err(|e| e.unwrap_or_else_io("Impossible d’écrire", &file))?;
        self.inner.disk.place(part, &file)?;
        Ok(plan.manifest.summary())
    }

    fn plan(&self, copy: &Path, now: &Moment) -> Result<Plan, StoreError> {
        let (bytes, blake3) = hash_file(copy)?;
        let mut entries = vec![Entry {
            name: CATALOGUE.to_owned(),
            bytes,
            blake3,
        }];
        let mut sources =
            vec![File::open(copy).map_err(|e| StoreError::io("Impossible de lire", copy, e))?];
        let path = copy.to_owned();
        // The copy is what counts: the catalogue in service may have moved on already.
        let (objects, releases) = self.ask(move |_live| async move {
            let copy = Catalogue::open(&path).await?;
            let answer = (copy.referenced().await?, copy.releases().await?);
            copy.close().await;
            Ok(answer)
        })?;
        for object in objects {
            let path = self.inner.objects.path(&object.hash);
            entries.push(Entry {
                name: object_name(&object.hash),
                bytes: object.bytes,
                blake3: object.hash.to_string(),
            });
            sources.push(
                File::open(&path).map_err(|e| StoreError::io("Impossible de lire", &path, e))?,
            );
        }
        let addresses = self.address_index_path();
        // Opened once: a new index renamed over it meanwhile does not change these bytes.
        if let Ok(index) = File::open(&addresses) {
            let failed = |e| StoreError::io("Impossible de lire", &addresses, e);
            let mut hasher = blake3::Hasher::new();
            io::copy(&mut &index, &mut hasher).map_err(failed)?;
            io::Seek::rewind(&mut &index).map_err(failed)?;
            entries.push(Entry {
                name: ADDRESSES.to_owned(),
                bytes: hasher.count(),
                blake3: hasher.finalize().to_hex().to_string(),
            });
            sources.push(index);
        }
        let current = releases
            .iter()
            .find(|r| r.state == crate::EditionState::Current)
            .map(|r| r.number);
        let manifest = Manifest {
            caloduc_backup: LAYOUT,
            format: FORMAT,
            created: now.clone(),
            current,
            editions: releases.len() as u64,
            entries,
        };
        Ok(Plan {
            manifest,
            sources,
            objects_root: self.inner.layout.objects(),
        })
    }

    fn pack(
        &self,
        plan: &Plan,
        file: &mut File,
        progress: &BulkProgress<'_>,
    ) -> Result<(), PackError> {
        let gated = Gated {
            store: self,
            inner: file,
        };
        let mut encoder = zstd::Encoder::new(BufWriter::with_capacity(1 << 20, gated), LEVEL)?;
        encoder.include_checksum(true)?;
        let mut archive = tar::Builder::new(encoder);
        let text = serde_json::to_vec_pretty(&plan.manifest).map_err(io::Error::from)?;
        append(&mut archive, MANIFEST, text.len() as u64, &text[..])?;
        let total = plan.manifest.total_bytes();
        let mut done = 0;
        for (entry, source) in plan.manifest.entries.iter().zip(&plan.sources) {
            let mut tally = Tally::new(source.take(entry.bytes), done, total, progress);
            append(&mut archive, &entry.name, entry.bytes, &mut tally)?;
            if tally.hash() != entry.blake3 {
                let path = plan.objects_root.join(&entry.name);
                let what = format!(
                    "L’artefact « {} » est altéré\u{a0}: aucune sauvegarde n’a été écrite.",
                    path.display()
                );
                return Err(PackError::Store(StoreError::damaged(what)));
            }
            done += entry.bytes;
        }
        let mut written = archive.into_inner()?.finish()?;
        written.flush()?;
        Ok(())
    }
}

struct Plan {
    manifest: Manifest,
    sources: Vec<File>,
    objects_root: PathBuf,
}

enum PackError {
    Io(io::Error),
    Store(StoreError),
}

impl From<io::Error> for PackError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl PackError {
    fn unwrap_or_else_io(self, action: &'static str, path: &Path) -> StoreError {
        match self {
            Self::Io(error) => StoreError::io(action, path, error),
            Self::Store(error) => error,
        }
    }
}

/// `tar` pads a source that ends early with nothing: a short artefact is an error here, not a broken archive.
fn append<W: Write>(
    archive: &mut tar::Builder<W>,
    name: &str,
    bytes: u64,
    source: impl Read,
) -> io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o644);
    header.set_mtime(0);
    header.set_entry_type(tar::EntryType::Regular);
    archive.append_data(&mut header, name, source)
}

/// The file, with the store's gate in front.
struct Gated<'a> {
    store: &'a Store,
    inner: &'a mut File,
}

impl Write for Gated<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.store.inner.disk.admit(bytes.len() as u64)?;
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
