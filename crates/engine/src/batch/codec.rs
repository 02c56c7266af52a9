//! Answers as bytes, to be kept until the result is written: small, and the same for the same answers.
//!
//! A mark and a version, then zstd of: the networks and the communes, each once, in the order of their first row; then the
//! rows. Texts are a length and UTF-8, lengths are LEB128, numbers little-endian.

#![allow(
    clippy::option_option,
    reason = "the outer says whether it can be read, the inner whether it is there"
)]

use super::answer::{Answer, Commune, Network, Outcome, Status};
use super::error::BatchError;
use super::locate::Located;
use crate::crs::LonLat;
use crate::eligibility::{NetworkTable, VerdictType};
use caloduc_geocoder::PlaceKind;
use std::collections::HashMap;
use std::sync::Arc;

const MARK: &[u8; 4] = b"CAN1";
const LEVEL: i32 = 1;

const TABLES: [NetworkTable; 3] = [
    NetworkTable::Heat,
    NetworkTable::Cold,
    NetworkTable::Project,
];
const KINDS: [PlaceKind; 4] = [
    PlaceKind::HouseNumber,
    PlaceKind::Street,
    PlaceKind::Locality,
    PlaceKind::Municipality,
];

/// The answers as bytes.
pub fn encode(answers: &[Answer]) -> Vec<u8> {
    let mut networks = Table::default();
    let mut communes = Table::default();
    let mut rows = Writer(Vec::with_capacity(answers.len() * 64));
    for answer in answers {
        rows.answer(answer, &mut networks, &mut communes);
    }
    let mut out = Writer(Vec::with_capacity(rows.0.len() + 4096));
    out.length(networks.kept.len());
    for network in &networks.kept {
        out.network(network);
    }
    out.length(communes.kept.len());
    for commune in &communes.kept {
        out.text(&commune.code);
        out.optional_text(commune.name.as_deref());
    }
    out.length(answers.len());
    out.0.extend_from_slice(&rows.0);
    pack(*MARK, &out.0)
}

/// A mark, a length, and the bytes made small.
pub(super) fn pack(mark: [u8; 4], plain: &[u8]) -> Vec<u8> {
    let packed = zstd::bulk::compress(plain, LEVEL).expect("memory takes every byte");
    let mut bytes = mark.to_vec();
    bytes.extend_from_slice(&(plain.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&packed);
    bytes
}

/// The answers that [`encode`] made bytes of.
pub fn decode(bytes: &[u8]) -> Result<Vec<Answer>, BatchError> {
    let plain = unpack(*MARK, bytes)?;
    let mut reader = Reader(&plain);
    let answers = reader.answers();
    match answers {
        Some(answers) if reader.0.is_empty() => Ok(answers),
        _ => Err(BatchError::Stored("contenu")),
    }
}

/// The bytes that [`pack`] made small.
pub(super) fn unpack(mark: [u8; 4], bytes: &[u8]) -> Result<Vec<u8>, BatchError> {
    let rest = bytes
        .strip_prefix(&mark)
        .ok_or(BatchError::Stored("autre version"))?;
    let (length, packed) = rest
        .split_first_chunk::<4>()
        .ok_or(BatchError::Stored("fin inattendue"))?;
    let length = u32::from_le_bytes(*length) as usize;
    if length > 1 << 30 {
        return Err(BatchError::Stored("longueur"));
    }
    zstd::bulk::decompress(packed, length).map_err(|_damaged| BatchError::Stored("compression"))
}

/// Values that are written once and then named by their number. Those that answers share are told by their address
/// first, which is quick, then by their key.
struct Table<T> {
    kept: Vec<Arc<T>>,
    places: HashMap<*const T, usize>,
    keys: HashMap<String, usize>,
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self {
            kept: Vec::new(),
            places: HashMap::new(),
            keys: HashMap::new(),
        }
    }
}

impl<T: PartialEq> Table<T> {
    /// The number of a value, from 1.
    fn number(&mut self, value: &Arc<T>, key: impl Fn(&T) -> &str) -> usize {
        if let Some(number) = self.places.get(&Arc::as_ptr(value)) {
            return *number;
        }
        let known = self.keys.get(key(value)).copied();
        let number = known
            .filter(|number| *self.kept[number - 1] == **value)
            .unwrap_or_else(|| {
                self.kept.push(Arc::clone(value));
                self.kept.len()
            });
        self.keys.entry(key(value).to_owned()).or_insert(number);
        self.places.insert(Arc::as_ptr(value), number);
        number
    }
}

pub(super) struct Writer(pub(super) Vec<u8>);

impl Writer {
    pub(super) fn length(&mut self, mut value: usize) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.length(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn optional_text(&mut self, text: Option<&str>) {
        match text {
            Some(text) => {
                self.0.push(1);
                self.text(text);
            }
            None => self.0.push(0),
        }
    }

    fn float(&mut self, value: f64) {
        self.0.extend_from_slice(&value.to_bits().to_le_bytes());
    }

    fn optional_float(&mut self, value: Option<f64>) {
        self.0.push(u8::from(value.is_some()));
        if let Some(value) = value {
            self.float(value);
        }
    }

    /// 0 for none.
    pub(super) fn optional_number(&mut self, value: Option<u32>) {
        self.length(value.map_or(0, |value| value as usize + 1));
    }

    pub(super) fn place(&mut self, place: LonLat) {
        self.float(place.lon);
        self.float(place.lat);
    }

    fn network(&mut self, network: &Network) {
        self.text(&network.key);
        self.0.push(position(&TABLES, &network.table));
        self.optional_text(network.id.as_deref());
        self.optional_text(network.name.as_deref());
        self.optional_text(network.operator.as_deref());
        self.optional_float(network.renewable_rate_pct);
        self.optional_float(network.co2_lca_kg_per_kwh);
        self.0.push(match network.classified {
            None => 0,
            Some(false) => 1,
            Some(true) => 2,
        });
    }

    fn answer(
        &mut self,
        answer: &Answer,
        networks: &mut Table<Network>,
        communes: &mut Table<Commune>,
    ) {
        self.0.push(position(&Status::ALL, &answer.status));
        self.0.push(
            u8::from(answer.found.is_some())
                | u8::from(answer.place.is_some()) << 1
                | u8::from(answer.outcome.is_some()) << 2
                | u8::from(!answer.problem.is_empty()) << 3,
        );
        if let Some(found) = &answer.found {
            self.text(&found.label);
            self.float(found.score);
            self.0.push(position(&KINDS, &found.kind));
            self.text(&found.id);
            self.text(&found.citycode);
            self.place(found.place);
        }
        if let Some(place) = answer.place {
            self.place(place);
        }
        if let Some(outcome) = &answer.outcome {
            self.0.push(position(&VerdictType::ALL, &outcome.kind));
            self.optional_number(outcome.distance_m);
            let network = outcome.network.as_ref();
            self.length(network.map_or(0, |value| networks.number(value, |n| &n.key)));
            let commune = outcome.commune.as_ref();
            self.length(commune.map_or(0, |value| communes.number(value, |c| &c.code)));
            self.0.push(
                u8::from(outcome.in_priority_area) | u8::from(outcome.untraced_in_commune) << 1,
            );
            self.optional_number(outcome.nearest_cold_distance_m);
            self.optional_number(outcome.release);
        }
        if !answer.problem.is_empty() {
            self.text(&answer.problem);
        }
    }
}

fn position<T: PartialEq>(all: &[T], one: &T) -> u8 {
    let at = all.iter().position(|known| known == one);
    at.expect("every value is in the list of all values") as u8
}

/// Reads what [`Writer`] wrote; `None` when it cannot be.
pub(super) struct Reader<'b>(pub(super) &'b [u8]);

impl Reader<'_> {
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    pub(super) fn length(&mut self) -> Option<usize> {
        let mut value = 0_u64;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return usize::try_from(value).ok();
            }
        }
        None
    }

    pub(super) fn text(&mut self) -> Option<String> {
        let length = self.length()?;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(std::str::from_utf8(text).ok()?.to_owned())
    }

    /// The outer option: readable; the inner: there.
    fn optional<T>(&mut self, read: impl Fn(&mut Self) -> Option<T>) -> Option<Option<T>> {
        match self.byte()? {
            0 => Some(None),
            1 => read(self).map(Some),
            _ => None,
        }
    }

    fn float(&mut self) -> Option<f64> {
        let (bytes, rest) = self.0.split_first_chunk::<8>()?;
        self.0 = rest;
        Some(f64::from_bits(u64::from_le_bytes(*bytes)))
    }

    pub(super) fn optional_number(&mut self) -> Option<Option<u32>> {
        match self.length()? {
            0 => Some(None),
            more => u32::try_from(more - 1).ok().map(Some),
        }
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        all.get(usize::from(self.byte()?)).copied()
    }

    pub(super) fn place(&mut self) -> Option<LonLat> {
        LonLat::new(self.float()?, self.float()?)
    }

    fn network(&mut self) -> Option<Network> {
        Some(Network {
            key: self.text()?,
            table: self.one_of(&TABLES)?,
            id: self.optional(Self::text)?,
            name: self.optional(Self::text)?,
            operator: self.optional(Self::text)?,
            renewable_rate_pct: self.optional(Self::float)?,
            co2_lca_kg_per_kwh: self.optional(Self::float)?,
            classified: self.one_of(&[None, Some(false), Some(true)])?,
        })
    }

    fn table<T>(&mut self, read: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<Arc<T>>> {
        (0..self.length()?)
            .map(|_| read(self).map(Arc::new))
            .collect()
    }

    fn answers(&mut self) -> Option<Vec<Answer>> {
        let networks = self.table(Self::network)?;
        let communes = self.table(|reader| {
            Some(Commune {
                code: reader.text()?,
                name: reader.optional(Self::text)?,
            })
        })?;
        (0..self.length()?)
            .map(|_| self.answer(&networks, &communes))
            .collect()
    }

    fn answer(&mut self, networks: &[Arc<Network>], communes: &[Arc<Commune>]) -> Option<Answer> {
        let status = self.one_of(&Status::ALL)?;
        let parts = self.byte()?;
        let has = |bit: u8| parts >> bit & 1 == 1;
        let found = if has(0) { Some(self.found()?) } else { None };
        let place = if has(1) { Some(self.place()?) } else { None };
        let outcome = if has(2) {
            Some(self.outcome(networks, communes)?)
        } else {
            None
        };
        let problem = if has(3) { self.text()? } else { String::new() };
        Some(Answer {
            status,
            found,
            place,
            outcome,
            problem,
        })
    }

    fn found(&mut self) -> Option<Located> {
        Some(Located {
            label: self.text()?,
            score: self.float()?,
            kind: self.one_of(&KINDS)?,
            id: self.text()?,
            citycode: self.text()?,
            place: self.place()?,
        })
    }

    fn outcome(&mut self, networks: &[Arc<Network>], communes: &[Arc<Commune>]) -> Option<Outcome> {
        let kind = self.one_of(&VerdictType::ALL)?;
        let distance_m = self.optional_number()?;
        let network = self.shared(networks)?;
        let commune = self.shared(communes)?;
        let flags = self.byte()?;
        Some(Outcome {
            kind,
            distance_m,
            network,
            commune,
            in_priority_area: flags & 1 == 1,
            untraced_in_commune: flags >> 1 & 1 == 1,
            nearest_cold_distance_m: self.optional_number()?,
            release: self.optional_number()?,
        })
    }

    fn shared<T>(&mut self, kept: &[Arc<T>]) -> Option<Option<Arc<T>>> {
        match self.length()? {
            0 => Some(None),
            number => kept.get(number - 1).map(|value| Some(Arc::clone(value))),
        }
    }
}
