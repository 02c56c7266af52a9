//! Does the draft follow from what was known? Names against those of the previous edition.

use super::super::finding::NAME_CHANGED;
use super::{Finding, Place, place_of};
use crate::ingest::fold;
use crate::network::Edition;
use std::collections::HashMap;

/// Dice coefficient of letter pairs below which two names are unlike.
const ALIKE: f64 = 0.4;

pub(super) fn names(new: &Edition, previous: &Edition) -> Vec<Finding> {
    let before: HashMap<&str, &str> = previous
        .networks
        .iter()
        .filter_map(|n| Some((n.key.as_str(), n.row.name.as_deref()?)))
        .collect();
    new.networks
        .iter()
        .filter_map(|network| {
            let now = network.row.name.as_deref()?;
            let then = *before.get(network.key.as_str())?;
            (likeness(now, then) < ALIKE).then(|| {
                NAME_CHANGED.finding(
                    Place {
                        field: Some("nom_reseau".to_owned()),
                        ..place_of(network)
                    },
                    format!("Nom « {now} », et « {then} » dans l’édition précédente."),
                    "Vérifiez que l’identifiant est bien celui de ce réseau ; sinon corrigez-le dans le fichier.",
                )
            })
        })
        .collect()
}

/// Dice coefficient of the letter pairs of two folded names, 0 to 1.
pub(super) fn likeness(a: &str, b: &str) -> f64 {
    let (a, b) = (essence(a), essence(b));
    if a == b || a.contains(&b) || b.contains(&a) {
        return 1.0;
    }
    let pairs = |text: &str| -> Vec<[u8; 2]> {
        let mut pairs: Vec<[u8; 2]> = text.as_bytes().windows(2).map(|w| [w[0], w[1]]).collect();
        pairs.sort_unstable();
        pairs
    };
    let (one, mut other) = (pairs(&a), pairs(&b));
    let total = one.len() + other.len();
    if total == 0 {
        return 0.0;
    }
    let mut shared = 0;
    for pair in &one {
        if let Ok(i) = other.binary_search(pair) {
            other.remove(i);
            shared += 1;
        }
    }
    2.0 * f64::from(shared) / total as f64
}

/// The letters of a name that tell it from another: no accents, case, nor words that every network's name has.
fn essence(name: &str) -> String {
    name.split(|c: char| !c.is_alphanumeric())
        .map(fold)
        .filter(|word| {
            ![
                "reseau", "de", "chaleur", "du", "des", "la", "le", "les", "d", "l", "rcu",
            ]
            .contains(&word.as_str())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_the_words_of_every_network_do_not_make_a_name_new() {
        assert_eq!(
            likeness(
                "Réseau de saint-denis-les-bourg",
                "RESEAU DE SAINT-DENIS-LES-BOURG"
            ),
            1.0
        );
        assert!(likeness("Réseau de Château Thierry", "RCU Chateau-Thierry") > ALIKE);
        assert!(likeness("Belena", "Oyonnax BioChaleur") < ALIKE);
    }
}
