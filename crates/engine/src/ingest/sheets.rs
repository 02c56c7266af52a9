//! One sheet of cells to regulatory figures or to attributes of networks. Regulatory tables of every year since 2020:
//! columns by name, rate in fractions or in percent, `-`, `ND` and `Non défini` never values.

use super::ReadRow;
use super::attributes::{Attributes, Columns};
use super::cells;
use super::classify::year_of;
use super::fields::{Field, field, fold};
use super::figures::{self, Expected, RateUnit};
use super::layers::check_network;
use super::raw::RawSheet;
use crate::network::{Network, NetworkKind, RegulatoryFigure, SncuId};
use crate::report::{
    FIELD_UNKNOWN, Finding, Place, ROW_DUPLICATED, ROW_WITHOUT_IDENTITY, SNCU_MALFORMED,
    UNIT_CONVERTED, YEAR_DISAGREES, YEAR_MISSING, at, counted,
};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The year of a sheet; `--year` wins over the file's name.
pub fn year(sheet: &RawSheet, given: Option<u16>, findings: &mut Vec<Finding>) -> Option<u16> {
    let named = year_of(&sheet.stem);
    if let (Some(given), Some(named)) = (given, named)
        && given != named
    {
        findings.push(YEAR_DISAGREES.finding(
            at(&sheet.file),
            format!("--year dit {given}, le nom du fichier {named} ; {given} est pris."),
            "Importez chaque année à part, ou laissez les noms de fichiers dire l’année.",
        ));
    }
    let year = given.or(named);
    if year.is_none() {
        findings.push(YEAR_MISSING.finding(
            at(&sheet.file),
            "Tableau réglementaire dont on ne sait pas l’année.",
            "Donnez-la par --year 2024, ou dans le nom du fichier (reseau_chaleur_2024.csv).",
        ));
    }
    year
}

/// Rows of a sheet as properties, so that sheets and layers are understood by the same words.
struct Cells {
    rows: Vec<(u64, Map<String, Value>)>,
}

impl Cells {
    fn of(sheet: &RawSheet) -> Self {
        let rows = sheet
            .rows
            .iter()
            .map(|(number, cells)| {
                let row = sheet
                    .headers
                    .iter()
                    .zip(cells)
                    .map(|(header, cell)| (header.clone(), Value::String(cell.clone())))
                    .collect();
                (*number, row)
            })
            .collect();
        Self { rows }
    }
}

fn unknown_columns(sheet: &RawSheet, findings: &mut Vec<Finding>) {
    for name in sheet.headers.iter().filter(|name| !name.trim().is_empty()) {
        if field(name).is_none() {
            findings.push(FIELD_UNKNOWN.finding(
                Place {
                    field: Some(name.clone()),
                    ..at(&sheet.file)
                },
                format!("Colonne « {name} » inconnue, non reprise."),
                "Rien à faire si elle ne sert pas.",
            ));
        }
    }
}

fn rates(attributes: &[(u64, Attributes<'_>)]) -> Vec<f64> {
    attributes
        .iter()
        .filter_map(|(_, a)| a.number(Field::Rate))
        .collect()
}

fn says_percent(sheet: &RawSheet) -> bool {
    sheet.headers.iter().any(|name| {
        field(name) == Some(Field::Rate) && (name.contains('%') || fold(name).contains("pct"))
    })
}

/// The rows of a regulatory table of `year`.
pub fn regulatory(
    sheet: &RawSheet,
    year: u16,
    findings: &mut Vec<Finding>,
) -> Vec<ReadRow<RegulatoryFigure>> {
    unknown_columns(sheet, findings);
    let cells = Cells::of(sheet);
    let columns = Columns::new(sheet.headers.iter().map(String::as_str));
    let attributes: Vec<(u64, Attributes<'_>)> = cells
        .rows
        .iter()
        .map(|(number, row)| (*number, columns.of(row)))
        .collect();
    let rates = rates(&attributes);
    let expected = if says_percent(sheet) {
        Expected::SurelyPercent
    } else if year <= 2022 {
        Expected::Fraction
    } else {
        Expected::Percent
    };
    let unit = figures::rate_unit(&rates, expected);
    if unit == RateUnit::Fraction {
        findings.push(UNIT_CONVERTED.finding(
            Place {
                field: Some("taux_enr".to_owned()),
                ..at(&sheet.file)
            },
            format!(
                "{} en fractions (0,533 pour 53,3 %) : convertis en pour cent.",
                counted(rates.len() as u64, "taux", "taux")
            ),
            "Rien à faire : les tableaux de 2021 et 2022 sont écrits ainsi.",
        ));
    }
    let mut rows: Vec<ReadRow<RegulatoryFigure>> = Vec::with_capacity(attributes.len());
    let mut seen: HashMap<SncuId, usize> = HashMap::new();
    for (number, a) in &attributes {
        let Some(row) = regulatory_row(sheet, year, unit, *number, a, findings) else {
            continue;
        };
        if let Some(id) = row.row.sncu_id.clone()
            && let Some(&before) = seen.get(&id)
        {
            findings.push(ROW_DUPLICATED.finding(
                row.place.clone(),
                format!(
                    "{id} est déjà ligne {} du tableau ; la dernière est gardée.",
                    rows[before].place.feature.unwrap_or_default()
                ),
                "Gardez une seule ligne par réseau.",
            ));
            rows[before] = row;
            continue;
        }
        if let Some(id) = &row.row.sncu_id {
            seen.insert(id.clone(), rows.len());
        }
        rows.push(row);
    }
    rows
}

fn regulatory_row(
    sheet: &RawSheet,
    year: u16,
    unit: RateUnit,
    number: u64,
    a: &Attributes<'_>,
    findings: &mut Vec<Finding>,
) -> Option<ReadRow<RegulatoryFigure>> {
    let written = a.sncu_text();
    let sncu_id = written.as_deref().and_then(SncuId::parse);
    let name = a.name();
    let place = Place {
        feature: Some(number),
        network: sncu_id
            .as_ref()
            .map(|id| id.as_str().to_owned())
            .or_else(|| name.clone()),
        ..at(&sheet.file)
    };
    match (&sncu_id, &written) {
        (Some(id), _) if !id.is_regular() => findings.push(SNCU_MALFORMED.finding(
            place.clone(),
            format!("L’identifiant « {id} » n’a pas la forme 7501C ; gardé tel quel."),
            "Vérifiez l’identifiant.",
        )),
        (None, Some(text)) => findings.push(SNCU_MALFORMED.finding(
            place.clone(),
            format!("« {text} » n’est pas un identifiant ; la ligne est reliée par nom et lieu si c’est possible."),
            "Un identifiant national a quatre chiffres puis C ou F.",
        )),
        _ => {}
    }
    let where_printed = a.text(Field::Place).or_else(|| a.text(Field::Communes));
    if sncu_id.is_none() && name.is_none() {
        findings.push(ROW_WITHOUT_IDENTITY.finding(
            place,
            "Ni identifiant ni nom : ligne écartée.",
            "Complétez la ligne, ou supprimez-la (total, note de bas de tableau).",
        ));
        return None;
    }
    let mut reader = a.reader(place.clone());
    let mut figures = reader.figures();
    findings.append(&mut reader.findings);
    figures::check(&mut figures, unit, &place, findings);
    let kind = a
        .text(Field::HotOrCold)
        .and_then(|text| match fold(&text).as_str() {
            "c" | "chaud" | "chaleur" => Some(NetworkKind::Heat),
            "f" | "froid" => Some(NetworkKind::Cold),
            _ => None,
        })
        .or_else(|| {
            let id = sncu_id.as_ref().filter(|id| id.is_regular())?;
            Some(if id.as_str().ends_with('F') {
                NetworkKind::Cold
            } else {
                NetworkKind::Heat
            })
        });
    Some(ReadRow {
        row: RegulatoryFigure {
            year,
            sncu_id,
            legacy_2020: a.text(Field::Legacy2020),
            name,
            place: where_printed,
            department: a.text(Field::Department).map(|d| department(&d)),
            kind,
            figures,
        },
        declared_key: None,
        place,
    })
}

/// A department's code as it should be: the zero that spreadsheets drop is back.
fn department(text: &str) -> String {
    let text = text.trim();
    if text.len() == 1 && text.bytes().all(|b| b.is_ascii_digit()) {
        format!("0{text}")
    } else {
        text.to_uppercase()
    }
}

/// Rows of a sheet that describes networks without drawing them; figures checked, shapes unknown.
pub fn networks(sheet: &RawSheet, findings: &mut Vec<Finding>) -> Vec<ReadRow<Network>> {
    unknown_columns(sheet, findings);
    let cells = Cells::of(sheet);
    let columns = Columns::new(sheet.headers.iter().map(String::as_str));
    let attributes: Vec<(u64, Attributes<'_>)> = cells
        .rows
        .iter()
        .map(|(number, row)| (*number, columns.of(row)))
        .collect();
    let unit = figures::rate_unit(
        &rates(&attributes),
        if says_percent(sheet) {
            Expected::SurelyPercent
        } else {
            Expected::Percent
        },
    );
    attributes
        .iter()
        .map(|(number, a)| {
            let id = a.sncu_text().and_then(|id| SncuId::parse(&id));
            let kind = match &id {
                Some(id) if id.as_str().ends_with('F') => NetworkKind::Cold,
                _ => NetworkKind::Heat,
            };
            let place = Place {
                feature: Some(*number),
                network: id.map(|id| id.as_str().to_owned()).or_else(|| a.name()),
                ..at(&sheet.file)
            };
            let mut reader = a.reader(place.clone());
            let mut row = reader.network(kind);
            findings.append(&mut reader.findings);
            check_network(&mut row, a, unit, &place, findings);
            ReadRow {
                row,
                declared_key: None,
                place,
            }
        })
        .collect()
}

/// Fills what `network` does not say with what `other` does. Identity and shape stay.
pub fn fill(network: &mut Network, other: &Network) {
    macro_rules! fill {
        ($($field:ident),*) => { $(if network.$field.is_none() { network.$field.clone_from(&other.$field); })* };
    }
    fill!(
        name,
        department,
        region,
        owner,
        operator,
        classified,
        open_flag,
        creation_year,
        declared_length_km,
        delivery_points,
        price_mean_eur_per_mwh,
        price_variable_part_pct,
        price_fixed_part_pct,
        price_housing_eur_per_mwh,
        price_services_eur_per_mwh,
        efficiency_pct,
        development_pct,
        production_total_mwh,
        power_total_mw,
        deliveries_total_mwh,
        hot_water,
        superheated_water,
        steam
    );
    macro_rules! fill_lists {
        ($($field:ident),*) => { $(if network.$field.is_empty() { network.$field.clone_from(&other.$field); })* };
    }
    fill_lists!(
        communes,
        communes_insee,
        production_mwh,
        power_mw,
        deliveries_mwh
    );
    network.declared_figures = other
        .declared_figures
        .overlaid_with(network.declared_figures);
    network.figures = network.declared_figures;
}

/// Whether a sheet has any cell that holds something.
pub fn has_rows(sheet: &RawSheet) -> bool {
    sheet
        .rows
        .iter()
        .any(|(_, cells)| cells.iter().any(|cell| !cells::is_absent(cell)))
}
