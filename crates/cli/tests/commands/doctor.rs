//! `doctor`: what is sound is said to be, what is broken is found.

use crate::stage::{Stage, ended, heat, plain};
use std::path::{Path, PathBuf};

fn served() -> Stage {
    let stage = Stage::new();
    let file = stage.write("reseaux_de_chaleur.geojson", heat(3, 50.0));
    stage.publish(&file).well();
    stage
}

fn artefacts(dir: &Path) -> Vec<PathBuf> {
    let folders = std::fs::read_dir(dir.join("objects")).expect("objects");
    folders
        .flat_map(|folder| std::fs::read_dir(folder.expect("a folder").path()).expect("files"))
        .map(|file| file.expect("a file").path())
        .collect()
}

fn state<'a>(diagnosis: &'a serde_json::Value, name: &str) -> &'a str {
    let checks = diagnosis["checks"].as_array().expect("checks");
    checks
        .iter()
        .find(|check| check["name"] == name)
        .unwrap_or_else(|| panic!("no check {name}: {diagnosis}"))["state"]
        .as_str()
        .expect("a state")
}

#[test]
fn a_sound_directory_is_said_to_be() {
    let stage = served();
    let text = plain(&stage.line("doctor --verify").well().out);
    for words in [
        "Édition n° 1 en service",
        "Pas d’index d’adresses",
        "libres sous",
        "tous intacts",
        "Tout fonctionne",
    ] {
        assert!(text.contains(words), "« {words} »: {text}");
    }
    let diagnosis = stage.line("doctor --json").well().json();
    assert_eq!(diagnosis["ok"], true);
    assert_eq!(state(&diagnosis, "release"), "ok");
    assert_eq!(state(&diagnosis, "address-index"), "warning");
}

#[test]
fn a_directory_that_is_not_there_is_no_fault_and_is_not_made() {
    let stage = Stage::new();
    let diagnosis = stage.line("doctor --json").well().json();
    assert_eq!(state(&diagnosis, "data-directory"), "warning");
    assert!(!stage.data().exists());
    stage.write("data", "a file where the folder should be");
    stage.line("doctor").failed_with("");
}

#[test]
fn a_truncated_snapshot_is_found_at_once_and_an_altered_one_by_verify() {
    let stage = served();
    let files = artefacts(&stage.data());
    let kept: Vec<Vec<u8>> = files
        .iter()
        .map(|f| std::fs::read(f).expect("bytes"))
        .collect();
    let largest = (0..files.len())
        .max_by_key(|&i| kept[i].len())
        .expect("a snapshot");
    let mut altered = kept[largest].clone();
    let middle = altered.len() / 2;
    altered[middle] ^= 0x20;
    std::fs::write(&files[largest], &altered).expect("written");
    let ended = stage.line("doctor --verify --json");
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(state(&ended.json(), "artefacts"), "broken");

    for (file, bytes) in files.iter().zip(&kept) {
        std::fs::write(file, &bytes[..bytes.len() / 2]).expect("written");
    }
    let ended = stage.line("doctor --json");
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert_eq!(state(&ended.json(), "release"), "broken");
    stage
        .line("test --lon 5.3 --lat 43.2")
        .failed_with("instantané");
}

#[test]
fn a_directory_of_a_newer_version_is_refused_untouched() {
    let stage = served();
    let version = stage.data().join("VERSION");
    std::fs::write(&version, "99\n").expect("written");
    for line in [
        "import reseaux_de_chaleur.geojson",
        "releases",
        "test --lon 5.3 --lat 43.2",
        "backup b",
    ] {
        stage.line(line).failed_with("version plus récente");
    }
    assert_eq!(stage.line("doctor").code, Some(1));
    assert_eq!(std::fs::read_to_string(version).expect("kept"), "99\n");
}

#[test]
fn an_unknown_key_of_the_configuration_is_named() {
    let stage = served();
    stage.write("caloduc.toml", "data_dirr = \"x\"\n");
    let ended = stage.line("doctor --config caloduc.toml");
    assert_eq!(ended.code, Some(1));
    assert!(ended.out.contains("data_dirr"), "{ended:?}");
    stage.line("releases --config caloduc.toml").misused();
}

#[test]
fn a_bucket_is_asked_whether_it_answers_and_its_keys_are_not_shown() {
    use caloduc_trial_bucket::{Failure, KEY, SECRET, TrialBucket};
    let stage = served();
    let bucket = TrialBucket::start();
    let doctor = || {
        let mut command = stage.command();
        command
            .args(["doctor", "--json"])
            .env("CALODUC_STORAGE__PLACE", "s3://people/files")
            .env("CALODUC_STORAGE__ENDPOINT", bucket.endpoint())
            .env("CALODUC_STORAGE__REGION", "somewhere")
            .env("CALODUC_STORAGE__ACCESS_KEY", KEY)
            .env("CALODUC_STORAGE__SECRET_KEY", SECRET);
        ended(command.output().expect("the program runs"))
    };
    let sound = doctor().well();
    assert_eq!(state(&sound.json(), "storage"), "ok");
    assert!(!sound.out.contains(SECRET));
    bucket.fail(&[Failure::Unavailable; 5]);
    assert_eq!(state(&doctor().json(), "storage"), "broken");
}
