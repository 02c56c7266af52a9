//! Which file of the interface is at this address? Style sheet, icons, and the scripts Vite built, all in the binary.
//! Addresses carry a hash of all of them, so that browsers keep them for ever.

use crate::state::AppState;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// Changes whenever one of the files does.
pub const HASH: &str = env!("CALODUC_ASSETS_HASH");

/// The bytes of a file.
pub fn file(name: &str) -> Option<&'static [u8]> {
    FILES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, bytes)| *bytes)
}

/// The address of a file; `None` when it is not in the binary (scripts of a build without Node).
pub fn address(name: &str) -> Option<String> {
    file(name).map(|_| format!("/assets/{HASH}/{name}"))
}

/// `GET /assets/{hash}/{*name}`.
pub async fn get(Path((hash, name)): Path<(String, String)>) -> Response {
    let Some(bytes) = file(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kept = if hash == HASH {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(media_type(&name)),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static(kept)),
        // The web component is loaded as a module by other sites.
        (
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("*"),
        ),
    ];
    (headers, bytes).into_response()
}

/// `GET /appearance/{version}/{name}`: what whoever deploys the service dresses it with.
pub async fn appearance(
    State(state): State<AppState>,
    Path((_version, name)): Path<(String, String)>,
) -> Response {
    let Some((bytes, kind)) = state.appearance().file(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, bytes).into_response()
}

/// `GET /favicon.ico`: browsers ask for it whatever the page says.
pub async fn favicon(State(state): State<AppState>) -> Response {
    let kept = HeaderValue::from_static("public, max-age=86400");
    let kind = HeaderValue::from_static("image/svg+xml");
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, kept)];
    match state.appearance().file("mark.svg") {
        Some((own, _)) => (headers, own).into_response(),
        None => (headers, file("mark.svg").unwrap_or_default()).into_response(),
    }
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}
