use crate::crs::{LonLat, Planar, Territory};
use crate::eligibility::Service;
use crate::network::{
    Commune, Edition, Figures, Identified, InseeCode, Key, KeyKind, Layer, Network, NetworkShape,
    PriorityArea, Project, ProjectShape, SncuId, Sourced,
};
use crate::snapshot::{Bounds, PartRole, Snapshot, SnapshotError, Stamp, build};
use geo::{LineString, MultiLineString, MultiPolygon, Polygon};
use proptest::prelude::*;
use std::sync::{Arc, LazyLock};

const X: f64 = 652_000.0;
const Y: f64 = 6_862_000.0;

fn identified<T>(key: Key, row: T) -> Identified<T> {
    Identified {
        key,
        source: "main".to_owned(),
        row,
    }
}

fn planar<G>(shape: G) -> Planar<G> {
    Planar {
        territory: Territory::Mainland,
        shape,
    }
}

fn square(side: f64) -> Planar<MultiPolygon<f64>> {
    let ring: LineString<f64> = vec![
        (X - side, Y - side),
        (X + side, Y - side),
        (X + side, Y + side),
        (X - side, Y + side),
        (X - side, Y - side),
    ]
    .into();
    planar(MultiPolygon(vec![Polygon::new(ring, vec![])]))
}

/// One row of each kind, and a trace long enough for a tree of its own.
pub(crate) fn edition() -> Edition {
    let wave: LineString<f64> = (0..600)
        .map(|i| (X + f64::from(i), Y + f64::from(i % 7)))
        .collect();
    let heat = Network {
        sncu_id: SncuId::parse("7501C"),
        name: Some("Réseau d’essai".to_owned()),
        communes: vec!["Paris".to_owned(), "Ivry-sur-Seine".to_owned()],
        figures: Figures {
            renewable_rate_pct: Some(51.2),
            co2_direct_kg_per_kwh: None,
            co2_lca_kg_per_kwh: Some(0.181),
        },
        shape: Some(NetworkShape::Trace(planar(MultiLineString(vec![wave])))),
        ..Network::default()
    };
    let marker = Network {
        sncu_id: SncuId::parse("7599C"),
        communes_insee: vec![InseeCode::parse("75104").unwrap()],
        shape: Some(NetworkShape::Marker(planar(geo::Point::new(X, Y)))),
        ..Network::default()
    };
    let zone = Project {
        shape: Some(ProjectShape::Zone(square(40.0))),
        ..Project::default()
    };
    let area = PriorityArea {
        network_keys: vec![
            Key::new(KeyKind::Heat, "7501C"),
            Key::new(KeyKind::Project, "z"),
        ],
        shape: Some(square(60.0)),
        ..PriorityArea::default()
    };
    Edition {
        networks: vec![
            identified(Key::new(KeyKind::Heat, "7501C"), heat),
            identified(Key::new(KeyKind::Heat, "7599C"), marker),
        ],
        projects: vec![identified(Key::new(KeyKind::Project, "z"), zone)],
        priority_areas: vec![identified(Key::new(KeyKind::PriorityArea, "a"), area)],
        communes: vec![Sourced {
            source: "main".to_owned(),
            row: Commune {
                code: InseeCode::parse("75056").unwrap(),
                name: "Paris".to_owned(),
                shape: Some(square(5000.0)),
            },
        }],
        regulatory: vec![],
    }
}

fn stamp() -> Stamp {
    Stamp {
        release: Some(12),
        created: "2026-09-14T08:00:00Z".to_owned(),
        fictional: false,
        revision: 0,
    }
}

static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| build(&edition(), &stamp()).unwrap());

fn open(bytes: Vec<u8>) -> Result<Snapshot, SnapshotError> {
    Snapshot::open(Arc::new(bytes))
}

fn here() -> LonLat {
    crate::crs::lonlat_from_lambert93(X, Y)
}

/// Everything a reader can do, for the sake of doing it.
fn exercise(snapshot: &Snapshot) {
    for service in [Service::Heat, Service::Cold] {
        for (dx, dy) in [(0.0, 0.0), (300.0, 3.0), (300.5, 50.0), (-900.0, 0.0)] {
            let place = crate::crs::lonlat_from_lambert93(X + dx, Y + dy);
            let verdict = snapshot.assess(place, service);
            let _json = serde_json::to_string(&verdict);
        }
    }
    let everywhere = Bounds {
        west: -5.0,
        south: 41.0,
        east: 10.0,
        north: 51.0,
    };
    for layer in Layer::ALL {
        let rows = snapshot
            .rows(layer)
            .chain(snapshot.within(layer, everywhere));
        for row in rows.take(50) {
            let _texts = (row.key(), row.id(), row.name(), row.operator(), row.owner());
            let _links = (
                row.communes().iter().count(),
                row.link_keys().iter().count(),
            );
            let _parsed = (row.network(), row.project(), row.priority_area());
            let _figures = (row.figures_by_year(), row.source(), row.bounds());
            for part in row.parts().take(50) {
                let _places = part.places().take(50).count();
            }
            let _foot = snapshot.foot(row.key(), here());
        }
    }
    let _row = snapshot.row("heat:7501C").is_some();
    let _networks = snapshot.networks_with_id("7501c").count();
    let _commune = (
        snapshot.commune("75104").is_some(),
        snapshot.commune_at(here()).is_some(),
    );
}

#[test]
fn rows_come_back_as_they_were() {
    let snapshot = open(BYTES.clone()).unwrap();
    snapshot.verify().unwrap();
    assert_eq!(snapshot.stamp(), &stamp());
    let row = snapshot.row("heat:7501C").unwrap();
    let network = row.network().unwrap();
    assert_eq!(network.name.as_deref(), Some("Réseau d’essai"));
    assert_eq!(network.figures.renewable_rate_pct, Some(51.2));
    let part = row.parts().next().unwrap();
    assert_eq!((part.role, part.len()), (PartRole::Line, 600));
    let given: Vec<(f64, f64)> = part.projected().map(|p| (p.x, p.y)).collect();
    assert_eq!(given[599], (X + 599.0, Y + f64::from(599 % 7)));
    assert_eq!(
        row.communes().iter().collect::<Vec<_>>(),
        ["Paris", "Ivry-sur-Seine"]
    );
    let area = snapshot.row("priority-area:a").unwrap();
    assert_eq!(area.link_keys().iter().count(), 2);
    assert!(area.network().is_none() && area.priority_area().is_some());
    assert!(snapshot.row("heat:0000C").is_none());
    assert_eq!(snapshot.commune("75104").unwrap().key(), "75056");
    assert_eq!(snapshot.networks_with_id(" 7599c ").count(), 1);
    assert_eq!(snapshot.rows(Layer::HeatUntraced).len(), 1);
}

#[test]
fn bounds_and_windows_find_what_is_there() {
    let snapshot = open(BYTES.clone()).unwrap();
    let around = |d: f64| {
        let at = here();
        Bounds {
            west: at.lon - d,
            south: at.lat - d,
            east: at.lon + d,
            north: at.lat + d,
        }
    };
    for (layer, count) in [
        (Layer::Heat, 1),
        (Layer::HeatUntraced, 1),
        (Layer::Cold, 0),
        (Layer::Projects, 1),
        (Layer::PriorityAreas, 1),
        (Layer::Communes, 1),
    ] {
        assert_eq!(
            snapshot.within(layer, around(0.001)).len(),
            count,
            "{layer:?}"
        );
        let far = Bounds {
            west: 5.0,
            south: 43.0,
            east: 5.1,
            north: 43.1,
        };
        assert_eq!(snapshot.within(layer, far).len(), 0, "{layer:?}");
    }
    let foot = snapshot
        .foot("heat:7501C", crate::crs::lonlat_from_lambert93(X - 30.0, Y))
        .unwrap();
    assert!((foot.distance_m - 30.0).abs() < 1e-6);
    assert!((foot.place.lon - here().lon).abs() < 1e-9);
    assert!(snapshot.foot("project:z", here()).is_none());
}

#[test]
fn equal_editions_give_equal_bytes_whatever_the_order() {
    let mut other = edition();
    other.networks.reverse();
    assert_eq!(build(&other, &stamp()).unwrap(), *BYTES);
}

#[test]
fn two_rows_with_one_key_are_refused() {
    let mut other = edition();
    other.networks[1].key = other.networks[0].key.clone();
    let refused = build(&other, &stamp()).unwrap_err();
    assert_eq!(
        refused,
        SnapshotError::DuplicateKey(Key::new(KeyKind::Heat, "7501C"))
    );
}

#[test]
fn a_coordinate_that_is_no_number_is_refused_and_named() {
    let mut other = edition();
    let broken = planar(MultiLineString(vec![vec![(X, f64::NAN), (X, Y)].into()]));
    other.networks[0].row.shape = Some(NetworkShape::Trace(broken));
    assert_eq!(
        build(&other, &stamp()).unwrap_err(),
        SnapshotError::ImpossibleCoordinate("heat:7501C".to_owned())
    );
}

#[test]
fn a_truncated_file_is_refused_at_open_whatever_its_length() {
    for length in (0..BYTES.len()).step_by(97).chain([63, 64, 65, 399, 400]) {
        let refused = open(BYTES[..length].to_vec()).unwrap_err();
        let expected = matches!(
            refused,
            SnapshotError::NotASnapshot | SnapshotError::Length { .. }
        );
        assert!(expected, "{length}: {refused:?}");
    }
    let mut longer = BYTES.clone();
    longer.push(0);
    assert!(matches!(open(longer), Err(SnapshotError::Length { .. })));
}

#[test]
fn another_version_is_refused_by_name() {
    let with_version = |version: u32| {
        let mut bytes = BYTES.clone();
        bytes[8..12].copy_from_slice(&version.to_le_bytes());
        open(bytes).unwrap_err()
    };
    assert_eq!(with_version(9), SnapshotError::Newer { found: 9, known: 2 });
    assert_eq!(with_version(0), SnapshotError::Older { found: 0, known: 2 });
}

#[test]
fn an_altered_header_or_directory_is_refused_at_open_and_an_altered_block_by_verify() {
    let end_of_directory = 64 + 14 * 24;
    for at in 12..BYTES.len() {
        if at > 2 * end_of_directory && at % 53 != 0 {
            continue;
        }
        let mut bytes = BYTES.clone();
        bytes[at] ^= 0x41;
        match open(bytes) {
            Ok(altered) => {
                assert!(
                    at >= end_of_directory,
                    "byte {at} of the header was not checked"
                );
                exercise(&altered);
                let padding = altered.verify().is_ok();
                assert!(!padding || BYTES[at] == 0, "byte {at} was not checked");
            }
            Err(refused) => assert!(
                matches!(
                    refused,
                    SnapshotError::Corrupt { .. } | SnapshotError::Length { .. }
                ),
                "{at}: {refused:?}"
            ),
        }
    }
}

#[test]
fn a_file_of_the_first_format_is_still_read() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/snapshot-v1.bin"
    );
    if std::env::var_os("CALODUC_WRITE_FIXTURES").is_some() {
        std::fs::write(path, &*BYTES).unwrap();
    }
    let kept = open(std::fs::read(path).unwrap()).unwrap();
    kept.verify().unwrap();
    let told = |snapshot: &Snapshot| {
        let verdict = snapshot.assess(here(), Service::Heat);
        serde_json::to_string(&verdict).unwrap()
    };
    assert_eq!(told(&kept), told(&open(BYTES.clone()).unwrap()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_byte_can_crash_a_reader(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40)
    ) {
        let mut bytes = BYTES.clone();
        // The header and directory stay, so that every change reaches the blocks.
        let blocks = 64 + 14 * 24;
        for (at, value) in changes {
            let at = blocks + at.index(bytes.len() - blocks);
            bytes[at] = value;
        }
        if let Ok(snapshot) = open(bytes) {
            exercise(&snapshot);
        }
    }
}
