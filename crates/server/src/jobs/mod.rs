//! What becomes of the files people give? They are kept, cut into chunks that workers of any process answer, followed
//! from edition to edition, and erased when their time has come.
//!
//! Reading order: `open` (the database and the files), `arrive` (files that come in pieces), `options` (what was said of
//! a file), `worker` and `steps` (the work), `ground` (on which edition), `facets`, `rows` and `map` (what is shown of
//! it), `result` (files of it), `correct` (one row set right), `follow` (editions published since, time passing).

mod arrive;
mod correct;
mod facets;
mod follow;
mod ground;
mod map;
mod open;
mod options;
pub(crate) mod remedy;
mod result;
mod rows;
mod steps;
mod worker;

pub(crate) use arrive::{Came, erase_pieces, forget, put_together, receive as receive_piece};
pub(crate) use correct::{Choice, correct};
pub(crate) use follow::erase;
#[cfg(test)]
pub(crate) use follow::sweep;
pub(crate) use map::chosen;
pub(crate) use open::{Jobs, link, open, upload_name};
pub(crate) use options::Options;
pub(crate) use result::{ResultFile, file_name};
pub(crate) use rows::{Query, RowView, Sort, candidates, page, row, some};
pub(crate) use steps::KeptVerdict;
pub(crate) use worker::Workers;

use caloduc_engine::batch::BatchError;
use caloduc_store::{StoreError, UnixMs};
use std::time::SystemTime;
use thiserror::Error;

/// Why something could not be done with a batch.
#[derive(Debug, Error)]
pub(crate) enum JobError {
    /// The database, the folder, an edition.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file, or what was kept of it.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// What the batch was tested on is gone.
    #[error("l’édition sur laquelle ce test a commencé n’est plus là : relancez-le")]
    GroundGone,
    /// What was kept of the options is unreadable.
    #[error("ce test a été gardé par une autre version : relancez-le ou redonnez le fichier")]
    Options(#[from] serde_json::Error),
    /// The file has more rows than a map is made of.
    #[error(
        "la carte n’est pas faite au-delà de {0} lignes : le tableau et les fichiers les donnent toutes"
    )]
    TooManyForAMap(usize),
    /// A thread of ours ended before its work.
    #[error("le travail a été interrompu")]
    Interrupted,
}

/// The moment, from the machine's clock.
pub(crate) fn now() -> UnixMs {
    UnixMs::from_system(SystemTime::now())
}

/// Runs work that blocks on a thread meant for that.
pub(crate) async fn blocking<T, F>(work: F) -> Result<T, JobError>
where
    T: Send + 'static,
    F: FnOnce() -> Result<T, JobError> + Send + 'static,
{
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_ended| JobError::Interrupted)?
}
