use super::*;
use caloduc_store::EditionFile;

fn files(app: &TestApp) -> Vec<EditionFile> {
    app.store.edition_files(1).unwrap().unwrap().files
}

async fn part(app: &TestApp, path: &str, pairs: &[(&str, &str)]) -> Answer {
    let mut request = Request::get(path);
    for (name, value) in pairs {
        request = request.header(*name, *value);
    }
    app.ask(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn while_the_files_are_being_written_everything_says_so() {
    let app = TestApp::start();
    let list = app.get("/api/v2/releases/1/files").await.json();
    assert_eq!(list["state"], "preparing");
    assert_eq!(list["files"], serde_json::json!([]));
    let answer = app.get("/donnees/editions/1/fichiers/caloduc.gpkg").await;
    assert_eq!(answer.problem(), (503, "files-in-preparation".to_owned()));
    assert_eq!(answer.header("retry-after"), "30");
    assert!(
        app.get("/donnees")
            .await
            .text()
            .contains("Fichiers en préparation")
    );
    assert!(
        app.get("/en/donnees/editions/1")
            .await
            .text()
            .contains("Files being prepared")
    );
}

#[tokio::test]
async fn every_file_of_the_list_is_there_whole_with_its_size_its_hash_and_its_type() {
    let app = TestApp::start();
    app.write_files();
    let list = app.get("/api/v2/releases/1/files").await.json();
    assert_eq!(list["state"], "ready");
    let listed = list["files"].as_array().unwrap();
    assert!(listed.len() > 20, "{}", listed.len());
    let page = app.get("/donnees/editions/1").await;
    for file in listed {
        let path = file["href"].as_str().unwrap();
        let path = &path[path.find("/donnees").unwrap()..];
        // A client that takes compressed answers gets the file itself all the same.
        let answer = part(&app, path, &[("accept-encoding", "gzip")]).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-encoding"), "", "{path}");
        assert_eq!(
            answer.header("content-type"),
            file["media_type"].as_str().unwrap()
        );
        let length = answer.body.len().to_string();
        assert_eq!(answer.header("content-length"), length);
        assert_eq!(file["bytes"].to_string(), length);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("cache-control"), "public, no-cache");
        assert!(page.text().contains(path), "{path} is not on the page");
        assert!(page.text().contains(file["sha256"].as_str().unwrap()));
    }
    let sums = app.get("/donnees/editions/1/fichiers/SHA256SUMS").await;
    let archive = files(&app)
        .into_iter()
        .find(|f| f.name.ends_with("-opendata-fcu.zip"))
        .unwrap();
    assert!(
        sums.text()
            .contains(&format!("{}  {}", archive.sha256, archive.name))
    );
    assert_eq!(archive.name, "010926-opendata-fcu.zip");
}

#[tokio::test]
async fn a_file_is_resumed_by_parts_of_the_same_version_only() {
    let app = TestApp::start();
    app.write_files();
    let path = "/donnees/editions/1/fichiers/caloduc.gpkg";
    let whole = app.get(path).await;
    let (etag, length) = (whole.header("etag").to_owned(), whole.body.len());
    assert!(etag.starts_with('"') && !etag.starts_with("W/"));
    let half = length / 2;
    let first = part(&app, path, &[("range", &format!("bytes=0-{}", half - 1))]).await;
    let rest = [("range", &*format!("bytes={half}-")), ("if-range", &*etag)];
    let rest = part(&app, path, &rest).await;
    assert_eq!((first.status.as_u16(), rest.status.as_u16()), (206, 206));
    assert_eq!(
        rest.header("content-range"),
        format!("bytes {half}-{}/{length}", length - 1)
    );
    assert_eq!([first.body, rest.body].concat(), whole.body);
    let other = part(
        &app,
        path,
        &[("range", "bytes=0-9"), ("if-range", "\"autre\"")],
    )
    .await;
    assert_eq!((other.status.as_u16(), other.body.len()), (200, length));
    let beyond = part(&app, path, &[("range", &format!("bytes={length}-"))]).await;
    assert_eq!(beyond.problem(), (416, "range-not-satisfiable".to_owned()));
    assert_eq!(beyond.header("content-range"), format!("bytes */{length}"));
    let known = part(&app, path, &[("if-none-match", &etag)]).await;
    assert_eq!((known.status.as_u16(), known.body.len()), (304, 0));
}

#[tokio::test]
async fn the_latest_leads_to_the_edition_in_service_and_an_edition_stays_where_it_is() {
    let app = TestApp::start();
    app.write_files();
    let archive = "/donnees/latest/opendata-fcu.zip";
    let to = app.get(archive).await;
    assert_eq!(to.status, 307);
    assert_eq!(
        to.header("location"),
        "/donnees/editions/1/fichiers/010926-opendata-fcu.zip"
    );
    let before = app
        .get("/donnees/editions/1/fichiers/geojson/heat.geojson")
        .await
        .body;
    town::publish(&app.store, town::Year::Second);
    let app = app.reloaded();
    assert_eq!(app.get(archive).await.problem().0, 503);
    app.write_files();
    assert_eq!(
        app.get(archive).await.header("location"),
        "/donnees/editions/2/fichiers/011026-opendata-fcu.zip"
    );
    assert_eq!(
        app.get("/donnees/latest").await.header("location"),
        "/donnees/editions/2"
    );
    let after = app
        .get("/donnees/editions/1/fichiers/geojson/heat.geojson")
        .await
        .body;
    assert_eq!(before, after);
    let changes = app
        .get("/donnees/editions/2/fichiers/changes.json")
        .await
        .json();
    assert_eq!(changes["moved"][0]["key"], "heat:1302C");
}

#[tokio::test]
async fn what_is_not_a_file_of_a_published_edition_is_not_found() {
    let app = TestApp::start();
    app.write_files();
    town::draft(&app.store, town::Year::Second);
    for path in [
        "/donnees/editions/1/fichiers/../../caloduc.db",
        "/donnees/editions/1/fichiers/%2e%2e/%2e%2e/caloduc.db",
        "/donnees/editions/1/fichiers/.files.json",
        "/donnees/editions/1/fichiers/geojson",
        "/donnees/editions/2/fichiers/caloduc.gpkg",
        "/donnees/editions/x/fichiers/caloduc.gpkg",
        "/donnees/latest/rien.zip",
    ] {
        assert_eq!(app.get(path).await.problem().0, 404, "{path}");
    }
    assert_eq!(app.get("/donnees/editions/2").await.status, 404);
    let near = app
        .get("/donnees/editions/1/fichiers/geojson/heet.geojson")
        .await
        .json();
    assert_eq!(near["suggestions"][0], "geojson/heat.geojson");
}

#[tokio::test]
async fn the_catalogue_names_every_data_file_with_size_and_checksum_in_both_forms() {
    let app = TestApp::start();
    app.write_files();
    let json = app.get("/donnees/catalogue.jsonld").await.json();
    let graph = json["@graph"].as_array().unwrap();
    let of = |kind: &str| graph.iter().filter(|thing| thing["@type"] == kind).count();
    assert_eq!((of("dcat:Catalog"), of("dcat:Dataset")), (1, 1));
    let data = files(&app)
        .into_iter()
        .filter(|file| {
            ["zip", "geojson", "gpkg", "fgb", "parquet", "csv", "pmtiles"]
                .contains(&file.name.rsplit('.').next().unwrap())
        })
        .collect::<Vec<_>>();
    assert_eq!(of("dcat:Distribution"), data.len());
    let turtle = app.get("/donnees/catalogue.ttl").await;
    assert!(turtle.header("content-type").starts_with("text/turtle"));
    for file in data {
        assert!(turtle.text().contains(&file.sha256), "{}", file.name);
        assert!(json.to_string().contains(&file.sha256), "{}", file.name);
    }
}
