//! One edition: its life, what it holds, the quality report of its import.

use super::state;
use crate::arguments::Global;
use crate::failure::Failure;
use crate::output;
use caloduc_engine::network::{Edition, Layer};
use caloduc_engine::report::{count, typography};
use caloduc_store::{Moment, Release, Store};
use serde_json::{Map, Value, json};
use std::fmt::Write as _;

/// Shows edition `number`.
pub fn show(global: &Global, store: &Store, number: u32) -> Result<(), Failure> {
    let release = store.release(number)?;
    let rows = rows(&store.edition(number)?);
    let report = store.report(number)?;
    if global.json {
        let rows: Map<String, Value> = rows
            .iter()
            .map(|(layer, rows)| (layer.name().to_owned(), json!(rows)))
            .collect();
        let mut value = serde_json::to_value(&release)?;
        value["rows"] = Value::Object(rows);
        value["report"] = serde_json::to_value(&report)?;
        return Ok(output::json(&value)?);
    }
    let text = format!(
        "{}\n{}",
        typography(&life(&release, &rows)),
        report.to_text()
    );
    output::result(&text)?;
    Ok(())
}

fn life(release: &Release, rows: &[(Layer, u64)]) -> String {
    let mut text = format!("Édition n° {} — {}\n", release.number, state(release.state));
    let mut line = |label: &str, value: &str| {
        let _infallible = writeln!(text, "  {label} : {value}");
    };
    line("créée", release.created.as_str());
    line("source", &release.source);
    match release.based_on {
        Some(base) => line("à partir de", &format!("l’édition n° {base}")),
        None => line("à partir de", "rien (première édition)"),
    }
    let moments: Vec<&str> = release.published.iter().map(Moment::as_str).collect();
    if !moments.is_empty() {
        line("mise en service", &moments.join(", "));
    }
    for (layer, rows) in rows {
        if *rows > 0 {
            line(table(*layer), &count(*rows));
        }
    }
    text
}

fn rows(edition: &Edition) -> Vec<(Layer, u64)> {
    let networks = |layer| {
        let of_layer =
            |row: &&caloduc_engine::network::Identified<_>| Layer::of_network(&row.row) == layer;
        edition.networks.iter().filter(of_layer).count()
    };
    Layer::ALL
        .into_iter()
        .map(|layer| {
            let rows = match layer {
                Layer::Projects => edition.projects.len(),
                Layer::PriorityAreas => edition.priority_areas.len(),
                Layer::Communes => edition.communes.len(),
                Layer::Regulatory => edition.regulatory.len(),
                _ => networks(layer),
            };
            (layer, rows as u64)
        })
        .collect()
}

fn table(layer: Layer) -> &'static str {
    match layer {
        Layer::Heat => "réseaux de chaleur",
        Layer::HeatUntraced => "réseaux de chaleur sans tracé",
        Layer::Cold => "réseaux de froid",
        Layer::ColdUntraced => "réseaux de froid sans tracé",
        Layer::Projects => "réseaux et zones en construction",
        Layer::PriorityAreas => "PDP",
        Layer::Communes => "contours de communes",
        Layer::Regulatory => "lignes de tableaux réglementaires",
    }
}
