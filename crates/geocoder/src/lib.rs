//! Text to place: every French address, embedded, offline, tolerant.
//!
//! Pure: bytes in, bytes out. Files are opened, mapped and replaced by whoever calls.
//!
//! - [`SourceKind::of`] tells what a file is, [`IndexBuilder`] reads BAN files and tables of communes and writes one
//!   index file;
//! - [`Geocoder::open`] reads an index over any bytes; [`SharedGeocoder::open`] over shared bytes (a mapped file), and
//!   clones for nothing;
//! - [`Geocoder::search`] answers a text, [`Geocoder::reverse`] a point;
//! - [`contract`] reads the parameters of the national service's queries and says what is wrong with them;
//! - [`response`] writes answers as the national service does;
//! - [`rows`] answers CSV files, streaming.
//!
//! A server's handler of `GET /search`, with `pairs` the decoded query:
//!
//! ```
//! # use caloduc_geocoder::{SharedGeocoder, contract::{BadQuery, SearchQuery}, response::{Detail, FeatureCollection}};
//! # fn handler(geocoder: &SharedGeocoder, pairs: &[(String, String)]) -> Result<String, BadQuery> {
//! let query = SearchQuery::parse(pairs.iter().map(|(k, v)| (k.as_str(), v.as_str())), geocoder)?;
//! let hits = geocoder.search(&query.request());
//! let answer = FeatureCollection { hits: &hits, query: Some(query.text()), detail: Detail::National };
//! # Ok(serde_json::to_string(&answer).unwrap_or_default())
//! # }
//! ```
//!
//! [`contract::ReverseQuery`] is the same for points; for `POST /search/csv`, [`contract::csv_options`] reads the
//! form's fields and [`rows::geocode`] (or [`rows::reverse`]) streams the file through.
#![warn(missing_docs)]

pub mod contract;
pub mod distance;
mod geocoder;
pub mod index;
pub mod projection;
pub mod query;
pub mod response;
pub mod reverse;
pub mod rows;
pub mod search;
mod shared;
pub mod source;
pub mod text;
pub mod within;

pub use geocoder::{Geocoder, IndexInfo};
pub use index::{BuildError, BuildReport, IndexBuilder, OpenError, Scratch};
pub use projection::LonLat;
pub use reverse::ReverseRequest;
pub use search::{Completion, Filters, Hit, PlaceKind, Reason, SearchRequest};
pub use shared::{IndexBytes, SharedBytes, SharedGeocoder};
pub use source::SourceKind;
