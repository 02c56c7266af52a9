//! `GET /donnees/catalogue.jsonld` and `.ttl`: what is published here, for catalogues that harvest (DCAT-AP).

mod graph;

use super::downloads::{address, blocking, media_type};
use super::tiles::base_url;
use crate::http::problem::{Problem, ProblemBody};
use crate::state::AppState;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use caloduc_store::{EditionFile, EditionFiles, EditionState, Release};
use graph::{Object, Thing};

const LICENCE: &str = "https://www.etalab.gouv.fr/licence-ouverte-open-licence/";
const FRANCE: &str = "http://publications.europa.eu/resource/authority/country/FRA";
const LANGUAGE: &str = "http://publications.europa.eu/resource/authority/language/FRA";
const THEMES: [&str; 2] = [
    "http://publications.europa.eu/resource/authority/data-theme/ENER",
    "http://publications.europa.eu/resource/authority/data-theme/ENVI",
];
const KEYWORDS: [&str; 5] = [
    "réseau de chaleur",
    "réseau de froid",
    "chauffage urbain",
    "énergie renouvelable",
    "périmètre de développement prioritaire",
];

/// Le catalogue en DCAT-AP, JSON-LD.
#[utoipa::path(get, path = "/donnees/catalogue.jsonld", tag = "données",
    responses(
        (status = 200, description = "Le catalogue", body = Object, content_type = "application/ld+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn json_ld(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let things = catalogue(state, &headers).await?;
    let kind = [(header::CONTENT_TYPE, "application/ld+json")];
    Ok((kind, graph::json_ld(&things)).into_response())
}

/// Le catalogue en DCAT-AP, RDF (Turtle).
#[utoipa::path(get, path = "/donnees/catalogue.ttl", tag = "données",
    responses(
        (status = 200, description = "Le catalogue", body = String, content_type = "text/turtle"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn turtle(
    State(state): State<AppState>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let things = catalogue(state, &headers).await?;
    let kind = [(header::CONTENT_TYPE, "text/turtle; charset=utf-8")];
    Ok((kind, graph::turtle(&things)).into_response())
}

type Edition = (Release, EditionFiles);

async fn catalogue(state: AppState, headers: &HeaderMap) -> Result<Vec<Thing>, Problem> {
    let base = base_url(&state, headers);
    let editions = blocking(move || editions(&state)).await?;
    Ok(things(&base, &editions))
}

/// Published editions whose files are there, by number.
fn editions(state: &AppState) -> Result<Vec<Edition>, Problem> {
    let Some(store) = state.store() else {
        return Ok(Vec::new());
    };
    let internal = |error| Problem::internal(&error);
    let mut found = Vec::new();
    for release in store.releases().map_err(internal)? {
        if release.state == EditionState::Draft {
            continue;
        }
        if let Some(files) = store.edition_files(release.number).map_err(internal)? {
            found.push((release, files));
        }
    }
    Ok(found)
}

fn things(base: &str, editions: &[Edition]) -> Vec<Thing> {
    let series = format!("{base}/donnees");
    let mut catalogue = described(Thing::at(format!("{base}/donnees/catalogue"), "dcat:Catalog"))
        .french("dct:title", "Réseaux de chaleur et de froid")
        .french(
            "dct:description",
            "Tracés, projets, périmètres prioritaires et chiffres des réseaux de chaleur et de froid, édition par édition.",
        )
        .iri("foaf:homepage", &series)
        .iri("dcat:dataset", &series)
        .iri("dcat:service", format!("{base}/ogc"));
    let mut all = vec![
        described(Thing::at(&series, "dcat:DatasetSeries"))
            .french("dct:title", "Réseaux de chaleur et de froid, par édition")
            .french(
                "dct:description",
                "Une édition à chaque mise à jour des données.",
            )
            .iri(
                "dct:accrualPeriodicity",
                "http://publications.europa.eu/resource/authority/frequency/IRREG",
            ),
        described(Thing::at(format!("{base}/ogc"), "dcat:DataService"))
            .french(
                "dct:title",
                "OGC API – Features des réseaux de chaleur et de froid",
            )
            .iri("dcat:endpointURL", format!("{base}/ogc"))
            .iri("dcat:endpointDescription", format!("{base}/ogc/api"))
            .iri(
                "dct:conformsTo",
                "http://www.opengis.net/spec/ogcapi-features-1/1.0",
            )
            .iri("dcat:servesDataset", &series),
    ];
    let mut before: Option<String> = None;
    for (release, files) in editions {
        let id = format!("{base}/donnees/editions/{}", release.number);
        catalogue = catalogue.iri("dcat:dataset", &id);
        let mut dataset = dataset(&id, release, &series);
        if let Some(before) = &before {
            dataset = dataset.iri("dcat:prev", before);
        }
        let data = files.files.iter().filter(|file| is_data(&file.name));
        let distributions: Vec<Thing> = data
            .map(|file| distribution(base, &id, release, file))
            .collect();
        for file in files.files.iter().filter(|file| is_data(&file.name)) {
            let at = format!("{base}{}", address(release.number, &file.name));
            dataset = dataset.iri("dcat:distribution", at);
        }
        all.push(dataset);
        all.extend(distributions);
        before = Some(id);
    }
    all.insert(0, catalogue);
    all
}

/// What is the same of everything published here.
fn described(thing: Thing) -> Thing {
    let publisher = Thing::inside("foaf:Agent").plain("foaf:name", "caloduc");
    thing
        .with("dct:publisher", Object::Thing(publisher))
        .iri("dct:license", LICENCE)
        .iri("dct:language", LANGUAGE)
        .iri("dct:spatial", FRANCE)
}

fn dataset(id: &str, release: &Release, series: &str) -> Thing {
    let mut thing = described(Thing::at(id, "dcat:Dataset"))
        .french(
            "dct:title",
            format!("Réseaux de chaleur et de froid, édition {}", release.number),
        )
        .french("dct:description", release.summary.as_str())
        .plain("dct:identifier", id)
        .plain("dcat:version", release.number.to_string())
        .typed("dct:issued", release.created.as_str(), "xsd:dateTime")
        .iri("dcat:inSeries", series)
        .iri("dcat:landingPage", id);
    if let Some(last) = release.published.last() {
        thing = thing.typed("dct:modified", last.as_str(), "xsd:dateTime");
    }
    for theme in THEMES {
        thing = thing.iri("dcat:theme", theme);
    }
    for keyword in KEYWORDS {
        thing = thing.french("dcat:keyword", keyword);
    }
    thing
}

fn distribution(base: &str, dataset: &str, release: &Release, file: &EditionFile) -> Thing {
    let at = format!("{base}{}", address(release.number, &file.name));
    let checksum = Thing::inside("spdx:Checksum")
        .iri(
            "spdx:algorithm",
            "http://spdx.org/rdf/terms#checksumAlgorithm_sha256",
        )
        .typed("spdx:checksumValue", file.sha256.as_str(), "xsd:hexBinary");
    let kind = media_type(&file.name).split(';').next().unwrap_or_default();
    let mut thing = Thing::at(&at, "dcat:Distribution")
        .plain("dct:title", file.name.as_str())
        .iri("dcat:accessURL", dataset)
        .iri("dcat:downloadURL", &at)
        .iri(
            "dcat:mediaType",
            format!("https://www.iana.org/assignments/media-types/{kind}"),
        )
        .typed(
            "dcat:byteSize",
            file.bytes.to_string(),
            "xsd:nonNegativeInteger",
        )
        .typed("dct:issued", release.created.as_str(), "xsd:dateTime")
        .iri("dct:license", LICENCE)
        .with("spdx:checksum", Object::Thing(checksum));
    if let Some(format) = format_of(&file.name) {
        thing = thing.iri(
            "dct:format",
            format!("http://publications.europa.eu/resource/authority/file-type/{format}"),
        );
    }
    if let Some(schema) = schema_of(&file.name) {
        thing = thing.iri(
            "dct:conformsTo",
            format!("{base}{}", address(release.number, &schema)),
        );
    }
    thing
}

/// Whether a file holds data, as opposed to what says how to read them.
fn is_data(name: &str) -> bool {
    const DATA: [&str; 7] = ["zip", "geojson", "gpkg", "fgb", "parquet", "csv", "pmtiles"];
    DATA.contains(&name.rsplit('.').next().unwrap_or_default())
}

fn format_of(name: &str) -> Option<&'static str> {
    Some(match name.rsplit('.').next()? {
        "zip" => "ZIP",
        "geojson" => "GEOJSON",
        "gpkg" => "GPKG",
        "parquet" => "PARQUET",
        "csv" => "CSV",
        _ => return None,
    })
}

fn schema_of(name: &str) -> Option<String> {
    if let Some(table) = name.strip_prefix("geojson/") {
        return Some(format!(
            "schemas/{}.schema.json",
            table.strip_suffix(".geojson")?
        ));
    }
    let table = name.strip_prefix("csv/")?.strip_suffix(".csv")?;
    Some(format!("schemas/{table}.tableschema.json"))
}
