//! Which delimiter and line ends does this table use?

use super::records::{Cells, Following, Record};

/// How a CSV is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dialect {
    /// Between two cells.
    pub delimiter: u8,
    /// After each row.
    pub line_end: &'static str,
}

/// Rows looked at to choose the delimiter.
const ROWS: usize = 100;

impl Dialect {
    /// The dialect of a UTF-8 text that starts with `sample`.
    pub fn of(sample: &[u8], following: Following) -> Self {
        let mut best: Option<(f64, u8)> = None;
        for delimiter in *b";\t,|" {
            let (width, alike) = regularity(sample, delimiter, following);
            if width < 2 {
                continue;
            }
            // Regular first, then wide: a comma in the names of a `;` file is neither.
            let score = alike * 100.0 + (width as f64).ln();
            if best.is_none_or(|(top, _)| score > top) {
                best = Some((score, delimiter));
            }
        }
        if best.is_none() && following == Following::More {
            // Not one whole row in the sample: what there is of the first one says it.
            return Self::of(sample, Following::Nothing);
        }
        // One column: its text may hold commas.
        let alone = if sample.contains(&b',') { b';' } else { b',' };
        Self {
            delimiter: best.map_or(alone, |(_, delimiter)| delimiter),
            line_end: line_end(sample),
        }
    }
}

/// Width of the first row, and the share of rows that have it.
fn regularity(sample: &[u8], delimiter: u8, following: Following) -> (usize, f64) {
    let (mut at, mut cells) = (0, Cells::new());
    let (mut width, mut rows, mut alike) = (0, 0usize, 0usize);
    while let Some(record) = Record::find(sample, at, delimiter, following) {
        at = record.next;
        if record.is_blank(sample) {
            continue;
        }
        cells.cut(sample, &record, delimiter);
        if rows == 0 {
            width = cells.len();
        }
        rows += 1;
        alike += usize::from(cells.len() == width);
        if rows == ROWS {
            break;
        }
    }
    (width, alike as f64 / rows.max(1) as f64)
}

fn line_end(sample: &[u8]) -> &'static str {
    match memchr::memchr2(b'\n', b'\r', sample) {
        Some(i) if sample[i] == b'\n' => "\n",
        Some(i) if sample.get(i + 1) == Some(&b'\n') => "\r\n",
        Some(_) => "\r",
        None => "\n",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (char, &'static str) {
        let dialect = Dialect::of(text.as_bytes(), Following::Nothing);
        (char::from(dialect.delimiter), dialect.line_end)
    }

    #[test]
    fn the_delimiter_that_makes_regular_rows_wins() {
        assert_eq!(of("a;b\n1,5;2\n3,5;4\n"), (';', "\n"));
        assert_eq!(of("a,b\r\n\"x;y\",2\r\n"), (',', "\r\n"));
        assert_eq!(of("a\tb\tc\r1\t2;3\t4\r"), ('\t', "\r"));
        assert_eq!(of("a|b\n1|2\n"), ('|', "\n"));
        assert_eq!(of("nom, prénom;lon;lat\nA, B;1;2\nC;1;2\n"), (';', "\n"));
    }

    #[test]
    fn the_start_of_an_endless_row_is_enough() {
        let dialect = Dialect::of(b"lon;lat;a;a;a;a;a", Following::More);
        assert_eq!(dialect.delimiter, b';');
    }

    #[test]
    fn one_column_takes_a_delimiter_that_its_text_does_not_use() {
        assert_eq!(of("adresse\n12 rue X, Paris\n"), (';', "\n"));
        assert_eq!(of("adresse\n12 rue X Paris\n"), (',', "\n"));
    }
}
