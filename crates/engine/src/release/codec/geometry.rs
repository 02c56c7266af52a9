//! Shapes as binary numbers, little-endian.
//!
//! A shape is a kind (u8: 0 none, 1 lines, 2 point, 3 polygons, 4 an area that stands for pipes), a territory (u8), two
//! zero bytes, then: for lines a count (u32) and for each line its positions; for a point one position; for polygons and
//! areas a count (u32), for each its rings (u32, the outer one first) and for each ring its positions. Positions are a
//! count (u32) and pairs of f64.

use crate::crs::{Planar, Territory};
use crate::network::{NetworkShape, ProjectShape};
use geo::{Coord, LineString, MultiLineString, MultiPolygon, Point, Polygon};

const NONE: u8 = 0;
const LINES: u8 = 1;
const POINT: u8 = 2;
const POLYGONS: u8 = 3;
const AREA: u8 = 4;

pub(super) fn write_network(out: &mut Vec<u8>, shape: Option<&NetworkShape>) {
    match shape {
        None => write_head(out, NONE, Territory::default()),
        Some(NetworkShape::Trace(trace)) => write_lines(out, trace),
        Some(NetworkShape::Marker(marker)) => {
            write_head(out, POINT, marker.territory);
            write_position(out, marker.shape.0);
        }
        Some(NetworkShape::Area(area)) => write_polygons(out, AREA, area),
    }
}

pub(super) fn write_project(out: &mut Vec<u8>, shape: Option<&ProjectShape>) {
    match shape {
        None => write_head(out, NONE, Territory::default()),
        Some(ProjectShape::Trace(trace)) => write_lines(out, trace),
        Some(ProjectShape::Zone(zone)) => write_area(out, Some(zone)),
        Some(ProjectShape::Area(area)) => write_polygons(out, AREA, area),
    }
}

pub(super) fn write_area(out: &mut Vec<u8>, area: Option<&Planar<MultiPolygon<f64>>>) {
    match area {
        None => write_head(out, NONE, Territory::default()),
        Some(area) => write_polygons(out, POLYGONS, area),
    }
}

fn write_polygons(out: &mut Vec<u8>, kind: u8, area: &Planar<MultiPolygon<f64>>) {
    write_head(out, kind, area.territory);
    write_count(out, area.shape.0.len());
    for polygon in &area.shape.0 {
        write_count(out, 1 + polygon.interiors().len());
        write_positions(out, polygon.exterior());
        for ring in polygon.interiors() {
            write_positions(out, ring);
        }
    }
}

fn write_lines(out: &mut Vec<u8>, lines: &Planar<MultiLineString<f64>>) {
    write_head(out, LINES, lines.territory);
    write_count(out, lines.shape.0.len());
    for line in &lines.shape.0 {
        write_positions(out, line);
    }
}

fn write_head(out: &mut Vec<u8>, kind: u8, territory: Territory) {
    out.extend_from_slice(&[kind, territory as u8, 0, 0]);
}

fn write_count(out: &mut Vec<u8>, count: usize) {
    let count = u32::try_from(count).expect("a shape has fewer than four thousand million parts");
    out.extend_from_slice(&count.to_le_bytes());
}

fn write_positions(out: &mut Vec<u8>, line: &LineString<f64>) {
    write_count(out, line.0.len());
    out.reserve(line.0.len() * 16);
    for position in &line.0 {
        write_position(out, *position);
    }
}

fn write_position(out: &mut Vec<u8>, position: Coord<f64>) {
    out.extend_from_slice(&position.x.to_le_bytes());
    out.extend_from_slice(&position.y.to_le_bytes());
}

/// The bytes are cut, or of an unknown kind.
pub(super) struct Cut;

/// Shapes to read back, in order.
pub(super) struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn is_done(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn network(&mut self) -> Result<Option<NetworkShape>, Cut> {
        Ok(match self.shape().ok_or(Cut)? {
            Shape::None => None,
            Shape::Lines(lines) => Some(NetworkShape::Trace(lines)),
            Shape::Point(point) => Some(NetworkShape::Marker(point)),
            Shape::Area(area) => Some(NetworkShape::Area(area)),
            Shape::Polygons(_) => return Err(Cut),
        })
    }

    pub(super) fn project(&mut self) -> Result<Option<ProjectShape>, Cut> {
        Ok(match self.shape().ok_or(Cut)? {
            Shape::None => None,
            Shape::Lines(lines) => Some(ProjectShape::Trace(lines)),
            Shape::Polygons(polygons) => Some(ProjectShape::Zone(polygons)),
            Shape::Area(area) => Some(ProjectShape::Area(area)),
            Shape::Point(_) => return Err(Cut),
        })
    }

    pub(super) fn area(&mut self) -> Result<Option<Planar<MultiPolygon<f64>>>, Cut> {
        Ok(match self.shape().ok_or(Cut)? {
            Shape::None => None,
            Shape::Polygons(polygons) => Some(polygons),
            Shape::Lines(_) | Shape::Point(_) | Shape::Area(_) => return Err(Cut),
        })
    }

    fn shape(&mut self) -> Option<Shape> {
        let &[kind, territory, 0, 0] = self.take(4)? else {
            return None;
        };
        let territory = Territory::from_code(territory)?;
        Some(match kind {
            NONE => Shape::None,
            LINES => {
                let count = self.count(4)?;
                let mut lines = Vec::with_capacity(count);
                for _ in 0..count {
                    lines.push(self.positions()?);
                }
                Shape::Lines(Planar {
                    territory,
                    shape: MultiLineString::new(lines),
                })
            }
            POINT => Shape::Point(Planar {
                territory,
                shape: Point(position(self.take(16)?)),
            }),
            POLYGONS => Shape::Polygons(self.polygons(territory)?),
            AREA => Shape::Area(self.polygons(territory)?),
            _ => return None,
        })
    }

    fn polygons(&mut self, territory: Territory) -> Option<Planar<MultiPolygon<f64>>> {
        let count = self.count(4)?;
        let mut polygons = Vec::with_capacity(count);
        for _ in 0..count {
            polygons.push(self.polygon()?);
        }
        Some(Planar {
            territory,
            shape: MultiPolygon::new(polygons),
        })
    }

    fn polygon(&mut self) -> Option<Polygon<f64>> {
        let rings = self.count(4)?;
        if rings == 0 {
            return None;
        }
        let outer = self.positions()?;
        let mut inner = Vec::with_capacity(rings - 1);
        for _ in 1..rings {
            inner.push(self.positions()?);
        }
        Some(Polygon::new(outer, inner))
    }

    fn positions(&mut self) -> Option<LineString<f64>> {
        let count = self.count(16)?;
        let bytes = self.take(count * 16)?;
        Some(LineString(bytes.chunks_exact(16).map(position).collect()))
    }

    /// A count whose items, of at least `item` bytes each, can still follow.
    fn count(&mut self, item: usize) -> Option<usize> {
        let count = u32::from_le_bytes(self.take(4)?.try_into().ok()?) as usize;
        (count.checked_mul(item)? <= self.0.len()).then_some(count)
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}

enum Shape {
    None,
    Lines(Planar<MultiLineString<f64>>),
    Point(Planar<Point<f64>>),
    Polygons(Planar<MultiPolygon<f64>>),
    Area(Planar<MultiPolygon<f64>>),
}

fn position(bytes: &[u8]) -> Coord<f64> {
    let number = |at: usize| {
        f64::from_le_bytes(
            bytes[at..at + 8]
                .try_into()
                .expect("a position is sixteen bytes"),
        )
    };
    Coord {
        x: number(0),
        y: number(8),
    }
}
