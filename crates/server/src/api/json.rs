//! A value as an answer.

use crate::http::problem::Problem;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// Serialises now, so that values may borrow from what is swapped.
pub(crate) fn json(value: &impl Serialize) -> Result<Response, Problem> {
    let body = serde_json::to_vec(value).map_err(|error| Problem::internal(&error))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

/// An answer about an address or a point: nobody on the way keeps it.
pub(crate) fn private_json(value: &impl Serialize) -> Result<Response, Problem> {
    let mut response = json(value)?;
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    Ok(response)
}
