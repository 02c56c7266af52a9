//! Is everything that is kept still what was written? The slow, thorough look of `doctor --verify`.

use crate::error::StoreError;
use crate::store::Store;
use serde::Serialize;

/// What the look found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// How many artefacts were read in full.
    pub artefacts: u64,
    /// How many bytes that was.
    pub bytes: u64,
    /// What is wrong, in French; empty when all is well.
    pub problems: Vec<String>,
}

impl Store {
    /// Reads every artefact that an edition refers to and checks it against its name; asks the catalogue about itself.
    pub fn verify(&self) -> Result<Verification, StoreError> {
        let mut found = Verification::default();
        let catalogue = self.ask(|c| async move { c.problems().await })?;
        found.problems.extend(
            catalogue
                .into_iter()
                .map(|line| format!("Catalogue\u{a0}: {line}.")),
        );
        for object in self.ask(|c| async move { c.referenced().await })? {
            match self.inner.objects.read(&object.hash) {
                Ok(bytes) => found.bytes += (*bytes).as_ref().len() as u64,
                Err(StoreError::Damaged { what }) => found.problems.push(what),
                Err(other) => found.problems.push(other.to_string()),
            }
            found.artefacts += 1;
        }
        Ok(found)
    }
}
