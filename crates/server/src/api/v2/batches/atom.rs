//! `GET /api/v2/batches/{id}/changes.atom`: what moved, as a feed (RFC 4287). It tells how many rows moved and how, never
//! which addresses: feed readers are other people's machines.

use super::changes::{self, RunChanges};
use super::open;
use crate::api::feeds::escaped;
use crate::http::problem::{Problem, ProblemBody};
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::fmt::Write;

/// Ce qui a bougé pour un test, en flux Atom.
#[utoipa::path(get, path = "/api/v2/batches/{id}/changes.atom", tag = "tests", operation_id = "batch_changes_atom",
    params(("id" = String, Path, description = "Le lien secret du test, ou un lien partagé")),
    responses(
        (status = 200, description = "Un flux Atom", body = String, content_type = "application/atom+xml",
            example = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"fr\">…</feed>"),
        (status = 404, description = "`batch-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-batches`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn feed(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let opened = open::open(&state, &id).await?;
    let runs = changes::runs(&opened).await?;
    let base = format!("{}/pro/tests/{id}", state.config().base_url());
    let feed = write(
        &base,
        opened.batch.key.as_str(),
        &opened.batch.name,
        &opened.batch.created.moment().to_string(),
        &runs,
    );
    let feed = feed.map_err(|error| Problem::internal(&error))?;
    let headers = [
        (header::CONTENT_TYPE, "application/atom+xml; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, feed).into_response())
}

fn write(
    page: &str,
    key: &str,
    name: &str,
    created: &str,
    runs: &[RunChanges],
) -> Result<String, std::fmt::Error> {
    let (page, name) = (escaped(page), escaped(name));
    let updated = runs.first().map_or(created, |run| run.finished.as_str());
    let mut out = String::new();
    write!(
        out,
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"fr\">\n\
         <id>urn:caloduc:tests:{key}</id>\n<title>{name} : ce qui a changé</title>\n\
         <updated>{updated}</updated>\n<author><name>caloduc</name></author>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{page}?vue=changements\"/>\n"
    )?;
    for run in runs {
        let moved: u64 = run.transitions.values().sum();
        let release = run.release.map_or_else(
            || "territoire fictif".to_owned(),
            |n| format!("édition {n}"),
        );
        let detail: Vec<String> = run
            .transitions
            .iter()
            .map(|(word, count)| format!("{word} : {count}"))
            .collect();
        let summary = if detail.is_empty() {
            "Aucune adresse n’a changé de réponse.".to_owned()
        } else {
            detail.join(" ; ")
        };
        write!(
            out,
            "<entry>\n<id>urn:caloduc:tests:{key}:{}</id>\n<title>{moved} lignes ont changé, {release}</title>\n\
             <updated>{}</updated>\n<link rel=\"alternate\" type=\"text/html\" href=\"{page}?vue=changements\"/>\n\
             <summary>{}</summary>\n</entry>\n",
            run.run,
            run.finished,
            escaped(&summary)
        )?;
    }
    out.push_str("</feed>\n");
    Ok(out)
}
