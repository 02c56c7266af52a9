//! Tiles read back by a reader of their own, over an edition with a line, a zone and a PDP with a hole.

mod points;

use super::grid::{BUFFER, EXTENT};
use super::*;
use crate::crs::{LonLat, Planar, Projected, Territory};
use crate::network::{
    Edition, Identified, Key, Network, NetworkShape, PriorityArea, Project, ProjectShape,
};
use crate::snapshot::{Stamp, build};
use geo::{Coord, LineString, MultiLineString, MultiPolygon, Polygon};
use proptest::prelude::*;
use std::sync::Arc;

/// A feature read back.
#[derive(Debug, Default)]
struct Feature {
    kind: u64,
    paths: Vec<Vec<(i64, i64)>>,
    texts: Vec<String>,
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn varint(&mut self) -> u64 {
        let mut value = 0;
        for shift in 0.. {
            let byte = self.0[0];
            self.0 = &self.0[1..];
            value |= u64::from(byte & 0x7f) << (7 * shift);
            if byte < 0x80 {
                break;
            }
        }
        value
    }

    fn bytes(&mut self) -> &'a [u8] {
        let length = self.varint() as usize;
        let (head, rest) = self.0.split_at(length);
        self.0 = rest;
        head
    }

    /// Field numbers with their bytes, or their number in eight bytes.
    fn fields(bytes: &'a [u8]) -> Vec<(u64, Vec<u8>)> {
        let mut reader = Reader(bytes);
        let mut fields = Vec::new();
        while !reader.0.is_empty() {
            let tag = reader.varint();
            let content = match tag & 7 {
                0 => reader.varint().to_le_bytes().to_vec(),
                1 => {
                    let (head, rest) = reader.0.split_at(8);
                    reader.0 = rest;
                    head.to_vec()
                }
                2 => reader.bytes().to_vec(),
                other => panic!("wire type {other}"),
            };
            fields.push((tag >> 3, content));
        }
        fields
    }

    fn numbers(bytes: &'a [u8]) -> Vec<u64> {
        let mut reader = Reader(bytes);
        let mut numbers = Vec::new();
        while !reader.0.is_empty() {
            numbers.push(reader.varint());
        }
        numbers
    }
}

fn paths(commands: &[u64]) -> Vec<Vec<(i64, i64)>> {
    let mut paths: Vec<Vec<(i64, i64)>> = Vec::new();
    let (mut x, mut y, mut at) = (0, 0, 0);
    while at < commands.len() {
        let (command, times) = (commands[at] & 7, commands[at] >> 3);
        at += 1;
        if command == 7 {
            continue;
        }
        for _ in 0..times {
            let step = |n: u64| (n >> 1) as i64 ^ -((n & 1) as i64);
            x += step(commands[at]);
            y += step(commands[at + 1]);
            at += 2;
            if command == 1 {
                paths.push(Vec::new());
            }
            paths.last_mut().unwrap().push((x, y));
        }
    }
    paths
}

fn read(tile: &[u8]) -> Vec<Feature> {
    let Some((3, layer)) = Reader::fields(tile).pop() else {
        return Vec::new();
    };
    let fields = Reader::fields(&layer);
    let values: Vec<String> = fields
        .iter()
        .filter(|field| field.0 == 4)
        .map(|field| String::from_utf8_lossy(&field.1[2.min(field.1.len())..]).into_owned())
        .collect();
    let features = fields.iter().filter(|field| field.0 == 2);
    features
        .map(|(_, bytes)| {
            let mut feature = Feature::default();
            for (number, content) in Reader::fields(bytes) {
                match number {
                    2 => {
                        let tags = Reader::numbers(&content);
                        feature.texts = tags
                            .chunks(2)
                            .map(|tag| values[tag[1] as usize].clone())
                            .collect();
                    }
                    3 => feature.kind = u64::from(content[0]),
                    4 => feature.paths = paths(&Reader::numbers(&content)),
                    _ => {}
                }
            }
            feature
        })
        .collect()
}

fn coord(lon: f64, lat: f64) -> Coord<f64> {
    let at = Projected::in_territory(Territory::Mainland, LonLat { lon, lat });
    Coord { x: at.x, y: at.y }
}

fn line(positions: &[(f64, f64)]) -> LineString<f64> {
    positions
        .iter()
        .map(|(lon, lat)| coord(*lon, *lat))
        .collect()
}

fn planar<G>(shape: G) -> Planar<G> {
    Planar {
        territory: Territory::Mainland,
        shape,
    }
}

fn identified<T>(key: &str, row: T) -> Identified<T> {
    Identified {
        key: Key::parse(key).unwrap(),
        source: "main".to_owned(),
        row,
    }
}

fn snapshot_of(trace: &[(f64, f64)]) -> Snapshot {
    let square = |west: f64, south: f64, side: f64| {
        line(&[
            (west, south),
            (west + side, south),
            (west + side, south + side),
            (west, south + side),
            (west, south),
        ])
    };
    let mut edition = Edition::default();
    edition.networks.push(identified(
        "heat:1302C",
        Network {
            name: Some("Réseau du Port".to_owned()),
            shape: Some(NetworkShape::Trace(planar(MultiLineString(vec![line(
                trace,
            )])))),
            ..Network::default()
        },
    ));
    edition.projects.push(identified(
        "project:docks",
        Project {
            shape: Some(ProjectShape::Zone(planar(MultiPolygon(vec![
                Polygon::new(square(2.30, 48.80, 0.02), Vec::new()),
            ])))),
            ..Project::default()
        },
    ));
    edition.priority_areas.push(identified(
        "priority-area:port",
        PriorityArea {
            shape: Some(planar(MultiPolygon(vec![Polygon::new(
                square(2.34, 48.84, 0.02),
                vec![square(2.345, 48.845, 0.01)],
            )]))),
            ..PriorityArea::default()
        },
    ));
    let bytes = build(&edition, &Stamp::default()).unwrap();
    Snapshot::open(Arc::new(bytes)).unwrap()
}

const TRACE: [(f64, f64); 3] = [(2.35, 48.85), (2.36, 48.85), (2.36, 48.86)];

fn holding(zoom: u8, lon: f64, lat: f64) -> TileId {
    TileId::holding(zoom, LonLat { lon, lat }).unwrap()
}

fn is_in_frame(at: (i64, i64)) -> bool {
    let frame = -i64::from(BUFFER)..=i64::from(EXTENT) + i64::from(BUFFER);
    frame.contains(&at.0) && frame.contains(&at.1)
}

fn twice_area(ring: &[(i64, i64)]) -> i64 {
    (0..ring.len())
        .map(|i| {
            let (a, b) = (ring[i], ring[(i + 1) % ring.len()]);
            a.0 * b.1 - b.0 * a.1
        })
        .sum()
}

#[test]
fn a_pipe_is_drawn_where_it_is() {
    let snapshot = snapshot_of(&TRACE);
    let id = holding(14, 2.355, 48.85);
    let features = read(&tile(&snapshot, TileLayer::Heat, id));
    assert_eq!(features.len(), 1);
    assert_eq!(features[0].kind, 2);
    assert!(features[0].texts.contains(&"heat:1302C".to_owned()));
    let (x, y) = id.units(LonLat {
        lon: 2.36,
        lat: 48.85,
    });
    let near = |at: &(i64, i64)| (at.0 as f64 - x).abs() < 1.1 && (at.1 as f64 - y).abs() < 1.1;
    let corner_is_here = is_in_frame((x as i64, y as i64));
    let drawn = features[0].paths.iter().flatten().any(near);
    assert_eq!(drawn, corner_is_here);
}

#[test]
fn polygons_turn_as_the_format_wants_and_holes_the_other_way() {
    let snapshot = snapshot_of(&TRACE);
    let features = read(&tile(
        &snapshot,
        TileLayer::PriorityAreas,
        holding(12, 2.35, 48.85),
    ));
    assert_eq!((features.len(), features[0].kind), (1, 3));
    let areas: Vec<i64> = features[0]
        .paths
        .iter()
        .map(|ring| twice_area(ring))
        .collect();
    assert_eq!(areas.len(), 2);
    assert!(areas[0] > 0 && areas[1] < 0, "{areas:?}");
    let share = -areas[1] as f64 / areas[0] as f64;
    assert!((share - 0.25).abs() < 0.01, "{share}");
}

#[test]
fn no_network_disappears_when_the_map_is_small() {
    let snapshot = snapshot_of(&TRACE);
    for zoom in TileLayer::Heat.zooms().0..=10 {
        let features = read(&tile(
            &snapshot,
            TileLayer::Heat,
            holding(zoom, 2.355, 48.855),
        ));
        assert_eq!(features.len(), 1, "zoom {zoom}");
    }
}

#[test]
fn a_tile_with_nothing_in_it_has_no_bytes() {
    let snapshot = snapshot_of(&TRACE);
    for layer in TileLayer::ALL {
        assert!(tile(&snapshot, layer, holding(12, 5.0, 43.0)).is_empty());
    }
    assert!(tile(&snapshot, TileLayer::Communes, holding(12, 2.35, 48.85)).is_empty());
}

#[test]
fn tiles_past_the_edge_of_the_pyramid_do_not_exist() {
    assert!(TileId::new(0, 0, 0).is_some());
    assert!(TileId::new(0, 1, 0).is_none());
    assert!(TileId::new(22, (1 << 22) - 1, 0).is_some());
    assert!(TileId::new(23, 0, 0).is_none());
}

#[test]
fn names_of_layers_lead_back_to_them() {
    for layer in TileLayer::ALL {
        assert_eq!(TileLayer::from_name(layer.name()), Some(layer));
    }
}

proptest! {
    #[test]
    fn whatever_is_drawn_stays_in_the_frame_and_is_a_line(
        trace in prop::collection::vec((2.30..2.40_f64, 48.80..48.90_f64), 2..30),
        zoom in 4..=18_u8, lon in 2.30..2.40_f64, lat in 48.80..48.90_f64,
    ) {
        let snapshot = snapshot_of(&trace);
        for layer in TileLayer::ALL {
            for feature in read(&tile(&snapshot, layer, holding(zoom, lon, lat))) {
                for path in &feature.paths {
                    prop_assert!(path.len() >= feature.kind as usize, "{:?}", feature);
                    prop_assert!(path.iter().all(|at| is_in_frame(*at)), "{:?}", feature);
                }
            }
        }
    }

    #[test]
    fn a_vertex_of_the_trace_is_on_the_tile_that_holds_it(
        trace in prop::collection::vec((2.30..2.40_f64, 48.80..48.90_f64), 2..10), zoom in 15..=17_u8,
    ) {
        let snapshot = snapshot_of(&trace);
        for (lon, lat) in trace {
            let id = holding(zoom, lon, lat);
            let features = read(&tile(&snapshot, TileLayer::Heat, id));
            let (x, y) = id.units(LonLat { lon, lat });
            let near = |at: &(i64, i64)| (at.0 as f64 - x).abs() < 2.0 && (at.1 as f64 - y).abs() < 2.0;
            prop_assert!(features.iter().flat_map(|f| f.paths.iter().flatten()).any(near));
        }
    }

    #[test]
    fn a_place_is_in_the_box_of_the_tile_that_holds_it(lon in -180.0..180.0_f64, lat in -85.0..85.0_f64, zoom in 0..=22_u8) {
        let id = holding(zoom, lon, lat);
        let bounds = id.bounds(1);
        prop_assert!((bounds.west..=bounds.east).contains(&lon));
        prop_assert!((bounds.south..=bounds.north).contains(&lat));
    }
}
