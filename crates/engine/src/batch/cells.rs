//! The columns a batch adds, and how each is written.

use super::answer::Answer;
use crate::table::records::push_cell;
use std::io::Write;

/// The names of our columns, in order.
pub const COLUMNS: [&str; 23] = [
    "result_label",
    "result_score",
    "result_type",
    "result_id",
    "result_citycode",
    "result_status",
    "longitude",
    "latitude",
    "eligibility_type",
    "eligible",
    "distance_m",
    "network_key",
    "network_id",
    "network_name",
    "network_operator",
    "renewable_rate_pct",
    "co2_lca_g_per_kwh",
    "classified",
    "in_priority_area",
    "under_construction",
    "nearest_cold_distance_m",
    "release",
    "error",
];

/// The names as they stand after the user's: one that the user's file has already takes the suffix `_2`, then `_3`…
pub(super) fn header(theirs: &[String]) -> Vec<String> {
    let mut taken: Vec<String> = theirs.to_vec();
    COLUMNS
        .iter()
        .map(|name| {
            let mut own = (*name).to_owned();
            let mut n = 2;
            while taken.contains(&own) {
                own = format!("{name}_{n}");
                n += 1;
            }
            taken.push(own.clone());
            own
        })
        .collect()
}

/// Writes the cells of one answer, each after a delimiter.
pub(super) struct CellWriter<'o> {
    out: &'o mut Vec<u8>,
    delimiter: u8,
}

impl<'o> CellWriter<'o> {
    pub(super) fn new(out: &'o mut Vec<u8>, delimiter: u8) -> Self {
        Self { out, delimiter }
    }

    /// All our cells; `remark` is said after the answer's own problem.
    pub(super) fn answer(&mut self, answer: &Answer<'_>, remark: &str) {
        match answer.located {
            Some(located) => {
                self.text(&located.label);
                self.number(format_args!("{:.4}", located.score));
                self.word(located.kind);
                self.text(&located.id);
                self.text(&located.citycode);
            }
            None => self.blanks(5),
        }
        self.word(answer.status.as_str());
        match answer.place {
            Some(place) => {
                self.number(format_args!("{:.6}", place.lon));
                self.number(format_args!("{:.6}", place.lat));
            }
            None => self.blanks(2),
        }
        self.verdict(answer);
        self.delimit();
        match (answer.problem.is_empty(), remark.is_empty()) {
            (true, _) => push_cell(remark, self.delimiter, self.out),
            (false, true) => push_cell(&answer.problem, self.delimiter, self.out),
            (false, false) => {
                let both = format!("{} ; {remark}", answer.problem);
                push_cell(&both, self.delimiter, self.out);
            }
        }
    }

    fn verdict(&mut self, answer: &Answer<'_>) {
        let Some(verdict) = &answer.verdict else {
            return self.blanks(14);
        };
        self.word(verdict.kind.as_str());
        self.boolean(verdict.eligible);
        self.optional(verdict.distance_m);
        match &verdict.network {
            Some(network) => {
                self.word(network.key);
                self.text(network.id.unwrap_or_default());
                self.text(network.name.unwrap_or_default());
                self.text(network.operator.unwrap_or_default());
                self.optional(network.renewable_rate_pct);
                self.optional(co2_g_per_kwh(network.co2_lca_kg_per_kwh));
                match network.classified {
                    Some(classified) => self.boolean(classified),
                    None => self.blanks(1),
                }
            }
            None => self.blanks(7),
        }
        self.boolean(!verdict.facts.priority_areas.is_empty());
        self.boolean(verdict.kind.is_future());
        self.optional(verdict.facts.nearest_cold.map(|cold| cold.distance_m));
        self.optional(verdict.release);
    }

    fn delimit(&mut self) {
        self.out.push(self.delimiter);
    }

    fn blanks(&mut self, count: usize) {
        self.out.extend(std::iter::repeat_n(self.delimiter, count));
    }

    /// A word of ours, which needs no quotes.
    fn word(&mut self, word: &str) {
        self.delimit();
        self.out.extend_from_slice(word.as_bytes());
    }

    /// A text from the data: quoted when it has to be, and never a formula for a spreadsheet.
    fn text(&mut self, text: &str) {
        self.delimit();
        if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            push_cell(&format!("'{text}"), self.delimiter, self.out);
        } else {
            push_cell(text, self.delimiter, self.out);
        }
    }

    fn number(&mut self, number: std::fmt::Arguments<'_>) {
        self.delimit();
        self.out
            .write_fmt(number)
            .expect("a vector takes every byte");
    }

    fn optional(&mut self, value: Option<impl std::fmt::Display>) {
        match value {
            Some(value) => self.number(format_args!("{value}")),
            None => self.blanks(1),
        }
    }

    fn boolean(&mut self, value: bool) {
        self.word(if value { "true" } else { "false" });
    }
}

/// Kilograms to whole grams.
fn co2_g_per_kwh(kg_per_kwh: Option<f64>) -> Option<i64> {
    kg_per_kwh.map(|kg| (kg * 1000.0).round() as i64)
}
