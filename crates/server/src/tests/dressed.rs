//! A service that somebody dressed: what their visitors get.

use super::TestApp;
use axum::http::StatusCode;

#[tokio::test]
async fn pages_bear_the_name_the_colours_and_the_texts_of_whoever_deploys() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("tokens.css"),
        ":root { --action: light-dark(#7a1f3d, #e7a3b8); }",
    )
    .unwrap();
    std::fs::write(folder.path().join("mark.svg"), "<svg id=\"mine\"/>").unwrap();
    std::fs::write(
        folder.path().join("texts.toml"),
        "[fr]\nname = \"Chaleur <Brume>\"\nhome_title = \"Et chez vous ?\"\npublisher = \"Ville de Brume\"\n",
    )
    .unwrap();
    let dressed = folder.path().to_owned();
    let app = TestApp::with(move |config| config.appearance = dressed);

    let home = app.get("/").await;
    let text = home.text();
    assert!(text.contains("– Chaleur &#60;Brume&#62;</title>"), "{text}");
    assert!(text.contains("<h1>Et chez vous ?</h1>"));
    let english = app.get("/en").await;
    assert!(english.text().contains("Chaleur &#60;Brume&#62;"));
    assert!(!english.text().contains("Et chez vous"));
    assert!(
        app.get("/mentions-legales")
            .await
            .text()
            .contains("Ville de Brume")
    );

    let address = |end: &str| {
        let end = text.find(end).unwrap() + end.len();
        let start = text[..end].rfind('"').unwrap() + 1;
        text[start..end].to_owned()
    };
    let tokens = app.get(&address("tokens.css")).await;
    assert_eq!(tokens.status, StatusCode::OK);
    assert_eq!(tokens.headers["content-type"], "text/css; charset=utf-8");
    assert!(tokens.text().contains("#7a1f3d"));
    assert!(app.get(&address("mark.svg")).await.text().contains("mine"));
    assert!(app.get("/favicon.ico").await.text().contains("mine"));
    let version = address("tokens.css").replace("tokens.css", "texts.toml");
    assert_eq!(app.get(&version).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_undressed_service_asks_for_no_other_style_sheet() {
    let home = TestApp::start().get("/").await;
    assert!(home.text().contains("– caloduc</title>"));
    assert!(!home.text().contains("/appearance/"));
}
