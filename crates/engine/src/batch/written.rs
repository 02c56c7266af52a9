//! Answers to files: what every format of result does, and the two that need no library, CSV and GeoJSON.

use super::answer::Answer;
use super::cells::{COLUMNS, Value, beside, neutralised, values};
use super::chunk::Chunk;
use super::error::BatchError;
use super::kept::Kept;
use super::layout::Layout;
use crate::table::Cells;
use crate::table::records::push_cell;
use rayon::prelude::*;
use std::io::Write;

/// A chunk and the answers to its rows.
#[derive(Debug, Clone)]
pub struct Answered {
    /// The user's rows.
    pub chunk: Chunk,
    /// One for each.
    pub answers: Vec<Answer>,
}

/// Writes rows and their answers in one format. The bytes written depend on the rows, whatever the waves they come in.
pub trait ResultWriter: Send {
    /// Writes some chunks, in order.
    fn write(&mut self, wave: &[Answered]) -> Result<(), BatchError>;

    /// Writes what comes after the last row.
    fn finish(self: Box<Self>) -> Result<(), BatchError>;
}

/// CSV: the user's rows as they were, then our cells, in the user's dialect.
pub struct CsvWriter<W> {
    out: W,
    rows: CsvRows,
    titles: Option<Vec<u8>>,
}

struct CsvRows {
    kept: Kept,
    delimiter: u8,
    line_end: &'static str,
}

impl<W> std::fmt::Debug for CsvWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CsvWriter").finish_non_exhaustive()
    }
}

impl<W: Write + Send> CsvWriter<W> {
    /// Starts before the titles.
    pub fn new(out: W, layout: &Layout, kept: Kept) -> Self {
        let delimiter = layout.delimiter as u8;
        let line_end = layout.line_end.as_str();
        let mut titles = layout.header.as_bytes().to_vec();
        for name in beside(&layout.columns, &COLUMNS) {
            titles.push(delimiter);
            push_cell(&name, delimiter, &mut titles);
        }
        titles.extend_from_slice(line_end.as_bytes());
        Self {
            out,
            rows: CsvRows {
                kept,
                delimiter,
                line_end,
            },
            titles: Some(titles),
        }
    }

    fn begin(&mut self) -> Result<(), BatchError> {
        match self.titles.take() {
            Some(titles) => self.out.write_all(&titles).map_err(BatchError::Write),
            None => Ok(()),
        }
    }
}

impl CsvRows {
    fn render(&self, answered: &Answered) -> Vec<u8> {
        let Answered { chunk, answers } = answered;
        let mut out = Vec::with_capacity(chunk.bytes.len() + answers.len() * 160);
        let mut cells = Cells::new();
        for (at, answer) in answers.iter().enumerate() {
            if self.kept.keeps(answer) {
                chunk.write_row(at, &mut cells, &mut out);
                self.ours(answer, &mut out);
                out.extend_from_slice(self.line_end.as_bytes());
            }
        }
        out
    }

    fn ours(&self, answer: &Answer, out: &mut Vec<u8>) {
        const NO_ERROR: &str = "a vector takes every byte";
        for value in values(answer) {
            out.push(self.delimiter);
            match value {
                Value::None => {}
                Value::Text(text) => push_cell(&neutralised(text), self.delimiter, out),
                Value::Real(number, Some(decimals)) => {
                    write!(out, "{number:.decimals$}").expect(NO_ERROR);
                }
                Value::Real(number, None) => write!(out, "{number}").expect(NO_ERROR),
                Value::Integer(number) => write!(out, "{number}").expect(NO_ERROR),
                Value::Boolean(yes) => out.extend_from_slice(if yes { b"true" } else { b"false" }),
            }
        }
    }
}

impl<W: Write + Send> ResultWriter for CsvWriter<W> {
    fn write(&mut self, wave: &[Answered]) -> Result<(), BatchError> {
        self.begin()?;
        let rows = &self.rows;
        let rendered: Vec<Vec<u8>> = wave.par_iter().map(|chunk| rows.render(chunk)).collect();
        for bytes in rendered {
            self.out.write_all(&bytes).map_err(BatchError::Write)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), BatchError> {
        self.begin()?;
        self.out.flush().map_err(BatchError::Write)
    }
}

/// GeoJSON (RFC 7946): a feature a row, the user's cells and ours as properties, a point where there is a place.
pub struct GeoJsonWriter<W> {
    out: W,
    rows: Features,
    begun: bool,
    features: u64,
}

struct Features {
    kept: Kept,
    /// The user's names as JSON, each once.
    theirs: Vec<String>,
    ours: Vec<String>,
}

impl<W> std::fmt::Debug for GeoJsonWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GeoJsonWriter").finish_non_exhaustive()
    }
}

impl<W: Write + Send> GeoJsonWriter<W> {
    /// Starts before the first feature.
    pub fn new(out: W, layout: &Layout, kept: Kept) -> Self {
        let theirs = distinct(&layout.columns);
        let ours = beside(&theirs, &COLUMNS);
        let json = |names: Vec<String>| names.iter().map(|name| json_text(name)).collect();
        Self {
            out,
            rows: Features {
                kept,
                ours: json(ours),
                theirs: json(theirs),
            },
            begun: false,
            features: 0,
        }
    }

    fn begin(&mut self) -> Result<(), BatchError> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        self.out
            .write_all(b"{\"type\":\"FeatureCollection\",\"features\":[")
            .map_err(BatchError::Write)
    }
}

impl Features {
    /// The features, each after a comma and a line end.
    fn render(&self, answered: &Answered) -> (Vec<u8>, u64) {
        let mut out = Vec::with_capacity(answered.chunk.bytes.len() * 3);
        let mut features = 0;
        for (at, answer) in answered.answers.iter().enumerate() {
            if self.kept.keeps(answer) {
                self.feature(&answered.chunk.row(at), answer, &mut out);
                features += 1;
            }
        }
        (out, features)
    }

    fn feature(&self, cells: &[std::borrow::Cow<'_, str>], answer: &Answer, out: &mut Vec<u8>) {
        let mut text = String::from(",\n{\"type\":\"Feature\",\"geometry\":");
        match answer.place {
            Some(place) => text.push_str(&format!(
                "{{\"type\":\"Point\",\"coordinates\":[{:.6},{:.6}]}}",
                place.lon, place.lat
            )),
            None => text.push_str("null"),
        }
        text.push_str(",\"properties\":{");
        let theirs = self.theirs.iter().zip(cells);
        let theirs = theirs.map(|(name, cell)| (name, json_text(cell)));
        let ours = self.ours.iter().zip(values(answer));
        let ours = ours.map(|(name, value)| (name, json_value(value)));
        for (at, (name, value)) in theirs.chain(ours).enumerate() {
            if at > 0 {
                text.push(',');
            }
            text.push_str(name);
            text.push(':');
            text.push_str(&value);
        }
        text.push_str("}}");
        out.extend_from_slice(text.as_bytes());
    }
}

/// The names, a second of the same with the suffix `_2`: an object cannot have two.
pub fn distinct(names: &[String]) -> Vec<String> {
    let mut taken = std::collections::HashSet::new();
    names
        .iter()
        .map(|name| {
            let mut own = name.clone();
            let mut n = 2;
            while !taken.insert(own.clone()) {
                own = format!("{name}_{n}");
                n += 1;
            }
            own
        })
        .collect()
}

fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn json_value(value: Value<'_>) -> String {
    match value {
        Value::None => "null".to_owned(),
        Value::Text(text) => json_text(text),
        Value::Real(number, Some(decimals)) => format!("{number:.decimals$}"),
        Value::Real(number, None) => number.to_string(),
        Value::Integer(number) => number.to_string(),
        Value::Boolean(yes) => yes.to_string(),
    }
}

impl<W: Write + Send> ResultWriter for GeoJsonWriter<W> {
    fn write(&mut self, wave: &[Answered]) -> Result<(), BatchError> {
        self.begin()?;
        let rows = &self.rows;
        let rendered: Vec<(Vec<u8>, u64)> =
            wave.par_iter().map(|chunk| rows.render(chunk)).collect();
        for (bytes, features) in rendered {
            let first = self.features == 0 && features > 0;
            self.out
                .write_all(&bytes[usize::from(first)..])
                .map_err(BatchError::Write)?;
            self.features += features;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), BatchError> {
        self.begin()?;
        self.out.write_all(b"\n]}\n").map_err(BatchError::Write)?;
        self.out.flush().map_err(BatchError::Write)
    }
}
