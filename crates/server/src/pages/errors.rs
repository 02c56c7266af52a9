//! What does a page that cannot be shown say? What, why, two links.

use super::shell::{Indexing, Section, Shell};
use super::{Lang, Reading, reading};
use crate::state::AppState;
use askama::Template;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use std::sync::Arc;

/// An error, for people.
#[derive(Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    shell: Shell,
    why: String,
    /// Nearby pages: address and text.
    near: Vec<(String, String)>,
}

impl ErrorPage {
    /// The page of an error met while reading the data.
    pub fn new(reading: &Reading, title: &str, why: String, near: Vec<(String, String)>) -> Self {
        let mut shell = Shell::new(reading, Section::Elsewhere, title).hidden();
        shell.path = shell.path.split('?').next().unwrap_or_default().to_owned();
        Self { shell, why, near }
    }
}

fn bare_shell(state: &AppState, lang: Lang, path: String, title: &str) -> Shell {
    Shell {
        lang,
        title: title.to_owned(),
        description: String::new(),
        path,
        section: Section::Elsewhere,
        indexing: Indexing::Refused,
        edition: lang
            .say("aucune donnée chargée", "no data loaded")
            .to_owned(),
        is_fictional: false,
        origin: None,
        appearance: Arc::clone(state.appearance()),
    }
}

/// Nothing is served yet.
pub fn no_data(state: &AppState, lang: Lang, path: String) -> (StatusCode, ErrorPage) {
    let title = lang.say("Pas encore de données", "No data yet");
    let why = lang.say(
        "Le service démarre, ou aucune édition n’est publiée. Réessayez dans un instant.",
        "The service is starting, or no edition is published. Try again in a moment.",
    );
    let page = ErrorPage {
        shell: bare_shell(state, lang, path, title),
        why: why.to_owned(),
        near: Vec::new(),
    };
    (StatusCode::SERVICE_UNAVAILABLE, page)
}

/// No published edition has the number asked for.
pub fn no_edition(state: &AppState, lang: Lang, path: &str) -> (StatusCode, ErrorPage) {
    let title = lang.say("Édition introuvable", "Edition not found");
    let why = lang.say(
        "Aucune édition publiée n’a ce numéro.",
        "No published edition has this number.",
    );
    let path = path.split('?').next().unwrap_or_default().to_owned();
    let page = ErrorPage {
        shell: bare_shell(state, lang, path, title),
        why: why.to_owned(),
        near: vec![(
            lang.href("/donnees"),
            lang.say("Éditions publiées", "Published editions")
                .to_owned(),
        )],
    };
    (StatusCode::NOT_FOUND, page)
}

/// The page of an address nobody knows.
pub async fn not_found(State(state): State<AppState>, request: Request) -> Response {
    let (mut parts, _body) = request.into_parts();
    let (lang, path) = reading::asked(&parts);
    let title = lang.say("Page introuvable", "Page not found");
    let why = lang.say(
        "Cette adresse ne mène à aucune page : elle a peut-être été mal recopiée.",
        "This address leads to no page: it may have been copied wrongly.",
    );
    let page = match Reading::from_request_parts(&mut parts, &state).await {
        Ok(reading) => ErrorPage::new(&reading, title, why.to_owned(), Vec::new()),
        Err(_no_data) => ErrorPage {
            shell: bare_shell(&state, lang, path, title),
            why: why.to_owned(),
            near: Vec::new(),
        },
    };
    super::document::refusal((StatusCode::NOT_FOUND, page))
}
