//! The promises of this room, on editions of opaque bytes: what they say is the engine's business.

mod backups;
mod batches;
mod crashes;
mod directory;
mod imports;
mod life;

use crate::editions::EditionBytes;
use crate::layout::{Trade, WhenBusy};
use crate::{Moment, OpenOptions, Store, StoreError, WriteGate};
use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};

fn open(dir: &Path) -> Store {
    Store::open(dir, OpenOptions::default()).unwrap()
}

fn noon(day: u32) -> Moment {
    Moment::parse(&format!("2026-09-{day:02}T12:00:00Z")).unwrap()
}

/// Bytes that do not compress, different for each seed.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    blake3::Hasher::new()
        .update(&seed.to_le_bytes())
        .finalize_xof()
        .fill(&mut bytes);
    bytes
}

/// An edition whose snapshot starts with its own number, so that a reader can tell a mix of two.
fn edition(store: &Store, seed: u64, length: usize) -> Result<EditionBytes, StoreError> {
    let number = store.next_number()?;
    let mut snapshot = u64::from(number).to_le_bytes().to_vec();
    snapshot.extend(noise(seed, length));
    Ok(EditionBytes {
        number,
        created: noon(1),
        source: "main".to_owned(),
        based_on: store.current_number().unwrap(),
        summary: "1 réseau prêt, 0 à regarder, 0 refusé".to_owned(),
        refused_files: 0,
        layers: vec![
            ("heat".to_owned(), noise(seed + 1, length)),
            // Shared by every edition: must survive the removal of any of them.
            ("communes".to_owned(), noise(7_777, length)),
        ],
        snapshot,
        report: format!("{{\"seed\":{seed}}}").into_bytes(),
        areas: Vec::new(),
    })
}

fn keep(store: &Store, seed: u64, length: usize, publish: bool) -> Result<u32, StoreError> {
    let workshop = store.workshop(Trade::Import, WhenBusy::Wait, &|| ())?;
    let edition = edition(store, seed, length)?;
    let number = edition.number;
    store.keep(&workshop, edition, publish.then(|| noon(2)))?;
    Ok(number)
}

/// Everything that must hold whatever happened: the catalogue and every artefact are whole, and the current snapshot
/// is the one of the current number.
fn assert_whole(store: &Store) {
    assert_eq!(store.verify().unwrap().problems, Vec::<String>::new());
    if let Some(current) = store.current().unwrap() {
        let number = u64::from_le_bytes((*current.snapshot).as_ref()[..8].try_into().unwrap());
        assert_eq!(number, u64::from(current.number));
    }
}

fn files_under(dir: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_under(&path));
        } else {
            found.insert(path.display().to_string());
        }
    }
    found
}

/// A disk with so many bytes left.
#[derive(Debug)]
struct SmallDisk(AtomicI64);

impl SmallDisk {
    fn with_bytes(left: i64) -> Self {
        Self(AtomicI64::new(left))
    }
}

impl WriteGate for SmallDisk {
    fn admit(&self, bytes: u64) -> io::Result<()> {
        let left = self.0.fetch_sub(bytes as i64, Ordering::Relaxed) - bytes as i64;
        if left < 0 {
            Err(io::ErrorKind::StorageFull.into())
        } else {
            Ok(())
        }
    }
}
