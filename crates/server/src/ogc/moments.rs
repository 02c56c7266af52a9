//! Which edition was in service then? `datetime` names a moment or an interval; the features are those of the edition
//! that was in service at its end.

use super::features::Features;
use crate::api::downloads::blocking;
use crate::history;
use crate::http::problem::{Code, Problem};
use crate::state::{AppState, Served};
use caloduc_engine::snapshot::Snapshot;
use caloduc_store::Moment;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Editions whose features are kept read.
const KEPT: usize = 4;

/// The features last read, the most recent first.
#[derive(Debug, Default)]
pub(crate) struct KeptFeatures(Mutex<Vec<Arc<Features>>>);

impl KeptFeatures {
    fn of(&self, snapshot: &Snapshot) -> Arc<Features> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = kept.iter().position(|features| features.are_of(snapshot));
        let features = match known {
            Some(at) => kept.remove(at),
            None => Arc::new(Features::of(snapshot)),
        };
        kept.insert(0, Arc::clone(&features));
        kept.truncate(KEPT);
        features
    }
}

/// The end of what `datetime` names.
#[derive(Debug, Clone, PartialEq, Eq)]
enum End {
    /// Up to now and beyond.
    Open,
    At(Moment),
}

/// The features of the edition asked for; `None` when none was in service then.
pub(super) async fn features(
    state: &AppState,
    datetime: Option<&str>,
) -> Result<Option<Arc<Features>>, Problem> {
    let end = datetime.map_or(Ok(End::Open), end)?;
    let state = state.clone();
    blocking(move || {
        let served = state.served_or_problem()?;
        let then = then(&state, &served, &end)?;
        Ok(then.map(|served| state.kept_features().of(&served.snapshot)))
    })
    .await
}

/// The edition in service at the end of what `datetime` names; `None` when none was. Blocks.
pub(crate) fn at(state: &AppState, datetime: &str) -> Result<Option<Arc<Served>>, Problem> {
    then(state, &state.served_or_problem()?, &end(datetime)?)
}

fn then(state: &AppState, served: &Arc<Served>, end: &End) -> Result<Option<Arc<Served>>, Problem> {
    let End::At(moment) = end else {
        return Ok(Some(Arc::clone(served)));
    };
    // The fictional territory has no history.
    let Some(store) = state.store().filter(|_| served.release().is_some()) else {
        return Ok(Some(Arc::clone(served)));
    };
    let publications = store
        .publications()
        .map_err(|error| Problem::internal(&error))?;
    let last = publications
        .iter()
        .rfind(|publication| publication.published <= *moment);
    last.map(|publication| history::edition(state, publication.number))
        .transpose()
}

fn end(text: &str) -> Result<End, Problem> {
    let wrong = || {
        Problem::new(Code::InvalidParameter)
            .at("datetime")
            .detail("« datetime » est un instant (2026-09-01T00:00:00Z), un jour, ou un intervalle (2026-01-01T00:00:00Z/..).")
    };
    let Some((from, to)) = text.split_once('/') else {
        return moment(text, Edge::Last).map(End::At).ok_or_else(wrong);
    };
    let open = |text: &str| text.is_empty() || text == "..";
    if from.is_empty() && to.is_empty() {
        return Err(wrong());
    }
    let from = if open(from) {
        None
    } else {
        Some(moment(from, Edge::First).ok_or_else(wrong)?)
    };
    if open(to) {
        return Ok(End::Open);
    }
    let to = moment(to, Edge::Last).ok_or_else(wrong)?;
    match from {
        Some(from) if from > to => Err(wrong()),
        _ => Ok(End::At(to)),
    }
}

/// Which second of a day a date alone means.
#[derive(Debug, Clone, Copy)]
enum Edge {
    First,
    Last,
}

/// RFC 3339: a date, or a date and a time with its offset; fractions of a second are dropped.
fn moment(text: &str, edge: Edge) -> Option<Moment> {
    let Some((date, time)) = text.split_once(['T', 't']) else {
        let time = match edge {
            Edge::First => "00:00:00",
            Edge::Last => "23:59:59",
        };
        let moment = Moment::parse(&format!("{text}T{time}Z"))?;
        return moment.to_system().map(Moment::from_system);
    };
    let at = time.find(['Z', 'z', '+', '-'])?;
    let (clock, offset) = time.split_at(at);
    let clock = clock.split('.').next()?;
    let plain = Moment::parse(&format!("{date}T{clock}Z"))?.to_system()?;
    if offset.eq_ignore_ascii_case("z") {
        return Some(Moment::from_system(plain));
    }
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let seconds = hours.parse::<u64>().ok()? * 3600 + minutes.parse::<u64>().ok()? * 60;
    let offset_by = Duration::from_secs(seconds);
    let utc = if offset.starts_with('+') {
        plain.checked_sub(offset_by)?
    } else {
        plain.checked_add(offset_by)?
    };
    Some(Moment::from_system(utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> End {
        End::At(Moment::parse(text).unwrap())
    }

    #[test]
    fn an_instant_a_day_and_an_interval_are_understood() {
        assert_eq!(
            end("2026-09-01T08:00:00Z").unwrap(),
            at("2026-09-01T08:00:00Z")
        );
        assert_eq!(
            end("2026-09-01T10:00:00.5+02:00").unwrap(),
            at("2026-09-01T08:00:00Z")
        );
        assert_eq!(end("2026-09-01").unwrap(), at("2026-09-01T23:59:59Z"));
        assert_eq!(
            end("2026-01-01/2026-09-01T08:00:00Z").unwrap(),
            at("2026-09-01T08:00:00Z")
        );
        assert_eq!(
            end("../2026-09-01T08:00:00Z").unwrap(),
            at("2026-09-01T08:00:00Z")
        );
        assert_eq!(end("2026-01-01T00:00:00Z/..").unwrap(), End::Open);
        assert_eq!(end("2026-01-01T00:00:00Z/").unwrap(), End::Open);
    }

    #[test]
    fn what_is_no_moment_is_refused() {
        for text in [
            "hier",
            "2026",
            "2026-13-45T00:00:00",
            "2026-09-02/2026-09-01",
            "/",
            "a/b",
            "2026-09-01T08:00:00",
        ] {
            assert!(end(text).is_err(), "{text}");
        }
    }
}
