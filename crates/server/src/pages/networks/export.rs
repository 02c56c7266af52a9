//! The filtered list as a file: CSV for programs, XLSX for people.

use crate::pages::Reading;
use crate::pages::catalogue::Entry;
use crate::pages::params::Params;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_xlsxwriter::{Format, Workbook, XlsxError};

const COLUMNS: [&str; 16] = [
    "cle",
    "identifiant",
    "type",
    "nom",
    "communes",
    "communes_insee",
    "exploitant",
    "maitre_ouvrage",
    "ouvert",
    "classe",
    "taux_enr_pct",
    "co2_acv_kg_par_kwh",
    "co2_direct_kg_par_kwh",
    "livraisons_mwh",
    "longueur_km",
    "annee_creation",
];

/// A cell of the file.
enum Cell {
    Text(String),
    Number(f64),
    Empty,
}

fn cells(entry: &Entry) -> [Cell; 16] {
    let text = |value: Option<&str>| value.map_or(Cell::Empty, |v| Cell::Text(v.to_owned()));
    let number = |value: Option<f64>| value.map_or(Cell::Empty, Cell::Number);
    let yes_no = |value: Option<bool>| match value {
        None => Cell::Empty,
        Some(true) => Cell::Text("oui".to_owned()),
        Some(false) => Cell::Text("non".to_owned()),
    };
    [
        text(Some(&entry.key)),
        text(entry.id.as_deref()),
        text(Some(entry.layer.name())),
        text(entry.name.as_deref()),
        text(Some(&entry.communes.join(", "))),
        text(Some(&entry.communes_insee.join(", "))),
        text(entry.operator.as_deref()),
        text(entry.owner.as_deref()),
        yes_no(Some(entry.is_open)),
        yes_no(entry.classified),
        number(entry.renewable_rate_pct),
        number(entry.co2_lca_kg_per_kwh),
        number(entry.co2_direct_kg_per_kwh),
        number(entry.deliveries_mwh),
        number(entry.length_km),
        number(entry.creation_year.map(f64::from)),
    ]
}

/// A text that no spreadsheet takes for a formula.
fn inert(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

fn csv_of(entries: &[&Entry]) -> String {
    let mut out = COLUMNS.join(",");
    out.push('\n');
    for entry in entries {
        for (i, cell) in cells(entry).into_iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            match cell {
                Cell::Text(text) => {
                    let text = inert(&text);
                    if text.contains(['"', ',', '\n', '\r', ';']) {
                        out.push('"');
                        out.push_str(&text.replace('"', "\"\""));
                        out.push('"');
                    } else {
                        out.push_str(&text);
                    }
                }
                Cell::Number(number) => out.push_str(&number.to_string()),
                Cell::Empty => {}
            }
        }
        out.push('\n');
    }
    out
}

fn xlsx_of(entries: &[&Entry]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Réseaux")?;
    sheet.set_freeze_panes(1, 0)?;
    let bold = Format::new().set_bold();
    for (column, name) in COLUMNS.iter().enumerate() {
        sheet.write_string_with_format(0, column as u16, *name, &bold)?;
    }
    for (row, entry) in entries.iter().enumerate() {
        for (column, cell) in cells(entry).into_iter().enumerate() {
            let (row, column) = (row as u32 + 1, column as u16);
            match cell {
                Cell::Text(text) => sheet.write_string(row, column, text)?,
                Cell::Number(number) => sheet.write_number(row, column, number)?,
                Cell::Empty => continue,
            };
        }
    }
    sheet.autofit();
    workbook.save_to_buffer()
}

fn file(bytes: Vec<u8>, kind: &'static str, name: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static(name)),
    ];
    (headers, bytes).into_response()
}

/// `GET /reseaux.csv`.
pub async fn csv(reading: Reading, params: Params) -> Response {
    let catalogue = reading.catalogue();
    let text = csv_of(&super::list::wanted(&catalogue, &params));
    file(
        text.into_bytes(),
        "text/csv; charset=utf-8",
        "attachment; filename=\"reseaux.csv\"",
    )
}

/// `GET /reseaux.xlsx`.
pub async fn xlsx(reading: Reading, params: Params) -> Response {
    let catalogue = reading.catalogue();
    match xlsx_of(&super::list::wanted(&catalogue, &params)) {
        Ok(bytes) => file(
            bytes,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "attachment; filename=\"reseaux.xlsx\"",
        ),
        Err(error) => {
            tracing::error!(%error, "a list of networks could not be written as XLSX");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::inert;

    #[test]
    fn a_cell_is_never_taken_for_a_formula() {
        assert_eq!(inert("=1+1"), "'=1+1");
        assert_eq!(inert("@a"), "'@a");
        assert_eq!(inert("Réseau"), "Réseau");
    }
}
