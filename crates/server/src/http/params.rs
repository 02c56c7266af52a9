//! What does the query say? A repeated parameter: the last wins; an empty one is absent.

use crate::http::problem::{Code, Problem};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::convert::Infallible;
use std::str::FromStr;

/// The parameters of a query or of a form.
#[derive(Debug, Clone, Default)]
pub(crate) struct Params(Vec<(String, String)>);

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

impl Params {
    /// Reads `a=1&b=2`.
    pub(crate) fn parse(query: &str) -> Self {
        Self(
            form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    /// The parameter, trimmed.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.given(name).last().filter(|value| !value.is_empty())
    }

    fn given<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(given, _)| given == name)
            .map(|(_, value)| value.trim())
    }

    /// Names and values, as given.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The parameter read as a `T`, when given.
    pub(crate) fn parsed<T: FromStr>(
        &self,
        name: &'static str,
        expected: &str,
    ) -> Result<Option<T>, Problem> {
        self.get(name)
            .map(|text| {
                text.parse().map_err(|_unreadable: T::Err| {
                    Problem::new(Code::InvalidParameter)
                        .at(name)
                        .detail(format!("« {name} » doit être {expected}."))
                })
            })
            .transpose()
    }

    /// A whole number between two bounds, when given.
    pub(crate) fn between(
        &self,
        name: &'static str,
        least: usize,
        most: usize,
    ) -> Result<Option<usize>, Problem> {
        let expected = format!("un nombre entier entre {least} et {most}");
        let value = self.parsed::<usize>(name, &expected)?;
        match value {
            Some(value) if !(least..=most).contains(&value) => {
                Err(Problem::new(Code::InvalidParameter)
                    .at(name)
                    .detail(format!("« {name} » doit être {expected}.")))
            }
            value => Ok(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_a_repeated_parameter_wins_and_an_empty_one_is_absent() {
        let params = Params::parse("q=un&q=deux&limit=&citycode=%20&columns=a&columns=b");
        assert_eq!(params.get("q"), Some("deux"));
        assert_eq!(params.get("limit"), None);
        assert_eq!(params.get("citycode"), None);
        assert_eq!(params.get("columns"), Some("b"));
        assert_eq!(Params::parse("q=un&q=").get("q"), None);
    }
}
