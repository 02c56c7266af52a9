use super::*;

/// Two editions in service one after the other.
fn two_editions() -> TestApp {
    let app = TestApp::start();
    town::publish(&app.store, town::Year::Second);
    app.reloaded()
}

#[tokio::test]
async fn a_network_is_answered_as_it_was_in_any_published_edition() {
    let app = two_editions();
    let rate = |query: &'static str| {
        let app = &app;
        async move {
            let sheet = app
                .get(&format!("/api/v2/networks/heat:1302C{query}"))
                .await
                .json();
            (
                sheet["release"].clone(),
                sheet["renewable_rate_pct"].clone(),
            )
        }
    };
    assert_eq!(rate("").await, (2.into(), 71.0.into()));
    assert_eq!(rate("?release=1").await, (1.into(), 65.4.into()));
    assert_eq!(
        rate("?datetime=2026-09-15T00:00:00Z").await,
        (1.into(), 65.4.into())
    );
    assert_eq!(rate("?datetime=2026-11-01").await, (2.into(), 71.0.into()));
    let list = app
        .get("/api/v2/networks?release=1&table=heat")
        .await
        .json();
    assert_eq!(
        (&list["release"], &list["networks"][0]["renewable_rate_pct"]),
        (&1.into(), &65.4.into())
    );
    town::draft(&app.store, town::Year::First);
    for wrong in ["release=3", "release=99", "datetime=2020-01-01"] {
        let problem = app
            .get(&format!("/api/v2/networks/heat:1302C?{wrong}"))
            .await
            .problem();
        assert_eq!(problem, (404, "release-not-found".to_owned()), "{wrong}");
    }
}

#[tokio::test]
async fn the_history_of_a_network_has_its_length_and_rate_in_each_edition() {
    let app = two_editions();
    let history = app.get("/api/v2/networks/1302C/history").await.json();
    let points = history.as_array().unwrap();
    assert_eq!(points.len(), 2);
    let length = |n: usize| points[n]["traced_length_m"].as_f64().unwrap();
    assert!((length(1) - length(0) - 111.0).abs() < 2.0, "{history}");
    assert_eq!(
        (
            &points[0]["renewable_rate_pct"],
            &points[1]["renewable_rate_pct"]
        ),
        (&65.4.into(), &71.0.into())
    );
    assert_eq!(points[0]["created"], "2026-09-01T08:00:00Z");
    assert_eq!(
        app.get("/api/v2/networks/9999C/history").await.problem().0,
        404
    );
}

#[tokio::test]
async fn the_sheet_shows_the_timeline_and_itself_at_any_edition() {
    let app = two_editions();
    let page = app.get("/reseaux/1302C").await;
    for words in [
        "Au fil des éditions",
        "/reseaux/heat:1302C?edition=1",
        "/donnees/editions/1/diff/2?reseau=heat:1302C",
        "/flux/reseaux/heat:1302C.atom",
    ] {
        assert!(page.text().contains(words), "{words}");
    }
    let past = app.get("/en/reseaux/1302C?edition=1").await;
    assert!(past.text().contains("past edition") && past.text().contains("65.4%"));
    assert_eq!(app.get("/reseaux/1302C?edition=9").await.status, 404);
    assert!(
        !app.get("/reseaux/1303C")
            .await
            .text()
            .contains("diff/2?reseau")
    );
}

#[tokio::test]
async fn the_comparison_comes_as_json_csv_and_geojson_of_what_was_added_and_removed() {
    let app = two_editions();
    let csv = app.get("/api/v2/releases/1/diff/2?f=csv").await;
    assert!(csv.header("content-type").starts_with("text/csv"));
    assert!(
        csv.text()
            .contains("changed,,heat:1302C,Réseau du Port,renewable_rate_pct,65.4,71"),
        "{}",
        csv.text()
    );
    let geojson = app.get("/api/v2/releases/1/diff/2?f=geojson").await;
    assert_eq!(geojson.header("content-type"), "application/geo+json");
    let features = geojson.json()["features"].as_array().unwrap().clone();
    assert_eq!(features.len(), 1);
    assert_eq!(features[0]["properties"]["change"], "added");
    let metres = features[0]["properties"]["metres"].as_f64().unwrap();
    assert!((metres - 111.0).abs() < 2.0, "{metres}");
    let back = app.get("/api/v2/releases/2/diff/1?f=geojson").await.json();
    assert_eq!(back["features"][0]["properties"]["change"], "removed");
    assert_eq!(
        app.get("/api/v2/releases/1/diff/2?f=xml").await.problem().0,
        400
    );
    let page = app.get("/donnees/editions/1/diff/2").await;
    assert!(page.text().contains("class=\"change-added\""));
    let alone = app
        .get("/donnees/editions/1/diff/2?reseau=heat:1303C")
        .await;
    assert!(alone.text().contains("Aucune différence"));
}

#[tokio::test]
async fn feeds_tell_what_changed_for_a_network_a_town_and_a_department_and_nothing_of_others() {
    let app = two_editions();
    for path in [
        "reseaux/heat:1302C",
        "reseaux/1302C",
        "communes/13901",
        "departements/13",
    ] {
        let atom = app.get(&format!("/flux/{path}.atom")).await;
        assert!(
            atom.header("content-type")
                .starts_with("application/atom+xml"),
            "{path}"
        );
        assert!(
            atom.text().contains("renewable_rate_pct"),
            "{path}: {}",
            atom.text()
        );
        assert!(atom.text().contains("111\u{a0}m ajoutés"), "{path}");
        let json = app.get(&format!("/flux/{path}.json")).await.json();
        assert_eq!(json["version"], "https://jsonfeed.org/version/1.1");
        assert_eq!(json["items"].as_array().unwrap().len(), 1, "{path}");
    }
    for path in ["reseaux/heat:1303C", "communes/75056", "departements/75"] {
        let json = app.get(&format!("/flux/{path}.json")).await.json();
        assert_eq!(json["items"], serde_json::json!([]), "{path}");
    }
    for path in [
        "reseaux/rien.atom",
        "communes/1.json",
        "departements/1.atom",
        "regions/13.atom",
        "reseaux/1302C",
    ] {
        assert_eq!(
            app.get(&format!("/flux/{path}")).await.problem().0,
            404,
            "{path}"
        );
    }
    let editions = app.get("/releases.json").await.json();
    assert_eq!(editions["items"][0]["title"], "Édition 2");
    let page = app.get("/donnees").await;
    assert!(
        page.text()
            .contains("rel=\"alternate\" type=\"application/atom+xml\"")
    );
}
