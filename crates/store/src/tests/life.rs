//! Drafts, publication, going back, forgetting.

use super::*;
use crate::{Change, EditionState};

#[test]
fn a_draft_changes_nothing_until_it_is_published() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    assert!(store.current().unwrap().is_none());
    let first = keep(&store, 1, 1000, false).unwrap();
    assert_eq!(first, 1);
    assert!(store.current().unwrap().is_none());
    assert_eq!(store.release(first).unwrap().state, EditionState::Draft);

    let published = store.publish(first, &noon(3)).unwrap();
    assert_eq!((published.number, published.replaced), (1, None));
    assert_eq!(store.current().unwrap().unwrap().number, first);
    let release = store.release(first).unwrap();
    assert_eq!(
        (release.state, release.published),
        (EditionState::Current, vec![noon(3)])
    );
    assert_whole(&store);
}

#[test]
fn publishing_what_is_in_service_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let number = keep(&store, 1, 1000, true).unwrap();
    assert_eq!(
        store.publish(number, &noon(4)).unwrap().replaced,
        Some(number)
    );
    assert_eq!(store.publications().unwrap().len(), 1);
}

#[test]
fn going_back_publishes_an_earlier_release_and_history_keeps_both() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    assert!(matches!(
        store.rollback(&noon(5)),
        Err(StoreError::NothingBefore)
    ));
    for seed in [10, 20, 30] {
        keep(&store, seed, 1000, true).unwrap();
    }
    assert_eq!(store.rollback(&noon(5)).unwrap().number, 2);
    assert_eq!(store.rollback(&noon(6)).unwrap().number, 1);
    assert!(matches!(
        store.rollback(&noon(7)),
        Err(StoreError::NothingBefore)
    ));
    let history: Vec<u32> = store
        .publications()
        .unwrap()
        .iter()
        .map(|p| p.number)
        .collect();
    assert_eq!(history, [1, 2, 3, 2, 1]);
    assert_eq!(store.release(3).unwrap().state, EditionState::Past);
    assert_whole(&store);
}

#[test]
fn a_stale_draft_says_what_it_started_from() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    keep(&store, 10, 1000, true).unwrap();
    let stale = keep(&store, 20, 1000, false).unwrap();
    keep(&store, 30, 1000, true).unwrap();
    let published = store.publish(stale, &noon(5)).unwrap();
    assert_eq!(
        (published.replaced, published.started_from),
        (Some(3), Some(1))
    );
}

#[test]
fn only_drafts_are_discarded_and_their_numbers_never_come_back() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let released = keep(&store, 10, 1000, true).unwrap();
    let objects = files_under(&dir.path().join("objects"));
    let draft = keep(&store, 20, 1000, false).unwrap();
    assert!(matches!(
        store.discard(released),
        Err(StoreError::NotADraft { number: 1 })
    ));
    assert!(matches!(
        store.discard(99),
        Err(StoreError::UnknownEdition { number: 99 })
    ));
    store.discard(draft).unwrap();
    assert!(matches!(
        store.release(draft),
        Err(StoreError::UnknownEdition { .. })
    ));
    assert_eq!(files_under(&dir.path().join("objects")), objects);
    assert_eq!(keep(&store, 30, 1000, false).unwrap(), 3);
    assert_whole(&store);
}

#[test]
fn a_release_that_was_replaced_is_still_immutable() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    keep(&store, 10, 1000, true).unwrap();
    keep(&store, 20, 1000, true).unwrap();
    assert!(matches!(
        store.discard(1),
        Err(StoreError::NotADraft { number: 1 })
    ));
}

#[test]
fn a_watch_sees_what_another_opening_publishes() {
    let dir = tempfile::tempdir().unwrap();
    let (serving, importing) = (open(dir.path()), open(dir.path()));
    let mut watch = serving.watch_current();
    assert!(matches!(watch.poll().unwrap(), Change::Current(None)));
    assert!(matches!(watch.poll().unwrap(), Change::Same));
    keep(&importing, 10, 1000, false).unwrap();
    assert!(matches!(watch.poll().unwrap(), Change::Same));
    keep(&importing, 20, 1000, true).unwrap();
    let Change::Current(Some(current)) = watch.poll().unwrap() else {
        panic!("a new release")
    };
    assert_eq!(current.number, 2);
    assert!(matches!(watch.poll().unwrap(), Change::Same));
    // Publications of one's own are noticed too.
    serving.publish(1, &noon(6)).unwrap();
    assert!(matches!(watch.poll().unwrap(), Change::Current(Some(current)) if current.number == 1));
}

#[tokio::test]
async fn the_store_may_be_asked_and_dropped_inside_a_runtime() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    assert!(store.releases().unwrap().is_empty());
    drop(store);
}

#[test]
fn the_address_index_is_replaced_whole_or_not_at_all() {
    use std::io::Write;
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    assert!(store.address_index().unwrap().is_none());
    let begin = || store.begin_address_index(10, WhenBusy::Refuse, &|| ());
    let mut pending = begin().unwrap();
    pending.file_mut().write_all(b"first").unwrap();
    assert!(matches!(begin(), Err(StoreError::Busy { .. })));
    assert!(store.address_index().unwrap().is_none());
    pending.commit().unwrap();
    let first = store.address_index().unwrap().unwrap();
    let mut dropped = begin().unwrap();
    dropped.file_mut().write_all(b"second").unwrap();
    drop(dropped);
    assert_eq!(
        (*store.address_index().unwrap().unwrap()).as_ref(),
        b"first"
    );
    let mut pending = begin().unwrap();
    pending.file_mut().write_all(b"third").unwrap();
    pending.commit().unwrap();
    assert_eq!((*first).as_ref(), b"first");
    assert_eq!(
        (*store.address_index().unwrap().unwrap()).as_ref(),
        b"third"
    );
    assert!(files_under(&dir.path().join("tmp")).is_empty());
}
