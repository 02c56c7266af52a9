//! The command line as types: every command, its options, its help in French with an example.

use clap::{ArgAction, Args, Parser, Subcommand};
use std::path::PathBuf;

/// Headings of the help, in French.
pub const HELP: &str = "\
{about-with-newline}
Utilisation\u{a0}: {usage}

{all-args}{after-help}
";

/// Un réseau de chaleur ou de froid passe-t-il près de ce bâtiment ?
#[derive(Debug, Parser)]
#[command(
    name = "caloduc",
    bin_name = "caloduc",
    version,
    help_template = HELP,
    subcommand_help_heading = "Commandes\u{a0}",
    subcommand_value_name = "COMMANDE",
    next_help_heading = "Options\u{a0}",
    disable_help_flag = true,
    disable_version_flag = true,
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "Exemple\u{a0}:\n  caloduc import reseaux.zip --publish"
)]
pub struct Arguments {
    #[command(flatten)]
    pub global: Global,

    /// Dire la version
    #[arg(short = 'V', long, action = ArgAction::Version)]
    version: Option<bool>,

    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command, before or after its name.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options de toutes les commandes\u{a0}")]
pub struct Global {
    /// Dossier des données (par défaut ./caloduc-data, ou la variable CALODUC_DATA_DIR)
    #[arg(long, global = true, value_name = "DOSSIER")]
    pub data_dir: Option<PathBuf>,

    /// Fichier de configuration (voir config.example.toml)
    #[arg(long, global = true, value_name = "FICHIER")]
    pub config: Option<PathBuf>,

    /// Répondre en JSON là où une personne aurait du texte
    #[arg(long, global = true)]
    pub json: bool,

    /// Montrer cette aide
    #[arg(short, long, global = true, action = ArgAction::Help)]
    help: Option<bool>,
}

/// What can be asked.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Lire des fichiers de réseaux, de communes ou de chiffres réglementaires, et en faire un brouillon d’édition
    #[command(
        help_template = HELP,
        after_help = "Exemple\u{a0}:\n  caloduc import reseaux.zip communes/ reseau_chaleur_2024.csv --publish --report rapport.json"
    )]
    Import(crate::commands::import::Import),

    /// Lister, comparer, publier les éditions des données
    #[command(
        help_template = HELP,
        subcommand_help_heading = "Actions\u{a0}",
        subcommand_value_name = "ACTION",
        disable_help_subcommand = true,
        after_help = "Exemple\u{a0}:\n  caloduc releases diff 2 3"
    )]
    Releases(crate::commands::releases::Releases),

    /// Dire si un réseau passe près d’une adresse ou d’un point
    #[command(
        help_template = HELP,
        after_help = "Exemple\u{a0}:\n  caloduc test --lon 2.3522 --lat 48.8566"
    )]
    Test(crate::commands::test::Test),

    /// Tester un fichier (CSV, XLSX, ODS, Parquet, GeoJSON), ligne par ligne
    #[command(
        help_template = HELP,
        after_help = "Exemples\u{a0}:\n  caloduc batch parc.csv --preview\n  caloduc batch parc.xlsx -o resultats.xlsx\n  cat parc.csv | caloduc batch - -o - --only eligible > eligibles.csv"
    )]
    Batch(crate::commands::batch::Batch),

    /// Écrire un territoire fictif, dans la forme des vrais fichiers
    #[command(
        help_template = HELP,
        after_help = "Exemple\u{a0}:\n  caloduc demo territoire --towns 40 --seed 3"
    )]
    Demo(crate::commands::demo::Demo),

    /// Dire ce qui est installé et si cela fonctionne
    #[command(
        help_template = HELP,
        after_help = "Exemple\u{a0}:\n  caloduc doctor --verify"
    )]
    Doctor(crate::commands::doctor::Doctor),

    /// Mettre toutes les données de côté dans un fichier, service en marche ou non
    #[command(
        help_template = HELP,
        after_help = "Exemple\u{a0}:\n  caloduc backup sauvegarde.tar.zst"
    )]
    Backup(crate::commands::backup::Backup),

    /// Reprendre les données d’une sauvegarde, service en marche ou non
    #[command(
        help_template = HELP,
        after_help = "Exemple\u{a0}:\n  caloduc restore sauvegarde.tar.zst"
    )]
    Restore(crate::commands::backup::Restore),

    /// Écrire une édition dans les formats des autres : archive compatible, GeoJSON, GeoPackage, FlatGeobuf…
    #[command(
        help_template = HELP,
        after_help = "Exemple\u{a0}:\n  caloduc export export-septembre --formats open-data,geopackage"
    )]
    Export(crate::commands::export::Export),

    /// Télécharger les fichiers officiels, en faire un brouillon d’édition et l’index d’adresses
    #[command(
        help_template = HELP,
        after_help = "Exemple\u{a0}:\n  caloduc fetch --departments 75,92 --communes --networks"
    )]
    Fetch(crate::commands::fetch::Fetch),

    /// Construire, décrire et vérifier l’index d’adresses
    #[command(
        help_template = HELP,
        after_help = "Exemple\u{a0}:\n  caloduc addresses build adresses-75.csv.gz"
    )]
    Addresses(crate::commands::addresses::Addresses),

    /// Écrire le complètement des commandes pour un interpréteur
    #[command(
        help_template = HELP,
        after_help = "Exemple\u{a0}:\n  caloduc completions fish > ~/.config/fish/completions/caloduc.fish"
    )]
    Completions(crate::commands::completions::Completions),

    /// Servir les pages, l’API, les tuiles et le géocodeur
    #[command(
        help_template = HELP,
        after_help = "Exemple\u{a0}:\n  caloduc serve --listen 127.0.0.1:8080"
    )]
    Serve(crate::commands::serve::Serve),

    /// Trouver l’adresse que veut dire un texte, celle d’un point, ou celles d’une table
    #[command(
        help_template = HELP,
        after_help = "Exemples\u{a0}:\n  caloduc geocode \"12 bd de la chapele paris 18\"\n  \
            caloduc geocode --lon 2.3602 --lat 48.8842\n  \
            caloduc geocode --csv parc.csv --columns adresse,ville --postcode cp -o parc-geocode.csv"
    )]
    Geocode(crate::commands::geocode::Geocode),
}
