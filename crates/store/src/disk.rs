//! How do bytes reach the disk so that a crash cannot leave half a file under a final name? Written under `tmp/` of the
//! same file system, synced, renamed, and the folder synced.

use crate::error::StoreError;
use std::fmt::Debug;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use tempfile::NamedTempFile;

/// Asked before each piece of an artefact is written; an error stands for what the system would say. It is how tests
/// fill a disk, and how a host can put a quota on the data directory.
pub trait WriteGate: Debug + Send + Sync {
    /// Whether `bytes` more may be written.
    fn admit(&self, bytes: u64) -> io::Result<()>;
}

/// Room kept free on top of any estimate: the catalogue's journal and the system need some.
pub(crate) const SPARE_BYTES: u64 = 16 << 20;

const PIECE_BYTES: usize = 1 << 20;

/// The way to the disk, with the gate on it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk {
    pub(crate) gate: Option<Arc<dyn WriteGate>>,
}

impl Disk {
    /// A new file under `tmp`, to be written through [`Disk::write`] and placed by [`Disk::place`]; removed if dropped.
    #[allow(clippy::unused_self)] // files are begun, written and placed through the same gate
    pub(crate) fn begin(&self, tmp: &Path) -> Result<NamedTempFile, StoreError> {
        let mut builder = tempfile::Builder::new();
        builder.prefix("part-");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o644));
        }
        builder
            .tempfile_in(tmp)
            .map_err(|e| StoreError::io("Impossible de créer un fichier dans", tmp, e))
    }

    /// Appends `bytes` to `file`.
    pub(crate) fn write(&self, file: &mut NamedTempFile, bytes: &[u8]) -> Result<(), StoreError> {
        for piece in bytes.chunks(PIECE_BYTES) {
            self.admit(piece.len() as u64)
                .and_then(|()| file.write_all(piece))
                .map_err(|e| StoreError::io("Impossible d’écrire", file.path(), e))?;
        }
        Ok(())
    }

    pub(crate) fn admit(&self, bytes: u64) -> io::Result<()> {
        self.gate.as_ref().map_or(Ok(()), |gate| gate.admit(bytes))
    }

    /// Gives `file` its final name, durably: synced, renamed over whatever was there, folder synced.
    pub(crate) fn place(&self, file: NamedTempFile, target: &Path) -> Result<(), StoreError> {
        let failed = |e| StoreError::io("Impossible d’enregistrer", target, e);
        self.admit(0).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        file.persist(target).map_err(|e| failed(e.error))?;
        sync_dir(
            target
                .parent()
                .expect("a target is inside the data directory"),
        )
    }

    /// Writes a whole file durably.
    pub(crate) fn write_whole(
        &self,
        tmp: &Path,
        target: &Path,
        bytes: &[u8],
    ) -> Result<(), StoreError> {
        let mut file = self.begin(tmp)?;
        self.write(&mut file, bytes)?;
        self.place(file, target)
    }
}

/// Makes the names in a folder durable.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), StoreError> {
    File::open(dir)
        .and_then(|f| f.sync_all())
        .map_err(|e| StoreError::io("Impossible de synchroniser le dossier", dir, e))
}

/// Creates a folder and makes its name durable; nothing when it is there.
pub(crate) fn make_dir(dir: &Path) -> Result<(), StoreError> {
    if dir.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(dir)
        .map_err(|e| StoreError::io("Impossible de créer le dossier", dir, e))?;
    match dir.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => sync_dir(parent),
        _ => Ok(()),
    }
}

/// Bytes that an ordinary user can still write on the file system of `dir`; `None` where the system does not say.
#[cfg(unix)]
pub fn free_bytes(dir: &Path) -> Option<u64> {
    let stat = rustix::fs::statvfs(dir).ok()?;
    Some(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// Bytes that an ordinary user can still write on the file system of `dir`; `None` where the system does not say.
#[cfg(not(unix))]
pub fn free_bytes(_dir: &Path) -> Option<u64> {
    None
}

/// Refuses big work that cannot fit: `needed_bytes` and a spare must be free under `dir`.
pub fn check_room(dir: &Path, needed_bytes: u64) -> Result<(), StoreError> {
    let needed_bytes = needed_bytes.saturating_add(SPARE_BYTES);
    match free_bytes(dir) {
        Some(free_bytes) if free_bytes < needed_bytes => Err(StoreError::NoRoom {
            dir: dir.to_owned(),
            needed_bytes,
            free_bytes,
        }),
        _ => Ok(()),
    }
}
