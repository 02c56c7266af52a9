//! The shape of a verdict, for the description of the API: what `caloduc_engine::eligibility::Verdict` serialises to. A
//! test holds real answers against it.
#![allow(dead_code, reason = "these types describe answers, they are not made")]

use serde::Serialize;
use utoipa::ToSchema;

/// The answer for a place.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({
    "type": "reseau_existant_tres_proche", "eligible": true, "distance_m": 47, "rule": 2, "release": 3,
    "point": {"lon": 5.385_355, "lat": 43.320_001}, "address": null,
    "network": {"key": "heat:1302C", "table": "heat", "id": "1302C", "name": "Réseau du Port", "operator": "Énergies du Caloduc",
        "owner": "Ville", "communes": ["Marseille"], "renewable_rate_pct": 65.4, "co2_direct_kg_per_kwh": 0.05,
        "co2_lca_kg_per_kwh": 0.07, "classified": true, "has_priority_area": true, "open_to_connections": true},
    "facts": {"commune": {"code": "13055", "name": "Marseille"},
        "nearest_heat": {"key": "heat:1302C", "id": "1302C", "distance_m": 47, "open_to_connections": true},
        "nearest_project": null, "project_zones": [], "priority_areas": [], "untraced_heat": null, "nearest_cold": null},
    "thresholds": {"very_close_m": 100, "close_m": 200, "far_m": 1000}}))]
pub(crate) struct Verdict {
    /// What is said.
    #[serde(rename = "type")]
    kind: VerdictType,
    /// Whether the address is eligible.
    eligible: bool,
    /// Rounded metres to the matched network; null in a zone, without trace, too far.
    #[schema(required)]
    distance_m: Option<u32>,
    /// The row of the decision table that fired, 1 to 10.
    #[schema(minimum = 1, maximum = 10)]
    rule: u8,
    /// The release it was computed on; null on the demonstration territory.
    #[schema(required)]
    release: Option<u32>,
    /// The point tested.
    point: Point,
    /// What the geocoder found, when the question was a text: the properties of `/geocodage/search`, with `confidence`,
    /// `score_next`, `approximate` and `reasons`.
    #[schema(required)]
    address: Option<Address>,
    /// The matched network; null when the type is `trop_eloigne`.
    #[schema(required)]
    network: Option<MatchedNetwork>,
    /// What is true of the place whatever the verdict.
    facts: Facts,
    /// The thresholds that applied.
    thresholds: Thresholds,
}

/// The public vocabulary.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum VerdictType {
    DansPdpReseauExistant,
    DansPdpReseauFutur,
    ReseauExistantTresProche,
    ReseauFuturTresProche,
    DansZoneReseauFutur,
    ReseauExistantProche,
    ReseauFuturProche,
    ReseauExistantLoin,
    ReseauFuturLoin,
    DansVilleReseauExistantSansTrace,
    TropEloigne,
}

/// Degrees.
#[derive(Serialize, ToSchema)]
pub(crate) struct Point {
    lon: f64,
    lat: f64,
}

/// What the geocoder says of an address; more properties where they apply.
#[derive(Serialize, ToSchema)]
pub(crate) struct Address {
    /// `12 Boulevard de la Chapelle 75018 Paris`.
    label: String,
    /// addok's score, 0 to 1.
    score: f64,
    /// `housenumber`, `street`, `locality` or `municipality`.
    #[serde(rename = "type")]
    kind: String,
    /// BAN id, INSEE code for a commune.
    id: String,
    /// INSEE code.
    citycode: String,
    /// Commune.
    city: String,
    /// How sure it is, 0 to 1.
    confidence: f64,
    /// Whether the number asked does not exist and the nearest one is given.
    approximate: bool,
    /// Why it is not exactly what was asked.
    reasons: Vec<String>,
}

/// The one network an answer is about.
#[derive(Serialize, ToSchema)]
pub(crate) struct MatchedNetwork {
    /// Stable key.
    key: String,
    /// `heat`, `cold` or `project`.
    table: Table,
    /// SNCU id.
    #[schema(required)]
    id: Option<String>,
    #[schema(required)]
    name: Option<String>,
    /// Who runs it.
    #[schema(required)]
    operator: Option<String>,
    /// The authority that owns it.
    #[schema(required)]
    owner: Option<String>,
    communes: Vec<String>,
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
    /// True when its operator asked that an area be published instead of its line: distances are to that area, 0 inside.
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_is_area: Option<bool>,
}

/// The table a network comes from.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Table {
    Heat,
    Cold,
    Project,
}

/// What is true of the place whatever the verdict; what is beyond 1000 m is null.
#[derive(Serialize, ToSchema)]
pub(crate) struct Facts {
    #[schema(required)]
    commune: Option<CommuneFact>,
    #[schema(required)]
    nearest_heat: Option<NearestNetwork>,
    #[schema(required)]
    nearest_project: Option<NearestProject>,
    /// Keys of the zones that contain the point.
    project_zones: Vec<String>,
    /// PDP that contain the point.
    priority_areas: Vec<PriorityAreaFact>,
    #[schema(required)]
    untraced_heat: Option<UntracedNetwork>,
    #[schema(required)]
    nearest_cold: Option<NearestNetwork>,
}

/// The commune of the point.
#[derive(Serialize, ToSchema)]
pub(crate) struct CommuneFact {
    /// INSEE code.
    code: String,
    #[schema(required)]
    name: Option<String>,
}

/// The nearest trace of a network, open or not.
#[derive(Serialize, ToSchema)]
pub(crate) struct NearestNetwork {
    key: String,
    #[schema(required)]
    id: Option<String>,
    distance_m: u32,
    open_to_connections: bool,
}

/// The nearest trace of a project, open or not.
#[derive(Serialize, ToSchema)]
pub(crate) struct NearestProject {
    key: String,
    distance_m: u32,
    open_to_connections: bool,
}

/// A PDP that contains the point.
#[derive(Serialize, ToSchema)]
pub(crate) struct PriorityAreaFact {
    key: String,
    #[schema(required)]
    id: Option<String>,
    network_keys: Vec<String>,
}

/// A network of the commune whose trace is unknown.
#[derive(Serialize, ToSchema)]
pub(crate) struct UntracedNetwork {
    key: String,
    #[schema(required)]
    id: Option<String>,
    open_to_connections: bool,
}

/// Metres, compared (≤) with the rounded distance.
#[derive(Serialize, ToSchema)]
pub(crate) struct Thresholds {
    very_close_m: u32,
    close_m: u32,
    far_m: u32,
}
