//! What is common to all departments? Distinct street names with their streets, names of communes,
//! postcodes, boxes. Built from the segments in order, read over the file's bytes.

use super::bytes::{pack, u16_at, u32_at, u64_at, u128_at, unpack};
use super::segment::Segment;
use super::tree::{self, Extent};
use super::words::WordsBuilder;
use crate::distance::{Signature, Signatures};
use crate::source::territory::whole_city;
use crate::text::{NameKey, phonetic};

/// Bytes of a street name's record.
const NAME: usize = 32;
/// Bytes of a commune name's record.
const PLACE: usize = 16;
/// Word starts under one entry of the table of greatest importances.
const TOP: usize = 64;

struct NamedStreet {
    at: u32,
    len: u8,
    starts: u64,
    importance: f32,
    street: u32,
}

struct NamedPlace {
    key: Vec<u8>,
    population: u32,
    segment: u16,
    commune: u16,
}

/// Gathers what the global blocks need, one segment after the other.
#[derive(Default)]
pub struct GlobalBuilder {
    letters: Vec<u8>,
    names: Vec<NamedStreet>,
    places: Vec<NamedPlace>,
    postcodes: Vec<(u32, u16, u16)>,
    leaves: Vec<(Extent, u32)>,
    segments: u16,
    streets: u32,
}

impl std::fmt::Debug for GlobalBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GlobalBuilder")
            .field("streets", &self.streets)
            .finish_non_exhaustive()
    }
}

/// The global blocks.
#[derive(Debug)]
pub struct GlobalBlocks {
    /// Street names.
    pub names: Vec<u8>,
    /// Their words.
    pub words: Vec<u8>,
    /// Commune names.
    pub places: Vec<u8>,
    /// Postcodes.
    pub postcodes: Vec<u8>,
    /// Boxes.
    pub tree: Vec<u8>,
}

impl GlobalBuilder {
    /// Takes in the next segment.
    pub fn add(&mut self, segment: &Segment<'_>) {
        for index in 0..segment.street_count() {
            let (street, key) = (segment.street(index), segment.key(index));
            let rest = key.rest();
            self.names.push(NamedStreet {
                at: self.letters.len() as u32,
                len: rest.len() as u8,
                starts: key.starts() >> key.type_len().min(63),
                importance: street.importance,
                street: self.streets + index,
            });
            self.letters.extend_from_slice(rest);
            let own = Extent::of(street.lon_e7, street.lat_e7);
            let extent = segment
                .numbers(&street)
                .map(|n| Extent::of(n.lon_e7, n.lat_e7))
                .fold(own, Extent::with);
            self.leaves.push((extent, self.streets + index));
        }
        for index in 0..segment.commune_count() {
            let commune = segment.commune(index);
            let mut add = |name: &str| {
                let key = NameKey::of_name(name);
                if !key.is_empty() {
                    self.places.push(NamedPlace {
                        key: key.full().to_vec(),
                        population: commune.population,
                        segment: self.segments,
                        commune: index as u16,
                    });
                }
            };
            add(commune.name);
            for name in segment.other_names(&commune) {
                add(name);
            }
            for name in [commune.name]
                .into_iter()
                .chain(segment.other_names(&commune))
            {
                for article in ["Le ", "La ", "Les ", "L'", "L’", "LE ", "LA ", "LES ", "L "] {
                    if let Some(bare) = name.strip_prefix(article) {
                        add(bare);
                    }
                }
            }
            if whole_city(commune.citycode).is_none() || segment.street_count() > 0 {
                for code in segment.postcodes(&commune) {
                    self.postcodes.push((code, self.segments, index as u16));
                }
            }
        }
        self.streets += segment.street_count();
        self.segments += 1;
    }

    /// The blocks.
    pub fn finish(self) -> GlobalBlocks {
        let Self {
            letters,
            mut names,
            mut places,
            mut postcodes,
            leaves,
            ..
        } = self;
        let text = |n: &NamedStreet| {
            letters
                .get(n.at as usize..n.at as usize + usize::from(n.len))
                .unwrap_or_default()
        };
        names.sort_unstable_by(|a, b| {
            text(a)
                .cmp(text(b))
                .then(b.importance.total_cmp(&a.importance))
                .then(a.street.cmp(&b.street))
        });
        let mut parts: Vec<Vec<u8>> = vec![Vec::new(); 6];
        let mut starts: Vec<u32> = Vec::new();
        let mut importances: Vec<f32> = Vec::new();
        let mut i = 0;
        while i < names.len() {
            let first = &names[i];
            let letters = text(first);
            let same = names[i..].iter().take_while(|n| text(n) == letters).count();
            let index = importances.len() as u32;
            let posting = (parts[3].len() / 4) as u32;
            let record = &mut parts[1];
            let begin = record.len();
            let place = first.at;
            record.extend_from_slice(&place.to_le_bytes());
            record.extend_from_slice(&u32::from(first.len).to_le_bytes());
            // Spellings that differ by their spaces only share one name; every word start counts.
            let all_starts = names[i..i + same].iter().fold(0, |a, n| a | n.starts);
            record.extend_from_slice(&all_starts.to_le_bytes());
            record.extend_from_slice(&posting.to_le_bytes());
            record.extend_from_slice(&(same as u32).to_le_bytes());
            record.extend_from_slice(&first.importance.to_bits().to_le_bytes());
            record.resize(begin + NAME, 0);
            parts[2].extend_from_slice(&Signatures::of(letters).to_bytes());
            for n in &names[i..i + same] {
                parts[3].extend_from_slice(&n.street.to_le_bytes());
            }
            for bit in 0..letters.len().min(64) as u32 {
                if all_starts & (1 << bit) != 0 {
                    starts.push(index << 6 | bit);
                }
            }
            importances.push(first.importance);
            i += same;
        }
        let record = std::mem::take(&mut parts[1]);
        let tail = |start: u32| {
            let at = (start >> 6) as usize * NAME;
            let begin = u32_at(&record, at) as usize;
            letters
                .get(begin + (start & 63) as usize..begin + u32_at(&record, at + 4) as usize)
                .unwrap_or_default()
        };
        starts.sort_unstable_by(|&a, &b| tail(a).cmp(tail(b)).then(a.cmp(&b)));
        let mut words = WordsBuilder::default();
        for &start in &starts {
            let after = u64_at(&record, (start >> 6) as usize * NAME + 8)
                .checked_shr((start & 63) + 1)
                .unwrap_or(0);
            let tail = tail(start);
            let word = match after {
                0 => tail.len(),
                after => (after.trailing_zeros() as usize + 1).min(tail.len()),
            };
            words.add(tail.get(..word).unwrap_or_default(), start);
        }
        let words = words.finish();
        for block in starts.chunks(TOP) {
            let top = block
                .iter()
                .filter_map(|s| importances.get((s >> 6) as usize))
                .fold(0.0_f32, |a, &b| a.max(b));
            parts[5].extend_from_slice(&top.to_bits().to_le_bytes());
        }
        parts[4] = starts.iter().flat_map(|s| s.to_le_bytes()).collect();
        parts[1] = record;
        parts[0] = letters;

        places.sort_unstable_by(|a, b| {
            a.key
                .cmp(&b.key)
                .then(b.population.cmp(&a.population))
                .then((a.segment, a.commune).cmp(&(b.segment, b.commune)))
        });
        places.dedup_by(|b, a| a.key == b.key && (a.segment, a.commune) == (b.segment, b.commune));
        let mut place_parts: Vec<Vec<u8>> = vec![Vec::new(); 3];
        for place in &places {
            let at = place_parts[0].len() as u32;
            let record = &mut place_parts[1];
            record
                .extend_from_slice(&(at << 6 | (place.key.len().min(64) as u32 - 1)).to_le_bytes());
            record.extend_from_slice(&place.population.to_le_bytes());
            record.extend_from_slice(&place.segment.to_le_bytes());
            record.extend_from_slice(&place.commune.to_le_bytes());
            record.extend_from_slice(&[0; 4]);
            place_parts[2].extend_from_slice(
                &Signature::of(phonetic::sound(&place.key).as_slice())
                    .0
                    .to_le_bytes(),
            );
            place_parts[0].extend_from_slice(&place.key);
        }
        postcodes.sort_unstable();
        postcodes.dedup();
        let mut postcode_bytes = Vec::with_capacity(postcodes.len() * 8);
        for (code, segment, commune) in postcodes {
            postcode_bytes.extend_from_slice(&code.to_le_bytes());
            postcode_bytes.extend_from_slice(&segment.to_le_bytes());
            postcode_bytes.extend_from_slice(&commune.to_le_bytes());
        }
        GlobalBlocks {
            names: pack(&parts),
            words,
            places: pack(&place_parts),
            postcodes: postcode_bytes,
            tree: tree::build(leaves),
        }
    }
}

/// A commune: its segment and its place there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommuneRef {
    /// Place of the segment.
    pub segment: u16,
    /// Place of the commune in it.
    pub commune: u16,
}

/// Names of communes.
#[derive(Clone, Copy, Debug)]
pub struct Places<'a> {
    letters: &'a [u8],
    records: &'a [u8],
    signatures: &'a [u8],
}

impl<'a> Places<'a> {
    /// Over a block.
    pub fn new(block: &'a [u8]) -> Self {
        let [letters, records, signatures] =
            unpack::<3>(block).map(|r| block.get(r).unwrap_or_default());
        Self {
            letters,
            records,
            signatures,
        }
    }

    /// Number of names.
    pub fn len(&self) -> usize {
        self.records.len() / PLACE
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Letters of a name.
    pub fn key(&self, index: usize) -> &'a [u8] {
        let packed = u32_at(self.records, index * PLACE);
        let at = (packed >> 6) as usize;
        self.letters
            .get(at..at + (packed & 63) as usize + 1)
            .unwrap_or_default()
    }

    /// Inhabitants.
    pub fn population(&self, index: usize) -> u32 {
        u32_at(self.records, index * PLACE + 4)
    }

    /// The commune a name stands for.
    pub fn commune(&self, index: usize) -> CommuneRef {
        CommuneRef {
            segment: u16_at(self.records, index * PLACE + 8),
            commune: u16_at(self.records, index * PLACE + 10),
        }
    }

    /// Place of the first name that is not below these letters.
    pub fn lower_bound(&self, letters: &[u8]) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.key(middle) < letters {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Names equal to these letters.
    pub fn equal(&self, letters: &'a [u8]) -> impl Iterator<Item = usize> + use<'a> {
        let (from, places) = (self.lower_bound(letters), *self);
        (from..self.len()).take_while(move |&i| places.key(i) == letters)
    }

    /// Whether a name equals these letters.
    pub fn contains(&self, letters: &[u8]) -> bool {
        let from = self.lower_bound(letters);
        from < self.len() && self.key(from) == letters
    }

    /// Signature of a name.
    pub fn signature(&self, index: usize) -> Signature {
        Signature(u128_at(self.signatures, index * 16))
    }
}

/// Communes of a postcode.
pub fn communes_of_postcode(block: &[u8], postcode: u32) -> impl Iterator<Item = CommuneRef> + '_ {
    let count = block.len() / 8;
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if u32_at(block, middle * 8) < postcode {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    (low..count)
        .take_while(move |&i| u32_at(block, i * 8) == postcode)
        .map(move |i| CommuneRef {
            segment: u16_at(block, i * 8 + 4),
            commune: u16_at(block, i * 8 + 6),
        })
}

/// Distinct street names.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    letters: &'a [u8],
    records: &'a [u8],
    signatures: &'a [u8],
    streets: &'a [u8],
    starts: &'a [u8],
    tops: &'a [u8],
}

impl<'a> Names<'a> {
    /// Over a block.
    pub fn new(block: &'a [u8]) -> Self {
        let [letters, records, signatures, streets, starts, tops] =
            unpack::<6>(block).map(|r| block.get(r).unwrap_or_default());
        Self {
            letters,
            records,
            signatures,
            streets,
            starts,
            tops,
        }
    }

    /// Number of names.
    pub fn len(&self) -> usize {
        self.records.len() / NAME
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Letters of a name.
    pub fn letters(&self, index: u32) -> &'a [u8] {
        let at = index as usize * NAME;
        let begin = u32_at(self.records, at) as usize;
        let len = (u32_at(self.records, at + 4) as usize).min(64);
        self.letters.get(begin..begin + len).unwrap_or_default()
    }

    /// A name as a key without type.
    pub fn key(&self, index: u32) -> NameKey {
        NameKey::from_parts(
            self.letters(index),
            0,
            u64_at(self.records, index as usize * NAME + 8),
        )
    }

    /// Importance of its most important street.
    pub fn importance(&self, index: u32) -> f32 {
        f32::from_bits(u32_at(self.records, index as usize * NAME + 24)).clamp(0.0, 1.0)
    }

    /// Its streets, most important first.
    pub fn streets(&self, index: u32) -> impl Iterator<Item = u32> + use<'a> {
        let at = index as usize * NAME;
        let first = u32_at(self.records, at + 16) as usize * 4;
        let end = first.saturating_add(u32_at(self.records, at + 20) as usize * 4);
        self.streets
            .get(first..end)
            .unwrap_or_default()
            .chunks_exact(4)
            .map(|c| u32_at(c, 0))
    }

    /// Signatures in order.
    pub fn signatures(&self) -> impl Iterator<Item = Signatures> + use<'a> {
        self.signatures
            .chunks_exact(Signatures::BYTES)
            .map(|c| Signatures::read(c, 0))
    }

    /// The name with exactly these letters.
    pub fn find(&self, letters: &[u8]) -> Option<u32> {
        let (mut low, mut high) = (0, self.len() as u32);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.letters(middle) < letters {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low < self.len() as u32 && self.letters(low) == letters).then_some(low)
    }

    fn start(&self, place: usize) -> (u32, &'a [u8]) {
        let packed = u32_at(self.starts, place * 4);
        let name = packed >> 6;
        (
            name,
            self.letters(name)
                .get((packed & 63) as usize..)
                .unwrap_or_default(),
        )
    }

    fn bound(&self, is_before: impl Fn(&[u8]) -> bool) -> usize {
        let (mut low, mut high) = (0, self.starts.len() / 4);
        while low < high {
            let middle = low + (high - low) / 2;
            if is_before(self.start(middle).1) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Names with a word start from which these letters follow: the `most` most important ones.
    pub fn with_words(&self, letters: &[u8], most: usize) -> Vec<u32> {
        let low = self.bound(|tail| tail < letters);
        let high = self.bound(|tail| tail < letters || tail.starts_with(letters));
        let mut found: Vec<(f32, u32)> = Vec::new();
        if high - low <= 4 * TOP {
            found.extend(
                (low..high)
                    .map(|i| self.start(i).0)
                    .map(|n| (self.importance(n), n)),
            );
        } else {
            // Only the stretches whose greatest importance is among the best are looked into.
            let mut stretches: Vec<(f32, usize)> = (low / TOP..=(high - 1) / TOP)
                .map(|b| (f32::from_bits(u32_at(self.tops, b * 4)), b))
                .collect();
            let kept = most.min(stretches.len());
            if kept < stretches.len() {
                stretches
                    .select_nth_unstable_by(kept, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
                stretches.truncate(kept);
            }
            for (_, stretch) in stretches {
                for i in (stretch * TOP).max(low)..((stretch + 1) * TOP).min(high) {
                    let name = self.start(i).0;
                    found.push((self.importance(name), name));
                }
            }
        }
        found.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        found.dedup_by_key(|f| f.1);
        found.truncate(most);
        found.into_iter().map(|f| f.1).collect()
    }
}
