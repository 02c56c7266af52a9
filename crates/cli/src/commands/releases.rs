//! `caloduc releases`: the editions of the data, what changed between two of them, which one is in service.

mod buffer;
mod show;

use crate::arguments::{Global, HELP};
use crate::data;
use crate::failure::Failure;
use crate::output;
use caloduc_store::{EditionState, Published, Release, Store, StoreError};
use clap::{Args, Subcommand};
use serde_json::json;

/// Arguments of `releases`.
#[derive(Debug, Args)]
pub struct Releases {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Lister les éditions et les brouillons (ce que fait « releases » sans rien d’autre)
    #[command(help_template = HELP, after_help = "Exemple\u{a0}:\n  caloduc releases list --json")]
    List,
    /// Montrer une édition, avec le rapport de qualité de son import
    #[command(help_template = HELP, after_help = "Exemple\u{a0}:\n  caloduc releases show 3")]
    Show {
        /// Numéro de l’édition ou du brouillon
        #[arg(value_name = "N", help_heading = "Arguments\u{a0}")]
        number: u32,
    },
    /// Dire ce qui change d’une édition à une autre
    #[command(help_template = HELP, after_help = "Exemple\u{a0}:\n  caloduc releases diff 2 3")]
    Diff {
        /// Numéro de départ
        #[arg(value_name = "A", help_heading = "Arguments\u{a0}")]
        from: u32,
        /// Numéro d’arrivée
        #[arg(value_name = "B", help_heading = "Arguments\u{a0}")]
        to: u32,
    },
    /// Mettre en service un brouillon, ou une édition antérieure
    #[command(help_template = HELP, after_help = "Exemple\u{a0}:\n  caloduc releases publish 3")]
    Publish {
        /// Numéro de l’édition ou du brouillon
        #[arg(value_name = "N", help_heading = "Arguments\u{a0}")]
        number: u32,
    },
    /// Supprimer un brouillon
    #[command(help_template = HELP, after_help = "Exemple\u{a0}:\n  caloduc releases discard 4")]
    Discard {
        /// Numéro du brouillon
        #[arg(value_name = "N", help_heading = "Arguments\u{a0}")]
        number: u32,
    },
    /// Ne publier un tracé que comme une zone tampon, dans toutes les éditions
    #[command(help_template = HELP, after_help = "Exemples\u{a0}:\n  caloduc releases buffer heat:7501C --metres 100\n  caloduc releases buffer --list\n  caloduc releases buffer heat:7501C --undo")]
    Buffer(buffer::Buffer),
    /// Remettre en service l’édition qui précédait
    #[command(help_template = HELP, after_help = "Exemple\u{a0}:\n  caloduc releases rollback")]
    Rollback,
}

impl Releases {
    /// Does what was asked of the editions.
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let store = global.store_if_any()?;
        let known = |number| store.as_ref().ok_or(StoreError::UnknownEdition { number });
        match self.action.unwrap_or(Action::List) {
            Action::List => list(global, store.as_ref()),
            Action::Show { number } => show::show(global, known(number)?, number),
            Action::Diff { from, to } => diff(global, known(from)?, from, to),
            Action::Publish { number } => {
                let published = known(number)?.publish(number, &data::now())?;
                say_published(global, &published)
            }
            Action::Discard { number } => discard(global, known(number)?, number),
            Action::Buffer(buffer) => buffer.run(global, store.as_ref()),
            Action::Rollback => {
                let store = store.as_ref().ok_or(StoreError::NothingBefore)?;
                say_published(global, &store.rollback(&data::now())?)
            }
        }
    }
}

fn list(global: &Global, store: Option<&Store>) -> Result<(), Failure> {
    let releases = store.map_or_else(|| Ok(Vec::new()), Store::releases)?;
    if global.json {
        return Ok(output::json(&releases)?);
    }
    if releases.is_empty() {
        output::french(
            "Aucune édition pour l’instant : « caloduc import CHEMIN… » en prépare une. D’ici là, c’est le territoire de démonstration qui répond.",
        )?;
        return Ok(());
    }
    let mut text = format!(
        "{:>4}  {:<10}  {:<20}  {:<10}  {}\n",
        "N°", "État", "Créée (UTC)", "Source", "Rapport"
    );
    for release in &releases {
        text.push_str(&line(release));
    }
    output::french(&text)?;
    Ok(())
}

fn line(release: &Release) -> String {
    let refused = match release.refused_files {
        0 => "",
        1 => " (un fichier refusé)",
        _ => " (fichiers refusés)",
    };
    format!(
        "{:>4}  {:<10}  {:<20}  {:<10}  {}{refused}\n",
        release.number,
        state(release.state),
        release.created.as_str(),
        release.source,
        release.summary,
    )
}

fn state(state: EditionState) -> &'static str {
    match state {
        EditionState::Draft => "brouillon",
        EditionState::Current => "en service",
        EditionState::Past => "ancienne",
    }
}

fn diff(global: &Global, store: &Store, from: u32, to: u32) -> Result<(), Failure> {
    let diff = store.diff(from, to)?;
    if global.json {
        output::json(&diff)?;
    } else {
        output::result(&diff.to_text())?;
    }
    Ok(())
}

fn discard(global: &Global, store: &Store, number: u32) -> Result<(), Failure> {
    store.discard(number)?;
    if global.json {
        output::json(&json!({ "discarded": number }))?;
    } else {
        output::french(&format!("Le brouillon n° {number} est supprimé."))?;
    }
    Ok(())
}

fn say_published(global: &Global, published: &Published) -> Result<(), Failure> {
    let number = published.number;
    if let Some(base) = published.started_from {
        output::message(&format!(
            "attention : ce brouillon est parti de l’édition n° {base}, qui n’était plus celle en service. Ce qui a été publié entre-temps n’est plus en service ; voyez « caloduc releases diff {} {number} ».",
            published.replaced.unwrap_or(base),
        ));
    }
    if global.json {
        return Ok(output::json(&json!({
            "current": number,
            "replaced": published.replaced,
            "started_from": published.started_from,
        }))?);
    }
    let text = match published.replaced {
        Some(before) if before == number => {
            format!("L’édition n° {number} était déjà en service : rien n’a changé.")
        }
        Some(before) => {
            format!("L’édition n° {number} est en service ; elle remplace la n° {before}.")
        }
        None => format!("L’édition n° {number} est en service."),
    };
    output::french(&text)?;
    Ok(())
}
