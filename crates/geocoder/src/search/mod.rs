//! Which places does this text mean, the likeliest first?

pub mod compare;
pub mod gather;
pub mod hit;
pub mod rank;
pub mod request;
pub mod score;

pub use hit::Hit;
pub use request::{Completion, Filters, PlaceKind, Reason, SearchRequest};

use smallvec::SmallVec;

use crate::geocoder::{Geocoder, View};
use crate::query::{self, Reading};
use rank::{Candidate, Found, Question};

/// What another postcode of the same department costs, in edits.
pub(crate) const WRONG_POSTCODE: f32 = 1.3;
/// A cost under which nothing better is looked for, in edits.
const GOOD: f32 = 0.8;
/// A cost past which an answer is no answer.
const HOPELESS: f32 = 9.0;

impl<D: AsRef<[u8]> + Send + Sync> Geocoder<D> {
    /// The places a text means, the likeliest first; empty when nothing resembles it.
    pub fn search(&self, request: &SearchRequest<'_>) -> Vec<Hit> {
        search(&self.view(), request)
    }

    /// Whether some commune bears this name (the `city` filter refuses the others).
    pub fn knows_city(&self, name: &str) -> bool {
        let key = crate::text::NameKey::of_name(name);
        !key.is_empty() && self.view().places.contains(key.full())
    }
}

fn search(view: &View<'_>, request: &SearchRequest<'_>) -> Vec<Hit> {
    let readings = query::read(view, request.text, request.completion);
    let mut candidates: Vec<Candidate> = Vec::new();
    let mut unsure: SmallVec<[&Reading; 8]> = SmallVec::new();
    for (place, reading) in readings.iter().enumerate() {
        let question = Question::new(view, request, reading);
        if answer(&question, &mut candidates) == Certainty::MayBeMisspelt {
            unsure.push(reading);
        }
        let best = least(&candidates);
        let next = readings.get(place + 1).map_or(f32::INFINITY, |r| r.prior);
        if best <= next.max(GOOD) && request.limit == 1 || best <= next {
            break;
        }
    }
    // Dear, so only once every way to read the text has been tried.
    for reading in unsure {
        let question = Question::new(view, request, reading);
        let mut streets: SmallVec<[Found; 64]> = SmallVec::new();
        gather::misspelt(&question, &mut streets, least(&candidates) - reading.prior);
        rank::streets(&question, &streets, &mut candidates);
    }
    rank::sort(&mut candidates);
    rank::drop_repeated(&mut candidates);
    let wanted = request.limit.clamp(1, 100).max(2);
    candidates.truncate(wanted);
    let best = candidates.first().map_or(HOPELESS, |c| c.cost);
    candidates.retain(|c| c.cost < HOPELESS && c.cost <= best + 6.0);
    hit::hits(view, request, &candidates)
}

/// The cost of the best candidate.
fn least(candidates: &[Candidate]) -> f32 {
    candidates
        .iter()
        .map(|c| c.cost)
        .fold(f32::INFINITY, f32::min)
}

/// Whether a reading has been looked for in every way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Certainty {
    /// Nothing better is left to find.
    Settled,
    /// A name spelled otherwise, anywhere in the index, may be nearer.
    MayBeMisspelt,
}

/// Adds the candidates of one reading.
fn answer(question: &Question<'_, '_>, candidates: &mut Vec<Candidate>) -> Certainty {
    let reading: &Reading = question.reading;
    rank::communes(question, candidates);
    if reading.street.is_empty() || matches!(question.filters.kind, Some(PlaceKind::Municipality)) {
        return Certainty::Settled;
    }
    // What another reading found, to be beaten by what this one starts with.
    let other_reading = least(candidates) - reading.prior;
    let area = gather::Area::of(question);
    let mut streets: SmallVec<[Found; 64]> = SmallVec::new();
    let before = candidates.len();
    let best = |candidates: &[Candidate]| least(&candidates[before..]);
    if !area.is_empty() {
        gather::exact(question, &area, &mut streets);
        rank::streets(question, &streets, candidates);
        if best(candidates) < 0.1 && is_satisfied(question) {
            return Certainty::Settled;
        }
        let (near, far) = area.near_and_far(question);
        let mut look = |area: &gather::Area, breadth, candidates: &mut Vec<Candidate>| {
            streets.clear();
            gather::scoped(question, area, breadth, &mut streets);
            rank::streets(question, &streets, candidates);
        };
        look(&near, gather::Breadth::Near, candidates);
        // What is elsewhere costs its postcode: it is not looked for when it could not win.
        if best(candidates) > WRONG_POSTCODE && !far.is_empty() {
            look(&far, gather::Breadth::Far, candidates);
        }
        if best(candidates) <= 2.6 {
            return Certainty::Settled;
        }
        // The postcode or the town may be wrong: the whole department, then everything.
        if let Some(wider) = area.wider(question) {
            look(&wider, gather::Breadth::Far, candidates);
        }
        if best(candidates) <= 3.5 {
            return Certainty::Settled;
        }
    }
    if !question.filters.has_area() {
        streets.clear();
        let to_beat = best(candidates).min(other_reading);
        let may_be_misspelt = gather::national(question, &mut streets, to_beat);
        rank::streets(question, &streets, candidates);
        if may_be_misspelt {
            return Certainty::MayBeMisspelt;
        }
    }
    Certainty::Settled
}

/// Whether exact answers are enough, with no need to look for their like.
fn is_satisfied(question: &Question<'_, '_>) -> bool {
    question.request.limit <= 2
}
