//! How long did it take, when other programs want the processor too?

use std::time::{Duration, Instant};

/// The whole program's time, on the wall and on the processors.
pub struct Clock {
    wall: Instant,
    busy: Option<Duration>,
}

impl Clock {
    pub fn of_all_threads() -> Self {
        Self {
            busy: on_processors(),
            wall: Instant::now(),
        }
    }

    /// Time on the wall, and summed over processors (on the wall too where the system does not tell).
    pub fn elapsed(&self) -> (Duration, Duration) {
        let wall = self.wall.elapsed();
        let busy = on_processors()
            .zip(self.busy)
            .map_or(wall, |(now, then)| now.saturating_sub(then));
        (wall, busy)
    }
}

/// From Linux' `/proc/self/stat`, in hundredths of a second.
fn on_processors() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    let mut fields = text.rsplit_once(") ")?.1.split(' ').skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(Duration::from_millis((user + system) * 10))
}

/// The shortest of three goes at a short piece of work.
pub fn best_of_three<T>(mut work: impl FnMut() -> T) -> Duration {
    (0..3)
        .map(|_| {
            let begin = Instant::now();
            std::hint::black_box(work());
            begin.elapsed()
        })
        .min()
        .unwrap_or_default()
}
