//! Which day is this edition of, for names and for the dates inside archives?

use crate::error::ExportError;

/// The day of an edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Year.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 31.
    pub day: u8,
}

impl Day {
    /// The day of an RFC 3339 date or date-time. ZIP archives and DBF tables begin in 1980 and end in 2107.
    pub fn parse(text: &str) -> Result<Self, ExportError> {
        let wrong = || ExportError::Date(text.to_owned());
        let date = text.get(..10).ok_or_else(wrong)?;
        let mut parts = date.split('-').map(str::parse::<u16>);
        let (Some(Ok(year)), Some(Ok(month)), Some(Ok(day)), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(wrong());
        };
        let possible =
            (1980..=2107).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        possible
            .then_some(Self {
                year,
                month: month as u8,
                day: day as u8,
            })
            .ok_or_else(wrong)
    }

    /// `DDMMYY`, as the compatible archive is named.
    pub fn ddmmyy(self) -> String {
        format!("{:02}{:02}{:02}", self.day, self.month, self.year % 100)
    }

    /// `2026-09-01`.
    pub fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// `1er septembre 2026`.
    pub fn french(self) -> String {
        const MONTHS: [&str; 12] = [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ];
        let ordinal = if self.day == 1 { "er" } else { "" };
        let month = MONTHS[usize::from(self.month.clamp(1, 12)) - 1];
        format!("{}{ordinal}\u{a0}{month} {}", self.day, self.year)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_archive_is_named_after_the_day_of_the_edition() {
        let day = Day::parse("2026-09-01T07:30:00Z").unwrap();
        assert_eq!(day.ddmmyy(), "010926");
        assert_eq!(day.iso(), "2026-09-01");
        assert_eq!(day.french(), "1er\u{a0}septembre 2026");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "2026",
            "2026-13-01",
            "01/09/2026",
            "1970-01-01",
            "2026-09-é1",
        ] {
            assert!(Day::parse(text).is_err(), "{text}");
        }
    }
}
