//! What was understood of a file, shown before anything is tested: how it is written, what each column seems to be, its
//! first rows.

use super::chunk::Chunk;
use super::error::BatchError;
use super::layout::{Layout, RowSource};
use super::mapping::Mapping;
use super::roles::{self, ColumnGuess};
use crate::table::Cells;
use serde::{Deserialize, Serialize};

/// Rows shown.
const ROWS_SHOWN: usize = 10;

/// Rows that columns are guessed from.
const SAMPLE_ROWS: usize = 200;

/// Cells that columns are guessed from: a row may be endless.
const SAMPLE_CELLS: usize = 200_000;

/// Columns shown and guessed.
const COLUMNS_SHOWN: usize = 500;

/// What was understood of a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// How it is written.
    pub layout: Layout,
    /// What its columns seem to be, those beyond the 500th left out.
    pub columns: Vec<ColumnGuess>,
    /// Its first ten rows, likewise.
    pub rows: Vec<Vec<String>>,
    /// Which columns make the question; `None` when nothing was recognised.
    pub mapping: Option<Mapping>,
    /// What the person must know or do, in French.
    pub problem: Option<String>,
    /// The rows that columns were guessed from.
    #[serde(skip)]
    pub(super) sample: Vec<Vec<String>>,
}

impl Preview {
    /// Takes the first rows of a file just opened; open it again to test them.
    pub fn of(source: &mut dyn RowSource) -> Result<Self, BatchError> {
        let first = source.next_chunk()?;
        Ok(Self::from_rows(source.layout(), first.as_ref()))
    }

    fn from_rows(layout: &Layout, first: Option<&Chunk>) -> Self {
        let sample = first.map(sample).unwrap_or_default();
        let mut shown = layout.clone();
        shown.columns.truncate(COLUMNS_SHOWN);
        let columns = roles::guess(&shown, &sample);
        let mapping = if layout.has_points {
            Some(Mapping::Points)
        } else {
            Mapping::guess(&columns, roles::coordinates(&shown, &sample), &sample)
        };
        let mut preview = Self {
            layout: layout.clone(),
            columns,
            rows: sample
                .iter()
                .take(ROWS_SHOWN)
                .map(|row| row.iter().take(COLUMNS_SHOWN).cloned().collect())
                .collect(),
            mapping,
            problem: None,
            sample,
        };
        preview.problem = if preview.sample.is_empty() {
            Some("aucune ligne sous les titres : rien à tester".to_owned())
        } else if preview.mapping.is_none() {
            Some(BatchError::NothingToTest(layout.columns.clone()).to_string())
        } else {
            None
        };
        preview
    }
}

fn sample(chunk: &Chunk) -> Vec<Vec<String>> {
    let rows = SAMPLE_ROWS.min(SAMPLE_CELLS / chunk.width.max(1)).max(1);
    let mut cells = Cells::new();
    (0..chunk.len())
        .take(rows)
        .map(|at| {
            cells.cut(&chunk.bytes, &chunk.records[at], chunk.delimiter);
            (0..chunk.width)
                .map(|column| chunk.asked(&cells, column).into_owned())
                .collect()
        })
        .collect()
}
