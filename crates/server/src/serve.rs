//! One port, until told to stop.

use crate::appearance::{Appearance, AppearanceError};
use crate::config::Config;
use crate::jobs::{self, JobError, Workers};
use crate::publishing::Publisher;
use crate::reload::{Reloader, Reloading, Territory};
use crate::state::AppState;
use crate::updating::Updater;
use crate::{routes, telemetry};
use caloduc_store::{OpenOptions, Store, StoreError};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;

/// Time left to requests under way once told to stop; the service promises to be gone within 10 s.
const GRACE: Duration = Duration::from_secs(8);

/// Why the service did not start, or stopped.
#[derive(Debug, Error)]
pub enum ServeError {
    /// The data directory.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database of batches.
    #[error("la base des tests d’adresses ne s’ouvre pas : {0}")]
    Batches(String),
    /// The folder that dresses the service.
    #[error(transparent)]
    Appearance(#[from] AppearanceError),
    /// The address is taken, or is not ours.
    #[error(
        "impossible d’écouter sur {address} : {source} ; choisissez une autre adresse avec --listen"
    )]
    Listen {
        /// Where.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// Anything else the system refuses.
    #[error("le service s’est arrêté : {0}")]
    Io(#[from] std::io::Error),
}

/// Serves until SIGTERM or SIGINT. `announce` is told the address once requests are taken.
pub fn serve(
    config: Config,
    territory: Territory,
    announce: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    telemetry::log::start(&config.log);
    let store = match territory {
        Territory::Demonstration => None,
        Territory::OfTheDirectory => Some(Store::open(&config.data_dir, OpenOptions::default())?),
    };
    let appearance = Appearance::load(&config.appearance, &config.data_dir)?;
    let state = AppState::dressed(config, store, appearance);
    let mut reloader = Reloader::new(state.clone());
    reloader.look();
    let _reloading = Reloading::start(reloader)?;
    let _updating = Updater::asked(&state).map(Updater::start).transpose()?;
    let _publishing = Publisher::new(state.clone()).start()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let ended = runtime.block_on(listen(state, announce));
    // Blocking work of clients that went away may still run; it does not hold the exit.
    runtime.shutdown_timeout(Duration::from_secs(1));
    ended
}

async fn listen(state: AppState, announce: impl FnOnce(SocketAddr)) -> Result<(), ServeError> {
    let address = state.config().listen;
    let listener = TcpListener::bind(address)
        .await
        .map_err(|source| ServeError::Listen { address, source })?;
    let address = listener.local_addr()?;
    let batches = |error: JobError| ServeError::Batches(error.to_string());
    let jobs = Arc::new(jobs::open(&state).await.map_err(batches)?);
    state.set_jobs(Arc::clone(&jobs));
    let workers = Workers::start(&state, &jobs);
    let app = routes::router(state.clone()).into_make_service_with_connect_info::<SocketAddr>();
    let (stopping, stop) = oneshot::channel::<()>();
    let (mut terminate, mut interrupt) = (
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    );
    let server = axum::serve(listener, app).with_graceful_shutdown(async move {
        // Told, or nobody left to tell: both mean stop.
        let _told = stop.await;
    });
    let mut server = tokio::spawn(async move { server.await });
    tracing::info!(%address, "listening");
    announce(address);
    tokio::select! {
        ended = &mut server => return Ok(ended.map_err(std::io::Error::other)??),
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
    state.stop();
    drop(stopping);
    let last = tokio::time::Instant::now() + GRACE;
    if tokio::time::timeout_at(last, &mut server).await.is_err() {
        tracing::warn!("requests under way were cut");
        server.abort();
    }
    if tokio::time::timeout_at(last, workers.ended())
        .await
        .is_err()
    {
        // Their leases end by themselves: others, or the next start, take their tasks over.
        tracing::warn!("tasks under way were left to their leases");
    }
    // Closed, the database leaves no journal behind.
    let _closed_or_killed = tokio::time::timeout_at(last, jobs.batches.close()).await;
    Ok(())
}
