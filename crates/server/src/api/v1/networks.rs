//! `GET /api/v1/networks`: every network with its shape, as the national service gives them, streamed.

use crate::api::geometry::Geometry;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::stream;
use crate::state::{AppState, Served};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use caloduc_engine::network::Layer;
use caloduc_engine::snapshot::Row;
use serde::Serialize;
use std::io::{self, Write};
use utoipa::ToSchema;

/// A network in the words of the national service.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = NetworkV1)]
struct NetworkV1<'a> {
    /// Number of the national service; null when the source has none.
    id_fcu: Option<i64>,
    /// SNCU id.
    #[serde(rename = "Identifiant reseau")]
    id: Option<&'a str>,
    /// Name.
    nom_reseau: Option<&'a str>,
    /// Who runs it.
    #[serde(rename = "Gestionnaire")]
    operator: Option<&'a str>,
    /// Share of renewable and recovered heat, 0 to 100.
    #[serde(rename = "Taux EnR&R")]
    renewable_rate_pct: Option<f64>,
    /// Direct CO2 content, kg/kWh.
    #[serde(rename = "contenu CO2")]
    co2_direct: Option<f64>,
    /// Life-cycle CO2 content, kg/kWh.
    #[serde(rename = "contenu CO2 ACV")]
    co2_lca: Option<f64>,
    /// GeoJSON, WGS84: MultiLineString, Point when the trace is unknown, MultiPolygon when it is published as an area.
    #[schema(value_type = Object)]
    geom: Geometry<'a>,
}

impl<'a> From<Row<'a>> for NetworkV1<'a> {
    fn from(row: Row<'a>) -> Self {
        let network = row.network().unwrap_or_default();
        Self {
            id_fcu: network.id_fcu,
            id: row.id(),
            nom_reseau: row.name(),
            operator: row.operator(),
            renewable_rate_pct: network.figures.renewable_rate_pct,
            co2_direct: network.figures.co2_direct_kg_per_kwh,
            co2_lca: network.figures.co2_lca_kg_per_kwh,
            geom: Geometry(row),
        }
    }
}

/// Tous les réseaux, de chaleur puis de froid, avec leur tracé.
#[utoipa::path(get, path = "/api/v1/networks", tag = "v1",
    responses(
        (status = 200, description = "Les réseaux, en flux", body = Vec<NetworkV1>,
            example = json!([{"id_fcu": 12, "Identifiant reseau": "1302C", "nom_reseau": "Réseau du Port", "Gestionnaire": "Énergies du Caloduc",
                "Taux EnR&R": 65.4, "contenu CO2": 0.05, "contenu CO2 ACV": 0.07,
                "geom": {"type": "MultiLineString", "coordinates": [[[5.3853, 43.32], [5.3861, 43.3204]]]}}])),
        (status = 429, description = "`too-many-requests`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-data`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn networks(State(state): State<AppState>) -> Result<Response, Problem> {
    let served = state.served_or_problem()?;
    let headers = [
        (header::CONTENT_TYPE, "application/json".to_owned()),
        (header::ETAG, served.etag()),
    ];
    let body = stream::body(move |out| write(&served, out));
    Ok((headers, body).into_response())
}

fn write(served: &Served, out: &mut impl Write) -> io::Result<()> {
    const LAYERS: [Layer; 4] = [
        Layer::Heat,
        Layer::HeatUntraced,
        Layer::Cold,
        Layer::ColdUntraced,
    ];
    let mut before: &[u8] = b"[";
    for layer in LAYERS {
        for row in served.snapshot.rows(layer) {
            out.write_all(before)?;
            serde_json::to_writer(&mut *out, &NetworkV1::from(row))?;
            before = b",\n";
        }
    }
    out.write_all(if before == b"[" { b"[]" } else { b"]" })
}
