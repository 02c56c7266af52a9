use super::town::{self, FAR, NEAR, Year};
use super::*;
use insta::assert_json_snapshot;

#[tokio::test]
async fn the_national_services_answer_has_its_nine_keys_and_no_other() {
    let app = TestApp::start();
    let near = app.get(&format!("/api/v1/eligibility?{NEAR}")).await;
    assert_json_snapshot!("v1_near", near.json());
    let far = app.get(&format!("/api/v1/eligibility?{FAR}")).await;
    assert_json_snapshot!("v1_far", far.json());
}

#[tokio::test]
async fn every_network_is_listed_heat_then_cold_with_its_shape() {
    let app = TestApp::start();
    assert_json_snapshot!("v1_networks", app.get("/api/v1/networks").await.json());
}

#[tokio::test]
async fn a_point_gets_its_verdict_with_every_fact() {
    let app = TestApp::start();
    let answer = app.get(&format!("/api/v2/eligibility?{NEAR}")).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_json_snapshot!("v2_point", answer.json());
}

#[tokio::test]
async fn an_address_gets_the_verdict_of_its_point_and_says_what_was_found() {
    let app = TestApp::start();
    let answer = app
        .get("/api/v2/eligibility?q=3bis+r+des+lila+portville")
        .await;
    assert_json_snapshot!("v2_address", answer.json());
}

#[tokio::test]
async fn cooling_is_asked_apart() {
    let app = TestApp::start();
    let answer = app
        .get(&format!("/api/v2/eligibility?{NEAR}&for=cold"))
        .await;
    assert_eq!(answer.json()["network"]["key"], "cold:1301F");
}

#[tokio::test]
async fn each_bad_question_gets_its_own_code() {
    let app = TestApp::start();
    for (query, status, code) in [
        ("", 400, "missing-parameter"),
        ("lon=5.38", 400, "missing-parameter"),
        ("q=&lon=&lat=", 400, "missing-parameter"),
        ("q=lilas&lon=5.38&lat=43.32", 400, "conflicting-parameters"),
        ("lon=43.32&lat=5.38", 400, "swapped-coordinates"),
        ("lon=100&lat=10", 400, "outside-territory"),
        ("lon=5.38&lat=NaN", 400, "invalid-coordinates"),
        ("lon=5.38&lat=95", 400, "invalid-coordinates"),
        ("lon=5.38&lat=43.32&for=warm", 400, "invalid-parameter"),
        ("q=zzzz+qqqq+xxxx", 404, "address-not-found"),
    ] {
        let answer = app.get(&format!("/api/v2/eligibility?{query}")).await;
        assert_eq!(answer.problem(), (status, code.to_owned()), "{query}");
    }
}

#[tokio::test]
async fn a_problem_says_what_where_and_what_to_do() {
    let app = TestApp::start();
    let answer = app.get("/api/v2/eligibility?lon=43.32&lat=5.38").await;
    assert_json_snapshot!("problem", answer.json());
}

#[tokio::test]
async fn networks_are_searched_filtered_and_paged() {
    let app = TestApp::start();
    assert_json_snapshot!(
        "networks_page",
        app.get("/api/v2/networks?limit=2").await.json()
    );
    let total = async |query: &str| {
        app.get(&format!("/api/v2/networks?{query}")).await.json()["total"].clone()
    };
    assert_eq!(total("table=project").await, 2);
    assert_eq!(total("q=energies").await, 2);
    assert_eq!(total("table=cold&q=fermé").await, 0);
    assert_eq!(
        app.get("/api/v2/networks?limit=0").await.problem(),
        (400, "invalid-parameter".to_owned())
    );
}

#[tokio::test]
async fn a_network_is_found_by_key_or_by_id_whatever_its_case() {
    let app = TestApp::start();
    let by_key = app.get("/api/v2/networks/heat:1302C?geometry=true").await;
    assert_json_snapshot!("network", by_key.json());
    assert_eq!(by_key.header("etag"), "\"1\"");
    let by_id = app.get("/api/v2/networks/1302c").await;
    assert_eq!(by_id.json()["key"], "heat:1302C");
    let missing = app.get("/api/v2/networks/1305C").await;
    assert_eq!(missing.problem(), (404, "network-not-found".to_owned()));
    let near = missing.json()["suggestions"].to_string();
    assert!(near.contains("heat:1302C"), "{near}");
}

#[tokio::test]
async fn published_editions_are_listed_and_compared_and_drafts_are_not() {
    let mut app = TestApp::start();
    town::publish(&app.store, Year::Second);
    town::draft(&app.store, Year::First);
    app.reloader.look();
    assert_json_snapshot!("releases", app.get("/api/v2/releases").await.json());
    assert_json_snapshot!("release", app.get("/api/v2/releases/2").await.json());
    assert_json_snapshot!("diff", app.get("/api/v2/releases/1/diff/2").await.json());
    assert_eq!(
        app.get("/api/v2/releases/1/diff/2").await.header("etag"),
        "\"1-2\""
    );
    for path in ["3", "99", "abc", "1/diff/3"] {
        let answer = app.get(&format!("/api/v2/releases/{path}")).await;
        assert_eq!(
            answer.problem(),
            (404, "release-not-found".to_owned()),
            "{path}"
        );
    }
}

#[tokio::test]
async fn the_feed_has_an_entry_for_each_edition() {
    let app = TestApp::with(|config| config.public_url = "https://chaleur.exemple.fr".to_owned());
    let answer = app.get("/releases.atom").await;
    assert!(
        answer
            .header("content-type")
            .starts_with("application/atom+xml")
    );
    insta::assert_snapshot!("atom", answer.text());
}

#[tokio::test]
async fn nothing_published_is_alive_but_not_ready() {
    let app = TestApp::empty_with(|_| ());
    assert_eq!(app.get("/health/live").await.status, 200);
    let no_data = (503, "no-data".to_owned());
    assert_eq!(app.get("/health/ready").await.problem(), no_data);
    let asked = app.get(&format!("/api/v2/eligibility?{NEAR}")).await;
    assert_eq!(asked.problem(), no_data);
}

#[tokio::test]
async fn an_edition_without_addresses_is_ready_and_answers_points_only() {
    let app = TestApp::empty_with(|_| ());
    town::publish(&app.store, Year::First);
    let app = app.reloaded();
    assert_json_snapshot!("ready", app.get("/health/ready").await.json());
    let asked = app.get("/api/v2/eligibility?q=rue+des+lilas").await;
    assert_eq!(asked.problem(), (503, "no-addresses".to_owned()));
}

#[tokio::test]
async fn an_empty_directory_shows_the_fictional_territory_until_something_real_comes() {
    let mut app = TestApp::empty_with(|_| ()).reloaded();
    let ready = app.get("/health/ready").await.json();
    assert_eq!(
        (&ready["fictional"], &ready["addresses"]),
        (&true.into(), &true.into())
    );
    assert!(app.get("/").await.text().contains("fictif"));
    town::publish(&app.store, Year::First);
    app.reloader.look();
    let ready = app.get("/health/ready").await.json();
    assert_eq!(
        (&ready["fictional"], &ready["addresses"]),
        (&false.into(), &false.into())
    );
    assert_eq!(ready["release"], 1);
}

#[tokio::test]
async fn what_leads_nowhere_is_said_in_the_askers_language() {
    let app = TestApp::start();
    assert_eq!(
        app.get("/api/v3").await.problem(),
        (404, "not-found".to_owned())
    );
    let post = app.post("/api/v1/eligibility", "text/plain", "").await;
    assert_eq!(post.problem(), (405, "method-not-allowed".to_owned()));
    let page = app.get("/nulle-part").await;
    assert_eq!(page.status, 404);
    assert!(page.header("content-type").starts_with("text/html"));
}
