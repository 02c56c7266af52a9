//! Which files of an edition can be downloaded, and where are they? Every format of a release, written once, in a folder
//! of its own that appears by one rename and never changes afterwards.
//!
//! The folder is named after the edition, the bytes of its snapshot and the way files are written: another edition of
//! the same number (a restored copy) or a newer program writes another folder, and removes the one it replaces.

use crate::disk;
use crate::error::StoreError;
use crate::layout::{Trade, WhenBusy};
use crate::store::Store;
use caloduc_engine::network::Edition;
use caloduc_engine::release::{Diff, diff};
use caloduc_engine::snapshot::Stamp;
use caloduc_formats::{Edited, Format, Shelf, export};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// Counts the ways files were ever written; raised when the same edition would give other bytes.
const WAY: u32 = 1;
/// The list of files, beside them.
const LIST: &str = ".files.json";
/// Room that the files take, as a multiple of the snapshot: measured at about 4 on national data.
const ROOM: u64 = 6;

/// A file of an edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionFile {
    /// Folders separated by `/`.
    pub name: String,
    /// Size.
    pub bytes: u64,
    /// Hexadecimal.
    pub sha256: String,
}

/// The files of an edition, all written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EditionFiles {
    /// The edition.
    pub number: u32,
    /// Its files, in the order they were written.
    pub files: Vec<EditionFile>,
}

impl EditionFiles {
    /// The file of that name.
    pub fn file(&self, name: &str) -> Option<&EditionFile> {
        self.files.iter().find(|file| file.name == name)
    }

    /// The archive that the national service's clients know.
    pub fn archive(&self) -> Option<&EditionFile> {
        self.files
            .iter()
            .find(|file| file.name.ends_with("-opendata-fcu.zip"))
    }
}

impl Store {
    /// The files of an edition; `None` while they are not written.
    pub fn edition_files(&self, number: u32) -> Result<Option<EditionFiles>, StoreError> {
        let path = self.files_folder(number)?.join(LIST);
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|_bad| {
                StoreError::damaged(format!("La liste « {} » est altérée.", path.display()))
            }),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(StoreError::io("Impossible de lire", &path, e)),
        }
    }

    /// Opens a file of an edition, by a name that its list has; `None` when it has not.
    pub fn open_edition_file(
        &self,
        number: u32,
        name: &str,
    ) -> Result<Option<(EditionFile, File)>, StoreError> {
        let Some(file) = self
            .edition_files(number)?
            .and_then(|files| files.file(name).cloned())
        else {
            return Ok(None);
        };
        let path = self.files_folder(number)?.join(&file.name);
        let open =
            File::open(&path).map_err(|e| StoreError::io("Impossible d’ouvrir", &path, e))?;
        Ok(Some((file, open)))
    }

    /// Writes every format of an edition, unless they are there. Given up, and nothing left, once `stop` is set.
    pub fn write_edition_files(
        &self,
        number: u32,
        stop: &AtomicBool,
    ) -> Result<EditionFiles, StoreError> {
        let workshop = self.workshop(Trade::Export, WhenBusy::Wait, &|| ())?;
        if let Some(written) = self.edition_files(number)? {
            return Ok(written);
        }
        // Named before anything is read: what is decided meanwhile gives another name, and these files are nobody's.
        let target = self.files_folder(number)?;
        let snapshot_bytes = (*self.snapshot_bytes(number)?).as_ref().len() as u64;
        disk::check_room(self.data_dir(), snapshot_bytes.saturating_mul(ROOM))?;
        let edition = self.edition(number)?;
        let release = self.release(number)?;
        let changes = self.changes_since(release.based_on, (number, &edition))?;
        let stamp = Stamp {
            release: Some(number),
            created: release.created.as_str().to_owned(),
            fictional: false,
            revision: release.revision,
        };
        let edited = Edited {
            edition: &edition,
            stamp: &stamp,
            changes: changes.as_ref(),
        };
        let folder = workshop.dir().join("files");
        let mut shelf = Folder {
            dir: &folder,
            store: self,
            stop,
        };
        let written = export(&edited, &Format::ALL, &mut shelf, &mut |_| ()).map_err(|e| {
            StoreError::Engine {
                what: "L’écriture des fichiers d’une édition a échoué",
                problem: e.to_string(),
            }
        })?;
        let files = EditionFiles {
            number,
            files: written
                .into_iter()
                .map(|file| EditionFile {
                    name: file.name,
                    bytes: file.bytes,
                    sha256: file.sha256,
                })
                .collect(),
        };
        self.place_files(&folder, &target, &files)?;
        Ok(files)
    }

    /// What changed from the release that an edition started from.
    pub fn changes_since(
        &self,
        before: Option<u32>,
        (number, edition): (u32, &Edition),
    ) -> Result<Option<Diff>, StoreError> {
        let Some(before) = before else {
            return Ok(None);
        };
        let previous = self.edition(before)?;
        Ok(Some(diff((before, &previous), (number, edition))))
    }

    /// Gives a whole folder its name, durably, and removes what earlier programs wrote for the same edition.
    fn place_files(
        &self,
        folder: &Path,
        target: &Path,
        files: &EditionFiles,
    ) -> Result<(), StoreError> {
        let list = serde_json::to_vec_pretty(files).map_err(|e| StoreError::Engine {
            what: "La liste des fichiers d’une édition n’a pas pu être écrite",
            problem: e.to_string(),
        })?;
        let failed = |e| StoreError::io("Impossible d’enregistrer", folder, e);
        fs::write(folder.join(LIST), list).map_err(failed)?;
        sync_tree(folder).map_err(failed)?;
        let published = self.inner.layout.publications();
        disk::make_dir(&published)?;
        fs::rename(folder, target).map_err(failed)?;
        disk::sync_dir(&published)?;
        let prefix = format!("{}-", files.number);
        for entry in fs::read_dir(&published).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let same_edition = entry
                .file_name()
                .to_str()
                .is_some_and(|name| name.starts_with(&prefix));
            if same_edition && entry.path() != target {
                fs::remove_dir_all(entry.path()).map_err(failed)?;
            }
        }
        Ok(())
    }

    pub(crate) fn files_folder(&self, number: u32) -> Result<PathBuf, StoreError> {
        let (snapshot, _) = self.ask(move |c| async move { c.artefacts(number).await })?;
        let name = format!("{number}-{}-{WAY}", &snapshot.as_str()[..16]);
        Ok(self.inner.layout.publications().join(name))
    }
}

/// The folder being written.
struct Folder<'a> {
    dir: &'a Path,
    store: &'a Store,
    stop: &'a AtomicBool,
}

impl Shelf for Folder<'_> {
    fn file(&mut self, name: &str) -> io::Result<Box<dyn Write + Send + '_>> {
        let path = self.dir.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        Ok(Box::new(Gated {
            file: BufWriter::new(File::create(path)?),
            store: self.store,
            stop: self.stop,
        }))
    }
}

/// A file that the store's gate and the order to stop can refuse.
struct Gated<'a> {
    file: BufWriter<File>,
    store: &'a Store,
    stop: &'a AtomicBool,
}

impl Write for Gated<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.stop.load(Ordering::Relaxed) {
            return Err(io::Error::other("le service s’arrête"));
        }
        self.store.inner.disk.admit(bytes.len() as u64)?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn sync_tree(dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            sync_tree(&path)?;
        } else {
            File::open(&path)?.sync_all()?;
        }
    }
    File::open(dir)?.sync_all()
}
