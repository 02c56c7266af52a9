//! An edition to bytes. Equal editions and stamps give equal bytes.

use super::format::{
    ALIGNMENT, AREA, CLASSIFIED, CLASSIFIED_KNOWN, ENTRY_BYTES, Entry, HAS_PRIORITY_AREA,
    HEADER_BYTES, Header, Kind, MAGIC, NONE, OPEN, PARIS, ROW_LAYERS, RowRecord, Span, Text,
    Untraced, VERSION, WITHOUT_AREAS, ZONE,
};
use super::shapes::Shapes;
use super::{SnapshotError, Stamp};
use crate::eligibility::Texts;
use crate::network::{
    Edition, Figures, InseeCode, Key, KeyKind, Layer, Network, NetworkShape, PriorityArea, Project,
    ProjectShape,
};
use crate::release::figures_history;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use zerocopy::IntoBytes;
use zerocopy::little_endian::U32;

/// SNCU ids of the networks near which the thresholds of Paris apply.
const PARIS_IDS: [&str; 2] = ["7501C", "7511C"];

/// The snapshot of `edition`, stamped. Fails when two rows have one key, when a coordinate is not a finite number, or
/// when there are more than 2³² vertices or bytes of text.
pub fn build(edition: &Edition, stamp: &Stamp) -> Result<Vec<u8>, SnapshotError> {
    let mut sorted;
    let edition = if is_sorted(edition) {
        edition
    } else {
        sorted = edition.clone();
        sorted.sort();
        &sorted
    };
    let mut building = Building::default();
    building.layer_rows(edition)?;
    building.link(edition)?;
    building.finish(stamp)
}

fn is_sorted(edition: &Edition) -> bool {
    fn by_key<T>(rows: &[crate::network::Identified<T>]) -> bool {
        rows.is_sorted_by(|a, b| (&a.key, &a.source) <= (&b.key, &b.source))
    }
    by_key(&edition.networks)
        && by_key(&edition.projects)
        && by_key(&edition.priority_areas)
        && edition
            .communes
            .is_sorted_by(|a, b| (&a.row.code, &a.source) <= (&b.row.code, &b.source))
}

/// What is kept as JSON for each row: what sheets and exports show.
#[derive(Serialize)]
pub(super) struct Attributes<'a, T> {
    pub(super) source: &'a str,
    pub(super) row: &'a T,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) figures_by_year: BTreeMap<u16, Figures>,
}

#[derive(Default)]
struct Building<'a> {
    texts: Vec<u8>,
    known_texts: HashMap<String, Text>,
    rows: Vec<RowRecord>,
    layers: Vec<Span>,
    row_of_key: BTreeMap<&'a str, u32>,
    shapes: Shapes,
    links: Vec<U32>,
    untraced: Vec<Untraced>,
}

impl<'a> Building<'a> {
    /// Every row of every layer, in the order of layers.
    fn layer_rows(&mut self, edition: &'a Edition) -> Result<(), SnapshotError> {
        let history = figures_history(edition);
        let in_area: HashSet<&Key> = edition
            .priority_areas
            .iter()
            .flat_map(|area| &area.row.network_keys)
            .collect();
        for layer in Layer::ALL.into_iter().take(ROW_LAYERS) {
            let first = self.rows.len();
            match layer {
                Layer::Projects => {
                    for project in &edition.projects {
                        self.begin(&project.key)?;
                        let mut record = self.project(&project.row, &project.source)?;
                        record.flags |= flag(in_area.contains(&project.key), HAS_PRIORITY_AREA);
                        self.push(record, layer, project.key.as_str())?;
                    }
                }
                Layer::PriorityAreas => {
                    for area in &edition.priority_areas {
                        self.begin(&area.key)?;
                        let record = self.priority_area(&area.row, &area.source)?;
                        self.push(record, layer, area.key.as_str())?;
                    }
                }
                Layer::Communes => {
                    for commune in &edition.communes {
                        self.shapes.begin(commune.row.code.as_str());
                        let mut record = self.blank(OPEN)?;
                        record.name = self.text(&commune.row.name)?;
                        record.attributes =
                            self.attributes(&commune.source, &commune.row, BTreeMap::new())?;
                        if let Some(shape) = &commune.row.shape {
                            self.shapes.area(shape)?;
                        }
                        self.push(record, layer, commune.row.code.as_str())?;
                    }
                }
                _ => {
                    for network in &edition.networks {
                        if Layer::of_network(&network.row) != layer {
                            continue;
                        }
                        self.begin(&network.key)?;
                        let years = history.get(&network.key).cloned().unwrap_or_default();
                        let mut record = self.network(&network.row, &network.source, years)?;
                        record.flags |= flag(in_area.contains(&network.key), HAS_PRIORITY_AREA);
                        self.push(record, layer, network.key.as_str())?;
                    }
                }
            }
            self.layers.push(Span::new(first, self.rows.len() - first)?);
        }
        Ok(())
    }

    fn begin(&mut self, key: &'a Key) -> Result<(), SnapshotError> {
        self.shapes.begin(key.as_str());
        let place = self.rows.len() as u32;
        match self.row_of_key.insert(key.as_str(), place) {
            Some(_) => Err(SnapshotError::DuplicateKey(key.clone())),
            None => Ok(()),
        }
    }

    fn blank(&mut self, flags: u8) -> Result<RowRecord, SnapshotError> {
        let empty = self.text("")?;
        let nothing = Span::new(0, 0)?;
        Ok(RowRecord {
            key: empty,
            id: empty,
            name: empty,
            operator: empty,
            owner: empty,
            communes: empty,
            links: empty,
            attributes: empty,
            renewable_rate_pct: f64::NAN.into(),
            co2_direct_kg_per_kwh: f64::NAN.into(),
            co2_lca_kg_per_kwh: f64::NAN.into(),
            west: f64::NAN.into(),
            south: f64::NAN.into(),
            east: f64::NAN.into(),
            north: f64::NAN.into(),
            parts: nothing,
            runs: nothing,
            link_rows: nothing,
            tree: NONE.into(),
            layer: 0,
            territory: 0,
            flags,
            reserved: 0,
        })
    }

    fn network(
        &mut self,
        row: &Network,
        source: &str,
        years: BTreeMap<u16, Figures>,
    ) -> Result<RowRecord, SnapshotError> {
        let id = row.sncu_id.as_ref().map_or("", |id| id.as_str());
        let mut record = self.blank(
            flag(row.is_open(), OPEN)
                | flag(row.classified.is_some(), CLASSIFIED_KNOWN)
                | flag(row.classified == Some(true), CLASSIFIED)
                | flag(PARIS_IDS.contains(&id), PARIS),
        )?;
        record.id = self.text(id)?;
        record.name = self.optional(row.name.as_ref())?;
        record.operator = self.optional(row.operator.as_ref())?;
        record.owner = self.optional(row.owner.as_ref())?;
        record.communes = self.joined(row.communes.iter().map(String::as_str))?;
        let number = |value: Option<f64>| value.unwrap_or(f64::NAN).into();
        record.renewable_rate_pct = number(row.figures.renewable_rate_pct);
        record.co2_direct_kg_per_kwh = number(row.figures.co2_direct_kg_per_kwh);
        record.co2_lca_kg_per_kwh = number(row.figures.co2_lca_kg_per_kwh);
        record.attributes = self.attributes(source, row, years)?;
        match &row.shape {
            Some(NetworkShape::Trace(trace)) => self.shapes.lines(trace)?,
            Some(NetworkShape::Area(area)) => {
                record.flags |= AREA;
                self.shapes.area(area)?;
            }
            other => {
                if let Some(NetworkShape::Marker(marker)) = other {
                    self.shapes.marker(marker)?;
                }
                let cold = row.kind == crate::network::NetworkKind::Cold;
                self.serve(&row.communes_insee, cold, row.is_open());
            }
        }
        Ok(record)
    }

    /// Notes that the row about to be pushed, whose trace is unknown, serves these communes.
    fn serve(&mut self, communes: &[InseeCode], cold: bool, open: bool) {
        let row = self.rows.len() as u32;
        let order = 2 * u8::from(cold) + u8::from(!open);
        for code in communes {
            let code = code.commune_of_arrondissement();
            if let Ok(code) = <[u8; 5]>::try_from(code.as_str().as_bytes()) {
                self.untraced.push(Untraced {
                    code,
                    order,
                    row: row.into(),
                });
            }
        }
    }

    fn project(&mut self, row: &Project, source: &str) -> Result<RowRecord, SnapshotError> {
        let mut record = self.blank(flag(row.is_open(), OPEN))?;
        record.id = self.text(row.sncu_id.as_ref().map_or("", |id| id.as_str()))?;
        record.name = self.optional(row.name.as_ref())?;
        record.operator = self.optional(row.operator.as_ref())?;
        record.owner = self.optional(row.owner.as_ref())?;
        record.communes = self.joined(row.communes.iter().map(String::as_str))?;
        record.attributes = self.attributes(source, row, BTreeMap::new())?;
        match &row.shape {
            Some(ProjectShape::Trace(trace)) => self.shapes.lines(trace)?,
            Some(ProjectShape::Zone(zone)) => {
                record.flags |= ZONE;
                self.shapes.area(zone)?;
            }
            Some(ProjectShape::Area(area)) => {
                record.flags |= AREA;
                self.shapes.area(area)?;
            }
            None => {}
        }
        Ok(record)
    }

    fn priority_area(
        &mut self,
        row: &PriorityArea,
        source: &str,
    ) -> Result<RowRecord, SnapshotError> {
        let mut record = self.blank(OPEN)?;
        record.id = self.text(row.network_sncu_ids.first().map_or("", |id| id.as_str()))?;
        record.name = self.optional(row.name.as_ref())?;
        record.communes = self.joined(row.communes.iter().map(String::as_str))?;
        let mut keys: Vec<&str> = row.network_keys.iter().map(Key::as_str).collect();
        keys.sort_unstable();
        keys.dedup();
        record.links = self.joined(keys.into_iter())?;
        record.attributes = self.attributes(source, row, BTreeMap::new())?;
        if let Some(shape) = &row.shape {
            self.shapes.area(shape)?;
        }
        Ok(record)
    }

    fn push(
        &mut self,
        mut record: RowRecord,
        layer: Layer,
        key: &str,
    ) -> Result<(), SnapshotError> {
        record.key = self.text(key)?;
        record.layer = layer as u8;
        let row =
            u32::try_from(self.rows.len()).map_err(|_many| SnapshotError::TooLarge("lignes"))?;
        self.shapes.end(&mut record, layer, row)?;
        self.rows.push(record);
        Ok(())
    }

    /// Turns the keys that priority areas name into places of rows.
    fn link(&mut self, edition: &Edition) -> Result<(), SnapshotError> {
        let first = self.layers[Layer::PriorityAreas as usize].first.get() as usize;
        for (at, area) in edition.priority_areas.iter().enumerate() {
            let mut rows: Vec<u32> = area
                .row
                .network_keys
                .iter()
                .filter(|key| matches!(key.kind(), KeyKind::Heat | KeyKind::Project))
                .filter_map(|key| self.row_of_key.get(key.as_str()).copied())
                .collect();
            rows.sort_unstable();
            rows.dedup();
            self.rows[first + at].link_rows = Span::new(self.links.len(), rows.len())?;
            self.links.extend(rows.into_iter().map(U32::new));
        }
        Ok(())
    }

    fn optional(&mut self, text: Option<&String>) -> Result<Text, SnapshotError> {
        self.text(text.map_or("", String::as_str))
    }

    fn joined<'t>(&mut self, texts: impl Iterator<Item = &'t str>) -> Result<Text, SnapshotError> {
        let texts: Vec<String> = texts
            .map(|text| text.replace(Texts::SEPARATOR, " "))
            .collect();
        let separator = Texts::SEPARATOR.to_string();
        self.text(&texts.join(&separator))
    }

    /// A text, kept once.
    fn text(&mut self, text: &str) -> Result<Text, SnapshotError> {
        if let Some(known) = self.known_texts.get(text) {
            return Ok(*known);
        }
        let place = self.long_text(text)?;
        self.known_texts.insert(text.to_owned(), place);
        Ok(place)
    }

    fn long_text(&mut self, text: &str) -> Result<Text, SnapshotError> {
        let large = |_wide| SnapshotError::TooLarge("textes");
        let place = Text {
            at: u32::try_from(self.texts.len()).map_err(large)?.into(),
            length: u32::try_from(text.len()).map_err(large)?.into(),
        };
        self.texts.extend_from_slice(text.as_bytes());
        Ok(place)
    }

    fn attributes<T: Serialize>(
        &mut self,
        source: &str,
        row: &T,
        figures_by_year: BTreeMap<u16, Figures>,
    ) -> Result<Text, SnapshotError> {
        let attributes = Attributes {
            source,
            row,
            figures_by_year,
        };
        let json = serde_json::to_string(&attributes).expect("rows are plain structures");
        self.long_text(&json)
    }

    fn finish(mut self, stamp: &Stamp) -> Result<Vec<u8>, SnapshotError> {
        self.untraced
            .sort_by_key(|served| (served.code, served.order, served.row.get()));
        self.untraced
            .dedup_by_key(|served| (served.code, served.row.get()));
        let keys: Vec<U32> = self.row_of_key.values().copied().map(U32::new).collect();
        let stamp = serde_json::to_vec(stamp).expect("a stamp is a plain structure");
        let packed = self.shapes.finish(&mut self.rows)?;
        let blocks: [(Kind, &[u8]); Kind::ALL.len()] = [
            (Kind::Stamp, &stamp),
            (Kind::Texts, &self.texts),
            (Kind::Rows, self.rows.as_bytes()),
            (Kind::Layers, self.layers.as_bytes()),
            (Kind::Parts, packed.parts.as_bytes()),
            (Kind::Vertices, packed.vertices.as_bytes()),
            (Kind::Runs, packed.runs.as_bytes()),
            (Kind::RunBoxes, packed.run_boxes.as_bytes()),
            (Kind::Trees, packed.trees.as_bytes()),
            (Kind::Items, packed.items.as_bytes()),
            (Kind::Nodes, packed.nodes.as_bytes()),
            (Kind::Links, self.links.as_bytes()),
            (Kind::Untraced, self.untraced.as_bytes()),
            (Kind::Keys, keys.as_bytes()),
            (Kind::ItemRuns, packed.item_runs.as_bytes()),
        ];
        let has_areas = self.rows.iter().any(|row| row.flags & AREA != 0);
        Ok(pack(
            if has_areas { VERSION } else { WITHOUT_AREAS },
            &blocks,
        ))
    }
}

fn flag(set: bool, bit: u8) -> u8 {
    if set { bit } else { 0 }
}

/// Header, directory, blocks.
fn pack(version: u32, blocks: &[(Kind, &[u8])]) -> Vec<u8> {
    let mut at = (HEADER_BYTES + blocks.len() * ENTRY_BYTES).next_multiple_of(ALIGNMENT);
    let mut directory = Vec::with_capacity(blocks.len());
    for (kind, bytes) in blocks {
        directory.push(Entry {
            offset: (at as u64).into(),
            length: (bytes.len() as u64).into(),
            crc: crc32fast::hash(bytes).into(),
            kind: (*kind as u32).into(),
        });
        at = (at + bytes.len()).next_multiple_of(ALIGNMENT);
    }
    let mut header = Header {
        magic: MAGIC,
        version: version.into(),
        blocks: (blocks.len() as u32).into(),
        length: (at as u64).into(),
        directory_crc: crc32fast::hash(directory.as_bytes()).into(),
        reserved: [0; 32],
        header_crc: 0.into(),
    };
    header.header_crc = crc32fast::hash(&header.as_bytes()[..HEADER_BYTES - 4]).into();
    let mut file = Vec::with_capacity(at);
    file.extend_from_slice(header.as_bytes());
    file.extend_from_slice(directory.as_bytes());
    for (_, bytes) in blocks {
        file.resize(file.len().next_multiple_of(ALIGNMENT), 0);
        file.extend_from_slice(bytes);
    }
    file.resize(at, 0);
    file
}
