//! PostgreSQL asked through a connection that nobody else reads.

use super::{Batches, Location, give};
use caloduc_trial_postgres::TrialPostgres;

/// Opens a database of the server at `host` with more parameters.
async fn opened(
    server: &TrialPostgres,
    name: &str,
    (host, parameters): (&str, &str),
) -> Result<Batches, crate::StoreError> {
    let port = server.port();
    let url = format!("postgres://postgres@{host}:{port}/{name}?{parameters}");
    Batches::open(&Location::Postgres(url), [3; 32]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_is_encrypted_and_the_server_s_name_checked_when_asked() {
    let Some(server) = TrialPostgres::start_encrypted() else {
        return;
    };
    server.database("batches");
    let certificate = server.certificate();
    // Whoever runs the test reads it, not only PostgreSQL.
    let own = tempfile::tempdir().unwrap();
    let copy = own.path().join("server.crt");
    std::fs::write(&copy, std::fs::read(certificate).unwrap()).unwrap();
    let root = format!("sslrootcert={}", copy.display());
    let required = opened(&server, "batches", ("127.0.0.1", "sslmode=require"))
        .await
        .unwrap();
    give(&required, 1).await;
    let strict = format!("sslmode=verify-full&{root}");
    let checked = opened(&server, "batches", ("localhost", &strict))
        .await
        .unwrap();
    assert_eq!(checked.uploads_in_use().await.unwrap().len(), 1);
    // Not the name of the certificate; a certificate nobody vouches for; no encryption at all.
    for refused in [
        ("127.0.0.1", strict.as_str()),
        ("localhost", "sslmode=verify-full"),
        ("localhost", "sslmode=disable"),
    ] {
        let error = opened(&server, "batches", refused).await.unwrap_err();
        assert!(!error.to_string().is_empty(), "{refused:?}");
    }
}
