//! GeoPackage binary to shapes: its header (OGC 12-128r19, clause 2.1.3), then well-known binary (ISO 13249-3), Z and M
//! dropped, curves refused.

use crate::ingest::raw::RawGeometry;
use geo::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon,
    Point, Polygon,
};

const COLLECTIONS_WITHIN: u8 = 8;

/// A `gpkg_geometry` cell.
pub(super) fn geopackage_geometry(blob: &[u8]) -> RawGeometry {
    match parse(blob) {
        Ok(Some(shape)) => RawGeometry::Shape(shape),
        Ok(None) => RawGeometry::Missing,
        Err(why) => RawGeometry::Bad(why),
    }
}

type Attempt<T> = Result<T, String>;

fn parse(blob: &[u8]) -> Attempt<Option<Geometry<f64>>> {
    let [b'G', b'P', _version, flags, ..] = blob else {
        return Err("la géométrie ne commence pas par l’en-tête « GP »".into());
    };
    if flags & 0b10_0000 != 0 {
        return Err("type de géométrie étendu, hors du standard GeoPackage".into());
    }
    let envelope = match (flags >> 1) & 0b111 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        other => return Err(format!("enveloppe de géométrie inconnue ({other})")),
    };
    let wkb = blob.get(8 + envelope..).ok_or("géométrie coupée")?;
    let mut cursor = Cursor { bytes: wkb };
    cursor.geometry(0)
}

struct Cursor<'a> {
    bytes: &'a [u8],
}

/// Byte order and how many numbers a position has.
#[derive(Clone, Copy)]
struct Layout {
    little: bool,
    numbers: usize,
}

impl Cursor<'_> {
    fn take<const N: usize>(&mut self) -> Attempt<[u8; N]> {
        let (head, rest) = self
            .bytes
            .split_first_chunk::<N>()
            .ok_or("géométrie coupée")?;
        self.bytes = rest;
        Ok(*head)
    }

    fn u32(&mut self, layout: Layout) -> Attempt<u32> {
        let bytes = self.take()?;
        Ok(if layout.little {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    }

    fn f64(&mut self, layout: Layout) -> Attempt<f64> {
        let bytes = self.take()?;
        Ok(if layout.little {
            f64::from_le_bytes(bytes)
        } else {
            f64::from_be_bytes(bytes)
        })
    }

    /// A count of things that take at least `size` bytes each.
    fn count(&mut self, layout: Layout, size: usize) -> Attempt<usize> {
        let count = self.u32(layout)? as usize;
        if count.saturating_mul(size) > self.bytes.len() {
            return Err(format!(
                "{count} éléments annoncés, plus que n’en contient la géométrie"
            ));
        }
        Ok(count)
    }

    fn header(&mut self) -> Attempt<(u32, Layout)> {
        let [order] = self.take()?;
        let mut layout = Layout {
            little: order == 1,
            numbers: 2,
        };
        if order > 1 {
            return Err(format!("ordre des octets inconnu ({order})"));
        }
        let code = self.u32(layout)?;
        if code & 0x2000_0000 != 0 {
            self.u32(layout)?;
        }
        let extended = usize::from(code & 0x8000_0000 != 0) + usize::from(code & 0x4000_0000 != 0);
        let plain = code & 0x0fff_ffff;
        let iso = match plain / 1000 {
            0 => 0,
            1 | 2 => 1,
            3 => 2,
            _ => return Err(format!("type de géométrie {plain} inconnu")),
        };
        layout.numbers += extended.max(iso);
        Ok((plain % 1000, layout))
    }

    fn geometry(&mut self, depth: u8) -> Attempt<Option<Geometry<f64>>> {
        let (kind, layout) = self.header()?;
        let shape = match kind {
            1 => match self.position(layout)? {
                here if here.x.is_nan() && here.y.is_nan() => return Ok(None),
                here => Geometry::Point(Point(finite(here)?)),
            },
            2 => Geometry::LineString(self.line(layout)?),
            3 => Geometry::Polygon(self.polygon(layout)?),
            4..=7 if depth >= COLLECTIONS_WITHIN => {
                return Err("collections de géométries trop imbriquées".into());
            }
            4..=7 => {
                let count = self.count(layout, 5)?;
                let mut members = Vec::new();
                for _ in 0..count {
                    members.extend(self.geometry(depth + 1)?);
                }
                if members.is_empty() {
                    return Ok(None);
                }
                gathered(kind, members)?
            }
            8..=14 => return Err("géométrie courbe : convertissez-la en lignes droites".into()),
            15..=17 => {
                return Err(
                    "surface 3D (TIN, polyèdre) : exportez des lignes ou des polygones".into(),
                );
            }
            other => return Err(format!("type de géométrie {other} inconnu")),
        };
        let empty = match &shape {
            Geometry::LineString(line) => line.0.is_empty(),
            Geometry::Polygon(polygon) => polygon.exterior().0.is_empty(),
            _ => false,
        };
        Ok((!empty).then_some(shape))
    }

    fn position(&mut self, layout: Layout) -> Attempt<Coord<f64>> {
        let here = Coord {
            x: self.f64(layout)?,
            y: self.f64(layout)?,
        };
        for _ in 2..layout.numbers {
            self.f64(layout)?;
        }
        Ok(here)
    }

    fn line(&mut self, layout: Layout) -> Attempt<LineString<f64>> {
        let count = self.count(layout, layout.numbers * 8)?;
        let mut positions = Vec::with_capacity(count);
        for _ in 0..count {
            positions.push(finite(self.position(layout)?)?);
        }
        Ok(LineString(positions))
    }

    fn polygon(&mut self, layout: Layout) -> Attempt<Polygon<f64>> {
        let count = self.count(layout, 4)?;
        let mut rings = Vec::new();
        for _ in 0..count {
            rings.push(self.line(layout)?);
        }
        let mut rings = rings.into_iter();
        let outline = rings.next().unwrap_or_else(|| LineString(Vec::new()));
        Ok(Polygon::new(outline, rings.collect()))
    }
}

fn finite(here: Coord<f64>) -> Attempt<Coord<f64>> {
    if here.x.is_finite() && here.y.is_finite() {
        Ok(here)
    } else {
        Err(format!("« {}, {} » n’est pas une position", here.x, here.y))
    }
}

fn gathered(kind: u32, members: Vec<Geometry<f64>>) -> Attempt<Geometry<f64>> {
    let odd = || "un membre n’est pas du type de son ensemble".to_owned();
    Ok(match kind {
        4 => Geometry::MultiPoint(MultiPoint(
            members
                .into_iter()
                .map(|member| Point::try_from(member).map_err(|_other_type| odd()))
                .collect::<Attempt<_>>()?,
        )),
        5 => Geometry::MultiLineString(MultiLineString(
            members
                .into_iter()
                .map(|member| LineString::try_from(member).map_err(|_other_type| odd()))
                .collect::<Attempt<_>>()?,
        )),
        6 => Geometry::MultiPolygon(MultiPolygon(
            members
                .into_iter()
                .map(|member| Polygon::try_from(member).map_err(|_other_type| odd()))
                .collect::<Attempt<_>>()?,
        )),
        _ => Geometry::GeometryCollection(GeometryCollection(members)),
    })
}
