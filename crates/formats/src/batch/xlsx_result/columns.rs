//! The cells of a row: the user's as text, ours under the titles that the national service's users know.

use caloduc_engine::batch::{Answer, Outcome, neutralised};
use std::io::Write;

/// Our titles, to the letter.
pub(super) const TITLES: [&str; 10] = [
    "Adresse testée",
    "Indice de fiabilité de l'adresse testée",
    "Bâtiment potentiellement raccordable à un réseau existant",
    "Distance au réseau (m) si < 1000 m",
    "PDP (périmètre de développement prioritaire)",
    "Bâtiment potentiellement raccordable à un réseau en construction",
    "Identifiant du réseau le plus proche",
    "Taux EnR&R du réseau le plus proche",
    "Contenu CO2 ACV (g/kWh)",
    "Présence d’un réseau non localisé sur la commune",
];

/// Stands for the number of the row, known only when the row is put in its sheet; XML cannot hold it otherwise.
pub(super) const ROW_MARK: u8 = 0;

/// Characters of a cell, as spreadsheets count them (UTF-16).
const TEXT_AT_MOST: usize = 32_767;

/// Appends cells, from the first column on.
pub(super) struct CellWriter<'o> {
    out: &'o mut Vec<u8>,
    letters: &'o [String],
    column: usize,
}

impl<'o> CellWriter<'o> {
    pub(super) fn new(out: &'o mut Vec<u8>, letters: &'o [String]) -> Self {
        Self {
            out,
            letters,
            column: 0,
        }
    }

    /// `<c r="B` and the mark.
    fn open(&mut self) {
        self.out.extend_from_slice(b"<c r=\"");
        self.out
            .extend_from_slice(self.letters[self.column].as_bytes());
        self.out.extend_from_slice(&[ROW_MARK, b'"']);
        self.column += 1;
    }

    fn blank(&mut self) {
        self.column += 1;
    }

    fn string(&mut self, style: &[u8], text: &str) {
        if text.is_empty() {
            return self.blank();
        }
        self.open();
        self.out.extend_from_slice(style);
        self.out.extend_from_slice(b" t=\"inlineStr\"><is><t");
        if text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace) {
            self.out.extend_from_slice(b" xml:space=\"preserve\"");
        }
        self.out.push(b'>');
        push_escaped(text, self.out);
        self.out.extend_from_slice(b"</t></is></c>");
    }

    pub(super) fn title(&mut self, text: &str) {
        self.string(b" s=\"1\"", text);
    }

    /// A cell of the user's, which stays text when it is edited.
    pub(super) fn text(&mut self, text: &str) {
        self.string(b" s=\"2\"", text);
    }

    fn own(&mut self, text: &str) {
        self.string(b"", text);
    }

    pub(super) fn wrapped(&mut self, text: &str) {
        self.string(b" s=\"5\"", text);
    }

    fn number(&mut self, style: &[u8], number: Option<f64>) {
        let Some(number) = number else {
            return self.blank();
        };
        self.open();
        self.out.extend_from_slice(style);
        write!(self.out, "><v>{number}</v></c>").expect("a vector takes every byte");
    }

    fn whole(&mut self, number: Option<f64>) {
        self.number(b" s=\"3\"", number);
    }

    fn decimal(&mut self, number: Option<f64>) {
        self.number(b" s=\"4\"", number);
    }
}

/// Appends text as XML. Characters that XML cannot hold are written as spreadsheets do, `_x0001_`; so is what would be
/// read as one. A text longer than a cell may hold ends with an ellipsis.
pub(super) fn push_escaped(text: &str, out: &mut Vec<u8>) {
    let mut left = TEXT_AT_MOST;
    let long = text.len() > TEXT_AT_MOST && text.encode_utf16().count() > TEXT_AT_MOST;
    for (at, c) in text.char_indices() {
        if long && left <= 2 {
            out.extend_from_slice("…".as_bytes());
            return;
        }
        left = left.saturating_sub(c.len_utf16());
        match c {
            '&' => out.extend_from_slice(b"&amp;"),
            '<' => out.extend_from_slice(b"&lt;"),
            '>' => out.extend_from_slice(b"&gt;"),
            '\t' | '\n' => out.push(c as u8),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                write!(out, "_x{:04X}_", c as u32).expect("a vector takes every byte");
            }
            '_' if is_code(&text[at..]) => out.extend_from_slice(b"_x005F_"),
            c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

/// Whether a text starts like `_x0041_`.
fn is_code(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 7
        && bytes[1] == b'x'
        && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
        && bytes[6] == b'_'
}

/// Our cells for an answer.
pub(super) fn answer_cells(answer: &Answer, cells: &mut CellWriter<'_>) {
    let found = answer.found.as_ref();
    // A row without answer says why where one looks for what was tested.
    let tested = found.map_or(answer.problem.as_str(), |found| found.label.as_str());
    cells.own(&neutralised(tested));
    cells.whole(found.map(|found| (found.score * 100.0).round()));
    let Some(outcome) = &answer.outcome else {
        return;
    };
    let network = outcome.network.as_deref();
    cells.own(existing(outcome));
    cells.whole(
        outcome
            .distance_m
            .filter(|metres| *metres <= 1000)
            .map(f64::from),
    );
    cells.own(yes_or_no(outcome.in_priority_area));
    cells.own(yes_or_no(outcome.is_eligible() && outcome.kind.is_future()));
    let id = network.map(|network| network.id.as_deref().unwrap_or(&network.key));
    cells.own(&neutralised(id.unwrap_or_default()));
    cells.decimal(network.and_then(|network| network.renewable_rate_pct));
    let grams = network.and_then(caloduc_engine::batch::Network::co2_lca_g_per_kwh);
    cells.whole(grams.map(|grams| grams as f64));
    cells.own(yes_or_no(outcome.untraced_in_commune));
}

/// A network of the commune whose trace is unknown may pass near: that has to be asked.
fn existing(outcome: &Outcome) -> &'static str {
    if outcome.is_eligible() && outcome.kind.is_existing() {
        "Oui"
    } else if outcome.untraced_in_commune {
        "A confirmer"
    } else {
        "Non"
    }
}

fn yes_or_no(yes: bool) -> &'static str {
    if yes { "Oui" } else { "Non" }
}
