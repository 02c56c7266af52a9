use super::town::{FAR, NEAR};
use super::*;

async fn description(app: &TestApp) -> Value {
    app.get("/api/openapi.json").await.json()
}

/// Every operation: path, method, description.
fn operations(description: &Value) -> Vec<(String, String, Value)> {
    let paths = description["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().iter();
            methods
                .map(move |(method, operation)| (path.clone(), method.clone(), operation.clone()))
        })
        .collect()
}

/// The routes as `routes.rs` names them, those of programs.
const ROUTES: [&str; 46] = [
    "/api/openapi.json",
    "/api/v1/eligibility",
    "/api/v1/networks",
    "/api/v2/batches",
    "/api/v2/batches/{id}",
    "/api/v2/batches/{id}/cancel",
    "/api/v2/batches/{id}/changes",
    "/api/v2/batches/{id}/changes.atom",
    "/api/v2/batches/{id}/changes.csv",
    "/api/v2/batches/{id}/events",
    "/api/v2/batches/{id}/launch",
    "/api/v2/batches/{id}/rerun",
    "/api/v2/batches/{id}/results.csv",
    "/api/v2/batches/{id}/results.geojson",
    "/api/v2/batches/{id}/results.parquet",
    "/api/v2/batches/{id}/results.xlsx",
    "/api/v2/batches/{id}/rows",
    "/api/v2/batches/{id}/rows/{row}",
    "/api/v2/batches/{id}/shares",
    "/api/v2/batches/uploads",
    "/api/v2/batches/uploads/{id}",
    "/api/v2/eligibility",
    "/api/v2/networks",
    "/api/v2/networks/{key}",
    "/api/v2/networks/{key}/history",
    "/api/v2/releases",
    "/api/v2/releases/{a}/diff/{b}",
    "/api/v2/releases/{n}",
    "/api/v2/releases/{n}/files",
    "/donnees/catalogue.jsonld",
    "/donnees/catalogue.ttl",
    "/donnees/editions/{n}/fichiers/{file}",
    "/donnees/latest/{file}",
    "/flux/{kind}/{file}",
    "/geocodage/reverse",
    "/geocodage/reverse/csv",
    "/geocodage/search",
    "/geocodage/search/csv",
    "/health/live",
    "/health/ready",
    "/metrics",
    "/releases.atom",
    "/releases.json",
    "/style.json",
    "/tiles/{layer}.json",
    "/tiles/{layer}/{z}/{x}/{y}.mvt",
];

#[tokio::test]
async fn every_route_is_described_and_every_description_has_its_route() {
    let app = TestApp::start().working().await;
    let description = description(&app).await;
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"));
    let described: Vec<String> = operations(&description).into_iter().map(|o| o.0).collect();
    for route in ROUTES {
        assert!(
            described.iter().any(|path| path == route),
            "{route} is not described"
        );
    }
    app.write_files();
    for (path, method, _) in operations(&description) {
        let id = if path.contains("{id}") {
            super::batches::tested(&app).await
        } else {
            String::new()
        };
        let concrete = path
            .replace("{id}", &id)
            .replace("{row}", "1")
            .replace("{key}", "heat:1302C")
            .replace("{n}", "1")
            .replace("{a}", "1")
            .replace("{b}", "1")
            .replace("{kind}/{file}", "reseaux/heat:1302C.atom")
            .replace("{file}", "LICENCE.txt")
            .replace("{layer}", "heat")
            .replace("{z}/{x}/{y}", "14/8437/6000");
        let method = method.to_uppercase();
        let request = Request::builder().method(method.as_str()).uri(&concrete);
        let status = app.ask(request.body(Body::empty()).unwrap()).await.status;
        assert!(
            ![404, 405].contains(&status.as_u16()),
            "{method} {concrete}: {status}"
        );
    }
}

#[tokio::test]
async fn routes_that_are_not_described_by_construction_are_the_known_few() {
    let source = include_str!("../routes.rs");
    let plain: Vec<&str> = source
        .lines()
        .map(str::trim)
        .filter(|line| line.starts_with(".route("))
        .collect();
    assert_eq!(plain.len(), 2, "a route without description: {plain:?}");
}

#[tokio::test]
async fn every_operation_says_what_it_does_what_it_answers_and_how_it_fails() {
    let app = TestApp::start();
    let description = description(&app).await;
    for (path, method, operation) in operations(&description) {
        let name = format!("{method} {path}");
        assert!(
            operation["summary"].as_str().is_some_and(|s| s.len() > 8),
            "{name}: summary"
        );
        assert!(operation["operationId"].is_string(), "{name}: operationId");
        let responses = operation["responses"].as_object().unwrap();
        assert!(
            responses
                .keys()
                .any(|status| status.starts_with(['2', '3'])),
            "{name}: no success"
        );
        for (status, response) in responses {
            assert!(
                response["description"]
                    .as_str()
                    .is_some_and(|d| !d.is_empty()),
                "{name} {status}"
            );
            if status.starts_with(['4', '5']) {
                assert!(
                    response["content"].is_object(),
                    "{name} {status}: no content"
                );
            }
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(
                parameter["description"]
                    .as_str()
                    .is_some_and(|d| !d.is_empty()),
                "{name}: {parameter}"
            );
        }
    }
}

#[tokio::test]
async fn answers_are_what_the_description_says() {
    let app = TestApp::start();
    let description = description(&app).await;
    for path in [
        format!("/api/v2/eligibility?{NEAR}"),
        format!("/api/v2/eligibility?{FAR}"),
        format!("/api/v2/eligibility?{NEAR}&for=cold"),
        "/api/v2/eligibility?q=12+avenue+du+port".to_owned(),
        "/api/v2/eligibility?lon=5.3870&lat=43.3220".to_owned(),
    ] {
        let answer = app.get(&path).await.json();
        check(&description, &reference("Verdict"), &answer, &path);
    }
    let checks = [
        (format!("/api/v1/eligibility?{NEAR}"), "EligibilityV1"),
        (format!("/api/v1/eligibility?{FAR}"), "EligibilityV1"),
        ("/api/v2/networks".to_owned(), "NetworkPage"),
        ("/api/v2/releases".to_owned(), "ReleaseList"),
        ("/api/v2/releases/1".to_owned(), "Release"),
        ("/geocodage/search?q=lilas".to_owned(), "AddressCollection"),
        ("/geocodage/search?q=a".to_owned(), "Refusal"),
        ("/api/v2/eligibility".to_owned(), "ProblemBody"),
        ("/tiles/heat.json".to_owned(), "TileJson"),
        ("/health/ready".to_owned(), "Health"),
    ];
    for (path, schema) in checks {
        let answer = app.get(&path).await.json();
        check(&description, &reference(schema), &answer, &path);
    }
}

fn reference(name: &str) -> Value {
    serde_json::json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Holds a value against a schema: references, alternatives, types, properties known and required.
fn check(description: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(link) = schema["$ref"].as_str() {
        let target = description.pointer(link.trim_start_matches('#'));
        let target = target.unwrap_or_else(|| panic!("{place}: {link} leads nowhere"));
        return check(description, target, value, place);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let chosen = choices
            .iter()
            .find(|choice| (choice["type"] == "null") == value.is_null());
        return check(
            description,
            chosen.unwrap_or_else(|| panic!("{place}: no choice for {value}")),
            value,
            place,
        );
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let matches = |wanted: &str| wanted == kind || wanted == "number" && kind == "integer";
    let right_kind = match &schema["type"] {
        Value::String(wanted) => matches(wanted),
        Value::Array(kinds) => kinds.iter().any(|wanted| matches(wanted.as_str().unwrap())),
        _ => true,
    };
    assert!(right_kind, "{place}: {value} is no {}", schema["type"]);
    if let Some(known) = schema["enum"].as_array() {
        assert!(
            known.contains(value),
            "{place}: {value} is not one of {known:?}"
        );
    }
    for item in value.as_array().into_iter().flatten() {
        check(description, &schema["items"], item, &format!("{place}[]"));
    }
    let (Some(object), Some(properties)) = (value.as_object(), schema["properties"].as_object())
    else {
        return;
    };
    for required in schema["required"].as_array().into_iter().flatten() {
        assert!(
            object.contains_key(required.as_str().unwrap()),
            "{place}: {required} is missing"
        );
    }
    for (key, inner) in object {
        // What applies to some addresses only is described where it always is: in the search's properties.
        let Some(property) = properties.get(key) else {
            assert!(
                place.ends_with(".address"),
                "{place}.{key} is not described"
            );
            continue;
        };
        check(description, property, inner, &format!("{place}.{key}"));
    }
}
