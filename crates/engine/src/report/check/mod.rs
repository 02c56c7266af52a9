//! What looks wrong in a draft as a whole? Checks that need the geometry, the other rows, the communes or the previous
//! edition; what one row says of itself is checked while it is read, and identities and links while the edition is
//! assembled.
//!
//! Thresholds are this project's own: they are listed in `docs/quality-report.md`. Cost grows about as the number of
//! vertices; networks are examined in parallel and findings come in the order of the rows.

mod communes;
mod history;
mod pipes;
mod traces;

use super::Finding;
use super::Place;
use super::summary::label;
use crate::crs::{Planar, Projected};
use crate::network::{Edition, Identified, Network};
use geo::Coord;

/// Everything worth saying about the draft `new`, given the edition it replaces (empty for a first import).
pub fn check(new: &Edition, previous: &Edition) -> Vec<Finding> {
    let ((traces, pipes), communes) = rayon::join(
        || rayon::join(|| traces::check(new), || pipes::check(new)),
        || communes::check(new),
    );
    let mut findings = traces;
    findings.extend(pipes);
    findings.extend(communes);
    findings.extend(history::names(new, previous));
    findings
}

/// How findings name a network.
fn name_of(network: &Identified<Network>) -> String {
    label(
        network
            .row
            .sncu_id
            .as_ref()
            .map(crate::network::SncuId::as_str),
        network.row.name.as_deref(),
        network.key.as_str(),
    )
}

fn place_of(network: &Identified<Network>) -> Place {
    Place {
        network: Some(name_of(network)),
        ..Place::default()
    }
}

/// A planar coordinate as degrees, for a person to find it on a map.
fn position<G>(shape: &Planar<G>, at: Coord<f64>) -> Option<crate::crs::LonLat> {
    let place = Projected {
        territory: shape.territory,
        x: at.x,
        y: at.y,
    }
    .to_lonlat();
    crate::crs::LonLat::new(place.lon, place.lat)
}
