//! What does each column hold? By its title, checked against its cells: a title alone can lie, and so can numbers.

use super::layout::{Layout, Titles};
use crate::place;
use crate::table::columns::{number_at, plain};
use crate::table::{CoordinateColumns, CoordinateSystem};
use serde::{Deserialize, Serialize};

/// What a column is for the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// An address, whole or nearly.
    Address,
    /// Number in the street.
    Number,
    /// `bis`, `ter`.
    Suffix,
    /// `rue`, `avenue`, apart from the street's name.
    StreetType,
    /// Street.
    Street,
    /// Building, floor, residence: asked only when there is no street.
    Complement,
    /// Postcode.
    Postcode,
    /// Town.
    Town,
    /// INSEE code of the commune: the answer is looked for there first.
    Insee,
    /// Degrees east.
    Longitude,
    /// Degrees north.
    Latitude,
    /// Metres east.
    X,
    /// Metres north.
    Y,
}

/// What one column seems to be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnGuess {
    /// Its title.
    pub name: String,
    /// What it is for the question, if anything.
    pub role: Option<Role>,
    /// How sure that is, 0 to 1.
    pub confidence: f64,
    /// Why, in French; empty without role.
    pub reason: String,
    /// Three of its cells.
    pub examples: Vec<String>,
}

/// Titles after [`plain`], without what [`core_of`] takes off.
const TITLES: &[(Role, &[&str])] = &[
    (
        Role::Address,
        &[
            "adresse",
            "adresses",
            "address",
            "fulladdress",
            "adr",
            "adressecomplete",
            "adressepostale",
            "adressegeo",
            "libelleadresse",
            "adresselibelle",
            "adressetexte",
            "localisation",
            "adresseligne",
            "ligneadresse",
            "adresse1",
            "adresseligne1",
            "adressel1",
            "adressetestee",
            "geoadresse",
            "adressenormalisee",
        ],
    ),
    (
        Role::Number,
        &[
            "numero",
            "num",
            "no",
            "n",
            "nvoie",
            "novoie",
            "numvoie",
            "numerovoie",
            "numerodevoie",
            "numrue",
            "numerorue",
            "numerodelavoie",
            "numerodanslavoie",
            "housenumber",
            "streetnumber",
            "numeroadresse",
            "numadresse",
        ],
    ),
    (
        Role::Suffix,
        &[
            "rep",
            "repetition",
            "indice",
            "indicerepetition",
            "indicederepetition",
            "suffixe",
            "bister",
            "btq",
            "complementnumero",
            "indrep",
            "indicerepetitionvoie",
        ],
    ),
    (
        Role::StreetType,
        &[
            "typevoie",
            "typedevoie",
            "naturevoie",
            "naturedelavoie",
            "typrue",
            "typerue",
        ],
    ),
    (
        Role::Street,
        &[
            "voie",
            "rue",
            "nomvoie",
            "nomdevoie",
            "nomdelavoie",
            "libellevoie",
            "libellevoie1",
            "libvoie",
            "libellerue",
            "nomrue",
            "nomdelarue",
            "street",
            "streetname",
            "voienom",
            "voielibelle",
            "libellelongvoie",
        ],
    ),
    (
        Role::Complement,
        &[
            "complement",
            "complementadresse",
            "complementdadresse",
            "adresse2",
            "adresseligne2",
            "adressel2",
            "residence",
            "nomresidence",
            "batiment",
            "etage",
            "lieudit",
            "nomlieudit",
        ],
    ),
    (
        Role::Postcode,
        &[
            "codepostal",
            "cp",
            "codpost",
            "codepost",
            "postcode",
            "postalcode",
            "zip",
            "zipcode",
            "cpost",
            "codepostale",
            "codepostaux",
        ],
    ),
    (
        Role::Town,
        &[
            "commune",
            "ville",
            "nomcommune",
            "nomdelacommune",
            "communenom",
            "libellecommune",
            "libcommune",
            "libcom",
            "nomcom",
            "nomville",
            "villenom",
            "city",
            "town",
            "localite",
            "municipalite",
            "libelleville",
            "bureaudistributeur",
            "libelleacheminement",
        ],
    ),
    (
        Role::Insee,
        &[
            "insee",
            "codeinsee",
            "codecommune",
            "codecommuneinsee",
            "inseecommune",
            "codeinseecommune",
            "citycode",
            "depcom",
            "codgeo",
            "inseecom",
            "codecom",
            "codeinseedelacommune",
            "cinsee",
            "codeinseeville",
            "communeinsee",
        ],
    ),
];

/// Words around the telling part of a title: `codePostalEtablissement`, `adresse_numero`.
const ENDS: &[&str] = &[
    "etablissement",
    "immeuble",
    "batiment",
    "logement",
    "copropriete",
    "dubien",
    "bien",
    "dusite",
    "site",
    "client",
    "duclient",
    "siege",
    "ban",
];

fn core_of(title: &str) -> Option<&str> {
    let cut = ENDS
        .iter()
        .find_map(|end| title.strip_suffix(end))
        .unwrap_or(title);
    let cut = match cut.strip_prefix("adresse") {
        Some(rest) if rest.len() > 1 => rest,
        _ => cut,
    };
    (cut != title && !cut.is_empty()).then_some(cut)
}

/// What a title says, and how plainly.
fn by_title(name: &str) -> Option<(Role, f64)> {
    let title = plain(name);
    let known = |title: &str| {
        TITLES
            .iter()
            .find(|(_, titles)| titles.contains(&title))
            .map(|(role, _)| *role)
    };
    known(&title)
        .map(|role| (role, 1.0))
        .or_else(|| core_of(&title).and_then(known).map(|role| (role, 0.9)))
}

/// Whether a cell is a title that we know.
pub(super) fn is_known_title(cell: &str) -> bool {
    const COORDINATES: &[&str] = &[
        "lon",
        "lat",
        "long",
        "lng",
        "longitude",
        "latitude",
        "x",
        "y",
    ];
    by_title(cell).is_some() || COORDINATES.contains(&plain(cell).as_str())
}

/// Whether a cell reads like an address or the end of one: a number then words, or a postcode and words.
pub(super) fn looks_like_address(cell: &str) -> bool {
    let has_word = |text: &str| {
        text.split(|c: char| !c.is_alphabetic())
            .any(|word| word.chars().count() >= 3)
    };
    let cell = cell.trim();
    let digits = cell.bytes().take_while(u8::is_ascii_digit).count();
    let numbered = (1..=4).contains(&digits)
        && cell[digits..].starts_with([' ', ',', 'b', 'B', 't', 'T', '\u{a0}'])
        && has_word(&cell[digits..]);
    let coded = cell
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| word.len() == 5 && word.bytes().all(|b| b.is_ascii_digit()));
    numbered || coded && has_word(cell)
}

/// Whether a cell can be what `role` says.
fn fits(role: Role, cell: &str) -> bool {
    let cell = cell.trim();
    let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
    match role {
        Role::Address | Role::Street | Role::Complement => letters >= 3,
        Role::Number => {
            cell.starts_with(|c: char| c.is_ascii_digit()) && cell.chars().count() <= 12
        }
        Role::Suffix => cell.chars().count() <= 10,
        Role::StreetType => letters >= 1 && cell.chars().count() <= 25,
        Role::Town => letters >= 2 && letters * 2 >= cell.chars().count(),
        Role::Postcode => postcode(cell).is_some(),
        Role::Insee => insee(cell).is_some(),
        Role::Longitude | Role::Latitude | Role::X | Role::Y => place::number(cell).is_ok(),
    }
}

/// A postcode as it should be written: spreadsheets drop leading zeros and add decimals.
pub(super) fn postcode(cell: &str) -> Option<String> {
    let cell = cell.trim();
    let digits = cell
        .strip_suffix(".0")
        .unwrap_or(cell)
        .replace([' ', '\u{a0}'], "");
    let all = digits.bytes().all(|b| b.is_ascii_digit());
    match (digits.len(), all) {
        (5, true) => Some(digits),
        (4, true) => Some(format!("0{digits}")),
        _ => None,
    }
}

/// An INSEE code as it should be written.
pub(super) fn insee(cell: &str) -> Option<String> {
    let code = cell.trim().to_uppercase();
    let corsican = code.len() == 5
        && (code.starts_with("2A") || code.starts_with("2B"))
        && code[2..].bytes().all(|b| b.is_ascii_digit());
    if corsican {
        Some(code)
    } else {
        postcode(&code)
    }
}

/// Under this, a title is not believed against its cells.
const LEAST_SHARE: f64 = 0.3;

/// What every column seems to be, from the titles and some rows.
pub(super) fn guess(layout: &Layout, rows: &[Vec<String>]) -> Vec<ColumnGuess> {
    let mut guesses: Vec<ColumnGuess> = layout
        .columns
        .iter()
        .enumerate()
        .map(|(column, name)| one(name, column, layout.titles, rows))
        .collect();
    keep_the_surest(&mut guesses);
    if let Some((columns, share)) = coordinates(layout, rows) {
        let (lon, lat, unit) = match columns.system {
            CoordinateSystem::Degrees => (Role::Longitude, Role::Latitude, "des degrés en France"),
            CoordinateSystem::Metres => (
                Role::X,
                Role::Y,
                "des mètres de la projection légale (Lambert-93, ou celle du territoire)",
            ),
        };
        for (column, role) in [(columns.lon, lon), (columns.lat, lat)] {
            let guess = &mut guesses[column];
            guess.role = Some(role);
            guess.confidence = (0.5 + 0.5 * share).min(0.99);
            guess.reason = format!("{} % des lignes sont {unit}", (share * 100.0).round());
        }
    }
    guesses
}

fn one(name: &str, column: usize, titles: Titles, rows: &[Vec<String>]) -> ColumnGuess {
    let cells: Vec<&str> = rows
        .iter()
        .filter_map(|row| row.get(column))
        .map(|cell| cell.trim())
        .filter(|cell| !cell.is_empty())
        .collect();
    let share = |fit: &dyn Fn(&str) -> bool| {
        if cells.is_empty() {
            return 0.5;
        }
        cells.iter().filter(|cell| fit(cell)).count() as f64 / cells.len() as f64
    };
    let mut guess = ColumnGuess {
        name: name.to_owned(),
        role: None,
        confidence: 0.0,
        reason: String::new(),
        examples: cells.iter().take(3).map(|cell| shortened(cell)).collect(),
    };
    let titled = match titles {
        Titles::FirstRow => by_title(name),
        Titles::Absent => None,
    };
    match titled {
        Some((role, plainness)) => {
            let share = share(&|cell| fits(role, cell));
            if share >= LEAST_SHARE {
                guess.role = Some(role);
                guess.confidence = (plainness * (0.5 + 0.5 * share)).min(0.99);
                guess.reason = format!(
                    "titre « {name} », {} % des cellules y correspondent",
                    (share * 100.0).round()
                );
            }
        }
        None => {
            let share = share(&looks_like_address);
            if !cells.is_empty() && share >= 0.6 {
                guess.role = Some(Role::Address);
                guess.confidence = 0.6 * share;
                guess.reason = format!(
                    "{} % des cellules ressemblent à une adresse",
                    (share * 100.0).round()
                );
            }
        }
    }
    guess
}

/// One column a role, the surest; addresses may be in several, but those that only look like one give way to titles.
fn keep_the_surest(guesses: &mut [ColumnGuess]) {
    let titled = guesses.iter().any(|guess| {
        matches!(guess.role, Some(Role::Address | Role::Street)) && guess.confidence > 0.6
    });
    for at in 0..guesses.len() {
        let Some(role) = guesses[at].role else {
            continue;
        };
        let beaten = if role == Role::Address {
            titled && guesses[at].confidence <= 0.6
        } else {
            guesses.iter().enumerate().any(|(other, guess)| {
                guess.role == Some(role)
                    && (guess.confidence > guesses[at].confidence
                        || guess.confidence == guesses[at].confidence && other < at)
            })
        };
        if beaten {
            let guess = &mut guesses[at];
            (guess.role, guess.confidence) = (None, 0.0);
            guess.reason.clear();
        }
    }
}

/// The columns of coordinates, and the share of filled rows that are a place of ours.
pub(super) fn coordinates(
    layout: &Layout,
    rows: &[Vec<String>],
) -> Option<(CoordinateColumns, f64)> {
    let columns = match layout.titles {
        Titles::FirstRow => CoordinateColumns::guess(&layout.columns, rows).ok()?,
        Titles::Absent => (0..layout.columns.len().saturating_sub(1))
            .flat_map(|at| [(at, at + 1), (at + 1, at)])
            .flat_map(|(lon, lat)| {
                [CoordinateSystem::Degrees, CoordinateSystem::Metres]
                    .map(|system| CoordinateColumns { lon, lat, system })
            })
            .find(|columns| share(*columns, rows).is_some_and(|share| share >= 0.8))?,
    };
    Some((columns, share(columns, rows).unwrap_or(0.0)))
}

fn share(columns: CoordinateColumns, rows: &[Vec<String>]) -> Option<f64> {
    let filled = rows.iter().filter(|row| {
        let blank = |at: usize| row.get(at).is_none_or(|cell| cell.trim().is_empty());
        !blank(columns.lon) && !blank(columns.lat)
    });
    let (mut count, mut good) = (0_usize, 0_usize);
    for row in filled {
        count += 1;
        let pair = number_at(row, columns.lon).zip(number_at(row, columns.lat));
        let place = pair.and_then(|(x, y)| {
            match columns.system {
                CoordinateSystem::Degrees => place::from_degrees(x, y),
                CoordinateSystem::Metres => place::from_metres(x, y),
            }
            .ok()
        });
        good += usize::from(place.is_some_and(|place| place::in_france(place).is_ok()));
    }
    (count > 0).then(|| good as f64 / count as f64)
}

fn shortened(cell: &str) -> String {
    const MOST: usize = 80;
    if cell.chars().count() <= MOST {
        return cell.to_owned();
    }
    cell.chars().take(MOST - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::SourceFormat;

    fn roles(text: &str) -> Vec<Option<Role>> {
        let mut rows = text
            .lines()
            .map(|line| line.split(';').map(str::to_owned).collect::<Vec<_>>());
        let titles = rows.next().unwrap();
        let layout = Layout::of_cells(SourceFormat::Csv, Titles::FirstRow, titles);
        let rows: Vec<_> = rows.collect();
        guess(&layout, &rows).into_iter().map(|g| g.role).collect()
    }

    #[test]
    fn french_titles_are_known_in_their_usual_spellings() {
        use Role::{Complement, Insee, Number, Postcode, Street, StreetType, Suffix, Town};
        assert_eq!(
            roles(
                "numeroVoieEtablissement;indiceRepetitionEtablissement;typeVoieEtablissement;libelleVoieEtablissement;complementAdresseEtablissement;codePostalEtablissement;libelleCommuneEtablissement;codeCommuneEtablissement\n12;B;RUE;DES LILAS;BAT A;75004;PARIS;75104"
            ),
            [
                Number, Suffix, StreetType, Street, Complement, Postcode, Town, Insee
            ]
            .map(Some)
        );
        assert_eq!(
            roles(
                "adresse_numero;adresse_nom_voie;Code Postal;Nom de la commune\n12;des lilas;1000;Bourg-en-Bresse"
            ),
            [Number, Street, Postcode, Town].map(Some)
        );
        assert_eq!(
            roles("Adresse;CP;Ville;INSEE\n1 rue x;20090;Ajaccio;2A004"),
            [Role::Address, Postcode, Town, Insee].map(Some)
        );
    }

    #[test]
    fn a_price_is_no_longitude_and_a_title_that_lies_is_not_believed() {
        assert_eq!(
            roles("prix;surface;adresse\n2.35;48.85;1 rue x\n2.36;48.86;2 rue y"),
            [None, None, Some(Role::Address)]
        );
        assert_eq!(
            roles("commune;ville\n12;Paris\n13;Lyon"),
            [None, Some(Role::Town)]
        );
        assert_eq!(roles("cp;x\nAlpha;1\nBeta;2"), [None, None]);
    }

    #[test]
    fn an_address_without_a_known_title_is_known_by_its_cells() {
        assert_eq!(
            roles("ref;où\nA1;12 rue des Lilas 75004 Paris\nA2;3 bis place X 69001 Lyon"),
            [None, Some(Role::Address)]
        );
        assert_eq!(
            roles("x;y;prix\n652000;6862000;3\n652100;6862000;4"),
            [Some(Role::X), Some(Role::Y), None]
        );
        assert_eq!(
            roles("x;y\n338000;7670000\n"),
            [Some(Role::X), Some(Role::Y)]
        );
    }
}
