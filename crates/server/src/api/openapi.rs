//! The description of the API, generated from the handlers and their types.

use crate::state::AppState;
use axum::Router;
use axum::http::header;
use axum::routing::get;
use std::sync::Arc;
use utoipa::OpenApi;

/// What the description says besides routes.
#[derive(OpenApi)]
#[openapi(
    info(title = "caloduc", description = "Un réseau de chaleur ou de froid passe-t-il près de ce bâtiment ?",
        license(name = "Licence Ouverte 2.0 (données)", url = "https://www.etalab.gouv.fr/licence-ouverte-open-licence")),
    tags(
        (name = "v1", description = "Compatible avec le service national"),
        (name = "service", description = "État du service")))]
struct Document;

/// The description before routes are added.
pub(crate) fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// `/api/openapi.json`.
pub(crate) fn routes(description: utoipa::openapi::OpenApi) -> Router<AppState> {
    let body: Arc<str> = description.to_json().unwrap_or_default().into();
    Router::new().route(
        "/api/openapi.json",
        get(move || async move {
            let headers = [
                (header::CONTENT_TYPE, "application/json"),
                (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
            ];
            (headers, body.to_string())
        }),
    )
}
