//! A row whose place was wrong: a person chooses another address or puts the point elsewhere, and the row is tested
//! again at once, on the edition of its batch. The place is kept for the tests that follow.

use super::open::Jobs;
use super::rows::{RowView, Source};
use super::{JobError, blocking, candidates, ground, now, row, steps};
use crate::state::AppState;
use caloduc_engine::batch::{self, Assessor, Located};
use caloduc_engine::crs::LonLat;
use caloduc_store::batches::{Batch, Correction};
use std::sync::Arc;

/// What a person chose for a row.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Choice {
    /// One of the addresses proposed, by its identifier.
    Candidate(String),
    /// A point.
    Point(LonLat),
}

/// Tests the row again where the person says; `None` when there is no such row or no such candidate.
pub(crate) async fn correct(
    state: &AppState,
    jobs: &Arc<Jobs>,
    batch: &Batch,
    index: u64,
    choice: Choice,
) -> Result<Option<RowView>, JobError> {
    let Some(view) = row(jobs, batch, index).await? else {
        return Ok(None);
    };
    let (place, found) = match choice {
        Choice::Point(place) => (place, None),
        Choice::Candidate(id) => {
            let proposed = candidates(state.addresses(), view.question.clone()).await?;
            match proposed.into_iter().find(|candidate| candidate.id == id) {
                Some(chosen) => (chosen.place, Some(chosen)),
                None => return Ok(None),
            }
        }
    };
    // Two corrections at once in the same chunk: the second looks again.
    while !replaced(state, jobs, batch, index, (place, found.clone())).await? {}
    row(jobs, batch, index).await
}

async fn replaced(
    state: &AppState,
    jobs: &Arc<Jobs>,
    batch: &Batch,
    index: u64,
    (place, found): (LonLat, Option<Located>),
) -> Result<bool, JobError> {
    let runs = jobs.batches.runs(&batch.key).await?;
    let Some(shown) = runs.iter().find(|run| Some(run.number) == batch.shown_run) else {
        return Ok(true);
    };
    let source = Source::of(jobs, batch).await?;
    let seq = source.chunk_of(index);
    let kept = match seq {
        Some(seq) => jobs.batches.answers(&batch.key, shown.number, seq).await?,
        None => None,
    };
    let Some((seq, kept)) = seq.zip(kept) else {
        return Ok(true);
    };
    let snapshot = ground::snapshot(state, jobs, shown.release).await?;
    let old = kept.answers.clone();
    let service = source.options.service();
    let first_row = blocking(move || {
        let first = source.chunk(seq)?.map(|answered| answered.chunk.first_row);
        Ok(first.unwrap_or_default())
    })
    .await?;
    let (done, correction) = blocking(move || {
        let assessor = Assessor {
            snapshot: &snapshot,
            locator: None,
            service,
        };
        let answer = assessor.at(place, found);
        let correction = steps::kept_place(&answer);
        let mut answers = batch::decode(&old)?;
        if let Some(row) = answers.get_mut((index - first_row) as usize) {
            *row = answer;
        }
        Ok((steps::done(&answers, Vec::new())?, correction))
    })
    .await?;
    if !jobs.batches.replace_answers(batch, &kept, &done).await? {
        return Ok(false);
    }
    let correction = Correction {
        row_index: index,
        place: correction,
    };
    jobs.batches
        .keep_correction(&batch.key, &correction, now())
        .await?;
    let parts = jobs.batches.summaries(&batch.key, shown.number).await?;
    let total = steps::total(&parts)?;
    jobs.batches
        .set_summary(&batch.key, shown.number, &total)
        .await?;
    Ok(true)
}
