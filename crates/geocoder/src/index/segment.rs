//! What is in this department? Reads one segment: communes, their streets, their numbers.
//!
//! Parts: 0 strings · 1 communes (48 bytes) · 2 postcodes · 3 streets (64 bytes) · 4 signatures ·
//! 5 numbers (12 bytes) · 6 suffixes · 7 addresses whose id is not made of street, number and suffix ·
//! 8 BAN ids of addresses (16 bytes, or nothing) · 9 other names of communes · 10 former communes ·
//! 11 postcodes of communes · 12 streets by the hash of their name.

use std::ops::Range;

use super::bytes::{i32_at, str_at, u16_at, u32_at, u64_at, unpack};
use crate::distance::Signatures;
use crate::text::NameKey;

/// Number of parts.
pub const PARTS: usize = 13;
/// Bytes of a commune.
pub const COMMUNE: usize = 48;
/// Bytes of a street.
pub const STREET: usize = 64;
/// Bytes of a number.
pub const NUMBER: usize = 12;
/// No such thing.
pub const NONE16: u16 = u16::MAX;
/// No such thing.
pub const NONE32: u32 = u32::MAX;
/// Bits a suffix takes beside its number.
pub const SUFFIX_BITS: u32 = 14;

/// Flag of a commune: its name is the one of its addresses, no list of communes gave one.
pub const NAME_IS_FROM_ROWS: u8 = 1;
/// Flag of a commune: its position is the mean of its streets.
pub const CENTER_IS_COMPUTED: u8 = 2;

/// Where the parts of a segment are in the file.
#[derive(Clone, Debug)]
pub struct SegmentPlace {
    /// The block in the file.
    pub block: Range<usize>,
    /// Its parts, relative to the block.
    pub parts: [Range<usize>; PARTS],
}

impl SegmentPlace {
    /// Reads the table of parts.
    pub fn new(file: &[u8], block: Range<usize>) -> Self {
        let parts = unpack(file.get(block.clone()).unwrap_or_default());
        Self { block, parts }
    }

    /// The segment over the file's bytes.
    pub fn segment<'a>(&'a self, file: &'a [u8]) -> Segment<'a> {
        Segment {
            data: file.get(self.block.clone()).unwrap_or_default(),
            parts: &self.parts,
        }
    }
}

/// One department.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    data: &'a [u8],
    parts: &'a [Range<usize>; PARTS],
}

/// One commune of a segment.
#[derive(Clone, Copy, Debug)]
pub struct Commune<'a> {
    /// INSEE code.
    pub citycode: &'a str,
    /// Official name.
    pub name: &'a str,
    /// Inhabitants, 0 when unknown.
    pub population: u32,
    /// Position in 10⁻⁷ degrees.
    pub lon_e7: i32,
    /// Position in 10⁻⁷ degrees.
    pub lat_e7: i32,
    /// Its streets in the segment.
    pub streets: (u32, u32),
    /// [`NAME_IS_FROM_ROWS`], [`CENTER_IS_COMPUTED`].
    pub flags: u8,
    /// Its other names, places in part 9.
    names: (u32, u16),
    /// Its postcodes, places in part 11.
    postcodes: (u32, u16),
}

/// One street or place of a segment.
#[derive(Clone, Copy, Debug)]
pub struct Street<'a> {
    /// Official name.
    pub name: &'a str,
    /// BAN id.
    pub id: &'a str,
    /// Place of its commune.
    pub commune: u16,
    /// Postcode as a number, 0 when none.
    pub postcode: u32,
    /// Place of its former commune, [`NONE16`] when none.
    pub old: u16,
    /// Position in 10⁻⁷ degrees.
    pub lon_e7: i32,
    /// Position in 10⁻⁷ degrees.
    pub lat_e7: i32,
    /// Its numbers in the segment.
    pub numbers: (u32, u32),
    /// A named place rather than a street.
    pub is_place: bool,
    /// Whether its position is its own, not the one of a number.
    pub has_own_position: bool,
    /// Importance of the formula, 0 to 1.
    pub importance: f32,
    /// Place of its BAN UUID among the strings, [`NONE32`] when none.
    ban_id: u32,
}

/// One house number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// Place in the segment.
    pub index: u32,
    /// The number.
    pub number: u32,
    /// Place of its suffix, 0 for none.
    pub suffix: u32,
    /// Position in 10⁻⁷ degrees.
    pub lon_e7: i32,
    /// Position in 10⁻⁷ degrees.
    pub lat_e7: i32,
}

impl<'a> Segment<'a> {
    fn part(&self, i: usize) -> &'a [u8] {
        self.parts
            .get(i)
            .and_then(|r| self.data.get(r.clone()))
            .unwrap_or_default()
    }

    fn string(&self, offset: u32, len: usize) -> &'a str {
        str_at(self.part(0), offset as usize, len)
    }

    /// Number of communes.
    pub fn commune_count(&self) -> u32 {
        (self.part(1).len() / COMMUNE) as u32
    }

    /// Number of streets and places.
    pub fn street_count(&self) -> u32 {
        (self.part(3).len() / STREET) as u32
    }

    /// Number of house numbers.
    pub fn number_count(&self) -> u32 {
        (self.part(5).len() / NUMBER) as u32
    }

    /// One commune, empty past the end.
    pub fn commune(&self, index: u32) -> Commune<'a> {
        let p = self.part(1);
        let at = index as usize * COMMUNE;
        let first = u32_at(p, at + 24);
        let count = u32_at(p, at + 28).min(self.street_count().saturating_sub(first));
        Commune {
            citycode: str_at(p, at, 5),
            flags: p.get(at + 5).copied().unwrap_or(0),
            name: self.string(u32_at(p, at + 8), usize::from(u16_at(p, at + 6))),
            population: u32_at(p, at + 12),
            lon_e7: i32_at(p, at + 16),
            lat_e7: i32_at(p, at + 20),
            streets: (first, first.saturating_add(count)),
            names: (u32_at(p, at + 32), u16_at(p, at + 40)),
            postcodes: (u32_at(p, at + 36), u16_at(p, at + 42)),
        }
    }

    /// Place of the commune of a code.
    pub fn find_commune(&self, citycode: &str) -> Option<u32> {
        let (mut low, mut high) = (0, self.commune_count());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.commune(middle).citycode.cmp(citycode) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(middle),
            }
        }
        None
    }

    /// Other names of a commune.
    pub fn other_names(&self, commune: &Commune<'a>) -> impl Iterator<Item = &'a str> {
        let (p, segment) = (self.part(9), *self);
        let first = commune.names.0 as usize;
        (first..first.saturating_add(usize::from(commune.names.1)))
            .map(move |i| segment.string(u32_at(p, i * 8), u32_at(p, i * 8 + 4) as usize))
    }

    /// Postcodes of a commune, as numbers.
    pub fn postcodes(&self, commune: &Commune<'a>) -> impl Iterator<Item = u32> + use<'a> {
        let p = self.part(11);
        let first = commune.postcodes.0 as usize;
        (first..first.saturating_add(usize::from(commune.postcodes.1)))
            .map(move |i| u32_at(p, i * 4))
            .filter(|&c| c > 0)
    }

    /// One street, empty past the end.
    pub fn street(&self, index: u32) -> Street<'a> {
        let p = self.part(3);
        let at = index as usize * STREET;
        let first = u32_at(p, at + 32);
        let count = u32_at(p, at + 36).min(self.number_count().saturating_sub(first));
        Street {
            name: self.string(u32_at(p, at), usize::from(u16_at(p, at + 4))),
            id: self.string(
                u32_at(p, at + 8),
                usize::from(p.get(at + 6).copied().unwrap_or(0)),
            ),
            is_place: p.get(at + 7).copied().unwrap_or(0) & 1 == 1,
            has_own_position: p.get(at + 7).copied().unwrap_or(0) & 2 == 2,
            commune: u16_at(p, at + 18),
            postcode: self.postcode(u16_at(p, at + 20)),
            old: u16_at(p, at + 22),
            lon_e7: i32_at(p, at + 24),
            lat_e7: i32_at(p, at + 28),
            numbers: (first, first.saturating_add(count)),
            importance: f32::from_bits(u32_at(p, at + 48)).clamp(0.0, 1.0),
            ban_id: u32_at(p, at + 52),
        }
    }

    /// Postcode and commune of a street, without the rest.
    pub fn street_area(&self, index: u32) -> (u32, u16) {
        let p = self.part(3);
        let at = index as usize * STREET;
        (self.postcode(u16_at(p, at + 20)), u16_at(p, at + 18))
    }

    /// The name of a street, ready to be compared.
    pub fn key(&self, index: u32) -> NameKey {
        let p = self.part(3);
        let at = index as usize * STREET;
        let offset = u32_at(p, at + 12) as usize;
        let len = usize::from(p.get(at + 16).copied().unwrap_or(0));
        let letters = self.part(0).get(offset..offset + len).unwrap_or_default();
        NameKey::from_parts(
            letters,
            p.get(at + 17).copied().unwrap_or(0),
            u64_at(p, at + 40),
        )
    }

    fn postcode(&self, index: u16) -> u32 {
        if index == NONE16 {
            0
        } else {
            u32_at(self.part(2), usize::from(index) * 4)
        }
    }

    /// Signatures of streets, in order.
    pub fn signatures(&self, streets: (u32, u32)) -> impl Iterator<Item = Signatures> + use<'a> {
        let p = self.part(4);
        let (a, b) = (
            streets.0 as usize * Signatures::BYTES,
            streets.1 as usize * Signatures::BYTES,
        );
        p.get(a..b.min(p.len()))
            .unwrap_or_default()
            .chunks_exact(Signatures::BYTES)
            .map(|c| Signatures::read(c, 0))
    }

    /// Streets whose name without type has this hash.
    pub fn streets_of_hash(&self, hash: u32) -> impl Iterator<Item = u32> + use<'a> {
        self.streets_of_hash_among(hash, (0, NONE32))
    }

    /// Those of them from the first of `streets` to before the second: in the order of the streets, as they are kept, so
    /// that those of a commune are found without looking at the same name elsewhere.
    pub fn streets_of_hash_among(
        &self,
        hash: u32,
        streets: (u32, u32),
    ) -> impl Iterator<Item = u32> + use<'a> {
        let p = self.part(12);
        let count = p.len() / 8;
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low + (high - low) / 2;
            if (u32_at(p, middle * 8), u32_at(p, middle * 8 + 4)) < (hash, streets.0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        (low..count)
            .map(move |i| (u32_at(p, i * 8), u32_at(p, i * 8 + 4)))
            .take_while(move |(of, street)| *of == hash && *street < streets.1)
            .map(|(_, street)| street)
    }

    /// Former commune: code and name.
    pub fn old_commune(&self, index: u16) -> Option<(&'a str, &'a str)> {
        let p = self.part(10);
        let at = usize::from(index) * 16;
        (index != NONE16 && at + 16 <= p.len()).then(|| {
            (
                self.string(u32_at(p, at), u32_at(p, at + 4) as usize),
                self.string(u32_at(p, at + 8), u32_at(p, at + 12) as usize),
            )
        })
    }

    /// One number, by its place.
    pub fn number(&self, index: u32) -> Number {
        let p = self.part(5);
        let at = index as usize * NUMBER;
        let packed = u32_at(p, at);
        Number {
            index,
            number: packed >> SUFFIX_BITS,
            suffix: packed & ((1 << SUFFIX_BITS) - 1),
            lon_e7: i32_at(p, at + 4),
            lat_e7: i32_at(p, at + 8),
        }
    }

    /// The numbers of a street, by number then suffix.
    pub fn numbers(
        &self,
        street: &Street<'_>,
    ) -> impl DoubleEndedIterator<Item = Number> + use<'a> {
        let segment = *self;
        (street.numbers.0..street.numbers.1).map(move |i| segment.number(i))
    }

    /// Place of the first number of a street that is not below `number`.
    pub fn lower_bound(&self, street: &Street<'_>, number: u32) -> u32 {
        let (mut low, mut high) = street.numbers;
        while low < high {
            let middle = low + (high - low) / 2;
            if self.number(middle).number < number {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// A suffix as BAN writes it, empty for none.
    pub fn suffix(&self, index: u32) -> &'a str {
        let p = self.part(6);
        let at = index as usize * 8;
        self.string(u32_at(p, at), u32_at(p, at + 4) as usize)
    }

    /// BAN id of an address.
    pub fn number_id(&self, street: &Street<'_>, number: Number) -> String {
        let p = self.part(7);
        let (mut low, mut high) = (0, p.len() / 12);
        while low < high {
            let middle = low + (high - low) / 2;
            if u32_at(p, middle * 12) < number.index {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let at = low * 12;
        if at < p.len() && u32_at(p, at) == number.index {
            return self
                .string(u32_at(p, at + 4), u32_at(p, at + 8) as usize)
                .to_owned();
        }
        derived_id(street.id, number.number, self.suffix(number.suffix))
    }

    /// BAN UUID of an address.
    pub fn number_ban_id(&self, number: Number) -> Option<String> {
        uuid_text(
            self.part(8)
                .get(number.index as usize * 16..)?
                .first_chunk()?,
        )
    }

    /// BAN UUID of a street.
    pub fn street_ban_id(&self, street: &Street<'_>) -> Option<String> {
        if street.ban_id == NONE32 {
            return None;
        }
        uuid_text(self.part(0).get(street.ban_id as usize..)?.first_chunk()?)
    }
}

/// Hash of a name, for the exact search.
pub fn name_hash(letters: &[u8]) -> u32 {
    crc32fast::hash(letters)
}

/// `75102_7835_00015_bis`, made of street, number and suffix.
pub fn derived_id(street_id: &str, number: u32, suffix: &str) -> String {
    if suffix.is_empty() {
        format!("{street_id}_{number:05}")
    } else {
        format!("{street_id}_{number:05}_{suffix}")
    }
}

/// Sixteen bytes of a UUID; nothing for another text.
pub fn uuid_bytes(text: &str) -> Option<[u8; 16]> {
    let mut out = [0_u8; 16];
    let mut digits = text.bytes().filter(|&b| b != b'-');
    for byte in &mut out {
        let pair = [digits.next()?, digits.next()?];
        *byte = u8::from_str_radix(std::str::from_utf8(&pair).ok()?, 16).ok()?;
    }
    digits.next().is_none().then_some(out)
}

fn uuid_text(bytes: &[u8; 16]) -> Option<String> {
    if bytes == &[0; 16] {
        return None;
    }
    let hex = format!("{:032x}", u128::from_be_bytes(*bytes));
    Some(format!(
        "{}-{}-{}-{}-{}",
        hex.get(..8)?,
        hex.get(8..12)?,
        hex.get(12..16)?,
        hex.get(16..20)?,
        hex.get(20..)?
    ))
}
