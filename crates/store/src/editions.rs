//! Give me the list of editions, put this one into service, forget that draft.

use crate::catalogue::{AreaRow, NewEdition, Publication, Release};
use crate::error::StoreError;
use crate::layout::{Trade, WhenBusy, Workshop};
use crate::mapped::SharedBytes;
use crate::moment::Moment;
use crate::objects::ObjectHash;
use crate::store::Store;

/// What a publication did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The edition in service now.
    pub number: u32,
    /// The one it replaced; `Some(number)` itself when it was in service already and nothing was written.
    pub replaced: Option<u32>,
    /// Set when the edition is a draft that did not start from the release it replaced: what that release had changed
    /// since is no longer in service. Worth a warning to the person.
    pub started_from: Option<u32>,
}

/// An edition as bytes, ready to be kept.
#[derive(Debug)]
pub(crate) struct EditionBytes {
    pub(crate) number: u32,
    pub(crate) created: Moment,
    pub(crate) source: String,
    pub(crate) based_on: Option<u32>,
    pub(crate) summary: String,
    pub(crate) refused_files: u32,
    pub(crate) layers: Vec<(String, Vec<u8>)>,
    pub(crate) snapshot: Vec<u8>,
    pub(crate) report: Vec<u8>,
    pub(crate) areas: Vec<AreaRow>,
}

impl Store {
    /// Every draft and release, by number.
    pub fn releases(&self) -> Result<Vec<Release>, StoreError> {
        self.ask(|c| async move { c.releases().await })
    }

    /// One draft or release.
    pub fn release(&self, number: u32) -> Result<Release, StoreError> {
        self.releases()?
            .into_iter()
            .find(|release| release.number == number)
            .ok_or(StoreError::UnknownEdition { number })
    }

    /// Every putting into service, oldest first.
    pub fn publications(&self) -> Result<Vec<Publication>, StoreError> {
        self.ask(|c| async move { c.publications().await })
    }

    /// Puts a draft, or an earlier release, into service.
    pub fn publish(&self, number: u32, now: &Moment) -> Result<Published, StoreError> {
        let release = self.release(number)?;
        let moment = now.clone();
        let replaced = self.ask(move |c| async move { c.publish(number, moment).await })?;
        let first_time = release.published.is_empty();
        let started_elsewhere =
            first_time && replaced != Some(number) && release.based_on != replaced;
        Ok(Published {
            number,
            replaced,
            started_from: release.based_on.filter(|_| started_elsewhere),
        })
    }

    /// Goes back to the release that was in service before the current one.
    pub fn rollback(&self, now: &Moment) -> Result<Published, StoreError> {
        let publications = self.publications()?;
        let earlier = before_current(publications.iter().map(|p| p.number))
            .ok_or(StoreError::NothingBefore)?;
        self.publish(earlier, now)
    }

    /// Forgets a draft and frees its room. Releases are refused, whether in service or not.
    pub fn discard(&self, number: u32) -> Result<(), StoreError> {
        self.ask(move |c| async move { c.discard(number).await })?;
        // Cleaning up is for whoever is alone; when somebody is at work, the next import does it.
        match self.workshop(Trade::Import, WhenBusy::Refuse, &|| ()) {
            Ok(workshop) => self.clean_up(&workshop).map(|_freed| ()),
            Err(StoreError::Busy { .. }) => Ok(()),
            Err(other) => Err(other),
        }
    }

    /// The report of an edition's import, JSON as it was written.
    pub fn report_json(&self, number: u32) -> Result<SharedBytes, StoreError> {
        let (_, report) = self.ask(move |c| async move { c.artefacts(number).await })?;
        self.inner.objects.read(&report)
    }

    /// The snapshot of a draft or release, mapped.
    pub fn snapshot_bytes(&self, number: u32) -> Result<SharedBytes, StoreError> {
        let (snapshot, _) = self.ask(move |c| async move { c.artefacts(number).await })?;
        self.inner.objects.map(&snapshot)
    }

    /// The layers of an edition, name and bytes, checked.
    pub(crate) fn layer_bytes(
        &self,
        number: u32,
    ) -> Result<Vec<(String, SharedBytes)>, StoreError> {
        let layers: Vec<(String, ObjectHash)> =
            self.ask(move |c| async move { c.layers(number).await })?;
        layers
            .into_iter()
            .map(|(layer, hash)| Ok((layer, self.inner.objects.read(&hash)?)))
            .collect()
    }

    /// Takes the next number, for ever.
    pub(crate) fn next_number(&self) -> Result<u32, StoreError> {
        self.ask(|c| async move { c.next_number().await })
    }

    /// Keeps an edition: artefacts on the disk first, then one transaction that records it and, with `publish`, puts it
    /// into service. On failure nothing has changed but some unreferenced artefacts, which are removed.
    pub(crate) fn keep(
        &self,
        workshop: &Workshop,
        edition: EditionBytes,
        publish: Option<Moment>,
    ) -> Result<(), StoreError> {
        let kept = self
            .keep_artefacts(workshop, edition)
            .and_then(|new| self.ask(move |c| async move { c.record(new, publish).await }));
        // Cleaning up is a courtesy: its own failure (still no room) changes nothing to how the work ended.
        if let Err(error) = self.clean_up(workshop) {
            tracing::warn!(%error, "unreferenced artefacts left for the next import to remove");
        }
        kept
    }

    fn keep_artefacts(
        &self,
        workshop: &Workshop,
        edition: EditionBytes,
    ) -> Result<NewEdition, StoreError> {
        let objects = &self.inner.objects;
        let mut layers = Vec::with_capacity(edition.layers.len());
        for (layer, bytes) in edition.layers {
            layers.push((layer, objects.put(workshop, &bytes)?));
        }
        Ok(NewEdition {
            number: edition.number,
            created: edition.created,
            source: edition.source,
            based_on: edition.based_on,
            summary: edition.summary,
            refused_files: edition.refused_files,
            snapshot: objects.put(workshop, &edition.snapshot)?,
            report: objects.put(workshop, &edition.report)?,
            layers,
            areas: edition.areas,
        })
    }

    /// Removes the artefacts that no edition refers to; returns the bytes freed. Left for later while a backup reads.
    pub(crate) fn clean_up(&self, workshop: &Workshop) -> Result<u64, StoreError> {
        let Some(_alone) = self.inner.layout.objects_lock()?.try_exclusive()? else {
            return Ok(0);
        };
        let kept = self.ask(|c| async move { c.forget_unreferenced().await })?;
        self.inner.objects.retain(workshop, &kept)
    }
}

/// What was in service before the last of these publications. Publishing again an edition that is below takes one back
/// to it, so that going back twice goes further back.
fn before_current(publications: impl Iterator<Item = u32>) -> Option<u32> {
    let mut stack: Vec<u32> = Vec::new();
    for number in publications {
        if let Some(place) = stack.iter().position(|n| *n == number) {
            stack.truncate(place);
        }
        stack.push(number);
    }
    stack.pop()?;
    stack.pop()
}

#[cfg(test)]
mod tests {
    use super::before_current;

    #[test]
    fn going_back_goes_further_each_time_and_forward_starts_anew() {
        let before = |numbers: &[u32]| before_current(numbers.iter().copied());
        assert_eq!(before(&[]), None);
        assert_eq!(before(&[1]), None);
        assert_eq!(before(&[1, 2, 3]), Some(2));
        assert_eq!(before(&[1, 2, 3, 2]), Some(1));
        assert_eq!(before(&[1, 2, 3, 2, 1]), None);
        assert_eq!(before(&[1, 2, 3, 2, 1, 4]), Some(1));
    }
}
