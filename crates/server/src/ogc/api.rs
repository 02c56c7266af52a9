//! `GET /ogc/api`: the description of these routes (OpenAPI 3.0, as part 1 asks).

use super::collections::Collection;
use super::links::OPENAPI;
use super::query::{Form, MOST};
use super::{Asked, html, json};
use crate::http::problem::Problem;
use axum::response::Response;
use serde_json::{Map, Value, json};

/// The description.
pub(super) async fn description(asked: Asked) -> Result<Response, Problem> {
    asked.checked()?;
    if asked.form == Form::Html {
        return html::api(&asked);
    }
    Ok(json(&document(&asked.root), OPENAPI))
}

fn document(root: &str) -> Value {
    let get = |path: &str, id: &str, summary: &str, parameters: Vec<Value>, media: &str| {
        let mut parameters = parameters;
        parameters.push(json!({"$ref": "#/components/parameters/f"}));
        (
            path.to_owned(),
            json!({"get": {
                "operationId": id, "summary": summary, "parameters": parameters,
                "responses": {
                    "200": {"description": summary, "content": {media: {"schema": {"type": "object"}}, "text/html": {"schema": {"type": "string"}}}},
                    "400": {"$ref": "#/components/responses/problem"},
                    "404": {"$ref": "#/components/responses/problem"},
                    "503": {"$ref": "#/components/responses/problem"},
                },
            }}),
        )
    };
    let shared = |names: &[&str]| -> Vec<Value> {
        names
            .iter()
            .map(|name| json!({"$ref": format!("#/components/parameters/{name}")}))
            .collect()
    };
    let geojson = "application/geo+json";
    let plain = "application/json";
    let items = [
        "id",
        "limit",
        "offset",
        "bbox",
        "bbox-crs",
        "crs",
        "datetime",
        "properties",
        "sortby",
        "filter",
        "filter-lang",
        "filter-crs",
    ];
    let paths: Map<String, Value> = [
        get("/", "landing", "Page d’accueil", Vec::new(), plain),
        get(
            "/conformance",
            "conformance",
            "Classes de conformité",
            Vec::new(),
            plain,
        ),
        get(
            "/collections",
            "collections",
            "Les collections",
            Vec::new(),
            plain,
        ),
        get(
            "/collections/{id}",
            "collection",
            "Une collection",
            shared(&["id"]),
            plain,
        ),
        get(
            "/collections/{id}/queryables",
            "queryables",
            "Ses propriétés",
            shared(&["id"]),
            "application/schema+json",
        ),
        get(
            "/collections/{id}/items",
            "items",
            "Ses objets, par pages",
            shared(&items),
            geojson,
        ),
        get(
            "/collections/{id}/items/{feature}",
            "item",
            "Un objet",
            shared(&["id", "feature", "crs", "datetime"]),
            geojson,
        ),
        get(
            "/collections/{id}/tiles",
            "tilesets",
            "Ses tuiles",
            shared(&["id"]),
            plain,
        ),
        get(
            "/collections/{id}/tiles/WebMercatorQuad",
            "tileset",
            "Ses tuiles, en Web Mercator",
            shared(&["id"]),
            plain,
        ),
        get(
            "/tileMatrixSets",
            "tileMatrixSets",
            "Les découpages en tuiles",
            Vec::new(),
            plain,
        ),
        get(
            "/tileMatrixSets/WebMercatorQuad",
            "tileMatrixSet",
            "Le découpage en Web Mercator",
            Vec::new(),
            plain,
        ),
    ]
    .into_iter()
    .collect();
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": "Réseaux de chaleur et de froid, OGC API – Features",
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "Licence Ouverte 2.0 (données)", "url": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"},
        },
        "servers": [{"url": root}],
        "paths": paths,
        "components": {"parameters": parameters(), "responses": {"problem": {
            "description": "Ce qui ne va pas (RFC 9457)",
            "content": {"application/problem+json": {"schema": {"type": "object", "properties": {
                "code": {"type": "string"}, "detail": {"type": "string"}, "parameter": {"type": "string"}, "remedy": {"type": "string"},
            }}}},
        }}},
    })
}

fn parameters() -> Value {
    let query = |name: &str, description: &str, schema: Value| json!({"name": name, "in": "query", "required": false, "description": description, "schema": schema, "style": "form", "explode": false});
    let text = || json!({"type": "string"});
    let uri = || json!({"type": "string", "format": "uri"});
    json!({
        "id": {"name": "id", "in": "path", "required": true, "description": "La collection",
            "schema": {"type": "string", "enum": Collection::ALL.map(Collection::id)}},
        "feature": {"name": "feature", "in": "path", "required": true, "description": "La clé de l’objet", "schema": {"type": "string"}},
        "f": query("f", "Forme de la réponse\u{a0}: json, html, ou fgb pour des objets", json!({"type": "string", "enum": ["json", "html", "fgb"]})),
        "limit": query("limit", "Objets par page\u{a0}; au-delà du maximum, le maximum", json!({"type": "integer", "minimum": 1, "maximum": MOST, "default": 100})),
        "offset": query("offset", "Objets à passer", json!({"type": "integer", "minimum": 0, "default": 0})),
        "bbox": query("bbox", "Rectangle que les objets doivent toucher", json!({"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}})),
        "bbox-crs": query("bbox-crs", "Système de coordonnées de bbox", uri()),
        "crs": query("crs", "Système de coordonnées de la réponse", uri()),
        "datetime": query("datetime", "Instant ou intervalle\u{a0}: l’édition alors en service", text()),
        "properties": query("properties", "Propriétés à montrer", json!({"type": "array", "items": {"type": "string"}})),
        "sortby": query("sortby", "Propriétés à trier, - pour décroître", json!({"type": "array", "items": {"type": "string"}})),
        "filter": query("filter", "Filtre CQL2", text()),
        "filter-lang": query("filter-lang", "Langue du filtre", json!({"type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text"})),
        "filter-crs": query("filter-crs", "Système de coordonnées du filtre", uri()),
    })
}
