//! What are the bytes of the index of these files? Rows are gathered by department and set aside in a
//! scratch file when they grow too many; departments are then written one after the other.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Seek, SeekFrom, Write};

use rayon::prelude::*;

use super::department::{Department, Kept, SegmentBytes};
use super::format::{self, BlockKind, Entry, MAGIC, OpenError, VERSION};
use super::global::GlobalBuilder;
use super::segment::SegmentPlace;
use crate::source::communes::{self, CommuneFact};
use crate::source::territory::department_code;
use crate::source::{SourceError, SourceKind, SourceReport, ban, places};

/// Where rows wait when memory would not hold them: a temporary file.
pub trait Scratch: Read + Write + Seek + Send {}

impl<T: Read + Write + Seek + Send> Scratch for T {}

/// House numbers held in memory before the largest departments are set aside (about 60 bytes each).
const IN_MEMORY: u64 = 4_000_000;

/// Why an index could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// A file was not what it was said to be.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// The index to complete cannot be read.
    #[error("l’index à compléter est inutilisable\u{a0}: {0}")]
    Old(#[from] OpenError),
    /// Writing failed.
    #[error("l’index n’a pas pu être écrit\u{a0}: {0}")]
    Write(#[from] std::io::Error),
    /// Nothing to put in an index.
    #[error(
        "aucune adresse ni commune n’a été lue\u{a0}: il n’y a pas de quoi construire un index"
    )]
    Empty,
}

/// One department of an index.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct DepartmentInfo {
    /// `75`, `2A`, `974`.
    pub code: String,
    /// House numbers.
    pub addresses: u64,
    /// Streets and places.
    pub streets: u64,
    /// Communes.
    pub communes: u64,
    /// Bytes in the file.
    pub bytes: u64,
}

/// What was built.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct BuildReport {
    /// Departments of the index, in order.
    pub departments: Vec<DepartmentInfo>,
    /// Departments that came as they were from the old index.
    pub kept: Vec<String>,
    /// Addresses given twice and written once.
    pub duplicates: u64,
    /// Length of the file.
    pub bytes: u64,
}

/// Builds an index from files given one after the other, in any order.
pub struct IndexBuilder<'old> {
    old: Vec<(String, &'old [u8])>,
    gathered: BTreeMap<String, Department>,
    scratch: Option<Box<dyn Scratch>>,
    set_aside: BTreeMap<String, Vec<(u64, u64, u64)>>,
    scratch_len: u64,
    label: String,
    in_memory: u64,
}

impl std::fmt::Debug for IndexBuilder<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IndexBuilder")
            .field("departments", &self.gathered.len())
            .finish_non_exhaustive()
    }
}

impl Default for IndexBuilder<'_> {
    fn default() -> Self {
        Self::new()
    }
}

impl<'old> IndexBuilder<'old> {
    /// An index from nothing, gathered in memory.
    pub fn new() -> Self {
        Self {
            old: Vec::new(),
            gathered: BTreeMap::new(),
            scratch: None,
            set_aside: BTreeMap::new(),
            scratch_len: 0,
            label: String::new(),
            in_memory: IN_MEMORY,
        }
    }

    /// Starts from an index: departments that no file brings addresses for stay as they are.
    pub fn completing(old: &'old [u8]) -> Result<Self, BuildError> {
        format::verify(old)?;
        let mut builder = Self::new();
        for entry in format::directory(old)? {
            if entry.kind == BlockKind::Segment as u32 {
                builder.old.push((code_of_key(entry.key), entry.block(old)));
            }
        }
        Ok(builder)
    }

    /// Gives a temporary file where rows wait, so that memory stays bounded whatever the size of the files.
    #[must_use]
    pub fn with_scratch(mut self, scratch: Box<dyn Scratch>) -> Self {
        self.scratch = Some(scratch);
        self
    }

    /// How many house numbers may wait in memory before the largest departments go to the scratch file
    /// (four million when not said, about 60 bytes each).
    pub fn hold_at_most(&mut self, numbers: u64) {
        self.in_memory = numbers;
    }

    /// A text kept in the index and shown by `info` (the edition of the files, a date).
    #[must_use]
    pub fn with_label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds a file of a known kind, plain or gzip.
    pub fn add(
        &mut self,
        kind: SourceKind,
        reader: impl Read + Send,
    ) -> Result<SourceReport, BuildError> {
        match kind {
            SourceKind::Addresses => self.add_addresses(reader),
            SourceKind::Places => self.add_places(reader),
            SourceKind::Communes => self.add_communes(reader),
            SourceKind::Outlines => self.add_outlines(reader),
        }
    }

    /// Adds a BAN file of addresses, plain or gzip.
    pub fn add_addresses(&mut self, reader: impl Read + Send) -> Result<SourceReport, BuildError> {
        self.add_rows(|each| ban::read(reader, each), false)
    }

    /// Adds a BAN file of named places, plain or gzip.
    pub fn add_places(&mut self, reader: impl Read + Send) -> Result<SourceReport, BuildError> {
        self.add_rows(|each| places::read(reader, each), true)
    }

    /// Adds a table of communes: official code, populations, or La Poste's; told by its columns.
    pub fn add_communes(&mut self, reader: impl Read + Send) -> Result<SourceReport, BuildError> {
        Ok(communes::read_table(reader, |fact| self.add_fact(&fact))?)
    }

    /// Adds a GeoJSON of communes' outlines.
    pub fn add_outlines(&mut self, reader: impl Read + Send) -> Result<SourceReport, BuildError> {
        Ok(communes::read_outlines(reader, |fact| {
            self.add_fact(&fact);
        })?)
    }

    fn add_fact(&mut self, fact: &CommuneFact) {
        self.gathered
            .entry(department_code(&fact.citycode).to_owned())
            .or_default()
            .add_fact(fact);
    }

    fn add_rows(
        &mut self,
        read: impl FnOnce(&mut dyn FnMut(&ban::BanRow<'_>)) -> Result<SourceReport, SourceError>,
        is_place: bool,
    ) -> Result<SourceReport, BuildError> {
        let mut failed: Option<std::io::Error> = None;
        let mut since = 0_u64;
        let report = read(&mut |row| {
            let code = department_code(&row.citycode);
            if let Some(department) = self.gathered.get_mut(code) {
                department.add(row, is_place);
            } else {
                self.gathered
                    .entry(code.to_owned())
                    .or_default()
                    .add(row, is_place);
            }
            since += 1;
            if since >= 250_000 && failed.is_none() {
                since = 0;
                failed = self.make_room().err();
            }
        })?;
        if let Some(error) = failed {
            return Err(error.into());
        }
        self.make_room()?;
        Ok(report)
    }

    /// Sets the largest departments aside while too many numbers are in memory.
    fn make_room(&mut self) -> std::io::Result<()> {
        let Some(scratch) = &mut self.scratch else {
            return Ok(());
        };
        while self.gathered.values().map(|d| d.number_count).sum::<u64>() > self.in_memory {
            let Some(code) = self
                .gathered
                .iter()
                .max_by_key(|(_, d)| d.number_count)
                .map(|(c, _)| c.clone())
            else {
                break;
            };
            let segment = self
                .gathered
                .remove(&code)
                .unwrap_or_default()
                .into_segment();
            scratch.seek(SeekFrom::Start(self.scratch_len))?;
            scratch.write_all(&segment.bytes)?;
            let len = segment.bytes.len() as u64;
            self.set_aside.entry(code).or_default().push((
                self.scratch_len,
                len,
                segment.duplicates,
            ));
            self.scratch_len += len;
        }
        Ok(())
    }

    /// Everything read of one department, or nothing when the old segment stays as it is.
    fn department(&mut self, code: &str) -> Result<(Option<Department>, u64), BuildError> {
        let mut duplicates = 0;
        let mut whole: Option<Department> = self.gathered.remove(code);
        for (at, len, twice) in self.set_aside.remove(code).unwrap_or_default() {
            let mut bytes = vec![0; len as usize];
            if let Some(scratch) = &mut self.scratch {
                scratch.seek(SeekFrom::Start(at))?;
                scratch.read_exact(&mut bytes)?;
            }
            duplicates += twice;
            let part = decode(&bytes, Kept::Everything);
            match &mut whole {
                Some(d) => d.merge(part),
                None => whole = Some(part),
            }
        }
        if let (Some(department), Some((_, old))) =
            (&mut whole, self.old.iter().find(|(c, _)| c == code))
        {
            let kept = if department.has_streets() {
                Kept::Communes
            } else {
                Kept::Everything
            };
            department.merge(decode(old, kept));
        }
        Ok((whole, duplicates))
    }

    /// Writes the index. The same files give the same bytes, whatever the order they came in.
    pub fn finish(mut self, writer: impl Write) -> Result<BuildReport, BuildError> {
        let codes: BTreeSet<String> = (self.gathered.keys().cloned())
            .chain(self.set_aside.keys().cloned())
            .chain(self.old.iter().map(|(c, _)| c.clone()))
            .collect();
        if codes.is_empty() {
            return Err(BuildError::Empty);
        }
        let mut out = Output::new(writer)?;
        let mut global = GlobalBuilder::default();
        let mut report = BuildReport::default();
        let codes: Vec<String> = codes.into_iter().collect();
        for pair in codes.chunks(2) {
            let mut read = Vec::with_capacity(2);
            for code in pair {
                let (department, duplicates) = self.department(code)?;
                report.duplicates += duplicates;
                read.push((code, department));
            }
            let built: Vec<(&String, Option<SegmentBytes>)> = read
                .into_par_iter()
                .map(|(code, d)| (code, d.map(Department::into_segment)))
                .collect();
            for (code, segment) in built {
                let bytes = if let Some(s) = &segment {
                    report.duplicates += s.duplicates;
                    s.bytes.as_slice()
                } else {
                    report.kept.push(code.clone());
                    self.old
                        .iter()
                        .find(|(c, _)| c == code)
                        .map(|(_, b)| *b)
                        .unwrap_or_default()
                };
                out.block(BlockKind::Segment, key_of_code(code), bytes)?;
                let place = SegmentPlace::new(bytes, 0..bytes.len());
                let view = place.segment(bytes);
                global.add(&view);
                report.departments.push(DepartmentInfo {
                    code: code.clone(),
                    addresses: view.number_count().into(),
                    streets: view.street_count().into(),
                    communes: view.commune_count().into(),
                    bytes: bytes.len() as u64,
                });
            }
        }
        let blocks = global.finish();
        out.block(BlockKind::Names, 0, &blocks.names)?;
        out.block(BlockKind::Words, 0, &blocks.words)?;
        out.block(BlockKind::Places, 0, &blocks.places)?;
        out.block(BlockKind::Postcodes, 0, &blocks.postcodes)?;
        out.block(BlockKind::Tree, 0, &blocks.tree)?;
        out.block(BlockKind::Label, 0, self.label.as_bytes())?;
        report.bytes = out.finish()?;
        Ok(report)
    }
}

fn decode(bytes: &[u8], kept: Kept) -> Department {
    let place = SegmentPlace::new(bytes, 0..bytes.len());
    Department::from_segment(&place.segment(bytes), kept)
}

/// `2A` as a number of a directory.
fn key_of_code(code: &str) -> u32 {
    code.bytes()
        .take(4)
        .enumerate()
        .fold(0, |key, (i, b)| key | u32::from(b) << (8 * i))
}

/// The code back.
pub(crate) fn code_of_key(key: u32) -> String {
    key.to_le_bytes()
        .iter()
        .take_while(|&&b| b != 0)
        .map(|&b| char::from(b))
        .collect()
}

struct Output<W> {
    writer: W,
    at: u64,
    entries: Vec<Entry>,
}

impl<W: Write> Output<W> {
    fn new(mut writer: W) -> std::io::Result<Self> {
        writer.write_all(MAGIC)?;
        Ok(Self {
            writer,
            at: MAGIC.len() as u64,
            entries: Vec::new(),
        })
    }

    fn block(&mut self, kind: BlockKind, key: u32, bytes: &[u8]) -> std::io::Result<()> {
        self.entries.push(Entry {
            kind: kind as u32,
            key,
            offset: self.at,
            len: bytes.len() as u64,
            crc: crc32fast::hash(bytes),
        });
        self.writer.write_all(bytes)?;
        let padding = bytes.len().next_multiple_of(8) - bytes.len();
        self.writer.write_all(&[0; 8][..padding])?;
        self.at += (bytes.len() + padding) as u64;
        Ok(())
    }

    fn finish(mut self) -> std::io::Result<u64> {
        let mut directory = Vec::new();
        for entry in &self.entries {
            entry.write(&mut directory);
        }
        let total = self.at + directory.len() as u64 + format::TRAILER as u64;
        let mut trailer = Vec::with_capacity(format::TRAILER);
        trailer.extend_from_slice(&self.at.to_le_bytes());
        trailer.extend_from_slice(&(directory.len() as u64).to_le_bytes());
        trailer.extend_from_slice(&total.to_le_bytes());
        trailer.extend_from_slice(&crc32fast::hash(&directory).to_le_bytes());
        trailer.extend_from_slice(&VERSION.to_le_bytes());
        trailer.extend_from_slice(MAGIC);
        self.writer.write_all(&directory)?;
        self.writer.write_all(&trailer)?;
        self.writer.flush()?;
        Ok(total)
    }
}
