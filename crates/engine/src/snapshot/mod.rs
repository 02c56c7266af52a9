//! An edition as one flat file: what is in these bytes, without parsing them?
//!
//! [`build`] writes an [`Edition`](crate::network::Edition) into bytes (versioned, little-endian, checksummed by block,
//! with the packed spatial indexes); [`Snapshot::open`] reads them where they lie, in memory or mapped from a file.

mod builder;
mod error;
mod reader;
mod stamp;

pub use builder::build;
pub use error::SnapshotError;
pub use reader::{SharedBytes, Snapshot};
pub use stamp::Stamp;
