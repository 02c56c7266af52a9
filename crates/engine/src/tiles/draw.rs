//! A row's shape, in the units of one tile: sieved in metres, cut, simplified, rounded.

use super::clip::{self, At, Frame};
use super::grid::{BUFFER, EXTENT, TileId, Window};
use super::mvt::Shape;
use super::simplify;
use crate::crs::{LonLat, Projected, Territory};
use crate::snapshot::{Bounds, Part, PartRole, Row};

/// From this zoom on, nothing but rounding is lost.
const EXACT_ZOOM: u8 = 15;

/// A tile to draw on.
#[derive(Debug)]
pub(super) struct Canvas {
    id: TileId,
    bounds: Bounds,
    frame: Frame,
    windows: [Frame; Territory::ALL.len()],
    thin_m: f64,
    tolerance: f64,
}

impl Canvas {
    pub(super) fn new(id: TileId) -> Self {
        let bounds = id.bounds(BUFFER);
        let (low, high) = (-f64::from(BUFFER), f64::from(EXTENT) + f64::from(BUFFER));
        let (thin, tolerance) = if id.zoom() >= EXACT_ZOOM {
            (0.0, 0.0)
        } else {
            (3.0, 4.0)
        };
        Self {
            id,
            bounds,
            frame: Frame {
                low: (low, low),
                high: (high, high),
            },
            windows: Territory::ALL.map(|territory| {
                let window = Window::around(bounds, territory);
                Frame {
                    low: (window.west, window.south),
                    high: (window.east, window.north),
                }
            }),
            thin_m: thin * id.metres_per_unit(),
            tolerance,
        }
    }

    /// The box of degrees drawn, margin included.
    pub(super) fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// The zoom drawn.
    pub(super) fn zoom(&self) -> u8 {
        self.id.zoom()
    }

    /// A place of the tile itself, margin excluded, so that one tile only shows it.
    pub(super) fn point(&self, place: LonLat) -> Option<Shape> {
        let (x, y) = self.id.units(place);
        let side = 0.0..f64::from(EXTENT);
        (side.contains(&x) && side.contains(&y)).then(|| Shape::Points(vec![(x as i32, y as i32)]))
    }

    /// The marker of a row.
    pub(super) fn marker(&self, row: &Row<'_>) -> Option<Shape> {
        let part = row.parts().find(|part| part.role == PartRole::Point)?;
        let place = part.places().next()?;
        self.point(place)
    }

    /// The pipes of a row; those too short to be drawn at this zoom give one dash, so that no network disappears.
    pub(super) fn lines(&self, row: &Row<'_>) -> Option<Shape> {
        let mut drawn = Vec::new();
        for part in row.parts().filter(|part| part.role == PartRole::Line) {
            self.line(&part, &mut drawn);
        }
        if drawn.is_empty() {
            drawn.extend(self.dash(row.bounds()?));
        }
        (!drawn.is_empty()).then_some(Shape::Lines(drawn))
    }

    /// The polygons of a row.
    pub(super) fn polygons(&self, row: &Row<'_>) -> Option<Shape> {
        let mut rings = Vec::new();
        let mut has_outer = false;
        for part in row.parts() {
            match part.role {
                PartRole::Outer => {
                    let ring = self.ring(&part, Turn::Clockwise);
                    has_outer = ring.is_some();
                    rings.extend(ring);
                }
                PartRole::Hole if has_outer => rings.extend(self.ring(&part, Turn::Widdershins)),
                _ => {}
            }
        }
        (!rings.is_empty()).then_some(Shape::Rings(rings))
    }

    fn window(&self, territory: Territory) -> &Frame {
        &self.windows[territory as usize]
    }

    fn line(&self, part: &Part<'_>, drawn: &mut Vec<Vec<(i32, i32)>>) {
        let metres = part.projected().map(|at| (at.x, at.y));
        for mut run in clip::runs(metres, self.window(part.territory)) {
            simplify::thin(&mut run, self.thin_m);
            let units = self.units(&run, part.territory);
            for piece in clip::line(&units, &self.frame) {
                let rounded = rounded(&simplify::straighten(&piece, self.tolerance));
                if rounded.len() > 1 {
                    drawn.push(rounded);
                }
            }
        }
    }

    fn ring(&self, part: &Part<'_>, turn: Turn) -> Option<Vec<(i32, i32)>> {
        let mut metres: Vec<At> = part.projected().map(|at| (at.x, at.y)).collect();
        if metres.len() > 1 && metres.first() == metres.last() {
            metres.pop();
        }
        let mut metres = clip::ring(&metres, self.window(part.territory));
        simplify::thin(&mut metres, self.thin_m);
        let units = clip::ring(&self.units(&metres, part.territory), &self.frame);
        let mut ring = rounded(&closed_straightened(&units, self.tolerance));
        if ring.len() > 1 && ring.first() == ring.last() {
            ring.pop();
        }
        let area = twice_area(&ring);
        if ring.len() < 3 || area == 0 {
            return None;
        }
        if (area > 0) != (turn == Turn::Clockwise) {
            ring.reverse();
        }
        Some(ring)
    }

    fn units(&self, metres: &[At], territory: Territory) -> Vec<At> {
        metres
            .iter()
            .map(|(x, y)| {
                let at = Projected {
                    territory,
                    x: *x,
                    y: *y,
                };
                self.id.units(at.to_lonlat())
            })
            .collect()
    }

    /// A dash where something too small to be drawn is.
    fn dash(&self, bounds: Bounds) -> Option<Vec<(i32, i32)>> {
        let place = LonLat {
            lon: f64::midpoint(bounds.west, bounds.east),
            lat: f64::midpoint(bounds.south, bounds.north),
        };
        let at = self.id.units(place);
        let (x, y) = (at.0.round() as i32, at.1.round() as i32);
        self.frame
            .holds(at)
            .then(|| vec![(x - 4, y), (x + 4, y)])
            .filter(|_| self.zoom() < EXACT_ZOOM)
    }
}

/// Which way a ring turns on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Clockwise,
    Widdershins,
}

/// Twice the area of a ring; positive when it turns clockwise on the screen, where y goes down.
fn twice_area(ring: &[(i32, i32)]) -> i64 {
    (0..ring.len())
        .map(|i| {
            let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
            i64::from(a.0) * i64::from(b.1) - i64::from(b.0) * i64::from(a.1)
        })
        .sum()
}

/// A ring straightened from its first position round to it again.
fn closed_straightened(ring: &[At], tolerance: f64) -> Vec<At> {
    let mut closed = ring.to_vec();
    closed.extend(ring.first().copied());
    simplify::straighten(&closed, tolerance)
}

/// Whole units, without repeats.
fn rounded(line: &[At]) -> Vec<(i32, i32)> {
    let mut whole: Vec<(i32, i32)> = line
        .iter()
        .map(|at| (at.0.round() as i32, at.1.round() as i32))
        .collect();
    whole.dedup();
    whole
}
