//! What can another site show of ours? A map and an address form in frames, a web component, and the page that writes
//! the snippet.

use super::answer::Heating;
use super::document::public;
use super::map::{Stage, Switch, switches};
use super::params::Params;
use super::shell::{Section, Shell};
use super::{Lang, Reading, assets};
use crate::http::security::{Embedding, content_security_policy};
use crate::state::AppState;
use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

/// The map, in a frame.
#[derive(Template)]
#[template(path = "embed_map.html")]
struct EmbeddedMap {
    shell: Shell,
    switches: Vec<Switch>,
    has_legend: bool,
    stage: Stage,
}

/// `GET /embed/carte`.
pub async fn map(reading: Reading, params: Params, State(state): State<AppState>) -> Response {
    let l = reading.lang;
    let template = EmbeddedMap {
        shell: Shell::new(
            &reading,
            Section::Elsewhere,
            l.say("Carte des réseaux", "Map of networks"),
        )
        .hidden(),
        switches: switches(l),
        has_legend: params.get("legende") != Some("non"),
        stage: Stage::new(&reading, &state),
    };
    framed(public(&template), &state)
}

/// The address form, in a frame.
#[derive(Template)]
#[template(path = "embed_test.html")]
struct EmbeddedTest {
    shell: Shell,
    asked: String,
    heating: &'static str,
    problem: Option<&'static str>,
}

/// `GET /embed/test`: the answer opens on our own page, in a new tab.
pub async fn test(reading: Reading, State(state): State<AppState>) -> Response {
    let l = reading.lang;
    let title = l.say("Tester une adresse", "Test an address");
    let template = EmbeddedTest {
        shell: Shell::new(&reading, Section::Elsewhere, title).hidden(),
        asked: String::new(),
        heating: Heating::Unknown.as_str(),
        problem: None,
    };
    framed(public(&template), &state)
}

/// Lets any site show the page in a frame.
fn framed(mut response: Response, state: &AppState) -> Response {
    let policy = content_security_policy(state.config(), Embedding::Allowed);
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response
            .headers_mut()
            .insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// The page that writes snippets.
#[derive(Template)]
#[template(path = "integration.html")]
struct IntegrationPage {
    shell: Shell,
    kind: String,
    frame_src: String,
    snippet: String,
    height: u32,
    legend: bool,
    component: Option<String>,
    lon: String,
    lat: String,
    z: String,
    layers: Vec<(Switch, bool)>,
    operator: String,
}

/// `GET /integration`.
pub async fn integration(reading: Reading, params: Params, headers: HeaderMap) -> Response {
    let l = reading.lang;
    let origin = reading.origin.clone().unwrap_or_else(|| here(&headers));
    let kind = match params.get("module") {
        Some(kind @ ("test" | "composant")) => kind.to_owned(),
        _ => "carte".to_owned(),
    };
    let height = params
        .number("hauteur")
        .map_or(500, |h| h.clamp(200.0, 2000.0) as u32);
    let legend = params.get("legende") != Some("non");
    let chosen: Vec<&str> = params.all("couche").collect();
    let layers: Vec<(Switch, bool)> = switches(l)
        .into_iter()
        .map(|switch| {
            let is_on = chosen.is_empty() || chosen.contains(&switch.name);
            (switch, is_on)
        })
        .collect();
    let mut query = Params::default();
    for name in ["lon", "lat", "z", "exploitant"] {
        if let Some(value) = params.get(name) {
            query = query.with(name, value);
        }
    }
    if !chosen.is_empty() {
        query = query.with("couches", &chosen.join(","));
    }
    if !legend {
        query = query.with("legende", "non");
    }
    let path = if kind == "test" {
        "/embed/test"
    } else {
        "/embed/carte"
    };
    let frame_src = format!(
        "{}{}",
        l.href(path),
        if kind == "carte" {
            query.query()
        } else {
            String::new()
        }
    );
    let component = assets::address("test.js");
    let snippet = snippet(&kind, &origin, &frame_src, height, l);
    let value = |name: &str| params.get(name).unwrap_or_default().to_owned();
    public(&IntegrationPage {
        shell: Shell::new(
            &reading,
            Section::Integration,
            l.say("Intégrer à votre site", "Embed in your site"),
        )
        .described(l.say(
            "La carte des réseaux et le test d’adresse dans votre site : un extrait à copier.",
            "The map of networks and the address test in your site: a snippet to copy.",
        )),
        lon: value("lon"),
        lat: value("lat"),
        z: value("z"),
        operator: value("exploitant"),
        kind,
        frame_src,
        snippet,
        height,
        legend,
        component,
        layers,
    })
}

fn snippet(kind: &str, origin: &str, src: &str, height: u32, l: Lang) -> String {
    let credit = l.say("Réseaux de chaleur avec", "Heat networks with");
    let title = match kind {
        "carte" => l.say("Carte des réseaux de chaleur", "Map of heat networks"),
        _ => l.say("Tester une adresse", "Test an address"),
    };
    let credit = format!(
        "<p>{credit} <a href=\"{origin}{}\">caloduc</a></p>",
        l.href("/")
    );
    if kind == "composant" {
        return format!(
            "<script type=\"module\" src=\"{origin}/embed/caloduc-test.js\"></script>\n<caloduc-test lang=\"{}\"></caloduc-test>\n{credit}",
            l.code()
        );
    }
    let src = format!("{origin}{src}").replace('&', "&amp;");
    format!(
        "<iframe src=\"{src}\" title=\"{title}\" width=\"100%\" height=\"{height}\" loading=\"lazy\"></iframe>\n{credit}"
    )
}

/// The service's address as the browser called it.
pub fn here(headers: &HeaderMap) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    format!("http://{}", host.unwrap_or("localhost"))
}

/// `GET /embed/caloduc-test.js`: the web component under an address that never changes.
pub async fn component() -> Response {
    use axum::response::IntoResponse;
    let Some(bytes) = assets::file("test.js") else {
        return axum::http::StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/javascript; charset=utf-8"),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=3600"),
        ),
        (
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("*"),
        ),
        (
            header::HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("cross-origin"),
        ),
    ];
    (headers, bytes).into_response()
}
