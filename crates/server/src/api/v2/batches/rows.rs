//! `GET /api/v2/batches/{id}/rows…`: rows and answers, a page at a time; one row set right.

use super::changes::{ChangeBody, history};
use super::{open, results};
use crate::api::{json, question};
use crate::http::params::Params;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::jobs::{self, Choice, KeptVerdict, RowView, Sort};
use crate::state::AppState;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Json, Path, State};
use axum::response::Response;
use caloduc_engine::batch::Located;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Rows of a page, at most.
const MOST: usize = 1000;

/// A row and its answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BatchRow)]
pub(crate) struct RowBody {
    /// Its index in the file, from 0.
    row: u64,
    /// Its number as people count it, the titles being line 1.
    line: u64,
    /// Its cells, in the order of the batch's columns.
    cells: Vec<String>,
    /// What was asked.
    question: String,
    /// `ok`, `not-found`, `empty`, `error`.
    status: &'static str,
    /// Why there is no verdict, or what is odd, French.
    problem: String,
    /// The address found.
    #[schema(required)]
    address: Option<AddressBody>,
    /// Degrees.
    #[schema(required)]
    lon: Option<f64>,
    /// Degrees.
    #[schema(required)]
    lat: Option<f64>,
    /// The verdict there.
    #[schema(required)]
    verdict: Option<KeptVerdict>,
    /// Whether it is in a priority area.
    in_priority_area: bool,
    /// Whether the address found resembles little what was asked.
    doubtful: bool,
}

/// An address found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BatchAddress)]
pub(crate) struct AddressBody {
    id: String,
    label: String,
    score: f64,
    citycode: String,
    lon: f64,
    lat: f64,
}

/// Rows of a page.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BatchRows)]
pub(crate) struct RowsBody {
    /// Rows that answer the query.
    total: usize,
    /// From 1.
    page: usize,
    rows: Vec<RowBody>,
}

/// One row, what else it may be, what it was.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BatchRowDetail)]
pub(crate) struct DetailBody {
    row: RowBody,
    /// Other addresses it may be, the likeliest first.
    candidates: Vec<AddressBody>,
    /// What its verdict was on earlier editions, where it changed.
    history: Vec<ChangeBody>,
}

/// Where a row is: one of its candidates, or a point.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = BatchCorrection, example = json!({"lon": 2.3593, "lat": 48.8842}))]
pub(crate) struct CorrectionBody {
    /// Identifier of a candidate.
    candidate: Option<String>,
    /// Degrees.
    lon: Option<f64>,
    /// Degrees.
    lat: Option<f64>,
}

impl From<Located> for AddressBody {
    fn from(found: Located) -> Self {
        Self {
            id: found.id,
            label: found.label,
            score: found.score,
            citycode: found.citycode,
            lon: found.place.lon,
            lat: found.place.lat,
        }
    }
}

impl From<RowView> for RowBody {
    fn from(view: RowView) -> Self {
        let answer = view.answer;
        let outcome = answer.outcome.as_ref();
        Self {
            row: view.index,
            line: view.line,
            cells: view.cells,
            question: view.question,
            status: answer.status.as_str(),
            doubtful: answer.is_doubtful(),
            in_priority_area: outcome.is_some_and(|outcome| outcome.in_priority_area),
            verdict: outcome.map(KeptVerdict::of),
            lon: answer.place.map(|place| place.lon),
            lat: answer.place.map(|place| place.lat),
            address: answer.found.map(AddressBody::from),
            problem: answer.problem,
        }
    }
}

fn sorted(params: &Params) -> Result<(Sort, bool), Problem> {
    let word = params.get("sort").unwrap_or("row");
    let (name, is_reversed) = word
        .strip_prefix('-')
        .map_or((word, false), |rest| (rest, true));
    let sort = match name {
        "row" => Sort::Row,
        "verdict" => Sort::Verdict,
        "distance" => Sort::Distance,
        "score" => Sort::Score,
        _ => {
            return Err(Problem::new(Code::InvalidParameter).at("sort").detail(
                "« sort » est row, verdict, distance ou score, précédé de - pour l’ordre inverse.",
            ));
        }
    };
    Ok((sort, is_reversed))
}

/// Les lignes d’un test et leurs réponses, filtrées, cherchées, triées, page par page.
#[utoipa::path(get, path = "/api/v2/batches/{id}/rows", tag = "tests", operation_id = "batch_rows",
    params(("id" = String, Path, description = "Le lien secret du test, ou un lien partagé"),
        ("filter" = Option<String>, Query, description = "`tous`, `eligible`, `pdp`, `enr50`, `introuvable`, `douteux`"),
        ("q" = Option<String>, Query, description = "Texte à trouver dans les lignes"),
        ("sort" = Option<String>, Query, description = "`row`, `verdict`, `distance`, `score`, précédé de - pour l’ordre inverse"),
        ("page" = Option<u32>, Query, description = "À partir de 1"),
        ("limit" = Option<u32>, Query, description = "Lignes par page, 50 par défaut, 1000 au plus")),
    responses(
        (status = 200, description = "Une page de lignes", body = RowsBody),
        (status = 400, description = "`invalid-parameter`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`batch-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`unreadable-file`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-batches`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Problem> {
    let mut query = results::chosen(&params)?;
    (query.sort, query.is_reversed) = sorted(&params)?;
    let page = params.between("page", 1, 1_000_000)?.unwrap_or(1);
    query.page = page - 1;
    query.per_page = params.between("limit", 1, MOST)?.unwrap_or(50);
    let opened = open::open(&state, &id).await?;
    let found = jobs::page(&opened.jobs, &opened.batch, query).await?;
    json::private_json(&RowsBody {
        total: found.total,
        page,
        rows: found.rows.into_iter().map(RowBody::from).collect(),
    })
}

/// Une ligne, les autres adresses possibles, son histoire.
#[utoipa::path(get, path = "/api/v2/batches/{id}/rows/{row}", tag = "tests", operation_id = "batch_row",
    params(("id" = String, Path, description = "Le lien secret du test, ou un lien partagé"),
        ("row" = u64, Path, description = "Rang de la ligne, à partir de 0")),
    responses(
        (status = 200, description = "La ligne", body = DetailBody),
        (status = 400, description = "`invalid-parameter`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`batch-not-found`, `row-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`unreadable-file`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-batches`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn one(
    State(state): State<AppState>,
    Path((id, row)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let index = index(&row)?;
    let opened = open::open(&state, &id).await?;
    let view = jobs::row(&opened.jobs, &opened.batch, index).await?;
    let view = view.ok_or_else(|| Problem::new(Code::RowNotFound).at("row"))?;
    detail(&state, &opened, view).await
}

/// Une ligne remise à sa place, testée de nouveau aussitôt.
#[utoipa::path(put, path = "/api/v2/batches/{id}/rows/{row}", tag = "tests", operation_id = "correct_batch_row",
    params(("id" = String, Path, description = "Le lien secret du test"),
        ("row" = u64, Path, description = "Rang de la ligne, à partir de 0")),
    request_body(content = CorrectionBody),
    responses(
        (status = 200, description = "La ligne, sa nouvelle réponse", body = DetailBody),
        (status = 400, description = "`malformed-body`, `invalid-parameter`, `missing-parameter`, `invalid-coordinates`, `outside-territory`, `swapped-coordinates`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`read-only-link`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`batch-not-found`, `row-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`batch-not-ready`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`body-too-large`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported-media-type`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`unreadable-file`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-batches`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 507, description = "`no-room`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn correct(
    State(state): State<AppState>,
    Path((id, row)): Path<(String, String)>,
    body: Result<Json<CorrectionBody>, JsonRejection>,
) -> Result<Response, Problem> {
    let index = index(&row)?;
    let Json(body) = body.map_err(|rejected| unread(&rejected))?;
    let choice = match (body.candidate, body.lon, body.lat) {
        (Some(id), None, None) => Choice::Candidate(id),
        (None, Some(lon), Some(lat)) => Choice::Point(question::checked(lon, lat)?),
        (None, None, _) => return Err(Problem::missing("lon")),
        (None, _, None) => return Err(Problem::missing("lat")),
        _ => {
            return Err(Problem::new(Code::ConflictingParameters)
                .at("candidate, lon, lat")
                .detail("Donnez soit une adresse proposée, soit un point."));
        }
    };
    let opened = open::open(&state, &id).await?.owned()?.tested()?;
    let view = jobs::correct(&state, &opened.jobs, &opened.batch, index, choice).await?;
    let view = view.ok_or_else(|| Problem::new(Code::RowNotFound).at("row"))?;
    detail(&state, &opened, view).await
}

/// Why a JSON body could not be read.
pub(super) fn unread(rejected: &JsonRejection) -> Problem {
    match rejected.status().as_u16() {
        413 => Problem::new(Code::BodyTooLarge),
        415 => Problem::new(Code::UnsupportedMediaType)
            .at("Content-Type")
            .detail("Le corps est application/json."),
        _ => Problem::new(Code::MalformedBody)
            .detail("Le corps n’est pas l’objet JSON attendu.")
            .remedy("Voyez /api/openapi.json."),
    }
}

fn index(text: &str) -> Result<u64, Problem> {
    text.parse().map_err(|_text: std::num::ParseIntError| {
        Problem::new(Code::InvalidParameter)
            .at("row")
            .detail("« row » est le rang d’une ligne, à partir de 0.")
    })
}

async fn detail(
    state: &AppState,
    opened: &open::Opened,
    view: RowView,
) -> Result<Response, Problem> {
    let history = history(opened, view.index).await?;
    let candidates = jobs::candidates(state.addresses(), view.question.clone()).await?;
    json::private_json(&DetailBody {
        row: view.into(),
        candidates: candidates.into_iter().map(AddressBody::from).collect(),
        history,
    })
}
