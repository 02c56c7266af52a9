//! Rows on the map, counted another way: every row in the one tile that holds it.

use super::*;
use crate::eligibility::VerdictType;
use crate::tiles::points::{Spot, Spots, code};
use std::collections::BTreeMap;

/// `n`, `row` and `type` of each point.
fn drawn(tile: &[u8]) -> Vec<(u64, Option<u64>, String)> {
    let Some((_, layer)) = Reader::fields(tile).pop() else {
        return Vec::new();
    };
    let fields = Reader::fields(&layer);
    let of = |number: u64| fields.iter().filter(move |field| field.0 == number);
    let keys: Vec<String> = of(3)
        .map(|(_, key)| String::from_utf8(key.clone()).unwrap())
        .collect();
    let values: Vec<(u64, Vec<u8>)> = of(4)
        .map(|(_, value)| Reader::fields(value).remove(0))
        .collect();
    of(2)
        .map(|(_, feature)| {
            let tags = Reader::fields(feature)
                .into_iter()
                .find(|field| field.0 == 2)
                .unwrap()
                .1;
            let mut point = (0, None, String::new());
            for tag in Reader::numbers(&tags).chunks(2) {
                let value = &values[tag[1] as usize].1;
                // Whole numbers are zigzag: ours are never negative.
                let number = || u64::from_le_bytes(value[..8].try_into().unwrap()) >> 1;
                match keys[tag[0] as usize].as_str() {
                    "n" => point.0 = number(),
                    "row" => point.1 = Some(number()),
                    _ => point.2 = String::from_utf8(value.clone()).unwrap(),
                }
            }
            point
        })
        .collect()
}

/// Rows in three towns and here and there, from a seed.
fn territory(count: u32) -> Vec<(LonLat, u8)> {
    let mut state = 42_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as f64 / f64::from(1_u32 << 31)
    };
    (0..count)
        .map(|n| {
            let (lon, lat, size) = match n % 5 {
                0 | 1 => (2.35, 48.86, 0.08),
                2 => (5.37, 43.3, 0.05),
                3 => (-1.68, 48.11, 0.03),
                _ => (2.0, 46.5, 5.0),
            };
            let place = LonLat {
                lon: lon + (next() - 0.5) * size,
                lat: lat + (next() - 0.5) * size,
            };
            (place, (next() * 12.0) as u8)
        })
        .collect()
}

fn spots(rows: &[(LonLat, u8)]) -> Spots {
    let spot = |(row, (place, kind)): (usize, &(LonLat, u8))| {
        Spot::new(code(*place), row as u32, *kind, u8::from(row % 3 == 0))
    };
    Spots::new(rows.iter().enumerate().map(spot).collect())
}

#[test]
fn every_row_is_counted_once_in_the_tile_that_holds_it() {
    let rows = territory(60_000);
    let spots = spots(&rows);
    for zoom in [0, 1, 5, 9, 12, 15, 22] {
        let mut expected: BTreeMap<TileId, [u64; 2]> = BTreeMap::new();
        for (row, (place, _)) in rows.iter().enumerate() {
            let counts = expected
                .entry(TileId::holding(zoom, *place).unwrap())
                .or_default();
            counts[0] += 1;
            counts[1] += u64::from(row % 3 == 0);
        }
        for (id, counts) in expected.iter().take(400) {
            let sum = |tile: Vec<u8>| drawn(&tile).iter().map(|point| point.0).sum::<u64>();
            assert_eq!(sum(spots.tile(*id, |_| true)), counts[0], "{id:?}");
            assert_eq!(
                sum(spots.tile(*id, |spot| spot.marks == 1)),
                counts[1],
                "{id:?}"
            );
        }
    }
}

#[test]
fn a_tile_stays_small_whatever_is_in_it() {
    let spots = spots(&territory(300_000));
    for place in [(2.35, 48.86), (5.37, 43.3)] {
        let (lon, lat) = place;
        for zoom in 0..=20 {
            let id = TileId::holding(zoom, LonLat { lon, lat }).unwrap();
            let bytes = spots.tile(id, |_| true).len();
            assert!(bytes < 500_000, "{id:?}: {bytes}");
        }
    }
}

#[test]
fn a_row_alone_says_which_it_is_and_what_was_answered() {
    let rows = territory(60_000);
    let spots = spots(&rows);
    let (place, kind) = rows[4];
    let id = TileId::holding(20, place).unwrap();
    let points = drawn(&spots.tile(id, |_| true));
    let kind = VerdictType::ALL
        .get(usize::from(kind))
        .map_or("", |kind| kind.as_str());
    assert!(
        points.contains(&(1, Some(4), kind.to_owned())),
        "{points:?}"
    );
    let features = read(&spots.tile(id, |_| true));
    let (x, y) = id.units(place);
    let near = |a: i64, b: f64| (a as f64 - b).abs() <= 1.0;
    let drawn_there = features.iter().any(|feature| {
        let (at_x, at_y) = feature.paths[0][0];
        near(at_x, x) && near(at_y, y)
    });
    assert!(drawn_there);
}

#[test]
fn the_box_of_the_rows_wanted_holds_them() {
    let rows = territory(5_000);
    let spots = spots(&rows);
    let [west, south, east, north] = spots.bounds(|spot| spot.row < 100).unwrap();
    for (place, _) in &rows[..100] {
        assert!(place.lon > west - 1e-6 && place.lon < east + 1e-6);
        assert!(place.lat > south - 1e-6 && place.lat < north + 1e-6);
    }
    assert_eq!(spots.bounds(|_| false), None);
    assert_eq!((spots.len(), spots.is_empty()), (5_000, false));
}

proptest! {
    #[test]
    fn a_code_says_where_it_was_made(lon in -180.0..180.0, lat in -85.0..85.0) {
        let place = LonLat { lon, lat };
        let spots = Spots::new(vec![Spot::new(code(place), 0, 0, 0)]);
        let [west, south, ..] = spots.bounds(|_| true).unwrap();
        prop_assert!((west - lon).abs() < 1e-6 && (south - lat).abs() < 1e-6);
        for zoom in [0, 7, 22] {
            let id = TileId::holding(zoom, place).unwrap();
            prop_assert!(!spots.tile(id, |_| true).is_empty());
        }
    }
}
