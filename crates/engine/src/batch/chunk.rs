//! A run of rows, as a small CSV: the same few thousand rows whoever reads the file, however often.

use super::layout::Layout;
use crate::crs::LonLat;
use crate::table::records::push_cell;
use crate::table::{Cells, Record};
use std::borrow::Cow;

/// Rows of a chunk, at most.
pub const CHUNK_ROWS: usize = 5_000;

/// Bytes after which a chunk takes no further row.
pub const CHUNK_BYTES: usize = 4 << 20;

/// The point a row carries beside its cells: none, one, or why it cannot be used.
pub type RowPoint = Result<Option<LonLat>, String>;

/// Consecutive rows of a file, at most [`CHUNK_ROWS`] and about [`CHUNK_BYTES`]. Where a file is cut depends on the file
/// and on how it is read ([`Reading`](super::Reading)), on nothing else.
#[derive(Debug, Clone)]
pub struct Chunk {
    /// Its number, from 0.
    pub index: u64,
    /// Number of its first row, from 0, titles not counted.
    pub first_row: u64,
    pub(super) bytes: Vec<u8>,
    pub(super) records: Vec<Record>,
    pub(super) delimiter: u8,
    /// Columns of the file.
    pub(super) width: usize,
    /// What people count before the first row: the row of titles.
    pub(super) titles_rows: u64,
    /// Points of the rows, for the formats that carry them; else empty.
    pub(super) points: Vec<RowPoint>,
}

impl Chunk {
    /// How many rows.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The cells of a row: one for each column of the file. A short row is completed with empty cells; of a long one, the
    /// last cells are joined by the delimiter, as they are in the results.
    pub fn row(&self, at: usize) -> Vec<Cow<'_, str>> {
        let mut cells = Cells::new();
        cells.cut(&self.bytes, &self.records[at], self.delimiter);
        (0..self.width)
            .map(|column| self.cell(&cells, column))
            .collect()
    }

    /// Number of a row as people count it: the row of titles, when there is one, is row 1.
    pub fn line(&self, at: usize) -> u64 {
        self.first_row + at as u64 + 1 + self.titles_rows
    }

    /// What stands in a column of a row that was cut into `cells`; of a row too long, in its last column too.
    pub(super) fn asked<'b>(&'b self, cells: &Cells, column: usize) -> Cow<'b, str> {
        cells.text(&self.bytes, column).unwrap_or_default()
    }

    /// A cell of a row that was cut into `cells`, the last of a row too long being all that is left.
    pub(super) fn cell(&self, cells: &Cells, column: usize) -> Cow<'_, str> {
        if column + 1 == self.width && cells.len() > self.width {
            let delimiter = char::from(self.delimiter).to_string();
            let rest: Vec<Cow<'_, str>> = (column..cells.len())
                .filter_map(|i| cells.text(&self.bytes, i))
                .collect();
            return Cow::Owned(rest.join(&delimiter));
        }
        cells.text(&self.bytes, column).unwrap_or_default()
    }

    /// What is odd about the row itself, in French; mostly nothing.
    pub(super) fn remark(&self, at: usize, cells: &Cells) -> String {
        if self.records[at].broken_at.is_some() {
            format!("ligne {} : guillemet jamais fermé", self.line(at))
        } else if cells.len() > self.width {
            format!(
                "ligne {} : {} cellules au lieu de {}, les dernières sont réunies",
                self.line(at),
                cells.len(),
                self.width
            )
        } else {
            String::new()
        }
    }

    /// Appends the user's cells of a row as they were; a row too short is completed, one too long has its last cells in
    /// one, so that our columns stand under their titles.
    pub(super) fn write_row(&self, at: usize, cells: &mut Cells, out: &mut Vec<u8>) {
        let record = &self.records[at];
        cells.cut(&self.bytes, record, self.delimiter);
        let broken = record.broken_at.is_some();
        if !broken && cells.len() <= self.width {
            out.extend_from_slice(&self.bytes[record.start..record.end]);
            out.extend(std::iter::repeat_n(
                self.delimiter,
                self.width - cells.len(),
            ));
            return;
        }
        for column in 0..self.width {
            if column > 0 {
                out.push(self.delimiter);
            }
            let joined = column + 1 == self.width && cells.len() > self.width;
            if broken || joined {
                push_cell(&self.cell(cells, column), self.delimiter, out);
            } else {
                out.extend_from_slice(cells.raw(&self.bytes, column).unwrap_or_default());
            }
        }
    }
}

/// Makes chunks from rows of cells, for the formats that are not text.
#[derive(Debug)]
pub struct ChunkBuilder {
    delimiter: u8,
    width: usize,
    titles_rows: u64,
    index: u64,
    row: u64,
    bytes: Vec<u8>,
    records: Vec<Record>,
    points: Vec<RowPoint>,
}

impl ChunkBuilder {
    /// Starts before the first row.
    pub fn new(layout: &Layout) -> Self {
        Self {
            delimiter: layout.delimiter as u8,
            width: layout.columns.len(),
            titles_rows: layout.titles.rows(),
            index: 0,
            row: 0,
            bytes: Vec::new(),
            records: Vec::new(),
            points: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn push(&mut self, cells: impl IntoIterator<Item = impl AsRef<str>>) {
        let start = self.bytes.len();
        for (column, cell) in cells.into_iter().enumerate() {
            if column > 0 {
                self.bytes.push(self.delimiter);
            }
            push_cell(cell.as_ref(), self.delimiter, &mut self.bytes);
        }
        let end = self.bytes.len();
        self.bytes.push(b'\n');
        self.records.push(Record {
            start,
            end,
            next: end + 1,
            quoted: true,
            broken_at: None,
        });
    }

    /// Adds a row that carries a point.
    pub fn push_placed(
        &mut self,
        cells: impl IntoIterator<Item = impl AsRef<str>>,
        point: RowPoint,
    ) {
        self.push(cells);
        self.points.push(point);
    }

    /// Whether the chunk takes no further row.
    pub fn is_full(&self) -> bool {
        self.records.len() >= CHUNK_ROWS || self.bytes.len() >= CHUNK_BYTES
    }

    /// The chunk, and a new one begins; `None` without rows.
    pub fn take(&mut self) -> Option<Chunk> {
        if self.records.is_empty() {
            return None;
        }
        let records = std::mem::take(&mut self.records);
        let chunk = Chunk {
            index: self.index,
            first_row: self.row,
            bytes: std::mem::take(&mut self.bytes),
            delimiter: self.delimiter,
            width: self.width,
            titles_rows: self.titles_rows,
            points: std::mem::take(&mut self.points),
            records,
        };
        self.index += 1;
        self.row += chunk.len() as u64;
        Some(chunk)
    }
}
