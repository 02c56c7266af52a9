//! What is shown before anything real is loaded? The fictional territory, made in memory: a snapshot that bears no
//! release number, and the index of its addresses.
//!
//! Nothing of it is ever kept: it is outside the catalogue and disappears with the first publication or address index.

use crate::error::StoreError;
use crate::mapped::{HeldBytes, SharedBytes};
use crate::moment::Moment;
use crate::store::Store;
use caloduc_demo::{MemoryFile, MemorySink, Territory};
use caloduc_engine::ingest::{self, IngestOptions, InputFile};
use caloduc_engine::network::Edition;
use caloduc_engine::release;
use caloduc_engine::snapshot::{self, Snapshot, Stamp};
use caloduc_geocoder::IndexBuilder;
use std::sync::Arc;

pub use caloduc_demo::{Example, Showing};

/// What address indexes of the fictional territory say they were built of.
const LABEL: &str = "territoire fictif de démonstration";

/// The demonstration territory, ready to answer.
#[derive(Debug)]
pub struct Demonstration {
    territory: Territory,
    snapshot: Snapshot,
}

impl Demonstration {
    /// Makes the small territory and its snapshot, stamped with this moment.
    pub fn build(now: &Moment) -> Result<Self, StoreError> {
        let territory = Territory::small();
        let stamp = Stamp {
            release: None,
            created: now.as_str().to_owned(),
            fictional: true,
            revision: 0,
        };
        let bytes =
            snapshot::build(&edition_of(&territory)?, &stamp).map_err(|e| failed(e.to_string()))?;
        let shared: SharedBytes = Arc::new(bytes);
        let snapshot = Snapshot::open(shared).map_err(|e| failed(e.to_string()))?;
        Ok(Self {
            territory,
            snapshot,
        })
    }

    /// Its snapshot: release `None`, fictional.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Builds the index of its 20 000 addresses, in memory, for [`caloduc_geocoder::Geocoder::open`].
    pub fn address_index(&self) -> Result<HeldBytes, StoreError> {
        let files = written(|sink| {
            self.territory.write_territory(sink)?;
            self.territory.write_addresses(sink).map(drop)
        })?;
        let mut builder = IndexBuilder::new().with_label(LABEL);
        for file in &files {
            let bytes = file.bytes.as_slice();
            let name = file.name.as_str();
            if name.starts_with("adresses-") {
                builder.add_addresses(bytes)
            } else if name.starts_with("lieux-dits-") {
                builder.add_places(bytes)
            } else if name.starts_with("communes-") {
                builder.add_outlines(bytes)
            } else {
                builder.add_communes(bytes)
            }
            .map_err(|e| failed(format!("{name} : {e}")))?;
        }
        let mut index = Vec::new();
        builder
            .finish(&mut index)
            .map_err(|e| failed(e.to_string()))?;
        Ok(HeldBytes::from(index))
    }

    /// One address of the territory for each type of verdict, then for the special cases.
    pub fn examples(&self) -> Vec<Example> {
        self.territory.examples()
    }
}

impl Store {
    /// Whether the demonstration territory is what this directory shows: neither a release in service nor an address
    /// index, so that it never meets real data.
    pub fn shows_demonstration(&self) -> Result<bool, StoreError> {
        Ok(self.current_number()?.is_none() && !self.address_index_path().exists())
    }
}

/// The fictional files read as real ones are.
fn edition_of(territory: &Territory) -> Result<Edition, StoreError> {
    let files = written(|sink| {
        territory.write_networks(sink)?;
        territory.write_territory(sink).map(drop)
    })?;
    let inputs = files
        .into_iter()
        .filter(|file| has_rows_of_an_edition(&file.name))
        .map(|file| InputFile::explicit(file.name, file.bytes))
        .collect();
    let read = ingest::read(inputs, &IngestOptions::default());
    if read.refused() {
        return Err(failed("un fichier fictif est refusé"));
    }
    Ok(release::assemble(&Edition::default(), read, "demo").edition)
}

/// INSEE's and La Poste's tables are for the address index only.
fn has_rows_of_an_edition(name: &str) -> bool {
    name.ends_with(".geojson") || name.starts_with("reseau_chaleur_")
}

fn written(
    write: impl FnOnce(&mut MemorySink) -> std::io::Result<()>,
) -> Result<Vec<MemoryFile>, StoreError> {
    let mut sink = MemorySink::default();
    write(&mut sink).map_err(|e| failed(e.to_string()))?;
    Ok(sink.into_files())
}

fn failed(problem: impl Into<String>) -> StoreError {
    StoreError::Engine {
        what: "La préparation du territoire de démonstration a échoué",
        problem: problem.into(),
    }
}
