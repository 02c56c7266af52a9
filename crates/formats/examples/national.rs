//! How long does the export of a national edition take? `national [FORMAT…]` makes a fictional one in memory, exports it
//! to nowhere, and says the time and size of each format; GNU time around it says the memory.

use caloduc_demo::{Plan, Territory};
use caloduc_engine::ingest::{self, IngestOptions, InputFile};
use caloduc_engine::network::Edition;
use caloduc_engine::release::assemble;
use caloduc_engine::snapshot::Stamp;
use caloduc_formats::{Edited, Format, Shelf, export};
use std::io::{self, Write};
use std::time::Instant;

struct Nowhere;

impl Shelf for Nowhere {
    fn file(&mut self, _name: &str) -> io::Result<Box<dyn Write + Send + '_>> {
        Ok(Box::new(io::sink()))
    }
}

/// The rows of a territory the size of France, read as a person's files.
fn edition() -> io::Result<Edition> {
    let files = Territory::new(&Plan::national(7)).network_files()?;
    let files = files
        .into_iter()
        .map(|file| InputFile::explicit(file.name, file.bytes))
        .collect();
    let read = ingest::read(files, &IngestOptions::default());
    Ok(assemble(&Edition::default(), read, "main").edition)
}

fn main() -> io::Result<()> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let formats: Vec<Format> = Format::ALL
        .into_iter()
        .filter(|format| asked.is_empty() || asked.iter().any(|word| word == format.name()))
        .collect();
    let mut out = io::stdout();
    let start = Instant::now();
    let edition = edition()?;
    writeln!(
        out,
        "edition made in {:.1} s",
        start.elapsed().as_secs_f64()
    )?;
    let stamp = Stamp {
        revision: 0,
        release: Some(1),
        created: "2026-09-01T00:00:00Z".to_owned(),
        fictional: true,
    };
    let edited = Edited {
        edition: &edition,
        stamp: &stamp,
        changes: None,
    };
    let mut all_s = 0.0;
    for format in formats {
        let start = Instant::now();
        let written =
            export(&edited, &[format], &mut Nowhere, &mut |_| ()).map_err(io::Error::other)?;
        let (seconds, bytes) = (
            start.elapsed().as_secs_f64(),
            written.iter().map(|f| f.bytes).sum::<u64>(),
        );
        all_s += seconds;
        writeln!(
            out,
            "{}: {seconds:.1} s, {:.1} MB",
            format.name(),
            bytes as f64 / 1e6
        )?;
    }
    writeln!(out, "all: {all_s:.1} s")
}
