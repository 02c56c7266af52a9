//! What does a request for items ask? Every parameter read and checked; one that is not known is refused.

use super::cql2::{self, Filter, FilterError, Known};
use super::crs::Crs;
use super::features::{Table, Value};
use crate::http::params::Params;
use crate::http::problem::{Code, Problem};
use caloduc_engine::snapshot::Bounds;
use caloduc_formats::table::Kind;
use geo::{Coord, Geometry, Intersects, Rect};

/// Features of a page when it is not said.
const USUAL: usize = 100;
/// Most features of a page; more is taken as this.
pub(super) const MOST: usize = 10_000;

/// Parameters of items besides the collection's own properties.
const PARAMETERS: [&str; 13] = [
    "f",
    "limit",
    "offset",
    "bbox",
    "bbox-crs",
    "crs",
    "datetime",
    "properties",
    "sortby",
    "filter",
    "filter-lang",
    "filter-crs",
    "lang",
];

/// A form of answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Json,
    Html,
    FlatGeobuf,
}

/// A box to be met.
#[derive(Debug, Clone)]
pub(super) struct Window {
    /// In the system of the box: each side is straight there.
    pub(super) shape: Geometry<f64>,
    pub(super) crs: Crs,
    /// Boxes of degrees around it, for the spatial index.
    pub(super) around: Vec<Bounds>,
}

/// A property to sort by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SortKey {
    pub(super) column: usize,
    pub(super) descending: bool,
}

/// A question to a collection.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) limit: usize,
    pub(super) offset: usize,
    pub(super) window: Option<Window>,
    pub(super) crs: Crs,
    pub(super) filter: Option<Filter>,
    /// Properties equal to a value, from parameters named after them.
    pub(super) equal: Vec<(usize, String)>,
    pub(super) sort: Vec<SortKey>,
    /// Columns to show; all when not said.
    pub(super) columns: Vec<usize>,
}

fn wrong(parameter: &str, detail: impl Into<String>) -> Problem {
    Problem::new(Code::InvalidParameter)
        .at(parameter)
        .detail(detail)
}

/// The form asked for by `f`, else by `Accept`.
pub(super) fn form(params: &Params, accept: &str) -> Result<Form, Problem> {
    match params.get("f") {
        Some("json" | "geojson") => Ok(Form::Json),
        Some("html") => Ok(Form::Html),
        Some("fgb" | "flatgeobuf") => Ok(Form::FlatGeobuf),
        Some(_) => Err(wrong("f", "« f » vaut json, html ou fgb.")),
        None if accept.contains("text/html") => Ok(Form::Html),
        None if accept.contains("application/flatgeobuf") => Ok(Form::FlatGeobuf),
        None => Ok(Form::Json),
    }
}

/// Refuses parameters that are not known.
pub(super) fn only<'a>(
    params: &Params,
    known: impl Fn(&str) -> bool,
    names: impl Iterator<Item = &'a str>,
) -> Result<(), Problem> {
    let Some((unknown, _)) = params.pairs().find(|(name, _)| !known(name)) else {
        return Ok(());
    };
    let mut near: Vec<(f64, &str)> = names
        .map(|name| (strsim::jaro_winkler(unknown, name), name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    let near = near.into_iter().take(3).map(|(_, name)| name.to_owned());
    Err(wrong(
        unknown,
        format!("Le paramètre « {unknown} » n’existe pas ici."),
    )
    .remedy("Retirez-le, ou voyez /ogc/api.")
    .suggestions(near.collect()))
}

/// Reads the question.
pub(super) fn read(params: &Params, table: &Table) -> Result<Question, Problem> {
    let is_property = |name: &str| table.column(name).is_some();
    let names = PARAMETERS
        .into_iter()
        .chain(table.columns.iter().map(|column| column.name.as_str()));
    only(
        params,
        |name| PARAMETERS.contains(&name) || is_property(name),
        names,
    )?;
    let limit = params
        .between("limit", 1, usize::MAX)?
        .map_or(USUAL, |limit| limit.min(MOST));
    let crs = |name: &'static str| {
        params
            .get(name)
            .map_or(Ok(Crs::default()), |text| Crs::parse(text, name))
    };
    Ok(Question {
        limit,
        offset: params.between("offset", 0, usize::MAX)?.unwrap_or(0),
        window: match params.get("bbox") {
            Some(text) => Some(window(text, crs("bbox-crs")?)?),
            None => {
                crs("bbox-crs")?;
                None
            }
        },
        crs: crs("crs")?,
        filter: filter(params, table, crs("filter-crs")?)?,
        equal: equal(params, table)?,
        sort: sort(params, table)?,
        columns: columns(params, table)?,
    })
}

fn window(text: &str, crs: Crs) -> Result<Window, Problem> {
    let numbers: Vec<f64> = text
        .split(',')
        .map(|number| number.trim().parse().ok().filter(|n: &f64| n.is_finite()))
        .collect::<Option<_>>()
        .ok_or_else(|| {
            wrong(
                "bbox",
                "« bbox » est fait de nombres séparés par des virgules.",
            )
        })?;
    let [west, south, east, north] = match numbers.as_slice() {
        [w, s, e, n] | [w, s, _, e, n, _] => [*w, *s, *e, *n],
        _ => {
            return Err(wrong(
                "bbox",
                "« bbox » a quatre nombres, ou six avec des hauteurs.",
            ));
        }
    };
    if south > north || (west > east && crs == Crs::Lambert93) {
        return Err(wrong(
            "bbox",
            "« bbox » va du coin sud-ouest au coin nord-est.",
        ));
    }
    let rect = |w: f64, e: f64| Rect::new(Coord { x: w, y: south }, Coord { x: e, y: north });
    if crs == Crs::Degrees {
        let limits = (-180.0..=180.0).contains(&west)
            && (-180.0..=180.0).contains(&east)
            && south >= -90.0
            && north <= 90.0;
        if !limits {
            return Err(wrong(
                "bbox",
                "Des degrés sont attendus\u{a0}; pour des mètres, ajoutez bbox-crs.",
            ));
        }
        // Across the antimeridian.
        let rects = if west > east {
            vec![rect(west, 180.0), rect(-180.0, east)]
        } else {
            vec![rect(west, east)]
        };
        let around = rects.iter().map(bounds).collect();
        let polygons = rects.into_iter().map(Rect::to_polygon).collect();
        return Ok(Window {
            shape: Geometry::MultiPolygon(geo::MultiPolygon(polygons)),
            crs,
            around,
        });
    }
    let rect = rect(west, east);
    Ok(Window {
        around: vec![around(&rect)],
        shape: Geometry::Polygon(rect.to_polygon()),
        crs,
    })
}

fn bounds(rect: &Rect<f64>) -> Bounds {
    Bounds {
        west: rect.min().x,
        south: rect.min().y,
        east: rect.max().x,
        north: rect.max().y,
    }
}

/// A box of degrees around a box of Lambert-93, whose sides are curves there.
fn around(rect: &Rect<f64>) -> Bounds {
    const STEPS: u32 = 16;
    let mut out = Bounds {
        west: 180.0,
        south: 90.0,
        east: -180.0,
        north: -90.0,
    };
    for i in 0..=STEPS {
        for j in 0..=STEPS {
            let part = |low: f64, high: f64, step: u32| {
                low + (high - low) * f64::from(step) / f64::from(STEPS)
            };
            let at = Crs::Lambert93.to_degrees(Coord {
                x: part(rect.min().x, rect.max().x, i),
                y: part(rect.min().y, rect.max().y, j),
            });
            out.west = out.west.min(at.x);
            out.east = out.east.max(at.x);
            out.south = out.south.min(at.y);
            out.north = out.north.max(at.y);
        }
    }
    // Between two positions the side bends by less than this part of the box.
    let (dx, dy) = ((out.east - out.west) / 64.0, (out.north - out.south) / 64.0);
    Bounds {
        west: out.west - dx,
        south: out.south - dy,
        east: out.east + dx,
        north: out.north + dy,
    }
}

fn filter(params: &Params, table: &Table, crs: Crs) -> Result<Option<Filter>, Problem> {
    let lang = params.get("filter-lang");
    let Some(text) = params.get("filter") else {
        return Ok(None);
    };
    let known = Known { table, crs };
    let read = match lang {
        Some("cql2-text") => cql2::from_text(text, known),
        Some("cql2-json") => cql2::from_json(text, known),
        None if text.starts_with('{') => cql2::from_json(text, known),
        None => cql2::from_text(text, known),
        Some(_) => {
            return Err(wrong(
                "filter-lang",
                "« filter-lang » vaut cql2-text ou cql2-json.",
            ));
        }
    };
    read.map(Some).map_err(|error| refused(&error, table))
}

fn refused(error: &FilterError, table: &Table) -> Problem {
    let problem = wrong("filter", error.to_string());
    let FilterError::UnknownProperty(name) = error else {
        return problem;
    };
    let near = table
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .filter(|known| strsim::jaro_winkler(known, name) > 0.8)
        .take(5)
        .map(str::to_owned);
    problem.suggestions(near.collect())
}

fn equal(params: &Params, table: &Table) -> Result<Vec<(usize, String)>, Problem> {
    let mut all = Vec::new();
    for (name, value) in params.pairs() {
        if PARAMETERS.contains(&name) {
            continue;
        }
        let Some(at) = table.column(name) else {
            continue;
        };
        let right = match table.columns[at].kind {
            Kind::Text | Kind::List => true,
            Kind::Integer => value.parse::<i64>().is_ok(),
            Kind::Real => value.parse::<f64>().is_ok(),
            Kind::Boolean => ["true", "false"].contains(&value),
        };
        if !right {
            let kind = table.columns[at].kind.french();
            return Err(wrong(
                name,
                format!("« {name} » est d’un autre type\u{a0}: {kind}."),
            ));
        }
        all.push((at, value.to_owned()));
    }
    Ok(all)
}

/// Whether a property has the value of a parameter: for a list, whether it is one of its items.
pub(super) fn is_equal(value: &Value, wanted: &str) -> bool {
    match value {
        Value::Unknown => false,
        Value::Text(text) => text == wanted,
        Value::List(items) => items.iter().any(|item| item == wanted),
        Value::Integer(number) => wanted.parse() == Ok(*number),
        Value::Real(number) => wanted.parse() == Ok(*number),
        Value::Boolean(value) => wanted == if *value { "true" } else { "false" },
    }
}

fn sort(params: &Params, table: &Table) -> Result<Vec<SortKey>, Problem> {
    let Some(text) = params.get("sortby") else {
        return Ok(Vec::new());
    };
    text.split(',')
        .map(|name| {
            let descending = name.trim_start().starts_with('-');
            let name = name.trim().trim_start_matches(['+', '-', ' ']);
            table
                .column(name)
                .map(|column| SortKey { column, descending })
                .ok_or_else(|| wrong("sortby", format!("La propriété « {name} » n’existe pas.")))
        })
        .collect()
}

fn columns(params: &Params, table: &Table) -> Result<Vec<usize>, Problem> {
    let Some(text) = params.get("properties") else {
        return Ok((0..table.columns.len()).collect());
    };
    text.split(',')
        .map(|name| {
            table.column(name.trim()).ok_or_else(|| {
                wrong(
                    "properties",
                    format!("La propriété « {name} » n’existe pas."),
                )
            })
        })
        .collect()
}

impl Window {
    /// Whether a shape of this window's system meets it.
    pub(super) fn meets(&self, shape: &Geometry<f64>) -> bool {
        self.shape.intersects(shape)
    }

    /// Whether a box of degrees is wholly inside; `false` when that is not plain.
    pub(super) fn holds(&self, own: Bounds) -> bool {
        self.crs == Crs::Degrees
            && self.around.iter().any(|window| {
                window.west <= own.west
                    && own.east <= window.east
                    && window.south <= own.south
                    && own.north <= window.north
            })
    }
}
