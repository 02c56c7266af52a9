//! `GET /api/v2/batches/{id}/events`: where a batch is, told as it changes, until it ends or the service stops.

use super::body::{self, BatchBody};
use super::open::{self, Opened};
use crate::http::problem::{Problem, ProblemBody};
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::mpsc::{self, Sender};
use tokio_stream::wrappers::ReceiverStream;

/// How often the batch is looked at.
const LOOK: Duration = Duration::from_millis(400);

/// Où en est un test, dit à chaque changement (événements `state`, un objet `Batch` sans son résumé par communes et
/// réseaux), jusqu’à sa fin.
#[utoipa::path(get, path = "/api/v2/batches/{id}/events", tag = "tests", operation_id = "batch_events",
    params(("id" = String, Path, description = "Le lien secret du test, ou un lien partagé")),
    responses(
        (status = 200, description = "Un flux d’événements (server-sent events)", body = String, content_type = "text/event-stream",
            example = "event: state\ndata: {\"state\":\"running\",\"rows_done\":5000,…}\n\n"),
        (status = 404, description = "`batch-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-batches`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn events(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let opened = open::open(&state, &id).await?;
    let (sender, receiver) = mpsc::channel(4);
    tokio::spawn(tell(state, opened, sender));
    let stream = Sse::new(ReceiverStream::new(receiver))
        .keep_alive(KeepAlive::new().interval(Duration::from_secs(15)));
    let mut response = stream.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Proxies that gather answers would keep the news for themselves.
    headers.insert(
        header::HeaderName::from_static("x-accel-buffering"),
        HeaderValue::from_static("no"),
    );
    Ok(response)
}

/// Tells until the batch ends, nobody listens any more, or the service stops.
async fn tell(state: AppState, mut opened: Opened, sender: Sender<Result<Event, Infallible>>) {
    let mut told: Option<BatchBody> = None;
    loop {
        let Ok(mut now) = body::of(&opened).await else {
            return;
        };
        if let Some(summary) = &mut now.summary {
            summary.communes.clear();
            summary.networks.clear();
        }
        let is_final = opened.batch.state.is_final() && !opened.batch.is_working;
        if told.as_ref() != Some(&now) {
            let Ok(event) = Event::default().event("state").json_data(&now) else {
                return;
            };
            if sender.send(Ok(event)).await.is_err() {
                return;
            }
            told = Some(now);
        }
        if is_final {
            return;
        }
        tokio::select! {
            () = state.stopped() => return,
            () = sender.closed() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        match opened.again().await {
            Ok(again) => opened = again,
            Err(_erased) => return,
        }
    }
}
