//! How are answers written? As the national service writes them: GeoJSON features whose properties
//! come in the order of its contract, and the columns of its CSV answers.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::search::Hit;

/// Which properties a feature carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Detail {
    /// Those of the national service.
    #[default]
    National,
    /// Those, then ours: `confidence`, `score_next`, `approximate`, `reasons`.
    Full,
}

/// The properties of an answer, in the contract's order, those that do not apply left out.
#[derive(Clone, Copy, Debug)]
pub struct Properties<'a> {
    /// The answer.
    pub hit: &'a Hit,
    /// Which properties.
    pub detail: Detail,
}

/// A GeoJSON feature.
#[derive(Clone, Copy, Debug)]
pub struct Feature<'a> {
    /// The answer.
    pub hit: &'a Hit,
    /// Which properties.
    pub detail: Detail,
}

/// A GeoJSON collection of answers.
#[derive(Clone, Copy, Debug)]
pub struct FeatureCollection<'a> {
    /// The answers.
    pub hits: &'a [Hit],
    /// The text asked; none for a point.
    pub query: Option<&'a str>,
    /// Which properties.
    pub detail: Detail,
}

/// Degrees with six decimals, as the BAN gives them.
pub fn degrees(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// Metres with two decimals.
fn metres(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// Scores with nine decimals: more would be noise of the arithmetic.
fn ratio(value: f64) -> f64 {
    (value * 1e9).round() / 1e9
}

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let h = self.hit;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("label", &h.label)?;
        map.serialize_entry("score", &ratio(h.score))?;
        optional(&mut map, "housenumber", h.housenumber.as_deref())?;
        map.serialize_entry("id", &h.id)?;
        optional(&mut map, "banId", h.ban_id.as_deref())?;
        map.serialize_entry("name", &h.name)?;
        optional(&mut map, "postcode", h.postcode.as_deref())?;
        map.serialize_entry("citycode", &h.citycode)?;
        optional(&mut map, "oldcitycode", h.oldcitycode.as_deref())?;
        map.serialize_entry("x", &metres(h.projected.x))?;
        map.serialize_entry("y", &metres(h.projected.y))?;
        map.serialize_entry("city", &h.city)?;
        optional(&mut map, "oldcity", h.oldcity.as_deref())?;
        optional(&mut map, "district", h.district.as_deref())?;
        map.serialize_entry("context", &h.context)?;
        map.serialize_entry("type", h.kind.as_str())?;
        map.serialize_entry("importance", &((h.importance * 1e5).round() / 1e5))?;
        optional(&mut map, "street", h.street.as_deref())?;
        map.serialize_entry("_type", "address")?;
        if let Some(d) = h.distance_m {
            map.serialize_entry("distance", &(d.round() as u64))?;
        }
        if self.detail == Detail::Full {
            map.serialize_entry("confidence", &((h.confidence * 1e4).round() / 1e4))?;
            if let Some(next) = h.score_next {
                map.serialize_entry("score_next", &ratio(next))?;
            }
            map.serialize_entry("approximate", &h.is_approximate)?;
            map.serialize_entry("reasons", &h.reasons)?;
        }
        map.end()
    }
}

fn optional<M: SerializeMap>(
    map: &mut M,
    key: &'static str,
    value: Option<&str>,
) -> Result<(), M::Error> {
    value.map_or(Ok(()), |v| map.serialize_entry(key, v))
}

#[derive(serde::Serialize)]
struct Point {
    #[serde(rename = "type")]
    kind: &'static str,
    coordinates: [f64; 2],
}

impl Serialize for Feature<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let p = self.hit.position;
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("type", "Feature")?;
        map.serialize_entry(
            "geometry",
            &Point {
                kind: "Point",
                coordinates: [degrees(p.lon), degrees(p.lat)],
            },
        )?;
        map.serialize_entry(
            "properties",
            &Properties {
                hit: self.hit,
                detail: self.detail,
            },
        )?;
        map.end()
    }
}

impl Serialize for FeatureCollection<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", "FeatureCollection")?;
        let features: Vec<Feature<'_>> = self
            .hits
            .iter()
            .map(|hit| Feature {
                hit,
                detail: self.detail,
            })
            .collect();
        map.serialize_entry("features", &features)?;
        if let Some(query) = self.query {
            map.serialize_entry("query", query)?;
        }
        map.end()
    }
}

/// The columns a CSV answer may add, in order.
pub const SEARCH_COLUMNS: [&str; 18] = [
    "longitude",
    "latitude",
    "result_score",
    "result_score_next",
    "result_label",
    "result_type",
    "result_id",
    "result_housenumber",
    "result_name",
    "result_street",
    "result_postcode",
    "result_city",
    "result_context",
    "result_citycode",
    "result_oldcitycode",
    "result_oldcity",
    "result_district",
    "result_status",
];

/// The columns of an answer to points: a distance in place of the next score.
pub const REVERSE_COLUMNS: [&str; 18] = [
    "longitude",
    "latitude",
    "result_score",
    "result_distance",
    "result_label",
    "result_type",
    "result_id",
    "result_housenumber",
    "result_name",
    "result_street",
    "result_postcode",
    "result_city",
    "result_context",
    "result_citycode",
    "result_oldcitycode",
    "result_oldcity",
    "result_district",
    "result_status",
];

/// What a column of a CSV answer says of an answer; `result_status` is not one of them.
pub fn column_value(hit: &Hit, column: &str) -> String {
    let text = |o: &Option<String>| o.clone().unwrap_or_default();
    match column {
        "longitude" => degrees(hit.position.lon).to_string(),
        "latitude" => degrees(hit.position.lat).to_string(),
        "result_distance" => hit
            .distance_m
            .map(|d| format!("{}", d.round()))
            .unwrap_or_default(),
        "result_score" => ratio(hit.score).to_string(),
        "result_score_next" => hit
            .score_next
            .map(|s| ratio(s).to_string())
            .unwrap_or_default(),
        "result_label" => hit.label.clone(),
        "result_type" => hit.kind.as_str().to_owned(),
        "result_id" => hit.id.clone(),
        "result_housenumber" => text(&hit.housenumber),
        "result_name" => hit.name.clone(),
        "result_street" => text(&hit.street),
        "result_postcode" => text(&hit.postcode),
        "result_city" => hit.city.clone(),
        "result_context" => hit.context.clone(),
        "result_citycode" => hit.citycode.clone(),
        "result_oldcitycode" => text(&hit.oldcitycode),
        "result_oldcity" => text(&hit.oldcity),
        "result_district" => text(&hit.district),
        _ => String::new(),
    }
}
