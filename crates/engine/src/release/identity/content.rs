//! A row's content as numbers: to sort rows whatever their order in the file, and to make short ids.

use crate::release::communes::name::fold;
use crate::release::row::{Form, KeyedRow};
use geo::{Coord, LineString};

/// FNV-1a over 64 bits (Fowler, Noll, Vo), finished by the mixer of `splitmix64`: stable for ever, which the standard
/// hasher is not.
struct Hash(u64);

impl Hash {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn word(&mut self, word: u64) {
        self.0 = (self.0 ^ word)
            .wrapping_mul(0x0000_0100_0000_01b3)
            .rotate_left(23);
    }

    fn text(&mut self, text: &str) {
        for byte in text.bytes() {
            self.word(u64::from(byte));
        }
        self.word(0x100);
    }

    fn position(&mut self, p: Coord<f64>) {
        self.word(p.x.to_bits());
        self.word(p.y.to_bits());
    }

    fn finish(&self) -> u64 {
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// What an import computes from other tables: the same file read next to other figures or outlines is the same row.
const COMPUTED: [&str; 4] = ["figures", "figures_year", "communes_insee", "network_keys"];

/// Everything the row's file says of it, to the last bit.
pub(super) fn exact<T: KeyedRow>(row: &T) -> u64 {
    let mut hash = Hash::new();
    if let Ok(serde_json::Value::Object(mut cells)) = serde_json::to_value(row) {
        cells.retain(|name, _| !COMPUTED.contains(&name.as_str()));
        hash.text(&serde_json::Value::Object(cells).to_string());
    }
    hash.word(shape(row.form()));
    hash.finish()
}

/// The shape alone, to the last bit.
pub(super) fn shape(form: Form<'_>) -> u64 {
    let mut hash = Hash::new();
    each_line(form, |line| {
        hash.word(line.len() as u64);
        for p in line {
            hash.position(*p);
        }
    });
    hash.finish()
}

/// What a short id is made from: what identifies a row when it is first seen, coarse enough to be the same whatever
/// the format the row came in.
pub(super) fn first_seen<T: KeyedRow>(row: &T) -> u64 {
    let mut hash = Hash::new();
    hash.text(row.key_kind().prefix());
    hash.text(&fold(row.name().unwrap_or_default()));
    let mut communes: Vec<String> = row.communes().iter().map(|name| fold(name)).collect();
    communes.sort();
    for name in &communes {
        hash.text(name);
    }
    hash.text(&row.id_fcu().map(|id| id.to_string()).unwrap_or_default());
    let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
    each_line(row.form(), |line| {
        for p in line {
            low = [low[0].min(p.x), low[1].min(p.y)];
            high = [high[0].max(p.x), high[1].max(p.y)];
        }
    });
    for edge in low.into_iter().chain(high) {
        hash.word((edge / 2.0).round() as i64 as u64);
    }
    hash.finish()
}

fn each_line(form: Form<'_>, mut visit: impl FnMut(&[Coord<f64>])) {
    match form {
        Form::None => {}
        Form::Point(point) => visit(&[point.shape.0]),
        Form::Lines(lines) => lines.shape.0.iter().for_each(|line| visit(&line.0)),
        Form::Area(area) => {
            for polygon in &area.shape.0 {
                visit(&polygon.exterior().0);
                polygon
                    .interiors()
                    .iter()
                    .for_each(|ring: &LineString<f64>| visit(&ring.0));
            }
        }
    }
}

/// Letters and digits that are not mistaken for one another.
const SYMBOLS: &[u8; 32] = b"abcdefghjkmnpqrstvwxyz0123456789";
const LETTERS: u64 = 22;

/// A short id of `length` symbols (1 to 12): a letter first, lower case, so that it is never taken for an SNCU id.
pub(super) fn short_id(number: u64, length: usize) -> String {
    let mut id = String::with_capacity(length);
    let mut rest = number;
    id.push(char::from(SYMBOLS[(rest % LETTERS) as usize]));
    rest /= LETTERS;
    for _ in 1..length {
        id.push(char::from(SYMBOLS[(rest % 32) as usize]));
        rest /= 32;
    }
    id
}
