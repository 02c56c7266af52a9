//! Which numbers stand on a street, and where?

use crate::dice::Dice;
use crate::ground::{Degrees, Xy};
use crate::streets::{Numbering, Street, StreetPlan};
use crate::town::Town;

/// One house number.
#[derive(Debug)]
pub(crate) struct Address<'a> {
    pub(crate) street: &'a Street,
    pub(crate) number: usize,
    /// `""`, `bis`, `ter`, `quater` or a letter.
    pub(crate) suffix: &'static str,
    pub(crate) at: Xy,
    pub(crate) lon: f64,
    pub(crate) lat: f64,
    pub(crate) kind: &'static str,
    pub(crate) certified: bool,
    pub(crate) parcel: usize,
}

impl Address<'_> {
    /// As a person would write it.
    pub(crate) fn text(&self, town: &Town) -> String {
        let gap = if self.suffix.is_empty() { "" } else { " " };
        format!(
            "{}{gap}{} {} {} {}",
            self.number,
            self.suffix,
            self.street.name,
            town.postcodes[self.street.postcode],
            town.name
        )
    }
}

const KINDS: &[&str] = &[
    "entrée",
    "entrée",
    "entrée",
    "entrée",
    "entrée",
    "bâtiment",
    "parcelle",
    "segment",
];
const LETTERS: &[&str] = &["a", "b", "c", "d"];

/// Gives every address of a town in the order of its streets.
pub(crate) fn each_address(
    town: &Town,
    plan: &StreetPlan,
    degrees: &mut Degrees,
    seed: u64,
    mut take: impl FnMut(&Address),
) {
    for (n, street) in plan.streets.iter().enumerate() {
        let mut dice = Dice::new(seed, &[7, town.index as u64, n as u64]);
        let mut walk = Walk::new(&street.line);
        let mut next = [1, 2];
        let mut last = [(0, ""); 2];
        for position in 0..street.addresses {
            let t = (position as f64 + dice.between(0.2, 0.8)) / street.addresses as f64;
            let along_m = t * street.length_m;
            let side = (position + usize::from(dice.chance(0.08))) % 2;
            let (on_axis, left) = walk.to(along_m);
            let setback = dice.between(5.0, 11.0) * if side == 0 { 1.0 } else { -1.0 };
            let at = Xy {
                x: ((on_axis.x + left.x * setback) * 100.0).round() / 100.0,
                y: ((on_axis.y + left.y * setback) * 100.0).round() / 100.0,
            };
            let (number, suffix) = match street.numbering {
                Numbering::Metric => {
                    let metres = (along_m as usize).max(1);
                    let number = metres.max(last[0].0 + 1);
                    (number, "")
                }
                Numbering::Sides => {
                    if let Some(same) = following(last[side], &mut dice) {
                        same
                    } else {
                        if dice.chance(0.07) {
                            next[side] += 2;
                        }
                        let number = next[side];
                        next[side] += 2;
                        (number, "")
                    }
                }
            };
            match street.numbering {
                Numbering::Metric => last[0] = (number, suffix),
                Numbering::Sides => last[side] = (number, suffix),
            }
            let (lon, lat) = degrees.of(at);
            take(&Address {
                street,
                number,
                suffix,
                at,
                lon,
                lat,
                kind: dice.pick::<&str>(KINDS),
                certified: dice.chance(0.6),
                parcel: dice.below(640),
            });
        }
    }
}

/// The same number again with the next suffix, now and then.
fn following(last: (usize, &'static str), dice: &mut Dice) -> Option<(usize, &'static str)> {
    let draw = dice.unit();
    let suffix = match last.1 {
        _ if last.0 == 0 => return None,
        "" if draw < 0.055 => "bis",
        "" if draw < 0.085 => LETTERS[0],
        "bis" if draw < 0.25 => "ter",
        "ter" if draw < 0.3 => "quater",
        "a" if draw < 0.6 => LETTERS[1],
        "b" if draw < 0.4 => LETTERS[2],
        "c" if draw < 0.3 => LETTERS[3],
        _ => return None,
    };
    Some((last.0, suffix))
}

/// Walks a line forwards.
struct Walk<'a> {
    line: &'a [Xy],
    piece: usize,
    before_m: f64,
}

impl<'a> Walk<'a> {
    fn new(line: &'a [Xy]) -> Self {
        Self {
            line,
            piece: 0,
            before_m: 0.0,
        }
    }

    /// The place `along_m` from the start, and the unit vector to its left.
    fn to(&mut self, along_m: f64) -> (Xy, Xy) {
        loop {
            let (a, b) = (self.line[self.piece], self.line[self.piece + 1]);
            let piece_m = a.distance(b);
            if along_m <= self.before_m + piece_m || self.piece + 2 == self.line.len() {
                let t = if piece_m > 0.0 {
                    ((along_m - self.before_m) / piece_m).min(1.0)
                } else {
                    0.0
                };
                let unit = piece_m.max(1e-9);
                let left = Xy {
                    x: (a.y - b.y) / unit,
                    y: (b.x - a.x) / unit,
                };
                return (a.towards(b, t), left);
            }
            self.before_m += piece_m;
            self.piece += 1;
        }
    }
}
