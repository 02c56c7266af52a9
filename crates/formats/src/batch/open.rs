//! Which reader does this file need? Its first bytes decide, not its name.

use super::{geojson_rows, parquet_rows, workbook};
use caloduc_engine::batch::{BatchError, Preview, Reading, RowSource, TextSource};
use std::io::{Read, Seek, SeekFrom};

/// A file: bytes that can be read from any place.
pub trait Input: Read + Seek + Send {}

impl<T: Read + Seek + Send> Input for T {}

/// Bytes that tell the format.
const HEAD: u64 = 4096;

/// Opens a file of rows.
pub fn open<'i>(
    mut input: Box<dyn Input + 'i>,
    reading: &Reading,
) -> Result<Box<dyn RowSource + 'i>, BatchError> {
    let start = input.stream_position().map_err(BatchError::Read)?;
    let mut head = Vec::new();
    input
        .by_ref()
        .take(HEAD)
        .read_to_end(&mut head)
        .map_err(BatchError::Read)?;
    input
        .seek(SeekFrom::Start(start))
        .map_err(BatchError::Read)?;
    if head.starts_with(b"PK\x03\x04") {
        workbook::open_zip(input, reading)
    } else if head.starts_with(b"\xD0\xCF\x11\xE0") {
        workbook::open_xls(input, reading)
    } else if head.starts_with(b"PAR1") {
        Ok(Box::new(parquet_rows::ParquetSource::open(input)?))
    } else if is_geojson(&head) {
        Ok(Box::new(geojson_rows::GeoJsonSource::open(input)?))
    } else {
        Ok(Box::new(TextSource::open(input, reading)?))
    }
}

/// What is understood of a file. For texts, its first bytes are enough; other formats need all of it.
pub fn preview(input: &mut dyn Input, reading: &Reading) -> Result<Preview, BatchError> {
    Preview::of(&mut *open(Box::new(input), reading)?)
}

/// A JSON object that says what it is, or could only be that.
fn is_geojson(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let text = head.trim_ascii_start();
    let mut rest = text.strip_prefix(b"{").unwrap_or_default();
    rest = rest.trim_ascii_start();
    rest.starts_with(b"\"") && memchr::memmem::find(text, b"\":").is_some()
        || rest.starts_with(b"\"") && memchr::memmem::find(text, b"\" :").is_some()
}
