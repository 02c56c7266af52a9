//! The index, opened: what it holds, and the way in to its parts.

use crate::index::builder::{DepartmentInfo, code_of_key};
use crate::index::format::{self, BlockKind, OpenError};
use crate::index::global::{CommuneRef, Names, Places};
use crate::index::segment::{Segment, SegmentPlace};
use crate::index::words::Words;
use crate::source::territory::department_code;

/// An address index over bytes that somebody else keeps (a mapped file, a vector).
///
/// Opening checks the header, the directory and that every block is inside the file; the contents of
/// blocks are checked by [`Geocoder::verify`], and no content can make a search stop the program.
#[derive(Debug)]
pub struct Geocoder<D> {
    data: D,
    segments: Vec<SegmentSlot>,
    names: std::ops::Range<usize>,
    words: std::ops::Range<usize>,
    places: std::ops::Range<usize>,
    postcodes: std::ops::Range<usize>,
    tree: std::ops::Range<usize>,
    label: String,
}

#[derive(Debug)]
struct SegmentSlot {
    code: String,
    place: SegmentPlace,
    first_street: u32,
}

/// What an index holds.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct IndexInfo {
    /// Version of the layout.
    pub version: u32,
    /// House numbers.
    pub addresses: u64,
    /// Streets and places.
    pub streets: u64,
    /// Communes.
    pub communes: u64,
    /// Length in bytes.
    pub bytes: u64,
    /// The text given when it was built (edition, date).
    pub label: String,
    /// By department, in order.
    pub departments: Vec<DepartmentInfo>,
}

impl<D: AsRef<[u8]> + Send + Sync> Geocoder<D> {
    /// Opens an index.
    pub fn open(data: D) -> Result<Self, OpenError> {
        let file = data.as_ref();
        let (mut names, mut places, mut postcodes, mut tree) = (0..0, 0..0, 0..0, 0..0);
        let mut words = 0..0;
        let (mut segments, mut label) = (Vec::new(), String::new());
        let mut first_street = 0_u32;
        for entry in format::directory(file)? {
            let range = entry.offset as usize..(entry.offset + entry.len) as usize;
            if entry.kind == BlockKind::Segment as u32 {
                let place = SegmentPlace::new(file, range);
                let streets = place.segment(file).street_count();
                segments.push(SegmentSlot {
                    code: code_of_key(entry.key),
                    place,
                    first_street,
                });
                first_street = first_street
                    .checked_add(streets)
                    .ok_or(OpenError::Damaged("plus de voies que possible"))?;
            } else if entry.kind == BlockKind::Names as u32 {
                names = range;
            } else if entry.kind == BlockKind::Words as u32 {
                words = range;
            } else if entry.kind == BlockKind::Places as u32 {
                places = range;
            } else if entry.kind == BlockKind::Postcodes as u32 {
                postcodes = range;
            } else if entry.kind == BlockKind::Tree as u32 {
                tree = range;
            } else if entry.kind == BlockKind::Label as u32 {
                label = String::from_utf8_lossy(entry.block(file)).into_owned();
            }
        }
        Ok(Self {
            data,
            segments,
            names,
            words,
            places,
            postcodes,
            tree,
            label,
        })
    }

    /// Compares every block with its checksum. Reads the whole file.
    pub fn verify(&self) -> Result<(), OpenError> {
        format::verify(self.data.as_ref())
    }

    /// What the index holds.
    pub fn info(&self) -> IndexInfo {
        let view = self.view();
        let departments: Vec<DepartmentInfo> = self
            .segments
            .iter()
            .enumerate()
            .map(|(i, slot)| {
                let segment = view.segment(i as u16);
                DepartmentInfo {
                    code: slot.code.clone(),
                    addresses: segment.number_count().into(),
                    streets: segment.street_count().into(),
                    communes: segment.commune_count().into(),
                    bytes: slot.place.block.len() as u64,
                }
            })
            .collect();
        let sum = |f: fn(&DepartmentInfo) -> u64| departments.iter().map(f).sum();
        IndexInfo {
            version: format::VERSION,
            addresses: sum(|d| d.addresses),
            streets: sum(|d| d.streets),
            communes: sum(|d| d.communes),
            bytes: self.data.as_ref().len() as u64,
            label: self.label.clone(),
            departments,
        }
    }

    pub(crate) fn view(&self) -> View<'_> {
        let file = self.data.as_ref();
        let block = |r: &std::ops::Range<usize>| file.get(r.clone()).unwrap_or_default();
        let names = Names::new(block(&self.names));
        View {
            file,
            slots: &self.segments,
            names,
            words: Words::new(block(&self.words), names),
            places: Places::new(block(&self.places)),
            postcodes: block(&self.postcodes),
            tree: block(&self.tree),
        }
    }
}

/// The parts of an open index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a> {
    file: &'a [u8],
    slots: &'a [SegmentSlot],
    pub(crate) names: Names<'a>,
    pub(crate) words: Words<'a>,
    pub(crate) places: Places<'a>,
    pub(crate) postcodes: &'a [u8],
    pub(crate) tree: &'a [u8],
}

/// A street: its segment and its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct StreetRef {
    pub(crate) segment: u16,
    pub(crate) street: u32,
}

impl<'a> View<'a> {
    /// A segment; an empty one past the end.
    pub(crate) fn segment(&self, index: u16) -> Segment<'a> {
        static NOWHERE: SegmentPlace = SegmentPlace {
            block: 0..0,
            parts: [const { 0..0 }; crate::index::segment::PARTS],
        };
        self.slots
            .get(usize::from(index))
            .map_or_else(|| NOWHERE.segment(&[]), |s| s.place.segment(self.file))
    }

    pub(crate) fn segment_count(&self) -> u16 {
        self.slots.len() as u16
    }

    /// Place of a department's segment.
    pub(crate) fn segment_of_department(&self, code: &str) -> Option<u16> {
        self.slots
            .iter()
            .position(|s| s.code == code)
            .map(|i| i as u16)
    }

    /// Code of a segment's department.
    pub(crate) fn department(&self, segment: u16) -> &'a str {
        self.slots
            .get(usize::from(segment))
            .map_or("", |s| s.code.as_str())
    }

    /// The street of a number common to all segments.
    pub(crate) fn street_ref(&self, street: u32) -> StreetRef {
        let i = self
            .slots
            .partition_point(|s| s.first_street <= street)
            .saturating_sub(1);
        StreetRef {
            segment: i as u16,
            street: street - self.slots.get(i).map_or(0, |s| s.first_street.min(street)),
        }
    }

    /// The commune of an INSEE code.
    pub(crate) fn commune_of_code(&self, citycode: &str) -> Option<CommuneRef> {
        let segment = self.segment_of_department(department_code(citycode))?;
        let commune = self.segment(segment).find_commune(citycode)? as u16;
        Some(CommuneRef { segment, commune })
    }
}
