//! What only SQLite says: opening, upgrading, copying, replacing, noticing somebody else's commit.

use super::{FORMAT, MIGRATIONS};
use crate::error::StoreError;
use crate::layout::Layout;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// How long a statement waits for another process' write.
const BUSY_TIMEOUT: Duration = Duration::from_secs(30);

/// SQLite must know at once that a transaction will write: a read that turns into a write can fail instead of waiting.
pub(crate) const BEGIN_WRITE: &str = "BEGIN IMMEDIATE";

/// The catalogue of an open data directory: one connection that writes, a few that read, one that watches.
#[derive(Debug, Clone)]
pub(crate) struct Catalogue {
    pub(crate) writer: SqlitePool,
    pub(crate) readers: SqlitePool,
    watcher: Arc<Mutex<SqliteConnection>>,
}

fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        // A commit that returned survives a power cut.
        .synchronous(SqliteSynchronous::Full)
        .disable_statement_logging()
}

impl Catalogue {
    /// Opens a catalogue that [`prepare`] has brought to this format.
    pub(crate) async fn open(path: &Path) -> Result<Self, StoreError> {
        let options = options(path);
        let pool = |connections| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(BUSY_TIMEOUT)
                .after_release(|connection, _| Box::pin(is_at_rest(connection)))
                .connect_with(options.clone())
        };
        let writer = pool(1).await?;
        let readers = pool(4).await?;
        let watcher = Arc::new(Mutex::new(options.connect().await?));
        Ok(Self {
            writer,
            readers,
            watcher,
        })
    }

    /// A number that changes when somebody else, this process included, has committed.
    pub(crate) async fn change_stamp(&self) -> Result<i64, StoreError> {
        let mut watcher = self.watcher.lock().await;
        let (stamp,): (i64,) = sqlx::query_as("PRAGMA data_version")
            .fetch_one(&mut *watcher)
            .await?;
        Ok(stamp)
    }

    /// Copies the catalogue as it is at one instant, while others read and write.
    pub(crate) async fn copy_to(&self, target: &Path) -> Result<(), StoreError> {
        let mut connection = self.readers.acquire().await?;
        copy(&mut connection, target).await
    }

    /// Replaces every row by those of another catalogue of the same format, in one transaction: other processes see the
    /// old rows or the new ones. Numbers already given here stay given.
    pub(crate) async fn replace_with(&self, other: &Path) -> Result<(), StoreError> {
        let mut connection = self.writer.acquire().await?;
        sqlx::query("ATTACH DATABASE $1 AS backup")
            .bind(path_text(other)?)
            .execute(&mut *connection)
            .await?;
        // The references of the other catalogue were checked as a whole, and all of it comes in, in any order.
        let replaced = match without_references(&mut connection).await {
            Ok(()) => replace_rows(&mut connection).await,
            Err(error) => Err(error),
        };
        let restored = sqlx::query("PRAGMA foreign_keys = ON")
            .execute(&mut *connection)
            .await;
        let detached = sqlx::query("DETACH DATABASE backup")
            .execute(&mut *connection)
            .await;
        replaced?;
        restored?;
        detached?;
        Ok(())
    }

    /// What SQLite finds wrong with its own file; empty when all is well.
    pub(crate) async fn problems(&self) -> Result<Vec<String>, StoreError> {
        let mut connection = self.readers.acquire().await?;
        problems(&mut connection).await
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Whether a connection can serve again. When a disk is full SQLite ends the transaction by itself: the rollback asked for
/// afterwards fails, and the connection would for ever believe itself in a transaction.
async fn is_at_rest(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // Commands are queued: the rollback of a transaction that was dropped is done before this one.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

async fn without_references(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("PRAGMA foreign_keys = OFF")
        .execute(connection)
        .await?;
    Ok(())
}

async fn replace_rows(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let mut tx = connection.begin_with(BEGIN_WRITE).await?;
    let (last,): (i64,) = sqlx::query_as("SELECT last FROM sequence WHERE name = $1")
        .bind("edition")
        .fetch_one(&mut *tx)
        .await?;
    let tables: Vec<(String,)> = sqlx::query_as(
        "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    )
    .fetch_all(&mut *tx)
    .await?;
    for (table,) in &tables {
        // Names come from our own migrations; both catalogues are of the same format, hence the same columns.
        sqlx::query(AssertSqlSafe(format!("DELETE FROM main.\"{table}\"")))
            .execute(&mut *tx)
            .await?;
    }
    for (table,) in &tables {
        let statement = format!("INSERT INTO main.\"{table}\" SELECT * FROM backup.\"{table}\"");
        sqlx::query(AssertSqlSafe(statement))
            .execute(&mut *tx)
            .await?;
    }
    sqlx::query("UPDATE sequence SET last = MAX(last, $1) WHERE name = $2")
        .bind(last)
        .bind("edition")
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(())
}

async fn problems(connection: &mut SqliteConnection) -> Result<Vec<String>, StoreError> {
    let lines: Vec<(String,)> = sqlx::query_as("PRAGMA integrity_check(20)")
        .fetch_all(&mut *connection)
        .await?;
    let mut found: Vec<String> = lines
        .into_iter()
        .map(|(line,)| line)
        .filter(|line| line != "ok")
        .collect();
    let broken: Vec<(String,)> =
        sqlx::query_as("SELECT DISTINCT \"table\" FROM pragma_foreign_key_check")
            .fetch_all(connection)
            .await?;
    found.extend(
        broken
            .into_iter()
            .map(|(table,)| format!("référence rompue dans {table}")),
    );
    Ok(found)
}

async fn copy(connection: &mut SqliteConnection, target: &Path) -> Result<(), StoreError> {
    sqlx::query("VACUUM INTO $1")
        .bind(path_text(target)?)
        .execute(connection)
        .await?;
    Ok(())
}

fn path_text(path: &Path) -> Result<String, StoreError> {
    path.to_str()
        .map(str::to_owned)
        .ok_or_else(|| StoreError::Input {
            path: path.to_owned(),
            problem: "ce chemin n’est pas écrit en UTF-8\u{a0}; déplacez le dossier de données"
                .to_owned(),
        })
}

/// The format number that a catalogue carries; 0 when it has no tables yet.
async fn format_of(connection: &mut SqliteConnection) -> Result<u32, StoreError> {
    let (made,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM sqlite_schema WHERE name = 'meta'")
        .fetch_one(&mut *connection)
        .await?;
    if made == 0 {
        return Ok(0);
    }
    let (value,): (String,) = sqlx::query_as("SELECT value FROM meta WHERE name = 'format'")
        .fetch_one(connection)
        .await?;
    value.parse().map_err(|_text: std::num::ParseIntError| {
        StoreError::damaged("Le catalogue ne porte pas un numéro de format lisible.")
    })
}

/// Brings the catalogue at `path` to the last of `migrations`, creating it if need be. The copy made before an upgrade
/// goes to `upgrades` when one is given. The caller is alone with the file.
pub(crate) async fn bring_up_to_date(
    path: &Path,
    migrations: &[&'static str],
    upgrades: Option<&Path>,
) -> Result<(), StoreError> {
    let known = migrations.len() as u32;
    let mut connection = options(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .connect()
        .await?;
    let found = format_of(&mut connection).await?;
    if found > known {
        return Err(StoreError::NewerFormat {
            dir: path.to_owned(),
            found,
            known,
        });
    }
    if found < known {
        if let (Some(upgrades), 1..) = (upgrades, found) {
            keep_copy(&mut connection, upgrades, found).await?;
        }
        let mut tx = connection.begin_with(BEGIN_WRITE).await?;
        for migration in &migrations[found as usize..] {
            sqlx::raw_sql(*migration).execute(&mut *tx).await?;
        }
        sqlx::query(
            "INSERT INTO meta (name, value) VALUES ('format', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(known.to_string())
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
    }
    connection.close().await?;
    Ok(())
}

/// Keeps the catalogue as it was, under a name that says its format; an earlier copy is kept too.
async fn keep_copy(
    connection: &mut SqliteConnection,
    upgrades: &Path,
    found: u32,
) -> Result<(), StoreError> {
    crate::disk::make_dir(upgrades)?;
    let free_name = (1..=u32::MAX)
        .map(|n| upgrades.join(format!("caloduc-format-{found}-copie-{n}.db")))
        .find(|path| !path.exists())
        .expect("there is always a next number");
    copy(connection, &free_name).await?;
    std::fs::File::open(&free_name)
        .and_then(|file| file.sync_all())
        .map_err(|e| StoreError::io("Impossible d’enregistrer", &free_name, e))?;
    crate::disk::sync_dir(upgrades)
}

/// Makes the data directory ready for this program: created when new, upgraded when older (after a copy of the
/// catalogue), refused when newer. Returns the lock that says it is in use.
pub(crate) async fn prepare(
    layout: &Layout,
    migrations: &[&'static str],
) -> Result<crate::layout::Lock, StoreError> {
    const PATIENCE: Duration = Duration::from_secs(10);
    const STEP: Duration = Duration::from_millis(20);
    let known = migrations.len() as u32;
    let mut waited = Duration::ZERO;
    loop {
        let found = layout.format()?;
        if let Some(found) = found.filter(|found| *found > known) {
            return Err(StoreError::NewerFormat {
                dir: layout.root().to_owned(),
                found,
                known,
            });
        }
        if found == Some(known) {
            let lock = layout.usage_lock()?.shared()?;
            // Whoever was alone with the directory meanwhile may have upgraded it.
            if layout.format()? == found {
                return Ok(lock);
            }
            continue;
        }
        if let Some(_alone) = layout.usage_lock()?.try_exclusive()? {
            // Nobody created or upgraded it while we were coming.
            if layout.format()? == found {
                layout.create_folders()?;
                bring_up_to_date(&layout.catalogue(), migrations, Some(&layout.upgrades())).await?;
                layout.set_format(known)?;
            }
            continue;
        }
        if waited >= PATIENCE {
            return Err(StoreError::InUse {
                dir: layout.root().to_owned(),
            });
        }
        tokio::time::sleep(STEP).await;
        waited += STEP;
    }
}

/// Checks a catalogue taken out of a backup and brings it to this format: what is wrong with it, if anything.
pub(crate) async fn examine_copy(path: &Path) -> Result<Vec<String>, StoreError> {
    bring_up_to_date(path, MIGRATIONS, None).await?;
    let mut connection = options(path).connect().await?;
    let found = problems(&mut connection).await?;
    connection.close().await?;
    debug_assert_eq!(FORMAT as usize, MIGRATIONS.len());
    Ok(found)
}
