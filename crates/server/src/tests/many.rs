use super::*;
use insta::assert_json_snapshot;

const PATH: &str = "/api/v2/eligibility";

#[tokio::test]
async fn a_list_is_answered_in_order_and_a_bad_question_in_its_place() {
    let app = TestApp::start();
    let list = r#"[{"id":"a","lon":5.3850,"lat":43.3203},{"id":7,"q":"1 rue des lilas portville"},{"lon":5.3850,"lat":43.3203},
        {"id":"b","lon":5.38},{"id":"c","q":"zzzz qqqq"},{"id":"d","lon":43.3,"lat":5.3},{"id":"e","lon":"deux"},{"id":"f"},[1]]"#;
    let answer = app.post(PATH, "application/json", list).await;
    assert_eq!(answer.status, 200);
    let answers = answer.json();
    let answers = answers.as_array().unwrap();
    let said: Vec<String> = answers
        .iter()
        .map(|a| format!("{} {} {}", a["id"], a["type"], a["error"]["code"]))
        .collect();
    insta::assert_json_snapshot!("many_said", said);
    assert_json_snapshot!("many_problem", answers[5]);
}

#[tokio::test]
async fn lines_are_answered_by_lines() {
    let app = TestApp::start();
    let lines = "{\"id\":1,\"lon\":5.3850,\"lat\":43.3203}\n\nnot json\n{\"id\":3,\"q\":\"12 avenue du port\"}\n";
    let answer = app.post(PATH, "application/x-ndjson", lines).await;
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    let parsed: Vec<Value> = answer
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(parsed.len(), 3);
    assert_eq!(parsed[1]["error"]["code"], "malformed-body");
    assert_eq!((&parsed[0]["id"], &parsed[2]["id"]), (&1.into(), &3.into()));
}

#[tokio::test]
async fn each_answer_of_a_list_is_the_one_of_the_question_alone() {
    let app = TestApp::start();
    let alone = app
        .get(&format!("{PATH}?lon=5.3850&lat=43.3203&for=cold"))
        .await
        .json();
    let list = app
        .post(
            &format!("{PATH}?for=cold"),
            "application/json",
            "[{\"lon\":5.3850,\"lat\":43.3203}]",
        )
        .await;
    assert_eq!(list.json()[0], alone);
}

#[tokio::test]
async fn ten_thousand_questions_are_taken_and_one_more_is_not() {
    let app = TestApp::start();
    let lines = |count: usize| "{\"lon\":5.38,\"lat\":43.32}\n".repeat(count);
    let full = app.post(PATH, "application/x-ndjson", lines(10_000)).await;
    assert_eq!(full.text().lines().count(), 10_000);
    let over = app.post(PATH, "application/x-ndjson", lines(10_001)).await;
    assert_eq!(over.problem(), (413, "too-many-questions".to_owned()));
}

#[tokio::test]
async fn a_body_that_is_no_list_is_refused_with_the_place_of_the_fault() {
    let app = TestApp::with(|config| config.limits.body_bytes = 100);
    for (kind, body, status, code) in [
        (
            "application/json",
            "{\"q\":\"a\"}".to_owned(),
            400,
            "malformed-body",
        ),
        ("application/json", "[{]".to_owned(), 400, "malformed-body"),
        ("text/csv", "a;b".to_owned(), 415, "unsupported-media-type"),
        ("application/json", " ".repeat(101), 413, "body-too-large"),
    ] {
        let answer = app.post(PATH, kind, body).await;
        assert_eq!(answer.problem(), (status, code.to_owned()), "{kind}");
    }
    let answer = app.post(PATH, "application/json", "[1,\n{]").await;
    assert!(
        answer.json()["detail"]
            .as_str()
            .unwrap()
            .contains("ligne 2")
    );
}

#[tokio::test]
async fn an_empty_list_has_an_empty_answer() {
    let app = TestApp::start();
    assert_eq!(app.post(PATH, "application/json", "[]").await.text(), "[]");
    assert_eq!(app.post(PATH, "application/x-ndjson", "").await.text(), "");
}
