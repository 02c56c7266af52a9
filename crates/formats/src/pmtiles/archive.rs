//! The archive itself (PMTiles version 3): a header, a directory of tiles, metadata, leaf directories, the tiles.

use crate::error::Fault;
use caloduc_engine::tiles::TileId;
use flate2::{Compression, GzBuilder};
use std::collections::HashMap;
use std::io::Write;

/// Bytes of the header.
const HEADER: u64 = 127;
/// The header and the root directory are read at once by clients: 16 KiB.
const ROOT_AT_MOST: usize = 16_384 - HEADER as usize;
/// Entries of a leaf directory.
const LEAF: usize = 4_096;
/// Kinds of compression and of tiles in the header.
const GZIP: u8 = 2;
const MVT: u8 = 1;

/// Bytes compressed the same way each time.
pub(super) fn compressed(bytes: &[u8]) -> Vec<u8> {
    if bytes.is_empty() {
        return Vec::new();
    }
    let mut out = GzBuilder::new()
        .mtime(0)
        .write(Vec::new(), Compression::new(6));
    out.write_all(bytes)
        .and_then(|()| out.finish())
        .expect("memory takes everything")
}

/// Tiles on their way into an archive.
#[derive(Debug, Default)]
pub(super) struct Archive {
    tiles: Vec<(u64, Vec<u8>)>,
}

/// A run of tiles with the same content, or a leaf directory (run of 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    id: u64,
    offset: u64,
    length: u32,
    run: u32,
}

impl Archive {
    /// Adds a tile; one without bytes is no tile.
    pub(super) fn add(&mut self, id: TileId, tile: Vec<u8>) {
        if !tile.is_empty() {
            self.tiles.push((number(id.zoom(), id.x(), id.y()), tile));
        }
    }

    /// Writes it all.
    pub(super) fn write(
        mut self,
        metadata: &str,
        zooms: [u8; 2],
        extent: [f64; 4],
        out: &mut dyn Write,
    ) -> Result<(), Fault> {
        self.tiles.sort_by_key(|(id, _)| *id);
        let addressed = self.tiles.len() as u64;
        let (entries, data, contents) = laid(&self.tiles);
        let (root, leaves) = directories(&entries);
        let metadata = compressed(metadata.as_bytes());
        let sections = [
            root.len(),
            metadata.len(),
            leaves.len(),
            data.iter().map(|t| t.len()).sum(),
        ];
        let mut header = b"PMTiles\x03".to_vec();
        let mut offset = HEADER;
        for length in sections {
            header.extend(offset.to_le_bytes());
            header.extend((length as u64).to_le_bytes());
            offset += length as u64;
        }
        for count in [addressed, entries.len() as u64, contents] {
            header.extend(count.to_le_bytes());
        }
        // Clustered: the tiles are in the order of the directory.
        header.extend([1, GZIP, GZIP, MVT, zooms[0], zooms[1]]);
        for degrees in extent {
            header.extend(((degrees * 1e7).round() as i32).to_le_bytes());
        }
        header.push(zooms[0] + 2);
        for centre in [
            f64::midpoint(extent[0], extent[2]),
            f64::midpoint(extent[1], extent[3]),
        ] {
            header.extend(((centre * 1e7).round() as i32).to_le_bytes());
        }
        for section in [&header, &root, &metadata, &leaves] {
            out.write_all(section)?;
        }
        for tile in data {
            out.write_all(tile)?;
        }
        Ok(())
    }
}

/// Where each tile is, what is written, and how many different contents there are.
fn laid(tiles: &[(u64, Vec<u8>)]) -> (Vec<Entry>, Vec<&[u8]>, u64) {
    let (mut entries, mut data) = (Vec::<Entry>::new(), Vec::<&[u8]>::new());
    let mut known: HashMap<&[u8], u64> = HashMap::new();
    let mut end = 0;
    for (id, tile) in tiles {
        let offset = *known.entry(tile.as_slice()).or_insert_with(|| {
            let offset = end;
            end += tile.len() as u64;
            data.push(tile);
            offset
        });
        match entries.last_mut() {
            Some(last) if last.offset == offset && last.id + u64::from(last.run) == *id => {
                last.run += 1;
            }
            _ => entries.push(Entry {
                id: *id,
                offset,
                length: tile.len() as u32,
                run: 1,
            }),
        }
    }
    (entries, data, known.len() as u64)
}

/// The root directory, small enough for one read, and the leaves it leads to when the entries do not fit.
fn directories(entries: &[Entry]) -> (Vec<u8>, Vec<u8>) {
    let root = directory(entries);
    if root.len() <= ROOT_AT_MOST {
        return (root, Vec::new());
    }
    let mut size = LEAF;
    loop {
        let (mut leaves, mut pointers) = (Vec::new(), Vec::new());
        for chunk in entries.chunks(size) {
            let leaf = directory(chunk);
            pointers.push(Entry {
                id: chunk[0].id,
                offset: leaves.len() as u64,
                length: leaf.len() as u32,
                run: 0,
            });
            leaves.extend(leaf);
        }
        let root = directory(&pointers);
        if root.len() <= ROOT_AT_MOST {
            return (root, leaves);
        }
        size *= 2;
    }
}

/// Entries column by column, as variable-length numbers, compressed.
fn directory(entries: &[Entry]) -> Vec<u8> {
    let mut out = Vec::new();
    varint(&mut out, entries.len() as u64);
    let mut last = 0;
    for entry in entries {
        varint(&mut out, entry.id - last);
        last = entry.id;
    }
    for entry in entries {
        varint(&mut out, u64::from(entry.run));
    }
    for entry in entries {
        varint(&mut out, u64::from(entry.length));
    }
    let mut next = None;
    for entry in entries {
        // Zero: right after the one before.
        varint(
            &mut out,
            if next == Some(entry.offset) {
                0
            } else {
                entry.offset + 1
            },
        );
        next = Some(entry.offset + u64::from(entry.length));
    }
    compressed(&out)
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// The number of a tile: all those of smaller zooms, then its rank on the Hilbert curve of its own.
fn number(zoom: u8, x: u32, y: u32) -> u64 {
    let before = ((1_u64 << (2 * u64::from(zoom))) - 1) / 3;
    let (mut x, mut y) = (u64::from(x), u64::from(y));
    let mut rank = 0;
    let mut side = (1_u64 << zoom) / 2;
    while side > 0 {
        let (right, down) = (u64::from(x & side > 0), u64::from(y & side > 0));
        rank += side * side * ((3 * right) ^ down);
        if down == 0 {
            if right == 1 {
                x = side.wrapping_sub(1).wrapping_sub(x);
                y = side.wrapping_sub(1).wrapping_sub(y);
            }
            std::mem::swap(&mut x, &mut y);
        }
        side /= 2;
    }
    before + rank
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_are_numbered_as_the_specification_lists_them() {
        for ((zoom, x, y), expected) in [
            ((0, 0, 0), 0),
            ((1, 0, 0), 1),
            ((1, 0, 1), 2),
            ((1, 1, 1), 3),
            ((1, 1, 0), 4),
            ((2, 0, 0), 5),
            ((12, 3423, 1763), 19_078_479),
        ] {
            assert_eq!(number(zoom, x, y), expected, "{zoom}/{x}/{y}");
        }
    }

    #[test]
    fn numbers_of_a_zoom_are_all_different_and_neighbours_follow_each_other() {
        let mut places = HashMap::new();
        for x in 0..32 {
            for y in 0..32 {
                places.insert(number(5, x, y), (i64::from(x), i64::from(y)));
            }
        }
        assert_eq!(places.len(), 1024);
        let first = number(5, 0, 0);
        for rank in first..first + 1023 {
            let (a, b) = (places[&rank], places[&(rank + 1)]);
            assert_eq!((a.0 - b.0).abs() + (a.1 - b.1).abs(), 1, "{a:?} {b:?}");
        }
    }

    #[test]
    fn equal_tiles_are_kept_once_and_runs_are_one_entry() {
        let tile = |byte: u8| vec![byte; 10];
        let tiles = vec![(5, tile(1)), (6, tile(1)), (7, tile(2)), (9, tile(1))];
        let (entries, data, contents) = laid(&tiles);
        assert_eq!((entries.len(), data.len(), contents), (3, 2, 2));
        assert_eq!((entries[0].run, entries[2].offset), (2, 0));
    }

    #[test]
    fn a_large_directory_keeps_its_root_within_the_first_read() {
        let entries: Vec<Entry> = (0..200_000_u64)
            .map(|n| Entry {
                id: n * 3 + n % 2,
                offset: n * 1_000 + n * n % 97,
                length: 900 + (n * 7919 % 5000) as u32,
                run: 1,
            })
            .collect();
        let (root, leaves) = directories(&entries);
        assert!(root.len() <= ROOT_AT_MOST && !leaves.is_empty());
    }
}
