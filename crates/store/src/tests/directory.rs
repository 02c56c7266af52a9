//! Formats of the data directory: new, older, newer, unreadable.

use super::*;
use crate::catalogue::{FORMAT, MIGRATIONS, sqlite};
use crate::layout::Layout;
use crate::runtime::Bridge;

fn prepare(dir: &Path, migrations: &'static [&'static str]) -> Result<(), StoreError> {
    let layout = Layout::create(dir).unwrap();
    Bridge::start()
        .unwrap()
        .run(async move { sqlite::prepare(&layout, migrations).await.map(|_lock| ()) })
}

const FUTURE: &[&str] = &[
    MIGRATIONS[0],
    MIGRATIONS[1],
    "CREATE TABLE later (id BIGINT PRIMARY KEY);",
];

#[test]
fn a_directory_of_a_newer_version_is_refused_untouched() {
    let dir = tempfile::tempdir().unwrap();
    prepare(dir.path(), FUTURE).unwrap();
    let before = files_under(dir.path());
    let error = Store::open(dir.path(), OpenOptions::default()).unwrap_err();
    let known = FORMAT;
    assert!(matches!(error, StoreError::NewerFormat { found: 3, known: k, .. } if k == known));
    assert!(error.to_string().contains("mettez caloduc à jour"));
    assert_eq!(files_under(dir.path()), before);
}

#[test]
fn a_newer_number_is_enough_to_refuse() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("VERSION"), "999\n").unwrap();
    assert!(matches!(
        Store::open(dir.path(), OpenOptions::default()),
        Err(StoreError::NewerFormat { found: 999, .. })
    ));
    assert_eq!(files_under(dir.path()).len(), 1);
    std::fs::write(dir.path().join("VERSION"), "abc").unwrap();
    assert!(matches!(
        Store::open(dir.path(), OpenOptions::default()),
        Err(StoreError::Damaged { .. })
    ));
}

#[test]
fn an_older_directory_is_upgraded_after_a_copy_of_its_catalogue() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    keep(&store, 10, 1000, true).unwrap();
    drop(store);
    prepare(dir.path(), FUTURE).unwrap();
    assert_eq!(
        std::fs::read_to_string(dir.path().join("VERSION")).unwrap(),
        "3\n"
    );
    let copy = dir.path().join("upgrades/caloduc-format-2-copie-1.db");

    // The copy is a catalogue of the older format that works: put back by hand, everything is there.
    std::fs::copy(&copy, dir.path().join("caloduc.db")).unwrap();
    for side in ["caloduc.db-wal", "caloduc.db-shm"] {
        let _ = std::fs::remove_file(dir.path().join(side));
    }
    std::fs::write(dir.path().join("VERSION"), "1\n").unwrap();
    let store = open(dir.path());
    assert_eq!(store.current().unwrap().unwrap().number, 1);
    assert_whole(&store);
}

#[test]
fn an_upgrade_waits_for_nobody_to_use_the_directory() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let layout = Layout::create(dir.path()).unwrap();
    // What an upgrade asks for, and does not get while a store is open.
    assert!(
        layout
            .usage_lock()
            .unwrap()
            .try_exclusive()
            .unwrap()
            .is_none()
    );
    drop(store);
    assert!(
        layout
            .usage_lock()
            .unwrap()
            .try_exclusive()
            .unwrap()
            .is_some()
    );
}

#[test]
fn an_upgrade_that_fails_leaves_the_older_catalogue_whole() {
    const BROKEN: &[&str] = &[
        MIGRATIONS[0],
        MIGRATIONS[1],
        "CREATE TABLE later (id BIGINT PRIMARY KEY); CREATE TABLE nonsense;",
    ];
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    keep(&store, 10, 1000, true).unwrap();
    drop(store);
    assert!(prepare(dir.path(), BROKEN).is_err());
    let store = open(dir.path());
    assert_eq!(store.current().unwrap().unwrap().number, 1);
    assert_whole(&store);
}

#[test]
fn several_openings_create_one_directory() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("not/yet");
    std::thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| open(&path).releases().unwrap());
        }
    });
    assert_eq!(
        std::fs::read_to_string(path.join("VERSION")).unwrap(),
        format!("{FORMAT}\n")
    );
}

#[test]
fn a_missing_catalogue_is_said_and_not_replaced_by_an_empty_one() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    std::fs::remove_file(dir.path().join("caloduc.db")).unwrap();
    assert!(matches!(
        Store::open(dir.path(), OpenOptions::default()),
        Err(StoreError::Damaged { .. })
    ));
}

#[test]
fn altered_and_missing_artefacts_are_found_and_healed_by_the_next_import() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    keep(&store, 10, 5000, true).unwrap();
    let shared = store
        .inner
        .objects
        .path(&crate::objects::ObjectHash::of(&noise(7_777, 5000)));
    let mut bytes = std::fs::read(&shared).unwrap();
    bytes[2500] ^= 1;
    std::fs::write(&shared, &bytes).unwrap();
    let problems = store.verify().unwrap().problems;
    assert_eq!(problems.len(), 1);
    assert!(problems[0].contains("altéré"), "{problems:?}");
    assert!(matches!(
        store.layer_bytes(1),
        Err(StoreError::Damaged { .. })
    ));
    keep(&store, 20, 5000, true).unwrap();
    assert_whole(&store);
    std::fs::remove_file(&shared).unwrap();
    assert!(store.verify().unwrap().problems[0].contains("manque"));
}
