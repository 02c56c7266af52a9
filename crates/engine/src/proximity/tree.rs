//! A packed R-tree over flat bytes: which items can be near, nearest boxes first?
//!
//! Items so arranged that neighbours follow each other ([`super::packing`]) are grouped by [`NODE_WIDTH`] into nodes,
//! nodes into nodes, up to one root. A node holds the boxes of its children, one coordinate after the other, so that sixteen distances come out of a few vector
//! instructions. Children are found by arithmetic, never by a stored pointer: no byte can send a walk in circles.

use super::packing::arrange;
use super::{Centimetres, EMPTY_BOX, FixedBox};
use smallvec::SmallVec;
use zerocopy::little_endian::{I32, U32};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// Children of a node.
pub(crate) const NODE_WIDTH: usize = 16;

/// More levels than 2³² items need.
const MOST_LEVELS: usize = 9;

/// Nodes that can wait to be looked at without asking for memory: all of them up to sixteen million items.
const WAITING_INLINE: usize = 128;

/// The boxes of sixteen children.
#[derive(Debug, Clone, Copy, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned)]
#[repr(C)]
pub(crate) struct Node {
    min_x: [I32; NODE_WIDTH],
    min_y: [I32; NODE_WIDTH],
    max_x: [I32; NODE_WIDTH],
    max_y: [I32; NODE_WIDTH],
}

impl Node {
    fn of(children: &[FixedBox]) -> Self {
        let child = |i: usize| children.get(i).copied().unwrap_or(EMPTY_BOX);
        Self {
            min_x: std::array::from_fn(|i| child(i).min_x),
            min_y: std::array::from_fn(|i| child(i).min_y),
            max_x: std::array::from_fn(|i| child(i).max_x),
            max_y: std::array::from_fn(|i| child(i).max_y),
        }
    }

    /// A key for each child that says how near it can be, and which it is: see [`key_within`].
    #[inline]
    fn keys(&self, at: &Centimetres) -> [i32; NODE_WIDTH] {
        let mut out = [0; NODE_WIDTH];
        for (i, out) in out.iter_mut().enumerate() {
            // Wrapping: boxes written by us never overflow, and altered ones must not stop the program.
            let west = self.min_x[i].get().wrapping_sub(at.high_x) as f32;
            let east = at.low_x.wrapping_sub(self.max_x[i].get()) as f32;
            let south = self.min_y[i].get().wrapping_sub(at.high_y) as f32;
            let north = at.low_y.wrapping_sub(self.max_y[i].get()) as f32;
            let (dx, dy) = (
                greater(greater(west, east), 0.0),
                greater(greater(south, north), 0.0),
            );
            // Centimetres to metres, less what the roundings to 24 bits can add.
            let square_m2 = (dx * dx + dy * dy) * (1.0e-4 * (1.0 - 1.0e-6));
            *out = (square_m2.to_bits() as i32 & !PLACE_BITS) | i as i32;
        }
        out
    }

    /// Bit i set when child i shares a position with `window`.
    fn meeting(&self, window: &FixedBox) -> u32 {
        let (west, east) = (window.min_x.get(), window.max_x.get());
        let (south, north) = (window.min_y.get(), window.max_y.get());
        let mut bits = [0_u32; NODE_WIDTH];
        for (i, bit) in bits.iter_mut().enumerate() {
            // All four comparisons, whatever the first says: no branch to guess.
            let meets = (self.min_x[i].get() <= east)
                & (west <= self.max_x[i].get())
                & (self.min_y[i].get() <= north)
                & (south <= self.max_y[i].get());
            *bit = if meets { 1 << i } else { 0 };
        }
        bits.iter().fold(0, |all, bit| all | bit)
    }
}

/// The greater of two numbers of which none is NaN: one instruction, where `f32::max` takes several.
#[inline]
fn greater(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// Packs a tree.
#[derive(Debug, Default)]
pub(crate) struct TreeBuilder {
    items: Vec<(u32, FixedBox)>,
}

impl TreeBuilder {
    /// Adds an item.
    pub(crate) fn push(&mut self, item: u32, bounds: FixedBox) {
        self.items.push((item, bounds));
    }

    /// Items in the order of the leaves, and nodes from the leaves up to the root.
    pub(crate) fn finish(mut self) -> (Vec<U32>, Vec<Node>) {
        arrange(&mut self.items);
        let mut nodes = Vec::new();
        let mut level: Vec<FixedBox> = self.items.iter().map(|(_, bounds)| *bounds).collect();
        while !level.is_empty() {
            let mut above = Vec::with_capacity(level.len().div_ceil(NODE_WIDTH));
            for children in level.chunks(NODE_WIDTH) {
                nodes.push(Node::of(children));
                above.push(children.iter().fold(EMPTY_BOX, |sum, b| sum.joined(*b)));
            }
            level = if above.len() > 1 { above } else { Vec::new() };
        }
        let items = self.items.iter().map(|(item, _)| U32::new(*item)).collect();
        (items, nodes)
    }
}

/// The least square distance found, and whose.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Nearest {
    /// Square metres.
    pub(crate) square_m2: f64,
    /// What the measure said it belongs to.
    pub(crate) owner: u32,
}

/// A tree over bytes that somebody else keeps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tree<'a> {
    items: &'a [U32],
    nodes: &'a [Node],
}

/// The bits of a key that say which child it is of.
const PLACE_BITS: i32 = NODE_WIDTH as i32 - 1;

/// No key is so great.
const NO_KEY: i32 = i32::MAX;

/// The greatest key of what can be within a square distance (square metres, not negative).
///
/// A key is the bits of a lower bound of the square distance as a 32-bit float, which for numbers that are not negative
/// come in the order of the numbers, with the place among the children in the last four: still a lower bound, never twice
/// the same in a node, and one comparison of whole numbers where a float and a place would take two.
#[inline]
fn key_within(square_m2: f64) -> i32 {
    // Rounded up, so that no child at the bound is left out.
    ((square_m2 * (1.0 + 1.0e-6)) as f32).to_bits() as i32 | PLACE_BITS
}

/// A node being looked at: the keys of its children, and the last one taken.
struct Frame {
    keys: [i32; NODE_WIDTH],
    taken: i32,
    index: u32,
}

impl Frame {
    /// The least key not yet taken; [`NO_KEY`] after the last.
    ///
    /// Looked for anew each time rather than sorted: of sixteen children two or three are taken before the bound rules
    /// the others out, and a minimum has no branch to guess.
    #[inline]
    fn take(&mut self) -> i32 {
        let taken = self.taken;
        // Four columns, so that the minimum of each is one vector instruction a line.
        let mut least = [NO_KEY; 4];
        for line in self.keys.as_chunks::<4>().0 {
            for (least, key) in least.iter_mut().zip(line) {
                let left = if *key > taken { *key } else { NO_KEY };
                *least = if left < *least { left } else { *least };
            }
        }
        let [a, b, c, d] = least;
        self.taken = a.min(b).min(c.min(d));
        self.taken
    }
}

impl<'a> Tree<'a> {
    /// The tree of these items and nodes, as [`TreeBuilder::finish`] gave them; empty when the counts disagree.
    pub(crate) fn new(items: &'a [U32], nodes: &'a [Node]) -> Self {
        if node_count(items.len()) == nodes.len() {
            Self { items, nodes }
        } else {
            Self {
                items: &[],
                nodes: &[],
            }
        }
    }

    /// The nearest item within `less_than_m2` (square metres), as measured by `measure(place)`, `place` being its place
    /// among this tree's items: it gives the exact square distance and the owner. Equal distances go to the smallest
    /// owner.
    #[inline]
    pub(crate) fn nearest(
        &self,
        x: f64,
        y: f64,
        less_than_m2: f64,
        mut measure: impl FnMut(usize) -> Option<Nearest>,
    ) -> Option<Nearest> {
        if self.items.is_empty() {
            return None;
        }
        let at = Centimetres::around(x, y);
        let (starts, top) = level_starts(self.items.len());
        let frame = |level: usize, index: u32| {
            let node = self.nodes.get(starts[level] + index as usize)?;
            Some(Frame {
                keys: node.keys(&at),
                taken: -1,
                index,
            })
        };
        let mut best: Option<Nearest> = None;
        let mut bound = less_than_m2;
        let mut key_bound = key_within(bound);
        let mut frames: SmallVec<[Frame; MOST_LEVELS]> = SmallVec::new();
        frames.push(frame(usize::from(top), 0)?);
        while let Some(last) = frames.last_mut() {
            let key = last.take();
            if key > key_bound {
                frames.pop();
                continue;
            }
            let below = last.index as usize * NODE_WIDTH + (key & PLACE_BITS) as usize;
            let level = usize::from(top) + 1 - frames.len();
            if level > 0 {
                if let Some(next) = frame(level - 1, below as u32) {
                    frames.push(next);
                }
            } else if let Some(found) = measure(below) {
                let wins = found.square_m2 < bound
                    || best
                        .is_some_and(|b| found.square_m2 == b.square_m2 && found.owner < b.owner);
                if wins {
                    bound = found.square_m2;
                    key_bound = key_within(bound);
                    best = Some(found);
                }
            }
        }
        best
    }

    /// The item at a place.
    #[inline]
    pub(crate) fn item(&self, place: usize) -> Option<u32> {
        self.items.get(place).map(|item| item.get())
    }

    /// Calls `found` with each item whose box meets `window`.
    pub(crate) fn meeting(&self, window: &FixedBox, mut found: impl FnMut(u32)) {
        if self.items.is_empty() {
            return;
        }
        let (starts, top) = level_starts(self.items.len());
        let mut pending: SmallVec<[(usize, u8); WAITING_INLINE]> = SmallVec::new();
        pending.push((0, top));
        while let Some((index, level)) = pending.pop() {
            let Some(node) = self.nodes.get(starts[usize::from(level)] + index) else {
                continue;
            };
            let mut bits = node.meeting(window);
            while bits != 0 {
                let child = bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let below = index * NODE_WIDTH + child;
                if level > 0 {
                    pending.push((below, level - 1));
                } else if let Some(item) = self.items.get(below) {
                    found(item.get());
                }
            }
        }
    }
}

/// How many nodes a tree of so many items has.
fn node_count(items: usize) -> usize {
    let (mut level, mut sum) = (items, 0);
    while level > 0 {
        level = level.div_ceil(NODE_WIDTH);
        sum += level;
        if level == 1 {
            break;
        }
    }
    sum
}

/// Where each level starts among the nodes, leaves first, and the number of the root's level.
#[inline]
fn level_starts(items: usize) -> ([usize; MOST_LEVELS], u8) {
    let mut starts = [0; MOST_LEVELS];
    let (mut level, mut top) = (items.div_ceil(NODE_WIDTH), 0);
    while level > 1 && top + 1 < MOST_LEVELS {
        starts[top + 1] = starts[top] + level;
        level = level.div_ceil(NODE_WIDTH);
        top += 1;
    }
    (starts, top as u8)
}
