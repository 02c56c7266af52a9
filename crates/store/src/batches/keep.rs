//! What do people do with a batch? They give it, look how far it is, rename, stop, share and erase it.

use super::database::{Batches, ms, reading, writing};
use super::links::{BatchKey, Link};
use super::queue::{LAST_SEQ, Purpose};
use super::quota::{HOLDINGS, Holdings, Quota, Refused};
use crate::error::StoreError;
use crate::moment::UnixMs;

/// Where a batch is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchState {
    /// Its columns are being looked at; nothing was asked yet.
    Draft,
    /// No worker has touched it yet.
    Queued,
    /// Its rows are being answered.
    Running,
    /// Every row has its answer.
    Done,
    /// It cannot be answered; `problem` says why.
    Failed,
    /// Whoever gave it stopped it.
    Cancelled,
}

impl BatchState {
    /// The public value.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    fn parse(text: &str) -> Result<Self, StoreError> {
        [
            Self::Draft,
            Self::Queued,
            Self::Running,
            Self::Done,
            Self::Failed,
            Self::Cancelled,
        ]
        .into_iter()
        .find(|state| state.as_str() == text)
        .ok_or_else(|| {
            StoreError::damaged(format!(
                "La base des tests d’adresses contient un état impossible (« {text} »)."
            ))
        })
    }

    /// Whether nothing more will happen without somebody asking.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

/// Whether work begins at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// It does.
    Now,
    /// Whoever gave it looks at its columns first.
    Later,
}

/// A batch about to be kept. Its file is in the uploads already.
#[derive(Debug, Clone)]
pub struct NewBatch {
    /// The secret that opens it.
    pub link: Link,
    /// The account it belongs to, when there is one.
    pub owner: Option<String>,
    /// Who gave it, as [`Batches::client`] says.
    pub client: String,
    /// What it is called.
    pub name: String,
    /// The file's own name.
    pub file_name: String,
    /// Where the file is.
    pub upload: String,
    /// Its length.
    pub bytes: u64,
    /// The file on its way that it was until now, which it ends.
    pub arrival: Option<BatchKey>,
    /// What was said of its columns, as text of whoever tests.
    pub options: String,
    /// Whether work begins at once.
    pub start: Start,
    /// When it is erased.
    pub expires: UnixMs,
}

/// A kept batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// What it is known by inside.
    pub key: BatchKey,
    /// What it is called.
    pub name: String,
    /// The file's own name.
    pub file_name: String,
    /// Where the file is.
    pub upload: String,
    /// Its length.
    pub bytes: u64,
    /// What was said of its columns.
    pub options: String,
    /// Where it is in its life.
    pub state: BatchState,
    /// Why it failed, in French.
    pub problem: Option<String>,
    /// Its rows, once the file was read whole.
    pub row_count: Option<u64>,
    /// The last run begun.
    pub run: u32,
    /// The last run that ended: the one whose answers are shown.
    pub shown_run: Option<u32>,
    /// Whether workers have something to do on it.
    pub is_working: bool,
    /// When it was given.
    pub created: UnixMs,
    /// When it is erased.
    pub expires: UnixMs,
}

/// What a link opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everything.
    Owner,
    /// Looking and downloading.
    Reader,
}

/// How far the run in progress is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Rows answered.
    pub rows_done: u64,
    /// Rows cut so far: all of them once the file was read whole.
    pub rows_cut: u64,
}

/// A link given to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    /// What it is known by; not the link, which is shown once.
    pub key: BatchKey,
    /// When it was made.
    pub created: UnixMs,
    /// When it ends.
    pub expires: UnixMs,
}

#[derive(sqlx::FromRow)]
struct BatchRow {
    link: String,
    name: String,
    file_name: String,
    upload: String,
    bytes: i64,
    options: String,
    state: String,
    problem: Option<String>,
    row_count: Option<i64>,
    run: i64,
    shown_run: Option<i64>,
    working: bool,
    created: i64,
    expires: i64,
}

impl BatchRow {
    fn batch(self) -> Result<Batch, StoreError> {
        Ok(Batch {
            key: BatchKey(self.link),
            name: self.name,
            file_name: self.file_name,
            upload: self.upload,
            bytes: self.bytes as u64,
            options: self.options,
            state: BatchState::parse(&self.state)?,
            problem: self.problem,
            row_count: self.row_count.map(|n| n as u64),
            run: self.run as u32,
            shown_run: self.shown_run.map(|n| n as u32),
            is_working: self.working,
            created: UnixMs(self.created),
            expires: UnixMs(self.expires),
        })
    }
}

impl Batches {
    /// Keeps a batch and gives workers its first task, unless its client keeps too much already.
    pub async fn create(
        &self,
        new: &NewBatch,
        quota: &Quota,
        now: UnixMs,
    ) -> Result<Result<BatchKey, Refused>, StoreError> {
        let key = new.link.key();
        let state = match new.start {
            Start::Now => BatchState::Queued,
            Start::Later => BatchState::Draft,
        };
        let refused = writing!(self, |tx, _dialect| {
            let holdings: Holdings = sqlx::query_as(HOLDINGS)
                .bind(&new.client)
                .bind(new.arrival.as_ref().map_or("", BatchKey::as_str))
                .fetch_one(&mut *tx)
                .await?;
            let mut refused = holdings
                .refuses_work(quota)
                .or(holdings.refuses_file(quota, new.bytes));
            if let (None, Some(arrival)) = (refused, &new.arrival) {
                // Its pieces have been put together: they are files that nothing needs any more.
                sqlx::query("DELETE FROM arrival_pieces WHERE arrival = $1")
                    .bind(arrival.as_str())
                    .execute(&mut *tx)
                    .await?;
                let ended = sqlx::query("DELETE FROM arrivals WHERE link = $1")
                    .bind(arrival.as_str())
                    .execute(&mut *tx)
                    .await?;
                refused = (ended.rows_affected() == 0).then_some(Refused::Taken);
            }
            if refused.is_none() {
                sqlx::query(
                    "INSERT INTO batches (link, owner, client, name, file_name, upload, bytes, options, state, run, working, created, expires, served)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $11, 1, $12, $9, $10, 0)",
                )
                .bind(key.as_str())
                .bind(&new.owner)
                .bind(&new.client)
                .bind(&new.name)
                .bind(&new.file_name)
                .bind(&new.upload)
                .bind(new.bytes as i64)
                .bind(&new.options)
                .bind(ms(now))
                .bind(ms(new.expires))
                .bind(state.as_str())
                .bind(new.start == Start::Now)
                .execute(&mut *tx)
                .await?;
                sqlx::query(
                    "INSERT INTO runs (batch, number, purpose, pinned, started) VALUES ($1, 1, $2, FALSE, $3)",
                )
                .bind(key.as_str())
                .bind(Purpose::First.as_str())
                .bind(ms(now))
                .execute(&mut *tx)
                .await?;
                for seq in [0, LAST_SEQ] {
                    sqlx::query(
                        "INSERT INTO tasks (batch, run, seq, row_count, lease_until, attempts, version)
                         VALUES ($1, 1, $2, 0, 0, 0, 0)",
                    )
                    .bind(key.as_str())
                    .bind(seq)
                    .execute(&mut *tx)
                    .await?;
                }
            }
            refused
        });
        Ok(refused.map_or(Ok(key), Err))
    }

    /// Says something else of the columns of a draft; whether it still was one.
    pub async fn describe(&self, key: &BatchKey, options: &str) -> Result<bool, StoreError> {
        let described = writing!(self, |tx, _dialect| {
            sqlx::query("UPDATE batches SET options = $2 WHERE link = $1 AND state = 'draft'")
                .bind(key.as_str())
                .bind(options)
                .execute(&mut *tx)
                .await?
                .rows_affected()
        });
        Ok(described == 1)
    }

    /// Gives a draft to the workers, unless its client has too much at work already; whether it still was one.
    pub async fn launch(
        &self,
        key: &BatchKey,
        quota: &Quota,
    ) -> Result<Result<bool, Refused>, StoreError> {
        let launched = writing!(self, |tx, _dialect| {
            let (client,): (String,) =
                sqlx::query_as("SELECT COALESCE(MAX(client), '') FROM batches WHERE link = $1")
                    .bind(key.as_str())
                    .fetch_one(&mut *tx)
                    .await?;
            let holdings: Holdings = sqlx::query_as(HOLDINGS)
                .bind(client)
                .bind("")
                .fetch_one(&mut *tx)
                .await?;
            match holdings.refuses_work(quota) {
                Some(refused) => Err(refused),
                None => {
                    let launched = sqlx::query(
                        "UPDATE batches SET state = 'queued', working = TRUE WHERE link = $1 AND state = 'draft'",
                    )
                    .bind(key.as_str())
                    .execute(&mut *tx)
                    .await?;
                    Ok(launched.rows_affected() == 1)
                }
            }
        });
        Ok(launched)
    }

    /// The batch that a link opens, and what it lets do; `None` for a link that opens nothing, or no longer.
    pub async fn find(
        &self,
        link: &Link,
        now: UnixMs,
    ) -> Result<Option<(Batch, Access)>, StoreError> {
        let key = link.key();
        if let Some(batch) = self.batch(&key).await? {
            return Ok((batch.expires > now).then_some((batch, Access::Owner)));
        }
        let shared: Option<(String,)> = reading!(self, |connection| {
            sqlx::query_as("SELECT batch FROM shares WHERE link = $1 AND expires > $2")
                .bind(key.as_str())
                .bind(ms(now))
                .fetch_optional(&mut *connection)
                .await?
        });
        let Some((batch,)) = shared else {
            return Ok(None);
        };
        let batch = self.batch(&BatchKey(batch)).await?;
        Ok(batch
            .filter(|batch| batch.expires > now)
            .map(|batch| (batch, Access::Reader)))
    }

    /// A batch by what it is known by inside.
    pub async fn batch(&self, key: &BatchKey) -> Result<Option<Batch>, StoreError> {
        let row: Option<BatchRow> = reading!(self, |connection| {
            sqlx::query_as(
                "SELECT link, name, file_name, upload, bytes, options, state, problem, row_count, run, shown_run, working, created, expires
                 FROM batches WHERE link = $1",
            )
            .bind(key.as_str())
            .fetch_optional(&mut *connection)
            .await?
        });
        row.map(BatchRow::batch).transpose()
    }

    /// How far the run in progress is.
    pub async fn progress(&self, batch: &Batch) -> Result<Progress, StoreError> {
        let (done, cut): (i64, i64) = reading!(self, |connection| {
            sqlx::query_as(
                "SELECT CAST(COALESCE(SUM(CASE WHEN finished IS NULL THEN 0 ELSE row_count END), 0) AS BIGINT),
                        CAST(COALESCE(SUM(row_count), 0) AS BIGINT)
                 FROM tasks WHERE batch = $1 AND run = $2",
            )
            .bind(batch.key.as_str())
            .bind(i64::from(batch.run))
            .fetch_one(&mut *connection)
            .await?
        });
        Ok(Progress {
            rows_done: done as u64,
            rows_cut: cut as u64,
        })
    }

    /// Gives a batch another name.
    pub async fn rename(&self, key: &BatchKey, name: &str) -> Result<(), StoreError> {
        writing!(self, |tx, _dialect| {
            sqlx::query("UPDATE batches SET name = $2 WHERE link = $1")
                .bind(key.as_str())
                .bind(name)
                .execute(&mut *tx)
                .await?;
        });
        Ok(())
    }

    /// Stops the work on a batch. One that was tested before shows its last answers again; says whether there was
    /// anything to stop.
    pub async fn cancel(&self, key: &BatchKey) -> Result<bool, StoreError> {
        let stopped = writing!(self, |tx, _dialect| {
            sqlx::query(
                "UPDATE batches SET working = FALSE,
                     state = CASE WHEN shown_run IS NULL THEN 'cancelled' ELSE 'done' END
                 WHERE link = $1 AND working",
            )
            .bind(key.as_str())
            .execute(&mut *tx)
            .await?
            .rows_affected()
        });
        Ok(stopped > 0)
    }

    /// Erases a batch and all that goes with it; the name of its file, for the uploads to forget.
    pub async fn erase(&self, key: &BatchKey) -> Result<Option<String>, StoreError> {
        let upload: Option<(String,)> = writing!(self, |tx, _dialect| {
            // In the order workers lock things, so that nobody waits for somebody who waits for us.
            sqlx::query("DELETE FROM tasks WHERE batch = $1")
                .bind(key.as_str())
                .execute(&mut *tx)
                .await?;
            sqlx::query_as("DELETE FROM batches WHERE link = $1 RETURNING upload")
                .bind(key.as_str())
                .fetch_optional(&mut *tx)
                .await?
        });
        self.scrub().await?;
        Ok(upload.map(|(name,)| name))
    }

    /// Batches whose time has come.
    pub async fn expired(&self, now: UnixMs) -> Result<Vec<BatchKey>, StoreError> {
        let rows: Vec<(String,)> = reading!(self, |connection| {
            sqlx::query_as("SELECT link FROM batches WHERE expires <= $1 ORDER BY link")
                .bind(ms(now))
                .fetch_all(&mut *connection)
                .await?
        });
        Ok(rows.into_iter().map(|(link,)| BatchKey(link)).collect())
    }

    /// Every file that some batch needs.
    pub async fn uploads_in_use(&self) -> Result<Vec<String>, StoreError> {
        let rows: Vec<(String,)> = reading!(self, |connection| {
            sqlx::query_as("SELECT upload FROM batches UNION SELECT upload FROM arrival_pieces")
                .fetch_all(&mut *connection)
                .await?
        });
        Ok(rows.into_iter().map(|(name,)| name).collect())
    }

    /// Makes a link that lets others look, until it ends.
    pub async fn share(
        &self,
        key: &BatchKey,
        link: &Link,
        now: UnixMs,
        expires: UnixMs,
    ) -> Result<(), StoreError> {
        writing!(self, |tx, _dialect| {
            sqlx::query("DELETE FROM shares WHERE batch = $1 AND expires <= $2")
                .bind(key.as_str())
                .bind(ms(now))
                .execute(&mut *tx)
                .await?;
            sqlx::query(
                "INSERT INTO shares (link, batch, created, expires) VALUES ($1, $2, $3, $4)",
            )
            .bind(link.key().as_str())
            .bind(key.as_str())
            .bind(ms(now))
            .bind(ms(expires))
            .execute(&mut *tx)
            .await?;
        });
        Ok(())
    }

    /// The links given to others that still open something.
    pub async fn shares(&self, key: &BatchKey, now: UnixMs) -> Result<Vec<Share>, StoreError> {
        let rows: Vec<(String, i64, i64)> = reading!(self, |connection| {
            sqlx::query_as(
                "SELECT link, created, expires FROM shares WHERE batch = $1 AND expires > $2 ORDER BY created, link",
            )
            .bind(key.as_str())
            .bind(ms(now))
            .fetch_all(&mut *connection)
            .await?
        });
        Ok(rows
            .into_iter()
            .map(|(link, created, expires)| Share {
                key: BatchKey(link),
                created: UnixMs(created),
                expires: UnixMs(expires),
            })
            .collect())
    }

    /// Takes every link given to others back.
    pub async fn unshare(&self, key: &BatchKey) -> Result<(), StoreError> {
        writing!(self, |tx, _dialect| {
            sqlx::query("DELETE FROM shares WHERE batch = $1")
                .bind(key.as_str())
                .execute(&mut *tx)
                .await?;
        });
        Ok(())
    }
}
