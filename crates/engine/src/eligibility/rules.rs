//! The decision table of the national service, first match wins, and what we do better on purpose: one network speaks
//! for the whole answer, a priority area without usable link takes the network that distance would match, cooling is
//! answered apart.

use super::nearby::{Found, Nearby};
use super::{Service, Thresholds, Verdict, VerdictType};
use crate::crs::{LonLat, Projected};
use crate::network::InseeCode;
use crate::snapshot::{RowId, View};

/// What fired, and about which row.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Decision {
    kind: VerdictType,
    row: Option<RowId>,
    distance_m: Option<u32>,
}

impl Decision {
    fn new(kind: VerdictType, row: Option<RowId>, distance_m: Option<u32>) -> Self {
        Self {
            kind,
            row,
            distance_m,
        }
    }

    fn at(kind: VerdictType, found: Found) -> Self {
        Self::new(kind, Some(found.row), Some(found.distance_m()))
    }
}

/// The verdict for a place. `citycode` names the commune where no outline does.
pub(crate) fn assess<'a>(
    view: &View<'a>,
    place: LonLat,
    service: Service,
    citycode: Option<&'a InseeCode>,
    release: Option<u32>,
) -> Verdict<'a> {
    let at = Projected::from_lonlat(place);
    Verdict {
        release,
        point: place,
        ..assess_at(view, at, service, citycode)
    }
}

/// The verdict for a position of a legal projection: neither its release nor its point are told.
pub(super) fn assess_at<'a>(
    view: &View<'a>,
    at: Projected,
    service: Service,
    citycode: Option<&'a InseeCode>,
) -> Verdict<'a> {
    let near = Nearby::look(view, at, citycode);
    let decision = match service {
        Service::Heat => in_priority_area(view, &near)
            .or_else(|| by_distance(view, &near))
            .or_else(|| untraced(view, near.untraced_heat)),
        Service::Cold => cold_by_distance(&near).or_else(|| untraced(view, near.untraced_cold)),
    }
    .unwrap_or(Decision::new(VerdictType::TooFar, None, None));
    let paris = decision.distance_m.is_some()
        && decision
            .row
            .is_some_and(|row| view.is_paris(row) && !view.is_project(row));
    Verdict {
        kind: decision.kind,
        eligible: decision.kind.is_eligible(),
        distance_m: decision.distance_m,
        rule: decision.kind.rule(),
        release: None,
        point: LonLat { lon: 0.0, lat: 0.0 },
        address: None,
        network: decision.row.and_then(|row| view.matched(row)),
        facts: near.facts(view),
        thresholds: if paris {
            Thresholds::PARIS
        } else {
            Thresholds::DEFAULT
        },
    }
}

/// Rule 1. Areas with a usable link come first, then the one whose linked network is nearest, then the smallest key.
fn in_priority_area(view: &View<'_>, near: &Nearby<'_>) -> Option<Decision> {
    if near.areas.is_empty() {
        return None;
    }
    let mut best: Option<(f64, Decision)> = None;
    for &area in &near.areas {
        if let Some(linked) = linked(view, area, near)
            && best.is_none_or(|(square_m2, _)| linked.0 < square_m2)
        {
            best = Some(linked);
        }
    }
    if let Some((_, decision)) = best {
        return Some(decision);
    }
    let without_link = by_distance(view, near);
    Some(match without_link {
        Some(decision) if decision.kind.is_future() => Decision {
            kind: VerdictType::PriorityAreaFuture,
            ..decision
        },
        Some(decision) => Decision {
            kind: VerdictType::PriorityAreaExisting,
            ..decision
        },
        None => Decision::new(VerdictType::PriorityAreaExisting, None, None),
    })
}

/// What the networks and projects linked to an area give, open or not and however far; `None` without usable link. The
/// number orders areas: the square of the distance, nothing inside a zone.
fn linked(view: &View<'_>, area: RowId, near: &Nearby<'_>) -> Option<(f64, Decision)> {
    let links = || view.links(area).iter().map(|row| row.get());
    if let Some(zone) = links().find(|row| near.zones.contains(row)) {
        let decision = Decision::new(VerdictType::PriorityAreaFuture, Some(zone), None);
        return Some((0.0, decision));
    }
    let mut nearest: [Option<Found>; 2] = [None, None];
    for row in links() {
        if let Some(found) = view.distance_to(row, near.at) {
            let slot = &mut nearest[usize::from(view.is_project(row))];
            if slot.is_none_or(|known| found.square_m2 < known.square_m2) {
                *slot = Some(Found {
                    row,
                    square_m2: found.square_m2,
                });
            }
        }
    }
    let (kind, found) = match nearest {
        [Some(heat), Some(project)] if project.square_m2 < heat.square_m2 => {
            (VerdictType::PriorityAreaFuture, project)
        }
        [Some(heat), _] => (VerdictType::PriorityAreaExisting, heat),
        [None, Some(project)] => (VerdictType::PriorityAreaFuture, project),
        [None, None] => return None,
    };
    Some((found.square_m2, Decision::at(kind, found)))
}

/// Rules 2 to 8.
fn by_distance(view: &View<'_>, near: &Nearby<'_>) -> Option<Decision> {
    use VerdictType::{
        ExistingClose, ExistingFar, ExistingVeryClose, FutureClose, FutureFar, FutureVeryClose,
        FutureZone,
    };
    let heat_limits = match near.heat {
        Some(heat) if view.is_paris(heat.row) => Thresholds::PARIS,
        _ => Thresholds::DEFAULT,
    };
    let project_limits = Thresholds::DEFAULT;
    let heat = |limit_m, kind| within(near.heat, limit_m, kind);
    let project = |limit_m, kind| within(near.project, limit_m, kind);
    let zone = near.zones.iter().copied().find(|row| view.is_open(*row));
    heat(heat_limits.very_close_m, ExistingVeryClose)
        .or_else(|| project(project_limits.very_close_m, FutureVeryClose))
        .or_else(|| zone.map(|row| Decision::new(FutureZone, Some(row), None)))
        .or_else(|| heat(heat_limits.close_m, ExistingClose))
        .or_else(|| project(project_limits.close_m, FutureClose))
        .or_else(|| heat(heat_limits.far_m, ExistingFar))
        .or_else(|| project(project_limits.far_m, FutureFar))
}

/// Rules 2, 5 and 7 for cooling: priority areas and projects don't enter.
fn cold_by_distance(near: &Nearby<'_>) -> Option<Decision> {
    let limits = Thresholds::DEFAULT;
    within(
        near.cold,
        limits.very_close_m,
        VerdictType::ExistingVeryClose,
    )
    .or_else(|| within(near.cold, limits.close_m, VerdictType::ExistingClose))
    .or_else(|| within(near.cold, limits.far_m, VerdictType::ExistingFar))
}

/// Rule 9: an open network of the commune whose trace is unknown.
fn untraced(view: &View<'_>, row: Option<RowId>) -> Option<Decision> {
    row.filter(|row| view.is_open(*row))
        .map(|row| Decision::new(VerdictType::UntracedInCommune, Some(row), None))
}

fn within(found: Option<Found>, limit_m: u32, kind: VerdictType) -> Option<Decision> {
    found
        .filter(|found| found.distance_m() <= limit_m)
        .map(|found| Decision::at(kind, found))
}
