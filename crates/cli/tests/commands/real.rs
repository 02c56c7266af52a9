//! The real files of Paris and around, when they are on this machine: from files to an answer, then the next year.

use crate::stage::{Stage, shared};
use caloduc_engine::crs::{LonLat, Projected};
use serde_json::Value;
use std::path::Path;

/// Every place of the pipes of a feature, line by line.
fn lines(feature: &Value) -> Vec<Vec<LonLat>> {
    let geometry = &feature["geometry"];
    let line = |positions: &Value| -> Vec<LonLat> {
        let positions = positions.as_array().expect("positions").iter();
        positions
            .map(|p| LonLat::new(p[0].as_f64().expect("lon"), p[1].as_f64().expect("lat")))
            .map(|place| place.expect("a place"))
            .collect()
    };
    match geometry["type"].as_str() {
        Some("LineString") => vec![line(&geometry["coordinates"])],
        _ => geometry["coordinates"]
            .as_array()
            .expect("lines")
            .iter()
            .map(line)
            .collect(),
    }
}

/// Metres to the nearest pipe, one segment after the other.
fn brute_force(lines: &[Vec<LonLat>], place: LonLat) -> f64 {
    let at = Projected::from_lonlat(place);
    let mut nearest = f64::INFINITY;
    for line in lines {
        for pair in line.windows(2) {
            let (a, b) = (
                Projected::from_lonlat(pair[0]),
                Projected::from_lonlat(pair[1]),
            );
            let (dx, dy) = (b.x - a.x, b.y - a.y);
            let square = dx * dx + dy * dy;
            let along = ((at.x - a.x) * dx + (at.y - a.y) * dy) / square;
            let t = if square > 0.0 {
                along.clamp(0.0, 1.0)
            } else {
                0.0
            };
            nearest = nearest.min((at.x - a.x - t * dx).hypot(at.y - a.y - t * dy));
        }
    }
    nearest
}

fn import_paris(stage: &Stage, real: &Path) {
    let mut import = stage.command();
    import
        .arg("import")
        .arg(real.join("networks/reseaux_reels_extrait.geojson"));
    let communes = std::fs::read_dir(real.join("territory/communes-2018")).expect("communes");
    for file in communes {
        let path = file.expect("a file").path();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        if ["75", "92", "93", "94", "95"]
            .iter()
            .any(|d| name.starts_with(&format!("communes-{d}-")))
        {
            import.arg(path);
        }
    }
    for year in 2021..=2023 {
        import.arg(real.join(format!("regulatory/reseau_chaleur_{year}.csv")));
    }
    let output = import.args(["--publish", "--json"]).output().expect("runs");
    let outcome = crate::stage::ended(output).well().json();
    assert_eq!(outcome["published"], true);
    assert_eq!(outcome["report"]["summary"]["networks"], 11);
}

#[test]
fn a_place_near_a_paris_pipe_gets_its_distance_and_the_figures_of_the_latest_table() {
    let Some(real) = shared() else { return };
    let stage = Stage::new();
    import_paris(&stage, &real);

    let text = std::fs::read_to_string(real.join("networks/reseaux_reels_extrait.geojson"));
    let file: Value = serde_json::from_str(&text.expect("read")).expect("JSON");
    let features = file["features"].as_array().expect("features");
    let paris = features
        .iter()
        .find(|f| f["properties"]["id"] == "7501C")
        .expect("Paris");
    let pipes = lines(paris);
    for (n, line) in pipes.iter().step_by(pipes.len() / 6 + 1).enumerate() {
        let near = LonLat {
            lon: line[0].lon + 0.0002 * n as f64,
            lat: line[0].lat - 0.0001,
        };
        let expected = brute_force(&pipes, near).round();
        let verdict = stage
            .run(&[
                "test",
                "--lon",
                &near.lon.to_string(),
                "--lat",
                &near.lat.to_string(),
                "--json",
            ])
            .well()
            .json();
        assert_eq!(verdict["network"]["id"], "7501C", "{verdict}");
        assert_eq!(verdict["distance_m"].as_f64(), Some(expected), "{verdict}");
        assert_eq!(verdict["network"]["renewable_rate_pct"], 52.7);
        assert_eq!(verdict["network"]["co2_direct_kg_per_kwh"], 0.143);
        assert_eq!(verdict["network"]["co2_lca_kg_per_kwh"], 0.171);
        assert_eq!(verdict["facts"]["commune"]["code"], "75056");
        assert_eq!(verdict["thresholds"]["very_close_m"], 60);
    }

    let next = real.join("regulatory/reseau_chaleur_2024.csv");
    let outcome = stage.publish(&next).well().json();
    assert_eq!(outcome["changes"]["kept"], 11);
    let diff = stage.line("releases diff 1 2 --json").well().json();
    assert_eq!(diff["added"], serde_json::json!([]));
    let changed = diff["changed"].as_array().expect("changes");
    let rate = changed
        .iter()
        .find(|c| c["key"] == "heat:7501C" && c["field"] == "renewable_rate_pct")
        .expect("the rate changed");
    assert_eq!(
        (&rate["before"], &rate["after"]),
        (&52.7.into(), &48.8.into())
    );
}

#[test]
fn tables_given_in_any_order_give_the_figures_of_the_latest() {
    let Some(real) = shared() else { return };
    let stage = Stage::new();
    let mut import = stage.command();
    import.arg("import");
    for year in [2024, 2021, 2023, 2022] {
        import.arg(real.join(format!("regulatory/reseau_chaleur_{year}.csv")));
    }
    import.arg(real.join("networks/reseaux_reels_extrait.geojson"));
    let output = import.args(["--publish", "--json"]).output().expect("runs");
    crate::stage::ended(output).well();
    let verdict = stage
        .line("test --lon 2.35156 --lat 48.82381 --json")
        .well()
        .json();
    assert_eq!(verdict["network"]["renewable_rate_pct"], 48.8);
}
