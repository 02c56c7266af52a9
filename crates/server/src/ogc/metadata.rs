//! What is here, and what does it conform to? Landing page, conformance, collections, queryables.

use super::collections::Collection;
use super::crs::Crs;
use super::features::{Features, schema_type};
use super::links::{FLATGEOBUF, GEOJSON, HTML, JSON, Link, OPENAPI, SCHEMA};
use super::query::Form;
use super::{Asked, html, json, moments};
use crate::http::problem::Problem;
use axum::extract::Path;
use axum::response::Response;
use caloduc_formats::table::{GeometryKind, Kind};
use serde_json::{Map, Value, json};

/// The conformance classes, each of which has its tests.
pub(super) const CONFORMS_TO: [&str; 25] = [
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
    "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
    "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/accent-insensitive-comparison",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
    "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/array-functions",
    "http://www.opengis.net/spec/cql2/1.0/conf/property-property",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tileset",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/tilesets-list",
    "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
];

/// `GET /ogc`.
pub(super) async fn landing(asked: Asked) -> Result<Response, Problem> {
    asked.checked()?;
    let root = &asked.root;
    let mut links = asked.links_to("");
    links.extend([
        Link::new(
            format!("{root}/api"),
            "service-desc",
            OPENAPI,
            "Description OpenAPI",
        ),
        Link::new(
            format!("{root}/api?f=html"),
            "service-doc",
            HTML,
            "Documentation",
        ),
        Link::new(
            format!("{root}/conformance"),
            "conformance",
            JSON,
            "Conformité",
        ),
        Link::new(format!("{root}/collections"), "data", JSON, "Collections"),
        Link::new(
            format!("{root}/tileMatrixSets"),
            "http://www.opengis.net/def/rel/ogc/1.0/tiling-schemes",
            JSON,
            "Découpages en tuiles",
        ),
    ]);
    if asked.form == Form::Html {
        return html::landing(&asked, &links);
    }
    let body = json!({
        "title": "Réseaux de chaleur et de froid",
        "description": "Tracés, projets, périmètres de développement prioritaire et communes, édition par édition.",
        "attribution": "Licence Ouverte 2.0",
        "links": links,
    });
    Ok(json(&body, JSON))
}

/// `GET /ogc/conformance`.
pub(super) async fn conformance(asked: Asked) -> Result<Response, Problem> {
    asked.checked()?;
    if asked.form == Form::Html {
        return html::conformance(&asked, &CONFORMS_TO);
    }
    let links = asked.links_to("/conformance");
    Ok(json(
        &json!({"conformsTo": CONFORMS_TO, "links": links}),
        JSON,
    ))
}

/// `GET /ogc/collections`.
pub(super) async fn collections(asked: Asked) -> Result<Response, Problem> {
    asked.checked()?;
    let features = served(&asked).await?;
    let first = first_publication(&asked).await;
    if asked.form == Form::Html {
        return html::collections(&asked, &features);
    }
    let all: Vec<Value> = Collection::ALL
        .into_iter()
        .map(|of| described(&asked, &features, of, first.as_deref(), "#/crs"))
        .collect();
    let links = asked.links_to("/collections");
    let crs = Crs::ALL.map(Crs::uri);
    Ok(json(
        &json!({"links": links, "crs": crs, "collections": all}),
        JSON,
    ))
}

/// `GET /ogc/collections/{id}`.
pub(super) async fn collection(asked: Asked, Path(id): Path<String>) -> Result<Response, Problem> {
    asked.checked()?;
    let of = Asked::collection(&id)?;
    let features = served(&asked).await?;
    let first = first_publication(&asked).await;
    let mut body = described(&asked, &features, of, first.as_deref(), "");
    if asked.form == Form::Html {
        return html::collection(&asked, &features, of);
    }
    body["crs"] = json!(Crs::ALL.map(Crs::uri));
    Ok(json(&body, JSON))
}

async fn served(asked: &Asked) -> Result<std::sync::Arc<Features>, Problem> {
    moments::features(&asked.state, None)
        .await?
        .ok_or_else(|| Problem::new(crate::http::problem::Code::NoData))
}

/// When the first edition was put into service.
async fn first_publication(asked: &Asked) -> Option<String> {
    let store = asked.state.store()?.clone();
    let found = tokio::task::spawn_blocking(move || store.publications()).await;
    let publications = found.ok()?.ok()?;
    let first = publications.first()?;
    Some(first.published.as_str().to_owned())
}

fn described(
    asked: &Asked,
    features: &Features,
    of: Collection,
    first: Option<&str>,
    crs: &str,
) -> Value {
    let home = format!("{}/collections/{}", asked.root, of.id());
    let mut links = asked.links_to(&format!("/collections/{}", of.id()));
    links.extend([
        Link::new(
            format!("{home}/items"),
            "items",
            GEOJSON,
            "Objets, en GeoJSON",
        ),
        Link::new(
            format!("{home}/items?f=html"),
            "items",
            HTML,
            "Objets, en HTML",
        ),
        Link::new(
            format!("{home}/items?f=fgb"),
            "items",
            FLATGEOBUF,
            "Objets, en FlatGeobuf",
        ),
        Link::new(
            format!("{home}/queryables"),
            "http://www.opengis.net/def/rel/ogc/1.0/queryables",
            SCHEMA,
            "Propriétés qu’on peut filtrer",
        ),
        Link::new(
            "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
            "license",
            HTML,
            "Licence Ouverte 2.0",
        ),
    ]);
    if of.tiles().is_some() {
        links.push(Link::new(
            format!("{home}/tiles"),
            "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector",
            JSON,
            "Tuiles vectorielles",
        ));
    }
    let table = features.table(of);
    let mut extent = Map::new();
    if let Some(bounds) = table.extent().map(crate::api::rounded_box) {
        let sides = [bounds.west, bounds.south, bounds.east, bounds.north];
        let crs = Crs::Degrees.uri();
        extent.insert("spatial".to_owned(), json!({"bbox": [sides], "crs": crs}));
    }
    if let Some(first) = first {
        extent.insert(
            "temporal".to_owned(),
            json!({"interval": [[first, null]], "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"}),
        );
    }
    json!({
        "id": of.id(),
        "title": of.title(),
        "description": format!("{}, {} objets dans l’édition en service.", of.title(), table.features.len()),
        "attribution": "Licence Ouverte 2.0",
        "itemType": "feature",
        "extent": extent,
        "crs": [crs],
        "storageCrs": Crs::Degrees.uri(),
        "links": links,
    })
}

/// `GET /ogc/collections/{id}/queryables`.
pub(super) async fn queryables(asked: Asked, Path(id): Path<String>) -> Result<Response, Problem> {
    asked.checked()?;
    let of = Asked::collection(&id)?;
    let features = served(&asked).await?;
    if asked.form == Form::Html {
        return html::queryables(&asked, &features, of);
    }
    let mut properties: Map<String, Value> = features
        .table(of)
        .columns
        .iter()
        .map(|column| {
            let mut property = json!({"title": column.title, "type": schema_type(column.kind)});
            if column.kind == Kind::List {
                property["items"] = json!({"type": "string"});
            }
            (column.name.clone(), property)
        })
        .collect();
    let layer = of.layer();
    let has_areas = asked
        .state
        .served()
        .is_some_and(|served| served.snapshot.rows(layer).any(|row| row.is_area()));
    let format = match of.geometry() {
        GeometryKind::Lines if has_areas => "geometry-any",
        GeometryKind::Point => "geometry-point",
        GeometryKind::Lines => "geometry-multilinestring",
        GeometryKind::Polygons => "geometry-multipolygon",
    };
    properties.insert(
        "geometry".to_owned(),
        json!({"title": "Géométrie", "format": format, "x-ogc-role": "primary-geometry"}),
    );
    let body = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": format!("{}/collections/{}/queryables", asked.root, of.id()),
        "type": "object",
        "title": of.title(),
        "properties": properties,
        "additionalProperties": false,
    });
    Ok(json(&body, SCHEMA))
}
