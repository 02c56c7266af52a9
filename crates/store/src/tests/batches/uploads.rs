//! The folder of people's files.

use crate::batches::{FolderUploads, UploadName, Uploads};
use crate::tests::SmallDisk;
use std::collections::HashSet;
use std::io::Read;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

fn name(n: u8) -> UploadName {
    UploadName::new([n; 16])
}

fn keep(uploads: &FolderUploads, n: u8) {
    let mut received = uploads.receive().unwrap();
    received.write(b"12 rue des Lilas").unwrap();
    uploads.keep(received, &name(n)).unwrap();
}

#[test]
fn a_file_is_kept_whole_and_erased() {
    let dir = tempfile::tempdir().unwrap();
    let uploads = FolderUploads::open(&dir.path().join("uploads")).unwrap();
    keep(&uploads, 1);
    let mut text = String::new();
    uploads
        .open(&name(1))
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!(text, "12 rue des Lilas");
    uploads.erase(&name(1)).unwrap();
    uploads.erase(&name(1)).unwrap();
    assert!(uploads.open(&name(1)).is_err());
}

#[test]
fn a_file_that_no_batch_needs_is_swept_once_it_is_old() {
    let dir = tempfile::tempdir().unwrap();
    let uploads = FolderUploads::open(dir.path()).unwrap();
    keep(&uploads, 1);
    keep(&uploads, 2);
    let needed = HashSet::from([name(1).as_str().to_owned()]);
    let now = SystemTime::now();
    assert_eq!(uploads.sweep(&needed, now).unwrap(), 0);
    let later = now + Duration::from_hours(3);
    assert_eq!(uploads.sweep(&needed, later).unwrap(), 1);
    assert!(uploads.open(&name(1)).is_ok());
    assert!(uploads.open(&name(2)).is_err());
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
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[test]
fn a_name_leads_nowhere_else() {
    for text in ["../secrets", "", "zz", &"g".repeat(32)] {
        assert_eq!(UploadName::parse(text), None);
    }
    assert_eq!(UploadName::parse(name(3).as_str()), Some(name(3)));
}
