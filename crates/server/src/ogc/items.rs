//! `GET /ogc/collections/{id}/items[/{feature}]`: features, a page at a time, streamed.

use super::collections::Collection;
use super::crs::Crs;
use super::features::Features;
use super::links::{FLATGEOBUF, GEOJSON, HTML, Link, self_and_alternates, with_query};
use super::query::{Form, Question};
use super::select::{Page, select};
use super::write::{Around, Shown, feature, flatgeobuf, page};
use super::{Asked, html, moments, query};
use crate::api::downloads::blocking;
use crate::http::params::Params;
use crate::http::problem::{Code, Problem};
use crate::http::stream;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use caloduc_store::Moment;
use std::sync::Arc;
use std::time::SystemTime;

const FORMS: [(&str, &str, &str); 3] = [
    ("json", GEOJSON, "GeoJSON"),
    ("html", HTML, "HTML"),
    ("fgb", FLATGEOBUF, "FlatGeobuf"),
];

fn media_type(form: Form) -> &'static str {
    match form {
        Form::Json => GEOJSON,
        Form::Html => HTML,
        Form::FlatGeobuf => FLATGEOBUF,
    }
}

/// A page of features.
pub(super) async fn items(asked: Asked, Path(id): Path<String>) -> Result<Response, Problem> {
    let collection = Asked::collection(&id)?;
    let found = moments::features(&asked.state, asked.params.get("datetime")).await?;
    let Some(features) = found else {
        return nothing_then(&asked, collection);
    };
    let question = query::read(&asked.params, features.table(collection))?;
    if asked.form == Form::FlatGeobuf && question.crs != Crs::Degrees {
        return Err(Problem::new(Code::InvalidParameter)
            .at("crs")
            .detail("FlatGeobuf se donne en degrés."));
    }
    let (features, question, page) = blocking(move || {
        let page = select(&features, collection, &question);
        Ok((features, question, page))
    })
    .await?;
    let links = links(&asked, collection, &question, &page);
    let mut headers = headers(&features, question.crs, media_type(asked.form));
    for link in links
        .iter()
        .filter(|link| ["next", "prev"].contains(&link.rel))
    {
        if let Some(value) = link.header() {
            headers.append(header::LINK, value);
        }
    }
    if let Ok(matched) = HeaderValue::from_str(&page.matched.to_string()) {
        headers.insert(HeaderName::from_static("ogc-numbermatched"), matched);
    }
    if asked.form == Form::Html {
        let view = html::items(&asked, &features, collection, &question, &page, &links)?;
        return Ok((headers, view).into_response());
    }
    let around = Around {
        matched: page.matched,
        links,
        time_stamp: now(),
    };
    let body = stream::body(written(
        asked.form, features, collection, question, page, around,
    ));
    Ok((headers, body).into_response())
}

fn written(
    form: Form,
    features: Arc<Features>,
    collection: Collection,
    question: Question,
    selected: Page,
    around: Around,
) -> impl FnOnce(&mut stream::ChunkWriter) -> std::io::Result<()> + Send + 'static {
    move |out| {
        let shown = Shown {
            features: &features,
            collection,
            columns: &question.columns,
            crs: question.crs,
        };
        match form {
            Form::FlatGeobuf => flatgeobuf(&shown, &selected.places, out),
            Form::Json | Form::Html => page(&shown, &selected.places, &around, out),
        }
    }
}

/// No edition was in service then: an answer without features, its question checked all the same.
fn nothing_then(asked: &Asked, collection: Collection) -> Result<Response, Problem> {
    let served = asked.state.served_or_problem()?;
    let features = Features::of(&served.snapshot);
    let question = query::read(&asked.params, features.table(collection))?;
    let page = Page {
        matched: 0,
        places: Vec::new(),
    };
    let links = links(asked, collection, &question, &page);
    let headers = headers(&features, question.crs, GEOJSON);
    let body = serde_json::json!({
        "type": "FeatureCollection", "numberMatched": 0, "numberReturned": 0, "timeStamp": now(),
        "links": links, "features": [],
    });
    Ok((headers, body.to_string()).into_response())
}

/// One feature.
pub(super) async fn item(
    asked: Asked,
    Path((id, wanted)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let collection = Asked::collection(&id)?;
    let known = |name: &str| ["f", "crs", "datetime", "lang"].contains(&name);
    query::only(&asked.params, known, ["crs", "datetime"].into_iter())?;
    let crs = asked
        .params
        .get("crs")
        .map_or(Ok(Crs::default()), |text| Crs::parse(text, "crs"))?;
    let unknown = || {
        Problem::new(Code::NotFound)
            .at("feature")
            .detail("Aucun objet de cette collection n’a cet identifiant.")
            .remedy(format!(
                "La liste est dans /ogc/collections/{}/items.",
                collection.id()
            ))
    };
    let features = moments::features(&asked.state, asked.params.get("datetime"))
        .await?
        .ok_or_else(unknown)?;
    let table = features.table(collection);
    let found = &table.features[table.feature(&wanted).ok_or_else(unknown)?];
    let root = &asked.root;
    let home = format!("{root}/collections/{}", collection.id());
    let address = format!("{home}/items/{}", found.id);
    let query = without(&asked.params, &["f"]);
    let forms = &FORMS[..2];
    let mut links = self_and_alternates(&address, &query, media_type(asked.form), forms);
    links.push(Link::new(
        &home,
        "collection",
        super::links::JSON,
        collection.title(),
    ));
    let headers = headers(&features, crs, media_type(asked.form));
    if asked.form == Form::Html {
        let view = html::item(&asked, &features, collection, found, &links)?;
        return Ok((headers, view).into_response());
    }
    let columns: Vec<usize> = (0..table.columns.len()).collect();
    let shown = Shown {
        features: &features,
        collection,
        columns: &columns,
        crs,
    };
    Ok((headers, feature(&shown, found, &links)).into_response())
}

fn without<'p>(params: &'p Params, names: &[&str]) -> Vec<(&'p str, &'p str)> {
    params
        .pairs()
        .filter(|(name, _)| !names.contains(name))
        .collect()
}

/// Itself in every form, the pages before and after, the collection.
fn links(asked: &Asked, collection: Collection, question: &Question, page: &Page) -> Vec<Link> {
    let home = format!("{}/collections/{}", asked.root, collection.id());
    let address = format!("{home}/items");
    let current = media_type(asked.form);
    let mut links = self_and_alternates(&address, &without(&asked.params, &["f"]), current, &FORMS);
    let others = without(&asked.params, &["offset"]);
    let at = |offset: usize| {
        let text = offset.to_string();
        let mut pairs = others.clone();
        if offset > 0 {
            pairs.push(("offset", text.as_str()));
        }
        with_query(&address, &pairs)
    };
    let next = question.offset.saturating_add(page.places.len());
    if !page.places.is_empty() && next < page.matched {
        links.push(Link::new(at(next), "next", current, "Page suivante"));
    }
    if question.offset > 0 {
        let before = question.offset.saturating_sub(question.limit);
        links.push(Link::new(at(before), "prev", current, "Page précédente"));
    }
    links.push(Link::new(
        home,
        "collection",
        super::links::JSON,
        collection.title(),
    ));
    links
}

fn headers(features: &Features, crs: Crs, media_type: &'static str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let kind = if media_type == HTML {
        "text/html; charset=utf-8"
    } else {
        media_type
    };
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(uri) = HeaderValue::from_str(&format!("<{}>", crs.uri())) {
        headers.insert(HeaderName::from_static("content-crs"), uri);
    }
    let release = features
        .release()
        .map_or_else(|| "demo".to_owned(), |number| number.to_string());
    // Two answers of one edition differ by their address and their moment of writing only.
    if let Ok(tag) = HeaderValue::from_str(&format!("W/\"{release}\"")) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept, host"));
    headers
}

fn now() -> String {
    Moment::from_system(SystemTime::now()).as_str().to_owned()
}
