//! `GET /pro/tests/{id}/tiles/{z}/{x}/{y}.mvt`: the rows of a batch on its private map, filtered and searched like its
//! table. Whoever has the link sees them; nothing between keeps them.

use super::table;
use crate::api::v2::batches::open;
use crate::http::problem::{Code, Problem};
use crate::jobs;
use crate::pages::params::Params;
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use caloduc_engine::tiles::TileId;

/// The tile.
pub(super) async fn get(
    State(state): State<AppState>,
    Path((id, z, x, file)): Path<(String, String, String, String)>,
    params: Params,
) -> Result<Response, Problem> {
    let nothing = || Problem::new(Code::NotFound).detail("Cette tuile n’existe pas.");
    let y = file.strip_suffix(".mvt").ok_or_else(nothing)?;
    let tile = (|| TileId::new(z.parse().ok()?, x.parse().ok()?, y.parse().ok()?))();
    let tile = tile.ok_or_else(|| nothing().at("z, x, y"))?;
    let opened = open::open(&state, &id).await?.tested()?;
    let chosen = jobs::chosen(&opened.jobs, &opened.batch, &table::query(&params)).await?;
    let bytes = jobs::blocking(move || Ok(chosen.tile(tile))).await?;
    let kept = (header::CACHE_CONTROL, "private, no-store");
    if bytes.is_empty() {
        return Ok((StatusCode::NO_CONTENT, [kept]).into_response());
    }
    let kind = (header::CONTENT_TYPE, "application/vnd.mapbox-vector-tile");
    Ok(([kept, kind], bytes).into_response())
}
