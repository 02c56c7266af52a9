//! The results as a file: the same bytes as the command line writes for the same file.

use super::open::Jobs;
use super::rows::{Query, Source};
use super::{JobError, ground};
use crate::state::AppState;
use caloduc_engine::batch::{Answered, BatchError, Kept};
use caloduc_engine::snapshot::Snapshot;
use caloduc_formats::batch::{self as formats, ResultFormat, Written};
use caloduc_store::batches::Batch;
use std::collections::HashSet;
use std::io::Write;
use std::sync::Arc;

/// Chunks written at once.
const WAVE: usize = 4;

/// A file of results about to be written.
pub(crate) struct ResultFile {
    source: Source,
    query: Query,
    format: ResultFormat,
    snapshot: Snapshot,
}

impl ResultFile {
    /// The rows wanted of the run shown, in the file's order.
    pub(crate) async fn of(
        state: &AppState,
        jobs: &Arc<Jobs>,
        batch: &Batch,
        query: Query,
        format: ResultFormat,
    ) -> Result<Self, JobError> {
        let runs = jobs.batches.runs(&batch.key).await?;
        let shown = runs.iter().find(|run| Some(run.number) == batch.shown_run);
        let release = shown.and_then(|run| run.release);
        Ok(Self {
            snapshot: ground::snapshot(state, jobs, release).await?,
            source: Source::of(jobs, batch).await?,
            query,
            format,
        })
    }

    /// Writes it. Blocks.
    pub(crate) fn write(self, out: &mut (dyn Write + Send)) -> Result<(), JobError> {
        let stamp = self.snapshot.stamp();
        let is_searched = !self.query.text.trim().is_empty();
        let asked = Written {
            format: self.format,
            kept: if is_searched {
                Kept::All
            } else {
                self.query.kept
            },
            created: &stamp.created,
            release: stamp.release,
        };
        // A search chooses rows beforehand; a filter is the writer's business.
        let chosen: Option<HashSet<u64>> = is_searched
            .then(|| self.source.wanted(&self.query))
            .transpose()?
            .map(|rows| rows.into_iter().collect());
        let mut writer = formats::writer(Box::new(out), &self.source.options.layout, &asked)?;
        for numbers in self.source.chunk_numbers().chunks(WAVE) {
            let mut wave = Vec::with_capacity(numbers.len());
            for seq in numbers {
                let kept = self.source.chunk(*seq)?;
                let kept = kept.ok_or(BatchError::Stored("réponses manquantes"))?;
                wave.push(match &chosen {
                    None => Answered {
                        chunk: kept.chunk,
                        answers: kept.answers,
                    },
                    Some(chosen) => only(&kept.chunk, kept.answers, chosen),
                });
            }
            writer.write(&wave)?;
        }
        writer.finish()?;
        Ok(())
    }
}

fn only(
    chunk: &caloduc_engine::batch::Chunk,
    answers: Vec<caloduc_engine::batch::Answer>,
    chosen: &HashSet<u64>,
) -> Answered {
    let first = chunk.first_row;
    let is_chosen = |at: usize| chosen.contains(&(first + at as u64));
    let answers = answers
        .into_iter()
        .enumerate()
        .filter(|(at, _)| is_chosen(*at))
        .map(|(_, answer)| answer)
        .collect();
    Answered {
        chunk: chunk.only(is_chosen),
        answers,
    }
}

/// The name a browser saves the results under: letters that a header cannot hold are left out.
pub(crate) fn file_name(batch: &Batch, format: ResultFormat) -> String {
    let stem = batch
        .file_name
        .rsplit_once('.')
        .map_or(batch.file_name.as_str(), |(stem, _)| stem);
    let plain: String = stem
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .take(80)
        .collect();
    let plain = plain.trim();
    let stem = if plain.is_empty() { "adresses" } else { plain };
    format!("{stem}-resultats.{}", format.as_str())
}
