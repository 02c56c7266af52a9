//! Which edition is in service, and has that changed? A running service polls, and swaps what it holds.

use crate::catalogue::CurrentRow;
use crate::error::StoreError;
use crate::mapped::SharedBytes;
use crate::moment::Moment;
use crate::store::Store;

/// The release in service.
#[derive(Clone)]
pub struct CurrentRelease {
    /// Its number.
    pub number: u32,
    /// When it was put into service.
    pub published: Moment,
    /// Its snapshot, mapped.
    pub snapshot: SharedBytes,
}

impl std::fmt::Debug for CurrentRelease {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CurrentRelease")
            .field("number", &self.number)
            .field("published", &self.published)
            .finish_non_exhaustive()
    }
}

/// What a poll found.
#[derive(Debug)]
pub enum Change {
    /// The same as at the last poll.
    Same,
    /// Another release, or the same number after a restore or when what is published of some edition was decided anew;
    /// `None` when nothing is published.
    Current(Option<CurrentRelease>),
}

/// What the last poll told.
#[derive(Debug, PartialEq, Eq)]
enum Seen {
    Nothing,
    Release(Option<CurrentRow>),
}

/// Notices publications made by any process.
#[derive(Debug)]
pub struct CurrentWatch {
    store: Store,
    stamp: Option<i64>,
    seen: Seen,
}

impl Store {
    /// The release in service; `None` before the first publication.
    pub fn current(&self) -> Result<Option<CurrentRelease>, StoreError> {
        Ok(self.current_row_and_release()?.1)
    }

    /// A watch whose first poll tells the current release.
    pub fn watch_current(&self) -> CurrentWatch {
        CurrentWatch {
            store: self.clone(),
            stamp: None,
            seen: Seen::Nothing,
        }
    }

    pub(crate) fn current_number(&self) -> Result<Option<u32>, StoreError> {
        Ok(self.current_row()?.map(|row| row.number))
    }

    fn current_row(&self) -> Result<Option<CurrentRow>, StoreError> {
        self.ask(|c| async move { c.current().await })
    }

    fn current_row_and_release(
        &self,
    ) -> Result<(Option<CurrentRow>, Option<CurrentRelease>), StoreError> {
        let mut row = self.current_row()?;
        loop {
            let Some(found) = row else {
                return Ok((None, None));
            };
            match self.inner.objects.map(&found.snapshot) {
                Ok(snapshot) => {
                    let release = CurrentRelease {
                        number: found.number,
                        published: found.published.clone(),
                        snapshot,
                    };
                    return Ok((Some(found), Some(release)));
                }
                Err(error) => {
                    // A restore may have replaced everything between the two looks; otherwise the file is missing.
                    row = self.current_row()?;
                    if row.as_ref() == Some(&found) {
                        return Err(error);
                    }
                }
            }
        }
    }
}

impl CurrentWatch {
    /// Looks. Costs one `PRAGMA` when nobody committed anything; a second or so between polls is plenty.
    pub fn poll(&mut self) -> Result<Change, StoreError> {
        let stamp = self.store.ask(|c| async move { c.change_stamp().await })?;
        if self.stamp == Some(stamp) {
            return Ok(Change::Same);
        }
        let row = self.store.current_row()?;
        if self.seen == Seen::Release(row.clone()) {
            self.stamp = Some(stamp);
            return Ok(Change::Same);
        }
        let (row, release) = self.store.current_row_and_release()?;
        self.seen = Seen::Release(row);
        self.stamp = Some(stamp);
        Ok(Change::Current(release))
    }
}
