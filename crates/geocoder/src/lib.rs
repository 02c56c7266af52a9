//! Text to place: every French address, embedded, offline, tolerant.
//!
//! Pure: bytes in, bytes out. Files are opened, mapped and replaced by whoever calls.
//!
//! - [`IndexBuilder`] reads BAN files and tables of communes and writes one index file;
//! - [`Geocoder::open`] reads an index over any bytes (a mapped file);
//! - [`Geocoder::search`] answers a text, [`Geocoder::reverse`] a point;
//! - [`response`] writes answers as the national service does;
//! - [`rows`] answers CSV files, streaming.
#![warn(missing_docs)]

pub mod distance;
mod geocoder;
pub mod index;
pub mod projection;
pub mod query;
pub mod response;
pub mod reverse;
pub mod rows;
pub mod search;
pub mod source;
pub mod text;

pub use geocoder::{Geocoder, IndexInfo};
pub use index::{BuildError, BuildReport, IndexBuilder, OpenError, Scratch};
pub use projection::LonLat;
pub use reverse::ReverseRequest;
pub use search::{Completion, Filters, Hit, PlaceKind, Reason, SearchRequest};
