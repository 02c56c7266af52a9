//! `GET /donnees/editions/{a}/diff/{b}`: what changed from one edition to another?

use super::{blocking, change_words, published};
use crate::history;
use crate::pages::document::{public, refusal};
use crate::pages::errors::ErrorPage;
use crate::pages::params::Params;
use crate::pages::plan::{Plan, draw_changes};
use crate::pages::shell::{Section, Shell};
use crate::pages::{Lang, Reading, written};
use crate::state::AppState;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use caloduc_engine::network::Key;
use caloduc_engine::release::{Diff, Entry, Move};

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
    plans: Vec<Plan>,
    /// The row shown alone, by its name.
    alone: Option<String>,
    address: String,
}

/// `GET /donnees/editions/{a}/diff/{b}`.
pub async fn diff(
    reading: Reading,
    State(state): State<AppState>,
    Path((from, to)): Path<(String, String)>,
    params: Params,
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
    if let Some(mut diff) = found {
        let alone = params.get("reseau").map(|key| only(&mut diff, key));
        let plans = plans(&state, &diff, l).await;
        return public(&diff_page(&reading, &diff, plans, alone));
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

/// Keeps what concerns one row; returns its name.
fn only(diff: &mut Diff, key: &str) -> String {
    diff.added.retain(|entry| entry.key.as_str() == key);
    diff.removed.retain(|entry| entry.key.as_str() == key);
    diff.moved.retain(|moved| moved.key.as_str() == key);
    diff.changed.retain(|change| change.key.as_str() == key);
    let mut entries = diff.added.iter().chain(&diff.removed);
    let named = entries.find_map(|entry| entry.name.clone());
    let known = diff.names.iter().find(|(known, _)| known.as_str() == key);
    named
        .or_else(|| known.map(|(_, name)| name.clone()))
        .unwrap_or_else(|| key.to_owned())
}

/// What came and went, drawn; nothing when nothing moved, or when an edition cannot be opened.
async fn plans(state: &AppState, diff: &Diff, l: Lang) -> Vec<Plan> {
    let (state, diff) = (state.clone(), diff.clone());
    let sentence = match l {
        Lang::French => format!(
            "Plan de ce qui a changé de l’édition {} à l’édition {}.",
            diff.from, diff.to
        ),
        Lang::English => format!(
            "Plan of what changed from edition {} to edition {}.",
            diff.from, diff.to
        ),
    };
    let drawn = tokio::task::spawn_blocking(move || {
        let before = history::edition(&state, diff.from).ok()?;
        let after = history::edition(&state, diff.to).ok()?;
        let pieces = history::pieces(&diff, &before.snapshot, &after.snapshot);
        Some(draw_changes(&after.snapshot, &pieces, &sentence, l))
    });
    drawn.await.ok().flatten().unwrap_or_default()
}

fn diff_page(reading: &Reading, diff: &Diff, plans: Vec<Plan>, alone: Option<String>) -> DiffPage {
    let l = reading.lang;
    let metres = |m: f64| format!("{}\u{a0}m", written::number(m, 0, l));
    let sheet = |key: &Key| {
        let row = reading.snapshot.row(key.as_str())?;
        Some(l.href(format_args!("/reseaux/{}", row.key())))
    };
    let name = |key: &Key| {
        let known = diff.names.get(key).cloned();
        known.unwrap_or_else(|| change_words::nameless(key.as_str(), l))
    };
    // Networks that others are linked to are named as long as they are in the edition read.
    let told = |field: &str, value: &serde_json::Value| match value.as_array() {
        Some(keys) if field == "network_keys" && !keys.is_empty() => {
            let keys = keys.iter().filter_map(serde_json::Value::as_str);
            let named = |key| match reading.snapshot.row(key).and_then(|row| row.name()) {
                Some(name) => name.to_owned(),
                None => change_words::nameless(key, l),
            };
            keys.map(named).collect::<Vec<_>>().join(", ")
        }
        _ => change_words::value(field, value, l),
    };
    let entries = |entries: &[Entry]| {
        entries
            .iter()
            .map(|entry| ChangeRow {
                name: entry
                    .name
                    .clone()
                    .unwrap_or_else(|| change_words::nameless(entry.key.as_str(), l)),
                href: sheet(&entry.key),
                what: change_words::table(entry.table, l).to_owned(),
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
                "{}{} {} → {}",
                change_words::field(&change.field, l),
                l.say("\u{a0}:", ":"),
                told(&change.field, &change.before),
                told(&change.field, &change.after)
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
        plans,
        alone,
        address: format!("/api/v2/releases/{}/diff/{}", diff.from, diff.to),
    }
}
