//! A line that its operator does not want published is told nowhere: neither by a route, nor by a file, nor by a snapshot,
//! in no edition; distances are to the area that stands for it.

use super::town::{self, NEAR, Year};
use super::*;
use caloduc_engine::area::around;
use caloduc_engine::crs::{LonLat, Planar, Projected};
use caloduc_engine::network::{Edition, Key, NetworkShape};
use caloduc_store::{Line, Moment};
use geo::{Distance, Euclidean, MultiLineString, Point};
use std::io::{Cursor, Read};

const KEY: &str = "heat:1302C";

fn trace(edition: &Edition) -> Planar<MultiLineString<f64>> {
    let row = edition.networks.iter().find(|row| row.key.as_str() == KEY);
    row.unwrap().row.trace().unwrap().clone()
}

/// Positions of a line, as degrees and as metres.
fn positions(line: &Planar<MultiLineString<f64>>) -> Vec<[f64; 2]> {
    let all = line.shape.0.iter().flat_map(|line| line.0.iter());
    all.flat_map(|at| {
        let place = Projected {
            territory: line.territory,
            x: at.x,
            y: at.y,
        }
        .to_lonlat();
        [[at.x, at.y], [place.lon, place.lat]]
    })
    .collect()
}

/// Whether two numbers in a row, written or binary, are one of these positions.
fn tells(bytes: &[u8], positions: &[[f64; 2]]) -> bool {
    let is_one = |a: f64, b: f64| {
        positions.iter().any(|[x, y]| {
            let near = if x.abs() > 180.0 { 0.02 } else { 3e-6 };
            (a - x).abs() < near && (b - y).abs() < near
        })
    };
    if bytes.starts_with(b"PK\x03\x04") {
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        return (0..zip.len()).any(|at| {
            let mut member = Vec::new();
            zip.by_index(at).unwrap().read_to_end(&mut member).unwrap();
            tells(&member, positions)
        });
    }
    if let Some(Ok(text)) = caloduc_formats::read::as_geojson(bytes)
        && tells(&text, positions)
    {
        return true;
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let numbers: Vec<f64> = text
            .split(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-'))
            .filter(|piece| piece.contains('.'))
            .filter_map(|piece| piece.parse().ok())
            .collect();
        return numbers.windows(2).any(|pair| is_one(pair[0], pair[1]));
    }
    let number = |at: usize| {
        let bytes = bytes.get(at..at + 8)?;
        Some(f64::from_le_bytes(bytes.try_into().ok()?))
    };
    (0..bytes.len()).any(|at| {
        matches!((number(at), number(at + 8)), (Some(a), Some(b)) if is_one(a, b) || is_one(b, a))
            // Boxes of the spatial index of a GeoPackage and of FlatGeobuf.
            || matches!((number(at), number(at + 16)), (Some(a), Some(b)) if is_one(a, b))
    })
}

/// Everything that can tell something of the network, files of both editions included.
async fn paths(app: &TestApp) -> Vec<String> {
    let mut paths: Vec<String> = [
        "/api/v1/networks",
        "/api/v2/networks/heat:1302C?geometry=true",
        "/api/v2/networks/heat:1302C?geometry=true&release=1",
        "/api/v2/networks/heat:1302C?geometry=true&datetime=2026-09-15T00:00:00Z",
        "/api/v2/networks/heat:1302C/history",
        "/api/v2/networks?limit=50",
        "/api/v2/releases/1/diff/2",
        "/api/v2/releases/1/diff/2?f=csv",
        "/api/v2/releases/1/diff/2?f=geojson",
        "/ogc/collections/heat/items",
        "/ogc/collections/heat/items?f=fgb",
        "/ogc/collections/heat/items?f=html",
        "/ogc/collections/heat/items?crs=http://www.opengis.net/def/crs/EPSG/0/2154",
        "/ogc/collections/heat/items?datetime=2026-09-15T00:00:00Z",
        "/ogc/collections/heat/items/heat:1302C",
        "/ogc/collections/heat",
        "/carte/vue.geojson?bbox=5.3,43.3,5.5,43.4",
        "/reseaux/1302C",
        "/reseaux/1302C?edition=1",
        "/donnees/editions/1/diff/2?reseau=heat:1302C",
        "/communes/13901",
        "/flux/reseaux/heat:1302C.atom",
        "/releases.atom",
        "/donnees/catalogue.jsonld",
    ]
    .map(str::to_owned)
    .to_vec();
    for edition in [1, 2] {
        let list = app.get(&format!("/api/v2/releases/{edition}/files")).await;
        for file in list.json()["files"].as_array().unwrap() {
            let href = file["href"].as_str().unwrap();
            paths.push(href[href.find("/donnees").unwrap()..].to_owned());
        }
    }
    paths
}

async fn telling(app: &TestApp, positions: &[[f64; 2]]) -> Vec<String> {
    let mut telling = Vec::new();
    for path in paths(app).await {
        let answer = app.get(&path).await;
        assert_eq!(answer.status, 200, "{path}");
        if tells(&answer.body, positions) {
            telling.push(path);
        }
    }
    for release in app.store.releases().unwrap() {
        let bytes = app.store.snapshot_bytes(release.number).unwrap();
        if tells((*bytes).as_ref(), positions) {
            telling.push(format!("snapshot {}", release.number));
        }
    }
    telling
}

fn two_editions() -> TestApp {
    let app = TestApp::start();
    town::publish(&app.store, Year::Second);
    let app = app.reloaded();
    app.write_files();
    app
}

fn decide(app: &mut TestApp, wanted: Line) -> Vec<u32> {
    let key = Key::parse(KEY).unwrap();
    let now = Moment::parse("2026-10-02T08:00:00Z").unwrap();
    let editions = app.store.publish_line(&key, wanted, &now, &|_, _| ());
    app.reloader.look();
    editions.unwrap()
}

#[tokio::test]
async fn a_withdrawn_line_is_told_by_nothing_in_any_edition_until_it_is_published_again() {
    let mut app = two_editions();
    let lines = [1, 2].map(|edition| trace(&app.store.edition(edition).unwrap()));
    let of_line: Vec<[f64; 2]> = lines.iter().flat_map(positions).collect();
    let before = telling(&app, &of_line).await;
    assert!(before.len() > 25, "the search finds lines: {before:#?}");
    for kind in [
        ".gpkg", ".fgb", ".parquet", ".csv", ".zip", "fgb", "2154", "history",
    ] {
        let is_told = before.iter().any(|path| path.contains(kind));
        assert_eq!(is_told, kind != "history", "{kind}");
    }
    let former_tag = app.get("/donnees/editions/1/fichiers/caloduc.gpkg").await;
    let former_tag = former_tag.header("etag").to_owned();

    assert_eq!(decide(&mut app, Line::Hidden { metres: 100 }), [2, 1]);
    let file = "/donnees/editions/1/fichiers/caloduc.gpkg";
    assert_eq!(app.get(file).await.problem().0, 503, "no former file");
    app.write_files();
    assert_eq!(telling(&app, &of_line).await, Vec::<String>::new());
    assert_ne!(app.get(file).await.header("etag"), former_tag);
    assert_eq!(
        app.get("/tiles/heat/14/8437/6000.mvt").await.header("etag"),
        "\"2.1\""
    );
    let pieces = app.get("/api/v2/releases/1/diff/2?f=geojson").await.json();
    let metres = pieces["features"].as_array().unwrap();
    assert!(
        metres
            .iter()
            .all(|f| f["properties"]["key"] != KEY || f["geometry"]["type"] == "MultiLineString")
    );
    let history = app.get("/api/v2/networks/heat:1302C/history").await.json();
    assert!(
        history
            .as_array()
            .unwrap()
            .iter()
            .all(|p| p["traced_length_m"].is_null())
    );
    let item = app
        .get("/ogc/collections/heat/items/heat:1302C")
        .await
        .json();
    assert_eq!(item["geometry"]["type"], "MultiPolygon");
    assert!(item["properties"]["traced_length_m"].is_null());
    let zones = app
        .get("/donnees/editions/1/fichiers/geojson/heat-areas.geojson")
        .await
        .json();
    assert_eq!(zones["features"][0]["geometry"]["type"], "MultiPolygon");

    assert_eq!(decide(&mut app, Line::Shown), [2, 1]);
    app.write_files();
    let after = telling(&app, &of_line).await;
    assert_eq!(after, before);
    assert_eq!(trace(&app.store.edition(2).unwrap()), lines[1]);
    assert_eq!(
        app.get("/tiles/heat/14/8437/6000.mvt").await.header("etag"),
        "\"2.2\""
    );
}

#[tokio::test]
async fn a_later_import_and_a_restored_backup_do_not_tell_a_withdrawn_line() {
    let mut app = TestApp::start();
    let line = positions(&trace(&app.store.edition(1).unwrap()));
    let backup = tempfile::tempdir().unwrap();
    let file = backup.path().join("avant.caloduc");
    let now = Moment::parse("2026-09-20T08:00:00Z").unwrap();
    app.store.backup(&file, &now, &|_, _| ()).unwrap();
    decide(&mut app, Line::Hidden { metres: 60 });
    town::publish(&app.store, Year::Second);
    app.reloader.look();
    app.write_files();
    assert_eq!(telling(&app, &line).await, Vec::<String>::new());
    let sheet = app.get("/api/v2/networks/heat:1302C").await.json();
    assert_eq!(
        (&sheet["release"], &sheet["trace_is_area"]),
        (&2.into(), &true.into())
    );

    app.store.restore(&file, &|| (), &|_, _| ()).unwrap();
    assert_eq!(app.store.areas().unwrap().len(), 1);
    let bytes = app.store.snapshot_bytes(1).unwrap();
    assert!(!tells((*bytes).as_ref(), &line));
}

#[tokio::test]
async fn distances_are_to_the_area_and_pages_say_that_it_is_one() {
    let mut app = two_editions();
    let line = trace(&app.store.edition(2).unwrap());
    decide(&mut app, Line::Hidden { metres: 100 });
    let area = around(&line, 100);
    for (lon, lat) in [
        (5.3850, 43.3203),
        (5.3880, 43.3203),
        (5.3893, 43.3180),
        (5.3841, 43.3151),
        (5.3925, 43.3211),
    ] {
        let verdict = app
            .get(&format!("/api/v2/eligibility?lon={lon}&lat={lat}"))
            .await
            .json();
        let at = Projected::from_lonlat(LonLat { lon, lat });
        let exact = Euclidean.distance(&Point::new(at.x, at.y), &area.shape);
        let said = &verdict["facts"]["nearest_heat"];
        assert_eq!(said["key"], KEY, "{verdict}");
        assert_eq!(
            said["distance_m"].as_f64(),
            Some(exact.round()),
            "{verdict}"
        );
    }
    let verdict = app.get(&format!("/api/v2/eligibility?{NEAR}")).await.json();
    assert_eq!(
        (&verdict["distance_m"], &verdict["network"]["trace_is_area"]),
        (&0.into(), &true.into())
    );
    let page = app.get(&format!("/?{NEAR}")).await;
    assert!(page.text().contains("À la demande de l’exploitant"));
    assert!(page.text().contains("Dans la zone d’un réseau"));
    assert!(!page.text().contains("Un réseau passe à"));
    assert!(page.text().contains("class=\"area heat\""));
    let english = app.get("/en/reseaux/1302C").await;
    assert!(english.text().contains("published as an area"));
    let areas = app.store.edition(2).unwrap();
    let shape = areas.networks.iter().find(|row| row.key.as_str() == KEY);
    assert!(matches!(
        shape.unwrap().row.shape,
        Some(NetworkShape::Area(_))
    ));
}
