//! Blocks in, blocks out: in parallel, in order.

use super::answer::{Answer, Assessor, Question, Status, placed};
use super::blocks::{Block, Blocks};
use super::cells::{CellWriter, header};
use super::error::BatchError;
use super::locate::Locate;
use crate::eligibility::Service;
use crate::snapshot::Snapshot;
use crate::table::columns::named;
use crate::table::records::push_cell;
use crate::table::{Cells, CoordinateColumns, CoordinateSystem, Record};
use rayon::prelude::*;
use std::borrow::Cow;
use std::io::{Read, Write};
use std::ops::ControlFlow;

/// What the person said of the file.
#[derive(Debug, Clone, Default)]
pub struct BatchOptions {
    /// Columns whose cells, joined by a space, make the address; wins over coordinates.
    pub address_columns: Vec<String>,
    /// Columns of longitude (or x) and latitude (or y); guessed when not given.
    pub coordinate_columns: Option<(String, String)>,
    /// What is asked.
    pub service: Service,
    /// Delimiter; guessed when not given.
    pub delimiter: Option<u8>,
}

/// How far a batch is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Rows written.
    pub rows: u64,
    /// Bytes of text read.
    pub bytes_read: u64,
}

/// What became of the rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// Rows in, and out.
    pub rows: u64,
    /// Rows with a verdict.
    pub ok: u64,
    /// Addresses that resemble nothing.
    pub not_found: u64,
    /// Rows with nothing to look for.
    pub empty: u64,
    /// Rows whose coordinates are no place of ours.
    pub errors: u64,
    /// Eligible rows.
    pub eligible: u64,
    /// Rows inside a priority area.
    pub in_priority_area: u64,
    /// Rows within 100 m of a network at least 50 % renewable.
    pub near_renewable: u64,
    /// Rows whose address was found with a score under 0.5.
    pub doubtful: u64,
}

impl Summary {
    fn count(&mut self, answer: &Answer<'_>) {
        self.rows += 1;
        match answer.status {
            Status::Ok => self.ok += 1,
            Status::NotFound => self.not_found += 1,
            Status::Empty => self.empty += 1,
            Status::Error => self.errors += 1,
        }
        self.doubtful += u64::from(answer.located.is_some_and(|found| found.score < 0.5));
        if let Some(verdict) = &answer.verdict {
            self.eligible += u64::from(verdict.eligible);
            self.in_priority_area += u64::from(!verdict.facts.priority_areas.is_empty());
            let near = verdict.distance_m.is_some_and(|metres| metres <= 100);
            let renewable = verdict
                .network
                .and_then(|network| network.renewable_rate_pct)
                .is_some_and(|rate| rate >= 50.0);
            self.near_renewable += u64::from(near && renewable);
        }
    }

    fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.ok += other.ok;
        self.not_found += other.not_found;
        self.empty += other.empty;
        self.errors += other.errors;
        self.eligible += other.eligible;
        self.in_priority_area += other.in_priority_area;
        self.near_renewable += other.near_renewable;
        self.doubtful += other.doubtful;
    }
}

/// Where a row's question is.
#[derive(Debug, Clone)]
enum Asked {
    Coordinates(CoordinateColumns),
    Text(Vec<usize>),
}

/// Rows looked at to know the columns.
const PREVIEW_ROWS: usize = 50;

/// Answers every row of a CSV. `progress` is told after each wave of blocks and may stop the work; what was written by
/// then is whole rows.
pub fn run(
    snapshot: &Snapshot,
    locator: Option<&dyn Locate>,
    input: impl Read + Send,
    mut output: impl Write,
    options: &BatchOptions,
    mut progress: impl FnMut(Progress) -> ControlFlow<()>,
) -> Result<Summary, BatchError> {
    let mut blocks = Blocks::open(input, options.delimiter)?;
    let asked = asked(&blocks, options)?;
    if matches!(asked, Asked::Text(_)) && locator.is_none() {
        return Err(BatchError::NoAddressIndex);
    }
    let work = Work {
        assessor: Assessor {
            snapshot,
            locator,
            service: options.service,
        },
        asked,
        delimiter: blocks.dialect.delimiter,
        line_end: blocks.dialect.line_end,
        width: blocks.headers.len(),
    };
    let titles = work.titles(&blocks);
    output.write_all(&titles).map_err(BatchError::Write)?;

    let mut summary = Summary::default();
    let mut wave = read_wave(&mut blocks)?;
    while !wave.is_empty() {
        // The next blocks are read while these are answered.
        let (answered, next) = rayon::join(
            || {
                wave.par_iter()
                    .map(|block| work.answer_block(block))
                    .collect::<Vec<_>>()
            },
            || read_wave(&mut blocks),
        );
        for (bytes, counted) in answered {
            output.write_all(&bytes).map_err(BatchError::Write)?;
            summary.add(&counted);
        }
        let done = Progress {
            rows: summary.rows,
            bytes_read: blocks.bytes_read,
        };
        if progress(done).is_break() {
            return Err(BatchError::Stopped);
        }
        wave = next?;
    }
    output.flush().map_err(BatchError::Write)?;
    Ok(summary)
}

fn read_wave<R: Read>(blocks: &mut Blocks<R>) -> Result<Vec<Block>, BatchError> {
    let mut wave = Vec::new();
    while wave.len() < 4 * rayon::current_num_threads() {
        match blocks.next_block()? {
            Some(block) => wave.push(block),
            None => break,
        }
    }
    Ok(wave)
}

fn asked<R: Read>(blocks: &Blocks<R>, options: &BatchOptions) -> Result<Asked, BatchError> {
    let headers = &blocks.headers;
    if !options.address_columns.is_empty() {
        let columns = options
            .address_columns
            .iter()
            .map(|name| named(name, headers));
        return Ok(Asked::Text(columns.collect::<Result<_, _>>()?));
    }
    let rows = blocks.preview(PREVIEW_ROWS);
    let columns = match &options.coordinate_columns {
        Some((lon, lat)) => CoordinateColumns::given(lon, lat, headers, &rows)?,
        None => CoordinateColumns::guess(headers, &rows)?,
    };
    Ok(Asked::Coordinates(columns))
}

/// What is the same for every row.
struct Work<'a> {
    assessor: Assessor<'a>,
    asked: Asked,
    delimiter: u8,
    line_end: &'static str,
    width: usize,
}

/// Where a row's cells of ours are, once answered.
type Written = std::ops::Range<usize>;

impl Work<'_> {
    fn titles<R: Read>(&self, blocks: &Blocks<R>) -> Vec<u8> {
        let mut out = blocks.header_bytes.clone();
        for name in header(&blocks.headers) {
            out.push(self.delimiter);
            push_cell(&name, self.delimiter, &mut out);
        }
        out.extend_from_slice(self.line_end.as_bytes());
        out
    }

    /// The block with our cells after the user's. Rows are answered along the curve and written in their order.
    fn answer_block(&self, block: &Block) -> (Vec<u8>, Summary) {
        let mut summary = Summary::default();
        let mut cells = Cells::new();
        let mut ours = Vec::with_capacity(block.records.len() * 160);
        let mut written: Vec<Written> = vec![0..0; block.records.len()];
        for at in self.order(block) {
            let record = &block.records[at];
            cells.cut(&block.bytes, record, self.delimiter);
            let remark = self.remark(record, &cells, block, at);
            let start = ours.len();
            self.ask(block, &cells, |answer| {
                summary.count(answer);
                CellWriter::new(&mut ours, self.delimiter).answer(answer, &remark);
            });
            written[at] = start..ours.len();
        }
        let mut out = Vec::with_capacity(block.bytes.len() + ours.len() + block.records.len() * 2);
        for (record, written) in block.records.iter().zip(written) {
            self.write_theirs(block, record, &mut cells, &mut out);
            out.extend_from_slice(&ours[written]);
            out.extend_from_slice(self.line_end.as_bytes());
        }
        (out, summary)
    }

    /// The order in which rows are answered: along a curve when they have coordinates, so that neighbours find what they
    /// need still at hand.
    fn order(&self, block: &Block) -> Vec<usize> {
        let rows = 0..block.records.len();
        let Asked::Coordinates(columns) = &self.asked else {
            return rows.collect();
        };
        let mut cells = Cells::new();
        let mut keyed: Vec<(u32, u32)> = rows
            .map(|at| {
                cells.cut(&block.bytes, &block.records[at], self.delimiter);
                let cell = |i| cells.text(&block.bytes, i).unwrap_or_default();
                let place = placed(&cell(columns.lon), &cell(columns.lat), columns.system);
                (
                    place
                        .ok()
                        .flatten()
                        .map_or(0, |place| self.assessor.snapshot.along_curve(place)),
                    at as u32,
                )
            })
            .collect();
        keyed.sort_unstable();
        keyed.into_iter().map(|(_, at)| at as usize).collect()
    }

    fn ask<T>(&self, block: &Block, cells: &Cells, tell: impl FnOnce(&Answer<'_>) -> T) -> T {
        let cell = |i: usize| cells.text(&block.bytes, i).unwrap_or_default();
        match &self.asked {
            Asked::Coordinates(columns) => {
                let (lon, lat) = (cell(columns.lon), cell(columns.lat));
                let system: CoordinateSystem = columns.system;
                self.assessor.answer(
                    Question::Coordinates {
                        lon: &lon,
                        lat: &lat,
                        system,
                    },
                    tell,
                )
            }
            Asked::Text(columns) => {
                let text = match columns.as_slice() {
                    [only] => cell(*only),
                    several => {
                        let parts: Vec<Cow<'_, str>> = several
                            .iter()
                            .map(|i| cell(*i))
                            .filter(|part| !part.trim().is_empty())
                            .collect();
                        Cow::Owned(parts.join(" "))
                    }
                };
                self.assessor.answer(Question::Text(&text), tell)
            }
        }
    }

    /// What is odd about the row itself.
    fn remark(&self, record: &Record, cells: &Cells, block: &Block, at: usize) -> String {
        let row = block.first_row + at as u64;
        if record.broken_at.is_some() {
            format!("ligne {row} : guillemet jamais fermé")
        } else if cells.len() > self.width {
            format!(
                "ligne {row} : {} cellules au lieu de {}, les dernières sont réunies",
                cells.len(),
                self.width
            )
        } else {
            String::new()
        }
    }

    /// The user's cells as they were; a row too short is completed, one too long has its last cells in one, so that our
    /// columns stand under their titles.
    fn write_theirs(&self, block: &Block, record: &Record, cells: &mut Cells, out: &mut Vec<u8>) {
        cells.cut(&block.bytes, record, self.delimiter);
        let broken = record.broken_at.is_some();
        if !broken && cells.len() <= self.width {
            out.extend_from_slice(&block.bytes[record.start..record.end]);
            out.extend(std::iter::repeat_n(
                self.delimiter,
                self.width - cells.len(),
            ));
            return;
        }
        let last = self.width.saturating_sub(1);
        for i in 0..self.width {
            if i > 0 {
                out.push(self.delimiter);
            }
            if i == last && cells.len() > self.width {
                let delimiter = char::from(self.delimiter).to_string();
                let rest: Vec<Cow<'_, str>> = (last..cells.len())
                    .filter_map(|i| cells.text(&block.bytes, i))
                    .collect();
                push_cell(&rest.join(&delimiter), self.delimiter, out);
            } else if broken {
                let text = cells.text(&block.bytes, i).unwrap_or_default();
                push_cell(&text, self.delimiter, out);
            } else {
                out.extend_from_slice(cells.raw(&block.bytes, i).unwrap_or_default());
            }
        }
    }
}
