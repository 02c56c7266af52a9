//! Has what is served changed on the disk? A thread looks each second and swaps what handlers see; a publication or an
//! index made by any process is noticed. What cannot be opened leaves the old in place.

use crate::state::{AppState, Served};
use caloduc_engine::snapshot::Snapshot;
use caloduc_geocoder::Geocoder;
use caloduc_store::{
    Change, CurrentRelease, CurrentWatch, Demonstration, HeldBytes, Moment, Store,
};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

const PERIOD: Duration = Duration::from_secs(1);

/// What to show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Territory {
    /// The data directory's; the demonstration territory while it is empty.
    #[default]
    OfTheDirectory,
    /// The demonstration territory, whatever the directory holds.
    Demonstration,
}

/// Looks at the disk and tells the state.
#[derive(Debug)]
pub(crate) struct Reloader {
    state: AppState,
    watch: Option<CurrentWatch>,
    index: Option<IndexFile>,
    shows_demonstration: bool,
}

/// What tells one address index file from the next.
#[derive(Debug, PartialEq, Eq)]
struct IndexFile {
    inode: u64,
    bytes: u64,
    modified: Option<SystemTime>,
}

impl Reloader {
    pub(crate) fn new(state: AppState) -> Self {
        let watch = state.store().map(Store::watch_current);
        Self {
            state,
            watch,
            index: None,
            shows_demonstration: false,
        }
    }

    /// Looks once. Blocks: the catalogue is asked, files are opened.
    pub(crate) fn look(&mut self) {
        self.look_at_release();
        self.look_at_addresses();
        self.look_at_demonstration();
    }

    fn look_at_release(&mut self) {
        let Some(watch) = &mut self.watch else { return };
        match watch.poll() {
            Ok(Change::Same) => {}
            Ok(Change::Current(Some(release))) => self.serve_release(release),
            Ok(Change::Current(None)) => self.state.set_served(None),
            Err(error) => tracing::error!(%error, "the catalogue could not be asked"),
        }
    }

    fn serve_release(&mut self, release: CurrentRelease) {
        let number = release.number;
        match Snapshot::open(release.snapshot) {
            Ok(snapshot) => {
                if self.shows_demonstration {
                    self.leave_demonstration();
                }
                self.state.set_served(Some(Served {
                    snapshot,
                    published: Some(release.published),
                }));
                tracing::info!(release = number, "edition in service");
            }
            Err(error) => tracing::error!(release = number, %error, "edition not served"),
        }
    }

    fn look_at_addresses(&mut self) {
        let Some(store) = self.state.store().cloned() else {
            return;
        };
        let found = index_file(&store);
        if found == self.index {
            return;
        }
        if self.shows_demonstration {
            self.leave_demonstration();
        }
        match store.address_index() {
            Ok(None) => self.state.set_addresses(None),
            Ok(Some(bytes)) => self.serve_addresses(HeldBytes(bytes)),
            Err(error) => tracing::error!(%error, "the address index could not be mapped"),
        }
        self.index = found;
    }

    fn serve_addresses(&self, bytes: HeldBytes) {
        match Geocoder::open(bytes) {
            Ok(geocoder) => {
                let rows = geocoder.info().addresses;
                self.state.set_addresses(Some(geocoder));
                tracing::info!(rows, "addresses in service");
            }
            Err(error) => tracing::error!(%error, "addresses not served"),
        }
    }

    fn look_at_demonstration(&mut self) {
        if self.shows_demonstration || !self.wants_demonstration() {
            return;
        }
        let now = Moment::from_system(SystemTime::now());
        let built = Demonstration::build(&now).and_then(|demonstration| {
            self.state.set_served(Some(Served {
                snapshot: demonstration.snapshot().clone(),
                published: None,
            }));
            demonstration.address_index()
        });
        match built {
            Ok(index) => self.serve_addresses(index),
            Err(error) => tracing::error!(%error, "the demonstration territory is not served"),
        }
        self.shows_demonstration = true;
        tracing::info!("demonstration territory in service: all of it is fictional");
    }

    fn wants_demonstration(&self) -> bool {
        match self.state.store() {
            None => true,
            Some(store) => store.shows_demonstration().unwrap_or_else(|error| {
                tracing::error!(%error, "the catalogue could not be asked");
                false
            }),
        }
    }

    fn leave_demonstration(&mut self) {
        self.state.set_served(None);
        self.state.set_addresses(None);
        self.shows_demonstration = false;
    }
}

fn index_file(store: &Store) -> Option<IndexFile> {
    use std::os::unix::fs::MetadataExt;
    let metadata = std::fs::metadata(store.address_index_path()).ok()?;
    Some(IndexFile {
        inode: metadata.ino(),
        bytes: metadata.len(),
        modified: metadata.modified().ok(),
    })
}

/// A reloader at work; stops when dropped.
#[derive(Debug)]
pub(crate) struct Reloading {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Reloading {
    pub(crate) fn start(mut reloader: Reloader) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("caloduc-reload".to_owned())
            .spawn(move || {
                while stopped.recv_timeout(PERIOD) == Err(RecvTimeoutError::Timeout) {
                    reloader.look();
                }
            })?;
        Ok(Self {
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Reloading {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was reported when it happened.
            let _ended = thread.join();
        }
    }
}
