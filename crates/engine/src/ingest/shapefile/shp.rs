//! The `.shp`: headers and records to shapes ("ESRI Shapefile Technical Description", July 1998). Z and M are dropped.

use crate::ingest::raw::RawGeometry;
use crate::ingest::read_error::ReadError;
use geo::{
    Area, BoundingRect, Contains, Coord, Geometry, LineString, MultiLineString, MultiPoint,
    MultiPolygon, Point, Polygon,
};

/// Every record's geometry, and where reading had to stop if it did.
#[derive(Debug)]
pub(super) struct Shapes {
    pub geometries: Vec<RawGeometry>,
    pub broken: Option<ReadError>,
}

const HEADER: usize = 100;
/// Outlines times holes of one shape: beyond, pairing them would take minutes.
const PAIRS_AT_MOST: usize = 20_000_000;

/// Reads every record in order.
pub(super) fn read(file: &str, bytes: &[u8]) -> Result<Shapes, ReadError> {
    if bytes.is_empty() {
        return Err(ReadError::Empty { file: file.into() });
    }
    if be_u32(bytes, 0) != Some(9994) {
        return Err(ReadError::NotRecognised {
            file: file.into(),
            expected: "un Shapefile",
            found: "il ne commence pas par le nombre 9994".into(),
        });
    }
    let malformed = |at: usize, what: &str| ReadError::Malformed {
        file: file.into(),
        place: format!("octet {at}"),
        what: what.into(),
    };
    if bytes.len() < HEADER {
        return Err(malformed(bytes.len(), "l’en-tête de 100 octets est coupé"));
    }
    // The declared length, in 16-bit words; some writers leave zero.
    let declared = be_u32(bytes, 24).map_or(0, |words| words as usize * 2);
    let end = if (HEADER..=bytes.len()).contains(&declared) {
        declared
    } else {
        bytes.len()
    };
    let mut shapes = Shapes {
        geometries: Vec::new(),
        broken: None,
    };
    if declared > bytes.len() {
        shapes.broken = Some(malformed(
            bytes.len(),
            &format!("le fichier annonce {declared} octets et s’arrête avant"),
        ));
    }
    let mut at = HEADER;
    while at + 8 <= end {
        let length = be_u32(bytes, at + 4).map_or(0, |words| words as usize * 2);
        let start = at + 8;
        let Some(content) = start
            .checked_add(length)
            .filter(|&stop| stop <= bytes.len() && length >= 4)
            .map(|stop| &bytes[start..stop])
        else {
            shapes.broken = Some(malformed(
                at,
                &format!(
                    "l’enregistrement {} annonce {length} octets de contenu",
                    shapes.geometries.len() + 1
                ),
            ));
            break;
        };
        shapes.geometries.push(match shape(content) {
            Ok(None) => RawGeometry::Missing,
            Ok(Some(shape)) => RawGeometry::Shape(shape),
            Err(what) => RawGeometry::Bad(what),
        });
        at = start + length;
    }
    Ok(shapes)
}

fn shape(content: &[u8]) -> Result<Option<Geometry<f64>>, String> {
    let kind = le_u32(content, 0).ok_or("type de forme absent")?;
    match kind {
        0 => Ok(None),
        1 | 11 | 21 => Ok(Some(Geometry::Point(Point(coordinate(content, 4)?)))),
        3 | 13 | 23 => Ok(lines(parts(content)?)),
        5 | 15 | 25 => polygons(parts(content)?),
        8 | 18 | 28 => {
            let count = le_u32(content, 36).ok_or("nombre de points absent")? as usize;
            let points = coordinates(content, 40, count)?;
            Ok((!points.is_empty())
                .then(|| Geometry::MultiPoint(MultiPoint(points.into_iter().map(Point).collect()))))
        }
        31 => Err("surface 3D « MultiPatch » : exportez des lignes ou des polygones".into()),
        other => Err(format!("type de forme {other} inconnu")),
    }
}

/// The parts of a polyline or polygon, each a list of positions.
fn parts(content: &[u8]) -> Result<Vec<Vec<Coord<f64>>>, String> {
    let part_count = le_u32(content, 36).ok_or("nombre de parties absent")? as usize;
    let point_count = le_u32(content, 40).ok_or("nombre de points absent")? as usize;
    let first_point = part_count
        .checked_mul(4)
        .and_then(|size| size.checked_add(44))
        .filter(|&at| at <= content.len())
        .ok_or_else(|| {
            format!("{part_count} parties annoncées, plus que n’en contient l’enregistrement")
        })?;
    let points = coordinates(content, first_point, point_count)?;
    let mut starts = Vec::with_capacity(part_count + 1);
    for part in 0..part_count {
        let start = le_u32(content, 44 + part * 4).ok_or("partie coupée")? as usize;
        if start > points.len() || starts.last().is_some_and(|&before| before > start) {
            return Err(format!("la partie {} commence hors de la forme", part + 1));
        }
        starts.push(start);
    }
    starts.push(points.len());
    Ok(starts
        .windows(2)
        .map(|pair| points[pair[0]..pair[1]].to_vec())
        .filter(|part| !part.is_empty())
        .collect())
}

fn lines(parts: Vec<Vec<Coord<f64>>>) -> Option<Geometry<f64>> {
    if parts.is_empty() {
        return None;
    }
    let lines = parts.into_iter().map(LineString).collect();
    Some(Geometry::MultiLineString(MultiLineString(lines)))
}

/// Rings to polygons: clockwise ones are outlines, the others are holes of the outline that contains them. A hole that
/// no outline contains is an outline drawn the wrong way.
fn polygons(parts: Vec<Vec<Coord<f64>>>) -> Result<Option<Geometry<f64>>, String> {
    let mut outlines = Vec::new();
    let mut holes = Vec::new();
    for part in parts {
        let ring = Polygon::new(LineString(part), Vec::new());
        if ring.signed_area() > 0.0 {
            holes.push(ring);
        } else {
            outlines.push(ring);
        }
    }
    if outlines.len().saturating_mul(holes.len()) > PAIRS_AT_MOST {
        return Err(format!(
            "{} contours et {} trous dans une seule forme",
            outlines.len(),
            holes.len()
        ));
    }
    let boxes: Vec<_> = outlines.iter().map(BoundingRect::bounding_rect).collect();
    let mut inside: Vec<Vec<LineString<f64>>> = vec![Vec::new(); outlines.len()];
    let mut alone = Vec::new();
    for hole in holes {
        let owner = hole.exterior().0.first().and_then(|&corner| {
            outlines.iter().enumerate().position(|(index, outline)| {
                boxes[index].is_some_and(|rect| {
                    let (low, high) = (rect.min(), rect.max());
                    (low.x..=high.x).contains(&corner.x) && (low.y..=high.y).contains(&corner.y)
                }) && encloses(outline, &hole)
            })
        });
        match owner {
            Some(index) => inside[index].push(hole.into_inner().0),
            None => alone.push(hole),
        }
    }
    let whole: Vec<Polygon<f64>> = outlines
        .into_iter()
        .zip(inside)
        .map(|(outline, holes)| Polygon::new(outline.into_inner().0, holes))
        .chain(alone)
        .collect();
    Ok(match whole.len() {
        0 => None,
        1 => whole.into_iter().next().map(Geometry::Polygon),
        _ => Some(Geometry::MultiPolygon(MultiPolygon(whole))),
    })
}

/// Whether a hole is within an outline; its corners may touch it.
fn encloses(outline: &Polygon<f64>, hole: &Polygon<f64>) -> bool {
    const CORNERS_TRIED: usize = 16;
    hole.exterior()
        .0
        .iter()
        .take(CORNERS_TRIED)
        .any(|&corner| outline.contains(&corner))
}

fn coordinates(content: &[u8], at: usize, count: usize) -> Result<Vec<Coord<f64>>, String> {
    let bytes = count
        .checked_mul(16)
        .and_then(|size| at.checked_add(size))
        .and_then(|end| content.get(at..end))
        .ok_or_else(|| {
            format!("{count} points annoncés, plus que n’en contient l’enregistrement")
        })?;
    bytes
        .chunks_exact(16)
        .map(|pair| coordinate(pair, 0))
        .collect()
}

fn coordinate(content: &[u8], at: usize) -> Result<Coord<f64>, String> {
    let number = |at: usize| {
        let bytes = content.get(at..at + 8)?.try_into().ok()?;
        Some(f64::from_le_bytes(bytes))
    };
    match (number(at), number(at + 8)) {
        (Some(x), Some(y)) if x.is_finite() && y.is_finite() => Ok(Coord { x, y }),
        (Some(x), Some(y)) => Err(format!("« {x}, {y} » n’est pas une position")),
        _ => Err("position coupée".into()),
    }
}

fn be_u32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn le_u32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}
