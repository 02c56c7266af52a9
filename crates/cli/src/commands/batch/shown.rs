//! What a person is told: what was understood of a file, and what became of its rows.

use crate::failure::in_options;
use caloduc_engine::batch::{
    Layout, Mapping, Preview, Remedy, Role, SourceFormat, Summary, Tally, Titles,
};
use caloduc_engine::report::{count, counted};
use caloduc_engine::table::{CoordinateSystem, Encoding};
use std::collections::BTreeMap;

/// Communes and networks listed.
const LISTED: usize = 10;

/// Characters of a cell shown.
const CELL: usize = 24;

pub(super) fn preview(preview: &Preview) -> String {
    let mut text = format!("{}\n", layout(&preview.layout));
    text.push_str("\nColonnes :\n");
    for column in &preview.columns {
        let guess = match column.role {
            Some(role) => format!(
                "{} ({} % sûr : {})",
                role_in_french(role),
                (column.confidence * 100.0).round(),
                column.reason
            ),
            None => "gardée telle quelle".to_owned(),
        };
        text.push_str(&format!("  {} : {guess}\n", column.name));
    }
    let more = preview.layout.columns.len() - preview.columns.len();
    if more > 0 {
        text.push_str(&format!("  … et {} autres\n", count(more as u64)));
    }
    text.push_str(&format!("\nQuestion : {}\n", question(preview)));
    if let Some(problem) = &preview.problem {
        text.push_str(&format!("Attention : {problem}"));
        if !preview.rows.is_empty() && preview.mapping.is_none() {
            text.push_str(&format!(" ; {}", in_options(Remedy::NameColumns)));
        }
        text.push('\n');
    }
    text.push_str("\nPremières lignes :\n");
    for row in &preview.rows {
        let cells: Vec<String> = row.iter().take(12).map(|cell| cut(cell)).collect();
        text.push_str(&format!("  {}\n", cells.join(" | ")));
    }
    text
}

fn layout(layout: &Layout) -> String {
    let format = match layout.format {
        SourceFormat::Csv => "texte (CSV)",
        SourceFormat::Xlsx => "classeur XLSX",
        SourceFormat::Xls => "classeur XLS",
        SourceFormat::Ods => "classeur ODS",
        SourceFormat::Parquet => "Parquet",
        SourceFormat::GeoJson => "GeoJSON",
    };
    let mut text = format!("Format : {format}");
    if let Some(encoding) = layout.encoding {
        let name = match encoding {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf16Le | Encoding::Utf16Be => "UTF-16",
            Encoding::Windows1252 => "Windows-1252",
        };
        let delimiter = match layout.delimiter {
            '\t' => "tabulation".to_owned(),
            sign => format!("« {sign} »"),
        };
        text.push_str(&format!(", encodage {name}, séparateur {delimiter}"));
    }
    if let Some(sheet) = &layout.sheet {
        text.push_str(&format!(
            ", feuille « {sheet} » parmi : {}",
            layout.sheets.join(", ")
        ));
    }
    text.push_str(match layout.titles {
        Titles::FirstRow => ", titres en première ligne",
        Titles::Absent => ", sans titres",
    });
    text
}

fn question(preview: &Preview) -> String {
    let name = |index: usize| preview.layout.columns.get(index).map_or("", String::as_str);
    match &preview.mapping {
        Some(Mapping::Address { columns }) => {
            let names: Vec<&str> = columns.iter().map(|column| name(column.index)).collect();
            format!("l’adresse, dans {}", names.join(" + "))
        }
        Some(Mapping::Coordinates(columns)) => format!(
            "les coordonnées, dans {} et {} ({})",
            name(columns.lon),
            name(columns.lat),
            match columns.system {
                CoordinateSystem::Degrees => "degrés",
                CoordinateSystem::Metres => "mètres de la projection légale",
            }
        ),
        Some(Mapping::Points) => "les points du fichier".to_owned(),
        None => "aucune".to_owned(),
    }
}

fn role_in_french(role: Role) -> &'static str {
    match role {
        Role::Address => "adresse",
        Role::Number => "numéro",
        Role::Suffix => "indice de répétition",
        Role::StreetType => "type de voie",
        Role::Street => "voie",
        Role::Complement => "complément",
        Role::Postcode => "code postal",
        Role::Town => "commune",
        Role::Insee => "code INSEE",
        Role::Longitude => "longitude",
        Role::Latitude => "latitude",
        Role::X => "x",
        Role::Y => "y",
    }
}

fn cut(cell: &str) -> String {
    let plain: String = cell
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if plain.chars().count() <= CELL {
        return plain;
    }
    plain.chars().take(CELL - 1).chain(['…']).collect()
}

pub(super) fn summary(summary: &Summary, output: &str) -> String {
    let mut text = format!(
        "{} dans « {output} » : {} avec une réponse, dont {} pour un raccordement envisageable ; {} introuvables, {} vides, {} en erreur.\n",
        counted(summary.rows, "ligne", "lignes"),
        count(summary.ok),
        count(summary.eligible),
        count(summary.not_found),
        count(summary.empty),
        count(summary.errors),
    );
    text.push_str(&format!(
        "Dans un périmètre de développement prioritaire : {} ; à moins de 100 m d’un réseau renouvelable à 50 % ou plus : {} ; adresses douteuses, à vérifier : {}.",
        count(summary.in_priority_area),
        count(summary.near_renewable),
        count(summary.doubtful),
    ));
    list("Communes", &summary.communes, &mut text);
    list("Réseaux", &summary.networks, &mut text);
    text
}

/// The fullest first.
fn list(title: &str, tallies: &BTreeMap<String, Tally>, text: &mut String) {
    if tallies.is_empty() {
        return;
    }
    let mut fullest: Vec<(&String, &Tally)> = tallies.iter().collect();
    fullest.sort_by_key(|(key, tally)| (std::cmp::Reverse(tally.rows), *key));
    text.push_str(&format!("\n{title} :"));
    for (key, tally) in fullest.iter().take(LISTED) {
        let name = match &tally.name {
            Some(name) => format!("{name} ({key})"),
            None => (*key).clone(),
        };
        text.push_str(&format!(
            "\n  {name} : {}, dont {} envisageables",
            counted(tally.rows, "ligne", "lignes"),
            count(tally.eligible)
        ));
    }
    if fullest.len() > LISTED {
        text.push_str(&format!(
            "\n  … et {} autres (avec --json, tous)",
            count((fullest.len() - LISTED) as u64)
        ));
    }
}
