//! What did the address of the page ask? Parameters as written, none of them an error: what cannot be read is as if it
//! were not there.

use super::written::query_value;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::convert::Infallible;
use std::fmt::Write as _;

/// Longest value that is read; the rest of a longer one is cut.
const LONGEST: usize = 2000;

/// The parameters of a page, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Params(Vec<(String, String)>);

impl Params {
    /// The parameters of a query string.
    pub fn parse(query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes());
        Self(
            pairs
                .map(|(name, value)| {
                    let value: String = value.trim().chars().take(LONGEST).collect();
                    (name.into_owned(), value)
                })
                .collect(),
        )
    }

    /// The value of a parameter; `None` when it is not there or empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Every value of a parameter that is not empty.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// Whether a parameter is there, empty or not.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// A number; a decimal comma is understood.
    pub fn number(&self, name: &str) -> Option<f64> {
        let value: f64 = self.get(name)?.replace(',', ".").parse().ok()?;
        value.is_finite().then_some(value)
    }

    /// The same with one parameter set.
    #[must_use]
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut out = self.without(name);
        out.0.push((name.to_owned(), value.to_owned()));
        out
    }

    /// The same without a parameter.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let kept = self.0.iter().filter(|(known, _)| known != name);
        Self(kept.cloned().collect())
    }

    /// The same without one value of a parameter.
    #[must_use]
    pub fn without_value(&self, name: &str, value: &str) -> Self {
        let kept = self.0.iter().filter(|(n, v)| n != name || v != value);
        Self(kept.cloned().collect())
    }

    /// As a query string with its question mark, empty values left out; nothing when there is none.
    pub fn query(&self) -> String {
        let mut out = String::new();
        for (name, value) in &self.0 {
            if value.is_empty() {
                continue;
            }
            let mark = if out.is_empty() { '?' } else { '&' };
            let _ = write!(out, "{mark}{}={}", query_value(name), query_value(value));
        }
        out
    }

    /// Names and values, in order.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::Params;

    #[test]
    fn what_is_read_is_written_back_without_what_is_empty() {
        let params = Params::parse("q=12+rue&vide=&energie=a&energie=b");
        assert_eq!(params.get("q"), Some("12 rue"));
        assert_eq!(params.get("vide"), None);
        assert!(params.has("vide"));
        assert_eq!(params.query(), "?q=12+rue&energie=a&energie=b");
        assert_eq!(
            params.without_value("energie", "a").query(),
            "?q=12+rue&energie=b"
        );
        assert_eq!(
            params.with("q", "é").query(),
            "?energie=a&energie=b&q=%C3%A9"
        );
    }

    #[test]
    fn a_number_may_have_a_comma_and_nonsense_is_no_number() {
        let params = Params::parse("a=2,35&b=x&c=inf");
        assert_eq!(params.number("a"), Some(2.35));
        assert_eq!(params.number("b"), None);
        assert_eq!(params.number("c"), None);
    }
}
