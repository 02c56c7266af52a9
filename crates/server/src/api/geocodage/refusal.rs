//! What is refused, in the shape of the national service: `{"code": 400, "message": …, "detail": […]}`.
//!
//! Which language? What that service says is said in its own words, English, since its clients compare them (`Failed
//! parsing query` and its details, `A CSV file must be provided in data field`). What is only ours is said in French.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use caloduc_geocoder::contract::BadQuery;
use serde::Serialize;
use utoipa::ToSchema;

/// A refusal.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({"code": 400, "message": "Failed parsing query",
    "detail": ["q: must contain between 3 and 200 chars and start with a number or a letter"]}))]
pub(crate) struct Refusal {
    /// The HTTP status.
    code: u16,
    /// What is wrong.
    message: String,
    /// One sentence for each parameter that is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    detail: Vec<String>,
    #[serde(skip)]
    retry_after_s: Option<u32>,
}

impl Refusal {
    pub(crate) fn new(code: u16, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            detail: Vec::new(),
            retry_after_s: None,
        }
    }

    /// No index is in service.
    pub(crate) fn no_addresses() -> Self {
        Self::new(503, "Aucun index d’adresses n’est en service")
    }

    /// Too many files at once.
    pub(crate) fn busy() -> Self {
        Self {
            retry_after_s: Some(5),
            ..Self::new(
                429,
                "Trop de fichiers sont en cours : réessayez dans un instant",
            )
        }
    }
}

impl From<BadQuery> for Refusal {
    fn from(bad: BadQuery) -> Self {
        Self {
            detail: bad.detail,
            ..Self::new(400, "Failed parsing query")
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response =
            (status, [(header::CONTENT_TYPE, "application/json")], body).into_response();
        if let Some(seconds) = self.retry_after_s {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
