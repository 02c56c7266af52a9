//! One layer of features to the rows of its table: coordinates placed, shapes cleaned, attributes understood, each
//! feature apart and all of them in parallel; findings come in the order of the file.

use super::ReadRow;
use super::attributes::{Attributes, Columns, Reader, unknown_fields};
use super::belief::{Lies, believe};
use super::classify::holds_areas;
use super::clean::{Kind, clean_lines, clean_polygons, promote, to_planar};
use super::fields::{Field, fold};
use super::figures::{self, Expected, RateUnit};
use super::raw::{RawFeature, RawGeometry, RawLayer};
use crate::crs::{Crs, Planar, Territory};
use crate::network::{
    Commune, InseeCode, KeyKind, Layer, Network, NetworkKind, NetworkShape, PriorityArea, Project,
    ProjectShape, SncuId,
};
use crate::report::{
    COORDINATES_IMPOSSIBLE, COORDINATES_SWAPPED, FIELD_UNKNOWN, Finding, GEOMETRY_COLLECTION,
    GEOMETRY_EMPTY, GEOMETRY_MISSING, GEOMETRY_UNREADABLE, GEOMETRY_WRONG_TYPE, ID_FCU_DUPLICATE,
    KEY_MALFORMED, OUTSIDE_FRANCE, PIECES_DROPPED, POINTS_REDUCED, POLYGON_REPAIRED, Place,
    ROW_WITHOUT_IDENTITY, SEVERAL_DEPARTMENTS, SNCU_MALFORMED, SNCU_MISSING, SNCU_WRONG_KIND,
    UNIT_CONVERTED, at, counted,
};
use geo::{MultiLineString, MultiPolygon, Point};
use rayon::prelude::*;
use std::collections::HashMap;

/// Rows of one table.
#[derive(Debug)]
pub enum Rows {
    /// Of the four network tables.
    Networks(Vec<ReadRow<Network>>),
    /// Networks under construction.
    Projects(Vec<ReadRow<Project>>),
    /// PDP.
    PriorityAreas(Vec<ReadRow<PriorityArea>>),
    /// Communes.
    Communes(Vec<ReadRow<Commune>>),
}

/// What a layer gave.
#[derive(Debug)]
pub struct LayerRows {
    /// Rows of its table.
    pub rows: Rows,
    /// Networks with a trace in an untraced table, or the reverse: they belong to the other table.
    pub astray: Vec<ReadRow<Network>>,
    /// The system read with.
    pub epsg: Option<u16>,
    /// Cannot be right as a whole.
    pub refused: bool,
    /// Everything worth saying.
    pub findings: Vec<Finding>,
}

/// Reads a layer as `table` (not the regulatory one).
pub fn read_layer(layer: RawLayer, table: Layer) -> LayerRows {
    let belief = believe(&layer);
    let epsg = belief.crs.as_ref().map(Crs::epsg);
    let mut out = LayerRows {
        rows: match table {
            Layer::Projects => Rows::Projects(Vec::new()),
            Layer::PriorityAreas => Rows::PriorityAreas(Vec::new()),
            Layer::Communes => Rows::Communes(Vec::new()),
            _ => Rows::Networks(Vec::new()),
        },
        astray: Vec::new(),
        epsg,
        refused: belief.refused,
        findings: belief.findings,
    };
    if belief.refused {
        return out;
    }
    let RawLayer {
        file,
        stem,
        features,
        ..
    } = layer;
    for name in unknown_fields(features.iter().map(|f| &f.properties)) {
        out.findings.push(FIELD_UNKNOWN.finding(
            Place {
                field: Some(name.to_owned()),
                ..at(&file)
            },
            format!("Champ « {name} » inconnu, non repris."),
            "Rien à faire s’il ne sert pas ; sinon donnez-lui un des noms de l’open data.",
        ));
    }
    let (properties, shapes): (Vec<_>, Vec<_>) = features
        .into_iter()
        .map(
            |RawFeature {
                 number,
                 properties,
                 geometry,
             }| (properties, (number, geometry)),
        )
        .unzip();
    let names = properties.iter().flat_map(|p| p.keys().map(String::as_str));
    let columns = Columns::new(names);
    let attributes: Vec<Attributes<'_>> = properties.iter().map(|p| columns.of(p)).collect();

    let is_network = matches!(
        table,
        Layer::Heat | Layer::HeatUntraced | Layer::Cold | Layer::ColdUntraced
    );
    let unit = if is_network {
        unit_of_layer(&file, &attributes, &properties, &mut out.findings)
    } else {
        RateUnit::Percent
    };
    let crs = belief.crs.unwrap_or_else(Crs::wgs84);
    let context = Context {
        file: &file,
        table,
        crs: &crs,
        unit,
        polygons: if holds_areas(&stem) {
            PolygonsAre::Pipes
        } else {
            PolygonsAre::AsTheTableSays
        },
    };
    let read: Vec<(Option<Row>, Vec<Finding>)> = shapes
        .into_par_iter()
        .zip(attributes.par_iter())
        .zip(belief.lies.into_par_iter())
        .map(|(((number, geometry), attributes), lies)| {
            context.feature(number, geometry, attributes, lies)
        })
        .collect();
    for (row, findings) in read {
        out.findings.extend(findings);
        match (row, &mut out.rows) {
            (Some(Row::Network(row)), Rows::Networks(rows)) => {
                let traced = row.row.is_traced();
                let wants_trace = matches!(table, Layer::Heat | Layer::Cold);
                if traced == wants_trace {
                    rows.push(*row);
                } else {
                    out.astray.push(*row);
                }
            }
            (Some(Row::Project(row)), Rows::Projects(rows)) => rows.push(row),
            (Some(Row::PriorityArea(row)), Rows::PriorityAreas(rows)) => rows.push(row),
            (Some(Row::Commune(row)), Rows::Communes(rows)) => rows.push(row),
            _ => {}
        }
    }
    match &mut out.rows {
        Rows::Networks(rows) => unique_ids(rows, |row| &mut row.id_fcu, &mut out.findings),
        Rows::Projects(rows) => unique_ids(rows, |row| &mut row.id_fcu, &mut out.findings),
        Rows::PriorityAreas(rows) => unique_ids(rows, |row| &mut row.id_fcu, &mut out.findings),
        Rows::Communes(_) => {}
    }
    out
}

/// An `id_fcu` is unique within its table: the rows that take one again lose it.
fn unique_ids<T>(
    rows: &mut [ReadRow<T>],
    id_of: impl Fn(&mut T) -> &mut Option<i64>,
    findings: &mut Vec<Finding>,
) {
    let mut seen: HashMap<i64, Option<u64>> = HashMap::new();
    for read in rows {
        let id = id_of(&mut read.row);
        let Some(number) = *id else { continue };
        if let Some(before) = seen.get(&number) {
            *id = None;
            findings.push(ID_FCU_DUPLICATE.finding(
                Place {
                    field: Some("id_fcu".to_owned()),
                    ..read.place.clone()
                },
                format!(
                    "id_fcu {number} est déjà celui de l’objet {} : laissé vide ici.",
                    before.unwrap_or_default()
                ),
                "Donnez un numéro unique à chaque ligne de la table.",
            ));
        } else {
            seen.insert(number, read.place.feature);
        }
    }
}

fn unit_of_layer(
    file: &str,
    attributes: &[Attributes<'_>],
    properties: &[serde_json::Map<String, serde_json::Value>],
    findings: &mut Vec<Finding>,
) -> RateUnit {
    let rates: Vec<f64> = attributes
        .iter()
        .filter_map(|a| a.number(Field::Rate))
        .collect();
    let says_percent = properties
        .iter()
        .flat_map(serde_json::Map::keys)
        .any(|name| {
            super::fields::field(name) == Some(Field::Rate)
                && (name.contains('%') || super::fields::fold(name).contains("pct"))
        });
    let unit = figures::rate_unit(
        &rates,
        if says_percent {
            Expected::SurelyPercent
        } else {
            Expected::Percent
        },
    );
    if unit == RateUnit::Fraction {
        findings.push(UNIT_CONVERTED.graded(crate::report::Severity::Warning).finding(
            Place {
                field: Some("Taux EnR&R".to_owned()),
                ..at(file)
            },
            format!(
                "Les {} de la colonne sont des fractions (0,533 pour 53,3 %) : converties en pour cent.",
                counted(rates.len() as u64, "taux", "taux")
            ),
            "Écrivez les taux en pour cent dans ce fichier.",
        ));
    }
    unit
}

enum Row {
    Network(Box<ReadRow<Network>>),
    Project(ReadRow<Project>),
    PriorityArea(ReadRow<PriorityArea>),
    Commune(ReadRow<Commune>),
}

/// A cleaned shape in the legal projection.
enum Cleaned {
    Point(Planar<Point<f64>>),
    Lines(Planar<MultiLineString<f64>>),
    Polygons(Planar<MultiPolygon<f64>>),
}

struct Context<'a> {
    file: &'a str,
    table: Layer,
    crs: &'a Crs,
    unit: RateUnit,
    polygons: PolygonsAre,
}

/// What the polygons of a file stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PolygonsAre {
    /// Zones, perimeters, outlines.
    AsTheTableSays,
    /// Pipes whose line is not published.
    Pipes,
}

impl Context<'_> {
    fn feature(
        &self,
        number: u64,
        geometry: RawGeometry,
        attributes: &Attributes<'_>,
        lies: Lies,
    ) -> (Option<Row>, Vec<Finding>) {
        let place = Place {
            feature: Some(number),
            network: self.label(attributes),
            ..at(self.file)
        };
        let mut findings = Vec::new();
        let shape = match self.shape(geometry, lies, &place, &mut findings) {
            Ok(shape) => shape,
            Err(finding) => {
                findings.push(finding);
                return (None, findings);
            }
        };
        let mut reader = attributes.reader(place.clone());
        let row = self.row(shape, attributes, &mut reader, &place, &mut findings);
        findings.append(&mut reader.findings);
        match row {
            Ok(row) => (Some(row), findings),
            Err(finding) => {
                findings.push(finding);
                (None, findings)
            }
        }
    }

    /// How findings name the row: a national id or a name.
    fn label(&self, attributes: &Attributes<'_>) -> Option<String> {
        match self.table {
            // A PDP's id is a network's: its findings must not count against that network.
            Layer::PriorityAreas => return attributes.name(),
            Layer::Communes => return None,
            _ => {}
        }
        attributes
            .sncu_text()
            .and_then(|id| SncuId::parse(&id))
            .map(|id| id.as_str().to_owned())
            .or_else(|| attributes.name())
    }

    fn shape(
        &self,
        geometry: RawGeometry,
        lies: Lies,
        place: &Place,
        findings: &mut Vec<Finding>,
    ) -> Result<Cleaned, Finding> {
        let located = |position| Place {
            position: Some(position),
            ..place.clone()
        };
        let shape = match geometry {
            RawGeometry::Shape(shape) => shape,
            RawGeometry::Missing => {
                return Err(GEOMETRY_MISSING.finding(
                    place.clone(),
                    "Pas de géométrie : ligne écartée.",
                    "Dessinez le tracé, ou mettez la ligne dans le fichier des réseaux sans tracé avec un point.",
                ));
            }
            RawGeometry::Bad(why) => {
                return Err(GEOMETRY_UNREADABLE.finding(
                    place.clone(),
                    format!("Géométrie illisible ({why}) : ligne écartée."),
                    "Corrigez la géométrie dans le logiciel d’origine et exportez de nouveau.",
                ));
            }
        };
        let territory = match lies {
            Lies::InFrance(territory) => territory,
            Lies::Nowhere => {
                return Err(GEOMETRY_EMPTY.finding(
                    place.clone(),
                    "Géométrie vide : ligne écartée.",
                    "Dessinez le tracé, ou retirez la ligne.",
                ));
            }
            Lies::Abroad(position) => {
                findings.push(OUTSIDE_FRANCE.finding(
                    located(position),
                    format!(
                        "Objet hors de France (longitude {:.4}, latitude {:.4}) : gardé.",
                        position.lon, position.lat
                    ),
                    "Vérifiez le système de coordonnées ; les distances y sont mesurées en Lambert-93, qui n’y vaut rien.",
                ));
                Territory::of(position)
            }
            Lies::Swapped(position) => {
                return Err(COORDINATES_SWAPPED.finding(
                    located(position),
                    format!(
                        "Longitude et latitude inversées (longitude {:.4}, latitude {:.4}) : ligne écartée.",
                        position.lon, position.lat
                    ),
                    "Exportez de nouveau avec la longitude (est) d’abord, la latitude (nord) ensuite.",
                ));
            }
            Lies::Impossible(c) => return Err(self.impossible(place, c.x, c.y)),
        };
        let fail = |_| self.impossible(place, f64::NAN, f64::NAN);
        match promote(shape) {
            Kind::Point(point, more) => {
                if more > 0 {
                    findings.push(POINTS_REDUCED.finding(
                        place.clone(),
                        format!(
                            "{} : le premier est gardé.",
                            counted(more as u64 + 1, "point", "points")
                        ),
                        "Donnez un seul point par réseau sans tracé.",
                    ));
                }
                to_planar(point, self.crs, territory)
                    .map(Cleaned::Point)
                    .map_err(fail)
            }
            Kind::Lines(lines) => {
                let mut planar = to_planar(lines, self.crs, territory).map_err(fail)?;
                Self::clean_trace(&mut planar, place, findings)?;
                Ok(Cleaned::Lines(planar))
            }
            Kind::Polygons(polygons) => {
                let mut planar = to_planar(polygons, self.crs, territory).map_err(fail)?;
                Self::clean_zone(&mut planar, place, findings)?;
                Ok(Cleaned::Polygons(planar))
            }
            Kind::Collection => Err(GEOMETRY_COLLECTION.finding(
                place.clone(),
                "Collection de géométries : ligne écartée.",
                "Séparez lignes, polygones et points en objets distincts.",
            )),
            Kind::Empty => Err(GEOMETRY_EMPTY.finding(
                place.clone(),
                "Géométrie vide : ligne écartée.",
                "Dessinez le tracé, ou retirez la ligne.",
            )),
        }
    }

    fn impossible(&self, place: &Place, x: f64, y: f64) -> Finding {
        COORDINATES_IMPOSSIBLE.finding(
            place.clone(),
            format!(
                "Coordonnées impossibles en EPSG:{} ({x} ; {y}) : ligne écartée.",
                self.crs.epsg()
            ),
            "Corrigez ou supprimez les sommets fautifs dans le logiciel d’origine.",
        )
    }

    fn clean_trace(
        planar: &mut Planar<MultiLineString<f64>>,
        place: &Place,
        findings: &mut Vec<Finding>,
    ) -> Result<(), Finding> {
        let dropped = clean_lines(&mut planar.shape);
        if planar.shape.0.is_empty() {
            return Err(GEOMETRY_EMPTY.finding(
                place.clone(),
                "Il ne reste aucun tronçon de longueur non nulle : ligne écartée.",
                "Dessinez le tracé, ou mettez la ligne dans le fichier des réseaux sans tracé avec un point.",
            ));
        }
        if dropped.empty + dropped.duplicate > 0 {
            findings.push(PIECES_DROPPED.finding(
                place.clone(),
                format!(
                    "{} de longueur nulle et {} en double retirés.",
                    counted(dropped.empty, "tronçon", "tronçons"),
                    dropped.duplicate
                ),
                "Rien à faire : les distances n’en changent pas.",
            ));
        }
        Ok(())
    }

    fn clean_zone(
        planar: &mut Planar<MultiPolygon<f64>>,
        place: &Place,
        findings: &mut Vec<Finding>,
    ) -> Result<(), Finding> {
        let repair = clean_polygons(&mut planar.shape);
        if planar.shape.0.is_empty() {
            return Err(GEOMETRY_EMPTY.finding(
                place.clone(),
                "Polygone sans surface : ligne écartée.",
                "Dessinez le contour, ou retirez la ligne.",
            ));
        }
        if repair.repaired {
            findings.push(POLYGON_REPAIRED.finding(
                place.clone(),
                format!(
                    "Polygone invalide (contour qui se croise, trou hors du contour ou parties superposées) réparé : {} m².",
                    counted(repair.area_m2.round() as u64, "", "").trim()
                ),
                "Vérifiez le contour sur la carte, et corrigez-le à la source.",
            ));
        }
        Ok(())
    }

    fn row(
        &self,
        shape: Cleaned,
        attributes: &Attributes<'_>,
        reader: &mut Reader<'_, '_>,
        place: &Place,
        findings: &mut Vec<Finding>,
    ) -> Result<Row, Finding> {
        let wrong = |expected: &str, found: &str| {
            GEOMETRY_WRONG_TYPE.finding(
                place.clone(),
                format!("{found}, là où il faut {expected} : ligne écartée."),
                "Vérifiez que l’objet est dans le bon fichier.",
            )
        };
        let kind = match self.table {
            Layer::Cold | Layer::ColdUntraced => KeyKind::Cold,
            Layer::Projects => KeyKind::Project,
            Layer::PriorityAreas => KeyKind::PriorityArea,
            _ => KeyKind::Heat,
        };
        let declared_key = match reader.key() {
            Some(Ok(key)) if key.kind() == kind => Some(key),
            Some(Ok(key)) => {
                findings.push(malformed_key(place, key.as_str()));
                None
            }
            Some(Err(text)) => {
                findings.push(malformed_key(place, &text));
                None
            }
            None => None,
        };
        Ok(match self.table {
            Layer::Projects => {
                let mut row = reader.project();
                let is_no_zone =
                    row_says_no_zone(attributes) || self.polygons == PolygonsAre::Pipes;
                row.shape = Some(match shape {
                    Cleaned::Lines(lines) => ProjectShape::Trace(lines),
                    Cleaned::Polygons(area) if is_no_zone => ProjectShape::Area(area),
                    Cleaned::Polygons(zone) => ProjectShape::Zone(zone),
                    Cleaned::Point(_) => {
                        return Err(wrong("des lignes ou des polygones", "Un point"));
                    }
                });
                Row::Project(ReadRow {
                    row,
                    declared_key,
                    place: place.clone(),
                })
            }
            Layer::PriorityAreas => {
                let mut row = reader.priority_area();
                row.shape = Some(match shape {
                    Cleaned::Polygons(zone) => zone,
                    Cleaned::Lines(_) => return Err(wrong("des polygones", "Des lignes")),
                    Cleaned::Point(_) => return Err(wrong("des polygones", "Un point")),
                });
                Row::PriorityArea(ReadRow {
                    row,
                    declared_key,
                    place: place.clone(),
                })
            }
            Layer::Communes => {
                let Cleaned::Polygons(outline) = shape else {
                    return Err(wrong("des polygones", "Des lignes ou un point"));
                };
                let code = attributes
                    .text(Field::CommuneCode)
                    .or_else(|| attributes.text(Field::CommunesInsee))
                    .and_then(|code| InseeCode::parse(&code));
                let name = attributes
                    .name()
                    .or_else(|| attributes.text(Field::Communes));
                let (Some(code), Some(name)) = (code, name) else {
                    return Err(ROW_WITHOUT_IDENTITY.finding(
                        place.clone(),
                        "Commune sans code INSEE ou sans nom : ligne écartée.",
                        "Donnez les champs « code » et « nom ».",
                    ));
                };
                let row = Commune {
                    code,
                    name,
                    shape: Some(outline),
                };
                Row::Commune(ReadRow {
                    row,
                    declared_key: None,
                    place: place.clone(),
                })
            }
            _ => {
                let network_kind = if kind == KeyKind::Cold {
                    NetworkKind::Cold
                } else {
                    NetworkKind::Heat
                };
                let mut row = reader.network(network_kind);
                row.shape = Some(match shape {
                    Cleaned::Lines(lines) => NetworkShape::Trace(lines),
                    Cleaned::Point(point) => NetworkShape::Marker(point),
                    Cleaned::Polygons(area)
                        if declared_key.is_some() || self.polygons == PolygonsAre::Pipes =>
                    {
                        NetworkShape::Area(area)
                    }
                    Cleaned::Polygons(_) => {
                        return Err(wrong("des lignes ou un point", "Un polygone"));
                    }
                });
                check_network(&mut row, attributes, self.unit, place, findings);
                Row::Network(Box::new(ReadRow {
                    row,
                    declared_key,
                    place: place.clone(),
                }))
            }
        })
    }
}

/// Whether the row's `is_zone` is no: a polygon is then where pipes are, not a zone to be served.
fn row_says_no_zone(attributes: &Attributes<'_>) -> bool {
    let said = attributes.text(Field::IsZone);
    said.is_some_and(|text| matches!(fold(&text).as_str(), "false" | "f" | "0" | "non" | "no"))
}

fn malformed_key(place: &Place, text: &str) -> Finding {
    KEY_MALFORMED.finding(
        Place {
            field: Some("key".to_owned()),
            ..place.clone()
        },
        format!("Clé « {text} » illisible ou d’une autre table : ignorée."),
        "Une clé s’écrit « heat:7501C » ; laissez le champ vide si vous n’en avez pas.",
    )
}

/// What one network says of itself: identifier, departments, figures.
pub fn check_network(
    row: &mut Network,
    attributes: &Attributes<'_>,
    unit: RateUnit,
    place: &Place,
    findings: &mut Vec<Finding>,
) {
    let at_id = Place {
        field: Some("Identifiant reseau".to_owned()),
        ..place.clone()
    };
    match (&row.sncu_id, attributes.text(Field::Sncu)) {
        (Some(id), _) if id.is_regular() => {
            let is_cold_id = id.as_str().ends_with('F');
            if is_cold_id != (row.kind == NetworkKind::Cold) {
                findings.push(SNCU_WRONG_KIND.finding(
                    at_id,
                    format!(
                        "L’identifiant {id} est celui d’un réseau de {}, dans une table de {}.",
                        if is_cold_id { "froid" } else { "chaleur" },
                        if is_cold_id { "chaleur" } else { "froid" }
                    ),
                    "Vérifiez l’identifiant, ou mettez la ligne dans l’autre table.",
                ));
            }
        }
        (Some(id), _) => findings.push(SNCU_MALFORMED.finding(
            at_id,
            format!("L’identifiant « {id} » n’a pas la forme 7501C ; gardé tel quel."),
            "Remplacez un identifiant provisoire dès que le définitif est connu.",
        )),
        (None, Some(text)) => findings.push(SNCU_MALFORMED.finding(
            at_id,
            format!("« {text} » n’est pas un identifiant ; laissé vide."),
            "Un identifiant national a quatre chiffres puis C ou F.",
        )),
        (None, None) => findings.push(SNCU_MISSING.finding(
            at_id,
            "Réseau sans identifiant national.",
            "Renseignez-le s’il existe : il suit le réseau d’une édition à l’autre et le relie aux tableaux réglementaires.",
        )),
    }
    if let Some(department) = row.department.as_deref().filter(|d| d.contains(',')) {
        findings.push(SEVERAL_DEPARTMENTS.finding(
            Place {
                field: Some("departement".to_owned()),
                ..place.clone()
            },
            format!("Réseau sur plusieurs départements ({department})."),
            "Rien à faire.",
        ));
    }
    figures::check(&mut row.figures, unit, place, findings);
    row.declared_figures = row.figures;
}
