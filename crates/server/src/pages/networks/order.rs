//! In which order? `tri=enr` ascending, `tri=-enr` descending; what is not known comes last either way.

use crate::pages::catalogue::Entry;
use crate::pages::written::folded;
use std::cmp::Ordering;

/// A column that can be sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Name.
    Name,
    /// First commune.
    Commune,
    /// Gestionnaire.
    Operator,
    /// Share of renewable and recovered energy.
    Rate,
    /// Life-cycle CO2.
    Co2,
    /// Deliveries.
    Deliveries,
}

impl Column {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 6] = [
        Self::Name,
        Self::Commune,
        Self::Operator,
        Self::Rate,
        Self::Co2,
        Self::Deliveries,
    ];

    /// The value of `tri`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "nom",
            Self::Commune => "commune",
            Self::Operator => "exploitant",
            Self::Rate => "enr",
            Self::Co2 => "co2",
            Self::Deliveries => "livraisons",
        }
    }
}

/// Upwards or downwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Least first.
    Ascending,
    /// Most first.
    Descending,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// By what.
    pub column: Column,
    /// Which way.
    pub direction: Direction,
}

impl Order {
    /// The order of `tri`; by name when it is not one.
    pub fn parse(text: &str) -> Self {
        let (name, direction) = match text.strip_prefix('-') {
            Some(name) => (name, Direction::Descending),
            None => (text, Direction::Ascending),
        };
        let column = Column::ALL
            .into_iter()
            .find(|column| column.as_str() == name);
        column.map_or(
            Self {
                column: Column::Name,
                direction: Direction::Ascending,
            },
            |column| Self { column, direction },
        )
    }

    /// Sorts entries.
    pub fn sort(self, entries: &mut [&Entry]) {
        match self.column {
            Column::Name => self.by_text(entries, |e| e.name.as_deref().or(e.id.as_deref())),
            Column::Commune => self.by_text(entries, |e| e.communes.first().map(String::as_str)),
            Column::Operator => self.by_text(entries, |e| e.operator.as_deref()),
            Column::Rate => self.by_number(entries, |e| e.renewable_rate_pct),
            Column::Co2 => self.by_number(entries, |e| e.co2_lca_kg_per_kwh),
            Column::Deliveries => self.by_number(entries, |e| e.deliveries_mwh),
        }
    }

    fn by_text(self, entries: &mut [&Entry], text: impl Fn(&Entry) -> Option<&str>) {
        let key = |entry: &&Entry| text(entry).map(folded);
        entries.sort_by_cached_key(|entry| (key(entry).is_none(), key(entry), entry.key.clone()));
        if self.direction == Direction::Descending {
            let known = entries.iter().filter(|entry| text(entry).is_some()).count();
            entries[..known].reverse();
        }
    }

    fn by_number(self, entries: &mut [&Entry], number: impl Fn(&Entry) -> Option<f64>) {
        entries.sort_by(|a, b| match (number(a), number(b)) {
            (None, None) => a.key.cmp(&b.key),
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(x), Some(y)) => {
                let order = match self.direction {
                    Direction::Ascending => x.total_cmp(&y),
                    Direction::Descending => y.total_cmp(&x),
                };
                order.then_with(|| a.key.cmp(&b.key))
            }
        });
    }
}
