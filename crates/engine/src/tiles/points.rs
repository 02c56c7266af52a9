//! Where are a million rows on the map? Kept sorted along a curve that never leaves a square before it has filled it
//! (Morton's), so that a tile, or a cell of one, is one run of them; what is too dense to be drawn row by row is gathered
//! cell by cell and counted.

use super::grid::{EXTENT, Mercator, TileId};
use super::mvt::{LayerWriter, Shape, Value};
use crate::crs::LonLat;
use crate::eligibility::VerdictType;

/// Rows drawn one by one in a tile; with more, those of a cell are one point.
const ONE_BY_ONE: usize = 8_000;
/// A tile is gathered in 2⁴ × 2⁴ cells: 32 pixels each, so that their points do not hide each other.
const CELL_ZOOM: u8 = 4;
/// Kinds counted: every verdict, and none.
const KINDS: usize = VerdictType::ALL.len() + 1;

/// A row on the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot {
    code: u64,
    /// Its index in the file.
    pub row: u32,
    kind: u8,
    /// Whatever the caller filters by.
    pub marks: u8,
}

impl Spot {
    /// A row at a code that [`code`] gave, with its verdict's rank in [`VerdictType::ALL`]; any other rank is none.
    pub fn new(code: u64, row: u32, kind: u8, marks: u8) -> Self {
        Self {
            code,
            row,
            kind: kind.min(VerdictType::ALL.len() as u8),
            marks,
        }
    }

    /// Where it is, in units from the tile's corner.
    fn units(&self, id: TileId) -> (u64, u64) {
        let below = 32 - u32::from(id.zoom());
        let along = |at: u64| ((at & ((1 << below) - 1)) * u64::from(EXTENT)) >> below;
        (
            along(every_other(self.code)),
            along(every_other(self.code >> 1)),
        )
    }
}

/// A place as a number: both coordinates on the web's square, 32 bits each (a centimetre), interleaved.
pub fn code(place: LonLat) -> u64 {
    const SIDE: f64 = 4_294_967_296.0;
    let at = Mercator::of(place);
    let figures = |part: f64| spread(((part * SIDE).clamp(0.0, SIDE - 1.0)) as u32);
    figures(at.x) | figures(at.y) << 1
}

/// The bits of a number, each followed by a free one.
fn spread(number: u32) -> u64 {
    let mut bits = u64::from(number);
    for (shift, mask) in [
        (16, 0x0000_ffff_0000_ffff),
        (8, 0x00ff_00ff_00ff_00ff),
        (4, 0x0f0f_0f0f_0f0f_0f0f),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ] {
        bits = (bits | bits << shift) & mask;
    }
    bits
}

/// What [`spread`] spread.
fn every_other(bits: u64) -> u64 {
    let mut bits = bits & 0x5555_5555_5555_5555;
    for (shift, mask) in [
        (1, 0x3333_3333_3333_3333),
        (2, 0x0f0f_0f0f_0f0f_0f0f),
        (4, 0x00ff_00ff_00ff_00ff),
        (8, 0x0000_ffff_0000_ffff),
        (16, 0x0000_0000_ffff_ffff),
    ] {
        bits = (bits | bits >> shift) & mask;
    }
    bits
}

/// The rows of a file that have a place.
#[derive(Debug, Clone, Default)]
pub struct Spots(Vec<Spot>);

impl Spots {
    /// Puts them in order.
    pub fn new(mut spots: Vec<Spot>) -> Self {
        spots.sort_unstable();
        Self(spots)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many are wanted.
    pub fn count(&self, wanted: impl Fn(&Spot) -> bool) -> usize {
        self.0.iter().filter(|spot| wanted(spot)).count()
    }

    /// The smallest box, in degrees (west, south, east, north), that holds those wanted; `None` when there is none.
    pub fn bounds(&self, wanted: impl Fn(&Spot) -> bool) -> Option<[f64; 4]> {
        let mut corners: Option<[u64; 4]> = None;
        for spot in self.0.iter().filter(|spot| wanted(spot)) {
            let (x, y) = (every_other(spot.code), every_other(spot.code >> 1));
            let [west, north, east, south] = corners.unwrap_or([x, y, x, y]);
            corners = Some([west.min(x), north.min(y), east.max(x), south.max(y)]);
        }
        corners.map(|[west, north, east, south]| {
            let degrees =
                |x, y| Mercator::place(x as f64 / 2f64.powi(32), y as f64 / 2f64.powi(32));
            let (low, high) = (degrees(west, south), degrees(east, north));
            [low.lon, low.lat, high.lon, high.lat]
        })
    }

    /// The rows of a tile, wanted or not.
    fn within(&self, id: TileId) -> &[Spot] {
        let below = 64 - 2 * u32::from(id.zoom());
        if below == 64 {
            return &self.0;
        }
        let square = spread(id.x()) | spread(id.y()) << 1;
        let start = self.0.partition_point(|spot| spot.code >> below < square);
        let end = self.0.partition_point(|spot| spot.code >> below <= square);
        &self.0[start..end]
    }

    /// The tile, layer `points`: a point a row (`row`, `type` unless it has no verdict, `n` 1), or a point for those of
    /// a cell (`type` of most of them, `n` how many). No bytes when it shows nothing.
    pub fn tile(&self, id: TileId, wanted: impl Fn(&Spot) -> bool) -> Vec<u8> {
        let here = self.within(id);
        let shown = here.iter().filter(|spot| wanted(spot));
        let mut out = LayerWriter::new("points", EXTENT);
        if shown.clone().take(ONE_BY_ONE + 1).count() <= ONE_BY_ONE {
            for spot in shown {
                draw(&mut out, std::iter::once(spot), id);
            }
        } else {
            let below = 64 - 2 * u32::from(id.zoom() + CELL_ZOOM);
            for cell in here.chunk_by(|a, b| a.code >> below == b.code >> below) {
                draw(&mut out, cell.iter().filter(|spot| wanted(spot)), id);
            }
        }
        out.finish()
    }
}

/// Draws one point for some rows, amid them.
fn draw<'a>(out: &mut LayerWriter, spots: impl Iterator<Item = &'a Spot>, id: TileId) {
    let (mut count, mut x, mut y) = (0, 0, 0);
    let mut kinds = [0_u64; KINDS];
    let mut last = None;
    for spot in spots {
        let at = spot.units(id);
        (count, x, y) = (count + 1, x + at.0, y + at.1);
        kinds[usize::from(spot.kind)] += 1;
        last = Some(spot.row);
    }
    let Some(row) = last else {
        return;
    };
    // Of kinds that are as many, the first of the rules.
    let most = (0..KINDS).rev().max_by_key(|kind| kinds[*kind]);
    let kind = most.and_then(|kind| VerdictType::ALL.get(kind));
    let mut properties = vec![("n", Value::Whole(count as i64))];
    if count == 1 {
        properties.push(("row", Value::Whole(i64::from(row))));
    }
    properties.extend(kind.map(|kind| ("type", Value::Text(kind.as_str()))));
    let at = ((x / count) as i32, (y / count) as i32);
    out.add(&Shape::Points(vec![at]), &properties);
}
