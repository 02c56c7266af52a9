//! What is read and what is written: standard streams or files, the result under its name only when it is whole.

use crate::failure::Failure;
use anyhow::{Context, anyhow, bail};
use caloduc_engine::batch::{BatchError, Summary};
use caloduc_formats::batch::ResultFormat;
use std::fs::{self, File};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The file that is tested, at its beginning.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) file: File,
    pub(super) bytes: u64,
}

impl Given {
    /// Opens a file; what comes by standard input is set down in a nameless one first, because some formats are read
    /// from their end.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let named = || format!("« {} » n’a pas pu être ouvert", path.display());
        if path == Path::new("-") {
            let mut file = tempfile::tempfile().context("pas de place pour l’entrée standard")?;
            let bytes = io::copy(&mut io::stdin().lock(), &mut file)
                .context("l’entrée standard n’a pas pu être lue")?;
            file.seek(SeekFrom::Start(0))?;
            return Ok(Self { file, bytes });
        }
        let file = File::open(path).with_context(named)?;
        let metadata = file.metadata().with_context(named)?;
        if metadata.is_dir() {
            bail!("« {} » est un dossier : donnez un fichier", path.display());
        }
        Ok(Self {
            file,
            bytes: metadata.len(),
        })
    }

    /// A hash of all its bytes.
    pub(super) fn hash(&mut self) -> anyhow::Result<String> {
        self.file.seek(SeekFrom::Start(0))?;
        let mut hasher = blake3::Hasher::new();
        let mut buffer = vec![0; 1 << 18];
        loop {
            match io::Read::read(&mut self.file, &mut buffer)? {
                0 => return Ok(hasher.finalize().to_hex().to_string()),
                read => hasher.update(&buffer[..read]),
            };
        }
    }
}

/// Where the result goes.
#[derive(Debug)]
pub(super) struct Target {
    /// `None` for standard output.
    path: Option<PathBuf>,
    pub(super) format: ResultFormat,
}

impl Target {
    pub(super) fn of(
        input: &Path,
        output: Option<&Path>,
        format: Option<ResultFormat>,
    ) -> Result<Self, Failure> {
        let output = output.unwrap_or(Path::new("-"));
        if output == Path::new("-") {
            return Ok(Self {
                path: None,
                format: format.unwrap_or_default(),
            });
        }
        let by_name = || ResultFormat::of_extension(&output.extension()?.to_string_lossy());
        let format = format.or_else(by_name).ok_or_else(|| {
            Failure::usage(format!(
                "« {} » : donnez un nom qui finit par .csv, .xlsx, .geojson ou .parquet, ou le format avec --format",
                output.display()
            ))
        })?;
        let same = |a: &Path, b: &Path| {
            a == b || matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
        };
        if same(input, output) {
            return Err(Failure::usage(
                "le résultat remplacerait le fichier testé ; donnez un autre nom à -o",
            ));
        }
        Ok(Self {
            path: Some(output.to_owned()),
            format,
        })
    }

    pub(super) fn is_stdout(&self) -> bool {
        self.path.is_none()
    }

    /// As messages name it.
    pub(super) fn name(&self) -> String {
        match &self.path {
            Some(path) => path.display().to_string(),
            None => "sortie standard".to_owned(),
        }
    }

    /// Where the answers are kept meanwhile.
    pub(super) fn partial(&self) -> Option<PathBuf> {
        self.path
            .as_deref()
            .map(|path| with_ending(path, ".partial"))
    }

    /// Whether the result is there and nothing is under way.
    pub(super) fn is_finished(&self) -> bool {
        self.path.as_ref().is_some_and(|path| path.is_file())
            && self.partial().is_some_and(|partial| !partial.exists())
    }

    /// Gives `work` somewhere to write; what it wrote is under its name when it ends well, nowhere otherwise.
    pub(super) fn write(
        &self,
        work: impl FnOnce(Box<dyn Write + Send + '_>) -> Result<Summary, BatchError>,
    ) -> anyhow::Result<Summary> {
        let Some(path) = &self.path else {
            let out = BufWriter::with_capacity(1 << 18, io::stdout());
            return work(Box::new(out)).map_err(unwrapped);
        };
        let named = || format!("« {} » n’a pas pu être écrit", path.display());
        let unfinished = with_ending(path, ".partial.out");
        let file = File::create(&unfinished).with_context(named)?;
        let done = work(Box::new(BufWriter::with_capacity(1 << 20, &file)))
            .map_err(unwrapped)
            .and_then(|summary| {
                file.sync_all().with_context(named)?;
                fs::rename(&unfinished, path).with_context(named)?;
                Ok(summary)
            });
        if done.is_err() {
            // That it cannot be removed changes nothing to the failure.
            let _ignored = fs::remove_file(&unfinished);
        }
        done
    }
}

/// A reader gone away must be recognised as such.
fn unwrapped(error: BatchError) -> anyhow::Error {
    match error {
        BatchError::Write(io) if io.kind() == io::ErrorKind::BrokenPipe => io.into(),
        other => anyhow!(other),
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
