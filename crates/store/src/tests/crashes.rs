//! Killed at any instant, out of disk at any byte, two at once: the edition in service is the old one or the new one.

use super::*;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

const LENGTH: usize = 3 << 20;

/// How many kills: a few by default, a hundred in `make endure`.
fn rounds() -> u64 {
    std::env::var("CALODUC_ENDURE")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(6)
}

/// Not a test of its own: the process that the next test kills. It publishes editions for ever.
#[test]
#[ignore = "the victim of the next test"]
fn victim() {
    let Some(dir) = std::env::var_os("CALODUC_VICTIM_DIR") else {
        return;
    };
    let store = open(Path::new(&dir));
    for seed in 0_u64.. {
        keep(&store, seed * 2, LENGTH, true).unwrap();
    }
}

#[test]
fn killed_at_random_instants_the_current_edition_is_always_whole() {
    let dir = tempfile::tempdir().unwrap();
    let before = keep(&open(dir.path()), 1, LENGTH, true).unwrap();
    let mut seen = before;
    for round in 0..rounds() {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "tests::crashes::victim",
                "--ignored",
                "--test-threads=1",
            ])
            .env("CALODUC_VICTIM_DIR", dir.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // A spread of instants, from before the directory is open to several publications later.
        let delay = u64::from_le_bytes(noise(round, 8).try_into().unwrap()) % 400;
        std::thread::sleep(Duration::from_millis(delay));
        child.kill().unwrap();
        child.wait().unwrap();

        let store = open(dir.path());
        assert_whole(&store);
        let current = store.current().unwrap().unwrap().number;
        assert!(current >= seen);
        seen = current;
    }
    // What the dead left behind is cleared by the next import, which gets a number of its own.
    let store = open(dir.path());
    let next = keep(&store, 999, LENGTH, true).unwrap();
    assert!(next > seen);
    assert!(files_under(&dir.path().join("tmp/import")).is_empty());
    let referenced = store
        .ask(|c| async move { c.referenced().await })
        .unwrap()
        .len();
    assert_eq!(files_under(&dir.path().join("objects")).len(), referenced);
}

#[test]
fn a_disk_that_fills_up_at_any_write_leaves_the_edition_in_service() {
    let dir = tempfile::tempdir().unwrap();
    let length = 2 << 20;
    keep(&open(dir.path()), 1, length, true).unwrap();
    let objects = files_under(&dir.path().join("objects"));
    // Two new blobs of 2 MiB in pieces of 1 MiB, a report and three places: every piece and place refuses once.
    for left in [
        -1,
        0,
        1 << 20,
        3 << 19,
        2 << 20,
        3 << 20,
        (4 << 20) - 1,
        4 << 20,
        (4 << 20) + 8,
    ] {
        let gate: Arc<dyn WriteGate> = Arc::new(SmallDisk::with_bytes(left));
        let store = Store::open(
            dir.path(),
            OpenOptions {
                write_gate: Some(gate),
            },
        )
        .unwrap();
        let error = keep(&store, 2, length, true).unwrap_err();
        assert!(error.is_out_of_room(), "{error}");
        assert!(error.to_string().contains("Le disque est plein"));
        assert_eq!(store.current().unwrap().unwrap().number, 1);
        assert_whole(&store);
        assert_eq!(files_under(&dir.path().join("objects")), objects);
        assert!(files_under(&dir.path().join("tmp")).is_empty());
    }
    assert!(keep(&open(dir.path()), 2, length, true).unwrap() > 1);
}

struct Unmount<'a>(&'a str);

impl Drop for Unmount<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

/// A real file system of a few megabytes, where SQLite meets the end of the disk too. Needs root; skipped without.
#[test]
fn a_real_full_disk_leaves_the_edition_in_service() {
    let place = tempfile::tempdir().unwrap();
    let mount = |args: &[&str]| {
        Command::new("mount")
            .args(args)
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|s| s.success())
    };
    let path = place.path().to_str().unwrap();
    if !mount(&["-t", "tmpfs", "-o", "size=24m", "caloduc-test", path]) {
        println!("skipped: mounting a small disk needs root");
        return;
    }
    let _unmount = Unmount(path);
    let data = place.path().join("data");
    let store = open(&data);
    keep(&store, 1, 1 << 20, true).unwrap();
    // Fill the rest of the disk but for less and less.
    for spare in [4 << 20, 1 << 20, 300 << 10, 20 << 10, 0] {
        let ballast = place.path().join("ballast");
        let free = crate::disk::free_bytes(place.path()).unwrap() as usize;
        // The very last page may be taken meanwhile: the disk is full all the same.
        let _ = std::fs::write(&ballast, vec![1; free.saturating_sub(spare)]);
        let mut failed = false;
        for seed in 0..40 {
            match keep(&store, 100 + seed * 2, 1 << 20, true) {
                Ok(_) => {}
                Err(error) => {
                    assert!(error.is_out_of_room(), "{error}");
                    failed = true;
                    break;
                }
            }
        }
        assert!(failed, "the disk never filled up");
        assert_whole(&store);
        assert_whole(&open_even_full(&data));
        std::fs::remove_file(&ballast).unwrap();
        for draft in store.releases().unwrap() {
            let _ = store.discard(draft.number);
        }
    }
}

/// What SQLite does by itself when the disk is full, then the rollback that is asked for when the transaction is dropped.
#[test]
fn the_catalogue_writes_again_after_a_transaction_that_the_database_ended_by_itself() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path());
    let before = store.next_number().unwrap();
    store
        .ask(|c| async move {
            let mut tx = c
                .writer
                .begin_with(crate::catalogue::sqlite::BEGIN_WRITE)
                .await?;
            sqlx::query("ROLLBACK").execute(&mut *tx).await?;
            Ok(())
        })
        .unwrap();
    assert_eq!(store.next_number().unwrap(), before + 1);
}

/// On a disk without one free byte a second opening may be refused for want of room, but never with a damaged store.
fn open_even_full(data: &Path) -> Store {
    match Store::open(data, OpenOptions::default()) {
        Ok(store) => store,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn room_is_checked_before_big_work() {
    let dir = tempfile::tempdir().unwrap();
    let error = crate::disk::check_room(dir.path(), u64::MAX / 4).unwrap_err();
    assert!(matches!(error, StoreError::NoRoom { .. }));
    assert!(error.to_string().contains("Libérez de la place"));
    crate::disk::check_room(dir.path(), 0).unwrap();
}

#[test]
fn two_imports_at_once_both_end_as_whole_editions() {
    let dir = tempfile::tempdir().unwrap();
    open(dir.path());
    let numbers = std::sync::Mutex::new(BTreeSet::new());
    std::thread::scope(|scope| {
        for writer in 0..4_u64 {
            let (dir, numbers) = (dir.path(), &numbers);
            scope.spawn(move || {
                let store = open(dir);
                for round in 0..3 {
                    let number =
                        keep(&store, writer * 100 + round * 2, 200_000, round % 2 == 0).unwrap();
                    assert!(
                        numbers.lock().unwrap().insert(number),
                        "a number was given twice"
                    );
                }
            });
        }
    });
    let store = open(dir.path());
    assert_eq!(store.releases().unwrap().len(), 12);
    assert_whole(&store);
}

#[test]
fn a_second_import_may_ask_to_be_told_instead_of_waiting() {
    let dir = tempfile::tempdir().unwrap();
    let (first, second) = (open(dir.path()), open(dir.path()));
    let at_work = first
        .workshop(Trade::Import, WhenBusy::Wait, &|| ())
        .unwrap();
    let refused = second
        .workshop(Trade::Import, WhenBusy::Refuse, &|| ())
        .unwrap_err();
    assert!(refused.to_string().contains("Un autre import"));
    let told = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let told = &told;
        let waiter = scope.spawn(move || {
            second
                .workshop(Trade::Import, WhenBusy::Wait, &|| {
                    told.store(true, Ordering::SeqCst);
                })
                .map(|_| ())
        });
        while !told.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        drop(at_work);
        waiter.join().unwrap().unwrap();
    });
}
