//! The fields of the open-data files: names, order and decimals of the national service, with their French meaning, and
//! how each is read from a row. A field without decimals here is a whole number or a text there.

use crate::table::{Cell, Column, GeometryKind, Kind, Record, Shape};
use caloduc_engine::ingest::ten_character_names;
use caloduc_engine::network::{
    DELIVERY_SECTORS, ENERGY_SOURCES, Edition, Identified, InseeCode, Layer, Network, NetworkKind,
    NetworkShape, PriorityArea, Project, ProjectShape,
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

type Reading<T> = Box<dyn for<'a> Fn(&'a T) -> Cell<'a>>;

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

    /// Short names as cut by the writer of the official Shapefiles.
    fn short_names(&self) -> Vec<String> {
        ten_character_names(self.columns.iter().map(|column| column.name.as_str()))
    }

    fn table<'a>(
        self,
        (geojson, shapefile, geometry): (&'static str, &'static str, GeometryKind),
        rows: impl Iterator<Item = (&'a T, Shape<'a>)>,
        beside: impl Fn(&'a T) -> Vec<(&'static str, Cell<'a>)>,
    ) -> OpenTable<'a>
    where
        T: 'a,
    {
        let (mut records, mut besides) = (Vec::new(), Vec::new());
        for (row, shape) in rows {
            records.push(Record {
                cells: self.readings.iter().map(|read| read(row)).collect(),
                shape,
            });
            let known = beside(row).into_iter();
            besides.push(known.filter(|(_, cell)| cell.to_text().is_some()).collect());
        }
        OpenTable {
            geojson,
            shapefile,
            geometry,
            short_names: self.short_names(),
            columns: self.columns,
            records,
            beside: besides,
        }
    }
}

/// Half away from zero, as the national service rounds; a whole value stays a whole number.
fn rounded(value: Option<f64>, decimals: i32) -> Cell<'static> {
    let scale = 10_f64.powi(decimals);
    Cell::real(value.map(|value| (value * scale).round() / scale))
}

/// The seven tables, in the order of the archive.
pub fn open_tables(edition: &Edition) -> Vec<OpenTable<'_>> {
    use GeometryKind::{Lines, Point, Polygons};
    let networks = |layer: Layer| {
        let rows = edition.networks.iter();
        rows.filter(move |row| Layer::of_network(&row.row) == layer)
            .filter_map(|row| match row.row.shape.as_ref()? {
                NetworkShape::Trace(trace) => Some((row, Shape::Lines(trace))),
                NetworkShape::Marker(marker) => Some((row, Shape::Point(marker))),
            })
    };
    let projects = |zones: bool| {
        let rows = edition.projects.iter();
        rows.filter_map(move |row| match row.row.shape.as_ref()? {
            ProjectShape::Trace(trace) => (!zones).then_some((row, Shape::Lines(trace))),
            ProjectShape::Zone(zone) => zones.then_some((row, Shape::Polygons(zone))),
        })
    };
    let areas = edition
        .priority_areas
        .iter()
        .filter_map(|row| Some((row, Shape::Polygons(row.row.shape.as_ref()?))));
    let network_table = |name: &'static str, layer, kind, geometry| {
        let layout = network_layout(kind);
        let mut table = layout.table((name, name, geometry), networks(layer), beside_network);
        if kind == NetworkKind::Cold {
            name_cold_power(&mut table.short_names);
        }
        table
    };
    let project_table = |shapefile: &'static str, zones, geometry| {
        let names = ("zones_et_reseaux_en_construction", shapefile, geometry);
        project_layout().table(names, projects(zones), beside_project)
    };
    let (heat, cold) = (NetworkKind::Heat, NetworkKind::Cold);
    vec![
        network_table("reseaux_de_chaleur", Layer::Heat, heat, Lines),
        network_table(
            "reseaux_de_chaleur_sans_traces",
            Layer::HeatUntraced,
            heat,
            Point,
        ),
        network_table("reseaux_de_froid", Layer::Cold, cold, Lines),
        network_table(
            "reseaux_de_froid_sans_traces",
            Layer::ColdUntraced,
            cold,
            Point,
        ),
        area_layout().table(("pdp", "pdp", Polygons), areas, beside_area),
        project_table("reseaux_en_construction_traces", false, Lines),
        project_table("reseaux_en_construction_zones", true, Polygons),
    ]
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

/// Names joined by commas; empty when there is none.
fn joined(names: &[String]) -> Cell<'_> {
    if names.is_empty() {
        return Cell::Empty;
    }
    Cell::Text(names.join(",").into())
}

/// Shares of fluids are numbers in the national files; ours keep them as they came.
fn share(text: Option<&str>) -> Cell<'_> {
    match text.and_then(|text| text.parse::<f64>().ok()) {
        Some(value) if value.is_finite() => Cell::Real(value),
        _ => Cell::text(text),
    }
}

macro_rules! place_fields {
    ($layout:ident) => {
        $layout.add("communes", Kind::Text, "Communes d’implantation", |r| {
            joined(&r.row.communes)
        });
        $layout.text("departement", "Département", |r| {
            r.row.department.as_deref()
        });
        $layout.text("region", "Région", |r| r.row.region.as_deref());
    };
}

fn network_layout(kind: NetworkKind) -> Layout<Identified<Network>> {
    let heat = kind == NetworkKind::Heat;
    let mut l: Layout<Identified<Network>> = Layout::new();
    l.text("Identifiant reseau", "Identifiant du réseau", |r| {
        r.row.sncu_id.as_ref().map(|id| id.as_str())
    });
    l.text("nom_reseau", "Nom du réseau", |r| r.row.name.as_deref());
    place_fields!(l);
    l.text("MO", "Maître d’ouvrage (MO)", |r| r.row.owner.as_deref());
    l.text("Gestionnaire", "Gestionnaire", |r| {
        r.row.operator.as_deref()
    });
    if heat {
        l.add(
            "reseaux classes",
            Kind::Boolean,
            "Réseau classé (vrai = oui)",
            |r| Cell::boolean(r.row.classified),
        );
    }
    l.number("annee_creation", 0, "Année de création du réseau", |r| {
        r.row.creation_year.map(f64::from)
    });
    l.number("longueur_reseau", 1, "Longueur du réseau (km)", |r| {
        r.row.declared_length_km
    });
    l.number("nb_pdl", 0, "Nombre de points de livraison", |r| {
        r.row.delivery_points.map(|count| count as f64)
    });
    if heat {
        l.number("Taux EnR&R", 1, "Taux EnR&R (%)", |r| {
            r.row.figures.renewable_rate_pct
        });
    }
    l.number("contenu CO2", 3, "Contenu CO2 (kg/kWh)", |r| {
        r.row.figures.co2_direct_kg_per_kwh
    });
    l.number(
        "contenu CO2 ACV",
        3,
        "Contenu CO2 en analyse du cycle de vie (kg/kWh)",
        |r| r.row.figures.co2_lca_kg_per_kwh,
    );
    if heat {
        price_fields(&mut l);
    }
    l.number("Rend%", 0, "Rendement du réseau (%)", |r| {
        r.row.efficiency_pct
    });
    if heat {
        l.number("Dev_reseau%", 0, "Développement du réseau (%)", |r| {
            r.row.development_pct
        });
    }
    energy_fields(&mut l, kind);
    if heat {
        let name = "Fluide caloporteur : eau chaude (%)";
        l.add("eau_chaude", Kind::Real, name, |r| {
            share(r.row.hot_water.as_deref())
        });
        let name = "Fluide caloporteur : eau surchauffée (%)";
        l.add("eau_surchauffee", Kind::Real, name, |r| {
            share(r.row.superheated_water.as_deref())
        });
        let name = "Fluide caloporteur : vapeur (%)";
        l.add("vapeur", Kind::Real, name, |r| {
            share(r.row.steam.as_deref())
        });
    }
    l
}

fn price_fields(l: &mut Layout<Identified<Network>>) {
    l.number("PM", 2, "Prix moyen de la chaleur (€ TTC/MWh)", |r| {
        r.row.price_mean_eur_per_mwh
    });
    l.number(
        "PV%",
        0,
        "Poids de la part variable dans la facturation (%)",
        |r| r.row.price_variable_part_pct,
    );
    l.number(
        "PF%",
        0,
        "Poids de la part fixe dans la facturation (%)",
        |r| r.row.price_fixed_part_pct,
    );
    l.number("PM_L", 2, "Prix moyen, logement (€ TTC/MWh)", |r| {
        r.row.price_housing_eur_per_mwh
    });
    l.number("PM_T", 2, "Prix moyen, tertiaire (€ TTC/MWh)", |r| {
        r.row.price_services_eur_per_mwh
    });
}

/// Production, power and deliveries; a cold network has totals only, and deliveries to the hundredth.
fn energy_fields(l: &mut Layout<Identified<Network>>, kind: NetworkKind) {
    let of = |series: &[Option<f64>], at: usize| series.get(at).copied().flatten();
    let heat = kind == NetworkKind::Heat;
    l.number("production_totale_MWh", 0, "Production totale (MWh)", |r| {
        r.row.production_total_mwh
    });
    for (at, source) in ENERGY_SOURCES.iter().enumerate().filter(|_| heat) {
        let title = format!("Production {} (MWh)", spoken(source));
        l.number(format!("prod_MWh_{source}"), 0, title, move |r| {
            of(&r.row.production_mwh, at)
        });
    }
    l.number("puissance_totale_MW", 2, "Puissance totale (MW)", |r| {
        r.row.power_total_mw
    });
    for (at, source) in ENERGY_SOURCES.iter().enumerate().filter(|_| heat) {
        let title = format!("Puissance {} (MW)", spoken(source));
        l.number(format!("puissance_MW_{source}"), 2, title, move |r| {
            of(&r.row.power_mw, at)
        });
    }
    let decimals = if heat { 0 } else { 2 };
    l.number(
        "livraisons_totale_MWh",
        decimals,
        "Livraisons totales (MWh)",
        |r| r.row.deliveries_total_mwh,
    );
    for (at, sector) in DELIVERY_SECTORS.iter().enumerate() {
        let title = format!("Livraisons {} (MWh)", spoken(sector));
        l.number(
            format!("livraisons_{sector}_MWh"),
            decimals,
            title,
            move |r| of(&r.row.deliveries_mwh, at),
        );
    }
}

/// A source or sector of the files' spelling, as one says it.
fn spoken(name: &str) -> String {
    match name {
        "dechets_internes" => "déchets internes".to_owned(),
        "geothermie" => "géothermie".to_owned(),
        "chaleur_industiel" => "chaleur industrielle".to_owned(),
        "autre_chaleur_recuperee" => "autre chaleur récupérée".to_owned(),
        "chaudieres_electriques" => "chaudières électriques".to_owned(),
        "residentiel" => "résidentiel".to_owned(),
        other => other.replace('_', " "),
    }
}

fn area_layout() -> Layout<Identified<PriorityArea>> {
    let mut l: Layout<Identified<PriorityArea>> = Layout::new();
    l.add(
        "Identifiant reseau",
        Kind::Text,
        "Identifiant du réseau",
        |r| {
            let ids: Vec<&str> = r
                .row
                .network_sncu_ids
                .iter()
                .map(|id| id.as_str())
                .collect();
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
            Cell::text(row.row.sncu_id.as_ref().map(|id| id.as_str())),
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
