//! `GET /releases.atom`: a feed of editions (RFC 4287).

use super::releases;
use crate::http::problem::{Problem, ProblemBody};
use crate::state::AppState;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use caloduc_store::Release;
use std::fmt::Write;

/// Le flux des éditions.
#[utoipa::path(get, path = "/releases.atom", tag = "v2",
    responses(
        (status = 200, description = "Un flux Atom", body = String, content_type = "application/atom+xml",
            example = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"fr\">…</feed>"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn feed(State(state): State<AppState>) -> Result<Response, Problem> {
    let releases = releases::published(&state).await?;
    let feed =
        write(&state.config().base_url(), &releases).map_err(|error| Problem::internal(&error))?;
    let headers = [(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")];
    Ok((headers, feed).into_response())
}

fn write(base: &str, releases: &[Release]) -> Result<String, std::fmt::Error> {
    let base = escaped(base);
    // A feed must have a date; before any edition, the one of the format.
    let updated = releases
        .iter()
        .flat_map(|release| &release.published)
        .max()
        .map_or("2005-12-01T00:00:00Z", |moment| moment.as_str());
    let mut out = String::new();
    write!(
        out,
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"fr\">\n\
         <id>{base}/releases.atom</id>\n<title>Réseaux de chaleur et de froid : éditions</title>\n\
         <updated>{updated}</updated>\n<author><name>caloduc</name></author>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{base}/releases.atom\"/>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{base}/donnees\"/>\n"
    )?;
    for release in releases.iter().rev() {
        let number = release.number;
        let first = release.published.first().map_or("", |m| m.as_str());
        let last = release.published.last().map_or("", |m| m.as_str());
        let summary = escaped(&release.summary);
        write!(
            out,
            "<entry>\n<id>{base}/donnees/editions/{number}</id>\n<title>Édition {number}</title>\n\
             <published>{first}</published>\n<updated>{last}</updated>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{base}/donnees/editions/{number}\"/>\n\
             <link rel=\"related\" type=\"application/json\" href=\"{base}/api/v2/releases/{number}\"/>\n\
             <summary>{summary}</summary>\n</entry>\n"
        )?;
    }
    out.push_str("</feed>\n");
    Ok(out)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
