//! `/pro/tests`: a file of addresses given, its columns looked at, its test followed, its results read, corrected, shared
//! and erased. All of it by links and forms; scripts only add comfort.

mod act;
mod columns;
mod give;
mod moved;
mod row;
mod show;
mod table;
mod tiles;
mod words;

use crate::state::AppState;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::Response;
use axum::routing::{get, post};

use super::{Reading, document, errors};
use crate::http::problem::Problem;

/// The pages of one language.
pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route(
            "/pro/tests",
            get(give::get)
                .post(give::post)
                // The form's file is bounded where it is read.
                .layer(DefaultBodyLimit::disable()),
        )
        .route("/pro/tests/{id}", get(show::get))
        .route("/pro/tests/{id}/tiles/{z}/{x}/{file}", get(tiles::get))
        .route("/pro/tests/{id}/colonnes", post(columns::describe))
        .route("/pro/tests/{id}/lancer", post(columns::launch))
        .route("/pro/tests/{id}/renommer", post(act::rename))
        .route("/pro/tests/{id}/arreter", post(act::cancel))
        .route("/pro/tests/{id}/relancer", post(act::rerun))
        .route("/pro/tests/{id}/partager", post(act::share))
        .route("/pro/tests/{id}/reprendre", post(act::unshare))
        .route("/pro/tests/{id}/effacer", post(act::erase))
        .route(
            "/pro/tests/{id}/lignes/{row}",
            get(row::get).post(row::post),
        )
}

/// The page of a problem: what, why, the way back.
fn refused(reading: &Reading, problem: &Problem) -> Response {
    let body = problem.body();
    let l = reading.lang;
    let title = body.title;
    let why = format!("{} {}", body.detail, problem.page_remedy());
    let near = vec![(
        l.href("/pro/tests"),
        l.say("Tester un fichier", "Test a file").to_owned(),
    )];
    let status = axum::http::StatusCode::from_u16(body.status)
        .unwrap_or(axum::http::StatusCode::INTERNAL_SERVER_ERROR);
    document::refusal((status, errors::ErrorPage::new(reading, title, why, near)))
}
