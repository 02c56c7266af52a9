//! `caloduc serve`: the whole service on one port.

use crate::arguments::Global;
use crate::failure::Failure;
use crate::output;
use caloduc_server::{Config, Flags, Territory};
use clap::Args;
use std::net::SocketAddr;

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Adresse et port d’écoute (par défaut 127.0.0.1:3000)
    #[arg(long, value_name = "ADRESSE")]
    listen: Option<SocketAddr>,

    /// Montrer le territoire fictif de démonstration, quoi que contienne le dossier des données
    #[arg(long)]
    demo: bool,
}

impl Serve {
    /// Serves until told to stop.
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let flags = Flags {
            data_dir: global.data_dir.clone(),
            listen: self.listen,
        };
        let config = Config::load(global.config.as_deref(), &flags)
            .map_err(|error| Failure::usage(error.to_string()))?;
        let territory = if self.demo {
            Territory::Demonstration
        } else {
            Territory::OfTheDirectory
        };
        caloduc_server::serve(config, territory, |address| {
            output::message(&format!(
                "caloduc écoute sur http://{address} (Ctrl-C pour arrêter)"
            ));
        })?;
        Ok(())
    }
}
