//! Killed at any instant, out of disk, two at once: what is in service is the old edition or the new one, whole.

use crate::stage::{Ended, Stage, ended, heat, plain};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

/// Networks enough for an import to last.
const NETWORKS: usize = 3_000;

fn importing(stage: &Stage) -> Command {
    let mut command = stage.command();
    command
        .args(["import", "reseaux_de_chaleur.geojson", "--publish"])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Fractions spread over 0 to 1, the same at each run.
pub fn spread(round: u64) -> f64 {
    let mut bits = round.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ((bits ^ (bits >> 27)) >> 11) as f64 / (1_u64 << 53) as f64
}

fn current(stage: &Stage) -> u64 {
    let verdict = stage
        .line("test --lon 5.3005 --lat 43.2 --json")
        .well()
        .json();
    assert_eq!(verdict["network"]["id"], "1300C", "{verdict}");
    verdict["release"].as_u64().expect("a number")
}

fn assert_sound(stage: &Stage) {
    let diagnosis = stage.line("doctor --verify --json").well().json();
    assert_eq!(diagnosis["ok"], true, "{diagnosis}");
}

fn kill(mut child: Child) {
    child.kill().expect("killed, or dead already");
    child.wait().expect("it ends");
}

fn kill_imports(rounds: u64) {
    let stage = Stage::new();
    stage.write("reseaux_de_chaleur.geojson", heat(NETWORKS, 50.0));
    let started = Instant::now();
    assert!(importing(&stage).status().expect("runs").success());
    let whole = started.elapsed();
    let mut seen = current(&stage);
    for round in 0..rounds {
        stage.write(
            "reseaux_de_chaleur.geojson",
            heat(NETWORKS, 1.0 + round as f64 / 2.0),
        );
        let child = importing(&stage).spawn().expect("runs");
        std::thread::sleep(whole.mul_f64(1.2 * spread(round)));
        kill(child);
        let now = current(&stage);
        assert!(now >= seen, "went back from {seen} to {now}");
        seen = now;
        assert_sound(&stage);
    }
    let last = importing(&stage).status().expect("runs");
    assert!(last.success());
    assert!(current(&stage) > seen);
    assert_sound(&stage);
}

#[test]
fn an_import_killed_at_random_instants_leaves_a_whole_edition_in_service() {
    kill_imports(5);
}

#[test]
#[ignore = "endure: a hundred kills"]
fn an_import_killed_a_hundred_times_leaves_a_whole_edition_in_service() {
    kill_imports(100);
}

#[test]
fn two_imports_at_once_both_end_well_with_numbers_of_their_own() {
    let stage = Stage::new();
    stage.write("reseaux_de_chaleur.geojson", heat(NETWORKS, 50.0));
    let start = || importing(&stage).spawn().expect("runs");
    let mut both = [start(), start()];
    for child in &mut both {
        assert!(child.wait().expect("it ends").success());
    }
    let releases = stage.line("releases --json").well().json();
    let numbers: Vec<u64> = releases
        .as_array()
        .expect("a list")
        .iter()
        .map(|release| release["number"].as_u64().expect("a number"))
        .collect();
    assert_eq!(numbers, [1, 2]);
    assert_eq!(current(&stage), 2);
    assert_sound(&stage);
}

/// Runs the binary with files limited to so many blocks of 512 bytes, the signal for it ignored, as on a full disk.
fn with_small_files(stage: &Stage, blocks: u32, arguments: &str) -> Ended {
    let mut command = Command::new("sh");
    let binary = env!("CARGO_BIN_EXE_caloduc");
    command.args([
        "-c",
        &format!("trap '' XFSZ; ulimit -f {blocks}; exec '{binary}' {arguments}"),
    ]);
    stage.settle(&mut command);
    ended(command.output().expect("sh runs"))
}

#[cfg(unix)]
#[test]
fn a_disk_that_takes_no_more_leaves_the_edition_in_service() {
    let stage = Stage::new();
    stage.write("reseaux_de_chaleur.geojson", heat(NETWORKS, 50.0));
    assert!(importing(&stage).status().expect("runs").success());
    stage.write("reseaux_de_chaleur.geojson", heat(NETWORKS, 60.0));
    for (blocks, is_said_full) in [(1, true), (8, true), (64, false), (400, true)] {
        let failed = with_small_files(
            &stage,
            blocks,
            "import reseaux_de_chaleur.geojson --publish",
        );
        assert_eq!(failed.code, Some(1), "{blocks}: {failed:?}");
        // Between the two, SQLite tells a write that failed without saying why.
        assert!(
            !is_said_full || plain(&failed.err).contains("disque est plein"),
            "{blocks}: {failed:?}"
        );
        assert_eq!(current(&stage), 1);
        assert_sound(&stage);
    }
    assert!(importing(&stage).status().expect("runs").success());
    assert_sound(&stage);
}

pub struct Unmount(pub String);

impl Drop for Unmount {
    fn drop(&mut self) {
        let _ignored = Command::new("umount").args(["-l", &self.0]).status();
    }
}

#[test]
#[ignore = "endure: mounts a small disk, as root"]
#[allow(clippy::print_stdout, reason = "a test that skips says so")]
fn a_real_full_disk_leaves_the_edition_in_service() {
    let stage = Stage::new();
    let disk = stage.path("disk");
    std::fs::create_dir(&disk).expect("a folder");
    let path = disk.to_str().expect("UTF-8").to_owned();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=40m", "caloduc-test", &path])
        .stderr(Stdio::null())
        .status();
    if !mounted.is_ok_and(|status| status.success()) {
        println!("skipped: mounting a small disk needs root");
        return;
    }
    let _unmount = Unmount(path);
    stage.write("reseaux_de_chaleur.geojson", heat(NETWORKS, 50.0));
    let on_disk = "--data-dir disk/data";
    let import = format!("{on_disk} import reseaux_de_chaleur.geojson --publish");
    stage.line(&import).well();
    let mut refused = 0;
    for ballast_mb in (1..40).rev() {
        let _full = std::fs::write(disk.join("ballast"), vec![1; ballast_mb << 20]);
        let tried = stage.line(&import);
        assert!(matches!(tried.code, Some(0 | 1)), "{tried:?}");
        refused += u32::from(tried.code == Some(1));
        std::fs::remove_file(disk.join("ballast")).expect("removed");
        stage.line(&format!("{on_disk} doctor --verify")).well();
    }
    assert!(refused > 0, "the disk never filled up");
}

#[test]
fn a_backup_and_a_restore_are_done_while_others_read() {
    let stage = Stage::new();
    stage.write("reseaux_de_chaleur.geojson", heat(NETWORKS, 50.0));
    assert!(importing(&stage).status().expect("runs").success());
    stage.line("backup un.tar.zst").well();
    assert!(importing(&stage).status().expect("runs").success());
    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            for _ in 0..12 {
                assert!((1..=2).contains(&current(&stage)));
            }
        });
        for round in 0..3 {
            stage.line(&format!("backup deux-{round}.tar.zst")).well();
            stage.line("restore un.tar.zst").well();
            stage.line(&format!("restore deux-{round}.tar.zst")).well();
        }
        reader.join().expect("whoever reads always gets an answer");
    });
    assert_sound(&stage);
}
