//! What can one look at before loading anything real? A fictional territory of any size, in the real file layouts.
//!
//! An archipelago that exists nowhere, in the open Bay of Biscay (see `ground`), with towns, streets, addresses,
//! networks of every kind, regulatory tables and the tables of communes. Equal plans give equal bytes on every machine:
//! all chance comes from the seed, all mathematics from `libm`, nothing depends on the order of threads or of maps.
//! Codes are fictional too: department `00` for a small territory; a large one borrows the codes of real departments,
//! because tools know departments by them, but its communes bear numbers above any real commune's. The one real
//! identifier is `7501C`, borne by one network that says it is fictional, to show the thresholds of Paris.
//!
//! The crate opens no file: everything goes to the caller's [`Sink`].

mod addresses;
mod ban;
mod departments;
mod dice;
mod evolution;
mod examples;
mod ground;
mod lattice;
mod layers;
mod names;
mod networks;
mod plan;
mod sink;
mod streets;
mod tables;
mod town;

pub use examples::{Example, Showing};
pub use plan::Plan;
pub use sink::{MemoryFile, MemorySink, Sink};

use flate2::{Compression, GzBuilder};
use ground::Degrees;
use networks::Networks;
use std::io::{self, Write};
use std::sync::{Mutex, OnceLock, PoisonError};
use town::Towns;

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Communes.
    pub communes: usize,
    /// Departments.
    pub departments: usize,
    /// House numbers; 0 when they were not asked for.
    pub addresses: u64,
    /// Lieux-dits; 0 when addresses were not asked for.
    pub localities: u64,
    /// Rows of the six network files.
    pub network_rows: usize,
    /// Vertices of the traced heat networks.
    pub heat_vertices: usize,
}

/// A fictional territory, ready to be written.
#[derive(Debug)]
pub struct Territory {
    plan: Plan,
    towns: Towns,
    networks: OnceLock<Networks>,
}

const README: &str = "Territoire fictif produit par « caloduc demo ».\n\n\
Rien de ce que contiennent ces fichiers n’existe : ni les communes, ni les rues, ni les réseaux, ni les exploitants.\n\
L’archipel de Caloduc est placé en pleine mer, dans le golfe de Gascogne. Le département 00 n’existe pas ; un grand\n\
territoire emprunte les codes des départements réels, avec des numéros de communes qui ne sont attribués à aucune.\n\
L’identifiant 7501C est porté par un réseau fictif, pour montrer les seuils propres à Paris.\n\n\
Les fichiers ont la forme des vrais : données ouvertes de France Chaleur Urbaine (EPSG:2154), tables réglementaires\n\
annuelles, Base Adresse Nationale, contours et populations des communes, codes postaux.\n";

impl Territory {
    /// Lays out the land and the towns; networks and addresses are made when they are asked for.
    pub fn new(plan: &Plan) -> Self {
        Self {
            plan: plan.clone(),
            towns: Towns::new(plan),
            networks: OnceLock::new(),
        }
    }

    /// The small territory shown while there is no data yet.
    pub fn small() -> Self {
        Self::new(&Plan::small())
    }

    /// The plan it follows.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    fn networks(&self) -> &Networks {
        self.networks
            .get_or_init(|| Networks::new(&self.plan, &self.towns))
    }

    /// Writes every file: networks, regulatory tables, communes, addresses, and a note that says it is all fictional.
    pub fn write_all(&self, sink: &mut (dyn Sink + Send)) -> io::Result<Summary> {
        put(sink, "LISEZMOI.txt", README)?;
        let networks = self.write_networks(sink)?;
        self.write_territory(sink)?;
        let addresses = self.write_addresses(sink)?;
        Ok(Summary {
            addresses: addresses.addresses,
            localities: addresses.localities,
            ..networks
        })
    }

    /// Writes the six network files and the four regulatory tables only.
    pub fn write_networks(&self, sink: &mut (dyn Sink + Send)) -> io::Result<Summary> {
        let rows = self.networks();
        for file in layers::NETWORK_FILES {
            let mut out = sink.file(&format!("{}.geojson", file.0))?;
            layers::write_networks(&mut *out, file, &self.towns, rows)?;
            out.flush()?;
        }
        let mut out = sink.file("pdp.geojson")?;
        layers::write_priority_areas(&mut *out, &self.towns, rows)?;
        out.flush()?;
        let mut out = sink.file("zones_et_reseaux_en_construction.geojson")?;
        layers::write_projects(&mut *out, &self.towns, rows)?;
        out.flush()?;
        for year in tables::YEARS {
            let text = tables::regulatory(year, &self.towns, rows, self.plan.seed);
            put(sink, &format!("reseau_chaleur_{year}.csv"), &text)?;
        }
        Ok(Summary {
            network_rows: rows.networks.len() + rows.projects.len() + rows.priority_areas.len(),
            heat_vertices: rows.heat_vertices(),
            ..self.summary()
        })
    }

    /// Writes the communes' outlines (a file per department), INSEE's tables and La Poste's.
    pub fn write_territory(&self, sink: &mut (dyn Sink + Send)) -> io::Result<Summary> {
        let mut degrees = Degrees::new();
        for (department, range) in self.towns.departments.iter().zip(&self.towns.of_department) {
            let name = format!(
                "communes-{}-{}.geojson",
                department.code,
                names::slug(department.name)
            );
            let mut out = sink.file(&name)?;
            let towns = &self.towns.list[range.clone()];
            layers::write_communes(&mut *out, towns, &mut |town| {
                tables::outline(town, self.towns.relief, &mut degrees)
            })?;
            out.flush()?;
        }
        put(sink, "cog_communes.csv", &tables::communes(&self.towns))?;
        put(
            sink,
            "cog_donnees_communes.csv",
            &tables::populations(&self.towns),
        )?;
        put(
            sink,
            "laposte_hexasmal.csv",
            &tables::postcodes(&self.towns),
        )?;
        Ok(self.summary())
    }

    /// Writes the addresses, two gzip files per department, departments in parallel; memory holds one town per thread.
    pub fn write_addresses(&self, sink: &mut (dyn Sink + Send)) -> io::Result<Summary> {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let queue = Mutex::new((0..self.towns.departments.len(), sink));
        let work = || -> io::Result<(u64, u64)> {
            let mut counted = (0, 0);
            loop {
                // The department and its files are taken together, so that files are opened in order.
                let (department, addresses, localities) = {
                    let mut held = queue.lock().unwrap_or_else(PoisonError::into_inner);
                    let Some(department) = held.0.next() else {
                        return Ok(counted);
                    };
                    let code = self.towns.departments[department].code;
                    let addresses = held.1.file(&format!("adresses-{code}.csv.gz"))?;
                    let localities = held.1.file(&format!("lieux-dits-{code}-beta.csv.gz"))?;
                    (department, addresses, localities)
                };
                let zip = |out| GzBuilder::new().mtime(0).write(out, Compression::new(1));
                let (mut addresses, mut localities) = (zip(addresses), zip(localities));
                let written = ban::write_department(
                    &self.towns,
                    department,
                    self.plan.seed,
                    &mut addresses,
                    &mut localities,
                )?;
                addresses.finish()?.flush()?;
                localities.finish()?.flush()?;
                counted = (counted.0 + written.0, counted.1 + written.1);
            }
        };
        let parts: Vec<io::Result<(u64, u64)>> = std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads.min(self.towns.departments.len()))
                .map(|_| scope.spawn(work))
                .collect();
            let mut parts = vec![work()];
            parts.extend(others.into_iter().map(|thread| match thread.join() {
                Ok(part) => part,
                Err(panic) => std::panic::resume_unwind(panic),
            }));
            parts
        });
        let mut summary = self.summary();
        for part in parts {
            let (addresses, localities) = part?;
            summary.addresses += addresses;
            summary.localities += localities;
        }
        Ok(summary)
    }

    /// Every file in memory.
    pub fn files(&self) -> io::Result<Vec<MemoryFile>> {
        let mut sink = MemorySink::default();
        self.write_all(&mut sink)?;
        Ok(sink.into_files())
    }

    /// The network files and regulatory tables in memory, at any size, without a single address: for benches.
    pub fn network_files(&self) -> io::Result<Vec<MemoryFile>> {
        let mut sink = MemorySink::default();
        self.write_networks(&mut sink)?;
        Ok(sink.into_files())
    }

    fn summary(&self) -> Summary {
        Summary {
            communes: self.towns.list.len(),
            departments: self.towns.departments.len(),
            ..Summary::default()
        }
    }
}

fn put(sink: &mut (dyn Sink + Send), name: &str, text: &str) -> io::Result<()> {
    let mut out = sink.file(name)?;
    out.write_all(text.as_bytes())?;
    out.flush()
}
