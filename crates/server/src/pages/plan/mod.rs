//! What does the place look like? One function draws a static SVG for every page: point, pipes, line to the pipe, rings,
//! names, scale. Colours come from the style sheet, so that it follows light, dark and print.

mod changes;
mod frame;
mod layers;

pub(crate) use layers::keys;

pub use changes::draw_changes;
pub use frame::Frame;
use frame::{HEIGHT, WIDTH};

use super::{Lang, written};
use caloduc_engine::crs::LonLat;
use caloduc_engine::snapshot::{Foot, Snapshot};
use std::fmt::Write as _;

/// What a plan shows.
#[derive(Debug, Clone)]
pub struct Subject<'a> {
    /// Which part of the land.
    pub frame: Frame,
    /// The place asked about.
    pub place: Option<LonLat>,
    /// The nearest position of the pipes it is matched with.
    pub foot: Option<Foot>,
    /// Radii of the rings around the place, metres.
    pub rings_m: &'a [u32],
    /// Names to write, and where.
    pub names: Vec<(LonLat, String)>,
    /// What it shows, in a sentence, for those who do not see it.
    pub sentence: String,
    /// Language of the words on it.
    pub lang: Lang,
}

/// A drawn plan.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The SVG element.
    pub svg: String,
    /// What the legend explains.
    pub legend: Vec<Key>,
}

/// An entry of the legend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The little drawing.
    pub svg: &'static str,
    /// Its words.
    pub text: &'static str,
}

/// Draws.
pub fn draw(snapshot: &Snapshot, subject: &Subject<'_>) -> Plan {
    let mut svg = String::with_capacity(16 * 1024);
    let _ = write!(
        svg,
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\"><defs><pattern id=\"hatch\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path class=\"hatch\" d=\"M0 0V8\"/></pattern></defs>",
        escaped(&subject.sentence)
    );
    let legend = layers::draw(snapshot, &subject.frame, &mut svg, subject.lang);
    if let Some(place) = subject.place {
        draw_rings(&mut svg, subject, place);
    }
    draw_names(&mut svg, subject);
    if let Some(place) = subject.place {
        draw_place(&mut svg, subject, place);
    }
    draw_scale(&mut svg, subject);
    svg.push_str("</svg>");
    Plan { svg, legend }
}

fn draw_rings(svg: &mut String, subject: &Subject<'_>, place: LonLat) {
    let (x, y) = subject.frame.at_place(place);
    for radius_m in subject.rings_m {
        let r = f64::from(*radius_m) / subject.frame.metres_per_unit;
        let _ = write!(
            svg,
            "<circle class=\"ring\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{r:.1}\"/><text class=\"ring-name\" x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{radius_m}\u{a0}m</text>",
            y + r + 5.0
        );
    }
}

/// Writes names, the first ones first; one that would touch another, the place or its line is left out.
fn draw_names(svg: &mut String, subject: &Subject<'_>) {
    const LETTER: f64 = 6.4;
    const LINE: f64 = 16.0;
    // Boxes taken: middle, half width, half height.
    let mut taken: Vec<(f64, f64, f64, f64)> = Vec::new();
    if let Some(place) = subject.place {
        let (x, y) = subject.frame.at_place(place);
        taken.push((x, y, 14.0, 14.0));
        if let Some(foot) = subject.foot {
            let (fx, fy) = subject.frame.at_place(foot.place);
            let (mx, my) = (f64::midpoint(x, fx), f64::midpoint(y, fy));
            taken.push((
                mx,
                my,
                (fx - x).abs() / 2.0 + 60.0,
                (fy - y).abs() / 2.0 + 14.0,
            ));
        }
    }
    for (place, name) in &subject.names {
        let (x, y) = subject.frame.at_place(*place);
        let half = name.chars().count() as f64 * LETTER / 2.0;
        let fits =
            (half + 8.0..WIDTH - half - 8.0).contains(&x) && (20.0..HEIGHT - 40.0).contains(&y);
        let is_free = taken.iter().all(|(tx, ty, tw, th)| {
            (x - tx).abs() > half + tw + 6.0 || (y - 4.0 - ty).abs() > LINE / 2.0 + th
        });
        if fits && is_free {
            taken.push((x, y - 4.0, half, LINE / 2.0));
            let _ = write!(
                svg,
                "<text class=\"name\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"middle\">{}</text>",
                escaped(name)
            );
        }
    }
}

fn draw_place(svg: &mut String, subject: &Subject<'_>, place: LonLat) {
    let (x, y) = subject.frame.at_place(place);
    if let Some(foot) = subject.foot {
        let (fx, fy) = subject.frame.at_place(foot.place);
        let _ = write!(
            svg,
            "<path class=\"foot-line\" d=\"M{x:.1} {y:.1}L{fx:.1} {fy:.1}\"/>"
        );
        let (mx, my) = (f64::midpoint(x, fx), f64::midpoint(y, fy));
        let (dx, anchor) = if fx >= x {
            (12.0, "start")
        } else {
            (-12.0, "end")
        };
        // Beside a steep line, above a flat one.
        let dy = if (fy - y).abs() > (fx - x).abs() {
            5.0
        } else {
            -10.0
        };
        let _ = write!(
            svg,
            "<text class=\"distance\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>",
            mx + dx,
            my + dy,
            written::distance(foot.distance_m, subject.lang)
        );
    }
    let _ = write!(
        svg,
        "<circle class=\"place\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"8\"/>"
    );
}

fn draw_scale(svg: &mut String, subject: &Subject<'_>) {
    let metres = subject.frame.scale_m();
    let width = metres / subject.frame.metres_per_unit;
    let (x, y) = (16.0, HEIGHT - 16.0);
    let label = if metres >= 1000.0 {
        format!(
            "{}\u{a0}km",
            written::short(metres / 1000.0, 1, subject.lang)
        )
    } else {
        format!("{metres}\u{a0}m")
    };
    let _ = write!(
        svg,
        "<path class=\"scale\" d=\"M{x} {}v6h{width:.1}v-6\"/><text x=\"{x}\" y=\"{}\">{label}</text>",
        y - 6.0,
        y - 12.0
    );
}

/// A text for an attribute or an element.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
