//! On which edition does a batch stand? The one it was begun on, whatever was published since.

use super::open::Jobs;
use super::{JobError, blocking};
use crate::state::AppState;
use caloduc_engine::snapshot::Snapshot;
use std::sync::PoisonError;

/// Snapshots of past editions kept open.
const KEPT_OPEN: usize = 4;

/// The snapshot of a release; `None` means the demonstration territory.
pub(crate) async fn snapshot(
    state: &AppState,
    jobs: &Jobs,
    release: Option<u32>,
) -> Result<Snapshot, JobError> {
    if let Some(served) = state.served()
        && served.release() == release
    {
        return Ok(served.snapshot.clone());
    }
    let (Some(number), Some(store)) = (release, state.store().cloned()) else {
        return Err(JobError::GroundGone);
    };
    let known = {
        let open = jobs
            .snapshots
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        open.get(&number).cloned()
    };
    if let Some(snapshot) = known {
        return Ok(snapshot);
    }
    let snapshot = blocking(move || Ok(store.snapshot(number)?)).await?;
    let mut open = jobs
        .snapshots
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if open.len() >= KEPT_OPEN {
        open.clear();
    }
    open.insert(number, snapshot.clone());
    Ok(snapshot)
}
