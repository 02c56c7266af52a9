//! What was served before, and what was it made of? Editions that are not in service any more, opened when somebody asks
//! for one and kept a while; a network along the editions; the pieces that one edition added to or took from another.

use crate::http::problem::{Code, Problem};
use crate::state::{AppState, Served};
use caloduc_engine::crs::Projected;
use caloduc_engine::release::Diff;
use caloduc_engine::snapshot::{PartRole, Row, Snapshot};
use caloduc_store::{EditionState, StoreError};
use geo::{Coord, Euclidean, Length, LineString};
use serde::Serialize;
use std::sync::{Arc, Mutex, PoisonError};
use utoipa::ToSchema;

/// Past editions kept open.
const KEPT: usize = 6;
/// Editions of a history, the last ones.
const LONGEST: usize = 60;

/// The past editions last asked for, the most recent first, each with the generation it was opened in.
#[derive(Debug, Default)]
pub(crate) struct Past(Mutex<Vec<(u64, Arc<Served>)>>);

impl Past {
    fn known(&self, number: u32, generation: u64) -> Option<Arc<Served>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter()
            .find(|(of, served)| *of == generation && served.release() == Some(number))
            .map(|(_, served)| Arc::clone(served))
    }

    fn keep(&self, served: Arc<Served>, generation: u64) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(of, _)| *of == generation);
        kept.insert(0, (generation, served));
        kept.truncate(KEPT);
    }
}

/// A published edition, in service or not. Blocks.
pub(crate) fn edition(state: &AppState, number: u32) -> Result<Arc<Served>, Problem> {
    let unknown = || Problem::new(Code::ReleaseNotFound).at("release");
    if let Some(served) = state
        .served()
        .filter(|served| served.release() == Some(number))
    {
        return Ok(served);
    }
    let generation = state.generation();
    if let Some(served) = state.past().known(number, generation) {
        return Ok(served);
    }
    let store = state.store().ok_or_else(unknown)?;
    let release = match store.release(number) {
        Ok(release) if release.state != EditionState::Draft => release,
        Ok(_) | Err(StoreError::UnknownEdition { .. }) => return Err(unknown()),
        Err(error) => return Err(Problem::internal(&error)),
    };
    let bytes = store
        .snapshot_bytes(number)
        .map_err(|error| Problem::internal(&error))?;
    let snapshot = Snapshot::open(bytes).map_err(|error| Problem::internal(&error))?;
    let served = Arc::new(Served {
        snapshot,
        published: release.published.last().cloned(),
    });
    state.past().keep(Arc::clone(&served), generation);
    Ok(served)
}

/// A network in an edition.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(crate) struct HistoryPoint {
    /// The edition.
    pub(crate) release: u32,
    /// When it was made, RFC 3339.
    pub(crate) created: String,
    /// Whether the edition has this network.
    pub(crate) present: bool,
    /// Metres of pipe in the legal projection; null when the trace is unknown, or published as an area only.
    #[schema(required)]
    pub(crate) traced_length_m: Option<f64>,
    #[schema(required)]
    pub(crate) renewable_rate_pct: Option<f64>,
    #[schema(required)]
    pub(crate) co2_direct_kg_per_kwh: Option<f64>,
    #[schema(required)]
    pub(crate) co2_lca_kg_per_kwh: Option<f64>,
    /// Null when the edition has not this network.
    #[schema(required)]
    pub(crate) open_to_connections: Option<bool>,
}

/// A key along the published editions, oldest first. Blocks.
pub(crate) fn of_key(state: &AppState, key: &str) -> Result<Vec<HistoryPoint>, Problem> {
    let Some(store) = state.store() else {
        return Ok(Vec::new());
    };
    let mut releases = store
        .releases()
        .map_err(|error| Problem::internal(&error))?;
    releases.retain(|release| release.state != EditionState::Draft);
    let first = releases.len().saturating_sub(LONGEST);
    releases
        .iter()
        .skip(first)
        .map(|release| {
            let served = edition(state, release.number)?;
            let row = served.snapshot.row(key);
            Ok(point(
                release.number,
                release.created.as_str(),
                row.as_ref(),
            ))
        })
        .collect()
}

fn point(release: u32, created: &str, row: Option<&Row<'_>>) -> HistoryPoint {
    let figures = row
        .and_then(Row::network)
        .map(|network| network.figures)
        .unwrap_or_default();
    HistoryPoint {
        release,
        created: created.to_owned(),
        present: row.is_some(),
        traced_length_m: row.and_then(length_m),
        renewable_rate_pct: figures.renewable_rate_pct,
        co2_direct_kg_per_kwh: figures.co2_direct_kg_per_kwh,
        co2_lca_kg_per_kwh: figures.co2_lca_kg_per_kwh,
        open_to_connections: row.map(Row::is_open),
    }
}

/// Metres of a row's lines, to the metre; `None` when it has none.
fn length_m(row: &Row<'_>) -> Option<f64> {
    let lengths: Vec<f64> = row
        .parts()
        .filter(|part| part.role == PartRole::Line)
        .map(|part| {
            let line = part.projected().map(|at| Coord { x: at.x, y: at.y });
            Euclidean.length(&LineString(line.collect()))
        })
        .collect();
    (!lengths.is_empty()).then(|| lengths.iter().sum::<f64>().round())
}

/// Whether something came or went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Sign {
    Added,
    Removed,
}

/// What came or went of a row: pipes, the boundary of an area, or a marker.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    pub(crate) key: String,
    pub(crate) name: Option<String>,
    pub(crate) sign: Sign,
    /// Length; zero for a marker.
    pub(crate) metres: f64,
    /// Lines; a line of one position is a marker.
    pub(crate) lines: Vec<Vec<Projected>>,
}

/// Every piece that came or went, by key.
pub(crate) fn pieces(diff: &Diff, before: &Snapshot, after: &Snapshot) -> Vec<Piece> {
    let whole = |snapshot: &Snapshot, key: &str, name: Option<&String>, sign: Sign| {
        let row = snapshot.row(key)?;
        let lines: Vec<Vec<Projected>> =
            row.parts().map(|part| part.projected().collect()).collect();
        Some(piece(key, name, sign, lines))
    };
    let mut all: Vec<Piece> = Vec::new();
    for entry in &diff.added {
        all.extend(whole(
            after,
            entry.key.as_str(),
            entry.name.as_ref(),
            Sign::Added,
        ));
    }
    for entry in &diff.removed {
        all.extend(whole(
            before,
            entry.key.as_str(),
            entry.name.as_ref(),
            Sign::Removed,
        ));
    }
    for moved in &diff.moved {
        let key = moved.key.as_str();
        let name = diff.names.get(&moved.key);
        let parts = [
            (&moved.added_pieces, Sign::Added),
            (&moved.removed_pieces, Sign::Removed),
        ];
        for (pieces, sign) in parts {
            let lines: Vec<Vec<Projected>> = pieces
                .iter()
                .flat_map(|planar| {
                    planar.shape.0.iter().map(|line| {
                        let at = |c: &Coord<f64>| Projected {
                            territory: planar.territory,
                            x: c.x,
                            y: c.y,
                        };
                        line.0.iter().map(at).collect()
                    })
                })
                .collect();
            if !lines.is_empty() {
                all.push(piece(key, name, sign, lines));
            }
        }
    }
    all.sort_by(|a, b| a.key.cmp(&b.key));
    all
}

fn piece(key: &str, name: Option<&String>, sign: Sign, lines: Vec<Vec<Projected>>) -> Piece {
    let length = |line: &Vec<Projected>| -> f64 {
        let steps = line.windows(2);
        steps
            .map(|s| (s[1].x - s[0].x).hypot(s[1].y - s[0].y))
            .sum()
    };
    Piece {
        key: key.to_owned(),
        name: name.cloned(),
        sign,
        metres: lines.iter().map(length).sum(),
        lines,
    }
}
