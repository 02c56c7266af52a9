//! Any file of rows in, any format of results out: which reader does this file need, and which writer that name?

mod geojson_rows;
mod grid;
mod open;
mod parquet_result;
mod parquet_rows;
mod result;
mod workbook;
mod xlsx_result;
mod xlsx_rows;

pub use open::{Input, open, preview};
pub use result::{ResultFormat, Written, writer};

#[cfg(test)]
mod tests;
