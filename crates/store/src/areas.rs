//! Whose line is not published? Decisions by key, that hold for every edition, past and to come: an area stands for the
//! line in every snapshot, and so in everything that is made from one or from [`Store::edition`]. Layers keep the line,
//! for the operator and the next import; nothing that serves reads them.

use crate::catalogue::{AreaChange, AreaRow, EditionState};
use crate::disk;
use crate::error::StoreError;
use crate::layout::{Trade, WhenBusy, Workshop};
use crate::moment::Moment;
use crate::store::Store;
use caloduc_engine::area::{self, Areas};
use caloduc_engine::network::{Edition, Key};
use caloduc_engine::snapshot::{self, Stamp};
use serde::Serialize;
use std::fs;
use std::io;

/// A row whose line is not published.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublishedArea {
    /// Its key.
    pub key: Key,
    /// About how wide the area is, on each side.
    pub metres: u32,
    /// When that was decided.
    pub decided: Moment,
}

/// What is wanted for a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// An area about so many metres around stands for it.
    Hidden {
        /// Within [`caloduc_engine::area::METRES`].
        metres: u32,
    },
    /// It is published.
    Shown,
}

/// Called with the editions done and the editions in all.
pub type AreaProgress<'a> = dyn Fn(usize, usize) + 'a;

impl Store {
    /// Rows whose line is not published, by key.
    pub fn areas(&self) -> Result<Vec<PublishedArea>, StoreError> {
        let rows = self.ask(|c| async move { c.areas().await })?;
        rows.into_iter()
            .map(|row| {
                let key = Key::parse(&row.key).ok_or_else(|| {
                    StoreError::damaged(format!(
                        "Le catalogue contient une clé impossible («\u{a0}{}\u{a0}»).",
                        row.key
                    ))
                })?;
                Ok(PublishedArea {
                    key,
                    metres: row.metres,
                    decided: row.decided,
                })
            })
            .collect()
    }

    /// The same, as the engine takes them.
    pub(crate) fn areas_by_key(&self) -> Result<Areas, StoreError> {
        let areas = self.areas()?.into_iter();
        Ok(areas.map(|area| (area.key, area.metres)).collect())
    }

    /// Decides what is published of a line. Snapshots of all the editions that have it are made anew, the one in service
    /// first, then all of them change in one transaction; returns those editions. Files of theirs that were written
    /// before are removed.
    pub fn publish_line(
        &self,
        key: &Key,
        wanted: Line,
        now: &Moment,
        progress: &AreaProgress<'_>,
    ) -> Result<Vec<u32>, StoreError> {
        let workshop = self.workshop(Trade::Import, WhenBusy::Wait, &|| ())?;
        let mut areas = self.areas_by_key()?;
        let mut change = AreaChange::default();
        match wanted {
            Line::Hidden { metres } => {
                areas.insert(key.clone(), metres);
                change.decided.push(AreaRow {
                    key: key.as_str().to_owned(),
                    metres,
                    decided: now.clone(),
                });
            }
            Line::Shown => {
                areas
                    .remove(key)
                    .ok_or_else(|| StoreError::NotAnArea { key: key.clone() })?;
                change.undone.push(key.as_str().to_owned());
            }
        }
        let concerned = Areas::from([(key.clone(), 0)]);
        change.rebuilt = self.rebuild(&workshop, &areas, &concerned, progress)?;
        if change.rebuilt.is_empty() && wanted != Line::Shown {
            return Err(StoreError::NoSuchLine { key: key.clone() });
        }
        self.commit_areas(&workshop, change)
    }

    /// Makes decisions again that a restored catalogue has not: a backup does not publish a line anew.
    pub(crate) fn decide_again(
        &self,
        workshop: &Workshop,
        before: Vec<PublishedArea>,
    ) -> Result<(), StoreError> {
        let mut areas = self.areas_by_key()?;
        let forgotten: Vec<PublishedArea> = before
            .into_iter()
            .filter(|area| !areas.contains_key(&area.key))
            .collect();
        if forgotten.is_empty() {
            return Ok(());
        }
        let concerned: Areas = forgotten
            .iter()
            .map(|area| (area.key.clone(), area.metres))
            .collect();
        areas.extend(concerned.clone());
        let rebuilt = self.rebuild(workshop, &areas, &concerned, &|_, _| ())?;
        let decided = forgotten
            .into_iter()
            .map(|area| AreaRow {
                key: area.key.as_str().to_owned(),
                metres: area.metres,
                decided: area.decided,
            })
            .collect();
        let change = AreaChange {
            decided,
            undone: Vec::new(),
            rebuilt,
        };
        self.commit_areas(workshop, change).map(drop)
    }

    /// Snapshots of the editions that have one of the lines concerned, with these decisions.
    fn rebuild(
        &self,
        workshop: &Workshop,
        areas: &Areas,
        concerned: &Areas,
        progress: &AreaProgress<'_>,
    ) -> Result<Vec<(u32, crate::objects::Object)>, StoreError> {
        let mut releases = self.releases()?;
        releases.sort_by_key(|release| {
            let is_other = release.state != EditionState::Current;
            (is_other, std::cmp::Reverse(release.number))
        });
        let mut rebuilt = Vec::new();
        for (done, release) in releases.iter().enumerate() {
            progress(done, releases.len());
            let edition = self.original_edition(release.number)?;
            if !area::concerns(&edition, concerned) {
                continue;
            }
            let stamp = Stamp {
                release: Some(release.number),
                created: release.created.as_str().to_owned(),
                fictional: false,
                revision: release.revision + 1,
            };
            let bytes = snapshot_of(&area::published(&edition, areas), &stamp)?;
            disk::check_room(self.data_dir(), bytes.len() as u64)?;
            rebuilt.push((release.number, self.inner.objects.put(workshop, &bytes)?));
        }
        progress(releases.len(), releases.len());
        Ok(rebuilt)
    }

    fn commit_areas(
        &self,
        workshop: &Workshop,
        change: AreaChange,
    ) -> Result<Vec<u32>, StoreError> {
        let numbers: Vec<u32> = change.rebuilt.iter().map(|(number, _)| *number).collect();
        self.ask(move |c| async move { c.change_areas(change).await })?;
        for number in &numbers {
            self.forget_former_files(*number)?;
        }
        // The former snapshots have the line.
        self.clean_up(workshop)?;
        Ok(numbers)
    }

    /// Removes files written of an edition before what is published of it changed.
    fn forget_former_files(&self, number: u32) -> Result<(), StoreError> {
        let current = self.files_folder(number)?;
        let published = self.inner.layout.publications();
        let failed = |e| StoreError::io("Impossible de vider", &published, e);
        let entries = match fs::read_dir(&published) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(e) => return Err(failed(e)),
        };
        let prefix = format!("{number}-");
        for entry in entries {
            let path = entry.map_err(failed)?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            if path != current && name.is_some_and(|name| name.starts_with(&prefix)) {
                fs::remove_dir_all(&path).map_err(failed)?;
            }
        }
        Ok(())
    }
}

/// The snapshot of an edition.
pub(crate) fn snapshot_of(edition: &Edition, stamp: &Stamp) -> Result<Vec<u8>, StoreError> {
    snapshot::build(edition, stamp).map_err(|e| StoreError::Engine {
        what: "La construction de l’instantané a échoué",
        problem: e.to_string(),
    })
}
