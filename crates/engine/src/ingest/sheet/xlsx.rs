//! XLSX (ECMA-376, part 1): the cells of every sheet. A reader of our own, because nothing a workbook declares, neither
//! counts nor dimensions, may be believed before memory is taken for it.

use super::{Budget, COLUMNS_AT_MOST, Grid, Package, Sheets};
use crate::ingest::read_error::ReadError;
use crate::ingest::xml_text::{attribute, push_entity};
use crate::table::spreadsheet::{column_of, date, shown_number, shows_date};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;

/// Sheets looked at.
const SHEETS_AT_MOST: usize = 200;

/// Reads every sheet.
pub(super) fn read(package: &Package<'_>) -> Result<Sheets, ReadError> {
    let mut budget = Budget::whole();
    let book = workbook(package)?;
    let strings = shared_strings(package, &mut budget)?;
    let styles = date_styles(package)?;
    let mut sheets = Sheets::default();
    for (name, path) in book.sheets.iter().take(SHEETS_AT_MOST) {
        let Some(text) = package.text(path)? else {
            continue;
        };
        let mut cells = Cells {
            package,
            strings: &strings,
            styles: &styles,
            dates_from_1904: book.dates_from_1904,
            budget: &mut budget,
            errors: 0,
        };
        let grid = cells.grid(&text, name)?;
        sheets.errors += cells.errors;
        sheets.offer(name, grid);
    }
    Ok(sheets)
}

/// Calls `visit` on each event of an XML text until its end.
pub(super) fn each_event<'t>(
    package: &Package<'_>,
    part: &str,
    text: &'t str,
    mut visit: impl FnMut(Event<'t>) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let mut xml = Reader::from_str(text);
    xml.config_mut().expand_empty_elements = true;
    loop {
        match xml.read_event() {
            Ok(Event::Eof) => return Ok(()),
            Ok(event) => visit(event)?,
            Err(error) => return Err(package.malformed(part, format!("XML mal formé ({error})"))),
        }
    }
}

#[derive(Debug, Default)]
struct Workbook {
    sheets: Vec<(String, String)>,
    dates_from_1904: bool,
}

fn workbook(package: &Package<'_>) -> Result<Workbook, ReadError> {
    let relations = package
        .text("xl/_rels/workbook.xml.rels")?
        .unwrap_or_default();
    let mut targets = HashMap::new();
    each_event(package, "xl/_rels/workbook.xml.rels", &relations, |event| {
        if let Event::Start(element) = event
            && let (Some(id), Some(target)) =
                (attribute(&element, "Id"), attribute(&element, "Target"))
        {
            let path = target
                .strip_prefix('/')
                .map_or_else(|| format!("xl/{target}"), str::to_owned);
            targets.insert(id, path);
        }
        Ok(())
    })?;
    let text = package.text("xl/workbook.xml")?.unwrap_or_default();
    let mut book = Workbook::default();
    each_event(package, "xl/workbook.xml", &text, |event| {
        if let Event::Start(element) = event {
            match element.local_name().into_inner() {
                "workbookPr" => {
                    let flag = attribute(&element, "date1904");
                    book.dates_from_1904 = matches!(flag.as_deref(), Some("1" | "true"));
                }
                "sheet" => {
                    let name = attribute(&element, "name").unwrap_or_default();
                    if let Some(path) = attribute(&element, "id").and_then(|id| targets.get(&id)) {
                        book.sheets.push((name, path.clone()));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    })?;
    Ok(book)
}

fn shared_strings(package: &Package<'_>, budget: &mut Budget) -> Result<Vec<String>, ReadError> {
    let text = package.text("xl/sharedStrings.xml")?.unwrap_or_default();
    let mut strings = Vec::new();
    let (mut current, mut in_text, mut phonetic) = (String::new(), false, false);
    each_event(package, "xl/sharedStrings.xml", &text, |event| {
        match event {
            Event::Start(element) => match element.local_name().into_inner() {
                "t" => in_text = !phonetic,
                "rPh" => phonetic = true,
                _ => {}
            },
            Event::Text(part) if in_text => current.push_str(&part),
            Event::CData(part) if in_text => current.push_str(&part),
            Event::GeneralRef(entity) if in_text => push_entity(&entity, &mut current),
            Event::End(element) => match element.local_name().into_inner() {
                "t" => in_text = false,
                "rPh" => phonetic = false,
                "si" => {
                    budget.spend(package.file, &current)?;
                    strings.push(std::mem::take(&mut current));
                }
                _ => {}
            },
            _ => {}
        }
        Ok(())
    })?;
    Ok(strings)
}

/// For each cell style, whether it shows a date.
fn date_styles(package: &Package<'_>) -> Result<Vec<bool>, ReadError> {
    let text = package.text("xl/styles.xml")?.unwrap_or_default();
    let mut custom = HashMap::new();
    let mut styles = Vec::new();
    let mut within = false;
    each_event(package, "xl/styles.xml", &text, |event| {
        match event {
            Event::Start(element) => match element.local_name().into_inner() {
                "numFmt" => {
                    if let (Some(id), Some(code)) = (
                        number_of(&element, "numFmtId"),
                        attribute(&element, "formatCode"),
                    ) {
                        custom.insert(id, shows_date(&code));
                    }
                }
                "cellXfs" => within = true,
                "xf" if within => {
                    let id = number_of(&element, "numFmtId").unwrap_or(0);
                    let built_in = matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58);
                    styles.push(custom.get(&id).copied().unwrap_or(built_in));
                }
                _ => {}
            },
            Event::End(element) if element.local_name().into_inner() == "cellXfs" => within = false,
            _ => {}
        }
        Ok(())
    })?;
    Ok(styles)
}

fn number_of(element: &BytesStart<'_>, name: &str) -> Option<u64> {
    attribute(element, name)?.trim().parse().ok()
}

struct Cells<'a, 'p> {
    package: &'a Package<'p>,
    strings: &'a [String],
    styles: &'a [bool],
    dates_from_1904: bool,
    budget: &'a mut Budget,
    errors: u64,
}

/// A cell being read.
#[derive(Debug, Default)]
struct Open {
    column: usize,
    kind: String,
    style: usize,
    text: String,
}

impl Cells<'_, '_> {
    fn grid(&mut self, text: &str, part: &str) -> Result<Grid, ReadError> {
        let mut grid: Grid = Vec::new();
        let mut row: (u64, Vec<String>) = (0, Vec::new());
        let mut cell: Option<Open> = None;
        let mut in_value = false;
        let package = self.package;
        each_event(package, part, text, |event| {
            match event {
                Event::Start(element) => match element.local_name().into_inner() {
                    "row" => row = (number_of(&element, "r").unwrap_or(row.0 + 1), Vec::new()),
                    "c" => {
                        let column = attribute(&element, "r")
                            .and_then(|reference| column_of(&reference))
                            .unwrap_or(row.1.len());
                        cell = Some(Open {
                            column,
                            kind: attribute(&element, "t").unwrap_or_default(),
                            style: number_of(&element, "s").unwrap_or(0) as usize,
                            text: String::new(),
                        });
                    }
                    "v" | "t" => in_value = cell.is_some(),
                    _ => {}
                },
                Event::Text(part) if in_value => {
                    if let Some(cell) = &mut cell {
                        cell.text.push_str(&part);
                    }
                }
                Event::CData(part) if in_value => {
                    if let Some(cell) = &mut cell {
                        cell.text.push_str(&part);
                    }
                }
                Event::GeneralRef(entity) if in_value => {
                    if let Some(cell) = &mut cell {
                        push_entity(&entity, &mut cell.text);
                    }
                }
                Event::End(element) => match element.local_name().into_inner() {
                    "v" | "t" => in_value = false,
                    "c" => {
                        if let Some(done) = cell.take() {
                            self.put(&mut row.1, done)?;
                        }
                    }
                    "row" if !row.1.is_empty() => grid.push((row.0, std::mem::take(&mut row.1))),
                    _ => {}
                },
                _ => {}
            }
            Ok(())
        })?;
        Ok(grid)
    }

    fn put(&mut self, row: &mut Vec<String>, cell: Open) -> Result<(), ReadError> {
        if cell.column >= COLUMNS_AT_MOST {
            return Ok(());
        }
        let column = cell.column;
        let text = self.shown(cell);
        if text.is_empty() {
            return Ok(());
        }
        while row.len() <= column {
            self.budget.spend(self.package.file, "")?;
            row.push(String::new());
        }
        self.budget.spend(self.package.file, &text)?;
        row[column] = text;
        Ok(())
    }

    fn shown(&mut self, cell: Open) -> String {
        match cell.kind.as_str() {
            "s" => {
                let index: Option<usize> = cell.text.trim().parse().ok();
                index
                    .and_then(|index| self.strings.get(index))
                    .cloned()
                    .unwrap_or_default()
            }
            "b" => if cell.text.trim() == "1" {
                "true"
            } else {
                "false"
            }
            .to_owned(),
            "e" => {
                self.errors += 1;
                String::new()
            }
            "str" | "inlineStr" | "d" => cell.text,
            _ => match cell.text.trim().parse::<f64>() {
                Ok(number) if self.styles.get(cell.style) == Some(&true) => {
                    date(number, self.dates_from_1904).unwrap_or_else(|| shown_number(number))
                }
                Ok(number) => shown_number(number),
                Err(_) => cell.text,
            },
        }
    }
}
