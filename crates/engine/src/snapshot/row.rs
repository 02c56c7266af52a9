//! One row of a layer: its attributes and its shape.

use super::format::{AREA, HOLE, OPEN, OUTER, POINT, RowRecord, ZONE};
use super::reader::Bounds;
use super::view::{RowId, View};
use crate::crs::{LonLat, Projected, Territory};
use crate::eligibility::Texts;
use crate::network::{Figures, Layer, Network, PriorityArea, Project};
use crate::proximity::Vertex;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// A row of an open snapshot.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    view: View<'a>,
    record: &'a RowRecord,
}

impl std::fmt::Debug for Row<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Row").field(&self.key()).finish()
    }
}

impl<'a> Row<'a> {
    pub(super) fn at(view: View<'a>, row: RowId) -> Option<Self> {
        let record = view.rows.get(row as usize)?;
        Some(Self { view, record })
    }

    /// The table it is in.
    pub fn layer(&self) -> Layer {
        Layer::ALL
            .get(usize::from(self.record.layer))
            .copied()
            .unwrap_or(Layer::Heat)
    }

    /// Stable key; the INSEE code for a commune.
    pub fn key(&self) -> &'a str {
        self.view.text(self.record.key)
    }

    /// SNCU id; for a priority area, that of the network it names first.
    pub fn id(&self) -> Option<&'a str> {
        known(self.view.text(self.record.id))
    }

    /// Name.
    pub fn name(&self) -> Option<&'a str> {
        known(self.view.text(self.record.name))
    }

    /// Gestionnaire.
    pub fn operator(&self) -> Option<&'a str> {
        known(self.view.text(self.record.operator))
    }

    /// Maître d'ouvrage.
    pub fn owner(&self) -> Option<&'a str> {
        known(self.view.text(self.record.owner))
    }

    /// Names of the communes, as given.
    pub fn communes(&self) -> Texts<'a> {
        Texts::from_joined(self.view.text(self.record.communes))
    }

    /// Keys of the networks and projects a priority area is linked to.
    pub fn link_keys(&self) -> Texts<'a> {
        Texts::from_joined(self.view.text(self.record.links))
    }

    /// Whether new buildings are taken.
    pub fn is_open(&self) -> bool {
        self.record.flags & OPEN != 0
    }

    /// Whether it is the zone of a project.
    pub fn is_zone(&self) -> bool {
        self.record.flags & ZONE != 0
    }

    /// Whether its polygons stand for pipes whose line is not published.
    pub fn is_area(&self) -> bool {
        self.record.flags & AREA != 0
    }

    /// The projection its shape is in.
    pub fn territory(&self) -> Territory {
        Territory::from_code(self.record.territory).unwrap_or_default()
    }

    /// The smallest box of degrees around its shape; `None` without shape.
    pub fn bounds(&self) -> Option<Bounds> {
        let bounds = Bounds {
            west: self.record.west.get(),
            south: self.record.south.get(),
            east: self.record.east.get(),
            north: self.record.north.get(),
        };
        (bounds.west <= bounds.east && bounds.south <= bounds.north).then_some(bounds)
    }

    /// All the attributes as JSON: `{source, row, figures_by_year}`.
    pub fn attributes_json(&self) -> &'a str {
        self.view.text(self.record.attributes)
    }

    /// The attributes of a network, without its shape; `None` for a row of another table.
    pub fn network(&self) -> Option<Network> {
        let layer = self.layer();
        let wanted = matches!(
            layer,
            Layer::Heat | Layer::HeatUntraced | Layer::Cold | Layer::ColdUntraced
        );
        wanted.then(|| self.parsed())?
    }

    /// The attributes of a project, without its shape; `None` for a row of another table.
    pub fn project(&self) -> Option<Project> {
        (self.layer() == Layer::Projects).then(|| self.parsed())?
    }

    /// The attributes of a priority area, without its shape; `None` for a row of another table.
    pub fn priority_area(&self) -> Option<PriorityArea> {
        (self.layer() == Layer::PriorityAreas).then(|| self.parsed())?
    }

    /// The `--source` of the import it came from.
    pub fn source(&self) -> Option<String> {
        #[derive(Deserialize)]
        struct Kept {
            source: String,
        }
        serde_json::from_str::<Kept>(self.attributes_json())
            .ok()
            .map(|kept| kept.source)
    }

    /// Rate and CO2 contents of each regulatory year known for a network, oldest first.
    pub fn figures_by_year(&self) -> BTreeMap<u16, Figures> {
        #[derive(Deserialize)]
        struct Kept {
            #[serde(default)]
            figures_by_year: BTreeMap<u16, Figures>,
        }
        serde_json::from_str::<Kept>(self.attributes_json())
            .map(|kept| kept.figures_by_year)
            .unwrap_or_default()
    }

    fn parsed<T: DeserializeOwned>(&self) -> Option<T> {
        #[derive(Deserialize)]
        struct Kept<T> {
            row: T,
        }
        serde_json::from_str::<Kept<T>>(self.attributes_json())
            .ok()
            .map(|kept| kept.row)
    }

    /// Lines, rings (each polygon's outer one, then its holes) or the marker.
    pub fn parts(&self) -> impl Iterator<Item = Part<'a>> + use<'a> {
        let (view, territory) = (self.view, self.territory());
        view.parts_of(self.record).iter().map(move |part| Part {
            role: match part.role.get() {
                OUTER => PartRole::Outer,
                HOLE => PartRole::Hole,
                POINT => PartRole::Point,
                _ => PartRole::Line,
            },
            territory,
            vertices: view.vertices_of(part),
        })
    }
}

fn known(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

/// What a part of a shape is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartRole {
    /// A line of pipes.
    Line,
    /// The outer ring of a polygon; its holes follow.
    Outer,
    /// A hole of the polygon before it.
    Hole,
    /// The marker of a network whose trace is unknown.
    Point,
}

/// A line, a ring or a point.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    /// What it is.
    pub role: PartRole,
    /// The projection its positions are in.
    pub territory: Territory,
    vertices: &'a [Vertex],
}

impl std::fmt::Debug for Part<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Part")
            .field("role", &self.role)
            .field("positions", &self.len())
            .finish_non_exhaustive()
    }
}

impl<'a> Part<'a> {
    /// How many positions.
    pub fn len(&self) -> usize {
        self.vertices.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.vertices.is_empty()
    }

    /// Positions in metres, in the projection of the row.
    pub fn projected(&self) -> impl ExactSizeIterator<Item = Projected> + use<'a> {
        let territory = self.territory;
        self.vertices.iter().map(move |vertex| Projected {
            territory,
            x: vertex.x.get(),
            y: vertex.y.get(),
        })
    }

    /// Positions in degrees.
    pub fn places(&self) -> impl ExactSizeIterator<Item = LonLat> + use<'a> {
        self.projected().map(Projected::to_lonlat)
    }
}
