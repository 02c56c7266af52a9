//! `caloduc batch`: a file of rows to the same file with a verdict on each row.

mod files;
mod journal;
mod pace;
mod shown;

use crate::arguments::Global;
use crate::failure::Failure;
use crate::ground::Ground;
use crate::output;
use anyhow::anyhow;
use caloduc_engine::batch::{
    self, AskedColumns, Assessor, BatchError, Kept, Locate, Mapping, Preview, Reading, Summary,
    Titles,
};
use caloduc_engine::eligibility::Service;
use caloduc_formats::batch::{self as formats, ResultFormat, Written};
use clap::{Args, ValueEnum};
use files::{Given, Target};
use journal::{Identity, Kept as KeptAnswers};
use pace::Pace;
use std::io::{Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Arguments of `batch`.
#[derive(Debug, Args)]
pub struct Batch {
    /// Fichier à tester (CSV, TSV, XLSX, XLS, ODS, Parquet, points GeoJSON), - pour l’entrée standard
    #[arg(value_name = "FICHIER", help_heading = "Arguments\u{a0}")]
    file: PathBuf,

    /// Fichier à écrire, - pour la sortie standard ; son extension dit le format
    #[arg(
        short = 'o',
        long = "output",
        value_name = "FICHIER",
        required_unless_present = "preview"
    )]
    output: Option<PathBuf>,

    /// Format du résultat, quand l’extension ne le dit pas
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    format: Option<ResultFormat>,

    /// Colonne des longitudes (ou des x), devinée si elle n’est pas donnée
    #[arg(
        long,
        value_name = "COLONNE",
        requires = "lat_column",
        conflicts_with = "address_columns"
    )]
    lon_column: Option<String>,

    /// Colonne des latitudes (ou des y), devinée si elle n’est pas donnée
    #[arg(long, value_name = "COLONNE", requires = "lon_column")]
    lat_column: Option<String>,

    /// Colonnes de l’adresse, séparées par des virgules, devinées si elles ne sont pas données
    #[arg(long, value_name = "COLONNES", value_delimiter = ',')]
    address_columns: Vec<String>,

    /// Feuille du classeur (par défaut la première qui n’est pas vide)
    #[arg(long, value_name = "FEUILLE")]
    sheet: Option<String>,

    /// Séparateur du texte (par défaut deviné)
    #[arg(long, value_name = "SIGNE", value_parser = delimiter)]
    delimiter: Option<char>,

    /// La première ligne ne porte pas de titres (par défaut deviné)
    #[arg(long, conflicts_with = "with_titles")]
    no_titles: bool,

    /// La première ligne porte les titres (par défaut deviné)
    #[arg(long)]
    with_titles: bool,

    /// Pour quoi : heat (chaleur, par défaut) ou cold (froid)
    #[arg(
        long = "for",
        value_name = "USAGE",
        value_enum,
        hide_possible_values = true,
        default_value_t = For::Heat,
        hide_default_value = true
    )]
    service: For,

    /// N’écrire que ces lignes : eligible, pdp, enr50, introuvable, douteux (par défaut toutes)
    #[arg(long, value_name = "LIGNES", value_parser = kept, default_value = "tous", hide_default_value = true)]
    only: Kept,

    /// Reprendre un test interrompu là où il en était
    #[arg(long, conflicts_with = "preview")]
    resume: bool,

    /// Montrer ce qui est compris du fichier, sans rien tester
    #[arg(long)]
    preview: bool,
}

/// Heat or cold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum For {
    /// Chaleur
    Heat,
    /// Froid
    Cold,
}

impl Batch {
    /// Tests every row, or shows what would be.
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        if self.preview {
            let mut given = Given::open(&self.file)?;
            let preview = formats::preview(&mut given.file, &self.reading())?;
            return if global.json {
                Ok(output::json(&preview)?)
            } else {
                Ok(output::french(&shown::preview(&preview))?)
            };
        }
        let target = Target::of(&self.file, self.output.as_deref(), self.format)?;
        if self.resume && target.is_finished() {
            output::message(&format!(
                "« {} » est déjà terminé : rien à reprendre.",
                target.name()
            ));
            return Ok(());
        }
        let mut given = Given::open(&self.file)?;
        let preview = formats::preview(&mut given.file, &self.reading())?;
        let mapping = Mapping::of(&self.asked(), &preview)?;
        let summary = self.test(global, given, &preview, &mapping, &target)?;
        let told = shown::summary(&summary, &target.name());
        match (global.json, target.is_stdout()) {
            (true, false) => output::json(&summary)?,
            (false, false) => output::french(&told)?,
            (true, true) => output::message(&serde_json::to_string(&summary)?),
            (false, true) => output::message(&told),
        }
        Ok(())
    }

    fn reading(&self) -> Reading {
        Reading {
            sheet: self.sheet.clone(),
            delimiter: self.delimiter,
            encoding: None,
            titles: match (self.with_titles, self.no_titles) {
                (true, _) => Some(Titles::FirstRow),
                (_, true) => Some(Titles::Absent),
                _ => None,
            },
        }
    }

    fn asked(&self) -> AskedColumns {
        AskedColumns {
            address: self.address_columns.clone(),
            coordinates: self.lon_column.clone().zip(self.lat_column.clone()),
        }
    }

    fn test(
        &self,
        global: &Global,
        mut given: Given,
        preview: &Preview,
        mapping: &Mapping,
        target: &Target,
    ) -> Result<Summary, Failure> {
        let mut kept = match (self.resume, target.partial()) {
            (true, Some(path)) => KeptAnswers::open(&path)?,
            _ => None,
        };
        let ground = match kept.as_ref().map(KeptAnswers::release) {
            Some(release) => Ground::at(global, release)?,
            None => Ground::of(global)?,
        };
        ground.warn_if_fictional();
        // An address index is only made ready when there are addresses.
        let geocoder = if mapping.asks_addresses() {
            let geocoder = ground.geocoder()?;
            Some(geocoder.ok_or(BatchError::NoAddressIndex)?)
        } else {
            None
        };
        let snapshot = ground.snapshot();
        let identity = Identity {
            input: given.hash()?,
            options: format!(
                "{:?} {:?} {:?} {:?} {:?} {:?}",
                self.reading(),
                mapping,
                self.service,
                self.only,
                target.format,
                batch::CHUNK_ROWS
            ),
            addresses: geocoder.as_ref().map_or_else(String::new, |geocoder| {
                serde_json::to_string(&geocoder.info()).unwrap_or_default()
            }),
            release: snapshot.stamp().release,
            edition: snapshot.stamp().created.clone(),
        };
        match &kept {
            Some(kept) => kept.must_be(&identity)?,
            None => {
                kept = target
                    .partial()
                    .map(|path| KeptAnswers::begin(&path, &identity))
                    .transpose()?;
            }
        }
        given.file.seek(SeekFrom::Start(0))?;
        let bytes = given.bytes;
        let mut source = formats::open(Box::new(given.file), &self.reading())?;
        let assessor = Assessor {
            snapshot,
            locator: geocoder.as_ref().map(|geocoder| geocoder as &dyn Locate),
            service: match self.service {
                For::Heat => Service::Heat,
                For::Cold => Service::Cold,
            },
        };
        let written = Written {
            format: target.format,
            kept: self.only,
            created: &snapshot.stamp().created,
            release: snapshot.stamp().release,
        };
        let mut pace = Pace::start(bytes);
        let done = target.write(|out| {
            let writer = formats::writer(out, &preview.layout, &written)?;
            let journal = kept
                .as_mut()
                .map(|kept| kept as &mut dyn caloduc_engine::batch::Journal);
            batch::run(&assessor, mapping, &mut *source, writer, journal, |done| {
                pace.tell(&done);
                ControlFlow::Continue(())
            })
        });
        drop(pace);
        match done {
            Ok(summary) => {
                if let Some(kept) = kept {
                    kept.remove()?;
                }
                Ok(summary)
            }
            Err(error) => Err(match kept {
                Some(kept) if kept.is_worth_keeping() => anyhow!(error)
                    .context(format!(
                        "le test s’est arrêté, rien n’est perdu : relancez la même commande avec --resume (« {} »)",
                        target.name()
                    ))
                    .into(),
                Some(kept) => {
                    // Nothing was answered: half a file is no result.
                    kept.remove()?;
                    error.into()
                }
                None => error.into(),
            }),
        }
    }
}

fn format(word: &str) -> Result<ResultFormat, String> {
    ResultFormat::parse(&word.to_lowercase())
        .ok_or_else(|| "csv, xlsx, geojson ou parquet".to_owned())
}

fn kept(word: &str) -> Result<Kept, String> {
    match word {
        "doubtful" => Some(Kept::Doubtful),
        "not-found" => Some(Kept::Placeless),
        "all" => Some(Kept::All),
        word => Kept::parse(word),
    }
    .ok_or_else(|| "tous, eligible, pdp, enr50, introuvable ou douteux".to_owned())
}

fn delimiter(text: &str) -> Result<char, String> {
    match text.as_bytes() {
        b"\\t" | b"tab" => Ok('\t'),
        [sign] if sign.is_ascii() && *sign != b'"' => Ok(char::from(*sign)),
        _ => Err("un seul signe, ou « tab »".to_owned()),
    }
}
