//! How did a network change from edition to edition? One step for each edition that changed something of it.

use crate::api::downloads::blocking;
use crate::history::{self, HistoryPoint};
use crate::pages::{Lang, written};
use crate::state::AppState;

/// A step of the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    /// The edition.
    pub(super) number: u32,
    /// The sheet at that edition; `None` when the network is not in it.
    pub(super) href: Option<String>,
    pub(super) day: String,
    pub(super) length: Option<String>,
    pub(super) rate: Option<String>,
    pub(super) co2: Option<String>,
    /// What changed since the step before, drawn; `None` for the first.
    pub(super) diff: Option<String>,
}

/// The steps of a key, the last first; none when its history cannot be read, or has a single edition.
pub(super) async fn of(state: &AppState, key: &str, l: Lang) -> Vec<Step> {
    let (asked, owned) = (state.clone(), key.to_owned());
    let points = match blocking(move || history::of_key(&asked, &owned)).await {
        Ok(points) if points.len() > 1 => points,
        Ok(_) | Err(_) => return Vec::new(),
    };
    let same = |a: &HistoryPoint, b: &HistoryPoint| {
        (
            a.present,
            a.traced_length_m,
            a.renewable_rate_pct,
            a.co2_lca_kg_per_kwh,
        ) == (
            b.present,
            b.traced_length_m,
            b.renewable_rate_pct,
            b.co2_lca_kg_per_kwh,
        )
    };
    let mut steps: Vec<Step> = Vec::new();
    let mut before: Option<&HistoryPoint> = None;
    for point in points.iter().skip_while(|point| !point.present) {
        if before.is_none_or(|before| !same(before, point)) {
            steps.push(step(key, point, before, l));
        }
        before = Some(point);
    }
    steps.reverse();
    steps
}

fn step(key: &str, point: &HistoryPoint, before: Option<&HistoryPoint>, l: Lang) -> Step {
    let number = point.release;
    Step {
        number,
        href: point
            .present
            .then(|| l.href(format_args!("/reseaux/{key}?edition={number}"))),
        day: written::day(&point.created, l),
        length: point.traced_length_m.map(|m| written::distance(m, l)),
        rate: point.renewable_rate_pct.map(|v| written::percent(v, l)),
        co2: point.co2_lca_kg_per_kwh.map(|v| written::co2(v, l)),
        diff: before.map(|before| {
            let from = before.release;
            l.href(format_args!(
                "/donnees/editions/{from}/diff/{number}?reseau={key}"
            ))
        }),
    }
}
