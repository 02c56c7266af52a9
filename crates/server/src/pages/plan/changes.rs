//! Where did pipes come and go? What one edition added to another, and what it took away, over the plan of the latter.

use super::frame::{Frame, PathWriter};
use super::{HEIGHT, Key, Plan, Subject, WIDTH, draw_names, draw_scale, escaped, layers};
use crate::history::{Piece, Sign};
use crate::pages::Lang;
use caloduc_engine::snapshot::{Bounds, Snapshot};
use std::fmt::Write as _;

/// Widest frame, in metres for one unit, under which the other networks are drawn too.
const DETAILED: f64 = 100.0;

/// Most plans of a page.
const MOST_PLANS: usize = 6;

/// One plan of all the pieces when they are near enough to be seen together; else one for each row, the longest changes
/// first, as many as a page bears.
pub fn draw_changes(after: &Snapshot, pieces: &[Piece], sentence: &str, lang: Lang) -> Vec<Plan> {
    let near = around(pieces).is_some_and(|all| Frame::holding(all).metres_per_unit <= DETAILED);
    if near {
        return draw_one(after, pieces, sentence.to_owned(), lang)
            .into_iter()
            .collect();
    }
    let mut rows: Vec<&[Piece]> = pieces.chunk_by(|a, b| a.key == b.key).collect();
    let metres = |row: &[Piece]| row.iter().map(|piece| piece.metres).sum::<f64>();
    rows.sort_by(|a, b| metres(b).total_cmp(&metres(a)));
    rows.into_iter()
        .take(MOST_PLANS)
        .filter_map(|row| {
            let name = row[0].name.as_deref().unwrap_or(&row[0].key);
            draw_one(after, row, format!("{sentence} {name}."), lang)
        })
        .collect()
}

/// Draws the pieces; `None` when there is none in the territory of the first.
fn draw_one(after: &Snapshot, pieces: &[Piece], sentence: String, lang: Lang) -> Option<Plan> {
    let frame = Frame::holding(around(pieces)?);
    let subject = Subject {
        frame,
        place: None,
        foot: None,
        rings_m: &[],
        names: names(pieces),
        sentence,
        lang,
    };
    let mut svg = String::with_capacity(16 * 1024);
    let _ = write!(
        svg,
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\"><defs><pattern id=\"hatch\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path class=\"hatch\" d=\"M0 0V8\"/></pattern></defs>",
        escaped(&subject.sentence)
    );
    let mut legend = if frame.metres_per_unit <= DETAILED {
        layers::draw(after, &frame, &mut svg, lang)
    } else {
        Vec::new()
    };
    for (sign, class, key) in [
        (Sign::Removed, "change-removed", removed(lang)),
        (Sign::Added, "change-added", added(lang)),
    ] {
        if path(&mut svg, &frame, pieces, sign, class) {
            legend.insert(0, key);
        }
    }
    draw_names(&mut svg, &subject);
    draw_scale(&mut svg, &subject);
    svg.push_str("</svg>");
    Some(Plan { svg, legend })
}

fn added(l: Lang) -> Key {
    Key {
        svg: "<svg viewBox=\"0 0 28 12\" aria-hidden=\"true\" focusable=\"false\"><path class=\"change-added\" d=\"M2 6h24\"/></svg>",
        text: l.say("ajouté", "added"),
    }
}

fn removed(l: Lang) -> Key {
    Key {
        svg: "<svg viewBox=\"0 0 28 12\" aria-hidden=\"true\" focusable=\"false\"><path class=\"change-removed\" d=\"M2 6h24\"/></svg>",
        text: l.say("retiré", "removed"),
    }
}

fn path(svg: &mut String, frame: &Frame, pieces: &[Piece], sign: Sign, class: &str) -> bool {
    let mut path = PathWriter::new();
    for line in pieces
        .iter()
        .filter(|piece| piece.sign == sign)
        .flat_map(|piece| &piece.lines)
    {
        let points: Vec<(f64, f64)> = line.iter().filter_map(|at| frame.at(*at)).collect();
        match points.as_slice() {
            // A marker, or a change too small for this scale, is a dot.
            [(x, y), rest @ ..] if small((*x, *y), rest) => {
                let _ = write!(path.d, "M{x:.1} {y:.1}h.1");
            }
            _ => path.line(points.into_iter()),
        }
    }
    if path.d.is_empty() {
        return false;
    }
    let _ = write!(svg, "<path class=\"{class}\" d=\"{}\"/>", path.d);
    true
}

fn small((x, y): (f64, f64), rest: &[(f64, f64)]) -> bool {
    rest.iter().all(|(a, b)| (a - x).hypot(b - y) < 2.0)
}

/// A box of degrees around everything, half a kilometre at least.
fn around(pieces: &[Piece]) -> Option<Bounds> {
    let territory = pieces.first()?.lines.first()?.first()?.territory;
    let mut out: Option<Bounds> = None;
    for at in pieces.iter().flat_map(|piece| piece.lines.iter().flatten()) {
        if at.territory != territory {
            continue;
        }
        let place = at.to_lonlat();
        let own = Bounds {
            west: place.lon - 0.003,
            south: place.lat - 0.002,
            east: place.lon + 0.003,
            north: place.lat + 0.002,
        };
        out = Some(out.map_or(own, |all| Bounds {
            west: all.west.min(own.west),
            south: all.south.min(own.south),
            east: all.east.max(own.east),
            north: all.north.max(own.north),
        }));
    }
    out
}

/// Names at the first position of each row's pieces.
fn names(pieces: &[Piece]) -> Vec<(caloduc_engine::crs::LonLat, String)> {
    const MOST: usize = 30;
    let mut named: Vec<(caloduc_engine::crs::LonLat, String)> = Vec::new();
    for piece in pieces {
        let at = piece.lines.first().and_then(|line| line.first());
        if let (Some(at), Some(name)) = (at, &piece.name)
            && named.iter().all(|(_, known)| known != name)
            && named.len() < MOST
        {
            named.push((at.to_lonlat(), name.clone()));
        }
    }
    named
}
