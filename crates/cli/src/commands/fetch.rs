//! `caloduc fetch`: the official files, downloaded, imported as a draft, and made into the address index.

use super::addresses::build::{Others, build_index};
use super::addresses::sources::Sources as AddressSources;
use crate::arguments::Global;
use crate::data;
use crate::failure::Failure;
use crate::output;
use crate::progress::Progress;
use caloduc_fetch::{Client, Fetched, Official, Patience, Sources, Wanted};
use caloduc_store::{ImportOptions, ImportOutcome, Store};
use clap::Args;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Arguments of `fetch`.
#[derive(Debug, Args)]
pub struct Fetch {
    /// Départements dont prendre les adresses et les communes, séparés par des virgules ; « tous » pour la France entière
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    departments: Vec<String>,

    /// Prendre l’archive des réseaux et les tableaux réglementaires
    #[arg(long)]
    networks: bool,

    /// Prendre les contours des communes des départements
    #[arg(long)]
    communes: bool,

    /// Mettre l’édition en service aussitôt, si aucun fichier n’est refusé
    #[arg(long)]
    publish: bool,
}

/// What is taken, decided once.
#[derive(Debug)]
struct Plan {
    /// Files of an edition.
    tables: Vec<Wanted>,
    /// Files of the address index.
    addresses: Vec<Wanted>,
}

impl Fetch {
    /// Downloads everything, then imports and builds: nothing is touched when a download fails.
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let config = global
            .configuration()
            .map_err(|error| Failure::usage(error.to_string()))?;
        let store = global.store()?;
        let plan = self.plan(&config.fetch, &store.downloads_dir())?;
        let client = Client::new(Patience::default());
        let mut files = Vec::new();
        for wanted in plan.tables.iter().chain(&plan.addresses) {
            files.push((wanted, download(&client, wanted)?));
        }
        let imported = self.import(&store, &plan.tables)?;
        let built = build(&store, &plan.addresses)?;
        if global.json {
            let files: Vec<_> = files
                .iter()
                .map(|(wanted, fetched)| {
                    json!({"url": wanted.url, "path": wanted.path, "new": *fetched == Fetched::New})
                })
                .collect();
            let release = imported.as_ref().and_then(|outcome| outcome.number);
            output::json(&json!({
                "files": files,
                "release": release,
                "published": imported.as_ref().is_some_and(|outcome| outcome.published.is_some()),
                "addresses": built,
            }))?;
        } else {
            say(&files, imported.as_ref(), built)?;
        }
        match imported {
            Some(outcome) if outcome.report.refused() || outcome.number.is_none() => {
                Err(Failure::Said)
            }
            _ => Ok(()),
        }
    }

    /// Without an option: all that is configured.
    fn plan(&self, sources: &Sources, folder: &Path) -> Result<Plan, Failure> {
        let departments = self.departments(sources)?;
        let everything = !self.networks && !self.communes && self.departments.is_empty();
        let mut plan = Plan {
            tables: Vec::new(),
            addresses: Vec::new(),
        };
        let files = |kind| sources.files(kind, &departments, folder);
        if self.networks || (everything && !sources.networks.is_empty()) {
            plan.tables.extend(files(Official::Networks)?);
        }
        if (self.networks || everything) && !sources.regulatory.is_empty() {
            plan.tables.extend(files(Official::Regulatory)?);
        }
        if !departments.is_empty() {
            if self.communes || everything {
                plan.tables.extend(files(Official::Communes)?);
            }
            if everything || !self.departments.is_empty() {
                plan.addresses.extend(files(Official::Addresses)?);
            }
        } else if self.communes {
            return Err(Failure::usage(
                "--communes demande des départements : --departments 75,92",
            ));
        }
        if plan.tables.is_empty() && plan.addresses.is_empty() {
            return Err(Failure::usage(
                "rien à télécharger : nommez des départements (--departments 75,92), ou renseignez la section [fetch] de la configuration",
            ));
        }
        Ok(plan)
    }

    fn departments(&self, sources: &Sources) -> Result<Vec<String>, Failure> {
        let known = Sources::all_departments();
        let asked = if self.departments.is_empty() {
            &sources.departments
        } else {
            &self.departments
        };
        if asked
            .iter()
            .any(|code| ["tous", "toutes", "all"].contains(&code.as_str()))
        {
            return Ok(known);
        }
        asked
            .iter()
            .map(|code| {
                let code = code.trim().to_uppercase();
                let code = if code.len() == 1 {
                    format!("0{code}")
                } else {
                    code
                };
                if known.contains(&code) {
                    Ok(code)
                } else {
                    Err(Failure::usage(format!(
                        "« {code} » n’est pas un département"
                    )))
                }
            })
            .collect()
    }

    fn import(&self, store: &Store, files: &[Wanted]) -> Result<Option<ImportOutcome>, Failure> {
        if files.is_empty() {
            return Ok(None);
        }
        let paths: Vec<PathBuf> = files.iter().map(|wanted| wanted.path.clone()).collect();
        let options = ImportOptions {
            publish: self.publish,
            ..ImportOptions::new(data::now())
        };
        let progress = Progress::start("Lecture des fichiers");
        let outcome = store.import(&paths, &options, &|step| {
            super::import::show(&progress, step);
        })?;
        Ok(Some(outcome))
    }
}

fn download(client: &Client, wanted: &Wanted) -> Result<Fetched, Failure> {
    let name = wanted
        .path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    let progress = Progress::start(&format!("Téléchargement de {name}"));
    Ok(client.fetch(wanted, &|done, total| progress.advance(done, total))?)
}

/// The number of addresses of the index made, when files of addresses were asked for.
fn build(store: &Store, files: &[Wanted]) -> Result<Option<u64>, Failure> {
    if files.is_empty() {
        return Ok(None);
    }
    let paths: Vec<PathBuf> = files.iter().map(|wanted| wanted.path.clone()).collect();
    let built = build_index(store, AddressSources::find(&paths)?, Others::Stay, None)?;
    let addresses = built.index.departments.iter().map(|d| d.addresses).sum();
    Ok(Some(addresses))
}

fn say(
    files: &[(&Wanted, Fetched)],
    imported: Option<&ImportOutcome>,
    built: Option<u64>,
) -> Result<(), Failure> {
    let new = files.iter().filter(|(_, fetched)| *fetched == Fetched::New);
    let mut text = format!("{} fichiers, dont {} nouveaux\n", files.len(), new.count());
    if let Some(outcome) = imported {
        text.push_str(&outcome.report.to_text());
        text.push('\n');
        text.push_str(&match (outcome.number, &outcome.published) {
            (Some(number), Some(_)) => format!("L’édition n° {number} est en service.\n"),
            (Some(number), None) => format!(
                "Brouillon n° {number}. Pour le mettre en service : caloduc releases publish {number}\n"
            ),
            (None, _) => "Aucun fichier n’a pu être lu : les données en service n’ont pas changé.\n".to_owned(),
        });
    }
    if let Some(addresses) = built {
        text.push_str(&format!(
            "Index d’adresses reconstruit : {addresses} adresses.\n"
        ));
    }
    output::french(&text)?;
    Ok(())
}
