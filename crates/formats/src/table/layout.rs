//! Columns and, for each, how it is read from a row.

use super::{Cell, Column, Kind, Record, Shape};

type Reading<T> = Box<dyn for<'a> Fn(&'a T) -> Cell<'a>>;

/// Columns and how to read them.
pub(crate) struct Layout<T> {
    pub(crate) columns: Vec<Column>,
    readings: Vec<Reading<T>>,
}

impl<T> Layout<T> {
    pub(crate) fn new() -> Self {
        Self {
            columns: Vec::new(),
            readings: Vec::new(),
        }
    }

    pub(crate) fn add(
        &mut self,
        name: impl Into<String>,
        kind: Kind,
        title: impl Into<String>,
        reading: impl for<'a> Fn(&'a T) -> Cell<'a> + 'static,
    ) {
        self.columns.push(Column::new(name, kind, title));
        self.readings.push(Box::new(reading));
    }

    /// The record of a row.
    pub(crate) fn record<'a>(&self, row: &'a T, shape: Shape<'a>) -> Record<'a> {
        Record {
            cells: self.readings.iter().map(|read| read(row)).collect(),
            shape,
        }
    }
}
