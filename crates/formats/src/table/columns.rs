//! The columns of our formats, table by table, with how each is read from a row. Names are those of the engine's rows,
//! so that `caloduc import` reads back what it wrote.

use super::{Cell, Column, GeometryKind, Kind, Record, Shape, Table};
use caloduc_engine::network::{
    Commune, DELIVERY_SECTORS, ENERGY_SOURCES, Edition, Identified, InseeCode, Layer, Network,
    NetworkShape, PriorityArea, Project, ProjectShape, Sourced,
};
use geo::{Euclidean, Length};

type Reading<T> = Box<dyn for<'a> Fn(&'a T) -> Cell<'a>>;

/// Columns and how to read them.
struct Layout<T> {
    columns: Vec<Column>,
    readings: Vec<Reading<T>>,
}

impl<T> Layout<T> {
    fn new() -> Self {
        Self {
            columns: Vec::new(),
            readings: Vec::new(),
        }
    }

    fn add(
        &mut self,
        name: impl Into<String>,
        kind: Kind,
        title: impl Into<String>,
        reading: impl for<'a> Fn(&'a T) -> Cell<'a> + 'static,
    ) {
        self.columns.push(Column::new(name, kind, title));
        self.readings.push(Box::new(reading));
    }

    fn table<'a>(
        self,
        name: &'static str,
        title: &'static str,
        geometry: GeometryKind,
        rows: impl Iterator<Item = (&'a T, Shape<'a>)>,
    ) -> Table<'a>
    where
        T: 'a,
    {
        let records = rows
            .map(|(row, shape)| Record {
                cells: self.readings.iter().map(|read| read(row)).collect(),
                shape,
            })
            .collect();
        Table {
            name,
            title,
            geometry,
            columns: self.columns,
            records,
        }
    }
}

fn codes(codes: &[InseeCode]) -> Cell<'_> {
    Cell::List(codes.iter().map(InseeCode::as_str).collect())
}

fn texts(texts: &[String]) -> Cell<'_> {
    Cell::List(texts.iter().map(String::as_str).collect())
}

/// The columns of places, the same in the three keyed tables.
macro_rules! place_columns {
    ($layout:ident) => {
        $layout.add("communes", Kind::List, "Communes, par leur nom", |r| {
            texts(&r.row.communes)
        });
        $layout.add(
            "communes_insee",
            Kind::List,
            "Communes, par leur code INSEE",
            |r| codes(&r.row.communes_insee),
        );
        $layout.add("department", Kind::Text, "Département", |r| {
            Cell::text(r.row.department.as_deref())
        });
        $layout.add("region", Kind::Text, "Région", |r| {
            Cell::text(r.row.region.as_deref())
        });
    };
}

/// The tables of our formats, in their order: traced and untraced networks, projects, their zones, priority areas.
pub fn ours(edition: &Edition) -> Vec<Table<'_>> {
    let networks = |layer: Layer| {
        edition
            .networks
            .iter()
            .filter(move |row| Layer::of_network(&row.row) == layer)
            .filter_map(|row| Some((row, network_shape(&row.row)?)))
    };
    let projects = |zones: bool| {
        edition
            .projects
            .iter()
            .filter_map(move |row| match &row.row.shape {
                Some(ProjectShape::Trace(trace)) if !zones => Some((row, Shape::Lines(trace))),
                Some(ProjectShape::Zone(zone)) if zones => Some((row, Shape::Polygons(zone))),
                _ => None,
            })
    };
    let areas = edition
        .priority_areas
        .iter()
        .filter_map(|row| Some((row, Shape::Polygons(row.row.shape.as_ref()?))));
    vec![
        network_layout().table(
            "heat",
            "Réseaux de chaleur",
            GeometryKind::Lines,
            networks(Layer::Heat),
        ),
        network_layout().table(
            "heat-untraced",
            "Réseaux de chaleur sans tracé",
            GeometryKind::Point,
            networks(Layer::HeatUntraced),
        ),
        network_layout().table(
            "cold",
            "Réseaux de froid",
            GeometryKind::Lines,
            networks(Layer::Cold),
        ),
        network_layout().table(
            "cold-untraced",
            "Réseaux de froid sans tracé",
            GeometryKind::Point,
            networks(Layer::ColdUntraced),
        ),
        project_layout().table(
            "projects",
            "Réseaux en construction, tracés",
            GeometryKind::Lines,
            projects(false),
        ),
        project_layout().table(
            "project-zones",
            "Réseaux en construction, zones",
            GeometryKind::Polygons,
            projects(true),
        ),
        area_layout().table(
            "priority-areas",
            "Périmètres de développement prioritaire",
            GeometryKind::Polygons,
            areas,
        ),
    ]
}

/// The communes' outlines the edition was made with.
pub fn communes(edition: &Edition) -> Table<'_> {
    let mut layout: Layout<Sourced<Commune>> = Layout::new();
    layout.add("code", Kind::Text, "Code INSEE", |r| {
        Cell::text(Some(r.row.code.as_str()))
    });
    layout.add("nom", Kind::Text, "Nom", |r| Cell::text(Some(&r.row.name)));
    layout.table(
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
    }
}

fn traced_length_m(network: &Network) -> Option<f64> {
    let trace = network.trace()?;
    Some(
        trace
            .shape
            .iter()
            .map(|line| Euclidean.length(line))
            .sum::<f64>()
            .round(),
    )
}

fn network_layout() -> Layout<Identified<Network>> {
    use Kind::{Boolean, Integer, Real, Text};
    let mut l: Layout<Identified<Network>> = Layout::new();
    l.add(
        "key",
        Text,
        "Clé stable d’une édition à l’autre",
        |r| Cell::text(Some(r.key.as_str())),
    );
    l.add("sncu_id", Text, "Identifiant national (SNCU)", |r| {
        Cell::text(r.row.sncu_id.as_ref().map(|id| id.as_str()))
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
    l.add("classified", Boolean, "Réseau classé", |r| {
        Cell::boolean(r.row.classified)
    });
    l.add(
        "open_to_connections",
        Boolean,
        "Ouvert aux raccordements",
        |r| Cell::Boolean(r.row.is_open()),
    );
    l.add("creation_year", Integer, "Année de création", |r| {
        Cell::integer(r.row.creation_year)
    });
    l.add("declared_length_km", Real, "Longueur déclarée, km", |r| {
        Cell::real(r.row.declared_length_km)
    });
    l.add(
        "traced_length_m",
        Real,
        "Longueur du tracé dans la projection légale, m",
        |r| Cell::real(traced_length_m(&r.row)),
    );
    l.add("delivery_points", Integer, "Points de livraison", |r| {
        Cell::integer(r.row.delivery_points)
    });
    figure_columns(&mut l);
    price_columns(&mut l);
    energy_columns(&mut l);
    l.add("hot_water", Text, "Part d’eau chaude, %", |r| {
        Cell::text(r.row.hot_water.as_deref())
    });
    l.add(
        "superheated_water",
        Text,
        "Part d’eau surchauffée, %",
        |r| Cell::text(r.row.superheated_water.as_deref()),
    );
    l.add("steam", Text, "Part de vapeur, %", |r| {
        Cell::text(r.row.steam.as_deref())
    });
    l.add("source", Text, "Source de la ligne", |r| {
        Cell::text(Some(&r.source))
    });
    l
}

fn figure_columns(l: &mut Layout<Identified<Network>>) {
    use Kind::{Integer, Real};
    l.add(
        "renewable_rate_pct",
        Real,
        "Taux EnR&R en vigueur, %",
        |r| Cell::real(r.row.figures.renewable_rate_pct),
    );
    l.add(
        "co2_direct_kg_per_kwh",
        Real,
        "Contenu CO2 direct en vigueur, kg/kWh",
        |r| Cell::real(r.row.figures.co2_direct_kg_per_kwh),
    );
    l.add(
        "co2_lca_kg_per_kwh",
        Real,
        "Contenu CO2 en analyse du cycle de vie en vigueur, kg/kWh",
        |r| Cell::real(r.row.figures.co2_lca_kg_per_kwh),
    );
    l.add(
        "figures_year",
        Integer,
        "Année du tableau réglementaire de ces trois valeurs",
        |r| Cell::integer(r.row.figures_year),
    );
    l.add(
        "declared_renewable_rate_pct",
        Real,
        "Taux EnR&R du fichier d’origine, %",
        |r| Cell::real(r.row.declared_figures.renewable_rate_pct),
    );
    l.add(
        "declared_co2_direct_kg_per_kwh",
        Real,
        "Contenu CO2 direct du fichier d’origine, kg/kWh",
        |r| Cell::real(r.row.declared_figures.co2_direct_kg_per_kwh),
    );
    l.add(
        "declared_co2_lca_kg_per_kwh",
        Real,
        "Contenu CO2 ACV du fichier d’origine, kg/kWh",
        |r| Cell::real(r.row.declared_figures.co2_lca_kg_per_kwh),
    );
}

fn price_columns(l: &mut Layout<Identified<Network>>) {
    use Kind::Real;
    l.add(
        "price_mean_eur_per_mwh",
        Real,
        "Prix moyen, € TTC/MWh",
        |r| Cell::real(r.row.price_mean_eur_per_mwh),
    );
    l.add(
        "price_variable_part_pct",
        Real,
        "Part variable du prix, %",
        |r| Cell::real(r.row.price_variable_part_pct),
    );
    l.add("price_fixed_part_pct", Real, "Part fixe du prix, %", |r| {
        Cell::real(r.row.price_fixed_part_pct)
    });
    l.add(
        "price_housing_eur_per_mwh",
        Real,
        "Prix moyen des logements, € TTC/MWh",
        |r| Cell::real(r.row.price_housing_eur_per_mwh),
    );
    l.add(
        "price_services_eur_per_mwh",
        Real,
        "Prix moyen du tertiaire, € TTC/MWh",
        |r| Cell::real(r.row.price_services_eur_per_mwh),
    );
    l.add("efficiency_pct", Real, "Rendement, %", |r| {
        Cell::real(r.row.efficiency_pct)
    });
    l.add(
        "development_pct",
        Real,
        "Développement du réseau, %",
        |r| Cell::real(r.row.development_pct),
    );
}

fn energy_columns(l: &mut Layout<Identified<Network>>) {
    use Kind::Real;
    let of = |series: &[Option<f64>], at: usize| Cell::real(series.get(at).copied().flatten());
    l.add(
        "production_total_mwh",
        Real,
        "Production totale, MWh par an",
        |r| Cell::real(r.row.production_total_mwh),
    );
    for (at, source) in ENERGY_SOURCES.iter().enumerate() {
        let (name, title) = (
            format!("production_{}_mwh", source.to_lowercase()),
            format!("Production, {}, MWh par an", source.replace('_', " ")),
        );
        l.add(name, Real, title, move |r| of(&r.row.production_mwh, at));
    }
    l.add("power_total_mw", Real, "Puissance totale, MW", |r| {
        Cell::real(r.row.power_total_mw)
    });
    for (at, source) in ENERGY_SOURCES.iter().enumerate() {
        let (name, title) = (
            format!("power_{}_mw", source.to_lowercase()),
            format!("Puissance, {}, MW", source.replace('_', " ")),
        );
        l.add(name, Real, title, move |r| of(&r.row.power_mw, at));
    }
    l.add(
        "deliveries_total_mwh",
        Real,
        "Livraisons totales, MWh par an",
        |r| Cell::real(r.row.deliveries_total_mwh),
    );
    for (at, sector) in DELIVERY_SECTORS.iter().enumerate() {
        let (name, title) = (
            format!("deliveries_{sector}_mwh"),
            format!("Livraisons, {sector}, MWh par an"),
        );
        l.add(name, Real, title, move |r| of(&r.row.deliveries_mwh, at));
    }
}

fn project_layout() -> Layout<Identified<Project>> {
    use Kind::{Boolean, Integer, Text};
    let mut l: Layout<Identified<Project>> = Layout::new();
    l.add(
        "key",
        Text,
        "Clé stable d’une édition à l’autre",
        |r| Cell::text(Some(r.key.as_str())),
    );
    l.add("sncu_id", Text, "Identifiant national (SNCU)", |r| {
        Cell::text(r.row.sncu_id.as_ref().map(|id| id.as_str()))
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

fn area_layout() -> Layout<Identified<PriorityArea>> {
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
        |r| {
            Cell::List(
                r.row
                    .network_sncu_ids
                    .iter()
                    .map(|id| id.as_str())
                    .collect(),
            )
        },
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
        |r| Cell::List(r.row.network_keys.iter().map(|key| key.as_str()).collect()),
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
