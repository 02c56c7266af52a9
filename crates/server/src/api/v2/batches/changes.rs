//! `GET /api/v2/batches/{id}/changes…`: what moved for the rows of a batch from edition to edition.

use super::open::{self, Opened};
use crate::api::json;
use crate::http::params::Params;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::http::stream;
use crate::jobs::{self, JobError, KeptVerdict, Options, RowView};
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use caloduc_engine::batch::{self, BatchError};
use caloduc_store::batches::{ChangeOrder, ChangeQuery, RowChange};
use serde::Serialize;
use std::collections::HashMap;
use tokio::runtime::Handle;
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
    /// Changes that answer the query.
    total: u64,
    /// Those of the page.
    changes: Vec<ChangeBody>,
}

/// Ce qui a bougé pour les lignes d’un test, d’édition en édition.
#[utoipa::path(get, path = "/api/v2/batches/{id}/changes", tag = "tests", operation_id = "batch_changes",
    params(("id" = String, Path, description = "Le lien secret du test, ou un lien partagé"),
        ("transition" = Option<String>, Query, description = "Les changements de ce mot seulement (`rapprochement`…)"),
        ("sort" = Option<String>, Query, description = "`run`, `row`, `transition`, précédé de - pour l’ordre inverse ; `-run` par défaut"),
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
    let query = ChangeQuery {
        transition: params.get("transition").map(str::to_owned),
        order: order(params.get("sort").unwrap_or("-run"))?,
        skip: (page * limit) as u64,
        most: limit as u32,
    };
    let opened = open::open(&state, &id).await?;
    let runs = runs(&opened).await?;
    json::private_json(&ChangesBody {
        total: total(&runs, query.transition.as_deref()),
        changes: some(&opened, &query).await?,
        runs,
    })
}

fn order(word: &str) -> Result<ChangeOrder, Problem> {
    Ok(match word {
        "-run" => ChangeOrder::Newest,
        "run" => ChangeOrder::Oldest,
        "row" => ChangeOrder::Row,
        "-row" => ChangeOrder::RowBackwards,
        "transition" => ChangeOrder::Transition,
        "-transition" => ChangeOrder::TransitionBackwards,
        _ => {
            return Err(Problem::new(Code::InvalidParameter).at("sort").detail(
                "« sort » est run, row ou transition, précédé de - pour l’ordre inverse.",
            ));
        }
    })
}

/// Rows that moved, those of one word when there is one.
pub(crate) fn total(runs: &[RunChanges], transition: Option<&str>) -> u64 {
    let counts = runs.iter().flat_map(|run| &run.transitions);
    let wanted = counts.filter(|(word, _)| transition.is_none_or(|wanted| *word == wanted));
    wanted.map(|(_, count)| count).sum()
}

/// Changes written at once.
const AT_ONCE: u32 = 1000;

/// Ce qui a bougé, en CSV : une ligne par changement, la dernière édition d’abord.
#[utoipa::path(get, path = "/api/v2/batches/{id}/changes.csv", tag = "tests", operation_id = "batch_changes_csv",
    params(("id" = String, Path, description = "Le lien secret du test, ou un lien partagé"),
        ("transition" = Option<String>, Query, description = "Les changements de ce mot seulement")),
    responses(
        (status = 200, description = "Les changements", body = String, content_type = "text/csv",
            example = "line,question,transition,before_type,…\n2,1 rue des Lilas,rapprochement,…\n"),
        (status = 404, description = "`batch-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`batch-not-ready`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`unreadable-file`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`, `too-many-files`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-batches`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn csv(
    State(state): State<AppState>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Problem> {
    let opened = open::open(&state, &id).await?.tested()?;
    let layout = Options::of(&opened.batch)?.layout;
    let transition = params.get("transition").map(str::to_owned);
    let permit = state.bulk_permit()?;
    let runtime = Handle::current();
    let body = stream::body_once_begun(move |out| {
        let _held_to_the_end = permit;
        let mut writer = csv::WriterBuilder::new()
            .delimiter(u8::try_from(layout.delimiter).unwrap_or(b';'))
            .from_writer(out);
        writer.write_record(COLUMNS).map_err(unwritten)?;
        let mut last = None;
        loop {
            let piece = written(&opened, transition.as_deref(), last.as_ref());
            let piece = runtime.block_on(piece)?;
            for (_, record) in &piece {
                writer.write_record(record).map_err(unwritten)?;
            }
            match piece.into_iter().next_back() {
                Some((change, _)) => last = Some(change),
                None => break,
            }
        }
        writer
            .flush()
            .map_err(|error| JobError::Batch(BatchError::Write(error)))
    });
    let body = body.await.map_err(|error: JobError| Problem::from(error))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"changements.csv\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, body).into_response())
}

const COLUMNS: [&str; 13] = [
    "line",
    "question",
    "transition",
    "before_type",
    "before_distance_m",
    "before_network_key",
    "before_network_name",
    "before_release",
    "after_type",
    "after_distance_m",
    "after_network_key",
    "after_network_name",
    "after_release",
];

/// Some changes with their records, from after one of them on.
async fn written(
    opened: &Opened,
    transition: Option<&str>,
    after: Option<&RowChange>,
) -> Result<Vec<(RowChange, Vec<String>)>, JobError> {
    let key = &opened.batch.key;
    let batches = &opened.jobs.batches;
    let found = batches
        .changes_after(key, transition, after, AT_ONCE)
        .await?;
    let rows = found.iter().map(|found| found.change.row_index).collect();
    let views = jobs::some(&opened.jobs, &opened.batch, rows).await?;
    let asked: HashMap<u64, RowView> = views.into_iter().map(|view| (view.index, view)).collect();
    found
        .into_iter()
        .map(|found| {
            let view = asked.get(&found.change.row_index);
            let question = view.map_or("", |view| view.question.as_str());
            let mut record = vec![
                view.map_or_else(String::new, |view| view.line.to_string()),
                batch::neutralised(question).into_owned(),
                found.change.transition.clone(),
            ];
            for text in [&found.change.before, &found.change.after] {
                record.extend(verdict_cells(serde_json::from_str(text)?));
            }
            Ok((found, record))
        })
        .collect()
}

fn verdict_cells(verdict: KeptVerdict) -> [String; 5] {
    let number = |value: Option<u32>| value.map_or_else(String::new, |n| n.to_string());
    let name = verdict.network_name.unwrap_or_default();
    [
        verdict.kind,
        number(verdict.distance_m),
        verdict.network_key.unwrap_or_default(),
        batch::neutralised(&name).into_owned(),
        number(verdict.release),
    ]
}

fn unwritten(error: csv::Error) -> JobError {
    JobError::Batch(BatchError::Write(std::io::Error::other(error)))
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
pub(crate) async fn some(opened: &Opened, query: &ChangeQuery) -> Result<Vec<ChangeBody>, Problem> {
    let found = opened
        .jobs
        .batches
        .changes(&opened.batch.key, query)
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
