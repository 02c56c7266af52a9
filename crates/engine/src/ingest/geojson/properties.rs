//! The attributes of a feature, even when they are not quite JSON: `NaN` as Python writes it, text in Windows-1252.

use super::scan::{Scan, Scanner};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// How well the attributes were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quality {
    /// As written.
    Exact,
    /// Not UTF-8: read as Windows-1252.
    Recoded,
    /// Something was lost.
    Lossy,
}

/// Attributes and how well they were read.
#[derive(Debug)]
pub(super) struct Properties {
    pub map: Map<String, Value>,
    pub quality: Quality,
}

/// The value of `properties` at the cursor.
pub(super) fn read(scanner: &mut Scanner<'_>) -> Scan<Properties> {
    scanner.peek();
    let start = scanner.pos;
    let mut values =
        serde_json::Deserializer::from_slice(&scanner.bytes[start..]).into_iter::<Value>();
    if let Some(Ok(value)) = values.next() {
        scanner.pos = start + values.byte_offset();
        return Ok(match value {
            Value::Object(map) => Properties {
                map,
                quality: Quality::Exact,
            },
            Value::Null => empty(Quality::Exact),
            _ => empty(Quality::Lossy),
        });
    }
    scanner.skip_value()?;
    Ok(lenient(&scanner.bytes[start..scanner.pos]))
}

fn empty(quality: Quality) -> Properties {
    Properties {
        map: Map::new(),
        quality,
    }
}

fn lenient(text: &[u8]) -> Properties {
    let (text, quality) = match std::str::from_utf8(text) {
        Ok(text) => (Cow::Borrowed(text), Quality::Exact),
        Err(_) => (encoding_rs::WINDOWS_1252.decode(text).0, Quality::Recoded),
    };
    if let Ok(map) = serde_json::from_str(&text) {
        return Properties { map, quality };
    }
    match serde_json::from_str(&without_odd_numbers(&text)) {
        Ok(map) => Properties {
            map,
            quality: Quality::Lossy,
        },
        Err(_) => empty(Quality::Lossy),
    }
}

/// The text with `NaN` and infinities outside strings written `null`.
fn without_odd_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let (mut in_string, mut escaped) = (false, false);
    while let Some(c) = rest.chars().next() {
        if !in_string
            && let Some(word) = ["NaN", "-Infinity", "Infinity", "-inf", "inf", "nan"]
                .iter()
                .find(|word| rest.starts_with(**word))
        {
            out.push_str("null");
            rest = &rest[word.len()..];
            continue;
        }
        if c == '"' && !escaped {
            in_string = !in_string;
        }
        escaped = in_string && c == '\\' && !escaped;
        out.push(c);
        rest = &rest[c.len_utf8()..];
    }
    out
}
