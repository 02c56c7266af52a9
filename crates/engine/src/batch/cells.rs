//! The columns a batch adds, and what stands in each.

use super::answer::{Answer, Outcome};
use std::borrow::Cow;

/// The names of our columns, in order.
pub const COLUMNS: [&str; 23] = [
    "result_label",
    "result_score",
    "result_type",
    "result_id",
    "result_citycode",
    "result_status",
    "longitude",
    "latitude",
    "eligibility_type",
    "eligible",
    "distance_m",
    "network_key",
    "network_id",
    "network_name",
    "network_operator",
    "renewable_rate_pct",
    "co2_lca_g_per_kwh",
    "classified",
    "in_priority_area",
    "under_construction",
    "nearest_cold_distance_m",
    "release",
    "error",
];

/// What kind of value stands in a column of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// Text.
    Text,
    /// Number with decimals.
    Real,
    /// Whole number.
    Integer,
    /// True or false.
    Boolean,
}

/// The kind of each of [`COLUMNS`].
pub const KINDS: [ValueKind; 23] = {
    use ValueKind::{Boolean, Integer, Real, Text};
    [
        Text, Real, Text, Text, Text, Text, Real, Real, Text, Boolean, Integer, Text, Text, Text,
        Text, Real, Integer, Boolean, Boolean, Boolean, Integer, Integer, Text,
    ]
};

/// A value of ours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// Nothing to say.
    None,
    /// Text from the data or from us.
    Text(&'a str),
    /// A number, and how many decimals are written; as many as it takes when `None`.
    Real(f64, Option<usize>),
    /// A whole number.
    Integer(i64),
    /// Yes or no.
    Boolean(bool),
}

/// The values of an answer, one for each of [`COLUMNS`].
pub fn values(answer: &Answer) -> [Value<'_>; 23] {
    use Value::{Real, Text};
    let mut values = [Value::None; 23];
    if let Some(found) = &answer.found {
        values[0] = Text(&found.label);
        values[1] = Real(found.score, Some(4));
        values[2] = Text(found.kind.as_str());
        values[3] = Text(&found.id);
        values[4] = Text(&found.citycode);
    }
    values[5] = Text(answer.status.as_str());
    if let Some(place) = answer.place {
        values[6] = Real(place.lon, Some(6));
        values[7] = Real(place.lat, Some(6));
    }
    if let Some(outcome) = &answer.outcome {
        outcome_values(outcome, &mut values);
    }
    if !answer.problem.is_empty() {
        values[22] = Text(&answer.problem);
    }
    values
}

fn outcome_values<'a>(outcome: &'a Outcome, values: &mut [Value<'a>; 23]) {
    let text = |text: &'a Option<String>| match text.as_deref() {
        Some(text) if !text.is_empty() => Value::Text(text),
        _ => Value::None,
    };
    let integer = |number: Option<u32>| match number {
        Some(number) => Value::Integer(i64::from(number)),
        None => Value::None,
    };
    values[8] = Value::Text(outcome.kind.as_str());
    values[9] = Value::Boolean(outcome.is_eligible());
    values[10] = integer(outcome.distance_m);
    if let Some(network) = outcome.network.as_deref() {
        values[11] = Value::Text(&network.key);
        values[12] = text(&network.id);
        values[13] = text(&network.name);
        values[14] = text(&network.operator);
        if let Some(rate) = network.renewable_rate_pct {
            values[15] = Value::Real(rate, None);
        }
        if let Some(grams) = network.co2_lca_g_per_kwh() {
            values[16] = Value::Integer(grams);
        }
        if let Some(classified) = network.classified {
            values[17] = Value::Boolean(classified);
        }
    }
    values[18] = Value::Boolean(outcome.in_priority_area);
    values[19] = Value::Boolean(outcome.kind.is_future());
    values[20] = integer(outcome.nearest_cold_distance_m);
    values[21] = integer(outcome.release);
}

/// A text from the data as a spreadsheet takes it for one, never for a formula.
pub fn neutralised(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// `names` as they stand after the user's: one that the user's file has already takes the suffix `_2`, then `_3`…
pub fn beside(theirs: &[String], names: &[&str]) -> Vec<String> {
    let mut taken: std::collections::HashSet<String> = theirs.iter().cloned().collect();
    names
        .iter()
        .map(|name| {
            let mut own = (*name).to_owned();
            let mut n = 2;
            while taken.contains(&own) {
                own = format!("{name}_{n}");
                n += 1;
            }
            taken.insert(own.clone());
            own
        })
        .collect()
}
