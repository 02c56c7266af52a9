//! Every route, on one page.
//!
//! Routes of programs are declared with `routes!`, which takes method and path from the handler's own description, so
//! that none can exist without being in `/api/openapi.json`; pages have their own list, [`pages::routes`].

use crate::http::problem::{Code, Problem};
use crate::http::{client, limiter, security};
use crate::state::AppState;
use crate::telemetry::{log, metrics};
use crate::{api, health, ogc, pages};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{Extensions, HeaderMap, HeaderName, StatusCode, Version, header};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::any::Any;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate};
use tower_http::cors::{Any as AnyOrigin, CorsLayer};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The whole service.
pub(crate) fn router(state: AppState) -> Router {
    let (open, mut description) = open().split_for_parts();
    let (service, described) = service().split_for_parts();
    description.merge(described);
    let description = description.to_json().unwrap_or_default();
    open.merge(api::openapi::routes(&description))
        .method_not_allowed_fallback(method_not_allowed)
        .layer(from_fn_with_state(state.clone(), limiter::limit))
        .layer(cors())
        .layer(from_fn_with_state(
            state.clone(),
            api::v2::batches::uploads::spoken,
        ))
        .merge(service)
        .merge(pages::routes(&description))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(DefaultBodyLimit::max(state.config().limits.body_bytes))
        .layer(CompressionLayer::new().compress_when(compressible()))
        .layer(from_fn_with_state(state.clone(), security::headers))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(state.clone(), log::record))
        .layer(from_fn_with_state(state.clone(), client::identify))
        .with_state(state)
}

/// What may be compressed on its way: not a file that has its own length and parts.
fn compressible() -> impl Predicate {
    DefaultPredicate::new().and(
        |_: StatusCode, _: Version, _: &HeaderMap, extensions: &Extensions| {
            extensions.get::<api::downloads::AsItIs>().is_none()
        },
    )
}

/// What programs of any site may ask, within limits.
fn open() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(api::openapi::document())
        .routes(routes!(api::v1::eligibility::eligibility))
        .routes(routes!(api::v1::networks::networks))
        .routes(routes!(api::v2::eligibility::one, api::v2::many::many))
        .routes(routes!(api::v2::networks::list))
        .routes(routes!(api::v2::networks::one))
        .routes(routes!(api::v2::networks::history))
        .routes(routes!(api::v2::releases::list))
        .routes(routes!(api::v2::releases::one))
        .routes(routes!(api::v2::releases::diff))
        .routes(routes!(api::feeds::atom))
        .routes(routes!(api::feeds::json_feed))
        .routes(routes!(api::feeds::of_place))
        .routes(routes!(api::downloads::list))
        .routes(routes!(api::dcat::json_ld))
        .routes(routes!(api::dcat::turtle))
        .routes(routes!(api::geocodage::search::search))
        .routes(routes!(api::geocodage::reverse::reverse))
        .merge(files())
        .merge(batches())
        .routes(routes!(api::tiles::style::style))
        // A parameter fills a whole segment of a route: the endings `.json` and `.mvt` are the handlers' business.
        .route("/tiles/{file}", get(api::tiles::description::describe))
        .route("/tiles/{layer}/{z}/{x}/{file}", get(api::tiles::tile::tile))
        .merge(api::downloads::routes().into())
        .merge(ogc::routes().into())
}

/// People's files of addresses, each behind its secret link.
fn batches() -> OpenApiRouter<AppState> {
    use api::v2::batches::{act, atom, body, changes, events, results, rows, uploads};
    OpenApiRouter::new()
        .routes(routes!(uploads::protocol, uploads::create))
        .routes(routes!(
            uploads::progress,
            uploads::append,
            uploads::abandon
        ))
        .routes(routes!(body::one, act::rename, act::erase))
        .routes(routes!(act::launch))
        .routes(routes!(act::cancel))
        .routes(routes!(act::rerun))
        .routes(routes!(act::share, act::unshare))
        .routes(routes!(events::events))
        .routes(routes!(results::csv))
        .routes(routes!(results::geojson))
        .routes(routes!(results::xlsx))
        .routes(routes!(results::parquet))
        .routes(routes!(rows::list))
        .routes(routes!(rows::one, rows::correct))
        .routes(routes!(changes::list))
        .routes(routes!(changes::csv))
        .routes(routes!(atom::feed))
}

/// What whoever operates the service asks.
fn service() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(metrics::metrics))
}

/// Files of rows, of any length: they are not held in memory.
fn files() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(api::geocodage::csv::search))
        .routes(routes!(api::geocodage::csv::reverse))
        .routes(routes!(api::v2::batches::receive::create))
        .layer(DefaultBodyLimit::disable())
}

/// Any site may ask: the data are public and no answer depends on a cookie.
fn cors() -> CorsLayer {
    let plain = [
        header::ACCEPT_RANGES,
        header::CONTENT_LENGTH,
        header::CONTENT_RANGE,
        header::ETAG,
        header::LINK,
        header::RETRY_AFTER,
        HeaderName::from_static("x-request-id"),
    ];
    let exposed: Vec<HeaderName> = plain
        .into_iter()
        .chain(api::v2::batches::uploads::EXPOSED)
        .collect();
    CorsLayer::new()
        .allow_origin(AnyOrigin)
        .allow_methods(AnyOrigin)
        .allow_headers(AnyOrigin)
        .expose_headers(exposed)
        .max_age(Duration::from_hours(24))
}

async fn not_found(state: State<AppState>, request: Request) -> Response {
    if is_for_programs(request.uri().path()) {
        Problem::new(Code::NotFound).into_response()
    } else {
        pages::not_found(state, request).await
    }
}

async fn method_not_allowed() -> Problem {
    Problem::new(Code::MethodNotAllowed)
}

/// Whether whoever asks for this path reads JSON.
fn is_for_programs(path: &str) -> bool {
    const ROOTS: [&str; 6] = [
        "/api/",
        "/ogc",
        "/geocodage",
        "/tiles",
        "/health",
        "/metrics",
    ];
    ROOTS.iter().any(|root| path.starts_with(root))
}

fn panicked(_payload: Box<dyn Any + Send + 'static>) -> Response {
    // The panic's own message went to stderr when it happened.
    Problem::new(Code::Internal).into_response()
}
