//! `/ogc`: the networks through the standards that geographic programs speak, OGC API – Features parts 1, 2 and 3, and
//! the description of our tiles as OGC API – Tiles.
//!
//! Reading order: [`collections`] (what there is), `features` (rows, read once per edition), `moments` (which edition),
//! `query` (what is asked), [`cql2`] (filters), `select` (what answers), `write`, then `metadata`, `tiles`, `api`, `html`
//! (what describes it all).

mod api;
mod collections;
mod cql2;
mod crs;
mod features;
mod html;
mod items;
mod links;
mod metadata;
mod moments;
mod query;
mod select;
mod tiles;
mod write;

pub(crate) use moments::{KeptFeatures, at as edition_at};

use crate::http::params::Params;
use crate::http::problem::{Code, Problem};
use crate::state::AppState;
use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use collections::Collection;
use query::Form;

/// Every route under `/ogc`.
pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/ogc", get(metadata::landing))
        .route("/ogc/", get(metadata::landing))
        .route("/ogc/api", get(api::description))
        .route("/ogc/conformance", get(metadata::conformance))
        .route("/ogc/collections", get(metadata::collections))
        .route("/ogc/collections/{id}", get(metadata::collection))
        .route(
            "/ogc/collections/{id}/queryables",
            get(metadata::queryables),
        )
        .route("/ogc/collections/{id}/items", get(items::items))
        .route("/ogc/collections/{id}/items/{feature}", get(items::item))
        .route("/ogc/collections/{id}/tiles", get(tiles::list))
        .route(
            "/ogc/collections/{id}/tiles/WebMercatorQuad",
            get(tiles::one),
        )
        .route("/ogc/tileMatrixSets", get(tiles::matrix_sets))
        .route(
            "/ogc/tileMatrixSets/WebMercatorQuad",
            get(tiles::matrix_set),
        )
}

/// What every route here is asked with.
struct Asked {
    state: AppState,
    params: Params,
    /// How links begin: the service's address, then `/ogc`.
    root: String,
    form: Form,
    /// What an HTML answer is made from; `None` while nothing is served.
    reading: Option<crate::pages::Reading>,
}

impl FromRequestParts<AppState> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let params = Params::parse(parts.uri.query().unwrap_or_default());
        let accept = parts
            .headers
            .get(header::ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .unwrap_or_default();
        let form = query::form(&params, accept)?;
        let base = crate::api::tiles::base_url(state, &parts.headers);
        let reading = crate::pages::Reading::from_request_parts(parts, state).await;
        Ok(Self {
            state: state.clone(),
            params,
            root: format!("{base}/ogc"),
            form,
            reading: reading.ok(),
        })
    }
}

impl Asked {
    /// Refuses parameters that metadata do not have.
    fn checked(&self) -> Result<(), Problem> {
        query::only(
            &self.params,
            |name| ["f", "lang"].contains(&name),
            ["f"].into_iter(),
        )
    }

    /// This resource in JSON and HTML.
    fn links_to(&self, path: &str) -> Vec<links::Link> {
        let current = match self.form {
            Form::Html => links::HTML,
            Form::Json | Form::FlatGeobuf => links::JSON,
        };
        let address = format!("{}{path}", self.root);
        let forms = [("json", links::JSON, "JSON"), ("html", links::HTML, "HTML")];
        links::self_and_alternates(&address, &[], current, &forms)
    }

    /// The collection of that name.
    fn collection(id: &str) -> Result<Collection, Problem> {
        Collection::from_id(id).ok_or_else(|| {
            let names = Collection::ALL.map(|known| known.id().to_owned());
            Problem::new(Code::NotFound)
                .at("id")
                .detail("Aucune collection n’a ce nom.")
                .remedy("La liste est dans /ogc/collections.")
                .suggestions(names.to_vec())
        })
    }
}

/// An answer in JSON.
fn json(value: &serde_json::Value, media_type: &'static str) -> Response {
    ([(header::CONTENT_TYPE, media_type)], value.to_string()).into_response()
}
