//! What is being served? The edition and the addresses of the moment, each swapped whole while requests run: a request
//! takes what is there when it begins and ends on it.

use crate::api::tiles::MapLayer;
use crate::appearance::Appearance;
use crate::config::Config;
use crate::history::Past;
use crate::http::kept::Kept;
use crate::http::limiter::Limiter;
use crate::http::problem::{Code, Problem};
use crate::jobs::Jobs;
use crate::ogc::KeptFeatures;
use crate::publishing::Publishing;
use crate::telemetry::metrics::Registry;
use caloduc_engine::snapshot::Snapshot;
use caloduc_engine::tiles::TileId;
use caloduc_geocoder::Geocoder;
use caloduc_store::{HeldBytes, Moment, Store};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::{Semaphore, watch};

/// Comparisons of editions kept, bytes.
const DIFFS_BYTES: usize = 16 * 1024 * 1024;

/// A comparison: from, to, and the generation it was made in.
pub(crate) type DiffKey = (u32, u32, u64);

/// A tile of a version of the data.
pub(crate) type TileKey = (String, MapLayer, TileId);

/// The address index in service.
pub type Addresses = Geocoder<HeldBytes>;

/// An edition in service.
#[derive(Debug)]
pub struct Served {
    /// Its snapshot.
    pub snapshot: Snapshot,
    /// When it was put into service; `None` for the demonstration territory.
    pub published: Option<Moment>,
}

impl Served {
    /// Its number; `None` for the demonstration territory.
    pub fn release(&self) -> Option<u32> {
        self.snapshot.stamp().release
    }

    /// Whether nothing of it exists.
    pub fn is_fictional(&self) -> bool {
        self.snapshot.stamp().fictional
    }

    /// The day its data stand on, `2026-09-01`.
    pub fn date(&self) -> &str {
        let created = &self.snapshot.stamp().created;
        created.get(..10).unwrap_or(created)
    }

    /// What tells its answers from others': the release, and how often what is published of it was decided anew.
    pub fn version(&self) -> String {
        self.release().map_or_else(
            || "demo".to_owned(),
            |number| version(number, self.snapshot.stamp().revision),
        )
    }

    /// The version as an entity tag, quoted.
    pub fn etag(&self) -> String {
        format!("\"{}\"", self.version())
    }
}

/// The version of a release: its number (`3`), and its revision when it has one (`3.1`).
pub(crate) fn version(number: u32, revision: u32) -> String {
    match revision {
        0 => number.to_string(),
        revision => format!("{number}.{revision}"),
    }
}

/// A value that is replaced whole.
#[derive(Debug)]
pub(crate) struct Slot<T>(RwLock<Option<Arc<T>>>);

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(RwLock::new(None))
    }
}

impl<T> Slot<T> {
    pub(crate) fn get(&self) -> Option<Arc<T>> {
        self.0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn share(&self, value: Arc<T>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }

    pub(crate) fn set(&self, value: Option<T>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = value.map(Arc::new);
    }
}

/// What handlers share. Cheap to clone.
#[derive(Debug, Clone)]
pub struct AppState(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: Config,
    appearance: Arc<Appearance>,
    store: Option<Store>,
    served: Slot<Served>,
    addresses: Slot<Addresses>,
    metrics: Registry,
    limiter: Limiter,
    bulk: Arc<Semaphore>,
    diffs: Kept<DiffKey>,
    /// Counts what was put into service: what was made from editions is not asked for again after that, since what is
    /// published of past ones may have changed too.
    generation: AtomicU64,
    tiles: Kept<TileKey>,
    /// What tells the address index in service from others.
    addresses_version: AtomicU64,
    publishing: Publishing,
    features: KeptFeatures,
    past: Past,
    jobs: Slot<Jobs>,
    /// True once the service was told to stop.
    stopping: watch::Sender<bool>,
}

impl AppState {
    /// Nothing served yet; `store` is `None` when only the demonstration territory is shown.
    pub fn new(config: Config, store: Option<Store>) -> Self {
        Self::dressed(config, store, Appearance::default())
    }

    /// The same, dressed by whoever deploys it.
    pub fn dressed(config: Config, store: Option<Store>, appearance: Appearance) -> Self {
        let limiter = Limiter::new(&config.limits);
        let tiles = Kept::within(config.map.tile_cache_bytes);
        let bulk = Arc::new(Semaphore::new(config.limits.bulk_requests.max(1)));
        Self(Arc::new(Inner {
            config,
            appearance: Arc::new(appearance),
            store,
            served: Slot::default(),
            addresses: Slot::default(),
            metrics: Registry::default(),
            limiter,
            bulk,
            diffs: Kept::within(DIFFS_BYTES),
            generation: AtomicU64::new(0),
            tiles,
            addresses_version: AtomicU64::new(0),
            publishing: Publishing::default(),
            features: KeptFeatures::default(),
            past: Past::default(),
            jobs: Slot::default(),
            stopping: watch::Sender::new(false),
        }))
    }

    /// The configuration.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// How the pages are dressed.
    pub(crate) fn appearance(&self) -> &Arc<Appearance> {
        &self.0.appearance
    }

    /// The data directory; `None` when only the demonstration territory is shown.
    pub fn store(&self) -> Option<&Store> {
        self.0.store.as_ref()
    }

    /// The edition in service, if any.
    pub fn served(&self) -> Option<Arc<Served>> {
        self.0.served.get()
    }

    /// The edition in service, or the problem that there is none.
    pub(crate) fn served_or_problem(&self) -> Result<Arc<Served>, Problem> {
        self.served().ok_or_else(|| Problem::new(Code::NoData))
    }

    /// The address index in service, if any.
    pub fn addresses(&self) -> Option<Arc<Addresses>> {
        self.0.addresses.get()
    }

    /// The address index in service, or the problem that there is none.
    pub(crate) fn addresses_or_problem(&self) -> Result<Arc<Addresses>, Problem> {
        self.addresses()
            .ok_or_else(|| Problem::new(Code::NoAddresses))
    }

    /// What people's files need, or the problem that it is not open.
    pub(crate) fn jobs_or_problem(&self) -> Result<Arc<Jobs>, Problem> {
        self.0
            .jobs
            .get()
            .ok_or_else(|| Problem::new(Code::NoBatches).retry_after_s(5))
    }

    pub(crate) fn set_jobs(&self, jobs: Arc<Jobs>) {
        self.0.jobs.share(jobs);
    }

    /// Tells whoever works or listens for long that the service stops.
    pub(crate) fn stop(&self) {
        self.0.stopping.send_replace(true);
    }

    /// Whether the service stops.
    pub(crate) fn is_stopping(&self) -> bool {
        *self.0.stopping.borrow()
    }

    /// Waits until the service stops.
    pub(crate) async fn stopped(&self) {
        let mut stopping = self.0.stopping.subscribe();
        // The sender lives as long as the state, which we hold.
        let _told = stopping.wait_for(|is_stopping| *is_stopping).await;
    }

    pub(crate) fn set_served(&self, served: Option<Served>) {
        self.0.served.set(served);
        self.0.generation.fetch_add(1, Ordering::AcqRel);
    }

    /// Changes when another edition is put into service, or when what is published of any of them is decided anew.
    pub(crate) fn generation(&self) -> u64 {
        self.0.generation.load(Ordering::Acquire)
    }

    pub(crate) fn set_addresses(&self, addresses: Option<Addresses>) {
        let version = addresses.as_ref().map_or(0, fingerprint);
        self.0.addresses.set(addresses);
        self.0.addresses_version.store(version, Ordering::Release);
    }

    /// What tells the address index in service from others, the same after a restart.
    pub(crate) fn addresses_version(&self) -> String {
        format!("{:x}", self.0.addresses_version.load(Ordering::Acquire))
    }

    /// The last tiles, compressed.
    pub(crate) fn tiles(&self) -> &Kept<TileKey> {
        &self.0.tiles
    }

    pub(crate) fn metrics(&self) -> &Registry {
        &self.0.metrics
    }

    pub(crate) fn limiter(&self) -> &Limiter {
        &self.0.limiter
    }

    /// The last comparisons of editions, as JSON.
    pub(crate) fn diffs(&self) -> &Kept<DiffKey> {
        &self.0.diffs
    }

    /// Past editions last asked for.
    pub(crate) fn past(&self) -> &Past {
        &self.0.past
    }

    /// The features of the last editions asked for.
    pub(crate) fn kept_features(&self) -> &KeptFeatures {
        &self.0.features
    }

    /// Editions whose files are not there yet.
    pub(crate) fn publishing(&self) -> &Publishing {
        &self.0.publishing
    }

    /// The right to answer a file or a list of questions; kept until the answer ends.
    pub(crate) fn bulk_permit(&self) -> Result<tokio::sync::OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.0.bulk)
            .try_acquire_owned()
            .map_err(|_full| Problem::new(Code::TooManyFiles).retry_after_s(5))
    }
}

/// A number made of what an index holds (FNV-1a, 64 bits).
fn fingerprint(addresses: &Addresses) -> u64 {
    let described = format!("{:?}", addresses.info());
    described.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
