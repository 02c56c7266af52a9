//! Well-known binary to a shape: both byte orders, ISO and extended forms, the first two dimensions.

use geo::{Coord, Geometry, LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon};

/// The geometry; `None` when the bytes end early or are of a type our tables cannot hold.
pub(super) fn geometry(bytes: &[u8]) -> Option<Geometry<f64>> {
    Cursor { bytes }.geometry(0)
}

struct Cursor<'b> {
    bytes: &'b [u8],
}

/// What the head of a geometry says.
struct Head {
    little: bool,
    kind: u32,
    dimensions: usize,
}

impl Cursor<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.bytes.split_first_chunk::<N>()?;
        self.bytes = rest;
        Some(*head)
    }

    fn head(&mut self) -> Option<Head> {
        let little = self.take::<1>()?[0] == 1;
        let code = self.number(little)?;
        // Extended form: dimensions and SRID in the high bits; ISO: thousands.
        let (z, m) = (code & 0x8000_0000 != 0, code & 0x4000_0000 != 0);
        if code & 0x2000_0000 != 0 {
            self.number(little)?;
        }
        let iso = code & 0x0fff_ffff;
        let more = match iso / 1000 {
            1 | 2 => 1,
            3 => 2,
            _ => 0,
        };
        Some(Head {
            little,
            kind: iso % 1000,
            dimensions: 2 + more + usize::from(z) + usize::from(m),
        })
    }

    fn number(&mut self, little: bool) -> Option<u32> {
        let bytes = self.take::<4>()?;
        Some(if little {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    }

    /// A count of items that take at least `size` bytes each: never more than the bytes left can hold.
    fn count(&mut self, head: &Head, size: usize) -> Option<usize> {
        let count = self.number(head.little)? as usize;
        (count <= self.bytes.len() / size).then_some(count)
    }

    fn position(&mut self, head: &Head) -> Option<Coord<f64>> {
        let mut values = [0.0; 4];
        for value in values.iter_mut().take(head.dimensions) {
            let bytes = self.take::<8>()?;
            *value = if head.little {
                f64::from_le_bytes(bytes)
            } else {
                f64::from_be_bytes(bytes)
            };
        }
        Some(Coord {
            x: values[0],
            y: values[1],
        })
    }

    fn line(&mut self, head: &Head) -> Option<LineString<f64>> {
        let count = self.count(head, head.dimensions * 8)?;
        let positions = (0..count).map(|_| self.position(head));
        positions.collect::<Option<Vec<_>>>().map(LineString)
    }

    fn polygon(&mut self, head: &Head) -> Option<Polygon<f64>> {
        let count = self.count(head, 4)?;
        let mut rings = Vec::with_capacity(count);
        for _ in 0..count {
            rings.push(self.line(head)?);
        }
        let mut rings = rings.into_iter();
        let shell = rings.next().unwrap_or_else(|| LineString(Vec::new()));
        Some(Polygon::new(shell, rings.collect()))
    }

    fn geometry(&mut self, depth: usize) -> Option<Geometry<f64>> {
        let head = self.head()?;
        Some(match head.kind {
            1 => Point(self.position(&head)?).into(),
            2 => self.line(&head)?.into(),
            3 => self.polygon(&head)?.into(),
            4..=6 if depth == 0 => {
                let count = self.count(&head, 5)?;
                let mut members = Vec::with_capacity(count);
                for _ in 0..count {
                    members.push(self.geometry(1)?);
                }
                several(head.kind, members)?
            }
            _ => return None,
        })
    }
}

fn several(kind: u32, members: Vec<Geometry<f64>>) -> Option<Geometry<f64>> {
    fn all<T: TryFrom<Geometry<f64>>>(members: Vec<Geometry<f64>>) -> Option<Vec<T>> {
        members
            .into_iter()
            .map(|member| T::try_from(member).ok())
            .collect()
    }
    Some(match kind {
        4 => MultiPoint(all(members)?).into(),
        5 => MultiLineString(all(members)?).into(),
        _ => MultiPolygon(all(members)?).into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wkb::push_wkb;

    fn shapes() -> [Geometry<f64>; 3] {
        let line = LineString::from(vec![(1.0, 2.0), (3.5, 4.25)]);
        let ring = LineString::from(vec![(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 0.0)]);
        let hole = LineString::from(vec![(5.0, 2.0), (6.0, 3.0), (6.0, 2.0), (5.0, 2.0)]);
        [
            Point::new(1.5, -2.5).into(),
            MultiLineString(vec![line.clone(), line]).into(),
            MultiPolygon(vec![Polygon::new(ring, vec![hole])]).into(),
        ]
    }

    #[test]
    fn what_we_write_reads_back_to_the_bit() {
        for shape in shapes() {
            let mut bytes = Vec::new();
            push_wkb(&mut bytes, &shape);
            assert_eq!(geometry(&bytes), Some(shape));
        }
    }

    #[test]
    fn bytes_cut_anywhere_are_no_geometry() {
        for shape in shapes() {
            let mut bytes = Vec::new();
            push_wkb(&mut bytes, &shape);
            for end in 0..bytes.len() {
                assert_eq!(geometry(&bytes[..end]), None);
            }
        }
    }

    #[test]
    fn a_third_dimension_and_a_system_are_passed_over() {
        let mut bytes = vec![0];
        bytes.extend(0xa000_0001_u32.to_be_bytes());
        bytes.extend(4326_u32.to_be_bytes());
        for value in [2.5_f64, 48.5, 100.0] {
            bytes.extend(value.to_be_bytes());
        }
        assert_eq!(geometry(&bytes), Some(Point::new(2.5, 48.5).into()));
    }
}
