//! `caloduc demo`: a fictional territory of any size, in the real file layouts.

use crate::arguments::Global;
use crate::failure::Failure;
use crate::output;
use crate::progress::Progress;
use anyhow::{Context, bail};
use caloduc_demo::{Plan, Sink, Summary, Territory};
use caloduc_engine::report::{count, counted};
use clap::Args;
use serde_json::json;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// Dossier à écrire, absent ou vide
    #[arg(value_name = "DOSSIER", help_heading = "Arguments\u{a0}")]
    dir: PathBuf,

    /// Nombre de communes (10 par défaut ; suit le nombre d’adresses s’il est donné seul)
    #[arg(long, value_name = "NOMBRE", value_parser = clap::value_parser!(u32).range(1..=55_000))]
    towns: Option<u32>,

    /// Nombre d’adresses (20 000 par défaut ; suit le nombre de communes s’il est donné seul)
    #[arg(long, value_name = "NOMBRE", value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
    addresses: Option<u32>,

    /// Nombre de réseaux de chaleur tracés (suit le nombre de communes par défaut)
    #[arg(long, value_name = "NOMBRE", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    networks: Option<u32>,

    /// Nombre de points de leurs tracés, à quelques pour cent près
    #[arg(long, value_name = "NOMBRE", value_parser = clap::value_parser!(u32).range(2..=100_000_000))]
    vertices: Option<u32>,

    /// Nombre d’éditions mensuelles, dans des dossiers 01, 02… : des réseaux s’étendent, changent de taux, naissent, disparaissent
    #[arg(long, value_name = "MOIS", value_parser = clap::value_parser!(u32).range(1..=99))]
    evolve: Option<u32>,

    /// Graine : la même donne les mêmes fichiers, octet pour octet
    #[arg(long, value_name = "NOMBRE")]
    seed: Option<u64>,
}

/// House numbers of a small territory's commune, on average.
const ADDRESSES_PER_TOWN: u32 = 2_000;
/// What an address and its network take on the disk once compressed, on the safe side.
const BYTES_PER_ADDRESS: u64 = 60;
const BYTES_PER_VERTEX: u64 = 45;

impl Demo {
    /// Writes the territory.
    pub fn run(self, global: &Global) -> Result<(), Failure> {
        let plan = self.plan();
        prepare(&self.dir)?;
        let vertices = plan.vertices.unwrap_or(plan.addresses / 5);
        caloduc_store::check_room(
            &self.dir,
            plan.addresses as u64 * BYTES_PER_ADDRESS + vertices as u64 * BYTES_PER_VERTEX,
        )?;
        let summary = {
            let progress = Progress::start("Territoire fictif");
            let mut folder = Folder {
                dir: &self.dir,
                progress: &progress,
            };
            let territory = Territory::new(&plan);
            let written = match self.evolve {
                Some(months) => territory.write_months(months as usize, &mut folder),
                None => territory.write_all(&mut folder),
            };
            written.with_context(|| {
                format!(
                    "le dossier « {} » n’a pas pu être écrit",
                    self.dir.display()
                )
            })?
        };
        if global.json {
            output::json(&as_json(&summary, &self.dir))?;
        } else {
            output::french(&as_text(&summary, &self.dir, self.evolve))?;
        }
        Ok(())
    }

    fn plan(&self) -> Plan {
        let small = Plan::small();
        let (towns, addresses) = match (self.towns, self.addresses) {
            (Some(towns), Some(addresses)) => (towns, addresses),
            (Some(towns), None) => (towns, towns.saturating_mul(ADDRESSES_PER_TOWN)),
            (None, Some(addresses)) => (
                (addresses / ADDRESSES_PER_TOWN).clamp(small.towns as u32, 35_000),
                addresses,
            ),
            (None, None) => (small.towns as u32, small.addresses as u32),
        };
        Plan {
            towns: towns as usize,
            addresses: addresses as usize,
            networks: self.networks.map(|n| n as usize),
            vertices: self.vertices.map(|n| n as usize),
            seed: self.seed.unwrap_or(small.seed),
        }
    }
}

fn prepare(dir: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(dir)
        .with_context(|| format!("le dossier « {} » n’a pas pu être créé", dir.display()))?;
    let mut entries = fs::read_dir(dir)
        .with_context(|| format!("le dossier « {} » n’a pas pu être lu", dir.display()))?;
    if entries.next().is_some() {
        bail!(
            "le dossier « {} » n’est pas vide : des fichiers fictifs s’y mêleraient à d’autres. Désignez un dossier vide",
            dir.display()
        );
    }
    Ok(())
}

/// Files under their own names in a folder.
struct Folder<'a> {
    dir: &'a Path,
    progress: &'a Progress,
}

impl Sink for Folder<'_> {
    fn file(&mut self, name: &str) -> io::Result<Box<dyn Write + Send>> {
        self.progress.phase(&format!("Écriture de {name}"));
        let path = self.dir.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = File::create_new(path)?;
        Ok(Box::new(BufWriter::with_capacity(1 << 18, file)))
    }
}

fn as_json(summary: &Summary, dir: &Path) -> serde_json::Value {
    json!({
        "folder": dir,
        "communes": summary.communes,
        "departments": summary.departments,
        "addresses": summary.addresses,
        "localities": summary.localities,
        "network_rows": summary.network_rows,
        "heat_vertices": summary.heat_vertices,
    })
}

fn as_text(summary: &Summary, dir: &Path, evolve: Option<u32>) -> String {
    let dir = match evolve {
        Some(_) => dir.join("01"),
        None => dir.to_owned(),
    };
    let dir = dir.display();
    let mut text = format!(
        "Territoire fictif écrit dans « {dir} » : {} communes de {}, {} adresses et {} lieux-dits, {} lignes de réseaux ({} points de tracés).\n\
         Rien n’y existe. Pour l’essayer dans un dossier de données à part :\n  \
         caloduc --data-dir essai import {dir} --publish\n  \
         caloduc --data-dir essai addresses build {dir}",
        count(summary.communes as u64),
        counted(summary.departments as u64, "département", "départements"),
        count(summary.addresses),
        count(summary.localities),
        count(summary.network_rows as u64),
        count(summary.heat_vertices as u64),
    );
    if let Some(months) = evolve {
        text.push_str(&format!(
            "\nLes {months} éditions mensuelles s’importent dans l’ordre de leurs dossiers, chacune avec --publish."
        ));
    }
    text
}
