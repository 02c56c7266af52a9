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

type ChangeRow = (i64, i64, String, String, String);

impl Batches {
    /// What moved in the runs that ended, the last first; those after `skip`, `most` of them.
    pub async fn changes(
        &self,
        key: &BatchKey,
        skip: u64,
        most: u32,
    ) -> Result<Vec<RowChange>, StoreError> {
        let rows: Vec<ChangeRow> = reading!(self, |connection| {
            sqlx::query_as(
                "SELECT c.run, c.row_index, c.transition, c.before, c.after
                 FROM changes c JOIN runs r ON r.batch = c.batch AND r.number = c.run
                 WHERE c.batch = $1 AND r.finished IS NOT NULL
                 ORDER BY c.run DESC, c.row_index LIMIT $2 OFFSET $3",
            )
            .bind(key.as_str())
            .bind(i64::from(most))
            .bind(skip as i64)
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
