//! `caloduc releases buffer`: whose line is published only as an area around it.

use crate::arguments::Global;
use crate::data;
use crate::failure::Failure;
use crate::output;
use crate::progress::Progress;
use caloduc_engine::area::METRES;
use caloduc_engine::network::Key;
use caloduc_store::{Line, Store, StoreError};
use clap::Args;
use serde_json::json;

/// Arguments of `releases buffer`.
#[derive(Debug, Args)]
pub struct Buffer {
    /// Clé du réseau ou du projet, en bas de sa fiche (heat:7501C)
    #[arg(value_name = "CLÉ", value_parser = key, required_unless_present = "list", help_heading = "Arguments\u{a0}")]
    key: Option<Key>,

    /// Largeur de la zone de chaque côté du tracé, en mètres (30 à 500)
    #[arg(long, value_name = "MÈTRES", default_value_t = 100, value_parser = metres, conflicts_with_all = ["list", "undo"])]
    metres: u32,

    /// Donner les tracés publiés comme une zone
    #[arg(long, conflicts_with = "key")]
    list: bool,

    /// Publier de nouveau le tracé lui-même
    #[arg(long)]
    undo: bool,
}

fn key(text: &str) -> Result<Key, String> {
    Key::parse(text).ok_or_else(|| {
        "une clé de réseau ou de projet, comme heat:7501C, cold:7503F ou project:ab12".to_owned()
    })
}

fn metres(text: &str) -> Result<u32, String> {
    text.parse()
        .ok()
        .filter(|metres| METRES.contains(metres))
        .ok_or_else(|| {
            format!(
                "un nombre entier de {} à {} mètres",
                METRES.start(),
                METRES.end()
            )
        })
}

impl Buffer {
    /// Lists, decides, or takes back.
    pub fn run(self, global: &Global, store: Option<&Store>) -> Result<(), Failure> {
        let Some(key) = self.key else {
            return list(global, store);
        };
        let Some(store) = store else {
            return Err(StoreError::NoSuchLine { key }.into());
        };
        let wanted = if self.undo {
            Line::Shown
        } else {
            Line::Hidden {
                metres: self.metres,
            }
        };
        let editions = {
            let progress = Progress::start("Éditions");
            store.publish_line(&key, wanted, &data::now(), &|done, total| {
                progress.phase(&format!("Éditions refaites : {done} sur {total}"));
            })?
        };
        say(global, &key, wanted, &editions)
    }
}

fn list(global: &Global, store: Option<&Store>) -> Result<(), Failure> {
    let areas = store.map_or_else(|| Ok(Vec::new()), Store::areas)?;
    if global.json {
        return Ok(output::json(&areas)?);
    }
    if areas.is_empty() {
        output::french("Aucun tracé n’est publié comme une zone tampon.")?;
        return Ok(());
    }
    let lines = areas.iter().map(|area| {
        format!(
            "{}  {} m  depuis le {}\n",
            area.key,
            area.metres,
            area.decided.as_str()
        )
    });
    output::french(&lines.collect::<String>())?;
    Ok(())
}

fn say(global: &Global, key: &Key, wanted: Line, editions: &[u32]) -> Result<(), Failure> {
    let metres = match wanted {
        Line::Hidden { metres } => Some(metres),
        Line::Shown => None,
    };
    if global.json {
        return Ok(output::json(
            &json!({ "key": key.as_str(), "metres": metres, "editions": editions }),
        )?);
    }
    let count = match editions.len() {
        0 => "aucune édition n’avait ce tracé".to_owned(),
        1 => "une édition refaite".to_owned(),
        count => format!("{count} éditions refaites"),
    };
    output::french(&match metres {
        Some(metres) => format!(
            "{key} n’est plus publié que comme une zone, à {metres} m environ de chaque côté : {count}. Les fichiers à télécharger sont récrits par le service."
        ),
        None => format!(
            "Le tracé de {key} est publié de nouveau : {count}. Les fichiers à télécharger sont récrits par le service."
        ),
    })?;
    if metres.is_some() {
        output::message(
            "Ce qui a déjà été téléchargé ne se reprend pas ; videz aussi le cache d’un éventuel serveur mandataire.",
        );
    }
    Ok(())
}
