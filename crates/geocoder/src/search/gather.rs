//! Which streets are worth comparing letter by letter? Those of the area, sifted by signature; or,
//! with no area, those of the whole index by name, by word, then by signature.

use smallvec::SmallVec;

use super::compare::Ending;
use super::rank::{Found, Question};
use super::request::Completion;
use crate::distance::{Signature, Signatures};
use crate::geocoder::StreetRef;
use crate::index::global::CommuneRef;
use crate::index::segment::name_hash;
use crate::text::abbreviation::{is_article, is_type};

/// Streets of the likeliest area compared letter by letter after the sifting.
const SIFTED_NEAR: usize = 40;
/// Streets of the rest of the area compared so.
const SIFTED_FAR: usize = 72;
/// A name that costs more than this is more than a letter away from the one asked.
const ONE_EDIT: f32 = 1.3;
/// Letters from which a name may be looked for by likeness among all names; and while it is being typed.
const SHORTEST_SCANNED: usize = 3;
const SHORTEST_SCANNED_TYPING: usize = 10;
/// Streets of one name looked at in the whole index.
const SAME_NAME: usize = 1500;
/// The same while the text is being typed: five are shown, and the next letter asks again.
const SAME_NAME_TYPING: usize = 150;

/// Communes whose streets are looked at.
#[derive(Clone, Debug, Default)]
pub struct Area {
    communes: SmallVec<[CommuneRef; 32]>,
    /// Whole departments.
    segments: SmallVec<[u16; 2]>,
}

impl Area {
    /// The communes of the postcode, of the town's name and of the filters.
    pub(crate) fn of(question: &Question<'_, '_>) -> Self {
        if question.filters.has_area() {
            return Self::of_communes(question.filter_communes.iter().copied());
        }
        let reading = question.reading;
        let area = Self::of_communes(
            reading
                .postcode_communes
                .iter()
                .copied()
                .chain(reading.city.iter().map(|c| c.commune)),
        );
        if area.communes.is_empty() {
            return Self {
                communes: SmallVec::new(),
                segments: question.postcode_segment().into_iter().collect(),
            };
        }
        area
    }

    fn of_communes(communes: impl Iterator<Item = CommuneRef>) -> Self {
        let mut communes: SmallVec<[CommuneRef; 32]> = communes.collect();
        communes.sort_unstable();
        communes.dedup();
        Self {
            communes,
            segments: SmallVec::new(),
        }
    }

    /// The part of the area where the postcode is, when there is one, and the rest.
    pub(crate) fn near_and_far(&self, question: &Question<'_, '_>) -> (Self, Self) {
        let by_postcode = &question.reading.postcode_communes;
        if by_postcode.is_empty() || question.filters.has_area() {
            return (self.clone(), Self::default());
        }
        let (near, far): (SmallVec<[CommuneRef; 32]>, SmallVec<[CommuneRef; 32]>) = self
            .communes
            .iter()
            .copied()
            .partition(|c| by_postcode.contains(c));
        (
            Self {
                communes: near,
                segments: self.segments.clone(),
            },
            Self {
                communes: far,
                segments: SmallVec::new(),
            },
        )
    }

    /// Whether there is no area at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.communes.is_empty() && self.segments.is_empty()
    }

    /// The department of the postcode.
    pub(crate) fn wider(&self, question: &Question<'_, '_>) -> Option<Self> {
        if question.filters.has_area() || !self.segments.is_empty() {
            return None;
        }
        question.postcode_segment().map(|s| Self {
            communes: SmallVec::new(),
            segments: SmallVec::from_slice(&[s]),
        })
    }

    fn holds(&self, street: CommuneRef) -> bool {
        self.segments.contains(&street.segment) || self.communes.binary_search(&street).is_ok()
    }
}

/// Streets of the area with exactly this name.
pub(crate) fn exact(question: &Question<'_, '_>, area: &Area, found: &mut SmallVec<[Found; 64]>) {
    let view = question.view;
    let hash = name_hash(question.key().rest());
    for segment_index in 0..view.segment_count() {
        let segment = view.segment(segment_index);
        let mut among = |streets| {
            for street in segment.streets_of_hash_among(hash, streets) {
                let street = StreetRef {
                    segment: segment_index,
                    street,
                };
                push(question, street, found);
            }
        };
        if area.segments.contains(&segment_index) {
            among((0, u32::MAX));
            continue;
        }
        let here = area.communes.iter().filter(|c| c.segment == segment_index);
        for commune in here {
            among(segment.commune(u32::from(commune.commune)).streets);
        }
    }
}

fn push(question: &Question<'_, '_>, street: StreetRef, found: &mut SmallVec<[Found; 64]>) {
    let key = question.view.segment(street.segment).key(street.street);
    found.push(Found {
        street,
        closeness: question.compare(&key),
    });
}

/// Keeps the best of what is offered, by a rating of whole numbers.
struct Sieve {
    kept: Vec<(u32, StreetRef)>,
    most: usize,
    floor: u32,
}

impl Sieve {
    fn new(most: usize) -> Self {
        Self {
            kept: Vec::with_capacity(most * 2),
            most,
            floor: 0,
        }
    }

    #[inline]
    fn offer(&mut self, rating: u32, street: StreetRef) {
        if rating <= self.floor {
            return;
        }
        self.kept.push((rating, street));
        if self.kept.len() >= self.most * 2 {
            self.shrink();
        }
    }

    fn shrink(&mut self) {
        if self.kept.len() > self.most {
            self.kept
                .select_nth_unstable_by(self.most, |a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
            self.floor = self.kept.get(self.most).map_or(0, |k| k.0);
            self.kept.truncate(self.most);
        }
    }
}

/// Twice the shared bits over all bits, in 1/4096, without dividing.
struct Rating {
    signature: Signature,
    inverse: [u32; 129],
}

impl Rating {
    fn new(signature: Signature) -> Self {
        let weight = signature.weight();
        let inverse = std::array::from_fn(|other| (2 << 20) / (weight + other as u32).max(1));
        Self { signature, inverse }
    }

    #[inline]
    fn of(&self, other: Signature) -> u32 {
        (self.signature.shared(other)
            * self
                .inverse
                .get(other.weight() as usize)
                .copied()
                .unwrap_or(0))
            >> 8
    }
}

/// Rates names by their likeness to the question's, in any of the ways to read it.
struct Ratings(SmallVec<[(Rating, Rating); 4]>);

impl Ratings {
    fn new(question: &Question<'_, '_>) -> Self {
        Self(
            question
                .signatures()
                .iter()
                .map(|s| (Rating::new(s.letters), Rating::new(s.sound)))
                .collect(),
        )
    }

    #[inline]
    fn of(&self, other: Signatures) -> u32 {
        1 + self
            .0
            .iter()
            .map(|r| r.0.of(other.letters).max(r.1.of(other.sound)))
            .max()
            .unwrap_or(0)
    }
}

/// The streets of the area that resemble the name most.
pub(crate) fn scoped(
    question: &Question<'_, '_>,
    area: &Area,
    breadth: Breadth,
    found: &mut SmallVec<[Found; 64]>,
) {
    let view = question.view;
    let ratings = Ratings::new(question);
    let mut sieve = Sieve::new(match breadth {
        Breadth::Near => SIFTED_NEAR,
        Breadth::Far => SIFTED_FAR,
    });
    let mut sift = |segment: u16, streets: (u32, u32)| {
        for (i, signatures) in view.segment(segment).signatures(streets).enumerate() {
            sieve.offer(
                ratings.of(signatures),
                StreetRef {
                    segment,
                    street: streets.0 + i as u32,
                },
            );
        }
    };
    for &segment in &area.segments {
        sift(segment, (0, view.segment(segment).street_count()));
    }
    for commune in area
        .communes
        .iter()
        .filter(|c| !area.segments.contains(&c.segment))
    {
        sift(
            commune.segment,
            view.segment(commune.segment)
                .commune(commune.commune.into())
                .streets,
        );
    }
    sieve.shrink();
    for (_, street) in sieve.kept {
        push(question, street, found);
    }
    if question.ending == Ending::Open {
        beginnings(question, area, found);
    }
}

/// How wide an area is looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Breadth {
    /// Where the postcode is.
    Near,
    /// Where the town is, or the department.
    Far,
}

/// Streets of the area one of whose words starts as the name does: looked for street by street in an
/// area of a few towns, by the table of words in a larger one.
fn beginnings(question: &Question<'_, '_>, area: &Area, found: &mut SmallVec<[Found; 64]>) {
    let view = question.view;
    let core = question.key().core();
    let letters = core.as_slice();
    let streets = |c: &CommuneRef| view.segment(c.segment).commune(c.commune.into()).streets;
    let size: u32 = area.communes.iter().map(streets).map(|s| s.1 - s.0).sum();
    let mut left = 200;
    if area.segments.is_empty() && size <= 40_000 {
        for commune in &area.communes {
            let segment = view.segment(commune.segment);
            let (first, end) = streets(commune);
            for street in first..end {
                if left > 0 && segment.key(street).has_word_starting(letters) {
                    push(
                        question,
                        StreetRef {
                            segment: commune.segment,
                            street,
                        },
                        found,
                    );
                    left -= 1;
                }
            }
        }
        return;
    }
    let mut looked_at = 20_000;
    for name in view.names.with_words(letters, 400) {
        for street in view.names.streets(name).take(SAME_NAME) {
            let street = view.street_ref(street);
            let (_, commune) = view.segment(street.segment).street_area(street.street);
            if area.holds(CommuneRef {
                segment: street.segment,
                commune,
            }) {
                push(question, street, found);
                left -= 1;
            }
            looked_at -= 1;
            if left == 0 || looked_at == 0 {
                return;
            }
        }
    }
}

/// The streets of the whole index that bear the name or hold its words. Says whether some other name may be nearer:
/// then [`misspelt`] looks for it.
pub(crate) fn national(
    question: &Question<'_, '_>,
    found: &mut SmallVec<[Found; 64]>,
    best_yet: f32,
) -> bool {
    let view = question.view;
    let key = question.key();
    let mut names: SmallVec<[u32; 64]> = SmallVec::new();
    names.extend(view.names.find(key.rest()));
    names.extend(view.names.find(key.full()));
    let core = key.core();
    if question.ending == Ending::Open || names.is_empty() {
        names.extend(view.names.with_words(key.rest(), 40));
        names.extend(view.names.with_words(core.as_slice(), 40));
        names.extend(view.names.with_words(key.full(), 10));
        for (other, _) in question.comparers.iter().skip(1) {
            names.extend(view.names.with_words(other.key().rest(), 20));
        }
    }
    let mut good = closest(question, &names);
    if good > 1.2 && best_yet > 1.2 {
        // The longest words first: they say most.
        let mut words: SmallVec<[&[u8]; 12]> = key
            .rest_words()
            .filter(|w| w.len() > 3 && !is_article(w))
            .collect();
        words.sort_unstable_by_key(|w| std::cmp::Reverse(w.len()));
        for word in words.iter().take(3) {
            names.extend(view.names.with_words(word, 30));
        }
        good = closest(question, &names);
    }
    bearing(question, names, found);
    good > 0.8
}

/// The streets of the whole index whose name has a word like one of the question's, or else resembles the whole.
pub(crate) fn misspelt(
    question: &Question<'_, '_>,
    found: &mut SmallVec<[Found; 64]>,
    best_yet: f32,
) {
    // A type alone (`12 avenue`) is the beginning of a name.
    let is_type_alone = std::str::from_utf8(question.key().full()).is_ok_and(is_type);
    if best_yet <= ONE_EDIT || is_type_alone {
        return;
    }
    let view = question.view;
    let mut names: SmallVec<[u32; 64]> = SmallVec::new();
    corrected(question, &mut names);
    let is_worth_a_scan = match question.request.completion {
        Completion::Whole => question.key().rest().len() >= SHORTEST_SCANNED,
        // While the text is being typed, only when there is nothing else to show.
        Completion::Typing => {
            question.key().rest().len() >= SHORTEST_SCANNED_TYPING && best_yet.is_infinite()
        }
    };
    if is_worth_a_scan && closest(question, &names) > ONE_EDIT {
        let ratings = Ratings::new(question);
        let mut sieve = Sieve::new(96);
        for (i, signatures) in view.names.signatures().enumerate() {
            sieve.offer(
                ratings.of(signatures),
                StreetRef {
                    segment: 0,
                    street: i as u32,
                },
            );
        }
        sieve.shrink();
        names.extend(sieve.kept.iter().map(|k| k.1.street));
    }
    bearing(question, names, found);
}

/// The streets that bear these names, the nearest names first.
fn bearing(
    question: &Question<'_, '_>,
    mut names: SmallVec<[u32; 64]>,
    found: &mut SmallVec<[Found; 64]>,
) {
    let view = question.view;
    names.sort_unstable();
    names.dedup();
    let mut rated: Vec<(f32, u32)> = names.iter().map(|&n| (name_cost(question, n), n)).collect();
    rated.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let same_name = match question.request.completion {
        Completion::Typing => SAME_NAME_TYPING,
        Completion::Whole => SAME_NAME,
    };
    let mut left = 4 * same_name;
    let floor = rated.first().map_or(0.0, |r| r.0);
    for (letters, name) in rated {
        if letters > floor + 2.5 || left == 0 {
            break;
        }
        let most = if letters <= floor + 0.5 {
            same_name
        } else {
            50
        }
        .min(left);
        for street in view.names.streets(name).take(most) {
            left -= 1;
            push(question, view.street_ref(street), found);
        }
    }
}

/// A word of the name asked.
struct Asked<'q> {
    at: usize,
    letters: &'q [u8],
    ending: Ending,
    is_known: bool,
}

/// The names that have the question's words but for one, and for that one a word like it.
fn corrected(question: &Question<'_, '_>, names: &mut SmallVec<[u32; 64]>) {
    let view = question.view;
    let key = question.key();
    let rest = key.rest();
    let mut words: SmallVec<[Asked<'_>; 12]> = SmallVec::new();
    let mut at = 0;
    for letters in key.rest_words() {
        if letters.len() > 3 {
            let is_last = at + letters.len() == rest.len();
            let ending = if is_last {
                question.ending
            } else {
                Ending::Closed
            };
            words.push(Asked {
                at,
                letters,
                ending,
                is_known: match ending {
                    Ending::Closed => view.words.contains(letters),
                    Ending::Open => !view.names.with_words(letters, 1).is_empty(),
                },
            });
        }
        at += letters.len();
    }
    // A word that no name has is the likelier to be wrong; where there is one, the others are taken as right.
    words.sort_by_key(|word| (word.is_known, std::cmp::Reverse(word.letters.len())));
    let is_one_unknown = words.first().is_some_and(|word| !word.is_known);
    for word in words
        .iter()
        .take(2)
        .filter(|word| !(is_one_unknown && word.is_known))
    {
        let (before, after) = (
            rest.get(..word.at).unwrap_or_default(),
            rest.get(word.at + word.letters.len()..).unwrap_or_default(),
        );
        for like in view.words.like(word.letters, word.ending, 12) {
            let letters = [before, like, after].concat();
            names.extend(view.names.with_words(&letters, 10));
            names.extend(view.names.with_words(like, 30));
        }
    }
}

fn closest(question: &Question<'_, '_>, names: &[u32]) -> f32 {
    names
        .iter()
        .map(|&n| name_cost(question, n))
        .fold(f32::INFINITY, f32::min)
}

/// Edits to a name, its type left aside.
fn name_cost(question: &Question<'_, '_>, name: u32) -> f32 {
    let closeness = question.compare(&question.view.names.key(name));
    // Names of the index have no type here: what its absence costs is not the name's.
    closeness.letters
}
