//! Small worlds in metres, to ask about.

use crate::crs::{Planar, Projected, Territory};
use crate::eligibility::rules::assess_at;
use crate::eligibility::{Service, Verdict};
use crate::network::{
    Commune, Edition, Identified, InseeCode, Key, KeyKind, Network, NetworkKind, NetworkShape,
    PriorityArea, Project, ProjectShape, SncuId, Sourced,
};
use crate::snapshot::{Snapshot, Stamp, build};
use geo::{LineString, MultiLineString, MultiPolygon, Polygon};
use std::sync::Arc;

/// Metres from a corner of Paris, in Lambert-93.
pub(super) const ORIGIN: (f64, f64) = (650_000.0, 6_860_000.0);

pub(super) type Xy = (f64, f64);

#[derive(Default)]
pub(super) struct World {
    pub(super) territory: Territory,
    pub(super) edition: Edition,
}

fn identified<T>(key: Key, row: T) -> Identified<T> {
    Identified {
        key,
        source: "main".to_owned(),
        row,
    }
}

impl World {
    fn planar<G>(&self, shape: G) -> Planar<G> {
        Planar {
            territory: self.territory,
            shape,
        }
    }

    fn lines(&self, lines: &[&[Xy]]) -> Planar<MultiLineString<f64>> {
        self.planar(MultiLineString(lines.iter().map(|l| ring(l)).collect()))
    }

    fn polygon(&self, rings: &[&[Xy]]) -> Planar<MultiPolygon<f64>> {
        let holes = rings[1..].iter().map(|r| ring(r)).collect();
        self.planar(MultiPolygon(vec![Polygon::new(ring(rings[0]), holes)]))
    }

    pub(super) fn network(&mut self, kind: NetworkKind, id: &str, lines: &[&[Xy]]) -> &mut Network {
        let prefix = match kind {
            NetworkKind::Heat => KeyKind::Heat,
            NetworkKind::Cold => KeyKind::Cold,
        };
        let row = Network {
            kind,
            sncu_id: SncuId::parse(id),
            name: Some(format!("Réseau {id}")),
            shape: Some(NetworkShape::Trace(self.lines(lines))),
            ..Network::default()
        };
        self.edition
            .networks
            .push(identified(Key::new(prefix, id), row));
        &mut self.edition.networks.last_mut().unwrap().row
    }

    pub(super) fn heat(&mut self, id: &str, lines: &[&[Xy]]) -> &mut Network {
        self.network(NetworkKind::Heat, id, lines)
    }

    pub(super) fn untraced(&mut self, kind: NetworkKind, id: &str, commune: &str) -> &mut Network {
        let at = Planar {
            territory: self.territory,
            shape: geo::Point::new(ORIGIN.0, ORIGIN.1),
        };
        let row = self.network(kind, id, &[]);
        row.shape = Some(NetworkShape::Marker(at));
        row.communes_insee = vec![InseeCode::parse(commune).unwrap()];
        row
    }

    pub(super) fn project(&mut self, id: &str, lines: &[&[Xy]]) -> &mut Project {
        let row = Project {
            name: Some(format!("Projet {id}")),
            shape: Some(ProjectShape::Trace(self.lines(lines))),
            ..Project::default()
        };
        self.push_project(id, row)
    }

    pub(super) fn zone(&mut self, id: &str, rings: &[&[Xy]]) -> &mut Project {
        let row = Project {
            name: Some(format!("Zone {id}")),
            shape: Some(ProjectShape::Zone(self.polygon(rings))),
            ..Project::default()
        };
        self.push_project(id, row)
    }

    fn push_project(&mut self, id: &str, row: Project) -> &mut Project {
        self.edition
            .projects
            .push(identified(Key::new(KeyKind::Project, id), row));
        &mut self.edition.projects.last_mut().unwrap().row
    }

    pub(super) fn area(&mut self, id: &str, rings: &[&[Xy]], links: &[&str]) {
        let row = PriorityArea {
            network_keys: links.iter().map(|l| Key::parse(l).unwrap()).collect(),
            shape: Some(self.polygon(rings)),
            ..PriorityArea::default()
        };
        self.edition
            .priority_areas
            .push(identified(Key::new(KeyKind::PriorityArea, id), row));
    }

    pub(super) fn commune(&mut self, code: &str, rings: &[&[Xy]]) {
        let row = Commune {
            code: InseeCode::parse(code).unwrap(),
            name: format!("Commune {code}"),
            shape: Some(self.polygon(rings)),
        };
        self.edition.communes.push(Sourced {
            source: "main".to_owned(),
            row,
        });
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let bytes = build(&self.edition, &Stamp::default()).expect("the world is sound");
        Snapshot::open(Arc::new(bytes)).expect("what was built opens")
    }
}

pub(super) fn at(territory: Territory, (x, y): Xy) -> Projected {
    Projected {
        territory,
        x: ORIGIN.0 + x,
        y: ORIGIN.1 + y,
    }
}

fn ring(positions: &[Xy]) -> LineString<f64> {
    positions
        .iter()
        .map(|(x, y)| (ORIGIN.0 + x, ORIGIN.1 + y))
        .collect()
}

/// A square from its lower left corner.
pub(super) fn square(x: f64, y: f64, side: f64) -> [Xy; 5] {
    [
        (x, y),
        (x + side, y),
        (x + side, y + side),
        (x, y + side),
        (x, y),
    ]
}

/// The verdict at a position, about heat.
pub(super) fn ask(snapshot: &Snapshot, position: Xy) -> Verdict<'_> {
    ask_about(snapshot, position, Service::Heat)
}

pub(super) fn ask_about(snapshot: &Snapshot, position: Xy, service: Service) -> Verdict<'_> {
    assess_at(
        &snapshot.view(),
        at(Territory::Mainland, position),
        service,
        None,
    )
}

/// Type, distance and key, in short.
pub(super) fn short<'a>(verdict: &Verdict<'a>) -> (&'static str, Option<u32>, Option<&'a str>) {
    (
        verdict.kind.as_str(),
        verdict.distance_m,
        verdict.network.map(|network| network.key),
    )
}
