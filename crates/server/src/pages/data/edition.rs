//! `GET /donnees/editions/{n}`: what is this edition, what can be downloaded of it, what changed with it? And
//! `GET /donnees/latest`, which leads to the one in service.

use super::files::Downloads;
use super::{attribution, blocking, published};
use crate::pages::document::{public, refusal};
use crate::pages::errors::ErrorPage;
use crate::pages::shell::{Section, Shell};
use crate::pages::{Lang, Reading, written};
use crate::state::AppState;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use caloduc_store::{EditionState, Release};

/// The page.
#[derive(Template)]
#[template(path = "edition.html")]
struct EditionPage {
    shell: Shell,
    number: u32,
    day: String,
    /// Days it was put into service.
    published: Vec<String>,
    is_current: bool,
    summary: String,
    /// The comparison with the edition before: address and number.
    since: Option<(String, u32)>,
    downloads: Downloads,
    attribution: String,
}

/// `GET /donnees/editions/{n}`.
pub async fn edition(
    reading: Reading,
    State(state): State<AppState>,
    Path(number): Path<String>,
) -> Response {
    let l = reading.lang;
    let releases = published(&state).await;
    let found = number
        .parse()
        .ok()
        .and_then(|number: u32| releases.iter().find(|release| release.number == number));
    let Some(release) = found else {
        return unknown(&reading);
    };
    let before = releases
        .iter()
        .rfind(|other| other.number < release.number)
        .map(|other| other.number);
    let downloads = Downloads::of(&state, Some(release.number), l).await;
    public(&page(&reading, release, before, downloads))
}

fn page(
    reading: &Reading,
    release: &Release,
    before: Option<u32>,
    downloads: Downloads,
) -> EditionPage {
    let l = reading.lang;
    let number = release.number;
    let day = written::day(release.created.as_str(), l);
    let title = match l {
        Lang::French => format!("Édition {number}"),
        Lang::English => format!("Edition {number}"),
    };
    let named = format!(
        "{} {number}, {} {day}",
        l.say("édition", "edition"),
        l.say("données du", "data of")
    );
    EditionPage {
        shell: Shell::new(reading, Section::Data, title),
        number,
        published: release
            .published
            .iter()
            .map(|moment| written::day(moment.as_str(), l))
            .collect(),
        is_current: release.state == EditionState::Current,
        summary: release.summary.clone(),
        since: before.map(|before| {
            let href = format!("/donnees/editions/{before}/diff/{number}");
            (l.href(href), before)
        }),
        downloads,
        attribution: attribution(l, &named),
        day,
    }
}

fn unknown(reading: &Reading) -> Response {
    let l = reading.lang;
    let why = l.say(
        "Aucune édition publiée n’a ce numéro.",
        "No published edition has this number.",
    );
    let title = l.say("Édition introuvable", "Edition not found");
    let near = vec![(
        l.href("/donnees"),
        l.say("Éditions publiées", "Published editions").to_owned(),
    )];
    refusal((
        StatusCode::NOT_FOUND,
        ErrorPage::new(reading, title, why.to_owned(), near),
    ))
}

/// `GET /donnees/latest`.
pub async fn latest(reading: Reading, State(state): State<AppState>) -> Response {
    let current = blocking(&state, |store| Ok(store.current()?.map(|c| c.number))).await;
    let to = match current.flatten() {
        Some(number) => format!("/donnees/editions/{number}"),
        None => "/donnees".to_owned(),
    };
    let headers = [
        (header::LOCATION, reading.lang.href(to)),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    (StatusCode::TEMPORARY_REDIRECT, headers).into_response()
}
