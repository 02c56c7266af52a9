//! Where are people's files while their batch is kept? Apart from everything that is served: in a folder of its own,
//! under names that say nothing.

use crate::disk::{self, Disk};
use crate::error::StoreError;
use std::collections::HashSet;
use std::fmt::Debug;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tempfile::NamedTempFile;

/// A file that no batch needs, older than this, is one whose batch was never kept or is erased.
const ORPHAN_AFTER: Duration = Duration::from_hours(2);

/// The name of a kept file: letters and figures, drawn at random.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadName(String);

impl UploadName {
    /// A name of 128 random bits.
    pub fn new(random: [u8; 16]) -> Self {
        Self(random.iter().fold(String::new(), |mut text, byte| {
            text.push_str(&format!("{byte:02x}"));
            text
        }))
    }

    /// A name as kept; `None` for what could lead elsewhere.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
        fits.then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A place for people's files. All of it blocks.
pub trait Uploads: Debug + Send + Sync {
    /// Starts to receive a file.
    fn receive(&self) -> Result<Receiving, StoreError>;
    /// Keeps a file received whole, under a name.
    fn keep(&self, received: Receiving, name: &UploadName) -> Result<(), StoreError>;
    /// Opens a kept file, from its start.
    fn open(&self, name: &UploadName) -> Result<File, StoreError>;
    /// Erases a kept file; nothing when it is not there.
    fn erase(&self, name: &UploadName) -> Result<(), StoreError>;
    /// Erases the files that no batch needs; how many.
    fn sweep(&self, in_use: &HashSet<String>, now: SystemTime) -> Result<usize, StoreError>;
}

/// A file being received; gone when dropped.
#[derive(Debug)]
pub struct Receiving {
    file: NamedTempFile,
    disk: Disk,
    bytes: u64,
}

impl Receiving {
    /// Appends bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.disk.write(&mut self.file, bytes)?;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    /// Bytes received.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The file from its start, to look at before it is kept.
    pub fn reopen(&self) -> Result<File, StoreError> {
        self.file
            .reopen()
            .map_err(|e| StoreError::io("Impossible de relire", self.file.path(), e))
    }
}

/// Files in a folder; several machines share one through their file system.
#[derive(Debug, Clone)]
pub struct FolderUploads {
    folder: PathBuf,
    disk: Disk,
}

impl FolderUploads {
    /// The folder, made when it is not there, closed to other users of the machine.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        disk::make_dir(folder)?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
                .map_err(|e| StoreError::io("Impossible de protéger le dossier", folder, e))?;
        }
        Ok(Self {
            folder: folder.to_owned(),
            disk: Disk::default(),
        })
    }

    /// The same, asked before each write.
    #[must_use]
    pub fn gated(mut self, gate: std::sync::Arc<dyn crate::WriteGate>) -> Self {
        self.disk.gate = Some(gate);
        self
    }

    fn path(&self, name: &UploadName) -> PathBuf {
        self.folder.join(&name.0)
    }
}

impl Uploads for FolderUploads {
    fn receive(&self) -> Result<Receiving, StoreError> {
        Ok(Receiving {
            file: self.disk.begin(&self.folder)?,
            disk: self.disk.clone(),
            bytes: 0,
        })
    }

    fn keep(&self, mut received: Receiving, name: &UploadName) -> Result<(), StoreError> {
        received
            .file
            .flush()
            .map_err(|e| StoreError::io("Impossible d’écrire", received.file.path(), e))?;
        self.disk.place(received.file, &self.path(name))
    }

    fn open(&self, name: &UploadName) -> Result<File, StoreError> {
        let path = self.path(name);
        File::open(&path).map_err(|e| StoreError::io("Impossible d’ouvrir", &path, e))
    }

    fn erase(&self, name: &UploadName) -> Result<(), StoreError> {
        let path = self.path(name);
        match fs::remove_file(&path) {
            Ok(()) => disk::sync_dir(&self.folder),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(e) => Err(StoreError::io("Impossible d’effacer", &path, e)),
        }
    }

    fn sweep(&self, in_use: &HashSet<String>, now: SystemTime) -> Result<usize, StoreError> {
        let failed = |e| StoreError::io("Impossible de lire", &self.folder, e);
        let mut erased = 0;
        for entry in fs::read_dir(&self.folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let modified = entry.metadata().and_then(|m| m.modified());
            let is_old =
                modified.is_ok_and(|at| now.duration_since(at).is_ok_and(|age| age > ORPHAN_AFTER));
            if is_old && !in_use.contains(&name) {
                fs::remove_file(entry.path())
                    .map_err(|e| StoreError::io("Impossible d’effacer", &entry.path(), e))?;
                erased += 1;
            }
        }
        Ok(erased)
    }
}
