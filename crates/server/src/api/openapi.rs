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
    paths(super::downloads::download, super::downloads::latest, super::tiles::description::describe, super::tiles::tile::tile, description),
    components(schemas(super::question::Wanted, super::v2::verdict::Table, super::v2::batches::body::BatchSummary, super::v2::batches::body::BatchTally, super::tiles::description::TileJson)),
    tags(
        (name = "v2", description = "Verdicts, réseaux, éditions"),
        (name = "tests", description = "Fichiers d’adresses testés en une fois, chacun derrière son lien secret"),
        (name = "données", description = "Fichiers des éditions et leur catalogue"),
        (name = "geocodage", description = "Compatible avec le géocodeur national"),
        (name = "tuiles", description = "Couches de la carte"),
        (name = "v1", description = "Compatible avec le service national"),
        (name = "service", description = "État du service")))]
struct Document;

/// The description before routes are added.
pub(crate) fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// Cette description.
#[utoipa::path(get, path = "/api/openapi.json", tag = "service",
    responses((status = 200, description = "OpenAPI 3.1", body = Object)))]
#[allow(dead_code, reason = "describes the route below")]
fn description() {}

/// `/api/openapi.json`.
pub(crate) fn routes(description: &str) -> Router<AppState> {
    let body: Arc<str> = description.into();
    Router::new().route(
        "/api/openapi.json",
        get(move || async move {
            (
                [(header::CONTENT_TYPE, "application/json")],
                body.to_string(),
            )
        }),
    )
}
