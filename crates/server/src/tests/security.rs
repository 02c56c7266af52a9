use super::town::NEAR;
use super::*;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use tracing_subscriber::fmt::MakeWriter;

/// A log that stays in memory.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_log_has_routes_and_numbers_but_never_what_was_asked() {
    let app = TestApp::start();
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(lines.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    app.get("/api/v2/eligibility?q=3+bis+rue+des+lilas").await;
    app.get(&format!("/api/v1/eligibility?{NEAR}")).await;
    app.get("/geocodage/search?q=avenue+du+port").await;
    app.get("/nulle-part/rue-des-lilas?q=lilas").await;
    app.get("/api/v2/networks/lilas").await;
    let list = "[{\"q\":\"12 avenue du port\"},{\"lon\":5.3850,\"lat\":43.3203}]";
    let asked = app
        .post("/api/v2/eligibility", "application/json", list)
        .await;
    drop(guard);
    let log = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    for secret in [
        "lilas",
        "Lilas",
        "avenue",
        "43.32",
        "5.385",
        "5.3850",
        "127.0.0.1",
        "q=",
    ] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
    assert!(log.contains("/api/v2/eligibility"));
    assert!(log.contains("/api/v2/networks/{key}"));
    assert!(log.contains(asked.header("x-request-id")));
}

#[tokio::test]
async fn every_answer_has_its_number_and_the_headers_that_protect() {
    let app = TestApp::start();
    let mut numbers = std::collections::BTreeSet::new();
    for path in [
        "/",
        "/nulle-part",
        "/api/v2/releases",
        "/api/v2/eligibility",
        "/health/live",
        "/tiles/heat.json",
    ] {
        let answer = app.get(path).await;
        numbers.insert(answer.header("x-request-id").to_owned());
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{path}");
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("set-cookie"), "", "{path}");
    }
    assert_eq!(numbers.len(), 6);
}

#[tokio::test]
async fn other_sites_may_ask_the_api_but_not_read_pages() {
    let app = TestApp::start();
    for path in [
        "/api/v1/networks",
        "/api/v2/releases",
        "/geocodage/search?q=lilas",
        "/tiles/heat.json",
        "/api/openapi.json",
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
    }
    assert_eq!(app.get("/").await.header("access-control-allow-origin"), "");
    let before = Request::options("/api/v2/eligibility")
        .header("origin", "https://ailleurs.exemple")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type");
    let answer = app.ask(before.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, 200);
    assert!(!answer.header("access-control-allow-methods").is_empty());
}

#[tokio::test]
async fn a_client_that_asks_too_much_is_told_when_to_come_back() {
    let app = TestApp::with(|config| {
        config.limits.exempt = Vec::new();
        config.limits.burst = 2;
        config.limits.requests_per_second = 1;
    });
    for _ in 0..2 {
        assert_eq!(app.get("/api/v2/releases").await.status, 200);
    }
    let refused = app.get("/api/v2/releases").await;
    assert_eq!(refused.problem(), (429, "too-many-requests".to_owned()));
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(refused.header("access-control-allow-origin"), "*");
    assert_eq!(app.get("/health/live").await.status, 200);
}

#[tokio::test]
async fn answers_are_compressed_for_who_asks() {
    let app = TestApp::start();
    let request = Request::get("/api/v1/networks").header("accept-encoding", "gzip");
    let answer = app.ask(request.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.header("content-encoding"), "gzip");
    assert!(answer.body.starts_with(&[0x1f, 0x8b]));
}

#[tokio::test]
async fn measures_count_by_route_and_want_their_token() {
    let app = TestApp::start();
    app.get(&format!("/api/v1/eligibility?{NEAR}")).await;
    let text = app.get("/metrics").await;
    let counted =
        "caloduc_requests_total{route=\"/api/v1/eligibility\",method=\"GET\",status=\"200\"} 1";
    assert!(text.text().contains(counted), "{}", text.text());
    assert!(text.text().contains("caloduc_release 1\n"));

    let app = TestApp::with(|config| {
        config.metrics = serde_json::from_str("{\"token\":\"sesame\"}").unwrap();
    });
    assert_eq!(
        app.get("/metrics").await.problem(),
        (401, "unauthorized".to_owned())
    );
    let request = Request::get("/metrics").header("authorization", "Bearer sesame");
    assert_eq!(
        app.ask(request.body(Body::empty()).unwrap()).await.status,
        200
    );
}
