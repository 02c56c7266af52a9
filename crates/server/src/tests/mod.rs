//! The service as its clients see it: a small town published in a real data directory, asked through the real router.

mod api;
mod areas;
mod arrivals;
mod batches;
mod changed;
mod downloads;
mod dressed;
mod geocoding;
mod history;
mod many;
mod mapped;
mod months;
mod ogc;
mod openapi;
mod security;
mod shared;
mod swap;
mod tiles;
mod town;
mod update;

use crate::appearance::Appearance;
use crate::config::Config;
use crate::publishing::Publisher;
use crate::reload::Reloader;
use crate::routes;
use crate::state::AppState;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use caloduc_store::{OpenOptions, Store};
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt;

/// The service over its own data directory.
struct TestApp {
    router: Router,
    reloader: Reloader,
    state: AppState,
    store: Store,
    _dir: TempDir,
}

/// What came back.
#[derive(Debug)]
struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl TestApp {
    /// The town, published, with its addresses.
    fn start() -> Self {
        Self::with(|_| ())
    }

    /// The same, configured otherwise.
    fn with(configure: impl FnOnce(&mut Config)) -> Self {
        let app = Self::empty_with(configure);
        town::publish(&app.store, town::Year::First);
        town::build_addresses(&app.store);
        app.reloaded()
    }

    /// A data directory that holds nothing, and no demonstration either: nothing looked at the disk.
    fn empty_with(configure: impl FnOnce(&mut Config)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), OpenOptions::default()).unwrap();
        let mut config = Config::default();
        configure(&mut config);
        let appearance = Appearance::load(&config.appearance, dir.path()).unwrap();
        let state = AppState::dressed(config, Some(store.clone()), appearance);
        Self {
            router: routes::router(state.clone()),
            reloader: Reloader::new(state.clone()),
            state,
            store,
            _dir: dir,
        }
    }

    /// Looks at the disk, as the service does each second.
    fn reloaded(mut self) -> Self {
        self.reloader.look();
        self
    }

    /// Writes the files of every edition, as the service does beside its answers.
    fn write_files(&self) {
        let mut publisher = Publisher::new(self.state.clone());
        for _each_edition in self.store.releases().unwrap() {
            publisher.look();
        }
    }

    /// Opens the database of batches, with nobody at work.
    async fn keeping_batches(self) -> Self {
        let jobs = crate::jobs::open(&self.state).await.unwrap();
        self.state.set_jobs(std::sync::Arc::new(jobs));
        self
    }

    /// The same, with workers.
    async fn working(self) -> Self {
        let app = self.keeping_batches().await;
        let jobs = app.state.jobs_or_problem().unwrap();
        drop(crate::jobs::Workers::start(&app.state, &jobs));
        app
    }

    async fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    async fn post(&self, path: &str, kind: &str, body: impl Into<Body>) -> Answer {
        let request = Request::post(path).header("content-type", kind);
        self.ask(request.body(body.into()).unwrap()).await
    }

    async fn ask(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: to_bytes(body, usize::MAX).await.unwrap().to_vec(),
        }
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.state.stop();
    }
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| {
            panic!("{error}: {}", String::from_utf8_lossy(&self.body));
        })
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Status and code of a problem.
    fn problem(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), "application/problem+json");
        let body = self.json();
        assert_eq!(body["status"], self.status.as_u16());
        (
            self.status.as_u16(),
            body["code"].as_str().unwrap_or_default().to_owned(),
        )
    }
}
