//! Which networks does the edition have? One summary per network and project, made once per edition, for the list, the
//! communes and the search by name.

use super::written::folded;
use crate::state::Served;
use caloduc_engine::network::{ENERGY_SOURCES, Layer, Network};
use caloduc_engine::snapshot::{Row, Snapshot};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// What a list says of a network or a project.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Stable key.
    pub key: String,
    /// SNCU id.
    pub id: Option<String>,
    /// The table it is in.
    pub layer: Layer,
    /// Name.
    pub name: Option<String>,
    /// Names of the communes.
    pub communes: Vec<String>,
    /// INSEE codes of the communes.
    pub communes_insee: Vec<String>,
    /// Codes of the departments of its communes.
    pub departments: Vec<String>,
    /// Gestionnaire.
    pub operator: Option<String>,
    /// Maître d'ouvrage.
    pub owner: Option<String>,
    /// Whether new buildings are taken.
    pub is_open: bool,
    /// Whether its PDP carries the obligation.
    pub classified: Option<bool>,
    /// Share of renewable and recovered energy, percent.
    pub renewable_rate_pct: Option<f64>,
    /// Life-cycle CO2, kg/kWh.
    pub co2_lca_kg_per_kwh: Option<f64>,
    /// Direct CO2, kg/kWh.
    pub co2_direct_kg_per_kwh: Option<f64>,
    /// Deliveries a year, MWh.
    pub deliveries_mwh: Option<f64>,
    /// Declared length, km.
    pub length_km: Option<f64>,
    /// Year of creation.
    pub creation_year: Option<i32>,
    /// Commissioning of a project, as given.
    pub commissioning: Option<String>,
    /// Energy sources it uses, in the order of [`ENERGY_SOURCES`].
    pub energies: Vec<&'static str>,
    /// Name, id, communes, operator and owner, folded, for the search.
    searched: String,
}

impl Entry {
    /// The part of its address after `/reseaux/`: the SNCU id when it has one, else the key.
    pub fn slug(&self) -> &str {
        self.id.as_deref().unwrap_or(&self.key)
    }

    /// Whether it carries cold.
    pub fn is_cold(&self) -> bool {
        matches!(self.layer, Layer::Cold | Layer::ColdUntraced)
    }

    /// Whether its pipes are known.
    pub fn is_traced(&self) -> bool {
        matches!(self.layer, Layer::Heat | Layer::Cold | Layer::Projects)
    }

    /// Whether all words of `folded` are in its name, id, communes, operator or owner.
    pub fn answers(&self, folded: &str) -> bool {
        folded
            .split_whitespace()
            .all(|word| self.searched.contains(word))
    }

    fn of_network(row: &Row<'_>, network: Network) -> Self {
        let produced = network.production_mwh.iter().zip(ENERGY_SOURCES);
        let energies = produced
            .filter(|(mwh, _)| mwh.is_some_and(|mwh| mwh > 0.0))
            .map(|(_, source)| source)
            .collect();
        Self {
            communes_insee: codes(&network.communes_insee),
            communes: network.communes,
            classified: network.classified,
            renewable_rate_pct: network.figures.renewable_rate_pct,
            co2_lca_kg_per_kwh: network.figures.co2_lca_kg_per_kwh,
            co2_direct_kg_per_kwh: network.figures.co2_direct_kg_per_kwh,
            deliveries_mwh: network.deliveries_total_mwh,
            length_km: network.declared_length_km,
            creation_year: network.creation_year,
            energies,
            ..Self::of_row(row)
        }
    }

    fn of_row(row: &Row<'_>) -> Self {
        Self {
            key: row.key().to_owned(),
            id: row.id().map(str::to_owned),
            layer: row.layer(),
            name: row.name().map(str::to_owned),
            communes: row.communes().iter().map(str::to_owned).collect(),
            communes_insee: Vec::new(),
            departments: Vec::new(),
            operator: row.operator().map(str::to_owned),
            owner: row.owner().map(str::to_owned),
            is_open: row.is_open(),
            classified: None,
            renewable_rate_pct: None,
            co2_lca_kg_per_kwh: None,
            co2_direct_kg_per_kwh: None,
            deliveries_mwh: None,
            length_km: None,
            creation_year: None,
            commissioning: None,
            energies: Vec::new(),
            searched: String::new(),
        }
    }

    fn finished(mut self) -> Self {
        for code in &self.communes_insee {
            let width = if code.starts_with("97") || code.starts_with("98") {
                3
            } else {
                2
            };
            let department = code.get(..width).unwrap_or(code).to_owned();
            if !self.departments.contains(&department) {
                self.departments.push(department);
            }
        }
        let said = [&self.name, &self.id, &self.operator, &self.owner];
        let mut text = said
            .into_iter()
            .flatten()
            .cloned()
            .collect::<Vec<_>>()
            .join(" ");
        for commune in &self.communes {
            text.push(' ');
            text.push_str(commune);
        }
        text.push(' ');
        text.push_str(&self.key);
        self.searched = folded(&text);
        self
    }
}

fn codes(codes: &[caloduc_engine::network::InseeCode]) -> Vec<String> {
    codes.iter().map(|code| code.as_str().to_owned()).collect()
}

/// Every network and project of an edition.
#[derive(Debug, Default)]
pub struct Catalogue {
    /// Heat then cold networks, each by key.
    pub networks: Vec<Entry>,
    /// Projects by key.
    pub projects: Vec<Entry>,
    /// Number of priority areas.
    pub priority_areas: usize,
}

impl Catalogue {
    fn new(snapshot: &Snapshot) -> Self {
        let layers = [
            Layer::Heat,
            Layer::HeatUntraced,
            Layer::Cold,
            Layer::ColdUntraced,
        ];
        let networks = layers
            .into_iter()
            .flat_map(|layer| snapshot.rows(layer))
            .filter_map(|row| Some(Entry::of_network(&row, row.network()?).finished()))
            .collect();
        let projects = snapshot
            .rows(Layer::Projects)
            .filter_map(|row| {
                let project = row.project()?;
                let entry = Entry {
                    communes_insee: codes(&project.communes_insee),
                    commissioning: project.commissioning,
                    ..Entry::of_row(&row)
                };
                Some(entry.finished())
            })
            .collect();
        Self {
            networks,
            projects,
            priority_areas: snapshot.rows(Layer::PriorityAreas).len(),
        }
    }

    /// How many networks of a table.
    pub fn count(&self, layer: Layer) -> usize {
        self.networks
            .iter()
            .filter(|entry| entry.layer == layer)
            .count()
    }

    /// The entry of a key.
    pub fn find(&self, key: &str) -> Option<&Entry> {
        self.networks
            .iter()
            .chain(&self.projects)
            .find(|entry| entry.key == key)
    }
}

/// The catalogue of the edition asked last: almost always the one in service.
static LAST: Mutex<Option<(Weak<Served>, Arc<Catalogue>)>> = Mutex::new(None);

/// The catalogue of an edition.
pub fn of(served: &Arc<Served>) -> Arc<Catalogue> {
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((of, catalogue)) = &*last
        && of.as_ptr() == Arc::as_ptr(served)
        && of.strong_count() > 0
    {
        return Arc::clone(catalogue);
    }
    let catalogue = Arc::new(Catalogue::new(&served.snapshot));
    *last = Some((Arc::downgrade(served), Arc::clone(&catalogue)));
    catalogue
}
