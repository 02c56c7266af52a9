//! Where are the batches of this service? A database and a folder, open as long as it serves.

use super::JobError;
use super::map::Maps;
use crate::config::{Config, StoragePlace};
use crate::state::AppState;
use caloduc_engine::snapshot::Snapshot;
use caloduc_store::batches::{
    Batches, BucketUploads, FolderUploads, Link, Location, UploadName, Uploads,
};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::sync::Notify;

/// What people's files need.
#[derive(Debug)]
pub(crate) struct Jobs {
    /// The database.
    pub(crate) batches: Batches,
    /// The files not read yet.
    pub(crate) uploads: Arc<dyn Uploads>,
    /// Told when there is something new to do.
    pub(crate) wake: Notify,
    is_out_of_room: AtomicBool,
    pub(super) snapshots: Mutex<HashMap<u32, Snapshot>>,
    pub(super) maps: Maps,
    /// Where the batches of a demonstration are, gone with it.
    _of_the_demonstration: Option<TempDir>,
}

impl Jobs {
    /// Whether the last thing written found no room.
    pub(crate) fn is_out_of_room(&self) -> bool {
        self.is_out_of_room.load(Ordering::Relaxed)
    }

    pub(super) fn room(&self, room: Room) {
        self.is_out_of_room
            .store(room == Room::None, Ordering::Relaxed);
    }
}

/// Whether there is room to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    Some,
    None,
}

/// Opens the database that the configuration names, and the folder of the data directory; a demonstration has its own,
/// gone with it.
pub(crate) async fn open(state: &AppState) -> Result<Jobs, JobError> {
    let (folder, demonstration) = folder(state)?;
    let location = location(state.config(), &folder);
    let batches = Batches::open(&location, random()).await?;
    let uploads = uploads(state.config(), &folder)?;
    tracing::info!(
        database = batches.kind(),
        files = uploads.kind(),
        "batches open"
    );
    Ok(Jobs {
        batches,
        uploads,
        wake: Notify::new(),
        is_out_of_room: AtomicBool::new(false),
        snapshots: Mutex::default(),
        maps: Maps::default(),
        _of_the_demonstration: demonstration,
    })
}

/// Where files wait, as the configuration says.
fn uploads(config: &Config, folder: &std::path::Path) -> Result<Arc<dyn Uploads>, JobError> {
    let own = folder.join("uploads");
    // What the settings cannot say was refused when they were read.
    let place = config
        .storage
        .place()
        .unwrap_or(StoragePlace::DataDirectory);
    Ok(match place {
        StoragePlace::DataDirectory => Arc::new(FolderUploads::open(&own)?),
        StoragePlace::Folder(folder) => Arc::new(FolderUploads::open(&folder)?),
        StoragePlace::Bucket(address) => Arc::new(BucketUploads::open(&address, &own)?),
    })
}

fn folder(state: &AppState) -> Result<(PathBuf, Option<TempDir>), JobError> {
    if let Some(store) = state.store() {
        return Ok((store.data_dir().to_owned(), None));
    }
    let dir = tempfile::Builder::new()
        .prefix("caloduc-tests-")
        .tempdir()
        .map_err(|error| JobError::Batch(caloduc_engine::batch::BatchError::Write(error)))?;
    Ok((dir.path().to_owned(), Some(dir)))
}

fn location(config: &Config, folder: &std::path::Path) -> Location {
    config.database_url.expose().map_or_else(
        || Location::in_directory(folder),
        |url| Location::Postgres(url.to_owned()),
    )
}

/// Random bytes of the system.
pub(super) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system draws random bytes");
    bytes
}

/// A new secret link.
pub(crate) fn link() -> Link {
    Link::new(random())
}

/// A new name for a file.
pub(crate) fn upload_name() -> UploadName {
    UploadName::new(random())
}
