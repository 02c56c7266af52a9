use super::*;
use insta::{assert_json_snapshot, assert_snapshot};

const BOUNDARY: &str = "bord";

/// A form as browsers and curl send it: the file first or last, then the fields.
fn form(parts: &[(&str, &str)]) -> String {
    let mut body = String::new();
    for (name, value) in parts {
        let file = if *name == "data" {
            "; filename=\"rues.csv\""
        } else {
            ""
        };
        body.push_str(&format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n"
        ));
    }
    body.push_str(&format!("--{BOUNDARY}--\r\n"));
    body
}

async fn send(app: &TestApp, path: &str, parts: &[(&str, &str)]) -> Answer {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    app.post(path, &kind, form(parts)).await
}

#[tokio::test]
async fn a_text_gives_the_features_of_the_national_service() {
    let app = TestApp::start();
    let answer = app
        .get("/geocodage/search?q=3+bis+rue+des+lilas&limit=2")
        .await;
    assert_json_snapshot!("search", answer.json());
    let biased = app
        .get("/geocodage/search?q=rue+des+lilas&lat=43.32&lon=5.385&limit=1")
        .await;
    assert_json_snapshot!("search_biased", biased.json());
    let nothing = app.get("/geocodage/search?q=zzzz+qqqq+xxxx").await;
    assert_json_snapshot!("search_nothing", nothing.json());
}

#[tokio::test]
async fn properties_come_in_the_order_of_the_contract() {
    let app = TestApp::start();
    let answer = app
        .get("/geocodage/search?q=3+bis+rue+des+lilas&limit=1")
        .await;
    let text = answer.text();
    let place = |key: &str| {
        text.find(&format!("\"{key}\":"))
            .unwrap_or_else(|| panic!("{key}"))
    };
    let order = [
        "label",
        "score",
        "housenumber",
        "id",
        "name",
        "postcode",
        "citycode",
        "x",
        "y",
        "city",
        "context",
        "importance",
        "street",
        "_type",
    ];
    assert!(
        order.windows(2).all(|pair| place(pair[0]) < place(pair[1])),
        "{text}"
    );
}

#[tokio::test]
async fn a_point_gives_the_nearest_addresses() {
    let app = TestApp::start();
    let answer = app
        .get("/geocodage/reverse?lat=43.3208&lon=5.3852&limit=2")
        .await;
    assert_json_snapshot!("reverse", answer.json());
}

#[tokio::test]
async fn what_is_wrong_with_a_query_is_said_all_at_once() {
    let app = TestApp::start();
    let answer = app
        .get("/geocodage/search?q=a&limit=30&lon=2&type=rue&index=poi")
        .await;
    assert_eq!(answer.status, 400);
    assert_json_snapshot!("search_refused", answer.json());
    let answer = app.get("/geocodage/reverse?lat=43.3").await;
    assert_json_snapshot!("reverse_refused", answer.json());
}

#[tokio::test]
async fn a_file_comes_back_with_its_columns_untouched_and_ours_after() {
    let app = TestApp::start();
    let csv = "nom;voie;ville\r\n\"Dupont; fils\";3 bis rue des lilas;Portville\r\nDurand;zzzz qqqq;\r\nVide;;\r\n";
    let answer = send(
        &app,
        "/geocodage/search/csv",
        &[("data", csv), ("columns", "voie"), ("columns", "ville")],
    )
    .await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(
        answer.header("content-disposition"),
        "attachment; filename=\"rues.geocoded.csv\""
    );
    assert_snapshot!("search_csv", answer.text().replace("\r\n", "\n"));
    let fields_first = [("columns", "voie"), ("columns", "ville"), ("data", csv)];
    assert_eq!(
        send(&app, "/geocodage/search/csv", &fields_first)
            .await
            .body,
        answer.body
    );
}

#[tokio::test]
async fn only_the_result_columns_asked_are_added() {
    let app = TestApp::start();
    let parts = [
        ("data", "voie\n1 rue des lilas\n"),
        ("result_columns", "result_id"),
        ("result_columns", "latitude"),
    ];
    let answer = send(&app, "/geocodage/search/csv", &parts).await;
    assert_eq!(
        answer.text(),
        "voie,latitude,result_id\n1 rue des lilas,43.3203,13901_0010_00001\n"
    );
}

#[tokio::test]
async fn a_file_of_points_gets_addresses_and_distances() {
    let app = TestApp::start();
    let csv = "lat,lon\n43.3208,5.3852\nabc,2\n";
    assert_snapshot!(
        "reverse_csv",
        send(&app, "/geocodage/reverse/csv", &[("data", csv)])
            .await
            .text()
    );
}

#[tokio::test]
async fn a_file_that_cannot_be_answered_is_refused_before_any_row() {
    let app = TestApp::start();
    let path = "/geocodage/search/csv";
    let refused = [
        send(&app, path, &[("columns", "voie")]).await,
        send(&app, path, &[("data", "")]).await,
        send(&app, path, &[("data", "a\n\u{0}\n")]).await,
        send(&app, path, &[("data", "a\nb\n"), ("columns", "voie")]).await,
        send(
            &app,
            path,
            &[("data", "a\nb\n"), ("result_columns", "couleur")],
        )
        .await,
        send(&app, "/geocodage/reverse/csv", &[("data", "a\nb\n")]).await,
        app.post(path, "text/csv", "a\nb\n").await,
    ];
    assert!(refused.iter().all(|answer| answer.status == 400));
    let said: Vec<Value> = refused.iter().map(Answer::json).collect();
    assert_json_snapshot!("csv_refused", said);
}

#[tokio::test]
async fn a_file_larger_than_memory_holds_comes_back_whole() {
    let app = TestApp::start();
    let rows = 20_000;
    let csv = format!("voie\n{}", "1 rue des lilas portville\n".repeat(rows));
    let answer = send(
        &app,
        "/geocodage/search/csv",
        &[("data", &csv), ("columns", "voie")],
    )
    .await;
    assert_eq!(
        answer
            .text()
            .lines()
            .filter(|line| line.ends_with(",ok"))
            .count(),
        rows
    );
}

#[tokio::test]
async fn a_file_over_the_limit_and_one_too_many_are_refused() {
    let app = TestApp::with(|config| config.limits.file_bytes = 100);
    let long = "a\n".repeat(100);
    let answer = send(&app, "/geocodage/search/csv", &[("data", &long)]).await;
    assert_eq!(answer.status, 413);
}

#[tokio::test]
async fn without_an_index_the_geocoder_says_so() {
    let app = TestApp::empty_with(|_| ());
    let answer = app.get("/geocodage/search?q=rue+des+lilas").await;
    assert_eq!(answer.status, 503);
    assert_json_snapshot!("search_no_index", answer.json());
}
