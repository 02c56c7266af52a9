//! `GET /geocodage/search`: text to addresses.

use super::refusal::Refusal;
use crate::http::params::Params;
use crate::http::problem::ProblemBody;
use crate::state::AppState;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use caloduc_geocoder::contract::SearchQuery;
use caloduc_geocoder::response::{Detail, FeatureCollection};
use serde::Serialize;
use utoipa::ToSchema;

/// Addresses found, likeliest or nearest first.
#[derive(Serialize, ToSchema)]
#[allow(
    dead_code,
    reason = "describes caloduc_geocoder::response::FeatureCollection"
)]
#[schema(example = json!({"type": "FeatureCollection", "features": [{"type": "Feature",
    "geometry": {"type": "Point", "coordinates": [2.359_321, 48.884_235]},
    "properties": {"label": "12 Boulevard de la Chapelle 75018 Paris", "score": 0.97, "housenumber": "12", "id": "75118_1869_00012",
        "name": "12 Boulevard de la Chapelle", "postcode": "75018", "citycode": "75118", "x": 653_000.12, "y": 6_865_000.34, "city": "Paris",
        "district": "Paris 18e Arrondissement", "context": "75, Paris, Île-de-France", "type": "housenumber", "importance": 0.71,
        "street": "Boulevard de la Chapelle", "_type": "address"}}], "query": "12 bd de la chapelle paris 18"}))]
pub(crate) struct AddressCollection {
    /// `FeatureCollection`.
    #[serde(rename = "type")]
    kind: String,
    features: Vec<AddressFeature>,
    /// The text asked; absent for a point.
    #[serde(skip_serializing_if = "Option::is_none")]
    query: Option<String>,
}

/// One address.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddressFeature {
    /// `Feature`.
    #[serde(rename = "type")]
    kind: String,
    /// A GeoJSON point.
    #[schema(value_type = Object)]
    geometry: serde_json::Value,
    properties: AddressProperties,
}

/// What is said of an address; what does not apply is absent.
#[derive(Serialize, ToSchema)]
pub(crate) struct AddressProperties {
    label: String,
    /// 0 to 1.
    score: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    housenumber: Option<String>,
    id: String,
    #[serde(rename = "banId", skip_serializing_if = "Option::is_none")]
    ban_id: Option<String>,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    postcode: Option<String>,
    citycode: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    oldcitycode: Option<String>,
    /// Metres, legal projection.
    x: f64,
    y: f64,
    city: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    oldcity: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    district: Option<String>,
    context: String,
    /// `housenumber`, `street`, `locality` or `municipality`.
    #[serde(rename = "type")]
    kind: String,
    importance: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    street: Option<String>,
    /// `address`.
    #[serde(rename = "_type")]
    index: String,
    /// Metres, when a point was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    distance: Option<u64>,
}

/// Un texte vers des adresses.
#[utoipa::path(get, path = "/geocodage/search", tag = "geocodage",
    params(
        ("q" = String, Query, description = "Le texte, 3 à 200 caractères, le premier une lettre ou un chiffre", example = "12 bd de la chapelle paris 18"),
        ("limit" = Option<u32>, Query, description = "Nombre de réponses, 10 par défaut", minimum = 1, maximum = 20),
        ("autocomplete" = Option<bool>, Query, description = "Le texte peut être inachevé, oui par défaut"),
        ("lat" = Option<f64>, Query, description = "Latitude préférée, avec lon", minimum = -90, maximum = 90),
        ("lon" = Option<f64>, Query, description = "Longitude préférée, avec lat", minimum = -180, maximum = 180),
        ("type" = Option<String>, Query, description = "housenumber, street, locality ou municipality"),
        ("postcode" = Option<String>, Query, description = "Code postal", pattern = "^\\d{5}$"),
        ("citycode" = Option<String>, Query, description = "Code INSEE"),
        ("city" = Option<String>, Query, description = "Nom de commune, sans citycode")),
    responses(
        (status = 200, description = "Les adresses", body = AddressCollection),
        (status = 400, description = "La question est refusée", body = Refusal),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Aucun index d’adresses en service", body = Refusal)))]
pub(crate) async fn search(
    State(state): State<AppState>,
    params: Params,
) -> Result<Response, Refusal> {
    let addresses = state.addresses().ok_or_else(Refusal::no_addresses)?;
    let query = SearchQuery::parse(params.pairs(), &addresses)?;
    let hits = addresses.search(&query.request());
    collection(&FeatureCollection {
        hits: &hits,
        query: Some(query.text()),
        detail: Detail::National,
    })
}

/// Addresses as an answer that nobody on the way keeps.
pub(super) fn collection(found: &FeatureCollection<'_>) -> Result<Response, Refusal> {
    let body = serde_json::to_vec(found).map_err(|error| {
        tracing::error!(%error, "an answer could not be written");
        Refusal::new(500, "Internal error")
    })?;
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, body).into_response())
}
