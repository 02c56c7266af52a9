//! `GET /pro/tests/{id}/points.geojson`: the places of a batch, for its private map.

use super::{table, words};
use crate::api::json;
use crate::api::v2::batches::open;
use crate::http::problem::Problem;
use crate::jobs;
use crate::pages::Lang;
use crate::pages::params::Params;
use crate::state::AppState;
use axum::extract::{OriginalUri, Path, State};
use axum::response::Response;
use serde_json::{Value, json};

/// Points drawn at most; the page says so when there are more.
const MOST: usize = 20_000;

/// The points of the rows wanted.
pub(super) async fn get(
    State(state): State<AppState>,
    OriginalUri(uri): OriginalUri,
    Path(id): Path<String>,
    params: Params,
) -> Result<Response, Problem> {
    let (l, _path) = Lang::of_path(uri.path());
    let opened = open::open(&state, &id).await?;
    let query = table::query(&params);
    let found = jobs::points(&opened.jobs, &opened.batch, query, MOST).await?;
    let path = l.href(format!("/pro/tests/{id}"));
    let features: Vec<Value> = found
        .rows
        .iter()
        .filter_map(|view| {
            let place = view.answer.place?;
            let line = table::line(&path, view, l);
            let (verdict, tone) = words::answer(&view.answer, l);
            Some(json!({
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
                "properties": {"asked": line.asked, "href": line.href, "verdict": verdict, "tone": tone,
                    "distance": line.distance.unwrap_or_default()},
            }))
        })
        .collect();
    json::private_json(&json!({
        "type": "FeatureCollection",
        "is_cut": found.total > MOST,
        "features": features,
    }))
}
