//! A whole CSV: the same rows with their answers, in order, written under its name when it is complete.

use super::Geocode;
use crate::arguments::Global;
use crate::commands::addresses::open_index;
use crate::counted::Passage;
use crate::failure::Failure;
use crate::output;
use anyhow::{Context, anyhow};
use caloduc_engine::report::count;
use caloduc_geocoder::SharedGeocoder;
use caloduc_geocoder::rows::{self, CsvError, CsvOptions, CsvReport};
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

/// Geocodes the table.
pub fn run(asked: &Geocode, global: &Global) -> Result<(), Failure> {
    let input = asked.csv.as_deref().unwrap_or(Path::new("-"));
    let output = asked.output.as_deref().filter(|o| *o != Path::new("-"));
    if let Some(output) = output
        && is_same_file(input, output)
    {
        return Err(Failure::usage(
            "le fichier de sortie est le fichier d’entrée ; donnez un autre nom à -o",
        ));
    }
    let (_store, index) = open_index(global)?;
    let (reader, bytes) = open(input)?;
    let begin = Instant::now();
    let work = Work {
        asked,
        index: &index,
        passage: Passage::start("Géocodage", bytes),
    };
    let report = match output {
        Some(output) => {
            let report = work.to_file(reader, output)?;
            if global.json {
                crate::output::json(&report)?;
            }
            report
        }
        None => work.pass(reader, std::io::stdout().lock())?,
    };
    drop(work);
    output::message(&summary(&report, begin.elapsed().as_secs_f64()));
    Ok(())
}

struct Work<'a> {
    asked: &'a Geocode,
    index: &'a SharedGeocoder,
    passage: Passage,
}

impl Work<'_> {
    /// Writes beside the output and renames at the end, so that a file under its name is a whole one.
    fn to_file(&self, reader: impl Read, output: &Path) -> Result<CsvReport, Failure> {
        let named = || format!("« {} »", output.display());
        let folder = output
            .parent()
            .filter(|f| !f.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let file = new_file_in(folder).with_context(named)?;
        let report = self.pass(reader, BufWriter::with_capacity(1 << 18, file.as_file()))?;
        file.as_file().sync_all().with_context(named)?;
        file.persist(output)
            .map_err(|e| e.error)
            .with_context(named)?;
        Ok(report)
    }

    fn pass(&self, reader: impl Read, writer: impl Write) -> Result<CsvReport, Failure> {
        let asked = self.asked;
        let options = CsvOptions {
            columns: asked.columns.clone(),
            citycode: asked.citycode.clone(),
            postcode: asked.postcode.clone(),
            kind: asked.kind.clone(),
            lat: asked.lat.clone(),
            lon: asked.lon.clone(),
            result_columns: asked.result_columns.clone(),
            delimiter: asked.delimiter,
            radius_m: asked.radius,
        };
        let reader = self.passage.through(reader);
        let said = |report: &CsvReport| {
            self.passage
                .note(&format!("Géocodage, {} lignes", count(report.rows)));
            ControlFlow::Continue(())
        };
        let done = if asked.reverse {
            rows::reverse(self.index, reader, writer, &options, said)
        } else {
            rows::geocode(self.index, reader, writer, &options, said)
        };
        done.map_err(|error| match error {
            // Kept as it is, so that a reader gone away is recognised.
            CsvError::Io(error) => error.into(),
            CsvError::UnknownColumn { .. }
            | CsvError::UnknownResultColumn { .. }
            | CsvError::NoCoordinates { .. } => Failure::usage(error.to_string()),
            other => other.into(),
        })
    }
}

fn open(input: &Path) -> anyhow::Result<(Box<dyn Read>, u64)> {
    if input == Path::new("-") {
        return Ok((Box::new(std::io::stdin().lock()), 0));
    }
    let named = || format!("« {} »", input.display());
    let file = match File::open(input) {
        Ok(file) => file,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            return Err(anyhow!("{} : n’existe pas ; vérifiez le chemin", named()));
        }
        Err(e) => return Err(e).with_context(named),
    };
    let metadata = file.metadata().with_context(named)?;
    if metadata.is_dir() {
        return Err(anyhow!(
            "{} : c’est un dossier ; donnez un fichier CSV",
            named()
        ));
    }
    Ok((Box::new(file), metadata.len()))
}

fn is_same_file(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}

/// A file of one's own that others will be able to read once it has its name, as any file one writes.
fn new_file_in(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".caloduc-geocode-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

fn summary(report: &CsvReport, seconds: f64) -> String {
    format!(
        "{} lignes : {} trouvées, {} sans réponse, {} écartées, {} en erreur ({} lignes par seconde)",
        count(report.rows),
        count(report.found),
        count(report.not_found),
        count(report.skipped),
        count(report.faulty),
        count((report.rows as f64 / seconds.max(1e-6)) as u64)
    )
}
