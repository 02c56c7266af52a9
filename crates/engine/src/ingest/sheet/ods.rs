//! ODS (OpenDocument 1.2, part 1, clause 9): the cells of every table. Repeated rows and cells are repeated only when
//! they hold something, and within bounds.

use super::xlsx::each_event;
use super::{Budget, COLUMNS_AT_MOST, Grid, Package, Sheets};
use crate::ingest::read_error::ReadError;
use crate::ingest::xml_text::{attribute, push_entity};
use crate::table::spreadsheet::shown_number;
use quick_xml::events::{BytesStart, Event};

/// Reads every table and keeps the fullest.
pub(super) fn read(package: &Package<'_>) -> Result<Sheets, ReadError> {
    read_into(package, Sheets::default())
}

/// Reads every table.
pub(super) fn read_into(package: &Package<'_>, sheets: Sheets) -> Result<Sheets, ReadError> {
    if package
        .text("META-INF/manifest.xml")?
        .is_some_and(|manifest| manifest.contains("encryption-data"))
    {
        return Err(ReadError::Encrypted {
            file: package.file.into(),
        });
    }
    let text = package.text("content.xml")?.unwrap_or_default();
    let mut tables = Tables {
        budget: Budget::whole(),
        sheets,
        name: String::new(),
        grid: Vec::new(),
        row_number: 0,
        row_repeats: 1,
        row: Vec::new(),
        column: 0,
        cell: None,
    };
    each_event(package, "content.xml", &text, |event| {
        tables.visit(package.file, event)
    })?;
    Ok(tables.sheets)
}

struct Tables {
    budget: Budget,
    sheets: Sheets,
    name: String,
    grid: Grid,
    row_number: u64,
    row_repeats: u64,
    row: Vec<String>,
    column: usize,
    cell: Option<Open>,
}

/// A cell being read.
#[derive(Debug)]
struct Open {
    repeats: usize,
    value: Option<String>,
    text: String,
    in_text: bool,
}

impl Tables {
    fn visit(&mut self, file: &str, event: Event<'_>) -> Result<(), ReadError> {
        match event {
            Event::Start(element) => self.open(&element),
            Event::Text(part) => self.write(&part),
            Event::CData(part) => self.write(&part),
            Event::GeneralRef(entity) => {
                if let Some(cell) = self.cell.as_mut().filter(|cell| cell.in_text) {
                    push_entity(&entity, &mut cell.text);
                }
            }
            Event::End(element) => return self.close(file, element.local_name().into_inner()),
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, element: &BytesStart<'_>) {
        match element.local_name().into_inner() {
            "table" => {
                self.name = attribute(element, "name").unwrap_or_default();
                self.row_number = 0;
            }
            "table-row" => {
                self.row_repeats = repeats(element, "number-rows-repeated");
                self.column = 0;
            }
            "table-cell" | "covered-table-cell" => {
                self.cell = Some(Open {
                    repeats: repeats(element, "number-columns-repeated") as usize,
                    value: typed_value(element),
                    text: String::new(),
                    in_text: false,
                });
            }
            "p" => {
                if let Some(cell) = &mut self.cell {
                    if !cell.text.is_empty() {
                        cell.text.push('\n');
                    }
                    cell.in_text = true;
                }
            }
            "s" | "tab" | "line-break" => self.write(" "),
            "annotation" => {
                // A note on the cell is not its text.
                if let Some(cell) = &mut self.cell {
                    cell.in_text = false;
                }
            }
            _ => {}
        }
    }

    fn write(&mut self, part: &str) {
        if let Some(cell) = self.cell.as_mut().filter(|cell| cell.in_text) {
            cell.text.push_str(part);
        }
    }

    fn close(&mut self, file: &str, name: &str) -> Result<(), ReadError> {
        match name {
            "p" => {
                if let Some(cell) = &mut self.cell {
                    cell.in_text = false;
                }
            }
            "table-cell" | "covered-table-cell" => {
                if let Some(cell) = self.cell.take() {
                    let text = cell.value.unwrap_or(cell.text);
                    let end = self
                        .column
                        .saturating_add(cell.repeats)
                        .min(COLUMNS_AT_MOST);
                    if !text.is_empty() {
                        while self.row.len() < self.column {
                            self.budget.spend(file, "")?;
                            self.row.push(String::new());
                        }
                        for _ in self.column..end {
                            self.budget.spend(file, &text)?;
                            self.row.push(text.clone());
                        }
                    }
                    self.column = end;
                }
            }
            "table-row" => {
                let row = std::mem::take(&mut self.row);
                let first = self.row_number + 1;
                self.row_number = self.row_number.saturating_add(self.row_repeats);
                if !row.is_empty() {
                    for number in first..=self.row_number {
                        if number > first {
                            for cell in &row {
                                self.budget.spend(file, cell)?;
                            }
                        }
                        self.grid.push((number, row.clone()));
                    }
                }
            }
            "table" => {
                let grid = std::mem::take(&mut self.grid);
                self.sheets.offer(&self.name, grid);
            }
            _ => {}
        }
        Ok(())
    }
}

fn repeats(element: &BytesStart<'_>, name: &str) -> u64 {
    attribute(element, name)
        .and_then(|count| count.trim().parse().ok())
        .unwrap_or(1)
        .max(1)
}

/// The value of a typed cell, rather than the text shown for it.
fn typed_value(element: &BytesStart<'_>) -> Option<String> {
    match attribute(element, "value-type")?.as_str() {
        "float" | "percentage" | "currency" => {
            let value = attribute(element, "value")?;
            Some(value.parse().map_or(value, shown_number))
        }
        "date" => attribute(element, "date-value"),
        "boolean" => attribute(element, "boolean-value"),
        _ => None,
    }
}
