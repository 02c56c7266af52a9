//! The rows of an XLSX (ECMA-376, part 1), one after the other, never the whole sheet: in memory are the shared strings,
//! within bounds, and one row.

use super::grid::{GridSource, ROWS_AT_MOST, Rows};
use super::open::Input;
use super::workbook::{asked, unreadable};
use caloduc_engine::batch::{BatchError, Reading, RowSource, SourceFormat};
use caloduc_engine::table::spreadsheet::{
    attribute, column_of, date, push_entity, shown_number, shows_date,
};
use flate2::read::DeflateDecoder;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::sync::Arc;
use zip::{CompressionMethod, ZipArchive};

type Archive<'i> = ZipArchive<Box<dyn Input + 'i>>;

/// Bytes of the parts that are read whole.
const PART_AT_MOST: u64 = 32 << 20;
/// Bytes of text of the shared strings.
const STRINGS_AT_MOST: usize = 300 << 20;
/// Bytes that one piece of XML may take: a cell holds 32 767 characters.
const EVENT_AT_MOST: usize = 4 << 20;
const COLUMNS_AT_MOST: usize = 16_384;

/// A reader that gives up when one event takes too much.
struct Bounded<R> {
    inner: R,
    left: usize,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer)
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::Error::other("cellule démesurée"));
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.left = self.left.saturating_sub(count);
        self.inner.consume(count);
    }
}

/// XML read event by event.
struct Xml<R> {
    reader: Reader<Bounded<R>>,
    buffer: Vec<u8>,
    part: String,
}

impl<R: BufRead> Xml<R> {
    fn new(inner: R, part: &str) -> Self {
        let mut reader = Reader::from_reader(Bounded { inner, left: 0 });
        reader.config_mut().expand_empty_elements = true;
        Self {
            reader,
            buffer: Vec::new(),
            part: part.to_owned(),
        }
    }

    fn next(&mut self) -> Result<Event<'_>, BatchError> {
        self.buffer.clear();
        self.reader.get_mut().left = EVENT_AT_MOST;
        self.reader
            .read_event_into(&mut self.buffer)
            .map_err(|error| unreadable(format!("classeur XLSX abîmé, {} : {error}", self.part)))
    }
}

/// A part read whole, small.
fn part(archive: &mut Archive<'_>, name: &str) -> Result<Vec<u8>, BatchError> {
    let mut bytes = Vec::new();
    if let Ok(member) = archive.by_name(name) {
        member
            .take(PART_AT_MOST + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| unreadable(format!("classeur XLSX abîmé, {name} : {error}")))?;
    }
    if bytes.len() as u64 > PART_AT_MOST {
        return Err(unreadable(format!(
            "classeur XLSX abîmé, {name} est démesuré"
        )));
    }
    Ok(bytes)
}

/// Calls `visit` on each start of an element.
fn each_start(
    bytes: &[u8],
    name: &str,
    mut visit: impl FnMut(&str, &BytesStart<'_>),
) -> Result<(), BatchError> {
    let mut xml = Xml::new(bytes, name);
    loop {
        match xml.next()? {
            Event::Eof => return Ok(()),
            Event::Start(element) => visit(element.local_name().into_inner(), &element),
            _ => {}
        }
    }
}

#[derive(Default)]
struct Book {
    /// Names and paths, hidden ones last.
    sheets: Vec<(String, String)>,
    dates_from_1904: bool,
}

fn book(archive: &mut Archive<'_>) -> Result<Book, BatchError> {
    const RELATIONS: &str = "xl/_rels/workbook.xml.rels";
    const WORKBOOK: &str = "xl/workbook.xml";
    let mut targets = HashMap::new();
    each_start(&part(archive, RELATIONS)?, RELATIONS, |_, element| {
        if let (Some(id), Some(target)) = (attribute(element, "Id"), attribute(element, "Target")) {
            let path = target
                .strip_prefix('/')
                .map_or_else(|| format!("xl/{target}"), str::to_owned);
            targets.insert(id, path);
        }
    })?;
    let mut book = Book::default();
    let mut hidden = Vec::new();
    each_start(
        &part(archive, WORKBOOK)?,
        WORKBOOK,
        |name, element| match name {
            "workbookPr" => {
                let flag = attribute(element, "date1904");
                book.dates_from_1904 = matches!(flag.as_deref(), Some("1" | "true"));
            }
            "sheet" => {
                let name = attribute(element, "name").unwrap_or_default();
                let target = attribute(element, "id").and_then(|id| targets.get(&id).cloned());
                let shown = attribute(element, "state").is_none_or(|state| state == "visible");
                if let Some(path) = target {
                    let sheets = if shown { &mut book.sheets } else { &mut hidden };
                    sheets.push((name, path));
                }
            }
            _ => {}
        },
    )?;
    book.sheets.append(&mut hidden);
    Ok(book)
}

/// For each cell style, whether it shows a date.
fn date_styles(archive: &mut Archive<'_>) -> Result<Vec<bool>, BatchError> {
    const STYLES: &str = "xl/styles.xml";
    let bytes = part(archive, STYLES)?;
    let mut xml = Xml::new(&bytes[..], STYLES);
    let (mut custom, mut styles, mut within) = (HashMap::new(), Vec::new(), false);
    loop {
        match xml.next()? {
            Event::Eof => return Ok(styles),
            Event::Start(element) => match element.local_name().into_inner() {
                "numFmt" => {
                    if let (Some(id), Some(code)) = (
                        number_of(&element, "numFmtId"),
                        attribute(&element, "formatCode"),
                    ) {
                        custom.insert(id, shows_date(&code));
                    }
                }
                "cellXfs" => within = true,
                "xf" if within => {
                    let id = number_of(&element, "numFmtId").unwrap_or(0);
                    let built_in = matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58);
                    styles.push(custom.get(&id).copied().unwrap_or(built_in));
                }
                _ => {}
            },
            Event::End(element) if element.local_name().into_inner() == "cellXfs" => within = false,
            _ => {}
        }
    }
}

fn number_of(element: &BytesStart<'_>, name: &str) -> Option<u64> {
    attribute(element, name)?.trim().parse().ok()
}

/// The shared strings, end to end.
#[derive(Debug, Default)]
struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    fn read(archive: &mut Archive<'_>) -> Result<Self, BatchError> {
        const NAME: &str = "xl/sharedStrings.xml";
        let mut strings = Self::default();
        let Ok(member) = archive.by_name(NAME) else {
            return Ok(strings);
        };
        let size = member.size();
        let mut xml = Xml::new(BufReader::new(member.take(size)), NAME);
        let (mut in_text, mut phonetic) = (false, false);
        loop {
            match xml.next()? {
                Event::Eof => return Ok(strings),
                Event::Start(element) => match element.local_name().into_inner() {
                    "t" => in_text = !phonetic,
                    "rPh" => phonetic = true,
                    _ => {}
                },
                Event::Text(part) if in_text => strings.text.push_str(&part),
                Event::CData(part) if in_text => strings.text.push_str(&part),
                Event::GeneralRef(entity) if in_text => push_entity(&entity, &mut strings.text),
                Event::End(element) => match element.local_name().into_inner() {
                    "t" => in_text = false,
                    "rPh" => phonetic = false,
                    "si" => strings.ends.push(strings.text.len() as u32),
                    _ => {}
                },
                _ => {}
            }
            if strings.text.len() > STRINGS_AT_MOST || strings.ends.len() > STRINGS_AT_MOST / 8 {
                return Err(BatchError::Unreadable {
                    what: format!(
                        "plus de {} Mo de textes dans ce classeur",
                        STRINGS_AT_MOST >> 20
                    ),
                    remedy: "exportez-le en CSV, puis réessayez",
                });
            }
        }
    }

    fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)? as usize;
        let start = index
            .checked_sub(1)
            .map_or(0, |before| self.ends[before] as usize);
        self.text.get(start..end)
    }
}

/// What a member's bytes come from, inflated, never beyond what it declares.
enum Inflated<'i> {
    Stored(io::Take<Box<dyn Input + 'i>>),
    Deflated(io::Take<DeflateDecoder<io::Take<Box<dyn Input + 'i>>>>),
}

impl Read for Inflated<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Stored(inner) => inner.read(buffer),
            Self::Deflated(inner) => inner.read(buffer),
        }
    }
}

impl<'i> Inflated<'i> {
    fn open(mut archive: Archive<'i>, path: &str) -> Result<Self, BatchError> {
        let wrong = |what: &dyn std::fmt::Display| {
            unreadable(format!("classeur XLSX abîmé, {path} : {what}"))
        };
        let at = archive
            .index_for_name(path)
            .ok_or_else(|| wrong(&"absent"))?;
        let (start, stored, size, method) = {
            let member = archive.by_index_raw(at).map_err(|error| wrong(&error))?;
            let start = member.data_start().ok_or_else(|| wrong(&"sans début"))?;
            let method = member.compression();
            (start, member.compressed_size(), member.size(), method)
        };
        let mut input = archive.into_inner();
        input
            .seek(SeekFrom::Start(start))
            .map_err(BatchError::Read)?;
        match method {
            CompressionMethod::Stored => Ok(Self::Stored(input.take(stored))),
            CompressionMethod::Deflated => Ok(Self::Deflated(
                DeflateDecoder::new(input.take(stored)).take(size),
            )),
            other => Err(wrong(&format!("compression {other} inconnue"))),
        }
    }

    /// Bytes of the file read so far.
    fn read_so_far(&self) -> u64 {
        match self {
            Self::Stored(_) => 0,
            Self::Deflated(inner) => inner.get_ref().total_in(),
        }
    }
}

/// What cells need to be read.
struct Meaning {
    strings: Strings,
    styles: Vec<bool>,
    dates_from_1904: bool,
}

struct SheetRows<'i> {
    xml: Xml<BufReader<Inflated<'i>>>,
    meaning: Arc<Meaning>,
    last: u64,
}

/// A cell being read.
#[derive(Debug, Default)]
struct Open {
    column: usize,
    kind: String,
    style: usize,
    text: String,
}

impl Rows for SheetRows<'_> {
    fn next_row(&mut self) -> Result<Option<(u64, Vec<String>)>, BatchError> {
        let mut row: Vec<String> = Vec::new();
        let (mut number, mut cell, mut in_value): (u64, Option<Open>, bool) = (0, None, false);
        loop {
            match self.xml.next()? {
                Event::Eof => return Ok(None),
                Event::Start(element) => match element.local_name().into_inner() {
                    "row" => {
                        row.clear();
                        let said = number_of(&element, "r").unwrap_or(0);
                        number = if said > self.last && said <= ROWS_AT_MOST {
                            said
                        } else {
                            self.last + 1
                        };
                    }
                    "c" => {
                        cell = Some(Open {
                            column: attribute(&element, "r")
                                .and_then(|reference| column_of(&reference))
                                .unwrap_or(row.len()),
                            kind: attribute(&element, "t").unwrap_or_default(),
                            style: number_of(&element, "s").unwrap_or(0) as usize,
                            text: String::new(),
                        });
                    }
                    "v" | "t" => in_value = cell.is_some(),
                    _ => {}
                },
                Event::Text(part) if in_value => push(&mut cell, &part),
                Event::CData(part) if in_value => push(&mut cell, &part),
                Event::GeneralRef(entity) if in_value => {
                    if let Some(cell) = &mut cell {
                        push_entity(&entity, &mut cell.text);
                    }
                }
                Event::End(element) => match element.local_name().into_inner() {
                    "v" | "t" => in_value = false,
                    "c" => {
                        if let Some(done) = cell.take() {
                            self.meaning.put(&mut row, done);
                        }
                    }
                    "row" => {
                        // The number goes on even over rows that hold nothing.
                        self.last = number.max(self.last);
                        if !row.is_empty() {
                            return Ok(Some((number.max(1), row)));
                        }
                    }
                    "sheetData" => return Ok(None),
                    _ => {}
                },
                _ => {}
            }
        }
    }

    fn bytes_read(&self) -> u64 {
        self.xml.reader.get_ref().inner.get_ref().read_so_far()
    }
}

fn push(cell: &mut Option<Open>, part: &str) {
    if let Some(cell) = cell
        && cell.text.len() < EVENT_AT_MOST
    {
        cell.text.push_str(part);
    }
}

impl Meaning {
    fn put(&self, row: &mut Vec<String>, cell: Open) {
        if cell.column >= COLUMNS_AT_MOST {
            return;
        }
        let column = cell.column;
        let text = self.shown(cell);
        if text.trim().is_empty() {
            return;
        }
        if row.len() <= column {
            row.resize(column + 1, String::new());
        }
        row[column] = text;
    }

    fn shown(&self, cell: Open) -> String {
        match cell.kind.as_str() {
            "s" => {
                let index: Option<usize> = cell.text.trim().parse().ok();
                let text = index.and_then(|index| self.strings.get(index));
                unescaped(text.unwrap_or_default().to_owned())
            }
            "b" => (cell.text.trim() == "1").to_string(),
            "e" => String::new(),
            "str" | "inlineStr" => unescaped(cell.text),
            "d" => cell.text,
            _ => match cell.text.trim().parse::<f64>() {
                Ok(number) if self.styles.get(cell.style) == Some(&true) => {
                    date(number, self.dates_from_1904).unwrap_or_else(|| shown_number(number))
                }
                Ok(number) => shown_number(number),
                Err(_) => cell.text,
            },
        }
    }
}

/// `_x000D_` is how a workbook writes a character that XML cannot hold.
fn unescaped(text: String) -> String {
    if !text.contains("_x") {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("_x") {
        out.push_str(&rest[..at]);
        let code = rest
            .get(at + 2..at + 6)
            .filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        let known = code
            .filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|code| u32::from_str_radix(code, 16).ok())
            .and_then(char::from_u32);
        match known {
            Some(character) => {
                out.push(character);
                rest = &rest[at + 7..];
            }
            None => {
                out.push_str("_x");
                rest = &rest[at + 2..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Opens the sheet asked, else the first that is shown and not empty.
pub(super) fn open<'i>(
    mut archive: Archive<'i>,
    reading: &Reading,
) -> Result<Box<dyn RowSource + 'i>, BatchError> {
    let book = book(&mut archive)?;
    let names: Vec<String> = book.sheets.iter().map(|(name, _)| name.clone()).collect();
    asked(reading, &names)?;
    let (name, path) = match &reading.sheet {
        Some(asked) => book
            .sheets
            .iter()
            .find(|(name, _)| name == asked)
            .ok_or(BatchError::Empty)?,
        None => first_filled(&mut archive, &book.sheets)?.ok_or(BatchError::Empty)?,
    };
    let meaning = Meaning {
        strings: Strings::read(&mut archive)?,
        styles: date_styles(&mut archive)?,
        dates_from_1904: book.dates_from_1904,
    };
    let rows = SheetRows {
        xml: Xml::new(
            BufReader::with_capacity(1 << 16, Inflated::open(archive, path)?),
            path,
        ),
        meaning: Arc::new(meaning),
        last: 0,
    };
    let source = GridSource::open(Box::new(rows), SourceFormat::Xlsx, reading)?;
    let source = source.ok_or(BatchError::Empty)?;
    Ok(Box::new(source.of_sheet(&names, name)))
}

/// The first sheet with a value in some cell.
fn first_filled<'b>(
    archive: &mut Archive<'_>,
    sheets: &'b [(String, String)],
) -> Result<Option<&'b (String, String)>, BatchError> {
    for sheet in sheets {
        let Ok(member) = archive.by_name(&sheet.1) else {
            continue;
        };
        let size = member.size();
        let mut xml = Xml::new(BufReader::new(member.take(size)), &sheet.1);
        loop {
            match xml.next()? {
                Event::Eof => break,
                Event::Start(element) if matches!(element.local_name().into_inner(), "v" | "t") => {
                    return Ok(Some(sheet));
                }
                _ => {}
            }
        }
    }
    Ok(None)
}
