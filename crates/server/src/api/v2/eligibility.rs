//! `GET /api/v2/eligibility`: one place, by coordinates or by address, every fact.

use super::verdict;
use crate::api::{json, question};
use crate::http::params::Params;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::state::AppState;
use axum::extract::State;
use axum::response::Response;

/// Une adresse ou un point est-il raccordable ? Le verdict, sa règle et tous les faits.
#[utoipa::path(get, path = "/api/v2/eligibility", tag = "v2",
    params(
        ("q" = Option<String>, Query, description = "Une adresse, dans n’importe quelle forme. Soit `q`, soit `lon` et `lat`.", example = "12 rue des Lilas"),
        ("lon" = Option<f64>, Query, description = "Longitude, degrés décimaux", minimum = -180, maximum = 180, example = 2.3581),
        ("lat" = Option<f64>, Query, description = "Latitude, degrés décimaux", minimum = -90, maximum = 90, example = 48.8837),
        ("for" = Option<question::Wanted>, Query, description = "`heat` (chaleur, par défaut) ou `cold` (froid)")),
    responses(
        (status = 200, description = "Le verdict", body = verdict::Verdict),
        (status = 400, description = "`missing-parameter`, `conflicting-parameters`, `invalid-parameter`, `invalid-coordinates`, `swapped-coordinates`, `outside-territory`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`address-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-data`, `no-addresses`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn one(
    State(state): State<AppState>,
    params: Params,
) -> Result<Response, Problem> {
    let service = question::service(&params)?;
    let has_point = params.get("lon").is_some() || params.get("lat").is_some();
    match params.get("q") {
        Some(_) if has_point => Err(Problem::new(Code::ConflictingParameters).at("q, lon, lat")),
        Some(text) => {
            let (served, addresses) = (state.served_or_problem()?, state.addresses_or_problem()?);
            let place = question::find(&addresses, text)?;
            json::private_json(&place.assess(&served.snapshot, service))
        }
        None if has_point => {
            let place = question::point(&params)?;
            let served = state.served_or_problem()?;
            json::private_json(&served.snapshot.assess(place, service))
        }
        None => Err(Problem::new(Code::MissingParameter)
            .at("q, lon, lat")
            .detail("Il faut une adresse (q) ou un point (lon et lat).")),
    }
}
