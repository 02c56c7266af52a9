//! The rows of the six tables before they are written.

use super::Figures;
use crate::ground::Xy;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Heat,
    Cold,
}

#[derive(Debug, Clone)]
pub(crate) enum Shape {
    Lines(Vec<Vec<Xy>>),
    /// Rings of one polygon, the outer one first, closed.
    Zone(Vec<Vec<Xy>>),
    Marker(Xy),
}

#[derive(Debug, Clone)]
pub(crate) struct Network {
    pub(crate) kind: Kind,
    pub(crate) id_fcu: i64,
    pub(crate) sncu: Option<String>,
    pub(crate) name: String,
    /// Indices of the towns served.
    pub(crate) towns: Vec<usize>,
    pub(crate) owner: String,
    pub(crate) operator: String,
    pub(crate) classified: bool,
    pub(crate) open: bool,
    pub(crate) year: i32,
    pub(crate) length_m: f64,
    pub(crate) delivery_points: usize,
    pub(crate) figures: Figures,
    pub(crate) shape: Shape,
}

#[derive(Debug, Clone)]
pub(crate) struct Project {
    pub(crate) id_fcu: i64,
    pub(crate) name: String,
    pub(crate) town: usize,
    pub(crate) owner: String,
    pub(crate) operator: String,
    pub(crate) commissioning: String,
    pub(crate) open: bool,
    pub(crate) shape: Shape,
}

#[derive(Debug, Clone)]
pub(crate) struct PriorityArea {
    pub(crate) id_fcu: i64,
    pub(crate) sncu: Option<String>,
    pub(crate) heat_ids: Vec<i64>,
    pub(crate) project_ids: Vec<i64>,
    pub(crate) town: usize,
    /// Polygons, each its rings, the outer one first.
    pub(crate) polygons: Vec<Vec<Vec<Xy>>>,
}

/// Every row of the six tables.
#[derive(Debug, Default)]
pub(crate) struct Networks {
    /// Heat then cold, traced and not, in the order of their towns' ranks.
    pub(crate) networks: Vec<Network>,
    pub(crate) projects: Vec<Project>,
    pub(crate) priority_areas: Vec<PriorityArea>,
}

impl Networks {
    /// Vertices of the traced heat networks.
    pub(crate) fn heat_vertices(&self) -> usize {
        self.networks
            .iter()
            .filter(|network| network.kind == Kind::Heat)
            .map(|network| match &network.shape {
                Shape::Lines(lines) => lines.iter().map(Vec::len).sum(),
                _ => 0,
            })
            .sum()
    }
}
