//! `caloduc backup` and `caloduc restore`: everything put aside in one file, and taken back, while the service runs.

use crate::arguments::Global;
use crate::data;
use crate::failure::Failure;
use crate::output;
use crate::progress::Progress;
use caloduc_engine::report::counted;
use caloduc_store::{BackupSummary, size};
use clap::Args;
use std::path::PathBuf;

/// Arguments of `backup`.
#[derive(Debug, Args)]
pub struct Backup {
    /// Fichier à écrire (une archive tar compressée par zstd)
    #[arg(value_name = "FICHIER", help_heading = "Arguments\u{a0}")]
    file: PathBuf,
}

/// Arguments of `restore`.
#[derive(Debug, Args)]
pub struct Restore {
    /// Sauvegarde à reprendre
    #[arg(value_name = "FICHIER", help_heading = "Arguments\u{a0}")]
    file: PathBuf,
}

impl Backup {
    /// Writes the backup.
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let store = global.store()?;
        let summary = {
            let progress = Progress::start("Sauvegarde");
            store.backup(&self.file, &data::now(), &|done, total| {
                progress.advance(done, total);
            })?
        };
        say(global, &summary, "Sauvegarde écrite")
    }
}

impl Restore {
    /// Takes the backup back.
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let store = global.store()?;
        let summary = {
            let progress = Progress::start("Restauration");
            let waiting =
                || output::message("Un import est en cours : la restauration attend sa fin.");
            store.restore(&self.file, &waiting, &|done, total| {
                progress.advance(done, total);
            })?
        };
        say(global, &summary, "Sauvegarde restaurée")
    }
}

fn say(global: &Global, summary: &BackupSummary, done: &str) -> Result<(), Failure> {
    if global.json {
        return Ok(output::json(summary)?);
    }
    let current = match summary.current {
        Some(number) => format!("l’édition n° {number} en service"),
        None => "aucune édition en service".to_owned(),
    };
    let index = if summary.address_index {
        ", l’index des adresses"
    } else {
        ", sans index d’adresses"
    };
    output::french(&format!(
        "{done} : {} ({current}){index}, {}, du {}.",
        counted(summary.editions, "édition", "éditions"),
        size(summary.bytes),
        summary.created,
    ))?;
    Ok(())
}
