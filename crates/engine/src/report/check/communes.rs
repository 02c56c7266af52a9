//! Is each network where it says it is? Its trace against the outlines of the communes it names.

use super::super::finding::{FAR_FROM_COMMUNE, OUTLINES_MISSING, decimal};
use super::traces::distance_to_segment;
use super::{Finding, Place, place_of, position};
use crate::crs::Territory;
use crate::network::{Edition, Identified, Network, NetworkShape};
use geo::{BoundingRect, Contains, Coord, MultiPolygon, Rect};
use rayon::prelude::*;
use std::collections::HashMap;

/// A network none of whose points is nearer than this to its communes is elsewhere (metres).
const NETWORK_FAR_M: f64 = 1000.0;
/// A piece whose ends are both further than this from the boxes of all its communes has strayed (metres).
const PIECE_FAR_M: f64 = 5000.0;
/// Vertices looked at, at most, when a network seems to be elsewhere.
const SAMPLE: usize = 200;

struct Outline<'a> {
    territory: Territory,
    shape: &'a MultiPolygon<f64>,
    bounds: Rect<f64>,
}

pub(super) fn check(new: &Edition) -> Vec<Finding> {
    if new.communes.is_empty() {
        return if new.networks.is_empty() {
            Vec::new()
        } else {
            vec![OUTLINES_MISSING.finding(
                Place::default(),
                "Aucun contour de commune n’est chargé : on ne peut pas vérifier que les tracés sont dans leurs communes, ni trouver la commune d’un point.",
                "Importez les contours des communes (GeoJSON avec « code » et « nom »).",
            )]
        };
    }
    let outlines: HashMap<&str, Outline<'_>> = new
        .communes
        .iter()
        .filter_map(|commune| {
            let planar = commune.row.shape.as_ref()?;
            Some((
                commune.row.code.as_str(),
                Outline {
                    territory: planar.territory,
                    shape: &planar.shape,
                    bounds: planar.shape.bounding_rect()?,
                },
            ))
        })
        .collect();
    new.networks
        .par_iter()
        .map(|network| check_network(network, &outlines))
        .collect::<Vec<_>>()
        .into_iter()
        .flatten()
        .collect()
}

fn check_network(
    network: &Identified<Network>,
    outlines: &HashMap<&str, Outline<'_>>,
) -> Option<Finding> {
    let of_network: Vec<&Outline<'_>> = network
        .row
        .communes_insee
        .iter()
        .filter_map(|code| outlines.get(code.as_str()))
        .collect();
    let complete = of_network.len() == network.row.communes_insee.len();
    if of_network.is_empty() || !complete {
        return None;
    }
    match network.row.shape.as_ref()? {
        NetworkShape::Marker(marker) => {
            let at = marker.shape.0;
            let distance_m = nearest_m(&[at], marker.territory, &of_network);
            (distance_m > NETWORK_FAR_M).then(|| {
                far(
                    network,
                    position(marker, at),
                    "Le point du réseau",
                    distance_m,
                )
            })
        }
        // An area is wider than its network on purpose.
        NetworkShape::Area(_) => None,
        NetworkShape::Trace(trace) => {
            let vertices: Vec<Coord<f64>> =
                trace.shape.0.iter().flat_map(|p| p.0.clone()).collect();
            let step = vertices.len().div_ceil(SAMPLE).max(1);
            let sample: Vec<Coord<f64>> = vertices.iter().copied().step_by(step).collect();
            let distance_m = nearest_m(&sample, trace.territory, &of_network);
            if distance_m > NETWORK_FAR_M {
                return Some(far(
                    network,
                    sample.first().and_then(|&at| position(trace, at)),
                    "Tout le tracé",
                    distance_m,
                ));
            }
            let stray = trace.shape.0.iter().find_map(|piece| {
                let ends = [*piece.0.first()?, *piece.0.last()?];
                let away = ends
                    .iter()
                    .map(|&end| box_distance_m(end, &of_network))
                    .fold(f64::INFINITY, f64::min);
                (away > PIECE_FAR_M).then_some((ends[0], away))
            });
            stray.map(|(at, away)| far(network, position(trace, at), "Un tronçon", away))
        }
    }
}

fn far(
    network: &Identified<Network>,
    position: Option<crate::crs::LonLat>,
    what: &str,
    distance_m: f64,
) -> Finding {
    let communes = if network.row.communes.is_empty() {
        let codes: Vec<&str> = network
            .row
            .communes_insee
            .iter()
            .map(crate::network::InseeCode::as_str)
            .collect();
        codes.join(", ")
    } else {
        network.row.communes.join(", ")
    };
    let how_far = if distance_m.is_finite() {
        format!(
            "à {} km au moins",
            decimal((distance_m / 100.0).floor() / 10.0)
        )
    } else {
        "sur un autre territoire".to_owned()
    };
    FAR_FROM_COMMUNE.finding(
        Place {
            position,
            ..place_of(network)
        },
        format!("{what} est {how_far} des communes déclarées ({communes})."),
        "Vérifiez le système de coordonnées du tracé et les communes du réseau.",
    )
}

/// Distance from the nearest of `points` to the nearest outline; zero inside. Stops at the first point inside.
fn nearest_m(points: &[Coord<f64>], territory: Territory, outlines: &[&Outline<'_>]) -> f64 {
    let here = || outlines.iter().filter(|o| o.territory == territory);
    let inside = points.iter().any(|&p| {
        here().any(|o| box_distance_m(p, &[o]) == 0.0 && o.shape.contains(&geo::Point::from(p)))
    });
    if inside {
        return 0.0;
    }
    let mut nearest = f64::INFINITY;
    for &p in points {
        for outline in here() {
            if box_distance_m(p, &[outline]) >= nearest {
                continue;
            }
            for line in outline
                .shape
                .0
                .iter()
                .flat_map(|polygon| polygon.exterior().lines())
            {
                nearest = nearest.min(distance_to_segment(p, line.start, line.end));
            }
        }
    }
    nearest
}

/// Distance to the nearest box: never more than the distance to the outlines.
fn box_distance_m(p: Coord<f64>, outlines: &[&Outline<'_>]) -> f64 {
    outlines
        .iter()
        .map(|o| {
            let dx = (o.bounds.min().x - p.x)
                .max(p.x - o.bounds.max().x)
                .max(0.0);
            let dy = (o.bounds.min().y - p.y)
                .max(p.y - o.bounds.max().y)
                .max(0.0);
            dx.hypot(dy)
        })
        .fold(f64::INFINITY, f64::min)
}
