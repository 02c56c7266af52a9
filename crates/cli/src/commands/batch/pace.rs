//! How fast is it going, and how long will it take?

use crate::progress::Progress;
use caloduc_engine::batch;
use caloduc_engine::report::count;
use std::time::Instant;

/// Rows a second and seconds left, shown until it is dropped.
#[derive(Debug)]
pub(super) struct Pace {
    progress: Progress,
    begun: Instant,
    bytes: u64,
}

impl Pace {
    pub(super) fn start(bytes: u64) -> Self {
        Self {
            progress: Progress::start("Lignes testées"),
            begun: Instant::now(),
            bytes,
        }
    }

    pub(super) fn tell(&mut self, done: &batch::Progress) {
        let read = done.bytes_read.min(self.bytes);
        let line = line(done, self.bytes, self.begun.elapsed().as_secs_f64());
        self.progress.phase_at(&line, read, self.bytes);
    }
}

fn line(done: &batch::Progress, bytes: u64, seconds: f64) -> String {
    let worked = done.rows - done.recalled_rows;
    let mut line = format!("{} lignes", count(done.rows));
    if worked > 0 && seconds > 0.0 {
        line.push_str(&format!(
            ", {} par seconde",
            count((worked as f64 / seconds) as u64)
        ));
    }
    let share = done.bytes_read as f64 / bytes.max(1) as f64;
    if share > 0.0 && share < 1.0 && seconds >= 1.0 {
        line.push_str(&format!(
            ", reste {}",
            duration(seconds * (1.0 - share) / share)
        ));
    }
    line
}

fn duration(seconds: f64) -> String {
    match seconds.round() as u64 {
        s @ 0..60 => format!("{s} s"),
        s @ 60..3600 => format!("{} min {:02} s", s / 60, s % 60),
        s => format!("{} h {:02} min", s / 3600, s / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_and_rest_are_told_once_they_are_known() {
        let done = batch::Progress {
            rows: 30_000,
            recalled_rows: 10_000,
            bytes_read: 250,
        };
        let told = line(&done, 1000, 4.0).replace(['\u{a0}', '\u{202f}'], " ");
        assert_eq!(told, "30 000 lignes, 5 000 par seconde, reste 12 s");
        assert_eq!(duration(75.0), "1 min 15 s");
        assert_eq!(duration(7322.0), "2 h 02 min");
        assert!(!line(&done, 250, 4.0).contains("reste"));
    }
}
