//! The private map of a batch.

use super::batches::{FILE, PATH, give, id, send, tested, until_done};
use super::*;
use caloduc_engine::crs::LonLat;
use caloduc_engine::tiles::TileId;

/// The tile of a batch that holds the town.
fn tile(id: &str, zoom: u8, query: &str) -> String {
    let port = LonLat {
        lon: 5.385,
        lat: 43.3203,
    };
    let tile = TileId::holding(zoom, port).unwrap();
    format!(
        "/pro/tests/{id}/tiles/{zoom}/{}/{}.mvt{query}",
        tile.x(),
        tile.y()
    )
}

fn holds(answer: &Answer, text: &[u8]) -> bool {
    answer.body.windows(text.len()).any(|bytes| bytes == text)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_that_has_a_place_is_in_a_tile_for_who_has_the_link() {
    let app = TestApp::start().working().await;
    let id = tested(&app).await;
    let shown = app.get(&tile(&id, 14, "")).await;
    assert_eq!(shown.status, 200);
    assert_eq!(shown.header("cache-control"), "private, no-store");
    assert_eq!(
        shown.header("content-type"),
        "application/vnd.mapbox-vector-tile"
    );
    assert!(holds(&shown, b"points") && holds(&shown, b"row"));
    // Neither what was asked nor what was found leaves with it.
    assert!(!holds(&shown, b"lilas"));
    assert_eq!(app.get(&tile(&id, 3, "")).await.status, 200);
    assert_eq!(
        app.get(&format!("/pro/tests/{id}/tiles/14/0/0.mvt"))
            .await
            .status,
        204
    );
    for wrong in ["14/0/99999.mvt", "99/0/0.mvt", "14/0/0", "a/b/c.mvt"] {
        let answer = app.get(&format!("/pro/tests/{id}/tiles/{wrong}")).await;
        assert_eq!(answer.problem(), (404, "not-found".to_owned()), "{wrong}");
    }
    let secret = "a".repeat(32);
    assert_eq!(
        app.get(&tile(&secret, 14, "")).await.problem().1,
        "batch-not-found"
    );
    let page = app.get(&format!("/pro/tests/{id}?vue=carte")).await;
    assert!(
        page.text()
            .contains(&format!("data-tiles=\"/pro/tests/{id}/tiles/"))
    );
    assert!(
        page.text().contains("<strong>2</strong>"),
        "{}",
        page.text()
    );
    assert_eq!(
        send(&app, "DELETE", &format!("{PATH}/{id}"), "")
            .await
            .status,
        204
    );
    assert_eq!(
        app.get(&tile(&id, 14, "")).await.problem().1,
        "batch-not-found"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_map_is_filtered_and_searched_like_the_table() {
    let app = TestApp::start().working().await;
    let id = tested(&app).await;
    let rows = |word: &str| format!("/pro/tests/{id}?vue=carte{word}");
    for (query, count) in [
        ("", 2),
        ("&filtre=eligible", 2),
        ("&filtre=introuvable", 0),
        ("&q=LILAS", 1),
        ("&q=rien", 0),
    ] {
        let page = app.get(&rows(query)).await;
        assert!(
            page.text().contains(&format!("<strong>{count}</strong>")),
            "{query}: {}",
            page.text()
        );
        let asked = query.replacen('&', "?", 1);
        let status = app.get(&tile(&id, 10, &asked)).await.status.as_u16();
        assert_eq!(status, if count == 0 { 204 } else { 200 }, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_set_right_is_on_the_map_at_once() {
    let app = TestApp::start().working().await;
    let id = tested(&app).await;
    let count = async |count: usize| {
        let page = app.get(&format!("/pro/tests/{id}?vue=carte")).await;
        assert!(page.text().contains(&format!("<strong>{count}</strong>")));
    };
    count(2).await;
    let right = "{\"lon\":5.3850,\"lat\":43.3203}";
    assert_eq!(
        send(&app, "PUT", &format!("{PATH}/{id}/rows/2"), right)
            .await
            .status,
        200
    );
    count(3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_not_tested_yet_has_no_map() {
    let app = TestApp::start().keeping_batches().await;
    let id = id(&give(&app, &[], FILE.as_bytes()).await);
    assert_eq!(
        app.get(&tile(&id, 14, "")).await.problem(),
        (409, "batch-not-ready".to_owned())
    );
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "endure: a tile of 300 000 rows, its size said"]
async fn a_tile_of_a_long_file_is_small() {
    let app = TestApp::start().working().await;
    let mut file = "lon;lat\n".to_owned();
    for n in 0..300_000_u32 {
        let (x, y) = (f64::from(n % 600), f64::from(n / 600));
        file.push_str(&format!(
            "{:.5};{:.5}\n",
            5.2 + x / 1500.0,
            43.2 + y / 2500.0
        ));
    }
    let id = id(&give(&app, &[], file.as_bytes()).await);
    until_done(&app, &id).await;
    for zoom in [0, 6, 9, 11, 13, 15] {
        let begun = std::time::Instant::now();
        let shown = app.get(&tile(&id, zoom, "")).await;
        println!(
            "zoom {zoom}: {} bytes, {:?}",
            shown.body.len(),
            begun.elapsed()
        );
        assert!(!shown.body.is_empty() && shown.body.len() < 500_000);
    }
}
