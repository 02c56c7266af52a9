//! Bytes to rows and answers.

use super::format::{Directory, Kind};
use super::row::Row;
use super::view::{RowId, View};
use super::{SnapshotError, Stamp, TreeRole};
use crate::crs::{LonLat, Projected, Territory};
use crate::eligibility::{CommuneFact, Service, Verdict, assess};
use crate::network::{InseeCode, Layer};
use crate::proximity::{FixedBox, hilbert};
use std::sync::Arc;

/// Bytes somebody else keeps alive: a mapped file, an upload, a vector.
pub type SharedBytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// A box of degrees.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Bounds {
    /// Westernmost longitude.
    pub west: f64,
    /// Southernmost latitude.
    pub south: f64,
    /// Easternmost longitude.
    pub east: f64,
    /// Northernmost latitude.
    pub north: f64,
}

impl Bounds {
    /// Whether the two share a position.
    pub fn meets(&self, other: &Self) -> bool {
        self.west <= other.east
            && other.west <= self.east
            && self.south <= other.north
            && other.south <= self.north
    }
}

/// The position of a network's pipes that is nearest to a place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Foot {
    /// Where.
    pub place: LonLat,
    /// How far, metres, not rounded.
    pub distance_m: f64,
}

/// An open snapshot. Cheap to clone.
#[derive(Clone)]
pub struct Snapshot {
    bytes: SharedBytes,
    directory: Arc<Directory>,
    stamp: Arc<Stamp>,
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot")
            .field("stamp", &self.stamp)
            .finish_non_exhaustive()
    }
}

impl Snapshot {
    /// Opens a snapshot: header, directory and length are checked here, blocks by [`Snapshot::verify`]. Whatever the
    /// bytes of the blocks, reading them never panics.
    pub fn open(bytes: SharedBytes) -> Result<Self, SnapshotError> {
        let file: &[u8] = (*bytes).as_ref();
        let directory = Directory::read(file)?;
        let stamp = serde_json::from_slice(directory.block(file, Kind::Stamp)).map_err(|_bad| {
            SnapshotError::Corrupt {
                part: Kind::Stamp.name().to_owned(),
            }
        })?;
        Ok(Self {
            directory: Arc::new(directory),
            stamp: Arc::new(stamp),
            bytes,
        })
    }

    /// Checks every block against its checksum.
    pub fn verify(&self) -> Result<(), SnapshotError> {
        self.directory.verify((*self.bytes).as_ref())
    }

    /// The release it is of.
    pub fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    /// Its length in bytes.
    pub fn byte_length(&self) -> usize {
        (*self.bytes).as_ref().len()
    }

    pub(crate) fn view(&self) -> View<'_> {
        View::new(&self.directory, (*self.bytes).as_ref())
    }

    /// The verdict for a place.
    pub fn assess(&self, place: LonLat, service: Service) -> Verdict<'_> {
        self.assess_with(place, service, None)
    }

    /// The verdict for a place whose commune the geocoder said: used where no outline contains the point.
    pub fn assess_with<'a>(
        &'a self,
        place: LonLat,
        service: Service,
        citycode: Option<&'a InseeCode>,
    ) -> Verdict<'a> {
        assess(&self.view(), place, service, citycode, self.stamp.release)
    }

    /// Every row of a layer, sorted by key (communes by code); none for the regulatory tables, whose figures are with
    /// the networks.
    pub fn rows(&self, layer: Layer) -> impl ExactSizeIterator<Item = Row<'_>> {
        let view = self.view();
        let range = view.layer(layer);
        (range.start as usize..range.end as usize).map(move |row| {
            Row::at(view, row as RowId).expect("a layer's range is within the rows")
        })
    }

    /// The network, project or priority area of this key.
    pub fn row(&self, key: &str) -> Option<Row<'_>> {
        let view = self.view();
        Row::at(view, view.find(key)?)
    }

    /// Networks that bear this SNCU id, whatever its case; heat first.
    pub fn networks_with_id(&self, id: &str) -> impl Iterator<Item = Row<'_>> {
        let wanted = id.trim().to_uppercase();
        [
            Layer::Heat,
            Layer::HeatUntraced,
            Layer::Cold,
            Layer::ColdUntraced,
        ]
        .into_iter()
        .flat_map(|layer| self.rows(layer))
        .filter(move |row| row.id() == Some(wanted.as_str()))
    }

    /// The commune of this INSEE code; arrondissements of Paris, Lyon and Marseille lead to their commune.
    pub fn commune(&self, code: &str) -> Option<Row<'_>> {
        let code = InseeCode::parse(code)?.commune_of_arrondissement();
        let view = self.view();
        Row::at(view, view.commune(code.as_str())?)
    }

    /// The commune whose outline contains the place; of two that share the boundary, the smaller code.
    pub fn commune_at(&self, place: LonLat) -> Option<CommuneFact<'_>> {
        let view = self.view();
        crate::eligibility::commune_at(&view, Projected::from_lonlat(place))
    }

    /// Rows of a layer that are in `bounds`: pipes near enough to be in it, boxes of polygons and markers that meet it.
    /// Sorted by key.
    pub fn within(&self, layer: Layer, bounds: Bounds) -> Vec<Row<'_>> {
        let view = self.view();
        let roles: &[TreeRole] = match layer {
            Layer::Heat => &[
                TreeRole::HeatOpen,
                TreeRole::HeatClosed,
                TreeRole::ProjectZones,
            ],
            Layer::Cold => &[
                TreeRole::ColdOpen,
                TreeRole::ColdClosed,
                TreeRole::ProjectZones,
            ],
            Layer::Projects => &[
                TreeRole::ProjectOpen,
                TreeRole::ProjectClosed,
                TreeRole::ProjectZones,
            ],
            Layer::PriorityAreas => &[TreeRole::PriorityAreas],
            Layer::Communes => &[TreeRole::Communes],
            Layer::HeatUntraced | Layer::ColdUntraced => &[TreeRole::Markers],
            Layer::Regulatory => &[],
        };
        let mut found = Vec::new();
        for territory in Territory::ALL {
            let window = window(territory, bounds);
            for role in roles {
                view.rows_meeting(*role, territory, &window, &mut found);
            }
        }
        found.sort_unstable();
        found.dedup();
        found
            .into_iter()
            .filter_map(|row| Row::at(view, row))
            .filter(|row| row.layer() == layer)
            .filter(|row| row.bounds().is_some_and(|own| own.meets(&bounds)))
            .collect()
    }

    /// Where a place falls along a curve over the globe, in cells of about 600 by 300 metres: a long list of places sorted
    /// by it is answered quicker, each finding at hand what the one before it needed.
    #[allow(clippy::unused_self)] // the order that suits this snapshot's indexes
    pub fn along_curve(&self, place: LonLat) -> u32 {
        let x = (place.lon + 180.0) / 360.0 * 65_535.0;
        let y = (place.lat + 90.0) / 180.0 * 65_535.0;
        hilbert(x as u16, y as u16)
    }

    /// The position of this row's pipes that is nearest to a place, wherever it is; `None` for zones, untraced networks
    /// and places of another territory.
    pub fn foot(&self, key: &str, place: LonLat) -> Option<Foot> {
        let view = self.view();
        let (foot, distance_m) = view.foot(view.find(key)?, Projected::from_lonlat(place))?;
        Some(Foot {
            place: foot.to_lonlat(),
            distance_m,
        })
    }
}

/// A box of a projection around a box of degrees: positions along its sides, and a margin for their curvature.
fn window(territory: Territory, bounds: Bounds) -> FixedBox {
    const STEPS: u32 = 8;
    let along =
        |from: f64, to: f64, step: u32| from + (to - from) * f64::from(step) / f64::from(STEPS);
    let positions = (0..=STEPS).flat_map(|i| {
        (0..=STEPS).map(move |j| {
            let place = LonLat {
                lon: along(bounds.west, bounds.east, i),
                lat: along(bounds.south, bounds.north, j),
            };
            Projected::in_territory(territory, place)
        })
    });
    // Between two positions a side bends by less than an eighth of their distance.
    let corners: Vec<(f64, f64)> = positions.map(|p| (p.x, p.y)).collect();
    let span = |of: fn(&(f64, f64)) -> f64| {
        let (low, high) = corners
            .iter()
            .map(of)
            .fold((f64::INFINITY, -f64::INFINITY), |(l, h), v| {
                (l.min(v), h.max(v))
            });
        (high - low).max(0.0) / f64::from(STEPS)
    };
    let (margin_x, margin_y) = (span(|p| p.0), span(|p| p.1));
    FixedBox::around(
        corners
            .iter()
            .flat_map(|(x, y)| [(x - margin_x, y - margin_y), (x + margin_x, y + margin_y)]),
    )
}
