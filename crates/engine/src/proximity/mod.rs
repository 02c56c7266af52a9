//! What is near this position? Segments and polygons in packed indexes, walked without allocation and without trusting
//! a byte: every number read from an index is checked before it is used.
//!
//! Pipes and rings are cut into runs of up to [`RUN_SEGMENTS`] consecutive segments ([`Run`]). A [`Tree`] packs the
//! boxes of runs (or of whole polygons), sixteen to a node. The nearest pipe is found by walking
//! the tree depth first, nearest box first, and measuring only the runs that can still win.

mod boxes;
mod curve;
mod packing;
mod polygon;
mod segment;
mod tree;

pub(crate) use boxes::{Centimetres, EMPTY_BOX, FixedBox};
pub(crate) use curve::hilbert;
pub(crate) use polygon::{Side, side_of};
pub(crate) use segment::{closest_on_run, square_distance_to_run};
pub(crate) use tree::{Nearest, Node, Tree, TreeBuilder};

use zerocopy::little_endian::{F64, U32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// Most segments in one run: enough to make the tree small, few enough to measure them all.
pub(crate) const RUN_SEGMENTS: usize = 8;

/// A position in metres, in the legal projection of its row's territory.
#[derive(
    Debug, Clone, Copy, PartialEq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned,
)]
#[repr(C)]
pub(crate) struct Vertex {
    pub(crate) x: F64,
    pub(crate) y: F64,
}

impl Vertex {
    pub(crate) fn new(x: f64, y: f64) -> Self {
        Self {
            x: F64::new(x),
            y: F64::new(y),
        }
    }
}

/// Consecutive segments of one line or ring: `vertices` of them from `first`, one more than segments.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned,
)]
#[repr(C)]
pub(crate) struct Run {
    pub(crate) first: U32,
    pub(crate) vertices: U32,
    pub(crate) row: U32,
}

impl Run {
    /// The positions of this run; none when it points outside.
    #[inline]
    pub(crate) fn of(self, vertices: &[Vertex]) -> &[Vertex] {
        let first = self.first.get() as usize;
        vertices
            .get(first..first.saturating_add(self.vertices.get() as usize))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
