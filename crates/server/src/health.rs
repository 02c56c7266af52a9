//! Is it alive, can it answer?

use crate::http::problem::Problem;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// The process answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Live {
    /// `live`.
    #[schema(example = "live")]
    status: &'static str,
}

/// What is in service.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    /// `ready`.
    #[schema(example = "ready")]
    status: &'static str,
    /// Number of the edition in service; null on the demonstration territory.
    #[schema(required)]
    release: Option<u32>,
    /// Whether the territory is fictional.
    fictional: bool,
    /// Whether addresses can be asked by text.
    addresses: bool,
}

/// The process answers.
#[utoipa::path(get, path = "/health/live", tag = "service",
    responses((status = 200, description = "Le processus répond", body = Live)))]
pub(crate) async fn live() -> Json<Live> {
    Json(Live { status: "live" })
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
        release: served.release(),
        fictional: served.is_fictional(),
        addresses: state.addresses().is_some(),
    }))
}
