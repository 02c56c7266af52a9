//! The rows of a Parquet file as cells.

use super::open::Input;
use super::workbook::unreadable;
use bytes::Bytes;
use caloduc_engine::batch::{
    BatchError, Chunk, ChunkBuilder, Layout, RowSource, SourceFormat, Titles,
};
use caloduc_engine::table::spreadsheet::civil;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::record::reader::RowIter;
use parquet::schema::types::Type;
use std::io::{Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Bytes of a file: Parquet is read from its end, and is kept in memory as it is, compressed.
const FILE_AT_MOST: u64 = 256 << 20;

const REMEDY: &str =
    "réécrivez-le en Parquet compressé par Snappy, ou exportez-le en CSV, puis réessayez";

fn wrong(error: &parquet::errors::ParquetError) -> BatchError {
    BatchError::Unreadable {
        what: format!("fichier Parquet illisible ({error})"),
        remedy: REMEDY,
    }
}

/// See the module.
pub(super) struct ParquetSource {
    rows: RowIter<'static>,
    layout: Layout,
    builder: ChunkBuilder,
    bytes: u64,
    count: u64,
    done: u64,
}

impl ParquetSource {
    pub(super) fn open(mut input: Box<dyn Input + '_>) -> Result<Self, BatchError> {
        input.rewind().map_err(BatchError::Read)?;
        let mut bytes = Vec::new();
        input
            .take(FILE_AT_MOST + 1)
            .read_to_end(&mut bytes)
            .map_err(BatchError::Read)?;
        if bytes.len() as u64 > FILE_AT_MOST {
            return Err(BatchError::Unreadable {
                what: format!("fichier Parquet de plus de {} Mo", FILE_AT_MOST >> 20),
                remedy: "coupez-le ou exportez-le en CSV, puis réessayez",
            });
        }
        let length = bytes.len() as u64;
        guarded(move || {
            let reader = SerializedFileReader::new(Bytes::from(bytes)).map_err(|e| wrong(&e))?;
            let metadata = reader.metadata().file_metadata();
            let columns = columns(metadata.schema())?;
            let layout = Layout::of_cells(SourceFormat::Parquet, Titles::FirstRow, columns);
            let count = metadata.num_rows().max(0) as u64;
            let rows = RowIter::from_file_into(Box::new(reader));
            Ok(Self {
                builder: ChunkBuilder::new(&layout),
                rows,
                layout,
                bytes: length,
                count,
                done: 0,
            })
        })
    }
}

/// The library trusts what the file declares more than we do.
fn guarded<T>(work: impl FnOnce() -> Result<T, BatchError>) -> Result<T, BatchError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_panic| Err(unreadable("fichier Parquet abîmé")))
}

fn columns(schema: &Type) -> Result<Vec<String>, BatchError> {
    let columns: Vec<String> = schema
        .get_fields()
        .iter()
        .map(|field| field.name().to_owned())
        .collect();
    if columns.is_empty() {
        return Err(BatchError::Empty);
    }
    Ok(columns)
}

impl RowSource for ParquetSource {
    fn layout(&self) -> &Layout {
        &self.layout
    }

    fn next_chunk(&mut self) -> Result<Option<Chunk>, BatchError> {
        guarded(|| {
            while !self.builder.is_full() {
                let Some(row) = self.rows.next() else {
                    break;
                };
                let row = row.map_err(|error| wrong(&error))?;
                let cells = row.get_column_iter().map(|(_, field)| shown(field));
                self.builder.push(cells);
                self.done += 1;
            }
            Ok(self.builder.take())
        })
    }

    fn bytes_read(&self) -> u64 {
        self.bytes * self.done.min(self.count) / self.count.max(1)
    }
}

/// A value as a person would write it.
fn shown(field: &Field) -> String {
    match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Bytes(bytes) => String::from_utf8_lossy(bytes.data()).into_owned(),
        Field::Float(number) => number.to_string(),
        Field::Double(number) => number.to_string(),
        Field::Date(days) => day(i64::from(*days)),
        Field::TimestampMillis(millis) => moment(*millis),
        Field::TimestampMicros(micros) => moment(micros.div_euclid(1000)),
        other => other.to_string(),
    }
}

fn day(days: i64) -> String {
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02}")
}

fn moment(millis: i64) -> String {
    const DAY: i64 = 86_400_000;
    let seconds = millis.rem_euclid(DAY) / 1000;
    format!(
        "{}T{:02}:{:02}:{:02}",
        day(millis.div_euclid(DAY)),
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}
