//! The comparison of two editions in other forms: CSV, one change a line; GeoJSON, the pieces that came and went.

use crate::api::geometry::rounded;
use crate::history::Piece;
use caloduc_engine::release::Diff;
use serde_json::{Value, json};

/// One change a line.
pub(crate) fn csv(diff: &Diff) -> String {
    let mut out = String::from("change,table,key,name,field,before,after,added_m,removed_m\r\n");
    let mut line = |cells: [&str; 9]| {
        for (n, cell) in cells.iter().enumerate() {
            if n > 0 {
                out.push(',');
            }
            push_cell(&mut out, cell);
        }
        out.push_str("\r\n");
    };
    let name = |key| diff.names.get(key).map_or("", String::as_str);
    for (change, entries) in [("added", &diff.added), ("removed", &diff.removed)] {
        for entry in entries {
            let named = entry.name.as_deref().unwrap_or_default();
            line([
                change,
                entry.table.name(),
                entry.key.as_str(),
                named,
                "",
                "",
                "",
                "",
                "",
            ]);
        }
    }
    for moved in &diff.moved {
        let (added, removed) = (moved.added_m.to_string(), moved.removed_m.to_string());
        line([
            "moved",
            "",
            moved.key.as_str(),
            name(&moved.key),
            "",
            "",
            "",
            &added,
            &removed,
        ]);
    }
    for changed in &diff.changed {
        let (before, after) = (text(&changed.before), text(&changed.after));
        let named = name(&changed.key);
        line([
            "changed",
            "",
            changed.key.as_str(),
            named,
            &changed.field,
            &before,
            &after,
            "",
            "",
        ]);
    }
    out
}

/// A value as a person writes it; nothing when it is unknown.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn push_cell(out: &mut String, cell: &str) {
    if cell.contains([',', '"', '\n', '\r']) {
        out.push('"');
        out.push_str(&cell.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(cell);
    }
}

/// The pieces that came and went, in degrees: pipes, boundaries of areas, markers.
pub(crate) fn geojson(diff: &Diff, pieces: &[Piece]) -> String {
    let features: Vec<Value> = pieces.iter().map(feature).collect();
    json!({
        "type": "FeatureCollection",
        "name": format!("edition-{}-{}", diff.from, diff.to),
        "from": diff.from,
        "to": diff.to,
        "features": features,
    })
    .to_string()
}

fn feature(piece: &Piece) -> Value {
    let lines: Vec<Vec<[f64; 2]>> = piece
        .lines
        .iter()
        .map(|line| {
            line.iter()
                .map(|at| {
                    let place = at.to_lonlat();
                    [rounded(place.lon), rounded(place.lat)]
                })
                .collect()
        })
        .collect();
    let geometry = match lines.as_slice() {
        [line] if line.len() == 1 => json!({"type": "Point", "coordinates": line[0]}),
        lines => json!({"type": "MultiLineString", "coordinates": lines}),
    };
    json!({
        "type": "Feature",
        "geometry": geometry,
        "properties": {
            "key": piece.key,
            "name": piece.name,
            "change": piece.sign,
            "metres": (piece.metres * 100.0).round() / 100.0,
        },
    })
}
