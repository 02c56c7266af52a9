//! `GET /api/v2/batches/{id}/changes`: what moved for the rows of a batch from edition to edition.

use super::open::{self, Opened};
use crate::api::json;
use crate::http::params::Params;
use crate::http::problem::{Problem, ProblemBody};
use crate::jobs::{JobError, KeptVerdict};
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::response::Response;
use caloduc_store::batches::RowChange;
use serde::Serialize;
use utoipa::ToSchema;

/// What moved for a row.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = BatchChange)]
pub(crate) struct ChangeBody {
    /// The row's index in the file, from 0.
    pub(crate) row: u64,
    /// The test that found it.
    pub(crate) run: u32,
    /// The word of the public vocabulary: `entree_pdp`, `rapprochement`, `reseau_supprime`…
    pub(crate) transition: String,
    /// The verdict before.
    pub(crate) before: KeptVerdict,
    /// The verdict after.
    pub(crate) after: KeptVerdict,
}

/// How many rows moved in a test, and how.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = BatchRunChanges)]
pub(crate) struct RunChanges {
    /// Counted from 1.
    pub(crate) run: u32,
    /// `first`, `again` (asked), `follow` (an edition was published).
    pub(crate) purpose: &'static str,
    /// The release it was made on.
    #[schema(required)]
    pub(crate) release: Option<u32>,
    /// When it ended, RFC 3339.
    pub(crate) finished: String,
    /// Rows by transition.
    pub(crate) transitions: std::collections::BTreeMap<String, u64>,
}

/// What moved.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BatchChanges)]
pub(crate) struct ChangesBody {
    /// The tests that ended, the last first.
    runs: Vec<RunChanges>,
    /// Rows that moved, the last test first.
    changes: Vec<ChangeBody>,
}

/// Ce qui a bougé pour les lignes d’un test, d’édition en édition.
#[utoipa::path(get, path = "/api/v2/batches/{id}/changes", tag = "tests", operation_id = "batch_changes",
    params(("id" = String, Path, description = "Le lien secret du test, ou un lien partagé"),
        ("page" = Option<u32>, Query, description = "À partir de 1"),
        ("limit" = Option<u32>, Query, description = "Changements par page, 100 par défaut, 1000 au plus")),
    responses(
        (status = 200, description = "Les changements", body = ChangesBody),
        (status = 400, description = "`invalid-parameter`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`batch-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-batches`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Problem> {
    let page = params.between("page", 1, 1_000_000)?.unwrap_or(1) - 1;
    let limit = params.between("limit", 1, 1000)?.unwrap_or(100);
    let opened = open::open(&state, &id).await?;
    json::private_json(&ChangesBody {
        runs: runs(&opened).await?,
        changes: some(&opened, page * limit, limit as u32).await?,
    })
}

/// The tests that ended, the last first, each with what moved in it.
pub(crate) async fn runs(opened: &Opened) -> Result<Vec<RunChanges>, Problem> {
    let key = &opened.batch.key;
    let batches = &opened.jobs.batches;
    let counts = batches.change_counts(key).await.map_err(JobError::from)?;
    let runs = batches.runs(key).await.map_err(JobError::from)?;
    let ended = runs.iter().rev().filter_map(|run| {
        let finished = run.finished?;
        let own = counts.iter().filter(|(of, ..)| *of == run.number);
        Some(RunChanges {
            run: run.number,
            purpose: run.purpose.as_str(),
            release: run.release,
            finished: finished.moment().to_string(),
            transitions: own.map(|(_, word, count)| (word.clone(), *count)).collect(),
        })
    });
    Ok(ended.collect())
}

/// Some of the rows that moved.
pub(crate) async fn some(
    opened: &Opened,
    skip: usize,
    most: u32,
) -> Result<Vec<ChangeBody>, Problem> {
    let found = opened
        .jobs
        .batches
        .changes(&opened.batch.key, skip as u64, most)
        .await
        .map_err(JobError::from)?;
    bodies(found)
}

/// What moved for one row, the first first.
pub(crate) async fn history(opened: &Opened, row: u64) -> Result<Vec<ChangeBody>, Problem> {
    let batches = &opened.jobs.batches;
    let found = batches.history(&opened.batch.key, row).await;
    bodies(found.map_err(JobError::from)?)
}

fn bodies(found: Vec<RowChange>) -> Result<Vec<ChangeBody>, Problem> {
    let body = |found: RowChange| {
        Ok(ChangeBody {
            row: found.change.row_index,
            run: found.run,
            transition: found.change.transition,
            before: serde_json::from_str(&found.change.before)?,
            after: serde_json::from_str(&found.change.after)?,
        })
    };
    let bodies: Result<Vec<ChangeBody>, JobError> = found.into_iter().map(body).collect();
    Ok(bodies?)
}
