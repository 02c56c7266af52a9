//! What a tile says of each row: what the map draws, filters and names by. Unknown values are absent.

use super::draw::Canvas;
use super::mvt::{LayerWriter, Value};
use crate::crs::LonLat;
use crate::network::{ENERGY_SOURCES, Layer, Network};
use crate::snapshot::Row;

/// First zoom at which communes bear their names.
const NAMES_FROM: u8 = 10;

/// Adds a row to the layer, when something of it is drawn.
pub(super) fn write(row: &Row<'_>, canvas: &Canvas, out: &mut LayerWriter) {
    match row.layer() {
        Layer::Heat | Layer::Cold | Layer::HeatUntraced | Layer::ColdUntraced => {
            network(row, canvas, out);
        }
        Layer::Projects => project(row, canvas, out),
        Layer::PriorityAreas => priority_area(row, canvas, out),
        Layer::Communes => commune(row, canvas, out),
        Layer::Regulatory => {}
    }
}

/// Properties, unknown ones left out.
#[derive(Default)]
struct Properties<'a>(Vec<(&'static str, Value<'a>)>);

impl<'a> Properties<'a> {
    fn text(&mut self, key: &'static str, text: Option<&'a str>) {
        self.0.extend(text.map(|text| (key, Value::Text(text))));
    }

    fn number(&mut self, key: &'static str, number: Option<f64>) {
        self.0
            .extend(number.map(|number| (key, Value::Number(number))));
    }

    fn whole(&mut self, key: &'static str, number: Option<i64>) {
        self.0
            .extend(number.map(|number| (key, Value::Whole(number))));
    }

    fn flag(&mut self, key: &'static str, flag: Option<bool>) {
        self.0.extend(flag.map(|flag| (key, Value::Flag(flag))));
    }

    fn identity(&mut self, row: &Row<'a>) {
        self.text("key", Some(row.key()));
        self.text("id", row.id());
        self.text("name", row.name());
    }
}

fn network(row: &Row<'_>, canvas: &Canvas, out: &mut LayerWriter) {
    let is_traced = matches!(row.layer(), Layer::Heat | Layer::Cold);
    let shape = if row.is_area() {
        // Too small for this zoom, it is a dash like the others.
        canvas.polygons(row).or_else(|| canvas.lines(row))
    } else if is_traced {
        canvas.lines(row)
    } else {
        canvas.marker(row)
    };
    let Some(shape) = shape else { return };
    let network = row.network().unwrap_or_default();
    let communes = joined(row);
    let energies = energies(&network);
    let mut properties = Properties::default();
    properties.identity(row);
    properties.text("operator", row.operator());
    properties.text("owner", row.owner());
    properties.text("communes", communes.as_deref());
    properties.flag("traced", Some(is_traced));
    properties.flag("area", row.is_area().then_some(true));
    properties.flag("open", Some(row.is_open()));
    properties.flag("classified", network.classified);
    properties.number("renewable_rate_pct", network.figures.renewable_rate_pct);
    properties.number(
        "co2_direct_kg_per_kwh",
        network.figures.co2_direct_kg_per_kwh,
    );
    properties.number("co2_lca_kg_per_kwh", network.figures.co2_lca_kg_per_kwh);
    properties.number("deliveries_total_mwh", network.deliveries_total_mwh);
    properties.whole("creation_year", network.creation_year.map(i64::from));
    properties.text("energies", energies.as_deref());
    out.add(&shape, &properties.0);
}

fn project(row: &Row<'_>, canvas: &Canvas, out: &mut LayerWriter) {
    let shape = if row.is_zone() {
        canvas.polygons(row)
    } else if row.is_area() {
        canvas.polygons(row).or_else(|| canvas.lines(row))
    } else {
        canvas.lines(row)
    };
    let Some(shape) = shape else { return };
    let project = row.project().unwrap_or_default();
    let communes = joined(row);
    let mut properties = Properties::default();
    properties.identity(row);
    properties.text("operator", row.operator());
    properties.text("owner", row.owner());
    properties.text("communes", communes.as_deref());
    properties.flag("zone", Some(row.is_zone()));
    properties.flag("area", row.is_area().then_some(true));
    properties.flag("open", Some(row.is_open()));
    properties.text("commissioning", project.commissioning.as_deref());
    out.add(&shape, &properties.0);
}

fn priority_area(row: &Row<'_>, canvas: &Canvas, out: &mut LayerWriter) {
    let Some(shape) = canvas.polygons(row) else {
        return;
    };
    let communes = joined(row);
    let links: Vec<&str> = row.link_keys().iter().collect();
    let links = links.join(",");
    let mut properties = Properties::default();
    properties.identity(row);
    properties.text("communes", communes.as_deref());
    properties.text(
        "network_keys",
        Some(links.as_str()).filter(|l| !l.is_empty()),
    );
    out.add(&shape, &properties.0);
}

fn commune(row: &Row<'_>, canvas: &Canvas, out: &mut LayerWriter) {
    let named = [
        ("code", Value::Text(row.key())),
        ("name", Value::Text(row.name().unwrap_or_default())),
    ];
    if let Some(shape) = canvas.polygons(row) {
        out.add(&shape, &named);
    }
    let middle = row.bounds().map(|bounds| LonLat {
        lon: f64::midpoint(bounds.west, bounds.east),
        lat: f64::midpoint(bounds.south, bounds.north),
    });
    if canvas.zoom() >= NAMES_FROM
        && let Some(shape) = middle.and_then(|place| canvas.point(place))
    {
        out.add(&shape, &named);
    }
}

fn joined(row: &Row<'_>) -> Option<String> {
    let names: Vec<&str> = row.communes().iter().collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Sources that produce something, between commas (`,gaz_naturel,UIOM,`) so that a filter looks for `,UIOM,`.
fn energies(network: &Network) -> Option<String> {
    let produce = ENERGY_SOURCES
        .iter()
        .zip(&network.production_mwh)
        .filter(|(_, mwh)| mwh.is_some_and(|mwh| mwh > 0.0));
    let names: Vec<&str> = produce.map(|(source, _)| *source).collect();
    (!names.is_empty()).then(|| format!(",{},", names.join(",")))
}
