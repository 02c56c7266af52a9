//! Where does each row of a CSV end, and where are its cells?
//!
//! RFC 4180 with the tolerance that real files need: any of the three line ends, a quote inside an unquoted cell, text
//! after a closing quote. A quote that is opened and never properly closed does not swallow the rows that follow: its
//! row ends at the end of its line and the quote counts as an ordinary character.

use memchr::{memchr, memchr2, memchr3};
use std::borrow::Cow;
use std::ops::Range;

/// A quoted cell longer than this is a quote somebody forgot to close.
const LONGEST_QUOTED_CELL: usize = 1 << 20;

/// Whether bytes may follow those at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Following {
    /// The text goes on.
    More,
    /// The text ends here.
    Nothing,
}

/// Where one row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Record {
    /// First byte.
    pub start: usize,
    /// One past the last byte of the last cell.
    pub end: usize,
    /// One past the line end: where the next row starts.
    pub next: usize,
    /// Whether any cell may be quoted.
    pub quoted: bool,
    /// Where a quote that is never properly closed stands: from there on quotes are ordinary characters.
    pub broken_at: Option<usize>,
}

impl Record {
    /// The row that starts at `start`; `None` when it is not complete and more bytes may follow, or at the end.
    pub fn find(bytes: &[u8], start: usize, delimiter: u8, following: Following) -> Option<Self> {
        if start >= bytes.len() {
            return None;
        }
        let mut quoted = false;
        let mut at = start;
        loop {
            let Some(hit) = memchr3(b'\n', b'\r', b'"', &bytes[at..]).map(|i| at + i) else {
                return (following == Following::Nothing).then_some(Self {
                    start,
                    end: bytes.len(),
                    next: bytes.len(),
                    quoted,
                    broken_at: None,
                });
            };
            if bytes[hit] != b'"' {
                return Self::ending_at(bytes, start, hit, following, quoted, None);
            }
            if hit > start && bytes[hit - 1] != delimiter {
                // A quote inside an unquoted cell: an inch, a nickname.
                at = hit + 1;
                quoted = true;
                continue;
            }
            quoted = true;
            match close(bytes, hit, delimiter, following) {
                Closing::At(after) => at = after,
                Closing::Unknown => return None,
                Closing::Never => {
                    let line_end = memchr2(b'\n', b'\r', &bytes[hit..]).map(|i| hit + i);
                    return match line_end {
                        Some(end) => {
                            Self::ending_at(bytes, start, end, following, quoted, Some(hit))
                        }
                        None => Some(Self {
                            start,
                            end: bytes.len(),
                            next: bytes.len(),
                            quoted,
                            broken_at: Some(hit),
                        }),
                    };
                }
            }
        }
    }

    fn ending_at(
        bytes: &[u8],
        start: usize,
        end: usize,
        following: Following,
        quoted: bool,
        broken_at: Option<usize>,
    ) -> Option<Self> {
        let next = match (bytes[end], bytes.get(end + 1)) {
            (b'\r', Some(b'\n')) => end + 2,
            (b'\r', None) if following == Following::More => return None,
            _ => end + 1,
        };
        Some(Self {
            start,
            end,
            next,
            quoted,
            broken_at,
        })
    }

    /// Whether the line is empty or white.
    pub fn is_blank(&self, bytes: &[u8]) -> bool {
        bytes[self.start..self.end]
            .iter()
            .all(|b| matches!(b, b' ' | b'\x0b' | b'\x0c'))
    }
}

enum Closing {
    /// The cell goes on, outside quotes, from here.
    At(usize),
    /// The bytes at hand don't say.
    Unknown,
    /// It is not a quoted cell after all.
    Never,
}

fn close(bytes: &[u8], open: usize, delimiter: u8, following: Following) -> Closing {
    let mut at = open + 1;
    loop {
        let Some(quote) = memchr(b'"', &bytes[at..]).map(|i| at + i) else {
            let too_long = bytes.len() - open > LONGEST_QUOTED_CELL;
            return if too_long || following == Following::Nothing {
                Closing::Never
            } else {
                Closing::Unknown
            };
        };
        if quote - open > LONGEST_QUOTED_CELL {
            return Closing::Never;
        }
        match bytes.get(quote + 1) {
            Some(b'"') => at = quote + 2,
            Some(&b) if b == delimiter || b == b'\n' || b == b'\r' => {
                return Closing::At(quote + 1);
            }
            None if following == Following::More => return Closing::Unknown,
            None => return Closing::At(quote + 1),
            // Text after the closing quote is tolerated on one line; over several it is a quote gone astray.
            Some(_) if memchr2(b'\n', b'\r', &bytes[open..quote]).is_some() => {
                return Closing::Never;
            }
            Some(_) => return Closing::At(quote + 1),
        }
    }
}

/// The cells of one row, as places in the bytes the row was found in. Reused from row to row.
#[derive(Debug, Default)]
pub struct Cells {
    places: Vec<Range<usize>>,
    broken_at: Option<usize>,
}

impl Cells {
    /// No cells yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cuts `record` into its cells.
    pub fn cut(&mut self, bytes: &[u8], record: &Record, delimiter: u8) {
        self.places.clear();
        self.broken_at = record.broken_at;
        let mut from = record.start;
        loop {
            let mut at = from;
            let literal = record.broken_at.is_some_and(|broken| from >= broken);
            if record.quoted && !literal && at < record.end && bytes[at] == b'"' {
                // `find` has established that the quote is closed within the record.
                if let Closing::At(after) =
                    close(&bytes[..record.end], at, delimiter, Following::Nothing)
                {
                    at = after;
                }
            }
            match memchr(delimiter, &bytes[at..record.end]) {
                Some(i) => {
                    self.places.push(from..at + i);
                    from = at + i + 1;
                }
                None => {
                    self.places.push(from..record.end);
                    return;
                }
            }
        }
    }

    /// How many cells.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none: before the first cut.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Bytes of a cell as written, quotes included.
    pub fn raw<'b>(&self, bytes: &'b [u8], index: usize) -> Option<&'b [u8]> {
        self.places.get(index).map(|place| &bytes[place.clone()])
    }

    /// What a cell says: quotes removed, doubled quotes made one. Bytes that are not UTF-8 are replaced.
    pub fn text<'b>(&self, bytes: &'b [u8], index: usize) -> Option<Cow<'b, str>> {
        let place = self.places.get(index)?.clone();
        let raw = &bytes[place.clone()];
        let literal = self.broken_at.is_some_and(|broken| place.start >= broken);
        if literal || raw.first() != Some(&b'"') {
            return Some(String::from_utf8_lossy(raw));
        }
        let inner = &raw[1..];
        if let Some(end) = memchr(b'"', inner)
            && end + 1 == inner.len()
        {
            return Some(String::from_utf8_lossy(&inner[..end]));
        }
        let mut out = Vec::with_capacity(inner.len());
        let mut in_quotes = true;
        let mut i = 0;
        while i < inner.len() {
            if in_quotes && inner[i] == b'"' {
                if inner.get(i + 1) == Some(&b'"') {
                    out.push(b'"');
                    i += 1;
                } else {
                    in_quotes = false;
                }
            } else {
                out.push(inner[i]);
            }
            i += 1;
        }
        Some(Cow::Owned(String::from_utf8_lossy(&out).into_owned()))
    }
}

/// Appends `text` as a cell, quoted when it has to be.
pub fn push_cell(text: &str, delimiter: u8, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    if memchr3(b'\n', b'\r', b'"', bytes).is_none() && memchr(delimiter, bytes).is_none() {
        out.extend_from_slice(bytes);
        return;
    }
    out.push(b'"');
    for &b in bytes {
        if b == b'"' {
            out.push(b'"');
        }
        out.push(b);
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let bytes = text.as_bytes();
        let (mut at, mut out, mut cells) = (0, vec![], Cells::new());
        while let Some(record) = Record::find(bytes, at, b';', Following::Nothing) {
            cells.cut(bytes, &record, b';');
            out.push(
                (0..cells.len())
                    .map(|i| cells.text(bytes, i).unwrap().into_owned())
                    .collect(),
            );
            at = record.next;
        }
        out
    }

    #[test]
    fn quotes_hold_delimiters_lines_and_quotes() {
        assert_eq!(
            rows("a;b\r\n\"x;\"\"y\"\"\nz\";2\r\n"),
            vec![vec!["a", "b"], vec!["x;\"y\"\nz", "2"]]
        );
    }

    #[test]
    fn a_quote_inside_a_cell_is_a_character() {
        assert_eq!(
            rows("12\" de long;2\nb;3"),
            vec![vec!["12\" de long", "2"], vec!["b", "3"]]
        );
        assert_eq!(rows("\"le\" bar;2"), vec![vec!["le bar", "2"]]);
    }

    #[test]
    fn a_quote_never_closed_costs_no_other_row() {
        assert_eq!(
            rows("a;b\n\"oubli;2\nc;3\n"),
            vec![vec!["a", "b"], vec!["\"oubli", "2"], vec!["c", "3"]]
        );
        assert_eq!(
            rows("\"oubli;2\n\"c\";3\n"),
            vec![vec!["\"oubli", "2"], vec!["c", "3"]]
        );
    }

    #[test]
    fn the_three_line_ends_end_rows_and_blank_lines_are_rows() {
        assert_eq!(
            rows("a\rb\r\nc\n\nd"),
            vec![vec!["a"], vec!["b"], vec!["c"], vec![""], vec!["d"]]
        );
    }

    #[test]
    fn an_incomplete_row_waits_for_more_bytes() {
        for text in ["abc", "a;\"b", "a;\"b\"", "a\r"] {
            assert_eq!(
                Record::find(text.as_bytes(), 0, b';', Following::More),
                None,
                "{text}"
            );
            assert!(Record::find(text.as_bytes(), 0, b';', Following::Nothing).is_some());
        }
    }

    proptest! {
        /// Oracle: the csv crate, on what it wrote itself.
        #[test]
        fn well_formed_files_read_like_the_csv_crate(
            table in prop::collection::vec(prop::collection::vec("[a-zé;\"\n\r ,]{0,6}", 2..4), 1..8)
        ) {
            let mut writer = csv::WriterBuilder::new().delimiter(b';').flexible(true).from_writer(vec![]);
            for row in &table { writer.write_record(row).unwrap(); }
            let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            prop_assert_eq!(rows(&text), table);
        }

        #[test]
        fn any_bytes_are_cut_without_losing_one(bytes in prop::collection::vec(prop::sample::select(b"a;\"\n\r".to_vec()), 0..60)) {
            let (mut at, mut cells) = (0, Cells::new());
            while let Some(record) = Record::find(&bytes, at, b';', Following::Nothing) {
                prop_assert!(record.start == at && record.end <= record.next && record.next > at);
                cells.cut(&bytes, &record, b';');
                let joined = (0..cells.len()).map(|i| cells.raw(&bytes, i).unwrap()).collect::<Vec<_>>().join(&b';');
                prop_assert_eq!(&joined[..], &bytes[record.start..record.end]);
                at = record.next;
            }
            prop_assert_eq!(at, bytes.len());
        }

        #[test]
        fn cutting_does_not_depend_on_where_the_bytes_stop(bytes in prop::collection::vec(prop::sample::select(b"a;\"\n\r".to_vec()), 0..40), stop in 0usize..40) {
            let stop = stop.min(bytes.len());
            if let Some(early) = Record::find(&bytes[..stop], 0, b';', Following::More) {
                prop_assert_eq!(Some(early), Record::find(&bytes, 0, b';', Following::Nothing));
            }
        }

        #[test]
        fn a_cell_we_write_reads_back(text in "[a-z;\"\n\r,]{0,8}") {
            let mut line = vec![];
            push_cell(&text, b';', &mut line);
            line.extend(b";fin\n");
            let record = Record::find(&line, 0, b';', Following::Nothing).unwrap();
            let mut cells = Cells::new();
            cells.cut(&line, &record, b';');
            prop_assert_eq!(cells.len(), 2);
            prop_assert_eq!(cells.text(&line, 0).unwrap(), text);
        }
    }
}
