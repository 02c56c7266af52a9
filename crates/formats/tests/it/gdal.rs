//! GDAL opens every format it knows with the right system, count, type and geometry. Skipped, and said, without ogrinfo.

#![allow(clippy::print_stderr)] // A skipped test says so.

use crate::support::{exported, territory};
use caloduc_formats::Format;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

fn run(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {}{}",
        text(&output.stdout),
        text(&output.stderr)
    );
    Some(text(&output.stdout))
}

/// Drivers of this GDAL, or nothing when there is no GDAL.
fn drivers() -> Option<String> {
    let drivers = run("ogrinfo", &["--formats"]);
    if drivers.is_none() {
        eprintln!("skipped: ogrinfo is not installed (package gdal-bin)");
    }
    drivers
}

fn on_disk(dir: &Path) -> BTreeMap<String, PathBuf> {
    exported(territory(), &Format::ALL)
        .into_iter()
        .map(|(name, bytes)| {
            let path = dir.join(&name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("room");
            std::fs::write(&path, bytes).expect("room");
            (name, path)
        })
        .collect()
}

/// The vertices of a layer in WGS84, by key where there is one, as GDAL reads them.
fn vertices(source: &str, layer: &str) -> Vec<[f64; 2]> {
    let text = run(
        "ogr2ogr",
        &[
            "-f",
            "GeoJSON",
            "/vsistdout/",
            source,
            layer,
            "-t_srs",
            "EPSG:4326",
            "-lco",
            "COORDINATE_PRECISION=9",
        ],
    )
    .expect("ogr2ogr comes with ogrinfo");
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let mut found = Vec::new();
    for feature in json["features"].as_array().expect("features") {
        collect(&feature["geometry"]["coordinates"], &mut found);
    }
    found.sort_by(|a, b| a.partial_cmp(b).expect("numbers"));
    found
}

fn collect(value: &serde_json::Value, found: &mut Vec<[f64; 2]>) {
    let items = value.as_array().expect("an array");
    if items.first().is_some_and(serde_json::Value::is_number) {
        found.push([items[0].as_f64().expect("x"), items[1].as_f64().expect("y")]);
    } else {
        for item in items {
            collect(item, found);
        }
    }
}

/// Whether both hold the same vertices within a centimetre, sorted.
fn assert_same(a: &[[f64; 2]], b: &[[f64; 2]], what: &str) {
    assert_eq!(a.len(), b.len(), "{what}");
    // Sorted within a centimetre of longitude the order may differ: compare each with its neighbours.
    for (at, [x, y]) in a.iter().enumerate() {
        let near = &b[at.saturating_sub(60)..(at + 60).min(b.len())];
        let found = near.iter().any(|[u, v]| {
            let dx = (x - u) * 111_320.0 * y.to_radians().cos();
            let dy = (y - v) * 111_320.0;
            dx.hypot(dy) < 0.011
        });
        assert!(found, "{what}: no vertex near {x} {y}");
    }
}

#[test]
fn gdal_reads_every_format_with_the_right_system_count_and_type() {
    let Some(drivers) = drivers() else { return };
    let dir = tempfile::tempdir().expect("a folder");
    let paths = on_disk(dir.path());
    let count = |table: &str| {
        let ours = caloduc_formats::table::ours(territory());
        let table = ours.into_iter().find(|t| t.name == table).expect("a table");
        (table.records.len(), table.geometry.name())
    };
    let tables = [
        "heat",
        "heat-untraced",
        "cold",
        "cold-untraced",
        "projects",
        "project-zones",
        "priority-areas",
    ];
    let mut checked = 0;
    for table in tables {
        let (rows, geometry) = count(table);
        assert!(rows > 0, "{table}");
        let underscored = table.replace('-', "_");
        let gpkg = paths["caloduc.gpkg"].display().to_string();
        let at = |name: String| paths[&name].display().to_string();
        let mut sources = vec![
            (at(format!("geojson/{table}.geojson")), table.to_owned()),
            (gpkg, underscored),
            (at(format!("flatgeobuf/{table}.fgb")), table.to_owned()),
            (at(format!("csv/{table}.csv")), table.to_owned()),
        ];
        if drivers.contains("Parquet") {
            sources.push((at(format!("geoparquet/{table}.parquet")), table.to_owned()));
        }
        let reference = vertices(&sources[0].0, &sources[0].1);
        for (source, layer) in &sources {
            let summary = run("ogrinfo", &["-so", source, layer]).expect("ogrinfo");
            assert!(
                summary.contains(&format!("Feature Count: {rows}\n")),
                "{source}: {summary}"
            );
            assert!(
                summary.contains("WGS 84") || summary.contains("WGS_1984"),
                "{source}: {summary}"
            );
            if Path::new(source).extension().is_none_or(|e| e != "csv") {
                let spoken = match geometry {
                    "MultiLineString" => "Multi Line String",
                    "MultiPolygon" => "Multi Polygon",
                    other => other,
                };
                assert!(
                    summary.contains(&format!("Geometry: {spoken}\n")),
                    "{source}: {summary}"
                );
            }
            assert_same(&vertices(source, layer), &reference, source);
            checked += 1;
        }
    }
    assert!(checked >= 28);
}

#[test]
fn gdal_reads_the_compatible_archive_in_lambert_93_to_the_centimetre() {
    if drivers().is_none() {
        return;
    }
    let dir = tempfile::tempdir().expect("a folder");
    let paths = on_disk(dir.path());
    let zip = paths["010926-opendata-fcu.zip"].display().to_string();
    for (shapefile, table) in [
        ("reseaux_de_chaleur", "heat"),
        ("reseaux_de_chaleur_sans_traces", "heat-untraced"),
        ("reseaux_de_froid", "cold"),
        ("reseaux_de_froid_sans_traces", "cold-untraced"),
        ("pdp", "priority-areas"),
        ("reseaux_en_construction_traces", "projects"),
        ("reseaux_en_construction_zones", "project-zones"),
    ] {
        let ours = paths[&format!("geojson/{table}.geojson")]
            .display()
            .to_string();
        let reference = vertices(&ours, table);
        let source = format!("/vsizip/{zip}/{shapefile}.shp");
        let summary = run("ogrinfo", &["-so", &source, shapefile]).expect("ogrinfo");
        assert!(summary.contains("Lambert"), "{summary}");
        assert_same(&vertices(&source, shapefile), &reference, &source);
        if !table.starts_with("project") {
            let source = format!("/vsizip/{zip}/{shapefile}.geojson");
            let summary = run("ogrinfo", &["-so", &source, shapefile]).expect("ogrinfo");
            assert!(summary.contains("2154"), "{summary}");
            assert_same(&vertices(&source, shapefile), &reference, &source);
        }
    }
}
