//! What do people see? Pages made on the server, French at the root and English under `/en`, each of which works without
//! JavaScript where a form can.
//!
//! Reading order: `shell` (what surrounds a page), `reading` (what it is made from), `answer` (the question and its
//! answer), `networks`, `commune`, `map`, `batches`, `data`, `api`, `embed`, `site`; `written` and `plan` serve them all.

mod answer;
mod api;
mod assets;
mod batches;
mod catalogue;
mod commune;
mod data;
pub(crate) mod document;
mod embed;
mod errors;
mod home;
mod lang;
mod map;
mod networks;
mod params;
mod plan;
mod reading;
pub(crate) mod shell;
mod site;
mod written;

pub use errors::not_found;
pub use lang::Lang;
pub use reading::Reading;

use crate::state::AppState;
use axum::Router;
use axum::extract::Extension;
use axum::routing::get;
use std::sync::Arc;

/// Every page, in both languages; `description` is the OpenAPI document, which `/api` draws.
pub fn routes(description: &str) -> Router<AppState> {
    let description = Arc::new(api::Description::read(description));
    Router::new()
        .merge(in_one_language())
        .nest("/en", in_one_language())
        // A nested root answers without its slash only.
        .route("/en/", get(answer::get))
        .route("/reseaux.csv", get(networks::csv))
        .route("/reseaux.xlsx", get(networks::xlsx))
        .route("/carte/vue.geojson", get(map::export))
        .route("/embed/caloduc-test.js", get(embed::component))
        .route("/donnees/latest", get(data::latest))
        .route("/robots.txt", get(site::robots))
        .route("/sitemap.xml", get(site::sitemap))
        .route("/favicon.ico", get(assets::favicon))
        .route("/assets/{hash}/{*name}", get(assets::get))
        .route("/appearance/{version}/{name}", get(assets::appearance))
        .layer(Extension(description))
}

fn in_one_language() -> Router<AppState> {
    Router::new()
        .route("/", get(answer::get))
        .route("/carte", get(map::get))
        .route("/carte/reponse", get(map::answer))
        .route("/reseaux", get(networks::list))
        .route("/reseaux/{id}", get(networks::sheet))
        .route("/communes/{insee}", get(commune::get))
        .route("/donnees", get(data::get))
        .route("/donnees/editions/{n}", get(data::edition))
        .route("/donnees/editions/{n}/diff/{to}", get(data::diff))
        .route("/api", get(api::get))
        .route("/integration", get(embed::integration))
        .route("/embed/carte", get(embed::map))
        .route("/embed/test", get(embed::test))
        .route("/accessibilite", get(site::accessibility))
        .route("/mentions-legales", get(site::legal))
        .route("/confidentialite", get(site::privacy))
        .route("/plan-du-site", get(site::plan))
        .merge(batches::routes())
}
