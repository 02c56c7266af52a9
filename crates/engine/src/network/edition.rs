//! All the tables of one edition, every row with its identity and its source.

use super::{Commune, Key, Network, NetworkKind, PriorityArea, Project, RegulatoryFigure};
use serde::{Deserialize, Serialize};

/// A table that an import replaces as a whole, source by source: the six open-data files, communes, regulatory tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// `reseaux_de_chaleur`.
    Heat,
    /// `reseaux_de_chaleur_sans_traces`.
    HeatUntraced,
    /// `reseaux_de_froid`.
    Cold,
    /// `reseaux_de_froid_sans_traces`.
    ColdUntraced,
    /// `zones_et_reseaux_en_construction`, lines and polygons.
    Projects,
    /// `pdp`.
    PriorityAreas,
    /// Communes' outlines.
    Communes,
    /// Yearly regulatory figures.
    Regulatory,
}

impl Layer {
    /// All layers, in the order of their numbers.
    pub const ALL: [Self; 8] = [
        Self::Heat,
        Self::HeatUntraced,
        Self::Cold,
        Self::ColdUntraced,
        Self::Projects,
        Self::PriorityAreas,
        Self::Communes,
        Self::Regulatory,
    ];

    /// The machine name (`heat-untraced`), the one of its JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Heat => "heat",
            Self::HeatUntraced => "heat-untraced",
            Self::Cold => "cold",
            Self::ColdUntraced => "cold-untraced",
            Self::Projects => "projects",
            Self::PriorityAreas => "priority-areas",
            Self::Communes => "communes",
            Self::Regulatory => "regulatory",
        }
    }

    /// The layer of that machine name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|layer| layer.name() == name)
    }

    /// The layer a network belongs to: its kind, and whether its pipes are known.
    pub fn of_network(network: &Network) -> Self {
        match (network.kind, network.is_traced()) {
            (NetworkKind::Heat, true) => Self::Heat,
            (NetworkKind::Heat, false) => Self::HeatUntraced,
            (NetworkKind::Cold, true) => Self::Cold,
            (NetworkKind::Cold, false) => Self::ColdUntraced,
        }
    }
}

/// A row with its stable key and the source it came from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Identified<T> {
    /// Stable identity.
    pub key: Key,
    /// The `--source` of the import (`main` by default).
    pub source: String,
    /// The row.
    pub row: T,
}

/// A row without identity of ours, with its source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sourced<T> {
    /// The `--source` of the import (`main` by default).
    pub source: String,
    /// The row.
    pub row: T,
}

/// Every row of one release. Rows are sorted by key (communes by code, figures by year, id, name), so that equal
/// content means equal bytes whatever the order of the input files.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Edition {
    /// Heat and cold networks, traced or not.
    pub networks: Vec<Identified<Network>>,
    /// Networks under construction.
    pub projects: Vec<Identified<Project>>,
    /// PDP.
    pub priority_areas: Vec<Identified<PriorityArea>>,
    /// Communes' outlines.
    pub communes: Vec<Sourced<Commune>>,
    /// Regulatory figures of every year loaded.
    pub regulatory: Vec<Sourced<RegulatoryFigure>>,
}

impl Edition {
    /// Puts every table in its order: keyed rows by key then source, communes by code then source, figures by year, id,
    /// name, then everything else they carry.
    pub fn sort(&mut self) {
        fn by_key<T>(rows: &mut [Identified<T>]) {
            rows.sort_by(|a, b| (&a.key, &a.source).cmp(&(&b.key, &b.source)));
        }
        by_key(&mut self.networks);
        by_key(&mut self.projects);
        by_key(&mut self.priority_areas);
        self.communes
            .sort_by(|a, b| (&a.row.code, &a.source).cmp(&(&b.row.code, &b.source)));
        self.regulatory
            .sort_by(|a, b| a.row.order(&b.row).then_with(|| a.source.cmp(&b.source)));
    }
}
