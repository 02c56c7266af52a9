//! Which table is this file? Open-data file names decide; else what the person said; else the fields.

use super::fields::{Field, field, fold};
use super::raw::{RawGeometry, RawLayer, RawSheet};
use crate::network::{InseeCode, Key, KeyKind, Layer, SncuId};
use geo::Geometry;
use std::collections::BTreeSet;

/// What `--kind` can say of a file whose name says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// Heat networks, traced or not.
    Heat,
    /// Cold networks, traced or not.
    Cold,
    /// Networks under construction.
    Project,
    /// PDP.
    PriorityArea,
    /// Communes' outlines.
    Communes,
    /// A yearly regulatory table.
    Regulatory,
}

impl TableKind {
    /// The words of the command line, in the order of the help.
    pub const NAMES: [&'static str; 6] = [
        "heat",
        "cold",
        "project",
        "priority-area",
        "communes",
        "regulatory",
    ];

    /// From the word of the command line.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "heat" => Self::Heat,
            "cold" => Self::Cold,
            "project" => Self::Project,
            "priority-area" => Self::PriorityArea,
            "communes" => Self::Communes,
            "regulatory" => Self::Regulatory,
            _ => return None,
        })
    }
}

/// How the table was found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// The file's name is one of the open-data names.
    Name,
    /// The person said so.
    Kind,
    /// The fields look like it.
    Fields,
}

/// The table that an open-data file name means, whatever stands before or after it.
pub fn by_name(stem: &str) -> Option<Layer> {
    let name = fold(stem);
    if is_dictionary(stem) {
        return None;
    }
    let has = |part: &str| name.contains(part);
    if let Some(table) = by_our_name(&name) {
        Some(table)
    } else if has("reseauxdechaleursanstrace") {
        Some(Layer::HeatUntraced)
    } else if has("reseauxdefroidsanstrace") {
        Some(Layer::ColdUntraced)
    } else if has("reseauxenconstruction") || has("zonesenconstruction") {
        Some(Layer::Projects)
    } else if has("reseauxdechaleur") {
        Some(Layer::Heat)
    } else if has("reseauxdefroid") {
        Some(Layer::Cold)
    } else if has("developpementprioritaire")
        || stem
            .split(|c: char| !c.is_alphabetic())
            .any(|word| word.eq_ignore_ascii_case("pdp"))
    {
        Some(Layer::PriorityAreas)
    } else {
        None
    }
}

/// The table that a file of our exports is named after, folded: nothing may stand around the name.
fn by_our_name(name: &str) -> Option<Layer> {
    Some(match name {
        "heat" | "heatareas" => Layer::Heat,
        "heatuntraced" => Layer::HeatUntraced,
        "cold" | "coldareas" => Layer::Cold,
        "colduntraced" => Layer::ColdUntraced,
        "projects" | "projectzones" | "projectareas" => Layer::Projects,
        "priorityareas" => Layer::PriorityAreas,
        _ => return None,
    })
}

/// Whether the polygons of a file of that name stand for pipes whose line is not published.
pub fn holds_areas(stem: &str) -> bool {
    let name = fold(stem);
    name.contains("zonestampon") || ["heatareas", "coldareas", "projectareas"].contains(&&*name)
}

/// Whether the name is that of a field dictionary or a notice.
pub fn is_dictionary(stem: &str) -> bool {
    let name = fold(stem);
    ["nomenclature", "dictionnaire", "lisezmoi", "readme"]
        .iter()
        .any(|word| name.contains(word))
}

/// How many features have lines, polygons, points.
#[derive(Debug, Clone, Copy, Default)]
struct Shapes {
    lines: usize,
    polygons: usize,
    points: usize,
}

impl Shapes {
    fn of(layer: &RawLayer) -> Self {
        let mut shapes = Self::default();
        for feature in &layer.features {
            if let RawGeometry::Shape(shape) = &feature.geometry {
                match shape {
                    Geometry::Point(_) | Geometry::MultiPoint(_) => shapes.points += 1,
                    Geometry::Polygon(_)
                    | Geometry::MultiPolygon(_)
                    | Geometry::Rect(_)
                    | Geometry::Triangle(_) => shapes.polygons += 1,
                    Geometry::Line(_) | Geometry::LineString(_) | Geometry::MultiLineString(_) => {
                        shapes.lines += 1;
                    }
                    Geometry::GeometryCollection(_) => {}
                }
            }
        }
        shapes
    }

    fn mostly_points(self) -> bool {
        self.points > self.lines
    }
}

/// The table of a layer, and why; `None` when nothing says.
pub fn table_of_layer(layer: &RawLayer, kind: Option<TableKind>) -> Option<(Layer, Because)> {
    if is_dictionary(&layer.stem) {
        return None;
    }
    if let Some(table) = by_name(&layer.stem) {
        return Some((table, Because::Name));
    }
    let shapes = Shapes::of(layer);
    match kind {
        Some(TableKind::Heat) => return Some((heat(shapes), Because::Kind)),
        Some(TableKind::Cold) => return Some((cold(shapes), Because::Kind)),
        Some(TableKind::Project) => return Some((Layer::Projects, Because::Kind)),
        Some(TableKind::PriorityArea) => return Some((Layer::PriorityAreas, Because::Kind)),
        Some(TableKind::Communes) => return Some((Layer::Communes, Because::Kind)),
        Some(TableKind::Regulatory) | None => {}
    }
    by_fields(layer, shapes).map(|table| (table, Because::Fields))
}

fn heat(shapes: Shapes) -> Layer {
    if shapes.mostly_points() {
        Layer::HeatUntraced
    } else {
        Layer::Heat
    }
}

fn cold(shapes: Shapes) -> Layer {
    if shapes.mostly_points() {
        Layer::ColdUntraced
    } else {
        Layer::Cold
    }
}

/// Features looked at to know a table by its fields.
const SAMPLE: usize = 500;

fn by_fields(layer: &RawLayer, shapes: Shapes) -> Option<Layer> {
    let sample = &layer.features[..layer.features.len().min(SAMPLE)];
    let fields: BTreeSet<Field> = sample
        .iter()
        .flat_map(|f| f.properties.keys())
        .filter_map(|name| field(name))
        .collect();
    let has = |wanted: Field| fields.contains(&wanted);
    let values = |wanted: Field| {
        sample
            .iter()
            .flat_map(move |f| {
                f.properties
                    .iter()
                    .filter(move |(name, _)| field(name) == Some(wanted))
            })
            .filter_map(|(_, value)| super::cells::text(value))
    };
    if has(Field::Key) {
        let kind = values(Field::Key).find_map(|key| Key::parse(&key).map(|k| k.kind()));
        match kind {
            Some(KeyKind::Heat) => return Some(heat(shapes)),
            Some(KeyKind::Cold) => return Some(cold(shapes)),
            Some(KeyKind::Project) => return Some(Layer::Projects),
            Some(KeyKind::PriorityArea) => return Some(Layer::PriorityAreas),
            None => {}
        }
    }
    let areal = shapes.polygons > shapes.lines + shapes.points;
    if areal && has(Field::CommuneCode) && has(Field::Name) {
        let codes: Vec<String> = values(Field::CommuneCode).collect();
        let good = codes
            .iter()
            .filter(|c| InseeCode::parse(c).is_some())
            .count();
        if good * 2 > codes.len() {
            return Some(Layer::Communes);
        }
    }
    if has(Field::Commissioning) || has(Field::IsZone) {
        return Some(Layer::Projects);
    }
    if areal {
        // Any polygons may have a column called like an identifier: those of a PDP name networks.
        let names_networks = || {
            values(Field::Sncu)
                .filter_map(|text| SncuId::parse(&text))
                .any(|id| id.is_regular())
        };
        let pdp = has(Field::HeatIds) || has(Field::ProjectIds) || names_networks();
        return pdp.then_some(Layer::PriorityAreas);
    }
    if shapes.lines + shapes.points == 0 {
        return None;
    }
    let ids: Vec<SncuId> = values(Field::Sncu)
        .chain(values(Field::LooseId))
        .filter_map(|text| SncuId::parse(&text))
        .filter(SncuId::is_regular)
        .collect();
    let network = !ids.is_empty()
        || has(Field::Sncu)
        || has(Field::Rate)
        || has(Field::Co2Direct)
        || has(Field::Classified)
        || (has(Field::Name) && (has(Field::Operator) || has(Field::Owner)));
    if !network {
        return None;
    }
    let of_cold = ids.iter().filter(|id| id.as_str().ends_with('F')).count();
    Some(if of_cold * 2 > ids.len() {
        cold(shapes)
    } else {
        heat(shapes)
    })
}

/// What a sheet may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetTable {
    /// Yearly regulatory figures.
    Regulatory(Because),
    /// Attributes of networks, without geometry.
    Attributes,
}

/// The table of a sheet; `None` when nothing says.
pub fn table_of_sheet(sheet: &RawSheet, kind: Option<TableKind>) -> Option<SheetTable> {
    if is_dictionary(&sheet.stem) {
        return None;
    }
    let fields: BTreeSet<Field> = sheet.headers.iter().filter_map(|h| field(h)).collect();
    let has = |wanted: Field| fields.contains(&wanted);
    let identified = has(Field::Sncu) || has(Field::LooseId) || has(Field::Name);
    let figures = has(Field::Rate) || has(Field::Co2Direct) || has(Field::Co2Lca);
    if !identified || !figures {
        return None;
    }
    if kind == Some(TableKind::Regulatory) {
        return Some(SheetTable::Regulatory(Because::Kind));
    }
    let descriptive = has(Field::Operator) || has(Field::Owner) || has(Field::Length);
    Some(if descriptive && !has(Field::Place) {
        SheetTable::Attributes
    } else if year_of(&sheet.stem).is_some() && fold(&sheet.stem).contains("reseau") {
        SheetTable::Regulatory(Because::Name)
    } else {
        SheetTable::Regulatory(Because::Fields)
    })
}

/// The year in a file name: the last run of exactly four digits from 2005 to 2100 (the order is of 2006).
pub fn year_of(stem: &str) -> Option<u16> {
    stem.split(|c: char| !c.is_ascii_digit())
        .filter(|run| run.len() == 4)
        .filter_map(|run| run.parse().ok())
        .rfind(|year| (2005..=2100).contains(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_data_names_decide_whatever_stands_around_them() {
        for (stem, table) in [
            ("reseaux_de_chaleur", Layer::Heat),
            ("140926-Reseaux_de_Chaleur_v2", Layer::Heat),
            ("Réseaux de chaleur", Layer::Heat),
            ("reseaux_de_chaleur_sans_traces", Layer::HeatUntraced),
            ("2026-09_reseaux_de_froid", Layer::Cold),
            ("reseaux_de_froid_sans_traces", Layer::ColdUntraced),
            ("pdp", Layer::PriorityAreas),
            ("pdp_2026", Layer::PriorityAreas),
            ("fcu-PDP", Layer::PriorityAreas),
            ("zones_et_reseaux_en_construction", Layer::Projects),
            ("reseaux_en_construction_traces", Layer::Projects),
            ("reseaux_en_construction_zones", Layer::Projects),
            ("heat", Layer::Heat),
            ("cold-untraced", Layer::ColdUntraced),
            ("priority_areas", Layer::PriorityAreas),
            ("project-zones", Layer::Projects),
            ("heat-areas", Layer::Heat),
            ("reseaux_de_froid_zones_tampon", Layer::Cold),
            ("reseaux_en_construction_zones_tampon", Layer::Projects),
        ] {
            assert_eq!(by_name(stem), Some(table), "{stem}");
        }
        for stem in [
            "nomenclature_shapefile_des_reseaux_de_chaleur_et_froid",
            "reseau_chaleur_2024",
            "communes-75-paris",
            "adpdpx",
            "chaufferies-rdch",
            "heat-demand",
            "our-projects",
        ] {
            assert_eq!(by_name(stem), None, "{stem}");
        }
    }

    #[test]
    fn the_year_is_the_last_four_digit_run() {
        assert_eq!(year_of("reseau_chaleur_2024"), Some(2024));
        assert_eq!(year_of("arrete_20060915_annexe7_2023"), Some(2023));
        assert_eq!(year_of("reseau_chaleur"), None);
        assert_eq!(year_of("20240131"), None);
    }
}
