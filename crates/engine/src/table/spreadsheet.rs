//! What does a spreadsheet show for this number, and where is this cell? Serial days to dates, numbers as they are
//! displayed, references to columns.

pub use crate::ingest::xml_text::{attribute, push_entity};

/// Whether a number format has a day, month, year, hour or second outside quotes and brackets.
pub fn shows_date(code: &str) -> bool {
    let (mut quoted, mut bracketed, mut escaped) = (false, false, false);
    code.to_lowercase().chars().any(|c| {
        let plain = !quoted && !bracketed && !escaped;
        escaped = plain && c == '\\';
        match c {
            '"' => quoted = !quoted,
            '[' if plain => bracketed = true,
            ']' => bracketed = false,
            _ => {}
        }
        plain && matches!(c, 'd' | 'm' | 'y' | 'h' | 's') && !code.eq_ignore_ascii_case("standard")
    })
}

/// `BC12` to 54.
pub fn column_of(reference: &str) -> Option<usize> {
    let mut column = 0_usize;
    for letter in reference.bytes().take_while(u8::is_ascii_alphabetic) {
        let digit = usize::from(letter.to_ascii_uppercase() - b'A') + 1;
        column = column.checked_mul(26)?.checked_add(digit)?;
    }
    column.checked_sub(1)
}

/// A number with the fifteen digits that spreadsheets show.
pub fn shown_number(number: f64) -> String {
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    rounded.to_string()
}

/// A serial day to `2026-09-14`, with `T10:20:30` when it has an hour; an hour alone below one day.
pub fn date(serial: f64, from_1904: bool) -> Option<String> {
    const LAST: f64 = 2_958_466.0;
    if !(0.0..LAST).contains(&serial) {
        return None;
    }
    let seconds = ((serial.fract() * 86_400.0).round() as i64).min(86_399);
    let clock = format!(
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    );
    if serial < 1.0 && !from_1904 {
        return Some(clock);
    }
    let whole = serial.trunc() as i64;
    // Day 60 is the 29 February 1900 that never was.
    let days_since_1970 = match (from_1904, whole) {
        (true, _) => whole - 24_107,
        (false, ..60) => whole - 25_568,
        (false, _) => whole - 25_569,
    };
    let (year, month, day) = civil(days_since_1970);
    let day = format!("{year:04}-{month:02}-{day:02}");
    Some(if seconds == 0 {
        day
    } else {
        format!("{day}T{clock}")
    })
}

/// Days since 1970 to year, month and day of the Gregorian calendar (H. Hinnant, "chrono-compatible low-level date
/// algorithms").
pub fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 {
        month_index + 3
    } else {
        month_index - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_days_are_the_dates_spreadsheets_show() {
        assert_eq!(date(46_279.0, false).unwrap(), "2026-09-14");
        assert_eq!(date(46_279.5, false).unwrap(), "2026-09-14T12:00:00");
        assert_eq!(date(1.0, false).unwrap(), "1900-01-01");
        assert_eq!(date(61.0, false).unwrap(), "1900-03-01");
        assert_eq!(date(0.25, false).unwrap(), "06:00:00");
        assert_eq!(date(44_817.0, true).unwrap(), "2026-09-14");
        assert_eq!(date(-1.0, false), None);
        assert_eq!(date(f64::NAN, false), None);
        assert_eq!(shown_number(65.4 + 2e-14), "65.4");
        assert_eq!(shown_number(12.0), "12");
    }

    #[test]
    fn formats_with_a_day_or_an_hour_are_dates() {
        for code in ["dd/mm/yyyy", "[$-40C]d mmmm yyyy", "hh:mm", "[h]:mm"] {
            assert!(shows_date(code), "{code}");
        }
        for code in [
            "0.00",
            "#,##0\" mois\"",
            "0%",
            "General",
            "[Red]0.0",
            "0\\d",
        ] {
            assert!(!shows_date(code), "{code}");
        }
        assert_eq!(column_of("BC12"), Some(54));
        assert_eq!(column_of("12"), None);
    }
}
