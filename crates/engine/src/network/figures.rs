//! The figures a network declares or the ministerial order publishes for it.

use super::{NetworkKind, SncuId};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// The 17 energy sources of the open-data files, in their order and with their own spelling (suffix of
/// `prod_MWh_*` and `puissance_MW_*`).
pub const ENERGY_SOURCES: [&str; 17] = [
    "gaz_naturel",
    "charbon",
    "fioul_domestique",
    "fioul_lourd",
    "GPL",
    "biomasse_solide",
    "dechets_internes",
    "UIOM",
    "biogaz",
    "geothermie",
    "PAC",
    "solaire_thermique",
    "autres_ENR",
    "chaleur_industiel",
    "autre_chaleur_recuperee",
    "chaudieres_electriques",
    "autres",
];

/// The five sectors of delivery (`livraisons_{sector}_MWh`), in order.
pub const DELIVERY_SECTORS: [&str; 5] = [
    "residentiel",
    "tertiaire",
    "industrie",
    "agriculture",
    "autre",
];

/// Rate and CO2 contents: the three figures that a regulatory table can set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Figures {
    /// Share of renewable and recovered heat, 0 to 100.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renewable_rate_pct: Option<f64>,
    /// Direct CO2 content, kg/kWh.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub co2_direct_kg_per_kwh: Option<f64>,
    /// Life-cycle CO2 content, kg/kWh.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub co2_lca_kg_per_kwh: Option<f64>,
}

impl Figures {
    /// These figures, each replaced by `other`'s where `other` has one.
    #[must_use]
    pub fn overlaid_with(self, other: Self) -> Self {
        Self {
            renewable_rate_pct: other.renewable_rate_pct.or(self.renewable_rate_pct),
            co2_direct_kg_per_kwh: other.co2_direct_kg_per_kwh.or(self.co2_direct_kg_per_kwh),
            co2_lca_kg_per_kwh: other.co2_lca_kg_per_kwh.or(self.co2_lca_kg_per_kwh),
        }
    }
}

/// One row of the yearly table of the ministerial order of 15 September 2006, annex 7.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RegulatoryFigure {
    /// The year of the table.
    pub year: u16,
    /// National id; the table of 2020 has none.
    pub sncu_id: Option<SncuId>,
    /// Internal number of the 2020 table, which the 2021 table refers to.
    pub legacy_2020: Option<String>,
    /// Name as printed.
    pub name: Option<String>,
    /// Place as printed (a commune or several).
    pub place: Option<String>,
    /// Department code (`01`, `2A`, `974`).
    pub department: Option<String>,
    /// Heat or cold, where the table says it or the id does.
    pub kind: Option<NetworkKind>,
    /// The figures; rate already in percent.
    #[serde(flatten)]
    pub figures: Figures,
}

impl RegulatoryFigure {
    /// A total order: year, id, name, then every other cell, so that a table's order never matters.
    pub fn order(&self, other: &Self) -> Ordering {
        fn cells(figure: &RegulatoryFigure) -> impl Ord {
            let bits = |value: Option<f64>| value.map(f64::to_bits);
            (
                figure.year,
                figure.sncu_id.clone(),
                figure.name.clone(),
                figure.place.clone(),
                figure.department.clone(),
                figure.legacy_2020.clone(),
                figure.kind,
                [
                    bits(figure.figures.renewable_rate_pct),
                    bits(figure.figures.co2_direct_kg_per_kwh),
                    bits(figure.figures.co2_lca_kg_per_kwh),
                ],
            )
        }
        (self.year, &self.sncu_id, &self.name)
            .cmp(&(other.year, &other.sncu_id, &other.name))
            .then_with(|| cells(self).cmp(&cells(other)))
    }
}
