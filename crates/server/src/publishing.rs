//! Are the files of every edition there to be downloaded? A thread writes those that are missing, the edition in service
//! first; what is being written, and what failed, is said to whoever asks.

use crate::state::AppState;
use caloduc_store::{EditionState, Store, StoreError};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

const PERIOD: Duration = Duration::from_secs(1);
/// What failed is tried again after this: a full disk may have been emptied.
const PATIENCE: Duration = Duration::from_mins(10);

/// How far the files of an edition are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Being written, or about to be.
    Preparing,
    /// They could not be written; it is tried again later.
    Failed,
}

/// Editions whose files are not there.
#[derive(Debug, Default)]
pub(crate) struct Publishing(Mutex<BTreeMap<u32, (Stage, Instant)>>);

impl Publishing {
    /// How far the files of an edition are, when they are not there.
    pub(crate) fn stage(&self, number: u32) -> Stage {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .get(&number)
            .map_or(Stage::Preparing, |(stage, _)| *stage)
    }

    fn set(&self, number: u32, stage: Stage) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(number, (stage, Instant::now()));
    }

    fn may_be_tried(&self, number: u32) -> bool {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known
            .get(&number)
            .is_none_or(|(stage, since)| *stage == Stage::Preparing || since.elapsed() > PATIENCE)
    }
}

/// Whether every file was there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Complete {
    NotYet,
    /// They were, in this generation of what is served.
    In(u64),
}

/// What is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Missing {
    Nothing,
    /// The files of this edition.
    One(u32),
    /// Files that failed a moment ago.
    Later,
}

/// Writes what is missing.
#[derive(Debug)]
pub(crate) struct Publisher {
    state: AppState,
    stop: Arc<AtomicBool>,
    /// What was in service when nothing was missing any more.
    complete: Complete,
}

impl Publisher {
    pub(crate) fn new(state: AppState) -> Self {
        Self {
            state,
            stop: Arc::default(),
            complete: Complete::NotYet,
        }
    }

    /// Writes the files of one edition, if some are missing. Blocks.
    pub(crate) fn look(&mut self) {
        let Some(store) = self.state.store().cloned() else {
            return;
        };
        let generation = self.state.generation();
        if self.complete == Complete::In(generation) {
            return;
        }
        match self.next(&store) {
            Ok(Missing::One(number)) => self.write(&store, number),
            Ok(Missing::Later) => {}
            Ok(Missing::Nothing) => self.complete = Complete::In(generation),
            Err(error) => tracing::error!(%error, "the files of editions could not be listed"),
        }
    }

    /// The edition whose files are to be written: the one in service, then the latest.
    fn next(&self, store: &Store) -> Result<Missing, StoreError> {
        let mut releases = store.releases()?;
        releases.retain(|release| release.state != EditionState::Draft);
        releases.sort_by_key(|release| {
            let is_past = release.state != EditionState::Current;
            (is_past, std::cmp::Reverse(release.number))
        });
        let mut missing = Missing::Nothing;
        for release in releases {
            if store.edition_files(release.number)?.is_none() {
                if self.state.publishing().may_be_tried(release.number) {
                    return Ok(Missing::One(release.number));
                }
                missing = Missing::Later;
            }
        }
        Ok(missing)
    }

    fn write(&self, store: &Store, release: u32) {
        let publishing = self.state.publishing();
        publishing.set(release, Stage::Preparing);
        tracing::info!(release, "writing the files of an edition");
        match store.write_edition_files(release, &self.stop) {
            Ok(files) => {
                let bytes: u64 = files.files.iter().map(|file| file.bytes).sum();
                tracing::info!(release, bytes, "files of an edition written");
            }
            Err(_) if self.stop.load(Ordering::Relaxed) => {}
            Err(error) => {
                publishing.set(release, Stage::Failed);
                tracing::error!(release, %error, "files of an edition not written");
            }
        }
    }

    /// Starts the thread. Dropping what is returned tells it to stop, without waiting: what it was writing has no name
    /// yet, and is cleared by the next one.
    pub(crate) fn start(mut self) -> std::io::Result<PublisherAtWork> {
        let stop = Arc::clone(&self.stop);
        std::thread::Builder::new()
            .name("caloduc-files".to_owned())
            .spawn(move || {
                while !self.stop.load(Ordering::Relaxed) {
                    self.look();
                    std::thread::sleep(PERIOD);
                }
            })?;
        Ok(PublisherAtWork(stop))
    }
}

/// A publisher at work; told to stop when dropped.
#[derive(Debug)]
pub(crate) struct PublisherAtWork(Arc<AtomicBool>);

impl Drop for PublisherAtWork {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
