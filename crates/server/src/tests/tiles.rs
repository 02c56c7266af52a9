use super::town::{self, Year};
use super::*;
use insta::assert_json_snapshot;

const PORT: &str = "/tiles/heat/14/8437/6000.mvt";

async fn with_header(app: &TestApp, path: &str, name: &str, value: &str) -> Answer {
    let request = Request::get(path).header(name, value);
    app.ask(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_layer_is_described_for_map_libraries() {
    let app = TestApp::with(|config| config.public_url = "https://chaleur.exemple.fr".to_owned());
    assert_json_snapshot!("tilejson", app.get("/tiles/heat.json").await.json());
    let called = TestApp::start();
    let answer = with_header(&called, "/tiles/cold.json", "host", "127.0.0.1:4000").await;
    let tiles = answer.json()["tiles"][0].as_str().unwrap().to_owned();
    assert!(
        tiles.starts_with("http://127.0.0.1:4000/tiles/cold/"),
        "{tiles}"
    );
}

#[tokio::test]
async fn a_tile_carries_its_release_and_is_not_sent_twice() {
    let mut app = TestApp::start();
    let tile = app.get(PORT).await;
    assert_eq!(
        (tile.status, tile.header("etag")),
        (StatusCode::OK, "\"1\"")
    );
    assert!(tile.body.windows(5).any(|bytes| bytes == b"1302C"));
    let again = with_header(&app, PORT, "if-none-match", "\"1\"").await;
    assert_eq!(
        (again.status, again.body.len()),
        (StatusCode::NOT_MODIFIED, 0)
    );
    town::publish(&app.store, Year::Second);
    app.reloader.look();
    let next = with_header(&app, PORT, "if-none-match", "\"1\"").await;
    assert_eq!(
        (next.status, next.header("etag")),
        (StatusCode::OK, "\"2\"")
    );
}

#[tokio::test]
async fn a_tile_is_compressed_for_who_asks_and_the_same_once_opened() {
    let app = TestApp::start();
    let plain = app.get(PORT).await;
    let zipped = with_header(&app, PORT, "accept-encoding", "gzip").await;
    assert_eq!(zipped.header("content-encoding"), "gzip");
    let mut opened = Vec::new();
    std::io::Read::read_to_end(
        &mut flate2::read::GzDecoder::new(&zipped.body[..]),
        &mut opened,
    )
    .unwrap();
    assert_eq!(opened, plain.body);
}

#[tokio::test]
async fn a_tile_asked_with_its_version_may_be_kept_for_ever() {
    let app = TestApp::start();
    let kept = app.get(&format!("{PORT}?v=1")).await;
    assert!(kept.header("cache-control").contains("immutable"));
    let old = app.get(&format!("{PORT}?v=0")).await;
    assert!(!old.header("cache-control").contains("immutable"));
}

#[tokio::test]
async fn every_layer_shows_the_town_and_nothing_elsewhere() {
    let app = TestApp::start();
    for (path, text) in [
        ("cold/14/8437/6000", "1301F"),
        ("projects/14/8437/5999", "Quai en projet"),
        ("priority-areas/14/8437/6000", "priority-area:"),
        ("communes/12/2109/1499", "Portville"),
        ("addresses/14/8437/6000", "Rue des Lilas"),
        ("addresses/17/67496/48002", "3bis"),
        ("heat/6/32/23", "1302C"),
    ] {
        let tile = app.get(&format!("/tiles/{path}.mvt")).await;
        let found = tile
            .body
            .windows(text.len())
            .any(|bytes| bytes == text.as_bytes());
        assert!(found, "{path}: {} without {text}", tile.status);
    }
    for layer in [
        "heat",
        "cold",
        "projects",
        "priority-areas",
        "communes",
        "addresses",
    ] {
        assert_eq!(
            app.get(&format!("/tiles/{layer}/14/0/0.mvt")).await.status,
            204,
            "{layer}"
        );
    }
}

#[tokio::test]
async fn tiles_that_cannot_exist_are_not_found() {
    let app = TestApp::start();
    for path in [
        "nothing/1/0/0.mvt",
        "heat/1/2/0.mvt",
        "heat/23/0/0.mvt",
        "heat/1/0/0.png",
        "heat/a/0/0.mvt",
        "heat/-1/0/0.mvt",
        "heat/1/0/0",
    ] {
        let answer = app.get(&format!("/tiles/{path}")).await;
        assert_eq!(answer.problem(), (404, "not-found".to_owned()), "{path}");
    }
    assert_eq!(app.get("/tiles/nothing.json").await.problem().0, 404);
}

#[tokio::test]
async fn the_style_names_only_layers_that_are_there_in_both_themes() {
    let app = TestApp::start();
    for theme in ["light", "dark"] {
        let style = app.get(&format!("/style.json?theme={theme}")).await.json();
        for layer in style["layers"].as_array().unwrap() {
            let source = layer["source"].as_str();
            assert!(
                source.is_none_or(|name| style["sources"][name].is_object()),
                "{layer}"
            );
        }
    }
    assert_eq!(app.get("/style.json?theme=sepia").await.status, 400);
}
