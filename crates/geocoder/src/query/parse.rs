//! Which words are the number, the postcode, the commune, the street, and which name nothing?

use smallvec::SmallVec;

use super::area::{self, MOST_WORDS, NamedCommunes};
use crate::geocoder::View;
use crate::index::global::CommuneRef;
use crate::search::Completion;
use crate::text::abbreviation::{glued_type, is_article, is_type, noise, street_type};
use crate::text::{NameKey, Words, numeral};

/// The house number asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// The number.
    pub number: u32,
    /// What followed it: `bis`, `b`, `p1`; empty when nothing.
    pub suffix: String,
    /// Whether what followed may as well be a word of the street (`12 a rue`, `12 l eglise`).
    pub suffix_is_sure: bool,
    /// The second number of a range.
    pub until: Option<u32>,
}

/// One way to read a question.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// House number.
    pub number: Option<Asked>,
    /// Street, ready to be compared.
    pub street: NameKey,
    /// The street's words without any abbreviation spelled out, when that differs.
    pub raw_street: Option<NameKey>,
    /// The street's words parted where figures or numerals are glued to them, when some are.
    pub parted_street: Option<NameKey>,
    /// Postcode as a number, known or not.
    pub postcode: Option<u32>,
    /// Communes of the postcode; empty when no commune has it.
    pub postcode_communes: SmallVec<[CommuneRef; 24]>,
    /// Communes named.
    pub city: NamedCommunes,
    /// Words that could be a commune and are none known.
    pub unknown_city: bool,
    /// The words of the commune.
    pub city_key: NameKey,
    /// Whether the street's words are the last of the question, so that the last may be unfinished.
    pub street_is_last: bool,
    /// How unlikely this reading is beside the first, in edits.
    pub prior: f32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Role {
    Free,
    Noise,
    Postcode,
}

/// The ways to read a question, the likeliest first; at least one.
pub(crate) fn read(view: &View<'_>, text: &str, completion: Completion) -> SmallVec<[Reading; 4]> {
    let mut words = Words::new(text);
    split_glued(&mut words);
    let mut reader = Reader {
        view,
        roles: SmallVec::from_elem(Role::Free, words.len()),
        words,
        postcode: None,
        cedex: None,
    };
    reader.mark_noise();
    reader.find_postcode();
    let mut readings = reader.readings();
    if completion == Completion::Typing && reader.postcode.is_none() {
        readings.extend(reader.begun_city());
    }
    readings
}

/// Parts figures from the letters they are glued to: `12rue`, `12bisrue`, `haies75020`.
fn split_glued(words: &mut Words) {
    let mut i = 0;
    while i < words.len() {
        let word = words.get(i).to_owned();
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let tail = &word[digits..];
        let is_letters = !tail.is_empty() && tail.bytes().all(|b| b.is_ascii_alphabetic());
        let suffix_then_type = |tail: &str| {
            ["quater", "bis", "ter"]
                .into_iter()
                .chain(tail.get(..1))
                .find(|s| {
                    tail.strip_prefix(*s).is_some_and(|t| {
                        is_type(t) || glued_type(t).is_some() || matches!(t, "rond" | "grande")
                    })
                })
                .map(str::len)
        };
        if digits > 0
            && is_letters
            && let Some(len) = suffix_then_type(tail).filter(|_| !is_type(tail))
        {
            words.split(i, digits + len);
        } else if digits == 0
            && i > 0
            && starts_number(words.get(i - 1))
            && !is_type(&word)
            && glued_type(&word).is_none()
            && let Some(len) = suffix_then_type(&word)
        {
            words.split(i, len);
        } else if digits > 0 && !tail.is_empty() {
            if digits == 5 && tail.bytes().all(|b| b.is_ascii_alphabetic()) {
                words.split(i, digits);
            } else if digits < 5
                && tail.len() >= 3
                && tail.bytes().all(|b| b.is_ascii_alphabetic())
                && !is_suffix(tail)
                && !numeral::is_ordinal_ending(tail)
            {
                words.split(i, digits);
                if let Some(s) = ["quater", "bis", "ter"].iter().find(|s| {
                    tail.starts_with(**s)
                        && tail.len() >= s.len() + 3
                        && street_type_or_self(&tail[s.len()..])
                }) {
                    words.split(i + 1, s.len());
                }
            }
        } else if digits == 0 {
            let letters = word.bytes().take_while(u8::is_ascii_alphabetic).count();
            let figures = word.len() - letters;
            if letters >= 2
                && (figures == 5 || (figures > 0 && letters >= 4))
                && word[letters..].bytes().all(|b| b.is_ascii_digit())
            {
                words.split(i, letters);
            }
        }
        i += 1;
    }
}

fn street_type_or_self(word: &str) -> bool {
    is_type(word) || street_type(word).is_some() || word.len() >= 3
}

fn is_suffix(word: &str) -> bool {
    matches!(
        word,
        "bis" | "ter" | "quater" | "quinquies" | "sexies" | "septies" | "octies"
    )
}

struct Reader<'a, 'v> {
    view: &'v View<'a>,
    words: Words,
    roles: SmallVec<[Role; 32]>,
    /// Place of the postcode's last word and its value.
    postcode: Option<(usize, u32)>,
    cedex: Option<u32>,
}

impl Reader<'_, '_> {
    fn word(&self, i: usize) -> &str {
        self.words.get(i)
    }

    fn is_figure(&self, i: usize) -> bool {
        let w = self.word(i);
        !w.is_empty() && w.bytes().all(|b| b.is_ascii_digit())
    }

    /// Marks buildings, floors, boxes: words that name no street.
    fn mark_noise(&mut self) {
        let words = self.words.clone();
        let n = words.len();
        for i in 0..n {
            if self.roles[i] != Role::Free {
                continue;
            }
            let word = words.get(i);
            let next = words.get(i + 1);
            let before = if i > 0 { words.get(i - 1) } else { "" };
            let follows_name = is_article(before.as_bytes()) && before != "et" && before != "a"
                || is_type(before)
                || street_type(before).is_some() && before.len() > 1;
            let next_is_mark = next.len() <= 2 && !next.is_empty() && !is_article(next.as_bytes())
                || (next.len() <= 5 && next.starts_with(|c: char| c.is_ascii_digit()))
                || matches!(next, "a" | "d" | "l");
            if noise(word).is_none() {
                continue;
            }
            let (own, with_next) = match word {
                "bp" | "cs" | "tsa" | "cidex" => {
                    (next.starts_with(|c: char| c.is_ascii_digit()), true)
                }
                "cedex" => (true, self.is_figure(i + 1) && next.len() <= 2),
                "batiment" | "bat" | "appartement" | "appt" | "apt" | "appart" | "logement"
                | "interphone" | "digicode" | "immeuble" | "imm" | "bati" | "bt" | "lgt"
                | "studio" => (!follows_name, next_is_mark),
                "etage" | "etg" => {
                    let previous_is_rank =
                        i > 0 && (numeral::value(before).is_some() || before == "rez");
                    if previous_is_rank {
                        self.roles[i - 1] = Role::Noise;
                    }
                    (
                        previous_is_rank || self.is_figure(i + 1),
                        !previous_is_rank && self.is_figure(i + 1),
                    )
                }
                "rdc" | "droite" | "gauche" | "dte" | "gche" => (!follows_name && i > 0, false),
                "france" => (i + 1 == n && i > 0 && !follows_name, false),
                "postale" => (before == "boite", false),
                "boite" if next == "postale" => (true, true),
                "porte" | "pte" | "tour" | "lot" | "lotissement" | "hall" | "escalier" | "esc"
                | "entree" | "bloc" | "code" | "niveau" | "niv" | "cage" | "aile" | "ilot"
                | "box" | "case" | "casier" | "bal" | "boite" | "local" | "bureau" | "bur"
                | "chambre" | "app" => (
                    !follows_name && next_is_mark && !self.street_follows(i + 1),
                    true,
                ),
                _ => (false, false),
            };
            if own {
                self.roles[i] = Role::Noise;
                if word == "cedex" && with_next {
                    self.cedex = next.parse().ok();
                }
                if with_next && i + 1 < n {
                    self.roles[i + 1] = Role::Noise;
                    if word == "boite" && self.is_figure(i + 2) {
                        self.roles[i + 2] = Role::Noise;
                    }
                }
            }
        }
        if self.roles.iter().all(|r| *r == Role::Noise) {
            self.roles.fill(Role::Free);
        }
    }

    /// Whether a street type comes after this word, so that it is a house number.
    fn street_follows(&self, i: usize) -> bool {
        let next = self.word(i + 1);
        let is_door = matches!(next, "porte" | "pte" | "esc" | "escalier") && self.is_figure(i + 2);
        self.is_figure(i) && !is_door && (is_type(next) || street_type(next).is_some())
    }

    fn find_postcode(&mut self) {
        let n = self.words.len();
        let known = |code: u32| !area::of_postcode(self.view, code).is_empty();
        let mut best: Option<(usize, usize, u32, bool)> = None;
        for i in 0..n {
            if self.roles[i] != Role::Free || !self.is_figure(i) {
                continue;
            }
            let word = self.word(i);
            let candidate = if word.len() == 5 {
                word.parse().ok().map(|c| (i, c))
            } else if word.len() < 5
                && self.is_figure(i + 1)
                && word.len() + self.word(i + 1).len() == 5
                && self.roles.get(i + 1) == Some(&Role::Free)
            {
                format!("{word}{}", self.word(i + 1))
                    .parse()
                    .ok()
                    .filter(|&c| known(c))
                    .map(|c| (i + 1, c))
            } else if word.len() == 4 && i > 0 && !self.ends_a_date(i) {
                // A spreadsheet took the leading zero away.
                word.parse()
                    .ok()
                    .filter(|&c| known(c) && c < 10_000)
                    .map(|c| (i, c))
            } else {
                None
            };
            if let Some((last, code)) = candidate {
                let is_known = known(code);
                let is_sure = word.len() == 5;
                if best.is_none_or(|b| (is_known && (is_sure || !b.3)) || (!b.3 && is_sure)) {
                    best = Some((i, last, code, is_known));
                }
            }
        }
        if let Some((first, last, code, _)) = best {
            self.roles[first..=last].fill(Role::Postcode);
            self.postcode = Some((last, code));
            if first > 0 && matches!(self.word(first - 1), "f" | "fr") {
                self.roles[first - 1] = Role::Noise;
            }
        }
    }

    /// Whether this word is the year of `8 mai 1945`, the month spelled right or not.
    fn ends_a_date(&self, i: usize) -> bool {
        let is_year = self
            .word(i)
            .parse()
            .is_ok_and(|year: u32| (1700..2100).contains(&year));
        let day = i.checked_sub(2).map_or("", |d| self.word(d));
        let month = self.word(i - 1);
        is_year
            && (is_month(month)
                || numeral::value(day).is_some_and(|d| (1..=31).contains(&d))
                    && month.bytes().all(|b| b.is_ascii_alphabetic())
                    && !is_type(month))
    }

    fn free(&self, roles: &[Role]) -> SmallVec<[usize; 32]> {
        (0..self.words.len())
            .filter(|&i| roles.get(i) == Some(&Role::Free))
            .collect()
    }

    fn key(&self, indices: &[usize]) -> NameKey {
        NameKey::of_words(indices.iter().map(|&i| self.word(i)))
    }

    /// Whether these words hold nothing a street could be known by.
    fn names_nothing(&self, indices: &[usize]) -> bool {
        let mut seen_type = false;
        indices.iter().enumerate().all(|(place, &i)| {
            let w = self.word(i);
            let is_kind = is_type(w) || street_type(w).is_some();
            seen_type |= is_kind;
            is_kind
                || is_article(w.as_bytes())
                || (place < 3
                    && !seen_type
                    && (is_suffix(w) || w.len() == 1 || w.as_bytes()[0].is_ascii_digit()))
        })
    }

    /// The commune these words open or end with: how many words, and the communes.
    fn city_of(
        &self,
        indices: &[usize],
        at_end: bool,
        mut accept: impl FnMut(usize, &NamedCommunes) -> bool,
    ) -> Option<(usize, NamedCommunes, NameKey)> {
        // `paris 18`, `lyon 3eme arrondissement`: the rank is looked at apart.
        let mut most = indices.len();
        let mut rank = self.cedex;
        let mut tail = 0;
        if at_end {
            if most > 1
                && matches!(
                    self.word(indices[most - 1]),
                    "arrondissement" | "arr" | "ardt" | "arrt" | "arrdt"
                )
            {
                most -= 1;
                tail += 1;
            }
            if most > 1
                && let Some(n) = area::arrondissement_number(self.word(indices[most - 1]))
                && self
                    .view
                    .places
                    .contains(self.word(indices[most - 2]).as_bytes())
            {
                rank = Some(n);
                most -= 1;
                tail += 1;
            }
        }
        for count in (1..=most.min(MOST_WORDS)).rev() {
            let span = if at_end {
                &indices[most - count..most]
            } else {
                &indices[..count]
            };
            let key = self.key(span);
            let mut found = area::exact(self.view, &key);
            if found.is_empty() {
                continue;
            }
            let mut used = count;
            if at_end {
                used += tail;
            } else if let Some(n) = indices
                .get(count)
                .and_then(|&i| area::arrondissement_number(self.word(i)))
            {
                let only = area::only_arrondissement(self.view, &found, n);
                let follows = indices.get(count + 1).map(|&i| self.word(i));
                if !only.is_empty()
                    && follows.is_none_or(|w| !(is_type(w) || street_type(w).is_some()))
                {
                    found = only;
                    used += 1;
                    if follows.is_some_and(|w| w.starts_with("arr") || w == "ardt") {
                        used += 1;
                    }
                }
            }
            if let Some(n) = rank {
                let only = area::only_arrondissement(self.view, &found, n);
                if !only.is_empty() {
                    found = only;
                } else if at_end && tail > 0 && self.cedex.is_none() {
                    // The figure is no arrondissement of that town.
                    continue;
                }
            }
            if accept(used, &found) {
                return Some((used, found, key));
            }
        }
        None
    }

    fn readings(&self) -> SmallVec<[Reading; 4]> {
        let mut out: SmallVec<[Reading; 4]> = SmallVec::new();
        let free = self.free(&self.roles);
        let postcode_communes = self
            .postcode
            .map(|p| area::of_postcode(self.view, p.1))
            .unwrap_or_default();
        let base = Reading {
            postcode: self.postcode.map(|p| p.1),
            postcode_communes,
            ..Reading::default()
        };
        if let Some((place, _)) = self.postcode {
            let split = free.partition_point(|&i| i < place);
            let (before, after) = free.split_at(split);
            if after.is_empty() {
                self.city_before(&base, before, &mut out);
            } else {
                self.city_after(&base, before, after, &mut out);
            }
        } else {
            self.city_anywhere(&base, &free, &mut out);
        }
        out
    }

    /// `12 rue X 75020 paris`, `75020 paris 12 rue X`.
    fn city_after(
        &self,
        base: &Reading,
        before: &[usize],
        after: &[usize],
        out: &mut SmallVec<[Reading; 4]>,
    ) {
        if let Some((used, city, key)) = self.city_of(after, false, |_, _| true) {
            let rest = &after[used..];
            let street: SmallVec<[usize; 32]> = if before.is_empty() {
                rest.iter().copied().collect()
            } else {
                before.iter().copied().collect()
            };
            out.push(self.reading(
                base,
                &street,
                city,
                key,
                before.is_empty() && !rest.is_empty(),
            ));
            return;
        }
        // A town spelled nearly right: among the postcode's first, then everywhere.
        let end = after
            .iter()
            .position(|&i| self.word(i).as_bytes()[0].is_ascii_digit())
            .unwrap_or(after.len())
            .min(MOST_WORDS);
        for count in (1..=end).rev() {
            let key = self.key(&after[..count]);
            let mut city = area::near_among(self.view, &base.postcode_communes, &key);
            if city.is_empty() && count == end {
                city = area::near(self.view, &key);
            }
            if !city.is_empty() {
                let rest = &after[count..];
                let street = if before.is_empty() { rest } else { before };
                out.push(self.reading(
                    base,
                    street,
                    city,
                    key,
                    before.is_empty() && !rest.is_empty(),
                ));
                return;
            }
        }
        if before.is_empty() || self.names_nothing(before) {
            let all: SmallVec<[usize; 32]> = before.iter().chain(after).copied().collect();
            out.push(self.reading(base, &all, NamedCommunes::new(), NameKey::default(), true));
        } else {
            let mut reading = self.reading(
                base,
                before,
                NamedCommunes::new(),
                self.key(&after[..after.len().min(MOST_WORDS)]),
                false,
            );
            reading.unknown_city = true;
            out.push(reading);
        }
    }

    /// `12 rue X paris 75020`, `12 rue X 75020`.
    fn city_before(&self, base: &Reading, before: &[usize], out: &mut SmallVec<[Reading; 4]>) {
        let is_local = |c: &NamedCommunes| {
            c.iter().any(|n| {
                base.postcode_communes
                    .iter()
                    .any(|p| p.segment == n.commune.segment)
            })
        };
        let found = self.city_of(before, true, |used, city| {
            let left = &before[..before.len() - used];
            is_local(city) && (left.is_empty() || !self.names_nothing(left))
        });
        let bare = self.reading(base, before, NamedCommunes::new(), NameKey::default(), true);
        if let Some((used, city, key)) = found {
            let is_of_postcode = city
                .iter()
                .any(|n| base.postcode_communes.contains(&n.commune));
            let named = self.reading(base, &before[..before.len() - used], city, key, false);
            if is_of_postcode {
                out.push(named);
                out.push(Reading { prior: 0.3, ..bare });
            } else {
                out.push(bare);
                out.push(Reading {
                    prior: 0.3,
                    ..named
                });
            }
        } else {
            out.push(bare);
        }
    }

    /// No postcode: a commune's name at the end, at the start, or none.
    fn city_anywhere(&self, base: &Reading, free: &[usize], out: &mut SmallVec<[Reading; 4]>) {
        if let Some((used, city, key)) = self.city_of(free, true, |used, _| {
            let left = &free[..free.len() - used];
            left.is_empty() || !self.names_nothing(left)
        }) {
            let left = &free[..free.len() - used];
            out.push(self.reading(base, left, city, key, false));
        }
        let starts_with_number = free
            .first()
            .is_some_and(|&i| self.word(i).as_bytes()[0].is_ascii_digit());
        if out.is_empty()
            && !starts_with_number
            && let Some((used, city, key)) = self.city_of(free, false, |used, _| {
                free.get(used).is_some_and(|&i| {
                    self.word(i).as_bytes()[0].is_ascii_digit()
                        || is_type(self.word(i))
                        || street_type(self.word(i)).is_some()
                })
            })
        {
            let mut reading = self.reading(base, &free[used..], city, key, true);
            reading.prior = 0.2;
            out.push(reading);
        }
        if out.is_empty() {
            for count in (1..=free.len().min(4)).rev() {
                let (left, span) = free.split_at(free.len() - count);
                let key = self.key(span);
                if key.full().len() < 4
                    || left.is_empty()
                    || self.names_nothing(left)
                    || span
                        .iter()
                        .any(|&i| self.word(i).as_bytes()[0].is_ascii_digit())
                {
                    continue;
                }
                let city = area::near(self.view, &key);
                if !city.is_empty() {
                    let mut reading = self.reading(base, left, city, key, false);
                    reading.prior = 0.5;
                    out.push(reading);
                    break;
                }
            }
        }
        let mut bare = self.reading(base, free, NamedCommunes::new(), NameKey::default(), true);
        bare.prior = if out.is_empty() { 0.0 } else { 0.4 };
        out.push(bare);
    }

    /// The last words as the beginning of a town's name: `12 rue X mont`.
    fn begun_city(&self) -> Option<Reading> {
        let free = self.free(&self.roles);
        (1..free.len().min(4)).rev().find_map(|count| {
            let (left, span) = free.split_at(free.len() - count);
            let key = self.key(span);
            if key.full().len() < 3 || self.names_nothing(left) {
                return None;
            }
            let city = area::beginning(self.view, &key, 24);
            if city.is_empty() {
                return None;
            }
            let base = Reading {
                prior: 0.25,
                ..Reading::default()
            };
            Some(self.reading(&base, left, city, key, false))
        })
    }

    fn reading(
        &self,
        base: &Reading,
        street: &[usize],
        city: NamedCommunes,
        city_key: NameKey,
        street_is_last: bool,
    ) -> Reading {
        let (number, name) = self.number_of(street);
        let key = self.key(&name);
        let raw = NameKey::of_raw_words(name.iter().map(|&i| self.word(i)));
        Reading {
            number,
            street: key,
            raw_street: (raw.full() != key.full()).then_some(raw),
            parted_street: NameKey::of_parted_words(name.iter().map(|&i| self.word(i))),
            city,
            city_key,
            street_is_last,
            ..base.clone()
        }
    }

    /// Sets the house number apart from the words of the street.
    fn number_of(&self, indices: &[usize]) -> (Option<Asked>, SmallVec<[usize; 32]>) {
        let all = || indices.iter().copied().collect::<SmallVec<[usize; 32]>>();
        // A figure right before a street type is the number, whatever comes first (`résidence X 12 rue Y`).
        let opens = |p: usize| indices.get(p).is_some_and(|&i| starts_number(self.word(i)));
        let type_at = |p: usize| {
            indices.get(p).is_some_and(|&i| {
                let w = self.word(i);
                let next = indices.get(p + 1).map_or("", |&n| self.word(n));
                is_type(w)
                    || street_type(w).is_some_and(|_| w.len() > 1 || w == "r")
                    || w == "rond" && matches!(next, "point" | "pt")
                    || matches!(w, "grande" | "grand" | "petite") && is_type(next)
            })
        };
        let mut at = None;
        for p in 0..indices.len() {
            let w = self.word(indices[p]);
            if opens(p)
                && (type_at(p + 1)
                    || type_at(p + 2)
                        && (self.word(indices[p + 1]).len() <= 2
                            || is_suffix(self.word(indices[p + 1]))
                            || opens(p + 1)))
            {
                at = Some(p);
                break;
            }
            if numeral::spelled(w).is_some() && p == 0 && type_at(1) {
                let asked = Asked {
                    number: numeral::spelled(w).unwrap_or(0),
                    ..Asked::default()
                };
                return (Some(asked), indices[1..].iter().copied().collect());
            }
        }
        // `10 à 12 rue X`: the first of the two.
        if let Some(p) = at.filter(|&p| {
            p >= 2 && opens(p - 2) && matches!(self.word(indices[p - 1]), "a" | "et" | "au" | "ou")
        }) {
            at = Some(p - 2);
        }
        // Some streets bear a number themselves: `64 u3 64U3 Promenade X`.
        if let Some(p) = at.filter(|&p| p > 0 && opens(0)) {
            let digits = |w: &str| w.bytes().take_while(u8::is_ascii_digit).count();
            let (first, second) = (self.word(indices[0]), self.word(indices[p]));
            if digits(second) < second.len()
                && first.get(..digits(first)) == second.get(..digits(second))
            {
                at = Some(0);
            }
        }
        // `résidence les lilas 12 les granges`: the number comes after the residence, whatever the place is called.
        let opens_with_residence = indices.first().is_some_and(|&i| {
            matches!(
                self.word(i),
                "residence" | "res" | "resid" | "lotissement" | "immeuble" | "domaine"
            )
        });
        if at.is_none() && opens_with_residence {
            at = (2..indices.len().saturating_sub(1)).find(|&p| opens(p));
        }
        let lead = indices
            .iter()
            .take_while(|&&i| matches!(self.word(i), "n" | "no" | "num" | "numero" | "nr"))
            .count();
        if at.is_none() && opens(lead) && lead + 1 < indices.len() {
            at = Some(lead);
        }
        // `rue des haies 12`
        if at.is_none() && indices.len() >= 2 {
            let last = indices.len() - 1;
            let is_date = indices
                .get(last - 1)
                .is_some_and(|&i| is_month(self.word(i)));
            if opens(last) && !is_date {
                at = Some(last);
            } else if last >= 2
                && opens(last - 1)
                && (is_suffix(self.word(indices[last])) || self.word(indices[last]).len() == 1)
            {
                at = Some(last - 1);
            }
        }
        let Some(at) = at else { return (None, all()) };
        let word = self.word(indices[at]);
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let Some(number) = word.get(..digits).and_then(|d| d.parse().ok()) else {
            return (None, all());
        };
        let mut asked = Asked {
            number,
            suffix: word.get(digits..).unwrap_or_default().to_owned(),
            suffix_is_sure: true,
            until: None,
        };
        let mut next = at + 1;
        // `12-14 rue`, `12 a 14 rue`, `12 et 14`
        let second = |p: usize| {
            indices
                .get(p)
                .and_then(|&i| self.word(i).parse::<u32>().ok())
                .filter(|&n| n > number && n < number + 200)
        };
        if asked.suffix.is_empty() {
            let linked = indices
                .get(next)
                .is_some_and(|&i| matches!(self.word(i), "a" | "et" | "au" | "ou"));
            if let Some(n) = second(next).filter(|_| indices.len() > next + 1) {
                asked.until = Some(n);
                next += 1;
            } else if linked && let Some(n) = second(next + 1) {
                asked.until = Some(n);
                next += 2;
            }
        }
        if asked.suffix.is_empty()
            && asked.until.is_none()
            && let Some(&i) = indices.get(next)
        {
            let w = self.word(i);
            let followed = next + 1 < indices.len();
            if is_suffix(w) {
                w.clone_into(&mut asked.suffix);
                next += 1;
            } else if followed
                && (w.len() == 1
                    || (w.len() == 2
                        && w.as_bytes()[0].is_ascii_alphabetic()
                        && (w.as_bytes()[1].is_ascii_digit() || !is_common_pair(w))))
                && w.as_bytes()[0].is_ascii_alphabetic()
                && (type_at(next + 1) || opens(next + 1) && type_at(next + 2))
            {
                // One or two letters before a street type are a suffix (`12 b rue`), unless they are its article.
                w.clone_into(&mut asked.suffix);
                next += 1;
            } else if (followed || at > 0)
                && w.len() == 1
                && w.as_bytes()[0].is_ascii_alphabetic()
                && !matches!(w, "r" | "l" | "d" | "q")
            {
                w.clone_into(&mut asked.suffix);
                asked.suffix_is_sure = false;
                next += 1;
            }
        }
        // What stands before a number followed by a street is the name of a residence or a person.
        let before = if next < indices.len() {
            &[][..]
        } else {
            &indices[..at]
        };
        let before = if matches!(
            before.first().map(|&i| self.word(i)),
            Some("n" | "no" | "num")
        ) {
            &before[1..]
        } else {
            before
        };
        let name: SmallVec<[usize; 32]> = before.iter().chain(&indices[next..]).copied().collect();
        if name.is_empty() {
            return (None, all());
        }
        (Some(asked), name)
    }
}

/// A number of one to four figures (five are rare), with at most a short suffix glued to it; not an ordinal.
fn starts_number(word: &str) -> bool {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let tail = &word[digits..];
    (1..=5).contains(&digits)
        && (tail.is_empty()
            || is_suffix(tail)
            || (tail.len() <= 3
                && !matches!(
                    tail,
                    "er" | "eme" | "em" | "nd" | "nde" | "ere" | "re" | "me"
                )))
}

/// Two letters that are a word, not a suffix.
fn is_common_pair(word: &str) -> bool {
    matches!(
        word,
        "de" | "du"
            | "la"
            | "le"
            | "au"
            | "et"
            | "en"
            | "st"
            | "av"
            | "bd"
            | "pl"
            | "sq"
            | "ch"
            | "al"
            | "pt"
            | "gd"
            | "qu"
            | "fg"
    )
}

fn is_month(word: &str) -> bool {
    matches!(
        word,
        "janvier"
            | "fevrier"
            | "mars"
            | "avril"
            | "mai"
            | "juin"
            | "juillet"
            | "aout"
            | "septembre"
            | "octobre"
            | "novembre"
            | "decembre"
    )
}
