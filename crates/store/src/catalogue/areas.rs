//! The queries on rows whose line is not published.

use super::sqlite::{BEGIN_WRITE, Catalogue};
use crate::error::StoreError;
use crate::moment::Moment;
use crate::objects::Object;

/// A decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AreaRow {
    pub(crate) key: String,
    pub(crate) metres: u32,
    pub(crate) decided: Moment,
}

/// What changes at once.
#[derive(Debug, Clone, Default)]
pub(crate) struct AreaChange {
    /// Made, or made anew.
    pub(crate) decided: Vec<AreaRow>,
    /// Taken back.
    pub(crate) undone: Vec<String>,
    /// Editions whose snapshot is another one from now on.
    pub(crate) rebuilt: Vec<(u32, Object)>,
}

impl Catalogue {
    /// Every decision, by key.
    pub(crate) async fn areas(&self) -> Result<Vec<AreaRow>, StoreError> {
        let rows: Vec<(String, i64, String)> =
            sqlx::query_as("SELECT key, metres, decided FROM areas ORDER BY key")
                .fetch_all(&self.readers)
                .await?;
        Ok(rows
            .into_iter()
            .map(|(key, metres, decided)| AreaRow {
                key,
                metres: metres as u32,
                decided: Moment::from_catalogue(decided),
            })
            .collect())
    }

    /// Decisions and the snapshots they give, in one transaction: the line is published everywhere or nowhere.
    pub(crate) async fn change_areas(&self, change: AreaChange) -> Result<(), StoreError> {
        let mut tx = self.writer.begin_with(BEGIN_WRITE).await?;
        for row in &change.decided {
            decide(&mut tx, row).await?;
        }
        for key in &change.undone {
            sqlx::query("DELETE FROM areas WHERE key = $1")
                .bind(key)
                .execute(&mut *tx)
                .await?;
        }
        for (number, object) in &change.rebuilt {
            sqlx::query(
                "INSERT INTO objects (hash, bytes) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING",
            )
            .bind(object.hash.as_str())
            .bind(object.bytes as i64)
            .execute(&mut *tx)
            .await?;
            sqlx::query(
                "UPDATE editions SET snapshot = $1, revision = revision + 1 WHERE number = $2",
            )
            .bind(object.hash.as_str())
            .bind(i64::from(*number))
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

/// Records one decision.
pub(super) async fn decide(
    tx: &mut sqlx::SqliteConnection,
    row: &AreaRow,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO areas (key, metres, decided) VALUES ($1, $2, $3)
         ON CONFLICT (key) DO UPDATE SET metres = excluded.metres, decided = excluded.decided",
    )
    .bind(&row.key)
    .bind(i64::from(row.metres))
    .bind(row.decided.as_str())
    .execute(tx)
    .await?;
    Ok(())
}
