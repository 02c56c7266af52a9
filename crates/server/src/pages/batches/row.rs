//! `/pro/tests/{id}/lignes/{row}`: one row, what else its address may be, its place set right.

use super::{refused, show, words};
use crate::api::question;
use crate::api::v2::batches::act;
use crate::api::v2::batches::changes;
use crate::api::v2::batches::open::{self, Opened};
use crate::http::problem::{Code, Problem};
use crate::jobs::{self, Choice, RowView};
use crate::pages::document::personal;
use crate::pages::params::Params;
use crate::pages::shell::{Section, Shell};
use crate::pages::{Lang, Reading, assets, written};
use crate::state::AppState;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

/// An address it may be.
struct Candidate {
    id: String,
    label: String,
    score: String,
    is_current: bool,
}

#[derive(Template)]
#[template(path = "batch_row.html")]
struct RowPage {
    shell: Shell,
    path: String,
    name: String,
    index: u64,
    cells: Vec<(String, String)>,
    question: String,
    found: Option<(String, String)>,
    is_doubtful: bool,
    verdict: &'static str,
    tone: &'static str,
    problem: String,
    distance: Option<String>,
    network: Option<String>,
    lon: String,
    lat: String,
    candidates: Vec<Candidate>,
    history: Vec<(String, String, String, String)>,
    is_owner: bool,
    is_corrected: bool,
    map_script: Option<String>,
    map_style: Option<String>,
}

/// The row.
pub(super) async fn get(
    State(state): State<AppState>,
    Path((id, row)): Path<(String, String)>,
    reading: Reading,
    params: Params,
) -> Response {
    let shown = async {
        let index: u64 = row
            .parse()
            .map_err(|_text: std::num::ParseIntError| unknown())?;
        let opened = open::open(&state, &id).await?;
        let view = jobs::row(&opened.jobs, &opened.batch, index).await?;
        made(
            &state,
            &reading,
            &opened,
            view.ok_or_else(unknown)?,
            &params,
        )
        .await
    };
    match shown.await {
        Ok(page) => personal(&page),
        Err(problem) => refused(&reading, &problem),
    }
}

fn unknown() -> Problem {
    Problem::new(Code::RowNotFound)
}

async fn made(
    state: &AppState,
    reading: &Reading,
    opened: &Opened,
    view: RowView,
    params: &Params,
) -> Result<RowPage, Problem> {
    let l = reading.lang;
    let id = opened.link.as_str();
    let options = jobs::Options::of(&opened.batch)?;
    let answer = &view.answer;
    let found = answer.found.as_ref();
    let proposed = jobs::candidates(state.addresses(), view.question.clone()).await?;
    let history = changes::history(opened, view.index).await?;
    let (verdict, tone) = words::answer(answer, l);
    let number = written::count(view.line as usize, l);
    let title = format!("{} {number}", l.say("Ligne", "Row"));
    let mut shell = Shell::new(reading, Section::Batches, title).hidden();
    shell.path = format!("/pro/tests/{id}/lignes/{}", view.index);
    let degrees = |value: Option<f64>| value.map_or_else(String::new, |v| format!("{v:.6}"));
    let outcome = answer.outcome.as_ref();
    let network = outcome.and_then(|outcome| outcome.network.as_deref());
    Ok(RowPage {
        path: reading.href(format!("/pro/tests/{id}")),
        name: opened.batch.name.clone(),
        index: view.index,
        cells: options.layout.columns.into_iter().zip(view.cells).collect(),
        question: view.question,
        found: found.map(|found| {
            (
                found.label.clone(),
                written::percent((found.score * 100.0).round(), l),
            )
        }),
        is_doubtful: answer.is_doubtful(),
        verdict,
        tone,
        problem: answer.problem.clone(),
        distance: outcome.and_then(|outcome| words::distance(outcome.distance_m, l)),
        network: network.map(|network| {
            let name = network.name.as_ref().or(network.id.as_ref());
            name.unwrap_or(&network.key).clone()
        }),
        lon: degrees(answer.place.map(|place| place.lon)),
        lat: degrees(answer.place.map(|place| place.lat)),
        candidates: proposed
            .into_iter()
            .map(|candidate| Candidate {
                is_current: found.is_some_and(|found| found.id == candidate.id),
                score: written::percent((candidate.score * 100.0).round(), l),
                label: candidate.label,
                id: candidate.id,
            })
            .collect(),
        history: history
            .iter()
            .map(|change| {
                (
                    edition(change.after.release, l),
                    words::transition(&change.transition, l),
                    show::verdict_text(&change.before, l),
                    show::verdict_text(&change.after, l),
                )
            })
            .collect(),
        is_owner: opened.access == caloduc_store::batches::Access::Owner,
        is_corrected: params.has("corrige"),
        map_script: assets::address("batch.js"),
        map_style: assets::address("map.css"),
        shell,
    })
}

fn edition(release: Option<u32>, l: Lang) -> String {
    release.map_or_else(
        || l.say("territoire fictif", "fictional territory").to_owned(),
        |n| format!("{} {n}", l.say("Édition", "Edition")),
    )
}

/// Its place is set right.
pub(super) async fn post(
    State(state): State<AppState>,
    Path((id, row)): Path<(String, String)>,
    reading: Reading,
    form: String,
) -> Response {
    let corrected = async {
        let index: u64 = row
            .parse()
            .map_err(|_text: std::num::ParseIntError| unknown())?;
        let params = Params::parse(&form);
        let choice = match params.get("candidat") {
            Some(id) => Choice::Candidate(id.to_owned()),
            None => {
                let lon = params
                    .number("lon")
                    .ok_or_else(|| Problem::missing("lon"))?;
                let lat = params
                    .number("lat")
                    .ok_or_else(|| Problem::missing("lat"))?;
                Choice::Point(question::checked(lon, lat)?)
            }
        };
        let opened = act::owned(&state, &id).await?.tested()?;
        let view = jobs::correct(&state, &opened.jobs, &opened.batch, index, choice).await?;
        view.ok_or_else(unknown)
    };
    match corrected.await {
        Ok(view) => {
            let path = format!("/pro/tests/{id}/lignes/{}?corrige=oui", view.index);
            Redirect::to(&reading.href(path)).into_response()
        }
        Err(problem) => refused(&reading, &problem),
    }
}
