//! Which files are on their way, and how far did they come? A file given in pieces outlives cut connections, closed pages
//! and processes: each piece is kept as it comes, and counts once.

use super::database::{Batches, ms, reading, writing};
use super::links::{BatchKey, Link};
use super::quota::{HOLDINGS, Holdings, Quota, Refused};
use super::uploads::UploadName;
use crate::error::StoreError;
use crate::moment::UnixMs;

/// Pieces of a file: more would be somebody who sends it byte by byte.
const MOST_PIECES: i64 = 10_000;

/// A file about to come.
#[derive(Debug, Clone)]
pub struct NewArrival {
    /// The secret that opens it.
    pub link: Link,
    /// Who gives it, as [`Batches::client`] says.
    pub client: String,
    /// The file's own name.
    pub file_name: String,
    /// Its length.
    pub bytes: u64,
    /// When what came of it is erased.
    pub expires: UnixMs,
}

/// A file on its way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// What it is known by inside.
    pub key: BatchKey,
    /// The file's own name.
    pub file_name: String,
    /// Its length.
    pub bytes: u64,
    /// How much of it came.
    pub received: u64,
    /// When what came of it is erased.
    pub expires: UnixMs,
}

/// What became of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It is kept.
    Kept,
    /// It does not begin where the last one ended, goes beyond the end, or the file is gone: nothing was kept.
    Misplaced,
    /// There are too many pieces: nothing was kept.
    TooMany,
}

impl Batches {
    /// Expects a file, unless its client keeps too much already.
    pub async fn expect(
        &self,
        new: &NewArrival,
        quota: &Quota,
        now: UnixMs,
    ) -> Result<Result<BatchKey, Refused>, StoreError> {
        let key = new.link.key();
        let refused = writing!(self, |tx, _dialect| {
            let holdings: Holdings = sqlx::query_as(HOLDINGS)
                .bind(&new.client)
                .bind("")
                .fetch_one(&mut *tx)
                .await?;
            let refused = holdings.refuses_file(quota, new.bytes);
            if refused.is_none() {
                sqlx::query(
                    "INSERT INTO arrivals (link, client, file_name, bytes, received, created, expires)
                     VALUES ($1, $2, $3, $4, 0, $5, $6)",
                )
                .bind(key.as_str())
                .bind(&new.client)
                .bind(&new.file_name)
                .bind(new.bytes as i64)
                .bind(ms(now))
                .bind(ms(new.expires))
                .execute(&mut *tx)
                .await?;
            }
            refused
        });
        Ok(refused.map_or(Ok(key), Err))
    }

    /// The file on its way that a link opens; `None` when there is none, or no longer.
    pub async fn arrival(&self, link: &Link, now: UnixMs) -> Result<Option<Arrival>, StoreError> {
        let key = link.key();
        let row: Option<(String, i64, i64, i64)> = reading!(self, |connection| {
            sqlx::query_as(
                "SELECT file_name, bytes, received, expires FROM arrivals WHERE link = $1 AND expires > $2",
            )
            .bind(key.as_str())
            .bind(ms(now))
            .fetch_optional(&mut *connection)
            .await?
        });
        Ok(row.map(|(file_name, bytes, received, expires)| Arrival {
            key,
            file_name,
            bytes: bytes as u64,
            received: received as u64,
            expires: UnixMs(expires),
        }))
    }

    /// Adds a piece, which is among the uploads already, where the last one ended.
    pub async fn add_piece(
        &self,
        key: &BatchKey,
        start_at: u64,
        bytes: u64,
        upload: &UploadName,
    ) -> Result<Added, StoreError> {
        let added = writing!(self, |tx, _dialect| {
            let (pieces,): (i64,) =
                sqlx::query_as("SELECT COUNT(*) FROM arrival_pieces WHERE arrival = $1")
                    .bind(key.as_str())
                    .fetch_one(&mut *tx)
                    .await?;
            let moved = if pieces >= MOST_PIECES {
                0
            } else {
                sqlx::query(
                    "UPDATE arrivals SET received = received + $3
                     WHERE link = $1 AND received = $2 AND received + $3 <= bytes",
                )
                .bind(key.as_str())
                .bind(start_at as i64)
                .bind(bytes as i64)
                .execute(&mut *tx)
                .await?
                .rows_affected()
            };
            if pieces >= MOST_PIECES {
                Added::TooMany
            } else if moved != 1 {
                Added::Misplaced
            } else {
                sqlx::query(
                    "INSERT INTO arrival_pieces (arrival, start_at, bytes, upload) VALUES ($1, $2, $3, $4)",
                )
                .bind(key.as_str())
                .bind(start_at as i64)
                .bind(bytes as i64)
                .bind(upload.as_str())
                .execute(&mut *tx)
                .await?;
                Added::Kept
            }
        });
        Ok(added)
    }

    /// The pieces that came, in order.
    pub async fn pieces(&self, key: &BatchKey) -> Result<Vec<UploadName>, StoreError> {
        let rows: Vec<(String,)> = reading!(self, |connection| {
            sqlx::query_as("SELECT upload FROM arrival_pieces WHERE arrival = $1 ORDER BY start_at")
                .bind(key.as_str())
                .fetch_all(&mut *connection)
                .await?
        });
        Ok(names(&rows))
    }

    /// Forgets a file on its way; its pieces, for the uploads to erase.
    pub async fn forget_arrival(&self, key: &BatchKey) -> Result<Vec<UploadName>, StoreError> {
        let rows: Vec<(String,)> = writing!(self, |tx, _dialect| {
            let rows: Vec<(String,)> =
                sqlx::query_as("DELETE FROM arrival_pieces WHERE arrival = $1 RETURNING upload")
                    .bind(key.as_str())
                    .fetch_all(&mut *tx)
                    .await?;
            sqlx::query("DELETE FROM arrivals WHERE link = $1")
                .bind(key.as_str())
                .execute(&mut *tx)
                .await?;
            rows
        });
        Ok(names(&rows))
    }

    /// Files on their way whose time has come.
    pub async fn expired_arrivals(&self, now: UnixMs) -> Result<Vec<BatchKey>, StoreError> {
        let rows: Vec<(String,)> = reading!(self, |connection| {
            sqlx::query_as("SELECT link FROM arrivals WHERE expires <= $1 ORDER BY link")
                .bind(ms(now))
                .fetch_all(&mut *connection)
                .await?
        });
        Ok(rows.into_iter().map(|(link,)| BatchKey(link)).collect())
    }
}

fn names(rows: &[(String,)]) -> Vec<UploadName> {
    rows.iter()
        .filter_map(|(name,)| UploadName::parse(name))
        .collect()
}
