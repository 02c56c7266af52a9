//! What may a client of the national service ask, and what is refused? Parameters of a query or of a form,
//! as text, become a request; what is wrong with them is said all at once.
//!
//! A repeated parameter counts once, the last; an empty one is absent; unknown ones are left aside.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::geocoder::Geocoder;
use crate::projection::LonLat;
use crate::reverse::ReverseRequest;
use crate::rows::{CsvOptions, is_askable};
use crate::search::{Completion, Filters, PlaceKind, SearchRequest};
use crate::source::ban::{is_citycode, is_postcode};

/// Answers given when the query does not say how many.
const DEFAULT_LIMIT: usize = 10;
/// Most answers that can be asked.
const MOST: usize = 20;

/// Why a query is refused. Serialises as `{"code":400,"message":"Failed parsing query","detail":["q: …"]}`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("Failed parsing query: {}", .detail.join(", "))]
pub struct BadQuery {
    /// One sentence for each parameter that is wrong, in English as clients know them.
    pub detail: Vec<String>,
}

impl Serialize for BadQuery {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("BadQuery", 3)?;
        out.serialize_field("code", &400)?;
        out.serialize_field("message", "Failed parsing query")?;
        out.serialize_field("detail", &self.detail)?;
        out.end()
    }
}

/// Filters that own their text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OwnedFilters {
    kind: Option<PlaceKind>,
    postcode: Option<String>,
    citycode: Option<String>,
    city: Option<String>,
}

impl OwnedFilters {
    fn as_filters(&self) -> Filters<'_> {
        Filters {
            kind: self.kind,
            postcode: self.postcode.as_deref(),
            citycode: self.citycode.as_deref(),
            city: self.city.as_deref(),
        }
    }
}

/// What `GET /search` asks.
#[derive(Clone, Debug)]
pub struct SearchQuery {
    text: String,
    limit: usize,
    completion: Completion,
    bias: Option<LonLat>,
    filters: OwnedFilters,
}

impl SearchQuery {
    /// Reads the parameters; the index says which communes exist.
    pub fn parse<'p, D: AsRef<[u8]> + Send + Sync>(
        parameters: impl IntoIterator<Item = (&'p str, &'p str)>,
        geocoder: &Geocoder<D>,
    ) -> Result<Self, BadQuery> {
        let mut read = Parameters::new(parameters);
        let text = read.text().unwrap_or_default();
        let completion = match read.flag("autocomplete") {
            Some(false) => Completion::Whole,
            _ => Completion::Typing,
        };
        let (limit, bias) = (read.limit(), read.point());
        let filters = read.filters(geocoder);
        read.finish(Self {
            text,
            limit,
            completion,
            bias,
            filters,
        })
    }

    /// The request.
    pub fn request(&self) -> SearchRequest<'_> {
        SearchRequest {
            text: &self.text,
            limit: self.limit,
            completion: self.completion,
            bias: self.bias,
            filters: self.filters.as_filters(),
        }
    }

    /// The text asked, which the answer repeats.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// What `GET /reverse` asks.
#[derive(Clone, Debug)]
pub struct ReverseQuery {
    point: LonLat,
    limit: usize,
    radius_m: Option<f64>,
    filters: OwnedFilters,
}

impl ReverseQuery {
    /// Reads the parameters; the index says which communes exist.
    pub fn parse<'p, D: AsRef<[u8]> + Send + Sync>(
        parameters: impl IntoIterator<Item = (&'p str, &'p str)>,
        geocoder: &Geocoder<D>,
    ) -> Result<Self, BadQuery> {
        let mut read = Parameters::new(parameters);
        let point = read.point();
        if point.is_none() && read.wrong.is_empty() {
            read.wrong.push("lon/lat: required params".into());
        }
        let (limit, radius_m) = (read.limit(), read.number("radius", 0.0..=1e7));
        let filters = read.filters(geocoder);
        read.finish(Self {
            point: point.unwrap_or(LonLat { lon: 0.0, lat: 0.0 }),
            limit,
            radius_m,
            filters,
        })
    }

    /// The request.
    pub fn request(&self) -> ReverseRequest<'_> {
        ReverseRequest {
            point: self.point,
            limit: self.limit,
            filters: self.filters.as_filters(),
            radius_m: self.radius_m,
        }
    }
}

/// What the fields of a form ask of a CSV (`POST /search/csv`, `POST /reverse/csv`), the file itself left out.
/// Columns are looked for once the file is there: see [`crate::rows::CsvError`].
pub fn csv_options<'p>(
    fields: impl IntoIterator<Item = (&'p str, &'p str)>,
) -> Result<CsvOptions, BadQuery> {
    let fields: Vec<(&str, &str)> = fields.into_iter().collect();
    let many = |name: &str| -> Vec<String> {
        fields
            .iter()
            .filter(|f| f.0 == name)
            .map(|f| f.1.trim())
            .filter(|v| !v.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let mut read = Parameters::new(fields.iter().copied());
    read.only_addresses();
    let owned = |name| read.last(name).map(str::to_owned);
    let options = CsvOptions {
        columns: many("columns"),
        citycode: owned("citycode"),
        postcode: owned("postcode"),
        kind: owned("type"),
        lat: owned("lat"),
        lon: owned("lon"),
        result_columns: many("result_columns"),
        delimiter: None,
        radius_m: None,
    };
    let delimiter = match owned("delimiter").as_deref() {
        None => None,
        Some("\\t") => Some(b'\t'),
        Some(d) if d.len() == 1 && d.is_ascii() => d.bytes().next(),
        Some(_) => {
            read.wrong
                .push("delimiter: must be a single ASCII character".into());
            None
        }
    };
    let radius_m = read.number("radius", 0.0..=1e7);
    read.finish(CsvOptions {
        delimiter,
        radius_m,
        ..options
    })
}

struct Parameters<'p> {
    given: Vec<(&'p str, &'p str)>,
    wrong: Vec<String>,
}

impl<'p> Parameters<'p> {
    fn new(parameters: impl IntoIterator<Item = (&'p str, &'p str)>) -> Self {
        Self {
            given: parameters.into_iter().collect(),
            wrong: Vec::new(),
        }
    }

    fn finish<T>(self, value: T) -> Result<T, BadQuery> {
        if self.wrong.is_empty() {
            Ok(value)
        } else {
            Err(BadQuery { detail: self.wrong })
        }
    }

    /// The last value of a parameter, when it is not empty.
    fn last(&self, name: &str) -> Option<&'p str> {
        self.given
            .iter()
            .rev()
            .find(|p| p.0 == name)
            .map(|p| p.1.trim())
            .filter(|v| !v.is_empty())
    }

    fn blame(&mut self, name: &str, why: &str) {
        self.wrong.push(format!("{name}: {why}"));
    }

    fn text(&mut self) -> Option<String> {
        let Some(text) = self.last("q") else {
            self.blame("q", "required param");
            return None;
        };
        if !is_askable(text) {
            self.blame(
                "q",
                "must contain between 3 and 200 chars and start with a number or a letter",
            );
        }
        Some(text.to_owned())
    }

    fn limit(&mut self) -> usize {
        match self.last("limit").map(str::parse::<usize>) {
            None => DEFAULT_LIMIT,
            Some(Ok(n)) if (1..=MOST).contains(&n) => n,
            Some(_) => {
                self.blame("limit", "must be an integer between 1 and 20");
                DEFAULT_LIMIT
            }
        }
    }

    fn flag(&mut self, name: &str) -> Option<bool> {
        let value = self.last(name)?.to_ascii_lowercase();
        match value.as_str() {
            "1" | "true" | "yes" => Some(true),
            "0" | "false" | "no" => Some(false),
            _ => {
                self.blame(name, "unable to parse value as boolean");
                None
            }
        }
    }

    fn number(&mut self, name: &str, range: std::ops::RangeInclusive<f64>) -> Option<f64> {
        let value = self.last(name)?;
        match value.parse::<f64>() {
            Ok(n) if range.contains(&n) => Some(n),
            _ => {
                let why = format!(
                    "must be a float between {} and {}",
                    range.start(),
                    range.end()
                );
                self.blame(name, &why);
                None
            }
        }
    }

    fn point(&mut self) -> Option<LonLat> {
        let are_given = (self.last("lon").is_some(), self.last("lat").is_some());
        let (lon, lat) = (
            self.number("lon", -180.0..=180.0),
            self.number("lat", -90.0..=90.0),
        );
        if are_given.0 != are_given.1 {
            self.wrong
                .push("lon/lat: must be present together if defined".into());
        }
        Some(LonLat {
            lon: lon?,
            lat: lat?,
        })
    }

    fn only_addresses(&mut self) {
        for name in ["index", "indexes"] {
            let other = self
                .last(name)
                .into_iter()
                .flat_map(|v| v.split(','))
                .map(str::trim)
                .find(|v| *v != "address");
            if let Some(other) = other {
                self.blame(name, &format!("unexpected value '{other}'"));
            }
        }
    }

    fn filters<D: AsRef<[u8]> + Send + Sync>(&mut self, geocoder: &Geocoder<D>) -> OwnedFilters {
        self.only_addresses();
        // Addresses are points: their true geometry is the one always given.
        let _is_point_anyway = self.flag("returntruegeometry");
        let kind = self.last("type").and_then(|t| {
            let kind = PlaceKind::parse(t);
            if kind.is_none() {
                self.blame("type", &format!("unexpected value '{t}'"));
            }
            kind
        });
        let own = |value: Option<&str>| value.map(str::to_owned);
        let (postcode, citycode, city) = (
            self.last("postcode"),
            self.last("citycode"),
            self.last("city"),
        );
        if postcode.is_some_and(|p| !is_postcode(p)) {
            self.blame("postcode", "must contain 5 digits");
        }
        if citycode.is_some_and(|c| !is_citycode(c)) {
            self.blame("citycode", "is not a valid INSEE code");
        }
        if let Some(name) = city {
            if name.chars().count() > 50 {
                self.blame("city", "must contain between 1 and 50 chars");
            } else if citycode.is_some() {
                self.blame("city", "cannot be used together with citycode");
            } else if !geocoder.knows_city(name) {
                self.blame("city", "city not found");
            }
        }
        OwnedFilters {
            kind,
            postcode: own(postcode),
            citycode: own(citycode),
            city: own(city),
        }
    }
}
