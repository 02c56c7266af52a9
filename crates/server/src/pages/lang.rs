//! In which language is this page? French first; English under `/en`. The language is in the address: no cookie.

use std::fmt::Display;

/// The language of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// French, at the root.
    #[default]
    French,
    /// English, under `/en`.
    English,
}

impl Lang {
    /// The language of a request's path, and the path without it (`/en/carte` → English, `/carte`).
    pub fn of_path(path: &str) -> (Self, &str) {
        match path.strip_prefix("/en") {
            Some("") => (Self::English, "/"),
            Some(rest) if rest.starts_with('/') => (Self::English, rest),
            _ => (Self::French, path),
        }
    }

    /// The text of this language.
    pub fn say<'a>(self, french: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::French => french,
            Self::English => english,
        }
    }

    /// The address, in this language, of a path written without language.
    pub fn href(self, path: impl Display) -> String {
        match self {
            Self::French => path.to_string(),
            Self::English => format!("/en{path}"),
        }
    }

    /// The BCP 47 code.
    pub fn code(self) -> &'static str {
        self.say("fr", "en")
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::French => Self::English,
            Self::English => Self::French,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn only_a_whole_first_segment_is_a_language() {
        assert_eq!(Lang::of_path("/en"), (Lang::English, "/"));
        assert_eq!(Lang::of_path("/en/"), (Lang::English, "/"));
        assert_eq!(Lang::of_path("/en/carte"), (Lang::English, "/carte"));
        assert_eq!(Lang::of_path("/energie"), (Lang::French, "/energie"));
    }
}
