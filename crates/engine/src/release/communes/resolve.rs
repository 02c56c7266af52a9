//! A row's communes: the codes it gives, then the names that no code accounts for, then its place.

use super::name::forms;
use super::territory::DEPARTMENTS;
use super::{Gazetteer, Names, departments_in, region_of};
use crate::crs::Projected;
use crate::network::InseeCode;
use crate::release::findings::at;
use crate::release::row::KeyedRow;
use crate::report::{Finding, Place, Severity};

/// A commune of that name farther than this from the shape is another one, when no department says otherwise.
const PLAUSIBLE_M: f64 = 20_000.0;

/// Why a name has no code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unresolved {
    /// No commune of that name there.
    Unknown,
    /// Several, and the shape does not tell which.
    Homonyms(Vec<InseeCode>),
    /// No outline of the department is loaded.
    NotLoaded,
}

/// What helps to tell homonyms apart.
struct Clues {
    /// Codes of the departments the row may be in; empty when it does not say.
    departments: Vec<&'static str>,
    /// Department of the national id, a mere hint: networks cross borders.
    hint: Option<String>,
    positions: Vec<Projected>,
}

impl Gazetteer<'_> {
    /// Sets the row's codes: those given (former ones and arrondissements turned into the commune), then those of the
    /// names; a row that says neither, or nothing known, gets those of the outlines it lies in. Says what remains
    /// unknown when `place` is given.
    pub(in crate::release) fn resolve<T: KeyedRow>(
        &self,
        row: &mut T,
        place: Option<&Place>,
        findings: &mut Vec<Finding>,
    ) {
        let mut codes: Vec<InseeCode> = Vec::new();
        let push = |codes: &mut Vec<InseeCode>, code: InseeCode| {
            if !codes.contains(&code) {
                codes.push(code);
            }
        };
        for given in row.communes_insee() {
            let code = self.current(given);
            if self.departments.contains(code.department()) && !self.knows(&code) {
                findings.extend(place.map(|place| unknown_code(place, &code)));
            }
            push(&mut codes, code);
        }
        let names: Vec<&String> = row
            .communes()
            .iter()
            .filter(|name| !name.trim().is_empty())
            .collect();
        if self.is_empty() && names.is_empty() && codes == row.communes_insee() {
            return;
        }
        let mut unresolved = Vec::new();
        if codes.len() < names.len() {
            let clues = clues_of(row);
            for name in names {
                match self.code_of(name, &clues) {
                    Ok(code) => push(&mut codes, code),
                    Err(why) => unresolved.push((name.clone(), why)),
                }
            }
        }
        let mut placed = Vec::new();
        if codes.is_empty() {
            placed = self.outlines.holding(&row.form().samples());
            codes.clone_from(&placed);
        }
        if let Some(place) = place.filter(|_| !self.is_empty()) {
            for (name, why) in &unresolved {
                findings.push(say(place, name, why, &placed));
            }
        }
        row.set_communes_insee(codes);
    }

    /// The code in use today: arrondissements to their commune, a former commune to the one it is part of unless the
    /// outlines still know it.
    fn current(&self, given: &InseeCode) -> InseeCode {
        let code = given.commune_of_arrondissement();
        if self.codes.contains(&code) {
            return code;
        }
        match self.parents.get(code.as_str()) {
            Some(parent) if self.codes.is_empty() || self.codes.contains(parent) => parent.clone(),
            _ => code,
        }
    }

    fn knows(&self, code: &InseeCode) -> bool {
        self.codes.contains(code) || matches!(code.as_str(), "75056" | "69123" | "13055")
    }

    fn code_of(&self, name: &str, clues: &Clues) -> Result<InseeCode, Unresolved> {
        let allowed = |code: &&InseeCode| {
            clues.departments.is_empty() || clues.departments.contains(&code.department())
        };
        let mut elsewhere: Vec<&InseeCode> = Vec::new();
        for names in [&self.names, &self.former_names] {
            let (inside, outside) = look_up(names, name, allowed);
            if !inside.is_empty() {
                return self.choose(inside, clues);
            }
            elsewhere.extend(outside);
        }
        // The department may be wrong, the outline cannot.
        let holders = elsewhere
            .into_iter()
            .filter(|code| self.outlines.count_in(code, &clues.positions) > 0);
        let holders: Vec<&InseeCode> = holders.collect();
        if !holders.is_empty() {
            return self.choose(holders, clues);
        }
        let loaded = |code: &str| self.departments.contains(code);
        let all_loaded = match (&clues.hint, clues.departments.as_slice()) {
            (Some(hint), []) if hint == "20" => loaded("2A") && loaded("2B"),
            (Some(hint), []) => loaded(hint),
            (None, []) => self.departments.len() >= 90,
            (_, departments) => departments.iter().all(|code| loaded(code)),
        };
        Err(if all_loaded {
            Unresolved::Unknown
        } else {
            Unresolved::NotLoaded
        })
    }

    /// The one that holds most of the shape; else the only one; else the only one in the hinted department; else the
    /// one clearly nearest.
    fn choose(
        &self,
        mut candidates: Vec<&InseeCode>,
        clues: &Clues,
    ) -> Result<InseeCode, Unresolved> {
        candidates.sort();
        candidates.dedup();
        let distance = |code: &InseeCode| self.outlines.distance_m(code, &clues.positions);
        if clues.departments.is_empty() {
            let plausible =
                |code: &&InseeCode| distance(code).is_none_or(|metres| metres <= PLAUSIBLE_M);
            candidates.retain(plausible);
        }
        match candidates.as_slice() {
            [] => return Err(Unresolved::NotLoaded),
            [only] => return Ok((*only).clone()),
            _ => {}
        }
        let mut held: Vec<(usize, &InseeCode)> = candidates
            .iter()
            .map(|code| (self.outlines.count_in(code, &clues.positions), *code))
            .collect();
        held.sort_by(|a, b| b.cmp(a));
        if held[0].0 > held[1].0 {
            return Ok(held[0].1.clone());
        }
        let mut near: Vec<(f64, &InseeCode)> = candidates
            .iter()
            .filter_map(|code| Some((distance(code)?, *code)))
            .collect();
        near.sort_by(|a, b| a.0.total_cmp(&b.0));
        if let [first, second, ..] = near.as_slice()
            && first.0 <= PLAUSIBLE_M
            && second.0 > (3.0 * first.0).max(1000.0)
        {
            return Ok(first.1.clone());
        }
        let hinted = candidates.iter().filter(|code| {
            let department = if matches!(code.department(), "2A" | "2B") {
                "20"
            } else {
                code.department()
            };
            clues.hint.as_deref() == Some(department)
        });
        match hinted.collect::<Vec<_>>().as_slice() {
            [only] => Ok((**only).clone()),
            _ => Err(Unresolved::Homonyms(
                candidates.into_iter().cloned().collect(),
            )),
        }
    }
}

fn clues_of<T: KeyedRow>(row: &T) -> Clues {
    let mut departments: Vec<&'static str> = departments_in(row.department().unwrap_or_default())
        .iter()
        .map(|department| department.code)
        .collect();
    if departments.is_empty()
        && let Some(region) = row.region().and_then(region_of)
    {
        let inside = DEPARTMENTS.iter().filter(|d| d.region == region.code);
        departments.extend(inside.map(|d| d.code));
    }
    let hint = row
        .identity_id()
        .filter(|id| id.is_regular())
        .map(|id| id.as_str()[..2].to_owned());
    Clues {
        departments,
        hint,
        positions: row.form().samples(),
    }
}

/// The codes under the first form of the name that has allowed ones; else all those not allowed.
fn look_up<'n>(
    names: &'n Names,
    name: &str,
    allowed: impl Fn(&&InseeCode) -> bool,
) -> (Vec<&'n InseeCode>, Vec<&'n InseeCode>) {
    let mut outside = Vec::new();
    for form in forms(name) {
        let (inside, others): (Vec<_>, Vec<_>) = names
            .get(&form)
            .into_iter()
            .flatten()
            .partition(|code| allowed(code));
        if !inside.is_empty() {
            return (inside, Vec::new());
        }
        outside.extend(others);
    }
    (Vec::new(), outside)
}

fn unknown_code(place: &Place, code: &InseeCode) -> Finding {
    at(
        place,
        Severity::Warning,
        "commune-unresolved",
        "communes_insee",
        format!("Le code de commune {code} n’est pas dans les contours chargés."),
        "Vérifiez le code, ou chargez des contours de communes plus récents.",
    )
}

fn say(place: &Place, name: &str, why: &Unresolved, placed: &[InseeCode]) -> Finding {
    let codes = |codes: &[InseeCode]| {
        let codes: Vec<&str> = codes.iter().map(InseeCode::as_str).collect();
        codes.join(", ")
    };
    let (severity, code, message) = match why {
        // Said once for all rows, by the caller's count of departments.
        Unresolved::NotLoaded => (
            Severity::Information,
            "commune-not-loaded",
            format!("La commune « {name} » n’est pas dans les contours chargés."),
        ),
        Unresolved::Unknown if !placed.is_empty() => (
            Severity::Warning,
            "commune-by-place",
            format!(
                "La commune « {name} » est inconnue dans ce département ; d’après le tracé, ce serait {}.",
                codes(placed)
            ),
        ),
        Unresolved::Unknown => (
            Severity::Warning,
            "commune-unresolved",
            format!("La commune « {name} » est inconnue dans ce département."),
        ),
        Unresolved::Homonyms(candidates) => (
            Severity::Warning,
            "commune-ambiguous",
            format!(
                "Plusieurs communes s’appellent « {name} » ({}) et le tracé ne dit pas laquelle.",
                codes(candidates)
            ),
        ),
    };
    at(
        place,
        severity,
        code,
        "communes",
        message,
        "Corrigez le nom ou le département, chargez les contours du département, ou donnez les codes dans communes_insee.",
    )
}
