//! What value does this cell hold? Numbers with a decimal comma, a percent sign or written as text, the many ways of
//! saying nothing (`-`, `ND`, `Non défini`), booleans in every spelling, lists as arrays or as text.

use super::fields::fold;
use serde_json::Value;

/// A cell read as some type.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<T> {
    /// Nothing there.
    Empty,
    /// A value.
    Is(T),
    /// Something else, as written.
    Unreadable(String),
}

impl<T> Cell<T> {
    /// The value, if there is one.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Empty | Self::Unreadable(_) => None,
        }
    }
}

/// Whether a text stands for no value.
pub fn is_absent(text: &str) -> bool {
    let text = text.trim();
    if text
        .chars()
        .all(|c| matches!(c, '-' | '–' | '—' | '.' | '/' | '?' | ' ' | '\u{a0}'))
    {
        return true;
    }
    text.len() <= 20
        && matches!(
            fold(text).as_str(),
            "nd" | "nc"
                | "na"
                | "nr"
                | "ns"
                | "nan"
                | "null"
                | "none"
                | "nil"
                | "nondefini"
                | "nondefinie"
                | "nonrenseigne"
                | "nonrenseignee"
                | "nondisponible"
                | "noncommunique"
                | "inconnu"
                | "inconnue"
                | "sansobjet"
                | "refnd"
        )
}

/// The text of a cell, trimmed; numbers and booleans as JSON writes them.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => {
            let text = text
                .trim()
                .trim_matches(['\u{a0}', '\u{feff}', '\0'])
                .trim();
            (!is_absent(text)).then(|| text.to_owned())
        }
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A finite number.
pub fn number(value: &Value) -> Cell<f64> {
    match value {
        Value::Null => Cell::Empty,
        Value::Number(number) => number
            .as_f64()
            .filter(|x| x.is_finite())
            .map_or(Cell::Empty, Cell::Is),
        Value::String(text) => number_from_text(text),
        other => Cell::Unreadable(other.to_string()),
    }
}

/// A number as people write it: `1 234,5`, `65.4 %`, `1.234,5`.
pub fn number_from_text(text: &str) -> Cell<f64> {
    if is_absent(text) {
        return Cell::Empty;
    }
    let mut digits: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{202f}' | '\u{a0}' | '\'' | '’' | '\0'))
        .collect();
    if let Some(shorter) = digits.strip_suffix('%') {
        digits = shorter.to_owned();
    }
    match (digits.rfind(','), digits.rfind('.')) {
        (Some(comma), Some(dot)) if comma > dot => {
            digits = digits.replace('.', "").replace(',', ".");
        }
        (Some(_), Some(_)) => digits = digits.replace(',', ""),
        (Some(_), None) if digits.matches(',').count() == 1 => digits = digits.replace(',', "."),
        _ => {}
    }
    let plain = digits
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-' | b'+' | b'e' | b'E'));
    match digits.parse::<f64>() {
        Ok(x) if plain && x.is_finite() => Cell::Is(x),
        _ => Cell::Unreadable(text.trim().to_owned()),
    }
}

/// A whole number; `2 016,0` is one.
pub fn integer(value: &Value) -> Cell<i64> {
    match number(value) {
        Cell::Is(x) if x.fract() == 0.0 && x.abs() < 9e15 => Cell::Is(x as i64),
        Cell::Is(x) => Cell::Unreadable(x.to_string()),
        Cell::Empty => Cell::Empty,
        Cell::Unreadable(text) => Cell::Unreadable(text),
    }
}

/// Yes or no in every spelling met.
pub fn boolean(value: &Value) -> Cell<bool> {
    match value {
        Value::Null => Cell::Empty,
        Value::Bool(flag) => Cell::Is(*flag),
        Value::Number(number) => match number.as_f64() {
            Some(0.0) => Cell::Is(false),
            Some(1.0) => Cell::Is(true),
            _ => Cell::Unreadable(number.to_string()),
        },
        Value::String(text) if is_absent(text) => Cell::Empty,
        Value::String(text) => match fold(text).as_str() {
            _ if number_from_text(text) == Cell::Is(1.0) => Cell::Is(true),
            _ if number_from_text(text) == Cell::Is(0.0) => Cell::Is(false),
            "true" | "vrai" | "oui" | "yes" | "o" | "y" | "v" | "t" | "x" | "on" | "checked"
            | "classe" | "ouvert" => Cell::Is(true),
            "false" | "faux" | "non" | "no" | "n" | "f" | "off" | "unchecked" | "nonclasse"
            | "ferme" => Cell::Is(false),
            _ => Cell::Unreadable(text.trim().to_owned()),
        },
        other => Cell::Unreadable(other.to_string()),
    }
}

/// Texts of an array, or of a list separated by commas or semicolons (`{a,b}` and `["a"]` as text too).
pub fn list(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().filter_map(text).collect(),
        Value::String(joined) => {
            if let Some(Value::Array(items)) = joined
                .trim()
                .starts_with('[')
                .then(|| serde_json::from_str::<Value>(joined).ok())
                .flatten()
            {
                return items.iter().filter_map(text).collect();
            }
            joined
                .trim()
                .trim_start_matches('{')
                .trim_end_matches('}')
                .split([',', ';'])
                .map(|item| item.trim().trim_matches('"').trim())
                .filter(|item| !is_absent(item))
                .map(str::to_owned)
                .collect()
        }
        other => text(other).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (written, expected) in [
            ("0,533", 0.533),
            ("65.4 %", 65.4),
            ("1 234,5", 1234.5),
            ("1\u{202f}234,5", 1234.5),
            ("1.234,5", 1234.5),
            ("1,234.5", 1234.5),
            ("-3", -3.0),
            ("1e3", 1000.0),
        ] {
            assert_eq!(number(&json!(written)), Cell::Is(expected), "{written}");
        }
        assert_eq!(number(&json!(12.5)), Cell::Is(12.5));
        for absent in [
            "",
            " ",
            "-",
            "ND",
            "nd",
            "N.D.",
            "Non défini",
            "NC",
            "N/A",
            "null",
            "NaN",
        ] {
            assert_eq!(number(&json!(absent)), Cell::Empty, "{absent}");
        }
        for wrong in ["inf", "douze", "1,2,3", "12 km", "0x10"] {
            assert!(
                matches!(number(&json!(wrong)), Cell::Unreadable(_)),
                "{wrong}"
            );
        }
    }

    #[test]
    fn booleans_are_read_in_every_spelling() {
        for yes in [
            json!(true),
            json!(1),
            json!("Oui"),
            json!("VRAI"),
            json!("x"),
            json!("t"),
            json!("1.0"),
        ] {
            assert_eq!(boolean(&yes), Cell::Is(true), "{yes}");
        }
        for no in [
            json!(false),
            json!(0),
            json!("non"),
            json!("Faux"),
            json!("F"),
        ] {
            assert_eq!(boolean(&no), Cell::Is(false), "{no}");
        }
        assert_eq!(boolean(&json!("ND")), Cell::Empty);
        assert_eq!(
            boolean(&json!("peut-être")),
            Cell::Unreadable("peut-être".into())
        );
    }

    #[test]
    fn lists_come_as_arrays_or_as_text() {
        let expected = vec!["75056".to_owned(), "92012".to_owned()];
        for written in [
            json!(["75056", "92012"]),
            json!("75056,92012"),
            json!("75056; 92012"),
            json!("{75056,92012}"),
            json!("[\"75056\", \"92012\"]"),
            json!([75056, 92012]),
        ] {
            assert_eq!(list(&written), expected, "{written}");
        }
        assert!(list(&json!("-")).is_empty());
        assert!(list(&Value::Null).is_empty());
    }
}
