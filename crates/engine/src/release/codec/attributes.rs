//! Attributes as JSON lines.

use super::frame::Sections;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Adds one row.
pub(super) fn write<T: Serialize>(sections: &mut Sections, row: &T) {
    serde_json::to_writer(&mut sections.attributes, row)
        .expect("rows are plain structures, and a vector takes every byte");
    sections.attributes.push(b'\n');
    sections.rows += 1;
}

/// Rows to read back, in order.
pub(super) struct Lines<'a>(&'a [u8]);

impl<'a> Lines<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next row, or what is wrong with it. Members that this version does not know are passed over.
    pub(super) fn next_row<T: DeserializeOwned>(&mut self) -> Result<T, String> {
        let end = memchr::memchr(b'\n', self.0).ok_or("a row is missing")?;
        let (line, rest) = self.0.split_at(end);
        self.0 = &rest[1..];
        serde_json::from_slice(line).map_err(|error| format!("a row cannot be read ({error})"))
    }

    pub(super) fn is_done(&self) -> bool {
        self.0.is_empty()
    }
}
