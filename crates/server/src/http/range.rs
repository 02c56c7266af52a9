//! Which part of a file does a request want? One range of bytes (RFC 9110), held against what the client already has.

use axum::http::{HeaderMap, header};

/// What to send of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// All of it.
    Whole,
    /// From the first to the last byte named, both included.
    Part {
        /// First byte.
        first: u64,
        /// Last byte.
        last: u64,
    },
    /// Nothing: the client has it.
    Nothing,
    /// Bytes that the file does not have.
    Beyond,
}

/// What tells a version of a file from another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Version<'a> {
    /// Its entity tag, quoted, strong.
    pub(crate) etag: &'a str,
    /// When it was made, as an HTTP date.
    pub(crate) modified: &'a str,
}

/// What these headers want of a file of that length and version. Several ranges, or one that is not understood, are the
/// whole file, as the standard allows.
pub(crate) fn wanted(headers: &HeaderMap, length: u64, version: Version<'_>) -> Wanted {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(known) = text(header::IF_NONE_MATCH) {
        if known
            .split(',')
            .map(|tag| tag.trim().trim_start_matches("W/"))
            .any(|tag| tag == "*" || tag == version.etag)
        {
            return Wanted::Nothing;
        }
    } else if text(header::IF_MODIFIED_SINCE) == Some(version.modified) {
        return Wanted::Nothing;
    }
    let same = text(header::IF_RANGE)
        .is_none_or(|known| known == version.etag || known == version.modified);
    match text(header::RANGE).filter(|_| same) {
        Some(range) => part(range, length),
        None => Wanted::Whole,
    }
}

fn part(range: &str, length: u64) -> Wanted {
    let Some((from, to)) = range
        .strip_prefix("bytes=")
        .filter(|ranges| !ranges.contains(','))
        .and_then(|range| range.trim().split_once('-'))
    else {
        return Wanted::Whole;
    };
    let number = |text: &str| text.parse::<u64>().ok();
    match (from.is_empty(), number(from), to.is_empty(), number(to)) {
        // The last so many bytes.
        (true, _, false, Some(count)) if count > 0 && length > 0 => Wanted::Part {
            first: length.saturating_sub(count),
            last: length - 1,
        },
        (true, _, false, Some(_)) => Wanted::Beyond,
        (false, Some(first), true, _) if first < length => Wanted::Part {
            first,
            last: length - 1,
        },
        (false, Some(first), false, Some(last)) if first <= last && first < length => {
            Wanted::Part {
                first,
                last: last.min(length - 1),
            }
        }
        (false, Some(first), false, Some(last)) if first > last => Wanted::Whole,
        (false, Some(_), _, _) => Wanted::Beyond,
        _ => Wanted::Whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;

    const VERSION: Version<'_> = Version {
        etag: "\"abc\"",
        modified: "Tue, 01 Sep 2026 08:00:00 GMT",
    };

    fn of(pairs: &[(HeaderName, &str)]) -> Wanted {
        let headers = pairs
            .iter()
            .map(|(name, value)| (name.clone(), value.parse().unwrap()))
            .collect();
        wanted(&headers, 100, VERSION)
    }

    #[test]
    fn one_range_is_a_part_and_what_is_not_understood_is_the_whole() {
        let range = |text: &str| of(&[(header::RANGE, text)]);
        assert_eq!(range("bytes=0-9"), Wanted::Part { first: 0, last: 9 });
        assert_eq!(
            range("bytes=90-"),
            Wanted::Part {
                first: 90,
                last: 99
            }
        );
        assert_eq!(
            range("bytes=-10"),
            Wanted::Part {
                first: 90,
                last: 99
            }
        );
        assert_eq!(range("bytes=-500"), Wanted::Part { first: 0, last: 99 });
        assert_eq!(
            range("bytes=50-900"),
            Wanted::Part {
                first: 50,
                last: 99
            }
        );
        for beyond in ["bytes=100-", "bytes=100-200", "bytes=-0"] {
            assert_eq!(range(beyond), Wanted::Beyond, "{beyond}");
        }
        for whole in [
            "bytes=0-9,20-29",
            "lines=0-9",
            "bytes=9-0",
            "bytes=a-b",
            "bytes",
        ] {
            assert_eq!(range(whole), Wanted::Whole, "{whole}");
        }
    }

    #[test]
    fn a_part_is_sent_only_of_the_version_that_the_client_has() {
        let part = Wanted::Part { first: 0, last: 9 };
        let if_range = |text: &str| of(&[(header::RANGE, "bytes=0-9"), (header::IF_RANGE, text)]);
        assert_eq!(if_range("\"abc\""), part);
        assert_eq!(if_range(VERSION.modified), part);
        assert_eq!(if_range("\"other\""), Wanted::Whole);
        assert_eq!(if_range("W/\"abc\""), Wanted::Whole);
    }

    #[test]
    fn what_the_client_has_is_not_sent_again() {
        assert_eq!(
            of(&[(header::IF_NONE_MATCH, "\"x\", \"abc\"")]),
            Wanted::Nothing
        );
        assert_eq!(of(&[(header::IF_NONE_MATCH, "*")]), Wanted::Nothing);
        assert_eq!(of(&[(header::IF_NONE_MATCH, "\"x\"")]), Wanted::Whole);
        assert_eq!(
            of(&[(header::IF_MODIFIED_SINCE, VERSION.modified)]),
            Wanted::Nothing
        );
    }
}
