//! `GET /api/v2/networks[/{key}]`: networks and projects, in short or with everything known.

use super::verdict::Table;
use crate::api::geometry::{Geometry, rounded_box};
use crate::api::json;
use crate::history::{self, HistoryPoint};
use crate::http::params::Params;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::state::{AppState, Served};
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use caloduc_engine::eligibility::{NetworkTable, Texts};
use caloduc_engine::network::{Figures, Layer};
use caloduc_engine::snapshot::{Bounds, Row, Snapshot};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use utoipa::ToSchema;

const TABLES: [(&str, NetworkTable, &[Layer]); 3] = [
    (
        "heat",
        NetworkTable::Heat,
        &[Layer::Heat, Layer::HeatUntraced],
    ),
    (
        "cold",
        NetworkTable::Cold,
        &[Layer::Cold, Layer::ColdUntraced],
    ),
    ("project", NetworkTable::Project, &[Layer::Projects]),
];

/// A page of networks.
#[derive(Debug, Serialize, ToSchema)]
struct NetworkPage<'a> {
    /// The release; null on the demonstration territory.
    #[schema(required)]
    release: Option<u32>,
    /// How many answer the question, all pages together.
    total: usize,
    limit: usize,
    offset: usize,
    /// Heat, then cold, then projects, each by key.
    networks: Vec<NetworkSummary<'a>>,
}

/// A network or a project in short.
#[derive(Debug, Serialize, ToSchema)]
struct NetworkSummary<'a> {
    /// Stable key.
    key: &'a str,
    /// `heat`, `cold` or `project`.
    #[schema(value_type = Table)]
    table: NetworkTable,
    /// SNCU id.
    #[schema(required)]
    id: Option<&'a str>,
    #[schema(required)]
    name: Option<&'a str>,
    #[schema(required)]
    operator: Option<&'a str>,
    #[schema(required)]
    owner: Option<&'a str>,
    /// Names of the communes.
    #[schema(value_type = Vec<String>)]
    communes: Texts<'a>,
    /// 0 to 100; null for projects and when unknown.
    #[schema(required)]
    renewable_rate_pct: Option<f64>,
    #[schema(required)]
    co2_direct_kg_per_kwh: Option<f64>,
    #[schema(required)]
    co2_lca_kg_per_kwh: Option<f64>,
    #[schema(required)]
    classified: Option<bool>,
    has_priority_area: bool,
    open_to_connections: bool,
    /// Whether the pipes are known.
    traced: bool,
    /// Whether its operator asked that an area be published instead of its line; absent otherwise.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(value_type = Option<bool>)]
    trace_is_area: bool,
}

/// A network or a project with all that is known of it.
#[derive(Debug, Serialize, ToSchema)]
struct NetworkSheet<'a> {
    #[schema(required)]
    release: Option<u32>,
    #[serde(flatten)]
    summary: NetworkSummary<'a>,
    /// Degrees: west, south, east, north.
    #[schema(required, value_type = Option<BoundsBody>)]
    bounds: Option<Bounds>,
    /// Keys of the PDP linked to it.
    priority_area_keys: Vec<&'a str>,
    /// Figures of each regulatory year.
    #[schema(value_type = Object)]
    figures_by_year: BTreeMap<u16, Figures>,
    /// Every attribute of the edition, units in the names.
    #[schema(value_type = Object)]
    attributes: &'a RawValue,
    /// GeoJSON, WGS84; with `geometry=true` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    geometry: Option<Geometry<'a>>,
}

/// A box of degrees.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes caloduc_engine::snapshot::Bounds")]
pub(crate) struct BoundsBody {
    west: f64,
    south: f64,
    east: f64,
    north: f64,
}

impl<'a> NetworkSummary<'a> {
    fn new(row: &Row<'a>, table: NetworkTable, with_area: &HashSet<&str>) -> Self {
        let network = row.network();
        let figures = network.as_ref().map(|n| n.figures).unwrap_or_default();
        Self {
            key: row.key(),
            table,
            id: row.id(),
            name: row.name(),
            operator: row.operator(),
            owner: row.owner(),
            communes: row.communes(),
            renewable_rate_pct: figures.renewable_rate_pct,
            co2_direct_kg_per_kwh: figures.co2_direct_kg_per_kwh,
            co2_lca_kg_per_kwh: figures.co2_lca_kg_per_kwh,
            classified: network.and_then(|n| n.classified),
            has_priority_area: with_area.contains(row.key()),
            open_to_connections: row.is_open(),
            traced: !matches!(row.layer(), Layer::HeatUntraced | Layer::ColdUntraced)
                && !row.is_zone(),
            trace_is_area: row.is_area(),
        }
    }

    fn answers(&self, wanted: &str) -> bool {
        let fold = caloduc_engine::ingest::fold;
        let has = |text: Option<&str>| text.is_some_and(|text| fold(text).contains(wanted));
        has(self.id)
            || has(self.name)
            || has(self.operator)
            || self.communes.iter().any(|name| fold(name).contains(wanted))
    }
}

/// Keys of the networks and projects that a PDP names.
fn with_priority_area(snapshot: &Snapshot) -> HashSet<&str> {
    snapshot
        .rows(Layer::PriorityAreas)
        .flat_map(|row| row.link_keys().iter().collect::<Vec<_>>())
        .collect()
}

/// La liste des réseaux et des projets.
#[utoipa::path(get, path = "/api/v2/networks", tag = "v2",
    params(
        ("table" = Option<Table>, Query, description = "`heat`, `cold` ou `project` ; toutes par défaut"),
        ("q" = Option<String>, Query, description = "Mots du nom, de l’identifiant, de l’exploitant ou de la commune", example = "port"),
        ("limit" = Option<u32>, Query, description = "Nombre de réseaux, 100 par défaut", minimum = 1, maximum = 1000),
        ("offset" = Option<u32>, Query, description = "Réseaux à passer", minimum = 0, maximum = 1_000_000),
        ("release" = Option<u32>, Query, description = "L’édition, par son numéro ; celle en service par défaut"),
        ("datetime" = Option<String>, Query, description = "L’édition en service à cet instant (RFC 3339)")),
    responses(
        (status = 200, description = "Une page de réseaux", body = NetworkPage),
        (status = 400, description = "`invalid-parameter`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`release-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-data`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(state): State<AppState>,
    params: Params,
) -> Result<Response, Problem> {
    let limit = params.between("limit", 1, 1000)?.unwrap_or(100);
    let offset = params.between("offset", 0, 1_000_000)?.unwrap_or(0);
    let wanted = params.get("q").map(caloduc_engine::ingest::fold);
    let table = params.get("table");
    if table.is_some_and(|name| TABLES.iter().all(|known| known.0 != name)) {
        return Err(Problem::new(Code::InvalidParameter)
            .at("table")
            .detail("« table » vaut heat, cold ou project."));
    }
    let served = asked(&state, &params).await?;
    let with_area = with_priority_area(&served.snapshot);
    let found: Vec<NetworkSummary<'_>> = TABLES
        .iter()
        .filter(|known| table.is_none_or(|name| known.0 == name))
        .flat_map(|(_, table, layers)| layers.iter().map(move |layer| (*table, *layer)))
        .flat_map(|(table, layer)| served.snapshot.rows(layer).map(move |row| (table, row)))
        .map(|(table, row)| NetworkSummary::new(&row, table, &with_area))
        .filter(|network| wanted.as_ref().is_none_or(|wanted| network.answers(wanted)))
        .collect();
    let page = NetworkPage {
        release: served.release(),
        total: found.len(),
        limit,
        offset,
        networks: found.into_iter().skip(offset).take(limit).collect(),
    };
    tagged(&served, &page)
}

/// Un réseau ou un projet, avec tout ce qu’on en sait.
#[utoipa::path(get, path = "/api/v2/networks/{key}", tag = "v2",
    params(
        ("key" = String, Path, description = "Clé (`heat:1302C`) ou identifiant SNCU (`1302C`)", example = "7501C"),
        ("geometry" = Option<bool>, Query, description = "Avec le tracé, en GeoJSON WGS84"),
        ("release" = Option<u32>, Query, description = "L’édition, par son numéro ; celle en service par défaut"),
        ("datetime" = Option<String>, Query, description = "L’édition en service à cet instant (RFC 3339)")),
    responses(
        (status = 200, description = "Le réseau", body = NetworkSheet),
        (status = 400, description = "`invalid-parameter`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`release-not-found` ; `network-not-found`, avec des clés proches dans `suggestions`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-data`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn one(
    State(state): State<AppState>,
    Path(key): Path<String>,
    params: Params,
) -> Result<Response, Problem> {
    #[derive(Deserialize)]
    struct Kept<'a> {
        #[serde(borrow)]
        row: &'a RawValue,
    }
    let with_shape = params
        .parsed::<bool>("geometry", "true ou false")?
        .unwrap_or(false);
    let served = asked(&state, &params).await?;
    let snapshot = &served.snapshot;
    let row = snapshot
        .row(&key)
        .or_else(|| snapshot.networks_with_id(&key).next());
    let found = row.and_then(|row| {
        let table = TABLES.iter().find(|known| known.2.contains(&row.layer()))?;
        Some((row, table.1))
    });
    let Some((row, table)) = found else {
        return Err(Problem::new(Code::NetworkNotFound)
            .at("key")
            .suggestions(near(snapshot, &key)));
    };
    let kept: Kept<'_> =
        serde_json::from_str(row.attributes_json()).map_err(|error| Problem::internal(&error))?;
    let areas = snapshot.rows(Layer::PriorityAreas);
    let sheet = NetworkSheet {
        release: served.release(),
        summary: NetworkSummary::new(&row, table, &with_priority_area(snapshot)),
        bounds: row.bounds().map(rounded_box),
        priority_area_keys: areas
            .filter(|area| area.link_keys().iter().any(|link| link == row.key()))
            .map(|area| area.key())
            .collect(),
        figures_by_year: row.figures_by_year(),
        attributes: kept.row,
        geometry: with_shape.then_some(Geometry(row)),
    };
    tagged(&served, &sheet)
}

/// The edition asked for by number or by moment, else the one in service.
async fn asked(state: &AppState, params: &Params) -> Result<Arc<Served>, Problem> {
    let release = params.parsed::<u32>("release", "le numéro d’une édition")?;
    let datetime = params.get("datetime").map(str::to_owned);
    if release.is_none() && datetime.is_none() {
        return state.served_or_problem();
    }
    let state = state.clone();
    crate::api::downloads::blocking(move || {
        if let Some(number) = release {
            return history::edition(&state, number);
        }
        crate::ogc::edition_at(&state, datetime.as_deref().unwrap_or_default())?.ok_or_else(|| {
            Problem::new(Code::ReleaseNotFound)
                .at("datetime")
                .detail("Aucune édition n’était en service à cet instant.")
        })
    })
    .await
}

/// Un réseau au fil des éditions.
#[utoipa::path(get, path = "/api/v2/networks/{key}/history", tag = "v2",
    params(("key" = String, Path, description = "Clé (`heat:1302C`) ou identifiant SNCU (`1302C`)", example = "7501C")),
    responses(
        (status = 200, description = "Une ligne par édition publiée, la plus ancienne d’abord", body = [HistoryPoint]),
        (status = 404, description = "`network-not-found` : dans aucune édition", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-data`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn history(
    State(state): State<AppState>,
    Path(key): Path<String>,
) -> Result<Response, Problem> {
    let served = state.served_or_problem()?;
    let row = served.snapshot.row(&key);
    let row = row.or_else(|| served.snapshot.networks_with_id(&key).next());
    let wanted = row.map_or_else(|| key.clone(), |row| row.key().to_owned());
    let is_known = row.is_some();
    let points = crate::api::downloads::blocking(move || history::of_key(&state, &wanted)).await?;
    if !is_known && !points.iter().any(|point| point.present) {
        return Err(Problem::new(Code::NetworkNotFound)
            .at("key")
            .suggestions(near(&served.snapshot, &key)));
    }
    json::json(&points)
}

/// The keys that resemble most the one asked, at most five.
fn near(snapshot: &Snapshot, asked: &str) -> Vec<String> {
    let asked = asked.to_lowercase();
    let mut near: Vec<(f64, &str)> = TABLES
        .iter()
        .flat_map(|known| known.2)
        .flat_map(|layer| snapshot.rows(*layer))
        .map(|row| {
            let key = row.key().to_lowercase();
            let id = key.split_once(':').map_or(key.as_str(), |(_, id)| id);
            let likeness = strsim::jaro_winkler(&asked, &key).max(strsim::jaro_winkler(&asked, id));
            (likeness, row.key())
        })
        .filter(|(likeness, _)| *likeness > 0.8)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    near.into_iter()
        .take(5)
        .map(|(_, key)| key.to_owned())
        .collect()
}

/// An answer that holds as long as the release does.
fn tagged(served: &Served, value: &impl Serialize) -> Result<Response, Problem> {
    let mut response = json::json(value)?;
    if let Ok(tag) = HeaderValue::from_str(&served.etag()) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    Ok(response)
}
