//! Does a network pass near this place? The page of one answer: the question found, the verdict told in words, its plan,
//! its facts, the law, what to do next.

mod heating;
mod law;
mod question;
mod view;
mod wording;

pub use heating::Heating;
use view::AnswerPage;
pub use view::map_answer;
pub use wording::Tone;

use super::document::{Privacy, page, personal};
use super::params::Params;
use super::shell::{Section, Shell};
use super::{Lang, Reading, home, written};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use question::Found;

/// One of several places to choose from.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its label.
    pub label: String,
    /// What it is and where: « rue · 75, Paris ».
    pub detail: String,
    /// Address of its answer.
    pub href: String,
}

/// Which of these places?
#[derive(Template)]
#[template(path = "choose.html")]
struct ChoosePage {
    shell: Shell,
    asked: String,
    heating: &'static str,
    candidates: Vec<Candidate>,
    problem: Option<&'static str>,
}

/// `GET /`: the home page, or the answer when something is asked.
pub async fn get(reading: Reading, params: Params) -> Response {
    let heating = Heating::parse(params.get("chauffage").unwrap_or_default());
    match question::find(&reading, &params) {
        Found::Nothing => home::page(&reading),
        Found::Place(place) => personal(&AnswerPage::new(&reading, &params, *place, heating)),
        Found::Several(hits) => choose(&reading, &params, heating, &hits),
        Found::Commune(code) => {
            let to = reading.href(format_args!("/communes/{code}"));
            let mut response = Redirect::to(&to).into_response();
            let kept = axum::http::HeaderValue::from_static("no-store");
            response
                .headers_mut()
                .insert(axum::http::header::CACHE_CONTROL, kept);
            response
        }
        Found::Problem(why) => {
            let asked = params.get("q").unwrap_or_default();
            let template = home::HomePage::asked_again(&reading, asked, heating, why);
            page(
                &template,
                StatusCode::UNPROCESSABLE_ENTITY,
                Privacy::Personal,
            )
        }
    }
}

fn choose(
    reading: &Reading,
    params: &Params,
    heating: Heating,
    hits: &[caloduc_geocoder::Hit],
) -> Response {
    let l = reading.lang;
    let candidates = hits.iter().map(|hit| candidate(hit, heating, l)).collect();
    personal(&ChoosePage {
        shell: Shell::new(
            reading,
            Section::Home,
            l.say("Laquelle est la vôtre ?", "Which one is yours?"),
        )
        .hidden(),
        asked: params.get("q").unwrap_or_default().to_owned(),
        heating: heating.as_str(),
        candidates,
        problem: None,
    })
}

fn candidate(hit: &caloduc_geocoder::Hit, heating: Heating, l: Lang) -> Candidate {
    use caloduc_geocoder::PlaceKind;
    let kind = match hit.kind {
        PlaceKind::HouseNumber => l.say("adresse", "address"),
        PlaceKind::Street => l.say("rue", "street"),
        PlaceKind::Locality => l.say("lieu-dit", "named place"),
        PlaceKind::Municipality => l.say("commune", "town"),
    };
    let href = if hit.kind == PlaceKind::Municipality {
        l.href(format_args!("/communes/{}", hit.citycode))
    } else {
        l.href(format_args!(
            "/?q={}&lon={:.6}&lat={:.6}&chauffage={}",
            written::query_value(&hit.label),
            hit.position.lon,
            hit.position.lat,
            heating.as_str()
        ))
    };
    Candidate {
        label: hit.label.clone(),
        detail: format!("{kind} · {}", hit.context),
        href,
    }
}
