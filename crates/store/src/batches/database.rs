//! Which database is it, and what does each say in its own way?

use crate::disk;
use crate::error::StoreError;
use crate::moment::UnixMs;
use sqlx::ConnectOptions;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

/// How long a statement waits for another process' write, or a caller for a connection.
const PATIENCE: Duration = Duration::from_secs(30);

/// Each brings the database from one format to the next. Never edited once released.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/batches/0001_batches.sql"),
    include_str!("../../migrations/batches/0002_arrivals_and_places.sql"),
];

/// Where the database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A file of SQLite.
    Sqlite(PathBuf),
    /// `postgres://…`.
    Postgres(String),
}

impl Location {
    /// The file of a data directory.
    pub fn in_directory(data_dir: &Path) -> Self {
        Self::Sqlite(data_dir.join("batches.db"))
    }
}

impl std::fmt::Debug for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            // The address may hold a password.
            Self::Postgres(_) => f.write_str("Postgres(***)"),
        }
    }
}

/// The batches that are kept. Clones share the connections; any task may use it.
#[derive(Debug, Clone)]
pub struct Batches {
    pub(super) pool: Pool,
    salt: Arc<[u8; 32]>,
}

#[derive(Debug, Clone)]
pub(super) enum Pool {
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// Runs statements in one transaction that writes, on whichever database it is.
///
/// A transaction of SQLite that failed may be over already, as it is when the disk is full: its connection no longer
/// knows where it stands and is replaced.
macro_rules! writing {
    ($batches:expr, |$tx:ident, $dialect:ident| $body:block) => {
        match &$batches.pool {
            crate::batches::database::Pool::Sqlite { writer, .. } => {
                let mut connection = writer.acquire().await?;
                let outcome = async {
                    let mut $tx = sqlx::Connection::begin_with(
                        &mut *connection,
                        crate::catalogue::sqlite::BEGIN_WRITE,
                    )
                    .await?;
                    let $dialect = crate::batches::database::Dialect::Sqlite;
                    let _ = $dialect;
                    let out = $body;
                    $tx.commit().await?;
                    Ok::<_, crate::error::StoreError>(out)
                }
                .await;
                match outcome {
                    Ok(out) => out,
                    Err(error) => {
                        connection.close_on_drop();
                        return Err(error);
                    }
                }
            }
            crate::batches::database::Pool::Postgres(pool) => {
                let mut $tx = pool.begin().await?;
                let $dialect = crate::batches::database::Dialect::Postgres;
                let _ = $dialect;
                let out = $body;
                $tx.commit().await?;
                out
            }
        }
    };
}

/// Runs statements that only read, on whichever database it is.
macro_rules! reading {
    ($batches:expr, |$connection:ident| $body:block) => {
        match &$batches.pool {
            crate::batches::database::Pool::Sqlite { readers, .. } => {
                let mut $connection = readers.acquire().await?;
                $body
            }
            crate::batches::database::Pool::Postgres(pool) => {
                let mut $connection = pool.acquire().await?;
                $body
            }
        }
    };
}

pub(super) use {reading, writing};

/// Where the two databases differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

impl Dialect {
    /// The statement of this database.
    pub(super) fn choose(self, sqlite: &'static str, postgres: &'static str) -> &'static str {
        match self {
            Self::Sqlite => sqlite,
            Self::Postgres => postgres,
        }
    }
}

impl Batches {
    /// Opens the database, made when it is not there and upgraded when an older caloduc made it. `random` is kept the
    /// first time: what clients are told apart by is hashed with it.
    pub async fn open(location: &Location, random: [u8; 32]) -> Result<Self, StoreError> {
        let pool = match location {
            Location::Sqlite(path) => open_sqlite(path).await?,
            Location::Postgres(url) => open_postgres(url).await?,
        };
        let mut batches = Self {
            pool,
            salt: Arc::new(random),
        };
        batches.migrate().await?;
        batches.salt = Arc::new(batches.keep_salt(random).await?);
        Ok(batches)
    }

    /// What a client is known by: nobody can read an address back from it.
    pub fn client(&self, address: &str) -> String {
        let hash = blake3::keyed_hash(&self.salt, address.as_bytes());
        hash.to_hex().as_str()[..32].to_owned()
    }

    /// Ends the connections, once their statements are done.
    pub async fn close(&self) {
        match &self.pool {
            Pool::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Pool::Postgres(pool) => pool.close().await,
        }
    }

    /// `SQLite` or `PostgreSQL`.
    pub fn kind(&self) -> &'static str {
        match &self.pool {
            Pool::Sqlite { .. } => "SQLite",
            Pool::Postgres(_) => "PostgreSQL",
        }
    }

    async fn migrate(&self) -> Result<(), StoreError> {
        const META: &str =
            "CREATE TABLE IF NOT EXISTS batches_meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)";
        // Two processes may start at once on an empty PostgreSQL: one waits for the other.
        const ALONE: &str = "SELECT pg_advisory_xact_lock(20261125)";
        writing!(self, |tx, dialect| {
            if dialect == Dialect::Postgres {
                sqlx::query(ALONE).execute(&mut *tx).await?;
            }
            sqlx::query(META).execute(&mut *tx).await?;
            let found: Option<(String,)> =
                sqlx::query_as("SELECT value FROM batches_meta WHERE name = 'format'")
                    .fetch_optional(&mut *tx)
                    .await?;
            let found = found.map_or(Ok(0), |(text,)| format_number(&text))?;
            if found > MIGRATIONS.len() {
                return Err(StoreError::NewerDatabase {
                    found,
                    known: MIGRATIONS.len(),
                });
            }
            for migration in &MIGRATIONS[found..] {
                sqlx::raw_sql(*migration).execute(&mut *tx).await?;
            }
            sqlx::query(
                "INSERT INTO batches_meta (name, value) VALUES ('format', $1)
                 ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            )
            .bind(MIGRATIONS.len().to_string())
            .execute(&mut *tx)
            .await?;
        });
        Ok(())
    }

    async fn keep_salt(&self, random: [u8; 32]) -> Result<[u8; 32], StoreError> {
        let offered = blake3::Hash::from_bytes(random).to_hex();
        let (kept,): (String,) = writing!(self, |tx, _dialect| {
            sqlx::query(
                "INSERT INTO batches_meta (name, value) VALUES ('salt', $1) ON CONFLICT (name) DO NOTHING",
            )
            .bind(offered.as_str())
            .execute(&mut *tx)
            .await?;
            sqlx::query_as("SELECT value FROM batches_meta WHERE name = 'salt'")
                .fetch_one(&mut *tx)
                .await?
        });
        blake3::Hash::from_hex(&kept)
            .map(|hash| *hash.as_bytes())
            .map_err(|_unreadable| {
                StoreError::damaged("La base des tests d’adresses a perdu son sel.")
            })
    }

    /// Makes what was erased unreadable at once, not only at the next write.
    pub(super) async fn scrub(&self) -> Result<(), StoreError> {
        if let Pool::Sqlite { writer, .. } = &self.pool {
            sqlx::raw_sql("PRAGMA incremental_vacuum(2000)")
                .execute(writer)
                .await?;
            // Pages are overwritten when freed (secure_delete); the journal still has them until it starts again.
            let _busy_is_no_failure: Option<(i64, i64, i64)> =
                sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)")
                    .fetch_optional(writer)
                    .await?;
        }
        Ok(())
    }
}

fn format_number(text: &str) -> Result<usize, StoreError> {
    text.parse().map_err(|_text: std::num::ParseIntError| {
        StoreError::damaged(
            "La base des tests d’adresses ne porte pas un numéro de format lisible.",
        )
    })
}

async fn open_sqlite(path: &Path) -> Result<Pool, StoreError> {
    if let Some(folder) = path.parent() {
        disk::make_dir(folder)?;
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .auto_vacuum(SqliteAutoVacuum::Incremental)
        .journal_mode(SqliteJournalMode::Wal)
        .busy_timeout(PATIENCE)
        .foreign_keys(true)
        .pragma("secure_delete", "ON")
        // A commit that returned survives a power cut.
        .synchronous(SqliteSynchronous::Full)
        .disable_statement_logging();
    let pool = |connections| {
        SqlitePoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(PATIENCE)
            .connect_with(options.clone())
    };
    Ok(Pool::Sqlite {
        writer: pool(1).await?,
        readers: pool(4).await?,
    })
}

async fn open_postgres(url: &str) -> Result<Pool, StoreError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|error| StoreError::DatabaseAddress {
            problem: error.to_string(),
        })?
        .application_name("caloduc")
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(12)
        .acquire_timeout(PATIENCE)
        .connect_with(options)
        .await?;
    Ok(Pool::Postgres(pool))
}

/// Milliseconds of a moment, as they are bound.
pub(super) fn ms(moment: UnixMs) -> i64 {
    moment.0
}
