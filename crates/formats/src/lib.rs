//! How does somebody else read this edition? Every row of an [`Edition`](caloduc_engine::network::Edition) as files of
//! the formats people use: the archive that the national service's clients know, to the letter, and ours, which say more.
//!
//! Everything here is a function of the edition and of its stamp: no clock, no randomness, so that equal editions give
//! equal bytes. Files go to the caller's [`Shelf`]; this room opens none. Heavy format libraries live here only.
//!
//! Reading order: [`table`] (an edition as tables of cells and shapes), one module per format, [`notice`] (what goes with
//! the files), [`export()`] (all of it).

pub mod batch;
mod csv;
mod error;
mod export;
mod flatgeobuf;
mod geojson;
mod geopackage;
mod geoparquet;
mod moment;
pub mod notice;
pub mod open_data;
mod pmtiles;
pub mod read;
mod regulatory;
pub mod schema;
pub mod table;
mod text;
mod wkb;

pub use error::ExportError;
pub use export::{Edited, Format, Shelf, Written, export};
pub use flatgeobuf::{Described, write_selection as write_flatgeobuf};
pub use moment::Day;
