//! `GET /api/v1/eligibility`: the national service's answer, key for key.

use crate::api::{json, question};
use crate::http::params::Params;
use crate::http::problem::{Problem, ProblemBody};
use crate::state::AppState;
use axum::extract::State;
use axum::response::Response;
use caloduc_engine::eligibility::{Service, Verdict};
use serde::Serialize;
use utoipa::ToSchema;

/// The answer for a point; null when unknown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = EligibilityV1, example = json!({
    "distance": 47, "futurNetwork": false, "gestionnaire": "Énergies du Caloduc", "id": "1302C", "inPDP": false,
    "isEligible": true, "name": "Réseau du Port", "rateCO2": 0.07, "rateENRR": 65.4}))]
pub(crate) struct EligibilityV1<'a> {
    /// Metres to the nearest matched network, rounded.
    distance: Option<u32>,
    /// Whether the network is under construction.
    futur_network: bool,
    /// Who runs it.
    gestionnaire: Option<&'a str>,
    /// SNCU id.
    id: Option<&'a str>,
    /// Whether the point is in a périmètre de développement prioritaire.
    #[serde(rename = "inPDP")]
    in_pdp: bool,
    /// Whether the address is eligible.
    is_eligible: bool,
    /// Name of the network.
    name: Option<&'a str>,
    /// Life-cycle CO2 content, kg/kWh.
    #[serde(rename = "rateCO2")]
    rate_co2: Option<f64>,
    /// Share of renewable and recovered heat, 0 to 100.
    #[serde(rename = "rateENRR")]
    rate_enrr: Option<f64>,
}

impl<'a> From<&Verdict<'a>> for EligibilityV1<'a> {
    fn from(verdict: &Verdict<'a>) -> Self {
        let network = verdict.network.as_ref();
        Self {
            distance: verdict.distance_m,
            futur_network: verdict.kind.is_future(),
            gestionnaire: network.and_then(|n| n.operator),
            id: network.and_then(|n| n.id),
            in_pdp: verdict.kind.is_in_priority_area(),
            is_eligible: verdict.eligible,
            name: network.and_then(|n| n.name),
            rate_co2: network.and_then(|n| n.co2_lca_kg_per_kwh),
            rate_enrr: network.and_then(|n| n.renewable_rate_pct),
        }
    }
}

/// Un point est-il raccordable ? Réponse du service national, clé pour clé.
#[utoipa::path(get, path = "/api/v1/eligibility", tag = "v1",
    params(
        ("lat" = f64, Query, description = "Latitude, degrés décimaux", minimum = -90, maximum = 90, example = 48.8837),
        ("lon" = f64, Query, description = "Longitude, degrés décimaux", minimum = -180, maximum = 180, example = 2.3581)),
    responses(
        (status = 200, description = "La réponse", body = EligibilityV1),
        (status = 400, description = "`missing-parameter`, `invalid-coordinates`, `swapped-coordinates`, `outside-territory`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-data`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn eligibility(
    State(state): State<AppState>,
    params: Params,
) -> Result<Response, Problem> {
    let place = question::point(&params)?;
    let served = state.served_or_problem()?;
    let verdict = served.snapshot.assess(place, Service::Heat);
    json::private_json(&EligibilityV1::from(&verdict))
}
