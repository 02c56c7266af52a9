//! Where are people's files while their batch is kept? Apart from everything that is served, under names that say
//! nothing: in a folder, or in a bucket that several machines share.
//!
//! A folder is written by its own code and not through `object_store`: a file is renamed there, never copied, and synced
//! before anybody is told that it is kept.

mod bucket;
mod folder;

pub use bucket::{BucketAddress, BucketUploads};
pub use folder::FolderUploads;

use crate::disk::Disk;
use crate::error::StoreError;
use std::collections::HashSet;
use std::fmt::Debug;
use std::fs::File;
use std::io::Write;
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
    /// `folder` or `bucket`.
    fn kind(&self) -> &'static str;
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

    pub(super) fn flush(&mut self) -> Result<(), StoreError> {
        self.file
            .flush()
            .map_err(|e| StoreError::io("Impossible d’écrire", self.file.path(), e))
    }

    /// The file from its start, to look at before it is kept.
    pub fn reopen(&self) -> Result<File, StoreError> {
        self.file
            .reopen()
            .map_err(|e| StoreError::io("Impossible de relire", self.file.path(), e))
    }
}
