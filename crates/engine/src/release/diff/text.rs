//! The difference in French, for a person at a terminal.

use super::{Change, Diff, Entry, Move, Tally};
use crate::network::{Key, Layer};
use crate::release::findings::typeset;
use crate::report::{count, counted};
use serde_json::Value;
use std::fmt::Write as _;

/// Rows listed under each heading; the rest is counted.
const LISTED: usize = 200;

impl Diff {
    /// Whether nothing at all changed.
    pub fn is_empty(&self) -> bool {
        let quiet = |tally: Tally| tally == Tally::default();
        self.added.is_empty()
            && self.removed.is_empty()
            && self.moved.is_empty()
            && self.changed.is_empty()
            && quiet(self.communes)
            && quiet(self.regulatory)
    }

    /// The same in French, for a person at a terminal: a paragraph per kind of change, then the totals.
    pub fn to_text(&self) -> String {
        let mut text = format!("De l’édition {} à l’édition {}\n", self.from, self.to);
        if self.is_empty() {
            text.push_str("Aucun changement.\n");
            return text;
        }
        let entry = |entry: &Entry| {
            let name = entry.name.as_deref().unwrap_or("sans nom");
            format!("{} — {name} ({})", entry.key, table(entry.table))
        };
        list(&mut text, "Ajouts", &self.added, entry);
        list(&mut text, "Retraits", &self.removed, entry);
        list(
            &mut text,
            "Tracés modifiés",
            &self.moved,
            |moved: &Move| {
                format!(
                    "{} : {} m ajoutés, {} m retirés",
                    self.titled(&moved.key),
                    metres(moved.added_m),
                    metres(moved.removed_m)
                )
            },
        );
        let groups: Vec<&[Change]> = self.changed.chunk_by(|a, b| a.key == b.key).collect();
        list(
            &mut text,
            "Champs modifiés",
            &groups,
            |group: &&[Change]| {
                let fields = group.iter().map(|change| {
                    format!(
                        "{} : {} → {}",
                        change.field,
                        value(&change.before),
                        value(&change.after)
                    )
                });
                let fields: Vec<String> = fields.collect();
                format!(
                    "{}\n      {}",
                    self.titled(&group[0].key),
                    fields.join("\n      ")
                )
            },
        );
        for (name, tally) in [
            ("Communes, par leur contour", self.communes),
            ("Lignes des tables réglementaires", self.regulatory),
        ] {
            if tally != Tally::default() {
                let Tally {
                    added,
                    removed,
                    changed,
                } = tally;
                let _infallible = writeln!(
                    text,
                    "\n{name} : {} de plus, {} de moins, {}",
                    count(added as u64),
                    count(removed as u64),
                    counted(changed as u64, "changée", "changées"),
                );
            }
        }
        let total = |metres_of: fn(&Move) -> f64| metres(self.moved.iter().map(metres_of).sum());
        let _infallible = writeln!(
            text,
            "\nEn tout : {}, {}, {} ({} m ajoutés, {} m retirés), {} sur {}.",
            counted(self.added.len() as u64, "ajout", "ajouts"),
            counted(self.removed.len() as u64, "retrait", "retraits"),
            counted(self.moved.len() as u64, "tracé modifié", "tracés modifiés"),
            total(|moved| moved.added_m),
            total(|moved| moved.removed_m),
            counted(
                self.changed.len() as u64,
                "champ modifié",
                "champs modifiés"
            ),
            counted(groups.len() as u64, "ligne", "lignes"),
        );
        typeset(&text)
    }

    fn titled(&self, key: &Key) -> String {
        match self.names.get(key) {
            Some(name) => format!("{key} — {name}"),
            None => key.to_string(),
        }
    }
}

fn list<T>(text: &mut String, heading: &str, rows: &[T], line: impl Fn(&T) -> String) {
    if rows.is_empty() {
        return;
    }
    let _infallible = writeln!(text, "\n{heading} ({})", rows.len());
    for row in rows.iter().take(LISTED) {
        let _infallible = writeln!(text, "  - {}", line(row));
    }
    if rows.len() > LISTED {
        let rest = rows.len() - LISTED;
        let _infallible = writeln!(text, "  … et {rest} autres (tout est dans --json)");
    }
}

fn table(layer: Layer) -> &'static str {
    match layer {
        Layer::Heat => "réseau de chaleur",
        Layer::HeatUntraced => "réseau de chaleur sans tracé",
        Layer::Cold => "réseau de froid",
        Layer::ColdUntraced => "réseau de froid sans tracé",
        Layer::Projects => "en construction",
        Layer::PriorityAreas => "PDP",
        Layer::Communes => "commune",
        Layer::Regulatory => "table réglementaire",
    }
}

fn value(value: &Value) -> String {
    match value {
        Value::Null => "inconnu".to_owned(),
        Value::Bool(true) => "oui".to_owned(),
        Value::Bool(false) => "non".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string().replace('.', ","),
        Value::Array(values) if values.is_empty() => "aucun".to_owned(),
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(self::value).collect();
            values.join(", ")
        }
        Value::Object(_) => value.to_string(),
    }
}

/// A whole number of metres, thousands apart.
fn metres(metres: f64) -> String {
    count(metres.round().clamp(0.0, 1e15) as u64)
}
