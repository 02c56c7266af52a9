//! Which streets and numbers are in this box of the map?

use crate::geocoder::Geocoder;
use crate::index::tree;
pub use crate::index::tree::Extent;
use crate::projection::LonLat;

/// Something with a name in the box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NamedPlace<'a> {
    /// A street, or a named place.
    Street {
        /// Its name.
        name: &'a str,
        /// Where its name goes: in the middle of its numbers, else its own position.
        at: LonLat,
        /// A named place rather than a street.
        is_place: bool,
    },
    /// A house number.
    Number {
        /// `12bis`.
        text: &'a str,
        /// Where it is.
        at: LonLat,
    },
}

impl Extent {
    /// A box of degrees.
    pub fn of_degrees(west: f64, south: f64, east: f64, north: f64) -> Self {
        // The conversion saturates: a box past the globe is the globe.
        let fixed = |degrees: f64| (degrees * 1e7) as i32;
        Self {
            west: fixed(west),
            south: fixed(south),
            east: fixed(east),
            north: fixed(north),
        }
    }
}

impl<D: AsRef<[u8]> + Send + Sync> Geocoder<D> {
    /// Visits the streets of a box and their numbers, a street before its numbers, until `visit` returns false. What is
    /// visited is in the box.
    pub fn within(&self, extent: Extent, mut visit: impl FnMut(NamedPlace<'_>) -> bool) {
        let view = self.view();
        let mut text = String::new();
        tree::within(view.tree, extent, |street| {
            let at = view.street_ref(street);
            let segment = view.segment(at.segment);
            let street = segment.street(at.street);
            let numbers = street.numbers.0..street.numbers.1;
            let middle = if numbers.is_empty() {
                (street.lon_e7, street.lat_e7)
            } else {
                let number = segment.number(numbers.start + (numbers.end - numbers.start) / 2);
                (number.lon_e7, number.lat_e7)
            };
            let inside = |(lon, lat)| Extent::of(lon, lat).meets(extent);
            if inside(middle)
                && !visit(NamedPlace::Street {
                    name: street.name,
                    at: LonLat::from_e7(middle.0, middle.1),
                    is_place: street.is_place,
                })
            {
                return false;
            }
            for number in segment.numbers(&street) {
                if !inside((number.lon_e7, number.lat_e7)) {
                    continue;
                }
                text.clear();
                text.push_str(&number.number.to_string());
                text.push_str(segment.suffix(number.suffix));
                let at = LonLat::from_e7(number.lon_e7, number.lat_e7);
                if !visit(NamedPlace::Number { text: &text, at }) {
                    return false;
                }
            }
            true
        });
    }
}
