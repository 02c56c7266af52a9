//! `GET /donnees`: which editions are published, what can be downloaded, and what changed from one to the next?

mod change_words;
mod diff;
mod edition;
mod files;

pub use diff::diff;
pub use edition::{edition, latest};

use super::document::public;
use super::shell::{Section, Shell};
use super::{Lang, Reading, written};
use crate::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use caloduc_store::{EditionState, Release, Store};
use files::Downloads;

/// The sentence that the licence asks for.
fn attribution(l: Lang, edition: &str) -> String {
    format!(
        "{} caloduc, {edition}. Licence Ouverte 2.0.",
        l.say("Source\u{a0}:", "Source:"),
    )
}

/// An edition of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
struct EditionRow {
    number: u32,
    day: String,
    href: String,
    is_current: bool,
    summary: String,
    diff: Option<(String, u32)>,
}

/// A count of the edition in service.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Table {
    name: &'static str,
    rows: String,
    href: String,
}

/// The page.
#[derive(Template)]
#[template(path = "data.html")]
struct DataPage {
    shell: Shell,
    editions: Vec<EditionRow>,
    tables: Vec<Table>,
    downloads: Downloads,
    attribution: String,
}

/// `GET /donnees`.
pub async fn get(reading: Reading, State(state): State<AppState>) -> Response {
    let l = reading.lang;
    let releases = published(&state).await;
    let editions = releases
        .iter()
        .rev()
        .map(|release| edition_row(release, &releases, l))
        .collect();
    let shell = Shell::new(&reading, Section::Data, l.say("Données", "Data")).described(l.say(
        "Les éditions publiées des données sur les réseaux de chaleur, et ce qui a changé de l’une à l’autre.",
        "Published editions of the data on heat networks, and what changed between them.",
    ));
    let attribution = attribution(l, &shell.edition);
    let downloads = Downloads::of(&state, reading.served.release(), l).await;
    public(&DataPage {
        tables: tables(&reading),
        editions,
        downloads,
        attribution,
        shell,
    })
}

fn tables(reading: &Reading) -> Vec<Table> {
    use caloduc_engine::network::Layer;
    let l = reading.lang;
    let names = [
        (
            Layer::Heat,
            l.say("Réseaux de chaleur, tracés", "Heat networks, with routes"),
            "?type=chaleur",
        ),
        (
            Layer::HeatUntraced,
            l.say(
                "Réseaux de chaleur au tracé inconnu",
                "Heat networks, route unknown",
            ),
            "?type=chaleur",
        ),
        (
            Layer::Cold,
            l.say("Réseaux de froid, tracés", "Cooling networks, with routes"),
            "?type=froid",
        ),
        (
            Layer::ColdUntraced,
            l.say(
                "Réseaux de froid au tracé inconnu",
                "Cooling networks, route unknown",
            ),
            "?type=froid",
        ),
        (
            Layer::Projects,
            l.say("Réseaux et zones en projet", "Planned networks and zones"),
            "?type=projet",
        ),
        (
            Layer::PriorityAreas,
            l.say(
                "Périmètres de développement prioritaire",
                "Priority development areas",
            ),
            "",
        ),
    ];
    names
        .into_iter()
        .map(|(layer, name, query)| Table {
            name,
            rows: written::count(reading.snapshot.rows(layer).len(), l),
            href: if query.is_empty() {
                String::new()
            } else {
                l.href(format_args!("/reseaux{query}"))
            },
        })
        .collect()
}

fn edition_row(release: &Release, all: &[Release], l: Lang) -> EditionRow {
    let previous = all.iter().rfind(|other| other.number < release.number);
    EditionRow {
        number: release.number,
        day: written::day(release.created.as_str(), l),
        href: l.href(format_args!("/donnees/editions/{}", release.number)),
        is_current: release.state == EditionState::Current,
        summary: release.summary.clone(),
        diff: previous.map(|previous| {
            let (a, b) = (previous.number, release.number);
            (l.href(format_args!("/donnees/editions/{a}/diff/{b}")), a)
        }),
    }
}

/// Editions that were published, by number; none on the demonstration territory or while the catalogue cannot be read.
async fn published(state: &AppState) -> Vec<Release> {
    let found = blocking(state, Store::releases).await;
    let mut releases = found.unwrap_or_default();
    releases.retain(|release| release.state != EditionState::Draft);
    releases
}

/// A question to the store, off the threads that answer requests; `None` without a store, or when it fails.
async fn blocking<T: Send + 'static>(
    state: &AppState,
    ask: impl FnOnce(&Store) -> Result<T, caloduc_store::StoreError> + Send + 'static,
) -> Option<T> {
    let store = state.store()?.clone();
    match tokio::task::spawn_blocking(move || ask(&store)).await {
        Ok(Ok(value)) => Some(value),
        Ok(Err(error)) => {
            tracing::warn!(%error, "the catalogue of editions could not be read");
            None
        }
        Err(error) => {
            tracing::error!(%error, "the question to the store ended early");
            None
        }
    }
}
