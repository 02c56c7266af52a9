//! A chunk as bytes, so that it can be answered, and its rows shown, without reading the file again.

use super::chunk::{Chunk, RowPoint};
use super::codec::{Reader, Writer, pack, unpack};
use super::error::BatchError;
use crate::table::Record;

const MARK: &[u8; 4] = b"CCH1";

impl Chunk {
    /// The chunk as bytes: small, and the same for the same chunk.
    pub fn pack(&self) -> Vec<u8> {
        let mut out = Writer(Vec::with_capacity(
            self.bytes.len() + self.records.len() * 4 + 64,
        ));
        out.length(self.index as usize);
        out.length(self.first_row as usize);
        out.0.push(self.delimiter);
        out.length(self.width);
        out.length(self.titles_rows as usize);
        out.length(self.bytes.len());
        out.0.extend_from_slice(&self.bytes);
        out.length(self.records.len());
        let mut last = 0;
        for record in &self.records {
            out.length(record.start - last);
            out.length(record.end - record.start);
            out.length(record.next - record.end);
            out.0.push(u8::from(record.quoted));
            let broken = record.broken_at.map(|at| (at - record.start) as u32);
            out.optional_number(broken);
            last = record.start;
        }
        out.length(self.points.len());
        for point in &self.points {
            match point {
                Ok(None) => out.0.push(0),
                Ok(Some(place)) => {
                    out.0.push(1);
                    out.place(*place);
                }
                Err(why) => {
                    out.0.push(2);
                    out.text(why);
                }
            }
        }
        pack(*MARK, &out.0)
    }

    /// The chunk that [`Chunk::pack`] made bytes of.
    pub fn unpack(bytes: &[u8]) -> Result<Self, BatchError> {
        let plain = unpack(*MARK, bytes)?;
        let mut reader = Reader(&plain);
        match reader.chunk() {
            Some(chunk) if reader.0.is_empty() => Ok(chunk),
            _ => Err(BatchError::Stored("contenu")),
        }
    }

    /// The rows that a choice keeps, in their order; they keep the place of the chunk.
    #[must_use]
    pub fn only(&self, keeps: impl Fn(usize) -> bool) -> Self {
        let kept = |at: &usize| keeps(*at);
        Self {
            records: (0..self.records.len())
                .filter(kept)
                .map(|at| self.records[at])
                .collect(),
            points: (0..self.points.len())
                .filter(kept)
                .map(|at| self.points[at].clone())
                .collect(),
            ..self.clone()
        }
    }
}

impl Reader<'_> {
    fn chunk(&mut self) -> Option<Chunk> {
        let index = self.length()? as u64;
        let first_row = self.length()? as u64;
        let delimiter = self.byte()?;
        let width = self.length()?;
        let titles_rows = self.length()? as u64;
        let length = self.length()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        let bytes = bytes.to_vec();
        self.0 = rest;
        let mut last = 0;
        let records = (0..self.length()?)
            .map(|_| {
                let record = self.record(last, bytes.len())?;
                last = record.start;
                Some(record)
            })
            .collect::<Option<Vec<Record>>>()?;
        let points = (0..self.length()?)
            .map(|_| self.point())
            .collect::<Option<Vec<RowPoint>>>()?;
        Some(Chunk {
            index,
            first_row,
            bytes,
            records,
            delimiter,
            width,
            titles_rows,
            points,
        })
    }

    fn record(&mut self, last: usize, most: usize) -> Option<Record> {
        let start = last.checked_add(self.length()?)?;
        let end = start.checked_add(self.length()?)?;
        let next = end.checked_add(self.length()?)?;
        let quoted = self.byte()? == 1;
        let broken = self.optional_number()?;
        (next <= most).then_some(Record {
            start,
            end,
            next,
            quoted,
            broken_at: broken.map(|at| start + at as usize),
        })
    }

    fn point(&mut self) -> Option<RowPoint> {
        match self.byte()? {
            0 => Some(Ok(None)),
            1 => Some(Ok(Some(self.place()?))),
            2 => Some(Err(self.text()?)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::{Reading, RowSource, TextSource};
    use std::io::Cursor;

    fn chunk(text: &str) -> Chunk {
        let input = Cursor::new(text.as_bytes().to_vec());
        let mut source = TextSource::open(input, &Reading::default()).unwrap();
        source.next_chunk().unwrap().unwrap()
    }

    const NASTY: &str = "a;b;c\n1;\"x;\ny\";3\n\n4\n5;6;7;8;9\n\"never;closed;here\n";

    #[test]
    fn a_chunk_comes_back_as_it_was() {
        let chunk = chunk(NASTY);
        let again = Chunk::unpack(&chunk.pack()).unwrap();
        assert_eq!(format!("{chunk:?}"), format!("{again:?}"));
        assert_eq!(chunk.pack(), again.pack());
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let bytes = chunk(NASTY).pack();
        for length in 0..bytes.len() {
            assert!(Chunk::unpack(&bytes[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn chosen_rows_keep_their_order() {
        let chunk = chunk(NASTY);
        let some = chunk.only(|at| at != 0);
        assert_eq!(some.len(), chunk.len() - 1);
        assert_eq!(some.row(0), chunk.row(1));
    }
}
