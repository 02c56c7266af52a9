//! Which figures are in force for a network? Those of the yearly tables win over the file's own, field by field, the
//! latest year that has the field first, whatever the order in which tables were loaded.

use super::communes::name::fold;
use super::findings::{about, at};
use crate::network::{
    Edition, Figures, Identified, Key, Network, NetworkKind, RegulatoryFigure, SncuId, Sourced,
};
use crate::report::{Finding, Place, Severity};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Each network's regulatory figures by year, oldest first: what charts are drawn from. Networks without any are left
/// out; when several sources have the same year, later names in the alphabet win field by field.
pub fn figures_history(edition: &Edition) -> BTreeMap<Key, BTreeMap<u16, Figures>> {
    let register = Register::new(&edition.regulatory, &edition.networks);
    let mut history: BTreeMap<Key, BTreeMap<u16, Figures>> = BTreeMap::new();
    for figure in &edition.regulatory {
        for network in register.networks_of(&figure.row) {
            let years = history
                .entry(edition.networks[network].key.clone())
                .or_default();
            let year = years.entry(figure.row.year).or_default();
            *year = year.overlaid_with(figure.row.figures);
        }
    }
    history
}

/// Sets every network's figures in force from its declared ones and the tables; `edition.regulatory` is sorted.
pub(super) fn overlay(edition: &mut Edition) {
    let history = figures_history(edition);
    for network in &mut edition.networks {
        let row = &mut network.row;
        row.figures = row.declared_figures;
        row.figures_year = None;
        for (year, figures) in history.get(&network.key).into_iter().flatten() {
            if *figures != Figures::default() {
                row.figures = row.figures.overlaid_with(*figures);
                row.figures_year = Some(*year);
            }
        }
    }
}

/// Where a row of a table leads.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Joined {
    /// To this national id.
    Id(SncuId),
    /// To this network, by name and place.
    Network(usize),
    /// To several ids or networks of that name and place.
    Ambiguous,
    /// Nowhere.
    Nothing,
}

/// Rows of the tables by what joins them, and networks by what they are joined on.
struct Register<'a> {
    networks: &'a [Identified<Network>],
    by_id: HashMap<&'a str, Vec<usize>>,
    ids_of_2020: HashMap<&'a str, BTreeSet<&'a SncuId>>,
    ids_by_name: HashMap<Named, BTreeSet<&'a SncuId>>,
    by_name: HashMap<(NetworkKind, String), Vec<usize>>,
}

type Named = (NetworkKind, String, String);

impl<'a> Register<'a> {
    fn new(rows: &'a [Sourced<RegulatoryFigure>], networks: &'a [Identified<Network>]) -> Self {
        let mut register = Self {
            networks,
            by_id: HashMap::new(),
            ids_of_2020: HashMap::new(),
            ids_by_name: HashMap::new(),
            by_name: HashMap::new(),
        };
        for (at, network) in networks.iter().enumerate() {
            if let Some(id) = &network.row.sncu_id {
                register.by_id.entry(id.as_str()).or_default().push(at);
            }
            if let Some(name) = &network.row.name {
                let named = (network.row.kind, fold(name));
                register.by_name.entry(named).or_default().push(at);
            }
        }
        // Tables without ids are rare: their joins are built only when there is one.
        if rows.iter().all(|row| row.row.sncu_id.is_some()) {
            return register;
        }
        for figure in rows.iter().map(|row| &row.row) {
            let Some(id) = &figure.sncu_id else { continue };
            if let Some(number) = figure.legacy_2020.as_deref().map(str::trim) {
                register.ids_of_2020.entry(number).or_default().insert(id);
            }
            if let Some(named) = named(figure) {
                register.ids_by_name.entry(named).or_default().insert(id);
            }
        }
        register
    }

    fn join(&self, figure: &RegulatoryFigure) -> Joined {
        if let Some(id) = &figure.sncu_id {
            return Joined::Id(id.clone());
        }
        let agrees = |id: &&&SncuId| match (kind_of_id(id), figure.kind) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        };
        let of_2020 = figure
            .legacy_2020
            .as_deref()
            .and_then(|number| self.ids_of_2020.get(number.trim()));
        let of_name = named(figure).and_then(|named| self.ids_by_name.get(&named));
        for ids in [of_2020, of_name].into_iter().flatten() {
            let ids: Vec<&&SncuId> = ids.iter().filter(agrees).collect();
            match ids.as_slice() {
                [] => {}
                [id] => return Joined::Id((**id).clone()),
                _ => return Joined::Ambiguous,
            }
        }
        self.join_by_network(figure)
    }

    /// The one network of that kind and name in that place.
    fn join_by_network(&self, figure: &RegulatoryFigure) -> Joined {
        let (Some(kind), Some(name)) = (kind_of(figure), &figure.name) else {
            return Joined::Nothing;
        };
        let places = places(figure);
        let candidates: Vec<usize> = self
            .by_name
            .get(&(kind, fold(name)))
            .into_iter()
            .flatten()
            .copied()
            .filter(|&at| {
                let communes = &self.networks[at].row.communes;
                communes
                    .iter()
                    .any(|commune| places.contains(&fold(commune)))
            })
            .collect();
        match candidates.as_slice() {
            [] => Joined::Nothing,
            [only] => Joined::Network(*only),
            _ => Joined::Ambiguous,
        }
    }

    /// The networks that a row's figures are for.
    fn networks_of(&self, figure: &RegulatoryFigure) -> Vec<usize> {
        match self.join(figure) {
            Joined::Id(id) => {
                let kind = kind_of_id(&id).or(figure.kind);
                let of_id = self.by_id.get(id.as_str()).into_iter().flatten().copied();
                of_id
                    .filter(|&at| kind.is_none_or(|kind| self.networks[at].row.kind == kind))
                    .collect()
            }
            Joined::Network(at) => vec![at],
            Joined::Ambiguous | Joined::Nothing => Vec::new(),
        }
    }
}

/// Heat or cold: the id's last letter, else what the table says.
fn kind_of(figure: &RegulatoryFigure) -> Option<NetworkKind> {
    figure.sncu_id.as_ref().and_then(kind_of_id).or(figure.kind)
}

fn kind_of_id(id: &SncuId) -> Option<NetworkKind> {
    id.is_regular().then(|| {
        if id.as_str().ends_with('F') {
            NetworkKind::Cold
        } else {
            NetworkKind::Heat
        }
    })
}

fn named(figure: &RegulatoryFigure) -> Option<Named> {
    let (name, place) = (
        fold(figure.name.as_deref()?),
        fold(figure.place.as_deref()?),
    );
    (!name.is_empty() && !place.is_empty()).then_some((kind_of(figure)?, name, place))
}

fn places(figure: &RegulatoryFigure) -> Vec<String> {
    let place = figure.place.as_deref().unwrap_or_default();
    let parts = place.split([',', ';', '/']).map(fold);
    parts
        .filter(|part| !part.is_empty())
        .chain([fold(place)])
        .collect()
}

/// What is worth saying about the rows of this import: those without id that lead nowhere or to several networks, ids
/// given twice in a year, and how many rows are for networks that are not loaded.
pub(super) fn report(
    edition: &Edition,
    imported: &[(RegulatoryFigure, Place)],
    findings: &mut Vec<Finding>,
) {
    let register = Register::new(&edition.regulatory, &edition.networks);
    let mut by_year: BTreeMap<u16, Count> = BTreeMap::new();
    let mut given: HashMap<(u16, &SncuId), &RegulatoryFigure> = HashMap::new();
    for (figure, place) in imported {
        let count = by_year.entry(figure.year).or_default();
        count.rows += 1;
        count.file.clone_from(&place.file);
        if let Some(id) = &figure.sncu_id
            && let Some(other) = given.insert((figure.year, id), figure)
            && other.figures != figure.figures
        {
            findings.push(at(
                place,
                Severity::Warning,
                "regulatory-duplicate-id",
                "identifiant_reseau",
                format!(
                    "La table de {} donne deux fois {id}, avec des valeurs différentes.",
                    figure.year
                ),
                "Gardez la bonne ligne.",
            ));
        }
        match register.join(figure) {
            Joined::Id(_) if register.networks_of(figure).is_empty() => count.absent += 1,
            Joined::Id(_) | Joined::Network(_) => {}
            Joined::Nothing => {
                count.unjoined += 1;
                if count.examples.len() < 5 {
                    count.examples.extend(figure.name.clone());
                }
            }
            Joined::Ambiguous => findings.push(at(
                place,
                Severity::Warning,
                "regulatory-ambiguous",
                "nom_reseau",
                format!(
                    "Ligne sans identifiant, et plusieurs réseaux s’appellent « {} » à {} : ses valeurs ne sont pas reprises.",
                    figure.name.as_deref().unwrap_or("?"),
                    figure.place.as_deref().unwrap_or("?"),
                ),
                "Ajoutez l’identifiant du réseau à la ligne, ou chargez la table de 2021 qui fait la correspondance.",
            )),
        }
    }
    for (year, count) in by_year {
        count.say(year, findings);
    }
}

#[derive(Default)]
struct Count {
    file: Option<String>,
    rows: usize,
    absent: usize,
    unjoined: usize,
    examples: Vec<String>,
}

impl Count {
    fn say(self, year: u16, findings: &mut Vec<Finding>) {
        let place = || Place {
            file: self.file.clone(),
            ..Place::default()
        };
        if self.unjoined > 0 {
            findings.push(about(
                place(),
                Severity::Warning,
                "regulatory-unmatched",
                format!(
                    "{} lignes de {year} sur {}, sans identifiant, ne correspondent à aucun réseau par le nom et le lieu : {}…",
                    self.unjoined,
                    self.rows,
                    self.examples.join(", ")
                ),
                "Chargez la table de 2021, qui fait la correspondance, ou ajoutez les identifiants.",
            ));
        }
        if self.absent > 0 {
            findings.push(about(
                place(),
                Severity::Information,
                "regulatory-without-network",
                format!(
                    "{} lignes de {year} sur {} concernent des réseaux absents de l’édition.",
                    self.absent, self.rows
                ),
                "Rien à faire : elles serviront quand ces réseaux seront importés.",
            ));
        }
    }
}

#[cfg(test)]
mod tests;
