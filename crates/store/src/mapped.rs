//! How does a file become bytes without being read? The one place with `unsafe`: a read-only memory map.
//!
//! What makes it sound is a rule of the whole store, stated as absences: nothing under the data directory that can be
//! mapped (objects, the address index) is ever written to or truncated once it has its name. It is written under
//! `tmp/`, synced, renamed into place, and only ever replaced by another rename or unlinked, which leave existing maps
//! whole. Files that belong to somebody else (inputs of an import) carry no such promise: they are read, and only the
//! huge ones are mapped, with the consequence said in [`map_foreign`].

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

pub use caloduc_engine::ingest::SharedBytes;

/// Shared bytes for readers that want `AsRef<[u8]>` itself. Clones share them.
#[derive(Clone)]
pub struct HeldBytes(pub SharedBytes);

impl AsRef<[u8]> for HeldBytes {
    fn as_ref(&self) -> &[u8] {
        (*self.0).as_ref()
    }
}

impl From<Vec<u8>> for HeldBytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Arc::new(bytes))
    }
}

impl std::fmt::Debug for HeldBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HeldBytes({} bytes)", self.as_ref().len())
    }
}

/// The bytes of a file of the data directory, mapped read-only. The map lives as long as the last holder, even after
/// the file was replaced or unlinked.
#[allow(unsafe_code)]
pub fn map(path: &Path) -> io::Result<SharedBytes> {
    let file = File::open(path)?;
    if file.metadata()?.len() == 0 {
        return Ok(Arc::new(Vec::new()));
    }
    // SAFETY: the map is read-only and private to this process, and by the rule above nobody writes to or truncates a
    // file that has its final name, so the bytes cannot change or vanish under the slice. A disk that fails to read
    // back raises SIGBUS, as it would for the program's own code; checksums are verified at import and by
    // `doctor --verify`.
    let map = unsafe { memmap2::Mmap::map(&file)? };
    Ok(Arc::new(map))
}

/// The bytes of a huge file that belongs to somebody else, mapped because memory could not hold it. Should its owner
/// truncate it meanwhile, the system ends this process (SIGBUS); the data in service are safe from that, as from any
/// other crash. Long-lived processes must not come here: they import from files of their own.
#[allow(unsafe_code)]
pub(crate) fn map_foreign(file: &File) -> io::Result<SharedBytes> {
    // SAFETY: read-only and private. An owner that writes to the file while it is read can make the readers see other
    // bytes than before; they index with checks and validate what they find, so the worst is a wrong reading, which
    // the caller refuses by looking at the size and the date again once done.
    let map = unsafe { memmap2::Mmap::map(file)? };
    Ok(Arc::new(map))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_survives_the_replacement_of_its_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("index");
        std::fs::write(&path, b"old").unwrap();
        let old = map(&path).unwrap();
        let next = dir.path().join("next");
        std::fs::write(&next, b"new and longer").unwrap();
        std::fs::rename(&next, &path).unwrap();
        assert_eq!((*old).as_ref(), b"old");
        assert_eq!((*map(&path).unwrap()).as_ref(), b"new and longer");
    }

    #[test]
    fn an_empty_file_maps_to_no_bytes() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("empty");
        std::fs::write(&path, b"").unwrap();
        assert!((*map(&path).unwrap()).as_ref().is_empty());
    }
}
