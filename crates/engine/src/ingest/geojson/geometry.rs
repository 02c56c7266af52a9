//! A geometry object to a shape, in the file's own coordinates. The third and fourth numbers of a position are dropped;
//! what is not a geometry is said and stepped over, so that the next feature can be read.

use super::scan::{Broken, Scan, Scanner};
use crate::ingest::raw::RawGeometry;
use geo::{
    Coord, Geometry, GeometryCollection, LineString, MultiLineString, MultiPoint, MultiPolygon,
    Point, Polygon,
};

const COLLECTIONS_WITHIN: u8 = 8;

/// Why coordinates do not make a shape.
enum Trouble {
    /// The text is no longer JSON.
    Syntax(Broken),
    /// JSON, but not coordinates; in French.
    Shape(String),
}

impl From<Broken> for Trouble {
    fn from(broken: Broken) -> Self {
        Self::Syntax(broken)
    }
}

type Attempt<T> = Result<T, Trouble>;

/// Reads geometries one after the other, reusing its buffer.
#[derive(Debug, Default)]
pub(super) struct GeometryReader {
    positions: Vec<Coord<f64>>,
}

/// Where the members that make a geometry begin.
#[derive(Debug, Default, Clone)]
pub(super) struct Members {
    pub kind: Option<String>,
    pub coordinates: Option<usize>,
    pub geometries: Option<usize>,
}

impl GeometryReader {
    /// The geometry at the cursor: an object or null.
    pub(super) fn read(&mut self, scanner: &mut Scanner<'_>) -> Scan<RawGeometry> {
        self.read_within(scanner, 0)
    }

    fn read_within(&mut self, scanner: &mut Scanner<'_>, depth: u8) -> Scan<RawGeometry> {
        match scanner.peek() {
            Some(b'n') => {
                scanner.skip_value()?;
                return Ok(RawGeometry::Missing);
            }
            Some(b'{') => scanner.pos += 1,
            Some(_) => {
                scanner.skip_value()?;
                return Ok(RawGeometry::Bad(
                    "la géométrie n’est pas un objet JSON".into(),
                ));
            }
            None => return Err(scanner.surprise("géométrie attendue")),
        }
        let mut members = Members::default();
        let mut shape = None;
        if !scanner.take(b'}') {
            loop {
                let key = scanner.name()?;
                scanner.expect(b':')?;
                match (key.as_str(), &members.kind) {
                    ("type", _) if scanner.peek() == Some(b'"') => {
                        members.kind = Some(scanner.name()?);
                    }
                    ("coordinates", Some(kind)) => {
                        let kind = kind.clone();
                        shape = Some(self.coordinates(scanner, &kind)?);
                    }
                    ("coordinates", None) => {
                        scanner.peek();
                        members.coordinates = Some(scanner.pos);
                        scanner.skip_value()?;
                    }
                    ("geometries", _) => {
                        scanner.peek();
                        members.geometries = Some(scanner.pos);
                        scanner.skip_value()?;
                    }
                    _ => scanner.skip_value()?,
                }
                if scanner.take(b'}') {
                    break;
                }
                scanner.expect(b',')?;
            }
        }
        match shape {
            Some(shape) => Ok(shape),
            None => self.assemble(scanner, &members, depth),
        }
    }

    /// A geometry from members met in an order that did not allow reading them at once.
    pub(super) fn assemble(
        &mut self,
        scanner: &Scanner<'_>,
        members: &Members,
        depth: u8,
    ) -> Scan<RawGeometry> {
        let at = |pos: usize| Scanner {
            bytes: scanner.bytes,
            pos,
        };
        match (
            members.kind.as_deref(),
            members.coordinates,
            members.geometries,
        ) {
            (Some("GeometryCollection"), _, Some(start)) => self.collection(&mut at(start), depth),
            (Some(kind), Some(start), _) => self.coordinates(&mut at(start), kind),
            (Some(kind), None, _) if position_depth(kind).is_some() => Ok(RawGeometry::Missing),
            (Some(kind), ..) => Ok(RawGeometry::Bad(format!(
                "type de géométrie inconnu « {} »",
                short(kind)
            ))),
            (None, ..) => Ok(RawGeometry::Bad("géométrie sans « type »".into())),
        }
    }

    fn collection(&mut self, scanner: &mut Scanner<'_>, depth: u8) -> Scan<RawGeometry> {
        if depth >= COLLECTIONS_WITHIN {
            return Ok(RawGeometry::Bad(
                "collections de géométries trop imbriquées".into(),
            ));
        }
        if !scanner.take(b'[') {
            return Ok(RawGeometry::Bad(
                "« geometries » n’est pas une liste".into(),
            ));
        }
        let mut shapes = Vec::new();
        if !scanner.take(b']') {
            loop {
                match self.read_within(scanner, depth + 1)? {
                    RawGeometry::Shape(shape) => shapes.push(shape),
                    RawGeometry::Missing => {}
                    bad @ RawGeometry::Bad(_) => return Ok(bad),
                }
                if scanner.take(b']') {
                    break;
                }
                scanner.expect(b',')?;
            }
        }
        Ok(RawGeometry::Shape(Geometry::GeometryCollection(
            GeometryCollection(shapes),
        )))
    }

    /// The coordinates at the cursor as a shape of this type; the cursor ends after them whatever they are.
    fn coordinates(&mut self, scanner: &mut Scanner<'_>, kind: &str) -> Scan<RawGeometry> {
        scanner.peek();
        let start = scanner.pos;
        match self.shape(scanner, kind) {
            Ok(shape) => Ok(shape.map_or(RawGeometry::Missing, RawGeometry::Shape)),
            Err(Trouble::Syntax(broken)) => Err(broken),
            Err(Trouble::Shape(why)) => {
                scanner.pos = start;
                scanner.skip_value()?;
                Ok(RawGeometry::Bad(why))
            }
        }
    }

    fn shape(&mut self, scanner: &mut Scanner<'_>, kind: &str) -> Attempt<Option<Geometry<f64>>> {
        if scanner.peek() == Some(b'n') {
            scanner.skip_value()?;
            return Ok(None);
        }
        let shape = match kind {
            "Point" => {
                self.positions.clear();
                open(scanner)?;
                if scanner.take(b']') {
                    return Ok(None);
                }
                Geometry::Point(Point(position(scanner)?))
            }
            "LineString" => Geometry::LineString(self.line(scanner)?),
            "MultiPoint" => {
                let line = self.line(scanner)?;
                Geometry::MultiPoint(MultiPoint(line.0.into_iter().map(Point).collect()))
            }
            "MultiLineString" => {
                let mut lines = Vec::new();
                each(scanner, |scanner| {
                    lines.push(self.line(scanner)?);
                    Ok(())
                })?;
                lines.shrink_to_fit();
                Geometry::MultiLineString(MultiLineString(lines))
            }
            "Polygon" => match self.polygon(scanner)? {
                Some(polygon) => Geometry::Polygon(polygon),
                None => return Ok(None),
            },
            "MultiPolygon" => {
                let mut polygons = Vec::new();
                each(scanner, |scanner| {
                    polygons.extend(self.polygon(scanner)?);
                    Ok(())
                })?;
                polygons.shrink_to_fit();
                Geometry::MultiPolygon(MultiPolygon(polygons))
            }
            other => {
                return Err(Trouble::Shape(format!(
                    "type de géométrie inconnu « {} »",
                    short(other)
                )));
            }
        };
        Ok((!is_empty(&shape)).then_some(shape))
    }

    fn polygon(&mut self, scanner: &mut Scanner<'_>) -> Attempt<Option<Polygon<f64>>> {
        let mut exterior = None;
        let mut holes = Vec::new();
        each(scanner, |scanner| {
            let ring = self.line(scanner)?;
            match exterior {
                None => exterior = Some(ring),
                Some(_) => holes.push(ring),
            }
            Ok(())
        })?;
        Ok(exterior.map(|exterior| Polygon::new(exterior, holes)))
    }

    fn line(&mut self, scanner: &mut Scanner<'_>) -> Attempt<LineString<f64>> {
        self.positions.clear();
        open(scanner)?;
        if scanner.take(b']') {
            return Ok(LineString(Vec::new()));
        }
        loop {
            open(scanner)?;
            let here = position(scanner)?;
            self.positions.push(here);
            match scanner.bytes.get(scanner.pos) {
                Some(b',') => scanner.pos += 1,
                _ if scanner.take(b']') => break,
                _ if scanner.take(b',') => {}
                _ => return Err(odd(scanner)),
            }
        }
        Ok(LineString(self.positions.as_slice().to_vec()))
    }
}

/// The numbers of a position whose bracket is open, up to its closing bracket.
#[inline]
fn position(scanner: &mut Scanner<'_>) -> Attempt<Coord<f64>> {
    let x = number(scanner)?;
    if !scanner.take(b',') {
        return Err(if scanner.peek() == Some(b']') {
            Trouble::Shape("position d’un seul nombre".into())
        } else {
            odd(scanner)
        });
    }
    let y = number(scanner)?;
    while scanner.take(b',') {
        // Altitude or measure: dropped, and whatever is written there with it.
        scanner.skip_value()?;
    }
    if scanner.take(b']') {
        Ok(Coord { x, y })
    } else {
        Err(odd(scanner))
    }
}

#[inline]
fn number(scanner: &mut Scanner<'_>) -> Attempt<f64> {
    scanner.peek();
    match scanner.number() {
        Some(value) if value.is_finite() => Ok(value),
        Some(_) => Err(Trouble::Shape("coordonnée hors de toute mesure".into())),
        None => Err(odd(scanner)),
    }
}

#[inline]
fn open(scanner: &mut Scanner<'_>) -> Attempt<()> {
    if scanner.take(b'[') {
        Ok(())
    } else {
        Err(odd(scanner))
    }
}

/// Calls `read` on each element of the list at the cursor.
fn each<'a>(
    scanner: &mut Scanner<'a>,
    mut read: impl FnMut(&mut Scanner<'a>) -> Attempt<()>,
) -> Attempt<()> {
    open(scanner)?;
    if scanner.take(b']') {
        return Ok(());
    }
    loop {
        read(scanner)?;
        if scanner.take(b']') {
            return Ok(());
        }
        if !scanner.take(b',') {
            return Err(odd(scanner));
        }
    }
}

/// What stands where a coordinate should.
fn odd(scanner: &Scanner<'_>) -> Trouble {
    let rest = &scanner.bytes[scanner.pos.min(scanner.bytes.len())..];
    let Some(&first) = rest.first() else {
        return Trouble::Syntax(scanner.surprise("coordonnées attendues"));
    };
    let word: String = rest
        .iter()
        .take(12)
        .take_while(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'"' | b'.' | b'-' | b'+')
        })
        .map(|&byte| char::from(byte))
        .collect();
    Trouble::Shape(match first {
        b'[' | b']' => {
            "listes de coordonnées de profondeur inattendue pour ce type de géométrie".into()
        }
        _ if word.is_empty() => format!("« {} » au milieu des coordonnées", char::from(first)),
        _ => format!("« {word} » n’est pas une coordonnée"),
    })
}

fn is_empty(shape: &Geometry<f64>) -> bool {
    match shape {
        Geometry::LineString(line) => line.0.is_empty(),
        Geometry::MultiPoint(points) => points.0.is_empty(),
        Geometry::MultiLineString(lines) => lines.0.iter().all(|line| line.0.is_empty()),
        Geometry::Polygon(polygon) => polygon.exterior().0.is_empty(),
        Geometry::MultiPolygon(polygons) => polygons.0.iter().all(|p| p.exterior().0.is_empty()),
        _ => false,
    }
}

/// How deep positions are nested in a geometry type; `None` when it is not one.
pub(super) fn position_depth(kind: &str) -> Option<u8> {
    match kind {
        "Point" => Some(1),
        "LineString" | "MultiPoint" => Some(2),
        "Polygon" | "MultiLineString" => Some(3),
        "MultiPolygon" => Some(4),
        "GeometryCollection" => Some(0),
        _ => None,
    }
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}
