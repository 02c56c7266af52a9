//! Text tables and workbooks: which cells, under which column names? The header row is found even below titles; every
//! cell is text as a person would read it, with a point for decimals and ISO dates; formulas are their last values.

mod ods;
mod text;
mod xlsx;

pub use text::read as read_text;

use super::archive;
use super::input::stem;
use super::raw::{Format, RawSheet};
use super::read_error::ReadError;
use super::sources::SheetRead;
use super::xml_text;
use crate::report::{Finding, Place, Severity};
use std::collections::HashMap;
use std::sync::Arc;

/// Bytes that the members of a workbook may inflate to.
pub const WORKBOOK_AT_MOST: u64 = 512 << 20;
/// Cells kept of a workbook.
pub const CELLS_AT_MOST: usize = 5_000_000;
/// Bytes of text kept of a workbook.
pub const TEXT_AT_MOST: usize = 256 << 20;
/// Columns of a sheet, as spreadsheets have.
pub const COLUMNS_AT_MOST: usize = 16_384;
/// Rows above the header at most: titles, notices.
const TITLES_AT_MOST: usize = 30;
const RAGGED_SHOWN: usize = 20;

/// Reads the fullest sheet of an XLSX or an ODS.
pub fn read_workbook(file: &str, bytes: &[u8]) -> Result<SheetRead, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty { file: file.into() });
    }
    if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
        let package: Vec<u8> = "EncryptedPackage"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        return Err(if memchr::memmem::find(bytes, &package).is_some() {
            ReadError::Encrypted { file: file.into() }
        } else {
            ReadError::Unsupported {
                file: file.into(),
                what: "ancien format Excel (.xls)".into(),
                remedy: "Ouvrez-le et enregistrez-le en .xlsx ou en CSV.".into(),
            }
        });
    }
    if !bytes.starts_with(b"PK") {
        return Err(ReadError::NotRecognised {
            file: file.into(),
            expected: "un classeur XLSX ou ODS",
            found: "ce n’est pas une archive ZIP comme le sont les classeurs".into(),
        });
    }
    let opened = archive::open(file, Arc::new(bytes.to_vec()))?;
    if opened.inflated > WORKBOOK_AT_MOST {
        return Err(ReadError::TooLarge {
            file: file.into(),
            what: format!(
                "le classeur occuperait {} Mo décompressé, {} Mo au plus",
                opened.inflated >> 20,
                WORKBOOK_AT_MOST >> 20
            ),
        });
    }
    let package = Package {
        file,
        members: opened
            .members
            .iter()
            .map(|member| (member.path().to_lowercase(), member))
            .collect(),
    };
    let sheets = if package.members.contains_key("xl/workbook.xml") {
        xlsx::read(&package)?
    } else if package.members.contains_key("content.xml") {
        ods::read(&package)?
    } else {
        return Err(ReadError::NotRecognised {
            file: file.into(),
            expected: "un classeur XLSX ou ODS",
            found: "cette archive ZIP ne contient pas de classeur".into(),
        });
    };
    let mut findings = sheets.findings(file);
    let mut sheet = assemble(file, Format::Spreadsheet, sheets.best, Rows::MayBeShort)?;
    findings.append(&mut sheet.findings);
    Ok(SheetRead { findings, ..sheet })
}

/// Every table of an ODS: its name, and its rows by number. Read whole, within the bounds of workbooks.
pub fn read_ods_tables(file: &str, bytes: &[u8]) -> Result<Vec<(String, Grid)>, ReadError> {
    let opened = archive::open(file, Arc::new(bytes.to_vec()))?;
    if opened.inflated > WORKBOOK_AT_MOST {
        return Err(ReadError::TooLarge {
            file: file.into(),
            what: format!(
                "le classeur occuperait {} Mo décompressé, {} Mo au plus",
                opened.inflated >> 20,
                WORKBOOK_AT_MOST >> 20
            ),
        });
    }
    let members = opened.members.iter();
    let package = Package {
        file,
        members: members
            .map(|member| (member.path().to_lowercase(), member))
            .collect(),
    };
    let sheets = Sheets {
        all: Some(Vec::new()),
        ..Sheets::default()
    };
    Ok(ods::read_into(&package, sheets)?.all.unwrap_or_default())
}

/// The members of a workbook, by path in lower case.
struct Package<'a> {
    file: &'a str,
    members: HashMap<String, &'a archive::Member>,
}

impl Package<'_> {
    /// A member's text, if it is there.
    fn text(&self, path: &str) -> Result<Option<String>, ReadError> {
        self.members
            .get(&path.to_lowercase())
            .map(|member| Ok(xml_text::decode(&member.inflate()?).into_owned()))
            .transpose()
    }

    fn malformed(&self, part: &str, what: impl Into<String>) -> ReadError {
        ReadError::Malformed {
            file: self.file.into(),
            place: part.into(),
            what: what.into(),
        }
    }
}

/// Rows by number, each with its cells from the first column.
type Grid = Vec<(u64, Vec<String>)>;

/// The fullest sheet seen so far, and what else there was.
#[derive(Debug, Default)]
struct Sheets {
    best: Grid,
    best_name: String,
    best_cells: usize,
    others: Vec<String>,
    errors: u64,
    /// Every sheet with its name, when all are wanted.
    all: Option<Vec<(String, Grid)>>,
}

impl Sheets {
    fn offer(&mut self, name: &str, grid: Grid) {
        if let Some(all) = &mut self.all {
            all.push((name.to_owned(), grid));
            return;
        }
        let cells = grid
            .iter()
            .flat_map(|(_, cells)| cells)
            .filter(|cell| !cell.is_empty())
            .count();
        if cells == 0 {
            return;
        }
        if cells > self.best_cells {
            if self.best_cells > 0 {
                self.others.push(std::mem::take(&mut self.best_name));
            }
            name.clone_into(&mut self.best_name);
            self.best_cells = cells;
            self.best = grid;
        } else {
            self.others.push(name.to_owned());
        }
    }

    fn findings(&self, file: &str) -> Vec<Finding> {
        let place = || Place {
            file: Some(file.to_owned()),
            ..Place::default()
        };
        let mut findings = Vec::new();
        if !self.others.is_empty() {
            findings.push(Finding {
                severity: Severity::Information,
                code: "sheets-skipped".into(),
                place: place(),
                message: format!(
                    "feuille « {} » lue ; laissées de côté : {}",
                    self.best_name,
                    self.others
                        .iter()
                        .take(20)
                        .cloned()
                        .collect::<Vec<_>>()
                        .join(", ")
                ),
                remedy: "Enregistrez à part une autre feuille si c’est elle qu’il faut lire."
                    .into(),
            });
        }
        if self.errors > 0 {
            findings.push(Finding {
                severity: Severity::Warning,
                code: "formula-error".into(),
                place: place(),
                message: format!(
                    "{} cellules en erreur (#N/A, #DIV/0!…), lues comme vides",
                    self.errors
                ),
                remedy: "Corrigez les formules, puis enregistrez le classeur.".into(),
            });
        }
        findings
    }
}

/// What workbooks may still take.
#[derive(Debug)]
struct Budget {
    cells: usize,
    text: usize,
}

impl Budget {
    fn whole() -> Self {
        Self {
            cells: CELLS_AT_MOST,
            text: TEXT_AT_MOST,
        }
    }

    fn spend(&mut self, file: &str, cell: &str) -> Result<(), ReadError> {
        match (self.cells.checked_sub(1), self.text.checked_sub(cell.len())) {
            (Some(cells), Some(text)) => {
                (self.cells, self.text) = (cells, text);
                Ok(())
            }
            _ => Err(ReadError::TooLarge {
                file: file.into(),
                what: format!(
                    "plus de {CELLS_AT_MOST} cellules ou de {} Mo de texte",
                    TEXT_AT_MOST >> 20
                ),
            }),
        }
    }
}

/// Whether a row shorter than the header is worth saying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rows {
    /// Spreadsheets leave empty cells out.
    MayBeShort,
    /// Every row of a CSV has every delimiter.
    MustBeWhole,
}

/// Header row and rows below it.
fn assemble(file: &str, format: Format, grid: Grid, rows: Rows) -> Result<SheetRead, ReadError> {
    let mut grid = grid
        .into_iter()
        .filter(|(_, cells)| filled(cells) > 0)
        .peekable();
    let head: Grid = {
        let mut head = Vec::new();
        while head.len() < TITLES_AT_MOST + 20
            && let Some(row) = grid.next()
        {
            head.push(row);
        }
        head
    };
    let widest = head
        .iter()
        .map(|(_, cells)| filled(cells))
        .max()
        .unwrap_or(0);
    let Some(at) = head
        .iter()
        .take(TITLES_AT_MOST)
        .position(|(_, cells)| looks_like_header(cells, widest))
        .or_else(|| (!head.is_empty()).then_some(0))
    else {
        return Err(ReadError::Empty { file: file.into() });
    };
    let mut rest = head.into_iter().skip(at).chain(grid);
    let (_, mut headers) = rest
        .next()
        .ok_or_else(|| ReadError::Empty { file: file.into() })?;
    while headers.last().is_some_and(|name| name.trim().is_empty()) {
        headers.pop();
    }
    for name in &mut headers {
        *name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    let width = headers.len();
    let mut findings = Vec::new();
    let mut ragged = 0_usize;
    let mut kept = Vec::new();
    for (number, mut cells) in rest {
        let beyond = cells.iter().skip(width).any(|cell| !cell.trim().is_empty());
        if beyond || rows == Rows::MustBeWhole && cells.len() < width {
            ragged += 1;
            if ragged <= RAGGED_SHOWN {
                findings.push(ragged_row(file, number, cells.len(), width));
            }
        }
        cells.resize(width, String::new());
        kept.push((number, cells));
    }
    if ragged > RAGGED_SHOWN {
        findings.push(Finding {
            severity: Severity::Warning,
            code: "row-ragged".into(),
            place: Place {
                file: Some(file.into()),
                ..Place::default()
            },
            message: format!(
                "{ragged} lignes en tout n’ont pas le nombre de colonnes de l’en-tête"
            ),
            remedy: "Vérifiez le séparateur et les guillemets du fichier.".into(),
        });
    }
    Ok(SheetRead {
        sheet: RawSheet {
            file: file.into(),
            stem: stem(file).into(),
            format,
            headers,
            rows: kept,
        },
        findings,
    })
}

fn ragged_row(file: &str, number: u64, cells: usize, width: usize) -> Finding {
    Finding {
        severity: Severity::Warning,
        code: "row-ragged".into(),
        place: Place {
            file: Some(file.into()),
            feature: Some(number),
            ..Place::default()
        },
        message: format!("ligne {number} : {cells} cellules pour {width} colonnes"),
        remedy: "Vérifiez le séparateur et les guillemets de cette ligne.".into(),
    }
}

fn filled(cells: &[String]) -> usize {
    cells.iter().filter(|cell| !cell.trim().is_empty()).count()
}

/// A header is about as wide as the table and has no numbers in it.
fn looks_like_header(cells: &[String], widest: usize) -> bool {
    let filled = filled(cells);
    let numbers = cells
        .iter()
        .filter(|cell| cell.trim().replace(',', ".").parse::<f64>().is_ok())
        .count();
    filled * 2 > widest && filled >= widest.min(2) && numbers * 4 <= filled
}

#[cfg(test)]
mod tests;
