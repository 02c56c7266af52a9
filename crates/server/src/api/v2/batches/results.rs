//! `GET /api/v2/batches/{id}/results.{csv,xlsx,geojson,parquet}`: the same bytes as the command line writes.

use super::open;
use crate::http::params::Params;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::http::stream;
use crate::jobs::{self, JobError, Query, ResultFile};
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use caloduc_engine::batch::Kept;
use caloduc_formats::batch::ResultFormat;

/// Which rows a query asks for.
pub(crate) fn chosen(params: &Params) -> Result<Query, Problem> {
    let word = params.get("filter").unwrap_or("tous");
    let kept = Kept::parse(word).ok_or_else(|| {
        let known: Vec<&str> = Kept::ALL.iter().map(|kept| kept.as_str()).collect();
        Problem::new(Code::InvalidParameter)
            .at("filter")
            .detail(format!("« filter » est l’un de : {}.", known.join(", ")))
    })?;
    Ok(Query {
        kept,
        text: params
            .get("q")
            .unwrap_or_default()
            .chars()
            .take(200)
            .collect(),
        ..Query::default()
    })
}

/// The results in a format, as they are sent.
pub(crate) async fn send(
    state: AppState,
    id: String,
    query: Query,
    format: ResultFormat,
) -> Result<Response, Problem> {
    let opened = open::open(&state, &id).await?.tested()?;
    let name = jobs::file_name(&opened.batch, format);
    let permit = state.bulk_permit()?;
    let file = ResultFile::of(&state, &opened.jobs, &opened.batch, query, format).await?;
    let body = stream::body_once_begun(move |out| {
        let _held_to_the_end = permit;
        file.write(out)
    })
    .await
    .map_err(|error: JobError| Problem::from(error))?;
    let headers = [
        (header::CONTENT_TYPE, format.media_type().to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, body).into_response())
}

/// Les résultats en CSV.
#[utoipa::path(get, path = "/api/v2/batches/{id}/results.csv", tag = "tests", operation_id = "batch_results_csv",
    params(("id" = String, Path, description = "Le lien secret du test, ou un lien partagé"),
        ("filter" = Option<String>, Query, description = "`tous`, `eligible`, `pdp`, `enr50`, `introuvable`, `douteux`"),
        ("q" = Option<String>, Query, description = "Texte à trouver dans les lignes")),
    responses(
        (status = 200, description = "Les lignes du fichier et leurs réponses", body = String, content_type = "text/csv",
            example = "adresse,result_label,…,error\n12 rue des Lilas,…\n"),
        (status = 400, description = "`invalid-parameter`", body = ProblemBody, content_type = "application/problem+json"),
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
    send(state, id, chosen(&params)?, ResultFormat::Csv).await
}

/// Les résultats en GeoJSON.
#[utoipa::path(get, path = "/api/v2/batches/{id}/results.geojson", tag = "tests", operation_id = "batch_results_geojson",
    params(("id" = String, Path, description = "Le lien secret du test, ou un lien partagé"),
        ("filter" = Option<String>, Query, description = "`tous`, `eligible`, `pdp`, `enr50`, `introuvable`, `douteux`"),
        ("q" = Option<String>, Query, description = "Texte à trouver dans les lignes")),
    responses(
        (status = 200, description = "Un point par ligne, avec ses réponses", body = Object, content_type = "application/geo+json"),
        (status = 400, description = "`invalid-parameter`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`batch-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`batch-not-ready`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`unreadable-file`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`, `too-many-files`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-batches`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn geojson(
    State(state): State<AppState>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Problem> {
    send(state, id, chosen(&params)?, ResultFormat::GeoJson).await
}

/// Les résultats en XLSX, avec une feuille de légende.
#[utoipa::path(get, path = "/api/v2/batches/{id}/results.xlsx", tag = "tests", operation_id = "batch_results_xlsx",
    params(("id" = String, Path, description = "Le lien secret du test, ou un lien partagé"),
        ("filter" = Option<String>, Query, description = "`tous`, `eligible`, `pdp`, `enr50`, `introuvable`, `douteux`"),
        ("q" = Option<String>, Query, description = "Texte à trouver dans les lignes")),
    responses(
        (status = 200, description = "Un classeur", body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (status = 400, description = "`invalid-parameter`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`batch-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`batch-not-ready`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`unreadable-file`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`, `too-many-files`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-batches`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn xlsx(
    State(state): State<AppState>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Problem> {
    send(state, id, chosen(&params)?, ResultFormat::Xlsx).await
}

/// Les résultats en Parquet.
#[utoipa::path(get, path = "/api/v2/batches/{id}/results.parquet", tag = "tests", operation_id = "batch_results_parquet",
    params(("id" = String, Path, description = "Le lien secret du test, ou un lien partagé"),
        ("filter" = Option<String>, Query, description = "`tous`, `eligible`, `pdp`, `enr50`, `introuvable`, `douteux`"),
        ("q" = Option<String>, Query, description = "Texte à trouver dans les lignes")),
    responses(
        (status = 200, description = "Un fichier Parquet", body = Vec<u8>, content_type = "application/vnd.apache.parquet"),
        (status = 400, description = "`invalid-parameter`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`batch-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`batch-not-ready`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`unreadable-file`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`, `too-many-files`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-batches`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn parquet(
    State(state): State<AppState>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Problem> {
    send(state, id, chosen(&params)?, ResultFormat::Parquet).await
}
