//! Attributes of a Shapefile (dBASE III): texts in UTF-8, numbers as text too so that an unknown value stays empty,
//! truths as logicals.

use crate::moment::Day;
use crate::open_data::OpenTable;
use crate::table::{Cell, Column, Kind};
use std::borrow::Cow;

/// The longest text a column can hold, bytes.
const WIDEST: usize = 254;

/// The `.dbf`.
pub(in crate::open_data) fn write(table: &OpenTable<'_>, day: Day) -> Vec<u8> {
    let widths: Vec<usize> = (0..table.columns.len())
        .map(|column| width(table, column))
        .collect();
    let record = 1 + widths.iter().sum::<usize>();
    let header = 32 + 32 * table.columns.len() + 1;
    let mut out = vec![3, (day.year - 1900) as u8, day.month, day.day];
    out.extend((table.records.len() as u32).to_le_bytes());
    out.extend((header as u16).to_le_bytes());
    out.extend((record as u16).to_le_bytes());
    out.extend([0; 20]);
    for ((column, name), width) in table.columns.iter().zip(&table.short_names).zip(&widths) {
        descriptor(&mut out, column, name, *width);
    }
    out.push(0x0d);
    for row in &table.records {
        out.push(b' ');
        for (cell, &width) in row.cells.iter().zip(&widths) {
            let text = written(cell);
            let text = cut(&text, width);
            out.extend(text.as_bytes());
            out.resize(out.len() + width - text.len(), b' ');
        }
    }
    out.push(0x1a);
    out
}

fn descriptor(out: &mut Vec<u8>, column: &Column, name: &str, width: usize) {
    let mut field = [0_u8; 32];
    let name = name.as_bytes();
    let length = name.len().min(10);
    field[..length].copy_from_slice(&name[..length]);
    field[11] = if column.kind == Kind::Boolean {
        b'L'
    } else {
        b'C'
    };
    field[16] = width as u8;
    out.extend(field);
}

/// As wide as the longest value.
fn width(table: &OpenTable<'_>, column: usize) -> usize {
    if table.columns[column].kind == Kind::Boolean {
        return 1;
    }
    let lengths = table
        .records
        .iter()
        .map(|row| written(&row.cells[column]).len());
    lengths.max().unwrap_or(0).clamp(1, WIDEST)
}

fn written<'c>(cell: &'c Cell<'_>) -> Cow<'c, str> {
    match cell {
        Cell::Boolean(true) => Cow::Borrowed("T"),
        Cell::Boolean(false) => Cow::Borrowed("F"),
        // A line end would break the table in many readers.
        other => match other.to_text() {
            Some(text) if text.contains(['\n', '\r']) => {
                Cow::Owned(text.replace(['\n', '\r'], " "))
            }
            Some(text) => text,
            None => Cow::Borrowed(""),
        },
    }
}

/// At most `width` bytes, never half a character.
fn cut(text: &str, width: usize) -> &str {
    let end = (0..=width.min(text.len()))
        .rev()
        .find(|&end| text.is_char_boundary(end))
        .unwrap_or(0);
    &text[..end]
}
