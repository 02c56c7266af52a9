//! Columns and, for each, how it is read from a row.

use super::{Cell, Column, Kind, Record, Shape};

type Reading<T> = Box<dyn for<'a> Fn(&'a T) -> Cell<'a>>;

/// The columns of a table and how each is read from a row.
pub struct Layout<T> {
    /// The columns, in order.
    pub columns: Vec<Column>,
    readings: Vec<Reading<T>>,
}

impl<T> std::fmt::Debug for Layout<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.columns).finish()
    }
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

    /// One cell per column.
    pub fn cells<'a>(&self, row: &'a T) -> Vec<Cell<'a>> {
        self.readings.iter().map(|read| read(row)).collect()
    }

    /// The record of a row.
    pub(crate) fn record<'a>(&self, row: &'a T, shape: Shape<'a>) -> Record<'a> {
        Record {
            cells: self.cells(row),
            shape,
        }
    }
}
