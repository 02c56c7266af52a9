//! Does the service fetch the official files by itself, how often, and how far does it go alone?

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Fetching by the service itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Update {
    /// How often: `12h`, `7d`; never when empty.
    pub every: String,
    /// Whether a draft without error and within the bounds is put into service; else it waits for a person.
    pub publish: bool,
    /// Most networks, projects and priority areas that may go, percent of those in service.
    pub most_removed_pct: f64,
    /// Most that may come, percent of those in service.
    pub most_added_pct: f64,
    /// Most pipe that may go from networks that stay, percent of all the pipe in service.
    pub most_pipe_removed_pct: f64,
}

impl Default for Update {
    fn default() -> Self {
        Self {
            every: String::new(),
            publish: false,
            most_removed_pct: 2.0,
            most_added_pct: 20.0,
            most_pipe_removed_pct: 5.0,
        }
    }
}

impl Update {
    /// The period; `None` when there is none, an error in French when it cannot be read.
    pub fn period(&self) -> Result<Option<Duration>, String> {
        let text = self.every.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let wrong = || format!("update.every vaut une durée comme 12h ou 7d, pas « {text} »");
        let (number, unit) =
            text.split_at(text.len() - text.chars().last().map_or(0, char::len_utf8));
        let number: u64 = number
            .parse()
            .map_err(|_bad: std::num::ParseIntError| wrong())?;
        let hours = match unit {
            "h" => number,
            "d" | "j" => number.saturating_mul(24),
            _ => return Err(wrong()),
        };
        if hours == 0 || hours > 24 * 366 {
            return Err(wrong());
        }
        Ok(Some(Duration::from_secs(hours * 3600)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_hours_or_days() {
        let of = |every: &str| {
            let every = every.to_owned();
            Update {
                every,
                ..Update::default()
            }
            .period()
        };
        assert_eq!(of(""), Ok(None));
        assert_eq!(of("12h"), Ok(Some(Duration::from_hours(12))));
        assert_eq!(of("7d"), Ok(Some(Duration::from_hours(168))));
        for wrong in ["7", "d", "0h", "-1d", "7 semaines", "é", "999999999999d"] {
            assert!(of(wrong).is_err(), "{wrong}");
        }
    }
}
