//! The pages that say what the site is: accessibility, legal notice, privacy, plan, and what robots read.

use super::catalogue::Catalogue;
use super::document::public;
use super::shell::{Section, Shell};
use super::{Lang, Reading};
use askama::Template;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use std::fmt::Write as _;

/// The accessibility statement.
#[derive(Template)]
#[template(path = "accessibility.html")]
struct AccessibilityPage {
    shell: Shell,
}

/// `GET /accessibilite`.
pub async fn accessibility(reading: Reading) -> Response {
    let l = reading.lang;
    public(&AccessibilityPage {
        shell: Shell::new(
            &reading,
            Section::Elsewhere,
            l.say("Accessibilité", "Accessibility"),
        ),
    })
}

/// The legal notice.
#[derive(Template)]
#[template(path = "legal.html")]
struct LegalPage {
    shell: Shell,
}

/// `GET /mentions-legales`.
pub async fn legal(reading: Reading) -> Response {
    let l = reading.lang;
    public(&LegalPage {
        shell: Shell::new(
            &reading,
            Section::Elsewhere,
            l.say("Mentions légales", "Legal notice"),
        ),
    })
}

/// What becomes of what people type.
#[derive(Template)]
#[template(path = "privacy.html")]
struct PrivacyPage {
    shell: Shell,
}

/// `GET /confidentialite`.
pub async fn privacy(reading: Reading) -> Response {
    let l = reading.lang;
    public(&PrivacyPage {
        shell: Shell::new(&reading, Section::Elsewhere, l.say("Vie privée", "Privacy")),
    })
}

/// Every page, for people.
#[derive(Template)]
#[template(path = "plan.html")]
struct PlanPage {
    shell: Shell,
    pages: Vec<(String, &'static str)>,
}

/// The pages that always exist, in the order of the plan.
const PAGES: [(&str, &str, &str); 12] = [
    ("/", "Tester une adresse", "Test an address"),
    (
        "/pro/tests",
        "Tester un fichier d’adresses",
        "Test a file of addresses",
    ),
    ("/carte", "Carte", "Map"),
    ("/carte?vue=liste", "La carte en liste", "The map as a list"),
    ("/reseaux", "Réseaux", "Networks"),
    ("/donnees", "Données", "Data"),
    ("/api", "API", "API"),
    (
        "/integration",
        "Intégrer à votre site",
        "Embed in your site",
    ),
    ("/accessibilite", "Accessibilité", "Accessibility"),
    ("/mentions-legales", "Mentions légales", "Legal notice"),
    ("/confidentialite", "Vie privée", "Privacy"),
    ("/plan-du-site", "Plan du site", "Site map"),
];

/// `GET /plan-du-site`.
pub async fn plan(reading: Reading) -> Response {
    let l = reading.lang;
    public(&PlanPage {
        shell: Shell::new(
            &reading,
            Section::Elsewhere,
            l.say("Plan du site", "Site map"),
        ),
        pages: PAGES
            .into_iter()
            .map(|(path, fr, en)| (l.href(path), l.say(fr, en)))
            .collect(),
    })
}

/// `GET /robots.txt`.
pub async fn robots(reading: Reading) -> Response {
    let mut text = String::from(
        "User-agent: *\nDisallow: /api/\nDisallow: /embed/\nDisallow: /geocodage/\nDisallow: /tiles/\n",
    );
    if let Some(origin) = &reading.origin {
        let _ = writeln!(text, "Sitemap: {origin}/sitemap.xml");
    }
    (
        [(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/plain; charset=utf-8"),
        )],
        text,
    )
        .into_response()
}

/// `GET /sitemap.xml`: pages, networks and their communes, in both languages. Nothing of the fictional territory.
pub async fn sitemap(reading: Reading) -> Response {
    let origin = reading.origin.clone().unwrap_or_default();
    let mut xml = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
    );
    let mut add = |path: &str| {
        for lang in [Lang::French, Lang::English] {
            let _ = writeln!(
                xml,
                "<url><loc>{}{}</loc></url>",
                escaped(&origin),
                escaped(&lang.href(path))
            );
        }
    };
    for (path, ..) in PAGES.iter().filter(|(path, ..)| !path.contains('?')) {
        add(path);
    }
    if !reading.served.is_fictional() {
        for path in addresses_of(&reading.catalogue()) {
            add(&path);
        }
    }
    xml.push_str("</urlset>\n");
    (
        [(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/xml"),
        )],
        xml,
    )
        .into_response()
}

fn addresses_of(catalogue: &Catalogue) -> Vec<String> {
    let entries = || catalogue.networks.iter().chain(&catalogue.projects);
    let mut out: Vec<String> = entries()
        .map(|entry| format!("/reseaux/{}", entry.slug()))
        .collect();
    out.extend(
        entries()
            .flat_map(|entry| &entry.communes_insee)
            .map(|code| format!("/communes/{code}")),
    );
    out.sort();
    out.dedup();
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
