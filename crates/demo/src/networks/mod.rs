//! Which networks are there? Every kind a verdict can meet, grown along the streets of the towns.

mod figures;
mod growth;
mod rows;
mod scenario;

pub(crate) use figures::{Figures, SOURCES};
pub(crate) use rows::{Kind, Network, Networks, PriorityArea, Project, Shape};
pub(crate) use scenario::inside;
