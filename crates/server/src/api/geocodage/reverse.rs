//! `GET /geocodage/reverse`: a point to the nearest addresses.

use super::refusal::Refusal;
use super::search::{AddressCollection, collection};
use crate::http::params::Params;
use crate::http::problem::ProblemBody;
use crate::state::AppState;
use axum::extract::State;
use axum::response::Response;
use caloduc_geocoder::contract::ReverseQuery;
use caloduc_geocoder::response::{Detail, FeatureCollection};

/// Un point vers les adresses les plus proches.
#[utoipa::path(get, path = "/geocodage/reverse", tag = "geocodage",
    params(
        ("lat" = f64, Query, description = "Latitude", minimum = -90, maximum = 90, example = 48.8842),
        ("lon" = f64, Query, description = "Longitude", minimum = -180, maximum = 180, example = 2.3593),
        ("limit" = Option<u32>, Query, description = "Nombre de réponses, 10 par défaut", minimum = 1, maximum = 20),
        ("radius" = Option<f64>, Query, description = "Distance la plus grande, mètres ; sans limite par défaut", minimum = 0),
        ("type" = Option<String>, Query, description = "housenumber, street, locality ou municipality"),
        ("postcode" = Option<String>, Query, description = "Code postal", pattern = "^\\d{5}$"),
        ("citycode" = Option<String>, Query, description = "Code INSEE"),
        ("city" = Option<String>, Query, description = "Nom de commune, sans citycode")),
    responses(
        (status = 200, description = "Les adresses, la plus proche d’abord", body = AddressCollection),
        (status = 400, description = "La question est refusée", body = Refusal),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "Aucun index d’adresses en service", body = Refusal)))]
pub(crate) async fn reverse(
    State(state): State<AppState>,
    params: Params,
) -> Result<Response, Refusal> {
    let addresses = state.addresses().ok_or_else(Refusal::no_addresses)?;
    let query = ReverseQuery::parse(params.pairs(), &addresses)?;
    let hits = addresses.reverse(&query.request());
    collection(&FeatureCollection {
        hits: &hits,
        query: None,
        detail: Detail::National,
    })
}
