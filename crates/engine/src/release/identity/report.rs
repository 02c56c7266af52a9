//! What a person should know, or decide, about identities.

use super::claims::{Claims, Draft};
use crate::network::{Identified, Key, SncuId};
use crate::release::findings::{about, at};
use crate::release::row::KeyedRow;
use crate::report::{Finding, Place, Severity};
use std::collections::HashMap;

fn place_of<T: KeyedRow>(draft: &Draft<T>) -> Place {
    let mut place = draft.read.place.clone();
    if place.network.is_none() {
        place.network = draft.read.row.name().map(str::to_owned);
    }
    place
}

/// The file's key is of another table.
pub(super) fn wrong_kind<T: KeyedRow>(draft: &Draft<T>, key: &Key) -> Finding {
    at(
        &place_of(draft),
        Severity::Warning,
        "key-wrong-table",
        "key",
        format!(
            "La clé « {key} » ne convient pas à cette table, dont les clés commencent par « {}: » ; elle est ignorée.",
            draft.read.row.key_kind().prefix()
        ),
        "Corrigez la colonne key, ou retirez-la.",
    )
}

/// The previous edition has this SNCU id under another key than usual.
pub(super) fn kept_key<T: KeyedRow>(draft: &Draft<T>, kept: &Key, id: &SncuId) -> Finding {
    at(
        &place_of(draft),
        Severity::Information,
        "identity-kept",
        "key",
        format!("Le réseau {id} garde la clé « {kept} » qu’il avait dans l’édition précédente."),
        "Rien à faire ; pour changer de clé, donnez-la dans une colonne key.",
    )
}

/// A network whose key changes with its national id.
pub(super) fn renamed<T: KeyedRow>(draft: &Draft<T>, before: &Key) -> Finding {
    let key = draft.key.as_ref().map_or("", Key::as_str);
    at(
        &place_of(draft),
        Severity::Warning,
        "identity-changed",
        "key",
        format!(
            "Ce réseau semble être « {before} » de l’édition précédente ; son identifiant SNCU en fait « {key} »."
        ),
        &format!(
            "Si le réseau doit garder son ancienne clé, donnez « {before} » dans une colonne key."
        ),
    )
}

/// Several previous rows look like this one.
pub(super) fn ambiguous<'k, T: KeyedRow>(
    draft: &Draft<T>,
    candidates: impl Iterator<Item = (&'k Key, f64)>,
) -> Finding {
    let candidates: Vec<String> = candidates
        .map(|(key, likeness)| format!("« {key} » ({:.0} %)", likeness * 100.0))
        .collect();
    at(
        &place_of(draft),
        Severity::Warning,
        "identity-ambiguous",
        "key",
        format!(
            "Cette ligne ressemble à l’édition précédente sans qu’une correspondance se détache : {} ; elle est prise pour nouvelle.",
            candidates.join(", ")
        ),
        "Décidez : donnez la bonne clé dans une colonne key, ou laissez la ligne être nouvelle.",
    )
}

/// Rows that share an id with another one: an error for each but the one that has the plain key.
pub(super) fn shared_ids<T: KeyedRow>(claims: &Claims<'_, T>, findings: &mut Vec<Finding>) {
    let left: Vec<&Identified<T>> = claims.left_alone().collect();
    let old_ids = left
        .iter()
        .filter_map(|row| Some((row.row.identity_id()?, &row.key)));
    let new_ids = claims
        .drafts
        .iter()
        .filter_map(|draft| Some((draft.read.row.identity_id()?, draft.key.as_ref()?)));
    let mut first: HashMap<&SncuId, &Key> = HashMap::new();
    for (id, key) in old_ids.chain(new_ids) {
        let rank = |key: &Key| (key.as_str().len(), key.clone());
        first
            .entry(id)
            .and_modify(|best| {
                if rank(key) < rank(best) {
                    *best = key;
                }
            })
            .or_insert(key);
    }
    for draft in &claims.drafts {
        let Some(key) = &draft.key else { continue };
        let id = draft.read.row.identity_id();
        let holder = id.and_then(|id| first.get(id)).copied();
        match (id, holder.filter(|holder| *holder != key), &draft.displaced_from) {
            (Some(id), Some(holder), _) => findings.push(at(
                &place_of(draft),
                Severity::Error,
                "duplicate-sncu-id",
                "Identifiant reseau",
                format!("L’identifiant {id} est déjà celui de « {holder} » ; cette ligne reçoit la clé « {key} »."),
                "Corrigez l’identifiant, ou retirez la ligne en double.",
            )),
            (_, _, Some(wanted)) => findings.push(at(
                &place_of(draft),
                Severity::Error,
                "duplicate-key",
                "key",
                format!("La clé « {wanted} » est déjà prise ; cette ligne reçoit la clé « {key} »."),
                "Retirez la ligne en double, ou donnez-lui sa propre clé.",
            )),
            _ => {}
        }
    }
}

/// Untraced rows that the import doesn't contain but whose network now comes with its trace.
pub(super) fn untraced_replaced<T: KeyedRow>(claims: &Claims<'_, T>, findings: &mut Vec<Finding>) {
    for draft in &claims.drafts {
        let Some(old) = draft.was.map(|at| &claims.old[at]) else {
            continue;
        };
        if old.stays && old.layer != draft.layer {
            findings.push(about(
                place_of(draft),
                Severity::Information,
                "untraced-replaced",
                format!(
                    "Le réseau « {} » a maintenant un tracé : sa ligne sans tracé est retirée.",
                    old.row.key
                ),
                "Rien à faire.",
            ));
        }
    }
}
