//! What is new? Feeds of editions, in Atom (RFC 4287) and JSON Feed 1.1: of everything, or of what changed for a network,
//! a commune or a department.

use super::v2::differences::text;
use super::v2::releases;
use crate::history;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use caloduc_engine::network::{InseeCode, Layer};
use caloduc_engine::snapshot::{Row, Snapshot};
use caloduc_store::Release;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Editions that the feed of a place looks at, the last ones.
const LAST: usize = 24;

/// A feed.
#[derive(Debug)]
struct Feed {
    title: String,
    /// Its address, without its ending.
    path: String,
    /// The page it is about.
    home: String,
    entries: Vec<Entry>,
}

/// An edition in a feed.
#[derive(Debug)]
struct Entry {
    number: u32,
    title: String,
    text: String,
    /// When it was put into service first, and last.
    first: String,
    last: String,
}

/// How a feed is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Atom,
    Json,
}

/// Le flux des éditions, en Atom.
#[utoipa::path(get, path = "/releases.atom", tag = "données",
    responses(
        (status = 200, description = "Un flux Atom", body = String, content_type = "application/atom+xml",
            example = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"fr\">…</feed>"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn atom(State(state): State<AppState>) -> Result<Response, Problem> {
    let feed = of_editions(&state).await?;
    answer(&state, &feed, Form::Atom)
}

/// Le flux des éditions, en JSON Feed.
#[utoipa::path(get, path = "/releases.json", tag = "données",
    responses(
        (status = 200, description = "Un flux JSON Feed 1.1", body = Object, content_type = "application/feed+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn json_feed(State(state): State<AppState>) -> Result<Response, Problem> {
    let feed = of_editions(&state).await?;
    answer(&state, &feed, Form::Json)
}

async fn of_editions(state: &AppState) -> Result<Feed, Problem> {
    let releases = releases::published(state).await?;
    Ok(Feed {
        title: "Réseaux de chaleur et de froid\u{a0}: éditions".to_owned(),
        path: "/releases".to_owned(),
        home: "/donnees".to_owned(),
        entries: releases
            .iter()
            .rev()
            .map(|release| entry(release, release.summary.clone()))
            .collect(),
    })
}

fn entry(release: &Release, text: String) -> Entry {
    let moment = |moment: Option<&caloduc_store::Moment>| {
        moment.map_or_else(String::new, |m| m.as_str().to_owned())
    };
    Entry {
        number: release.number,
        title: format!("Édition {}", release.number),
        text,
        first: moment(release.published.first()),
        last: moment(release.published.last()),
    }
}

/// What a feed is about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Scope {
    Network(String),
    Commune(InseeCode),
    Department(String),
}

/// Ce qui a changé pour un réseau, une commune ou un département.
#[utoipa::path(get, path = "/flux/{kind}/{file}", tag = "données",
    params(
        ("kind" = String, Path, description = "`reseaux`, `communes` ou `departements`", example = "reseaux"),
        ("file" = String, Path, description = "Clé ou identifiant SNCU du réseau, code INSEE ou code du département, puis `.atom` ou `.json`", example = "heat:7501C.atom")),
    responses(
        (status = 200, description = "Un flux Atom ou JSON Feed", body = String, content_type = "application/atom+xml"),
        (status = 404, description = "`not-found`, `network-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`, `too-many-files`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-data`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn of_place(
    State(state): State<AppState>,
    Path((kind, file)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let unknown = || Problem::new(Code::NotFound).at("file");
    let (name, form) = file
        .strip_suffix(".atom")
        .map(|name| (name, Form::Atom))
        .or_else(|| file.strip_suffix(".json").map(|name| (name, Form::Json)))
        .ok_or_else(unknown)?;
    let served = state.served_or_problem()?;
    let scope = scope(&served.snapshot, &kind, name)?;
    let releases = releases::published(&state).await?;
    let mut entries = Vec::new();
    let first = releases.len().saturating_sub(LAST);
    for pair in releases[first..].windows(2) {
        let lines = changes(&state, &scope, (pair[0].number, pair[1].number)).await?;
        if !lines.is_empty() {
            entries.push(entry(&pair[1], lines.join("\n")));
        }
    }
    entries.reverse();
    let (title, home) = match &scope {
        Scope::Network(key) => {
            let row = served.snapshot.row(key);
            let name = row.as_ref().and_then(Row::name).unwrap_or(key).to_owned();
            (name, format!("/reseaux/{key}"))
        }
        Scope::Commune(code) => {
            let row = served.snapshot.commune(code.as_str());
            let name = row.as_ref().and_then(Row::name).unwrap_or(code.as_str());
            (name.to_owned(), format!("/communes/{code}"))
        }
        Scope::Department(code) => (
            format!("Département {code}"),
            format!("/reseaux?dep={code}"),
        ),
    };
    let feed = Feed {
        title: format!("{title}\u{a0}: ce qui change"),
        path: format!("/flux/{kind}/{name}"),
        home,
        entries,
    };
    answer(&state, &feed, form)
}

fn scope(snapshot: &Snapshot, kind: &str, name: &str) -> Result<Scope, Problem> {
    let unknown = || Problem::new(Code::NotFound).at("file");
    match kind {
        "reseaux" => {
            let row = snapshot
                .row(name)
                .or_else(|| snapshot.networks_with_id(name).next());
            // A network that is not there any more keeps its feed, by its key.
            row.map(|row| row.key().to_owned())
                .or_else(|| caloduc_engine::network::Key::parse(name).map(|key| key.to_string()))
                .map(Scope::Network)
                .ok_or_else(|| Problem::new(Code::NetworkNotFound).at("file"))
        }
        "communes" => InseeCode::parse(name)
            .map(|code| Scope::Commune(code.commune_of_arrondissement()))
            .ok_or_else(unknown),
        "departements" => {
            let plausible = (2..=3).contains(&name.len())
                && name
                    .bytes()
                    .all(|b| b.is_ascii_digit() || b == b'A' || b == b'B');
            plausible
                .then(|| Scope::Department(name.to_owned()))
                .ok_or_else(unknown)
        }
        _ => Err(Problem::new(Code::NotFound).at("kind")),
    }
}

/// What changed in this scope from one edition to the next, a sentence each.
async fn changes(
    state: &AppState,
    scope: &Scope,
    pair: (u32, u32),
) -> Result<Vec<String>, Problem> {
    let diff = releases::difference(state, pair).await?;
    let (state, scope) = (state.clone(), scope.clone());
    super::downloads::blocking(move || {
        let diff: Value =
            serde_json::from_slice(&diff).map_err(|error| Problem::internal(&error))?;
        let mut keys = BTreeSet::new();
        for number in [pair.0, pair.1] {
            let served = history::edition(&state, number)?;
            keys.extend(keys_in(&served.snapshot, &scope));
        }
        Ok(sentences(&diff, &keys))
    })
    .await
}

fn keys_in(snapshot: &Snapshot, scope: &Scope) -> Vec<String> {
    if let Scope::Network(key) = scope {
        return vec![key.clone()];
    }
    let holds = |codes: &[InseeCode]| {
        codes.iter().any(|code| match scope {
            Scope::Commune(wanted) => code == wanted,
            Scope::Department(wanted) => code.as_str().starts_with(wanted.as_str()),
            Scope::Network(_) => false,
        })
    };
    let layers = Layer::ALL
        .into_iter()
        .filter(|layer| !matches!(layer, Layer::Communes | Layer::Regulatory));
    layers
        .flat_map(|layer| snapshot.rows(layer))
        .filter(|row| {
            let codes = row
                .network()
                .map(|n| n.communes_insee)
                .or_else(|| row.project().map(|p| p.communes_insee))
                .or_else(|| row.priority_area().map(|a| a.communes_insee));
            codes.is_some_and(|codes| holds(&codes))
        })
        .map(|row| row.key().to_owned())
        .collect()
}

fn sentences(diff: &Value, keys: &BTreeSet<String>) -> Vec<String> {
    let mut out = Vec::new();
    let mut each = |member: &str, say: &dyn Fn(&Value, &str) -> String| {
        for change in diff[member].as_array().into_iter().flatten() {
            let key = change["key"].as_str().unwrap_or_default();
            if keys.contains(key) {
                out.push(say(change, key));
            }
        }
    };
    let named = |change: &Value, key: &str| {
        let name = change["name"].as_str();
        name.map_or_else(|| key.to_owned(), |name| format!("{name} ({key})"))
    };
    each("added", &|change, key| {
        format!("Ajouté\u{a0}: {}.", named(change, key))
    });
    each("removed", &|change, key| {
        format!("Retiré\u{a0}: {}.", named(change, key))
    });
    each("moved", &|change, key| {
        let metres = |member: &str| change[member].as_f64().unwrap_or_default().round();
        let (added, removed) = (metres("added_m"), metres("removed_m"));
        format!("Tracé de {key}\u{a0}: {added}\u{a0}m ajoutés, {removed}\u{a0}m retirés.")
    });
    each("changed", &|change, key| {
        let told = |value: &Value| {
            let text = text(value);
            if text.is_empty() {
                "non communiqué".to_owned()
            } else {
                text
            }
        };
        let field = change["field"].as_str().unwrap_or_default();
        let (before, after) = (told(&change["before"]), told(&change["after"]));
        format!("{key}, {field}\u{a0}: {before} → {after}.")
    });
    out
}

fn answer(state: &AppState, feed: &Feed, form: Form) -> Result<Response, Problem> {
    let base = state.config().base_url();
    let (kind, body) = match form {
        Form::Atom => (
            "application/atom+xml; charset=utf-8",
            as_atom(&base, feed).map_err(|error| Problem::internal(&error))?,
        ),
        Form::Json => ("application/feed+json; charset=utf-8", as_json(&base, feed)),
    };
    Ok(([(header::CONTENT_TYPE, kind)], body).into_response())
}

fn as_json(base: &str, feed: &Feed) -> String {
    let items: Vec<Value> = feed
        .entries
        .iter()
        .map(|entry| {
            json!({
                "id": format!("{base}/donnees/editions/{}", entry.number),
                "url": format!("{base}/donnees/editions/{}", entry.number),
                "title": entry.title,
                "content_text": entry.text,
                "date_published": entry.first,
                "date_modified": entry.last,
            })
        })
        .collect();
    json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": format!("{base}{}", feed.home),
        "feed_url": format!("{base}{}.json", feed.path),
        "language": "fr",
        "authors": [{"name": "caloduc"}],
        "items": items,
    })
    .to_string()
}

fn as_atom(base: &str, feed: &Feed) -> Result<String, std::fmt::Error> {
    let base = escaped(base);
    let (title, path, home) = (
        escaped(&feed.title),
        escaped(&feed.path),
        escaped(&feed.home),
    );
    // A feed must have a date; before any edition, the one of the format.
    let updated = feed
        .entries
        .iter()
        .map(|entry| entry.last.as_str())
        .max()
        .unwrap_or("2005-12-01T00:00:00Z");
    let mut out = String::new();
    write!(
        out,
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"fr\">\n\
         <id>{base}{path}.atom</id>\n<title>{title}</title>\n\
         <updated>{updated}</updated>\n<author><name>caloduc</name></author>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{base}{path}.atom\"/>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{base}{home}\"/>\n"
    )?;
    for entry in &feed.entries {
        let number = entry.number;
        write!(
            out,
            "<entry>\n<id>{base}/donnees/editions/{number}</id>\n<title>{}</title>\n\
             <published>{}</published>\n<updated>{}</updated>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{base}/donnees/editions/{number}\"/>\n\
             <link rel=\"related\" type=\"application/json\" href=\"{base}/api/v2/releases/{number}\"/>\n\
             <summary>{}</summary>\n</entry>\n",
            escaped(&entry.title),
            entry.first,
            entry.last,
            escaped(&entry.text)
        )?;
    }
    out.push_str("</feed>\n");
    Ok(out)
}

pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
