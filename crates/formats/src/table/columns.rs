//! The tables of our formats, and the columns of projects, perimeters and communes. Names are those of the engine's rows,
//! so that `caloduc import` reads back what it wrote.

use super::layout::Layout;
use super::network_columns::network_layout;
use super::place_columns::{codes, place_columns, texts};
use super::{Cell, GeometryKind, Kind, Shape, Table};
use caloduc_engine::network::{
    Commune, Edition, Identified, Key, Layer, Network, NetworkShape, PriorityArea, Project,
    ProjectShape, SncuId, Sourced,
};

/// A table of these rows.
fn table<'a, T: 'a>(
    layout: Layout<T>,
    name: &'static str,
    title: &'static str,
    geometry: GeometryKind,
    rows: impl Iterator<Item = (&'a T, Shape<'a>)>,
) -> Table<'a> {
    let records = rows.map(|(row, shape)| layout.record(row, shape)).collect();
    Table {
        name,
        title,
        geometry,
        columns: layout.columns,
        records,
    }
}

/// The tables of our formats, in their order: traced and untraced networks, projects, their zones, priority areas; then,
/// where there are some, the areas that are published instead of traces.
pub fn ours(edition: &Edition) -> Vec<Table<'_>> {
    let networks = |layer: Layer| {
        edition
            .networks
            .iter()
            .filter(move |row| Layer::of_network(&row.row) == layer)
            .filter_map(|row| Some((row, network_shape(&row.row)?)))
    };
    let around = |layer: Layer| {
        edition
            .networks
            .iter()
            .filter(move |row| Layer::of_network(&row.row) == layer)
            .filter_map(|row| Some((row, network_area(&row.row)?)))
    };
    let projects = |of: Projects| {
        edition
            .projects
            .iter()
            .filter_map(move |row| Some((row, of.shape(row.row.shape.as_ref()?)?)))
    };
    let areas = edition
        .priority_areas
        .iter()
        .filter_map(|row| Some((row, Shape::Polygons(row.row.shape.as_ref()?))));
    let mut tables = vec![
        table(
            network_layout(),
            "heat",
            "Réseaux de chaleur",
            GeometryKind::Lines,
            networks(Layer::Heat),
        ),
        table(
            network_layout(),
            "heat-untraced",
            "Réseaux de chaleur sans tracé",
            GeometryKind::Point,
            networks(Layer::HeatUntraced),
        ),
        table(
            network_layout(),
            "cold",
            "Réseaux de froid",
            GeometryKind::Lines,
            networks(Layer::Cold),
        ),
        table(
            network_layout(),
            "cold-untraced",
            "Réseaux de froid sans tracé",
            GeometryKind::Point,
            networks(Layer::ColdUntraced),
        ),
        table(
            project_layout(),
            "projects",
            "Réseaux en construction, tracés",
            GeometryKind::Lines,
            projects(Projects::Traces),
        ),
        table(
            project_layout(),
            "project-zones",
            "Réseaux en construction, zones",
            GeometryKind::Polygons,
            projects(Projects::Zones),
        ),
        table(
            area_layout(),
            "priority-areas",
            "Périmètres de développement prioritaire",
            GeometryKind::Polygons,
            areas,
        ),
    ];
    let published_as_areas = [
        table(
            network_layout(),
            "heat-areas",
            "Réseaux de chaleur publiés comme zone tampon",
            GeometryKind::Polygons,
            around(Layer::Heat),
        ),
        table(
            network_layout(),
            "cold-areas",
            "Réseaux de froid publiés comme zone tampon",
            GeometryKind::Polygons,
            around(Layer::Cold),
        ),
        table(
            project_area_layout(),
            "project-areas",
            "Réseaux en construction publiés comme zone tampon",
            GeometryKind::Polygons,
            projects(Projects::Areas),
        ),
    ];
    let some = published_as_areas.into_iter();
    tables.extend(some.filter(|table| !table.records.is_empty()));
    tables
}

/// The projects of one table.
#[derive(Debug, Clone, Copy)]
enum Projects {
    Traces,
    Zones,
    Areas,
}

impl Projects {
    /// The shape, when it belongs to this table.
    fn shape(self, shape: &ProjectShape) -> Option<Shape<'_>> {
        match (self, shape) {
            (Self::Traces, ProjectShape::Trace(trace)) => Some(Shape::Lines(trace)),
            (Self::Zones, ProjectShape::Zone(zone)) => Some(Shape::Polygons(zone)),
            (Self::Areas, ProjectShape::Area(area)) => Some(Shape::Polygons(area)),
            _ => None,
        }
    }
}

/// The columns of communes.
pub fn commune_layout() -> Layout<Sourced<Commune>> {
    let mut layout: Layout<Sourced<Commune>> = Layout::new();
    layout.add("code", Kind::Text, "Code INSEE", |r| {
        Cell::text(Some(r.row.code.as_str()))
    });
    layout.add("nom", Kind::Text, "Nom", |r| Cell::text(Some(&r.row.name)));
    layout
}

/// The communes' outlines the edition was made with.
pub fn communes(edition: &Edition) -> Table<'_> {
    table(
        commune_layout(),
        "communes",
        "Contours des communes",
        GeometryKind::Polygons,
        edition
            .communes
            .iter()
            .filter_map(|row| Some((row, Shape::Polygons(row.row.shape.as_ref()?)))),
    )
}

fn network_shape(network: &Network) -> Option<Shape<'_>> {
    match network.shape.as_ref()? {
        NetworkShape::Trace(trace) => Some(Shape::Lines(trace)),
        NetworkShape::Marker(marker) => Some(Shape::Point(marker)),
        NetworkShape::Area(_) => None,
    }
}

fn network_area(network: &Network) -> Option<Shape<'_>> {
    match network.shape.as_ref()? {
        NetworkShape::Area(area) => Some(Shape::Polygons(area)),
        NetworkShape::Trace(_) | NetworkShape::Marker(_) => None,
    }
}

/// The columns of projects, and one that says that these polygons are no zones.
fn project_area_layout() -> Layout<Identified<Project>> {
    let mut layout = project_layout();
    layout.add(
        "is_zone",
        Kind::Boolean,
        "Zone à desservir (non : les conduites sont quelque part dans le polygone)",
        |_| Cell::Boolean(false),
    );
    layout
}

/// The columns of projects and of their zones.
pub fn project_layout() -> Layout<Identified<Project>> {
    use Kind::{Boolean, Integer, Text};
    let mut l: Layout<Identified<Project>> = Layout::new();
    l.add(
        "key",
        Text,
        "Clé stable d’une édition à l’autre",
        |r| Cell::text(Some(r.key.as_str())),
    );
    l.add("sncu_id", Text, "Identifiant national (SNCU)", |r| {
        Cell::text(r.row.sncu_id.as_ref().map(SncuId::as_str))
    });
    l.add("id_fcu", Integer, "Numéro du service national", |r| {
        Cell::integer(r.row.id_fcu)
    });
    l.add("name", Text, "Nom", |r| Cell::text(r.row.name.as_deref()));
    place_columns!(l);
    l.add("owner", Text, "Maître d’ouvrage", |r| {
        Cell::text(r.row.owner.as_deref())
    });
    l.add("operator", Text, "Gestionnaire", |r| {
        Cell::text(r.row.operator.as_deref())
    });
    l.add("commissioning", Text, "Mise en service prévue", |r| {
        Cell::text(r.row.commissioning.as_deref())
    });
    l.add(
        "open_to_connections",
        Boolean,
        "Ouvert aux raccordements",
        |r| Cell::Boolean(r.row.is_open()),
    );
    l.add("source", Text, "Source de la ligne", |r| {
        Cell::text(Some(&r.source))
    });
    l
}

/// The columns of priority areas.
pub fn area_layout() -> Layout<Identified<PriorityArea>> {
    use Kind::{Integer, List, Text};
    let mut l: Layout<Identified<PriorityArea>> = Layout::new();
    l.add(
        "key",
        Text,
        "Clé stable d’une édition à l’autre",
        |r| Cell::text(Some(r.key.as_str())),
    );
    l.add("id_fcu", Integer, "Numéro du service national", |r| {
        Cell::integer(r.row.id_fcu)
    });
    l.add("name", Text, "Nom", |r| Cell::text(r.row.name.as_deref()));
    l.add(
        "network_sncu_ids",
        List,
        "Identifiants nationaux des réseaux liés",
        |r| Cell::List(r.row.network_sncu_ids.iter().map(SncuId::as_str).collect()),
    );
    l.add(
        "heat_id_fcus",
        Text,
        "Numéros des réseaux de chaleur liés",
        |r| numbers(&r.row.heat_id_fcus),
    );
    l.add(
        "project_id_fcus",
        Text,
        "Numéros des réseaux en construction liés",
        |r| numbers(&r.row.project_id_fcus),
    );
    l.add(
        "network_keys",
        List,
        "Clés des réseaux et projets liés",
        |r| Cell::List(r.row.network_keys.iter().map(Key::as_str).collect()),
    );
    place_columns!(l);
    l.add("source", Text, "Source de la ligne", |r| {
        Cell::text(Some(&r.source))
    });
    l
}

fn numbers(numbers: &[i64]) -> Cell<'static> {
    if numbers.is_empty() {
        return Cell::Empty;
    }
    let texts: Vec<String> = numbers.iter().map(i64::to_string).collect();
    Cell::Text(texts.join(",").into())
}
