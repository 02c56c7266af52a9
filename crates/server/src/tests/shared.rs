//! Two services that share a PostgreSQL and a bucket, as on two machines.

use super::batches::{FILE, PATH, form, give, id, send, until_done};
use super::*;
use caloduc_trial_bucket::{Failure, KEY, SECRET, TrialBucket};
use caloduc_trial_postgres::TrialPostgres;
use serde::Deserialize;

/// A service that keeps files in the bucket, and the rest in the database when there is one.
async fn service(bucket: &TrialBucket, database: Option<&str>) -> TestApp {
    let secret = |text: &str| serde_json::from_value(text.into()).unwrap();
    let app = TestApp::with(|config| {
        config.storage.place = "s3://people/files".to_owned();
        config.storage.endpoint = bucket.endpoint();
        config.storage.region = "somewhere".to_owned();
        config.storage.access_key = secret(KEY);
        config.storage.secret_key = secret(SECRET);
        config.database_url = secret(database.unwrap_or_default());
        config.batches.lease_seconds = 2;
    });
    app.keeping_batches().await
}

/// Sets workers to work.
fn at_work(app: &TestApp) {
    let jobs = app.state.jobs_or_problem().unwrap();
    drop(crate::jobs::Workers::start(&app.state, &jobs));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_given_to_one_is_tested_by_the_other_and_erased_from_the_bucket() {
    let bucket = TrialBucket::start();
    let Some(server) = TrialPostgres::start() else {
        return;
    };
    let database = server.database("batches");
    let one = service(&bucket, Some(&database)).await;
    let other = service(&bucket, Some(&database)).await;
    let given = id(&give(&one, &[], FILE.as_bytes()).await);
    let erased = id(&give(&one, &[], FILE.as_bytes()).await);
    assert_eq!(bucket.names().len(), 2);
    assert!(bucket.names()[0].starts_with("people/files/"));
    // Nothing of it on the machine that received it.
    let own = one.store.data_dir().join("uploads");
    assert_eq!(std::fs::read_dir(own).unwrap().count(), 0);
    // Erased by whoever is asked, at once.
    assert_eq!(
        send(&other, "DELETE", &format!("{PATH}/{erased}"), "")
            .await
            .status,
        204
    );
    assert_eq!(bucket.names().len(), 1);
    at_work(&other);
    let batch = until_done(&one, &given).await;
    assert_eq!(batch["rows_total"], 4);
    assert!(bucket.names().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_begun_at_one_goes_on_at_the_other() {
    let bucket = TrialBucket::start();
    let Some(server) = TrialPostgres::start() else {
        return;
    };
    let database = server.database("batches");
    let one = service(&bucket, Some(&database)).await;
    let other = service(&bucket, Some(&database)).await;
    let length = FILE.len().to_string();
    let request = |method: &str, path: &str| {
        let request = Request::builder().method(method).uri(path);
        request
            .header("tus-resumable", "1.0.0")
            .header("content-type", "application/offset+octet-stream")
    };
    let announced = request("POST", "/api/v2/batches/uploads").header("upload-length", &length);
    let place = one
        .ask(announced.body(Body::empty()).unwrap())
        .await
        .header("location")
        .to_owned();
    for (app, from, to) in [(&one, 0, 30), (&other, 30, FILE.len())] {
        let piece = request("PATCH", &place).header("upload-offset", from.to_string());
        let answer = app
            .ask(piece.body(Body::from(&FILE[from..to])).unwrap())
            .await;
        assert_eq!(answer.status, 204, "{}", answer.text());
    }
    assert_eq!(bucket.names().len(), 2);
    at_work(&one);
    let upload = place.rsplit('/').next().unwrap();
    let (kind, body) = form(&[("upload", upload)], None);
    let given = id(&other.post(PATH, &kind, body).await);
    assert_eq!(until_done(&other, &given).await["rows_total"], 4);
    assert!(bucket.names().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_stays_away_is_said_and_the_work_goes_on_when_it_is_back() {
    let bucket = TrialBucket::start();
    let app = service(&bucket, None).await;
    bucket.fail(&[Failure::Unavailable; 5]);
    let refused = give(&app, &[], FILE.as_bytes()).await;
    assert_eq!(refused.problem(), (503, "no-batches".to_owned()));
    assert!(!refused.text().contains("people"), "{}", refused.text());
    let given = id(&give(&app, &[], FILE.as_bytes()).await);
    bucket.fail(&[Failure::Unavailable; 6]);
    at_work(&app);
    assert_eq!(until_done(&app, &given).await["rows_total"], 4);
}

#[test]
fn a_storage_that_cannot_be_is_refused_at_the_start_and_its_keys_are_not_shown() {
    let storage = |text: &str| crate::config::Storage::deserialize(toml(text)).unwrap();
    for wrong in [
        "place = \"ftp://people\"",
        "place = \"s3://\"",
        "place = \"s3://people\"\nendpoint = \"s3.exemple.fr\"",
        "place = \"s3://people\"\naccess_key = \"a\"",
    ] {
        assert!(storage(wrong).place().is_err(), "{wrong}");
    }
    let kept = storage("place = \"s3://people\"\naccess_key = \"a\"\nsecret_key = \"sesame\"");
    assert!(kept.place().is_ok());
    assert!(!format!("{kept:?} {:?}", kept.place()).contains("sesame"));
    assert!(storage("place = \"/mnt/partage\"").place().is_ok());
}

fn toml(text: &str) -> serde_json::Value {
    use figment::providers::{Format, Toml};
    figment::Figment::from(Toml::string(text))
        .extract()
        .unwrap()
}
