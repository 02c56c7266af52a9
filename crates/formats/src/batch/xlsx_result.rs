//! Results as a workbook for people: the user's cells as text, our columns in French, a legend. Written as a stream, in
//! bounded memory, whatever the number of rows; equal results give equal bytes.

mod columns;
mod parts;

use super::result::Written;
use crate::moment::Day;
use caloduc_engine::batch::{Answered, BatchError, Kept, Layout, ResultWriter};
use columns::{CellWriter, TITLES, answer_cells};
use rayon::prelude::*;
use std::io::Write;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

/// Rows of a sheet, titles included.
const ROWS_AT_MOST: u64 = 1_048_576;

/// Columns of a sheet.
const COLUMNS_AT_MOST: usize = 16_384;

/// A sheet that gets longer, in bytes, goes on in the next one: the archive counts in 32 bits, which all spreadsheets read.
const SHEET_BYTES: u64 = 3 << 30;

type Out<'w> = Box<dyn Write + Send + 'w>;

/// See the module.
pub struct XlsxWriter<'w> {
    zip: ZipWriter<StreamWriter<Out<'w>>>,
    options: SimpleFileOptions,
    rows: Rows,
    columns: Vec<String>,
    created: Day,
    release: Option<u32>,
    /// Rows of each sheet, titles included; the last one is being written.
    sheets: Vec<u64>,
    /// Bytes of the sheet being written.
    bytes: u64,
}

/// How rows are written.
struct Rows {
    kept: Kept,
    width: usize,
    letters: Vec<String>,
}

/// Rows of a chunk as XML, without their numbers, which depend on the sheet.
struct Rendered {
    xml: Vec<u8>,
    /// Where each row ends.
    ends: Vec<usize>,
}

impl std::fmt::Debug for XlsxWriter<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("XlsxWriter").finish_non_exhaustive()
    }
}

fn failed(error: zip::result::ZipError) -> BatchError {
    BatchError::Write(error.into())
}

impl<'w> XlsxWriter<'w> {
    /// Writes what comes before the first row.
    pub fn new(out: Out<'w>, layout: &Layout, asked: &Written<'_>) -> Result<Self, BatchError> {
        let width = layout.columns.len();
        let count = width + TITLES.len();
        if count > COLUMNS_AT_MOST {
            return Err(BatchError::TooWide {
                columns: count,
                most: COLUMNS_AT_MOST,
                format: "XLSX",
            });
        }
        // The demonstration territory has no date; the format begins in 1980.
        let created = Day::parse(asked.created).unwrap_or(Day {
            year: 2000,
            month: 1,
            day: 1,
        });
        let at = DateTime::from_date_and_time(created.year, created.month, created.day, 0, 0, 0)
            .unwrap_or_default();
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(1))
            .last_modified_time(at)
            .unix_permissions(0o644);
        let mut columns = layout.columns.clone();
        columns.extend(caloduc_engine::batch::beside(&layout.columns, &TITLES));
        let mut writer = Self {
            zip: ZipWriter::new_stream(out),
            options,
            rows: Rows {
                kept: asked.kept,
                width,
                letters: (0..count).map(parts::letters).collect(),
            },
            columns,
            created,
            release: asked.release,
            sheets: Vec::new(),
            bytes: 0,
        };
        writer.part("_rels/.rels", parts::RELATIONS)?;
        writer.begin_sheet()?;
        Ok(writer)
    }

    fn part(&mut self, name: &str, content: &str) -> Result<(), BatchError> {
        self.zip.start_file(name, self.options).map_err(failed)?;
        self.put(content.as_bytes())
    }

    fn put(&mut self, bytes: &[u8]) -> Result<(), BatchError> {
        self.bytes += bytes.len() as u64;
        self.zip.write_all(bytes).map_err(BatchError::Write)
    }

    fn begin_sheet(&mut self) -> Result<(), BatchError> {
        self.sheets.push(0);
        let name = format!("xl/worksheets/sheet{}.xml", self.sheets.len());
        self.zip.start_file(name, self.options).map_err(failed)?;
        self.bytes = 0;
        let head = parts::sheet_head(self.rows.width, self.columns.len());
        self.put(head.as_bytes())?;
        let mut titles = Vec::new();
        let mut cells = CellWriter::new(&mut titles, &self.rows.letters);
        for title in &self.columns {
            cells.title(title);
        }
        self.row(&titles)
    }

    /// Writes a row whose cells are in `cells`, each reference ending in a mark where the number of the row goes.
    fn row(&mut self, cells: &[u8]) -> Result<(), BatchError> {
        let sheet = self.sheets.last_mut().expect("a sheet is begun at once");
        *sheet += 1;
        let number = sheet.to_string();
        let mut xml = Vec::with_capacity(cells.len() + 64);
        xml.extend_from_slice(b"<row r=\"");
        xml.extend_from_slice(number.as_bytes());
        xml.extend_from_slice(b"\">");
        let mut rest = cells;
        while let Some(at) = memchr::memchr(columns::ROW_MARK, rest) {
            xml.extend_from_slice(&rest[..at]);
            xml.extend_from_slice(number.as_bytes());
            rest = &rest[at + 1..];
        }
        xml.extend_from_slice(rest);
        xml.extend_from_slice(b"</row>");
        self.put(&xml)
    }

    fn end_sheet(&mut self) -> Result<(), BatchError> {
        let rows = *self.sheets.last().expect("a sheet is begun at once");
        let tail = parts::sheet_tail(&self.rows.letters[self.columns.len() - 1], rows);
        self.put(tail.as_bytes())
    }
}

impl Rows {
    fn render(&self, answered: &Answered) -> Rendered {
        let mut rendered = Rendered {
            xml: Vec::with_capacity(answered.answers.len() * 600),
            ends: Vec::new(),
        };
        for (at, answer) in answered.answers.iter().enumerate() {
            if !self.kept.keeps(answer) {
                continue;
            }
            let mut cells = CellWriter::new(&mut rendered.xml, &self.letters);
            for cell in answered.chunk.row(at) {
                cells.text(&cell);
            }
            answer_cells(answer, &mut cells);
            rendered.ends.push(rendered.xml.len());
        }
        rendered
    }
}

impl ResultWriter for XlsxWriter<'_> {
    fn write(&mut self, wave: &[Answered]) -> Result<(), BatchError> {
        let rows = &self.rows;
        let rendered: Vec<Rendered> = wave.par_iter().map(|chunk| rows.render(chunk)).collect();
        for Rendered { xml, ends } in rendered {
            let mut start = 0;
            for end in ends {
                let full = self.sheets.last().is_some_and(|rows| *rows >= ROWS_AT_MOST);
                if full || self.bytes >= SHEET_BYTES {
                    self.end_sheet()?;
                    self.begin_sheet()?;
                }
                self.row(&xml[start..end])?;
                start = end;
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), BatchError> {
        self.end_sheet()?;
        let count = self.sheets.len();
        let legend = parts::legend(self.release, self.created);
        self.part(&format!("xl/worksheets/sheet{}.xml", count + 1), &legend)?;
        let last = self.rows.letters[self.columns.len() - 1].clone();
        let workbook = parts::workbook(&self.sheets, &last);
        self.part("xl/workbook.xml", &workbook)?;
        self.part(
            "xl/_rels/workbook.xml.rels",
            &parts::book_relations(count + 1),
        )?;
        self.part("xl/styles.xml", parts::STYLES)?;
        self.part("docProps/core.xml", &parts::core(self.created))?;
        self.part("docProps/app.xml", parts::APPLICATION)?;
        self.part("[Content_Types].xml", &parts::content_types(count + 1))?;
        let mut out = self.zip.finish().map_err(failed)?.into_inner();
        out.flush().map_err(BatchError::Write)
    }
}
