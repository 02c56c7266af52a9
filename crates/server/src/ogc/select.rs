//! Which features answer, in which order, and which of them are on this page?

use super::collections::Collection;
use super::cql2::Subject;
use super::crs::shape;
use super::features::{Feature, Features, Table, Value};
use super::query::{Question, SortKey, Window, is_equal};
use std::cmp::Ordering;

/// A page of features, by their places in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Page {
    /// How many answer, all pages together.
    pub(super) matched: usize,
    pub(super) places: Vec<usize>,
}

/// Answers a question.
pub(super) fn select(features: &Features, of: Collection, question: &Question) -> Page {
    let table = features.table(of);
    let mut places: Vec<usize> = match &question.window {
        None => (0..table.features.len()).collect(),
        Some(window) => in_window(features, of, window),
    };
    if !question.equal.is_empty() {
        places.retain(|place| {
            let values = &table.features[*place].values;
            question
                .equal
                .iter()
                .all(|(column, wanted)| is_equal(&values[*column], wanted))
        });
    }
    if let Some(filter) = &question.filter {
        places.retain(|place| {
            let feature = &table.features[*place];
            let subject = Subject::new(feature, features.row(of, feature));
            filter.keeps(&subject) == Some(true)
        });
    }
    if !question.sort.is_empty() {
        places.sort_by(|a, b| order(table, &question.sort, *a, *b));
    }
    Page {
        matched: places.len(),
        places: places
            .into_iter()
            .skip(question.offset)
            .take(question.limit)
            .collect(),
    }
}

fn in_window(features: &Features, of: Collection, window: &Window) -> Vec<usize> {
    let table = features.table(of);
    let mut places: Vec<usize> = window
        .around
        .iter()
        .flat_map(|bounds| features.near(of, *bounds))
        .collect();
    places.sort_unstable();
    places.dedup();
    places.retain(|place| {
        let feature: &Feature = &table.features[*place];
        window.holds(feature.bounds)
            || features
                .row(of, feature)
                .is_some_and(|row| window.meets(&shape(&row, window.crs)))
    });
    places
}

/// By each property in turn, what is unknown last either way.
fn order(table: &Table, keys: &[SortKey], a: usize, b: usize) -> Ordering {
    for key in keys {
        let value = |place: usize| &table.features[place].values[key.column];
        let (left, right) = (value(a), value(b));
        let order = match (left, right) {
            (Value::Unknown, Value::Unknown) => Ordering::Equal,
            (Value::Unknown, _) => return Ordering::Greater,
            (_, Value::Unknown) => return Ordering::Less,
            (left, right) => compared(left, right),
        };
        let order = if key.descending {
            order.reverse()
        } else {
            order
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}

fn compared(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::List(a), Value::List(b)) => a.cmp(b),
        (Value::Integer(a), Value::Integer(b)) => a.cmp(b),
        (Value::Real(a), Value::Real(b)) => a.total_cmp(b),
        (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
        _ => Ordering::Equal,
    }
}
