//! Where does a row of this CSV end, and what do its cells say? Rows keep their bytes, so that
//! what the user wrote comes out as it came in.

use std::io::BufRead;

/// Longest row that quotes may stretch over several lines; past it a quote is a stray one.
const MOST_BYTES: usize = 1 << 20;

/// Rows of a CSV with their bytes.
#[derive(Debug)]
pub(super) struct Records<R> {
    reader: R,
    delimiter: u8,
    /// Lines read ahead while looking for the end of a quote that never came.
    pending: Vec<u8>,
    at: usize,
}

impl<R: BufRead> Records<R> {
    pub(super) fn new(reader: R, delimiter: u8) -> Self {
        Self {
            reader,
            delimiter,
            pending: Vec::new(),
            at: 0,
        }
    }

    /// The next row with its line end, or nothing at the end.
    pub(super) fn next(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        let mut row = self.line()?;
        if row.is_empty() {
            return Ok(None);
        }
        let first = row.len();
        while quote_is_open(&row, self.delimiter) {
            let before = row.len();
            if before <= MOST_BYTES {
                let more = self.line()?;
                row.extend_from_slice(&more);
            }
            if row.len() == before {
                // The quote is a stray one: the row is its first line, the others come next.
                let rest = self.pending.split_off(self.at.min(self.pending.len()));
                self.pending = row.split_off(first);
                self.pending.extend_from_slice(&rest);
                self.at = 0;
                break;
            }
        }
        Ok(Some(row))
    }

    fn line(&mut self) -> std::io::Result<Vec<u8>> {
        if self.at < self.pending.len() {
            let rest = &self.pending[self.at..];
            if let Some(end) = memchr::memchr(b'\n', rest) {
                let line = rest[..=end].to_vec();
                self.at += end + 1;
                return Ok(line);
            }
            let mut line = rest.to_vec();
            self.pending.clear();
            self.at = 0;
            self.reader.read_until(b'\n', &mut line)?;
            return Ok(line);
        }
        let mut line = Vec::with_capacity(128);
        self.reader.read_until(b'\n', &mut line)?;
        Ok(line)
    }
}

/// A row without its line end, and the line end.
pub(super) fn split_line_end(row: &[u8]) -> (&[u8], &[u8]) {
    let len = row.len();
    let end = match row {
        [.., b'\r', b'\n'] => len - 2,
        [.., b'\n' | b'\r'] => len - 1,
        _ => len,
    };
    row.split_at(end)
}

fn quote_is_open(row: &[u8], delimiter: u8) -> bool {
    if memchr::memchr(b'"', row).is_none() {
        return false;
    }
    let (mut at_start, mut inside, mut i) = (true, false, 0);
    while i < row.len() {
        let b = row[i];
        if inside {
            if b == b'"' {
                if row.get(i + 1) == Some(&b'"') {
                    i += 1;
                } else {
                    inside = false;
                }
            }
        } else if b == b'"' && at_start {
            inside = true;
            at_start = false;
        } else {
            at_start = b == delimiter || b == b'\n';
        }
        i += 1;
    }
    inside
}

/// The cells of a row without its line end: their places in it.
pub(super) fn cells(row: &[u8], delimiter: u8) -> Vec<std::ops::Range<usize>> {
    let mut out = Vec::with_capacity(16);
    let (mut start, mut inside, mut i) = (0, false, 0);
    while i < row.len() {
        let b = row[i];
        if inside {
            if b == b'"' {
                if row.get(i + 1) == Some(&b'"') {
                    i += 1;
                } else {
                    inside = false;
                }
            }
        } else if b == delimiter {
            out.push(start..i);
            start = i + 1;
        } else if b == b'"' && i == start {
            inside = true;
        }
        i += 1;
    }
    if inside {
        // A stray quote: it is a sign like any other.
        out.clear();
        let mut start = 0;
        for i in memchr::memchr_iter(delimiter, row) {
            out.push(start..i);
            start = i + 1;
        }
        out.push(start..row.len());
        return out;
    }
    out.push(start..row.len());
    out
}

/// What a cell says, its quotes taken off.
pub(super) fn unquoted(cell: &str) -> std::borrow::Cow<'_, str> {
    let trimmed = cell.trim();
    match trimmed.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
        Some(inner) if inner.contains('"') => inner.replace("\"\"", "\"").into(),
        Some(inner) => inner.into(),
        None => trimmed.into(),
    }
}

/// Appends a cell of ours, quoted when it must be, and kept from being a formula.
pub(super) fn push_cell(out: &mut Vec<u8>, text: &str, delimiter: u8) {
    let is_formula = text.starts_with(['=', '@', '\t', '\r'])
        || text.starts_with(['+', '-']) && text.parse::<f64>().is_err();
    let needs_quotes = text
        .bytes()
        .any(|b| b == delimiter || matches!(b, b'"' | b'\n' | b'\r'));
    if needs_quotes {
        out.push(b'"');
    }
    if is_formula {
        out.push(b'\'');
    }
    if needs_quotes {
        out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
        out.push(b'"');
    } else {
        out.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(text: &[u8]) -> Vec<Vec<u8>> {
        let mut records = Records::new(text, b';');
        std::iter::from_fn(|| records.next().expect("memory")).collect()
    }

    #[test]
    fn quoted_line_ends_stay_in_their_row_and_stray_quotes_do_not_swallow_the_file() {
        assert_eq!(all(b"a;\"b\nc\";d\ne;f\n").len(), 2);
        assert_eq!(all(b"a;\"b\nc;d\ne;f").len(), 3);
        assert_eq!(all(b"5\" rue;x\ny;z\n").len(), 2);
    }

    proptest! {
        #[test]
        fn rows_put_end_to_end_are_the_file(text in "[ab;\"\r\n]{0,60}") {
            prop_assert_eq!(all(text.as_bytes()).concat(), text.as_bytes());
        }

        #[test]
        fn cells_put_end_to_end_are_the_row(row in "[ab;\"]{0,40}") {
            let found = cells(row.as_bytes(), b';');
            let joined: Vec<&[u8]> = found.iter().map(|r| &row.as_bytes()[r.clone()]).collect();
            prop_assert_eq!(joined.join(&b';'), row.as_bytes());
        }
    }
}
