//! People's files in a folder of the data directory, or of a file system that machines share.

use super::{ORPHAN_AFTER, Receiving, UploadName, Uploads};
use crate::disk::{self, Disk};
use crate::error::StoreError;
use std::collections::HashSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

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
        self.folder.join(name.as_str())
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn disk(&self) -> &Disk {
        &self.disk
    }

    /// A file that nothing but its holder reaches, gone when closed.
    pub(super) fn unnamed(&self) -> Result<File, StoreError> {
        tempfile::tempfile_in(&self.folder)
            .map_err(|e| StoreError::io("Impossible de créer un fichier dans", &self.folder, e))
    }
}

impl Uploads for FolderUploads {
    fn kind(&self) -> &'static str {
        "folder"
    }

    fn receive(&self) -> Result<Receiving, StoreError> {
        Ok(Receiving {
            file: self.disk.begin(&self.folder)?,
            disk: self.disk.clone(),
            bytes: 0,
        })
    }

    fn keep(&self, mut received: Receiving, name: &UploadName) -> Result<(), StoreError> {
        received.flush()?;
        self.disk.place(received.file, &self.path(name))
    }

    fn open(&self, name: &UploadName) -> Result<File, StoreError> {
        let path = self.path(name);
        File::open(&path).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => StoreError::UploadGone,
            _ => StoreError::io("Impossible d’ouvrir", &path, e),
        })
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
