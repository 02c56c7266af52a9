//! Where is the address index? One opaque file, mapped by readers, replaced as a whole by rename.

use crate::disk;
use crate::error::StoreError;
use crate::layout::{Trade, WhenBusy, Workshop};
use crate::mapped::{self, SharedBytes};
use crate::store::Store;
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// An address index being written. Dropped without [`PendingAddressIndex::commit`], it leaves the old one as it was.
#[derive(Debug)]
pub struct PendingAddressIndex {
    store: Store,
    workshop: Workshop,
    file: NamedTempFile,
}

impl Store {
    /// Where the index is, whether or not there is one.
    pub fn address_index_path(&self) -> PathBuf {
        self.inner.layout.address_index()
    }

    /// The index, mapped; `None` when none was built.
    pub fn address_index(&self) -> Result<Option<SharedBytes>, StoreError> {
        let path = self.address_index_path();
        match mapped::map(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(e) if e.kind() == ErrorKind::NotFound => Ok(None),
            Err(e) => Err(StoreError::io("Impossible d’ouvrir", &path, e)),
        }
    }

    /// Starts a new index, of about `expected_bytes`, in a folder that nobody else touches; one build at a time.
    pub fn begin_address_index(
        &self,
        expected_bytes: u64,
        when_busy: WhenBusy,
        waiting: &dyn Fn(),
    ) -> Result<PendingAddressIndex, StoreError> {
        let workshop = self.workshop(Trade::Addresses, when_busy, waiting)?;
        disk::check_room(self.data_dir(), expected_bytes)?;
        let file = self.inner.disk.begin(workshop.dir())?;
        Ok(PendingAddressIndex {
            store: self.clone(),
            workshop,
            file,
        })
    }
}

impl PendingAddressIndex {
    /// The file to write the index to, at its start.
    pub fn file_mut(&mut self) -> &mut File {
        self.file.as_file_mut()
    }

    /// Its path, for builders that prefer one; it must be written in place, not replaced.
    pub fn path(&self) -> &Path {
        self.file.path()
    }

    /// A folder for intermediate files, emptied by the next build.
    pub fn scratch_dir(&self) -> &Path {
        self.workshop.dir()
    }

    /// Puts the index into service: synced, renamed over the old one. Maps of the old one stay valid.
    pub fn commit(self) -> Result<(), StoreError> {
        let target = self.store.address_index_path();
        self.store.inner.disk.place(self.file, &target)
    }
}
