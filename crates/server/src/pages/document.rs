//! How does a page leave? Rendered, with its status and the headers of its privacy.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// How long a page may be kept, and what it may tell the next site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// Anybody may keep it for a minute.
    Public,
    /// It holds what a person asked: kept nowhere, told to nobody.
    Personal,
}

/// The response of a template.
pub fn page(template: &impl askama::Template, status: StatusCode, privacy: Privacy) -> Response {
    match template.render() {
        Ok(html) => {
            let mut response = (status, html).into_response();
            let headers = response.headers_mut();
            let kind = HeaderValue::from_static("text/html; charset=utf-8");
            headers.insert(header::CONTENT_TYPE, kind);
            let kept = match privacy {
                Privacy::Public => "public, max-age=60",
                Privacy::Personal => "no-store",
            };
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
            if privacy == Privacy::Personal {
                headers.insert(
                    header::REFERRER_POLICY,
                    HeaderValue::from_static("no-referrer"),
                );
                let robots = HeaderValue::from_static("noindex");
                headers.insert(header::HeaderName::from_static("x-robots-tag"), robots);
            }
            response
        }
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// A page anybody may keep.
pub fn public(template: &impl askama::Template) -> Response {
    page(template, StatusCode::OK, Privacy::Public)
}

/// A page that holds what a person asked.
pub fn personal(template: &impl askama::Template) -> Response {
    page(template, StatusCode::OK, Privacy::Personal)
}

/// An error page.
pub fn refusal((status, template): (StatusCode, impl askama::Template)) -> Response {
    page(&template, status, Privacy::Personal)
}
