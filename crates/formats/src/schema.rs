//! What does each table hold, said to programs? Its columns as a Table Schema (of the CSV) and as a JSON Schema (of a
//! GeoJSON feature).

use crate::table::{Column, GeometryKind, Kind, Table};
use serde_json::{Map, Value, json};

/// Schemas of a table: file name and text.
pub(crate) fn files(table: &Table<'_>) -> [(String, String); 2] {
    let text = |value: &Value| format!("{value:#}\n");
    [
        (
            format!("schemas/{}.tableschema.json", table.name),
            text(&table_schema(table)),
        ),
        (
            format!("schemas/{}.schema.json", table.name),
            text(&feature_schema(table.title, table.geometry, &table.columns)),
        ),
    ]
}

/// Frictionless Table Schema of the CSV, whose geometry is a last column of well-known text.
fn table_schema(table: &Table<'_>) -> Value {
    let mut fields: Vec<Value> = table
        .columns
        .iter()
        .map(|column| {
            let mut field = json!({
                "name": column.name,
                "title": column.title,
                "type": match column.kind {
                    // Lists are joined by commas in the cell.
                    Kind::Text | Kind::List => "string",
                    Kind::Integer => "integer",
                    Kind::Real => "number",
                    Kind::Boolean => "boolean",
                },
            });
            if is_identity(column) {
                field["constraints"] = json!({"required": true, "unique": true});
            }
            field
        })
        .collect();
    let extra = [
        (
            "longitude",
            "number",
            "Longitude d’un point de l’objet, degrés",
        ),
        (
            "latitude",
            "number",
            "Latitude d’un point de l’objet, degrés",
        ),
        ("WKT", "string", "Géométrie en WKT, degrés (WGS84)"),
    ];
    fields.extend(
        extra.map(|(name, kind, title)| json!({"name": name, "type": kind, "title": title})),
    );
    let identity: Vec<&str> = table
        .columns
        .iter()
        .filter(|column| is_identity(column))
        .map(|column| column.name.as_str())
        .collect();
    json!({
        "$schema": "https://specs.frictionlessdata.io/schemas/table-schema.json",
        "name": table.name,
        "title": table.title,
        "fields": fields,
        "primaryKey": identity,
    })
}

/// JSON Schema of one feature.
pub fn feature_schema(title: &str, geometry: GeometryKind, columns: &[Column]) -> Value {
    let properties: Map<String, Value> = columns
        .iter()
        .map(|column| (column.name.clone(), property(column)))
        .collect();
    let required: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "type": "object",
        "required": ["type", "properties", "geometry"],
        "properties": {
            "type": {"const": "Feature"},
            "properties": {"type": "object", "properties": properties, "required": required},
            "geometry": {
                "type": "object",
                "required": ["type", "coordinates"],
                "properties": {"type": {"const": geometry.name()}, "coordinates": {"type": "array"}},
            },
        },
    })
}

fn property(column: &Column) -> Value {
    let kind = match column.kind {
        Kind::Text => json!(["string", "null"]),
        Kind::List => json!("array"),
        Kind::Integer => json!(["integer", "null"]),
        Kind::Real => json!(["number", "null"]),
        Kind::Boolean => json!(["boolean", "null"]),
    };
    let mut property = json!({"title": column.title, "type": kind});
    if is_identity(column) {
        property["type"] = json!("string");
    }
    if column.kind == Kind::List {
        property["items"] = json!({"type": "string"});
    }
    property
}

fn is_identity(column: &Column) -> bool {
    column.name == "key"
}
