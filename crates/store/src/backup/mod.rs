//! How is everything put aside in one file, and taken back? A backup is a `tar` compressed with zstd, that ordinary
//! tools can list: `manifest.json` first (what follows, sizes and BLAKE3), then `caloduc.db` (a copy of the catalogue at
//! one instant), `objects/…` (every artefact it refers to) and `addresses.idx` when there is one.
//!
//! Both ways work while other processes serve and import. A backup reads a copy of the catalogue and artefacts that
//! nobody may remove meanwhile. A restore checks every byte before anything in service changes: artefacts are only
//! added, then one transaction replaces the catalogue's rows, which running services notice.

mod read;
mod write;

use crate::error::StoreError;
use crate::moment::Moment;
use crate::objects::ObjectHash;
use serde::{Deserialize, Serialize};
use std::io::{self, Read};
use std::path::Path;

pub(crate) const MANIFEST: &str = "manifest.json";
pub(crate) const CATALOGUE: &str = "caloduc.db";
pub(crate) const ADDRESSES: &str = "addresses.idx";

/// Called with the bytes done and the bytes in all.
pub type BulkProgress<'a> = dyn Fn(u64, u64) + 'a;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BackupSummary {
    /// When it was made.
    pub created: Moment,
    /// Release in service in it.
    pub current: Option<u32>,
    /// Drafts and releases in it.
    pub editions: u64,
    /// Whether the address index is in it.
    pub address_index: bool,
    /// Bytes of all that is in it, before compression.
    pub bytes: u64,
}

/// The layout of backups that this program writes.
const LAYOUT: u32 = 1;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Manifest {
    /// Layout of the backup itself.
    caloduc_backup: u32,
    /// Format of the catalogue in it.
    format: u32,
    created: Moment,
    current: Option<u32>,
    editions: u64,
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    name: String,
    bytes: u64,
    blake3: String,
}

impl Manifest {
    fn total_bytes(&self) -> u64 {
        self.entries
            .iter()
            .map(|entry| entry.bytes)
            .fold(0, u64::saturating_add)
    }

    fn summary(&self) -> BackupSummary {
        BackupSummary {
            created: self.created.clone(),
            current: self.current,
            editions: self.editions,
            address_index: self.entries.iter().any(|entry| entry.name == ADDRESSES),
            bytes: self.total_bytes(),
        }
    }
}

fn object_name(hash: &ObjectHash) -> String {
    format!("objects/{}/{hash}", &hash.as_str()[..2])
}

fn hash_of_name(name: &str) -> Option<ObjectHash> {
    let hash = ObjectHash::parse(name.strip_prefix("objects/")?.get(3..)?)?;
    (object_name(&hash) == name).then_some(hash)
}

fn hash_file(path: &Path) -> Result<(u64, String), StoreError> {
    let failed = |e| StoreError::io("Impossible de lire", path, e);
    let mut hasher = blake3::Hasher::new();
    let mut file = std::fs::File::open(path).map_err(failed)?;
    io::copy(&mut file, &mut hasher).map_err(failed)?;
    Ok((hasher.count(), hasher.finalize().to_hex().to_string()))
}

/// A reader that hashes and counts what passes.
struct Tally<'a, R> {
    inner: R,
    hasher: blake3::Hasher,
    before: u64,
    total: u64,
    progress: &'a BulkProgress<'a>,
}

impl<'a, R: Read> Tally<'a, R> {
    fn new(inner: R, before: u64, total: u64, progress: &'a BulkProgress<'a>) -> Self {
        Self {
            inner,
            hasher: blake3::Hasher::new(),
            before,
            total,
            progress,
        }
    }

    fn hash(&self) -> String {
        self.hasher.finalize().to_hex().to_string()
    }
}

impl<R: Read> Read for Tally<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..read]);
        (self.progress)(self.before + self.hasher.count(), self.total);
        Ok(read)
    }
}
