//! The fields of the open-data files: names, order and decimals of the national service, with their French meaning, and
//! how each is read from a row. A field without decimals here is a whole number or a text there.

use super::network_fields::network_layout;
use super::place_fields::{joined, place_fields};
use crate::table::{Cell, Column, GeometryKind, Kind, Layout, Record, Shape};
use caloduc_engine::ingest::ten_character_names;
use caloduc_engine::network::{
    Edition, Identified, InseeCode, Layer, Network, NetworkKind, NetworkShape, PriorityArea,
    Project, ProjectShape, SncuId,
};

/// One Shapefile of the archive; the two of projects make one GeoJSON file.
#[derive(Debug)]
pub struct OpenTable<'a> {
    /// The GeoJSON file's name, without ending.
    pub geojson: &'static str,
    /// The Shapefile's name, without ending.
    pub shapefile: &'static str,
    /// The geometry type.
    pub geometry: GeometryKind,
    /// The fields; `title` is the one of the dictionary.
    pub columns: Vec<Column>,
    /// The fields' names in the Shapefile, 10 characters at most.
    pub short_names: Vec<String>,
    /// The rows, by key.
    pub records: Vec<Record<'a>>,
    /// What goes beside the fields, one list per row.
    pub beside: Vec<Vec<(&'static str, Cell<'a>)>>,
}

/// The open-data columns most tables have: texts, and numbers with decimals.
pub(super) trait OpenLayout<T> {
    fn text(
        &mut self,
        name: &str,
        title: &str,
        reading: impl for<'a> Fn(&'a T) -> Option<&'a str> + 'static,
    );
    fn number(
        &mut self,
        name: impl Into<String>,
        decimals: i32,
        title: impl Into<String>,
        reading: impl Fn(&T) -> Option<f64> + 'static,
    );
    fn short_names(&self) -> Vec<String>;
}

impl<T> OpenLayout<T> for Layout<T> {
    fn text(
        &mut self,
        name: &str,
        title: &str,
        reading: impl for<'a> Fn(&'a T) -> Option<&'a str> + 'static,
    ) {
        self.add(name, Kind::Text, title, move |row| Cell::text(reading(row)));
    }

    fn number(
        &mut self,
        name: impl Into<String>,
        decimals: i32,
        title: impl Into<String>,
        reading: impl Fn(&T) -> Option<f64> + 'static,
    ) {
        self.add(name, Kind::Real, title, move |row| {
            rounded(reading(row), decimals)
        });
    }

    /// As cut by the writer of the official Shapefiles.
    fn short_names(&self) -> Vec<String> {
        ten_character_names(self.columns.iter().map(|column| column.name.as_str()))
    }
}

/// A table of these rows.
fn table<'a, T: 'a>(
    layout: Layout<T>,
    (geojson, shapefile, geometry): (&'static str, &'static str, GeometryKind),
    rows: impl Iterator<Item = (&'a T, Shape<'a>)>,
    beside: impl Fn(&'a T) -> Vec<(&'static str, Cell<'a>)>,
) -> OpenTable<'a> {
    let (mut records, mut besides) = (Vec::new(), Vec::new());
    for (row, shape) in rows {
        records.push(layout.record(row, shape));
        let known = beside(row).into_iter();
        besides.push(known.filter(|(_, cell)| cell.to_text().is_some()).collect());
    }
    OpenTable {
        geojson,
        shapefile,
        geometry,
        short_names: layout.short_names(),
        columns: layout.columns,
        records,
        beside: besides,
    }
}

/// Half away from zero, as the national service rounds; a whole value stays a whole number.
fn rounded(value: Option<f64>, decimals: i32) -> Cell<'static> {
    let scale = 10_f64.powi(decimals);
    Cell::real(value.map(|value| (value * scale).round() / scale))
}

/// The seven tables, in the order of the archive; more where areas are published instead of traces.
pub fn open_tables(edition: &Edition) -> Vec<OpenTable<'_>> {
    use GeometryKind::{Lines, Point, Polygons};
    let networks = |layer: Layer, geometry: GeometryKind| {
        let rows = edition.networks.iter();
        rows.filter(move |row| Layer::of_network(&row.row) == layer)
            .filter_map(|row| match row.row.shape.as_ref()? {
                NetworkShape::Trace(trace) => Some((row, Shape::Lines(trace))),
                NetworkShape::Marker(marker) => Some((row, Shape::Point(marker))),
                NetworkShape::Area(area) => Some((row, Shape::Polygons(area))),
            })
            .filter(move |(_, shape)| kind_of(*shape) == geometry)
    };
    let projects = |of: Projects| {
        let rows = edition.projects.iter();
        rows.filter_map(move |row| match (of, row.row.shape.as_ref()?) {
            (Projects::Traces, ProjectShape::Trace(trace)) => Some((row, Shape::Lines(trace))),
            (Projects::Zones, ProjectShape::Zone(zone)) => Some((row, Shape::Polygons(zone))),
            (Projects::Areas, ProjectShape::Area(area)) => Some((row, Shape::Polygons(area))),
            _ => None,
        })
    };
    let areas = edition
        .priority_areas
        .iter()
        .filter_map(|row| Some((row, Shape::Polygons(row.row.shape.as_ref()?))));
    let network_table = |(geojson, shapefile), layer, kind, geometry| {
        let layout = network_layout(kind);
        let mut made = table(
            layout,
            (geojson, shapefile, geometry),
            networks(layer, geometry),
            beside_network,
        );
        if kind == NetworkKind::Cold {
            name_cold_power(&mut made.short_names);
        }
        made
    };
    let project_table = |shapefile: &'static str, of, geometry| {
        let names = ("zones_et_reseaux_en_construction", shapefile, geometry);
        table(project_layout(), names, projects(of), beside_project)
    };
    let same = |name: &'static str| (name, name);
    let (heat, cold) = (NetworkKind::Heat, NetworkKind::Cold);
    let mut tables = vec![
        network_table(same("reseaux_de_chaleur"), Layer::Heat, heat, Lines),
        network_table(
            same("reseaux_de_chaleur_sans_traces"),
            Layer::HeatUntraced,
            heat,
            Point,
        ),
        network_table(same("reseaux_de_froid"), Layer::Cold, cold, Lines),
        network_table(
            same("reseaux_de_froid_sans_traces"),
            Layer::ColdUntraced,
            cold,
            Point,
        ),
        table(area_layout(), ("pdp", "pdp", Polygons), areas, beside_area),
        project_table("reseaux_en_construction_traces", Projects::Traces, Lines),
        project_table("reseaux_en_construction_zones", Projects::Zones, Polygons),
    ];
    // A Shapefile has one type of geometry: areas that stand for traces have their own, when there are some.
    let published_as_areas = [
        network_table(
            ("reseaux_de_chaleur", "reseaux_de_chaleur_zones_tampon"),
            Layer::Heat,
            heat,
            Polygons,
        ),
        network_table(
            ("reseaux_de_froid", "reseaux_de_froid_zones_tampon"),
            Layer::Cold,
            cold,
            Polygons,
        ),
        project_table(
            "reseaux_en_construction_zones_tampon",
            Projects::Areas,
            Polygons,
        ),
    ];
    let some = published_as_areas.into_iter();
    tables.extend(some.filter(|table| !table.records.is_empty()));
    tables
}

/// The projects of one Shapefile.
#[derive(Debug, Clone, Copy)]
enum Projects {
    Traces,
    Zones,
    Areas,
}

fn kind_of(shape: Shape<'_>) -> GeometryKind {
    match shape {
        Shape::Point(_) => GeometryKind::Point,
        Shape::Lines(_) => GeometryKind::Lines,
        Shape::Polygons(_) => GeometryKind::Polygons,
    }
}

/// In the official cold Shapefile total power is `puissance`, where the rule of cutting gives `puissance_`.
fn name_cold_power(short_names: &mut [String]) {
    for name in short_names.iter_mut().filter(|name| *name == "puissance_") {
        "puissance".clone_into(name);
    }
}

/// The fields of networks of this kind, as `(column, short name)`.
pub(super) fn network_fields(kind: NetworkKind) -> Vec<(Column, String)> {
    let layout = network_layout(kind);
    let mut short_names = layout.short_names();
    if kind == NetworkKind::Cold {
        name_cold_power(&mut short_names);
    }
    layout.columns.into_iter().zip(short_names).collect()
}

/// The fields of priority areas.
pub(super) fn area_fields() -> Vec<(Column, String)> {
    let layout = area_layout();
    let short_names = layout.short_names();
    layout.columns.into_iter().zip(short_names).collect()
}

/// The fields of projects.
pub(super) fn project_fields() -> Vec<(Column, String)> {
    let layout = project_layout();
    let short_names = layout.short_names();
    layout.columns.into_iter().zip(short_names).collect()
}

fn area_layout() -> Layout<Identified<PriorityArea>> {
    let mut l: Layout<Identified<PriorityArea>> = Layout::new();
    l.add(
        "Identifiant reseau",
        Kind::Text,
        "Identifiant du réseau",
        |r| {
            let ids: Vec<&str> = r.row.network_sncu_ids.iter().map(SncuId::as_str).collect();
            if ids.is_empty() {
                Cell::Empty
            } else {
                Cell::Text(ids.join(",").into())
            }
        },
    );
    place_fields!(l);
    l
}

fn project_layout() -> Layout<Identified<Project>> {
    let mut l: Layout<Identified<Project>> = Layout::new();
    place_fields!(l);
    l.text("gestionnaire", "Gestionnaire", |r| {
        r.row.operator.as_deref()
    });
    l.text("mise_en_service", "Mise en service", |r| {
        r.row.commissioning.as_deref()
    });
    l
}

fn codes(codes: &[InseeCode]) -> Cell<'_> {
    Cell::List(codes.iter().map(InseeCode::as_str).collect())
}

fn beside_network(row: &Identified<Network>) -> Vec<(&'static str, Cell<'_>)> {
    vec![
        ("key", Cell::text(Some(row.key.as_str()))),
        ("id_fcu", Cell::integer(row.row.id_fcu)),
        ("ouvert_aux_raccordements", Cell::Boolean(row.row.is_open())),
        ("communes_insee", codes(&row.row.communes_insee)),
    ]
}

fn beside_project(row: &Identified<Project>) -> Vec<(&'static str, Cell<'_>)> {
    vec![
        ("key", Cell::text(Some(row.key.as_str()))),
        ("id_fcu", Cell::integer(row.row.id_fcu)),
        (
            "Identifiant reseau",
            Cell::text(row.row.sncu_id.as_ref().map(SncuId::as_str)),
        ),
        ("nom_reseau", Cell::text(row.row.name.as_deref())),
        ("MO", Cell::text(row.row.owner.as_deref())),
        (
            "is_zone",
            Cell::Boolean(matches!(row.row.shape, Some(ProjectShape::Zone(_)))),
        ),
        ("ouvert_aux_raccordements", Cell::Boolean(row.row.is_open())),
        ("communes_insee", codes(&row.row.communes_insee)),
    ]
}

fn beside_area(row: &Identified<PriorityArea>) -> Vec<(&'static str, Cell<'_>)> {
    let numbers = |numbers: &[i64]| {
        let texts: Vec<String> = numbers.iter().map(i64::to_string).collect();
        match texts.as_slice() {
            [] => Cell::Empty,
            _ => Cell::Text(texts.join(",").into()),
        }
    };
    vec![
        ("key", Cell::text(Some(row.key.as_str()))),
        ("id_fcu", Cell::integer(row.row.id_fcu)),
        ("nom_reseau", Cell::text(row.row.name.as_deref())),
        ("reseau_de_chaleur_ids", numbers(&row.row.heat_id_fcus)),
        (
            "reseau_en_construction_ids",
            numbers(&row.row.project_id_fcus),
        ),
        ("communes_insee", codes(&row.row.communes_insee)),
    ]
}
