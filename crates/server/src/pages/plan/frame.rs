//! Which part of the land does a plan show, and where does a position fall on it?

use caloduc_engine::crs::{LonLat, Projected, Territory};
use caloduc_engine::snapshot::Bounds;

/// Width of every plan, in its own units.
pub const WIDTH: f64 = 720.0;
/// Height of every plan.
pub const HEIGHT: f64 = 440.0;

/// A rectangle of the legal projection, drawn north up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frame {
    territory: Territory,
    x: f64,
    y: f64,
    /// Metres for one unit of the drawing.
    pub metres_per_unit: f64,
}

impl Frame {
    /// A frame whose shorter half measures `radius_m` around a place.
    pub fn around(place: LonLat, radius_m: f64) -> Self {
        let centre = Projected::from_lonlat(place);
        Self {
            territory: centre.territory,
            x: centre.x,
            y: centre.y,
            metres_per_unit: radius_m.max(20.0) / (HEIGHT / 2.0),
        }
    }

    /// A frame that holds a box of degrees, with a margin.
    pub fn holding(bounds: Bounds) -> Self {
        let middle = LonLat {
            lon: f64::midpoint(bounds.west, bounds.east),
            lat: f64::midpoint(bounds.south, bounds.north),
        };
        let centre = Projected::from_lonlat(middle);
        let corners = [
            (bounds.west, bounds.south),
            (bounds.west, bounds.north),
            (bounds.east, bounds.south),
            (bounds.east, bounds.north),
        ]
        .map(|(lon, lat)| Projected::in_territory(centre.territory, LonLat { lon, lat }));
        let reach = |of: fn(&Projected) -> f64, middle: f64| {
            corners
                .iter()
                .map(|c| (of(c) - middle).abs())
                .fold(0.0, f64::max)
        };
        let half_width = reach(|p| p.x, centre.x) * 1.08;
        let half_height = reach(|p| p.y, centre.y) * 1.08;
        let scale = (half_width / (WIDTH / 2.0)).max(half_height / (HEIGHT / 2.0));
        Self {
            territory: centre.territory,
            x: centre.x,
            y: centre.y,
            metres_per_unit: scale.max(0.4),
        }
    }

    /// Where a position falls; out of the drawing's territory, nowhere.
    pub fn at(&self, position: Projected) -> Option<(f64, f64)> {
        (position.territory == self.territory).then(|| {
            (
                WIDTH / 2.0 + (position.x - self.x) / self.metres_per_unit,
                HEIGHT / 2.0 - (position.y - self.y) / self.metres_per_unit,
            )
        })
    }

    /// Where a place falls.
    pub fn at_place(&self, place: LonLat) -> (f64, f64) {
        let position = Projected::in_territory(self.territory, place);
        self.at(position).unwrap_or((WIDTH / 2.0, HEIGHT / 2.0))
    }

    /// The box of degrees it shows, with a little more.
    pub fn bounds(&self) -> Bounds {
        let (dx, dy) = (
            WIDTH / 2.0 * self.metres_per_unit,
            HEIGHT / 2.0 * self.metres_per_unit,
        );
        let corner = |sx: f64, sy: f64| {
            Projected {
                territory: self.territory,
                x: self.x + sx * dx,
                y: self.y + sy * dy,
            }
            .to_lonlat()
        };
        let corners = [
            corner(-1.0, -1.0),
            corner(-1.0, 1.0),
            corner(1.0, -1.0),
            corner(1.0, 1.0),
        ];
        let least = |of: fn(&LonLat) -> f64| corners.iter().map(of).fold(f64::INFINITY, f64::min);
        let most =
            |of: fn(&LonLat) -> f64| corners.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
        Bounds {
            west: least(|p| p.lon),
            south: least(|p| p.lat),
            east: most(|p| p.lon),
            north: most(|p| p.lat),
        }
    }

    /// Length of the scale bar: a round number of metres that takes about a fifth of the width.
    pub fn scale_m(&self) -> f64 {
        let wanted = WIDTH / 5.0 * self.metres_per_unit;
        let power = 10_f64.powf(wanted.log10().floor());
        [5.0, 2.0, 1.0]
            .into_iter()
            .map(|digit| digit * power)
            .find(|length| *length <= wanted)
            .unwrap_or(power)
    }
}

/// The path (`M…L…`) of lines or rings, the points that change nothing at this scale left out, and what is far outside
/// the drawing too.
#[derive(Debug, Default)]
pub struct PathWriter {
    /// The `d` attribute so far.
    pub d: String,
}

impl PathWriter {
    /// An empty path.
    pub fn new() -> Self {
        Self { d: String::new() }
    }

    /// Adds a line; segments wholly on one side of the drawing are skipped.
    pub fn line(&mut self, points: impl Iterator<Item = (f64, f64)>) {
        const MARGIN: f64 = 24.0;
        let aside = |a: (f64, f64), b: (f64, f64)| {
            (a.0 < -MARGIN && b.0 < -MARGIN)
                || (a.0 > WIDTH + MARGIN && b.0 > WIDTH + MARGIN)
                || (a.1 < -MARGIN && b.1 < -MARGIN)
                || (a.1 > HEIGHT + MARGIN && b.1 > HEIGHT + MARGIN)
        };
        let mut previous: Option<(f64, f64)> = None;
        let mut is_drawing = false;
        let mut points = points.peekable();
        while let Some(point) = points.next() {
            let Some(from) = previous else {
                previous = Some(point);
                continue;
            };
            let is_last = points.peek().is_none();
            if !is_last && (point.0 - from.0).abs() < 0.8 && (point.1 - from.1).abs() < 0.8 {
                continue;
            }
            if aside(from, point) {
                is_drawing = false;
            } else {
                if !is_drawing {
                    self.push('M', from);
                    is_drawing = true;
                }
                self.push('L', point);
            }
            previous = Some(point);
        }
    }

    /// Adds a closed ring.
    pub fn ring(&mut self, points: impl Iterator<Item = (f64, f64)>) {
        let mut previous: Option<(f64, f64)> = None;
        for point in points {
            match previous {
                None => self.push('M', point),
                Some(from) if (point.0 - from.0).abs() < 0.8 && (point.1 - from.1).abs() < 0.8 => {
                    continue;
                }
                Some(_) => self.push('L', point),
            }
            previous = Some(point);
        }
        if previous.is_some() {
            self.d.push('Z');
        }
    }

    fn push(&mut self, letter: char, (x, y): (f64, f64)) {
        use std::fmt::Write as _;
        let _ = write!(self.d, "{letter}{x:.1} {y:.1}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CENTRE: LonLat = LonLat {
        lon: 2.35,
        lat: 48.85,
    };

    #[test]
    fn the_place_is_in_the_middle_and_north_is_up() {
        let frame = Frame::around(CENTRE, 220.0);
        let (x, y) = frame.at_place(CENTRE);
        assert!((x - WIDTH / 2.0).abs() < 1e-6 && (y - HEIGHT / 2.0).abs() < 1e-6);
        let north = frame.at_place(LonLat {
            lon: 2.35,
            lat: 48.851,
        });
        assert!(north.1 < y - 50.0);
        assert!((frame.metres_per_unit - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_frame_holds_the_box_it_was_made_for() {
        let bounds = Bounds {
            west: 2.3,
            south: 48.8,
            east: 2.4,
            north: 48.9,
        };
        let frame = Frame::holding(bounds);
        for (lon, lat) in [(2.3, 48.8), (2.4, 48.9), (2.3, 48.9), (2.4, 48.8)] {
            let (x, y) = frame.at_place(LonLat { lon, lat });
            assert!((0.0..=WIDTH).contains(&x) && (0.0..=HEIGHT).contains(&y));
        }
        let shown = frame.bounds();
        assert!(shown.west < bounds.west && shown.north > bounds.north);
    }

    #[test]
    fn what_is_outside_is_not_drawn_and_what_crosses_is() {
        let mut path = PathWriter::new();
        path.line([(-500.0, 10.0), (-400.0, 20.0)].into_iter());
        assert!(path.d.is_empty());
        path.line([(-500.0, 10.0), (900.0, 20.0)].into_iter());
        assert_eq!(path.d, "M-500.0 10.0L900.0 20.0");
    }
}
