//! Shapes of a Shapefile and where each begins (ESRI Shapefile Technical Description, July 1998).

use crate::table::GeometryKind;
use crate::wkb::{bounds, rings, united};
use geo::orient::{Direction, Orient};
use geo::{Coord, Geometry, MultiPolygon};

const HEADER: usize = 100;

/// The `.shp` and the `.shx`.
pub(super) fn write(shapes: &[Geometry<f64>], kind: GeometryKind) -> (Vec<u8>, Vec<u8>) {
    let code = match kind {
        GeometryKind::Point => 1,
        GeometryKind::Lines => 3,
        GeometryKind::Polygons => 5,
    };
    let (mut shp, mut shx) = (vec![0; HEADER], vec![0; HEADER]);
    let mut extent = None;
    for (number, shape) in shapes.iter().enumerate() {
        extent = united(extent, bounds(shape));
        let start = shp.len();
        big(&mut shp, number as i32 + 1);
        big(&mut shp, 0);
        content(&mut shp, shape, code);
        let words = ((shp.len() - start - 8) / 2) as i32;
        shp[start + 4..start + 8].copy_from_slice(&words.to_be_bytes());
        big(&mut shx, (start / 2) as i32);
        big(&mut shx, words);
    }
    for file in [&mut shp, &mut shx] {
        let header = header(file.len(), code, extent.unwrap_or_default());
        file[..HEADER].copy_from_slice(&header);
    }
    (shp, shx)
}

fn header(length: usize, code: i32, extent: [f64; 4]) -> [u8; HEADER] {
    let mut header = [0; HEADER];
    header[..4].copy_from_slice(&9994_i32.to_be_bytes());
    header[24..28].copy_from_slice(&((length / 2) as i32).to_be_bytes());
    header[28..32].copy_from_slice(&1000_i32.to_le_bytes());
    header[32..36].copy_from_slice(&code.to_le_bytes());
    for (n, value) in extent.into_iter().enumerate() {
        header[36 + n * 8..44 + n * 8].copy_from_slice(&value.to_le_bytes());
    }
    header
}

fn content(out: &mut Vec<u8>, shape: &Geometry<f64>, code: i32) {
    out.extend(code.to_le_bytes());
    match shape {
        Geometry::Point(point) => position(out, point.0),
        Geometry::MultiLineString(lines) => {
            parts(
                out,
                shape,
                &lines.0.iter().map(|l| l.0.as_slice()).collect::<Vec<_>>(),
            );
        }
        Geometry::MultiPolygon(polygons) => {
            // Outer rings go clockwise here, holes the other way.
            let turned: MultiPolygon<f64> = polygons.orient(Direction::Reversed);
            let all = turned.0.iter().flat_map(rings);
            parts(
                out,
                shape,
                &all.map(|ring| ring.0.as_slice()).collect::<Vec<_>>(),
            );
        }
        // Tables hold the three forms above only: anything else has no part.
        _ => parts(out, shape, &[]),
    }
}

fn parts(out: &mut Vec<u8>, shape: &Geometry<f64>, parts: &[&[Coord<f64>]]) {
    for value in bounds(shape).unwrap_or_default() {
        out.extend(value.to_le_bytes());
    }
    let total: usize = parts.iter().map(|part| part.len()).sum();
    little(out, parts.len());
    little(out, total);
    let mut first = 0;
    for part in parts {
        little(out, first);
        first += part.len();
    }
    for &at in parts.iter().copied().flatten() {
        position(out, at);
    }
}

fn position(out: &mut Vec<u8>, at: Coord<f64>) {
    out.extend(at.x.to_le_bytes());
    out.extend(at.y.to_le_bytes());
}

fn big(out: &mut Vec<u8>, value: i32) {
    out.extend(value.to_be_bytes());
}

fn little(out: &mut Vec<u8>, value: usize) {
    out.extend((value as i32).to_le_bytes());
}
