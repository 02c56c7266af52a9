//! One row of each table, as read: attributes with their units in the names, geometry in the legal projection.

use super::{Figures, InseeCode, SncuId};
use crate::crs::Planar;
use geo::{MultiLineString, MultiPolygon, Point};
use serde::{Deserialize, Serialize};

/// What a network carries.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum NetworkKind {
    /// Réseau de chaleur.
    #[default]
    Heat,
    /// Réseau de froid.
    Cold,
}

/// Where a network is.
#[derive(Debug, Clone, PartialEq)]
pub enum NetworkShape {
    /// Its pipes.
    Trace(Planar<MultiLineString<f64>>),
    /// Its trace is unknown: one marker point.
    Marker(Planar<Point<f64>>),
    /// Its pipes are somewhere in this area: their line is not published.
    Area(Planar<MultiPolygon<f64>>),
}

/// A heat or cold network in service. Everything but `kind`, the open flag and the shape may be unknown.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Network {
    /// Heat or cold.
    pub kind: NetworkKind,
    /// National identifier.
    pub sncu_id: Option<SncuId>,
    /// Number of the national service, unique within its file's table.
    pub id_fcu: Option<i64>,
    /// Name.
    pub name: Option<String>,
    /// Names of the communes served, as given.
    pub communes: Vec<String>,
    /// INSEE codes of the communes served: given, or resolved from the names.
    pub communes_insee: Vec<InseeCode>,
    /// Department(s) as given (`Essonne, Hauts-de-Seine`).
    pub department: Option<String>,
    /// Region as given.
    pub region: Option<String>,
    /// Maître d'ouvrage.
    pub owner: Option<String>,
    /// Gestionnaire.
    pub operator: Option<String>,
    /// Whether its PDP carries the obligation.
    pub classified: Option<bool>,
    /// Whether new buildings are taken; a file without the column means open (`None`).
    pub open_flag: Option<bool>,
    /// Year of creation.
    pub creation_year: Option<i32>,
    /// Declared length, kilometres.
    pub declared_length_km: Option<f64>,
    /// Delivery points (`nb_pdl`).
    pub delivery_points: Option<i64>,
    /// The figures in force: the file's, overlaid by the regulatory tables.
    pub figures: Figures,
    /// The figures as the network file gave them.
    pub declared_figures: Figures,
    /// Year of the regulatory table that set `figures`, when one did.
    pub figures_year: Option<u16>,
    /// Mean price, € TTC/MWh (`PM`).
    pub price_mean_eur_per_mwh: Option<f64>,
    /// Variable part of the price, percent (`PV%`).
    pub price_variable_part_pct: Option<f64>,
    /// Fixed part of the price, percent (`PF%`).
    pub price_fixed_part_pct: Option<f64>,
    /// Mean price for housing, € TTC/MWh (`PM_L`).
    pub price_housing_eur_per_mwh: Option<f64>,
    /// Mean price for services, € TTC/MWh (`PM_T`).
    pub price_services_eur_per_mwh: Option<f64>,
    /// Efficiency, percent (`Rend%`).
    pub efficiency_pct: Option<f64>,
    /// Development of the network, percent (`Dev_reseau%`).
    pub development_pct: Option<f64>,
    /// Total production, MWh a year.
    pub production_total_mwh: Option<f64>,
    /// Production by source, MWh a year, in the order of [`super::ENERGY_SOURCES`]; empty when the file has none.
    pub production_mwh: Vec<Option<f64>>,
    /// Total installed power, MW.
    pub power_total_mw: Option<f64>,
    /// Power by source, MW, in the order of [`super::ENERGY_SOURCES`]; empty when the file has none.
    pub power_mw: Vec<Option<f64>>,
    /// Total deliveries, MWh a year.
    pub deliveries_total_mwh: Option<f64>,
    /// Deliveries by sector, MWh a year, in the order of [`super::DELIVERY_SECTORS`]; empty when the file has none.
    pub deliveries_mwh: Vec<Option<f64>>,
    /// Carries hot water (`eau_chaude`), as given.
    pub hot_water: Option<String>,
    /// Carries superheated water (`eau_surchauffee`), as given.
    pub superheated_water: Option<String>,
    /// Carries steam (`vapeur`), as given.
    pub steam: Option<String>,
    /// Pipes or marker; `None` only while being read.
    #[serde(skip)]
    pub shape: Option<NetworkShape>,
}

impl Network {
    /// Whether new buildings are taken.
    pub fn is_open(&self) -> bool {
        self.open_flag.unwrap_or(true)
    }

    /// The pipes, when known.
    pub fn trace(&self) -> Option<&Planar<MultiLineString<f64>>> {
        match &self.shape {
            Some(NetworkShape::Trace(trace)) => Some(trace),
            _ => None,
        }
    }

    /// Whether one knows where its pipes are, to the line or within an area.
    pub fn is_traced(&self) -> bool {
        matches!(
            self.shape,
            Some(NetworkShape::Trace(_) | NetworkShape::Area(_))
        )
    }
}

/// Where a project will be.
#[derive(Debug, Clone, PartialEq)]
pub enum ProjectShape {
    /// Future pipes.
    Trace(Planar<MultiLineString<f64>>),
    /// A zone to be served.
    Zone(Planar<MultiPolygon<f64>>),
    /// Future pipes are somewhere in this area: their line is not published. No zone: being inside is being at 0 m.
    Area(Planar<MultiPolygon<f64>>),
}

/// A network under construction.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Project {
    /// National identifier, rarely known.
    pub sncu_id: Option<SncuId>,
    /// Number of the national service, unique within its file's table.
    pub id_fcu: Option<i64>,
    /// Name (`nom_reseau`).
    pub name: Option<String>,
    /// Names of the communes, as given.
    pub communes: Vec<String>,
    /// INSEE codes: given, or resolved.
    pub communes_insee: Vec<InseeCode>,
    /// Department(s) as given.
    pub department: Option<String>,
    /// Region as given.
    pub region: Option<String>,
    /// Maître d'ouvrage.
    pub owner: Option<String>,
    /// Gestionnaire.
    pub operator: Option<String>,
    /// Commissioning, as given (`2027`, `12/2026`).
    pub commissioning: Option<String>,
    /// Whether new buildings are taken.
    pub open_flag: Option<bool>,
    /// Lines or polygons; `None` only while being read.
    #[serde(skip)]
    pub shape: Option<ProjectShape>,
}

impl Project {
    /// Whether new buildings are taken.
    pub fn is_open(&self) -> bool {
        self.open_flag.unwrap_or(true)
    }
}

/// A périmètre de développement prioritaire. Its SNCU ids are links to networks, never its identity.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct PriorityArea {
    /// Number of the national service, unique within its file's table.
    pub id_fcu: Option<i64>,
    /// SNCU id(s) of the linked network(s).
    pub network_sncu_ids: Vec<SncuId>,
    /// `id_fcu` of linked heat networks (`reseau_de_chaleur_ids`).
    pub heat_id_fcus: Vec<i64>,
    /// `id_fcu` of linked projects (`reseau_en_construction_ids`).
    pub project_id_fcus: Vec<i64>,
    /// Keys of the linked networks and projects: resolved from the three lists above when the edition is assembled.
    pub network_keys: Vec<super::Key>,
    /// Name, when given.
    pub name: Option<String>,
    /// Names of the communes, as given.
    pub communes: Vec<String>,
    /// INSEE codes: given, or resolved.
    pub communes_insee: Vec<InseeCode>,
    /// Department(s) as given.
    pub department: Option<String>,
    /// Region as given.
    pub region: Option<String>,
    /// The perimeter; `None` only while being read.
    #[serde(skip)]
    pub shape: Option<Planar<MultiPolygon<f64>>>,
}

/// A commune's outline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Commune {
    /// INSEE code.
    pub code: InseeCode,
    /// Name.
    pub name: String,
    /// The outline; `None` only while being read.
    #[serde(skip)]
    pub shape: Option<Planar<MultiPolygon<f64>>>,
}
