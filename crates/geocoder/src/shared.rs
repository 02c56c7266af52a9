//! How do many threads hold one index? A handle over mapped bytes that costs nothing to clone.

use std::sync::Arc;

use crate::geocoder::Geocoder;
use crate::index::OpenError;

/// Bytes that several owners hold, a mapped file most often.
pub type SharedBytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// The bytes of an index held by [`SharedGeocoder`].
#[derive(Clone)]
pub struct IndexBytes(SharedBytes);

impl AsRef<[u8]> for IndexBytes {
    fn as_ref(&self) -> &[u8] {
        (*self.0).as_ref()
    }
}

impl std::fmt::Debug for IndexBytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("IndexBytes")
            .field(&self.as_ref().len())
            .finish()
    }
}

/// An opened index to pass around: clones share it, and the bytes live as long as the last of them, so that a
/// server puts a new index in place while requests under way end on the old one.
#[derive(Clone, Debug)]
pub struct SharedGeocoder(Arc<Geocoder<IndexBytes>>);

impl SharedGeocoder {
    /// Opens an index over shared bytes.
    pub fn open(bytes: SharedBytes) -> Result<Self, OpenError> {
        Geocoder::open(IndexBytes(bytes)).map(|g| Self(Arc::new(g)))
    }
}

impl std::ops::Deref for SharedGeocoder {
    type Target = Geocoder<IndexBytes>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
