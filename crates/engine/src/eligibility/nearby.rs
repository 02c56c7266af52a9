//! What is around the point, before any rule: the nearest of each kind, what contains it, its commune.

use super::{
    CommuneFact, Facts, NearestNetwork, NearestProject, PriorityAreaFact, Thresholds,
    UntracedNetwork,
};
use crate::crs::Projected;
use crate::network::InseeCode;
use crate::snapshot::{RowId, TreeRole, View};
use smallvec::SmallVec;

/// Nothing at this square distance (square metres) or beyond rounds to 1000 m or less.
const BEYOND_M2: f64 = 1000.5 * 1000.5;

/// A row and how far it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Found {
    pub(super) row: RowId,
    pub(super) square_m2: f64,
}

impl Found {
    /// The distance rounded to the metre, half away from zero.
    pub(super) fn distance_m(self) -> u32 {
        self.square_m2.sqrt().round() as u32
    }

    fn nearer(a: Option<Self>, b: Option<Self>) -> Option<Self> {
        match (a, b) {
            (Some(a), Some(b)) => {
                let b_first = (b.square_m2, b.row) < (a.square_m2, a.row);
                Some(if b_first { b } else { a })
            }
            (a, b) => a.or(b),
        }
    }
}

/// All that the rules look at.
#[derive(Debug)]
pub(super) struct Nearby<'a> {
    pub(super) at: Projected,
    pub(super) heat: Option<Found>,
    heat_closed: Option<Found>,
    pub(super) cold: Option<Found>,
    cold_closed: Option<Found>,
    pub(super) project: Option<Found>,
    project_closed: Option<Found>,
    /// Zones of projects that contain the point, by key.
    pub(super) zones: SmallVec<[RowId; 2]>,
    /// Priority areas that contain the point, by key.
    pub(super) areas: SmallVec<[RowId; 2]>,
    commune: Option<CommuneFact<'a>>,
    pub(super) untraced_heat: Option<RowId>,
    pub(super) untraced_cold: Option<RowId>,
}

/// The commune whose outline contains the position; of several, the smallest code.
pub(crate) fn commune_at<'a>(view: &View<'a>, at: Projected) -> Option<CommuneFact<'a>> {
    let commune = view.first_containing(TreeRole::Communes, at);
    commune.map(|row| CommuneFact {
        code: view.key(row),
        name: view.name(row),
    })
}

impl<'a> Nearby<'a> {
    pub(super) fn look(view: &View<'a>, at: Projected, citycode: Option<&'a InseeCode>) -> Self {
        let containing = |role| {
            let mut rows: SmallVec<[RowId; 2]> = SmallVec::new();
            view.containing(role, at, |row| rows.push(row));
            rows.sort_unstable();
            rows
        };
        let mut zones = containing(TreeRole::ProjectZones);
        // The point is in the area that stands for these pipes, which is being at 0 m of them.
        let mut around: SmallVec<[(TreeRole, RowId); 2]> = SmallVec::new();
        zones.retain(|row| {
            let role = view.role_of_area(*row);
            around.extend(role.map(|role| (role, *row)));
            role.is_none()
        });
        let nearest = |role, less_than_m2| {
            let around = around.iter().find(|(of, _)| *of == role);
            let around = around.map(|(_, row)| Found {
                row: *row,
                square_m2: 0.0,
            });
            let pipe = view.nearest(role, at, less_than_m2).map(|nearest| Found {
                row: nearest.owner,
                square_m2: nearest.square_m2,
            });
            Found::nearer(pipe, around)
                .filter(|found| found.distance_m() <= Thresholds::DEFAULT.far_m)
        };
        // A closed one is told only when it is no farther than the open one.
        let closed = |role, open: Option<Found>| {
            nearest(
                role,
                open.map_or(BEYOND_M2, |open| open.square_m2.next_up()),
            )
        };
        let heat = nearest(TreeRole::HeatOpen, BEYOND_M2);
        let cold = nearest(TreeRole::ColdOpen, BEYOND_M2);
        let project = nearest(TreeRole::ProjectOpen, BEYOND_M2);
        let commune = commune_at(view, at).or_else(|| {
            citycode.map(|code| CommuneFact {
                code: code.commune_code(),
                name: view
                    .commune(code.commune_code())
                    .and_then(|row| view.name(row)),
            })
        });
        let untraced = |cold| commune.and_then(|commune| view.untraced(commune.code, cold));
        Self {
            at,
            heat,
            heat_closed: closed(TreeRole::HeatClosed, heat),
            cold,
            cold_closed: closed(TreeRole::ColdClosed, cold),
            project,
            project_closed: closed(TreeRole::ProjectClosed, project),
            zones,
            areas: containing(TreeRole::PriorityAreas),
            commune,
            untraced_heat: untraced(false),
            untraced_cold: untraced(true),
        }
    }

    /// What is true of the place whatever the verdict.
    pub(super) fn facts(&self, view: &View<'a>) -> Facts<'a> {
        let network = |found: Found| NearestNetwork {
            key: view.key(found.row),
            id: view.id(found.row),
            distance_m: found.distance_m(),
            open_to_connections: view.is_open(found.row),
        };
        Facts {
            commune: self.commune,
            nearest_heat: Found::nearer(self.heat, self.heat_closed).map(network),
            nearest_project: Found::nearer(self.project, self.project_closed).map(|found| {
                NearestProject {
                    key: view.key(found.row),
                    distance_m: found.distance_m(),
                    open_to_connections: view.is_open(found.row),
                }
            }),
            project_zones: self.zones.iter().map(|row| view.key(*row)).collect(),
            priority_areas: self
                .areas
                .iter()
                .map(|row| PriorityAreaFact {
                    key: view.key(*row),
                    id: view.id(*row),
                    network_keys: view.link_keys(*row),
                })
                .collect(),
            untraced_heat: self.untraced_heat.map(|row| UntracedNetwork {
                key: view.key(row),
                id: view.id(row),
                open_to_connections: view.is_open(row),
            }),
            nearest_cold: Found::nearer(self.cold, self.cold_closed).map(network),
        }
    }
}
