//! Our vector tiles as OGC API – Tiles describes them: the tilesets of a collection, and how the plane is cut.

use super::links::{JSON, Link};
use super::{Asked, json};
use crate::api::tiles::MapLayer;
use crate::http::problem::{Code, Problem};
use axum::extract::Path;
use axum::response::Response;
use serde_json::{Value, json};

const SCHEME: &str = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad";
const WEB_MERCATOR: &str = "http://www.opengis.net/def/crs/EPSG/0/3857";
const MVT: &str = "application/vnd.mapbox-vector-tile";
/// Half the side of the plane, metres.
const HALF: f64 = 20_037_508.342_789_244;
/// Pixels of 0.28 mm on the side of a tile.
const PIXELS: f64 = 256.0;
/// Deepest zoom described.
const DEEPEST: u8 = 22;

fn tiled(id: &str) -> Result<(&'static str, MapLayer), Problem> {
    let none = || {
        Problem::new(Code::NotFound)
            .at("id")
            .detail("Cette collection n’a pas de tuiles à elle.")
    };
    let name = Asked::collection(id)?.tiles().ok_or_else(none)?;
    Ok((name, MapLayer::from_name(name).ok_or_else(none)?))
}

/// `GET /ogc/collections/{id}/tiles`.
pub(super) async fn list(asked: Asked, Path(id): Path<String>) -> Result<Response, Problem> {
    asked.checked()?;
    let (name, layer) = tiled(&id)?;
    let links = asked.links_to(&format!("/collections/{name}/tiles"));
    Ok(json(
        &json!({"links": links, "tilesets": [tileset(&asked, name, layer)]}),
        JSON,
    ))
}

/// `GET /ogc/collections/{id}/tiles/WebMercatorQuad`.
pub(super) async fn one(asked: Asked, Path(id): Path<String>) -> Result<Response, Problem> {
    asked.checked()?;
    let (name, layer) = tiled(&id)?;
    Ok(json(&tileset(&asked, name, layer), JSON))
}

fn tileset(asked: &Asked, name: &'static str, layer: MapLayer) -> Value {
    let root = &asked.root;
    let service = root.trim_end_matches("/ogc");
    let (shallowest, deepest) = layer.zooms();
    let mut links = asked.links_to(&format!("/collections/{name}/tiles/WebMercatorQuad"));
    let mut tile = Link::new(
        format!("{service}/tiles/{name}/{{tileMatrix}}/{{tileCol}}/{{tileRow}}.mvt"),
        "item",
        MVT,
        "Tuiles",
    );
    tile.templated = true;
    links.push(tile);
    links.push(Link::new(
        format!("{root}/tileMatrixSets/WebMercatorQuad"),
        "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme",
        JSON,
        "Découpage",
    ));
    links.push(Link::new(
        format!("{root}/collections/{name}"),
        "http://www.opengis.net/def/rel/ogc/1.0/geodata",
        JSON,
        "Objets",
    ));
    let limits: Vec<Value> = (shallowest..=deepest)
        .map(|zoom| {
            let last = (1_u64 << zoom) - 1;
            json!({"tileMatrix": zoom.to_string(), "minTileRow": 0, "maxTileRow": last, "minTileCol": 0, "maxTileCol": last})
        })
        .collect();
    json!({
        "title": name,
        "dataType": "vector",
        "crs": WEB_MERCATOR,
        "tileMatrixSetURI": SCHEME,
        "tileMatrixSetLimits": limits,
        "layers": [{"id": name, "dataType": "vector", "minTileMatrix": shallowest.to_string(), "maxTileMatrix": deepest.to_string()}],
        "links": links,
    })
}

/// `GET /ogc/tileMatrixSets`.
pub(super) async fn matrix_sets(asked: Asked) -> Result<Response, Problem> {
    asked.checked()?;
    let links = asked.links_to("/tileMatrixSets/WebMercatorQuad");
    let one = json!({"id": "WebMercatorQuad", "title": "Web Mercator", "uri": SCHEME, "crs": WEB_MERCATOR, "links": links});
    Ok(json(&json!({"tileMatrixSets": [one]}), JSON))
}

/// `GET /ogc/tileMatrixSets/WebMercatorQuad`.
pub(super) async fn matrix_set(asked: Asked) -> Result<Response, Problem> {
    asked.checked()?;
    let matrices: Vec<Value> = (0..=DEEPEST)
        .map(|zoom| {
            let side = 1_u64 << zoom;
            let metres_per_pixel = 2.0 * HALF / PIXELS / side as f64;
            json!({
                "id": zoom.to_string(),
                "scaleDenominator": metres_per_pixel / 0.00028,
                "cellSize": metres_per_pixel,
                "cornerOfOrigin": "topLeft",
                "pointOfOrigin": [-HALF, HALF],
                "tileWidth": PIXELS as u32,
                "tileHeight": PIXELS as u32,
                "matrixWidth": side,
                "matrixHeight": side,
            })
        })
        .collect();
    let body = json!({
        "id": "WebMercatorQuad",
        "title": "Web Mercator",
        "uri": SCHEME,
        "crs": WEB_MERCATOR,
        "orderedAxes": ["X", "Y"],
        "wellKnownScaleSet": "http://www.opengis.net/def/wkss/OGC/1.0/GoogleMapsCompatible",
        "tileMatrices": matrices,
    });
    Ok(json(&body, JSON))
}
