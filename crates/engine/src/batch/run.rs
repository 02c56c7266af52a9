//! A file in, a file out: chunks read, answered in parallel and written in order, in bounded memory.

use super::answer::Answer;
use super::assess::Assessor;
use super::chunk::Chunk;
use super::codec::{decode, encode};
use super::error::BatchError;
use super::layout::RowSource;
use super::mapping::Mapping;
use super::summary::Summary;
use super::written::{Answered, ResultWriter};
use rayon::prelude::*;
use std::ops::ControlFlow;

/// Bytes of rows in a wave, at most.
const WAVE_BYTES: usize = 48 << 20;

/// How far a batch is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Rows answered.
    pub rows: u64,
    /// Those among them whose answers were kept earlier.
    pub recalled_rows: u64,
    /// Bytes of the file that hold these rows, about.
    pub bytes_read: u64,
}

/// Where answers are kept, so that work interrupted can be taken up again.
pub trait Journal {
    /// What was recorded for the chunk of this number.
    fn recall(&mut self, index: u64) -> Result<Option<Vec<u8>>, BatchError>;

    /// Keeps the answers of a chunk; chunks come in order.
    fn record(&mut self, index: u64, answers: &[u8]) -> Result<(), BatchError>;
}

/// Answers every row of `source` and writes it with its answer. `progress` is told after each wave and may stop the work.
pub fn run(
    assessor: &Assessor<'_>,
    mapping: &Mapping,
    source: &mut dyn RowSource,
    mut writer: Box<dyn ResultWriter + '_>,
    mut journal: Option<&mut dyn Journal>,
    mut progress: impl FnMut(Progress) -> ControlFlow<()>,
) -> Result<Summary, BatchError> {
    if mapping.asks_addresses() && assessor.locator.is_none() {
        return Err(BatchError::NoAddressIndex);
    }
    let mut summary = Summary::default();
    let mut done = Progress::default();
    let (mut wave, mut read) = read_wave(source)?;
    let mut answered: Vec<Answered> = Vec::new();
    while !wave.is_empty() || !answered.is_empty() {
        let recalled = recall(&wave, journal.as_deref_mut())?;
        let keep = journal.is_some();
        let before = &answered;
        let (worked, (next, written)) = rayon::join(
            || work(assessor, mapping, wave, recalled, keep),
            // The next chunks are read and those before written while these are answered.
            || rayon::join(|| read_wave(source), || writer.write(before)),
        );
        written?;
        answered.clear();
        for work in worked? {
            if let (Some(journal), Some(bytes)) = (journal.as_deref_mut(), &work.to_record) {
                journal.record(work.answered.chunk.index, bytes)?;
            } else if keep {
                done.recalled_rows += work.answered.chunk.len() as u64;
            }
            summary.add(&work.counted);
            answered.push(work.answered);
        }
        done.rows = summary.rows;
        done.bytes_read = read;
        if !answered.is_empty() && progress(done).is_break() {
            return Err(BatchError::Stopped);
        }
        (wave, read) = next?;
    }
    writer.finish()?;
    Ok(summary)
}

/// The next chunks, and how much of the file is read by then.
fn read_wave(source: &mut dyn RowSource) -> Result<(Vec<Chunk>, u64), BatchError> {
    let most = 4 * rayon::current_num_threads();
    let (mut wave, mut bytes) = (Vec::new(), 0);
    while wave.len() < most && bytes < WAVE_BYTES {
        match source.next_chunk()? {
            Some(chunk) => {
                bytes += chunk.bytes.len();
                wave.push(chunk);
            }
            None => break,
        }
    }
    Ok((wave, source.bytes_read()))
}

fn recall(
    wave: &[Chunk],
    journal: Option<&mut (dyn Journal + '_)>,
) -> Result<Vec<Option<Vec<u8>>>, BatchError> {
    match journal {
        Some(journal) => wave
            .iter()
            .map(|chunk| journal.recall(chunk.index))
            .collect(),
        None => Ok(vec![None; wave.len()]),
    }
}

/// A chunk answered.
struct Worked {
    answered: Answered,
    counted: Summary,
    /// What the journal does not have yet.
    to_record: Option<Vec<u8>>,
}

fn work(
    assessor: &Assessor<'_>,
    mapping: &Mapping,
    wave: Vec<Chunk>,
    recalled: Vec<Option<Vec<u8>>>,
    keep: bool,
) -> Result<Vec<Worked>, BatchError> {
    wave.into_par_iter()
        .zip(recalled)
        .map(|(chunk, recalled)| {
            let (answers, to_record) = match recalled {
                Some(bytes) => (checked(decode(&bytes)?, &chunk)?, None),
                None => {
                    let answers = assessor.assess(mapping, &chunk);
                    let bytes = keep.then(|| encode(&answers));
                    (answers, bytes)
                }
            };
            Ok(Worked {
                counted: Summary::of(&answers),
                answered: Answered { chunk, answers },
                to_record,
            })
        })
        .collect()
}

fn checked(answers: Vec<Answer>, chunk: &Chunk) -> Result<Vec<Answer>, BatchError> {
    if answers.len() == chunk.len() {
        Ok(answers)
    } else {
        Err(BatchError::Stored("nombre de lignes"))
    }
}
