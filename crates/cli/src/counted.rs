//! How many bytes have gone by? Readers and writers that tell a progress.

use crate::progress::Progress;
use std::io::{Read, Write};
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that go by in one piece of work, through any number of readers and writers.
#[derive(Debug)]
pub struct Passage {
    progress: Progress,
    done: AtomicU64,
    total: u64,
}

impl Passage {
    /// Starts: `total` is 0 when nobody knows how much there is.
    pub fn start(what: &str, total: u64) -> Self {
        let progress = Progress::start(what);
        progress.advance(0, total);
        Self {
            progress,
            done: AtomicU64::new(0),
            total,
        }
    }

    /// What is being done now.
    pub fn note(&self, what: &str) {
        let done = self.done.load(Ordering::Relaxed);
        self.progress.phase_at(what, done, self.total);
    }

    /// A reader or writer that counts what goes through it.
    pub fn through<I>(&self, inner: I) -> Counted<'_, I> {
        Counted {
            inner,
            passage: self,
        }
    }

    fn add(&self, bytes: usize) {
        let done = self.done.fetch_add(bytes as u64, Ordering::Relaxed) + bytes as u64;
        self.progress.advance(done, self.total);
    }
}

/// See [`Passage::through`].
#[derive(Debug)]
pub struct Counted<'p, I> {
    inner: I,
    passage: &'p Passage,
}

impl<R: Read> Read for Counted<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.passage.add(read);
        Ok(read)
    }
}

impl<W: Write> Write for Counted<'_, W> {
    fn write(&mut self, buffer: &[u8]) -> std::io::Result<usize> {
        let written = self.inner.write(buffer)?;
        self.passage.add(written);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

/// `7,2 Mo`.
pub fn size(bytes: u64) -> String {
    let (size, unit) = match bytes {
        0..1_000 => return format!("{bytes} octets"),
        1_000..1_000_000 => (bytes as f64 / 1e3, "ko"),
        1_000_000..1_000_000_000 => (bytes as f64 / 1e6, "Mo"),
        _ => (bytes as f64 / 1e9, "Go"),
    };
    format!("{size:.1} {unit}").replace('.', ",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_go_by_are_counted_and_come_out_as_they_were() {
        let passage = Passage::start("Lecture", 6);
        let mut out = Vec::new();
        passage.through(&b"abc"[..]).read_to_end(&mut out).unwrap();
        passage.through(&mut out).write_all(b"def").unwrap();
        assert_eq!(out, b"abcdef");
        assert_eq!(passage.done.load(Ordering::Relaxed), 6);
        assert_eq!(size(512), "512 octets");
        assert_eq!(size(7_249_000), "7,2 Mo");
    }
}
