//! `GET /tiles/{layer}/{z}/{x}/{y}.mvt`: one square of one layer. Made once a release, then kept; the release is the
//! entity tag.

use super::{MapLayer, addresses, version};
use crate::http::params::Params;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::state::{AppState, TileKey};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use caloduc_engine::tiles::{self, TileId};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use std::io::{self, Read, Write};

/// Une tuile vectorielle (Mapbox Vector Tile 2.1).
#[utoipa::path(get, path = "/tiles/{layer}/{z}/{x}/{y}.mvt", tag = "tuiles",
    params(
        ("layer" = String, Path, description = "`heat`, `cold`, `projects`, `priority-areas`, `addresses` ou `communes`", example = "heat"),
        ("z" = u8, Path, description = "Zoom, 0 à 22", example = 12),
        ("x" = u32, Path, description = "Colonne, depuis l’ouest", example = 2074),
        ("y" = u32, Path, description = "Ligne, depuis le nord", example = 1408),
        ("v" = Option<String>, Query, description = "Version de TileJSON : la tuile peut alors être gardée un an")),
    responses(
        (status = 200, description = "La tuile ; l’ETag est l’édition", content_type = "application/vnd.mapbox-vector-tile", body = String),
        (status = 204, description = "Rien dans cette tuile"),
        (status = 304, description = "Celle que vous avez est toujours bonne (If-None-Match)"),
        (status = 404, description = "`not-found` : couche ou tuile inexistante", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-data`, `no-addresses`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn tile(
    State(state): State<AppState>,
    Path((layer, z, x, file)): Path<(String, String, String, String)>,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let nothing = || Problem::new(Code::NotFound).detail("Cette tuile n’existe pas.");
    let layer = MapLayer::from_name(&layer).ok_or_else(|| {
        let names = MapLayer::ALL.map(MapLayer::name).join(", ");
        nothing()
            .at("layer")
            .detail(format!("Les couches sont {names}."))
    })?;
    let y = file.strip_suffix(".mvt").ok_or_else(nothing)?;
    let id = (|| TileId::new(z.parse().ok()?, x.parse().ok()?, y.parse().ok()?))()
        .ok_or_else(|| nothing().at("z, x, y"))?;
    let version = version(&state, layer).ok_or_else(|| {
        Problem::new(match layer {
            MapLayer::Edition(_) => Code::NoData,
            MapLayer::Addresses => Code::NoAddresses,
        })
    })?;
    let tag = format!("\"{version}\"");
    let is_versioned = params.get("v") == Some(version.as_str());
    if knows(&headers, &tag) {
        return Ok(labelled(
            StatusCode::NOT_MODIFIED.into_response(),
            &tag,
            is_versioned,
        ));
    }
    let key = (version, layer, id);
    let bytes = match state.tiles().get(&key) {
        Some(kept) => kept,
        None => make(state, key).await?,
    };
    let response = answer(bytes, &headers).map_err(|error| Problem::internal(&error))?;
    Ok(labelled(response, &tag, is_versioned))
}

/// Whether the client has what this tag names.
pub(crate) fn knows(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|given| given.trim().trim_start_matches("W/"))
        .any(|given| given == tag || given == "*")
}

/// Draws the tile on a thread that may take its time, and keeps it, compressed; empty when it shows nothing.
async fn make(state: AppState, key: TileKey) -> Result<Bytes, Problem> {
    let drawn = tokio::task::spawn_blocking(move || -> io::Result<Bytes> {
        let (_, layer, id) = &key;
        let tile = match layer {
            MapLayer::Edition(layer) => state
                .served()
                .map(|served| tiles::tile(&served.snapshot, *layer, *id)),
            MapLayer::Addresses => state
                .addresses()
                .map(|addresses| addresses::tile(&addresses, *id)),
        }
        .unwrap_or_default();
        let bytes = if tile.is_empty() {
            Bytes::new()
        } else {
            let mut zipped = GzEncoder::new(Vec::new(), Compression::new(4));
            zipped.write_all(&tile)?;
            zipped.finish()?.into()
        };
        // Data swapped meanwhile: the answer is good, but not under this tag any more.
        if super::version(&state, *layer).as_ref() == Some(&key.0) {
            state.tiles().keep(key, bytes.clone());
        }
        Ok(bytes)
    });
    drawn
        .await
        .map_err(|error| Problem::internal(&error))?
        .map_err(|error| Problem::internal(&error))
}

fn answer(zipped: Bytes, headers: &HeaderMap) -> io::Result<Response> {
    if zipped.is_empty() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let mut response = if accepted.contains("gzip") {
        ([(header::CONTENT_ENCODING, "gzip")], zipped).into_response()
    } else {
        let mut plain = Vec::new();
        GzDecoder::new(zipped.as_ref()).read_to_end(&mut plain)?;
        plain.into_response()
    };
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/vnd.mapbox-vector-tile"),
    );
    Ok(response)
}

fn labelled(mut response: Response, tag: &str, is_versioned: bool) -> Response {
    let kept = if is_versioned {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=60"
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}
