//! What moved for each row, and which places did a person set right?

use super::database::{Batches, ms, reading, writing};
use super::links::BatchKey;
use crate::error::StoreError;
use crate::moment::UnixMs;

/// What moved for a row, about to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeRecord {
    /// Index of the row in the file, from 0.
    pub row_index: u64,
    /// The word of the public vocabulary.
    pub transition: String,
    /// The verdict before, as text of whoever tests.
    pub before: String,
    /// The verdict after.
    pub after: String,
}

/// What moved for a row, in which run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowChange {
    /// The run that found it.
    pub run: u32,
    /// What it found.
    pub change: ChangeRecord,
}

/// A place that a person set right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// Index of the row in the file, from 0.
    pub row_index: u64,
    /// Where it is, as text of whoever tests.
    pub place: String,
}

/// What changes are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ChangeOrder {
    /// The run that found them, the last first.
    #[default]
    Newest,
    /// The same, the first first.
    Oldest,
    /// Their row's place in the file.
    Row,
    /// The same, backwards.
    RowBackwards,
    /// The word of the change.
    Transition,
    /// The same, backwards.
    TransitionBackwards,
}

/// Which changes are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ChangeQuery {
    /// Those of one word only.
    pub transition: Option<String>,
    /// In which order.
    pub order: ChangeOrder,
    /// After so many.
    pub skip: u64,
    /// So many at most.
    pub most: u32,
}

/// Changes of the runs that ended, those of a word when the second parameter is one.
macro_rules! changes {
    ($end:literal) => {
        concat!(
            "SELECT c.run, c.row_index, c.transition, c.before, c.after
             FROM changes c JOIN runs r ON r.batch = c.batch AND r.number = c.run
             WHERE c.batch = $1 AND r.finished IS NOT NULL AND ($2 = '' OR c.transition = $2) ",
            $end
        )
    };
}

impl ChangeQuery {
    fn statement(&self) -> &'static str {
        match self.order {
            ChangeOrder::Newest => {
                changes!("ORDER BY c.run DESC, c.row_index LIMIT $3 OFFSET $4")
            }
            ChangeOrder::Oldest => changes!("ORDER BY c.run, c.row_index LIMIT $3 OFFSET $4"),
            ChangeOrder::Row => {
                changes!("ORDER BY c.row_index, c.run DESC LIMIT $3 OFFSET $4")
            }
            ChangeOrder::RowBackwards => {
                changes!("ORDER BY c.row_index DESC, c.run DESC LIMIT $3 OFFSET $4")
            }
            ChangeOrder::Transition => {
                changes!("ORDER BY c.transition, c.run DESC, c.row_index LIMIT $3 OFFSET $4")
            }
            ChangeOrder::TransitionBackwards => {
                changes!("ORDER BY c.transition DESC, c.run DESC, c.row_index LIMIT $3 OFFSET $4")
            }
        }
    }
}

type ChangeRow = (i64, i64, String, String, String);

impl Batches {
    /// What moved in the runs that ended.
    pub async fn changes(
        &self,
        key: &BatchKey,
        query: &ChangeQuery,
    ) -> Result<Vec<RowChange>, StoreError> {
        let rows: Vec<ChangeRow> = reading!(self, |connection| {
            sqlx::query_as(query.statement())
                .bind(key.as_str())
                .bind(query.transition.as_deref().unwrap_or_default())
                .bind(i64::from(query.most))
                .bind(query.skip as i64)
                .fetch_all(&mut *connection)
                .await?
        });
        Ok(rows.into_iter().map(change).collect())
    }

    /// What moved, the last run first and rows in order, from after a change on: how a long list is read piece by piece.
    pub async fn changes_after(
        &self,
        key: &BatchKey,
        transition: Option<&str>,
        after: Option<&RowChange>,
        most: u32,
    ) -> Result<Vec<RowChange>, StoreError> {
        let (run, row) = after.map_or((i64::MAX, -1), |last| {
            (i64::from(last.run), last.change.row_index as i64)
        });
        let rows: Vec<ChangeRow> = reading!(self, |connection| {
            sqlx::query_as(changes!(
                "AND (c.run < $4 OR (c.run = $4 AND c.row_index > $5)) ORDER BY c.run DESC, c.row_index LIMIT $3"
            ))
            .bind(key.as_str())
            .bind(transition.unwrap_or_default())
            .bind(i64::from(most))
            .bind(run)
            .bind(row)
            .fetch_all(&mut *connection)
            .await?
        });
        Ok(rows.into_iter().map(change).collect())
    }

    /// The history of one row, the first first.
    pub async fn history(
        &self,
        key: &BatchKey,
        row_index: u64,
    ) -> Result<Vec<RowChange>, StoreError> {
        let rows: Vec<ChangeRow> = reading!(self, |connection| {
            sqlx::query_as(
                "SELECT c.run, c.row_index, c.transition, c.before, c.after
                 FROM changes c JOIN runs r ON r.batch = c.batch AND r.number = c.run
                 WHERE c.batch = $1 AND c.row_index = $2 AND r.finished IS NOT NULL ORDER BY c.run",
            )
            .bind(key.as_str())
            .bind(row_index as i64)
            .fetch_all(&mut *connection)
            .await?
        });
        Ok(rows.into_iter().map(change).collect())
    }

    /// How many rows moved, by run and kind of change.
    pub async fn change_counts(
        &self,
        key: &BatchKey,
    ) -> Result<Vec<(u32, String, u64)>, StoreError> {
        let rows: Vec<(i64, String, i64)> = reading!(self, |connection| {
            sqlx::query_as(
                "SELECT c.run, c.transition, COUNT(*)
                 FROM changes c JOIN runs r ON r.batch = c.batch AND r.number = c.run
                 WHERE c.batch = $1 AND r.finished IS NOT NULL
                 GROUP BY c.run, c.transition ORDER BY c.run DESC, c.transition",
            )
            .bind(key.as_str())
            .fetch_all(&mut *connection)
            .await?
        });
        Ok(rows
            .into_iter()
            .map(|(run, transition, count)| (run as u32, transition, count as u64))
            .collect())
    }

    /// Keeps where a row is, for this run and the next ones.
    pub async fn keep_correction(
        &self,
        key: &BatchKey,
        correction: &Correction,
        now: UnixMs,
    ) -> Result<(), StoreError> {
        writing!(self, |tx, _dialect| {
            sqlx::query(
                "INSERT INTO corrections (batch, row_index, place, corrected) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (batch, row_index) DO UPDATE SET place = excluded.place, corrected = excluded.corrected",
            )
            .bind(key.as_str())
            .bind(correction.row_index as i64)
            .bind(&correction.place)
            .bind(ms(now))
            .execute(&mut *tx)
            .await?;
        });
        Ok(())
    }

    /// The places set right among some rows.
    pub async fn corrections(
        &self,
        key: &BatchKey,
        rows: std::ops::Range<u64>,
    ) -> Result<Vec<Correction>, StoreError> {
        let found: Vec<(i64, String)> = reading!(self, |connection| {
            sqlx::query_as(
                "SELECT row_index, place FROM corrections
                 WHERE batch = $1 AND row_index >= $2 AND row_index < $3 ORDER BY row_index",
            )
            .bind(key.as_str())
            .bind(rows.start as i64)
            .bind(rows.end as i64)
            .fetch_all(&mut *connection)
            .await?
        });
        Ok(found
            .into_iter()
            .map(|(row_index, place)| Correction {
                row_index: row_index as u64,
                place,
            })
            .collect())
    }
}

fn change((run, row_index, transition, before, after): ChangeRow) -> RowChange {
    RowChange {
        run: run as u32,
        change: ChangeRecord {
            row_index: row_index as u64,
            transition,
            before,
            after,
        },
    }
}
