//! Where is this address? What a batch needs to know of the geocoder.

use crate::crs::LonLat;
use caloduc_geocoder::{Filters, Geocoder, Hit, PlaceKind, SearchRequest};
use serde::{Serialize, Serializer};

/// A place found with a score under this is doubtful.
pub const DOUBTFUL_BELOW: f64 = 0.5;

/// The best place for a text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Located {
    /// `12 Rue des Haies 75020 Paris`.
    pub label: String,
    /// addok's score, 0 to 1.
    pub score: f64,
    /// A number, a street, a locality or a commune.
    #[serde(serialize_with = "as_word")]
    pub kind: PlaceKind,
    /// BAN id.
    pub id: String,
    /// INSEE code.
    pub citycode: String,
    /// Where.
    pub place: LonLat,
}

impl Located {
    /// What a batch keeps of an answer of the geocoder.
    pub fn of(hit: Hit) -> Self {
        Self {
            place: LonLat {
                lon: hit.position.lon,
                lat: hit.position.lat,
            },
            label: hit.label,
            score: hit.score,
            kind: hit.kind,
            id: hit.id,
            citycode: hit.citycode,
        }
    }

    /// Whether it resembles little what was asked, or is a whole commune: the verdict of its middle is no address'.
    pub fn is_doubtful(&self) -> bool {
        self.score < DOUBTFUL_BELOW || self.kind == PlaceKind::Municipality
    }
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn as_word<S: Serializer>(kind: &PlaceKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.as_str())
}

/// Something that turns texts into places.
pub trait Locate: Sync {
    /// The best place for a text, in the commune of this INSEE code when one is given and something there answers; `None`
    /// when nothing resembles it.
    fn locate(&self, text: &str, citycode: Option<&str>) -> Option<Located>;
}

impl<D: AsRef<[u8]> + Send + Sync> Locate for Geocoder<D> {
    fn locate(&self, text: &str, citycode: Option<&str>) -> Option<Located> {
        let best = |citycode| {
            let request = SearchRequest {
                filters: Filters {
                    citycode,
                    ..Filters::default()
                },
                ..SearchRequest::new(text)
            };
            self.search(&request).into_iter().next().map(Located::of)
        };
        let within = citycode.and_then(|code| best(Some(code)));
        match within {
            Some(within) if !within.is_doubtful() => Some(within),
            // A wrong code must not make the answer worse.
            Some(within) => best(None)
                .filter(|anywhere| anywhere.score > within.score)
                .or(Some(within)),
            None => best(None),
        }
    }
}
