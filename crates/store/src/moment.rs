//! When did it happen? A moment in UTC, to the second, that comes in from the edge: the store reads no clock.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A moment in UTC as RFC 3339 text, `2026-09-01T07:30:00Z`. Orders like time does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(String);

impl Moment {
    /// The moment of a clock reading; before 1970 counts as 1970.
    pub fn from_system(time: SystemTime) -> Self {
        let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
        let (year, month, day) = civil_from_days((seconds / 86_400) as i64);
        let rest = seconds % 86_400;
        let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
        Self(format!(
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z"
        ))
    }

    /// A moment written `YYYY-MM-DDTHH:MM:SSZ`, and nothing else.
    pub fn parse(text: &str) -> Option<Self> {
        let pattern = b"dddd-dd-ddTdd:dd:ddZ";
        let matches = text.len() == pattern.len()
            && text.bytes().zip(pattern).all(|(b, p)| {
                if *p == b'd' {
                    b.is_ascii_digit()
                } else {
                    b == *p
                }
            });
        matches.then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The day, `2026-09-01`.
    pub fn date(&self) -> &str {
        self.0.get(..10).unwrap_or(&self.0)
    }

    /// As a clock reading; `None` when it is not a date of the calendar.
    pub fn to_system(&self) -> Option<SystemTime> {
        let number = |range: std::ops::Range<usize>| self.0.get(range)?.parse::<u64>().ok();
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
        let date = (year as i64, month as i64, day as i64);
        let days = days_from_civil(date.0, date.1, date.2);
        let possible = civil_from_days(days) == date && hour < 24 && minute < 60 && second < 60;
        let days = u64::try_from(days).ok().filter(|_| possible)?;
        let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second;
        Some(UNIX_EPOCH + std::time::Duration::from_secs(seconds))
    }

    pub(crate) fn from_catalogue(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A moment in UTC to the millisecond, counted from 1970: what leases and expiries are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixMs(pub i64);

impl UnixMs {
    /// The moment of a clock reading; before 1970 counts as 1970.
    pub fn from_system(time: SystemTime) -> Self {
        let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(since.as_millis() as i64)
    }

    /// So much later.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration.as_millis() as i64))
    }

    /// The same to the second, as text.
    pub fn moment(self) -> Moment {
        let since = Duration::from_millis(self.0.max(0) as u64);
        Moment::from_system(UNIX_EPOCH + since)
    }
}

/// Year, month, day of a count of days since 1970-01-01, in the proleptic Gregorian calendar: years are counted from
/// March so that the leap day comes last, in eras of 400 years (146 097 days).
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Days since 1970-01-01 of a date: what [`civil_from_days`] undoes.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let march_month = (month + 9) % 12;
    let day_of_year = (153 * march_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_goes_to_the_clock_and_back() {
        for text in [
            "1970-01-01T00:00:00Z",
            "2000-02-29T12:34:56Z",
            "2026-12-31T23:59:59Z",
            "2100-03-01T00:00:01Z",
        ] {
            let moment = Moment::parse(text).unwrap();
            assert_eq!(Moment::from_system(moment.to_system().unwrap()), moment);
        }
        for text in [
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
        ] {
            assert_eq!(Moment::parse(text).unwrap().to_system(), None, "{text}");
        }
    }

    #[test]
    fn known_moments_are_written_right() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_251_200, "2024-03-01T00:00:00Z"),
            (4_102_444_800, "2100-01-01T00:00:00Z"),
        ] {
            assert_eq!(
                Moment::from_system(UNIX_EPOCH + Duration::from_secs(seconds)).as_str(),
                text
            );
            assert!(Moment::parse(text).is_some());
        }
        assert!(Moment::parse("2024-03-01").is_none());
    }

    #[test]
    fn every_day_of_two_centuries_follows_the_one_before() {
        let (mut year, mut month, mut day) = (1970_i64, 1_i64, 1_i64);
        for days in 0..73_050 {
            assert_eq!(civil_from_days(days), (year, month, day));
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = match month {
                2 if leap => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            day += 1;
            if day > length {
                (day, month) = (1, month + 1);
            }
            if month > 12 {
                (month, year) = (1, year + 1);
            }
        }
    }
}
