//! The layers of a plan, from the ground up: communes, priority areas, zones, cold, projects, heat, markers.

use super::Key;
use super::frame::{Frame, PathWriter};
use crate::pages::Lang;
use caloduc_engine::network::Layer;
use caloduc_engine::snapshot::{PartRole, Row, Snapshot};
use std::fmt::Write as _;

/// Draws every layer; returns the legend of what was drawn.
pub(super) fn draw(snapshot: &Snapshot, frame: &Frame, svg: &mut String, lang: Lang) -> Vec<Key> {
    let bounds = frame.bounds();
    let mut legend = Vec::new();
    let mut known = |key: Key| {
        if !legend.contains(&key) {
            legend.push(key);
        }
    };
    for row in snapshot.within(Layer::Communes, bounds) {
        path(svg, frame, &row, "commune");
    }
    for row in snapshot.within(Layer::PriorityAreas, bounds) {
        if path(svg, frame, &row, "pdp") {
            known(keys::priority_area(lang));
        }
    }
    for row in snapshot.within(Layer::Projects, bounds) {
        let class = match (row.is_zone(), row.is_area()) {
            (true, _) => "zone",
            (_, true) => "area project",
            _ => "project",
        };
        if path(svg, frame, &row, class) {
            known(keys::project(lang));
        }
    }
    for row in snapshot.within(Layer::Cold, bounds) {
        let (class, key) = if row.is_area() {
            ("area cold", keys::cold_area(lang))
        } else {
            ("cold", keys::cold(lang))
        };
        if path(svg, frame, &row, class) {
            known(key);
        }
    }
    for row in snapshot.within(Layer::Heat, bounds) {
        let classified = row.network().and_then(|network| network.classified) == Some(true);
        let (class, key) = if row.is_area() {
            ("area heat", keys::heat_area(lang))
        } else if !row.is_open() {
            ("heat closed", keys::closed(lang))
        } else if classified {
            ("heat classed", keys::classed(lang))
        } else {
            ("heat", keys::heat(lang))
        };
        if path(svg, frame, &row, class) {
            known(key);
        }
    }
    for layer in [Layer::HeatUntraced, Layer::ColdUntraced] {
        for row in snapshot.within(layer, bounds) {
            if marker(svg, frame, &row) {
                known(keys::untraced(lang));
            }
        }
    }
    legend
}

fn path(svg: &mut String, frame: &Frame, row: &Row<'_>, class: &str) -> bool {
    let mut path = PathWriter::new();
    for part in row.parts() {
        let points = part.projected().filter_map(|position| frame.at(position));
        match part.role {
            PartRole::Outer | PartRole::Hole => path.ring(points),
            PartRole::Line => path.line(points),
            PartRole::Point => {}
        }
    }
    if path.d.is_empty() {
        return false;
    }
    if class.starts_with("heat") && class != "heat closed" {
        let _ = write!(svg, "<path class=\"casing\" d=\"{}\"/>", path.d);
    }
    let _ = write!(
        svg,
        "<path class=\"{class}\" fill-rule=\"evenodd\" d=\"{}\"/>",
        path.d
    );
    true
}

fn marker(svg: &mut String, frame: &Frame, row: &Row<'_>) -> bool {
    let place = row
        .parts()
        .find(|part| part.role == PartRole::Point)
        .and_then(|part| part.projected().next())
        .and_then(|position| frame.at(position));
    let Some((x, y)) = place else {
        return false;
    };
    let _ = write!(
        svg,
        "<circle class=\"marker\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"9\"/><text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">?</text>",
        y + 5.0
    );
    true
}

/// The entries of the legend.
pub(crate) mod keys {
    use super::super::Key;
    use crate::pages::Lang;

    pub(crate) fn heat(lang: Lang) -> Key {
        Key {
            svg: "<svg viewBox=\"0 0 28 14\" aria-hidden=\"true\"><path class=\"heat\" d=\"M1 7h26\"/></svg>",
            text: lang.say("Réseau de chaleur", "Heat network"),
        }
    }

    pub(crate) fn heat_area(lang: Lang) -> Key {
        Key {
            svg: "<svg viewBox=\"0 0 28 14\" aria-hidden=\"true\"><path class=\"area heat\" d=\"M2 2h24v10h-24z\"/></svg>",
            text: lang.say(
                "Réseau de chaleur, quelque part dans la zone",
                "Heat network, somewhere in the area",
            ),
        }
    }

    pub(crate) fn cold_area(lang: Lang) -> Key {
        Key {
            svg: "<svg viewBox=\"0 0 28 14\" aria-hidden=\"true\"><path class=\"area cold\" d=\"M2 2h24v10h-24z\"/></svg>",
            text: lang.say(
                "Réseau de froid, quelque part dans la zone",
                "Cooling network, somewhere in the area",
            ),
        }
    }

    pub(crate) fn classed(lang: Lang) -> Key {
        Key {
            svg: "<svg viewBox=\"0 0 28 14\" aria-hidden=\"true\"><path class=\"heat classed\" d=\"M1 7h26\"/></svg>",
            text: lang.say("Réseau de chaleur classé", "Classified heat network"),
        }
    }

    pub(crate) fn closed(lang: Lang) -> Key {
        Key {
            svg: "<svg viewBox=\"0 0 28 14\" aria-hidden=\"true\"><path class=\"heat closed\" d=\"M2 7h26\"/></svg>",
            text: lang.say("Fermé aux raccordements", "Closed to connections"),
        }
    }

    pub(crate) fn cold(lang: Lang) -> Key {
        Key {
            svg: "<svg viewBox=\"0 0 28 14\" aria-hidden=\"true\"><path class=\"cold\" d=\"M1 5h26M1 9h26\"/></svg>",
            text: lang.say("Réseau de froid", "Cooling network"),
        }
    }

    pub(crate) fn project(lang: Lang) -> Key {
        Key {
            svg: "<svg viewBox=\"0 0 28 14\" aria-hidden=\"true\"><path class=\"project\" d=\"M1 7h26\"/></svg>",
            text: lang.say("En projet", "Planned"),
        }
    }

    pub(crate) fn priority_area(lang: Lang) -> Key {
        Key {
            svg: "<svg viewBox=\"0 0 28 14\" aria-hidden=\"true\"><path class=\"pdp\" fill=\"none\" d=\"M2 2h24v10h-24z\"/></svg>",
            text: lang.say("Périmètre prioritaire (PDP)", "Priority area (PDP)"),
        }
    }

    pub(crate) fn untraced(lang: Lang) -> Key {
        Key {
            svg: "<svg viewBox=\"0 0 28 14\" aria-hidden=\"true\"><circle class=\"marker\" cx=\"14\" cy=\"7\" r=\"5.5\"/></svg>",
            text: lang.say("Réseau au tracé inconnu", "Network, route unknown"),
        }
    }
}
