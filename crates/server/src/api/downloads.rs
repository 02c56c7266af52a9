//! `GET /donnees/editions/{n}/fichiers/…`: the files of an edition, which change only when a line is withdrawn; `GET /donnees/latest/…`, which
//! leads to those of the edition in service; `GET /api/v2/releases/{n}/files`, their list.

use super::json;
use super::tiles::base_url;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::http::range::{Version, Wanted, wanted};
use crate::publishing::Stage;
use crate::state::AppState;
use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use caloduc_store::{EditionFile, EditionFiles, EditionState, Release, StoreError};
use serde::Serialize;
use std::fs::File;
use std::io::{Seek, SeekFrom};
use tokio::io::AsyncReadExt;
use tokio_util::io::ReaderStream;
use utoipa::ToSchema;

/// Marks an answer that nothing may compress: its length, its ranges and its tag are those of the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AsItIs;

/// The files of an edition.
#[derive(Debug, Serialize, ToSchema)]
struct FileList {
    release: u32,
    state: FilesState,
    files: Vec<FileBody>,
}

/// How far the files are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum FilesState {
    /// There.
    Ready,
    /// Being written.
    Preparing,
    /// They could not be written; it is tried again later.
    Failed,
}

/// A file.
#[derive(Debug, Serialize, ToSchema)]
struct FileBody {
    /// Folders separated by `/`.
    name: String,
    media_type: &'static str,
    bytes: u64,
    /// Hexadecimal.
    sha256: String,
    /// Where it is, for ever.
    href: String,
}

/// Routes whose parameter fills several segments.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/donnees/editions/{n}/fichiers/{*file}", get(download))
        .route("/donnees/latest/{*file}", get(latest))
}

/// The media type of a file, by its name.
pub(crate) fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "zip" => "application/zip",
        "geojson" => "application/geo+json",
        "gpkg" => "application/geopackage+sqlite3",
        "fgb" => "application/flatgeobuf",
        "parquet" => "application/vnd.apache.parquet",
        "csv" => "text/csv; charset=utf-8",
        "pmtiles" => "application/vnd.pmtiles",
        "json" => "application/json",
        "md" => "text/markdown; charset=utf-8",
        _ => "text/plain; charset=utf-8",
    }
}

/// Where a file of an edition is, after the host.
pub(crate) fn address(number: u32, name: &str) -> String {
    format!("/donnees/editions/{number}/fichiers/{name}")
}

/// The published edition of that number.
pub(crate) fn published(state: &AppState, number: &str) -> Result<Release, Problem> {
    let unknown = || Problem::new(Code::ReleaseNotFound).at("n");
    let number: u32 = number
        .parse()
        .map_err(|_bad: std::num::ParseIntError| unknown())?;
    let store = state.store().ok_or_else(unknown)?;
    match store.release(number) {
        Ok(release) if release.state != EditionState::Draft => Ok(release),
        Ok(_) | Err(StoreError::UnknownEdition { .. }) => Err(unknown()),
        Err(error) => Err(Problem::internal(&error)),
    }
}

/// The files of a published edition, or how far they are.
pub(crate) fn files(state: &AppState, number: u32) -> Result<Result<EditionFiles, Stage>, Problem> {
    let store = state
        .store()
        .ok_or_else(|| Problem::new(Code::ReleaseNotFound))?;
    let files = store
        .edition_files(number)
        .map_err(|error| Problem::internal(&error))?;
    Ok(files.ok_or_else(|| state.publishing().stage(number)))
}

/// Runs what asks the store on a thread that may wait.
pub(crate) async fn blocking<T: Send + 'static>(
    ask: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(ask)
        .await
        .map_err(|error| Problem::internal(&error))?
}

/// Les fichiers d’une édition publiée, avec leurs tailles et leurs empreintes.
#[utoipa::path(get, path = "/api/v2/releases/{n}/files", tag = "données",
    params(("n" = u32, Path, description = "Numéro de l’édition", example = 3)),
    responses(
        (status = 200, description = "Les fichiers ; aucun tant qu’ils se préparent", body = FileList),
        (status = 404, description = "`release-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Path(number): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let base = base_url(&state, &headers);
    let (release, found) = blocking(move || {
        let release = published(&state, &number)?.number;
        Ok((release, files(&state, release)?))
    })
    .await?;
    let (state, files) = match found {
        Ok(files) => (FilesState::Ready, files.files),
        Err(Stage::Preparing) => (FilesState::Preparing, Vec::new()),
        Err(Stage::Failed) => (FilesState::Failed, Vec::new()),
    };
    json::json(&FileList {
        release,
        state,
        files: files
            .into_iter()
            .map(|file| FileBody {
                media_type: media_type(&file.name),
                bytes: file.bytes,
                href: format!("{base}{}", address(release, &file.name)),
                sha256: file.sha256,
                name: file.name,
            })
            .collect(),
    })
}

/// Un fichier d’une édition publiée.
#[utoipa::path(get, path = "/donnees/editions/{n}/fichiers/{file}", tag = "données",
    params(
        ("n" = u32, Path, description = "Numéro de l’édition", example = 3),
        ("file" = String, Path, description = "Nom du fichier, dossiers compris", example = "LICENCE.txt"),
        ("Range" = Option<String>, Header, description = "Une partie du fichier : `bytes=0-1023`"),
        ("If-Range" = Option<String>, Header, description = "L’empreinte (`ETag`) dont on veut la suite")),
    responses(
        (status = 200, description = "Le fichier ; à cette adresse, il ne change que si un tracé est remplacé par une zone tampon, et son `ETag` avec lui", body = String, content_type = "*/*"),
        (status = 206, description = "La partie demandée", body = String, content_type = "*/*"),
        (status = 304, description = "Le client l’a déjà"),
        (status = 404, description = "`release-not-found`, `not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 416, description = "`range-not-satisfiable`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`files-in-preparation`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn download(
    State(state): State<AppState>,
    Path((number, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (file, open, modified) = blocking(move || {
        let release = published(&state, &number)?;
        let (file, open) = opened(&state, release.number, &name)?;
        let modified = release.created.to_system().map(httpdate::fmt_http_date);
        Ok((file, open, modified.unwrap_or_default()))
    })
    .await?;
    answer(&file, open, &modified, &headers).await
}

fn opened(state: &AppState, number: u32, name: &str) -> Result<(EditionFile, File), Problem> {
    let found = match state.store() {
        Some(store) => store
            .open_edition_file(number, name)
            .map_err(|error| Problem::internal(&error))?,
        None => None,
    };
    if let Some(found) = found {
        return Ok(found);
    }
    match files(state, number)? {
        Ok(files) => Err(Problem::new(Code::NotFound)
            .at("file")
            .detail("Cette édition n’a pas de fichier de ce nom.")
            .remedy(format!(
                "La liste est dans /api/v2/releases/{number}/files."
            ))
            .suggestions(near(&files, name))),
        Err(stage) => Err(being_prepared(stage)),
    }
}

/// That the files of an edition are not there yet.
fn being_prepared(stage: Stage) -> Problem {
    let problem = Problem::new(Code::FilesInPreparation).retry_after_s(30);
    match stage {
        Stage::Preparing => problem,
        Stage::Failed => problem.detail(
            "Les fichiers de cette édition n’ont pas pu être écrits ; un nouvel essai est prévu.",
        ),
    }
}

fn near(files: &EditionFiles, name: &str) -> Vec<String> {
    let last = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    files
        .files
        .iter()
        .filter(|file| strsim::jaro_winkler(&last(&file.name), &last(name)) > 0.85)
        .take(5)
        .map(|file| file.name.clone())
        .collect()
}

async fn answer(
    file: &EditionFile,
    mut open: File,
    modified: &str,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let etag = format!("\"{}\"", &file.sha256[..32]);
    let version = Version {
        etag: &etag,
        modified,
    };
    let wanted = wanted(headers, file.bytes, version);
    let (status, first, length) = match wanted {
        Wanted::Whole => (StatusCode::OK, 0, file.bytes),
        Wanted::Part { first, last } => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Wanted::Nothing => (StatusCode::NOT_MODIFIED, 0, 0),
        Wanted::Beyond => return Ok(beyond(file.bytes)),
    };
    let body = if length == 0 {
        Body::empty()
    } else {
        let seek = move || {
            open.seek(SeekFrom::Start(first))
                .map_err(|error| Problem::internal(&error))?;
            Ok(open)
        };
        let open = tokio::fs::File::from_std(blocking(seek).await?);
        Body::from_stream(ReaderStream::with_capacity(open.take(length), 64 * 1024))
    };
    let mut response = (status, body).into_response();
    response.extensions_mut().insert(AsItIs);
    let headers = response.headers_mut();
    let mut set = |name, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, media_type(&file.name));
    set(header::ACCEPT_RANGES, "bytes");
    set(header::ETAG, &etag);
    set(header::LAST_MODIFIED, modified);
    // Kept, but asked about each time: what is published of an edition can be decided anew, and no cache may go on telling
    // what was withdrawn.
    set(header::CACHE_CONTROL, "public, no-cache");
    if wanted != Wanted::Nothing {
        set(header::CONTENT_LENGTH, &length.to_string());
    }
    if status == StatusCode::PARTIAL_CONTENT {
        let last = first + length - 1;
        set(
            header::CONTENT_RANGE,
            &format!("bytes {first}-{last}/{}", file.bytes),
        );
    }
    Ok(response)
}

fn beyond(length: u64) -> Response {
    let mut response = Problem::new(Code::RangeNotSatisfiable).into_response();
    if let Ok(range) = HeaderValue::from_str(&format!("bytes */{length}")) {
        response.headers_mut().insert(header::CONTENT_RANGE, range);
    }
    response
}

/// Un fichier de l’édition en service.
#[utoipa::path(get, path = "/donnees/latest/{file}", tag = "données",
    params(("file" = String, Path, description = "Nom du fichier ; `opendata-fcu.zip` pour l’archive compatible, quelle que soit sa date", example = "caloduc.gpkg")),
    responses(
        (status = 307, description = "Mène au fichier de l’édition en service"),
        (status = 404, description = "`not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-data`, `files-in-preparation`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn latest(
    State(state): State<AppState>,
    Path(name): Path<String>,
) -> Result<Response, Problem> {
    let location = blocking(move || {
        let number = state.served_or_problem()?.release().ok_or_else(|| {
            Problem::new(Code::NoData).detail("Le territoire fictif ne se télécharge pas.")
        })?;
        let name = match files(&state, number)? {
            Ok(files) if name == "opendata-fcu.zip" => {
                files.archive().map_or(name, |archive| archive.name.clone())
            }
            Ok(_) => name,
            Err(stage) => return Err(being_prepared(stage)),
        };
        opened(&state, number, &name)?;
        Ok(address(number, &name))
    })
    .await?;
    let headers = [
        (header::LOCATION, location),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    Ok((StatusCode::TEMPORARY_REDIRECT, headers).into_response())
}
