//! `GET /tiles/{layer}.json`: a layer described for map libraries (TileJSON 3.0).

use super::{MapLayer, base_url, version};
use crate::api::geometry::rounded_box;
use crate::api::json;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::state::AppState;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use caloduc_engine::network::Layer;
use caloduc_engine::snapshot::{Bounds, Snapshot};
use caloduc_engine::tiles::TileLayer;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A layer, as map libraries want it described.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TileJson {
    #[schema(example = "3.0.0")]
    tilejson: &'static str,
    name: &'static str,
    tiles: Vec<String>,
    minzoom: u8,
    maxzoom: u8,
    /// West, south, east, north.
    bounds: [f64; 4],
    attribution: &'static str,
    vector_layers: Vec<VectorLayer>,
}

/// The one layer of these tiles, and what its features say.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VectorLayer {
    id: &'static str,
    #[schema(value_type = Object)]
    fields: BTreeMap<&'static str, &'static str>,
}

/// La description d’une couche (TileJSON 3.0).
#[utoipa::path(get, path = "/tiles/{layer}.json", tag = "tuiles",
    params(("layer" = String, Path, description = "`heat`, `cold`, `projects`, `priority-areas`, `addresses` ou `communes`", example = "heat")),
    responses(
        (status = 200, description = "TileJSON", body = TileJson),
        (status = 404, description = "`not-found` : couche inexistante", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-data`, `no-addresses`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn describe(
    State(state): State<AppState>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let layer = file
        .strip_suffix(".json")
        .and_then(MapLayer::from_name)
        .ok_or_else(|| {
            let names = MapLayer::ALL.map(MapLayer::name).join(", ");
            Problem::new(Code::NotFound)
                .at("layer")
                .detail(format!("Les couches sont {names}."))
        })?;
    let served = state.served_or_problem()?;
    if layer == MapLayer::Addresses {
        state.addresses_or_problem()?;
    }
    let version = version(&state, layer).unwrap_or_default();
    let (name, base) = (layer.name(), base_url(&state, &headers));
    let (minzoom, maxzoom) = layer.zooms();
    let described = TileJson {
        tilejson: "3.0.0",
        name,
        tiles: vec![format!(
            "{base}/tiles/{name}/{{z}}/{{x}}/{{y}}.mvt?v={version}"
        )],
        minzoom,
        maxzoom,
        bounds: bounds(&served.snapshot),
        attribution: "Données : Licence Ouverte 2.0",
        vector_layers: vec![VectorLayer {
            id: name,
            fields: fields(layer),
        }],
    };
    let mut response = json::json(&described)?;
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&served.etag()) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("host"));
    Ok(response)
}

/// The box of everything in the edition; France when it is empty.
fn bounds(snapshot: &Snapshot) -> [f64; 4] {
    let whole = Layer::ALL
        .into_iter()
        .filter(|layer| *layer != Layer::Regulatory)
        .flat_map(|layer| snapshot.rows(layer))
        .filter_map(|row| row.bounds())
        .reduce(|a, b| Bounds {
            west: a.west.min(b.west),
            south: a.south.min(b.south),
            east: a.east.max(b.east),
            north: a.north.max(b.north),
        });
    whole.map(rounded_box).map_or([-5.3, 41.2, 9.7, 51.2], |b| {
        [b.west, b.south, b.east, b.north]
    })
}

fn fields(layer: MapLayer) -> BTreeMap<&'static str, &'static str> {
    const NETWORK: &[(&str, &str)] = &[
        ("key", "String"),
        ("id", "String"),
        ("name", "String"),
        ("operator", "String"),
        ("owner", "String"),
        ("communes", "String"),
        ("traced", "Boolean"),
        ("open", "Boolean"),
        ("classified", "Boolean"),
        ("renewable_rate_pct", "Number"),
        ("co2_direct_kg_per_kwh", "Number"),
        ("co2_lca_kg_per_kwh", "Number"),
        ("deliveries_total_mwh", "Number"),
        ("creation_year", "Number"),
        ("energies", "String"),
    ];
    let fields: &[(&str, &str)] = match layer {
        MapLayer::Edition(TileLayer::Heat | TileLayer::Cold) => NETWORK,
        MapLayer::Edition(TileLayer::Projects) => &[
            ("key", "String"),
            ("id", "String"),
            ("name", "String"),
            ("operator", "String"),
            ("owner", "String"),
            ("communes", "String"),
            ("zone", "Boolean"),
            ("open", "Boolean"),
            ("commissioning", "String"),
        ],
        MapLayer::Edition(TileLayer::PriorityAreas) => &[
            ("key", "String"),
            ("id", "String"),
            ("name", "String"),
            ("communes", "String"),
            ("network_keys", "String"),
        ],
        MapLayer::Edition(TileLayer::Communes) => &[("code", "String"), ("name", "String")],
        MapLayer::Addresses => &[
            ("kind", "String"),
            ("name", "String"),
            ("housenumber", "String"),
        ],
    };
    fields.iter().copied().collect()
}
