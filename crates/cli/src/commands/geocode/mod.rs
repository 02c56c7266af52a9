//! `caloduc geocode`: a text or a point to addresses, or a whole CSV.

mod one;
mod table;

use crate::arguments::Global;
use crate::failure::Failure;
use clap::Args;
use std::path::PathBuf;

/// Arguments of `geocode`.
#[derive(Debug, Args)]
pub struct Geocode {
    /// Adresse à situer, telle qu’on l’écrit
    #[arg(
        value_name = "TEXTE",
        help_heading = "Arguments\u{a0}",
        required_unless_present_any = ["csv", "lon"],
        conflicts_with = "csv"
    )]
    text: Option<String>,

    /// Nombre de réponses, de 1 à 20 (par défaut 5)
    #[arg(long, value_name = "N", value_parser = limit, conflicts_with = "csv")]
    limit: Option<usize>,

    /// Dire pourquoi chaque réponse n’est pas exactement ce qui est demandé
    #[arg(long, conflicts_with = "csv")]
    explain: bool,

    /// Prendre le texte pour le début d’une adresse en train d’être tapée
    #[arg(long, conflicts_with = "csv")]
    autocomplete: bool,

    /// Table à géocoder, - pour l’entrée standard
    #[arg(long, value_name = "FICHIER")]
    csv: Option<PathBuf>,

    /// Fichier de sortie (par défaut ou avec -, la sortie standard)
    #[arg(short, long, value_name = "FICHIER", requires = "csv")]
    output: Option<PathBuf>,

    /// Colonnes de la table dont les cellules, bout à bout, font l’adresse (par défaut toutes)
    #[arg(long, value_name = "A,B", requires = "csv")]
    columns: Vec<String>,

    /// Colonnes de résultat voulues (par défaut toutes)
    #[arg(long, value_name = "A,B", requires = "csv")]
    result_columns: Vec<String>,

    /// Séparateur de la table (par défaut deviné)
    #[arg(long, value_name = "SIGNE", value_parser = delimiter, requires = "csv")]
    delimiter: Option<u8>,

    /// Chercher l’adresse la plus proche de chaque point de la table
    #[arg(long, requires = "csv", conflicts_with = "columns")]
    reverse: bool,

    /// Code INSEE que les réponses doivent avoir ; avec --csv, la colonne qui le donne
    #[arg(long, value_name = "CODE")]
    citycode: Option<String>,

    /// Code postal que les réponses doivent avoir ; avec --csv, la colonne qui le donne
    #[arg(long, value_name = "CODE")]
    postcode: Option<String>,

    /// Genre des réponses (housenumber, street, locality, municipality) ; avec --csv, la colonne qui le donne
    #[arg(long = "type", value_name = "GENRE")]
    kind: Option<String>,

    /// Longitude : avec un texte, où chercher de préférence ; sans texte, le point dont on veut l’adresse ; avec --csv, la colonne
    #[arg(long, value_name = "X", requires = "lat", allow_hyphen_values = true)]
    lon: Option<String>,

    /// Latitude, de même
    #[arg(long, value_name = "Y", requires = "lon", allow_hyphen_values = true)]
    lat: Option<String>,

    /// Distance en mètres au-delà de laquelle un point n’a pas d’adresse
    #[arg(long, value_name = "MÈTRES", value_parser = metres)]
    radius: Option<f64>,
}

impl Geocode {
    /// Answers on stdout, or writes the table.
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        if self.csv.is_some() {
            table::run(&self, global)
        } else {
            one::run(&self, global)
        }
    }
}

fn limit(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|n| (1..=20).contains(n))
        .ok_or_else(|| "un nombre de 1 à 20".to_owned())
}

fn metres(text: &str) -> Result<f64, String> {
    text.replace(',', ".")
        .parse()
        .ok()
        .filter(|m: &f64| m.is_finite() && *m >= 0.0)
        .ok_or_else(|| "un nombre de mètres".to_owned())
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"\\t" | b"tab" => Ok(b'\t'),
        [sign] if sign.is_ascii() && *sign != b'"' => Ok(*sign),
        _ => Err("un seul signe, ou « tab »".to_owned()),
    }
}
