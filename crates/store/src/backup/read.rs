//! Taking back.

use super::{
    ADDRESSES, BackupSummary, BulkProgress, CATALOGUE, LAYOUT, MANIFEST, Manifest, Tally,
    hash_of_name,
};
use crate::catalogue::{Catalogue, FORMAT, sqlite};
use crate::disk;
use crate::error::StoreError;
use crate::layout::{Trade, WhenBusy, Workshop};
use crate::objects::ObjectHash;
use crate::store::Store;
use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// No manifest is longer: a million artefacts fit.
const MANIFEST_AT_MOST_BYTES: u64 = 256 << 20;

impl Store {
    /// Replaces every edition by those of a backup. Everything is read and checked first: a truncated or altered file
    /// is refused with nothing changed. Then the catalogue's rows change in one transaction, which running services
    /// notice, and the address index, if the backup has one, by rename. Numbers given since the backup stay given.
    pub fn restore(
        &self,
        file: &Path,
        waiting: &dyn Fn(),
        progress: &BulkProgress<'_>,
    ) -> Result<BackupSummary, StoreError> {
        let workshop = self.workshop(Trade::Import, WhenBusy::Wait, waiting)?;
        let restored = self.restore_in(&workshop, file, progress);
        if let Err(error) = self.clean_up(&workshop) {
            tracing::warn!(%error, "unreferenced artefacts left for the next import to remove");
        }
        restored
    }

    fn restore_in(
        &self,
        workshop: &Workshop,
        file: &Path,
        progress: &BulkProgress<'_>,
    ) -> Result<BackupSummary, StoreError> {
        let taken = Unpacking {
            store: self,
            workshop,
            file,
            progress,
        }
        .run()?;
        let refused = |problem: String| StoreError::BadBackup {
            path: file.to_owned(),
            problem,
        };
        let catalogue = taken.catalogue.path().to_owned();
        let path = catalogue.clone();
        let (problems, referenced) = self.ask(move |_live| async move {
            let problems = sqlite::examine_copy(&path).await?;
            let copy = Catalogue::open(&path).await?;
            let referenced = copy.referenced().await?;
            copy.close().await;
            Ok((problems, referenced))
        })?;
        if let Some(problem) = problems.first() {
            return Err(refused(format!("son catalogue est abîmé ({problem}).")));
        }
        if let Some(missing) = referenced
            .iter()
            .find(|object| !taken.objects.contains(&object.hash))
        {
            return Err(refused(format!("il y manque l’artefact {}.", missing.hash)));
        }
        let areas = self.areas()?;
        self.ask(move |c| async move { c.replace_with(&catalogue).await })?;
        self.decide_again(workshop, areas)?;
        if let Some(index) = taken.addresses {
            // A build under way keeps its turn: whoever commits last wins, as between two builds.
            self.inner.disk.place(index, &self.address_index_path())?;
        }
        Ok(taken.manifest.summary())
    }
}

/// What was taken out of a backup, each byte checked.
struct Taken {
    manifest: Manifest,
    catalogue: NamedTempFile,
    objects: HashSet<ObjectHash>,
    addresses: Option<NamedTempFile>,
}

struct Unpacking<'a> {
    store: &'a Store,
    workshop: &'a Workshop,
    file: &'a Path,
    progress: &'a BulkProgress<'a>,
}

impl Unpacking<'_> {
    fn refused(&self, problem: impl Into<String>) -> StoreError {
        StoreError::BadBackup {
            path: self.file.to_owned(),
            problem: problem.into(),
        }
    }

    /// What the archive or its compression says of itself is about the backup, not about the disk.
    fn unreadable(&self, error: &io::Error) -> StoreError {
        self.refused(format!(
            "le fichier est tronqué, altéré ou n’est pas une sauvegarde ({error})."
        ))
    }

    fn run(&self) -> Result<Taken, StoreError> {
        let file = File::open(self.file).map_err(|e| StoreError::Input {
            path: self.file.to_owned(),
            problem: format!("impossible d’ouvrir cette sauvegarde ({e})"),
        })?;
        let decoder = zstd::Decoder::new(BufReader::new(file)).map_err(|e| self.unreadable(&e))?;
        let mut archive = tar::Archive::new(decoder);
        let mut entries = archive.entries().map_err(|e| self.unreadable(&e))?;
        let mut next = || entries.next().transpose().map_err(|e| self.unreadable(&e));

        let manifest = next()?.map(|entry| self.manifest(entry)).transpose()?;
        let manifest = manifest.ok_or_else(|| self.refused("elle est vide."))?;
        disk::check_room(self.store.data_dir(), manifest.total_bytes())?;
        let mut expected: HashMap<String, (u64, String)> = HashMap::new();
        for entry in &manifest.entries {
            expected.insert(entry.name.clone(), (entry.bytes, entry.blake3.clone()));
        }

        let (mut catalogue, mut addresses) = (None, None);
        let mut objects = HashSet::new();
        let (total, mut done) = (manifest.total_bytes(), 0);
        while let Some(entry) = next()? {
            let name = entry
                .path()
                .map_err(|e| self.unreadable(&e))?
                .to_string_lossy()
                .into_owned();
            let (bytes, blake3) = expected.remove(&name).ok_or_else(|| {
                self.refused(format!("elle contient « {name} », qui n’est pas annoncé."))
            })?;
            let mut tally = Tally::new(entry, done, total, self.progress);
            let part = self.extract(&mut tally)?;
            if tally.hash() != blake3 || tally.hasher.count() != bytes {
                return Err(
                    self.refused(format!("« {name} » n’est pas ce qui avait été sauvegardé."))
                );
            }
            done += bytes;
            match name.as_str() {
                CATALOGUE => catalogue = Some(part),
                ADDRESSES => addresses = Some(part),
                _ => {
                    let hash = hash_of_name(&name)
                        .filter(|hash| hash.as_str() == blake3)
                        .ok_or_else(|| {
                            self.refused(format!("« {name} » n’est pas un nom d’artefact."))
                        })?;
                    self.place_object(part, &hash)?;
                    objects.insert(hash);
                }
            }
        }
        // To the very end: the checksum of the compression comes last.
        io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(|e| self.unreadable(&e))?;
        if let Some(missing) = expected.keys().min() {
            return Err(self.refused(format!("il y manque « {missing} ».")));
        }
        let catalogue =
            catalogue.ok_or_else(|| self.refused("elle ne contient pas de catalogue."))?;
        Ok(Taken {
            manifest,
            catalogue,
            objects,
            addresses,
        })
    }

    fn manifest(&self, entry: impl Read) -> Result<Manifest, StoreError> {
        let mut text = Vec::new();
        entry
            .take(MANIFEST_AT_MOST_BYTES)
            .read_to_end(&mut text)
            .map_err(|e| self.unreadable(&e))?;
        let manifest: Manifest = serde_json::from_slice(&text).map_err(|e| {
            self.refused(format!(
                "son premier fichier n’est pas un « {MANIFEST} » lisible ({e})."
            ))
        })?;
        if manifest.caloduc_backup > LAYOUT || manifest.format > FORMAT {
            return Err(StoreError::NewerFormat {
                dir: self.file.to_owned(),
                found: manifest.format.max(manifest.caloduc_backup),
                known: FORMAT,
            });
        }
        Ok(manifest)
    }

    fn extract(&self, source: &mut impl Read) -> Result<NamedTempFile, StoreError> {
        let disk = &self.store.inner.disk;
        let mut part = disk.begin(self.workshop.dir())?;
        let mut buffer = vec![0; 1 << 20];
        loop {
            match source.read(&mut buffer).map_err(|e| self.unreadable(&e))? {
                0 => return Ok(part),
                read => disk.write(&mut part, &buffer[..read])?,
            }
        }
    }

    fn place_object(&self, part: NamedTempFile, hash: &ObjectHash) -> Result<(), StoreError> {
        let objects = &self.store.inner.objects;
        if objects.read(hash).is_ok() {
            return Ok(());
        }
        let path: PathBuf = objects.path(hash);
        disk::make_dir(path.parent().expect("an object is in a folder"))?;
        self.store.inner.disk.place(part, &path)
    }
}
