//! Which keys are known, and which one did this other one mean?

use super::{Config, ConfigError};
use figment::value::{Dict, Value};
use figment::{Figment, Profile, Provider};
use std::fmt::Write;

/// Refuses the first key that [`Config`] does not have.
pub(super) fn check(figment: &Figment) -> Result<(), ConfigError> {
    let known = known();
    let data = figment
        .data()
        .map_err(|e| ConfigError::Value(e.to_string()))?;
    let Some(given) = data.get(&Profile::Default) else {
        return Ok(());
    };
    let Some((key, value)) = unknown(given, "", &known) else {
        return Ok(());
    };
    let origin = figment
        .get_metadata(value.tag())
        .map_or_else(String::new, |metadata| {
            metadata
                .source
                .as_ref()
                .map_or_else(|| metadata.name.to_string(), ToString::to_string)
        });
    Err(ConfigError::UnknownKey {
        nearest: nearest(&key, &known),
        key,
        origin,
    })
}

/// Every key of the defaults, sections included, `limits.burst`.
fn known() -> Vec<String> {
    fn walk(value: &serde_json::Value, prefix: &str, keys: &mut Vec<String>) {
        for (name, value) in value.as_object().into_iter().flatten() {
            let key = join(prefix, name);
            walk(value, &key, keys);
            keys.push(key);
        }
    }
    let mut keys = Vec::new();
    let defaults = serde_json::to_value(Config::default()).unwrap_or_default();
    walk(&defaults, "", &mut keys);
    keys
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}.{name}")
    }
}

fn unknown<'a>(given: &'a Dict, prefix: &str, known: &[String]) -> Option<(String, &'a Value)> {
    given.iter().find_map(|(name, value)| {
        let key = join(prefix, name);
        if !known.contains(&key) {
            return Some((key, value));
        }
        match value {
            Value::Dict(_, inner) => unknown(inner, &key, known),
            _ => None,
        }
    })
}

fn nearest(key: &str, known: &[String]) -> Option<String> {
    let last = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
    known
        .iter()
        .map(|other| {
            // A good key in the wrong section is as near as a misspelt one.
            let whole = strsim::jaro_winkler(key, other);
            let name = strsim::jaro_winkler(&last(key), &last(other)) * 0.99;
            (whole.max(name), other)
        })
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, other)| other.clone())
}

/// Keys and values, a line each, sections in order; secrets hide themselves.
pub(super) fn describe(config: &Config) -> String {
    fn walk(value: &serde_json::Value, prefix: &str, lines: &mut String) {
        match value {
            serde_json::Value::Object(inner) => {
                for (name, value) in inner {
                    walk(value, &join(prefix, name), lines);
                }
            }
            other => {
                // Writing to a string cannot fail.
                let _infallible = writeln!(lines, "{prefix} = {other}");
            }
        }
    }
    let mut lines = String::new();
    let value = serde_json::to_value(config).unwrap_or_default();
    walk(&value, "", &mut lines);
    lines
}
