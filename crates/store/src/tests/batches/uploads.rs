//! The promises of the places where people's files are: one suite, for the folder and for the bucket.

use crate::batches::{BucketAddress, BucketUploads, FolderUploads, UploadName, Uploads};
use crate::error::StoreError;
use crate::tests::SmallDisk;
use caloduc_trial_bucket::{Failure, KEY, SECRET, TrialBucket};
use std::collections::HashSet;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

fn name(n: u8) -> UploadName {
    UploadName::new([n; 16])
}

fn keep(uploads: &dyn Uploads, n: u8, bytes: &[u8]) -> Result<(), StoreError> {
    let mut received = uploads.receive().unwrap();
    received.write(bytes).unwrap();
    uploads.keep(received, &name(n))
}

fn read(uploads: &dyn Uploads, n: u8) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    uploads.open(&name(n))?.read_to_end(&mut bytes).unwrap();
    Ok(bytes)
}

fn bucket(server: &TrialBucket, scratch: &Path) -> BucketUploads {
    let address = BucketAddress {
        endpoint: server.endpoint(),
        region: "somewhere".to_owned(),
        keys: Some((KEY.to_owned(), SECRET.to_owned())),
        ..BucketAddress::parse("s3://people/files").unwrap()
    };
    BucketUploads::open(&address, scratch).unwrap()
}

/// Runs a promise on both.
fn on_both(promise: impl Fn(&dyn Uploads)) {
    let dir = tempfile::tempdir().unwrap();
    promise(&FolderUploads::open(&dir.path().join("folder")).unwrap());
    let server = TrialBucket::start();
    promise(&bucket(&server, &dir.path().join("scratch")));
    assert_eq!(server.unfinished(), 0);
}

fn files_in(folder: &Path) -> usize {
    std::fs::read_dir(folder).unwrap().count()
}

/// Bytes that are not the same from one part to the next.
fn long(bytes: usize) -> Vec<u8> {
    (0..bytes).map(|at| (at / 4096 % 251) as u8).collect()
}

#[test]
fn a_file_is_kept_whole_and_erased() {
    on_both(|uploads| {
        keep(uploads, 1, b"12 rue des Lilas").unwrap();
        assert_eq!(read(uploads, 1).unwrap(), b"12 rue des Lilas");
        uploads.erase(&name(1)).unwrap();
        uploads.erase(&name(1)).unwrap();
        let gone = uploads.open(&name(1)).unwrap_err();
        assert!(matches!(gone, StoreError::UploadGone), "{gone}");
    });
}

#[test]
fn an_empty_file_and_a_long_one_come_back_as_they_were() {
    on_both(|uploads| {
        keep(uploads, 1, b"").unwrap();
        assert_eq!(read(uploads, 1).unwrap(), b"");
        let long = long(20_000_001);
        keep(uploads, 2, &long).unwrap();
        assert!(read(uploads, 2).unwrap() == long);
    });
}

#[test]
fn a_file_that_no_batch_needs_is_swept_once_it_is_old() {
    on_both(|uploads| {
        for n in 1..=5 {
            keep(uploads, n, b"x").unwrap();
        }
        let needed = HashSet::from([name(1).as_str().to_owned()]);
        let now = SystemTime::now();
        assert_eq!(uploads.sweep(&needed, now).unwrap(), 0);
        let later = now + Duration::from_hours(3);
        assert_eq!(uploads.sweep(&needed, later).unwrap(), 4);
        assert!(uploads.open(&name(1)).is_ok());
        assert!(uploads.open(&name(2)).is_err());
    });
}

#[test]
fn several_processes_see_the_same_bucket_and_none_keeps_a_copy() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let server = TrialBucket::start();
    let (first, second) = (bucket(&server, one.path()), bucket(&server, other.path()));
    keep(&first, 1, b"12 rue des Lilas").unwrap();
    assert_eq!(
        server.names(),
        [format!("people/files/{}", name(1).as_str())]
    );
    assert_eq!(read(&second, 1).unwrap(), b"12 rue des Lilas");
    assert_eq!((files_in(one.path()), files_in(other.path())), (0, 0));
    second.erase(&name(1)).unwrap();
    assert!(server.names().is_empty());
    assert!(first.open(&name(1)).is_err());
}

#[test]
fn a_bucket_that_stumbles_is_asked_again() {
    let dir = tempfile::tempdir().unwrap();
    let server = TrialBucket::start();
    let uploads = bucket(&server, dir.path());
    let long = long(17 << 20);
    for failure in [Failure::Unavailable, Failure::Cut, Failure::Slow] {
        server.fail(&[failure]);
        keep(&uploads, 1, b"short").unwrap();
        keep(&uploads, 2, &long).unwrap();
        server.fail(&[failure]);
        assert_eq!(read(&uploads, 1).unwrap(), b"short", "{failure:?}");
        server.fail(&[Failure::Slow, failure]);
        assert!(read(&uploads, 2).unwrap() == long, "{failure:?}");
        server.fail(&[failure]);
        uploads.erase(&name(1)).unwrap();
    }
    assert_eq!(server.unfinished(), 0);
}

#[test]
fn a_bucket_that_stays_away_is_said_and_leaves_nothing_here() {
    let dir = tempfile::tempdir().unwrap();
    let server = TrialBucket::start();
    let uploads = bucket(&server, dir.path());
    server.fail(&[Failure::Unavailable; 5]);
    let refused = keep(&uploads, 1, b"12 rue des Lilas").unwrap_err();
    assert!(matches!(refused, StoreError::Bucket { .. }), "{refused}");
    assert!(!refused.to_string().contains(SECRET));
    assert_eq!(files_in(dir.path()), 0);
    assert!(server.names().is_empty());
    server.fail(&[Failure::Unavailable; 5]);
    assert!(uploads.check().is_err());
    uploads.check().unwrap();
}

#[test]
fn parts_already_sent_are_taken_back_when_one_cannot_be() {
    let dir = tempfile::tempdir().unwrap();
    let server = TrialBucket::start();
    let uploads = bucket(&server, dir.path());
    let mut received = uploads.receive().unwrap();
    received.write(&long(17 << 20)).unwrap();
    // The beginning and the first part pass late; the second part never does.
    let mut failures = vec![Failure::Slow; 2];
    failures.extend([Failure::Unavailable; 5]);
    server.fail(&failures);
    assert!(uploads.keep(received, &name(1)).is_err());
    assert_eq!((server.unfinished(), server.names().len()), (0, 0));
}

#[test]
fn a_full_disk_is_said_and_leaves_no_piece() {
    let dir = tempfile::tempdir().unwrap();
    let full = Arc::new(SmallDisk::with_bytes(10));
    let uploads = FolderUploads::open(dir.path()).unwrap().gated(full);
    let mut received = uploads.receive().unwrap();
    assert!(
        received
            .write(b"12 rue des Lilas")
            .unwrap_err()
            .is_out_of_room()
    );
    drop(received);
    assert_eq!(files_in(dir.path()), 0);
}

#[test]
fn a_name_leads_nowhere_else() {
    for text in ["../secrets", "", "zz", &"g".repeat(32)] {
        assert_eq!(UploadName::parse(text), None);
    }
    assert_eq!(UploadName::parse(name(3).as_str()), Some(name(3)));
}

#[test]
fn the_address_of_a_bucket_is_read_and_its_keys_are_not_shown() {
    let mut address = BucketAddress::parse("s3://people/some/files/").unwrap();
    assert_eq!(
        (address.bucket.as_str(), address.prefix.as_str()),
        ("people", "some/files")
    );
    address.keys = Some((KEY.to_owned(), SECRET.to_owned()));
    assert!(!format!("{address:?}").contains(SECRET));
    for text in ["", "s3://", "people", "s3:///files", "https://people/files"] {
        assert_eq!(BucketAddress::parse(text), None, "{text}");
    }
}
