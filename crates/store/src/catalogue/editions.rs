//! The queries on editions and publications, in the SQL that both databases take.

use super::areas::{AreaRow, decide};
use super::sqlite::{BEGIN_WRITE, Catalogue};
use crate::error::StoreError;
use crate::moment::Moment;
use crate::objects::{Object, ObjectHash};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// Where an edition is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EditionState {
    /// Never published; may be discarded.
    Draft,
    /// The one in service.
    Current,
    /// Published once, replaced since.
    Past,
}

/// One line of the list of editions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// Its number, never given twice.
    pub number: u32,
    /// Where it is in its life.
    pub state: EditionState,
    /// When it was made.
    pub created: Moment,
    /// The `--source` of the import that made it.
    pub source: String,
    /// The release in service when it was made, which it started from.
    pub based_on: Option<u32>,
    /// The report's last line, French.
    pub summary: String,
    /// How many files of the import were refused.
    pub refused_files: u32,
    /// When it was put into service, each time.
    pub published: Vec<Moment>,
    /// How many times what is published of it was decided anew (lines replaced by areas, or back); its rows are the same.
    #[serde(default)]
    pub revision: u32,
}

/// One putting into service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// Counted from 1.
    pub id: i64,
    /// The edition that became current.
    pub number: u32,
    /// When.
    pub published: Moment,
}

/// What the current release is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CurrentRow {
    pub(crate) number: u32,
    pub(crate) publication: i64,
    pub(crate) published: Moment,
    pub(crate) snapshot: ObjectHash,
    /// Of all editions together: changes when what is published of any of them does.
    pub(crate) revisions: i64,
}

/// An edition whose artefacts are on the disk, about to be recorded.
#[derive(Debug, Clone)]
pub(crate) struct NewEdition {
    pub(crate) number: u32,
    pub(crate) created: Moment,
    pub(crate) source: String,
    pub(crate) based_on: Option<u32>,
    pub(crate) summary: String,
    pub(crate) refused_files: u32,
    pub(crate) snapshot: Object,
    pub(crate) report: Object,
    pub(crate) layers: Vec<(String, Object)>,
    /// Decisions that it brings: rows that are those of others whose line is not published.
    pub(crate) areas: Vec<AreaRow>,
}

type Row = (i64, String, String, Option<i64>, String, i64, i64);

impl Catalogue {
    /// Gives the next number, for ever.
    pub(crate) async fn next_number(&self) -> Result<u32, StoreError> {
        let mut tx = self.writer.begin_with(BEGIN_WRITE).await?;
        let (last,): (i64,) =
            sqlx::query_as("UPDATE sequence SET last = last + 1 WHERE name = $1 RETURNING last")
                .bind("edition")
                .fetch_one(&mut *tx)
                .await?;
        tx.commit().await?;
        number(last)
    }

    /// Records an edition and, with `publish`, makes it current: one transaction, so both or neither.
    pub(crate) async fn record(
        &self,
        new: NewEdition,
        publish: Option<Moment>,
    ) -> Result<(), StoreError> {
        let mut tx = self.writer.begin_with(BEGIN_WRITE).await?;
        let objects = new
            .layers
            .iter()
            .map(|(_, object)| object)
            .chain([&new.snapshot, &new.report]);
        for object in objects {
            sqlx::query(
                "INSERT INTO objects (hash, bytes) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING",
            )
            .bind(object.hash.as_str())
            .bind(object.bytes as i64)
            .execute(&mut *tx)
            .await?;
        }
        sqlx::query(
            "INSERT INTO editions (number, created, source, based_on, summary, refused_files, snapshot, report)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(i64::from(new.number))
        .bind(new.created.as_str())
        .bind(&new.source)
        .bind(new.based_on.map(i64::from))
        .bind(&new.summary)
        .bind(i64::from(new.refused_files))
        .bind(new.snapshot.hash.as_str())
        .bind(new.report.hash.as_str())
        .execute(&mut *tx)
        .await?;
        for (layer, object) in &new.layers {
            sqlx::query("INSERT INTO edition_layers (number, layer, hash) VALUES ($1, $2, $3)")
                .bind(i64::from(new.number))
                .bind(layer)
                .bind(object.hash.as_str())
                .execute(&mut *tx)
                .await?;
        }
        for row in &new.areas {
            decide(&mut tx, row).await?;
        }
        if let Some(moment) = publish {
            insert_publication(&mut tx, new.number, &moment).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Makes an edition current; returns the one it replaces. Nothing is written when it is current already.
    pub(crate) async fn publish(
        &self,
        edition: u32,
        moment: Moment,
    ) -> Result<Option<u32>, StoreError> {
        let mut tx = self.writer.begin_with(BEGIN_WRITE).await?;
        let known: Option<(i64,)> = sqlx::query_as("SELECT number FROM editions WHERE number = $1")
            .bind(i64::from(edition))
            .fetch_optional(&mut *tx)
            .await?;
        known.ok_or(StoreError::UnknownEdition { number: edition })?;
        let current: Option<(i64,)> =
            sqlx::query_as("SELECT number FROM publications ORDER BY id DESC LIMIT 1")
                .fetch_optional(&mut *tx)
                .await?;
        let previous = current.map(|(n,)| number(n)).transpose()?;
        if previous != Some(edition) {
            insert_publication(&mut tx, edition, &moment).await?;
        }
        tx.commit().await?;
        Ok(previous)
    }

    /// Forgets a draft.
    pub(crate) async fn discard(&self, edition: u32) -> Result<(), StoreError> {
        let mut tx = self.writer.begin_with(BEGIN_WRITE).await?;
        let published: Option<(i64,)> =
            sqlx::query_as("SELECT id FROM publications WHERE number = $1 LIMIT 1")
                .bind(i64::from(edition))
                .fetch_optional(&mut *tx)
                .await?;
        if published.is_some() {
            return Err(StoreError::NotADraft { number: edition });
        }
        sqlx::query("DELETE FROM edition_layers WHERE number = $1")
            .bind(i64::from(edition))
            .execute(&mut *tx)
            .await?;
        let gone = sqlx::query("DELETE FROM editions WHERE number = $1")
            .bind(i64::from(edition))
            .execute(&mut *tx)
            .await?;
        if gone.rows_affected() == 0 {
            return Err(StoreError::UnknownEdition { number: edition });
        }
        tx.commit().await?;
        Ok(())
    }

    /// Every draft and release, by number.
    pub(crate) async fn releases(&self) -> Result<Vec<Release>, StoreError> {
        // One read transaction: a list in which two editions are current would be a lie.
        let mut tx = self.readers.begin().await?;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT number, created, source, based_on, summary, refused_files, revision FROM editions ORDER BY number",
        )
        .fetch_all(&mut *tx)
        .await?;
        let publications: Vec<(i64, String)> =
            sqlx::query_as("SELECT number, published FROM publications ORDER BY id")
                .fetch_all(&mut *tx)
                .await?;
        tx.commit().await?;
        let current = publications.last().map(|(n, _)| *n);
        let mut moments: BTreeMap<i64, Vec<Moment>> = BTreeMap::new();
        for (edition, moment) in publications {
            moments
                .entry(edition)
                .or_default()
                .push(Moment::from_catalogue(moment));
        }
        rows.into_iter()
            .map(
                |(edition, created, source, based_on, summary, refused_files, revision)| {
                    let published = moments.remove(&edition).unwrap_or_default();
                    let state = match (current == Some(edition), published.is_empty()) {
                        (true, _) => EditionState::Current,
                        (false, false) => EditionState::Past,
                        (false, true) => EditionState::Draft,
                    };
                    Ok(Release {
                        number: number(edition)?,
                        state,
                        created: Moment::from_catalogue(created),
                        source,
                        based_on: based_on.map(number).transpose()?,
                        summary,
                        refused_files: refused_files as u32,
                        published,
                        revision: revision as u32,
                    })
                },
            )
            .collect()
    }

    /// Every putting into service, oldest first.
    pub(crate) async fn publications(&self) -> Result<Vec<Publication>, StoreError> {
        let rows: Vec<(i64, i64, String)> =
            sqlx::query_as("SELECT id, number, published FROM publications ORDER BY id")
                .fetch_all(&self.readers)
                .await?;
        rows.into_iter()
            .map(|(id, edition, published)| {
                Ok(Publication {
                    id,
                    number: number(edition)?,
                    published: Moment::from_catalogue(published),
                })
            })
            .collect()
    }

    /// The current release.
    pub(crate) async fn current(&self) -> Result<Option<CurrentRow>, StoreError> {
        let row: Option<(i64, i64, String, String, i64)> = sqlx::query_as(
            "SELECT p.id, p.number, p.published, e.snapshot, (SELECT SUM(revision) FROM editions)
             FROM publications p JOIN editions e ON e.number = p.number
             ORDER BY p.id DESC LIMIT 1",
        )
        .fetch_optional(&self.readers)
        .await?;
        row.map(|(publication, edition, published, snapshot, revisions)| {
            Ok(CurrentRow {
                number: number(edition)?,
                publication,
                published: Moment::from_catalogue(published),
                snapshot: hash(&snapshot)?,
                revisions,
            })
        })
        .transpose()
    }

    /// The snapshot and the report of an edition.
    pub(crate) async fn artefacts(
        &self,
        edition: u32,
    ) -> Result<(ObjectHash, ObjectHash), StoreError> {
        let row: Option<(String, String)> =
            sqlx::query_as("SELECT snapshot, report FROM editions WHERE number = $1")
                .bind(i64::from(edition))
                .fetch_optional(&self.readers)
                .await?;
        let (snapshot, report) = row.ok_or(StoreError::UnknownEdition { number: edition })?;
        Ok((hash(&snapshot)?, hash(&report)?))
    }

    /// The layers of an edition by name.
    pub(crate) async fn layers(
        &self,
        edition: u32,
    ) -> Result<Vec<(String, ObjectHash)>, StoreError> {
        self.artefacts(edition).await?;
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT layer, hash FROM edition_layers WHERE number = $1 ORDER BY layer",
        )
        .bind(i64::from(edition))
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter()
            .map(|(layer, text)| Ok((layer, hash(&text)?)))
            .collect()
    }

    /// Every artefact that some edition refers to, with its size.
    pub(crate) async fn referenced(&self) -> Result<Vec<Object>, StoreError> {
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT hash, bytes FROM objects WHERE hash IN (
                 SELECT snapshot FROM editions UNION SELECT report FROM editions UNION SELECT hash FROM edition_layers)
             ORDER BY hash",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter()
            .map(|(text, bytes)| {
                Ok(Object {
                    hash: hash(&text)?,
                    bytes: bytes as u64,
                })
            })
            .collect()
    }

    /// Forgets artefacts that no edition refers to; returns the hashes that remain. Asked through the writer, so that
    /// nothing committed before is missed.
    pub(crate) async fn forget_unreferenced(&self) -> Result<HashSet<ObjectHash>, StoreError> {
        let mut tx = self.writer.begin_with(BEGIN_WRITE).await?;
        sqlx::query(
            "DELETE FROM objects WHERE hash NOT IN (
                 SELECT snapshot FROM editions UNION SELECT report FROM editions UNION SELECT hash FROM edition_layers)",
        )
        .execute(&mut *tx)
        .await?;
        let rows: Vec<(String,)> = sqlx::query_as("SELECT hash FROM objects")
            .fetch_all(&mut *tx)
            .await?;
        tx.commit().await?;
        rows.into_iter().map(|(text,)| hash(&text)).collect()
    }
}

async fn insert_publication(
    tx: &mut sqlx::SqliteConnection,
    edition: u32,
    moment: &Moment,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO publications (id, number, published)
         SELECT COALESCE(MAX(id), 0) + 1, $1, $2 FROM publications",
    )
    .bind(i64::from(edition))
    .bind(moment.as_str())
    .execute(tx)
    .await?;
    Ok(())
}

fn number(value: i64) -> Result<u32, StoreError> {
    u32::try_from(value).map_err(|_wide: std::num::TryFromIntError| {
        StoreError::damaged(format!(
            "Le catalogue contient un numéro d’édition impossible ({value})."
        ))
    })
}

fn hash(text: &str) -> Result<ObjectHash, StoreError> {
    ObjectHash::parse(text).ok_or_else(|| {
        StoreError::damaged(format!(
            "Le catalogue contient un nom d’artefact impossible (« {text} »)."
        ))
    })
}
