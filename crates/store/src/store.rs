//! The data directory, open.

use crate::catalogue::{Catalogue, MIGRATIONS, sqlite};
use crate::disk::{Disk, WriteGate};
use crate::error::StoreError;
use crate::layout::{Layout, Lock, Trade, WhenBusy, Workshop};
use crate::objects::Objects;
use crate::runtime::Bridge;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How to open a data directory.
#[derive(Debug, Clone, Default)]
pub struct OpenOptions {
    /// Asked before each write of an artefact; `None` lets everything through.
    pub write_gate: Option<Arc<dyn WriteGate>>,
}

/// An open data directory. Clones share it; any thread may use it.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) layout: Layout,
    pub(crate) disk: Disk,
    pub(crate) objects: Objects,
    catalogue: Catalogue,
    bridge: Bridge,
    _in_use: Lock,
}

impl Store {
    /// The format of data directories that this program writes, and the last one it reads.
    pub const FORMAT: u32 = crate::catalogue::FORMAT;

    /// Whether a store was ever made in this directory; looking makes nothing.
    pub fn is_made(data_dir: &Path) -> bool {
        crate::layout::is_made(data_dir)
    }

    /// Opens a data directory, made when it is not there, upgraded after a copy of its catalogue when an older caloduc
    /// wrote it, refused untouched when a newer one did.
    pub fn open(data_dir: &Path, options: OpenOptions) -> Result<Self, StoreError> {
        let layout = Layout::create(data_dir)?;
        let bridge = Bridge::start().map_err(|e| {
            StoreError::io("Impossible de lancer le catalogue de", layout.root(), e)
        })?;
        let in_use = {
            let layout = layout.clone();
            bridge.run(async move { sqlite::prepare(&layout, MIGRATIONS).await })?
        };
        layout.create_folders()?;
        let path = layout.catalogue();
        if !path.exists() {
            return Err(StoreError::damaged(format!(
                "Le catalogue « {} » manque.",
                path.display()
            )));
        }
        let catalogue = bridge.run(async move { Catalogue::open(&path).await })?;
        let disk = Disk {
            gate: options.write_gate,
        };
        let objects = Objects::new(layout.clone(), disk.clone());
        Ok(Self {
            inner: Arc::new(Inner {
                layout,
                disk,
                objects,
                catalogue,
                bridge,
                _in_use: in_use,
            }),
        })
    }

    /// The data directory, absolute.
    pub fn data_dir(&self) -> &Path {
        self.inner.layout.root()
    }

    /// Where files downloaded from elsewhere are kept, to be taken up or asked for again.
    pub fn downloads_dir(&self) -> PathBuf {
        self.inner.layout.downloads()
    }

    /// Where files without a name, gone with who writes them, may be made.
    pub fn scratch_dir(&self) -> PathBuf {
        self.inner.layout.tmp()
    }

    /// Asks the catalogue and waits.
    pub(crate) fn ask<T, F, A>(&self, question: F) -> Result<T, StoreError>
    where
        F: FnOnce(Catalogue) -> A,
        A: Future<Output = Result<T, StoreError>> + Send + 'static,
        T: Send + 'static,
    {
        self.inner
            .bridge
            .run(question(self.inner.catalogue.clone()))
    }

    pub(crate) fn workshop(
        &self,
        trade: Trade,
        when_busy: WhenBusy,
        waiting: &dyn Fn(),
    ) -> Result<Workshop, StoreError> {
        Workshop::enter(&self.inner.layout, trade, when_busy, waiting)
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let catalogue = self.catalogue.clone();
        self.bridge.run(async move { catalogue.close().await });
    }
}
