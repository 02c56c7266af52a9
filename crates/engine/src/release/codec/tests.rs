use super::*;
use crate::ingest::Ingested;
use crate::release::trial::*;
use proptest::prelude::*;

fn sample() -> Edition {
    let mut network = heat(
        Some("7501C"),
        "Paris, « Île »",
        pipe(0.1 + 0.2, -0.0, 1234.567),
    );
    network.figures.co2_lca_kg_per_kwh = Some(0.1 + 0.2);
    network.declared_figures.co2_lca_kg_per_kwh = Some(0.1 + 0.2);
    network.production_mwh = vec![None, Some(1.0 / 3.0)];
    first(Ingested {
        heat: read(vec![network]),
        heat_untraced: read(vec![heat(None, "Belena", marker(5.0, 6.0))]),
        projects: read(vec![project("P", square(0.0, 0.0, 100.0))]),
        priority_areas: read(vec![pdp(&["7501C"], square(0.0, 0.0, 100.0))]),
        communes: read(vec![commune("75056", "Paris", square(-10.0, -10.0, 900.0))]),
        regulatory: read(vec![figure(2024, Some("7501C"), Some(50.1))]),
        ..Ingested::default()
    })
    .edition
}

fn blobs(edition: &Edition) -> Vec<(Layer, Vec<u8>)> {
    let layers = Layer::ALL.into_iter().rev();
    layers
        .map(|layer| (layer, encode(edition, layer)))
        .collect()
}

#[test]
fn an_edition_comes_back_to_the_last_bit_and_encodes_to_the_same_bytes() {
    let edition = sample();
    let blobs = blobs(&edition);
    let back = decode(&blobs).unwrap();
    assert_eq!(back, edition);
    for (layer, bytes) in &blobs {
        assert_eq!(&encode(&back, *layer), bytes);
    }
}

#[test]
fn an_unknown_member_is_passed_over_and_a_missing_one_is_unknown() {
    let mut sections = Sections {
        rows: 1,
        ..Sections::default()
    };
    let line = br#"{"key":"heat:7501C","source":"main","added_later":[1],"row":{"name":"A","colour":"red"}}"#;
    sections.attributes.extend_from_slice(line);
    sections.attributes.push(b'\n');
    geometry::write_network(&mut sections.geometry, None);
    let bytes = frame::pack(Layer::HeatUntraced, &sections);
    let edition = decode(&[(Layer::HeatUntraced, bytes)]).unwrap();
    assert_eq!(edition.networks[0].row.name.as_deref(), Some("A"));
    assert_eq!(edition.networks[0].row.operator, None);
}

#[test]
fn another_layer_a_cut_a_changed_byte_and_a_newer_version_are_told_apart() {
    let edition = sample();
    let bytes = encode(&edition, Layer::Heat);
    let error = |bytes: &[u8]| decode(&[(Layer::Heat, bytes)]).unwrap_err();
    assert_eq!(error(b""), CodecError::NotALayer);
    assert!(matches!(
        error(&bytes[..bytes.len() - 1]),
        CodecError::Damaged { .. }
    ));
    let mut changed = bytes.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert!(matches!(error(&changed), CodecError::Damaged { .. }));
    let mut newer = bytes.clone();
    newer[8] = 2;
    assert_eq!(error(&newer), CodecError::Newer { found: 2, known: 1 });
    let other = decode(&[(Layer::Cold, &bytes)]).unwrap_err();
    assert!(matches!(
        other,
        CodecError::OtherLayer {
            found: "heat",
            wanted: "cold"
        }
    ));
}

#[test]
fn very_repetitive_rows_come_back_too() {
    let mut edition = sample();
    let network = edition.networks[0].clone();
    edition.networks = vec![network; 20_000];
    let bytes = encode(&edition, Layer::of_network(&edition.networks[0].row));
    let back = decode(&[(Layer::of_network(&edition.networks[0].row), bytes)]).unwrap();
    assert_eq!(back.networks.len(), 20_000);
}

/// Written by version 1 from [`sample`]; must be readable for ever.
#[test]
fn a_layer_written_by_the_first_version_is_still_read() {
    let bytes = include_bytes!("../../../tests/fixtures/layer-heat-v1.bin");
    let edition = decode(&[(Layer::Heat, bytes)]).unwrap();
    let expected = sample();
    let of_sample = expected.networks.iter().find(|n| n.row.trace().is_some());
    assert_eq!(edition.networks.len(), 1);
    assert_eq!(edition.networks[0].key.as_str(), "heat:7501C");
    assert_eq!(edition.networks[0].row.shape, of_sample.unwrap().row.shape);
    assert_eq!(
        edition.networks[0].row.figures.renewable_rate_pct,
        Some(50.1)
    );
}

/// For the day when there is a second version: `--run-ignored only`, with the folder in `FIXTURE_DIR`.
#[test]
#[ignore = "writes a fixture"]
#[allow(clippy::disallowed_methods, clippy::disallowed_types)]
fn write_the_fixture_of_this_version() {
    let folder = std::env::var("FIXTURE_DIR").expect("FIXTURE_DIR says where");
    let name = format!("{folder}/layer-heat-v{}.bin", frame::VERSION);
    std::fs::write(name, encode(&sample(), Layer::Heat)).unwrap();
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(layer in 0_usize..8, bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _either = decode(&[(Layer::ALL[layer], &bytes)]);
    }

    #[test]
    fn no_change_of_a_good_blob_makes_it_panic_even_with_a_right_checksum(
        layer in 0_usize..8,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let layer = Layer::ALL[layer];
        let mut bytes = encode(&sample(), layer);
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()).max(64));
        }
        frame::reseal(&mut bytes);
        let _either = decode(&[(layer, &bytes)]);
    }

    #[test]
    fn no_sections_make_it_panic(attributes in ".{0,80}", geometry in proptest::collection::vec(any::<u8>(), 0..120), layer in 0_usize..8) {
        let layer = Layer::ALL[layer];
        let sections = Sections { rows: 1, attributes: format!("{attributes}\n").into_bytes(), geometry };
        let _either = decode(&[(layer, frame::pack(layer, &sections))]);
        let mut cursor = geometry::Cursor::new(&sections.geometry);
        while cursor.network().is_ok() || cursor.area().is_ok() {}
    }
}
