//! Which networks are wanted? The filters of the list and of the map, with the same names in their addresses.

use crate::pages::Lang;
use crate::pages::catalogue::Entry;
use crate::pages::params::Params;
use crate::pages::written::folded;
use caloduc_engine::network::Layer;

/// Bounds of a figure, both included.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Range {
    /// Least.
    pub min: Option<f64>,
    /// Most.
    pub max: Option<f64>,
}

impl Range {
    /// `name=50-100`, or `name_min=50` and `name_max=100` as a form sends them.
    fn read(params: &Params, name: &str) -> Self {
        let (low, high) = params
            .get(name)
            .and_then(|text| text.split_once('-'))
            .unzip();
        let parse = |text: Option<&str>| text.and_then(|t| t.trim().parse().ok());
        Self {
            min: params.number(&format!("{name}_min")).or(parse(low)),
            max: params.number(&format!("{name}_max")).or(parse(high)),
        }
    }

    fn is_set(self) -> bool {
        self.min.is_some() || self.max.is_some()
    }

    /// Whether it lets a value pass; `unknown` says what becomes of a value nobody knows.
    fn lets(self, value: Option<f64>, unknown: Unknown) -> bool {
        match value {
            _ if !self.is_set() => true,
            None => unknown == Unknown::Shown,
            Some(value) => {
                self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
            }
        }
    }
}

/// What becomes of a network whose figure is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unknown {
    Hidden,
    Shown,
}

/// What a network carries, or that it is to be built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Heat.
    Heat,
    /// Cold.
    Cold,
    /// A project.
    Project,
}

impl Sort {
    /// In the order of the choices.
    pub const ALL: [Self; 3] = [Self::Heat, Self::Cold, Self::Project];

    /// The value of `type`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Heat => "chaleur",
            Self::Cold => "froid",
            Self::Project => "projet",
        }
    }

    /// Its words.
    pub fn label(self, lang: Lang) -> &'static str {
        match self {
            Self::Heat => lang.say("Chaleur", "Heat"),
            Self::Cold => lang.say("Froid", "Cooling"),
            Self::Project => lang.say("En projet", "Planned"),
        }
    }

    fn of(entry: &Entry) -> Self {
        match entry.layer {
            Layer::Projects => Self::Project,
            Layer::Cold | Layer::ColdUntraced => Self::Cold,
            _ => Self::Heat,
        }
    }
}

/// A family of energy sources, as people name them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnergyFamily {
    /// The value of `energie`, and the suffix of its colour.
    pub name: &'static str,
    /// Its style (`mix-…`).
    pub style: &'static str,
    /// French and English names.
    names: (&'static str, &'static str),
    /// Its sources, with the spelling of the files.
    pub sources: &'static [&'static str],
    /// Whether it is of fossil origin.
    pub is_fossil: bool,
}

impl EnergyFamily {
    /// Its name.
    pub fn label(&self, lang: Lang) -> &'static str {
        lang.say(self.names.0, self.names.1)
    }
}

/// The families, in the order of charts: renewable, recovered, others, fossil.
pub static ENERGY_FAMILIES: [EnergyFamily; 9] = [
    EnergyFamily {
        name: "biomasse",
        style: "biomass",
        names: ("Biomasse et biogaz", "Biomass and biogas"),
        sources: &["biomasse_solide", "biogaz"],
        is_fossil: false,
    },
    EnergyFamily {
        name: "geothermie",
        style: "ground",
        names: (
            "Géothermie et pompes à chaleur",
            "Geothermal and heat pumps",
        ),
        sources: &["geothermie", "PAC"],
        is_fossil: false,
    },
    EnergyFamily {
        name: "solaire",
        style: "solar",
        names: ("Solaire thermique", "Solar thermal"),
        sources: &["solaire_thermique"],
        is_fossil: false,
    },
    EnergyFamily {
        name: "dechets",
        style: "waste",
        names: ("Déchets", "Waste"),
        sources: &["dechets_internes", "UIOM"],
        is_fossil: false,
    },
    EnergyFamily {
        name: "recuperation",
        style: "recovered",
        names: ("Chaleur récupérée", "Recovered heat"),
        sources: &["chaleur_industiel", "autre_chaleur_recuperee"],
        is_fossil: false,
    },
    EnergyFamily {
        name: "electricite",
        style: "electric",
        names: ("Électricité", "Electricity"),
        sources: &["chaudieres_electriques"],
        is_fossil: false,
    },
    EnergyFamily {
        name: "autres",
        style: "other",
        names: ("Autres", "Others"),
        sources: &["autres_ENR", "autres"],
        is_fossil: false,
    },
    EnergyFamily {
        name: "gaz",
        style: "gas",
        names: ("Gaz", "Gas"),
        sources: &["gaz_naturel", "GPL"],
        is_fossil: true,
    },
    EnergyFamily {
        name: "fioul-charbon",
        style: "oil",
        names: ("Fioul et charbon", "Oil and coal"),
        sources: &["fioul_domestique", "fioul_lourd", "charbon"],
        is_fossil: true,
    },
];

/// What is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    text: String,
    sorts: Vec<Sort>,
    department: Option<String>,
    classified: Option<bool>,
    open: Option<bool>,
    families: Vec<&'static EnergyFamily>,
    rate: Range,
    co2_g: Range,
    deliveries: Range,
    year: Range,
    operator: String,
    owner: String,
    unknown: Unknown,
}

impl Filter {
    /// The filter of an address.
    pub fn read(params: &Params) -> Self {
        let yes_no = |name: &str| match params.get(name) {
            Some("oui") => Some(true),
            Some("non") => Some(false),
            _ => None,
        };
        Self {
            text: folded(params.get("q").unwrap_or_default()),
            sorts: Sort::ALL
                .into_iter()
                .filter(|sort| params.all("type").any(|value| value == sort.as_str()))
                .collect(),
            department: params.get("dep").map(str::to_uppercase),
            classified: yes_no("classe"),
            open: yes_no("ouvert"),
            families: ENERGY_FAMILIES
                .iter()
                .filter(|family| params.all("energie").any(|value| value == family.name))
                .collect(),
            rate: Range::read(params, "enr"),
            co2_g: Range::read(params, "co2"),
            deliveries: Range::read(params, "livraisons"),
            year: Range::read(params, "annee"),
            operator: folded(params.get("exploitant").unwrap_or_default()),
            owner: folded(params.get("mo").unwrap_or_default()),
            unknown: if params.get("vides") == Some("oui") {
                Unknown::Shown
            } else {
                Unknown::Hidden
            },
        }
    }

    /// Whether it lets an entry pass.
    pub fn lets(&self, entry: &Entry) -> bool {
        let named = |wanted: &str, name: Option<&str>| {
            wanted.is_empty() || name.is_some_and(|name| folded(name).contains(wanted))
        };
        let shown = |value: Option<bool>, wanted: Option<bool>| match (wanted, value) {
            (None, _) => true,
            (Some(_), None) => self.unknown == Unknown::Shown,
            (Some(wanted), Some(value)) => wanted == value,
        };
        entry.answers(&self.text)
            && (self.sorts.is_empty() || self.sorts.contains(&Sort::of(entry)))
            && self
                .department
                .as_ref()
                .is_none_or(|code| entry.departments.contains(code))
            && shown(entry.classified, self.classified)
            && shown(Some(entry.is_open), self.open)
            && (self.families.is_empty()
                || self.families.iter().any(|family| {
                    entry
                        .energies
                        .iter()
                        .any(|source| family.sources.contains(source))
                }))
            && self.rate.lets(entry.renewable_rate_pct, self.unknown)
            && self
                .co2_g
                .lets(entry.co2_lca_kg_per_kwh.map(|kg| kg * 1000.0), self.unknown)
            && self.deliveries.lets(entry.deliveries_mwh, self.unknown)
            && self
                .year
                .lets(entry.creation_year.map(f64::from), self.unknown)
            && named(&self.operator, entry.operator.as_deref())
            && named(&self.owner, entry.owner.as_deref())
    }
}
