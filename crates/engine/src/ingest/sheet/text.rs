//! CSV and TSV: encoding, delimiter and quotes found from the bytes.

use super::{Grid, Rows, assemble};
use crate::ingest::input::extension;
use crate::ingest::raw::Format;
use crate::ingest::read_error::ReadError;
use crate::ingest::sources::SheetRead;
use crate::report::{Finding, Place, Severity};
use encoding_rs::Encoding;
use std::borrow::Cow;

/// Bytes of a text table.
pub const TABLE_AT_MOST: usize = 512 << 20;
/// A quoted cell that spans more lines than this has lost its closing quote.
const LINES_IN_A_CELL: u64 = 200;
const SAMPLED: usize = 64 << 10;

/// Reads a CSV or a TSV.
pub fn read(file: &str, bytes: &[u8]) -> Result<SheetRead, ReadError> {
    if bytes.len() > TABLE_AT_MOST {
        return Err(ReadError::TooLarge {
            file: file.into(),
            what: format!(
                "{} Mo de texte, {} Mo au plus pour un tableau",
                bytes.len() >> 20,
                TABLE_AT_MOST >> 20
            ),
        });
    }
    if let Some(found) = binary(bytes) {
        return Err(ReadError::NotRecognised {
            file: file.into(),
            expected: "un tableau CSV",
            found: found.into(),
        });
    }
    let (text, guessed) = decode(bytes);
    if text.trim().is_empty() {
        return Err(ReadError::Empty { file: file.into() });
    }
    let delimiter = delimiter(&text, &extension(file));
    let say = |code: &str, message: String, remedy: &str| Finding {
        severity: Severity::Warning,
        code: code.into(),
        place: Place {
            file: Some(file.into()),
            ..Place::default()
        },
        message,
        remedy: remedy.into(),
    };
    let mut findings = Vec::new();
    if guessed {
        findings.push(say(
            "encoding-guessed",
            "le texte n’est pas en UTF-8 : lu en Windows-1252".into(),
            "Vérifiez les accents ; enregistrez le CSV en UTF-8.",
        ));
    }
    let grid = match rows(&text, delimiter, Quotes::Meant) {
        Ok(grid) => grid,
        Err(line) => {
            findings.push(say(
                "quote-unclosed",
                format!("guillemet ouvert à la ligne {line} et jamais refermé : les guillemets sont lus comme du texte"),
                "Corrigez cette ligne : un guillemet dans une cellule s’écrit deux fois.",
            ));
            rows(&text, delimiter, Quotes::Ignored).unwrap_or_default()
        }
    };
    let mut sheet = assemble(file, Format::Csv, grid, Rows::MustBeWhole)?;
    findings.append(&mut sheet.findings);
    Ok(SheetRead { findings, ..sheet })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quotes {
    Meant,
    Ignored,
}

/// Every row with its line; the error is the line of a quote that never closes.
fn rows(text: &str, delimiter: u8, quotes: Quotes) -> Result<Grid, u64> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .quoting(quotes == Quotes::Meant)
        .from_reader(text.as_bytes());
    let mut grid = Vec::new();
    let mut record = csv::StringRecord::new();
    let (mut line, mut counted) = (1, 0);
    while let Ok(true) = reader.read_record(&mut record) {
        let begins = record.position().map_or(0, csv::Position::byte) as usize;
        let blank = text.as_bytes()[begins..]
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let start = line + line_ends(text, counted, begins + blank);
        let end = reader.position().byte() as usize;
        line = start + line_ends(text, begins + blank, end);
        counted = end.max(begins + blank);
        if quotes == Quotes::Meant && line - start > LINES_IN_A_CELL {
            return Err(start);
        }
        grid.push((start, record.iter().map(str::to_owned).collect()));
    }
    Ok(grid)
}

fn line_ends(text: &str, from: usize, to: usize) -> u64 {
    text.as_bytes()
        .get(from..to)
        .map_or(0, |part| memchr::memchr_iter(b'\n', part).count() as u64)
}

/// What the bytes are when they are no text.
fn binary(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [b'P', b'K', 3 | 5, ..] => return Some("c’est une archive ZIP ou un classeur XLSX"),
        [0xd0, 0xcf, 0x11, 0xe0, ..] => return Some("c’est un classeur Excel ancien (.xls)"),
        [0x1f, 0x8b, ..] => return Some("c’est un fichier compressé (.gz)"),
        _ if bytes.starts_with(b"%PDF") => return Some("c’est un PDF"),
        _ if bytes.starts_with(b"SQLite format 3") => return Some("c’est une base SQLite"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => return None,
        _ => {}
    }
    let control =
        |byte: &&u8| **byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1a);
    bytes
        .contains(&0)
        .then_some("il contient des octets nuls : c’est un fichier binaire")
        .or_else(|| {
            let sample = &bytes[..bytes.len().min(SAMPLED)];
            let odd = sample.iter().filter(control).count();
            (odd * 50 > sample.len()).then_some("c’est un fichier binaire")
        })
}

fn decode(bytes: &[u8]) -> (Cow<'_, str>, bool) {
    if Encoding::for_bom(bytes).is_some() {
        return (encoding_rs::UTF_8.decode(bytes).0, false);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), false),
        Err(_) => (
            encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(bytes)
                .0,
            true,
        ),
    }
}

/// The delimiter that cuts the first rows most alike, the widest on a tie.
fn delimiter(text: &str, ending: &str) -> u8 {
    let mut end = text.len().min(SAMPLED);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let sample = &text[..end];
    let preferred = if matches!(ending, "tsv" | "tab") {
        b'\t'
    } else {
        b','
    };
    let mut best = (0.0, preferred);
    for candidate in [preferred, b';', b',', b'\t', b'|'] {
        let widths: Vec<usize> = rows(sample, candidate, Quotes::Meant)
            .unwrap_or_default()
            .iter()
            .take(100)
            .map(|(_, cells)| cells.len())
            .collect();
        let usual = widths
            .iter()
            .copied()
            .max_by_key(|width| widths.iter().filter(|other| *other == width).count())
            .unwrap_or(0);
        if usual < 2 {
            continue;
        }
        let alike =
            widths.iter().filter(|&&width| width == usual).count() as f64 / widths.len() as f64;
        let score = alike * 100.0 + (usual as f64).ln();
        if score > best.0 {
            best = (score, candidate);
        }
    }
    best.1
}
