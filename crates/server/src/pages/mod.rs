//! What do people see?

use crate::state::AppState;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;

/// Every page.
pub(crate) fn routes() -> Router<AppState> {
    Router::new().route("/", get(home))
}

/// The page for an address that leads nowhere.
pub(crate) async fn not_found() -> Response {
    let body = "<!doctype html><html lang=\"fr\"><title>Page introuvable</title><h1>Page introuvable</h1><p><a href=\"/\">Accueil</a></p></html>";
    (StatusCode::NOT_FOUND, Html(body)).into_response()
}

async fn home(State(state): State<AppState>) -> Html<String> {
    let standing = match state.served() {
        None => "Aucune donnée n’est chargée.".to_owned(),
        Some(served) if served.is_fictional() => {
            "Territoire fictif de démonstration : rien de ce qui suit n’existe.".to_owned()
        }
        Some(served) => format!(
            "Données de l’édition {} du {}.",
            served.release().unwrap_or_default(),
            served.date()
        ),
    };
    Html(format!(
        "<!doctype html><html lang=\"fr\"><meta charset=\"utf-8\"><title>caloduc</title>\
         <h1>Un réseau de chaleur passe-t-il près de chez vous ?</h1><p>{standing}</p>\
         <p>Pour les programmes : <a href=\"/api/openapi.json\">description de l’API</a>.</p></html>"
    ))
}
