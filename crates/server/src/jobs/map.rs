//! Where are the rows of a batch on its private map? Their places are kept with their answers, eight bytes and a verdict a
//! row; a map is made of them when somebody looks, and kept in memory while he does.

use super::open::Jobs;
use super::rows::{Query, Source};
use super::{JobError, blocking, facets};
use caloduc_engine::batch::{self, Answer, Kept};
use caloduc_engine::eligibility::VerdictType;
use caloduc_engine::tiles::TileId;
use caloduc_engine::tiles::points::{Spot, Spots, code};
use caloduc_store::batches::{Batch, BatchKey};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Bytes of a place: its code, and its verdict's rank.
const PLACE: usize = 9;
/// No place: beyond the corner of the world.
const NOWHERE: u64 = u64::MAX;
/// No verdict.
const NONE: u8 = u8::MAX;
/// Rows of a map at most: 16 bytes each.
const MOST_ROWS: usize = 8_000_000;
/// Rows of all the maps kept.
const KEPT_ROWS: usize = 8_000_000;
/// Searches kept.
const KEPT_SEARCHES: usize = 16;

/// The places of a chunk as they are kept.
pub(super) fn places(answers: &[Answer]) -> Vec<u8> {
    let mut out = Vec::with_capacity(answers.len() * PLACE);
    for answer in answers {
        let kind = answer.outcome.as_ref().map(|outcome| outcome.kind);
        let rank = VerdictType::ALL
            .iter()
            .position(|known| Some(*known) == kind);
        out.extend_from_slice(&answer.place.map_or(NOWHERE, code).to_le_bytes());
        out.push(rank.map_or(NONE, |rank| rank as u8));
    }
    out
}

/// The rows of a test as they were after some correction.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Version {
    batch: BatchKey,
    run: u32,
    version: u64,
}

/// Rows that hold a text, by their index.
type Holding = Arc<Vec<bool>>;

/// The maps somebody looks at.
#[derive(Debug, Default)]
pub(super) struct Maps(Mutex<Open>);

#[derive(Debug, Default)]
struct Open {
    /// The last looked at last.
    maps: Vec<(Version, Arc<Spots>)>,
    searches: Vec<(Version, String, Holding)>,
}

impl Maps {
    /// Forgets a batch that was erased.
    pub(super) async fn forget(&self, batch: &BatchKey) {
        self.0.lock().await.forget(batch);
    }
}

/// The rows of a map that a filter and a search let through.
#[derive(Debug, Clone)]
pub(crate) struct Chosen {
    spots: Arc<Spots>,
    kept: Kept,
    holding: Option<Holding>,
}

impl Chosen {
    fn wants(&self, spot: &Spot) -> bool {
        let holds = |rows: &Holding| rows.get(spot.row as usize).copied().unwrap_or(false);
        facets::lets_through(spot.marks, self.kept) && self.holding.as_ref().is_none_or(holds)
    }

    /// How many have a place.
    pub(crate) fn count(&self) -> usize {
        self.spots.count(|spot| self.wants(spot))
    }

    /// The box of degrees that holds them: west, south, east, north.
    pub(crate) fn bounds(&self) -> Option<[f64; 4]> {
        self.spots.bounds(|spot| self.wants(spot))
    }

    /// A tile of them.
    pub(crate) fn tile(&self, id: TileId) -> Vec<u8> {
        self.spots.tile(id, |spot| self.wants(spot))
    }
}

/// The rows of the run shown that a query lets through, on a map.
pub(crate) async fn chosen(
    jobs: &Arc<Jobs>,
    batch: &Batch,
    query: &Query,
) -> Result<Chosen, JobError> {
    let run = batch.shown_run.unwrap_or(batch.run);
    let version = Version {
        batch: batch.key.clone(),
        run,
        version: jobs.batches.version(&batch.key, run).await?,
    };
    // Held while a map is made: whoever wants the same waits instead of making it too.
    let mut kept = jobs.maps.0.lock().await;
    let spots = match kept.map(&version) {
        Some(spots) => spots,
        None => {
            let source = Source::of(jobs, batch).await?;
            let spots = Arc::new(blocking(move || made(&source)).await?);
            kept.keep(version.clone(), &spots);
            spots
        }
    };
    let text = query.text.trim().to_owned();
    let holding = if text.is_empty() {
        None
    } else if let Some(holding) = kept.search(&version, &text) {
        Some(holding)
    } else {
        let source = Source::of(jobs, batch).await?;
        let (asked, rows) = (text.clone(), source.row_count());
        let holding = blocking(move || {
            let query = Query {
                text: asked,
                ..Query::default()
            };
            let mut holding = vec![false; rows];
            for row in source.wanted(&query)? {
                holding[row as usize] = true;
            }
            Ok(Arc::new(holding))
        })
        .await?;
        kept.keep_search(version, text, &holding);
        Some(holding)
    };
    Ok(Chosen {
        spots,
        kept: query.kept,
        holding,
    })
}

/// Reads the places of every chunk.
fn made(source: &Source) -> Result<Spots, JobError> {
    let rows = source.row_count();
    if rows > MOST_ROWS {
        return Err(JobError::TooManyForAMap(MOST_ROWS));
    }
    let mut spots = Vec::with_capacity(rows);
    for (seq, first_row, _) in &source.chunks {
        let kept = source
            .jobs
            .batches
            .places(&source.batch.key, source.run, *seq);
        let Some((marks, places)) = source.runtime.block_on(kept)? else {
            continue;
        };
        let places = match places {
            Some(places) => places,
            None => places_of_old(source, *seq)?,
        };
        let (places, _rest) = places.as_chunks::<PLACE>();
        for (at, (facet, place)) in facets::read(&marks).zip(places).enumerate() {
            let [a, b, c, d, e, f, g, h, kind] = *place;
            let code = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
            if code != NOWHERE {
                let row = *first_row as u32 + at as u32;
                spots.push(Spot::new(code, row, kind, facet.kept));
            }
        }
    }
    Ok(Spots::new(spots))
}

/// The places of a chunk that an older caloduc answered.
fn places_of_old(source: &Source, seq: u32) -> Result<Vec<u8>, JobError> {
    let kept = source
        .jobs
        .batches
        .answers(&source.batch.key, source.run, seq);
    let kept = source.runtime.block_on(kept)?;
    let answers = kept.map(|kept| batch::decode(&kept.answers)).transpose()?;
    Ok(places(&answers.unwrap_or_default()))
}

impl Open {
    fn map(&mut self, version: &Version) -> Option<Arc<Spots>> {
        let at = self.maps.iter().position(|(known, _)| known == version)?;
        let found = self.maps.remove(at);
        let spots = Arc::clone(&found.1);
        self.maps.push(found);
        Some(spots)
    }

    fn keep(&mut self, version: Version, spots: &Arc<Spots>) {
        // What the batch was before a correction is of no use any more.
        self.forget(&version.batch);
        self.maps.push((version, Arc::clone(spots)));
        let mut rows: usize = self.maps.iter().map(|(_, spots)| spots.len()).sum();
        while rows > KEPT_ROWS && self.maps.len() > 1 {
            rows -= self.maps.remove(0).1.len();
        }
    }

    fn forget(&mut self, batch: &BatchKey) {
        self.maps.retain(|(known, _)| known.batch != *batch);
        self.searches.retain(|(known, ..)| known.batch != *batch);
    }

    fn search(&self, version: &Version, text: &str) -> Option<Holding> {
        let mut known = self.searches.iter();
        let found = known.find(|(of, asked, _)| of == version && asked == text)?;
        Some(Arc::clone(&found.2))
    }

    fn keep_search(&mut self, version: Version, text: String, holding: &Holding) {
        if self.searches.len() >= KEPT_SEARCHES {
            self.searches.remove(0);
        }
        self.searches.push((version, text, Arc::clone(holding)));
    }
}
