//! `/api/v2/batches/uploads…`: a file given in pieces, by the protocol that ready clients speak (tus 1.0.0, with creation,
//! termination and expiration). Cut, it goes on from where it stopped, at whatever process; once whole, its identifier
//! goes in the field `upload` of the form of `POST /api/v2/batches`.

use super::receive::{self, NAME_LETTERS};
use crate::http::client::Client;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::jobs::{self, Came, JobError, Jobs};
use crate::state::AppState;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use caloduc_store::UnixMs;
use caloduc_store::batches::{Arrival, Link, NewArrival};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

/// Where files are sent.
const PATH: &str = "/api/v2/batches/uploads";
/// The version of the protocol that is spoken.
const VERSION: &str = "1.0.0";
const PIECE: &str = "application/offset+octet-stream";

const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");

/// Headers that scripts of other sites need to read.
pub(crate) const EXPOSED: [HeaderName; 6] = [
    TUS_RESUMABLE,
    UPLOAD_OFFSET,
    UPLOAD_LENGTH,
    UPLOAD_METADATA,
    UPLOAD_EXPIRES,
    header::LOCATION,
];

/// Says which protocol is spoken in every answer about files in pieces; what OPTIONS asks for.
pub(crate) async fn spoken(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let is_ours = request.uri().path().starts_with(PATH);
    let is_asked = request.method() == Method::OPTIONS;
    let mut response = next.run(request).await;
    if is_ours {
        let headers = response.headers_mut();
        headers.insert(TUS_RESUMABLE, HeaderValue::from_static(VERSION));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if is_asked {
            let said = [
                ("tus-version", VERSION.to_owned()),
                (
                    "tus-extension",
                    "creation,termination,expiration".to_owned(),
                ),
                (
                    "tus-max-size",
                    state.config().batches.file_bytes.to_string(),
                ),
            ];
            for (name, value) in said {
                if let Ok(value) = HeaderValue::from_str(&value) {
                    headers.insert(HeaderName::from_static(name), value);
                }
            }
        }
    }
    response
}

/// Ce que ce service sait du protocole tus : version, extensions, plus gros fichier.
#[utoipa::path(options, path = "/api/v2/batches/uploads", tag = "tests", operation_id = "upload_protocol",
    responses((status = 200, description = "`Tus-Version`, `Tus-Extension`, `Tus-Max-Size`")))]
pub(crate) async fn protocol() -> StatusCode {
    // Cross-origin questions are answered before they come here, with the same headers.
    StatusCode::OK
}

/// Annonce un fichier qui viendra par morceaux (protocole tus 1.0.0). Entier, son identifiant se donne dans le champ
/// `upload` de `POST /api/v2/batches`.
#[utoipa::path(post, path = "/api/v2/batches/uploads", tag = "tests", operation_id = "create_upload",
    params(("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Length" = u64, Header, description = "Octets du fichier"),
        ("Upload-Metadata" = Option<String>, Header, description = "`filename` et le nom du fichier en base 64")),
    responses(
        (status = 201, description = "Le fichier est attendu ; `Location` dit où envoyer ses morceaux, `Upload-Expires` jusqu’à quand"),
        (status = 400, description = "`missing-parameter`, `invalid-parameter`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "`unsupported-tus`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`body-too-large` : le fichier est trop gros", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`, `quota-reached`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-batches`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 507, description = "`no-room`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn create(
    State(state): State<AppState>,
    Extension(client): Extension<Client>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    speaks(&headers)?;
    let bytes = number(&headers, &UPLOAD_LENGTH)?;
    let settings = &state.config().batches;
    if bytes > settings.file_bytes {
        return Err(receive::too_big(settings.file_bytes).at("Upload-Length"));
    }
    let jobs = state.jobs_or_problem()?;
    let (now, link) = (jobs::now(), jobs::link());
    let new = NewArrival {
        link: link.clone(),
        client: jobs.batches.client(&client.0.to_string()),
        file_name: file_name(&headers),
        bytes,
        expires: now.plus(settings.awaited_for()),
    };
    let quota = receive::quota(settings);
    let expected = jobs.batches.expect(&new, &quota, now).await;
    expected
        .map_err(JobError::from)?
        .map_err(|refused| receive::too_much(refused, &quota))?;
    let location = format!("{PATH}/{}", link.as_str());
    let mut response = StatusCode::CREATED.into_response();
    say(&mut response, &header::LOCATION, &location);
    say(&mut response, &UPLOAD_EXPIRES, &date(new.expires));
    Ok(response)
}

/// Où en est un fichier envoyé par morceaux.
#[utoipa::path(head, path = "/api/v2/batches/uploads/{id}", tag = "tests", operation_id = "upload",
    params(("id" = String, Path, description = "L’identifiant secret du fichier"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`")),
    responses(
        (status = 200, description = "`Upload-Offset` octets sur `Upload-Length` sont arrivés"),
        (status = 404, description = "`upload-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "`unsupported-tus`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-batches`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn progress(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    speaks(&headers)?;
    let (_jobs, arrival) = find(&state, &id).await?;
    let mut response = StatusCode::OK.into_response();
    say(&mut response, &UPLOAD_OFFSET, &arrival.received.to_string());
    say(&mut response, &UPLOAD_LENGTH, &arrival.bytes.to_string());
    let name = STANDARD.encode(&arrival.file_name);
    say(&mut response, &UPLOAD_METADATA, &format!("filename {name}"));
    say(&mut response, &UPLOAD_EXPIRES, &date(arrival.expires));
    Ok(response)
}

/// Un morceau du fichier, à la suite de ce qui est arrivé. Ce qui en est venu compte, même si la connexion est coupée.
#[utoipa::path(patch, path = "/api/v2/batches/uploads/{id}", tag = "tests", operation_id = "append_to_upload",
    params(("id" = String, Path, description = "L’identifiant secret du fichier"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Offset" = u64, Header, description = "Octets arrivés jusqu’ici")),
    request_body(content = String, content_type = "application/offset+octet-stream"),
    responses(
        (status = 204, description = "`Upload-Offset` octets sont arrivés"),
        (status = 400, description = "`missing-parameter`, `invalid-parameter`, `malformed-body`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`upload-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`wrong-offset`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "`unsupported-tus`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`body-too-large` : le morceau dépasse la fin du fichier", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported-media-type`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-batches`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 507, description = "`no-room`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn append(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    speaks(&headers)?;
    if headers
        .get(header::CONTENT_TYPE)
        .is_none_or(|kind| kind != PIECE)
    {
        return Err(Problem::new(Code::UnsupportedMediaType)
            .at("Content-Type")
            .detail(format!("Un morceau est {PIECE}.")));
    }
    let offset = number(&headers, &UPLOAD_OFFSET)?;
    let (jobs, arrival) = find(&state, &id).await?;
    if offset != arrival.received {
        return Err(misplaced(arrival.received));
    }
    let announced = headers.get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|bytes| bytes > arrival.bytes - offset) {
        return Err(beyond());
    }
    // A client that goes away drops this answer, not what it sent.
    let receiving = tokio::spawn(async move { jobs::receive_piece(&jobs, &arrival, body).await });
    let came = receiving
        .await
        .map_err(|error| Problem::internal(&error))??;
    match came {
        Came::Whole(received) => {
            let mut response = StatusCode::NO_CONTENT.into_response();
            say(&mut response, &UPLOAD_OFFSET, &received.to_string());
            Ok(response)
        }
        Came::Cut => Err(Problem::new(Code::MalformedBody)
            .detail("Le morceau n’est pas arrivé entier.")
            .remedy("Demandez où en est le fichier (HEAD), puis envoyez la suite.")),
        Came::Misplaced => {
            let (_jobs, arrival) = find(&state, &id).await?;
            Err(misplaced(arrival.received))
        }
        Came::TooLong => Err(beyond()),
        Came::TooMany => Err(Problem::new(Code::BodyTooLarge)
            .detail("Le fichier est arrivé en trop de morceaux.")
            .remedy("Envoyez-le de nouveau, par morceaux plus grands.")),
    }
}

/// Renonce à un fichier envoyé par morceaux : ce qui en est arrivé est effacé.
#[utoipa::path(delete, path = "/api/v2/batches/uploads/{id}", tag = "tests", operation_id = "abandon_upload",
    params(("id" = String, Path, description = "L’identifiant secret du fichier"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`")),
    responses(
        (status = 204, description = "Plus rien n’est gardé de ce fichier"),
        (status = 404, description = "`upload-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 412, description = "`unsupported-tus`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-batches`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn abandon(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    speaks(&headers)?;
    let (jobs, arrival) = find(&state, &id).await?;
    jobs::forget(&jobs, &arrival.key).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The file on its way that an identifier names.
pub(crate) async fn find(state: &AppState, id: &str) -> Result<(Arc<Jobs>, Arrival), Problem> {
    let jobs = state.jobs_or_problem()?;
    let unknown = || Problem::new(Code::UploadNotFound).at("id");
    let link = Link::parse(id).ok_or_else(unknown)?;
    let found = jobs.batches.arrival(&link, jobs::now()).await;
    let arrival = found.map_err(JobError::from)?.ok_or_else(unknown)?;
    Ok((jobs, arrival))
}

/// Refuses clients that do not say that they speak this version.
fn speaks(headers: &HeaderMap) -> Result<(), Problem> {
    if headers
        .get(TUS_RESUMABLE)
        .is_some_and(|version| version == VERSION)
    {
        Ok(())
    } else {
        Err(Problem::new(Code::UnsupportedTus).at("Tus-Resumable"))
    }
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Problem> {
    let Some(value) = headers.get(name) else {
        return Err(Problem::new(Code::MissingParameter)
            .at(name.as_str())
            .detail(format!("Il manque l’en-tête {name}.")));
    };
    let number = value.to_str().ok().and_then(|text| text.parse().ok());
    number
        .filter(|number| i64::try_from(*number).is_ok())
        .ok_or_else(|| {
            Problem::new(Code::InvalidParameter)
                .at(name.as_str())
                .detail(format!("{name} est un nombre d’octets."))
        })
}

/// The name of the file, from `filename` or `name` of the metadata.
fn file_name(headers: &HeaderMap) -> String {
    let metadata = headers.get(UPLOAD_METADATA);
    let metadata = metadata
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let named = metadata.split(',').find_map(|pair| {
        let (key, value) = pair.trim().split_once(' ')?;
        let value = ["filename", "name"].contains(&key).then_some(value)?;
        String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()
    });
    receive::last_part(&named.unwrap_or_default(), NAME_LETTERS)
}

fn misplaced(received: u64) -> Problem {
    Problem::new(Code::WrongOffset)
        .at("Upload-Offset")
        .detail(format!("{received} octets de ce fichier sont arrivés."))
}

fn beyond() -> Problem {
    Problem::new(Code::BodyTooLarge)
        .detail("Le morceau dépasse la longueur annoncée du fichier.")
        .remedy("Annoncez de nouveau le fichier, avec sa longueur.")
}

fn say(response: &mut Response, name: &HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

/// A moment as HTTP writes it.
fn date(moment: UnixMs) -> String {
    let since = Duration::from_millis(moment.0.unsigned_abs());
    httpdate::fmt_http_date(UNIX_EPOCH + since)
}
