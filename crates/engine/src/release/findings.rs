//! Findings of this room, with the typography of French.

use crate::report::{Finding, Place, Severity};

const NO_BREAK: &str = "\u{a0}";
const NARROW_NO_BREAK: &str = "\u{202f}";

/// A finding about one field of a row.
pub(super) fn at(
    place: &Place,
    severity: Severity,
    code: &str,
    field: &str,
    message: impl AsRef<str>,
    remedy: &str,
) -> Finding {
    let mut place = place.clone();
    place.field = Some(field.to_owned());
    about(place, severity, code, message, remedy)
}

/// A finding about a place, or about the whole import when the place is empty.
pub(super) fn about(
    place: Place,
    severity: Severity,
    code: &str,
    message: impl AsRef<str>,
    remedy: &str,
) -> Finding {
    Finding {
        severity,
        code: code.to_owned(),
        place,
        message: typeset(message.as_ref()),
        remedy: typeset(remedy),
    }
}

/// The unbreakable spaces that French puts before high punctuation and inside quotation marks.
pub(super) fn typeset(text: &str) -> String {
    text.replace(" :", &format!("{NO_BREAK}:"))
        .replace("« ", &format!("«{NO_BREAK}"))
        .replace(" »", &format!("{NO_BREAK}»"))
        .replace(" ;", &format!("{NARROW_NO_BREAK};"))
        .replace(" !", &format!("{NARROW_NO_BREAK}!"))
        .replace(" ?", &format!("{NARROW_NO_BREAK}?"))
        .replace(" %", &format!("{NO_BREAK}%"))
        .replace(" m.", &format!("{NO_BREAK}m."))
}
