//! What the three keyed tables have in common: an identity, communes, and a shape.

use crate::crs::{Planar, Projected};
use crate::network::{
    InseeCode, KeyKind, Layer, Network, NetworkKind, NetworkShape, PriorityArea, Project,
    ProjectShape, SncuId,
};
use geo::{Coord, MultiLineString, MultiPolygon, Point};
use serde::Serialize;

/// A row's shape, whatever its table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Form<'a> {
    None,
    Lines(&'a Planar<MultiLineString<f64>>),
    Point(&'a Planar<Point<f64>>),
    Area(&'a Planar<MultiPolygon<f64>>),
}

/// How many positions stand for a shape when its communes are looked for.
const SAMPLES: usize = 48;

impl Form<'_> {
    /// A few positions spread over the shape.
    pub(super) fn samples(self) -> Vec<Projected> {
        let (territory, positions): (_, Vec<Coord<f64>>) = match self {
            Self::None => return Vec::new(),
            Self::Point(point) => (point.territory, vec![point.shape.0]),
            Self::Lines(lines) => {
                let all = || lines.shape.0.iter().flat_map(|line| line.0.iter().copied());
                let step = (all().count() / SAMPLES).max(1);
                (lines.territory, all().step_by(step).collect())
            }
            Self::Area(area) => {
                let all = || {
                    let outer = area.shape.0.iter().map(geo::Polygon::exterior);
                    outer.flat_map(|ring| ring.0.iter().copied())
                };
                let count = all().count().max(1);
                let middle = all().fold(Coord::zero(), |sum, p| sum + p / count as f64);
                // The boundary often runs along the commune's own: halfway to the middle tells more.
                let step = (count / SAMPLES).max(1);
                let inner = all().step_by(step).map(|p| (p + middle) / 2.0);
                (area.territory, inner.chain([middle]).collect())
            }
        };
        positions
            .into_iter()
            .map(|p| Projected {
                territory,
                x: p.x,
                y: p.y,
            })
            .collect()
    }
}

/// A row of a table whose rows have keys.
pub(super) trait KeyedRow: Clone + PartialEq + Serialize + Send + Sync {
    /// The table it belongs to.
    fn layer(&self) -> Layer;
    /// The prefix of its key.
    fn key_kind(&self) -> KeyKind;
    /// The national id that identifies it; a priority area has none, its ids are links.
    fn identity_id(&self) -> Option<&SncuId>;
    fn id_fcu(&self) -> Option<i64>;
    fn name(&self) -> Option<&str>;
    fn communes(&self) -> &[String];
    fn communes_insee(&self) -> &[InseeCode];
    fn set_communes_insee(&mut self, codes: Vec<InseeCode>);
    fn department(&self) -> Option<&str>;
    fn region(&self) -> Option<&str>;
    fn form(&self) -> Form<'_>;
}

macro_rules! shared_columns {
    () => {
        fn id_fcu(&self) -> Option<i64> {
            self.id_fcu
        }
        fn name(&self) -> Option<&str> {
            self.name.as_deref()
        }
        fn communes(&self) -> &[String] {
            &self.communes
        }
        fn communes_insee(&self) -> &[InseeCode] {
            &self.communes_insee
        }
        fn set_communes_insee(&mut self, codes: Vec<InseeCode>) {
            self.communes_insee = codes;
        }
        fn department(&self) -> Option<&str> {
            self.department.as_deref()
        }
        fn region(&self) -> Option<&str> {
            self.region.as_deref()
        }
    };
}

impl KeyedRow for Network {
    fn layer(&self) -> Layer {
        Layer::of_network(self)
    }
    fn key_kind(&self) -> KeyKind {
        match self.kind {
            NetworkKind::Heat => KeyKind::Heat,
            NetworkKind::Cold => KeyKind::Cold,
        }
    }
    fn identity_id(&self) -> Option<&SncuId> {
        self.sncu_id.as_ref()
    }
    fn form(&self) -> Form<'_> {
        match &self.shape {
            None => Form::None,
            Some(NetworkShape::Trace(trace)) => Form::Lines(trace),
            Some(NetworkShape::Marker(marker)) => Form::Point(marker),
            Some(NetworkShape::Area(area)) => Form::Area(area),
        }
    }
    shared_columns!();
}

impl KeyedRow for Project {
    fn layer(&self) -> Layer {
        Layer::Projects
    }
    fn key_kind(&self) -> KeyKind {
        KeyKind::Project
    }
    fn identity_id(&self) -> Option<&SncuId> {
        self.sncu_id.as_ref()
    }
    fn form(&self) -> Form<'_> {
        match &self.shape {
            None => Form::None,
            Some(ProjectShape::Trace(trace)) => Form::Lines(trace),
            Some(ProjectShape::Zone(zone) | ProjectShape::Area(zone)) => Form::Area(zone),
        }
    }
    shared_columns!();
}

impl KeyedRow for PriorityArea {
    fn layer(&self) -> Layer {
        Layer::PriorityAreas
    }
    fn key_kind(&self) -> KeyKind {
        KeyKind::PriorityArea
    }
    fn identity_id(&self) -> Option<&SncuId> {
        None
    }
    fn form(&self) -> Form<'_> {
        self.shape.as_ref().map_or(Form::None, Form::Area)
    }
    shared_columns!();
}
