//! `POST /api/v2/eligibility`: a list of questions, answered in order while it is being sent.

use super::verdict;
use crate::api::question;
use crate::http::params::Params;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::http::stream;
use crate::state::{Addresses, AppState, Served};
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use caloduc_engine::eligibility::Service;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;
use utoipa::ToSchema;

/// One question: an address, or a point.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"id": "a1", "q": "12 rue des Lilas"}))]
struct Question<'a> {
    /// Given back as it is with the answer.
    #[serde(borrow, default)]
    #[schema(value_type = Option<String>)]
    id: Option<&'a RawValue>,
    /// An address.
    q: Option<String>,
    /// Longitude, degrees.
    lon: Option<f64>,
    /// Latitude, degrees.
    lat: Option<f64>,
}

/// One answer: the verdict with the question's `id`, or an error.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "describes answers that are written as they come")]
pub(crate) enum Answer {
    /// The verdict.
    Verdict(Box<verdict::Verdict>),
    /// What was wrong with that question alone.
    Problem(AnswerProblem),
}

/// What was wrong with one question.
#[derive(Serialize, ToSchema)]
pub(crate) struct AnswerProblem {
    /// The question's.
    #[schema(value_type = Option<String>)]
    id: Option<Box<RawValue>>,
    error: ProblemBody,
}

/// Lists as an array, or a line each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    Array,
    Lines,
}

/// Jusqu’à 10 000 questions à la fois, réponses dans l’ordre et en flux. Une question fautive reçoit son erreur à sa place.
#[utoipa::path(post, path = "/api/v2/eligibility", tag = "v2",
    params(("for" = Option<question::Wanted>, Query, description = "`heat` (par défaut) ou `cold`, pour toute la liste")),
    request_body(description = "Un tableau JSON, ou une question par ligne (NDJSON)",
        content((Vec<Question> = "application/json", example = json!([{"id": "a1", "lon": -3.5, "lat": 45.9}])),
            (String = "application/x-ndjson", example = "{\"id\":\"a1\",\"lon\":-3.5,\"lat\":45.9}\n"))),
    responses(
        (status = 200, description = "Les réponses, dans l’ordre, dans la forme de la question", content((Vec<Answer> = "application/json"), (String = "application/x-ndjson"))),
        (status = 400, description = "`malformed-body`, `invalid-parameter`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`too-many-questions`, `body-too-large`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported-media-type`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`, `too-many-files`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-data`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn many(
    State(state): State<AppState>,
    params: Params,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let service = question::service(&params)?;
    let body = body.map_err(|rejected| unread(&rejected, state.config().limits.body_bytes))?;
    let layout = layout(&headers, &body)?;
    let questions = cut(&body, layout)?;
    let most = state.config().limits.questions;
    if questions.len() > most {
        return Err(Problem::new(Code::TooManyQuestions).detail(format!(
            "{} questions pour {most} au plus.",
            questions.len()
        )));
    }
    let list = List {
        served: state.served_or_problem()?,
        addresses: state.addresses(),
        service,
        body,
        questions,
        layout,
    };
    let permit = state.bulk_permit()?;
    let body = stream::body(move |out| {
        let _held_to_the_end = permit;
        list.answer(out)
    });
    let content_type = match layout {
        Layout::Array => "application/json",
        Layout::Lines => "application/x-ndjson",
    };
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, body).into_response())
}

/// Why a body could not be read whole.
pub(crate) fn unread(rejected: &BytesRejection, most: usize) -> Problem {
    if rejected.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        Problem::new(Code::BodyTooLarge).detail(format!("Le corps dépasse {most} octets."))
    } else {
        Problem::new(Code::MalformedBody).detail("Le corps n’est pas arrivé entier.")
    }
}

fn layout(headers: &HeaderMap, body: &[u8]) -> Result<Layout, Problem> {
    let given = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let kind = given.split(';').next().unwrap_or_default().trim();
    match kind {
        "application/json" => Ok(Layout::Array),
        "" if body.trim_ascii_start().starts_with(b"[") => Ok(Layout::Array),
        "" | "application/x-ndjson" | "application/ndjson" | "application/jsonl" => {
            Ok(Layout::Lines)
        }
        _ => Err(Problem::new(Code::UnsupportedMediaType)
            .at("Content-Type")
            .detail("Le corps est application/json ou application/x-ndjson.")),
    }
}

/// Where each question is in the body.
fn cut(body: &Bytes, layout: Layout) -> Result<Vec<Range<usize>>, Problem> {
    let text = std::str::from_utf8(body).map_err(|error| {
        Problem::new(Code::MalformedBody).detail(format!(
            "Le corps n’est pas de l’UTF-8 (octet {}).",
            error.valid_up_to() + 1
        ))
    })?;
    let place = |part: &str| {
        let start = part.as_ptr() as usize - text.as_ptr() as usize;
        start..start + part.len()
    };
    match layout {
        Layout::Array => {
            let parts: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| {
                Problem::new(Code::MalformedBody).detail(format!(
                    "Le corps n’est pas un tableau JSON (ligne {}, colonne {}).",
                    error.line(),
                    error.column()
                ))
            })?;
            Ok(parts.iter().map(|part| place(part.get())).collect())
        }
        Layout::Lines => Ok(text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .map(place)
            .collect()),
    }
}

/// Questions cut and ready.
struct List {
    served: Arc<Served>,
    addresses: Option<Arc<Addresses>>,
    service: Service,
    body: Bytes,
    questions: Vec<Range<usize>>,
    layout: Layout,
}

impl List {
    fn answer(&self, out: &mut impl Write) -> io::Result<()> {
        let is_array = self.layout == Layout::Array;
        if is_array {
            out.write_all(b"[")?;
        }
        for (i, place) in self.questions.iter().enumerate() {
            if is_array && i > 0 {
                out.write_all(b",\n")?;
            }
            let text = self.body.get(place.clone()).unwrap_or_default();
            self.answer_one(i, text, out)?;
            if !is_array {
                out.write_all(b"\n")?;
            }
        }
        if is_array {
            out.write_all(b"]")?;
        }
        Ok(())
    }

    fn answer_one(&self, index: usize, text: &[u8], out: &mut impl Write) -> io::Result<()> {
        let question: Question<'_> = match serde_json::from_slice(text) {
            Ok(question) => question,
            Err(error) => {
                let problem = Problem::new(Code::MalformedBody)
                    .at(format!("question {}", index + 1))
                    .detail(format!("Question illisible (colonne {}).", error.column()))
                    .remedy(
                        "Une question est {\"q\": \"adresse\"} ou {\"lon\": 2.35, \"lat\": 48.86}.",
                    );
                return write_problem(None, &problem, out);
            }
        };
        match self.verdict(&question) {
            Ok(verdict) => write_with_id(question.id, &verdict, out),
            Err(problem) => {
                let place = format!("question {}", index + 1);
                let at = match &problem.body().parameter {
                    Some(parameter) => format!("{place}, {parameter}"),
                    None => place,
                };
                write_problem(question.id, &problem.at(at), out)
            }
        }
    }

    /// The verdict as JSON, without its opening brace.
    fn verdict(&self, question: &Question<'_>) -> Result<Vec<u8>, Problem> {
        let snapshot = &self.served.snapshot;
        let text = question
            .q
            .as_deref()
            .map(str::trim)
            .filter(|q| !q.is_empty());
        let written = match (text, question.lon, question.lat) {
            (Some(text), None, None) => {
                let addresses = self.addresses.as_ref();
                let addresses = addresses.ok_or_else(|| Problem::new(Code::NoAddresses))?;
                let found = question::find(addresses, text)?;
                serde_json::to_vec(&found.assess(snapshot, self.service))
            }
            (None, Some(lon), Some(lat)) => {
                let place = question::checked(lon, lat)?;
                serde_json::to_vec(&snapshot.assess(place, self.service))
            }
            (None, None, _) => return Err(Problem::missing("lon")),
            (None, _, None) => return Err(Problem::missing("lat")),
            (Some(_), _, _) => {
                return Err(Problem::new(Code::ConflictingParameters).at("q, lon, lat"));
            }
        };
        written.map_err(|error| Problem::internal(&error))
    }
}

fn write_with_id(id: Option<&RawValue>, object: &[u8], out: &mut impl Write) -> io::Result<()> {
    let Some(id) = id else {
        return out.write_all(object);
    };
    write!(out, "{{\"id\":{},", id.get())?;
    out.write_all(object.get(1..).unwrap_or_default())
}

fn write_problem(id: Option<&RawValue>, problem: &Problem, out: &mut impl Write) -> io::Result<()> {
    #[derive(Serialize)]
    struct Wrong<'a> {
        error: &'a ProblemBody,
    }
    let object = serde_json::to_vec(&Wrong {
        error: problem.body(),
    })?;
    write_with_id(id, &object, out)
}
