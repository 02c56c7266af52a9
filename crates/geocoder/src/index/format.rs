//! Is this file an index, whole and of a version we read? The layout of the file from outside.
//!
//! `CALOGEO1`, blocks (each at a multiple of 8), directory (32 bytes an entry: kind, key, offset,
//! length, CRC-32, zero), trailer (40 bytes: directory offset, directory length, file length,
//! directory CRC-32, version, `CALOGEO1`). Numbers are little-endian.

use super::bytes::{u32_at, u64_at};

/// First and last bytes of every index.
pub const MAGIC: &[u8; 8] = b"CALOGEO1";
/// Version of the layout.
pub const VERSION: u32 = 1;
/// Bytes of one directory entry.
pub const ENTRY: usize = 32;
/// Bytes of the trailer.
pub const TRAILER: usize = 40;

/// What a block holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u32)]
pub enum BlockKind {
    /// Everything about one department; the key is its code as bytes.
    Segment = 1,
    /// Distinct street names with their streets.
    Names = 2,
    /// Names of communes.
    Places = 3,
    /// Postcodes with their communes.
    Postcodes = 4,
    /// Boxes of streets for the search of the nearest.
    Tree = 5,
    /// What the builder was told of the index (edition).
    Label = 6,
    /// Distinct words of street names. Not in the first files: what it is for then takes longer.
    Words = 7,
}

/// One entry of the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// `BlockKind` as a number; unknown kinds are skipped.
    pub kind: u32,
    /// Which one of this kind.
    pub key: u32,
    /// First byte.
    pub offset: u64,
    /// Length in bytes.
    pub len: u64,
    /// CRC-32 of the block.
    pub crc: u32,
}

impl Entry {
    /// Appends the entry to a directory.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.kind.to_le_bytes());
        out.extend_from_slice(&self.key.to_le_bytes());
        out.extend_from_slice(&self.offset.to_le_bytes());
        out.extend_from_slice(&self.len.to_le_bytes());
        out.extend_from_slice(&self.crc.to_le_bytes());
        out.extend_from_slice(&0_u32.to_le_bytes());
    }

    /// The block's bytes.
    pub fn block<'a>(&self, file: &'a [u8]) -> &'a [u8] {
        file.get(self.offset as usize..(self.offset + self.len) as usize)
            .unwrap_or_default()
    }
}

/// Why a file cannot be used as an index.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Other bytes than ours.
    #[error("ce fichier n’est pas un index d’adresses")]
    NotAnIndex,
    /// Made by another version of the program.
    #[error(
        "index d’adresses de version {found}, ce programme lit la version {VERSION}\u{202f}; reconstruisez-le avec «\u{a0}caloduc addresses build\u{a0}»"
    )]
    Version {
        /// Version of the file.
        found: u32,
    },
    /// Cut or altered.
    #[error(
        "l’index d’adresses est coupé ou altéré ({0})\u{202f}; reconstruisez-le ou recopiez-le"
    )]
    Damaged(&'static str),
    /// A block's checksum is wrong.
    #[error(
        "l’index d’adresses est altéré\u{a0}: le bloc {block} (genre {kind}) n’a pas sa somme de contrôle\u{202f}; reconstruisez-le ou recopiez-le"
    )]
    Checksum {
        /// Place in the directory.
        block: usize,
        /// Kind of block.
        kind: u32,
    },
}

/// Reads and checks header, trailer and directory; blocks are inside the file, their contents unchecked.
pub fn directory(file: &[u8]) -> Result<Vec<Entry>, OpenError> {
    if !file.starts_with(MAGIC) {
        return Err(OpenError::NotAnIndex);
    }
    let tail = file
        .len()
        .checked_sub(TRAILER)
        .and_then(|at| file.get(at..))
        .ok_or(OpenError::Damaged("trop court"))?;
    if tail.get(32..) != Some(MAGIC.as_slice()) {
        return Err(OpenError::Damaged("sa fin manque"));
    }
    let version = u32_at(tail, 28);
    if version != VERSION {
        return Err(OpenError::Version { found: version });
    }
    if u64_at(tail, 16) != file.len() as u64 {
        return Err(OpenError::Damaged(
            "sa longueur n’est pas celle qui y est écrite",
        ));
    }
    let (offset, len) = (u64_at(tail, 0) as usize, u64_at(tail, 8) as usize);
    let bytes = file
        .get(offset..offset.saturating_add(len))
        .filter(|_| offset.saturating_add(len) == file.len() - TRAILER && len.is_multiple_of(ENTRY))
        .ok_or(OpenError::Damaged("son répertoire est hors du fichier"))?;
    if crc32fast::hash(bytes) != u32_at(tail, 24) {
        return Err(OpenError::Damaged(
            "son répertoire n’a pas sa somme de contrôle",
        ));
    }
    bytes
        .chunks_exact(ENTRY)
        .map(|e| {
            let entry = Entry {
                kind: u32_at(e, 0),
                key: u32_at(e, 4),
                offset: u64_at(e, 8),
                len: u64_at(e, 16),
                crc: u32_at(e, 24),
            };
            entry
                .offset
                .checked_add(entry.len)
                .filter(|&end| end <= offset as u64)
                .map(|_| entry)
                .ok_or(OpenError::Damaged("un bloc est hors du fichier"))
        })
        .collect()
}

/// Compares every block with its checksum.
pub fn verify(file: &[u8]) -> Result<(), OpenError> {
    for (block, entry) in directory(file)?.iter().enumerate() {
        if crc32fast::hash(entry.block(file)) != entry.crc {
            return Err(OpenError::Checksum {
                block,
                kind: entry.kind,
            });
        }
    }
    Ok(())
}
