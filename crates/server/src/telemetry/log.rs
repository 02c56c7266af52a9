//! One line a request, on stderr: method, route by its template, status, duration, number. Never the address asked, the
//! point, the query string nor the client.

use crate::config::{Log, LogFormat};
use crate::http::client::RequestId;
use crate::state::AppState;
use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use std::io::IsTerminal;
use std::time::Instant;
use tracing_subscriber::EnvFilter;

/// Starts logging. A second call, or another logger already there, is left alone.
pub(crate) fn start(log: &Log) {
    let filter = EnvFilter::try_new(&log.level).unwrap_or_else(|_| EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let _already_started = match log.format {
        LogFormat::Json => builder
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .try_init(),
        LogFormat::Text => builder
            .with_ansi(std::io::stderr().is_terminal())
            .try_init(),
    };
}

/// Logs and counts each request.
pub(crate) async fn record(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Response {
    let begun = Instant::now();
    let method = request.method().clone();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "unmatched".to_owned(), |path| path.as_str().to_owned());
    let id = request
        .extensions()
        .get::<RequestId>()
        .and_then(|id| id.0.to_str().ok().map(str::to_owned))
        .unwrap_or_default();
    let response = next.run(request).await;
    let elapsed = begun.elapsed();
    let status = response.status().as_u16();
    state.metrics().record(&method, &route, status, elapsed);
    let micros = elapsed.as_micros() as u64;
    if status == 500 {
        tracing::error!(%method, route, status, micros, id, "request");
    } else {
        tracing::info!(%method, route, status, micros, id, "request");
    }
    response
}
