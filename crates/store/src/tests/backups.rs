//! Putting aside and taking back, while serving and importing.

use super::*;
use crate::Change;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

fn silent(_done: u64, _total: u64) {}

fn with_two_releases(dir: &Path) -> Store {
    use std::io::Write;
    let store = open(dir);
    keep(&store, 10, 50_000, true).unwrap();
    keep(&store, 20, 50_000, true).unwrap();
    let mut index = store
        .begin_address_index(10, WhenBusy::Wait, &|| ())
        .unwrap();
    index.file_mut().write_all(b"the address index").unwrap();
    index.commit().unwrap();
    store
}

fn backed_up(store: &Store) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("backup.tar.zst");
    let summary = store.backup(&file, &noon(9), &silent).unwrap();
    assert_eq!(
        (summary.current, summary.editions, summary.address_index),
        (Some(2), 2, true)
    );
    (dir, file)
}

fn restore(store: &Store, file: &Path) -> Result<crate::BackupSummary, StoreError> {
    store.restore(file, &|| (), &silent)
}

#[test]
fn a_backup_restores_into_an_empty_directory() {
    let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = with_two_releases(from.path());
    let (_keep, file) = backed_up(&store);
    let other = open(to.path());
    restore(&other, &file).unwrap();
    assert_eq!(other.releases().unwrap(), store.releases().unwrap());
    assert_eq!(other.publications().unwrap(), store.publications().unwrap());
    assert_eq!(
        (*other.address_index().unwrap().unwrap()).as_ref(),
        b"the address index"
    );
    assert_whole(&other);
    assert!(files_under(&to.path().join("tmp")).is_empty());
}

#[test]
fn a_restore_while_serving_is_noticed_and_numbers_given_since_stay_given() {
    let dir = tempfile::tempdir().unwrap();
    let store = with_two_releases(dir.path());
    let (_keep, file) = backed_up(&store);
    keep(&store, 30, 50_000, true).unwrap();
    let mut watch = open(dir.path()).watch_current();
    let Change::Current(Some(served)) = watch.poll().unwrap() else {
        panic!("a release")
    };
    restore(&store, &file).unwrap();
    let Change::Current(Some(current)) = watch.poll().unwrap() else {
        panic!("noticed")
    };
    assert_eq!(current.number, 2);
    // The map of what was served meanwhile is still good.
    assert_eq!((*served.snapshot).as_ref()[0], 3);
    assert_eq!(keep(&store, 40, 50_000, false).unwrap(), 4);
    assert_whole(&store);
}

#[test]
fn a_truncated_or_altered_backup_is_refused_and_nothing_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let store = with_two_releases(dir.path());
    let (keep_dir, file) = backed_up(&store);
    keep(&store, 30, 50_000, true).unwrap();
    let before = (
        files_under(&dir.path().join("objects")),
        store.releases().unwrap(),
    );
    let good = std::fs::read(&file).unwrap();
    let bad = keep_dir.path().join("bad.tar.zst");
    let refuse = |bytes: &[u8]| {
        std::fs::write(&bad, bytes).unwrap();
        let error = restore(&store, &bad).unwrap_err();
        assert!(matches!(error, StoreError::BadBackup { .. }), "{error}");
        assert!(error.to_string().contains("Rien n’a été modifié"));
        assert_eq!(
            (
                files_under(&dir.path().join("objects")),
                store.releases().unwrap()
            ),
            before
        );
    };
    for cut in [
        0,
        3,
        10,
        good.len() / 3,
        good.len() / 2,
        good.len() - 4,
        good.len() - 1,
    ] {
        refuse(&good[..cut]);
    }
    for place in (0..24).map(|i| i * good.len() / 24) {
        let mut altered = good.clone();
        altered[place] ^= 0x55;
        refuse(&altered);
    }
    refuse(b"not a backup at all");
    assert_whole(&store);
    restore(&store, &file).unwrap();
}

#[test]
fn members_that_were_not_announced_or_leave_the_folder_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let manifest = format!(
        "{{\"caloduc_backup\":1,\"format\":1,\"created\":\"{}\",\"current\":null,\"editions\":0,\"entries\":[{{\"name\":\"objects/../x\",\"bytes\":1,\"blake3\":\"{}\"}}]}}",
        noon(1),
        blake3::hash(b"x").to_hex()
    );
    for name in ["objects/../x", "stranger"] {
        let mut archive = tar::Builder::new(Vec::new());
        for (name, bytes) in [("manifest.json", manifest.as_bytes()), (name, b"x")] {
            let mut header = tar::Header::new_gnu();
            header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_size(bytes.len() as u64);
            header.set_cksum();
            archive.append(&header, bytes).unwrap();
        }
        let file = dir.path().join("evil.tar.zst");
        std::fs::write(
            &file,
            zstd::encode_all(&archive.into_inner().unwrap()[..], 1).unwrap(),
        )
        .unwrap();
        assert!(matches!(
            restore(&store, &file),
            Err(StoreError::BadBackup { .. })
        ));
    }
    assert!(!dir.path().join("x").exists());
}

/// Says when the work is over, however it ends: a failed assertion must not leave a thread that works for ever.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_backup_made_while_others_import_is_of_one_instant() {
    let dir = tempfile::tempdir().unwrap();
    let store = with_two_releases(dir.path());
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (over, path) = (&over, dir.path());
        let _over = Over(over);
        scope.spawn(move || {
            let importing = open(path);
            let mut seed = 100;
            while !over.load(Ordering::Relaxed) {
                seed += 2;
                let draft = keep(&importing, seed, 5_000, seed % 8 == 0).unwrap();
                // Clean-ups are what a backup must not suffer from.
                let _ = importing.discard(draft);
            }
        });
        for round in 0..3 {
            let out = tempfile::tempdir().unwrap();
            let file = out.path().join("b");
            let summary = store.backup(&file, &noon(9), &silent).unwrap();
            let other = open(&out.path().join(format!("restored-{round}")));
            restore(&other, &file).unwrap();
            assert_eq!(other.current().unwrap().map(|c| c.number), summary.current);
            assert_whole(&other);
        }
    });
    assert_whole(&store);
}

#[test]
fn a_full_disk_during_backup_or_restore_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let store = with_two_releases(dir.path());
    let (out, file) = backed_up(&store);
    let good = std::fs::read(&file).unwrap();
    for left in [0, 20_000, 100_000] {
        let gate: Arc<dyn WriteGate> = Arc::new(SmallDisk::with_bytes(left));
        let small = Store::open(
            dir.path(),
            OpenOptions {
                write_gate: Some(gate),
            },
        )
        .unwrap();
        assert!(
            small
                .backup(&file, &noon(9), &silent)
                .unwrap_err()
                .is_out_of_room()
        );
        assert_eq!(std::fs::read(&file).unwrap(), good);
        let gate: Arc<dyn WriteGate> = Arc::new(SmallDisk::with_bytes(left));
        let target = out.path().join("target");
        drop(open(&target));
        let small = Store::open(
            &target,
            OpenOptions {
                write_gate: Some(gate),
            },
        )
        .unwrap();
        assert!(restore(&small, &file).unwrap_err().is_out_of_room());
        assert!(small.releases().unwrap().is_empty());
        assert!(files_under(&target.join("objects")).is_empty());
    }
    assert_eq!(
        files_under(out.path())
            .iter()
            .filter(|f| f.contains("part-"))
            .count(),
        0
    );
    assert_whole(&store);
}

#[test]
fn a_damaged_artefact_is_said_instead_of_being_backed_up() {
    let dir = tempfile::tempdir().unwrap();
    let store = with_two_releases(dir.path());
    let (_, report) = store.ask(|c| async move { c.artefacts(1).await }).unwrap();
    let path = store.inner.objects.path(&report);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[0] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let out = tempfile::tempdir().unwrap();
    let error = store
        .backup(&out.path().join("b"), &noon(9), &silent)
        .unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }));
    assert!(files_under(out.path()).is_empty());
}
