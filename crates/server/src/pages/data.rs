//! `GET /donnees`: which editions are published, and what changed from one to the next?

use super::document::{public, refusal};
use super::errors::ErrorPage;
use super::shell::{Section, Shell};
use super::{Lang, Reading, written};
use crate::state::AppState;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use caloduc_engine::network::Key;
use caloduc_engine::release::{Diff, Entry, Move};
use caloduc_store::{EditionState, Release, Store};

/// An edition of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
struct EditionRow {
    number: u32,
    day: String,
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
    let attribution = format!(
        "{} caloduc, {}. Licence Ouverte 2.0.",
        l.say("Source :", "Source:"),
        shell.edition
    );
    public(&DataPage {
        tables: tables(&reading),
        editions,
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

/// A row added, removed, moved or changed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct ChangeRow {
    name: String,
    href: Option<String>,
    what: String,
}

/// The comparison of two editions.
#[derive(Template)]
#[template(path = "diff.html")]
struct DiffPage {
    shell: Shell,
    /// Rows added, removed, moved, then fields changed.
    groups: [(&'static str, Vec<ChangeRow>); 4],
    is_empty: bool,
    added_m: String,
    removed_m: String,
    json_href: String,
}

/// `GET /donnees/editions/{a}/diff/{b}`.
pub async fn diff(
    reading: Reading,
    State(state): State<AppState>,
    Path((from, to)): Path<(String, String)>,
) -> Response {
    let l = reading.lang;
    let numbers: Vec<u32> = published(&state)
        .await
        .iter()
        .map(|release| release.number)
        .collect();
    let wanted = from.parse::<u32>().ok().zip(to.parse::<u32>().ok());
    let found = match wanted.filter(|(a, b)| numbers.contains(a) && numbers.contains(b)) {
        Some((a, b)) => blocking(&state, move |store| store.diff(a, b)).await,
        None => None,
    };
    if let Some(diff) = found {
        return public(&diff_page(&reading, &diff));
    }
    let why = l.say(
        "L’une de ces éditions n’est pas publiée.",
        "One of these editions is not published.",
    );
    let title = l.say("Comparaison introuvable", "Comparison not found");
    let list = l.say("Éditions publiées", "Published editions").to_owned();
    let near = vec![(l.href("/donnees"), list)];
    refusal((
        StatusCode::NOT_FOUND,
        ErrorPage::new(&reading, title, why.to_owned(), near),
    ))
}

fn diff_page(reading: &Reading, diff: &Diff) -> DiffPage {
    let l = reading.lang;
    let metres = |m: f64| format!("{}\u{a0}m", written::number(m, 0, l));
    let sheet = |key: &Key| {
        let row = reading.snapshot.row(key.as_str())?;
        Some(l.href(format_args!("/reseaux/{}", row.key())))
    };
    let name = |key: &Key| {
        diff.names
            .get(key)
            .cloned()
            .unwrap_or_else(|| key.as_str().to_owned())
    };
    let entries = |entries: &[Entry]| {
        entries
            .iter()
            .map(|entry| ChangeRow {
                name: entry
                    .name
                    .clone()
                    .unwrap_or_else(|| entry.key.as_str().to_owned()),
                href: sheet(&entry.key),
                what: entry.table.name().to_owned(),
            })
            .collect()
    };
    let sum = |of: fn(&Move) -> f64| diff.moved.iter().map(of).sum::<f64>();
    let title = match l {
        Lang::French => format!("De l’édition {} à l’édition {}", diff.from, diff.to),
        Lang::English => format!("From edition {} to edition {}", diff.from, diff.to),
    };
    let moved = diff
        .moved
        .iter()
        .map(|moved| ChangeRow {
            name: name(&moved.key),
            href: sheet(&moved.key),
            what: format!("+ {}, − {}", metres(moved.added_m), metres(moved.removed_m)),
        })
        .collect();
    let changed = diff
        .changed
        .iter()
        .map(|change| ChangeRow {
            name: name(&change.key),
            href: sheet(&change.key),
            what: format!(
                "{}\u{a0}: {} → {}",
                change.field,
                told(&change.before, l),
                told(&change.after, l)
            ),
        })
        .collect();
    DiffPage {
        shell: Shell::new(reading, Section::Data, title),
        is_empty: diff.added.is_empty()
            && diff.removed.is_empty()
            && diff.moved.is_empty()
            && diff.changed.is_empty(),
        groups: [
            (l.say("Ajoutés", "Added"), entries(&diff.added)),
            (l.say("Retirés", "Removed"), entries(&diff.removed)),
            (l.say("Déplacés", "Moved"), moved),
            (l.say("Champs modifiés", "Changed fields"), changed),
        ],
        added_m: metres(sum(|m| m.added_m)),
        removed_m: metres(sum(|m| m.removed_m)),
        json_href: format!("/api/v2/releases/{}/diff/{}", diff.from, diff.to),
    }
}

fn told(value: &serde_json::Value, l: Lang) -> String {
    match value {
        serde_json::Value::Null => l.say("non communiqué", "not stated").to_owned(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
