//! What moved for the rows of a batch, as a list: filtered, sorted, paged, as a file.

use super::batches::{PATH, give, id, until, until_done};
use super::town::{self, Year};
use super::*;

/// A batch of `rows` rows near the port, followed from the first edition to the second; its link.
async fn followed(app: &mut TestApp, rows: usize) -> String {
    let mut file = "lon;lat;nom\n".to_owned();
    for n in 0..rows {
        file.push_str(&format!("5.3856;43.3235;=parc {n}\n"));
    }
    let id = id(&give(app, &[], file.as_bytes()).await);
    until_done(app, &id).await;
    town::publish(&app.store, Year::Second);
    app.reloader.look();
    until(app, &id, |batch| batch["release"] == 2).await;
    id
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_counted_filtered_sorted_and_paged() {
    let mut app = TestApp::start().working().await;
    let id = followed(&mut app, 60).await;
    let list = async |query: &str| app.get(&format!("{PATH}/{id}/changes{query}")).await.json();
    let all = list("").await;
    assert_eq!(
        (&all["total"], all["changes"].as_array().unwrap().len()),
        (&60.into(), 60)
    );
    let word = all["changes"][0]["transition"].as_str().unwrap().to_owned();
    let page = list(&format!("?transition={word}&sort=-row&limit=25&page=2")).await;
    assert_eq!(page["total"], 60);
    assert_eq!(page["changes"][0]["row"], 34);
    assert_eq!(page["changes"].as_array().unwrap().len(), 25);
    let none = list("?transition=entree_pdp").await;
    assert_eq!(
        (&none["total"], none["changes"].as_array().unwrap().len()),
        (&0.into(), 0)
    );
    let wrong = app.get(&format!("{PATH}/{id}/changes?sort=nom")).await;
    assert_eq!(wrong.problem(), (400, "invalid-parameter".to_owned()));
    let shown = async |query: &str| {
        let page = app
            .get(&format!("/pro/tests/{id}?vue=changements{query}"))
            .await;
        page.text().to_owned()
    };
    let first = shown("").await;
    assert!(
        first.contains("<strong>60</strong>") && first.contains("rel=\"next\""),
        "{first}"
    );
    assert!(first.contains("changes.csv"));
    let last = shown(&format!("&changement={word}&tri=-ligne&page=3")).await;
    assert!(last.contains("rel=\"prev\"") && !last.contains("rel=\"next\""));
    assert!(last.contains(&format!("changes.csv?transition={word}")));
    assert!(last.contains("aria-sort=\"descending\""));
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_a_file_whatever_their_number() {
    let mut app = TestApp::start().working().await;
    let id = followed(&mut app, 2_500).await;
    let file = app.get(&format!("{PATH}/{id}/changes.csv")).await;
    assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
    let lines: Vec<&str> = file.text().lines().collect();
    assert_eq!(lines.len(), 2_501);
    assert!(
        lines[0].starts_with("line;question;transition;before_type;before_distance_m;"),
        "{}",
        lines[0]
    );
    let cells: Vec<&str> = lines[1].split(';').collect();
    assert_eq!(
        cells.len(),
        14,
        "the question of coordinates has a semicolon, quoted: {}",
        lines[1]
    );
    assert!(lines[2_500].starts_with("2501;"));
    let none = app
        .get(&format!("{PATH}/{id}/changes.csv?transition=entree_pdp"))
        .await;
    assert_eq!(none.text().lines().count(), 1);
}
