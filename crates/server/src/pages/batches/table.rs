//! The rows of a batch as a page asks for them: filter, search, order and page are in the address.

use super::words;
use crate::jobs::{Query, RowView, Sort};
use crate::pages::params::Params;
use crate::pages::{Lang, written};
use caloduc_engine::batch::Kept;

/// Sizes of a page.
pub(super) const SIZES: [usize; 3] = [25, 50, 100];

/// What the address asks for; what cannot be read is as if it were not there.
pub(super) fn query(params: &Params) -> Query {
    let word = params.get("tri").unwrap_or_default();
    let (name, is_reversed) = word
        .strip_prefix('-')
        .map_or((word, false), |rest| (rest, true));
    let per_page = params.number("par").map(|n| n as usize);
    Query {
        kept: params
            .get("filtre")
            .and_then(Kept::parse)
            .unwrap_or_default(),
        text: params
            .get("q")
            .unwrap_or_default()
            .chars()
            .take(200)
            .collect(),
        sort: Sort::ALL
            .into_iter()
            .find(|sort| sort.as_str() == name)
            .unwrap_or_default(),
        is_reversed,
        page: params
            .number("page")
            .map_or(0, |page| (page as usize).saturating_sub(1)),
        per_page: per_page.filter(|n| SIZES.contains(n)).unwrap_or(SIZES[0]),
    }
}

/// A title of the table, which sorts.
pub(super) struct Head {
    pub(super) text: &'static str,
    pub(super) href: String,
    pub(super) sort: Option<&'static str>,
    pub(super) is_number: bool,
}

/// The titles.
pub(super) fn heads(path: &str, params: &Params, query: &Query, l: Lang) -> Vec<Head> {
    [
        (Sort::Row, l.say("Ligne", "Row"), true),
        (Sort::Score, l.say("Adresse", "Address"), false),
        (Sort::Verdict, l.say("Réponse", "Answer"), false),
        (Sort::Distance, l.say("Distance", "Distance"), true),
    ]
    .into_iter()
    .map(|(sort, text, is_number)| {
        let is_current = query.sort == sort;
        let minus = if is_current && !query.is_reversed {
            "-"
        } else {
            ""
        };
        let params = params
            .with("tri", &format!("{minus}{}", sort.as_str()))
            .without("page");
        Head {
            text,
            href: format!("{path}{}", params.query()),
            sort: is_current.then_some(if query.is_reversed {
                "descending"
            } else {
                "ascending"
            }),
            is_number,
        }
    })
    .collect()
}

/// A row of the table.
pub(super) struct Line {
    pub(super) number: String,
    pub(super) href: String,
    pub(super) asked: String,
    /// The address found, when it differs from what was asked.
    pub(super) found: Option<String>,
    pub(super) score: Option<String>,
    pub(super) is_doubtful: bool,
    pub(super) verdict: &'static str,
    pub(super) tone: &'static str,
    pub(super) problem: String,
    pub(super) distance: Option<String>,
    pub(super) network: Option<(String, String)>,
    pub(super) is_priority: bool,
}

/// The row as it is shown.
pub(super) fn line(path: &str, view: &RowView, l: Lang) -> Line {
    let answer = &view.answer;
    let outcome = answer.outcome.as_ref();
    let found = answer.found.as_ref();
    let (verdict, tone) = words::answer(answer, l);
    Line {
        number: written::count(view.line as usize, l),
        href: format!("{path}/lignes/{}", view.index),
        asked: if view.question.trim().is_empty() {
            l.say("(rien)", "(nothing)").to_owned()
        } else {
            view.question.clone()
        },
        found: found
            .map(|found| found.label.clone())
            .filter(|label| label.to_lowercase() != view.question.to_lowercase()),
        score: found.map(|found| written::percent((found.score * 100.0).round(), l)),
        is_doubtful: answer.is_doubtful(),
        verdict,
        tone,
        problem: answer.problem.clone(),
        distance: outcome.and_then(|outcome| words::distance(outcome.distance_m, l)),
        network: outcome
            .and_then(|outcome| outcome.network.as_deref())
            .map(|network| {
                let name = network.name.clone().or_else(|| network.id.clone());
                let id = network.id.as_ref().unwrap_or(&network.key);
                (
                    l.href(format!("/reseaux/{id}")),
                    name.unwrap_or_else(|| network.key.clone()),
                )
            }),
        is_priority: outcome.is_some_and(|outcome| outcome.in_priority_area),
    }
}
