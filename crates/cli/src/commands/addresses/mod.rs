//! `caloduc addresses`: the address index, built from files, told about, checked.

pub mod build;
mod info;
pub mod sources;

use crate::arguments::{Global, HELP};
use crate::failure::Failure;
use caloduc_geocoder::SharedGeocoder;
use caloduc_store::Store;
use clap::{Args, Subcommand};

/// Arguments of `addresses`.
#[derive(Debug, Args)]
#[command(
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    subcommand_help_heading = "Commandes\u{a0}",
    subcommand_value_name = "COMMANDE"
)]
pub struct Addresses {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Construire l’index à partir de fichiers de la BAN et de tables de communes
    #[command(
        help_template = HELP,
        after_help = "Exemples\u{a0}:\n  caloduc addresses build adresses-75.csv.gz lieux-dits-75-beta.csv.gz\n  \
            caloduc addresses build ban/ communes.geojson laposte_hexasmal.csv --label \"BAN de septembre 2026\""
    )]
    Build(build::Build),
    /// Dire ce que contient l’index
    #[command(
        help_template = HELP,
        after_help = "Exemple\u{a0}:\n  caloduc addresses info --json"
    )]
    Info,
    /// Relire tout l’index et comparer ses sommes de contrôle
    #[command(
        help_template = HELP,
        after_help = "Exemple\u{a0}:\n  caloduc addresses verify"
    )]
    Verify,
}

impl Addresses {
    /// Does what was asked.
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        match self.command {
            Command::Build(build) => build.run(global),
            Command::Info => info::info(global),
            Command::Verify => info::verify(global),
        }
    }
}

/// The store and its index, open; refused, saying how to make one, when there is none.
pub fn open_index(global: &Global) -> Result<(Store, SharedGeocoder), Failure> {
    let store = global.store_if_any()?;
    let bytes = match &store {
        Some(store) => store.address_index()?,
        None => None,
    };
    match (store, bytes) {
        (Some(store), Some(bytes)) => Ok((store, SharedGeocoder::open(bytes)?)),
        _ => Err(anyhow::anyhow!(
            "il n’y a pas d’index d’adresses dans « {} » ; construisez-le avec « caloduc addresses build \
             adresses-75.csv.gz »",
            global.data_directory()?.display()
        )
        .into()),
    }
}
