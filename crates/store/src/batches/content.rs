//! What do the answers say? Questions and answers of chunks, read back.

use super::database::{Batches, ms, reading, writing};
use super::keep::Batch;
use super::links::BatchKey;
use super::queue::{Claim, LAST_SEQ, Purpose};
use crate::error::StoreError;
use crate::moment::UnixMs;

/// The answers to a chunk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// Its number.
    pub seq: u32,
    /// Counts the corrections made in it.
    pub version: u32,
    /// Everything that is said of each row.
    pub answers: Vec<u8>,
}

/// One test of all the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunInfo {
    /// Counted from 1.
    pub number: u32,
    /// Why it was made.
    pub purpose: Purpose,
    /// On which release; `None` before a worker said, or on the demonstration territory.
    pub release: Option<u32>,
    /// When it began.
    pub started: UnixMs,
    /// When it ended.
    pub finished: Option<UnixMs>,
    /// What its answers add up to, as text of whoever tests.
    pub summary: Option<String>,
}

type RunRow = (i64, String, Option<i64>, i64, Option<i64>, Option<String>);

impl Batches {
    /// The questions of a chunk.
    pub async fn questions(&self, key: &BatchKey, seq: u32) -> Result<Option<Vec<u8>>, StoreError> {
        let row: Option<(Vec<u8>,)> = reading!(self, |connection| {
            sqlx::query_as("SELECT questions FROM chunks WHERE batch = $1 AND seq = $2")
                .bind(key.as_str())
                .bind(i64::from(seq))
                .fetch_optional(&mut *connection)
                .await?
        });
        Ok(row.map(|(questions,)| questions))
    }

    /// Where each chunk is: its number, its first row, its rows.
    pub async fn chunks(&self, key: &BatchKey) -> Result<Vec<(u32, u64, u32)>, StoreError> {
        let rows: Vec<(i64, i64, i64)> = reading!(self, |connection| {
            sqlx::query_as(
                "SELECT seq, first_row, row_count FROM chunks WHERE batch = $1 ORDER BY seq",
            )
            .bind(key.as_str())
            .fetch_all(&mut *connection)
            .await?
        });
        Ok(rows
            .into_iter()
            .map(|(seq, first, count)| (seq as u32, first as u64, count as u32))
            .collect())
    }

    /// The answers to a chunk; `None` while it has none.
    pub async fn answers(
        &self,
        key: &BatchKey,
        run: u32,
        seq: u32,
    ) -> Result<Option<Answers>, StoreError> {
        let row: Option<(i64, Vec<u8>)> = reading!(self, |connection| {
            sqlx::query_as(
                "SELECT version, answers FROM tasks
                 WHERE batch = $1 AND run = $2 AND seq = $3 AND answers IS NOT NULL",
            )
            .bind(key.as_str())
            .bind(i64::from(run))
            .bind(i64::from(seq))
            .fetch_optional(&mut *connection)
            .await?
        });
        Ok(row.map(|(version, answers)| Answers {
            seq,
            version: version as u32,
            answers,
        }))
    }

    /// What rows are sorted and filtered by, chunk by chunk, of those answered.
    pub async fn facets(
        &self,
        key: &BatchKey,
        run: u32,
    ) -> Result<Vec<(u32, Vec<u8>)>, StoreError> {
        let rows: Vec<(i64, Vec<u8>)> = reading!(self, |connection| {
            sqlx::query_as(
                "SELECT seq, facets FROM tasks
                 WHERE batch = $1 AND run = $2 AND facets IS NOT NULL ORDER BY seq",
            )
            .bind(key.as_str())
            .bind(i64::from(run))
            .fetch_all(&mut *connection)
            .await?
        });
        Ok(rows
            .into_iter()
            .map(|(seq, facets)| (seq as u32, facets))
            .collect())
    }

    /// What tells the answers of a run from what they were before a correction.
    pub async fn version(&self, key: &BatchKey, run: u32) -> Result<u64, StoreError> {
        let (version,): (i64,) = reading!(self, |connection| {
            sqlx::query_as(
                "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) FROM tasks WHERE batch = $1 AND run = $2",
            )
            .bind(key.as_str())
            .bind(i64::from(run))
            .fetch_one(&mut *connection)
            .await?
        });
        Ok(version as u64)
    }

    /// Where the rows of a chunk are, with what they are filtered by; `None` while it has no answers, without places
    /// when it was answered by an older caloduc.
    pub async fn places(
        &self,
        key: &BatchKey,
        run: u32,
        seq: u32,
    ) -> Result<Option<(Vec<u8>, Option<Vec<u8>>)>, StoreError> {
        Ok(reading!(self, |connection| {
            sqlx::query_as(
                "SELECT facets, places FROM tasks
                 WHERE batch = $1 AND run = $2 AND seq = $3 AND facets IS NOT NULL",
            )
            .bind(key.as_str())
            .bind(i64::from(run))
            .bind(i64::from(seq))
            .fetch_optional(&mut *connection)
            .await?
        }))
    }

    /// What each chunk's answers add up to.
    pub async fn summaries(&self, key: &BatchKey, run: u32) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = reading!(self, |connection| {
            sqlx::query_as(
                "SELECT summary FROM tasks
                 WHERE batch = $1 AND run = $2 AND seq > 0 AND seq < $3 AND summary IS NOT NULL ORDER BY seq",
            )
            .bind(key.as_str())
            .bind(i64::from(run))
            .bind(LAST_SEQ)
            .fetch_all(&mut *connection)
            .await?
        });
        Ok(rows.into_iter().map(|(summary,)| summary).collect())
    }

    /// The answers to the same chunk in the run shown, when this run comes after it.
    pub async fn earlier_answers(&self, claim: &Claim) -> Result<Option<Answers>, StoreError> {
        let shown: Option<(Option<i64>,)> = reading!(self, |connection| {
            sqlx::query_as("SELECT shown_run FROM batches WHERE link = $1")
                .bind(claim.batch.as_str())
                .fetch_optional(&mut *connection)
                .await?
        });
        match shown {
            Some((Some(run),)) if run < i64::from(claim.run) => {
                self.answers(&claim.batch, run as u32, claim.seq as u32)
                    .await
            }
            _ => Ok(None),
        }
    }

    /// Replaces the answers to a chunk after a correction, unless another correction came between; says whether it did.
    pub async fn replace_answers(
        &self,
        batch: &Batch,
        old: &Answers,
        done: &super::queue::Done,
    ) -> Result<bool, StoreError> {
        let Some(run) = batch.shown_run else {
            return Ok(false);
        };
        let replaced = writing!(self, |tx, _dialect| {
            sqlx::query(
                "UPDATE tasks SET answers = $5, facets = $6, summary = $7, places = $8, version = version + 1
                 WHERE batch = $1 AND run = $2 AND seq = $3 AND version = $4 AND finished IS NOT NULL",
            )
            .bind(batch.key.as_str())
            .bind(i64::from(run))
            .bind(i64::from(old.seq))
            .bind(i64::from(old.version))
            .bind(&done.answers)
            .bind(&done.facets)
            .bind(&done.summary)
            .bind(&done.places)
            .execute(&mut *tx)
            .await?
            .rows_affected()
        });
        Ok(replaced == 1)
    }

    /// Writes what a run's answers add up to, again.
    pub async fn set_summary(
        &self,
        key: &BatchKey,
        run: u32,
        summary: &str,
    ) -> Result<(), StoreError> {
        writing!(self, |tx, _dialect| {
            sqlx::query("UPDATE runs SET summary = $3 WHERE batch = $1 AND number = $2")
                .bind(key.as_str())
                .bind(i64::from(run))
                .bind(summary)
                .execute(&mut *tx)
                .await?;
        });
        Ok(())
    }

    /// Every run of a batch, the first first.
    pub async fn runs(&self, key: &BatchKey) -> Result<Vec<RunInfo>, StoreError> {
        let rows: Vec<RunRow> = reading!(self, |connection| {
            sqlx::query_as(
                "SELECT number, purpose, release, started, finished, summary
                 FROM runs WHERE batch = $1 ORDER BY number",
            )
            .bind(key.as_str())
            .fetch_all(&mut *connection)
            .await?
        });
        Ok(rows
            .into_iter()
            .map(
                |(number, purpose, release, started, finished, summary)| RunInfo {
                    number: number as u32,
                    purpose: Purpose::parse(&purpose),
                    release: release.map(|n| n as u32),
                    started: UnixMs(started),
                    finished: finished.map(UnixMs),
                    summary,
                },
            )
            .collect())
    }

    /// Prolongs a claim; whether it still holds.
    pub async fn prolong(&self, claim: &Claim, until: UnixMs) -> Result<bool, StoreError> {
        let held = writing!(self, |tx, _dialect| {
            sqlx::query(
                "UPDATE tasks SET lease_until = $5
                 WHERE batch = $1 AND run = $2 AND seq = $3 AND holder = $4 AND finished IS NULL",
            )
            .bind(claim.batch.as_str())
            .bind(i64::from(claim.run))
            .bind(claim.seq)
            .bind(&claim.holder)
            .bind(ms(until))
            .execute(&mut *tx)
            .await?
            .rows_affected()
        });
        Ok(held == 1)
    }
}
