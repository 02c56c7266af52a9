//! The blocks of an open snapshot as slices: what the rules of eligibility look at.

use super::format::{
    AREA, CLASSIFIED, CLASSIFIED_KNOWN, Directory, HAS_PRIORITY_AREA, Kind, NONE, OPEN, PARIS,
    PartRecord, RowRecord, Span, Text, TreePlace, TreeRole, Untraced, ZONE, tree_index,
};
use crate::crs::{Projected, Territory};
use crate::eligibility::{MatchedNetwork, NetworkTable, Texts};
use crate::network::{KeyKind, Layer};
use crate::proximity::{
    FixedBox, Nearest, Node, Run, Side, Tree, Vertex, closest_on_run, side_of,
    square_distance_to_run,
};
use smallvec::SmallVec;
use zerocopy::little_endian::U32;

/// The place of a row among all rows.
pub(crate) type RowId = u32;

/// Every block, as records.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    texts: &'a [u8],
    pub(super) rows: &'a [RowRecord],
    layers: &'a [Span],
    parts: &'a [PartRecord],
    vertices: &'a [Vertex],
    runs: &'a [Run],
    run_boxes: &'a [FixedBox],
    trees: &'a [TreePlace],
    items: &'a [U32],
    item_runs: &'a [Run],
    nodes: &'a [Node],
    links: &'a [U32],
    untraced: &'a [Untraced],
    keys: &'a [U32],
}

impl<'a> View<'a> {
    pub(super) fn new(directory: &Directory, file: &'a [u8]) -> Self {
        Self {
            texts: directory.block(file, Kind::Texts),
            rows: directory.records(file, Kind::Rows),
            layers: directory.records(file, Kind::Layers),
            parts: directory.records(file, Kind::Parts),
            vertices: directory.records(file, Kind::Vertices),
            runs: directory.records(file, Kind::Runs),
            run_boxes: directory.records(file, Kind::RunBoxes),
            trees: directory.records(file, Kind::Trees),
            items: directory.records(file, Kind::Items),
            item_runs: directory.records(file, Kind::ItemRuns),
            nodes: directory.records(file, Kind::Nodes),
            links: directory.records(file, Kind::Links),
            untraced: directory.records(file, Kind::Untraced),
            keys: directory.records(file, Kind::Keys),
        }
    }

    /// A text; empty when it is not there or not UTF-8.
    #[inline]
    pub(super) fn text(&self, text: Text) -> &'a str {
        let at = text.at.get() as usize;
        self.texts
            .get(at..at.saturating_add(text.length.get() as usize))
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .unwrap_or_default()
    }

    fn optional(&self, text: Text) -> Option<&'a str> {
        Some(self.text(text)).filter(|text| !text.is_empty())
    }

    fn row(&self, row: RowId) -> Option<&'a RowRecord> {
        self.rows.get(row as usize)
    }

    /// Rows of a layer: the first, and how many.
    pub(super) fn layer(&self, layer: Layer) -> std::ops::Range<RowId> {
        let span = self.layers.get(layer as usize);
        let first = span.map_or(0, |span| span.first.get());
        let count = span.map_or(0, |span| span.count.get());
        let end = first.saturating_add(count).min(self.rows.len() as u32);
        first.min(end)..end
    }

    /// The keyed row of this key.
    pub(super) fn find(&self, key: &str) -> Option<RowId> {
        let at = self
            .keys
            .binary_search_by(|row| self.key(row.get()).cmp(key))
            .ok()?;
        Some(self.keys[at].get())
    }

    /// The commune of this code.
    pub(crate) fn commune(&self, code: &str) -> Option<RowId> {
        let range = self.layer(Layer::Communes);
        let rows = self.rows.get(range.start as usize..range.end as usize)?;
        let at = rows
            .binary_search_by(|row| self.text(row.key).cmp(code))
            .ok()?;
        Some(range.start + at as u32)
    }

    fn tree(&self, place: usize) -> Tree<'a> {
        match self.trees.get(place) {
            Some(tree) => Tree::new(tree.items.of(self.items), tree.nodes.of(self.nodes)),
            None => Tree::new(&[], &[]),
        }
    }

    /// The nearest pipe of a tree of runs.
    #[inline]
    fn nearest_run(&self, place: usize, at: Projected, less_than_m2: f64) -> Option<Nearest> {
        let place = self.trees.get(place)?;
        let tree = Tree::new(place.items.of(self.items), place.nodes.of(self.nodes));
        let copies = place.items.of(self.item_runs);
        tree.nearest(at.x, at.y, less_than_m2, |item| {
            let run = match copies.get(item) {
                Some(copy) => copy,
                // A file of before the copies.
                None => self.runs.get(tree.item(item)? as usize)?,
            };
            Some(Nearest {
                square_m2: square_distance_to_run(run.of(self.vertices), at.x, at.y),
                owner: run.row.get(),
            })
        })
    }

    /// The nearest pipe of a role, nearer than `less_than_m2` (square metres); equal distances go to the first row.
    #[inline]
    pub(crate) fn nearest(
        &self,
        role: TreeRole,
        at: Projected,
        less_than_m2: f64,
    ) -> Option<Nearest> {
        self.nearest_run(tree_index(role, at.territory as u8), at, less_than_m2)
    }

    /// How far this row's pipes are, wherever that is, or the area that stands for them; `None` without pipes in the
    /// projection of `at`.
    pub(crate) fn distance_to(&self, row: RowId, at: Projected) -> Option<Nearest> {
        let record = self.row(row)?;
        if record.territory != at.territory as u8 || record.flags & ZONE != 0 {
            return None;
        }
        if self.is_around(row, at) {
            return Some(Nearest {
                square_m2: 0.0,
                owner: row,
            });
        }
        let tree = record.tree.get();
        if tree != NONE {
            return self.nearest_run(tree as usize, at, f64::INFINITY);
        }
        record
            .runs
            .of(self.runs)
            .iter()
            .map(|run| square_distance_to_run(run.of(self.vertices), at.x, at.y))
            .min_by(f64::total_cmp)
            .map(|square_m2| Nearest {
                square_m2,
                owner: row,
            })
    }

    /// Whether this row's polygons stand for pipes, and contain the position.
    fn is_around(&self, row: RowId, at: Projected) -> bool {
        self.has(row, AREA) && self.contains(row, at)
    }

    /// The tree of pipes that this row is in, when its polygons stand for pipes.
    pub(crate) fn role_of_area(&self, row: RowId) -> Option<TreeRole> {
        let record = self.row(row).filter(|record| record.flags & AREA != 0)?;
        let is_open = record.flags & OPEN != 0;
        let (open, closed) = if record.layer == Layer::Heat as u8 {
            (TreeRole::HeatOpen, TreeRole::HeatClosed)
        } else if record.layer == Layer::Cold as u8 {
            (TreeRole::ColdOpen, TreeRole::ColdClosed)
        } else {
            (TreeRole::ProjectOpen, TreeRole::ProjectClosed)
        };
        Some(if is_open { open } else { closed })
    }

    /// The position of this row's pipes that is nearest, in their projection; the position itself inside the area that
    /// stands for them.
    pub(super) fn foot(&self, row: RowId, at: Projected) -> Option<(Projected, f64)> {
        let record = self.row(row)?;
        if record.flags & ZONE != 0 || record.territory != at.territory as u8 {
            return None;
        }
        if self.is_around(row, at) {
            return Some((at, 0.0));
        }
        record
            .runs
            .of(self.runs)
            .iter()
            .filter_map(|run| closest_on_run(run.of(self.vertices), at.x, at.y))
            .min_by(|a, b| a.square_m2.total_cmp(&b.square_m2))
            .map(|closest| {
                let foot = Projected {
                    territory: at.territory,
                    x: closest.x,
                    y: closest.y,
                };
                (foot, closest.square_m2.sqrt())
            })
    }

    /// Calls `found` with each polygon of a role that contains the position, boundary included.
    #[inline]
    pub(crate) fn containing(&self, role: TreeRole, at: Projected, mut found: impl FnMut(RowId)) {
        let window = FixedBox::around([(at.x, at.y)]);
        self.tree(tree_index(role, at.territory as u8))
            .meeting(&window, |row| {
                if self.contains(row, at) {
                    found(row);
                }
            });
    }

    /// The first row of a role whose polygons contain the position, boundary included.
    #[inline]
    pub(crate) fn first_containing(&self, role: TreeRole, at: Projected) -> Option<RowId> {
        let window = FixedBox::around([(at.x, at.y)]);
        let mut rows: SmallVec<[RowId; 8]> = SmallVec::new();
        self.tree(tree_index(role, at.territory as u8))
            .meeting(&window, |row| rows.push(row));
        rows.sort_unstable();
        rows.into_iter().find(|row| self.contains(*row, at))
    }

    /// Whether this row's polygons contain the position, boundary included.
    pub(crate) fn contains(&self, row: RowId, at: Projected) -> bool {
        let Some(record) = self.row(row) else {
            return false;
        };
        record.territory == at.territory as u8
            && side_of(
                record.runs.of(self.runs),
                record.runs.of(self.run_boxes),
                self.vertices,
                at.x,
                at.y,
            ) != Side::Outside
    }

    /// Rows of a layer whose pipes, or whose box for polygons and markers, meet a window of one territory.
    pub(super) fn rows_meeting(
        &self,
        role: TreeRole,
        territory: Territory,
        window: &FixedBox,
        found: &mut Vec<RowId>,
    ) {
        let whole = matches!(
            role,
            TreeRole::ProjectZones
                | TreeRole::PriorityAreas
                | TreeRole::Communes
                | TreeRole::Markers
        );
        self.tree(tree_index(role, territory as u8))
            .meeting(window, |item| {
                let row = if whole {
                    Some(item)
                } else {
                    self.runs.get(item as usize).map(|run| run.row.get())
                };
                found.extend(row);
            });
    }

    /// An untraced heat (or cold) network that serves the commune, an open one if there is, then the smallest key.
    pub(crate) fn untraced(&self, code: &str, cold: bool) -> Option<RowId> {
        let code: [u8; 5] = code.as_bytes().try_into().ok()?;
        let first = self.untraced.partition_point(|served| served.code < code);
        self.untraced[first..]
            .iter()
            .take_while(|served| served.code == code)
            .find(|served| (served.order >= 2) == cold)
            .map(|served| served.row.get())
            .filter(|row| (*row as usize) < self.rows.len())
    }

    /// Heat networks and projects that a priority area is linked to.
    pub(crate) fn links(&self, area: RowId) -> &'a [U32] {
        self.row(area)
            .map(|record| record.link_rows.of(self.links))
            .unwrap_or_default()
    }

    pub(crate) fn link_keys(&self, area: RowId) -> Texts<'a> {
        Texts::from_joined(self.row(area).map_or("", |record| self.text(record.links)))
    }

    pub(crate) fn key(&self, row: RowId) -> &'a str {
        self.row(row).map_or("", |record| self.text(record.key))
    }

    pub(crate) fn id(&self, row: RowId) -> Option<&'a str> {
        self.row(row).and_then(|record| self.optional(record.id))
    }

    pub(crate) fn name(&self, row: RowId) -> Option<&'a str> {
        self.row(row).and_then(|record| self.optional(record.name))
    }

    pub(crate) fn is_open(&self, row: RowId) -> bool {
        self.has(row, OPEN)
    }

    /// Whether the thresholds of Paris apply next to this network.
    pub(crate) fn is_paris(&self, row: RowId) -> bool {
        self.has(row, PARIS)
    }

    /// Whether it is a project, trace or zone.
    pub(crate) fn is_project(&self, row: RowId) -> bool {
        self.row(row)
            .is_some_and(|record| record.layer == Layer::Projects as u8)
    }

    fn has(&self, row: RowId, flag: u8) -> bool {
        self.row(row).is_some_and(|record| record.flags & flag != 0)
    }

    /// What an answer says of its network. Rates and contents are those of networks in service only.
    pub(crate) fn matched(&self, row: RowId) -> Option<MatchedNetwork<'a>> {
        let record = self.row(row)?;
        let key = self.text(record.key);
        let table = match key_kind(key) {
            KeyKind::Cold => NetworkTable::Cold,
            KeyKind::Project => NetworkTable::Project,
            KeyKind::Heat | KeyKind::PriorityArea => NetworkTable::Heat,
        };
        let in_service = table != NetworkTable::Project;
        let number = |value: f64| Some(value).filter(|v| in_service && v.is_finite());
        Some(MatchedNetwork {
            key,
            table,
            id: self.optional(record.id),
            name: self.optional(record.name),
            operator: self.optional(record.operator),
            owner: self.optional(record.owner),
            communes: Texts::from_joined(self.text(record.communes)),
            renewable_rate_pct: number(record.renewable_rate_pct.get()),
            co2_direct_kg_per_kwh: number(record.co2_direct_kg_per_kwh.get()),
            co2_lca_kg_per_kwh: number(record.co2_lca_kg_per_kwh.get()),
            classified: (in_service && record.flags & CLASSIFIED_KNOWN != 0)
                .then_some(record.flags & CLASSIFIED != 0),
            has_priority_area: record.flags & HAS_PRIORITY_AREA != 0,
            open_to_connections: record.flags & OPEN != 0,
            trace_is_area: record.flags & AREA != 0,
        })
    }

    pub(super) fn parts_of(&self, record: &RowRecord) -> &'a [PartRecord] {
        record.parts.of(self.parts)
    }

    pub(super) fn vertices_of(&self, part: &PartRecord) -> &'a [Vertex] {
        part.vertices.of(self.vertices)
    }
}

fn key_kind(key: &str) -> KeyKind {
    match key.split_once(':').map(|(prefix, _)| prefix) {
        Some("cold") => KeyKind::Cold,
        Some("project") => KeyKind::Project,
        Some("priority-area") => KeyKind::PriorityArea,
        _ => KeyKind::Heat,
    }
}
