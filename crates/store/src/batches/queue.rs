//! What is to be done next, by whom, and what if he dies? Workers of any process claim tasks: one task to one worker,
//! for the time of a lease; a task whose lease ran out is claimed again.
//!
//! A run of a batch is: read the file and cut its questions into chunks (task 0), answer each chunk (1, 2, …), end the
//! run (the last task, claimed once all others are finished). Every step may be done twice and counts once.

use super::database::{Batches, ms, reading, writing};
use super::links::BatchKey;
use crate::error::StoreError;
use crate::moment::UnixMs;
use std::time::Duration;

/// The task that ends a run: after every chunk.
pub(super) const LAST_SEQ: i64 = 1_000_000_000;
/// A task begun so often and never ended kills its workers: its batch is given up.
const MOST_ATTEMPTS: i64 = 8;
/// Once this long without progress, a run pinned to an address index that nobody has any more is begun again.
const FORSAKEN: Duration = Duration::from_secs(30);

/// Why a run is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The first.
    First,
    /// Whoever owns it asked again: addresses are looked up anew.
    Again,
    /// An edition was published: the places stay, the verdicts are new.
    Follow,
}

impl Purpose {
    /// As kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Again => "again",
            Self::Follow => "follow",
        }
    }

    pub(super) fn parse(text: &str) -> Self {
        match text {
            "again" => Self::Again,
            "follow" => Self::Follow,
            _ => Self::First,
        }
    }
}

/// Who works, and with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker {
    /// Unique among those at work, whatever the process.
    pub name: String,
    /// What tells the address index at hand from others.
    pub addresses: String,
}

/// What a task asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Read the file and cut it.
    Read,
    /// Answer a chunk.
    Answer {
        /// Its number, from 1.
        seq: u32,
    },
    /// Add the answers up.
    Finish,
}

/// On what a run is tested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// The release; `None` for the demonstration territory.
    pub release: Option<u32>,
    /// The address index; `None` when only coordinates are asked about.
    pub addresses: Option<String>,
}

/// A task held by a worker until its lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Of which batch.
    pub batch: BatchKey,
    /// Of which run.
    pub run: u32,
    /// Why that run.
    pub purpose: Purpose,
    /// What to do.
    pub step: Step,
    /// On what; `None` before the first worker said.
    pub pin: Option<Pin>,
    pub(crate) holder: String,
    pub(crate) seq: i64,
}

/// A chunk that was cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChunk {
    /// From 1.
    pub seq: u32,
    /// Index of its first row in the file, from 0.
    pub first_row: u64,
    /// How many.
    pub row_count: u32,
    /// Its questions, as bytes of whoever tests.
    pub questions: Vec<u8>,
}

/// The answers to a chunk, as bytes and text of whoever tests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Done {
    /// Everything that is said of each row.
    pub answers: Vec<u8>,
    /// What rows are sorted and filtered by.
    pub facets: Vec<u8>,
    /// Where each row is on the map.
    pub places: Vec<u8>,
    /// What they add up to.
    pub summary: String,
    /// What moved for some of them since the run before.
    pub changes: Vec<super::follow::ChangeRecord>,
}

/// Whether work was in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Completion {
    /// It is written.
    Written,
    /// The lease was lost, the batch stopped or erased: nothing was written.
    TooLate,
}

/// The oldest task of the batch that waited longest since it was last served: every batch gets its turn, a small one is
/// not stuck behind a large one.
const CLAIM_SQLITE: &str = "
    SELECT t.batch, t.run, t.seq, t.attempts, r.purpose, r.pinned, r.release, r.addresses
    FROM batches b
    JOIN tasks t ON t.batch = b.link AND t.run = b.run
    JOIN runs r ON r.batch = b.link AND r.number = b.run
    WHERE b.working AND t.finished IS NULL AND t.lease_until <= $1
      AND (t.seq < 1000000000 OR NOT EXISTS (
          SELECT 1 FROM tasks o WHERE o.batch = t.batch AND o.run = t.run AND o.finished IS NULL AND o.seq < 1000000000))
      AND (NOT r.pinned OR r.addresses IS NULL OR r.addresses = $2 OR b.served <= $3)
    ORDER BY b.served, b.link, t.seq
    LIMIT 1";
const CLAIM_POSTGRES: &str = "
    SELECT t.batch, t.run, t.seq, t.attempts, r.purpose, r.pinned, r.release, r.addresses
    FROM batches b
    JOIN tasks t ON t.batch = b.link AND t.run = b.run
    JOIN runs r ON r.batch = b.link AND r.number = b.run
    WHERE b.working AND t.finished IS NULL AND t.lease_until <= $1
      AND (t.seq < 1000000000 OR NOT EXISTS (
          SELECT 1 FROM tasks o WHERE o.batch = t.batch AND o.run = t.run AND o.finished IS NULL AND o.seq < 1000000000))
      AND (NOT r.pinned OR r.addresses IS NULL OR r.addresses = $2 OR b.served <= $3)
    ORDER BY b.served, b.link, t.seq
    LIMIT 1
    FOR UPDATE OF t SKIP LOCKED";

#[derive(sqlx::FromRow)]
struct TaskRow {
    batch: String,
    run: i64,
    seq: i64,
    attempts: i64,
    purpose: String,
    pinned: bool,
    release: Option<i64>,
    addresses: Option<String>,
}

impl TaskRow {
    fn claim(self, worker: &Worker) -> Claim {
        Claim {
            run: self.run as u32,
            purpose: Purpose::parse(&self.purpose),
            step: match self.seq {
                0 => Step::Read,
                LAST_SEQ => Step::Finish,
                seq => Step::Answer { seq: seq as u32 },
            },
            pin: self.pinned.then_some(Pin {
                release: self.release.map(|n| n as u32),
                addresses: self.addresses,
            }),
            holder: worker.name.clone(),
            seq: self.seq,
            batch: BatchKey(self.batch),
        }
    }
}

impl Batches {
    /// Takes the next task for the time of a lease; `None` when there is nothing to do.
    pub async fn claim(
        &self,
        worker: &Worker,
        now: UnixMs,
        lease: Duration,
    ) -> Result<Option<Claim>, StoreError> {
        let forsaken = UnixMs(now.0 - FORSAKEN.as_millis() as i64);
        let claimed: Option<TaskRow> = writing!(self, |tx, dialect| {
            let found: Option<TaskRow> =
                sqlx::query_as(dialect.choose(CLAIM_SQLITE, CLAIM_POSTGRES))
                    .bind(ms(now))
                    .bind(&worker.addresses)
                    .bind(ms(forsaken))
                    .fetch_optional(&mut *tx)
                    .await?;
            if let Some(task) = &found {
                sqlx::query(
                    "UPDATE tasks SET holder = $4, lease_until = $5, attempts = attempts + 1
                     WHERE batch = $1 AND run = $2 AND seq = $3",
                )
                .bind(&task.batch)
                .bind(task.run)
                .bind(task.seq)
                .bind(&worker.name)
                .bind(ms(now.plus(lease)))
                .execute(&mut *tx)
                .await?;
                sqlx::query(
                    "UPDATE batches SET served = $2, state = CASE WHEN state = 'queued' THEN 'running' ELSE state END
                     WHERE link = $1",
                )
                .bind(&task.batch)
                .bind(ms(now))
                .execute(&mut *tx)
                .await?;
            }
            found
        });
        let Some(task) = claimed else {
            return Ok(None);
        };
        let worn_out = task.attempts >= MOST_ATTEMPTS;
        let claim = task.claim(worker);
        if worn_out {
            self.fail(
                &claim,
                "Ce fichier a interrompu plusieurs fois le traitement. Signalez-le à qui tient ce service.",
            )
            .await?;
            return Ok(None);
        }
        Ok(Some(claim))
    }

    /// Says on what the run is tested, unless somebody said before; what holds.
    pub async fn pin(&self, claim: &Claim, pin: &Pin) -> Result<Option<Pin>, StoreError> {
        let held: Option<(Option<i64>, Option<String>)> = writing!(self, |tx, _dialect| {
            sqlx::query(
                "UPDATE runs SET pinned = TRUE, release = $3, addresses = $4
                 WHERE batch = $1 AND number = $2 AND NOT pinned",
            )
            .bind(claim.batch.as_str())
            .bind(i64::from(claim.run))
            .bind(pin.release.map(i64::from))
            .bind(&pin.addresses)
            .execute(&mut *tx)
            .await?;
            sqlx::query_as("SELECT release, addresses FROM runs WHERE batch = $1 AND number = $2")
                .bind(claim.batch.as_str())
                .bind(i64::from(claim.run))
                .fetch_optional(&mut *tx)
                .await?
        });
        Ok(held.map(|(release, addresses)| Pin {
            release: release.map(|n| n as u32),
            addresses,
        }))
    }

    /// Keeps more of the file's chunks, and the reader's lease a little longer. The same chunk given again, by another
    /// reader, is not kept twice.
    pub async fn add_chunks(
        &self,
        claim: &Claim,
        chunks: &[NewChunk],
        lease_until: UnixMs,
    ) -> Result<Completion, StoreError> {
        let held = writing!(self, |tx, _dialect| {
            let held = sqlx::query(
                "UPDATE tasks SET lease_until = $5
                 WHERE batch = $1 AND run = $2 AND seq = $3 AND holder = $4 AND finished IS NULL",
            )
            .bind(claim.batch.as_str())
            .bind(i64::from(claim.run))
            .bind(claim.seq)
            .bind(&claim.holder)
            .bind(ms(lease_until))
            .execute(&mut *tx)
            .await?
            .rows_affected();
            if held == 1 {
                for chunk in chunks {
                    sqlx::query(
                        "INSERT INTO chunks (batch, seq, first_row, row_count, questions) VALUES ($1, $2, $3, $4, $5)
                         ON CONFLICT (batch, seq) DO NOTHING",
                    )
                    .bind(claim.batch.as_str())
                    .bind(i64::from(chunk.seq))
                    .bind(chunk.first_row as i64)
                    .bind(i64::from(chunk.row_count))
                    .bind(&chunk.questions)
                    .execute(&mut *tx)
                    .await?;
                    sqlx::query(
                        "INSERT INTO tasks (batch, run, seq, row_count, lease_until, attempts, version)
                         VALUES ($1, $2, $3, $4, 0, 0, 0) ON CONFLICT (batch, run, seq) DO NOTHING",
                    )
                    .bind(claim.batch.as_str())
                    .bind(i64::from(claim.run))
                    .bind(i64::from(chunk.seq))
                    .bind(i64::from(chunk.row_count))
                    .execute(&mut *tx)
                    .await?;
                }
            }
            held
        });
        Ok(completion(held))
    }

    /// The file was read whole: so many rows.
    pub async fn finish_reading(
        &self,
        claim: &Claim,
        row_count: u64,
        now: UnixMs,
    ) -> Result<Completion, StoreError> {
        let held = writing!(self, |tx, _dialect| {
            let held = sqlx::query(
                "UPDATE tasks SET finished = $5
                 WHERE batch = $1 AND run = $2 AND seq = $3 AND holder = $4 AND finished IS NULL",
            )
            .bind(claim.batch.as_str())
            .bind(i64::from(claim.run))
            .bind(claim.seq)
            .bind(&claim.holder)
            .bind(ms(now))
            .execute(&mut *tx)
            .await?
            .rows_affected();
            if held == 1 {
                sqlx::query("UPDATE batches SET row_count = $2 WHERE link = $1")
                    .bind(claim.batch.as_str())
                    .bind(row_count as i64)
                    .execute(&mut *tx)
                    .await?;
            }
            held
        });
        Ok(completion(held))
    }

    /// Writes the answers to a chunk, with what moved.
    pub async fn complete(
        &self,
        claim: &Claim,
        done: &Done,
        now: UnixMs,
    ) -> Result<Completion, StoreError> {
        let held = writing!(self, |tx, _dialect| {
            let held = sqlx::query(
                "UPDATE tasks SET finished = $5, answers = $6, facets = $7, summary = $8, places = $9
                 WHERE batch = $1 AND run = $2 AND seq = $3 AND holder = $4 AND finished IS NULL",
            )
            .bind(claim.batch.as_str())
            .bind(i64::from(claim.run))
            .bind(claim.seq)
            .bind(&claim.holder)
            .bind(ms(now))
            .bind(&done.answers)
            .bind(&done.facets)
            .bind(&done.summary)
            .bind(&done.places)
            .execute(&mut *tx)
            .await?
            .rows_affected();
            if held == 1 {
                for change in &done.changes {
                    sqlx::query(
                        "INSERT INTO changes (batch, run, row_index, transition, before, after)
                         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (batch, run, row_index) DO NOTHING",
                    )
                    .bind(claim.batch.as_str())
                    .bind(i64::from(claim.run))
                    .bind(change.row_index as i64)
                    .bind(&change.transition)
                    .bind(&change.before)
                    .bind(&change.after)
                    .execute(&mut *tx)
                    .await?;
                }
            }
            held
        });
        Ok(completion(held))
    }

    /// Ends the run: its answers are the ones shown from now on, those of earlier runs are dropped.
    pub async fn finish_run(
        &self,
        claim: &Claim,
        summary: &str,
        now: UnixMs,
    ) -> Result<Completion, StoreError> {
        let held = writing!(self, |tx, _dialect| {
            let held = sqlx::query(
                "UPDATE tasks SET finished = $5
                 WHERE batch = $1 AND run = $2 AND seq = $3 AND holder = $4 AND finished IS NULL",
            )
            .bind(claim.batch.as_str())
            .bind(i64::from(claim.run))
            .bind(claim.seq)
            .bind(&claim.holder)
            .bind(ms(now))
            .execute(&mut *tx)
            .await?
            .rows_affected();
            if held == 1 {
                sqlx::query("DELETE FROM tasks WHERE batch = $1 AND run < $2")
                    .bind(claim.batch.as_str())
                    .bind(i64::from(claim.run))
                    .execute(&mut *tx)
                    .await?;
                sqlx::query(
                    "UPDATE runs SET finished = $3, summary = $4 WHERE batch = $1 AND number = $2",
                )
                .bind(claim.batch.as_str())
                .bind(i64::from(claim.run))
                .bind(ms(now))
                .bind(summary)
                .execute(&mut *tx)
                .await?;
                sqlx::query(
                    "UPDATE batches SET shown_run = $2, state = 'done', problem = NULL, working = FALSE WHERE link = $1",
                )
                .bind(claim.batch.as_str())
                .bind(i64::from(claim.run))
                .execute(&mut *tx)
                .await?;
            }
            held
        });
        Ok(completion(held))
    }

    /// Gives a task back undone: whoever comes next takes it at once, and the attempt does not count.
    pub async fn give_back(&self, claim: &Claim) -> Result<(), StoreError> {
        writing!(self, |tx, _dialect| {
            sqlx::query(
                "UPDATE tasks SET lease_until = 0, attempts = attempts - 1
                 WHERE batch = $1 AND run = $2 AND seq = $3 AND holder = $4 AND finished IS NULL",
            )
            .bind(claim.batch.as_str())
            .bind(i64::from(claim.run))
            .bind(claim.seq)
            .bind(&claim.holder)
            .execute(&mut *tx)
            .await?;
        });
        Ok(())
    }

    /// Gives a batch up, with the reason. One that was tested before keeps showing its last answers.
    pub async fn fail(&self, claim: &Claim, problem: &str) -> Result<(), StoreError> {
        writing!(self, |tx, _dialect| {
            sqlx::query(
                "UPDATE batches SET working = FALSE, problem = $3,
                     state = CASE WHEN shown_run IS NULL THEN 'failed' ELSE 'done' END
                 WHERE link = $1 AND run = $2 AND working",
            )
            .bind(claim.batch.as_str())
            .bind(i64::from(claim.run))
            .bind(problem)
            .execute(&mut *tx)
            .await?;
        });
        Ok(())
    }

    /// Forgets the answers of the run in progress and what it is tested on: what it was begun on is gone.
    pub async fn begin_again(&self, claim: &Claim) -> Result<(), StoreError> {
        writing!(self, |tx, _dialect| {
            sqlx::query(
                "UPDATE tasks SET finished = NULL, answers = NULL, facets = NULL, places = NULL, summary = NULL, holder = NULL, lease_until = 0
                 WHERE batch = $1 AND run = $2 AND seq > 0",
            )
            .bind(claim.batch.as_str())
            .bind(i64::from(claim.run))
            .execute(&mut *tx)
            .await?;
            sqlx::query("DELETE FROM changes WHERE batch = $1 AND run = $2")
                .bind(claim.batch.as_str())
                .bind(i64::from(claim.run))
                .execute(&mut *tx)
                .await?;
            sqlx::query(
                "UPDATE runs SET pinned = FALSE, release = NULL, addresses = NULL WHERE batch = $1 AND number = $2",
            )
            .bind(claim.batch.as_str())
            .bind(i64::from(claim.run))
            .execute(&mut *tx)
            .await?;
        });
        Ok(())
    }

    /// Begins another run of a batch whose file was read, unless one is under way; its number.
    pub async fn start_run(
        &self,
        key: &BatchKey,
        purpose: Purpose,
        now: UnixMs,
    ) -> Result<Option<u32>, StoreError> {
        let started: Option<(i64,)> = writing!(self, |tx, _dialect| {
            // An edition followed in the background does not change what people see: the batch stays done.
            let started: Option<(i64,)> = sqlx::query_as(
                "UPDATE batches SET run = run + 1, working = TRUE, problem = NULL,
                     state = CASE WHEN $2 = 'follow' THEN state ELSE 'queued' END
                 WHERE link = $1 AND NOT working AND shown_run IS NOT NULL RETURNING run",
            )
            .bind(key.as_str())
            .bind(purpose.as_str())
            .fetch_optional(&mut *tx)
            .await?;
            if let Some((run,)) = started {
                sqlx::query(
                    "INSERT INTO runs (batch, number, purpose, pinned, started) VALUES ($1, $2, $3, FALSE, $4)",
                )
                .bind(key.as_str())
                .bind(run)
                .bind(purpose.as_str())
                .bind(ms(now))
                .execute(&mut *tx)
                .await?;
                sqlx::query(
                    "INSERT INTO tasks (batch, run, seq, row_count, lease_until, attempts, version)
                     SELECT batch, $2, seq, row_count, 0, 0, 0 FROM chunks WHERE batch = $1",
                )
                .bind(key.as_str())
                .bind(run)
                .execute(&mut *tx)
                .await?;
                sqlx::query(
                    "INSERT INTO tasks (batch, run, seq, row_count, lease_until, attempts, version)
                     VALUES ($1, $2, $3, 0, 0, 0, 0)",
                )
                .bind(key.as_str())
                .bind(run)
                .bind(LAST_SEQ)
                .execute(&mut *tx)
                .await?;
            }
            started
        });
        Ok(started.map(|(run,)| run as u32))
    }

    /// Tested batches whose answers are of another release than this one.
    pub async fn behind(&self, release: u32, most: u32) -> Result<Vec<BatchKey>, StoreError> {
        let rows: Vec<(String,)> = reading!(self, |connection| {
            sqlx::query_as(
                "SELECT b.link FROM batches b JOIN runs r ON r.batch = b.link AND r.number = b.shown_run
                 WHERE NOT b.working AND b.problem IS NULL AND r.release IS NOT NULL AND r.release <> $1
                 ORDER BY b.created, b.link LIMIT $2",
            )
            .bind(i64::from(release))
            .bind(i64::from(most))
            .fetch_all(&mut *connection)
            .await?
        });
        Ok(rows.into_iter().map(|(link,)| BatchKey(link)).collect())
    }
}

fn completion(rows_affected: u64) -> Completion {
    if rows_affected == 1 {
        Completion::Written
    } else {
        Completion::TooLate
    }
}
