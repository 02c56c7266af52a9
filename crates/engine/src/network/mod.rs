//! What is a network? The words of the field as types: networks that carry heat or cold, projects, priority areas,
//! communes, the yearly regulatory figures, and the edition that holds them all.

mod edition;
mod figures;
mod identifiers;
mod rows;

pub use edition::{Edition, Identified, Layer, Sourced};
pub use figures::{DELIVERY_SECTORS, ENERGY_SOURCES, Figures, RegulatoryFigure};
pub use identifiers::{InseeCode, Key, KeyKind, SncuId};
pub use rows::{Commune, Network, NetworkKind, NetworkShape, PriorityArea, Project, ProjectShape};
