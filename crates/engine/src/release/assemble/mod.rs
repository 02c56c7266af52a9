//! Rows read from files, and the previous edition, to a new edition.
//!
//! A keyed table present in the import replaces the rows of the same table and source; the others carry over. Communes
//! replace themselves by code and regulatory figures by year, within the source, so that departments and years can be
//! loaded one after the other. Then everything that depends on several tables is computed again for every row:
//! communes' codes, priority areas' links, figures in force.

use super::communes::Gazetteer;
use super::findings::about;
use super::identity::{Identities, identify};
use super::links::{Targets, declared_keys, link};
use super::regulatory;
use super::row::KeyedRow;
use crate::ingest::{Ingested, ReadRow};
use crate::network::{
    Commune, Edition, Figures, Identified, Key, Layer, Network, NetworkKind, PriorityArea,
    RegulatoryFigure, Sourced,
};
use crate::report::{Finding, Place, Severity};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A new edition and what is worth saying about how its rows were told apart, placed and linked.
#[derive(Debug, Clone, Default)]
pub struct Assembled {
    /// The edition, sorted.
    pub edition: Edition,
    /// Findings about identity, communes, links and regulatory figures.
    pub findings: Vec<Finding>,
}

/// The edition that follows `previous` when these rows are imported under the name `source`. The same whatever the
/// order of files and rows.
pub fn assemble(previous: &Edition, read: Ingested, source: &str) -> Assembled {
    let mut findings = Vec::new();
    let mut edition = Edition {
        communes: merge_communes(previous, read.communes, source, &mut findings),
        ..Edition::default()
    };
    let imported_figures: Vec<(RegulatoryFigure, Place)> = read
        .regulatory
        .into_iter()
        .flatten()
        .map(|read| (read.row, read.place))
        .collect();
    edition.regulatory = merge_figures(previous, &imported_figures, source);

    let gazetteer = Gazetteer::new(&edition.communes);
    let mut tables = Tables {
        gazetteer: &gazetteer,
        source,
        findings: &mut findings,
    };
    let networks = [
        (Layer::Heat, read.heat),
        (Layer::HeatUntraced, read.heat_untraced),
        (Layer::Cold, read.cold),
        (Layer::ColdUntraced, read.cold_untraced),
    ];
    let (heat, cold): (Vec<_>, Vec<_>) = networks
        .into_iter()
        .filter_map(|(layer, rows)| Some((layer, settle_networks(layer, rows?))))
        .partition(|(layer, _)| matches!(layer, Layer::Heat | Layer::HeatUntraced));
    for (kind, rows) in [(NetworkKind::Heat, heat), (NetworkKind::Cold, cold)] {
        let old = previous.networks.iter().filter(|old| old.row.kind == kind);
        edition
            .networks
            .extend(tables.identify(old.collect(), rows).rows);
    }
    let rows = read.projects.map(|rows| (Layer::Projects, rows));
    edition.projects = tables
        .identify(
            previous.projects.iter().collect(),
            rows.into_iter().collect(),
        )
        .rows;
    let rows = read.priority_areas.map(|rows| (Layer::PriorityAreas, rows));
    let areas = tables.identify(
        previous.priority_areas.iter().collect(),
        rows.into_iter().collect(),
    );

    say_without_outlines(&edition, gazetteer.is_empty(), &mut findings);
    drop(gazetteer);
    edition.sort();
    edition.priority_areas = link_areas(&edition, previous, areas, &mut findings);
    regulatory::overlay(&mut edition);
    regulatory::report(&edition, &imported_figures, &mut findings);
    edition.sort();
    gather_not_loaded(&mut findings);
    Assembled { edition, findings }
}

/// What every keyed table needs on its way into the edition.
struct Tables<'a> {
    gazetteer: &'a Gazetteer<'a>,
    source: &'a str,
    findings: &'a mut Vec<Finding>,
}

impl Tables<'_> {
    /// Gives new rows their communes, then every row its key, then carried-over rows the communes known since.
    fn identify<T: KeyedRow>(
        &mut self,
        previous: Vec<&Identified<T>>,
        mut tables: Vec<(Layer, Vec<ReadRow<T>>)>,
    ) -> Identities<T> {
        for read in tables.iter_mut().flat_map(|(_, rows)| rows) {
            self.gazetteer
                .resolve(&mut read.row, Some(&read.place), self.findings);
        }
        let mut identities = identify(previous, tables, self.source, self.findings);
        for row in &mut identities.rows {
            if !identities.places.contains_key(&row.key) {
                self.gazetteer.resolve(&mut row.row, None, self.findings);
            }
        }
        identities
    }
}

/// Networks say themselves what table they are of: kind, then pipes or not. Figures read are declared ones.
fn settle_networks(layer: Layer, mut rows: Vec<ReadRow<Network>>) -> Vec<ReadRow<Network>> {
    for read in &mut rows {
        let row = &mut read.row;
        row.kind = match layer {
            Layer::Cold | Layer::ColdUntraced => NetworkKind::Cold,
            _ => NetworkKind::Heat,
        };
        if row.declared_figures == Figures::default() {
            row.declared_figures = row.figures;
        }
        row.figures = row.declared_figures;
    }
    rows
}

/// Communes replace themselves by code within the source. A code given twice keeps the outline with most vertices.
fn merge_communes(
    previous: &Edition,
    read: Option<Vec<ReadRow<Commune>>>,
    source: &str,
    findings: &mut Vec<Finding>,
) -> Vec<Sourced<Commune>> {
    let Some(read) = read else {
        return previous.communes.clone();
    };
    let detail = |commune: &Commune| {
        let shape = commune.shape.as_ref();
        let outer = || {
            let polygons = shape.into_iter().flat_map(|area| &area.shape.0);
            polygons.flat_map(|polygon| &polygon.exterior().0)
        };
        let bits = outer().fold(0_u64, |sum, p| {
            sum.wrapping_mul(31)
                .wrapping_add(p.x.to_bits() ^ p.y.to_bits().rotate_left(17))
        });
        (outer().count(), commune.name.clone(), bits)
    };
    let mut new: BTreeMap<_, Commune> = BTreeMap::new();
    for read in read {
        let code = read.row.code.clone();
        if let Some(other) = new.get(&code) {
            if *other != read.row {
                findings.push(about(
                    read.place,
                    Severity::Warning,
                    "duplicate-commune",
                    format!("La commune {code} est donnée plusieurs fois ; le contour le plus détaillé est gardé."),
                    "Retirez les contours en trop.",
                ));
            }
            if detail(other) >= detail(&read.row) {
                continue;
            }
        }
        new.insert(code, read.row);
    }
    let kept = previous
        .communes
        .iter()
        .filter(|old| old.source != source || !new.contains_key(&old.row.code));
    let mut communes: Vec<Sourced<Commune>> = kept.cloned().collect();
    communes.extend(new.into_values().map(|row| Sourced {
        source: source.to_owned(),
        row,
    }));
    communes.sort_by(|a, b| (&a.row.code, &a.source).cmp(&(&b.row.code, &b.source)));
    communes
}

/// A year replaces itself within the source.
fn merge_figures(
    previous: &Edition,
    imported: &[(RegulatoryFigure, Place)],
    source: &str,
) -> Vec<Sourced<RegulatoryFigure>> {
    let years: BTreeSet<u16> = imported.iter().map(|(figure, _)| figure.year).collect();
    let kept = previous
        .regulatory
        .iter()
        .filter(|old| old.source != source || !years.contains(&old.row.year));
    let mut figures: Vec<Sourced<RegulatoryFigure>> = kept.cloned().collect();
    figures.extend(imported.iter().map(|(row, _)| Sourced {
        source: source.to_owned(),
        row: row.clone(),
    }));
    figures
}

fn link_areas(
    edition: &Edition,
    previous: &Edition,
    areas: Identities<PriorityArea>,
    findings: &mut Vec<Finding>,
) -> Vec<Identified<PriorityArea>> {
    let targets = Targets::new(edition);
    let carried: HashMap<Key, Vec<Key>> = declared_keys(previous);
    let mut rows = areas.rows;
    for area in &mut rows {
        let place = areas.places.get(&area.key);
        let declared = match place {
            Some(_) => area.row.network_keys.clone(),
            None => carried.get(&area.key).cloned().unwrap_or_default(),
        };
        area.row.network_keys = link(area, &declared, &targets, place, findings);
    }
    rows
}

/// Without outlines the verdict knows a place's commune only when it comes from an address.
fn say_without_outlines(edition: &Edition, no_outline: bool, findings: &mut Vec<Finding>) {
    let untraced = edition
        .networks
        .iter()
        .filter(|network| !network.row.is_traced());
    let count = untraced.count();
    if no_outline && count > 0 {
        findings.push(about(
            Place::default(),
            Severity::Warning,
            "no-communes",
            format!(
                "Aucun contour de commune n’est chargé : les {count} réseaux sans tracé ne seront proposés qu’aux adresses trouvées par le géocodeur, et seulement si leur code de commune est donné."
            ),
            "Importez les contours des communes (GeoJSON avec code et nom).",
        ));
    }
}

/// One finding instead of hundreds when whole departments are not loaded.
fn gather_not_loaded(findings: &mut Vec<Finding>) {
    const CODE: &str = "commune-not-loaded";
    let count = findings
        .iter()
        .filter(|finding| finding.code == CODE)
        .count();
    if count <= 3 {
        return;
    }
    findings.retain(|finding| finding.code != CODE);
    findings.push(about(
        Place::default(),
        Severity::Information,
        CODE,
        format!("{count} noms de communes ne sont pas dans les contours chargés : leurs codes restent inconnus."),
        "Importez les contours des communes de ces départements.",
    ));
}

#[cfg(test)]
mod tests;
