//! Which columns make the question? What the person named, else what was guessed.

use super::error::BatchError;
use super::preview::Preview;
use super::roles::{self, ColumnGuess, Role};
use crate::table::CoordinateColumns;
use crate::table::columns::named;
use serde::{Deserialize, Serialize};

/// Where the question of each row is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind")]
pub enum Mapping {
    /// In the cells of some columns, joined by a space in this order.
    Address {
        /// The columns.
        columns: Vec<AddressColumn>,
    },
    /// In two columns of numbers.
    Coordinates(CoordinateColumns),
    /// In the points that the rows carry.
    Points,
}

/// A column that is part of the address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressColumn {
    /// Its index.
    pub index: usize,
    /// What it is of the address.
    pub role: Role,
}

/// What the person said of the columns, by their titles; nothing means guess.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AskedColumns {
    /// Columns of the address, in order; they win over coordinates.
    pub address: Vec<String>,
    /// Columns of longitude (or x) and latitude (or y).
    pub coordinates: Option<(String, String)>,
}

impl Mapping {
    /// What the person named, else the guess.
    pub fn of(asked: &AskedColumns, preview: &Preview) -> Result<Self, BatchError> {
        let titles = &preview.layout.columns;
        if !asked.address.is_empty() {
            let columns = asked.address.iter().map(|name| {
                let index = named(name, titles)?;
                Ok(AddressColumn {
                    index,
                    role: preview
                        .columns
                        .get(index)
                        .and_then(|guess| guess.role)
                        .unwrap_or(Role::Address),
                })
            });
            return Ok(Self::Address {
                columns: columns.collect::<Result<_, BatchError>>()?,
            });
        }
        if let Some((lon, lat)) = &asked.coordinates {
            let columns = CoordinateColumns::given(lon, lat, titles, &preview.sample)?;
            return Ok(Self::Coordinates(columns));
        }
        preview
            .mapping
            .clone()
            .ok_or_else(|| BatchError::NothingToTest(titles.clone()))
    }

    /// Whether addresses have to be found.
    pub fn asks_addresses(&self) -> bool {
        matches!(self, Self::Address { .. })
    }

    /// Whether every column is there.
    pub fn fits(&self, columns: usize) -> bool {
        match self {
            Self::Address { columns: asked } => {
                !asked.is_empty() && asked.iter().all(|column| column.index < columns)
            }
            Self::Coordinates(asked) => asked.lon < columns && asked.lat < columns,
            Self::Points => true,
        }
    }

    /// What the roles of the columns make of the question.
    pub(super) fn guess(
        guesses: &[ColumnGuess],
        coordinates: Option<(CoordinateColumns, f64)>,
        sample: &[Vec<String>],
    ) -> Option<Self> {
        let address = address(guesses, sample);
        match (coordinates, address) {
            (Some((columns, share)), Some(_)) if share >= 0.5 => Some(Self::Coordinates(columns)),
            (_, Some(columns)) => Some(Self::Address { columns }),
            (Some((columns, _)), None) => Some(Self::Coordinates(columns)),
            (None, None) => only_column(guesses),
        }
    }
}

/// A table of one column can only be asked about that one.
fn only_column(guesses: &[ColumnGuess]) -> Option<Mapping> {
    let [only] = guesses else {
        return None;
    };
    let words = only
        .examples
        .iter()
        .any(|cell| cell.chars().any(char::is_alphabetic));
    words.then(|| Mapping::Address {
        columns: vec![AddressColumn {
            index: 0,
            role: Role::Address,
        }],
    })
}

/// The columns of the address, in the order people write it.
fn address(guesses: &[ColumnGuess], sample: &[Vec<String>]) -> Option<Vec<AddressColumn>> {
    let of = |role: Role| {
        guesses
            .iter()
            .enumerate()
            .filter(move |(_, guess)| guess.role == Some(role))
            .map(move |(index, _)| AddressColumn { index, role })
    };
    let has = |role| of(role).next().is_some();
    if !has(Role::Address) && !has(Role::Street) {
        return None;
    }
    let mut columns: Vec<AddressColumn> = Vec::new();
    if has(Role::Street) {
        for role in [
            Role::Number,
            Role::Suffix,
            Role::StreetType,
            Role::Street,
            Role::Complement,
        ] {
            columns.extend(of(role));
        }
    } else {
        columns.extend(of(Role::Address));
    }
    if !columns.iter().any(|column| is_whole(column.index, sample)) {
        columns.extend(of(Role::Postcode));
        columns.extend(of(Role::Town));
    }
    columns.extend(of(Role::Insee));
    Some(columns)
}

/// Whether most cells of a column say the postcode themselves.
fn is_whole(column: usize, sample: &[Vec<String>]) -> bool {
    let cells = || {
        sample
            .iter()
            .filter_map(|row| row.get(column))
            .filter(|cell| !cell.trim().is_empty())
    };
    let coded = cells().filter(|cell| {
        cell.split(|c: char| !c.is_alphanumeric())
            .any(|word| word.len() == 5 && roles::postcode(word).is_some())
    });
    coded.count() * 2 > cells().count()
}
