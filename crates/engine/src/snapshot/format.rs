//! How are the bytes laid out? A header, a directory of blocks, the blocks; little-endian, nothing to parse.
//!
//! ```text
//! header     64 bytes   magic, version, counts, length, checksums of the directory and of the header
//! directory  24 bytes a block: offset, length, checksum, kind
//! blocks     each starts at a multiple of 64
//! ```
//!
//! Rows refer to texts, parts, runs and trees by place and count; whatever a place says, it is looked up with a check.

use super::SnapshotError;
use crate::proximity::{FixedBox, Node, Run, Vertex};
use zerocopy::little_endian::{F64, U32, U64};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

pub(super) const MAGIC: [u8; 8] = *b"CALODUC\x1a";

/// The last format. A change that old readers would misread takes the next number; the reader then keeps the old number
/// readable, or refuses it by name. Format 2 has areas that stand for pipes; a file without any is still written in 1.
pub(super) const VERSION: u32 = 2;
/// The format of files without areas, and the first one that is read.
pub(super) const WITHOUT_AREAS: u32 = 1;

pub(super) const HEADER_BYTES: usize = 64;
pub(super) const ENTRY_BYTES: usize = 24;
pub(super) const ALIGNMENT: usize = 64;
/// More than any version will have; keeps an altered count from meaning anything.
pub(super) const MOST_BLOCKS: usize = 64;

/// No row, no tree.
pub(super) const NONE: u32 = u32::MAX;

/// Layers that have rows, in the order of [`crate::network::Layer::ALL`] but for the regulatory tables.
pub(super) const ROW_LAYERS: usize = 7;

macro_rules! record {
    ($(#[$about:meta])* $name:ident { $($(#[$note:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
        #[repr(C)]
        pub(super) struct $name { $($(#[$note])* pub(super) $field: $kind,)* }
    };
}

record! {
    /// The first 64 bytes.
    Header {
        magic: [u8; 8],
        version: U32,
        blocks: U32,
        /// Of the whole file.
        length: U64,
        directory_crc: U32,
        reserved: [u8; 32],
        /// CRC-32 of the 60 bytes before it.
        header_crc: U32,
    }
}

record! {
    /// Where a block is.
    Entry {
        offset: U64,
        length: U64,
        crc: U32,
        kind: U32,
    }
}

record! {
    /// A text in the block of texts.
    Text {
        at: U32,
        length: U32,
    }
}

record! {
    /// A run of records in another block.
    Span {
        first: U32,
        count: U32,
    }
}

record! {
    /// A tree: its items, then its nodes.
    TreePlace {
        items: Span,
        nodes: Span,
    }
}

record! {
    /// One line, ring or point of a row's shape.
    PartRecord {
        vertices: Span,
        role: U32,
    }
}

/// Roles of a part.
pub(super) const LINE: u32 = 0;
pub(super) const OUTER: u32 = 1;
pub(super) const HOLE: u32 = 2;
pub(super) const POINT: u32 = 3;

record! {
    /// One row of a layer. A number that is not known is NaN; a text that is not known is empty.
    RowRecord {
        key: Text,
        id: Text,
        name: Text,
        operator: Text,
        owner: Text,
        communes: Text,
        /// A priority area's links: keys, joined.
        links: Text,
        /// All the attributes and the figures of the years, JSON.
        attributes: Text,
        renewable_rate_pct: F64,
        co2_direct_kg_per_kwh: F64,
        co2_lca_kg_per_kwh: F64,
        /// Degrees; NaN without shape.
        west: F64,
        south: F64,
        east: F64,
        north: F64,
        parts: Span,
        runs: Span,
        /// A priority area's links: places of rows, in the block of links.
        link_rows: Span,
        /// The tree of its own runs, or [`NONE`].
        tree: U32,
        layer: u8,
        territory: u8,
        flags: u8,
        reserved: u8,
    }
}

pub(super) const OPEN: u8 = 1;
pub(super) const CLASSIFIED_KNOWN: u8 = 2;
pub(super) const CLASSIFIED: u8 = 4;
pub(super) const HAS_PRIORITY_AREA: u8 = 8;
pub(super) const PARIS: u8 = 16;
pub(super) const ZONE: u8 = 32;
/// Its polygons stand for pipes.
pub(super) const AREA: u8 = 64;

record! {
    /// An untraced network in a commune it serves, sorted by code, then heat before cold, open before closed, then key.
    Untraced {
        code: [u8; 5],
        order: u8,
        row: U32,
    }
}

/// Which trees there are for each territory; [`TREE_ROLES`] of them, territory by territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum TreeRole {
    HeatOpen,
    HeatClosed,
    ColdOpen,
    ColdClosed,
    ProjectOpen,
    ProjectClosed,
    /// Zones of projects, and areas that stand for pipes, which are in the tree of their pipes too.
    ProjectZones,
    PriorityAreas,
    Communes,
    Markers,
}

pub(super) const TREE_ROLES: usize = 10;
pub(super) const TREES: usize = TREE_ROLES * crate::crs::Territory::ALL.len();

/// Kinds of blocks, in the order they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Kind {
    Stamp = 1,
    Texts,
    Rows,
    /// [`ROW_LAYERS`] spans of rows.
    Layers,
    Parts,
    Vertices,
    Runs,
    RunBoxes,
    /// Trees by role and territory, then rows' own.
    Trees,
    Items,
    Nodes,
    Links,
    Untraced,
    /// Places of keyed rows, in the order of their keys.
    Keys,
    /// For each item of a tree of runs, the run itself: one thing less to wait for. Not in the first files.
    ItemRuns,
}

impl Kind {
    pub(super) const ALL: [Self; 15] = [
        Self::Stamp,
        Self::Texts,
        Self::Rows,
        Self::Layers,
        Self::Parts,
        Self::Vertices,
        Self::Runs,
        Self::RunBoxes,
        Self::Trees,
        Self::Items,
        Self::Nodes,
        Self::Links,
        Self::Untraced,
        Self::Keys,
        Self::ItemRuns,
    ];

    /// Whether a file can do without.
    fn is_optional(self) -> bool {
        self == Self::ItemRuns
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Stamp => "stamp",
            Self::Texts => "texts",
            Self::Rows => "rows",
            Self::Layers => "layers",
            Self::Parts => "parts",
            Self::Vertices => "vertices",
            Self::Runs => "runs",
            Self::RunBoxes => "run boxes",
            Self::Trees => "trees",
            Self::Items => "items",
            Self::Nodes => "nodes",
            Self::Links => "links",
            Self::Untraced => "untraced",
            Self::Keys => "keys",
            Self::ItemRuns => "item runs",
        }
    }

    /// Bytes of one record.
    fn record_bytes(self) -> usize {
        match self {
            Self::Stamp | Self::Texts => 1,
            Self::Rows => size_of::<RowRecord>(),
            Self::Layers => size_of::<Span>(),
            Self::Parts => size_of::<PartRecord>(),
            Self::Vertices => size_of::<Vertex>(),
            Self::Runs | Self::ItemRuns => size_of::<Run>(),
            Self::RunBoxes => size_of::<FixedBox>(),
            Self::Trees => size_of::<TreePlace>(),
            Self::Items | Self::Links | Self::Keys => size_of::<U32>(),
            Self::Nodes => size_of::<Node>(),
            Self::Untraced => size_of::<Untraced>(),
        }
    }
}

/// Where every block of an opened file is.
#[derive(Debug, Clone)]
pub(super) struct Directory {
    places: [std::ops::Range<usize>; Kind::ALL.len()],
    crcs: [u32; Kind::ALL.len()],
}

impl Directory {
    /// Checks the header, the directory and that each block is whole and inside the file.
    pub(super) fn read(file: &[u8]) -> Result<Self, SnapshotError> {
        let (header, rest) =
            Header::read_from_prefix(file).map_err(|_short| SnapshotError::NotASnapshot)?;
        if header.magic != MAGIC {
            return Err(SnapshotError::NotASnapshot);
        }
        let (found, known) = (header.version.get(), VERSION);
        if found > known {
            return Err(SnapshotError::Newer { found, known });
        }
        if found < WITHOUT_AREAS {
            return Err(SnapshotError::Older { found, known });
        }
        if crc32fast::hash(&file[..HEADER_BYTES - 4]) != header.header_crc.get() {
            return Err(corrupt("header"));
        }
        if header.length.get() != file.len() as u64 {
            return Err(SnapshotError::Length {
                expected: header.length.get(),
                found: file.len() as u64,
            });
        }
        let blocks = header.blocks.get() as usize;
        let directory = rest
            .get(..blocks.min(MOST_BLOCKS) * ENTRY_BYTES)
            .filter(|_| blocks <= MOST_BLOCKS)
            .ok_or_else(|| corrupt("directory"))?;
        if crc32fast::hash(directory) != header.directory_crc.get() {
            return Err(corrupt("directory"));
        }
        let entries = <[Entry]>::ref_from_bytes(directory).map_err(|_odd| corrupt("directory"))?;
        let mut places = [const { 0..0 }; Kind::ALL.len()];
        let mut crcs = [0; Kind::ALL.len()];
        for (i, kind) in Kind::ALL.into_iter().enumerate() {
            let entry = match entries.iter().find(|entry| entry.kind.get() == kind as u32) {
                Some(entry) => entry,
                None if kind.is_optional() => continue,
                None => return Err(corrupt(kind.name())),
            };
            let (start, length) = (entry.offset.get(), entry.length.get());
            let end = start
                .checked_add(length)
                .filter(|end| *end <= file.len() as u64)
                .ok_or_else(|| corrupt(kind.name()))?;
            if length % kind.record_bytes() as u64 != 0 {
                return Err(corrupt(kind.name()));
            }
            places[i] = start as usize..end as usize;
            crcs[i] = entry.crc.get();
        }
        Ok(Self { places, crcs })
    }

    /// Checks every block against its checksum.
    pub(super) fn verify(&self, file: &[u8]) -> Result<(), SnapshotError> {
        for (i, kind) in Kind::ALL.into_iter().enumerate() {
            if crc32fast::hash(self.block(file, kind)) != self.crcs[i] {
                return Err(corrupt(kind.name()));
            }
        }
        Ok(())
    }

    /// The bytes of a block.
    #[inline]
    pub(super) fn block<'a>(&self, file: &'a [u8], kind: Kind) -> &'a [u8] {
        file.get(self.places[kind as usize - 1].clone())
            .unwrap_or_default()
    }

    /// The records of a block.
    #[inline]
    pub(super) fn records<'a, T>(&self, file: &'a [u8], kind: Kind) -> &'a [T]
    where
        T: FromBytes + KnownLayout + Immutable + Unaligned,
    {
        <[T]>::ref_from_bytes(self.block(file, kind)).unwrap_or_default()
    }
}

impl Span {
    pub(super) fn new(first: usize, count: usize) -> Result<Self, SnapshotError> {
        let narrow = |n: usize| {
            u32::try_from(n)
                .ok()
                .filter(|n| *n < NONE)
                .ok_or(SnapshotError::TooLarge("lignes, sommets ou textes"))
        };
        Ok(Self {
            first: narrow(first)?.into(),
            count: narrow(count)?.into(),
        })
    }

    /// Those records; none when some would be outside.
    #[inline]
    pub(super) fn of<T>(self, records: &[T]) -> &[T] {
        let first = self.first.get() as usize;
        records
            .get(first..first.saturating_add(self.count.get() as usize))
            .unwrap_or_default()
    }
}

pub(super) fn corrupt(part: &str) -> SnapshotError {
    SnapshotError::Corrupt {
        part: part.to_owned(),
    }
}

/// Places a tree has among all of them.
pub(super) fn tree_index(role: TreeRole, territory: u8) -> usize {
    usize::from(territory) * TREE_ROLES + role as usize
}

const _: () = assert!(size_of::<Header>() == HEADER_BYTES);
const _: () = assert!(size_of::<Entry>() == ENTRY_BYTES);
