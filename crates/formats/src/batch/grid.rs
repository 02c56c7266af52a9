//! Rows of cells to chunks, whatever spreadsheet they come from: where the titles are, how wide the table is, which blank
//! rows count.

use caloduc_engine::batch::{
    BatchError, Chunk, ChunkBuilder, Layout, Reading, RowSource, SourceFormat, Titles, guess_titles,
};
use std::collections::VecDeque;

/// Rows of a sheet.
pub(super) const ROWS_AT_MOST: u64 = 1_048_576;

/// Rows looked at to know the width and the titles.
const HEAD_ROWS: usize = 50;

/// The rows of a sheet that hold something, in order, each with its number from 1.
pub(super) trait Rows: Send {
    /// The next one; `None` at the end.
    fn next_row(&mut self) -> Result<Option<(u64, Vec<String>)>, BatchError>;

    /// Bytes of the file read so far.
    fn bytes_read(&self) -> u64;
}

/// Rows that are all in memory.
pub(super) struct Whole {
    rows: std::vec::IntoIter<(u64, Vec<String>)>,
    bytes: u64,
    count: usize,
}

impl Whole {
    pub(super) fn new(rows: Vec<(u64, Vec<String>)>, bytes: u64) -> Self {
        Self {
            count: rows.len(),
            rows: rows.into_iter(),
            bytes,
        }
    }
}

impl Rows for Whole {
    fn next_row(&mut self) -> Result<Option<(u64, Vec<String>)>, BatchError> {
        let filled = |row: &(u64, Vec<String>)| row.1.iter().any(|cell| !cell.trim().is_empty());
        Ok(self.rows.by_ref().find(filled))
    }

    fn bytes_read(&self) -> u64 {
        let done = (self.count - self.rows.len()) as u64;
        self.bytes * done / (self.count as u64).max(1)
    }
}

/// The rows of a sheet as a source.
pub(super) struct GridSource<'i> {
    rows: Box<dyn Rows + 'i>,
    layout: Layout,
    builder: ChunkBuilder,
    /// Rows read to know the titles.
    head: VecDeque<(u64, Vec<String>)>,
    /// Number of the last row given out, and a row that waits for the blank ones before it.
    last: u64,
    waiting: Option<(u64, Vec<String>)>,
}

impl<'i> GridSource<'i> {
    /// Reads the first rows; `None` when there is none.
    pub(super) fn open(
        mut rows: Box<dyn Rows + 'i>,
        format: SourceFormat,
        reading: &Reading,
    ) -> Result<Option<Self>, BatchError> {
        let mut head = VecDeque::new();
        while head.len() < HEAD_ROWS
            && let Some(row) = rows.next_row()?
        {
            head.push_back(row);
        }
        let Some((first_number, first)) = head.front().cloned() else {
            return Ok(None);
        };
        let width = head.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0);
        let below: Vec<Vec<String>> = head.iter().skip(1).map(|(_, row)| row.clone()).collect();
        let titles = reading
            .titles
            .unwrap_or_else(|| guess_titles(&first, &below));
        let mut columns = Layout::numbered(width);
        let mut last = first_number - 1;
        if titles == Titles::FirstRow {
            head.pop_front();
            last = first_number;
            for (name, title) in columns.iter_mut().zip(&first) {
                let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
                if !title.is_empty() {
                    *name = title;
                }
            }
        }
        let layout = Layout::of_cells(format, titles, columns);
        Ok(Some(Self {
            builder: ChunkBuilder::new(&layout),
            rows,
            layout,
            head,
            last,
            waiting: None,
        }))
    }

    /// Says which sheets there are, and which is read.
    pub(super) fn of_sheet(mut self, sheets: &[String], sheet: &str) -> Self {
        self.layout.sheets = sheets.to_vec();
        self.layout.sheet = Some(sheet.to_owned());
        self
    }

    fn next_filled(&mut self) -> Result<Option<(u64, Vec<String>)>, BatchError> {
        match self.waiting.take().or_else(|| self.head.pop_front()) {
            Some(row) => Ok(Some(row)),
            None => self.rows.next_row(),
        }
    }
}

impl RowSource for GridSource<'_> {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn next_chunk(&mut self) -> Result<Option<Chunk>, BatchError> {
        while !self.builder.is_full() {
            let Some((number, cells)) = self.next_filled()? else {
                break;
            };
            // Blank rows between others are rows; those after the last one are nobody's.
            while self.last + 1 < number && !self.builder.is_full() {
                self.builder.push([""; 0]);
                self.last += 1;
            }
            if self.last + 1 < number {
                self.waiting = Some((number, cells));
                break;
            }
            self.builder.push(&cells);
            self.last = number;
        }
        Ok(self.builder.take())
    }

    fn bytes_read(&self) -> u64 {
        self.rows.bytes_read()
    }
}
