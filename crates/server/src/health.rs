//! Is it alive, can it answer?

use crate::http::problem::Problem;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// What is in service.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// `live` or `ready`.
    #[schema(example = "ready")]
    status: &'static str,
    /// Number of the edition in service; null on the demonstration territory.
    #[serde(skip_serializing_if = "Option::is_none")]
    release: Option<Option<u32>>,
    /// Whether the territory is fictional.
    #[serde(skip_serializing_if = "Option::is_none")]
    fictional: Option<bool>,
    /// Whether addresses can be asked by text.
    #[serde(skip_serializing_if = "Option::is_none")]
    addresses: Option<bool>,
}

/// The process answers.
#[utoipa::path(get, path = "/health/live", tag = "service",
    responses((status = 200, description = "Le processus répond", body = Health)))]
pub(crate) async fn live() -> Json<Health> {
    Json(Health {
        status: "live",
        release: None,
        fictional: None,
        addresses: None,
    })
}

/// An edition, or the demonstration territory, is in service. The address index is optional.
#[utoipa::path(get, path = "/health/ready", tag = "service",
    responses(
        (status = 200, description = "Une édition est en service", body = Health),
        (status = 503, description = "`no-data` : aucune édition en service", body = crate::http::problem::ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn ready(State(state): State<AppState>) -> Result<Json<Health>, Problem> {
    let served = state.served_or_problem()?;
    Ok(Json(Health {
        status: "ready",
        release: Some(served.release()),
        fictional: Some(served.is_fictional()),
        addresses: Some(state.addresses().is_some()),
    }))
}
