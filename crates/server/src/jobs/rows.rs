//! Which rows of a batch are shown, and in which order? Filtered, searched and sorted here, whatever their number.

use super::open::Jobs;
use super::{JobError, Options, blocking, facets};
use crate::state::Addresses;
use caloduc_engine::batch::{self, Answer, Chunk, Kept, Mapping};
use caloduc_geocoder::SearchRequest;
use caloduc_store::batches::Batch;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::runtime::Handle;

/// What rows are sorted by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Their place in the file.
    #[default]
    Row,
    /// The rule that answered.
    Verdict,
    /// Their distance, those without one last.
    Distance,
    /// How sure their address is, the least sure first.
    Score,
}

impl Sort {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [Self::Row, Self::Verdict, Self::Distance, Self::Score];

    /// The word of addresses.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Row => "ligne",
            Self::Verdict => "verdict",
            Self::Distance => "distance",
            Self::Score => "score",
        }
    }
}

/// Which rows are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Query {
    /// Those that a filter lets through.
    pub(crate) kept: Kept,
    /// Those that hold a text, whatever its case and accents.
    pub(crate) text: String,
    /// Their order.
    pub(crate) sort: Sort,
    /// The other way round.
    pub(crate) is_reversed: bool,
    /// From 0.
    pub(crate) page: usize,
    /// How many on a page.
    pub(crate) per_page: usize,
}

/// A row and its answer.
#[derive(Debug, Clone)]
pub(crate) struct RowView {
    /// Its index in the file, from 0.
    pub(crate) index: u64,
    /// Its number as people count it.
    pub(crate) line: u64,
    /// What was asked.
    pub(crate) question: String,
    /// Its cells.
    pub(crate) cells: Vec<String>,
    /// What was answered.
    pub(crate) answer: Answer,
}

/// Some of the rows wanted.
#[derive(Debug, Clone)]
pub(crate) struct Page {
    /// How many rows are wanted.
    pub(crate) total: usize,
    /// Those of the page.
    pub(crate) rows: Vec<RowView>,
}

/// Where the rows of a batch are, and the run they are looked at in.
pub(super) struct Source {
    pub(super) jobs: Arc<Jobs>,
    pub(super) batch: Batch,
    pub(super) options: Options,
    pub(super) run: u32,
    pub(super) chunks: Vec<(u32, u64, u32)>,
    pub(super) runtime: Handle,
}

/// A chunk with its answers.
pub(super) struct Answered {
    pub(super) chunk: Chunk,
    pub(super) answers: Vec<Answer>,
}

impl Source {
    /// The run shown, or the one under way while there is none.
    pub(super) async fn of(jobs: &Arc<Jobs>, batch: &Batch) -> Result<Self, JobError> {
        Ok(Self {
            options: Options::of(batch)?,
            run: batch.shown_run.unwrap_or(batch.run),
            chunks: jobs.batches.chunks(&batch.key).await?,
            jobs: Arc::clone(jobs),
            batch: batch.clone(),
            runtime: Handle::current(),
        })
    }

    /// Rows of the file.
    pub(super) fn row_count(&self) -> usize {
        let last = self.chunks.last();
        last.map_or(0, |(_, first, count)| (first + u64::from(*count)) as usize)
    }

    /// Numbers of the chunks, in order.
    pub(super) fn chunk_numbers(&self) -> Vec<u32> {
        self.chunks.iter().map(|(seq, ..)| *seq).collect()
    }

    /// A chunk and its answers; `None` while it has none. Blocks.
    pub(super) fn chunk(&self, seq: u32) -> Result<Option<Answered>, JobError> {
        let key = &self.batch.key;
        let kept = self.runtime.block_on(async {
            let questions = self.jobs.batches.questions(key, seq).await?;
            let answers = self.jobs.batches.answers(key, self.run, seq).await?;
            Ok::<_, JobError>(questions.zip(answers))
        })?;
        kept.map(|(questions, answers)| {
            Ok(Answered {
                chunk: Chunk::unpack(&questions)?,
                answers: batch::decode(&answers.answers)?,
            })
        })
        .transpose()
    }

    /// The chunk that holds a row.
    pub(super) fn chunk_of(&self, row: u64) -> Option<u32> {
        self.chunks
            .iter()
            .find(|(_, first, count)| (*first..*first + u64::from(*count)).contains(&row))
            .map(|(seq, ..)| *seq)
    }

    /// Indices of the rows wanted, in order. Blocks.
    pub(super) fn wanted(&self, query: &Query) -> Result<Vec<u64>, JobError> {
        let key = &self.batch.key;
        let kept = self
            .runtime
            .block_on(self.jobs.batches.facets(key, self.run))?;
        let first_rows: HashMap<u32, u64> = self
            .chunks
            .iter()
            .map(|(seq, first, _)| (*seq, *first))
            .collect();
        let needle = folded(&query.text);
        let mut wanted = Vec::new();
        for (seq, bytes) in &kept {
            let first = first_rows.get(seq).copied().unwrap_or_default();
            let holds = if needle.is_empty() {
                None
            } else {
                self.chunk(*seq)?
                    .map(|answered| holding(&answered, &needle))
            };
            let rows = facets::read(bytes).enumerate();
            let rows = rows.filter(|(at, facet)| {
                facet.is(query.kept) && holds.as_ref().is_none_or(|holds| holds[*at])
            });
            wanted.extend(rows.map(|(at, facet)| (first + at as u64, facet)));
        }
        match query.sort {
            Sort::Row => {}
            Sort::Verdict => wanted.sort_by_key(|(_, facet)| (facet.rank, facet.distance_m)),
            Sort::Distance => wanted.sort_by_key(|(_, facet)| facet.distance_m),
            Sort::Score => wanted.sort_by_key(|(_, facet)| facet.score),
        }
        if query.is_reversed {
            wanted.reverse();
        }
        Ok(wanted.into_iter().map(|(row, _)| row).collect())
    }

    /// Rows with their answers, in the order given. Blocks.
    fn views(&self, rows: &[u64]) -> Result<Vec<RowView>, JobError> {
        let mut open: HashMap<u32, Answered> = HashMap::new();
        let mut views = Vec::with_capacity(rows.len());
        for row in rows {
            let Some(seq) = self.chunk_of(*row) else {
                continue;
            };
            if let std::collections::hash_map::Entry::Vacant(place) = open.entry(seq)
                && let Some(answered) = self.chunk(seq)?
            {
                place.insert(answered);
            }
            if let Some(answered) = open.get(&seq) {
                views.push(self.view(answered, *row));
            }
        }
        Ok(views)
    }

    fn view(&self, answered: &Answered, row: u64) -> RowView {
        let at = (row - answered.chunk.first_row) as usize;
        let cells: Vec<String> = answered
            .chunk
            .row(at)
            .into_iter()
            .map(std::borrow::Cow::into_owned)
            .collect();
        RowView {
            index: row,
            line: answered.chunk.line(at),
            question: self.question(&cells),
            answer: answered.answers[at].clone(),
            cells,
        }
    }

    fn question(&self, cells: &[String]) -> String {
        let cell = |at: usize| cells.get(at).map_or("", |text| text.trim());
        match &self.options.mapping {
            Some(Mapping::Address { columns }) => columns
                .iter()
                .map(|column| cell(column.index))
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
                .join(" "),
            Some(Mapping::Coordinates(columns)) => {
                format!("{} ; {}", cell(columns.lon), cell(columns.lat))
            }
            Some(Mapping::Points) | None => cell(0).to_owned(),
        }
    }
}

/// Whether each row holds a text already folded, in its cells or in the address found.
fn holding(answered: &Answered, needle: &str) -> Vec<bool> {
    answered
        .answers
        .iter()
        .enumerate()
        .map(|(at, answer)| {
            let found = answer.found.as_ref();
            found.is_some_and(|found| folded(&found.label).contains(needle))
                || answered
                    .chunk
                    .row(at)
                    .iter()
                    .any(|cell| folded(cell).contains(needle))
        })
        .collect()
}

/// Without case nor the accents of French.
fn folded(text: &str) -> String {
    text.trim()
        .chars()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'à' | 'â' | 'ä' => 'a',
            'ç' => 'c',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'î' | 'ï' => 'i',
            'ô' | 'ö' => 'o',
            'ù' | 'û' | 'ü' => 'u',
            '’' => '\'',
            other => other,
        })
        .collect()
}

/// A page of the rows wanted.
pub(crate) async fn page(jobs: &Arc<Jobs>, batch: &Batch, query: Query) -> Result<Page, JobError> {
    let source = Source::of(jobs, batch).await?;
    blocking(move || {
        let wanted = source.wanted(&query)?;
        let start = query.page.saturating_mul(query.per_page).min(wanted.len());
        let end = start.saturating_add(query.per_page).min(wanted.len());
        Ok(Page {
            total: wanted.len(),
            rows: source.views(&wanted[start..end])?,
        })
    })
    .await
}

/// One row; `None` when the file has none of that index, or it has no answer yet.
pub(crate) async fn row(
    jobs: &Arc<Jobs>,
    batch: &Batch,
    index: u64,
) -> Result<Option<RowView>, JobError> {
    let source = Source::of(jobs, batch).await?;
    blocking(move || Ok(source.views(&[index])?.pop())).await
}

/// Some rows, in the order given.
pub(crate) async fn some(
    jobs: &Arc<Jobs>,
    batch: &Batch,
    indices: Vec<u64>,
) -> Result<Vec<RowView>, JobError> {
    let source = Source::of(jobs, batch).await?;
    blocking(move || source.views(&indices)).await
}

/// What else the address of a row may be, the likeliest first.
pub(crate) async fn candidates(
    addresses: Option<Arc<Addresses>>,
    text: String,
) -> Result<Vec<batch::Located>, JobError> {
    blocking(move || {
        let Some(addresses) = addresses else {
            return Ok(Vec::new());
        };
        let mut request = SearchRequest::new(&text);
        request.limit = 6;
        let hits = addresses.search(&request);
        Ok(hits.into_iter().map(batch::Located::of).collect())
    })
    .await
}
