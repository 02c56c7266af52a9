//! From files to editions and back.

use super::*;
use crate::{ImportOptions, ImportOutcome};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

/// A heat file of `count` short traces in Marseille, with a rate.
fn heat(dir: &Path, count: usize, rate: f64) -> PathBuf {
    let mut features = String::new();
    for i in 0..count {
        let lon = 5.37 + i as f64 * 0.002;
        let _ = write!(
            features,
            "{}{{\"type\":\"Feature\",\"properties\":{{\"Identifiant reseau\":\"13{i:02}C\",\"nom_reseau\":\"Réseau {i}\",\"communes\":\"Marseille\",\"departement\":\"Bouches-du-Rhône\",\"Taux EnR&R\":{rate}}},\"geometry\":{{\"type\":\"MultiLineString\",\"coordinates\":[[[{lon},43.3],[{},43.301]]]}}}}",
            if i == 0 { "" } else { "," },
            lon + 0.001
        );
    }
    let path = dir.join("reseaux_de_chaleur.geojson");
    std::fs::write(
        &path,
        format!("{{\"type\":\"FeatureCollection\",\"features\":[{features}]}}"),
    )
    .unwrap();
    path
}

fn import(store: &Store, path: &Path, publish: bool) -> Result<ImportOutcome, StoreError> {
    let options = ImportOptions {
        publish,
        ..ImportOptions::new(noon(1))
    };
    store.import(&[path.to_owned()], &options, &|_| ())
}

#[test]
fn files_become_a_draft_then_a_release_that_reads_back() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir.path().join("data"));
    let outcome = import(&store, &heat(dir.path(), 3, 50.0), false).unwrap();
    assert_eq!((outcome.number, outcome.published), (Some(1), None));
    assert_eq!((outcome.changes.added, outcome.changes.removed), (3, 0));
    assert!(store.current().unwrap().is_none());
    assert_eq!(store.edition(1).unwrap().networks.len(), 3);
    assert_eq!(store.report(1).unwrap(), outcome.report);
    assert_eq!(
        store.release(1).unwrap().summary,
        outcome.report.managers_line()
    );

    let outcome = import(&store, &heat(dir.path(), 2, 60.0), true).unwrap();
    assert_eq!(outcome.published.map(|p| p.number), Some(2));
    assert_eq!(store.snapshot(2).unwrap().stamp().release, Some(2));
    let diff = store.diff(1, 2).unwrap();
    assert_eq!((diff.removed.len(), diff.changed.is_empty()), (1, false));
    assert_eq!(store.verify().unwrap().problems, Vec::<String>::new());
}

#[test]
fn an_import_starts_from_the_release_in_service_and_not_from_a_draft() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir.path().join("data"));
    import(&store, &heat(dir.path(), 3, 50.0), true).unwrap();
    import(&store, &heat(dir.path(), 9, 50.0), false).unwrap();
    let outcome = import(&store, &heat(dir.path(), 3, 50.0), false).unwrap();
    assert_eq!(
        (outcome.number, outcome.changes.added, outcome.changes.kept),
        (Some(3), 0, 3)
    );
    assert_eq!(store.release(3).unwrap().based_on, Some(1));
}

#[test]
fn a_file_that_cannot_be_read_publishes_nothing_and_makes_no_draft() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir.path().join("data"));
    import(&store, &heat(dir.path(), 3, 50.0), true).unwrap();
    let bad = dir.path().join("reseaux_de_froid.geojson");
    std::fs::write(&bad, "{\"type\":").unwrap();
    let outcome = import(&store, &bad, true).unwrap();
    assert!(outcome.report.refused());
    assert_eq!((outcome.number, outcome.published), (None, None));

    // Beside a good one: a draft that a person may look at, but nothing goes into service.
    let outcome = import(
        &store,
        dir.path().join("reseaux_de_chaleur.geojson").as_path(),
        false,
    )
    .unwrap();
    assert_eq!(outcome.number, Some(2));
    let both = [dir.path().join("reseaux_de_chaleur.geojson"), bad];
    let options = ImportOptions {
        publish: true,
        ..ImportOptions::new(noon(1))
    };
    let outcome = store.import(&both, &options, &|_| ()).unwrap();
    assert!(outcome.report.refused() && outcome.published.is_none());
    assert_eq!(store.current().unwrap().unwrap().number, 1);
}

#[test]
fn an_import_on_a_disk_that_fills_up_leaves_the_release_in_service() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    import(&open(&data), &heat(dir.path(), 3, 50.0), true).unwrap();
    for left in [-1, 100, 1_000, 4_000] {
        let gate: Arc<dyn WriteGate> = Arc::new(SmallDisk::with_bytes(left));
        let store = Store::open(
            &data,
            OpenOptions {
                write_gate: Some(gate),
            },
        )
        .unwrap();
        let error = import(&store, &heat(dir.path(), 40, 70.0), true).unwrap_err();
        assert!(error.is_out_of_room(), "{error}");
        assert_eq!(store.current().unwrap().unwrap().number, 1);
        assert_eq!(store.verify().unwrap().problems, Vec::<String>::new());
    }
}
