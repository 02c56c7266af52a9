//! How does a file come in pieces? Each is received on the disk, kept where files wait, then counted; what was cut short
//! counts as far as it came. Once whole, the pieces are put end to end and the file is like any other.

use super::open::{Jobs, upload_name};
use super::{JobError, blocking};
use axum::body::Body;
use caloduc_store::batches::{Added, Arrival, BatchKey, Receiving, UploadName};
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;
use tokio_stream::StreamExt;

/// How long a client may send nothing before its piece ends there.
const SILENCE: Duration = Duration::from_mins(1);

/// What became of a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Came {
    /// All that was sent; how much of the file there is now.
    Whole(u64),
    /// The connection was cut; what came counts.
    Cut,
    /// It does not begin where the last one ended.
    Misplaced,
    /// It goes beyond the end of the file.
    TooLong,
    /// The file came in too many pieces.
    TooMany,
}

/// Receives a piece. To be run on its own: the client that goes away must not stop it.
pub(crate) async fn receive(
    jobs: &Arc<Jobs>,
    arrival: &Arrival,
    body: Body,
) -> Result<Came, JobError> {
    let most = arrival.bytes - arrival.received;
    let mut piece = jobs.uploads.receive()?;
    let mut stream = body.into_data_stream();
    let is_cut = loop {
        let Ok(next) = tokio::time::timeout(SILENCE, stream.next()).await else {
            break true;
        };
        match next {
            None => break false,
            Some(Err(_cut)) => break true,
            Some(Ok(bytes)) if piece.bytes() + bytes.len() as u64 > most => {
                return Ok(Came::TooLong);
            }
            Some(Ok(bytes)) => piece.write(&bytes)?,
        }
    };
    let bytes = piece.bytes();
    if bytes == 0 {
        return Ok(if is_cut {
            Came::Cut
        } else {
            Came::Whole(arrival.received)
        });
    }
    let name = upload_name();
    let (uploads, kept_as) = (Arc::clone(&jobs.uploads), name.clone());
    blocking(move || Ok(uploads.keep(piece, &kept_as)?)).await?;
    let added = jobs
        .batches
        .add_piece(&arrival.key, arrival.received, bytes, &name)
        .await;
    let came = match &added {
        Ok(Added::Kept) if is_cut => Came::Cut,
        Ok(Added::Kept) => Came::Whole(arrival.received + bytes),
        Ok(Added::TooMany) => Came::TooMany,
        Ok(Added::Misplaced) | Err(_) => Came::Misplaced,
    };
    if !matches!(added, Ok(Added::Kept)) {
        let uploads = Arc::clone(&jobs.uploads);
        blocking(move || Ok(uploads.erase(&name)?)).await?;
    }
    added?;
    Ok(came)
}

/// The pieces of a file, end to end.
pub(crate) async fn put_together(
    jobs: &Arc<Jobs>,
    pieces: Vec<UploadName>,
) -> Result<Receiving, JobError> {
    let uploads = Arc::clone(&jobs.uploads);
    blocking(move || {
        let mut whole = uploads.receive()?;
        let mut buffer = vec![0; 1 << 20];
        for name in &pieces {
            let mut piece = uploads.open(name)?;
            loop {
                let read = piece.read(&mut buffer);
                let read = read.map_err(caloduc_engine::batch::BatchError::Read)?;
                if read == 0 {
                    break;
                }
                whole.write(&buffer[..read])?;
            }
        }
        Ok(whole)
    })
    .await
}

/// Forgets a file on its way and erases what came of it.
pub(crate) async fn forget(jobs: &Jobs, key: &BatchKey) -> Result<(), JobError> {
    let pieces = jobs.batches.forget_arrival(key).await?;
    erase_pieces(jobs, pieces).await
}

/// Erases what came of a file that is a batch now.
pub(crate) async fn erase_pieces(jobs: &Jobs, pieces: Vec<UploadName>) -> Result<(), JobError> {
    let uploads = Arc::clone(&jobs.uploads);
    blocking(move || {
        for piece in &pieces {
            uploads.erase(piece)?;
        }
        Ok(())
    })
    .await
}
