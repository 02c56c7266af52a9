//! Boxes in whole centimetres: exact arithmetic, half the room of floats.

use zerocopy::little_endian::I32;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout, Unaligned};

/// Coordinates are held within ±10 000 km, so that no difference of two overflows 32 bits. Clamping moves two positions
/// never farther apart, so a distance between clamped boxes is still a lower bound.
const LIMIT_CM: f64 = 1.0e9;

/// A bound of the box that nothing is in: farther than anything from everywhere.
const NOWHERE_CM: i32 = 1_100_000_000;

/// A position rounded outward to whole centimetres on both sides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Centimetres {
    pub(crate) low_x: i32,
    pub(crate) low_y: i32,
    pub(crate) high_x: i32,
    pub(crate) high_y: i32,
}

impl Centimetres {
    pub(crate) fn around(x: f64, y: f64) -> Self {
        Self {
            low_x: floor_cm(x),
            low_y: floor_cm(y),
            high_x: ceil_cm(x),
            high_y: ceil_cm(y),
        }
    }
}

// `as` saturates and sends NaN to zero; the clamp keeps the rest in range.
fn floor_cm(metres: f64) -> i32 {
    (metres * 100.0).floor().clamp(-LIMIT_CM, LIMIT_CM) as i32
}

fn ceil_cm(metres: f64) -> i32 {
    (metres * 100.0).ceil().clamp(-LIMIT_CM, LIMIT_CM) as i32
}

/// A box in centimetres of a legal projection, rounded outward.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable, Unaligned,
)]
#[repr(C)]
pub(crate) struct FixedBox {
    pub(crate) min_x: I32,
    pub(crate) min_y: I32,
    pub(crate) max_x: I32,
    pub(crate) max_y: I32,
}

/// The box of nothing.
pub(crate) const EMPTY_BOX: FixedBox = FixedBox {
    min_x: I32::from_bytes(NOWHERE_CM.to_le_bytes()),
    min_y: I32::from_bytes(NOWHERE_CM.to_le_bytes()),
    max_x: I32::from_bytes((-NOWHERE_CM).to_le_bytes()),
    max_y: I32::from_bytes((-NOWHERE_CM).to_le_bytes()),
};

impl FixedBox {
    /// The smallest box around these positions, in metres.
    pub(crate) fn around(positions: impl IntoIterator<Item = (f64, f64)>) -> Self {
        positions.into_iter().fold(EMPTY_BOX, |sum, (x, y)| {
            let at = Centimetres::around(x, y);
            sum.joined(Self {
                min_x: at.low_x.into(),
                min_y: at.low_y.into(),
                max_x: at.high_x.into(),
                max_y: at.high_y.into(),
            })
        })
    }

    /// The smallest box around both.
    pub(crate) fn joined(self, other: Self) -> Self {
        Self {
            min_x: self.min_x.get().min(other.min_x.get()).into(),
            min_y: self.min_y.get().min(other.min_y.get()).into(),
            max_x: self.max_x.get().max(other.max_x.get()).into(),
            max_y: self.max_y.get().max(other.max_y.get()).into(),
        }
    }

    /// Twice the middle, in centimetres.
    pub(crate) fn doubled_middle(self) -> (i64, i64) {
        (
            i64::from(self.min_x.get()) + i64::from(self.max_x.get()),
            i64::from(self.min_y.get()) + i64::from(self.max_y.get()),
        )
    }
}
