//! The six open-data files, as the national service publishes them: GeoJSON in Lambert-93 with a `crs` member, the same
//! fields in the same order with the same decimals, then the optional columns that `caloduc import` also reads.

use crate::ban::fixed;
use crate::ground::Xy;
use crate::networks::{Kind, Network, Networks, PriorityArea, Project, SOURCES, Shape};
use crate::town::{Town, Towns};
use std::fmt::Write as _;
use std::io::{self, Write};

/// A JSON object being written, members in the order given.
struct Members<'a>(&'a mut String);

impl Members<'_> {
    fn name(&mut self, name: &str) -> &mut String {
        if !self.0.ends_with('{') {
            self.0.push_str(", ");
        }
        quoted(self.0, name);
        self.0.push_str(": ");
        self.0
    }

    fn text(&mut self, name: &str, value: &str) {
        quoted(self.name(name), value);
    }

    fn optional(&mut self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.text(name, value),
            None => self.name(name).push_str("null"),
        }
    }

    fn number(&mut self, name: &str, value: f64, decimals: u32) {
        fixed(self.name(name), value, decimals);
    }

    fn truth(&mut self, name: &str, value: bool) {
        self.name(name)
            .push_str(if value { "true" } else { "false" });
    }

    fn whole_numbers(&mut self, name: &str, values: &[i64]) {
        let _ = write!(self.name(name), "{values:?}");
    }

    fn texts<'t>(&mut self, name: &str, values: impl Iterator<Item = &'t str>) {
        let out = self.name(name);
        out.push('[');
        for (n, value) in values.enumerate() {
            if n > 0 {
                out.push_str(", ");
            }
            quoted(out, value);
        }
        out.push(']');
    }

    /// `communes`, `departement`, `region` as the open data write them.
    fn place(&mut self, towns: &Towns, members: &[usize]) {
        let list = || members.iter().map(|&town| &towns.list[town]);
        self.text(
            "communes",
            &join(list().map(|town| town.name.as_str()), ","),
        );
        self.text(
            "departement",
            &join(list().map(|town| towns.department(town).name), ", "),
        );
        self.text(
            "region",
            &join(list().map(|town| towns.department(town).region), ", "),
        );
    }

    fn insee(&mut self, towns: &Towns, members: &[usize]) {
        self.texts(
            "communes_insee",
            members.iter().map(|&town| towns.list[town].code.as_str()),
        );
    }
}

/// Joined in order, each once.
fn join<'t>(parts: impl Iterator<Item = &'t str>, by: &str) -> String {
    let mut seen: Vec<&str> = Vec::new();
    for part in parts {
        if !seen.contains(&part) {
            seen.push(part);
        }
    }
    seen.join(by)
}

pub(crate) fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

/// A FeatureCollection in EPSG:2154 written feature by feature.
struct Collection<'w> {
    out: &'w mut dyn Write,
    buffer: String,
    started: bool,
}

impl<'w> Collection<'w> {
    fn new(out: &'w mut dyn Write, name: &str) -> Self {
        let buffer = format!(
            "{{\n\"type\": \"FeatureCollection\",\n\"name\": \"{name}\",\n\"description\": \"Données fictives produites par caloduc demo : aucun de ces réseaux n'existe.\",\n\"crs\": {{ \"type\": \"name\", \"properties\": {{ \"name\": \"urn:ogc:def:crs:EPSG::2154\" }} }},\n\"features\": [\n"
        );
        Self {
            out,
            buffer,
            started: false,
        }
    }

    fn feature(
        &mut self,
        shape: &dyn Fn(&mut String),
        fields: impl FnOnce(&mut Members),
    ) -> io::Result<()> {
        if self.started {
            self.buffer.push_str(",\n");
        }
        self.started = true;
        self.buffer
            .push_str("{ \"type\": \"Feature\", \"properties\": {");
        fields(&mut Members(&mut self.buffer));
        self.buffer.push_str("}, \"geometry\": ");
        shape(&mut self.buffer);
        self.buffer.push_str(" }");
        if self.buffer.len() > 1 << 16 {
            self.out.write_all(self.buffer.as_bytes())?;
            self.buffer.clear();
        }
        Ok(())
    }

    fn end(mut self) -> io::Result<()> {
        self.buffer.push_str("\n]\n}\n");
        self.out.write_all(self.buffer.as_bytes())
    }
}

fn position(out: &mut String, at: Xy) {
    out.push_str("[ ");
    fixed(out, at.x, 4);
    out.push_str(", ");
    fixed(out, at.y, 4);
    out.push_str(" ]");
}

fn listed<T>(out: &mut String, items: &[T], each: impl Fn(&mut String, &T)) {
    out.push_str("[ ");
    for (n, item) in items.iter().enumerate() {
        if n > 0 {
            out.push_str(", ");
        }
        each(out, item);
    }
    out.push_str(" ]");
}

fn line(out: &mut String, line: &[Xy]) {
    listed(out, line, |out, &at| position(out, at));
}

fn polygons(out: &mut String, polygons: &[Vec<Vec<Xy>>]) {
    out.push_str("{ \"type\": \"MultiPolygon\", \"coordinates\": ");
    listed(out, polygons, |out, rings| {
        listed(out, rings, |out, ring| line(out, ring));
    });
    out.push_str(" }");
}

fn geometry(out: &mut String, shape: &Shape) {
    match shape {
        Shape::Lines(lines) => {
            out.push_str("{ \"type\": \"MultiLineString\", \"coordinates\": ");
            listed(out, lines, |out, one| line(out, one));
            out.push_str(" }");
        }
        Shape::Zone(rings) => polygons(out, std::slice::from_ref(rings)),
        Shape::Marker(at) => {
            out.push_str("{ \"type\": \"Point\", \"coordinates\": ");
            position(out, *at);
            out.push_str(" }");
        }
    }
}

/// Sectors of deliveries, in the open data's order.
const SECTORS: [&str; 5] = [
    "residentiel",
    "tertiaire",
    "industrie",
    "agriculture",
    "autre",
];

fn network_fields(fields: &mut Members, towns: &Towns, row: &Network) {
    let figures = &row.figures;
    let heat = row.kind == Kind::Heat;
    fields.optional("Identifiant reseau", row.sncu.as_deref());
    fields.text("nom_reseau", &row.name);
    fields.place(towns, &row.towns);
    fields.text("MO", &row.owner);
    fields.text("Gestionnaire", &row.operator);
    if heat {
        fields.truth("reseaux classes", row.classified);
    }
    fields.number("annee_creation", f64::from(row.year), 0);
    fields.number("longueur_reseau", row.length_m / 1000.0, 1);
    fields.number("nb_pdl", row.delivery_points as f64, 0);
    if heat {
        fields.number("Taux EnR&R", figures.renewable_rate_pct, 1);
    }
    fields.number("contenu CO2", figures.co2_direct, 3);
    fields.number("contenu CO2 ACV", figures.co2_lca, 3);
    if heat {
        fields.number("PM", figures.price_mean, 2);
        fields.number("PV%", figures.price_variable_pct, 0);
        fields.number("PF%", 100.0 - figures.price_variable_pct, 0);
        fields.number("PM_L", figures.price_mean * 1.02, 2);
        fields.number("PM_T", figures.price_mean * 0.97, 2);
    }
    fields.number("Rend%", figures.efficiency_pct, 0);
    if heat {
        fields.number("Dev_reseau%", figures.development_pct, 0);
    }
    fields.number("production_totale_MWh", figures.production_total(), 0);
    if heat {
        for (source, value) in SOURCES.iter().zip(&figures.production_mwh) {
            fields.number(&format!("prod_MWh_{}", source.0), *value, 0);
        }
    }
    fields.number("puissance_totale_MW", figures.power_total(), 2);
    if heat {
        for (source, value) in SOURCES.iter().zip(&figures.power_mw) {
            fields.number(&format!("puissance_MW_{}", source.0), *value, 2);
        }
    }
    let decimals = if heat { 0 } else { 2 };
    fields.number(
        "livraisons_totale_MWh",
        figures.deliveries_total(),
        decimals,
    );
    for (sector, value) in SECTORS.iter().zip(&figures.deliveries_mwh) {
        fields.number(&format!("livraisons_{sector}_MWh"), *value, decimals);
    }
    if heat {
        for (name, part) in ["eau_chaude", "eau_surchauffee", "vapeur"]
            .iter()
            .zip(figures.fluids_pct())
        {
            fields.number(name, part, 0);
        }
    }
    fields.number("id_fcu", row.id_fcu as f64, 0);
    fields.truth("ouvert_aux_raccordements", row.open);
    fields.insee(towns, &row.towns);
}

fn project_fields(fields: &mut Members, towns: &Towns, row: &Project) {
    fields.place(towns, &[row.town]);
    fields.text("gestionnaire", &row.operator);
    fields.text("mise_en_service", &row.commissioning);
    fields.number("id_fcu", row.id_fcu as f64, 0);
    fields.text("nom_reseau", &row.name);
    fields.text("MO", &row.owner);
    fields.truth("is_zone", matches!(row.shape, Shape::Zone(_)));
    fields.truth("ouvert_aux_raccordements", row.open);
    fields.insee(towns, &[row.town]);
}

fn area_fields(fields: &mut Members, towns: &Towns, row: &PriorityArea) {
    fields.optional("Identifiant reseau", row.sncu.as_deref());
    fields.place(towns, &[row.town]);
    fields.number("id_fcu", row.id_fcu as f64, 0);
    fields.insee(towns, &[row.town]);
    fields.whole_numbers("reseau_de_chaleur_ids", &row.heat_ids);
    fields.whole_numbers("reseau_en_construction_ids", &row.project_ids);
}

/// The network files: name without ending, kind, traced or not.
pub(crate) const NETWORK_FILES: [(&str, Kind, bool); 4] = [
    ("reseaux_de_chaleur", Kind::Heat, true),
    ("reseaux_de_chaleur_sans_traces", Kind::Heat, false),
    ("reseaux_de_froid", Kind::Cold, true),
    ("reseaux_de_froid_sans_traces", Kind::Cold, false),
];

pub(crate) fn write_networks(
    out: &mut dyn Write,
    (name, kind, traced): (&str, Kind, bool),
    towns: &Towns,
    rows: &Networks,
) -> io::Result<()> {
    let mut collection = Collection::new(out, name);
    for row in &rows.networks {
        if row.kind == kind && matches!(row.shape, Shape::Lines(_)) == traced {
            collection.feature(&|out| geometry(out, &row.shape), |fields| {
                network_fields(fields, towns, row);
            })?;
        }
    }
    collection.end()
}

pub(crate) fn write_projects(
    out: &mut dyn Write,
    towns: &Towns,
    rows: &Networks,
) -> io::Result<()> {
    let mut collection = Collection::new(out, "zones_et_reseaux_en_construction");
    for row in &rows.projects {
        collection.feature(&|out| geometry(out, &row.shape), |fields| {
            project_fields(fields, towns, row);
        })?;
    }
    collection.end()
}

pub(crate) fn write_priority_areas(
    out: &mut dyn Write,
    towns: &Towns,
    rows: &Networks,
) -> io::Result<()> {
    let mut collection = Collection::new(out, "pdp");
    for row in &rows.priority_areas {
        collection.feature(&|out| polygons(out, &row.polygons), |fields| {
            area_fields(fields, towns, row);
        })?;
    }
    collection.end()
}

/// `code` and `nom` of a department's communes, WGS84, as the outlines people use.
pub(crate) fn write_communes(
    out: &mut dyn Write,
    towns: &[Town],
    outline: &mut dyn FnMut(&Town) -> Vec<(f64, f64)>,
) -> io::Result<()> {
    let mut text = String::from("{\"type\":\"FeatureCollection\",\"features\":[\n");
    for (n, town) in towns.iter().enumerate() {
        if n > 0 {
            text.push_str(",\n");
        }
        text.push_str(
            "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[",
        );
        for (n, (lon, lat)) in outline(town).into_iter().enumerate() {
            if n > 0 {
                text.push(',');
            }
            text.push('[');
            fixed(&mut text, lon, 6);
            text.push(',');
            fixed(&mut text, lat, 6);
            text.push(']');
        }
        text.push_str("]]},\"properties\":{\"code\":");
        quoted(&mut text, &town.code);
        text.push_str(",\"nom\":");
        quoted(&mut text, &town.name);
        text.push_str("}}");
        if text.len() > 1 << 16 {
            out.write_all(text.as_bytes())?;
            text.clear();
        }
    }
    text.push_str("\n]}\n");
    out.write_all(text.as_bytes())
}
