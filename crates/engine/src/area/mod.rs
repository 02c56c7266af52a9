//! Which area stands for pipes whose line its operator does not want published? The cells of a coarse grid that lie about
//! so many metres around, whatever the line does inside them; and an edition with its lines replaced so.
//!
//! The outline depends on the line only through which nodes of a fixed grid are near it: its corners are on multiples of
//! the grid, none of them is a position of the line or parallel to it, and each edition of one line gives the same area.
//! A corridor still tells where pipes are within some tens of metres: that is what it is for.

use crate::crs::Planar;
use crate::network::{Edition, Identified, Key, Network, NetworkShape, Project, ProjectShape};
use geo::{Contains, Coord, Line, LineString, MultiLineString, MultiPolygon, Point, Polygon};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Rows whose line is replaced by an area, and about how many metres wide on each side.
pub type Areas = BTreeMap<Key, u32>;

/// What may be asked for: less would tell the street, more would say nothing.
pub const METRES: std::ops::RangeInclusive<u32> = 30..=500;

/// Side of a cell, as a share of the metres asked: under 1/√2, so that a cell the line passes through has its four nodes
/// within reach and is wholly in the area.
const CELL: f64 = 0.7;
/// Longer segments are looked at in pieces, in cells.
const PIECE_CELLS: f64 = 16.0;
/// Share of a line inside the area of a vanished row that makes it the same pipes.
const SAME_PIPES: f64 = 0.5;

type Node = (i64, i64);

/// The area about `metres` around these lines.
pub fn around(lines: &Planar<MultiLineString<f64>>, metres: u32) -> Planar<MultiPolygon<f64>> {
    let reach_m = f64::from(metres);
    let cell_m = reach_m * CELL;
    let mut nodes = HashSet::new();
    for line in &lines.shape.0 {
        match line.0.as_slice() {
            [only] => mark(*only, *only, cell_m, reach_m, &mut nodes),
            many => {
                for pair in many.windows(2) {
                    mark(pair[0], pair[1], cell_m, reach_m, &mut nodes);
                }
            }
        }
    }
    Planar {
        territory: lines.territory,
        shape: polygons(rings(&nodes), cell_m),
    }
}

/// Adds the nodes within reach of a segment.
fn mark(a: Coord<f64>, b: Coord<f64>, cell_m: f64, reach_m: f64, nodes: &mut HashSet<Node>) {
    let pieces = ((b.x - a.x).hypot(b.y - a.y) / (cell_m * PIECE_CELLS)).ceil();
    let pieces = if pieces.is_finite() {
        pieces.max(1.0)
    } else {
        return;
    };
    let at = |share: f64| a + (b - a) * share;
    for piece in 0..pieces as u64 {
        let from = at(piece as f64 / pieces);
        let to = at((piece + 1) as f64 / pieces);
        let segment = Line::new(from, to);
        let first = |low: f64| ((low - reach_m) / cell_m).ceil() as i64;
        let last = |high: f64| ((high + reach_m) / cell_m).floor() as i64;
        for i in first(from.x.min(to.x))..=last(from.x.max(to.x)) {
            for j in first(from.y.min(to.y))..=last(from.y.max(to.y)) {
                let node = Coord {
                    x: i as f64 * cell_m,
                    y: j as f64 * cell_m,
                };
                if distance_m(segment, node) <= reach_m {
                    nodes.insert((i, j));
                }
            }
        }
    }
}

fn distance_m(segment: Line<f64>, at: Coord<f64>) -> f64 {
    let along = segment.delta();
    let length2 = along.x * along.x + along.y * along.y;
    let from = at - segment.start;
    let share = if length2 > 0.0 {
        ((from.x * along.x + from.y * along.y) / length2).clamp(0.0, 1.0)
    } else {
        0.0
    };
    (from.x - along.x * share).hypot(from.y - along.y * share)
}

/// The boundary of a set of nodes, as rings through the middles of the grid's edges, in half cells; the set is on the left.
/// Rings never touch: each middle is on one of them, once.
fn rings(nodes: &HashSet<Node>) -> Vec<Vec<Node>> {
    let cells: BTreeSet<Node> = nodes
        .iter()
        .flat_map(|(i, j)| [(*i, *j), (i - 1, *j), (*i, j - 1), (i - 1, j - 1)])
        .collect();
    let mut next: BTreeMap<Node, Node> = BTreeMap::new();
    for (i, j) in cells {
        // Corners and the edges between them, widdershins from the lower left.
        let inside =
            [(i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1)].map(|node| nodes.contains(&node));
        let middles = [
            (2 * i + 1, 2 * j),
            (2 * i + 2, 2 * j + 1),
            (2 * i + 1, 2 * j + 2),
            (2 * i, 2 * j + 1),
        ];
        for leaving in 0..4 {
            if !inside[leaving] || inside[(leaving + 1) % 4] {
                continue;
            }
            // Of two opposite corners inside, what lies between them is inside too.
            let entering = (1..4)
                .map(|step| (leaving + step) % 4)
                .find(|edge| !inside[*edge] && inside[(edge + 1) % 4]);
            if let Some(entering) = entering {
                next.insert(middles[leaving], middles[entering]);
            }
        }
    }
    let mut rings = Vec::new();
    while let Some((start, mut at)) = next.pop_first() {
        let mut ring = vec![start];
        while at != start {
            ring.push(at);
            match next.remove(&at) {
                Some(to) => at = to,
                None => break,
            }
        }
        rings.push(straightened(&ring));
    }
    rings
}

/// Without the positions in the middle of straight sides.
fn straightened(ring: &[Node]) -> Vec<Node> {
    let count = ring.len();
    (0..count)
        .filter(|at| {
            let (before, here, after) = (
                ring[(at + count - 1) % count],
                ring[*at],
                ring[(at + 1) % count],
            );
            let (ax, ay) = (here.0 - before.0, here.1 - before.1);
            let (bx, by) = (after.0 - here.0, after.1 - here.1);
            ax * by != ay * bx
        })
        .map(|at| ring[at])
        .collect()
}

/// Rings to polygons: those that turn widdershins are outer ones, the others holes of the smallest one around them.
fn polygons(rings: Vec<Vec<Node>>, cell_m: f64) -> MultiPolygon<f64> {
    let half_m = cell_m / 2.0;
    let (mut outer, mut holes) = (Vec::new(), Vec::new());
    for ring in rings {
        let twice_area = twice_area(&ring);
        let mut line: Vec<Coord<f64>> = ring
            .iter()
            .map(|(i, j)| Coord {
                x: *i as f64 * half_m,
                y: *j as f64 * half_m,
            })
            .collect();
        line.extend(line.first().copied());
        if twice_area > 0 {
            let polygon = Polygon::new(LineString(line), Vec::new());
            outer.push((twice_area, polygon, Vec::new()));
        } else {
            holes.push(LineString(line));
        }
    }
    for hole in holes {
        let within = hole.0.first().copied().map(Point);
        let around = outer
            .iter_mut()
            .filter(|(_, polygon, _)| within.is_some_and(|at| polygon.contains(&at)))
            .min_by_key(|(area, _, _)| *area);
        if let Some((_, _, own)) = around {
            own.push(hole);
        }
    }
    outer
        .into_iter()
        .map(|(_, polygon, holes)| Polygon::new(polygon.exterior().clone(), holes))
        .collect()
}

fn twice_area(ring: &[Node]) -> i64 {
    (0..ring.len())
        .map(|at| {
            let (a, b) = (ring[at], ring[(at + 1) % ring.len()]);
            a.0 * b.1 - b.0 * a.1
        })
        .sum()
}

/// The edition as it may be published: lines of these rows replaced by areas.
pub fn published<'e>(edition: &'e Edition, areas: &Areas) -> Cow<'e, Edition> {
    if !concerns(edition, areas) {
        return Cow::Borrowed(edition);
    }
    let mut published = edition.clone();
    for network in &mut published.networks {
        if let (Some(metres), Some(NetworkShape::Trace(trace))) =
            (areas.get(&network.key), &network.row.shape)
        {
            network.row.shape = Some(NetworkShape::Area(around(trace, *metres)));
        }
    }
    for project in &mut published.projects {
        if let (Some(metres), Some(ProjectShape::Trace(trace))) =
            (areas.get(&project.key), &project.row.shape)
        {
            project.row.shape = Some(ProjectShape::Area(around(trace, *metres)));
        }
    }
    Cow::Owned(published)
}

/// Whether a line of the edition is to be replaced.
pub fn concerns(edition: &Edition, areas: &Areas) -> bool {
    !areas.is_empty() && lines(edition).any(|(key, _)| areas.contains_key(key))
}

/// Rows of the new edition that are the pipes of a row of the old one that is gone and whose line was not published: what
/// was asked for it holds for them. A network that gets its national identifier, or a project that comes into service,
/// changes its key.
pub fn successors(old: &Edition, new: &Edition, areas: &Areas) -> Areas {
    let keys: HashSet<&Key> = lines(new).map(|(key, _)| key).collect();
    let former: HashSet<&Key> = lines(old).map(|(key, _)| key).collect();
    let mut found = Areas::new();
    for (gone, trace) in lines(old).filter(|(key, _)| !keys.contains(key)) {
        let Some(metres) = areas.get(gone) else {
            continue;
        };
        let area = around(trace, *metres);
        for (key, line) in lines(new).filter(|(key, _)| !former.contains(key)) {
            if line.territory == area.territory
                && share_inside(&line.shape, &area.shape) > SAME_PIPES
            {
                found.insert(key.clone(), *metres);
            }
        }
    }
    found
}

fn share_inside(line: &MultiLineString<f64>, area: &MultiPolygon<f64>) -> f64 {
    let positions = || line.0.iter().flat_map(|line| line.0.iter());
    let inside = positions().filter(|at| area.contains(*at)).count();
    inside as f64 / positions().count().max(1) as f64
}

/// Every line of pipes of an edition.
fn lines(edition: &Edition) -> impl Iterator<Item = (&Key, &Planar<MultiLineString<f64>>)> {
    let networks = edition
        .networks
        .iter()
        .filter_map(|row: &Identified<Network>| Some((&row.key, row.row.trace()?)));
    let projects = edition
        .projects
        .iter()
        .filter_map(|row: &Identified<Project>| match &row.row.shape {
            Some(ProjectShape::Trace(trace)) => Some((&row.key, trace)),
            _ => None,
        });
    networks.chain(projects)
}

#[cfg(test)]
mod tests;
