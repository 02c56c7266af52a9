//! What can be asked of a search, and what may an answer be.

use crate::projection::LonLat;

/// A question.
#[derive(Clone, Copy, Debug)]
pub struct SearchRequest<'a> {
    /// The text, any UTF-8.
    pub text: &'a str,
    /// Most answers wanted, 1 to 100.
    pub limit: usize,
    /// Whether the text may be unfinished.
    pub completion: Completion,
    /// Where answers are preferred.
    pub bias: Option<LonLat>,
    /// What answers must be.
    pub filters: Filters<'a>,
}

impl<'a> SearchRequest<'a> {
    /// A finished text, one answer, no filter.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            limit: 1,
            completion: Completion::Whole,
            bias: None,
            filters: Filters::default(),
        }
    }
}

/// Whether a text is finished.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Completion {
    /// Somebody may still be typing: the last word may be the beginning of one.
    Typing,
    /// The text is whole.
    #[default]
    Whole,
}

/// What answers must be. Each filter matches any of a place's values: an address of Paris
/// answers to `75104` and to `75056`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filters<'a> {
    /// Kind of place.
    pub kind: Option<PlaceKind>,
    /// Postcode.
    pub postcode: Option<&'a str>,
    /// INSEE code of the commune.
    pub citycode: Option<&'a str>,
    /// Name of the commune.
    pub city: Option<&'a str>,
}

impl Filters<'_> {
    /// Whether some filter limits where answers are.
    pub fn has_area(&self) -> bool {
        self.postcode.is_some() || self.citycode.is_some() || self.city.is_some()
    }
}

/// Kind of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PlaceKind {
    /// One number of a street.
    HouseNumber,
    /// A street.
    Street,
    /// A hamlet, a named place.
    Locality,
    /// A commune.
    Municipality,
}

impl PlaceKind {
    /// As the contract writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::HouseNumber => "housenumber",
            Self::Street => "street",
            Self::Locality => "locality",
            Self::Municipality => "municipality",
        }
    }

    /// Reads the contract's word.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "housenumber" => Self::HouseNumber,
            "street" => Self::Street,
            "locality" => Self::Locality,
            "municipality" => Self::Municipality,
            _ => return None,
        })
    }
}

/// Why an answer is not exactly what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// Some letters of the street differ.
    StreetSpelledOtherwise,
    /// The street has another type (`rue` for `avenue`).
    OtherStreetType,
    /// The text gave no street type.
    NoStreetType,
    /// The street's name is longer or shorter than the one asked.
    PartOfTheName,
    /// The street has not this number: the nearest one is given.
    NearestNumber,
    /// The number is there with another suffix.
    OtherSuffix,
    /// The street has not this number nor any near it: the street is given.
    NoSuchNumber,
    /// The postcode is not the one asked.
    OtherPostcode,
    /// The commune is not the one asked.
    OtherCity,
    /// The commune is spelled otherwise.
    CitySpelledOtherwise,
    /// The commune asked is unknown.
    UnknownCity,
    /// Other places answer the text just as well.
    SeveralAnswers,
}
