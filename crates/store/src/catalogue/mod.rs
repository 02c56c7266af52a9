//! Which editions exist, which one is current, and since when? The catalogue: all the SQL of the store.
//!
//! [`editions`] has the queries, written once in the SQL that SQLite and PostgreSQL share (`$1` parameters, `RETURNING`,
//! `BIGINT`); [`sqlite`] has what only one of them says: opening, upgrading, copying, noticing a change.
//! Everything here is asynchronous; [`crate::Store`] is the blocking way in.

mod areas;
mod editions;
pub(crate) mod sqlite;

pub(crate) use areas::{AreaChange, AreaRow};
pub(crate) use editions::{CurrentRow, NewEdition};
pub use editions::{EditionState, Publication, Release};
pub(crate) use sqlite::Catalogue;

/// The format number of the data directory: how many migrations it has had.
pub(crate) const FORMAT: u32 = MIGRATIONS.len() as u32;

/// Each brings the catalogue from one format to the next. Never edited once released; the files' layout shares the
/// number, so a change of layout without SQL is a migration with a comment only.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/0001_catalogue.sql"),
    include_str!("../../migrations/0002_areas.sql"),
];
