//! Small rows and imports for this room's tests.

use super::{Assembled, assemble};
use crate::crs::{Planar, Territory};
use crate::ingest::{Ingested, ReadRow};
use crate::network::{
    Commune, Edition, Figures, InseeCode, Key, Network, NetworkKind, NetworkShape, PriorityArea,
    Project, ProjectShape, RegulatoryFigure, SncuId,
};
use crate::report::{Place, Severity};
use geo::{MultiLineString, MultiPolygon, Point, polygon};

pub(super) fn planar<G>(shape: G) -> Planar<G> {
    Planar {
        territory: Territory::Mainland,
        shape,
    }
}

pub(super) fn trace(parts: &[&[(f64, f64)]]) -> NetworkShape {
    let lines = parts.iter().map(|part| part.iter().copied().collect());
    NetworkShape::Trace(planar(MultiLineString::new(lines.collect())))
}

/// A straight pipe of this length towards the east.
pub(super) fn pipe(x: f64, y: f64, length_m: f64) -> NetworkShape {
    trace(&[&[(x, y), (x + length_m, y)]])
}

pub(super) fn marker(x: f64, y: f64) -> NetworkShape {
    NetworkShape::Marker(planar(Point::new(x, y)))
}

pub(super) fn square(x: f64, y: f64, side: f64) -> Planar<MultiPolygon<f64>> {
    planar(MultiPolygon::new(vec![polygon![
        (x: x, y: y), (x: x + side, y: y), (x: x + side, y: y + side), (x: x, y: y + side), (x: x, y: y),
    ]]))
}

pub(super) fn heat(sncu: Option<&str>, name: &str, shape: NetworkShape) -> Network {
    Network {
        kind: NetworkKind::Heat,
        sncu_id: sncu.and_then(SncuId::parse),
        name: Some(name.to_owned()),
        shape: Some(shape),
        ..Network::default()
    }
}

pub(super) fn project(name: &str, zone: Planar<MultiPolygon<f64>>) -> Project {
    Project {
        name: Some(name.to_owned()),
        shape: Some(ProjectShape::Zone(zone)),
        ..Project::default()
    }
}

pub(super) fn pdp(ids: &[&str], shape: Planar<MultiPolygon<f64>>) -> PriorityArea {
    PriorityArea {
        network_sncu_ids: ids.iter().filter_map(|id| SncuId::parse(id)).collect(),
        shape: Some(shape),
        ..PriorityArea::default()
    }
}

pub(super) fn commune(code: &str, name: &str, shape: Planar<MultiPolygon<f64>>) -> Commune {
    Commune {
        code: InseeCode::parse(code).expect("a code"),
        name: name.to_owned(),
        shape: Some(shape),
    }
}

pub(super) fn figure(year: u16, id: Option<&str>, rate: Option<f64>) -> RegulatoryFigure {
    RegulatoryFigure {
        year,
        sncu_id: id.and_then(SncuId::parse),
        figures: Figures {
            renewable_rate_pct: rate,
            ..Figures::default()
        },
        ..RegulatoryFigure::default()
    }
}

/// Numbered rows of one file, as a table present in an import.
#[allow(clippy::unnecessary_wraps)]
pub(super) fn read<T>(rows: Vec<T>) -> Option<Vec<ReadRow<T>>> {
    let numbered = rows.into_iter().zip(1..);
    let rows = numbered.map(|(row, number)| ReadRow {
        row,
        declared_key: None,
        place: Place {
            file: Some("essai.geojson".to_owned()),
            feature: Some(number),
            ..Place::default()
        },
    });
    Some(rows.collect())
}

pub(super) fn traced(rows: Vec<Network>) -> Ingested {
    Ingested {
        heat: read(rows),
        ..Ingested::default()
    }
}

pub(super) fn untraced(rows: Vec<Network>) -> Ingested {
    Ingested {
        heat_untraced: read(rows),
        ..Ingested::default()
    }
}

/// The edition that an import makes on an empty store.
pub(super) fn first(read: Ingested) -> Assembled {
    assemble(&Edition::default(), read, "main")
}

pub(super) fn key(text: &str) -> Key {
    Key::parse(text).expect("a key")
}

pub(super) fn keys(assembled: &Assembled) -> Vec<&str> {
    let networks = assembled.edition.networks.iter();
    networks.map(|network| network.key.as_str()).collect()
}

/// The key of the network of this name.
pub(super) fn key_of(assembled: &Assembled, name: &str) -> String {
    let mut named = assembled
        .edition
        .networks
        .iter()
        .filter(|network| network.row.name.as_deref() == Some(name));
    let key = named.next().map(|network| network.key.to_string());
    assert!(named.next().is_none(), "one network is called {name}");
    key.unwrap_or_else(|| panic!("no network is called {name}"))
}

/// Codes of the findings of this severity, sorted.
pub(super) fn codes(assembled: &Assembled, severity: Severity) -> Vec<&str> {
    let findings = assembled.findings.iter();
    let mut codes: Vec<&str> = findings
        .filter(|finding| finding.severity == severity)
        .map(|finding| finding.code.as_str())
        .collect();
    codes.sort_unstable();
    codes
}
