//! Are there newer official files? A thread asks for them at the period of the configuration, makes a draft of what is
//! new, and puts it into service alone only when nothing is wrong with it and it changes no more than was allowed.

use crate::config::{Config, Update};
use crate::state::AppState;
use caloduc_engine::network::Edition;
use caloduc_engine::release::Diff;
use caloduc_engine::report::{Report, Severity};
use caloduc_fetch::{Client, FetchError, Fetched, Official, Patience, Wanted};
use caloduc_store::{ImportOptions, Moment, Store, StoreError};
use geo::{Euclidean, Length};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};
use thiserror::Error;

/// Between two looks at the clock.
const PERIOD: Duration = Duration::from_secs(1);
/// What failed is tried again after this, if the period is not shorter.
const AGAIN: Duration = Duration::from_hours(1);

/// Why an update ended early.
#[derive(Debug, Error)]
pub(crate) enum UpdateError {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How an update ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Updated {
    /// The files are those of the last time.
    NothingNew,
    /// No file could be read: no draft.
    Unreadable,
    /// A draft waits for a person, with why.
    Draft(u32, String),
    /// A new edition is in service.
    Published(u32),
}

/// Fetches, imports, and publishes when it may.
pub(crate) fn update(
    store: &Store,
    config: &Config,
    client: &Client,
    now: &Moment,
) -> Result<Updated, UpdateError> {
    let files = files(store, config)?;
    let mut is_new = false;
    for wanted in &files {
        is_new |= client.fetch(wanted, &|_, _| ())? == Fetched::New;
    }
    // What came the last time without becoming a draft counts as new.
    let pending = store.downloads_dir().join(".to-import");
    if !is_new && !pending.exists() {
        return Ok(Updated::NothingNew);
    }
    let noted = |e| FetchError::Disk {
        path: pending.display().to_string(),
        source: e,
    };
    fs::write(&pending, b"").map_err(noted)?;
    let paths: Vec<PathBuf> = files.iter().map(|wanted| wanted.path.clone()).collect();
    let outcome = store.import(&paths, &ImportOptions::new(now.clone()), &|_| ())?;
    fs::remove_file(&pending).map_err(noted)?;
    let Some(number) = outcome.number else {
        return Ok(Updated::Unreadable);
    };
    if !config.update.publish {
        let why = "la publication automatique n’est pas demandée";
        return Ok(Updated::Draft(number, why.to_owned()));
    }
    if let Some(why) = objection(store, &config.update, &outcome.report, number)? {
        return Ok(Updated::Draft(number, why));
    }
    store.publish(number, now)?;
    Ok(Updated::Published(number))
}

/// The files of the tables that are configured; addresses are the command line's.
fn files(store: &Store, config: &Config) -> Result<Vec<Wanted>, FetchError> {
    let (sources, folder) = (&config.fetch, store.downloads_dir());
    let mut files = sources.files(Official::Networks, &[], &folder)?;
    if !sources.regulatory.is_empty() {
        files.extend(sources.files(Official::Regulatory, &[], &folder)?);
    }
    Ok(files)
}

/// Why this draft is not put into service alone; `None` when nothing is against it.
fn objection(
    store: &Store,
    bounds: &Update,
    report: &Report,
    number: u32,
) -> Result<Option<String>, StoreError> {
    let errors = report
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .count();
    if report.refused() || errors > 0 {
        return Ok(Some(format!(
            "le rapport de l’import a {} erreur(s)",
            errors.max(1)
        )));
    }
    let Some(current) = store.current()? else {
        return Ok(Some("c’est la première édition".to_owned()));
    };
    let edition = store.edition(current.number)?;
    let diff = store.diff(current.number, number)?;
    Ok(beyond(bounds, &edition, &diff))
}

/// Which bound the change passes.
fn beyond(bounds: &Update, current: &Edition, diff: &Diff) -> Option<String> {
    let rows = current.networks.len() + current.projects.len() + current.priority_areas.len();
    let pipe_m: f64 = current
        .networks
        .iter()
        .filter_map(|row| row.row.trace())
        .map(|trace| {
            trace
                .shape
                .0
                .iter()
                .map(|line| Euclidean.length(line))
                .sum::<f64>()
        })
        .sum();
    let removed_m: f64 = diff.moved.iter().map(|moved| moved.removed_m).sum();
    let share = |part: f64, whole: f64| {
        if part > 0.0 {
            part / whole.max(1.0) * 100.0
        } else {
            0.0
        }
    };
    [
        (
            "de lignes retirées",
            share(diff.removed.len() as f64, rows as f64),
            bounds.most_removed_pct,
        ),
        (
            "de lignes ajoutées",
            share(diff.added.len() as f64, rows as f64),
            bounds.most_added_pct,
        ),
        (
            "de tracé retiré",
            share(removed_m, pipe_m),
            bounds.most_pipe_removed_pct,
        ),
    ]
    .into_iter()
    .find(|(_, share, most)| share > most)
    .map(|(what, share, most)| format!("{share:.1}\u{a0}% {what}, pour {most}\u{a0}% permis"))
}

/// Updates at its period.
#[derive(Debug)]
pub(crate) struct Updater {
    state: AppState,
    period: Duration,
}

impl Updater {
    /// The updater that the configuration asks for, if any.
    pub(crate) fn asked(state: &AppState) -> Option<Self> {
        // A period that cannot be read stopped the start.
        let period = state.config().update.period().ok().flatten()?;
        state.store()?;
        Some(Self {
            state: state.clone(),
            period,
        })
    }

    /// Starts the thread; told to stop when what is returned is dropped, without waiting for a download under way.
    pub(crate) fn start(self) -> std::io::Result<UpdaterAtWork> {
        let stop = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&stop);
        std::thread::Builder::new()
            .name("caloduc-update".to_owned())
            .spawn(move || {
                while !told.load(Ordering::Relaxed) {
                    self.look();
                    std::thread::sleep(PERIOD);
                }
            })?;
        Ok(UpdaterAtWork(stop))
    }

    fn look(&self) {
        let Some(store) = self.state.store() else {
            return;
        };
        let last = store.downloads_dir().join(".last-update");
        let since = last
            .metadata()
            .and_then(|known| known.modified())
            .ok()
            .and_then(|then| SystemTime::now().duration_since(then).ok());
        let failed = fs::read(&last).is_ok_and(|text| !text.is_empty());
        let wait = if failed {
            self.period.min(AGAIN)
        } else {
            self.period
        };
        if since.is_some_and(|since| since < wait) {
            return;
        }
        let client = Client::new(Patience::default());
        let now = Moment::from_system(SystemTime::now());
        let ended = update(store, self.state.config(), &client, &now);
        let note = match &ended {
            Ok(updated) => {
                tracing::info!(?updated, "official files looked at");
                ""
            }
            Err(error) => {
                tracing::error!(%error, "official files not taken; what is in service stays");
                "failed"
            }
        };
        let noted = fs::create_dir_all(store.downloads_dir()).and_then(|()| fs::write(&last, note));
        if let Err(error) = noted {
            tracing::error!(%error, "the moment of the update could not be noted");
            std::thread::sleep(Duration::from_mins(1));
        }
    }
}

/// An updater at work; told to stop when dropped.
#[derive(Debug)]
pub(crate) struct UpdaterAtWork(Arc<AtomicBool>);

impl Drop for UpdaterAtWork {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
