//! `GET` and `POST /pro/tests`: a file is given.

use super::refused;
use crate::api::v2::batches::receive;
use crate::http::client::Client;
use crate::pages::document::public;
use crate::pages::shell::{Section, Shell};
use crate::pages::{Lang, Reading};
use crate::state::AppState;
use askama::Template;
use axum::Extension;
use axum::extract::State;
use axum::extract::multipart::{Multipart, MultipartRejection};
use axum::response::{IntoResponse, Redirect, Response};
use caloduc_store::batches::Start;

#[derive(Template)]
#[template(path = "batches.html")]
struct GivePage {
    shell: Shell,
    most: String,
    days: u32,
}

/// The form.
pub(super) async fn get(State(state): State<AppState>, reading: Reading) -> Response {
    let l = reading.lang;
    let title = l.say("Tester un fichier d’adresses", "Test a file of addresses");
    let settings = &state.config().batches;
    public(&GivePage {
        shell: Shell::new(&reading, Section::Batches, title).described(l.say(
            "Tout un patrimoine testé en une fois : chaque adresse reçoit sa réponse, dans votre fichier.",
            "A whole portfolio tested at once: each address gets its answer, in your own file.",
        )),
        most: caloduc_store::size(settings.file_bytes),
        days: settings.days,
    })
}

/// The form comes back: the file is kept, and its columns are looked at.
pub(super) async fn post(
    State(state): State<AppState>,
    Extension(client): Extension<Client>,
    reading: Reading,
    form: Result<Multipart, MultipartRejection>,
) -> Response {
    match receive::receive(&state, client, form, Start::Later).await {
        Ok(opened) => {
            let path = format!("/pro/tests/{}", opened.link.as_str());
            Redirect::to(&reading.href(path)).into_response()
        }
        Err(problem) => refused(&reading, &problem),
    }
}
