//! `GET /pro/tests/{id}`: where a batch is, then what it gives: a summary, a table, a map, what changed.

use super::moved::{self, Moved};
use super::table::{self, Head, Line};
use super::{columns, refused, words};
use crate::api::v2::batches::act::ShareBody;
use crate::api::v2::batches::body::{self, BatchBody};
use crate::api::v2::batches::open::{self, Opened};
use crate::http::problem::{Problem, sentence};
use crate::jobs::{self, JobError, Query};
use crate::pages::answer::Tone;
use crate::pages::document::personal;
use crate::pages::params::Params;
use crate::pages::shell::{Section, Shell};
use crate::pages::{Lang, Reading, assets, written};
use crate::state::AppState;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use caloduc_engine::batch::{Kept, Tally};
use caloduc_engine::eligibility::{Service, VerdictType};
use caloduc_store::batches::BatchState;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Communes and networks shown.
const MOST_TALLIES: usize = 30;

/// A view of the results.
#[derive(Clone, Copy, PartialEq, Eq)]
enum View {
    Summary,
    Table,
    Map,
    Changes,
}

impl View {
    const ALL: [Self; 4] = [Self::Summary, Self::Table, Self::Map, Self::Changes];

    fn as_str(self) -> &'static str {
        match self {
            Self::Summary => "resume",
            Self::Table => "tableau",
            Self::Map => "carte",
            Self::Changes => "changements",
        }
    }

    fn text(self, l: Lang) -> &'static str {
        match self {
            Self::Summary => l.say("Résumé", "Summary"),
            Self::Table => l.say("Tableau", "Table"),
            Self::Map => l.say("Carte", "Map"),
            Self::Changes => l.say("Changements", "Changes"),
        }
    }

    fn of(params: &Params) -> Self {
        let word = params.get("vue").unwrap_or_default();
        let found = Self::ALL.into_iter().find(|view| view.as_str() == word);
        found.unwrap_or(Self::Summary)
    }
}

/// A link to a view.
struct Tab {
    href: String,
    text: &'static str,
    is_current: bool,
}

/// A figure of the summary, which leads to its rows.
struct Figure {
    value: String,
    text: &'static str,
    href: String,
}

/// A line of the tables per commune and per network.
struct TallyLine {
    name: String,
    rows: String,
    eligible: String,
    priority: String,
}

/// A download.
struct Download {
    href: String,
    text: &'static str,
}

/// The map.
#[derive(Default)]
struct Map {
    /// Address of a tile, with its filter and search.
    tiles: String,
    /// West, south, east, north; empty when there is nothing.
    bounds: String,
    /// Tone and words of each verdict.
    kinds: String,
    count: usize,
    count_text: String,
    q: String,
    /// Why there is none.
    refused: Option<String>,
}

/// The table of rows.
struct Rows {
    total: usize,
    total_text: String,
    heads: Vec<Head>,
    lines: Vec<Line>,
    page_text: String,
    previous: Option<String>,
    next: Option<String>,
    sizes: Vec<(usize, String, bool)>,
    shown: Vec<Download>,
    q: String,
    sort: String,
}

#[derive(Template)]
#[template(path = "batch.html")]
struct BatchPage {
    shell: Shell,
    path: String,
    id: String,
    batch: BatchBody,
    state: &'static str,
    is_owner: bool,
    is_working: bool,
    is_tested: bool,
    standing: String,
    rows_text: String,
    progress: (u64, u64),
    expires: String,
    share: Option<(String, String)>,
    share_days: u32,
    tabs: Vec<Tab>,
    view: &'static str,
    figures: Vec<Figure>,
    communes: Vec<TallyLine>,
    networks: Vec<TallyLine>,
    downloads: Vec<Download>,
    doubtful: Vec<Download>,
    filters: Vec<(&'static str, &'static str, bool)>,
    rows: Option<Rows>,
    map: Option<Map>,
    map_script: Option<String>,
    map_style: Option<String>,
    moved: Option<Moved>,
    is_cold: bool,
    command: String,
    feed: String,
}

/// The page.
pub(super) async fn get(
    State(state): State<AppState>,
    Path(id): Path<String>,
    reading: Reading,
    params: Params,
) -> Response {
    let opened = match open::open(&state, &id).await {
        Ok(opened) => opened,
        Err(problem) => return refused(&reading, &problem),
    };
    if opened.batch.state == BatchState::Draft {
        return columns::page(&state, &reading, &opened).await;
    }
    answer(&state, &reading, &opened, &params, None).await
}

/// The page with a link for others, shown once.
pub(super) async fn with_share(
    state: &AppState,
    reading: &Reading,
    opened: &Opened,
    share: &ShareBody,
) -> Response {
    answer(state, reading, opened, &Params::default(), Some(share)).await
}

async fn answer(
    state: &AppState,
    reading: &Reading,
    opened: &Opened,
    params: &Params,
    share: Option<&ShareBody>,
) -> Response {
    match made(state, reading, opened, params, share).await {
        Ok(page) => personal(&page),
        Err(problem) => refused(reading, &problem),
    }
}

async fn made(
    state: &AppState,
    reading: &Reading,
    opened: &Opened,
    params: &Params,
    share: Option<&ShareBody>,
) -> Result<BatchPage, Problem> {
    let l = reading.lang;
    let batch = body::of(opened).await?;
    let id = opened.link.as_str().to_owned();
    let path = reading.href(format!("/pro/tests/{id}"));
    let is_tested = opened.batch.shown_run.is_some();
    let view = View::of(params);
    let query = table::query(params);
    let mut shell = Shell::new(reading, Section::Batches, batch.name.clone()).hidden();
    shell.path = format!("/pro/tests/{id}");
    let rows = if is_tested && view == View::Table {
        Some(rows(opened, &path, params, &query, l).await?)
    } else {
        None
    };
    let moved = if is_tested && view == View::Changes {
        Some(moved::of(opened, &path, params, l).await?)
    } else {
        None
    };
    let map = if is_tested && view == View::Map {
        Some(map_of(opened, &path, params, &query, l).await?)
    } else {
        None
    };
    let service = jobs::Options::of(&opened.batch)?.service();
    let summary = batch.summary.clone().unwrap_or_default();
    let filter = |kept: Kept| format!("{path}?vue=tableau&filtre={}", kept.as_str());
    let figure = |count: u64, kept: Kept| Figure {
        value: written::count(count as usize, l),
        text: words::kept(kept, service, l),
        href: filter(kept),
    };
    let is_following = batch.following;
    let at_work = opened.batch.is_working && !is_following;
    let base = state.config().base_url();
    Ok(BatchPage {
        state: words::state(batch.state, l),
        is_owner: batch.access == "owner",
        is_working: at_work,
        is_tested,
        standing: batch.release.map_or_else(
            || l.say("territoire fictif", "fictional territory").to_owned(),
            |n| format!("{} {n}", l.say("édition", "edition")),
        ),
        rows_text: rows_text(&batch, l),
        progress: (batch.rows_done, batch.rows_total.unwrap_or_default()),
        expires: written::day(&batch.expires, l),
        share: share.map(|share| {
            (
                format!("{base}{}", reading.href(format!("/pro/tests/{}", share.id))),
                written::day(&share.expires, l),
            )
        }),
        share_days: state.config().batches.share_days,
        tabs: View::ALL
            .into_iter()
            .map(|tab| Tab {
                href: format!("{path}?vue={}", tab.as_str()),
                text: tab.text(l),
                is_current: tab == view,
            })
            .collect(),
        view: view.as_str(),
        figures: vec![
            figure(summary.eligible, Kept::Eligible),
            figure(summary.in_priority_area, Kept::PriorityArea),
            figure(summary.near_renewable, Kept::NearRenewable),
            figure(
                summary.not_found + summary.empty + summary.errors,
                Kept::Placeless,
            ),
            figure(summary.doubtful, Kept::Doubtful),
        ],
        communes: tallies(&summary.communes, l),
        networks: tallies(&summary.networks, l),
        downloads: downloads(&id, ""),
        doubtful: downloads(&id, "?filter=douteux"),
        filters: Kept::ALL
            .into_iter()
            .map(|kept| {
                (
                    kept.as_str(),
                    words::kept(kept, service, l),
                    kept == query.kept,
                )
            })
            .collect(),
        rows,
        map,
        map_script: assets::address("batch.js"),
        map_style: assets::address("map.css"),
        moved,
        is_cold: service == Service::Cold,
        command: command(&batch),
        feed: format!("/api/v2/batches/{id}/changes.atom"),
        shell,
        path,
        id,
        batch,
    })
}

fn rows_text(batch: &BatchBody, l: Lang) -> String {
    let count = |n: u64| written::count(n as usize, l);
    match batch.rows_total {
        Some(total) if batch.state == "done" => {
            format!("{} {}", count(total), l.say("lignes", "rows"))
        }
        Some(total) => format!(
            "{} {} {} {}",
            count(batch.rows_done),
            l.say("sur", "of"),
            count(total),
            l.say("lignes", "rows")
        ),
        None => format!(
            "{} {}",
            count(batch.rows_done),
            l.say("lignes testées", "rows tested")
        ),
    }
}

fn downloads(id: &str, query: &str) -> Vec<Download> {
    caloduc_formats::batch::ResultFormat::ALL
        .into_iter()
        .map(|format| Download {
            href: format!("/api/v2/batches/{id}/results.{}{query}", format.as_str()),
            text: match format.as_str() {
                "csv" => "CSV",
                "xlsx" => "XLSX",
                "geojson" => "GeoJSON",
                _ => "Parquet",
            },
        })
        .collect()
}

/// The most numerous first.
fn tallies(by_key: &BTreeMap<String, Tally>, l: Lang) -> Vec<TallyLine> {
    let mut all: Vec<(&String, &Tally)> = by_key.iter().collect();
    all.sort_by_key(|(_, tally)| std::cmp::Reverse(tally.rows));
    let count = |n: u64| written::count(n as usize, l);
    all.into_iter()
        .take(MOST_TALLIES)
        .map(|(key, tally)| TallyLine {
            name: tally.name.clone().unwrap_or_else(|| key.clone()),
            rows: count(tally.rows),
            eligible: count(tally.eligible),
            priority: count(tally.in_priority_area),
        })
        .collect()
}

async fn rows(
    opened: &Opened,
    path: &str,
    params: &Params,
    query: &Query,
    l: Lang,
) -> Result<Rows, Problem> {
    let found = jobs::page(&opened.jobs, &opened.batch, query.clone()).await?;
    let pages = found.total.div_ceil(query.per_page).max(1);
    let page = query.page.min(pages - 1) + 1;
    let to = |page: usize| format!("{path}{}", params.with("page", &page.to_string()).query());
    let chosen = {
        let filter = format!("?filter={}", query.kept.as_str());
        if query.text.is_empty() {
            filter
        } else {
            let q = written::query_value(&query.text);
            format!("{filter}&q={q}")
        }
    };
    Ok(Rows {
        total: found.total,
        total_text: written::count(found.total, l),
        heads: table::heads(path, params, query, l),
        lines: found
            .rows
            .iter()
            .map(|view| table::line(path, view, l))
            .collect(),
        page_text: format!("{page} {} {pages}", l.say("sur", "of")),
        previous: (page > 1).then(|| to(page - 1)),
        next: (page < pages).then(|| to(page + 1)),
        sizes: table::SIZES
            .into_iter()
            .map(|size| {
                let params = params.with("par", &size.to_string()).without("page");
                (
                    size,
                    format!("{path}{}", params.query()),
                    size == query.per_page,
                )
            })
            .collect(),
        shown: downloads(opened.link.as_str(), &chosen),
        q: query.text.clone(),
        sort: params.get("tri").unwrap_or_default().to_owned(),
    })
}

/// Where the rows wanted are, and what their points mean.
async fn map_of(
    opened: &Opened,
    path: &str,
    params: &Params,
    query: &Query,
    l: Lang,
) -> Result<Map, Problem> {
    let chosen = match jobs::chosen(&opened.jobs, &opened.batch, query).await {
        Ok(chosen) => chosen,
        Err(error @ JobError::TooManyForAMap(_)) => {
            return Ok(Map {
                refused: Some(sentence(&error.to_string())),
                ..Map::default()
            });
        }
        Err(error) => return Err(error.into()),
    };
    let (count, bounds) = jobs::blocking(move || Ok((chosen.count(), chosen.bounds()))).await?;
    let kinds = VerdictType::ALL.map(|kind| {
        (
            kind.as_str(),
            json!([Tone::of(kind).name(), words::verdict(kind, l)]),
        )
    });
    let asked = params.without("vue").without("page").query();
    Ok(Map {
        tiles: format!("{path}/tiles/{{z}}/{{x}}/{{y}}.mvt{asked}"),
        bounds: bounds.map_or_else(String::new, |bounds| json!(bounds).to_string()),
        kinds: Value::from_iter(kinds).to_string(),
        count,
        count_text: written::count(count, l),
        q: query.text.clone(),
        refused: None,
    })
}

/// « Réseau proche, 150 m ».
pub(super) fn verdict_text(verdict: &jobs::KeptVerdict, l: Lang) -> String {
    let kind = VerdictType::parse(&verdict.kind);
    let words = kind.map_or("", |kind| words::verdict(kind, l));
    match words::distance(verdict.distance_m, l) {
        Some(distance) => format!("{words}, {distance}"),
        None => words.to_owned(),
    }
}

/// The same test at a terminal.
fn command(batch: &BatchBody) -> String {
    let file = quoted(&batch.file_name);
    let asked: Vec<String> = batch
        .asked_columns
        .iter()
        .map(|name| name.replace(',', " "))
        .collect();
    if asked.is_empty() {
        format!("caloduc batch {file} -o resultats.csv")
    } else {
        format!(
            "caloduc batch {file} -o resultats.csv --address-columns {}",
            quoted(&asked.join(","))
        )
    }
}

fn quoted(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | ',');
    if text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
