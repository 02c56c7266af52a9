//! Results in Parquet: the user's cells as text, ours with their kinds, one group of rows a chunk.

use caloduc_engine::batch::{
    Answered, BatchError, COLUMNS, KINDS, Kept, Layout, ResultWriter, Value, ValueKind, beside,
    distinct, values,
};
use parquet::basic::{Compression, LogicalType, Repetition, Type as PhysicalType};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::Type;
use std::io::Write;
use std::sync::Arc;

/// Columns that a file may have: each group of rows describes them all.
pub const COLUMNS_AT_MOST: usize = 16_384;

type Out<'w> = Box<dyn Write + Send + 'w>;

/// See the module.
pub struct ParquetWriter<'w> {
    file: SerializedFileWriter<Out<'w>>,
    theirs: usize,
    kept: Kept,
}

impl std::fmt::Debug for ParquetWriter<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParquetWriter").finish_non_exhaustive()
    }
}

fn failed(error: ParquetError) -> BatchError {
    BatchError::Write(match error {
        ParquetError::External(cause) => match cause.downcast::<std::io::Error>() {
            Ok(io) => *io,
            Err(other) => std::io::Error::other(other),
        },
        other => std::io::Error::other(other),
    })
}

impl<'w> ParquetWriter<'w> {
    /// Starts before the first row.
    pub fn new(out: Out<'w>, layout: &Layout, kept: Kept) -> Result<Self, BatchError> {
        let columns = layout.columns.len() + COLUMNS.len();
        if columns > COLUMNS_AT_MOST {
            return Err(BatchError::TooWide {
                columns,
                most: COLUMNS_AT_MOST,
                format: "Parquet",
            });
        }
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by("caloduc".to_owned())
            .build();
        let schema = schema(layout).map_err(failed)?;
        let file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))
            .map_err(failed)?;
        Ok(Self {
            file,
            theirs: layout.columns.len(),
            kept,
        })
    }

    fn chunk(&mut self, answered: &Answered) -> Result<(), ParquetError> {
        let rows: Vec<usize> = (0..answered.answers.len())
            .filter(|at| self.kept.keeps(&answered.answers[*at]))
            .collect();
        if rows.is_empty() {
            return Ok(());
        }
        let mut group = self.file.next_row_group()?;
        let cells: Vec<_> = rows.iter().map(|at| answered.chunk.row(*at)).collect();
        for column in 0..self.theirs {
            let texts = cells.iter().map(|row| Some(text(&row[column])));
            optional::<ByteArrayType>(&mut group, texts)?;
        }
        let ours: Vec<_> = rows
            .iter()
            .map(|at| values(&answered.answers[*at]))
            .collect();
        for (column, kind) in KINDS.into_iter().enumerate() {
            let values = ours.iter().map(|row| row[column]);
            match kind {
                ValueKind::Text => {
                    let texts = values.map(|value| match value {
                        Value::Text(own) => Some(text(own)),
                        _ => None,
                    });
                    optional::<ByteArrayType>(&mut group, texts)?;
                }
                ValueKind::Real => optional::<DoubleType>(&mut group, values.map(real))?,
                ValueKind::Integer => {
                    let numbers = values.map(|value| match value {
                        Value::Integer(number) => Some(number),
                        _ => None,
                    });
                    optional::<Int64Type>(&mut group, numbers)?;
                }
                ValueKind::Boolean => {
                    let answers = values.map(|value| match value {
                        Value::Boolean(yes) => Some(yes),
                        _ => None,
                    });
                    optional::<BoolType>(&mut group, answers)?;
                }
            }
        }
        group.close()?;
        Ok(())
    }
}

/// The number as other formats write it.
fn real(value: Value<'_>) -> Option<f64> {
    match value {
        Value::Real(number, Some(decimals)) => format!("{number:.decimals$}").parse().ok(),
        Value::Real(number, None) => Some(number),
        _ => None,
    }
}

fn text(text: &str) -> ByteArray {
    ByteArray::from(text.as_bytes().to_vec())
}

fn schema(layout: &Layout) -> Result<Type, ParquetError> {
    let theirs = distinct(&layout.columns);
    let ours = beside(&theirs, &COLUMNS);
    let theirs = theirs.iter().map(|name| (name, ValueKind::Text));
    let columns = theirs.chain(ours.iter().zip(KINDS));
    let fields = columns.map(|(name, kind)| {
        let (physical, logical) = match kind {
            ValueKind::Text => (PhysicalType::BYTE_ARRAY, Some(LogicalType::String)),
            ValueKind::Real => (PhysicalType::DOUBLE, None),
            ValueKind::Integer => (PhysicalType::INT64, None),
            ValueKind::Boolean => (PhysicalType::BOOLEAN, None),
        };
        let field = Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical);
        Ok(Arc::new(field.build()?))
    });
    let fields = fields.collect::<Result<Vec<_>, ParquetError>>()?;
    Type::group_type_builder("schema")
        .with_fields(fields)
        .build()
}

fn optional<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Out<'_>>,
    values: impl Iterator<Item = Option<T::T>>,
) -> Result<(), ParquetError> {
    let (mut known, mut levels) = (Vec::new(), Vec::new());
    for value in values {
        levels.push(i16::from(value.is_some()));
        known.extend(value);
    }
    let mut column = group
        .next_column()?
        .ok_or_else(|| ParquetError::General("fewer columns than expected".to_owned()))?;
    column
        .typed::<T>()
        .write_batch(&known, Some(&levels), None)?;
    column.close()
}

impl ResultWriter for ParquetWriter<'_> {
    fn write(&mut self, wave: &[Answered]) -> Result<(), BatchError> {
        for answered in wave {
            self.chunk(answered).map_err(failed)?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), BatchError> {
        let mut out = self.file.into_inner().map_err(failed)?;
        out.flush().map_err(BatchError::Write)
    }
}
