//! What does time do to batches? An edition put into service tests them again, in the background; those whose time has
//! come are erased, and what no batch needs any more.

use super::open::Jobs;
use super::worker::wait;
use super::{JobError, blocking, now};
use crate::state::AppState;
use caloduc_store::batches::{BatchKey, Purpose, UploadName};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// How often the edition in service is compared with those of the batches.
const LOOK: Duration = Duration::from_secs(2);
/// How often what expired is erased.
const SWEEP: Duration = Duration::from_mins(5);
/// Batches begun again at once.
const AT_ONCE: u32 = 20;

/// Keeps batches up to date until the service stops.
pub(super) async fn keep_up(state: AppState, jobs: Arc<Jobs>) {
    let mut swept: Option<Instant> = None;
    while !state.is_stopping() {
        if let Err(error) = follow(&state, &jobs).await {
            tracing::error!(%error, "batches could not be followed");
        }
        if swept.is_none_or(|at| at.elapsed() >= SWEEP) {
            if let Err(error) = sweep(&jobs).await {
                tracing::error!(%error, "expired batches could not be erased");
            }
            swept = Some(Instant::now());
        }
        let until = Instant::now() + LOOK;
        while Instant::now() < until && !state.is_stopping() {
            // Woken workers are no reason to look again at once.
            wait(
                &state,
                &jobs,
                until.saturating_duration_since(Instant::now()),
            )
            .await;
        }
    }
}

/// Begins the test of batches that stand on another edition than the one in service.
pub(super) async fn follow(state: &AppState, jobs: &Jobs) -> Result<(), JobError> {
    let Some(release) = state.served().and_then(|served| served.release()) else {
        return Ok(());
    };
    let behind = jobs.batches.behind(release, AT_ONCE).await?;
    for key in &behind {
        jobs.batches.start_run(key, Purpose::Follow, now()).await?;
    }
    if !behind.is_empty() {
        jobs.wake.notify_waiters();
    }
    Ok(())
}

/// Erases a batch, with its file if it was not read yet.
pub(crate) async fn erase(jobs: &Jobs, key: &BatchKey) -> Result<(), JobError> {
    let upload = jobs.batches.erase(key).await?;
    jobs.maps.forget(key).await;
    let name = upload.and_then(|name| UploadName::parse(&name));
    if let Some(name) = name {
        let uploads = Arc::clone(&jobs.uploads);
        blocking(move || Ok(uploads.erase(&name)?)).await?;
    }
    Ok(())
}

/// Erases what expired, and what nothing needs any more.
pub(crate) async fn sweep(jobs: &Jobs) -> Result<(), JobError> {
    let expired = jobs.batches.expired(now()).await?;
    for key in &expired {
        erase(jobs, key).await?;
    }
    for key in &jobs.batches.expired_arrivals(now()).await? {
        super::forget(jobs, key).await?;
    }
    let in_use: HashSet<String> = jobs.batches.uploads_in_use().await?.into_iter().collect();
    let uploads = Arc::clone(&jobs.uploads);
    let orphans = blocking(move || Ok(uploads.sweep(&in_use, SystemTime::now())?)).await?;
    if !expired.is_empty() || orphans > 0 {
        tracing::info!(batches = expired.len(), orphans, "expired files erased");
    }
    Ok(())
}
