//! What is a page made from? The edition and the addresses of the moment, held for the length of one request.

use super::catalogue::{self, Catalogue};
use super::document::refusal;
use super::params::Params;
use super::{Lang, errors};
use crate::appearance::Appearance;
use crate::history;
use crate::state::{Addresses, AppState, Served};
use axum::extract::{FromRequestParts, OriginalUri};
use axum::http::request::Parts;
use axum::response::Response;
use caloduc_engine::snapshot::Snapshot;
use std::sync::Arc;

/// What a page is made from.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Language of the page.
    pub lang: Lang,
    /// Its address without the language, with its query.
    pub path: String,
    /// Snapshot of the edition.
    pub snapshot: Snapshot,
    /// The edition in service, or the one that `edition` names.
    pub served: Arc<Served>,
    /// Whether that edition is not the one in service any more, and was asked for by its number.
    pub is_past: bool,
    /// Address index in service.
    pub addresses: Option<Arc<Addresses>>,
    /// Public address of the service, without a final slash, when it is configured.
    pub origin: Option<String>,
    /// How the pages are dressed.
    pub appearance: Arc<Appearance>,
}

impl Reading {
    /// Every network and project of the edition, summed up for lists; made once per edition.
    pub fn catalogue(&self) -> Arc<Catalogue> {
        catalogue::of(&self.served)
    }

    /// An address of this language.
    pub fn href(&self, path: impl std::fmt::Display) -> String {
        self.lang.href(path)
    }
}

impl FromRequestParts<AppState> for Reading {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Response> {
        let (lang, path) = asked(parts);
        let Some(current) = state.served() else {
            return Err(refusal(errors::no_data(state, lang, path)));
        };
        let asked = Params::parse(parts.uri.query().unwrap_or_default());
        let served = match asked.get("edition") {
            None => Arc::clone(&current),
            Some(number) => match edition(state, number).await {
                Some(served) => served,
                None => return Err(refusal(errors::no_edition(state, lang, &path))),
            },
        };
        let is_past = served.release() != current.release();
        let origin = Some(state.config().public_url.trim_end_matches('/').to_owned());
        Ok(Self {
            lang,
            path,
            snapshot: served.snapshot.clone(),
            served,
            is_past,
            addresses: state.addresses(),
            origin: origin.filter(|origin| !origin.is_empty()),
            appearance: Arc::clone(state.appearance()),
        })
    }
}

/// A published edition, by its number.
async fn edition(state: &AppState, number: &str) -> Option<Arc<Served>> {
    let number: u32 = number.parse().ok()?;
    let state = state.clone();
    let found = tokio::task::spawn_blocking(move || history::edition(&state, number)).await;
    found.ok()?.ok()
}

/// Language and path of a request, as the browser wrote it.
pub fn asked(parts: &Parts) -> (Lang, String) {
    let uri = parts
        .extensions
        .get::<OriginalUri>()
        .map_or(&parts.uri, |original| &original.0);
    let (lang, path) = Lang::of_path(uri.path());
    let query = uri.query().map(|q| format!("?{q}")).unwrap_or_default();
    (lang, format!("{path}{query}"))
}
