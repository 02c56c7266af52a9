//! Where is this address? What a batch needs to know of the geocoder.

use crate::crs::LonLat;
use caloduc_geocoder::{Filters, Geocoder, SearchRequest};

/// The best place for a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// `12 Rue des Haies 75020 Paris`.
    pub label: String,
    /// addok's score, 0 to 1.
    pub score: f64,
    /// `housenumber`, `street`, `locality` or `municipality`.
    pub kind: &'static str,
    /// BAN id.
    pub id: String,
    /// INSEE code.
    pub citycode: String,
    /// Where.
    pub place: LonLat,
}

/// Something that turns texts into places.
pub trait Locate: Sync {
    /// The best place for a text; `None` when nothing resembles it.
    fn locate(&self, text: &str) -> Option<Located>;
}

impl<D: AsRef<[u8]> + Send + Sync> Locate for Geocoder<D> {
    fn locate(&self, text: &str) -> Option<Located> {
        let request = SearchRequest {
            filters: Filters::default(),
            ..SearchRequest::new(text)
        };
        let hit = self.search(&request).into_iter().next()?;
        Some(Located {
            place: LonLat {
                lon: hit.position.lon,
                lat: hit.position.lat,
            },
            label: hit.label,
            score: hit.score,
            kind: hit.kind.as_str(),
            id: hit.id,
            citycode: hit.citycode,
        })
    }
}
