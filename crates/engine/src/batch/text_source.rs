//! The rows of a text: whole records in chunks, their bytes as they were, in UTF-8.

use super::chunk::{CHUNK_BYTES, CHUNK_ROWS, Chunk};
use super::error::BatchError;
use super::layout::{Layout, LineEnd, Reading, RowSource, SourceFormat, Titles};
use super::titles;
use crate::table::records::{Following, Record, push_cell};
use crate::table::text::{self, SAMPLE_LEN, Utf8Text};
use crate::table::{Cells, Dialect};
use std::io::Read;

/// Bytes read at a time.
const READ_BYTES: usize = 512 * 1024;

/// A record longer than this ends the reading.
const LONGEST_RECORD_MB: usize = 64;

/// Rows looked at to know whether the first one is titles.
const SAMPLE_ROWS: usize = 50;

/// The rows of a text.
#[derive(Debug)]
pub struct TextSource<R> {
    text: Utf8Text<R>,
    layout: Layout,
    delimiter: u8,
    /// UTF-8 read and not yet given out.
    waiting: Vec<u8>,
    ended: bool,
    index: u64,
    row: u64,
    /// Bytes of UTF-8 read so far.
    bytes_read: u64,
}

impl<R: Read> TextSource<R> {
    /// Reads the start of a text: its encoding, its dialect, its titles.
    pub fn open(input: R, reading: &Reading) -> Result<Self, BatchError> {
        let mut text =
            Utf8Text::with_encoding(input, reading.encoding).map_err(BatchError::Read)?;
        if let Some(kind) = text::binary_kind(text.raw_sample()) {
            return Err(BatchError::Binary(kind));
        }
        let encoding = text.encoding();
        let mut waiting = Vec::new();
        let more = text
            .read_more(SAMPLE_LEN, &mut waiting)
            .map_err(BatchError::Read)?;
        if memchr::memchr(0, &waiting).is_some() {
            return Err(BatchError::Binary("un fichier binaire"));
        }
        let following = if more {
            Following::More
        } else {
            Following::Nothing
        };
        let mut dialect = Dialect::of(&waiting, following);
        if let Some(delimiter) = reading.delimiter.and_then(|sign| u8::try_from(sign).ok()) {
            dialect.delimiter = delimiter;
        }
        let mut layout = Layout::of_cells(SourceFormat::Csv, Titles::FirstRow, Vec::new());
        layout.encoding = Some(encoding);
        layout.delimiter = char::from(dialect.delimiter);
        layout.line_end = LineEnd::of(dialect.line_end);
        let mut source = Self {
            bytes_read: waiting.len() as u64,
            text,
            layout,
            delimiter: dialect.delimiter,
            waiting,
            ended: !more,
            index: 0,
            row: 0,
        };
        source.read_titles(reading.titles)?;
        Ok(source)
    }

    fn read_titles(&mut self, said: Option<Titles>) -> Result<(), BatchError> {
        let first = self.first_record()?;
        let bytes = self.waiting[first.start..first.end].to_vec();
        let bytes = text::repair(&bytes).unwrap_or(bytes);
        let mut names: Vec<String> = self
            .cells_of(&bytes)
            .into_iter()
            .map(|name| name.trim().to_owned())
            .collect();
        let titles = said.unwrap_or_else(|| titles::guess(&names, &self.sample(first.next)));
        self.layout.titles = titles;
        match titles {
            Titles::FirstRow => {
                self.waiting.drain(..first.next);
                self.layout.header = String::from_utf8_lossy(&bytes).into_owned();
            }
            Titles::Absent => {
                names = Layout::numbered(names.len());
                let mut header = Vec::new();
                for (at, name) in names.iter().enumerate() {
                    if at > 0 {
                        header.push(self.delimiter);
                    }
                    push_cell(name, self.delimiter, &mut header);
                }
                self.layout.header = String::from_utf8_lossy(&header).into_owned();
            }
        }
        self.layout.columns = names;
        Ok(())
    }

    /// The first record that is not blank; blank lines before it are nobody's rows.
    fn first_record(&mut self) -> Result<Record, BatchError> {
        loop {
            let found = Record::find(&self.waiting, 0, self.delimiter, self.following());
            match found {
                Some(record) if record.is_blank(&self.waiting) => {
                    self.waiting.drain(..record.next);
                }
                Some(record) => return Ok(record),
                None if self.ended => return Err(BatchError::Empty),
                None => self.fill()?,
            }
        }
    }

    fn cells_of(&self, record: &[u8]) -> Vec<String> {
        let Some(whole) = Record::find(record, 0, self.delimiter, Following::Nothing) else {
            return vec![String::new()];
        };
        let mut cells = Cells::new();
        cells.cut(record, &whole, self.delimiter);
        (0..cells.len())
            .filter_map(|i| cells.text(record, i))
            .map(std::borrow::Cow::into_owned)
            .collect()
    }

    /// The rows at hand from `at`, without taking them.
    fn sample(&self, mut at: usize) -> Vec<Vec<String>> {
        let mut rows = Vec::new();
        while rows.len() < SAMPLE_ROWS {
            let found = Record::find(&self.waiting, at, self.delimiter, self.following());
            let Some(record) = found else {
                break;
            };
            at = record.next;
            if !record.is_blank(&self.waiting) {
                rows.push(self.cells_of(&self.waiting[record.start..record.end]));
            }
        }
        rows
    }

    fn following(&self) -> Following {
        if self.ended {
            Following::Nothing
        } else {
            Following::More
        }
    }

    fn fill(&mut self) -> Result<(), BatchError> {
        let before = self.waiting.len();
        if before > LONGEST_RECORD_MB << 20 {
            return Err(BatchError::EndlessRow {
                row: self.row + 1 + self.layout.titles.rows(),
                most_mb: LONGEST_RECORD_MB,
            });
        }
        // Twice as much each time, so that a long record is not scanned over and over.
        let wanted = READ_BYTES.max(before);
        let more = self
            .text
            .read_more(wanted, &mut self.waiting)
            .map_err(BatchError::Read)?;
        self.ended = !more;
        self.bytes_read += (self.waiting.len() - before) as u64;
        Ok(())
    }

    fn chunk(&mut self, bytes: Vec<u8>, records: Vec<Record>) -> Chunk {
        let (bytes, records) = match text::repair(&bytes) {
            // Stray bytes became longer: the records are elsewhere.
            Some(repaired) => {
                let records = records_of(&repaired, self.delimiter);
                (repaired, records)
            }
            None => (bytes, records),
        };
        let chunk = Chunk {
            index: self.index,
            first_row: self.row,
            delimiter: self.delimiter,
            width: self.layout.columns.len(),
            titles_rows: self.layout.titles.rows(),
            points: Vec::new(),
            bytes,
            records,
        };
        self.index += 1;
        self.row += chunk.len() as u64;
        chunk
    }
}

/// Every record of whole rows.
fn records_of(bytes: &[u8], delimiter: u8) -> Vec<Record> {
    let (mut at, mut records) = (0, Vec::new());
    while let Some(record) = Record::find(bytes, at, delimiter, Following::Nothing) {
        at = record.next;
        records.push(record);
    }
    records
}

impl<R: Read + Send> RowSource for TextSource<R> {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn next_chunk(&mut self) -> Result<Option<Chunk>, BatchError> {
        let mut records = Vec::new();
        let mut at = 0;
        while records.len() < CHUNK_ROWS && at < CHUNK_BYTES {
            let found = Record::find(&self.waiting, at, self.delimiter, self.following());
            match found {
                Some(record) => {
                    at = record.next;
                    records.push(record);
                }
                None if self.ended => break,
                None => self.fill()?,
            }
        }
        if records.is_empty() {
            return Ok(None);
        }
        let rest = self.waiting.split_off(at);
        let bytes = std::mem::replace(&mut self.waiting, rest);
        Ok(Some(self.chunk(bytes, records)))
    }

    fn bytes_read(&self) -> u64 {
        self.bytes_read
    }
}
