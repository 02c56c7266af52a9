//! Links from one answer to the others.

use serde::Serialize;

/// A link (RFC 8288).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Link {
    pub(super) href: String,
    pub(super) rel: &'static str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(super) media_type: Option<&'static str>,
    pub(super) title: String,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) templated: bool,
}

pub(super) const JSON: &str = "application/json";
pub(super) const GEOJSON: &str = "application/geo+json";
pub(super) const HTML: &str = "text/html";
pub(super) const FLATGEOBUF: &str = "application/flatgeobuf";
pub(super) const SCHEMA: &str = "application/schema+json";
pub(super) const OPENAPI: &str = "application/vnd.oai.openapi+json;version=3.0";

impl Link {
    /// A link to something of that media type.
    pub(super) fn new(
        href: impl Into<String>,
        rel: &'static str,
        media_type: &'static str,
        title: impl Into<String>,
    ) -> Self {
        Self {
            href: href.into(),
            rel,
            media_type: Some(media_type),
            title: title.into(),
            templated: false,
        }
    }

    /// As a header's value; `None` when it cannot be one.
    pub(super) fn header(&self) -> Option<axum::http::HeaderValue> {
        let kind = self.media_type.unwrap_or_default();
        format!("<{}>; rel=\"{}\"; type=\"{kind}\"", self.href, self.rel)
            .parse()
            .ok()
    }
}

/// This answer in its three forms: itself, and the alternates.
pub(super) fn self_and_alternates(
    address: &str,
    query: &[(&str, &str)],
    current: &'static str,
    forms: &[(&'static str, &'static str, &'static str)],
) -> Vec<Link> {
    forms
        .iter()
        .map(|(name, media_type, title)| {
            let rel = if *media_type == current {
                "self"
            } else {
                "alternate"
            };
            let mut pairs: Vec<(&str, &str)> =
                query.iter().copied().filter(|(n, _)| *n != "f").collect();
            pairs.push(("f", name));
            Link::new(with_query(address, &pairs), rel, media_type, *title)
        })
        .collect()
}

/// An address with these parameters.
pub(super) fn with_query(address: &str, pairs: &[(&str, &str)]) -> String {
    if pairs.is_empty() {
        return address.to_owned();
    }
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    format!("{address}?{query}")
}
