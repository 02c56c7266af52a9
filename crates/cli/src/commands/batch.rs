//! `caloduc batch`: a file of rows to the same file with a verdict on each row.

use crate::arguments::Global;
use crate::failure::Failure;
use crate::ground::Ground;
use crate::output;
use crate::progress::Progress;
use anyhow::{Context, bail};
use caloduc_engine::batch::{
    self, AskedColumns, Assessor, CsvWriter, Kept, Locate, Mapping, Reading, Summary,
};
use caloduc_engine::eligibility::Service;
use caloduc_engine::report::{count, counted};
use clap::Args;
use std::fs::{self, File};
use std::io::{BufWriter, Seek, SeekFrom};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// Arguments of `batch`.
#[derive(Debug, Args)]
pub struct Batch {
    /// Fichier CSV à tester, une ligne de titres puis une ligne par adresse
    #[arg(value_name = "FICHIER", help_heading = "Arguments\u{a0}")]
    file: PathBuf,

    /// Fichier CSV à écrire
    #[arg(short = 'o', long = "output", value_name = "FICHIER")]
    output: PathBuf,

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

    /// Colonnes de l’adresse, séparées par des virgules
    #[arg(long, value_name = "COLONNES", value_delimiter = ',')]
    address_columns: Vec<String>,
}

impl Batch {
    /// Tests every row.
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        self.check_names()?;
        let ground = Ground::of(global)?;
        ground.warn_if_fictional();
        let asked = AskedColumns {
            address: self.address_columns.clone(),
            coordinates: self.lon_column.clone().zip(self.lat_column.clone()),
        };
        let summary = self.answer(&ground, &asked)?;
        if global.json {
            output::json(&summary)?;
        } else {
            output::french(&text(&summary, &self.output))?;
        }
        Ok(())
    }

    fn check_names(&self) -> Result<(), Failure> {
        let ending = self
            .output
            .extension()
            .map(|ending| ending.to_string_lossy().to_lowercase());
        if !matches!(ending.as_deref(), Some("csv" | "tsv" | "txt")) {
            return Err(Failure::usage(format!(
                "« {} » : le résultat s’écrit en CSV ; donnez un nom qui finit par .csv",
                self.output.display()
            )));
        }
        let same = |a: &Path, b: &Path| {
            a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
        };
        if same(&self.file, &self.output) {
            return Err(Failure::usage(
                "le résultat remplacerait le fichier testé ; donnez un autre nom à -o",
            ));
        }
        Ok(())
    }

    /// Writes beside the output and renames at the end, so that the output is whole or not there.
    fn answer(&self, ground: &Ground, asked: &AskedColumns) -> anyhow::Result<Summary> {
        let said = |path: &Path| format!("« {} »", path.display());
        let mut input = File::open(&self.file)
            .with_context(|| format!("{} n’a pas pu être ouvert", said(&self.file)))?;
        let metadata = input.metadata()?;
        if metadata.is_dir() {
            bail!(
                "{} est un dossier : donnez un fichier CSV",
                said(&self.file)
            );
        }
        let reading = Reading::default();
        let preview = caloduc_formats::batch::preview(&mut input, &reading)?;
        let mapping = Mapping::of(asked, &preview)?;
        // An address index is only made ready when there are addresses.
        let geocoder = if mapping.asks_addresses() {
            ground.geocoder()?
        } else {
            None
        };
        let assessor = Assessor {
            snapshot: ground.snapshot(),
            locator: geocoder.as_ref().map(|geocoder| geocoder as &dyn Locate),
            service: Service::Heat,
        };
        input.seek(SeekFrom::Start(0))?;
        let mut source = caloduc_formats::batch::open(Box::new(input), &reading)?;
        let partial = partial_name(&self.output);
        let writer = File::create(&partial)
            .with_context(|| format!("{} n’a pas pu être créé", said(&partial)))?;
        let progress = Progress::start("Lignes testées");
        let results = BufWriter::with_capacity(1 << 20, &writer);
        let results = Box::new(CsvWriter::new(results, source.layout(), Kept::All));
        let answered = batch::run(&assessor, &mapping, &mut *source, results, None, |done| {
            let what = format!("{} lignes testées", count(done.rows));
            progress.phase_at(&what, done.bytes_read.min(metadata.len()), metadata.len());
            ControlFlow::Continue(())
        });
        drop(progress);
        let placed = answered.map_err(anyhow::Error::from).and_then(|summary| {
            writer.sync_all()?;
            fs::rename(&partial, &self.output)
                .with_context(|| format!("{} n’a pas pu être écrit", said(&self.output)))?;
            Ok(summary)
        });
        if placed.is_err() {
            // Half a file is no result; that it cannot be removed changes nothing to the failure.
            let _ignored = fs::remove_file(&partial);
        }
        placed
    }
}

fn partial_name(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".partial");
    PathBuf::from(name)
}

fn text(summary: &Summary, output: &Path) -> String {
    format!(
        "{} dans « {} » : {} avec une réponse, dont {} pour un raccordement envisageable ; {} introuvables, {} vides, {} en erreur.",
        counted(summary.rows, "ligne", "lignes"),
        output.display(),
        count(summary.ok),
        count(summary.eligible),
        count(summary.not_found),
        count(summary.empty),
        count(summary.errors),
    )
}
