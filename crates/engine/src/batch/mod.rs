//! A file of rows, each with its verdict: which answer does each row get, in the user's own file?
//!
//! One function, [`run`], for the command line, the service and its workers: equal input gives equal bytes. Rows are
//! read as bytes in blocks of whole records, blocks are answered in parallel, and written in order; a row is never lost,
//! doubled or moved, and one that cannot be answered says why in its last column. Memory is bounded whatever the length.

mod answer;
mod blocks;
mod cells;
mod error;
mod locate;
mod run;

pub use answer::{Answer, Assessor, Question, Status};
pub use cells::COLUMNS;
pub use error::BatchError;
pub use locate::{Locate, Located};
pub use run::{BatchOptions, Progress, Summary, run};

#[cfg(test)]
mod tests;
