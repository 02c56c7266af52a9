//! What was read of one department, and what are the bytes of its segment? Rows are gathered by
//! street as they come; the result does not depend on their order.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::bytes::pack;
use super::segment::{
    CENTER_IS_COMPUTED, COMMUNE, NAME_IS_FROM_ROWS, NONE16, NONE32, NUMBER, STREET, SUFFIX_BITS,
    Segment, Street, derived_id, name_hash, uuid_bytes,
};
use crate::distance::Signatures;
use crate::source::ban::BanRow;
use crate::source::communes::CommuneFact;
use crate::source::territory::whole_city;
use crate::text::NameKey;

/// What is taken of a segment made before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Names, postcodes, populations and positions of communes.
    Communes,
    /// Communes, streets and numbers.
    Everything,
}

/// What makes a street one street.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct StreetKey {
    citycode: String,
    postcode: String,
    name: String,
    id: String,
    old_citycode: String,
    old_city: String,
    is_place: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    number: u32,
    suffix: u32,
    lon_e7: i32,
    lat_e7: i32,
    ban_id: [u8; 16],
    id: Option<Box<str>>,
}

#[derive(Clone, Debug, Default)]
struct StreetRows {
    position: Option<(i32, i32)>,
    ban_id: [u8; 16],
    rows: Vec<Row>,
}

/// What is known of a commune, from all files.
#[derive(Clone, Debug, Default)]
struct CommuneRows {
    official: String,
    from_ban: String,
    names: BTreeSet<String>,
    postcodes: BTreeSet<u32>,
    population: u32,
    center_e7: Option<(i32, i32)>,
}

/// A department being gathered.
#[derive(Clone, Debug, Default)]
pub struct Department {
    streets: HashMap<StreetKey, u32>,
    rows: Vec<StreetRows>,
    suffixes: HashMap<Box<str>, u32>,
    suffix_texts: Vec<Box<str>>,
    communes: BTreeMap<String, CommuneRows>,
    last: Option<(StreetKey, u32)>,
    /// Numbers gathered.
    pub(crate) number_count: u64,
}

impl Department {
    /// Whether it has streets.
    pub fn has_streets(&self) -> bool {
        !self.rows.is_empty()
    }

    /// Adds one row of a BAN file, `place` when it comes from a file of named places.
    pub fn add(&mut self, row: &BanRow<'_>, is_place: bool) {
        let street = self.street_of(row, is_place);
        let commune = if let Some(c) = self.communes.get_mut(row.citycode.as_ref()) {
            c
        } else {
            self.communes.entry(row.citycode.to_string()).or_default()
        };
        // The smallest of the spellings met, so that the order of rows does not matter.
        if !row.city.is_empty() && (commune.from_ban.is_empty() || *row.city < *commune.from_ban) {
            if !commune.from_ban.is_empty() {
                commune.names.insert(std::mem::take(&mut commune.from_ban));
            }
            commune.from_ban = row.city.to_string();
        } else if *row.city != *commune.from_ban
            && !row.city.is_empty()
            && !commune.names.contains(row.city.as_ref())
        {
            commune.names.insert(row.city.to_string());
        }
        for name in [&row.old_city, &row.postal_city] {
            if !name.is_empty() && !commune.names.contains(name.as_ref()) {
                commune.names.insert(name.to_string());
            }
        }
        if let Ok(code) = row.postcode.parse() {
            commune.postcodes.insert(code);
        }
        let suffix = self.suffix_of(&row.suffix);
        let street_rows = &mut self.rows[street as usize];
        if let Some(id) = uuid_bytes(&row.street_ban_id) {
            street_rows.ban_id = street_rows.ban_id.max(id);
        }
        match row.number {
            None => street_rows.position = street_rows.position.max(Some((row.lon_e7, row.lat_e7))),
            Some(number) => {
                let derived = derived_id(&row.street_id, number, &row.suffix) == row.id;
                street_rows.rows.push(Row {
                    number,
                    suffix,
                    lon_e7: row.lon_e7,
                    lat_e7: row.lat_e7,
                    ban_id: uuid_bytes(&row.ban_id).unwrap_or_default(),
                    id: (!derived).then(|| row.id.as_ref().into()),
                });
                self.number_count += 1;
            }
        }
    }

    /// Adds what a file says of a commune.
    pub fn add_fact(&mut self, fact: &CommuneFact) {
        let commune = self.communes.entry(fact.citycode.clone()).or_default();
        if !fact.name.is_empty() {
            if commune.official.is_empty() || better_name(&fact.name, &commune.official) {
                let before = std::mem::replace(&mut commune.official, fact.name.clone());
                if !before.is_empty() {
                    commune.names.insert(before);
                }
            } else if fact.name != commune.official {
                commune.names.insert(fact.name.clone());
            }
        }
        if !fact.alias.is_empty() {
            commune.names.insert(fact.alias.clone());
        }
        if let Ok(code) = fact.postcode.parse() {
            commune.postcodes.insert(code);
        }
        commune.population = commune.population.max(fact.population.unwrap_or(0));
        commune.center_e7 = commune.center_e7.max(fact.center_e7);
    }

    fn street_of(&mut self, row: &BanRow<'_>, is_place: bool) -> u32 {
        if let Some((key, street)) = &self.last
            && *key.id == *row.street_id
            && *key.name == *row.street
            && *key.postcode == *row.postcode
            && *key.citycode == *row.citycode
            && *key.old_citycode == *row.old_citycode
            && *key.old_city == *row.old_city
            && key.is_place == is_place
        {
            return *street;
        }
        let key = StreetKey {
            citycode: row.citycode.to_string(),
            postcode: row.postcode.to_string(),
            name: row.street.to_string(),
            id: row.street_id.to_string(),
            old_citycode: row.old_citycode.to_string(),
            old_city: row.old_city.to_string(),
            is_place,
        };
        let next = self.rows.len() as u32;
        let street = *self.streets.entry(key.clone()).or_insert(next);
        if street == next {
            self.rows.push(StreetRows::default());
        }
        self.last = Some((key, street));
        street
    }

    fn suffix_of(&mut self, suffix: &str) -> u32 {
        if suffix.is_empty() {
            return 0;
        }
        if let Some(&known) = self.suffixes.get(suffix) {
            return known;
        }
        self.suffix_texts.push(suffix.into());
        // 0 means none, hence one more than the place.
        let number = self.suffix_texts.len() as u32;
        self.suffixes.insert(suffix.into(), number);
        number
    }

    /// Adds all of another gathering of the same department.
    pub fn merge(&mut self, other: Self) {
        let mut keys: Vec<(StreetKey, u32)> = other.streets.into_iter().collect();
        keys.sort_unstable();
        let suffixes: Vec<u32> = std::iter::once(0)
            .chain(other.suffix_texts.iter().map(|s| self.suffix_of(s)))
            .collect();
        let mut theirs = other.rows;
        for (key, from) in keys {
            let next = self.rows.len() as u32;
            let to = *self.streets.entry(key).or_insert(next);
            if to == next {
                self.rows.push(StreetRows::default());
            }
            let from = std::mem::take(&mut theirs[from as usize]);
            let mine = &mut self.rows[to as usize];
            mine.position = mine.position.max(from.position);
            mine.ban_id = mine.ban_id.max(from.ban_id);
            mine.rows.extend(from.rows.into_iter().map(|mut r| {
                r.suffix = suffixes.get(r.suffix as usize).copied().unwrap_or(0);
                r
            }));
        }
        self.last = None;
        self.number_count += other.number_count;
        for (code, theirs) in other.communes {
            let mut names = theirs.names;
            let commune = self.communes.entry(code).or_default();
            let mine = &mut commune.from_ban;
            let is_smaller =
                mine.is_empty() || (!theirs.from_ban.is_empty() && theirs.from_ban < *mine);
            names.insert(if is_smaller {
                std::mem::replace(mine, theirs.from_ban)
            } else {
                theirs.from_ban
            });
            let mine = &mut commune.official;
            let is_better = mine.is_empty()
                || (!theirs.official.is_empty() && better_name(&theirs.official, mine));
            names.insert(if is_better {
                std::mem::replace(mine, theirs.official)
            } else {
                theirs.official
            });
            commune
                .names
                .extend(names.into_iter().filter(|n| !n.is_empty()));
            commune.postcodes.extend(theirs.postcodes);
            commune.population = commune.population.max(theirs.population);
            commune.center_e7 = commune.center_e7.max(theirs.center_e7);
        }
    }

    /// What a segment says of its communes, and of its streets too when asked for.
    pub fn from_segment(segment: &Segment<'_>, what: Kept) -> Self {
        let mut out = Self::default();
        for index in 0..segment.commune_count() {
            let commune = segment.commune(index);
            let rows = out.communes.entry(commune.citycode.to_owned()).or_default();
            if commune.flags & NAME_IS_FROM_ROWS == 0 {
                commune.name.clone_into(&mut rows.official);
            } else {
                commune.name.clone_into(&mut rows.from_ban);
            }
            rows.names
                .extend(segment.other_names(&commune).map(str::to_owned));
            rows.postcodes.extend(segment.postcodes(&commune));
            rows.population = commune.population;
            rows.center_e7 = (commune.flags & CENTER_IS_COMPUTED == 0)
                .then_some((commune.lon_e7, commune.lat_e7));
        }
        if matches!(what, Kept::Everything) {
            for index in 0..segment.street_count() {
                out.add_street(segment, &segment.street(index));
            }
        }
        out
    }

    fn add_street(&mut self, segment: &Segment<'_>, street: &Street<'_>) {
        let (old_citycode, old_city) = segment.old_commune(street.old).unwrap_or_default();
        let key = StreetKey {
            citycode: segment
                .commune(u32::from(street.commune))
                .citycode
                .to_owned(),
            postcode: if street.postcode == 0 {
                String::new()
            } else {
                format!("{:05}", street.postcode)
            },
            name: street.name.to_owned(),
            id: street.id.to_owned(),
            old_citycode: old_citycode.to_owned(),
            old_city: old_city.to_owned(),
            is_place: street.is_place,
        };
        let mut rows = StreetRows {
            position: street
                .has_own_position
                .then_some((street.lon_e7, street.lat_e7)),
            ban_id: segment
                .street_ban_id(street)
                .and_then(|t| uuid_bytes(&t))
                .unwrap_or_default(),
            rows: Vec::new(),
        };
        for number in segment.numbers(street) {
            let (suffix, id) = (
                segment.suffix(number.suffix),
                segment.number_id(street, number),
            );
            rows.rows.push(Row {
                number: number.number,
                suffix: self.suffix_of(suffix),
                lon_e7: number.lon_e7,
                lat_e7: number.lat_e7,
                ban_id: segment
                    .number_ban_id(number)
                    .and_then(|t| uuid_bytes(&t))
                    .unwrap_or_default(),
                id: (id != derived_id(street.id, number.number, suffix)).then(|| id.into()),
            });
        }
        self.number_count += rows.rows.len() as u64;
        self.streets.insert(key, self.rows.len() as u32);
        self.rows.push(rows);
    }

    /// The bytes of the segment. Rows beyond what a segment can hold are left out and counted.
    pub fn into_segment(self) -> SegmentBytes {
        Writer::default().write(self)
    }
}

/// Among two spellings of one commune, the richer in accents and small letters, then the smaller.
fn better_name(a: &str, b: &str) -> bool {
    let rank = |s: &str| (s.chars().filter(|c| c.is_lowercase()).count(), s.len());
    rank(a).cmp(&rank(b)).then_with(|| b.cmp(a)).is_gt()
}

/// A segment and what did not fit in it.
#[derive(Debug)]
pub struct SegmentBytes {
    /// The block.
    pub bytes: Vec<u8>,
    /// Addresses written.
    pub addresses: u64,
    /// Addresses given twice with the same number and suffix; the first in the order of their contents is kept.
    pub duplicates: u64,
}

#[derive(Default)]
struct Writer {
    strings: Vec<u8>,
    known: HashMap<Box<[u8]>, u32>,
}

impl Writer {
    fn string(&mut self, bytes: &[u8]) -> u32 {
        if let Some(&at) = self.known.get(bytes) {
            return at;
        }
        let at = self.strings.len() as u32;
        self.strings.extend_from_slice(bytes);
        self.known.insert(bytes.into(), at);
        at
    }

    fn write(mut self, department: Department) -> SegmentBytes {
        let Department {
            streets,
            mut rows,
            suffix_texts,
            mut communes,
            ..
        } = department;
        let mut keys: Vec<(StreetKey, u32)> = streets.into_iter().collect();
        keys.sort_unstable();

        let mut sorted: Vec<&str> = suffix_texts.iter().map(AsRef::as_ref).collect();
        sorted.sort_unstable();
        sorted.truncate((1 << SUFFIX_BITS) - 1);
        let place: HashMap<&str, u32> = sorted
            .iter()
            .enumerate()
            .map(|(i, s)| (*s, i as u32 + 1))
            .collect();
        let suffix_place: Vec<u32> = std::iter::once(0)
            .chain(
                suffix_texts
                    .iter()
                    .map(|s| place.get(s.as_ref()).copied().unwrap_or(0)),
            )
            .collect();
        let mut suffixes = vec![0_u8; 8];
        for s in &sorted {
            let at = self.string(s.as_bytes());
            suffixes.extend_from_slice(&at.to_le_bytes());
            suffixes.extend_from_slice(&(s.len() as u32).to_le_bytes());
        }

        let postcodes: Vec<u32> = keys
            .iter()
            .filter_map(|(k, _)| k.postcode.parse().ok())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let olds: Vec<(&str, &str)> = keys
            .iter()
            .filter(|(k, _)| !k.old_city.is_empty())
            .map(|(k, _)| (k.old_citycode.as_str(), k.old_city.as_str()))
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let codes: Vec<String> = communes.keys().cloned().collect();
        let code_place: HashMap<&str, u16> = codes
            .iter()
            .enumerate()
            .map(|(i, c)| (c.as_str(), i as u16))
            .collect();

        let mut parts: Vec<Vec<u8>> = vec![Vec::new(); super::segment::PARTS];
        let mut ranges: HashMap<u16, (u32, u32)> = HashMap::new();
        let mut hashes: Vec<(u32, u32)> = Vec::with_capacity(keys.len());
        let mut sums: HashMap<u16, (i64, i64, i64)> = HashMap::new();
        let (mut addresses, mut duplicates, mut has_ban_ids) = (0_u64, 0_u64, false);
        for (index, (key, from)) in keys.iter().enumerate() {
            let mut street = std::mem::take(&mut rows[*from as usize]);
            for row in &mut street.rows {
                row.suffix = suffix_place.get(row.suffix as usize).copied().unwrap_or(0);
            }
            street.rows.sort_unstable();
            let before = street.rows.len();
            street
                .rows
                .dedup_by(|b, a| (a.number, a.suffix) == (b.number, b.suffix));
            duplicates += (before - street.rows.len()) as u64;
            addresses += street.rows.len() as u64;

            let commune = code_place.get(key.citycode.as_str()).copied().unwrap_or(0);
            let range = ranges.entry(commune).or_insert((index as u32, 0));
            range.1 += 1;
            let position = street
                .position
                .or_else(|| middle(&street.rows))
                .unwrap_or_default();
            let sum = sums.entry(commune).or_default();
            *sum = (
                sum.0 + i64::from(position.0),
                sum.1 + i64::from(position.1),
                sum.2 + 1,
            );

            let name = NameKey::of_name(&key.name);
            hashes.push((name_hash(name.rest()), index as u32));
            parts[4].extend_from_slice(&Signatures::of(name.rest()).to_bytes());

            let first = (parts[5].len() / NUMBER) as u32;
            for row in &street.rows {
                let number_index = (parts[5].len() / NUMBER) as u32;
                parts[5].extend_from_slice(&(row.number << SUFFIX_BITS | row.suffix).to_le_bytes());
                parts[5].extend_from_slice(&row.lon_e7.to_le_bytes());
                parts[5].extend_from_slice(&row.lat_e7.to_le_bytes());
                if let Some(id) = &row.id {
                    let at = self.string(id.as_bytes());
                    for n in [number_index, at, id.len() as u32] {
                        parts[7].extend_from_slice(&n.to_le_bytes());
                    }
                }
                has_ban_ids |= row.ban_id != [0; 16];
                parts[8].extend_from_slice(&row.ban_id);
            }

            let importance = importance(
                communes.get(&key.citycode).map_or(0, |c| c.population),
                street.rows.len() as u32,
            );
            let record = &mut Vec::with_capacity(STREET);
            let text = truncated(&key.name, usize::from(u16::MAX));
            let id = truncated(&key.id, usize::from(u8::MAX));
            record.extend_from_slice(&self.string(text.as_bytes()).to_le_bytes());
            record.extend_from_slice(&(text.len() as u16).to_le_bytes());
            record.push(id.len() as u8);
            record.push(u8::from(key.is_place) | u8::from(street.position.is_some()) << 1);
            record.extend_from_slice(&self.string(id.as_bytes()).to_le_bytes());
            record.extend_from_slice(&self.string(name.full()).to_le_bytes());
            record.push(name.full().len() as u8);
            record.push(name.type_len());
            record.extend_from_slice(&commune.to_le_bytes());
            let postcode = key
                .postcode
                .parse()
                .ok()
                .and_then(|c: u32| postcodes.binary_search(&c).ok());
            record.extend_from_slice(&postcode.map_or(NONE16, |i| i as u16).to_le_bytes());
            let old = olds
                .binary_search(&(key.old_citycode.as_str(), key.old_city.as_str()))
                .ok();
            record.extend_from_slice(&old.map_or(NONE16, |i| i as u16).to_le_bytes());
            record.extend_from_slice(&position.0.to_le_bytes());
            record.extend_from_slice(&position.1.to_le_bytes());
            record.extend_from_slice(&first.to_le_bytes());
            record.extend_from_slice(&(street.rows.len() as u32).to_le_bytes());
            record.extend_from_slice(&name.starts().to_le_bytes());
            record.extend_from_slice(&importance.to_bits().to_le_bytes());
            let ban_id = if street.ban_id == [0; 16] {
                NONE32
            } else {
                self.string(&street.ban_id)
            };
            record.extend_from_slice(&ban_id.to_le_bytes());
            record.resize(STREET, 0);
            parts[3].extend_from_slice(record);
        }
        if !has_ban_ids {
            parts[8].clear();
        }
        for &(code, name) in &olds {
            for text in [code, name] {
                let at = self.string(text.as_bytes());
                parts[10].extend_from_slice(&at.to_le_bytes());
                parts[10].extend_from_slice(&(text.len() as u32).to_le_bytes());
            }
        }
        for (index, code) in codes.iter().enumerate() {
            let commune = communes.remove(code).unwrap_or_default();
            self.commune(
                &mut parts,
                code,
                commune,
                ranges.get(&(index as u16)).copied(),
                sums.get(&(index as u16)).copied(),
            );
        }
        hashes.sort_unstable();
        for (hash, street) in hashes {
            parts[12].extend_from_slice(&hash.to_le_bytes());
            parts[12].extend_from_slice(&street.to_le_bytes());
        }
        parts[2] = postcodes.iter().flat_map(|c| c.to_le_bytes()).collect();
        parts[6] = suffixes;
        parts[0] = self.strings;
        SegmentBytes {
            bytes: pack(&parts),
            addresses,
            duplicates,
        }
    }

    fn commune(
        &mut self,
        parts: &mut [Vec<u8>],
        code: &str,
        commune: CommuneRows,
        streets: Option<(u32, u32)>,
        sum: Option<(i64, i64, i64)>,
    ) {
        let mut names = commune.names;
        let mut flags = if commune.official.is_empty() {
            NAME_IS_FROM_ROWS
        } else {
            0
        };
        if commune.center_e7.is_none() {
            flags |= CENTER_IS_COMPUTED;
        }
        let name = if commune.official.is_empty() {
            if commune.from_ban.is_empty() {
                names
                    .iter()
                    .max_by(|a, b| {
                        if better_name(a, b) {
                            std::cmp::Ordering::Greater
                        } else {
                            std::cmp::Ordering::Less
                        }
                    })
                    .cloned()
                    .unwrap_or_default()
            } else {
                commune.from_ban.clone()
            }
        } else {
            names.insert(commune.from_ban);
            commune.official
        };
        if let Some((_, city)) = whole_city(code) {
            names.insert(city.to_owned());
        }
        names.remove(&name);
        names.remove("");
        let center = sum
            .filter(|s| s.2 > 0 && commune.center_e7.is_none())
            .map(|(x, y, n)| ((x / n) as i32, (y / n) as i32))
            .or(commune.center_e7)
            .unwrap_or_default();
        let name = truncated(&name, usize::from(u16::MAX));
        let record = &mut Vec::with_capacity(COMMUNE);
        record.extend_from_slice(code.as_bytes().first_chunk::<5>().unwrap_or(b"00000"));
        record.push(flags);
        record.extend_from_slice(&(name.len() as u16).to_le_bytes());
        record.extend_from_slice(&self.string(name.as_bytes()).to_le_bytes());
        record.extend_from_slice(&commune.population.to_le_bytes());
        record.extend_from_slice(&center.0.to_le_bytes());
        record.extend_from_slice(&center.1.to_le_bytes());
        let (first, count) = streets.unwrap_or_default();
        record.extend_from_slice(&first.to_le_bytes());
        record.extend_from_slice(&count.to_le_bytes());
        record.extend_from_slice(&((parts[9].len() / 8) as u32).to_le_bytes());
        record.extend_from_slice(&((parts[11].len() / 4) as u32).to_le_bytes());
        record.extend_from_slice(&(names.len() as u16).to_le_bytes());
        record.extend_from_slice(&(commune.postcodes.len() as u16).to_le_bytes());
        record.resize(COMMUNE, 0);
        parts[1].extend_from_slice(record);
        for other in &names {
            let at = self.string(other.as_bytes());
            parts[9].extend_from_slice(&at.to_le_bytes());
            parts[9].extend_from_slice(&(other.len() as u32).to_le_bytes());
        }
        for code in &commune.postcodes {
            parts[11].extend_from_slice(&code.to_le_bytes());
        }
    }
}

/// Importance of a street: (ln(1 + population/3) + ln(1 + numbers)) / 20, the formula of addok.
pub fn importance(population: u32, numbers: u32) -> f32 {
    let value = ((f64::from(population) / 3.0).ln_1p() + f64::from(numbers).ln_1p()) / 20.0;
    value.min(1.0) as f32
}

/// The number nearest to the mean of all: a point of the street itself.
fn middle(rows: &[Row]) -> Option<(i32, i32)> {
    let n = i64::try_from(rows.len()).ok().filter(|&n| n > 0)?;
    let x = rows.iter().map(|r| i64::from(r.lon_e7)).sum::<i64>() / n;
    let y = rows.iter().map(|r| i64::from(r.lat_e7)).sum::<i64>() / n;
    rows.iter()
        .map(|r| (r.lon_e7, r.lat_e7))
        .min_by_key(|&(a, b)| ((i64::from(a) - x).pow(2) + (i64::from(b) - y).pow(2), a, b))
}

fn truncated(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
