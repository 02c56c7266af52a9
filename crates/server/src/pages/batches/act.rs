//! Forms that do something to a batch, and go back to it.

use super::{refused, show};
use crate::api::v2::batches::act;
use crate::api::v2::batches::open::Opened;
use crate::http::problem::Problem;
use crate::jobs::{self, JobError};
use crate::pages::Reading;
use crate::pages::params::Params;
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

async fn done<F>(
    state: &AppState,
    reading: &Reading,
    id: &str,
    work: impl FnOnce(Opened) -> F,
) -> Response
where
    F: Future<Output = Result<(), Problem>>,
{
    let outcome = async { work(act::owned(state, id).await?).await };
    match outcome.await {
        Ok(()) => Redirect::to(&reading.href(format!("/pro/tests/{id}"))).into_response(),
        Err(problem) => refused(reading, &problem),
    }
}

/// Another name.
pub(super) async fn rename(
    State(state): State<AppState>,
    Path(id): Path<String>,
    reading: Reading,
    form: String,
) -> Response {
    let params = Params::parse(&form);
    let name = params.get("name").unwrap_or_default().to_owned();
    done(&state, &reading, &id, async |opened| {
        act::give_name(&opened, &name).await
    })
    .await
}

/// The work stops.
pub(super) async fn cancel(
    State(state): State<AppState>,
    Path(id): Path<String>,
    reading: Reading,
) -> Response {
    done(&state, &reading, &id, async |opened| {
        act::stop(&opened).await
    })
    .await
}

/// Everything is tested again.
pub(super) async fn rerun(
    State(state): State<AppState>,
    Path(id): Path<String>,
    reading: Reading,
) -> Response {
    done(&state, &reading, &id, async |opened| {
        act::test_again(&opened).await
    })
    .await
}

/// Every link given to others is taken back.
pub(super) async fn unshare(
    State(state): State<AppState>,
    Path(id): Path<String>,
    reading: Reading,
) -> Response {
    done(&state, &reading, &id, async |opened| {
        let batches = &opened.jobs.batches;
        let taken = batches.unshare(&opened.batch.key).await;
        Ok(taken.map_err(JobError::from)?)
    })
    .await
}

/// A link for others, shown once.
pub(super) async fn share(
    State(state): State<AppState>,
    Path(id): Path<String>,
    reading: Reading,
) -> Response {
    let made = async {
        let opened = act::owned(&state, &id).await?;
        let share = act::new_share(&state, &opened).await?;
        Ok((opened, share))
    };
    match made.await {
        Ok((opened, share)) => show::with_share(&state, &reading, &opened, &share).await,
        Err(problem) => refused(&reading, &problem),
    }
}

/// Everything is erased.
pub(super) async fn erase(
    State(state): State<AppState>,
    Path(id): Path<String>,
    reading: Reading,
) -> Response {
    let erased = async {
        let opened = act::owned(&state, &id).await?;
        jobs::erase(&opened.jobs, &opened.batch.key).await?;
        Ok(())
    };
    match erased.await {
        Ok(()) => Redirect::to(&reading.href("/pro/tests?efface=oui")).into_response(),
        Err(problem) => refused(&reading, &problem),
    }
}
