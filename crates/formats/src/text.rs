//! How is a value written as text: numbers with so many decimals at most, JSON strings, lists?

use crate::table::Cell;
use std::fmt::Write as _;

/// Writes `value` rounded to `decimals` (half away from zero), without trailing zeros.
pub(crate) fn push_rounded(out: &mut String, value: f64, decimals: u32) {
    let scale = 10_i64.pow(decimals);
    let scaled = (value * scale as f64).round();
    // Past this a double has no decimals of that rank to round.
    if !scaled.is_finite() || scaled.abs() >= 9.0e15 {
        let _infallible = write!(out, "{value}");
        return;
    }
    let whole = scaled as i64;
    if whole < 0 {
        out.push('-');
    }
    let (integer, mut fraction) = (
        whole.unsigned_abs() / scale as u64,
        whole.unsigned_abs() % scale as u64,
    );
    let _infallible = write!(out, "{integer}");
    if fraction > 0 {
        let mut width = decimals as usize;
        while fraction.is_multiple_of(10) {
            fraction /= 10;
            width -= 1;
        }
        let _infallible = write!(out, ".{fraction:0width$}");
    }
}

/// A number in the shortest form that reads back the same; whole numbers without a point.
pub(crate) fn number(value: f64) -> String {
    format!("{value}")
}

/// Lower-case hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _infallible = write!(out, "{byte:02x}");
        out
    })
}

/// Writes a JSON string.
pub(crate) fn push_json_string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            c if c < ' ' => {
                let _infallible = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// Writes a cell as JSON.
pub(crate) fn push_json_cell(out: &mut String, cell: &Cell<'_>) {
    match cell {
        Cell::Text(text) => push_json_string(out, text),
        Cell::List(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(',');
                }
                push_json_string(out, item);
            }
            out.push(']');
        }
        Cell::Integer(value) => {
            let _infallible = write!(out, "{value}");
        }
        Cell::Real(value) if value.is_finite() => {
            let _infallible = write!(out, "{value}");
        }
        Cell::Empty | Cell::Real(_) => out.push_str("null"),
        Cell::Boolean(value) => out.push_str(if *value { "true" } else { "false" }),
    }
}

/// Writes an object's member, with the comma before it when there is one already.
pub(crate) fn push_json_member(out: &mut String, name: &str, cell: &Cell<'_>) {
    if !out.ends_with('{') {
        out.push(',');
    }
    push_json_string(out, name);
    out.push(':');
    push_json_cell(out, cell);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounded(value: f64, decimals: u32) -> String {
        let mut out = String::new();
        push_rounded(&mut out, value, decimals);
        out
    }

    #[test]
    fn numbers_are_rounded_half_away_from_zero_and_keep_no_useless_zero() {
        assert_eq!(rounded(65.449_9, 1), "65.4");
        assert_eq!(rounded(0.25, 1), "0.3");
        assert_eq!(rounded(-0.25, 1), "-0.3");
        assert_eq!(rounded(100.0, 1), "100");
        assert_eq!(rounded(0.007, 3), "0.007");
        assert_eq!(rounded(-0.000_01, 3), "0");
        assert_eq!(rounded(652_345.123_45, 4), "652345.1235");
        assert_eq!(rounded(12.0, 0), "12");
    }

    #[test]
    fn strings_are_valid_json_whatever_they_hold() {
        let text = "L’« Île »\\ \"du\"\n\u{1}";
        let mut out = String::new();
        push_json_string(&mut out, text);
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
    }
}
