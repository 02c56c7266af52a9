//! `GET /style.json`: a MapLibre style of our own layers, light or dark, that needs no other ground.

use super::{MapLayer, base_url};
use crate::api::json;
use crate::http::params::Params;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::state::AppState;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use serde_json::{Map, Value, json};

/// Colours of a theme.
struct Palette {
    land: &'static str,
    ink: &'static str,
    muted: &'static str,
    classified: &'static str,
    other: &'static str,
    closed: &'static str,
    project: &'static str,
    cold: &'static str,
    priority: &'static str,
}

const LIGHT: Palette = Palette {
    land: "#F4F2EC",
    ink: "#1B2225",
    muted: "#4A565C",
    classified: "#6B1A10",
    other: "#C6560E",
    closed: "#5C6166",
    project: "#A052BC",
    cold: "#0A2C6B",
    priority: "#6C4E06",
};

const DARK: Palette = Palette {
    land: "#171E21",
    ink: "#E8EDEF",
    muted: "#A8B4BA",
    classified: "#F24A2B",
    other: "#F9C89E",
    closed: "#8D959C",
    project: "#CB5BE6",
    cold: "#94DBFB",
    priority: "#B4D34A",
};

/// Un style MapLibre de toutes nos couches, sans autre fond. Sans `glyphs` : MapLibre dessine les textes avec les polices du
/// navigateur.
#[utoipa::path(get, path = "/style.json", tag = "tuiles",
    params(("theme" = Option<String>, Query, description = "`light` (par défaut) ou `dark`", example = "dark")),
    responses(
        (status = 200, description = "Le style, version 8", body = Object, example = json!({"version": 8, "name": "caloduc", "sources": {}, "layers": []})),
        (status = 400, description = "`invalid-parameter`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn style(
    State(state): State<AppState>,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let palette = match params.get("theme") {
        None | Some("light") => &LIGHT,
        Some("dark") => &DARK,
        Some(_) => {
            return Err(Problem::new(Code::InvalidParameter)
                .at("theme")
                .detail("« theme » vaut light ou dark."));
        }
    };
    let base = base_url(&state, &headers);
    let sources: Map<String, Value> = MapLayer::ALL
        .into_iter()
        .filter(|layer| *layer != MapLayer::Addresses || state.addresses().is_some())
        .map(MapLayer::name)
        .map(|name| {
            let url = format!("{base}/tiles/{name}.json");
            (name.to_owned(), json!({"type": "vector", "url": url}))
        })
        .collect();
    let layers: Vec<Value> = layers(palette)
        .into_iter()
        .filter(|layer| {
            layer["source"]
                .as_str()
                .is_none_or(|source| sources.contains_key(source))
        })
        .collect();
    let style = json!({
        "version": 8, "name": "caloduc", "sources": sources, "layers": layers,
    });
    let mut response = json::json(&style)?;
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(response)
}

/// From the ground up.
fn layers(p: &Palette) -> Vec<Value> {
    let polygons = json!(["==", ["geometry-type"], "Polygon"]);
    let lines = json!(["==", ["geometry-type"], "LineString"]);
    let points = json!(["==", ["geometry-type"], "Point"]);
    let fill = |id: &str, source: &str, color: &str, opacity: f64| {
        json!({"id": id, "type": "fill", "source": source, "source-layer": source, "filter": polygons,
            "paint": {"fill-color": color, "fill-opacity": opacity}})
    };
    let line = |id: &str, source: &str, filter: Value, paint: Value| {
        json!({"id": id, "type": "line", "source": source, "source-layer": source, "filter": filter,
            "layout": {"line-cap": "round", "line-join": "round"}, "paint": paint})
    };
    let text = |id: &str, source: &str, filter: Value, field: &str, color: &str, size: u8| {
        json!({"id": id, "type": "symbol", "source": source, "source-layer": source, "filter": filter,
            "layout": {"text-field": ["get", field], "text-font": ["Noto Sans Regular"], "text-size": size},
            "paint": {"text-color": color, "text-halo-color": p.land, "text-halo-width": 1.5}})
    };
    let heat = |open: bool, classified: Value| {
        json!(["all", lines, ["==", ["get", "open"], open], classified])
    };
    let is_classified = json!(["==", ["get", "classified"], true]);
    vec![
        json!({"id": "land", "type": "background", "paint": {"background-color": p.land}}),
        line(
            "commune-edge",
            "communes",
            polygons.clone(),
            json!({"line-color": p.muted, "line-opacity": 0.45, "line-dasharray": [1, 3]}),
        ),
        fill("priority-area", "priority-areas", p.priority, 0.12),
        line(
            "priority-area-edge",
            "priority-areas",
            polygons.clone(),
            json!({"line-color": p.priority, "line-width": 1.5, "line-dasharray": [4, 2, 1, 2]}),
        ),
        fill("project-zone", "projects", p.project, 0.12),
        fill("heat-area", "heat", p.other, 0.22),
        line(
            "heat-area-edge",
            "heat",
            polygons.clone(),
            json!({"line-color": p.other, "line-width": 1.5, "line-dasharray": [4, 2]}),
        ),
        fill("cold-area", "cold", p.cold, 0.18),
        line(
            "cold-area-edge",
            "cold",
            polygons.clone(),
            json!({"line-color": p.cold, "line-width": 1.5, "line-dasharray": [4, 2]}),
        ),
        line(
            "casing",
            "heat",
            lines.clone(),
            json!({"line-color": p.land, "line-width": 6}),
        ),
        line(
            "cold-edge",
            "cold",
            lines.clone(),
            json!({"line-color": p.cold, "line-width": 1.5, "line-gap-width": 2}),
        ),
        line(
            "project",
            "projects",
            lines.clone(),
            json!({"line-color": p.project, "line-width": 3, "line-dasharray": [3.3, 1.7]}),
        ),
        line(
            "heat-closed",
            "heat",
            heat(false, json!(true)),
            json!({"line-color": p.closed, "line-width": 2.5, "line-dasharray": [0.8, 1.6]}),
        ),
        line(
            "heat-other",
            "heat",
            heat(true, json!(["!", is_classified])),
            json!({"line-color": p.other, "line-width": 2.5}),
        ),
        line(
            "heat-classified",
            "heat",
            heat(true, is_classified),
            json!({"line-color": p.classified, "line-width": 4}),
        ),
        json!({"id": "heat-untraced", "type": "circle", "source": "heat", "source-layer": "heat", "filter": points,
            "paint": {"circle-radius": 8, "circle-color": p.land, "circle-stroke-color": p.other, "circle-stroke-width": 2.5}}),
        json!({"id": "cold-untraced", "type": "circle", "source": "cold", "source-layer": "cold", "filter": points,
            "paint": {"circle-radius": 8, "circle-color": p.land, "circle-stroke-color": p.cold, "circle-stroke-width": 2.5}}),
        text(
            "number",
            "addresses",
            json!(["has", "housenumber"]),
            "housenumber",
            p.muted,
            11,
        ),
        text(
            "street",
            "addresses",
            json!(["!", ["has", "housenumber"]]),
            "name",
            p.muted,
            12,
        ),
        text("commune", "communes", points, "name", p.ink, 14),
    ]
}
