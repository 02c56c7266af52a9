//! The `.dbf`: rows and their attributes (dBASE III and IV). Encoding from the `.cpg`, else from the language byte, else
//! UTF-8 when every text is, else Windows-1252.

use encoding_rs::Encoding;
use serde_json::{Map, Number, Value};

/// A row.
#[derive(Debug)]
pub(super) enum Record {
    /// With its attributes by column.
    Live(Map<String, Value>),
    /// Marked as deleted.
    Deleted,
}

/// The rows of a `.dbf`.
#[derive(Debug)]
pub(super) struct Table {
    pub records: Vec<Record>,
    /// What to say when the encoding was guessed, in French.
    pub encoding_doubt: Option<String>,
}

struct Field {
    name: Vec<u8>,
    kind: u8,
    start: usize,
    length: usize,
}

/// Reads every row the bytes hold, whatever count the header announces. The error is French.
pub(super) fn read(bytes: &[u8], cpg: Option<&[u8]>) -> Result<Table, String> {
    if bytes.len() < 32 {
        return Err("l’en-tête est coupé".into());
    }
    let announced = u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]) as usize;
    let header = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let length = usize::from(u16::from_le_bytes([bytes[10], bytes[11]]));
    if header < 33 || header > bytes.len() || length < 1 {
        return Err(format!(
            "l’en-tête annonce {header} octets de colonnes et {length} par ligne"
        ));
    }
    let fields = fields(&bytes[32..header], length)?;
    let body = &bytes[header..];
    let rows: Vec<&[u8]> = body.chunks_exact(length).take(announced).collect();
    let (encoding, encoding_doubt) = encoding(bytes[29], cpg, &fields, &rows);
    let names: Vec<String> = fields
        .iter()
        .map(|field| decode(encoding, &field.name))
        .collect();
    let records = rows
        .into_iter()
        .map(|row| {
            if row[0] == b'*' {
                return Record::Deleted;
            }
            Record::Live(
                fields
                    .iter()
                    .zip(&names)
                    .map(|(field, name)| {
                        let cell = &row[field.start..field.start + field.length];
                        (name.clone(), value(field.kind, cell, encoding))
                    })
                    .collect(),
            )
        })
        .collect();
    Ok(Table {
        records,
        encoding_doubt,
    })
}

fn fields(header: &[u8], record_length: usize) -> Result<Vec<Field>, String> {
    let mut fields = Vec::new();
    let mut start = 1;
    for descriptor in header.chunks_exact(32) {
        if descriptor[0] == 0x0d {
            break;
        }
        let name = descriptor[..11]
            .split(|&byte| byte == 0)
            .next()
            .unwrap_or_default();
        let kind = descriptor[11].to_ascii_uppercase();
        // Long texts borrow the decimal count as the high byte of their length.
        let high = if kind == b'C' {
            usize::from(descriptor[17])
        } else {
            0
        };
        let length = usize::from(descriptor[16]) + high * 256;
        if start + length > record_length {
            return Err(format!(
                "la colonne {} dépasse la longueur des lignes",
                fields.len() + 1
            ));
        }
        fields.push(Field {
            name: name.trim_ascii().to_vec(),
            kind,
            start,
            length,
        });
        start += length;
    }
    Ok(fields)
}

fn encoding(
    language: u8,
    cpg: Option<&[u8]>,
    fields: &[Field],
    rows: &[&[u8]],
) -> (&'static Encoding, Option<String>) {
    if let Some(label) = cpg
        && let Some(encoding) = by_label(label)
    {
        return (encoding, None);
    }
    let texts_are_utf8 = || {
        rows.iter().all(|row| {
            fields
                .iter()
                .filter(|field| field.kind == b'C')
                .all(|field| is_utf8_but_cut(&row[field.start..field.start + field.length]))
        })
    };
    let ascii = rows.iter().all(|row| row.is_ascii());
    if ascii {
        return (encoding_rs::UTF_8, None);
    }
    // The language byte is often left at 0x57 (ANSI) by writers of UTF-8.
    if texts_are_utf8() {
        let doubt = "encodage non déclaré par un .cpg : textes lus en UTF-8".to_owned();
        return (encoding_rs::UTF_8, Some(doubt));
    }
    match language {
        0x02 | 0x0d | 0x0e | 0x09 | 0x0a | 0x01 => (
            encoding_rs::WINDOWS_1252,
            Some("pages de codes DOS non lues : textes lus en Windows-1252".into()),
        ),
        0x03 | 0x57 | 0x58 | 0x59 => (encoding_rs::WINDOWS_1252, None),
        0xc8 => (encoding_rs::WINDOWS_1250, None),
        0xc9 => (encoding_rs::WINDOWS_1251, None),
        _ => (
            encoding_rs::WINDOWS_1252,
            Some("encodage non déclaré : textes lus en Windows-1252".into()),
        ),
    }
}

/// A text cut at the width of its column may end inside a character.
fn is_utf8_but_cut(cell: &[u8]) -> bool {
    match std::str::from_utf8(cell.trim_ascii_end()) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    }
}

fn by_label(cpg: &[u8]) -> Option<&'static Encoding> {
    let text = String::from_utf8_lossy(cpg);
    let label = text.trim_matches(|c: char| c.is_whitespace() || c == '\0' || c == '\u{feff}');
    let plain = label.to_lowercase().replace(['_', ' '], "-");
    let digits: String = plain.chars().filter(char::is_ascii_digit).collect();
    match digits.as_str() {
        "65001" => Some(encoding_rs::UTF_8),
        "1252" | "28591" | "88591" => Some(encoding_rs::WINDOWS_1252),
        "28605" | "885915" => Some(encoding_rs::ISO_8859_15),
        "1250" => Some(encoding_rs::WINDOWS_1250),
        _ => Encoding::for_label(plain.as_bytes()),
    }
}

fn decode(encoding: &'static Encoding, bytes: &[u8]) -> String {
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

fn value(kind: u8, cell: &[u8], encoding: &'static Encoding) -> Value {
    let text = || {
        cell.split(|&byte| byte == 0)
            .next()
            .unwrap_or_default()
            .trim_ascii()
    };
    match kind {
        b'I' | b'+' if cell.len() == 4 => {
            Value::from(i32::from_le_bytes([cell[0], cell[1], cell[2], cell[3]]))
        }
        b'B' | b'O' if cell.len() == 8 => {
            let bytes: [u8; 8] = cell.try_into().unwrap_or_default();
            Number::from_f64(f64::from_le_bytes(bytes)).map_or(Value::Null, Value::Number)
        }
        b'L' => match text().first() {
            Some(b'T' | b't' | b'Y' | b'y' | b'O' | b'o' | b'1') => Value::Bool(true),
            Some(b'F' | b'f' | b'N' | b'n' | b'0') => Value::Bool(false),
            _ => Value::Null,
        },
        b'N' | b'F' => number(text(), encoding),
        b'D' => match text() {
            day if day.len() == 8 && day.iter().all(u8::is_ascii_digit) && day != b"00000000" => {
                let day = String::from_utf8_lossy(day);
                Value::String(format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]))
            }
            _ => Value::Null,
        },
        // Memos live in another file; times have no place in a network table.
        b'M' | b'G' | b'P' | b'T' | b'@' | b'0' => Value::Null,
        _ => match text() {
            [] => Value::Null,
            text => Value::String(decode(encoding, text).trim().to_owned()),
        },
    }
}

fn number(text: &[u8], encoding: &'static Encoding) -> Value {
    if text.is_empty() || text.iter().all(|&byte| byte == b'*') {
        return Value::Null;
    }
    let written = decode(encoding, text);
    if let Ok(whole) = written.parse::<i64>() {
        return Value::from(whole);
    }
    match written
        .replace(',', ".")
        .parse::<f64>()
        .ok()
        .and_then(Number::from_f64)
    {
        Some(number) => Value::Number(number),
        // Left for the report to show.
        None => Value::String(written),
    }
}
