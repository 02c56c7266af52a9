//! A file of rows, each with its verdict: which answer does each row get, in the user's own file?
//!
//! A [`RowSource`] cuts a file into chunks of rows, the same whoever reads it; [`Preview`] says what was understood of it;
//! a [`Mapping`] says which columns make the question; [`Assessor::assess`] answers a chunk, [`encode`] makes bytes of the
//! answers; a [`ResultWriter`] writes rows and answers. [`run`] does all of it for one file. Equal input gives equal bytes,
//! through whatever door and on however many threads; a row is never lost, doubled or moved, and one that cannot be
//! answered says why. Memory is bounded whatever the length.

mod answer;
mod assess;
mod cells;
mod chunk;
mod codec;
mod error;
mod kept;
mod layout;
mod locate;
mod mapping;
mod packed;
mod preview;
mod roles;
mod run;
mod summary;
mod text_source;
mod titles;
mod written;

pub use answer::{Answer, Commune, Network, Outcome, Status};
pub use assess::Assessor;
pub use cells::{COLUMNS, KINDS, Value, ValueKind, beside, neutralised, values};
pub use chunk::{CHUNK_BYTES, CHUNK_ROWS, Chunk, ChunkBuilder, RowPoint};
pub use codec::{decode, encode};
pub use error::{BatchError, Remedy};
pub use kept::Kept;
pub use layout::{Layout, LineEnd, Reading, RowSource, SourceFormat, Titles};
pub use locate::{DOUBTFUL_BELOW, Locate, Located};
pub use mapping::{AddressColumn, AskedColumns, Mapping};
pub use preview::Preview;
pub use roles::{ColumnGuess, Role};
pub use run::{Journal, Progress, run};
pub use summary::{Summary, Tally};
pub use text_source::TextSource;
pub use titles::guess as guess_titles;
pub use written::{Answered, CsvWriter, GeoJsonWriter, ResultWriter, distinct};

#[cfg(test)]
mod tests;
