//! What is done to a batch: launched, renamed, stopped, tested again, shared, erased.

use super::body::{self, BatchBody};
use super::open::{self, Opened};
use super::receive;
use super::rows::unread;
use crate::api::json;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::jobs::{self, JobError};
use crate::state::AppState;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Json, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use caloduc_store::batches::Purpose;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Another name.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BatchName)]
pub(crate) struct NameBody {
    /// 1 to 200 letters.
    name: String,
}

/// A link for others.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BatchShare)]
pub(crate) struct ShareBody {
    /// The link: `/api/v2/batches/{id}` and `/pro/tests/{id}` open with it, to look and download.
    pub(crate) id: String,
    /// When it ends, RFC 3339.
    pub(crate) expires: String,
}

/// The batch a link opens, for its owner.
pub(crate) async fn owned(state: &AppState, id: &str) -> Result<Opened, Problem> {
    open::open(state, id).await?.owned()
}

async fn now_is(opened: Opened) -> Result<Response, Problem> {
    let opened = opened.again().await?;
    json::private_json(&body::of(&opened).await?)
}

/// Efface un test, son fichier et ses résultats, aussitôt et pour de bon.
#[utoipa::path(delete, path = "/api/v2/batches/{id}", tag = "tests", operation_id = "erase_batch",
    params(("id" = String, Path, description = "Le lien secret du test")),
    responses(
        (status = 204, description = "Effacé"),
        (status = 403, description = "`read-only-link`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`batch-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-batches`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn erase(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let opened = owned(&state, &id).await?;
    jobs::erase(&opened.jobs, &opened.batch.key).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Donne un autre nom à un test.
#[utoipa::path(patch, path = "/api/v2/batches/{id}", tag = "tests", operation_id = "rename_batch",
    params(("id" = String, Path, description = "Le lien secret du test")),
    request_body(content = NameBody),
    responses(
        (status = 200, description = "Le test", body = BatchBody),
        (status = 400, description = "`malformed-body`, `invalid-parameter`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`read-only-link`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`batch-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`body-too-large`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported-media-type`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-batches`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 507, description = "`no-room`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn rename(
    State(state): State<AppState>,
    Path(id): Path<String>,
    body: Result<Json<NameBody>, JsonRejection>,
) -> Result<Response, Problem> {
    let Json(body) = body.map_err(|rejected| unread(&rejected))?;
    let opened = owned(&state, &id).await?;
    give_name(&opened, &body.name).await?;
    now_is(opened).await
}

/// Names a batch.
pub(crate) async fn give_name(opened: &Opened, name: &str) -> Result<(), Problem> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > super::receive::NAME_LETTERS {
        return Err(Problem::new(Code::InvalidParameter)
            .at("name")
            .detail("Un nom a de 1 à 200 lettres."));
    }
    let batches = &opened.jobs.batches;
    Ok(batches
        .rename(&opened.batch.key, name)
        .await
        .map_err(JobError::from)?)
}

/// Lance un test gardé comme brouillon.
#[utoipa::path(post, path = "/api/v2/batches/{id}/launch", tag = "tests", operation_id = "launch_batch",
    params(("id" = String, Path, description = "Le lien secret du test")),
    responses(
        (status = 200, description = "Le test", body = BatchBody),
        (status = 403, description = "`read-only-link`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`batch-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`batch-not-ready` : il n’est plus un brouillon, ou ses colonnes ne sont pas connues", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`unreadable-file`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`, `quota-reached`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-batches`, `no-addresses`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 507, description = "`no-room`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn launch(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let opened = owned(&state, &id).await?;
    set_off(&state, &opened).await?;
    now_is(opened).await
}

/// Gives a draft to the workers.
pub(crate) async fn set_off(state: &AppState, opened: &Opened) -> Result<(), Problem> {
    let options = jobs::Options::of(&opened.batch)?;
    let Some(mapping) = &options.mapping else {
        return Err(Problem::new(Code::BatchNotReady)
            .detail("Les colonnes à tester ne sont pas connues.")
            .remedy("Donnez le fichier de nouveau en nommant ses colonnes."));
    };
    if mapping.asks_addresses() {
        state.addresses_or_problem()?;
    }
    let batches = &opened.jobs.batches;
    let quota = receive::quota(&state.config().batches);
    let launched = batches.launch(&opened.batch.key, &quota).await;
    let launched = launched.map_err(JobError::from)?;
    if !launched.map_err(|refused| receive::too_much(refused, &quota))? {
        return Err(Problem::new(Code::BatchNotReady).detail("Ce test est déjà lancé."));
    }
    opened.jobs.wake.notify_waiters();
    Ok(())
}

/// Arrête le travail en cours.
#[utoipa::path(post, path = "/api/v2/batches/{id}/cancel", tag = "tests", operation_id = "cancel_batch",
    params(("id" = String, Path, description = "Le lien secret du test")),
    responses(
        (status = 200, description = "Le test", body = BatchBody),
        (status = 403, description = "`read-only-link`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`batch-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`batch-not-ready` : rien n’est en cours", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-batches`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn cancel(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let opened = owned(&state, &id).await?;
    stop(&opened).await?;
    now_is(opened).await
}

/// Stops the work on a batch.
pub(crate) async fn stop(opened: &Opened) -> Result<(), Problem> {
    let stopped = opened.jobs.batches.cancel(&opened.batch.key).await;
    if stopped.map_err(JobError::from)? {
        Ok(())
    } else {
        Err(Problem::new(Code::BatchNotReady).detail("Rien n’est en cours pour ce test."))
    }
}

/// Teste de nouveau toutes les lignes sur l’édition et les adresses en service ; les anciens résultats restent lisibles
/// jusqu’à la fin.
#[utoipa::path(post, path = "/api/v2/batches/{id}/rerun", tag = "tests", operation_id = "rerun_batch",
    params(("id" = String, Path, description = "Le lien secret du test")),
    responses(
        (status = 200, description = "Le test", body = BatchBody),
        (status = 403, description = "`read-only-link`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`batch-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`batch-not-ready` : un premier test n’est pas fini", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-batches`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 507, description = "`no-room`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn rerun(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let opened = owned(&state, &id).await?;
    test_again(&opened).await?;
    now_is(opened).await
}

/// Begins another run.
pub(crate) async fn test_again(opened: &Opened) -> Result<(), Problem> {
    let batches = &opened.jobs.batches;
    let started = batches
        .start_run(&opened.batch.key, Purpose::Again, jobs::now())
        .await
        .map_err(JobError::from)?;
    if started.is_none() {
        return Err(Problem::new(Code::BatchNotReady)
            .detail("Ce test est en cours, ou n’a jamais été mené au bout.")
            .remedy("Attendez sa fin."));
    }
    opened.jobs.wake.notify_waiters();
    Ok(())
}

/// Fait un lien de lecture, qui prend fin de lui-même.
#[utoipa::path(post, path = "/api/v2/batches/{id}/shares", tag = "tests", operation_id = "share_batch",
    params(("id" = String, Path, description = "Le lien secret du test")),
    responses(
        (status = 200, description = "Le lien ; il n’est montré qu’une fois", body = ShareBody),
        (status = 403, description = "`read-only-link`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`batch-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-batches`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 507, description = "`no-room`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn share(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let opened = owned(&state, &id).await?;
    json::private_json(&new_share(&state, &opened).await?)
}

/// Makes a link for others.
pub(crate) async fn new_share(state: &AppState, opened: &Opened) -> Result<ShareBody, Problem> {
    let now = jobs::now();
    let wanted = now.plus(state.config().batches.shared_for());
    let expires = wanted.min(opened.batch.expires);
    let link = jobs::link();
    let batches = &opened.jobs.batches;
    batches
        .share(&opened.batch.key, &link, now, expires)
        .await
        .map_err(JobError::from)?;
    Ok(ShareBody {
        id: link.as_str().to_owned(),
        expires: expires.moment().to_string(),
    })
}

/// Reprend tous les liens de lecture.
#[utoipa::path(delete, path = "/api/v2/batches/{id}/shares", tag = "tests", operation_id = "unshare_batch",
    params(("id" = String, Path, description = "Le lien secret du test")),
    responses(
        (status = 204, description = "Plus aucun lien de lecture n’ouvre ce test"),
        (status = 403, description = "`read-only-link`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`batch-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-batches`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn unshare(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let opened = owned(&state, &id).await?;
    let batches = &opened.jobs.batches;
    batches
        .unshare(&opened.batch.key)
        .await
        .map_err(JobError::from)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
