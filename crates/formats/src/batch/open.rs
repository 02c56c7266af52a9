//! Which reader does this file need? Its first bytes decide, not its name.

use caloduc_engine::batch::{BatchError, Preview, Reading, RowSource, TextSource};
use std::io::{Read, Seek};

/// A file: bytes that can be read from any place.
pub trait Input: Read + Seek + Send {}

impl<T: Read + Seek + Send> Input for T {}

/// Opens a file of rows.
pub fn open<'i>(
    input: Box<dyn Input + 'i>,
    reading: &Reading,
) -> Result<Box<dyn RowSource + 'i>, BatchError> {
    Ok(Box::new(TextSource::open(input, reading)?))
}

/// What is understood of a file. For texts, its first bytes are enough; other formats need all of it.
pub fn preview(input: &mut dyn Input, reading: &Reading) -> Result<Preview, BatchError> {
    Preview::of(&mut *open(Box::new(input), reading)?)
}
