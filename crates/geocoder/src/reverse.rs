//! Which addresses are nearest to this point? Exact: boxes are walked from the nearest on until
//! nothing nearer can be left.

use std::collections::BinaryHeap;

use crate::geocoder::{Geocoder, StreetRef, View};
use crate::index::global::{CommuneRef, communes_of_postcode};
use crate::index::tree::{self, Metric};
use crate::projection::LonLat;
use crate::search::hit::{Hit, describe};
use crate::search::rank::Place;
use crate::search::{Filters, PlaceKind};
use crate::source::territory::whole_city;
use crate::text::NameKey;

/// Metres in 10⁻⁷ degree of latitude, on the mean sphere of [`LonLat::distance_m`].
const METRES_PER_E7: f64 = 6_371_008.8 * std::f64::consts::PI / 180.0 / 1e7;

/// A point to find the address of.
#[derive(Clone, Copy, Debug)]
pub struct ReverseRequest<'a> {
    /// The point.
    pub point: LonLat,
    /// Most answers wanted, 1 to 100.
    pub limit: usize,
    /// What answers must be. Without a kind: house numbers, and places that have none.
    pub filters: Filters<'a>,
    /// Distance past which nothing is an answer, metres; none for no limit.
    pub radius_m: Option<f64>,
}

impl ReverseRequest<'_> {
    /// The nearest address, however far.
    pub fn new(point: LonLat) -> Self {
        Self {
            point,
            limit: 1,
            filters: Filters::default(),
            radius_m: None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Near {
    squared: f64,
    place: (u16, u32, u32),
    kind: PlaceKind,
}

impl Eq for Near {}

impl PartialOrd for Near {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Near {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.squared
            .total_cmp(&other.squared)
            .then(self.place.cmp(&other.place))
    }
}

impl<D: AsRef<[u8]> + Send + Sync> Geocoder<D> {
    /// The nearest places, nearest first. Their score is 1 − min(1, metres/10 000).
    pub fn reverse(&self, request: &ReverseRequest<'_>) -> Vec<Hit> {
        reverse(&self.view(), request)
    }
}

fn reverse(view: &View<'_>, request: &ReverseRequest<'_>) -> Vec<Hit> {
    let LonLat { lon, lat } = request.point;
    if !lon.is_finite() || !lat.is_finite() || lon.abs() > 180.0 || lat.abs() > 90.0 {
        return Vec::new();
    }
    let metric = Metric::around(lon, lat);
    let reach = request.radius_m.map_or(f64::INFINITY, |r| {
        (r.max(0.0) * 1.001 / METRES_PER_E7).powi(2)
    });
    let limit = request.limit.clamp(1, 100);
    let filter = Filter::new(view, &request.filters);
    // The worst of the best on top.
    let mut best: BinaryHeap<Near> = BinaryHeap::new();
    let by_commune = request.filters.kind == Some(PlaceKind::Municipality);
    tree::nearest(view.tree, metric, |street| {
        let at = view.street_ref(street);
        if filter.passes(view, at) {
            offer_street(view, at, metric, request.filters.kind, &mut |near| {
                if near.squared > reach {
                    return;
                }
                if by_commune
                    && let Some(known) = best.iter().find(|b| b.place == near.place).copied()
                {
                    if near.squared < known.squared {
                        best.retain(|b| b.place != near.place);
                        best.push(near);
                    }
                    return;
                }
                best.push(near);
                if best.len() > limit {
                    best.pop();
                }
            });
        }
        if best.len() < limit {
            reach
        } else {
            best.peek().map_or(reach, |b| b.squared)
        }
    });
    let mut hits: Vec<Hit> = best
        .into_sorted_vec()
        .into_iter()
        .map(|near| hit(view, request.point, near))
        .collect();
    if let Some(radius) = request.radius_m {
        hits.retain(|h| h.distance_m.is_some_and(|d| d <= radius));
    }
    hits
}

fn hit(view: &View<'_>, point: LonLat, near: Near) -> Hit {
    let at = StreetRef {
        segment: near.place.0,
        street: near.place.1,
    };
    let place = match (near.kind, near.place.2) {
        (PlaceKind::Municipality, _) => Place::Commune(CommuneRef {
            segment: near.place.0,
            commune: near.place.1 as u16,
        }),
        (PlaceKind::HouseNumber, n) => Place::Number(at, n),
        _ => Place::Street(at),
    };
    let mut hit = describe(view, place);
    // A street or commune is as near as its nearest number.
    let distance = if near.kind == PlaceKind::HouseNumber
        || near.place.2 == u32::MAX && near.kind == PlaceKind::Locality
    {
        point.distance_m(hit.position)
    } else {
        near.squared.sqrt() * METRES_PER_E7
    };
    hit.distance_m = Some(distance);
    hit.score = 1.0 - (distance / 10_000.0).min(1.0);
    hit.confidence = hit.score;
    hit
}

fn offer_street(
    view: &View<'_>,
    at: StreetRef,
    metric: Metric,
    kind: Option<PlaceKind>,
    offer: &mut impl FnMut(Near),
) {
    let segment = view.segment(at.segment);
    let street = segment.street(at.street);
    let own = metric.to_point(street.lon_e7, street.lat_e7);
    let has_numbers = street.numbers.0 < street.numbers.1;
    let nearest = || {
        segment
            .numbers(&street)
            .map(|n| metric.to_point(n.lon_e7, n.lat_e7))
            .fold(f64::INFINITY, f64::min)
    };
    match kind {
        None | Some(PlaceKind::HouseNumber) if has_numbers => {
            for n in segment.numbers(&street) {
                let squared = metric.to_point(n.lon_e7, n.lat_e7);
                offer(Near {
                    squared,
                    place: (at.segment, at.street, n.index),
                    kind: PlaceKind::HouseNumber,
                });
            }
        }
        Some(PlaceKind::Municipality) => {
            let squared = if has_numbers { nearest() } else { own };
            offer(Near {
                squared,
                place: (at.segment, u32::from(street.commune), u32::MAX),
                kind: PlaceKind::Municipality,
            });
        }
        Some(PlaceKind::Street) if !street.is_place => {
            let squared = if has_numbers { nearest() } else { own };
            offer(Near {
                squared,
                place: (at.segment, at.street, u32::MAX),
                kind: PlaceKind::Street,
            });
        }
        Some(PlaceKind::HouseNumber | PlaceKind::Street) => {}
        Some(PlaceKind::Locality) if !street.is_place => {}
        None | Some(PlaceKind::Locality) => {
            let kind = if street.is_place {
                PlaceKind::Locality
            } else {
                PlaceKind::Street
            };
            offer(Near {
                squared: own,
                place: (at.segment, at.street, u32::MAX),
                kind,
            });
        }
    }
}

/// The filters, resolved once.
struct Filter {
    communes: Option<Vec<CommuneRef>>,
    postcode: Option<u32>,
}

impl Filter {
    fn new(view: &View<'_>, filters: &Filters<'_>) -> Self {
        let postcode = filters
            .postcode
            .map(|p| p.trim().parse().unwrap_or(u32::MAX));
        let mut communes: Option<Vec<CommuneRef>> =
            postcode.map(|p| communes_of_postcode(view.postcodes, p).collect());
        let mut narrow = |set: Vec<CommuneRef>| match &mut communes {
            Some(known) => known.retain(|c| set.contains(c)),
            None => communes = Some(set),
        };
        if let Some(code) = filters.citycode {
            let code = code.trim();
            let parts = (0..view.segment_count()).flat_map(|segment| {
                let s = view.segment(segment);
                (0..s.commune_count())
                    .filter(move |&c| {
                        let own = s.commune(c).citycode;
                        own == code || whole_city(own).is_some_and(|(whole, _)| whole == code)
                    })
                    .map(move |c| CommuneRef {
                        segment,
                        commune: c as u16,
                    })
            });
            narrow(parts.collect());
        }
        if let Some(name) = filters.city {
            narrow(
                crate::query::area::exact(view, &NameKey::of_name(name))
                    .iter()
                    .map(|c| c.commune)
                    .collect(),
            );
        }
        Self { communes, postcode }
    }

    fn passes(&self, view: &View<'_>, at: StreetRef) -> bool {
        if self.communes.is_none() && self.postcode.is_none() {
            return true;
        }
        let (postcode, commune) = view.segment(at.segment).street_area(at.street);
        self.postcode.is_none_or(|p| p == postcode)
            && self.communes.as_ref().is_none_or(|c| {
                c.contains(&CommuneRef {
                    segment: at.segment,
                    commune,
                })
            })
    }
}
