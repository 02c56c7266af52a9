//! An edition as one flat file: what is in these bytes, without parsing them?
//!
//! [`build`] writes an [`Edition`](crate::network::Edition) into bytes (versioned, little-endian, checksummed by block,
//! with the packed spatial indexes); [`Snapshot::open`] reads them where they lie, in memory or mapped from a file.

mod builder;
mod error;
mod format;
mod reader;
mod row;
mod shapes;
mod stamp;
mod view;

pub use builder::build;
pub use error::SnapshotError;
pub use reader::{Bounds, Foot, SharedBytes, Snapshot};
pub use row::{Part, PartRole, Row};
pub use stamp::Stamp;

pub(crate) use format::TreeRole;
pub(crate) use view::{RowId, View};

#[cfg(test)]
pub(crate) mod tests;
