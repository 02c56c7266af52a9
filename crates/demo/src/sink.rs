//! Where do the files go? Wherever the caller says: this crate opens none.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Receives the files of a territory.
pub trait Sink {
    /// Where to write the file called `name`, whose only folder can be a month's (`02/…`). The writer is flushed, then dropped, when the file is whole.
    fn file(&mut self, name: &str) -> io::Result<Box<dyn Write + Send>>;
}

/// A file kept in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryFile {
    /// As in the real layouts (`reseaux_de_chaleur.geojson`).
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// Keeps every file in memory, in the order they were opened.
#[derive(Debug, Default)]
pub struct MemorySink {
    files: Vec<(String, Arc<Mutex<Vec<u8>>>)>,
}

impl MemorySink {
    /// The files written so far.
    pub fn into_files(self) -> Vec<MemoryFile> {
        self.files
            .into_iter()
            .map(|(name, bytes)| MemoryFile {
                name,
                bytes: std::mem::take(&mut bytes.lock().unwrap_or_else(PoisonError::into_inner)),
            })
            .collect()
    }
}

struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for MemorySink {
    fn file(&mut self, name: &str) -> io::Result<Box<dyn Write + Send>> {
        let bytes = Arc::new(Mutex::new(Vec::new()));
        self.files.push((name.to_owned(), Arc::clone(&bytes)));
        Ok(Box::new(Shared(bytes)))
    }
}
