//! Blocks of whole records, read one after the other.

use super::error::BatchError;
use crate::table::records::{Following, Record};
use crate::table::text::{self, SAMPLE_LEN, Utf8Text};
use crate::table::{Cells, Dialect};
use std::io::Read;

/// Bytes of a block: a few thousand rows.
const BLOCK_BYTES: usize = 512 * 1024;

/// A record longer than this ends the reading.
const LONGEST_RECORD_MB: usize = 64;

/// Whole records and the bytes they are in.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) bytes: Vec<u8>,
    pub(super) records: Vec<Record>,
    /// Number of its first row; the header is row 1.
    pub(super) first_row: u64,
}

/// The rows of a text, block by block.
pub(super) struct Blocks<R> {
    text: Utf8Text<R>,
    /// UTF-8 read and not yet given out.
    waiting: Vec<u8>,
    ended: bool,
    pub(super) dialect: Dialect,
    pub(super) headers: Vec<String>,
    /// The header as written, without its line end.
    pub(super) header_bytes: Vec<u8>,
    row: u64,
    /// Bytes of UTF-8 read so far.
    pub(super) bytes_read: u64,
}

impl<R: Read> Blocks<R> {
    /// Reads the start of a text: its encoding, its dialect, its header.
    pub(super) fn open(input: R, delimiter: Option<u8>) -> Result<Self, BatchError> {
        let mut text = Utf8Text::new(input).map_err(BatchError::Read)?;
        if let Some(kind) = text::binary_kind(text.raw_sample()) {
            return Err(BatchError::Binary(kind));
        }
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
        if let Some(delimiter) = delimiter {
            dialect.delimiter = delimiter;
        }
        let mut blocks = Self {
            bytes_read: waiting.len() as u64,
            text,
            waiting,
            ended: !more,
            dialect,
            headers: Vec::new(),
            header_bytes: Vec::new(),
            row: 1,
        };
        blocks.read_header()?;
        Ok(blocks)
    }

    fn read_header(&mut self) -> Result<(), BatchError> {
        loop {
            let found = Record::find(&self.waiting, 0, self.dialect.delimiter, self.following());
            let Some(record) = found else {
                if self.ended {
                    return Err(BatchError::Empty);
                }
                self.fill()?;
                continue;
            };
            let bytes: Vec<u8> = self.waiting.drain(..record.next).collect();
            if record.is_blank(&bytes) {
                // Blank lines before the header are nobody's rows.
                continue;
            }
            let bytes = text::repair(&bytes).unwrap_or(bytes);
            let record = Record::find(&bytes, 0, self.dialect.delimiter, Following::Nothing)
                .ok_or(BatchError::Empty)?;
            let mut cells = Cells::new();
            cells.cut(&bytes, &record, self.dialect.delimiter);
            self.headers = (0..cells.len())
                .filter_map(|i| cells.text(&bytes, i))
                .map(|name| name.trim().to_owned())
                .collect();
            self.header_bytes = bytes[record.start..record.end].to_vec();
            self.row = 2;
            return Ok(());
        }
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
                row: self.row,
                most_mb: LONGEST_RECORD_MB,
            });
        }
        // Twice as much each time, so that a long record is not scanned over and over.
        let wanted = BLOCK_BYTES.max(before);
        let more = self
            .text
            .read_more(wanted, &mut self.waiting)
            .map_err(BatchError::Read)?;
        self.ended = !more;
        self.bytes_read += (self.waiting.len() - before) as u64;
        Ok(())
    }

    /// The first rows, as cells, without taking them: what columns are guessed from.
    pub(super) fn preview(&self, most: usize) -> Vec<Vec<String>> {
        let (mut at, mut rows, mut cells) = (0, Vec::new(), Cells::new());
        while rows.len() < most {
            let found = Record::find(&self.waiting, at, self.dialect.delimiter, self.following());
            let Some(record) = found else {
                break;
            };
            at = record.next;
            if record.is_blank(&self.waiting) {
                continue;
            }
            cells.cut(&self.waiting, &record, self.dialect.delimiter);
            let row = (0..cells.len()).filter_map(|i| cells.text(&self.waiting, i));
            rows.push(row.map(std::borrow::Cow::into_owned).collect());
        }
        rows
    }

    /// The next block; `None` at the end.
    pub(super) fn next_block(&mut self) -> Result<Option<Block>, BatchError> {
        let mut records = Vec::new();
        let mut at = 0;
        loop {
            let found = Record::find(&self.waiting, at, self.dialect.delimiter, self.following());
            match found {
                Some(record) => {
                    at = record.next;
                    records.push(record);
                    if at >= BLOCK_BYTES {
                        break;
                    }
                }
                None if self.ended => break,
                None if records.is_empty() || at < BLOCK_BYTES / 2 => self.fill()?,
                None => break,
            }
        }
        if records.is_empty() {
            return Ok(None);
        }
        let rest = self.waiting.split_off(at);
        let bytes = std::mem::replace(&mut self.waiting, rest);
        let first_row = self.row;
        self.row += records.len() as u64;
        Ok(Some(match text::repair(&bytes) {
            Some(repaired) => self.cut_again(repaired, first_row),
            None => Block {
                bytes,
                records,
                first_row,
            },
        }))
    }

    /// Stray bytes became longer: the records are elsewhere.
    fn cut_again(&self, bytes: Vec<u8>, first_row: u64) -> Block {
        let (mut at, mut records) = (0, Vec::new());
        while let Some(record) =
            Record::find(&bytes, at, self.dialect.delimiter, Following::Nothing)
        {
            at = record.next;
            records.push(record);
        }
        Block {
            bytes,
            records,
            first_row,
        }
    }
}
