//! `GET /api/v2/releases…`: which editions were published, and what changed from one to another?

use super::differences;
use crate::api::json;
use crate::history;
use crate::http::params::Params;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::state::{AppState, DiffKey, version};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use caloduc_store::{EditionState, Release, Store, StoreError};
use serde::Serialize;
use utoipa::ToSchema;

/// An edition that is, or was, in service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Release)]
pub(crate) struct ReleaseBody {
    /// Never given twice.
    number: u32,
    /// Whether it is the one in service.
    current: bool,
    /// When it was made, RFC 3339.
    created: String,
    /// When it was put into service, each time, RFC 3339.
    published: Vec<String>,
    /// The release it started from.
    #[schema(required)]
    based_on: Option<u32>,
    /// One sentence on its quality, French.
    summary: String,
}

impl From<Release> for ReleaseBody {
    fn from(release: Release) -> Self {
        Self {
            number: release.number,
            current: release.state == EditionState::Current,
            created: release.created.to_string(),
            published: release.published.iter().map(ToString::to_string).collect(),
            based_on: release.based_on,
            summary: release.summary,
        }
    }
}

/// Every edition, the last first.
#[derive(Debug, Serialize, ToSchema)]
struct ReleaseList {
    /// The one in service; null on the demonstration territory.
    #[schema(required)]
    current: Option<u32>,
    releases: Vec<ReleaseBody>,
}

/// What changed between two editions.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes caloduc_engine::release::Diff")]
struct Diff {
    from: u32,
    to: u32,
    /// Rows that are only in `to`.
    added: Vec<DiffEntry>,
    /// Rows that are only in `from`.
    removed: Vec<DiffEntry>,
    /// Rows whose place changed by a metre or more.
    moved: Vec<DiffMove>,
    /// Fields that changed.
    changed: Vec<DiffChange>,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes caloduc_engine::release::Entry")]
struct DiffEntry {
    key: String,
    #[schema(required)]
    name: Option<String>,
    /// `heat`, `heat-untraced`, `cold`, `cold-untraced`, `projects`, `priority-areas`.
    table: String,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes caloduc_engine::release::Move")]
struct DiffMove {
    key: String,
    added_m: f64,
    removed_m: f64,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "describes caloduc_engine::release::Change")]
struct DiffChange {
    key: String,
    field: String,
    /// Null when unknown.
    before: serde_json::Value,
    /// Null when unknown.
    after: serde_json::Value,
}

/// The editions published, oldest first; drafts are nobody's business yet.
pub(crate) async fn published(state: &AppState) -> Result<Vec<Release>, Problem> {
    let Some(store) = state.store().cloned() else {
        return Ok(Vec::new());
    };
    let releases = blocking(move || store.releases()).await?;
    Ok(releases
        .into_iter()
        .filter(|release| !release.published.is_empty())
        .collect())
}

/// Asks the store on a thread that may wait.
async fn blocking<T: Send + 'static>(
    ask: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(ask)
        .await
        .map_err(|error| Problem::internal(&error))?
        .map_err(|error| Problem::internal(&error))
}

/// Les éditions publiées, la dernière d’abord.
#[utoipa::path(get, path = "/api/v2/releases", tag = "v2",
    responses(
        (status = 200, description = "Les éditions", body = ReleaseList),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn list(State(state): State<AppState>) -> Result<Response, Problem> {
    let releases = published(&state).await?;
    json::json(&ReleaseList {
        current: state.served().and_then(|served| served.release()),
        releases: releases.into_iter().rev().map(ReleaseBody::from).collect(),
    })
}

/// Une édition publiée.
#[utoipa::path(get, path = "/api/v2/releases/{n}", tag = "v2",
    params(("n" = u32, Path, description = "Numéro de l’édition", example = 3)),
    responses(
        (status = 200, description = "L’édition", body = ReleaseBody),
        (status = 404, description = "`release-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn one(
    State(state): State<AppState>,
    Path(number): Path<String>,
) -> Result<Response, Problem> {
    let releases = published(&state).await?;
    json::json(&ReleaseBody::from(pick(&releases, &number, "n")?.clone()))
}

fn pick<'r>(
    releases: &'r [Release],
    number: &str,
    parameter: &'static str,
) -> Result<&'r Release, Problem> {
    let wanted: Option<u32> = number.parse().ok();
    releases
        .iter()
        .find(|release| Some(release.number) == wanted)
        .ok_or_else(|| Problem::new(Code::ReleaseNotFound).at(parameter))
}

/// Ce qui a changé d’une édition à une autre.
#[utoipa::path(get, path = "/api/v2/releases/{a}/diff/{b}", tag = "v2",
    params(
        ("a" = u32, Path, description = "L’édition de départ", example = 2),
        ("b" = u32, Path, description = "L’édition d’arrivée", example = 3),
        ("f" = Option<String>, Query, description = "`json`, `csv` (un changement par ligne) ou `geojson` (les tracés ajoutés et retirés)")),
    responses(
        (status = 200, description = "Les différences", body = Diff,
            example = json!({"from": 2, "to": 3, "added": [{"key": "heat:1302C", "name": "Réseau du Port", "table": "heat"}], "removed": [],
                "moved": [{"key": "heat:7501C", "added_m": 120.5, "removed_m": 0.0}],
                "changed": [{"key": "heat:7501C", "field": "renewable_rate_pct", "before": 50.1, "after": 53.3}]})),
        (status = 400, description = "`invalid-parameter`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`release-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`, `too-many-files`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn diff(
    State(state): State<AppState>,
    Path((a, b)): Path<(String, String)>,
    params: Params,
) -> Result<Response, Problem> {
    let releases = published(&state).await?;
    let (from, to) = (pick(&releases, &a, "a")?, pick(&releases, &b, "b")?);
    let pair = (from.number, to.number);
    let of_pair = format!(
        "{}-{}",
        version(from.number, from.revision),
        version(to.number, to.revision)
    );
    let form = params.get("f").unwrap_or("json");
    let (kind, body) = match form {
        "json" => ("application/json", difference(&state, pair).await?),
        "csv" => (
            "text/csv; charset=utf-8",
            other_form(&state, pair, |_, diff| Ok(differences::csv(diff))).await?,
        ),
        "geojson" => (
            "application/geo+json",
            other_form(&state, pair, as_geojson).await?,
        ),
        _ => {
            return Err(Problem::new(Code::InvalidParameter)
                .at("f")
                .detail("« f » vaut json, csv ou geojson."));
        }
    };
    let mut response = ([(header::CONTENT_TYPE, kind)], body).into_response();
    let of_form = if form == "json" { "" } else { form };
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{of_pair}{of_form}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}

/// What changed between two published editions, as JSON; kept once made.
pub(crate) async fn difference(state: &AppState, pair: (u32, u32)) -> Result<Bytes, Problem> {
    // Taken before the comparison: one made of what was published before is not asked for again.
    let key = (pair.0, pair.1, state.generation());
    match state.diffs().get(&key) {
        Some(known) => Ok(known),
        None => compare(state, key).await,
    }
}

type Form = fn(&AppState, &caloduc_engine::release::Diff) -> Result<String, Problem>;

async fn other_form(state: &AppState, pair: (u32, u32), form: Form) -> Result<Bytes, Problem> {
    let permit = state.bulk_permit()?;
    let state = state.clone();
    crate::api::downloads::blocking(move || {
        let _held_to_the_end = permit;
        let store = state
            .store()
            .ok_or_else(|| Problem::new(Code::ReleaseNotFound))?;
        let diff = store
            .diff(pair.0, pair.1)
            .map_err(|error| Problem::internal(&error))?;
        form(&state, &diff).map(Bytes::from)
    })
    .await
}

fn as_geojson(state: &AppState, diff: &caloduc_engine::release::Diff) -> Result<String, Problem> {
    let (before, after) = (
        history::edition(state, diff.from)?,
        history::edition(state, diff.to)?,
    );
    let pieces = history::pieces(diff, &before.snapshot, &after.snapshot);
    Ok(differences::geojson(diff, &pieces))
}

async fn compare(state: &AppState, key: DiffKey) -> Result<Bytes, Problem> {
    let Some(store) = state.store().cloned() else {
        return Err(Problem::new(Code::ReleaseNotFound));
    };
    let permit = state.bulk_permit()?;
    let body = blocking(move || {
        let _held_to_the_end = permit;
        written(&store, (key.0, key.1))
    })
    .await?
    .map_err(|error| Problem::internal(&error))?;
    state.diffs().keep(key, body.clone());
    Ok(body)
}

fn written(store: &Store, (from, to): (u32, u32)) -> Result<serde_json::Result<Bytes>, StoreError> {
    let diff = store.diff(from, to)?;
    Ok(serde_json::to_vec(&diff).map(Bytes::from))
}
