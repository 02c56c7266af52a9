//! Files that come in pieces, as a client of the protocol tus sees it.

use super::batches::{FILE, PATH, form, id, until_done};
use super::*;
use crate::jobs;
use bytes::Bytes;
use caloduc_store::batches::{FolderUploads, Uploads};
use std::collections::HashSet;
use std::io;
use std::time::{Duration, SystemTime};

const UPLOADS: &str = "/api/v2/batches/uploads";
const PIECE: &str = "application/offset+octet-stream";

async fn ask(
    app: &TestApp,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Body,
) -> Answer {
    let mut request = Request::builder()
        .method(method)
        .uri(path)
        .header("tus-resumable", "1.0.0");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.ask(request.body(body).unwrap()).await
}

/// Announces a file; where it goes.
async fn announce(app: &TestApp, bytes: usize) -> String {
    let length = bytes.to_string();
    // « parc é.csv ».
    let metadata = "filename cGFyYyDDqS5jc3Y=,filetype dGV4dC9jc3Y=";
    let headers = [
        ("upload-length", length.as_str()),
        ("upload-metadata", metadata),
    ];
    let answer = ask(app, "POST", UPLOADS, &headers, Body::empty()).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert!(answer.header("upload-expires").ends_with(" GMT"));
    answer.header("location").to_owned()
}

async fn piece(app: &TestApp, place: &str, offset: usize, body: impl Into<Body>) -> Answer {
    let offset = offset.to_string();
    let headers = [("upload-offset", offset.as_str()), ("content-type", PIECE)];
    ask(app, "PATCH", place, &headers, body.into()).await
}

async fn received(app: &TestApp, place: &str) -> String {
    let answer = ask(app, "HEAD", place, &[], Body::empty()).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.header("upload-offset").to_owned()
}

/// Some bytes, then a connection that is cut.
fn cut_after(bytes: &'static [u8]) -> Body {
    let pieces = [
        Ok(Bytes::from_static(bytes)),
        Err(io::Error::from(io::ErrorKind::ConnectionReset)),
    ];
    Body::from_stream(tokio_stream::iter(pieces))
}

/// Files that wait on the disk.
fn waiting(app: &TestApp) -> usize {
    std::fs::read_dir(app.store.data_dir().join("uploads"))
        .unwrap()
        .count()
}

/// Makes a batch of a file that came in pieces.
async fn make_batch(app: &TestApp, place: &str) -> Answer {
    let upload = place.rsplit('/').next().unwrap();
    let (kind, body) = form(&[("upload", upload)], None);
    app.post(PATH, &kind, body).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_cut_in_the_middle_goes_on_and_is_the_same() {
    let app = TestApp::start().working().await;
    let bytes = FILE.as_bytes();
    let place = announce(&app, bytes.len()).await;
    assert_eq!(received(&app, &place).await, "0");
    let cut = piece(&app, &place, 0, cut_after(&FILE.as_bytes()[..20])).await;
    assert_eq!(cut.problem(), (400, "malformed-body".to_owned()));
    assert_eq!(received(&app, &place).await, "20");
    // Too early for a test of it.
    assert_eq!(
        make_batch(&app, &place).await.problem(),
        (409, "upload-incomplete".to_owned())
    );
    let rest = piece(&app, &place, 20, bytes[20..].to_vec()).await;
    assert_eq!(rest.status, 204);
    assert_eq!(rest.header("upload-offset"), bytes.len().to_string());
    assert_eq!(rest.header("tus-resumable"), "1.0.0");
    let id = id(&make_batch(&app, &place).await);
    let batch = until_done(&app, &id).await;
    assert_eq!(
        (&batch["file_name"], &batch["rows_total"]),
        (&"parc é.csv".into(), &4.into())
    );
    let (kind, body) = form(&[], Some(("parc é.csv", bytes)));
    let whole = super::batches::id(&app.post(PATH, &kind, body).await);
    until_done(&app, &whole).await;
    let csv = |id: &str| format!("{PATH}/{id}/results.csv");
    assert_eq!(
        app.get(&csv(&id)).await.body,
        app.get(&csv(&whole)).await.body
    );
    // It served: nothing of its pieces is left.
    assert_eq!(waiting(&app), 0);
    let gone = ask(&app, "HEAD", &place, &[], Body::empty()).await;
    assert_eq!(gone.status, 404);
    assert_eq!(
        make_batch(&app, &place).await.problem().1,
        "upload-not-found"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_piece_that_is_not_the_next_one_is_refused() {
    let app = TestApp::start().keeping_batches().await;
    let place = announce(&app, 10).await;
    assert_eq!(piece(&app, &place, 0, "12345").await.status, 204);
    for offset in [0, 4, 6] {
        let refused = piece(&app, &place, offset, "12345").await;
        assert_eq!(
            refused.problem(),
            (409, "wrong-offset".to_owned()),
            "{offset}"
        );
    }
    let beyond = piece(&app, &place, 5, "123456").await;
    assert_eq!(beyond.problem(), (413, "body-too-large".to_owned()));
    let unannounced = Body::from_stream(tokio_stream::iter([
        Ok::<_, io::Error>(Bytes::from_static(b"1234")),
        Ok(Bytes::from_static(b"56")),
    ]));
    assert_eq!(piece(&app, &place, 5, unannounced).await.problem().0, 413);
    let form = [("upload-offset", "5"), ("content-type", "text/csv")];
    let other = ask(&app, "PATCH", &place, &form, "12345".into()).await;
    assert_eq!(other.problem(), (415, "unsupported-media-type".to_owned()));
    let nowhere = ask(
        &app,
        "PATCH",
        &place,
        &[("content-type", PIECE)],
        "12345".into(),
    )
    .await;
    assert_eq!(nowhere.problem(), (400, "missing-parameter".to_owned()));
    assert_eq!(received(&app, &place).await, "5");
    assert_eq!(waiting(&app), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_clients_that_send_the_same_piece_add_it_once() {
    let app = TestApp::start().keeping_batches().await;
    let place = announce(&app, 10).await;
    let (one, other) = tokio::join!(
        piece(&app, &place, 0, "12345"),
        piece(&app, &place, 0, "12345")
    );
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 409]);
    assert_eq!(received(&app, &place).await, "5");
    assert_eq!(waiting(&app), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_too_long_and_too_many_are_refused_before_they_come() {
    let app = TestApp::with(|config| {
        config.batches.file_bytes = 1000;
        config.batches.kept_bytes = 1500;
    });
    let app = app.keeping_batches().await;
    let ask_for = async |length: &'static str| {
        ask(
            &app,
            "POST",
            UPLOADS,
            &[("upload-length", length)],
            Body::empty(),
        )
        .await
    };
    assert_eq!(
        ask_for("1001").await.problem(),
        (413, "body-too-large".to_owned())
    );
    assert_eq!(ask_for("1000").await.status, 201);
    assert_eq!(
        ask_for("501").await.problem(),
        (429, "quota-reached".to_owned())
    );
    for wrong in ["", "beaucoup", "-1"] {
        assert_eq!(
            ask_for(wrong).await.problem(),
            (400, "invalid-parameter".to_owned()),
            "{wrong}"
        );
    }
    let silent = ask(&app, "POST", UPLOADS, &[], Body::empty()).await;
    assert_eq!(silent.problem(), (400, "missing-parameter".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_protocol_is_announced_and_another_version_refused() {
    let app = TestApp::start().keeping_batches().await;
    let request = Request::builder().method("OPTIONS").uri(UPLOADS);
    let said = app.ask(request.body(Body::empty()).unwrap()).await;
    assert_eq!(said.status, 200);
    assert_eq!(said.header("tus-version"), "1.0.0");
    assert_eq!(
        said.header("tus-extension"),
        "creation,termination,expiration"
    );
    assert_eq!(said.header("tus-max-size"), (2_u64 << 30).to_string());
    let place = announce(&app, 10).await;
    for (method, path) in [("POST", UPLOADS), ("PATCH", &place), ("DELETE", &place)] {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("tus-resumable", "0.2.2");
        let refused = app.ask(request.body(Body::empty()).unwrap()).await;
        assert_eq!(
            refused.problem(),
            (412, "unsupported-tus".to_owned()),
            "{method}"
        );
    }
    let request = Request::get("/health/live").header("origin", "https://autre.exemple.fr");
    let plain = app.ask(request.body(Body::empty()).unwrap()).await;
    assert_eq!(plain.header("tus-resumable"), "");
    let request = Request::builder()
        .method("HEAD")
        .uri(&place)
        .header("tus-resumable", "1.0.0")
        .header("origin", "https://autre.exemple.fr");
    let from_elsewhere = app.ask(request.body(Body::empty()).unwrap()).await;
    assert!(
        from_elsewhere
            .header("access-control-expose-headers")
            .contains("upload-offset")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_abandoned_file_leaves_nothing() {
    let app = TestApp::start().keeping_batches().await;
    let place = announce(&app, 10).await;
    piece(&app, &place, 0, "12345").await;
    assert_eq!(waiting(&app), 1);
    let ended = ask(&app, "DELETE", &place, &[], Body::empty()).await;
    assert_eq!((ended.status.as_u16(), waiting(&app)), (204, 0));
    assert_eq!(
        ask(&app, "DELETE", &place, &[], Body::empty())
            .await
            .problem()
            .1,
        "upload-not-found"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_never_came_whole_is_erased_in_time() {
    let app = TestApp::with(|config| config.batches.upload_hours = 0);
    let app = app.keeping_batches().await;
    let place = announce(&app, 10).await;
    // Its time is over at once: it takes no piece any more.
    assert_eq!(
        piece(&app, &place, 0, "12345").await.problem().1,
        "upload-not-found"
    );
    let jobs = app.state.jobs_or_problem().unwrap();
    assert_eq!(
        jobs.batches
            .expired_arrivals(jobs::now())
            .await
            .unwrap()
            .len(),
        1
    );
    jobs::sweep(&jobs).await.unwrap();
    assert_eq!(
        jobs.batches
            .expired_arrivals(jobs::now())
            .await
            .unwrap()
            .len(),
        0
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_piece_is_not_swept_while_its_file_is_on_its_way() {
    let app = TestApp::start().keeping_batches().await;
    let place = announce(&app, 10).await;
    piece(&app, &place, 0, "12345").await;
    let jobs = app.state.jobs_or_problem().unwrap();
    let in_use: HashSet<String> = jobs
        .batches
        .uploads_in_use()
        .await
        .unwrap()
        .into_iter()
        .collect();
    let folder = FolderUploads::open(&app.store.data_dir().join("uploads")).unwrap();
    let later = SystemTime::now() + Duration::from_hours(3);
    assert_eq!(folder.sweep(&in_use, later).unwrap(), 0);
    assert_eq!(folder.sweep(&HashSet::new(), later).unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_the_pages_takes_a_file_that_came_in_pieces() {
    let app = TestApp::start().working().await;
    let place = announce(&app, FILE.len()).await;
    piece(&app, &place, 0, FILE).await;
    let upload = place.rsplit('/').next().unwrap();
    let (kind, body) = form(&[("upload", upload), ("text", "")], None);
    let shown = app.post("/pro/tests", &kind, body).await;
    assert_eq!(shown.status, 303, "{}", shown.text());
    let page = app.get(shown.header("location")).await;
    assert!(page.text().contains("parc é.csv"));
}
