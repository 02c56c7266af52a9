//! How far is the work? A bar on a terminal, otherwise one line every ten seconds, both on stderr.

use crate::output;
use caloduc_engine::report::typography;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{IsTerminal, stderr};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

const BETWEEN_LINES: Duration = Duration::from_secs(10);
const BETWEEN_TURNS: Duration = Duration::from_millis(120);

#[derive(Debug, Clone, PartialEq, Eq)]
struct State {
    what: String,
    done: u64,
    total: u64,
    over: bool,
}

impl State {
    fn line(&self) -> String {
        let extent = match (self.done, self.total) {
            (0, 0) => String::new(),
            (done, 0) => format!(" : {}", megabytes(done)),
            (done, total) => {
                let percent = done.saturating_mul(100) / total;
                format!(
                    " : {percent} % ({} sur {})",
                    megabytes(done),
                    megabytes(total)
                )
            }
        };
        format!("{}{extent}", self.what)
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{:.1} Mo", bytes as f64 / 1e6).replace('.', ",")
}

/// Work under way, shown until it is dropped.
#[derive(Debug)]
pub struct Progress {
    state: Arc<(Mutex<State>, Condvar)>,
    bar: Option<ProgressBar>,
    lines: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts showing `what`.
    pub fn start(what: &str) -> Self {
        let state = State {
            what: what.to_owned(),
            done: 0,
            total: 0,
            over: false,
        };
        let state = Arc::new((Mutex::new(state), Condvar::new()));
        let on_terminal = stderr().is_terminal();
        let lines = (!on_terminal).then(|| {
            let state = Arc::clone(&state);
            std::thread::spawn(move || say_every_ten_seconds(&state))
        });
        let progress = Self {
            state,
            bar: on_terminal.then(bar),
            lines,
        };
        progress.phase(what);
        progress
    }

    /// Something else is being done now, of unknown extent.
    pub fn phase(&self, what: &str) {
        self.update(Some(what), 0, 0);
    }

    /// So many bytes are done of so many.
    pub fn advance(&self, done: u64, total: u64) {
        self.update(None, done, total);
    }

    /// Something else is being done now: so many bytes of so many.
    pub fn phase_at(&self, what: &str, done: u64, total: u64) {
        self.update(Some(what), done, total);
    }

    fn update(&self, what: Option<&str>, done: u64, total: u64) {
        let mut state = held(&self.state.0);
        if let Some(what) = what {
            what.clone_into(&mut state.what);
        }
        (state.done, state.total) = (done, total);
        if let Some(bar) = &self.bar {
            bar.set_length(total.max(1));
            bar.set_position(done);
            bar.set_message(typography(&state.line()));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        held(&self.state.0).over = true;
        self.state.1.notify_all();
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if let Some(lines) = self.lines.take() {
            // Should the thread that talks have panicked, the work is done all the same.
            let _ignored = lines.join();
        }
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::new(1);
    let style = ProgressStyle::with_template("{spinner} [{bar:30}] {wide_msg}")
        .unwrap_or_else(|_unreadable| ProgressStyle::default_bar());
    bar.set_style(style.progress_chars("█▌░"));
    bar.enable_steady_tick(BETWEEN_TURNS);
    bar
}

fn held(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

fn say_every_ten_seconds(shared: &(Mutex<State>, Condvar)) {
    let mut state = held(&shared.0);
    loop {
        let next = Instant::now() + BETWEEN_LINES;
        while !state.over {
            let left = next.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            state = match shared.1.wait_timeout(state, left) {
                Ok((state, _)) => state,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
        if state.over {
            return;
        }
        let line = state.line();
        drop(state);
        output::message(&line);
        state = held(&shared.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(done: u64, total: u64) -> State {
        State {
            what: "Lecture".to_owned(),
            done,
            total,
            over: false,
        }
    }

    #[test]
    fn a_line_says_what_is_done_of_how_much() {
        assert_eq!(state(0, 0).line(), "Lecture");
        assert_eq!(
            state(21_000_000, 83_000_000).line(),
            "Lecture : 25 % (21,0 Mo sur 83,0 Mo)"
        );
    }

    #[test]
    fn the_end_of_the_work_does_not_wait_for_the_next_line() {
        let progress = Progress::start("Lecture");
        progress.advance(1, 2);
        drop(progress);
    }
}
