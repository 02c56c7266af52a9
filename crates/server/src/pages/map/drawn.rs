//! What the map's script asks for: the answer of a place with what is to be drawn, and what is in the frame as GeoJSON.

use super::frame_of_box;
use crate::pages::Reading;
use crate::pages::answer::map_answer;
use crate::pages::networks::Filter;
use crate::pages::params::Params;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use caloduc_engine::network::Layer;
use caloduc_engine::snapshot::{PartRole, Row};
use serde_json::{Value, json};

/// `GET /carte/reponse?lon=&lat=` or `?q=`.
pub async fn answer(reading: Reading, params: Params) -> Response {
    let kept = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    match map_answer(&reading, &params) {
        Some(answer) => (kept, Json(answer)).into_response(),
        None => (StatusCode::NOT_FOUND, kept).into_response(),
    }
}

/// `GET /carte/vue.geojson?bbox=west,south,east,north` and the filters of the map: whole rows that are in the frame.
pub async fn export(reading: Reading, params: Params) -> Response {
    let Some(frame) = params.get("bbox").and_then(frame_of_box) else {
        return (StatusCode::BAD_REQUEST, "bbox=west,south,east,north").into_response();
    };
    let filter = Filter::read(&params);
    let catalogue = reading.catalogue();
    let layers = [
        Layer::Heat,
        Layer::HeatUntraced,
        Layer::Cold,
        Layer::ColdUntraced,
        Layer::Projects,
        Layer::PriorityAreas,
    ];
    let features: Vec<Value> = layers
        .into_iter()
        .flat_map(|layer| reading.snapshot.within(layer, frame))
        .filter(|row| {
            catalogue
                .find(row.key())
                .is_none_or(|entry| filter.lets(entry))
        })
        .map(|row| feature(&row))
        .collect();
    let body = json!({ "type": "FeatureCollection", "features": features }).to_string();
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/geo+json"),
        ),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"caloduc-vue.geojson\""),
        ),
    ];
    (headers, body).into_response()
}

fn feature(row: &Row<'_>) -> Value {
    let communes: Vec<&str> = row.communes().iter().collect();
    json!({
        "type": "Feature",
        "geometry": geometry(row),
        "properties": {
            "key": row.key(),
            "layer": row.layer().name(),
            "id": row.id(),
            "name": row.name(),
            "operator": row.operator(),
            "owner": row.owner(),
            "communes": communes,
            "open_to_connections": row.is_open(),
        },
    })
}

fn geometry(row: &Row<'_>) -> Value {
    let mut lines: Vec<Value> = Vec::new();
    let mut polygons: Vec<Vec<Value>> = Vec::new();
    let mut marker = Value::Null;
    for part in row.parts() {
        let round = |degrees: f64| (degrees * 1e6).round() / 1e6;
        let positions: Vec<[f64; 2]> = part
            .places()
            .map(|place| [round(place.lon), round(place.lat)])
            .collect();
        match part.role {
            PartRole::Line => lines.push(json!(positions)),
            PartRole::Outer => polygons.push(vec![json!(positions)]),
            PartRole::Hole => {
                if let Some(polygon) = polygons.last_mut() {
                    polygon.push(json!(positions));
                }
            }
            PartRole::Point => {
                if let Some(position) = positions.first() {
                    marker = json!({ "type": "Point", "coordinates": position });
                }
            }
        }
    }
    if !polygons.is_empty() {
        json!({ "type": "MultiPolygon", "coordinates": polygons })
    } else if lines.is_empty() {
        marker
    } else {
        json!({ "type": "MultiLineString", "coordinates": lines })
    }
}
