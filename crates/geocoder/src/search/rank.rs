//! How likely is each place, everything considered? Costs are in edits: what is missing, wrong or
//! spelled otherwise adds to them, and the least cost comes first.

use smallvec::SmallVec;

use super::compare::{Closeness, Comparer, Ending, Types};
use super::request::{Completion, Filters, PlaceKind, Reason, SearchRequest};
use crate::distance::Signatures;
use crate::geocoder::{StreetRef, View};
use crate::index::global::{CommuneRef, communes_of_postcode};
use crate::index::segment::{Number, Segment, Street};
use crate::projection::LonLat;
use crate::query::{Asked, Reading, area};
use crate::source::territory::{WHOLE_CITIES, department_code, whole_city};
use crate::text::NameKey;

/// One reading of a request, prepared.
#[derive(Debug)]
pub(crate) struct Question<'a, 'v> {
    pub(crate) view: &'v View<'a>,
    pub(crate) request: &'v SearchRequest<'v>,
    pub(crate) filters: Filters<'v>,
    pub(crate) reading: &'v Reading,
    /// The ways to read the street's name, the plain one first, and what each costs.
    pub(crate) comparers: SmallVec<[(Comparer, f32); 3]>,
    pub(crate) ending: Ending,
    /// Communes that pass the filters of place, when there are some.
    pub(crate) filter_communes: SmallVec<[CommuneRef; 32]>,
    filter_postcode: Option<u32>,
}

/// A street and how its name compares.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub(crate) street: StreetRef,
    pub(crate) closeness: Closeness,
}

/// What a candidate is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Street(StreetRef),
    Number(StreetRef, u32),
    Commune(CommuneRef),
    /// Paris, Lyon or Marseille as a whole, by one of its arrondissements.
    WholeCity(CommuneRef),
}

/// A place that may be meant.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) place: Place,
    pub(crate) cost: f32,
    pub(crate) importance: f32,
    pub(crate) reasons: SmallVec<[Reason; 4]>,
    pub(crate) distance_m: Option<f64>,
    /// Letters of the street's name asked, to judge a cost by.
    pub(crate) name_len: u8,
}

impl<'a, 'v> Question<'a, 'v> {
    pub(crate) fn new(
        view: &'v View<'a>,
        request: &'v SearchRequest<'v>,
        reading: &'v Reading,
    ) -> Self {
        let filters = request.filters;
        let ending = if request.completion == Completion::Typing && reading.street_is_last {
            Ending::Open
        } else {
            Ending::Closed
        };
        let mut out = Self {
            view,
            request,
            filters,
            reading,
            comparers: SmallVec::new(),
            ending,
            filter_communes: SmallVec::new(),
            filter_postcode: filters.postcode.and_then(|p| p.trim().parse().ok()),
        };
        out.comparers.push((Comparer::new(reading.street), 0.0));
        if let Some(guessed) = reading.street.with_guessed_type() {
            out.comparers.push((Comparer::new(guessed), 0.4));
        }
        if let Some(raw) = reading.raw_street {
            out.comparers.push((Comparer::new(raw), 0.15));
        }
        if let Some(parted) = reading.parted_street {
            out.comparers.push((Comparer::new(parted), 0.1));
        }
        if filters.has_area() {
            out.filter_communes = out.filtered();
        }
        out
    }

    /// Communes that pass the filters of place.
    fn filtered(&self) -> SmallVec<[CommuneRef; 32]> {
        let view = self.view;
        let mut sets: SmallVec<[SmallVec<[CommuneRef; 32]>; 3]> = SmallVec::new();
        if self.filters.postcode.is_some() {
            sets.push(
                self.filter_postcode
                    .map(|p| communes_of_postcode(view.postcodes, p).collect())
                    .unwrap_or_default(),
            );
        }
        if let Some(code) = self.filters.citycode {
            let code = code.trim();
            let mut set: SmallVec<[CommuneRef; 32]> =
                view.commune_of_code(code).into_iter().collect();
            if let Some(segment) = view.segment_of_department(department_code(code)) {
                let s = view.segment(segment);
                set.extend(
                    (0..s.commune_count())
                        .filter(|&c| {
                            whole_city(s.commune(c).citycode)
                                .is_some_and(|(whole, _)| whole == code)
                        })
                        .map(|c| CommuneRef {
                            segment,
                            commune: c as u16,
                        }),
                );
            }
            sets.push(set);
        }
        if let Some(name) = self.filters.city {
            sets.push(
                area::exact(view, &NameKey::of_name(name))
                    .iter()
                    .map(|c| c.commune)
                    .collect(),
            );
        }
        let mut all = sets.pop().unwrap_or_default();
        for set in sets {
            all.retain(|c| set.contains(c));
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The department a postcode is of, known or not.
    pub(crate) fn postcode_segment(&self) -> Option<u16> {
        let postcode = self.reading.postcode?;
        if let Some(c) = self.reading.postcode_communes.first() {
            return Some(c.segment);
        }
        let text = format!("{postcode:05}");
        let corsica = if postcode >= 20_200 { "2B" } else { "2A" };
        self.view.segment_of_department(if text.starts_with("20") {
            corsica
        } else {
            department_code(&text)
        })
    }

    /// The plain way to read the name.
    pub(crate) fn key(&self) -> &NameKey {
        self.comparers
            .first()
            .map_or(&self.reading.street, |c| c.0.key())
    }

    /// The best comparison of a name over the ways to read the question's.
    pub(crate) fn compare(&self, other: &NameKey) -> Closeness {
        let mut best: Option<Closeness> = None;
        for (comparer, extra) in &self.comparers {
            let mut found = comparer.compare(other, self.ending);
            found.cost += extra;
            if best.is_none_or(|b| found.cost < b.cost) {
                best = Some(found);
            }
            if *extra == 0.0 && found.cost < 0.3 {
                break;
            }
        }
        best.unwrap_or(Closeness {
            cost: f32::INFINITY,
            letters: f32::INFINITY,
            types: Types::Same,
            is_partial: false,
        })
    }

    /// Signatures of the ways to read the name, and of the whole of it when its type may belong to it.
    pub(crate) fn signatures(&self) -> SmallVec<[Signatures; 4]> {
        let mut out: SmallVec<[Signatures; 4]> = SmallVec::new();
        for (comparer, _) in &self.comparers {
            out.push(Signatures::of(comparer.key().rest()));
        }
        let key = self.key();
        if key.type_len() > 0 && !matches!(key.street_type(), b"rue" | b"avenue" | b"boulevard") {
            out.push(Signatures::of(key.full()));
        }
        out
    }

    fn bias_cost(&self, at: LonLat) -> (f32, Option<f64>) {
        match self.request.bias {
            None => (0.0, None),
            Some(center) => {
                let d = center.distance_m(at);
                (-0.35 * (-(d / 50_000.0).powi(2)).exp() as f32, Some(d))
            }
        }
    }

    /// Cost of a commune and postcode beside the ones asked.
    fn area_cost(
        &self,
        commune: CommuneRef,
        postcode: u32,
        reasons: &mut SmallVec<[Reason; 4]>,
    ) -> f32 {
        let reading = self.reading;
        let mut cost = 0.0;
        let mut postcode_differs = false;
        if let Some(asked) = reading.postcode
            && asked != postcode
        {
            if reading.postcode_communes.contains(&commune) {
                cost += 0.15;
            } else {
                postcode_differs = true;
                let is_known = !reading.postcode_communes.is_empty();
                let same_department = self.postcode_segment() == Some(commune.segment);
                cost += match (is_known, same_department) {
                    (false, true) => 0.2,
                    (true, true) => super::WRONG_POSTCODE,
                    _ => 2.2,
                };
                if is_known || !same_department {
                    reasons.push(Reason::OtherPostcode);
                }
            }
        }
        if !reading.city.is_empty() {
            match reading.city.iter().find(|c| c.commune == commune) {
                Some(c) if c.cost > 0.0 => {
                    cost += 0.3 * c.cost;
                    reasons.push(Reason::CitySpelledOtherwise);
                }
                Some(_) => {}
                None => {
                    cost += if postcode_differs { 3.0 } else { 1.7 };
                    reasons.push(Reason::OtherCity);
                }
            }
        } else if reading.unknown_city {
            cost += 0.6;
            reasons.push(Reason::UnknownCity);
        }
        cost
    }
}

/// Most numbers away at which the nearest one still stands for the one asked.
const NEAR_NUMBER: u32 = 30;

/// Ranks streets: the number asked, the area, the type.
pub(crate) fn streets(
    question: &Question<'_, '_>,
    found: &[Found],
    candidates: &mut Vec<Candidate>,
) {
    let view = question.view;
    let worst = candidates
        .iter()
        .map(|c| c.cost)
        .fold(f32::INFINITY, f32::min)
        + 6.0;
    for f in found {
        if f.closeness.cost + question.reading.prior > worst {
            continue;
        }
        // What shares less than half its letters with the name asked is no answer to it.
        let name_len = question.reading.street.rest().len() as f32;
        if f.closeness.letters > 0.5 * name_len + 0.6 {
            continue;
        }
        let segment = view.segment(f.street.segment);
        let street = segment.street(f.street.street);
        let commune = CommuneRef {
            segment: f.street.segment,
            commune: street.commune,
        };
        if question.filters.has_area() && !question.filter_communes.contains(&commune) {
            continue;
        }
        if let Some(p) = question.filter_postcode
            && street.postcode != p
        {
            continue;
        }
        let mut reasons: SmallVec<[Reason; 4]> = SmallVec::new();
        let mut cost = f.closeness.cost + question.reading.prior;
        if f.closeness.is_partial {
            reasons.push(Reason::PartOfTheName);
        } else if f.closeness.letters > 0.0 && question.ending == Ending::Closed {
            reasons.push(Reason::StreetSpelledOtherwise);
        }
        match f.closeness.types {
            Types::Same => {}
            Types::Missing => reasons.push(Reason::NoStreetType),
            Types::Other => reasons.push(Reason::OtherStreetType),
        }
        cost += question.area_cost(commune, street.postcode, &mut reasons);
        let (place, number_cost, at) = number(question, &segment, &street, f.street, &mut reasons);
        cost += number_cost;
        let is_number = matches!(place, Place::Number(..));
        let kind = match (is_number, street.is_place) {
            (true, _) => PlaceKind::HouseNumber,
            (false, true) => PlaceKind::Locality,
            (false, false) => PlaceKind::Street,
        };
        let place = match question.filters.kind {
            None => place,
            Some(wanted) if wanted == kind => place,
            // A street is asked and the text has a number: the street it is in.
            Some(PlaceKind::Street) if !street.is_place => Place::Street(f.street),
            Some(PlaceKind::Locality) if street.is_place => Place::Street(f.street),
            Some(_) => continue,
        };
        let (bias, distance_m) = question.bias_cost(at);
        candidates.push(Candidate {
            place,
            cost: cost + bias,
            importance: street.importance,
            reasons,
            distance_m,
            name_len: question.reading.street.rest().len() as u8,
        });
    }
}

fn number(
    question: &Question<'_, '_>,
    segment: &Segment<'_>,
    street: &Street<'_>,
    at: StreetRef,
    reasons: &mut SmallVec<[Reason; 4]>,
) -> (Place, f32, LonLat) {
    let whole = (
        Place::Street(at),
        LonLat::from_e7(street.lon_e7, street.lat_e7),
    );
    let Some(asked) = &question.reading.number else {
        return (whole.0, 0.0, whole.1);
    };
    if street.numbers.0 == street.numbers.1 {
        reasons.push(Reason::NoSuchNumber);
        return (whole.0, 1.7, whole.1);
    }
    if let Some((number, cost)) = same_number(segment, street, asked) {
        if cost > 0.0 {
            reasons.push(Reason::OtherSuffix);
        }
        return (
            Place::Number(at, number.index),
            cost,
            LonLat::from_e7(number.lon_e7, number.lat_e7),
        );
    }
    let nearest = nearest_number(segment, street, asked.number);
    if let Some(n) = nearest.filter(|n| n.number.abs_diff(asked.number) <= NEAR_NUMBER) {
        reasons.push(Reason::NearestNumber);
        let gap = n.number.abs_diff(asked.number).min(20) as f32;
        (
            Place::Number(at, n.index),
            1.45 + 0.01 * gap,
            LonLat::from_e7(n.lon_e7, n.lat_e7),
        )
    } else {
        reasons.push(Reason::NoSuchNumber);
        (whole.0, 1.8, whole.1)
    }
}

/// How well a suffix answers the one asked; nothing when it is another.
fn suffix_cost(asked: &str, own: &str) -> Option<f32> {
    if asked == own {
        return Some(0.0);
    }
    let short = |s: &str| match s {
        "bis" => "b",
        "ter" => "t",
        "quater" => "q",
        "quinquies" => "c",
        "sexies" => "s",
        _ => "",
    };
    // `12 b` and `12 bis` are one address unless the street has both.
    if !asked.is_empty() && !own.is_empty() && (short(asked) == own || asked == short(own)) {
        return Some(0.04);
    }
    if asked == "quater" && own == "qua" || asked == "quinquies" && own == "qui" {
        return Some(0.04);
    }
    None
}

fn same_number(segment: &Segment<'_>, street: &Street<'_>, asked: &Asked) -> Option<(Number, f32)> {
    let first = segment.lower_bound(street, asked.number);
    let mut best: Option<(Number, f32)> = None;
    for index in first..street.numbers.1 {
        let n = segment.number(index);
        if n.number != asked.number {
            break;
        }
        let own = segment.suffix(n.suffix);
        let cost = suffix_cost(&asked.suffix, own).unwrap_or(if own.is_empty() {
            if asked.suffix_is_sure { 0.5 } else { 0.25 }
        } else if asked.suffix.is_empty() {
            0.3 + 0.001 * index.saturating_sub(first) as f32
        } else {
            0.6
        });
        if best.is_none_or(|b| cost < b.1) {
            best = Some((n, cost));
        }
    }
    best
}

/// The nearest number, on the same side of the street when one is as near.
fn nearest_number(segment: &Segment<'_>, street: &Street<'_>, asked: u32) -> Option<Number> {
    let at = segment.lower_bound(street, asked);
    let (from, to) = (
        at.saturating_sub(8).max(street.numbers.0),
        at.saturating_add(8).min(street.numbers.1),
    );
    (from..to).map(|i| segment.number(i)).min_by_key(|n| {
        (
            n.number.abs_diff(asked) + 4 * u32::from(n.number % 2 != asked % 2),
            n.index,
        )
    })
}

/// Adds the communes the question may mean: those named, alone or for want of a street.
pub(crate) fn communes(question: &Question<'_, '_>, candidates: &mut Vec<Candidate>) {
    let reading = question.reading;
    if matches!(question.filters.kind, Some(k) if k != PlaceKind::Municipality) {
        return;
    }
    let is_alone = reading.street.is_empty();
    let street_cost = if is_alone {
        0.0
    } else {
        3.2 + 0.2 * reading.street.rest().len().min(12) as f32
    };
    let mut named: SmallVec<[(CommuneRef, f32); 32]> = reading
        .city
        .iter()
        .map(|c| (c.commune, 0.6 * c.cost))
        .collect();
    if named.is_empty() {
        named.extend(reading.postcode_communes.iter().map(|&c| (c, 0.2)));
    } else if reading.postcode.is_some() {
        for c in &mut named {
            if !reading.postcode_communes.contains(&c.0) {
                c.1 += 1.3;
            }
        }
    }
    for (commune, cost) in named {
        add_commune(
            question,
            commune,
            cost + street_cost + reading.prior,
            candidates,
        );
    }
    // The street's words may be a town's, whole or begun.
    if !is_alone && reading.city.is_empty() && reading.number.is_none() {
        let key = reading.street;
        for c in area::exact(question.view, &key) {
            add_commune(question, c.commune, reading.prior, candidates);
        }
        if question.ending == Ending::Open {
            for c in area::beginning(question.view, &key, 20) {
                add_commune(
                    question,
                    c.commune,
                    0.05 + 0.6 * c.cost + reading.prior,
                    candidates,
                );
            }
        }
        if key.full().len() >= 4 && !question.view.places.contains(key.full()) {
            for c in area::near(question.view, &key).iter().take(20) {
                add_commune(
                    question,
                    c.commune,
                    0.3 + c.cost + reading.prior,
                    candidates,
                );
            }
        }
    }
}

fn add_commune(
    question: &Question<'_, '_>,
    commune: CommuneRef,
    cost: f32,
    candidates: &mut Vec<Candidate>,
) {
    let segment = question.view.segment(commune.segment);
    let c = segment.commune(commune.commune.into());
    if question.filters.has_area() && !question.filter_communes.contains(&commune) {
        return;
    }
    if c.lon_e7 == 0 && c.lat_e7 == 0 && WHOLE_CITIES.iter().all(|w| *w != c.citycode) {
        // No file said where it is: a point in the ocean would be a wrong answer.
        return;
    }
    // A city with arrondissements answers as one, unless one of them was asked.
    let whole = whole_city(c.citycode)
        .filter(|_| question.reading.postcode.is_none() && question.reading.city.len() != 1);
    let is_whole = whole.is_some();
    if is_whole
        && candidates
            .iter()
            .any(|c| matches!(c.place, Place::WholeCity(r) if r.segment == commune.segment))
    {
        return;
    }
    if let Some((code, _)) = whole
        && question
            .view
            .commune_of_code(code)
            .is_some_and(|r| candidates.iter().any(|c| c.place == Place::Commune(r)))
    {
        return;
    }
    let (bias, distance_m) = question.bias_cost(LonLat::from_e7(c.lon_e7, c.lat_e7));
    candidates.push(Candidate {
        place: if is_whole {
            Place::WholeCity(commune)
        } else {
            Place::Commune(commune)
        },
        cost: cost + bias,
        importance: commune_importance(c.population.max(if is_whole { 500_000 } else { 0 })),
        reasons: SmallVec::new(),
        distance_m,
        name_len: question
            .reading
            .city_key
            .full()
            .len()
            .max(question.reading.street.full().len()) as u8,
    });
}

/// Importance of a commune, from its inhabitants.
pub(crate) fn commune_importance(population: u32) -> f32 {
    (((f64::from(population) / 3.0).ln_1p() / 20.0) as f32 + 0.15).min(1.0)
}

/// Least cost first; then importance, then the order of the index.
pub(crate) fn sort(candidates: &mut [Candidate]) {
    let value = |c: &Candidate| c.cost - 0.12 * c.importance;
    candidates.sort_by(|a, b| {
        value(a)
            .total_cmp(&value(b))
            .then_with(|| order(a.place).cmp(&order(b.place)))
    });
}

fn order(place: Place) -> (u8, u16, u32, u32) {
    match place {
        Place::WholeCity(c) => (0, c.segment, c.commune.into(), 0),
        Place::Commune(c) => (1, c.segment, c.commune.into(), 0),
        Place::Street(s) => (2, s.segment, s.street, 0),
        Place::Number(s, n) => (2, s.segment, s.street, n + 1),
    }
}

/// Keeps the first of each place.
pub(crate) fn drop_repeated(candidates: &mut Vec<Candidate>) {
    let mut seen: std::collections::HashSet<(u8, u16, u32, u32)> =
        std::collections::HashSet::with_capacity(candidates.len());
    candidates.retain(|c| seen.insert(order(c.place)));
}
