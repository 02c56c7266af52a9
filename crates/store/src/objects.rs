//! Give me the bytes of this hash. Immutable artefacts in files named by their BLAKE3, written once, shared by every
//! edition that has the same content.

use crate::disk::{self, Disk};
use crate::error::StoreError;
use crate::layout::{Layout, Workshop};
use crate::mapped::{self, SharedBytes};
use std::collections::HashSet;
use std::fmt;
use std::fs;
use std::io;
use std::path::PathBuf;

/// The BLAKE3 of an artefact, 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ObjectHash(String);

impl ObjectHash {
    /// The hash of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(blake3::hash(bytes).to_hex().to_string())
    }

    /// A hash as text.
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed =
            text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        well_formed.then(|| Self(text.to_owned()))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An artefact that is on the disk, durably.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Object {
    pub(crate) hash: ObjectHash,
    pub(crate) bytes: u64,
}

/// The folder of artefacts.
#[derive(Debug, Clone)]
pub(crate) struct Objects {
    layout: Layout,
    disk: Disk,
}

impl Objects {
    pub(crate) fn new(layout: Layout, disk: Disk) -> Self {
        Self { layout, disk }
    }

    pub(crate) fn path(&self, hash: &ObjectHash) -> PathBuf {
        self.layout.objects().join(&hash.0[..2]).join(&hash.0)
    }

    /// Keeps these bytes. When this returns they survive a power cut. What is already there and whole is not written
    /// again; what is there and altered is replaced. Nobody cleans up while the workshop is held: leave it only once a row
    /// refers to them.
    pub(crate) fn put(&self, workshop: &Workshop, bytes: &[u8]) -> Result<Object, StoreError> {
        let hash = ObjectHash::of(bytes);
        let path = self.path(&hash);
        if self.read(&hash).is_err() {
            disk::make_dir(path.parent().expect("an object is in a folder"))?;
            self.disk.write_whole(workshop.dir(), &path, bytes)?;
        }
        Ok(Object {
            hash,
            bytes: bytes.len() as u64,
        })
    }

    /// The bytes, mapped, not checked.
    pub(crate) fn map(&self, hash: &ObjectHash) -> Result<SharedBytes, StoreError> {
        let path = self.path(hash);
        mapped::map(&path).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => {
                StoreError::damaged(format!("L’artefact « {} » manque.", path.display()))
            }
            _ => StoreError::io("Impossible d’ouvrir", &path, e),
        })
    }

    /// The bytes, checked against their name.
    pub(crate) fn read(&self, hash: &ObjectHash) -> Result<SharedBytes, StoreError> {
        let bytes = self.map(hash)?;
        if ObjectHash::of((*bytes).as_ref()) != *hash {
            let path = self.path(hash);
            return Err(StoreError::damaged(format!(
                "L’artefact « {} » est altéré.",
                path.display()
            )));
        }
        Ok(bytes)
    }

    /// Removes every artefact that is not in `kept`; returns how many bytes that freed. The caller also holds the
    /// exclusive lock on artefacts, so that no backup is reading them.
    pub(crate) fn retain(
        &self,
        _workshop: &Workshop,
        kept: &HashSet<ObjectHash>,
    ) -> Result<u64, StoreError> {
        let root = self.layout.objects();
        let failed = |e| StoreError::io("Impossible de parcourir", &root, e);
        let mut freed_bytes = 0;
        for folder in fs::read_dir(&root).map_err(failed)? {
            let folder = folder.map_err(failed)?.path();
            if !folder.is_dir() {
                continue;
            }
            for entry in fs::read_dir(&folder).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                let hash = entry.file_name().to_str().and_then(ObjectHash::parse);
                // A file that is not ours is nobody's business here.
                if hash.is_some_and(|hash| !kept.contains(&hash)) {
                    freed_bytes += entry.metadata().map_or(0, |m| m.len());
                    fs::remove_file(entry.path())
                        .map_err(|e| StoreError::io("Impossible de supprimer", &entry.path(), e))?;
                }
            }
        }
        Ok(freed_bytes)
    }
}
