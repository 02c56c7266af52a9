//! Which streets and localities does a town have, and how many numbers on each?

use crate::dice::Dice;
use crate::ground::{Relief, Xy};
use crate::lattice::{Lattice, length};
use crate::names::streets::PLACES;
use crate::names::{StreetNames, StreetRank, postal};
use crate::town::{Town, share_out};

/// How houses are numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Numbering {
    /// Odd on the left, even on the right.
    Sides,
    /// Metres from the start of the road.
    Metric,
}

/// One street, road or locality that bears numbers.
#[derive(Debug)]
pub(crate) struct Street {
    pub(crate) name: String,
    pub(crate) postal_name: String,
    /// Four characters, or six in the newer form.
    pub(crate) fantoir: String,
    pub(crate) line: Vec<Xy>,
    pub(crate) length_m: f64,
    pub(crate) postcode: usize,
    pub(crate) former: Option<usize>,
    /// The locality it is in.
    pub(crate) locality: Option<usize>,
    pub(crate) numbering: Numbering,
    pub(crate) addresses: usize,
}

/// A lieu-dit.
#[derive(Debug)]
pub(crate) struct Locality {
    pub(crate) name: String,
    pub(crate) fantoir: String,
    pub(crate) at: Xy,
    pub(crate) former: Option<usize>,
}

/// The streets of a town.
#[derive(Debug)]
pub(crate) struct StreetPlan {
    pub(crate) streets: Vec<Street>,
    pub(crate) localities: Vec<Locality>,
}

impl StreetPlan {
    pub(crate) fn new(town: &Town, lattice: &Lattice, relief: Relief, seed: u64) -> Self {
        let mut dice = Dice::new(seed, &[6, town.index as u64]);
        let mut names = StreetNames::new(&mut dice);
        let hamlets = match town.addresses {
            0..=40 => 0,
            41..=300 => 1 + dice.below(2),
            301..=3000 => 2 + dice.below(3),
            _ => 4 + dice.below(5),
        };
        let in_hamlets = (town.addresses / 12).min(hamlets * 28);
        let lines = lattice.streets();
        let lengths: Vec<f64> = lines.iter().map(|street| street.length_m).collect();
        let counts = share_out(town.addresses - in_hamlets, &lengths);
        let centre = lattice.centre();
        let mut streets = Vec::with_capacity(lines.len());
        for (line, addresses) in lines.into_iter().zip(counts) {
            if addresses == 0 {
                continue;
            }
            let rank = match (line.main, line.edges) {
                (true, 5..) => StreetRank::Main,
                (_, 0..=2) => StreetRank::Short,
                _ => StreetRank::Ordinary,
            };
            let name = names.draw(rank, &mut dice);
            let middle = line.line[line.line.len() / 2];
            streets.push(Street {
                postal_name: postal(&name),
                name,
                fantoir: fantoir(streets.len(), &mut dice),
                postcode: district(town, centre, middle),
                length_m: line.length_m,
                line: line.line,
                former: None,
                locality: None,
                numbering: Numbering::Sides,
                addresses,
            });
        }
        let mut localities = Vec::new();
        let shares = share_out(in_hamlets, &vec![1.0; hamlets]);
        let mut places: Vec<&str> = PLACES.to_vec();
        dice.shuffle(&mut places);
        for (n, (addresses, place)) in shares.into_iter().zip(places).enumerate() {
            let at = outskirts(town, &mut dice);
            let former = (!town.former.is_empty()).then(|| n % town.former.len());
            localities.push(Locality {
                name: place.to_owned(),
                fantoir: format!("B{:03}", n + 10),
                at: relief.bend(at).written(),
                former,
            });
            if addresses == 0 {
                continue;
            }
            let line = road(town, at, relief, addresses, &mut dice);
            // A third of hamlets are numbered under their own name, without any street.
            let (name, fantoir, numbering) = if n % 3 == 1 {
                (
                    place.to_owned(),
                    format!("B{:03}", n + 10),
                    Numbering::Sides,
                )
            } else {
                let way = *dice.pick(&["Route", "Chemin", "Route", "Chemin", "Rue"]);
                let numbering = if n % 2 == 0 {
                    Numbering::Metric
                } else {
                    Numbering::Sides
                };
                (
                    format!("{way} {}", with_link(place)),
                    fantoir(streets.len(), &mut dice),
                    numbering,
                )
            };
            streets.push(Street {
                postal_name: postal(&name),
                name,
                fantoir,
                length_m: length(&line),
                line,
                postcode: 0,
                former,
                locality: Some(n),
                numbering,
                addresses,
            });
        }
        // With no street at all every number would be lost: a lattice always has one.
        debug_assert_eq!(
            streets.iter().map(|s| s.addresses).sum::<usize>(),
            town.addresses
        );
        Self {
            streets,
            localities,
        }
    }
}

/// `La Métairie` → `de la Métairie`, `Le Breuil` → `du Breuil`.
fn with_link(place: &str) -> String {
    let rules = [
        ("Les ", "des "),
        ("Le ", "du "),
        ("La ", "de la "),
        ("L'", "de l'"),
    ];
    for (article, link) in rules {
        if let Some(rest) = place.strip_prefix(article) {
            return format!("{link}{rest}");
        }
    }
    if place.starts_with(['A', 'E', 'I', 'O', 'U', 'É']) {
        format!("d'{place}")
    } else {
        format!("de {place}")
    }
}

fn fantoir(n: usize, dice: &mut Dice) -> String {
    if n < 9_900 && !dice.chance(0.04) {
        return format!("{:04}", n + 20);
    }
    // The newer form draws letters and digits; the position keeps it unique in the commune.
    let letters = b"abcdefghjkmnpqrstvwxyz";
    let mut code = String::with_capacity(6);
    let mut rest = n;
    for _ in 0..4 {
        code.push(char::from(letters[rest % letters.len()]));
        rest /= letters.len();
    }
    code.push(char::from(b'2' + dice.below(8) as u8));
    code.push(char::from(letters[dice.below(letters.len())]));
    code
}

/// Which of the town's postcodes serves a place: sectors around the centre.
fn district(town: &Town, centre: Xy, at: Xy) -> usize {
    let count = town.postcodes.len();
    if count == 1 {
        return 0;
    }
    let turn = libm::atan2(at.y - centre.y, at.x - centre.x) / core::f64::consts::TAU + 0.5;
    ((turn * count as f64) as usize).min(count - 1)
}

/// A place in the commune away from its town.
fn outskirts(town: &Town, dice: &mut Dice) -> Xy {
    let parcel = &town.parcel;
    let (width, height) = (parcel.east - parcel.west, parcel.north - parcel.south);
    let centre = parcel.centre();
    let mut best = centre;
    for _ in 0..6 {
        let at = Xy {
            x: parcel.west + width * dice.between(0.12, 0.88),
            y: parcel.south + height * dice.between(0.12, 0.88),
        };
        if at.distance(centre) > parcel.shorter_side() * 0.4 {
            return at;
        }
        if at.distance(centre) > best.distance(centre) {
            best = at;
        }
    }
    best
}

/// A winding road that turns back at the commune's boundary.
fn road(town: &Town, at: Xy, relief: Relief, addresses: usize, dice: &mut Dice) -> Vec<Xy> {
    const QUARTER_TURN: f64 = core::f64::consts::FRAC_PI_2;
    let parcel = &town.parcel;
    let margin = (parcel.shorter_side() * 0.1).min(60.0);
    let within = |at: Xy| {
        at.x > parcel.west + margin
            && at.x < parcel.east - margin
            && at.y > parcel.south + margin
            && at.y < parcel.north - margin
    };
    let mut angle = dice.between(0.0, core::f64::consts::TAU);
    let mut here = at;
    let mut line = vec![relief.bend(here).written()];
    for _ in 0..3 + addresses / 2 {
        angle += dice.between(-0.5, 0.5);
        let stride = dice.between(14.0, 30.0);
        let ahead = |angle: f64| Xy {
            x: here.x + stride * libm::cos(angle),
            y: here.y + stride * libm::sin(angle),
        };
        let turn = (0..4).map(|quarters| angle + f64::from(quarters) * QUARTER_TURN);
        angle = turn
            .clone()
            .find(|&turn| within(ahead(turn)))
            .unwrap_or(angle);
        here = ahead(angle);
        line.push(relief.bend(here).written());
    }
    line
}
