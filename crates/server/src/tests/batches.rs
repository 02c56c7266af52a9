//! Files of addresses, from the form to the erasing.

use super::town::{self, Year};
use super::*;
use crate::jobs::{self, Jobs};
use std::sync::Arc;
use std::time::Duration;

pub(super) const PATH: &str = "/api/v2/batches";

/// Four rows: on the network, another street, nowhere, nothing.
pub(super) const FILE: &str = "ref;adresse;commune\n1;1 rue des lilas;Portville\n2;14 avenue du port;Portville\n3;zzzz qqqq;\n4;;\n";

pub(super) fn form(fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend_from_slice(
            format!(
                "--limit\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
            )
            .as_bytes(),
        );
    }
    if let Some((name, bytes)) = file {
        body.extend_from_slice(
            format!("--limit\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n")
                .as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--limit--\r\n");
    ("multipart/form-data; boundary=limit".to_owned(), body)
}

pub(super) async fn give(app: &TestApp, fields: &[(&str, &str)], file: &[u8]) -> Answer {
    let (kind, body) = form(fields, Some(("parc.csv", file)));
    app.post(PATH, &kind, body).await
}

pub(super) fn id(answer: &Answer) -> String {
    assert_eq!(answer.status, 202, "{}", answer.text());
    answer.json()["id"].as_str().unwrap().to_owned()
}

/// Waits until a batch is in a state, and shows it.
pub(super) async fn until(app: &TestApp, id: &str, wanted: impl Fn(&Value) -> bool) -> Value {
    let mut last = Value::Null;
    for _ in 0..600 {
        let batch = app.get(&format!("{PATH}/{id}")).await.json();
        if wanted(&batch) {
            return batch;
        }
        assert_ne!(batch["state"], "failed", "{batch}");
        last = batch;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the batch is not in the state wanted: {last}");
}

pub(super) async fn until_done(app: &TestApp, id: &str) -> Value {
    until(app, id, |batch| {
        batch["state"] == "done" && batch["following"] == false
    })
    .await
}

/// The link of a batch of four rows, tested.
pub(super) async fn tested(app: &TestApp) -> String {
    let id = id(&give(app, &[], FILE.as_bytes()).await);
    until_done(app, &id).await;
    id
}

pub(super) async fn send(app: &TestApp, method: &str, path: &str, body: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "application/json");
    app.ask(request.body(Body::from(body.to_owned())).unwrap())
        .await
}

fn jobs_of(app: &TestApp) -> Arc<Jobs> {
    app.state.jobs_or_problem().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_tested_and_everything_comes_back() {
    let app = TestApp::start().working().await;
    let answer = give(&app, &[("name", "Parc 2026")], FILE.as_bytes()).await;
    let id = id(&answer);
    assert_eq!(answer.header("location"), format!("{PATH}/{id}"));
    let batch = until_done(&app, &id).await;
    assert_eq!(batch["name"], "Parc 2026");
    assert_eq!(
        (&batch["rows_done"], &batch["rows_total"]),
        (&4.into(), &4.into())
    );
    assert_eq!(batch["errors"], 2);
    assert_eq!(
        batch["asked_columns"],
        serde_json::json!(["adresse", "commune"])
    );
    assert_eq!(batch["summary"]["eligible"], 2);
    let csv = app.get(&format!("{PATH}/{id}/results.csv")).await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(
        csv.header("content-disposition")
            .contains("parc-resultats.csv")
    );
    assert_eq!(csv.text().lines().count(), 5);
    assert!(csv.text().starts_with("ref;adresse;commune;result_label"));
    let some = app
        .get(&format!("{PATH}/{id}/results.csv?filter=eligible&q=LILAS"))
        .await;
    assert_eq!(some.text().lines().count(), 2, "{}", some.text());
    let points = app
        .get(&format!("{PATH}/{id}/results.geojson"))
        .await
        .json();
    assert_eq!(points["features"].as_array().unwrap().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_results_are_the_bytes_of_the_one_function() {
    use caloduc_engine::batch::{self, Assessor, Kept, Locate, Mapping, Preview, Reading};
    use caloduc_formats::batch::{self as formats, ResultFormat, Written};
    let app = TestApp::start().working().await;
    let mut file = b"ref;adresse;commune\r\n".to_vec();
    for n in 0..12_000 {
        let line = [
            "1 rue des lilas;Portville",
            "\"14 av. du port\";Portville;trop",
            "3bis rue lilas",
            "é\u{a0};=1+1",
        ];
        file.extend_from_slice(format!("{n};{}\r\n", line[n % line.len()]).as_bytes());
    }
    let id = id(&give(&app, &[], &file).await);
    until_done(&app, &id).await;
    let served = app.state.served().unwrap();
    let addresses = app.state.addresses().unwrap();
    for format in ResultFormat::ALL {
        let reading = Reading::default();
        let mut first =
            formats::open(Box::new(std::io::Cursor::new(file.clone())), &reading).unwrap();
        let preview = Preview::of(&mut *first).unwrap();
        let mapping = Mapping::of(&batch::AskedColumns::default(), &preview).unwrap();
        let mut source =
            formats::open(Box::new(std::io::Cursor::new(file.clone())), &reading).unwrap();
        let mut expected = Vec::new();
        let asked = Written {
            format,
            kept: Kept::All,
            created: &served.snapshot.stamp().created,
            release: served.release(),
        };
        let writer = formats::writer(Box::new(&mut expected), &preview.layout, &asked).unwrap();
        let assessor = Assessor {
            snapshot: &served.snapshot,
            locator: Some(&*addresses as &dyn Locate),
            service: caloduc_engine::eligibility::Service::Heat,
        };
        batch::run(&assessor, &mapping, &mut *source, writer, None, |_| {
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
        let path = format!("{PATH}/{id}/results.{}", format.as_str());
        let given = app.get(&path).await;
        assert!(given.body == expected, "{format:?} differs");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_cannot_be_tested_is_refused_with_what_to_do() {
    let app = TestApp::with(|config| config.batches.file_bytes = 1000)
        .working()
        .await;
    let nothing = give(&app, &[], b"a;b\n1;2\n3;4\n").await;
    assert_eq!(nothing.problem(), (422, "unreadable-file".to_owned()));
    assert!(nothing.json()["detail"].as_str().unwrap().contains("a, b"));
    let named = give(&app, &[("columns", "adresse_postale")], FILE.as_bytes()).await;
    assert_eq!(named.problem(), (422, "unreadable-file".to_owned()));
    let half = give(&app, &[("lon_column", "x")], FILE.as_bytes()).await;
    assert_eq!(half.problem(), (400, "missing-parameter".to_owned()));
    let long = give(&app, &[], "1 rue des lilas\n".repeat(100).as_bytes()).await;
    assert_eq!(long.problem(), (413, "body-too-large".to_owned()));
    let binary = give(&app, &[], b"%PDF-1.7\n\0\0\0").await;
    assert_eq!(binary.problem(), (422, "unreadable-file".to_owned()));
    let (kind, body) = form(&[("name", "x")], None);
    let empty = app.post(PATH, &kind, body).await;
    assert_eq!(empty.problem(), (400, "missing-parameter".to_owned()));
    let json = app.post(PATH, "application/json", "{}").await;
    assert_eq!(json.problem(), (415, "unsupported-media-type".to_owned()));
    // Nothing of all that was kept.
    assert_eq!(
        jobs_of(&app).batches.uploads_in_use().await.unwrap(),
        Vec::<String>::new()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pasted_list_is_a_file() {
    let app = TestApp::start().working().await;
    let (kind, body) = form(
        &[
            (
                "text",
                "1 rue des lilas portville\n14 avenue du port portville\n",
            ),
            ("titles", "absent"),
        ],
        None,
    );
    let id = id(&app.post(PATH, &kind, body).await);
    let batch = until_done(&app, &id).await;
    assert_eq!(batch["summary"]["ok"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_filtered_searched_sorted_and_paged() {
    let app = TestApp::start().working().await;
    let id = tested(&app).await;
    let rows = |query: &str| format!("{PATH}/{id}/rows?{query}");
    let lines = |answer: &Answer| -> Vec<u64> {
        let body = answer.json();
        body["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row["row"].as_u64().unwrap())
            .collect()
    };
    assert_eq!(lines(&app.get(&rows("")).await), [0, 1, 2, 3]);
    assert_eq!(lines(&app.get(&rows("limit=2&page=2")).await), [2, 3]);
    assert_eq!(lines(&app.get(&rows("filter=introuvable")).await), [2, 3]);
    assert_eq!(lines(&app.get(&rows("q=Ligne")).await), Vec::<u64>::new());
    assert_eq!(lines(&app.get(&rows("q=av%C3%A9nue")).await), [1]);
    let by_distance = lines(&app.get(&rows("sort=-distance&filter=eligible")).await);
    assert_eq!(by_distance.len(), 2);
    assert_ne!(
        by_distance,
        lines(&app.get(&rows("sort=distance&filter=eligible")).await)
    );
    for wrong in ["filter=rien", "sort=nom", "page=0", "limit=1001"] {
        assert_eq!(app.get(&rows(wrong)).await.problem().0, 400, "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_row_is_set_right_and_stays_so() {
    let app = TestApp::start().working().await;
    let id = tested(&app).await;
    let path = format!("{PATH}/{id}/rows/2");
    let detail = app.get(&path).await.json();
    assert_eq!(detail["row"]["status"], "not-found");
    let right = send(&app, "PUT", &path, "{\"lon\":5.3850,\"lat\":43.3203}").await;
    assert_eq!(right.status, 200, "{}", right.text());
    assert_eq!(right.json()["row"]["verdict"]["eligible"], true);
    let batch = app.get(&format!("{PATH}/{id}")).await.json();
    assert_eq!(
        (&batch["summary"]["eligible"], &batch["errors"]),
        (&3.into(), &1.into())
    );
    let other = format!("{PATH}/{id}/rows/0");
    let candidate = app.get(&other).await.json()["candidates"][0]["id"].clone();
    let body = serde_json::json!({ "candidate": candidate }).to_string();
    assert_eq!(send(&app, "PUT", &other, &body).await.status, 200);
    // Tested again from the start, it keeps its place.
    assert_eq!(
        send(&app, "POST", &format!("{PATH}/{id}/rerun"), "")
            .await
            .status,
        200
    );
    until_done(&app, &id).await;
    let detail = app.get(&path).await.json();
    assert_eq!(
        (&detail["row"]["lon"], &detail["row"]["status"]),
        (&5.385.into(), &"ok".into())
    );
    for (body, code) in [
        ("{}", "missing-parameter"),
        ("{\"lon\":43.3,\"lat\":5.3}", "swapped-coordinates"),
        (
            "{\"candidate\":\"x\",\"lon\":1,\"lat\":2}",
            "conflicting-parameters",
        ),
        ("{\"candidate\":\"unknown\"}", "row-not-found"),
        ("[", "malformed-body"),
    ] {
        assert_eq!(send(&app, "PUT", &path, body).await.problem().1, code);
    }
    let beyond = send(
        &app,
        "PUT",
        &format!("{PATH}/{id}/rows/9"),
        "{\"lon\":5.385,\"lat\":43.32}",
    )
    .await;
    assert_eq!(beyond.problem(), (404, "row-not-found".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shared_link_looks_and_changes_nothing() {
    let app = TestApp::start().working().await;
    let id = tested(&app).await;
    let share = send(&app, "POST", &format!("{PATH}/{id}/shares"), "")
        .await
        .json();
    let shared = share["id"].as_str().unwrap();
    assert_ne!(shared, id);
    let seen = app.get(&format!("{PATH}/{shared}")).await.json();
    assert_eq!(
        (&seen["access"], &seen["id"]),
        (&"reader".into(), &shared.into())
    );
    assert_eq!(
        app.get(&format!("{PATH}/{shared}/results.csv"))
            .await
            .status,
        200
    );
    for (method, path) in [
        ("DELETE", String::new()),
        ("PATCH", String::new()),
        ("POST", "/rerun".to_owned()),
        ("POST", "/cancel".to_owned()),
        ("POST", "/shares".to_owned()),
        ("PUT", "/rows/1".to_owned()),
    ] {
        let body = if method == "PUT" {
            "{\"lon\":5.385,\"lat\":43.32}"
        } else {
            "{\"name\":\"x\"}"
        };
        let answer = send(&app, method, &format!("{PATH}/{shared}{path}"), body).await;
        assert_eq!(
            answer.problem(),
            (403, "read-only-link".to_owned()),
            "{method} {path}"
        );
    }
    assert_eq!(
        send(&app, "DELETE", &format!("{PATH}/{id}/shares"), "")
            .await
            .status,
        204
    );
    assert_eq!(app.get(&format!("{PATH}/{shared}")).await.problem().0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_batch_is_nowhere() {
    let app = TestApp::start().keeping_batches().await;
    let id = id(&give(&app, &[], FILE.as_bytes()).await);
    let uploads = app.store.data_dir().join("uploads");
    assert_eq!(std::fs::read_dir(&uploads).unwrap().count(), 1);
    assert_eq!(
        send(&app, "DELETE", &format!("{PATH}/{id}"), "")
            .await
            .status,
        204
    );
    assert_eq!(std::fs::read_dir(&uploads).unwrap().count(), 0);
    for path in [
        "",
        "/rows",
        "/results.csv",
        "/events",
        "/changes",
        "/changes.atom",
    ] {
        let answer = app.get(&format!("{PATH}/{id}{path}")).await;
        assert_eq!(
            answer.problem(),
            (404, "batch-not-found".to_owned()),
            "{path}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_erased_once_its_rows_are_read() {
    let app = TestApp::start().working().await;
    tested(&app).await;
    let uploads = app.store.data_dir().join("uploads");
    assert_eq!(std::fs::read_dir(&uploads).unwrap().count(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_waits_and_a_cancelled_batch_stops() {
    let app = TestApp::start().working().await;
    let id = id(&give(
        &app,
        &[("launch", "later"), ("columns", "adresse")],
        FILE.as_bytes(),
    )
    .await);
    assert_eq!(
        app.get(&format!("{PATH}/{id}")).await.json()["state"],
        "draft"
    );
    assert_eq!(
        app.get(&format!("{PATH}/{id}/results.csv"))
            .await
            .problem()
            .0,
        409
    );
    assert_eq!(
        send(&app, "POST", &format!("{PATH}/{id}/rerun"), "")
            .await
            .problem()
            .0,
        409
    );
    assert_eq!(
        send(&app, "POST", &format!("{PATH}/{id}/launch"), "")
            .await
            .status,
        200
    );
    until_done(&app, &id).await;
    assert_eq!(
        send(&app, "POST", &format!("{PATH}/{id}/launch"), "")
            .await
            .problem()
            .0,
        409
    );
    assert_eq!(
        send(&app, "POST", &format!("{PATH}/{id}/cancel"), "")
            .await
            .problem()
            .0,
        409
    );
    let renamed = send(
        &app,
        "PATCH",
        &format!("{PATH}/{id}"),
        "{\"name\":\" Été \"}",
    )
    .await;
    assert_eq!(renamed.json()["name"], "Été");
    let idle = TestApp::start().keeping_batches().await;
    let stopped = self::id(&give(&idle, &[], FILE.as_bytes()).await);
    let cancelled = send(&idle, "POST", &format!("{PATH}/{stopped}/cancel"), "").await;
    assert_eq!(cancelled.json()["state"], "cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_has_so_many_tests_and_no_more() {
    let app = TestApp::with(|config| config.batches.working = 2)
        .keeping_batches()
        .await;
    for _ in 0..2 {
        id(&give(&app, &[], FILE.as_bytes()).await);
    }
    let refused = give(&app, &[], FILE.as_bytes()).await;
    assert_eq!(refused.problem(), (429, "quota-reached".to_owned()));
    assert_eq!(refused.header("retry-after"), "60");
    let uploads = app.store.data_dir().join("uploads");
    assert_eq!(std::fs::read_dir(&uploads).unwrap().count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edition_is_followed_and_what_moved_is_told() {
    let mut app = TestApp::start().working().await;
    let rows = "lon;lat\n5.3856;43.3235\n5.3850;43.3203\n";
    let id = id(&give(&app, &[], rows.as_bytes()).await);
    assert_eq!(until_done(&app, &id).await["release"], 1);
    town::publish(&app.store, Year::Second);
    app.reloader.look();
    let batch = until(&app, &id, |batch| batch["release"] == 2).await;
    assert_eq!(batch["state"], "done");
    let told = app.get(&format!("{PATH}/{id}/changes")).await.json();
    let moved = &told["changes"];
    assert_eq!(moved.as_array().unwrap().len(), 1, "{told}");
    assert_eq!(moved[0]["row"], 0);
    assert_eq!(
        (
            &moved[0]["before"]["release"],
            &moved[0]["after"]["release"]
        ),
        (&1.into(), &2.into())
    );
    let (before, after) = (
        &moved[0]["before"]["distance_m"],
        &moved[0]["after"]["distance_m"],
    );
    assert!(before.as_u64() > after.as_u64(), "{moved}");
    assert_eq!(told["runs"][0]["purpose"], "follow");
    let detail = app.get(&format!("{PATH}/{id}/rows/0")).await.json();
    assert_eq!(detail["history"].as_array().unwrap().len(), 1);
    let feed = app.get(&format!("{PATH}/{id}/changes.atom")).await;
    assert!(
        feed.text()
            .contains("<title>1 lignes ont changé, édition 2</title>"),
        "{}",
        feed.text()
    );
    let csv = app.get(&format!("{PATH}/{id}/results.csv")).await;
    assert!(
        csv.text().lines().nth(1).unwrap().contains(";2;"),
        "{}",
        csv.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn news_come_until_the_end_or_until_the_service_stops() {
    let app = TestApp::start().working().await;
    let id = tested(&app).await;
    let news = app.get(&format!("{PATH}/{id}/events")).await;
    assert_eq!(news.header("content-type"), "text/event-stream");
    assert!(
        news.text().contains("event: state\ndata: {"),
        "{}",
        news.text()
    );
    assert!(news.text().contains("\"state\":\"done\""));
    let idle = TestApp::start().keeping_batches().await;
    let waiting = self::id(&give(&idle, &[], FILE.as_bytes()).await);
    let state = idle.state.clone();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(200)).await;
        state.stop();
    });
    // Ends although the batch waits for ever.
    let news = idle.get(&format!("{PATH}/{waiting}/events")).await;
    assert!(news.text().contains("\"state\":\"queued\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn work_left_by_a_service_that_stopped_is_taken_up_by_the_next() {
    let first = TestApp::start().keeping_batches().await;
    let given = id(&give(&first, &[], FILE.as_bytes()).await);
    let second = jobs::open(&first.state).await.unwrap();
    let second = Arc::new(second);
    drop(jobs::Workers::start(&first.state, &second));
    assert_eq!(until_done(&first, &given).await["rows_done"], 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_longer_there_ends_its_test_with_what_to_do() {
    let app = TestApp::start().keeping_batches().await;
    let id = id(&give(&app, &[], FILE.as_bytes()).await);
    let uploads = app.store.data_dir().join("uploads");
    for file in std::fs::read_dir(uploads).unwrap() {
        std::fs::remove_file(file.unwrap().path()).unwrap();
    }
    drop(jobs::Workers::start(&app.state, &jobs_of(&app)));
    for _ in 0..600 {
        let batch = app.get(&format!("{PATH}/{id}")).await.json();
        if batch["state"] == "failed" {
            assert!(
                batch["problem"]
                    .as_str()
                    .unwrap()
                    .contains("donnez-le de nouveau")
            );
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the test never ends");
}
