//! What is it called? Names for towns and streets, and the same names as the postal files write them.

pub(crate) mod streets;
pub(crate) mod towns;

use crate::dice::{Dice, keyed};
use std::collections::HashSet;

/// How much of a street there is to name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StreetRank {
    Main,
    Ordinary,
    Short,
}

/// Names the streets of one commune, each name once.
#[derive(Debug)]
pub(crate) struct StreetNames {
    given: HashSet<u64>,
    /// Names every town has, not yet given here.
    homonyms: Vec<&'static str>,
    curly: bool,
}

impl StreetNames {
    pub(crate) fn new(dice: &mut Dice) -> Self {
        Self {
            given: HashSet::new(),
            homonyms: streets::HOMONYMS.to_vec(),
            curly: dice.chance(0.1),
        }
    }

    pub(crate) fn draw(&mut self, rank: StreetRank, dice: &mut Dice) -> String {
        while let Some(at) = self.homonyms.iter().position(|name| suits(name, rank)) {
            let name = self.homonyms.remove(at);
            if dice.chance(0.75) && self.given.insert(fingerprint(name)) {
                return self.typeset(name);
            }
        }
        for attempt in 0.. {
            let way = *dice.pick(match rank {
                StreetRank::Main => streets::MAIN_WAYS,
                StreetRank::Ordinary => streets::WAYS,
                StreetRank::Short => streets::SHORT_WAYS,
            });
            let name = match dice.below(if attempt < 4 { 100 } else { 140 }) {
                0..=42 => format!("{way} {}", dice.pick(streets::PEOPLE)),
                43..=46 => format!("{way} {}", dice.pick(streets::DATES)),
                47..=92 => {
                    let thing = *dice.pick(streets::THINGS);
                    if thing.starts_with(|c: char| c.is_uppercase()) {
                        format!("Rue {thing}")
                    } else {
                        format!("{way} {thing}")
                    }
                }
                _ => format!(
                    "{way} {} {}",
                    dice.pick(streets::FIRST_NAMES),
                    dice.pick(streets::SURNAMES)
                ),
            };
            let name = if attempt > 40 {
                format!("{name} Prolongée {attempt}")
            } else {
                name
            };
            if self.given.insert(fingerprint(&name)) {
                return self.typeset(&name);
            }
        }
        unreachable!("the loop has no end but a return")
    }

    fn typeset(&self, name: &str) -> String {
        if self.curly {
            name.replace('\'', "’")
        } else {
            name.to_owned()
        }
    }
}

/// Whether a name everybody knows suits a street of this size.
fn suits(name: &str, rank: StreetRank) -> bool {
    let small = ["Place", "Impasse", "Allée"]
        .iter()
        .any(|way| name.starts_with(way));
    let large = [
        "Avenue",
        "Grande Rue",
        "Rue Victor",
        "Rue Jean",
        "Rue Principale",
        "Rue de la Gare",
    ]
    .iter()
    .any(|way| name.starts_with(way));
    match rank {
        StreetRank::Main => large,
        StreetRank::Ordinary => !small && !large,
        StreetRank::Short => small,
    }
}

fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        keyed(hash ^ u64::from(byte), &[])
    })
}

/// Upper case without accents, punctuation as spaces: how postal files write a name.
pub(crate) fn postal(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            'à' | 'â' | 'À' | 'Â' => out.push('A'),
            'ç' | 'Ç' => out.push('C'),
            'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' => out.push('E'),
            'î' | 'ï' | 'Î' | 'Ï' => out.push('I'),
            'ô' | 'ö' | 'Ô' => out.push('O'),
            'ù' | 'û' | 'ü' | 'Ù' | 'Û' => out.push('U'),
            'œ' | 'Œ' => out.push_str("OE"),
            '\'' | '’' | '-' => out.push(' '),
            _ => out.extend(c.to_uppercase()),
        }
    }
    out
}

/// A name made fit for a file name or an e-mail: lower case, no accents, hyphens.
pub(crate) fn slug(name: &str) -> String {
    postal(name)
        .to_lowercase()
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("-")
}
