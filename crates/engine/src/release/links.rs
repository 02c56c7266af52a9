//! Which networks and projects does a priority area belong to? Its SNCU ids, in any table and source, and its numbers
//! (`id_fcu`), within its own source, become keys.

use super::findings::at;
use crate::network::{Edition, Identified, Key, Layer, PriorityArea};
use crate::report::{Finding, Place, Severity};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Where the rows of an edition are found by what links name.
pub(super) struct Targets<'a> {
    by_sncu: HashMap<&'a str, Vec<&'a Key>>,
    by_number: HashMap<(&'a str, Layer, i64), Vec<&'a Key>>,
    keys: HashSet<&'a Key>,
}

impl<'a> Targets<'a> {
    pub(super) fn new(edition: &'a Edition) -> Self {
        let mut targets = Self {
            by_sncu: HashMap::new(),
            by_number: HashMap::new(),
            keys: HashSet::new(),
        };
        for network in &edition.networks {
            let row = &network.row;
            let layer = Layer::of_network(row);
            targets.enter(
                &network.key,
                &network.source,
                layer,
                row.id_fcu,
                row.sncu_id.as_ref(),
            );
        }
        for project in &edition.projects {
            let (row, layer) = (&project.row, Layer::Projects);
            targets.enter(
                &project.key,
                &project.source,
                layer,
                row.id_fcu,
                row.sncu_id.as_ref(),
            );
        }
        targets
    }

    fn enter(
        &mut self,
        key: &'a Key,
        source: &'a str,
        layer: Layer,
        number: Option<i64>,
        id: Option<&'a crate::network::SncuId>,
    ) {
        self.keys.insert(key);
        if let Some(id) = id {
            self.by_sncu.entry(id.as_str()).or_default().push(key);
        }
        if let Some(number) = number {
            self.by_number
                .entry((source, layer, number))
                .or_default()
                .push(key);
        }
    }

    fn by_number<'s>(
        &'s self,
        source: &'s str,
        layers: [Layer; 2],
        number: i64,
    ) -> Option<&'s [&'s Key]> {
        layers
            .iter()
            .find_map(|layer| self.by_number.get(&(source, *layer, number)))
            .map(Vec::as_slice)
    }

    /// The keys that the area's ids and numbers lead to, and what leads nowhere.
    fn resolve(&self, area: &Identified<PriorityArea>) -> (BTreeSet<Key>, Vec<String>) {
        let mut keys = BTreeSet::new();
        let mut missing = Vec::new();
        let mut take = |found: Option<&[&Key]>, named: String| match found {
            Some(found) => keys.extend(found.iter().copied().cloned()),
            None => missing.push(named),
        };
        for id in &area.row.network_sncu_ids {
            take(
                self.by_sncu.get(id.as_str()).map(Vec::as_slice),
                id.to_string(),
            );
        }
        for &number in &area.row.heat_id_fcus {
            let found = self.by_number(&area.source, [Layer::Heat, Layer::HeatUntraced], number);
            take(found, format!("réseau n° {number}"));
        }
        for &number in &area.row.project_id_fcus {
            let found = self.by_number(&area.source, [Layer::Projects; 2], number);
            take(found, format!("projet n° {number}"));
        }
        (keys, missing)
    }
}

/// The keys that each carried-over area declared itself, beyond those its ids led to in `previous`.
pub(super) fn declared_keys(previous: &Edition) -> HashMap<Key, Vec<Key>> {
    let targets = Targets::new(previous);
    previous
        .priority_areas
        .iter()
        .filter_map(|area| {
            let (resolved, _) = targets.resolve(area);
            let declared = area
                .row
                .network_keys
                .iter()
                .filter(|key| !resolved.contains(*key));
            let declared: Vec<Key> = declared.cloned().collect();
            (!declared.is_empty()).then(|| (area.key.clone(), declared))
        })
        .collect()
}

/// The links of an area in the new edition: `declared` keys that exist, and those of its ids and numbers. Says what
/// leads nowhere when `place` is given.
pub(super) fn link(
    area: &Identified<PriorityArea>,
    declared: &[Key],
    targets: &Targets<'_>,
    place: Option<&Place>,
    findings: &mut Vec<Finding>,
) -> Vec<Key> {
    let (mut keys, mut missing) = targets.resolve(area);
    for key in declared {
        if targets.keys.contains(key) {
            keys.insert(key.clone());
        } else {
            missing.push(key.to_string());
        }
    }
    if let Some(place) = place.filter(|_| !missing.is_empty()) {
        findings.push(at(
            place,
            Severity::Warning,
            "pdp-without-network",
            "Identifiant reseau",
            format!(
                "Ce PDP renvoie à un réseau absent de l’édition : {}.",
                missing.join(", ")
            ),
            "Vérifiez l’identifiant, ou importez aussi le réseau.",
        ));
    }
    keys.into_iter().collect()
}
