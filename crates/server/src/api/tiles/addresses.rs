//! The addresses of a square: names of streets and places, then house numbers, so that a map is readable without any
//! other ground.

use crate::state::Addresses;
use caloduc_engine::crs::LonLat;
use caloduc_engine::tiles::TileId;
use caloduc_engine::tiles::grid::EXTENT;
use caloduc_engine::tiles::mvt::{LayerWriter, Shape, Value};
use caloduc_geocoder::within::{Extent, NamedPlace};

/// First zoom with the names of streets.
pub(super) const STREETS_FROM: u8 = 14;
/// First zoom with house numbers.
pub(super) const NUMBERS_FROM: u8 = 17;
/// Most streets of one tile, and most numbers: a tile of the densest town holds less at these zooms.
const MOST: usize = 20_000;

/// The tile; no bytes when it shows nothing.
pub(super) fn tile(addresses: &Addresses, id: TileId) -> Vec<u8> {
    let mut out = LayerWriter::new("addresses", EXTENT);
    if id.zoom() < STREETS_FROM {
        return Vec::new();
    }
    let bounds = id.bounds(0);
    let extent = Extent::of_degrees(bounds.west, bounds.south, bounds.east, bounds.north);
    addresses.within(extent, |place| {
        match place {
            NamedPlace::Street { name, at, is_place } => {
                let kind = if is_place { "place" } else { "street" };
                put(&mut out, id, at, &[("kind", kind), ("name", name)]);
            }
            NamedPlace::Number { text, at } if id.zoom() >= NUMBERS_FROM => {
                put(
                    &mut out,
                    id,
                    at,
                    &[("kind", "number"), ("housenumber", text)],
                );
            }
            NamedPlace::Number { .. } => {}
        }
        out.len() < MOST
    });
    out.finish()
}

fn put(
    out: &mut LayerWriter,
    id: TileId,
    at: caloduc_geocoder::LonLat,
    texts: &[(&'static str, &str); 2],
) {
    let place = LonLat {
        lon: at.lon,
        lat: at.lat,
    };
    let (x, y) = id.units(place);
    let side = 0.0..f64::from(EXTENT);
    if side.contains(&x) && side.contains(&y) {
        let shape = Shape::Points(vec![(x as i32, y as i32)]);
        out.add(&shape, &texts.map(|(key, text)| (key, Value::Text(text))));
    }
}
