//! `caloduc import`: files to a draft edition, with its quality report.

use crate::arguments::Global;
use crate::data;
use crate::failure::Failure;
use crate::output;
use crate::progress::Progress;
use anyhow::Context;
use caloduc_engine::ingest::TableKind;
use caloduc_engine::network::Edition;
use caloduc_engine::report::{FILE_UNREADABLE, FileOutcome, FileStatus, Report, at, counted};
use caloduc_store::{ImportOptions, ImportOutcome, ImportStep, StoreError};
use clap::Args;
use clap::builder::PossibleValuesParser;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Arguments of `import`.
#[derive(Debug, Args)]
pub struct Import {
    /// Fichiers, dossiers ou archives ZIP à lire
    #[arg(
        value_name = "CHEMIN",
        required = true,
        help_heading = "Arguments\u{a0}"
    )]
    paths: Vec<PathBuf>,

    /// Mettre l’édition en service aussitôt, si aucun fichier n’est refusé
    #[arg(long)]
    publish: bool,

    /// Écrire le rapport de qualité dans ce fichier (JSON, ou texte si son nom finit par .txt)
    #[arg(long, value_name = "FICHIER")]
    report: Option<PathBuf>,

    /// Nom de la source : l’import ne remplace que les lignes de la même source
    #[arg(long, value_name = "NOM", default_value = "main", hide_default_value = true, value_parser = source_name)]
    source: String,

    /// Table des fichiers dont le nom ne dit rien : heat, cold, project, priority-area, communes ou regulatory
    #[arg(long, value_name = "TABLE", value_parser = PossibleValuesParser::new(TableKind::NAMES), hide_possible_values = true)]
    kind: Option<String>,

    /// Année des tableaux réglementaires dont le nom ne la dit pas
    #[arg(long, value_name = "ANNÉE", value_parser = year)]
    year: Option<u16>,
}

fn source_name(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if (1..=64).contains(&text.chars().count()) && text.chars().all(plain) {
        Ok(text.to_owned())
    } else {
        Err("un nom de 1 à 64 lettres, chiffres, tirets ou points".to_owned())
    }
}

fn year(text: &str) -> Result<u16, String> {
    text.parse()
        .ok()
        .filter(|year| (1990..=2100).contains(year))
        .ok_or_else(|| "une année, comme 2024".to_owned())
}

impl Import {
    /// Imports, reports, and publishes when asked to.
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let store = global.store()?;
        let options = ImportOptions {
            source: self.source,
            kind: self.kind.as_deref().and_then(TableKind::parse),
            year: self.year,
            publish: self.publish,
            ..ImportOptions::new(data::now())
        };
        let imported = {
            let progress = Progress::start("Lecture");
            store.import(&self.paths, &options, &|step| show(&progress, step))
        };
        let outcome = match imported {
            Ok(outcome) => outcome,
            Err(error) => {
                if let (Some(file), StoreError::Input { path, problem }) = (&self.report, &error) {
                    write_report(file, &report_of_unreadable(path, problem))?;
                }
                return Err(error.into());
            }
        };
        if let Some(file) = &self.report {
            write_report(file, &outcome.report)?;
        }
        if global.json {
            output::json(&as_json(&outcome))?;
        } else {
            output::result(&outcome.report.to_text())?;
        }
        say_what_follows(&outcome, options.publish);
        if outcome.report.refused() || outcome.number.is_none() {
            return Err(Failure::Said);
        }
        Ok(())
    }
}

/// Shows a step of an import.
pub fn show(progress: &Progress, step: ImportStep) {
    match step {
        ImportStep::Reading(at) if at.file.is_empty() => {
            progress.phase_at("Lecture", at.done_bytes, at.total_bytes);
        }
        ImportStep::Reading(at) => progress.phase_at(
            &format!("Lecture de {}", at.file),
            at.done_bytes,
            at.total_bytes,
        ),
        ImportStep::Waiting => {
            output::message("Un autre import est en cours : celui-ci attend sa fin.");
            progress.phase("Attente de la fin d’un autre import");
        }
        ImportStep::Assembling => progress.phase("Identité des réseaux d’une édition à l’autre"),
        ImportStep::Checking => progress.phase("Vérifications"),
        ImportStep::Writing => progress.phase("Écriture de l’édition"),
    }
}

/// A file that could not even be opened is refused like any other, and reported like any other.
fn report_of_unreadable(path: &Path, problem: &str) -> Report {
    let file = path.display().to_string();
    let finding = FILE_UNREADABLE.finding(
        at(&file),
        format!("Fichier illisible : {problem}."),
        "Vérifiez le chemin et les droits du fichier, puis relancez l’import.",
    );
    let outcome = FileOutcome {
        file,
        status: FileStatus::Refused,
        table: None,
        epsg: None,
        rows_read: 0,
        rows_kept: 0,
    };
    Report::new(vec![outcome], vec![finding], &Edition::default())
}

fn write_report(file: &Path, report: &Report) -> anyhow::Result<()> {
    let is_text = file
        .extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("txt"));
    let content = if is_text {
        report.to_text()
    } else {
        report.to_json()
    };
    std::fs::write(file, content)
        .with_context(|| format!("le rapport « {} » n’a pas pu être écrit", file.display()))
}

fn as_json(outcome: &ImportOutcome) -> serde_json::Value {
    json!({
        "release": outcome.number,
        "published": outcome.published.is_some(),
        "replaced": outcome.published.as_ref().and_then(|published| published.replaced),
        "changes": {
            "added": outcome.changes.added,
            "removed": outcome.changes.removed,
            "kept": outcome.changes.kept,
        },
        "report": outcome.report,
    })
}

fn say_what_follows(outcome: &ImportOutcome, asked_to_publish: bool) {
    let Some(number) = outcome.number else {
        output::message(
            "Aucun fichier n’a pu être lu : il n’y a pas de brouillon, les données en service n’ont pas changé.",
        );
        return;
    };
    let changes = outcome.changes;
    output::message(&format!(
        "Édition n° {number} : {}, {}, {} par rapport à celle en service.",
        counted(changes.added as u64, "ajout", "ajouts"),
        counted(changes.removed as u64, "retrait", "retraits"),
        counted(changes.kept as u64, "ligne reconnue", "lignes reconnues"),
    ));
    let next = match &outcome.published {
        Some(published) => match published.replaced {
            Some(before) => {
                format!("L’édition n° {number} est en service ; elle remplace la n° {before}.")
            }
            None => format!("L’édition n° {number} est en service."),
        },
        None if outcome.report.refused() && asked_to_publish => {
            format!(
                "Un fichier est refusé : le brouillon n° {number} n’est pas publié, les données en service n’ont pas changé."
            )
        }
        None => format!(
            "C’est un brouillon. Pour le mettre en service : caloduc releases publish {number}"
        ),
    };
    output::message(&next);
}
