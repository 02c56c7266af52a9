//! The same for people: one page for every resource, with its tables and its links.

use super::Asked;
use super::collections::Collection;
use super::features::{Feature, Features, Value};
use super::links::Link;
use super::query::Question;
use super::select::Page;
use crate::http::problem::{Code, Problem};
use crate::pages::Lang;
use crate::pages::document::public;
use crate::pages::shell::{Section, Shell};
use askama::Template;
use axum::response::Response;

/// A cell, with where it leads when it leads somewhere.
#[derive(Debug, Clone)]
struct Cell {
    text: String,
    href: Option<String>,
}

impl Cell {
    fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            href: None,
        }
    }

    fn to(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            href: Some(href.into()),
        }
    }
}

/// The page.
#[derive(Template)]
#[template(path = "ogc.html")]
struct OgcPage {
    shell: Shell,
    /// The pages above: address and text.
    above: Vec<(String, String)>,
    lead: String,
    head: Vec<String>,
    rows: Vec<Vec<Cell>>,
    empty: String,
    before: Option<String>,
    after: Option<String>,
    links: Vec<Cell>,
}

fn page(asked: &Asked, title: &str, lead: String) -> Result<OgcPage, Problem> {
    let reading = asked
        .reading
        .as_ref()
        .ok_or_else(|| Problem::new(Code::NoData))?;
    let mut shell = Shell::new(reading, Section::Data, title);
    // These pages have no mirror in the other language.
    shell.path = String::from("/donnees");
    Ok(OgcPage {
        shell: shell.hidden(),
        above: vec![("/ogc?f=html".to_owned(), "OGC API".to_owned())],
        lead,
        head: Vec::new(),
        rows: Vec::new(),
        empty: String::new(),
        before: None,
        after: None,
        links: Vec::new(),
    })
}

fn shown(links: &[Link]) -> Vec<Cell> {
    links
        .iter()
        .map(|link| {
            let kind = link.media_type.unwrap_or_default();
            Cell::to(format!("{} ({kind})", link.title), &link.href)
        })
        .collect()
}

/// The landing page.
pub(super) fn landing(asked: &Asked, links: &[Link]) -> Result<Response, Problem> {
    let lead = "Les réseaux dans les normes que parlent QGIS, GDAL et les autres programmes géographiques\u{a0}: donnez-leur cette adresse.";
    let mut page = page(asked, "OGC API – Features", lead.to_owned())?;
    page.above = vec![("/donnees".to_owned(), "Données".to_owned())];
    page.links = shown(links);
    page.links.insert(
        0,
        Cell::to("Collections, en pages", "/ogc/collections?f=html"),
    );
    Ok(public(&page))
}

/// The conformance classes.
pub(super) fn conformance(asked: &Asked, classes: &[&str]) -> Result<Response, Problem> {
    let mut page = page(
        asked,
        "Conformité",
        "Les classes de conformité des normes de l’OGC.".to_owned(),
    )?;
    page.head = vec!["Classe".to_owned()];
    page.rows = classes
        .iter()
        .map(|class| vec![Cell::plain(*class)])
        .collect();
    Ok(public(&page))
}

/// The collections.
pub(super) fn collections(asked: &Asked, features: &Features) -> Result<Response, Problem> {
    let mut page = page(
        asked,
        "Collections",
        "Les tables de l’édition en service.".to_owned(),
    )?;
    page.head = vec![
        "Collection".to_owned(),
        "Contenu".to_owned(),
        "Objets".to_owned(),
    ];
    page.rows = Collection::ALL
        .into_iter()
        .map(|of| {
            let address = format!("/ogc/collections/{}?f=html", of.id());
            vec![
                Cell::to(of.id(), address),
                Cell::plain(of.title()),
                Cell::plain(features.table(of).features.len().to_string()),
            ]
        })
        .collect();
    Ok(public(&page))
}

/// A collection.
pub(super) fn collection(
    asked: &Asked,
    features: &Features,
    of: Collection,
) -> Result<Response, Problem> {
    let count = features.table(of).features.len();
    let mut page = page(
        asked,
        of.title(),
        format!("{count} objets dans l’édition en service."),
    )?;
    page.above.push((
        "/ogc/collections?f=html".to_owned(),
        "Collections".to_owned(),
    ));
    let home = format!("/ogc/collections/{}", of.id());
    page.links = vec![
        Cell::to("Parcourir les objets", format!("{home}/items?f=html")),
        Cell::to("Objets en GeoJSON", format!("{home}/items?f=json")),
        Cell::to("Objets en FlatGeobuf", format!("{home}/items?f=fgb")),
        Cell::to(
            "Propriétés qu’on peut filtrer",
            format!("{home}/queryables?f=html"),
        ),
        Cell::to("Cette page en JSON", format!("{home}?f=json")),
    ];
    Ok(public(&page))
}

/// The properties of a collection.
pub(super) fn queryables(
    asked: &Asked,
    features: &Features,
    of: Collection,
) -> Result<Response, Problem> {
    let mut page = page(
        asked,
        "Propriétés",
        format!("{}\u{a0}: ce qu’un filtre peut nommer.", of.title()),
    )?;
    page.above.push(to_collection(of));
    page.head = vec!["Nom".to_owned(), "Sens".to_owned(), "Type".to_owned()];
    page.rows = features
        .table(of)
        .columns
        .iter()
        .map(|column| {
            vec![
                Cell::plain(&column.name),
                Cell::plain(&column.title),
                Cell::plain(column.kind.french()),
            ]
        })
        .collect();
    Ok(public(&page))
}

fn to_collection(of: Collection) -> (String, String) {
    (
        format!("/ogc/collections/{}?f=html", of.id()),
        of.title().to_owned(),
    )
}

/// A page of features: a few columns, the rest on each one's own page.
pub(super) fn items(
    asked: &Asked,
    features: &Features,
    of: Collection,
    question: &Question,
    selected: &Page,
    links: &[Link],
) -> Result<Response, Problem> {
    const WIDEST: usize = 8;
    let table = features.table(of);
    let first = question.offset + 1;
    let last = question.offset + selected.places.len();
    let lead = if selected.places.is_empty() {
        format!("{} objets répondent.", selected.matched)
    } else {
        format!("Objets {first} à {last} sur {}.", selected.matched)
    };
    let mut page = page(asked, of.title(), lead)?;
    page.above.push(to_collection(of));
    page.empty = String::from("Aucun objet ne répond\u{a0}: élargissez le rectangle ou le filtre.");
    let columns: Vec<usize> = question.columns.iter().copied().take(WIDEST).collect();
    page.head = columns
        .iter()
        .map(|column| table.columns[*column].name.clone())
        .collect();
    page.rows = selected
        .places
        .iter()
        .map(|place| {
            let feature = &table.features[*place];
            let address = format!("/ogc/collections/{}/items/{}?f=html", of.id(), feature.id);
            let cells = columns.iter().enumerate().map(|(n, column)| {
                let text = told(&feature.values[*column]);
                if n == 0 {
                    Cell::to(
                        if text.is_empty() {
                            feature.id.clone()
                        } else {
                            text
                        },
                        &address,
                    )
                } else {
                    Cell::plain(text)
                }
            });
            cells.collect()
        })
        .collect();
    let of_rel = |rel: &str| links.iter().find(|link| link.rel == rel);
    page.before = of_rel("prev").map(|link| link.href.clone());
    page.after = of_rel("next").map(|link| link.href.clone());
    page.links = shown(links);
    Ok(public(&page))
}

/// A feature.
pub(super) fn item(
    asked: &Asked,
    features: &Features,
    of: Collection,
    feature: &Feature,
    links: &[Link],
) -> Result<Response, Problem> {
    let mut page = page(asked, &feature.id, of.title().to_owned())?;
    page.above.push(to_collection(of));
    page.head = vec!["Propriété".to_owned(), "Valeur".to_owned()];
    let columns = &features.table(of).columns;
    page.rows = columns
        .iter()
        .zip(&feature.values)
        .filter(|(_, value)| **value != Value::Unknown)
        .map(|(column, value)| vec![Cell::plain(&column.title), Cell::plain(told(value))])
        .collect();
    page.links = shown(links);
    if of != Collection::Communes && of != Collection::PriorityAreas {
        page.links
            .insert(0, Cell::to("Fiche", format!("/reseaux/{}", feature.id)));
    }
    Ok(public(&page))
}

/// The description, for people.
pub(super) fn api(asked: &Asked) -> Result<Response, Problem> {
    let lead =
        "Ce que chaque adresse accepte est dans la description OpenAPI. Quelques exemples\u{a0}:";
    let mut page = page(asked, "Description", lead.to_owned())?;
    let home = "/ogc/collections/heat/items";
    page.links = vec![
        Cell::to(
            "Réseaux classés de plus de 50\u{a0}% d’EnR&R",
            format!("{home}?f=html&filter=classified%3DTRUE%20AND%20renewable_rate_pct%3E50"),
        ),
        Cell::to(
            "Réseaux d’un rectangle",
            format!("{home}?f=html&bbox=2.2,48.8,2.5,48.95"),
        ),
        Cell::to(
            "Réseaux à moins de 500\u{a0}m d’un point",
            format!("{home}?f=html&filter=S_DWITHIN(geometry,POINT(2.35%2048.85),500)"),
        ),
        Cell::to("Description OpenAPI 3.0", "/ogc/api?f=json"),
    ];
    Ok(public(&page))
}

fn told(value: &Value) -> String {
    match value {
        Value::Unknown => String::new(),
        Value::Text(text) => text.clone(),
        Value::List(items) => items.join(", "),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string().replace('.', ","),
        Value::Boolean(true) => "oui".to_owned(),
        Value::Boolean(false) => "non".to_owned(),
    }
}
