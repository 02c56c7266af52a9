//! What changed for the rows of a batch: how many in each edition, then which, filtered, sorted, page by page.

use super::table::{Head, SIZES};
use super::{show, words};
use crate::api::v2::batches::changes::{self, ChangeBody, RunChanges};
use crate::api::v2::batches::open::Opened;
use crate::http::problem::Problem;
use crate::jobs::{self, RowView};
use crate::pages::params::Params;
use crate::pages::{Lang, written};
use caloduc_store::batches::{ChangeOrder, ChangeOrder as By, ChangeQuery};
use std::collections::{BTreeMap, HashMap};

/// A run and what moved in it.
pub(super) struct RunLine {
    pub(super) title: String,
    pub(super) day: String,
    pub(super) moved: Vec<(String, String)>,
}

/// A row that moved.
pub(super) struct ChangeLine {
    pub(super) href: String,
    pub(super) question: String,
    pub(super) what: String,
    pub(super) before: String,
    pub(super) after: String,
    pub(super) edition: String,
}

/// What the page shows.
pub(super) struct Moved {
    pub(super) runs: Vec<RunLine>,
    /// Words of the changes there are, how many of each, and whether only they are shown.
    pub(super) words: Vec<(String, String, bool)>,
    pub(super) total: u64,
    pub(super) total_text: String,
    pub(super) heads: Vec<Head>,
    pub(super) lines: Vec<ChangeLine>,
    pub(super) page_text: String,
    pub(super) previous: Option<String>,
    pub(super) next: Option<String>,
    pub(super) sizes: Vec<(usize, String, bool)>,
    pub(super) sort: String,
    /// The same as a file.
    pub(super) csv: String,
}

/// What the rows of a batch became.
pub(super) async fn of(
    opened: &Opened,
    path: &str,
    params: &Params,
    l: Lang,
) -> Result<Moved, Problem> {
    let runs = changes::runs(opened).await?;
    let counts = counts(&runs);
    let asked = params.get("changement").unwrap_or_default();
    let transition = counts.contains_key(asked).then(|| asked.to_owned());
    let total = changes::total(&runs, transition.as_deref());
    let size = params.number("par").map(|n| n as usize);
    let size = size.filter(|n| SIZES.contains(n)).unwrap_or(SIZES[0]);
    let pages = (total as usize).div_ceil(size).max(1);
    let page = params.number("page").map_or(1, |page| page as usize);
    let page = page.clamp(1, pages);
    let sort = params.get("tri").unwrap_or_default();
    let query = ChangeQuery {
        transition: transition.clone(),
        order: order(sort),
        skip: ((page - 1) * size) as u64,
        most: size as u32,
    };
    let found = changes::some(opened, &query).await?;
    let to = |page: usize| format!("{path}{}", params.with("page", &page.to_string()).query());
    Ok(Moved {
        runs: runs.iter().map(|run| run_line(run, l)).collect(),
        words: counts
            .into_iter()
            .map(|(word, count)| {
                let count = written::count(count as usize, l);
                let text = format!("{} ({count})", words::transition(&word, l));
                let is_chosen = transition.as_ref() == Some(&word);
                (word, text, is_chosen)
            })
            .collect(),
        total,
        total_text: written::count(total as usize, l),
        heads: heads(path, params, query.order, l),
        lines: lines(opened, path, &found, l).await?,
        page_text: format!("{page} {} {pages}", l.say("sur", "of")),
        previous: (page > 1).then(|| to(page - 1)),
        next: (page < pages).then(|| to(page + 1)),
        sizes: SIZES
            .into_iter()
            .map(|other| {
                let params = params.with("par", &other.to_string()).without("page");
                (other, format!("{path}{}", params.query()), other == size)
            })
            .collect(),
        sort: sort.to_owned(),
        csv: {
            let id = opened.link.as_str();
            let only = transition.map(|word| format!("?transition={word}"));
            format!(
                "/api/v2/batches/{id}/changes.csv{}",
                only.unwrap_or_default()
            )
        },
    })
}

/// Changes of all editions, by word.
fn counts(runs: &[RunChanges]) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for (word, count) in runs.iter().flat_map(|run| &run.transitions) {
        *counts.entry(word.clone()).or_default() += count;
    }
    counts
}

fn order(word: &str) -> ChangeOrder {
    match word {
        "edition" => ChangeOrder::Oldest,
        "ligne" => ChangeOrder::Row,
        "-ligne" => ChangeOrder::RowBackwards,
        "changement" => ChangeOrder::Transition,
        "-changement" => ChangeOrder::TransitionBackwards,
        _ => ChangeOrder::Newest,
    }
}

/// The titles that sort, and between them those that do not.
fn heads(path: &str, params: &Params, order: ChangeOrder, l: Lang) -> Vec<Head> {
    let href = |word: &str| {
        let params = params.with("tri", word).without("page");
        format!("{path}{}", params.query())
    };
    let head = |text, word, up: ChangeOrder, down: ChangeOrder| Head {
        text,
        href: href(&if order == up {
            format!("-{word}")
        } else {
            String::from(word)
        }),
        sort: match order {
            current if current == up => Some("ascending"),
            current if current == down => Some("descending"),
            _ => None,
        },
        is_number: word == "edition",
    };
    vec![
        head(
            l.say("Adresse", "Address"),
            "ligne",
            By::Row,
            By::RowBackwards,
        ),
        head(
            l.say("Changement", "Change"),
            "changement",
            By::Transition,
            By::TransitionBackwards,
        ),
        head(
            l.say("Édition", "Edition"),
            "edition",
            By::Oldest,
            By::Newest,
        ),
    ]
}

fn run_line(run: &RunChanges, l: Lang) -> RunLine {
    RunLine {
        title: run.release.map_or_else(
            || l.say("Territoire fictif", "Fictional territory").to_owned(),
            |n| format!("{} {n}", l.say("Édition", "Edition")),
        ),
        day: written::day(&run.finished, l),
        moved: run
            .transitions
            .iter()
            .map(|(word, count)| {
                (
                    words::transition(word, l),
                    written::count(*count as usize, l),
                )
            })
            .collect(),
    }
}

async fn lines(
    opened: &Opened,
    path: &str,
    found: &[ChangeBody],
    l: Lang,
) -> Result<Vec<ChangeLine>, Problem> {
    let wanted: Vec<u64> = found.iter().map(|change| change.row).collect();
    let views = jobs::some(&opened.jobs, &opened.batch, wanted).await?;
    let asked: HashMap<u64, RowView> = views.into_iter().map(|view| (view.index, view)).collect();
    let line = |change: &ChangeBody| ChangeLine {
        href: format!("{path}/lignes/{}", change.row),
        question: asked
            .get(&change.row)
            .map_or_else(String::new, |view| view.question.clone()),
        what: words::transition(&change.transition, l),
        before: show::verdict_text(&change.before, l),
        after: show::verdict_text(&change.after, l),
        edition: change
            .after
            .release
            .map_or_else(|| "–".to_owned(), |n| n.to_string()),
    };
    Ok(found.iter().map(line).collect())
}
