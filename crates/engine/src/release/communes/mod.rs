//! Which commune is meant? Names and codes as files give them, to the INSEE codes of the communes, with the outlines
//! loaded; the department, then the shape, choose among homonyms.

pub(crate) mod name;
mod place;
mod resolve;
mod territory;

pub use territory::{DEPARTMENTS, Department, REGIONS, Region, departments_in, region_of};

use crate::network::{Commune, InseeCode, Sourced};
use place::Outlines;
use std::collections::{HashMap, HashSet};

/// Delegated and associated communes: former code, code of the commune they are part of, former name.
/// Source: INSEE, Code officiel géographique 2026 (Licence Ouverte).
const FORMER: &str = include_str!("former.txt");

/// The three communes with arrondissements, which outlines and addresses often give in pieces.
const WITH_ARRONDISSEMENTS: [(&str, &str); 3] = [
    ("Paris", "75056"),
    ("Lyon", "69123"),
    ("Marseille", "13055"),
];

type Names = HashMap<String, Vec<InseeCode>>;

/// The communes known to an edition, to look names, codes and places up.
pub(super) struct Gazetteer<'a> {
    names: Names,
    former_names: Names,
    codes: HashSet<&'a InseeCode>,
    parents: HashMap<&'static str, InseeCode>,
    departments: HashSet<&'a str>,
    outlines: Outlines<'a>,
}

impl<'a> Gazetteer<'a> {
    /// The gazetteer of these communes; without any it still knows former codes and arrondissements.
    pub(super) fn new(communes: &'a [Sourced<Commune>]) -> Self {
        let codes: HashSet<&InseeCode> = communes.iter().map(|commune| &commune.row.code).collect();
        let mut names = Names::new();
        for commune in communes {
            let code = commune.row.code.commune_of_arrondissement();
            enter(&mut names, &commune.row.name, &code);
        }
        for (name, code) in WITH_ARRONDISSEMENTS {
            let code = InseeCode::parse(code).expect("a constant INSEE code");
            enter(&mut names, name, &code);
        }
        let mut former_names = Names::new();
        let mut parents = HashMap::new();
        for line in FORMER.lines() {
            let mut cells = line.splitn(3, ' ');
            let (Some(code), Some(parent), Some(name)) = (cells.next(), cells.next(), cells.next())
            else {
                continue;
            };
            let Some(parent) = InseeCode::parse(parent) else {
                continue;
            };
            if codes.contains(&parent) {
                enter(&mut former_names, name, &parent);
            }
            if code != parent.as_str() {
                parents.insert(code, parent);
            }
        }
        Self {
            names,
            former_names,
            parents,
            departments: codes.iter().map(|code| code.department()).collect(),
            codes,
            outlines: Outlines::new(communes),
        }
    }

    /// Whether no outline is loaded at all.
    pub(super) fn is_empty(&self) -> bool {
        self.outlines.is_empty()
    }
}

fn enter(names: &mut Names, name: &str, code: &InseeCode) {
    let folded = name::fold(name);
    let bare = name::without_article(&folded);
    for form in [folded, bare] {
        let codes = names.entry(form).or_default();
        if !codes.contains(code) {
            codes.push(code.clone());
        }
    }
}

#[cfg(test)]
mod tests;
