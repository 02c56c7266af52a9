//! How do people write an address badly? Ways to spoil one, by class, from a seed.

/// A small reproducible generator (splitmix64).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    fn pick<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[self.below(choices.len())]
    }
}

/// A real address.
pub struct Address {
    pub id: String,
    pub number: String,
    pub suffix: String,
    pub street: String,
    pub postcode: String,
    pub city: String,
    pub alone: Alone,
}

/// Whether what is left still means one address only, when a part of the question is left out.
#[derive(Default, Clone, Copy)]
pub struct Alone {
    pub without_type: bool,
    pub without_city: bool,
    pub without_postcode: bool,
    /// Neither postcode nor city.
    pub without_place: bool,
}

pub struct Class {
    pub name: &'static str,
    pub spoil: fn(&Address, &mut Dice) -> Option<String>,
}

pub const CLASSES: &[Class] = &[
    Class {
        name: "clean",
        spoil: |a, d| Some(write(a, &a.street, d)),
    },
    Class {
        name: "upper case no accents",
        spoil: |a, d| Some(fold(&write(a, &a.street, d)).to_uppercase()),
    },
    Class {
        name: "abbreviated",
        spoil: |a, d| abbreviated(&a.street).map(|s| write(a, &s, d)),
    },
    Class {
        name: "no postcode",
        spoil: |a, d| {
            (a.alone.without_postcode).then(|| format!("{} {} {}", number(a, d), a.street, a.city))
        },
    },
    Class {
        name: "no city",
        spoil: |a, d| {
            (a.alone.without_city).then(|| format!("{} {} {}", number(a, d), a.street, a.postcode))
        },
    },
    Class {
        name: "no street type",
        spoil: |a, d| {
            without_type(&a.street)
                .filter(|_| a.alone.without_type)
                .map(|s| write(a, &s, d))
        },
    },
    Class {
        name: "by ear",
        spoil: |a, d| by_ear(&a.street, d).map(|s| write(a, &s, d)),
    },
    Class {
        name: "noise",
        spoil: |a, d| Some(noisy(a, d)),
    },
    Class {
        name: "one typo",
        spoil: |a, d| typos(&a.street, 1, d).map(|s| write(a, &s, d)),
    },
    Class {
        name: "two typos",
        spoil: |a, d| typos(&a.street, 2, d).map(|s| write(a, &s, d)),
    },
    Class {
        name: "wrong postcode",
        spoil: wrong_postcode,
    },
    Class {
        name: "wrong type",
        spoil: |a, d| {
            wrong_type(&a.street, d)
                .filter(|_| a.alone.without_type)
                .map(|s| write(a, &s, d))
        },
    },
    Class {
        name: "split",
        spoil: |a, d| split(&a.street, d).map(|s| write(a, &s, d)),
    },
    Class {
        name: "glued",
        spoil: |a, d| glued(&a.street, d).map(|s| write(a, &s, d)),
    },
    Class {
        name: "upper one typo",
        spoil: |a, d| typos(&a.street, 1, d).map(|s| fold(&write(a, &s, d)).to_uppercase()),
    },
    Class {
        name: "glued anywhere",
        spoil: |a, d| glued(&write(a, &a.street, d), d),
    },
    Class {
        name: "typo no postcode",
        spoil: |a, d| {
            typos(&a.street, 1, d)
                .filter(|_| a.alone.without_postcode)
                .map(|s| format!("{} {s} {}", number(a, d), a.city))
        },
    },
    Class {
        name: "typo anywhere",
        spoil: |a, d| typos(&write(a, &a.street, d), 1, d),
    },
    Class {
        name: "street only",
        spoil: |a, d| (a.alone.without_place).then(|| format!("{} {}", number(a, d), a.street)),
    },
];

fn number(a: &Address, d: &mut Dice) -> String {
    let long = match a.suffix.as_str() {
        "b" => "bis",
        "t" => "ter",
        "q" => "quater",
        other => other,
    };
    if a.suffix.is_empty() {
        return a.number.clone();
    }
    match d.below(3) {
        0 => format!("{} {long}", a.number),
        1 => format!("{}{long}", a.number),
        _ => format!("{}{}", a.number, a.suffix),
    }
}

fn write(a: &Address, street: &str, d: &mut Dice) -> String {
    format!("{} {street} {} {}", number(a, d), a.postcode, a.city)
}

pub fn fold(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            'é' | 'è' | 'ê' | 'ë' => out.push('e'),
            'É' | 'È' | 'Ê' => out.push('E'),
            'à' | 'â' | 'ä' => out.push('a'),
            'À' | 'Â' => out.push('A'),
            'î' | 'ï' => out.push('i'),
            'Î' => out.push('I'),
            'ô' | 'ö' => out.push('o'),
            'Ô' => out.push('O'),
            'û' | 'ù' | 'ü' => out.push('u'),
            'ç' => out.push('c'),
            'œ' => out.push_str("oe"),
            'ÿ' => out.push('y'),
            c => out.push(c),
        }
    }
    out
}

fn abbreviated(street: &str) -> Option<String> {
    let mut changed = false;
    let words: Vec<String> = street
        .split(' ')
        .enumerate()
        .map(|(i, w)| {
            let short = match (i, fold(w).to_lowercase().as_str()) {
                (0, "avenue") => "av",
                (0, "boulevard") => "bd",
                (0, "place") => "pl",
                (0, "square") => "sq",
                (0, "impasse") => "imp",
                (0, "passage") => "pass",
                (0, "allee") => "all",
                (0, "chemin") => "che",
                (0, "route") => "rte",
                (0, "rue") => "r",
                (0, "faubourg") => "fbg",
                (_, "faubourg") => "fg",
                (_, "saint") => "st",
                (_, "sainte") => "ste",
                (_, "general") => "gal",
                (_, "marechal") => "mal",
                (_, "docteur") => "dr",
                (_, "professeur") => "pr",
                (_, "colonel") => "col",
                (_, "commandant") => "cdt",
                (_, "capitaine") => "cne",
                (_, "lieutenant") => "lt",
                (_, "president") => "pdt",
                _ => return w.to_owned(),
            };
            changed = true;
            short.to_owned()
        })
        .collect();
    changed.then(|| words.join(" "))
}

const TYPES: &[&str] = &[
    "Rue",
    "Avenue",
    "Boulevard",
    "Passage",
    "Place",
    "Villa",
    "Quai",
    "Impasse",
    "Cité",
    "Square",
    "Allée",
    "Route",
    "Cour",
    "Cours",
    "Chemin",
];

pub fn without_type(street: &str) -> Option<String> {
    let (first, rest) = street.split_once(' ')?;
    TYPES.contains(&first).then(|| rest.to_owned())
}

fn wrong_type(street: &str, d: &mut Dice) -> Option<String> {
    let (first, rest) = street.split_once(' ')?;
    let other = *d.pick(&[
        &"Rue",
        &"Avenue",
        &"Boulevard",
        &"Place",
        &"Impasse",
        &"Allée",
        &"Square",
    ]);
    (TYPES.contains(&first) && other != first).then(|| format!("{other} {rest}"))
}

fn by_ear(street: &str, d: &mut Dice) -> Option<String> {
    let (kind, name) = street.split_once(' ')?;
    let lower = fold(name).to_lowercase();
    let swaps = [
        ("ph", "f"),
        ("eau", "o"),
        ("au", "o"),
        ("qu", "k"),
        ("y", "i"),
        ("ll", "l"),
        ("tt", "t"),
        ("nn", "n"),
        ("mm", "m"),
        ("rr", "r"),
        ("ss", "c"),
        ("en", "an"),
        ("ain", "in"),
        ("ein", "in"),
        ("ch", "sch"),
        ("th", "t"),
        ("ce", "se"),
        ("ci", "si"),
        ("z", "s"),
        ("ge", "je"),
        ("ck", "k"),
        ("x", "ks"),
        ("h", ""),
        ("ai", "e"),
        ("ei", "e"),
        ("in", "ain"),
        ("o", "au"),
        ("k", "c"),
        ("c", "k"),
        ("en", "in"),
        ("f", "ph"),
    ];
    let fit: Vec<_> = swaps
        .iter()
        .filter(|(from, _)| lower.contains(from))
        .collect();
    if fit.is_empty() {
        return None;
    }
    let mut out = lower.clone();
    for _ in 0..=d.below(2) {
        let (from, to) = fit[d.below(fit.len())];
        out = out.replacen(from, to, 1);
    }
    (out != lower && out.len() > 2).then(|| format!("{kind} {out}"))
}

fn noisy(a: &Address, d: &mut Dice) -> String {
    let n = number(a, d);
    let (s, p, c) = (&a.street, &a.postcode, &a.city);
    match d.below(12) {
        0 => format!("{n} {s} bâtiment B {p} {c}"),
        1 => format!("bat A2 {n} {s} {p} {c}"),
        2 => format!("{n} {s} 3ème étage {p} {c}"),
        3 => format!("{n} {s} {p} {c} CEDEX"),
        4 => format!("{n} {s} {p} {c} CEDEX 08"),
        5 => format!("{n} {s} BP 123 {p} {c}"),
        6 => format!("{n} {s} CS 40512 {p} {c}"),
        7 => format!("{n} {s} appt 12 {p} {c} France"),
        8 => format!("Résidence les Lilas {n} {s} {p} {c}"),
        9 => format!("{n}, {s}, escalier C, 2e étage gauche, {p} {c}"),
        10 => format!("Appartement 4 - {n} {s} - {p} {c}"),
        _ => format!("{n} {s} esc. 2 porte 4, {p} {c}"),
    }
}

fn typos(street: &str, count: usize, d: &mut Dice) -> Option<String> {
    let mut letters: Vec<char> = street.chars().collect();
    let start = street
        .find(' ')
        .map_or(0, |i| street[..i].chars().count() + 1);
    let alphabetic = |letters: &[char]| {
        (start..letters.len())
            .filter(|&i| letters[i].is_alphabetic())
            .collect::<Vec<_>>()
    };
    let mut done: Vec<usize> = Vec::new();
    for _ in 0..count {
        let places = alphabetic(&letters);
        if places.len() < 4 {
            return None;
        }
        let at = places[d.below(places.len())];
        if done.iter().any(|&x| x.abs_diff(at) < 2) {
            return None;
        }
        done.push(at);
        let other = char::from(b'a' + d.below(26) as u8);
        match d.below(4) {
            0 => {
                letters.remove(at);
            }
            1 => letters.insert(at, other),
            2 if letters[at] != other => letters[at] = other,
            _ => {
                if at + 1 < letters.len()
                    && letters[at + 1].is_alphabetic()
                    && letters[at + 1] != letters[at]
                {
                    letters.swap(at, at + 1);
                } else {
                    return None;
                }
            }
        }
    }
    let out: String = letters.into_iter().collect();
    (fold(&out).to_lowercase() != fold(street).to_lowercase()).then_some(out)
}

fn wrong_postcode(a: &Address, d: &mut Dice) -> Option<String> {
    let other = match d.below(4) {
        0 => format!("{}", 10_000 + d.below(85_000)),
        _ if a.postcode.starts_with("75") => format!("750{:02}", 1 + d.below(20)),
        // Another of the department, known or not.
        _ => format!(
            "{}{:03}",
            a.postcode.get(..2).unwrap_or_default(),
            d.below(1000)
        ),
    };
    (other != a.postcode && a.alone.without_postcode)
        .then(|| format!("{} {} {other} {}", number(a, d), a.street, a.city))
}

fn split(street: &str, d: &mut Dice) -> Option<String> {
    let words: Vec<&str> = street.split(' ').collect();
    let long: Vec<usize> = (1..words.len())
        .filter(|&i| words[i].chars().count() >= 5)
        .collect();
    if long.is_empty() {
        return None;
    }
    let at = long[d.below(long.len())];
    let letters: Vec<char> = words[at].chars().collect();
    let cut = 2 + d.below(letters.len() - 3);
    let halves = format!(
        "{} {}",
        letters[..cut].iter().collect::<String>(),
        letters[cut..].iter().collect::<String>()
    );
    let mut out: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
    out[at] = halves;
    Some(out.join(" "))
}

fn glued(street: &str, d: &mut Dice) -> Option<String> {
    let words: Vec<&str> = street.split(' ').collect();
    if words.len() < 2 {
        return None;
    }
    let at = d.below(words.len() - 1);
    Some(
        words
            .iter()
            .enumerate()
            .map(|(i, w)| {
                if i == at || i + 1 == words.len() {
                    (*w).to_owned()
                } else {
                    format!("{w} ")
                }
            })
            .collect(),
    )
}
