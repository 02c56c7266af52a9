//! Which workbook is this, and which of its sheets is read? Nothing that it declares is believed before memory is taken.

use super::grid::{GridSource, Rows, Whole};
use super::open::Input;
use super::xlsx_rows;
use calamine::{Data, Reader, Xls};
use caloduc_engine::batch::{BatchError, Reading, RowSource, SourceFormat};
use caloduc_engine::ingest::sheet::read_ods_tables;
use caloduc_engine::table::spreadsheet;
use std::io::{Cursor, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use zip::ZipArchive;

/// Bytes of a file that must be read whole.
const WHOLE_AT_MOST: u64 = 64 << 20;
/// Members of an archive.
const MEMBERS_AT_MOST: usize = 10_000;
/// Inflated over stored size, for members larger than [`RATIO_MATTERS_FROM`].
const RATIO_AT_MOST: u64 = 250;
const RATIO_MATTERS_FROM: u64 = 32 << 20;

const SAVE_AS_XLSX: &str = "enregistrez-le en XLSX ou en CSV, puis réessayez";
const SAVE_AGAIN: &str =
    "ouvrez-le dans un tableur, enregistrez-le à nouveau ou exportez-le en CSV, puis réessayez";

pub(super) fn unreadable(what: impl Into<String>) -> BatchError {
    BatchError::Unreadable {
        what: what.into(),
        remedy: SAVE_AGAIN,
    }
}

type Source<'i> = Box<dyn RowSource + 'i>;

/// Opens an XLSX or an ODS.
pub(super) fn open_zip<'i>(
    input: Box<dyn Input + 'i>,
    reading: &Reading,
) -> Result<Source<'i>, BatchError> {
    let mut archive = ZipArchive::new(input)
        .map_err(|error| unreadable(format!("archive ZIP illisible ({error})")))?;
    if archive.len() > MEMBERS_AT_MOST {
        return Err(unreadable(format!(
            "archive de {} fichiers : ce n’est pas un classeur",
            archive.len()
        )));
    }
    for at in 0..archive.len() {
        let member = archive
            .by_index_raw(at)
            .map_err(|error| unreadable(format!("archive ZIP illisible ({error})")))?;
        let ratio = member.size() / member.compressed_size().max(1);
        if member.size() > RATIO_MATTERS_FROM && ratio > RATIO_AT_MOST {
            return Err(BatchError::Unreadable {
                what: format!(
                    "« {} » occuperait {} Mo une fois décompressé, {ratio} fois plus que dans le fichier : refusé par prudence",
                    member.name().unwrap_or_default(),
                    member.size() >> 20
                ),
                remedy: SAVE_AGAIN,
            });
        }
    }
    let has = |name: &str| archive.index_for_name(name).is_some();
    if has("xl/workbook.xml") {
        return xlsx_rows::open(archive, reading);
    }
    if has("content.xml") {
        return open_ods(archive.into_inner(), reading);
    }
    Err(BatchError::Binary("une archive ZIP sans classeur dedans"))
}

fn whole(mut input: Box<dyn Input + '_>, kind: &str) -> Result<Vec<u8>, BatchError> {
    input.rewind().map_err(BatchError::Read)?;
    let mut bytes = Vec::new();
    input
        .take(WHOLE_AT_MOST + 1)
        .read_to_end(&mut bytes)
        .map_err(BatchError::Read)?;
    if bytes.len() as u64 > WHOLE_AT_MOST {
        return Err(BatchError::Unreadable {
            what: format!(
                "classeur {kind} de plus de {} Mo : ce format doit être lu d’un bloc",
                WHOLE_AT_MOST >> 20
            ),
            remedy: SAVE_AS_XLSX,
        });
    }
    Ok(bytes)
}

fn open_ods<'i>(input: Box<dyn Input + 'i>, reading: &Reading) -> Result<Source<'i>, BatchError> {
    let bytes = whole(input, "ODS")?;
    let tables =
        read_ods_tables("classeur ODS", &bytes).map_err(|error| BatchError::Unreadable {
            what: error.to_string(),
            remedy: SAVE_AS_XLSX,
        })?;
    choose(tables, bytes.len() as u64, SourceFormat::Ods, reading)
}

/// Opens an XLS.
pub(super) fn open_xls<'i>(
    input: Box<dyn Input + 'i>,
    reading: &Reading,
) -> Result<Source<'i>, BatchError> {
    let bytes = whole(input, "XLS")?;
    let length = bytes.len() as u64;
    // The library trusts what the file declares more than we do.
    let tables = catch_unwind(AssertUnwindSafe(|| xls_tables(bytes)))
        .unwrap_or_else(|_panic| Err(unreadable("classeur XLS abîmé")))?;
    choose(tables, length, SourceFormat::Xls, reading)
}

type Table = (String, Vec<(u64, Vec<String>)>);

fn xls_tables(bytes: Vec<u8>) -> Result<Vec<Table>, BatchError> {
    let wrong = |error: calamine::XlsError| {
        let error = error.to_string();
        if error.to_lowercase().contains("password") {
            unreadable("classeur protégé par un mot de passe")
        } else {
            unreadable(format!("classeur XLS illisible ({error})"))
        }
    };
    let mut book = Xls::new(Cursor::new(bytes)).map_err(wrong)?;
    let mut tables = Vec::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).map_err(wrong)?;
        let (top, left) = range.start().unwrap_or((0, 0));
        let rows = range.rows().enumerate().map(|(at, cells)| {
            let mut row = vec![String::new(); left as usize];
            row.extend(cells.iter().map(shown));
            while row.last().is_some_and(String::is_empty) {
                row.pop();
            }
            (u64::from(top) + at as u64 + 1, row)
        });
        tables.push((name, rows.collect()));
    }
    Ok(tables)
}

fn shown(cell: &Data) -> String {
    match cell {
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Float(number) => spreadsheet::shown_number(*number),
        Data::Int(number) => number.to_string(),
        Data::Bool(yes) => yes.to_string(),
        Data::DateTime(moment) => spreadsheet::date(moment.as_f64(), false)
            .unwrap_or_else(|| spreadsheet::shown_number(moment.as_f64())),
        Data::Error(_) | Data::Empty => String::new(),
    }
}

/// The table asked, else the first that is not empty.
fn choose<'i>(
    tables: Vec<Table>,
    bytes: u64,
    format: SourceFormat,
    reading: &Reading,
) -> Result<Source<'i>, BatchError> {
    let names: Vec<String> = tables.iter().map(|(name, _)| name.clone()).collect();
    asked(reading, &names)?;
    for (name, rows) in tables {
        if reading.sheet.as_ref().is_some_and(|asked| *asked != name) {
            continue;
        }
        let rows: Box<dyn Rows> = Box::new(Whole::new(rows, bytes));
        if let Some(source) = GridSource::open(rows, format, reading)? {
            return Ok(Box::new(source.of_sheet(&names, &name)));
        }
    }
    Err(BatchError::Empty)
}

/// Refuses a sheet that is not there.
pub(super) fn asked(reading: &Reading, names: &[String]) -> Result<(), BatchError> {
    match &reading.sheet {
        Some(asked) if !names.contains(asked) => Err(BatchError::UnknownSheet {
            asked: asked.clone(),
            sheets: names.to_vec(),
        }),
        _ => Ok(()),
    }
}
