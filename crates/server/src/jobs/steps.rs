//! One task, from claim to end: the file read and cut, a chunk answered, the answers added up.

use super::open::Jobs;
use super::{JobError, Options, blocking, facets, ground, map, now, remedy};
use crate::state::AppState;
use caloduc_engine::batch::{
    self, Answer, Assessor, BatchError, Chunk, Locate, Mapping, Outcome, RowSource, Summary,
};
use caloduc_engine::transition::{self, Transition, transition};
use caloduc_formats::batch as formats;
use caloduc_store::StoreError;
use caloduc_store::batches::{
    Batch, ChangeRecord, Claim, Completion, Done, NewChunk, Pin, Purpose, Step, UploadName,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;

/// Chunks kept at once while a file is read.
const CUT_AT_ONCE: usize = 4;

/// Does what the claim asks for. A file that cannot be answered ends its batch; other failures are the worker's.
pub(super) async fn take(
    state: &AppState,
    jobs: &Arc<Jobs>,
    claim: &Claim,
) -> Result<(), JobError> {
    let Some(batch) = jobs.batches.batch(&claim.batch).await? else {
        return Ok(());
    };
    let done = match claim.step {
        Step::Read => read(state, jobs, claim, &batch).await,
        Step::Answer { seq } => answer(state, jobs, claim, &batch, seq).await,
        Step::Finish => finish(jobs, claim).await,
    };
    match done {
        Err(JobError::Batch(error)) if is_the_file_s(&error) => {
            let mut problem = crate::http::problem::sentence(&error.to_string());
            if let Some(remedy) = remedy::for_pages(&error) {
                problem.push_str(&format!(" {remedy}"));
            }
            jobs.batches.fail(claim, &problem).await?;
            Ok(())
        }
        Err(error @ (JobError::GroundGone | JobError::Options(_))) => {
            jobs.batches
                .fail(claim, &crate::http::problem::sentence(&error.to_string()))
                .await?;
            Ok(())
        }
        Err(JobError::Store(gone @ StoreError::UploadGone)) => {
            // Another worker may have read it whole and erased it: then the task is no longer ours to give up.
            let until = now().plus(state.config().batches.lease());
            if jobs.batches.prolong(claim, until).await? {
                jobs.batches.fail(claim, &gone.to_string()).await?;
            }
            Ok(())
        }
        done => done,
    }
}

/// Whether trying again would meet the same.
fn is_the_file_s(error: &BatchError) -> bool {
    !matches!(
        error,
        BatchError::Read(_) | BatchError::Write(_) | BatchError::Stopped
    )
}

async fn read(
    state: &AppState,
    jobs: &Arc<Jobs>,
    claim: &Claim,
    batch: &Batch,
) -> Result<(), JobError> {
    let options = Options::of(batch)?;
    let Some(name) = UploadName::parse(&batch.upload) else {
        return Err(JobError::GroundGone);
    };
    let (own, claim, reading_of) = (Arc::clone(jobs), claim.clone(), name.clone());
    let lease = state.config().batches.lease();
    let runtime = Handle::current();
    let read = blocking(move || {
        let file = own.uploads.open(&reading_of)?;
        let mut source = formats::open(Box::new(file), &options.reading)?;
        let rows = cut((&own, &runtime), (&claim, lease), &mut *source)?;
        let Some(rows) = rows else {
            return Ok(Completion::TooLate);
        };
        Ok(runtime.block_on(own.batches.finish_reading(&claim, rows, now()))?)
    })
    .await?;
    if read == Completion::Written {
        // All its rows are in the database: the file itself is needed no more.
        let own = Arc::clone(jobs);
        blocking(move || Ok(own.uploads.erase(&name)?)).await?;
        jobs.wake.notify_waiters();
    }
    Ok(())
}

/// Cuts the file into kept chunks; how many rows, unless somebody else took the task over.
fn cut(
    (jobs, runtime): (&Jobs, &Handle),
    (claim, lease): (&Claim, Duration),
    source: &mut dyn RowSource,
) -> Result<Option<u64>, JobError> {
    let mut rows = 0;
    let mut waiting = Vec::new();
    loop {
        let chunk = source.next_chunk()?;
        let ended = chunk.is_none();
        if let Some(chunk) = chunk {
            rows += chunk.len() as u64;
            waiting.push(NewChunk {
                seq: chunk.index as u32 + 1,
                first_row: chunk.first_row,
                row_count: chunk.len() as u32,
                questions: chunk.pack(),
            });
        }
        if waiting.len() >= CUT_AT_ONCE || ended {
            let until = now().plus(lease);
            let kept = runtime.block_on(jobs.batches.add_chunks(claim, &waiting, until))?;
            if kept == Completion::TooLate {
                return Ok(None);
            }
            waiting.clear();
            jobs.wake.notify_waiters();
        }
        if ended {
            return Ok(Some(rows));
        }
    }
}

async fn answer(
    state: &AppState,
    jobs: &Arc<Jobs>,
    claim: &Claim,
    batch: &Batch,
    seq: u32,
) -> Result<(), JobError> {
    let options = Options::of(batch)?;
    let mapping = options.mapping.clone().ok_or(JobError::GroundGone)?;
    let looks_up = claim.purpose != Purpose::Follow && mapping.asks_addresses();
    let Some(pin) = pinned(state, jobs, claim, looks_up).await? else {
        return Ok(());
    };
    if pin
        .addresses
        .as_ref()
        .is_some_and(|version| *version != state.addresses_version())
    {
        // The addresses it was begun with are gone: one file is never tested with two indexes.
        jobs.batches.begin_again(claim).await?;
        return Ok(());
    }
    let addresses = state.addresses();
    if looks_up && addresses.is_none() {
        return Err(BatchError::NoAddressIndex.into());
    }
    let snapshot = ground::snapshot(state, jobs, pin.release).await?;
    let Some(questions) = jobs.batches.questions(&claim.batch, seq).await? else {
        return Ok(());
    };
    let earlier = jobs.batches.earlier_answers(claim).await?;
    let chunk = Chunk::unpack(&questions)?;
    let rows = chunk.first_row..chunk.first_row + chunk.len() as u64;
    let corrections = jobs.batches.corrections(&claim.batch, rows).await?;
    let corrections = corrections
        .iter()
        .map(|correction| Ok((correction.row_index, placed_again(&correction.place)?)))
        .collect::<Result<HashMap<u64, Answer>, JobError>>()?;
    let purpose = claim.purpose;
    let done = blocking(move || {
        let assessor = Assessor {
            snapshot: &snapshot,
            locator: addresses.as_deref().map(|found| found as &dyn Locate),
            service: options.service(),
        };
        let work = Work {
            assessor,
            mapping: &mapping,
            chunk: &chunk,
            corrections: &corrections,
        };
        let earlier = earlier
            .map(|kept| batch::decode(&kept.answers))
            .transpose()?;
        work.done(purpose, earlier.as_deref())
    })
    .await?;
    super::worker::until_there_is_room(state, jobs, || jobs.batches.complete(claim, &done, now()))
        .await?;
    Ok(())
}

/// On what this run is tested: said by the first worker of it.
async fn pinned(
    state: &AppState,
    jobs: &Jobs,
    claim: &Claim,
    looks_up: bool,
) -> Result<Option<Pin>, JobError> {
    if let Some(pin) = &claim.pin {
        return Ok(Some(pin.clone()));
    }
    let Some(served) = state.served() else {
        return Err(JobError::GroundGone);
    };
    let pin = Pin {
        release: served.release(),
        addresses: looks_up.then(|| state.addresses_version()),
    };
    Ok(jobs.batches.pin(claim, &pin).await?)
}

/// A corrected place as kept.
pub(super) fn kept_place(answer: &Answer) -> String {
    let bytes = batch::encode(std::slice::from_ref(answer));
    hex(&bytes)
}

/// Bytes as figures.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        text.push_str(&format!("{byte:02x}"));
        text
    })
}

fn placed_again(text: &str) -> Result<Answer, JobError> {
    let bytes = (0..text.len() / 2).map(|at| {
        let pair = text.get(2 * at..2 * at + 2).unwrap_or_default();
        u8::from_str_radix(pair, 16).unwrap_or_default()
    });
    let bytes: Vec<u8> = bytes.collect();
    let answer = batch::decode(&bytes)?.pop();
    Ok(answer.ok_or(BatchError::Stored("correction vide"))?)
}

/// A chunk and what answers it.
struct Work<'a> {
    assessor: Assessor<'a>,
    mapping: &'a Mapping,
    chunk: &'a Chunk,
    corrections: &'a HashMap<u64, Answer>,
}

impl Work<'_> {
    fn done(&self, purpose: Purpose, earlier: Option<&[Answer]>) -> Result<Done, JobError> {
        let mut answers = match (purpose, earlier) {
            (Purpose::Follow, Some(earlier)) => {
                earlier.iter().map(|before| self.followed(before)).collect()
            }
            _ => self.assessor.assess(self.mapping, self.chunk),
        };
        for (row, corrected) in self.corrections {
            let at = (row - self.chunk.first_row) as usize;
            if let (Some(answer), Some(place)) = (answers.get_mut(at), corrected.place) {
                *answer = self.assessor.at(place, corrected.found.clone());
            }
        }
        let changes = earlier
            .map(|earlier| changes(earlier, &answers, self.chunk.first_row))
            .transpose()?
            .unwrap_or_default();
        done(&answers, changes)
    }

    /// The same place on this edition.
    fn followed(&self, before: &Answer) -> Answer {
        match before.place {
            Some(place) => Answer {
                problem: before.problem.clone(),
                ..self.assessor.at(place, before.found.clone())
            },
            None => before.clone(),
        }
    }
}

/// Answers as they are kept.
pub(super) fn done(answers: &[Answer], changes: Vec<ChangeRecord>) -> Result<Done, JobError> {
    Ok(Done {
        answers: batch::encode(answers),
        facets: facets::write(answers),
        places: map::places(answers),
        summary: serde_json::to_string(&Summary::of(answers))?,
        changes,
    })
}

/// What history keeps of a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = BatchVerdict)]
pub(crate) struct KeptVerdict {
    /// The verdict, public value.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// Whether the address is eligible.
    pub(crate) eligible: bool,
    /// Metres to the network.
    #[schema(required)]
    pub(crate) distance_m: Option<u32>,
    /// The network's key.
    #[schema(required)]
    pub(crate) network_key: Option<String>,
    /// Its name.
    #[schema(required)]
    pub(crate) network_name: Option<String>,
    /// The release that answered.
    #[schema(required)]
    pub(crate) release: Option<u32>,
}

impl KeptVerdict {
    /// What is kept of an outcome.
    pub(crate) fn of(outcome: &Outcome) -> Self {
        let network = outcome.network.as_deref();
        Self {
            kind: outcome.kind.as_str().to_owned(),
            eligible: outcome.is_eligible(),
            distance_m: outcome.distance_m,
            network_key: network.map(|network| network.key.clone()),
            network_name: network.and_then(|network| network.name.clone()),
            release: outcome.release,
        }
    }
}

fn changes(
    earlier: &[Answer],
    now: &[Answer],
    first_row: u64,
) -> Result<Vec<ChangeRecord>, JobError> {
    let mut found = Vec::new();
    for (at, (before, after)) in earlier.iter().zip(now).enumerate() {
        let (Some(before), Some(after)) = (&before.outcome, &after.outcome) else {
            continue;
        };
        let word = transition(Some(compared(before)), compared(after));
        if word != Transition::None {
            found.push(ChangeRecord {
                row_index: first_row + at as u64,
                transition: serde_json::to_value(word)?
                    .as_str()
                    .unwrap_or_default()
                    .to_owned(),
                before: serde_json::to_string(&KeptVerdict::of(before))?,
                after: serde_json::to_string(&KeptVerdict::of(after))?,
            });
        }
    }
    Ok(found)
}

fn compared(outcome: &Outcome) -> transition::Summary<'_> {
    transition::Summary {
        kind: outcome.kind,
        network_key: outcome.network.as_ref().map(|network| network.key.as_str()),
        distance_m: outcome.distance_m,
    }
}

async fn finish(jobs: &Arc<Jobs>, claim: &Claim) -> Result<(), JobError> {
    let summary = added_up(jobs, claim).await?;
    jobs.batches.finish_run(claim, &summary, now()).await?;
    Ok(())
}

async fn added_up(jobs: &Jobs, claim: &Claim) -> Result<String, JobError> {
    let parts = jobs.batches.summaries(&claim.batch, claim.run).await?;
    total(&parts)
}

/// The sum of chunks' summaries, as kept.
pub(super) fn total(parts: &[String]) -> Result<String, JobError> {
    let mut total = Summary::default();
    for part in parts {
        total.add(&serde_json::from_str(part)?);
    }
    Ok(serde_json::to_string(&total)?)
}
