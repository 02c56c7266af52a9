//! A person's table of rows, whatever program wrote it: which encoding, which delimiter, where does each row end, which
//! columns hold what? Bytes are cut into records without changing one of them, so that cells can be given back as they
//! were.

pub mod columns;
pub mod dialect;
pub mod records;
pub mod spreadsheet;
pub mod text;

pub use columns::{CoordinateColumns, CoordinateSystem};
pub use dialect::Dialect;
pub use records::{Cells, Record};
pub use text::{Encoding, Utf8Text};
