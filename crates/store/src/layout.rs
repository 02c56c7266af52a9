//! Where is each thing in the data directory? Names, the format number, and the locks between processes.
//!
//! ```text
//! VERSION          format number, text; read before anything else
//! caloduc.db       the catalogue (SQLite, WAL)
//! objects/ab/…     immutable artefacts, named by their BLAKE3
//! addresses.idx    the address index, replaced by rename
//! downloads/       official files as they came, to be taken up or asked for again
//! published/7-…/   the files of edition 7 that can be downloaded, placed whole by one rename
//! tmp/import/      files being written by who holds import.lock: an import, a restore, a clean-up
//! tmp/addresses/   the same for addresses.lock: a build of the address index
//! tmp/backup/      the same for backup.lock: a backup
//! tmp/export/      the same for export.lock: the files of an edition
//! upgrades/        copies of the catalogue made before an upgrade
//! usage.lock       shared by whoever uses the directory, exclusive to create or upgrade it
//! objects.lock     shared by a backup that reads artefacts, exclusive to who removes some
//! ```
//! Locks are the system's (`flock`): they end with the process that holds them, however it ends.

use crate::disk;
use crate::error::StoreError;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

pub(crate) const CATALOGUE: &str = "caloduc.db";
const VERSION: &str = "VERSION";
const ADDRESSES: &str = "addresses.idx";

/// Whether a data directory was made there, be it by another version or only in part.
pub(crate) fn is_made(root: &Path) -> bool {
    root.join(VERSION).exists() || root.join(CATALOGUE).exists()
}

/// The data directory.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    root: PathBuf,
}

impl Layout {
    /// The layout under `root`, whose folders are created.
    pub(crate) fn create(root: &Path) -> Result<Self, StoreError> {
        disk::make_dir(root)?;
        // Absolute, so that a later change of working directory does not move the data.
        let root = std::path::absolute(root)
            .map_err(|e| StoreError::io("Impossible de situer le dossier", root, e))?;
        Ok(Self { root })
    }

    pub(crate) fn create_folders(&self) -> Result<(), StoreError> {
        disk::make_dir(&self.objects())?;
        disk::make_dir(&self.tmp())
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn catalogue(&self) -> PathBuf {
        self.root.join(CATALOGUE)
    }

    pub(crate) fn objects(&self) -> PathBuf {
        self.root.join("objects")
    }

    pub(crate) fn tmp(&self) -> PathBuf {
        self.root.join("tmp")
    }

    pub(crate) fn upgrades(&self) -> PathBuf {
        self.root.join("upgrades")
    }

    pub(crate) fn downloads(&self) -> PathBuf {
        self.root.join("downloads")
    }

    pub(crate) fn publications(&self) -> PathBuf {
        self.root.join("published")
    }

    pub(crate) fn address_index(&self) -> PathBuf {
        self.root.join(ADDRESSES)
    }

    /// The format number on disk; `None` for a directory that has none yet.
    pub(crate) fn format(&self) -> Result<Option<u32>, StoreError> {
        let path = self.root.join(VERSION);
        match std::fs::read_to_string(&path) {
            Ok(text) => text
                .trim()
                .parse()
                .map(Some)
                .map_err(|_text: std::num::ParseIntError| {
                    StoreError::damaged(format!(
                        "Le fichier « {} » ne contient pas un numéro de format.",
                        path.display()
                    ))
                }),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(StoreError::io("Impossible de lire", &path, e)),
        }
    }

    pub(crate) fn set_format(&self, format: u32) -> Result<(), StoreError> {
        disk::Disk::default().write_whole(
            &self.tmp(),
            &self.root.join(VERSION),
            format!("{format}\n").as_bytes(),
        )
    }

    pub(crate) fn usage_lock(&self) -> Result<Lock, StoreError> {
        Lock::at(self.root.join("usage.lock"))
    }

    pub(crate) fn objects_lock(&self) -> Result<Lock, StoreError> {
        Lock::at(self.root.join("objects.lock"))
    }
}

/// A lock between processes; released when dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    path: PathBuf,
    file: File,
}

impl Lock {
    fn at(path: PathBuf) -> Result<Self, StoreError> {
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(|e| StoreError::io("Impossible d’ouvrir le verrou", &path, e))?;
        Ok(Self { path, file })
    }

    fn failed(&self, e: std::io::Error) -> StoreError {
        StoreError::io("Impossible de prendre le verrou", &self.path, e)
    }

    /// Waits for exclusive use.
    pub(crate) fn exclusive(self) -> Result<Self, StoreError> {
        self.file.lock().map_err(|e| self.failed(e))?;
        Ok(self)
    }

    /// Waits for shared use.
    pub(crate) fn shared(self) -> Result<Self, StoreError> {
        self.file.lock_shared().map_err(|e| self.failed(e))?;
        Ok(self)
    }

    /// Exclusive use if nobody else has any.
    pub(crate) fn try_exclusive(self) -> Result<Option<Self>, StoreError> {
        match self.file.try_lock() {
            Ok(()) => Ok(Some(self)),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(e)) => Err(self.failed(e)),
        }
    }
}

/// What to do when somebody else is at work.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WhenBusy {
    /// Wait for the end of their work.
    #[default]
    Wait,
    /// Say so and stop.
    Refuse,
}

/// A place where one process at a time prepares files.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Trade {
    Import,
    Addresses,
    Backup,
    Export,
}

/// The right to write artefacts, and a folder of one's own to prepare them in, on the file system of the data. Having
/// one in hand is what functions ask for that write what somebody else could clean up.
#[derive(Debug)]
pub(crate) struct Workshop {
    dir: PathBuf,
    _lock: Lock,
}

impl Workshop {
    /// Enters, and clears what a killed predecessor left. `waiting` is called once if somebody is inside.
    pub(crate) fn enter(
        layout: &Layout,
        trade: Trade,
        when_busy: WhenBusy,
        waiting: &dyn Fn(),
    ) -> Result<Self, StoreError> {
        let name = match trade {
            Trade::Import => "import",
            Trade::Addresses => "addresses",
            Trade::Backup => "backup",
            Trade::Export => "export",
        };
        let lock_path = layout.root.join(format!("{name}.lock"));
        let lock = match (Lock::at(lock_path.clone())?.try_exclusive()?, when_busy) {
            (Some(lock), _) => lock,
            (None, WhenBusy::Refuse) => {
                return Err(StoreError::Busy {
                    dir: layout.root.clone(),
                });
            }
            (None, WhenBusy::Wait) => {
                waiting();
                Lock::at(lock_path)?.exclusive()?
            }
        };
        let dir = layout.tmp().join(name);
        disk::make_dir(&dir)?;
        let failed = |e| StoreError::io("Impossible de vider", &dir, e);
        for entry in std::fs::read_dir(&dir).map_err(failed)? {
            let path = entry.map_err(failed)?.path();
            let removed = if path.is_dir() {
                std::fs::remove_dir_all(&path)
            } else {
                std::fs::remove_file(&path)
            };
            removed.map_err(failed)?;
        }
        Ok(Self { dir, _lock: lock })
    }

    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }
}
