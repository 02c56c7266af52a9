//! A batch as programs see it.

use super::open::Opened;
use crate::api::json;
use crate::http::problem::{Problem, ProblemBody};
use crate::jobs::{JobError, Options};
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::response::Response;
use caloduc_engine::batch::Summary;
use caloduc_store::batches::{Access, BatchState, Purpose, RunInfo};
use serde::Serialize;
use utoipa::ToSchema;

/// Where a batch is.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = Batch)]
pub(crate) struct BatchBody {
    /// The secret link that was used: whoever has it opens the batch.
    pub(crate) id: String,
    /// What it is called.
    pub(crate) name: String,
    /// The file's own name.
    pub(crate) file_name: String,
    /// `draft`, `queued`, `running`, `done`, `failed`, `cancelled`.
    pub(crate) state: &'static str,
    /// Why it failed, French.
    #[schema(required)]
    pub(crate) problem: Option<String>,
    /// `no-room` while the disk is full: the work goes on by itself when there is room.
    #[schema(required)]
    pub(crate) paused: Option<&'static str>,
    /// Rows answered in the test under way, or all of them.
    pub(crate) rows_done: u64,
    /// Rows of the file; null until it was read whole.
    #[schema(required)]
    pub(crate) rows_total: Option<u64>,
    /// Rows that could not be tested: not found, empty, in error; null until the first test ended.
    #[schema(required)]
    pub(crate) errors: Option<u64>,
    /// The release that the results stand on.
    #[schema(required)]
    pub(crate) release: Option<u32>,
    /// Whether it is being tested again on an edition published since.
    pub(crate) following: bool,
    /// `owner` or `reader`.
    pub(crate) access: &'static str,
    /// Columns of the file.
    pub(crate) columns: Vec<String>,
    /// Those that make the question.
    pub(crate) asked_columns: Vec<String>,
    /// When it was given, RFC 3339.
    pub(crate) created: String,
    /// When it is erased.
    pub(crate) expires: String,
    /// What the results add up to; null until the first test ended.
    #[schema(required, value_type = Option<BatchSummary>)]
    pub(crate) summary: Option<Summary>,
}

/// What became of the rows.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes caloduc_engine::batch::Summary")]
pub(crate) struct BatchSummary {
    rows: u64,
    ok: u64,
    not_found: u64,
    empty: u64,
    errors: u64,
    eligible: u64,
    in_priority_area: u64,
    /// Within 100 m of a network at least 50 % renewable.
    near_renewable: u64,
    /// Found with a score under 0.5.
    doubtful: u64,
    /// By INSEE code.
    communes: std::collections::BTreeMap<String, BatchTally>,
    /// By the network's key.
    networks: std::collections::BTreeMap<String, BatchTally>,
}

/// What became of the rows of a commune, or about a network.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes caloduc_engine::batch::Tally")]
pub(crate) struct BatchTally {
    #[schema(required)]
    name: Option<String>,
    rows: u64,
    eligible: u64,
    in_priority_area: u64,
}

/// The batch as it is now.
pub(crate) async fn of(opened: &Opened) -> Result<BatchBody, Problem> {
    let Opened {
        jobs,
        batch,
        access,
        link,
    } = opened;
    let options = Options::of(batch)?;
    let progress = jobs.batches.progress(batch).await.map_err(JobError::from)?;
    let runs = jobs
        .batches
        .runs(&batch.key)
        .await
        .map_err(JobError::from)?;
    let shown = runs.iter().find(|run| Some(run.number) == batch.shown_run);
    let current = runs.iter().find(|run| run.number == batch.run);
    let is_following =
        batch.is_working && current.is_some_and(|run| run.purpose == Purpose::Follow);
    let summary = shown.map(summary).transpose()?.flatten();
    let at_work = batch.is_working && !is_following;
    Ok(BatchBody {
        id: link.as_str().to_owned(),
        name: batch.name.clone(),
        file_name: batch.file_name.clone(),
        state: batch.state.as_str(),
        problem: batch.problem.clone(),
        paused: (batch.is_working && jobs.is_out_of_room()).then_some("no-room"),
        rows_done: match batch.row_count {
            Some(all) if batch.state == BatchState::Done && !at_work => all,
            _ => progress.rows_done,
        },
        rows_total: batch.row_count,
        errors: summary
            .as_ref()
            .map(|summary| summary.not_found + summary.empty + summary.errors),
        release: shown.and_then(|run| run.release),
        following: is_following,
        access: match access {
            Access::Owner => "owner",
            Access::Reader => "reader",
        },
        asked_columns: options.asked_titles(),
        columns: options.layout.columns,
        created: batch.created.moment().to_string(),
        expires: batch.expires.moment().to_string(),
        summary,
    })
}

/// What a run's answers add up to.
pub(crate) fn summary(run: &RunInfo) -> Result<Option<Summary>, JobError> {
    let text = run.summary.as_deref();
    Ok(text.map(serde_json::from_str).transpose()?)
}

/// Où en est un test, et ce qu’il donne.
#[utoipa::path(get, path = "/api/v2/batches/{id}", tag = "tests", operation_id = "batch",
    params(("id" = String, Path, description = "Le lien secret du test, ou un lien partagé")),
    responses(
        (status = 200, description = "Le test", body = BatchBody),
        (status = 404, description = "`batch-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-batches`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn one(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let opened = super::open::open(&state, &id).await?;
    json::private_json(&of(&opened).await?)
}
