//! Which fields changed? Every attribute of a row by its machine name.

use super::Change;
use crate::network::{DELIVERY_SECTORS, ENERGY_SOURCES, Identified, Layer};
use crate::release::row::{Form, KeyedRow};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// The fields that differ between two rows of the same key, by name.
pub(super) fn between<T: KeyedRow>(before: &Identified<T>, after: &Identified<T>) -> Vec<Change> {
    let (mut old, mut new) = (cells(before), cells(after));
    let names: BTreeSet<String> = old.keys().chain(new.keys()).cloned().collect();
    names
        .into_iter()
        .filter_map(|field| {
            let before = old.remove(&field).unwrap_or(Value::Null);
            let after_value = new.remove(&field).unwrap_or(Value::Null);
            (before != after_value).then(|| Change {
                key: after.key.clone(),
                field,
                before,
                after: after_value,
            })
        })
        .collect()
}

/// All cells of a row, flat. Rows are plain structures: their JSON is an object.
fn cells<T: KeyedRow>(row: &Identified<T>) -> Map<String, Value> {
    let mut cells = Map::new();
    cells.insert("table".to_owned(), row.row.layer().name().into());
    cells.insert("source".to_owned(), row.source.clone().into());
    let shape = match row.row.form() {
        Form::None => Value::Null,
        Form::Lines(_) => "trace".into(),
        Form::Point(_) => "marker".into(),
        Form::Area(_) if row.row.layer() == Layer::Heat || row.row.layer() == Layer::Cold => {
            "area".into()
        }
        Form::Area(_) => "zone".into(),
    };
    cells.insert("shape".to_owned(), shape);
    if let Ok(Value::Object(attributes)) = serde_json::to_value(&row.row) {
        for (name, value) in attributes {
            match (name.as_str(), value) {
                ("figures", Value::Object(figures)) => cells.extend(figures),
                ("declared_figures", Value::Object(figures)) => {
                    let named = figures.into_iter();
                    cells.extend(named.map(|(field, value)| (format!("{name}.{field}"), value)));
                }
                ("production_mwh" | "power_mw", Value::Array(values)) => {
                    spread(&mut cells, &name, &ENERGY_SOURCES, values);
                }
                ("deliveries_mwh", Value::Array(values)) => {
                    spread(&mut cells, &name, &DELIVERY_SECTORS, values);
                }
                // A file without the column means open.
                ("open_flag", Value::Null) => {
                    cells.insert(name, true.into());
                }
                (_, value) => {
                    cells.insert(name, value);
                }
            }
        }
    }
    cells
}

fn spread(cells: &mut Map<String, Value>, name: &str, members: &[&str], values: Vec<Value>) {
    let named = members.iter().zip(values);
    cells.extend(named.map(|(member, value)| (format!("{name}.{member}"), value)));
}
