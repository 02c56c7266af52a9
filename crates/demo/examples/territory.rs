//! Writes a territory into a folder, to look at it or to measure: `territory DIR TOWNS ADDRESSES [NETWORKS VERTICES]`;
//! `-` as the folder writes nowhere, to time the making alone.

use caloduc_demo::{Plan, Sink, Territory};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

struct Folder(PathBuf);

impl Sink for Folder {
    fn file(&mut self, name: &str) -> io::Result<Box<dyn Write + Send>> {
        if self.0.as_os_str() == "-" {
            return Ok(Box::new(io::sink()));
        }
        Ok(Box::new(BufWriter::new(File::create(self.0.join(name))?)))
    }
}

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| "territoire".to_owned()));
    let mut number = || arguments.next().and_then(|text| text.parse::<usize>().ok());
    let small = Plan::small();
    let plan = Plan {
        towns: number().unwrap_or(small.towns),
        addresses: number().unwrap_or(small.addresses),
        networks: number(),
        vertices: number(),
        seed: small.seed,
    };
    if folder.as_os_str() != "-" {
        std::fs::create_dir_all(&folder)?;
    }
    let territory = Territory::new(&plan);
    let summary = territory.write_all(&mut Folder(folder))?;
    let mut out = io::stdout();
    writeln!(out, "{summary:#?}")?;
    if plan.addresses <= 100_000 {
        for example in territory.examples() {
            writeln!(out, "{example:?}")?;
        }
    }
    Ok(())
}
