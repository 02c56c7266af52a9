//! A year of monthly editions of the fictional territory: comparisons, histories and feeds are right from one to the next.

use super::*;
use caloduc_demo::{MemorySink, Plan, Territory};
use caloduc_store::{ImportOptions, Moment};

const MONTHS: usize = 6;

fn published(months: usize) -> TestApp {
    let app = TestApp::empty_with(|_| ());
    let mut plan = Plan::small();
    plan.addresses = 200;
    let mut sink = MemorySink::default();
    Territory::new(&plan)
        .write_months(months, &mut sink)
        .unwrap();
    let dir = tempfile::tempdir().unwrap();
    for file in sink.into_files() {
        let path = dir.path().join(&file.name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, file.bytes).unwrap();
    }
    for month in 1..=months {
        let now = Moment::parse(&format!("2026-{month:02}-01T08:00:00Z")).unwrap();
        let options = ImportOptions {
            publish: true,
            ..ImportOptions::new(now)
        };
        let folder = dir.path().join(format!("{month:02}"));
        let wanted = |name: &str| name.ends_with(".geojson") && !name.starts_with("communes");
        let mut paths: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|e| e.unwrap().path())
            .filter(|path| wanted(&path.file_name().unwrap().to_string_lossy()))
            .collect();
        paths.sort();
        let outcome = app.store.import(&paths, &options, &|_| ()).unwrap();
        assert_eq!(outcome.number, Some(month as u32));
    }
    app.reloaded()
}

#[tokio::test]
async fn every_month_pipes_or_rates_change_and_networks_come_and_go() {
    let app = published(MONTHS);
    let (mut added, mut removed, mut moves) = (0, 0, 0);
    for month in 1..MONTHS {
        let diff = app
            .get(&format!("/api/v2/releases/{month}/diff/{}", month + 1))
            .await
            .json();
        let count = |member: &str| diff[member].as_array().unwrap().len();
        added += count("added");
        removed += count("removed");
        moves += count("moved");
        assert!(
            count("moved") + count("changed") > 0,
            "month {month}: {diff}"
        );
        for moved in diff["moved"].as_array().unwrap() {
            let metres = moved["added_m"].as_f64().unwrap();
            assert!(
                (1.0..=151.0).contains(&metres) && moved["removed_m"] == 0.0,
                "{moved}"
            );
            // The history says the same length, to the metre that each is rounded to.
            let key = moved["key"].as_str().unwrap();
            let history = app
                .get(&format!("/api/v2/networks/{key}/history"))
                .await
                .json();
            let length = |n: usize| history[n]["traced_length_m"].as_f64().unwrap();
            assert!(
                (length(month) - length(month - 1) - 150.0).abs() <= 1.0,
                "{key} {history}"
            );
        }
        // The feed of the archipelago tells each of them.
        let feed = app.get("/flux/departements/00.json").await.json();
        let items = feed["items"].as_array().unwrap();
        let item = items
            .iter()
            .find(|item| item["title"] == format!("Édition {}", month + 1));
        let text = item.unwrap_or_else(|| panic!("{month}"))["content_text"]
            .as_str()
            .unwrap();
        for moved in diff["moved"].as_array().unwrap() {
            assert!(text.contains(moved["key"].as_str().unwrap()), "{text}");
        }
    }
    assert!(
        added >= 1 && removed >= 1 && moves >= 3,
        "{added} {removed} {moves}"
    );
    let rates = app.get("/api/v2/releases/1/diff/6?f=csv").await;
    assert!(
        rates.text().contains("renewable_rate_pct"),
        "{}",
        rates.text()
    );
}
