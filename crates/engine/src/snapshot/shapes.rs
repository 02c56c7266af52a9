//! Shapes to vertices, runs and trees.

use super::SnapshotError;
use super::format::{
    AREA, HOLE, LINE, NONE, OPEN, OUTER, POINT, PartRecord, RowRecord, Span, TREES, TreePlace,
    TreeRole, ZONE, tree_index,
};
use crate::crs::{Planar, Projected, Territory};
use crate::network::Layer;
use crate::proximity::{FixedBox, Node, RUN_SEGMENTS, Run, TreeBuilder, Vertex};
use geo::{LineString, MultiLineString, MultiPolygon, Point};
use rayon::prelude::*;
use zerocopy::little_endian::U32;

/// A row with more runs than this has a tree of its own, for the questions about one network.
const RUNS_WITHOUT_TREE: usize = 32;

/// Everything geometric of a snapshot, while it is being made.
#[derive(Default)]
pub(super) struct Shapes {
    parts: Vec<PartRecord>,
    vertices: Vec<Vertex>,
    runs: Vec<Run>,
    run_boxes: Vec<FixedBox>,
    trees: Vec<TreeBuilder>,
    /// Rows that have a tree of their own.
    own: Vec<u32>,
    current: Current,
}

/// The row at hand.
#[derive(Default)]
struct Current {
    label: String,
    territory: Territory,
    first_part: usize,
    first_run: usize,
    first_vertex: usize,
}

/// The finished arrays.
pub(super) struct Packed {
    pub(super) parts: Vec<PartRecord>,
    pub(super) vertices: Vec<Vertex>,
    pub(super) runs: Vec<Run>,
    pub(super) run_boxes: Vec<FixedBox>,
    pub(super) trees: Vec<TreePlace>,
    pub(super) items: Vec<U32>,
    pub(super) item_runs: Vec<Run>,
    pub(super) nodes: Vec<Node>,
}

impl Shapes {
    /// Starts a row; `label` names it in errors.
    pub(super) fn begin(&mut self, label: &str) {
        self.trees.resize_with(TREES, TreeBuilder::default);
        self.current = Current {
            label: label.to_owned(),
            territory: Territory::default(),
            first_part: self.parts.len(),
            first_run: self.runs.len(),
            first_vertex: self.vertices.len(),
        };
    }

    pub(super) fn lines(
        &mut self,
        lines: &Planar<MultiLineString<f64>>,
    ) -> Result<(), SnapshotError> {
        self.current.territory = lines.territory;
        for line in &lines.shape.0 {
            self.part(line, LINE)?;
        }
        Ok(())
    }

    pub(super) fn area(&mut self, area: &Planar<MultiPolygon<f64>>) -> Result<(), SnapshotError> {
        self.current.territory = area.territory;
        for polygon in &area.shape.0 {
            self.part(polygon.exterior(), OUTER)?;
            for hole in polygon.interiors() {
                self.part(hole, HOLE)?;
            }
        }
        Ok(())
    }

    pub(super) fn marker(&mut self, marker: &Planar<Point<f64>>) -> Result<(), SnapshotError> {
        self.current.territory = marker.territory;
        self.part(&LineString(vec![marker.shape.0]), POINT)
    }

    fn part(&mut self, line: &LineString<f64>, role: u32) -> Result<(), SnapshotError> {
        let first = self.vertices.len();
        for position in &line.0 {
            if !(position.x.is_finite() && position.y.is_finite()) {
                return Err(SnapshotError::ImpossibleCoordinate(
                    self.current.label.clone(),
                ));
            }
            self.vertices.push(Vertex::new(position.x, position.y));
        }
        self.parts.push(PartRecord {
            vertices: Span::new(first, line.0.len())?,
            role: role.into(),
        });
        if role == POINT {
            return Ok(());
        }
        let mut at = 0;
        while at < line.0.len() {
            let count = (RUN_SEGMENTS + 1).min(line.0.len() - at);
            // The last position of a run is the first of the next; one alone is a run only when it is the whole line.
            if count > 1 || line.0.len() == 1 {
                let positions = &line.0[at..at + count];
                self.runs.push(Run {
                    first: ((first + at) as u32).into(),
                    vertices: (count as u32).into(),
                    row: NONE.into(),
                });
                self.run_boxes
                    .push(FixedBox::around(positions.iter().map(|p| (p.x, p.y))));
            }
            at += RUN_SEGMENTS;
        }
        Ok(())
    }

    /// Ends the row: its place becomes `row`, its shape is entered in the trees and in `record`.
    pub(super) fn end(
        &mut self,
        record: &mut RowRecord,
        layer: Layer,
        row: u32,
    ) -> Result<(), SnapshotError> {
        let current = std::mem::take(&mut self.current);
        record.parts = Span::new(current.first_part, self.parts.len() - current.first_part)?;
        record.runs = Span::new(current.first_run, self.runs.len() - current.first_run)?;
        record.territory = current.territory as u8;
        let territory = current.territory as u8;
        let open = record.flags & OPEN != 0;
        let pipes = |when_open, when_closed| Some(if open { when_open } else { when_closed });
        let pipes = match layer {
            Layer::Heat => pipes(TreeRole::HeatOpen, TreeRole::HeatClosed),
            Layer::Cold => pipes(TreeRole::ColdOpen, TreeRole::ColdClosed),
            Layer::Projects if record.flags & ZONE == 0 => {
                pipes(TreeRole::ProjectOpen, TreeRole::ProjectClosed)
            }
            _ => None,
        };
        let whole = match layer {
            Layer::Heat | Layer::Cold | Layer::Projects if record.flags & (ZONE | AREA) != 0 => {
                Some(TreeRole::ProjectZones)
            }
            Layer::PriorityAreas => Some(TreeRole::PriorityAreas),
            Layer::Communes => Some(TreeRole::Communes),
            Layer::HeatUntraced | Layer::ColdUntraced => Some(TreeRole::Markers),
            _ => None,
        };
        for run in current.first_run..self.runs.len() {
            self.runs[run].row = row.into();
            if let Some(role) = pipes {
                self.trees[tree_index(role, territory)].push(run as u32, self.run_boxes[run]);
            }
        }
        if let Some(role) = whole.filter(|_| self.vertices.len() > current.first_vertex) {
            let vertices = &self.vertices[current.first_vertex..];
            let bounds = FixedBox::around(vertices.iter().map(|v| (v.x.get(), v.y.get())));
            self.trees[tree_index(role, territory)].push(row, bounds);
        }
        if pipes.is_some() && self.runs.len() - current.first_run > RUNS_WITHOUT_TREE {
            self.own.push(row);
        }
        Ok(())
    }

    /// Packs the trees; gives their place to the rows that have their own.
    pub(super) fn finish(mut self, rows: &mut [RowRecord]) -> Result<Packed, SnapshotError> {
        self.trees.resize_with(TREES, TreeBuilder::default);
        let mut packed = Packed {
            parts: self.parts,
            vertices: self.vertices,
            runs: self.runs,
            run_boxes: self.run_boxes,
            trees: Vec::new(),
            items: Vec::new(),
            item_runs: Vec::new(),
            nodes: Vec::new(),
        };
        rows.par_iter_mut().for_each(|row| {
            let parts = row.parts.of(&packed.parts);
            set_bounds(row, parts, &packed.vertices);
        });
        for tree in self.trees {
            packed.enter(tree)?;
        }
        for row in self.own {
            let record = &mut rows[row as usize];
            let mut tree = TreeBuilder::default();
            let first = record.runs.first.get();
            for run in first..first + record.runs.count.get() {
                tree.push(run, packed.run_boxes[run as usize]);
            }
            record.tree = (packed.trees.len() as u32).into();
            packed.enter(tree)?;
        }
        Ok(packed)
    }
}

impl Packed {
    fn enter(&mut self, tree: TreeBuilder) -> Result<(), SnapshotError> {
        let (items, nodes) = tree.finish();
        self.trees.push(TreePlace {
            items: Span::new(self.items.len(), items.len())?,
            nodes: Span::new(self.nodes.len(), nodes.len())?,
        });
        // Trees of whole polygons hold places of rows: what is copied for them is not looked at.
        self.item_runs.extend(items.iter().map(|run| {
            self.runs.get(run.get() as usize).copied().unwrap_or(Run {
                first: 0.into(),
                vertices: 0.into(),
                row: NONE.into(),
            })
        }));
        self.items.extend(items);
        self.nodes.extend(nodes);
        Ok(())
    }
}

/// The smallest box of degrees around the row's shape.
fn set_bounds(record: &mut RowRecord, parts: &[PartRecord], vertices: &[Vertex]) {
    let territory = Territory::from_code(record.territory).unwrap_or_default();
    let places = parts
        .iter()
        .flat_map(|part| part.vertices.of(vertices))
        .map(|vertex| {
            Projected {
                territory,
                x: vertex.x.get(),
                y: vertex.y.get(),
            }
            .to_lonlat()
        });
    let none = (f64::INFINITY, f64::INFINITY, -f64::INFINITY, -f64::INFINITY);
    let (west, south, east, north) = places.fold(none, |(west, south, east, north), place| {
        (
            west.min(place.lon),
            south.min(place.lat),
            east.max(place.lon),
            north.max(place.lat),
        )
    });
    if west <= east && south <= north {
        record.west = west.into();
        record.south = south.into();
        record.east = east.into();
        record.north = north.into();
    }
}
