//! An edition to bytes.

use super::{SnapshotError, Stamp};
use crate::network::Edition;

/// The snapshot of `edition`, stamped.
pub fn build(edition: &Edition, stamp: &Stamp) -> Result<Vec<u8>, SnapshotError> {
    let _ = (edition, stamp);
    Err(SnapshotError::NotASnapshot)
}
