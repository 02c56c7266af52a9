//! Figures as drawings: the mix of energies as one bar, CO2 over the years as two lines. Each has its sentence and its
//! table; colours come from the style sheet.

use super::filter::{ENERGY_FAMILIES, EnergyFamily};
use crate::pages::plan::escaped;
use crate::pages::{Lang, written};
use caloduc_engine::network::{ENERGY_SOURCES, Figures};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// A share of the mix.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// Its family.
    pub family: &'static EnergyFamily,
    /// Its name.
    pub name: &'static str,
    /// « 42 % ».
    pub percent: String,
    /// « 1,2 GWh ».
    pub energy: String,
    share: f64,
}

/// The mix of a network.
#[derive(Debug, Clone, PartialEq)]
pub struct Mix {
    /// The bar.
    pub svg: String,
    /// Shares, greatest first.
    pub shares: Vec<Share>,
    /// The whole in one sentence.
    pub sentence: String,
}

/// The mix of a year's production; `None` when nothing is known.
pub fn mix(production_mwh: &[Option<f64>], l: Lang) -> Option<Mix> {
    let of_family = |family: &EnergyFamily| -> f64 {
        ENERGY_SOURCES
            .iter()
            .zip(production_mwh)
            .filter(|(source, _)| family.sources.contains(source))
            .filter_map(|(_, mwh)| mwh.filter(|mwh| *mwh > 0.0))
            .sum()
    };
    let amounts: Vec<(&'static EnergyFamily, f64)> = ENERGY_FAMILIES
        .iter()
        .map(|family| (family, of_family(family)))
        .filter(|(_, mwh)| *mwh > 0.0)
        .collect();
    let total: f64 = amounts.iter().map(|(_, mwh)| mwh).sum();
    if total <= 0.0 {
        return None;
    }
    let mut shares: Vec<Share> = amounts
        .into_iter()
        .map(|(family, mwh)| Share {
            family,
            name: family.label(l),
            percent: share_text(mwh / total, l),
            energy: written::energy(mwh, l),
            share: mwh / total,
        })
        .collect();
    let svg = bar(&shares, l);
    shares.sort_by(|a, b| b.share.total_cmp(&a.share));
    let told: Vec<String> = shares
        .iter()
        .map(|share| format!("{} {}", share.name, share.percent))
        .collect();
    let sentence = format!("{} {}.", l.say("Énergies :", "Energies:"), told.join(", "));
    Some(Mix {
        svg,
        shares,
        sentence,
    })
}

fn share_text(share: f64, l: Lang) -> String {
    if share < 0.01 {
        l.say("moins de 1\u{a0}%", "less than 1%").to_owned()
    } else {
        written::percent((share * 100.0).round(), l)
    }
}

fn bar(shares: &[Share], l: Lang) -> String {
    const WIDTH: f64 = 640.0;
    let names: Vec<String> = shares
        .iter()
        .map(|share| format!("{} {}", share.name, share.percent))
        .collect();
    let mut svg = format!(
        "<svg viewBox=\"0 0 640 44\" role=\"img\" aria-label=\"{} {}\"><defs><pattern id=\"fossil\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path d=\"M0 0V7\" stroke=\"var(--card)\" stroke-width=\"2.5\"/></pattern></defs>",
        l.say("Part de chaque énergie :", "Share of each energy:"),
        escaped(&names.join(", "))
    );
    let mut x = 0.0;
    for share in shares {
        let width = (share.share * WIDTH).max(1.0);
        let gap = if width > 4.0 { 2.0 } else { 0.0 };
        let _ = write!(
            svg,
            "<rect class=\"mix-{}\" x=\"{x:.1}\" y=\"0\" width=\"{:.1}\" height=\"44\"/>",
            share.family.style,
            width - gap
        );
        if share.family.is_fossil {
            let _ = write!(
                svg,
                "<rect fill=\"url(#fossil)\" x=\"{x:.1}\" y=\"0\" width=\"{:.1}\" height=\"44\"/>",
                width - gap
            );
        }
        x += width;
    }
    svg.push_str("</svg>");
    svg
}

/// CO2 over the years.
#[derive(Debug, Clone, PartialEq)]
pub struct Co2Years {
    /// The drawing; empty with fewer than two years.
    pub svg: String,
    /// Latest year first.
    pub rows: Vec<YearRow>,
}

/// The figures of a year: year, direct CO2, life-cycle CO2, rate.
type YearRow = (u16, Option<String>, Option<String>, Option<String>);

/// CO2 over the years; `None` when no year is known.
pub fn co2_years(years: &BTreeMap<u16, Figures>, l: Lang) -> Option<Co2Years> {
    if years.is_empty() {
        return None;
    }
    let rows = years
        .iter()
        .rev()
        .map(|(year, f)| {
            let co2 = |v: Option<f64>| v.map(|v| written::co2(v, l));
            let rate = f.renewable_rate_pct.map(|v| written::percent(v, l));
            (
                *year,
                co2(f.co2_direct_kg_per_kwh),
                co2(f.co2_lca_kg_per_kwh),
                rate,
            )
        })
        .collect();
    Some(Co2Years {
        svg: lines(years, l),
        rows,
    })
}

fn lines(years: &BTreeMap<u16, Figures>, l: Lang) -> String {
    const LEFT: f64 = 44.0;
    const RIGHT: f64 = 500.0;
    const TOP: f64 = 16.0;
    const BOTTOM: f64 = 180.0;
    let (Some(first), Some(last)) = (years.keys().next(), years.keys().last()) else {
        return String::new();
    };
    if first == last {
        return String::new();
    }
    let direct = |f: &Figures| f.co2_direct_kg_per_kwh;
    let lca = |f: &Figures| f.co2_lca_kg_per_kwh;
    let most = years
        .values()
        .flat_map(|f| [direct(f), lca(f)])
        .flatten()
        .fold(0.0_f64, f64::max)
        * 1000.0;
    let step = [10.0, 20.0, 25.0, 50.0, 100.0, 200.0, 500.0]
        .into_iter()
        .find(|step| most / step <= 4.0)
        .unwrap_or(1000.0);
    let top = (most / step).ceil().max(1.0) * step;
    let x = |year: u16| {
        LEFT + (RIGHT - LEFT) * f64::from(year - first) / f64::from(last - first).max(1.0)
    };
    let y = |g: f64| BOTTOM - (BOTTOM - TOP) * g / top;
    let mut svg = format!(
        "<svg viewBox=\"0 0 640 210\" role=\"img\" aria-label=\"{}\">",
        l.say(
            "Contenu CO₂ par an, direct et en cycle de vie ; les valeurs sont dans le tableau.",
            "CO₂ content by year, direct and life cycle; values are in the table.",
        )
    );
    let mut tick = 0.0;
    while tick <= top + 0.1 {
        let at = y(tick);
        let _ = write!(
            svg,
            "<path class=\"axis\" d=\"M{LEFT} {at:.1}H{RIGHT}\"/><text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{tick}</text>",
            LEFT - 8.0,
            at + 4.0
        );
        tick += step;
    }
    for year in years.keys() {
        let _ = write!(
            svg,
            "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{year}</text>",
            x(*year),
            BOTTOM + 22.0
        );
    }
    let ends = [
        series(&mut svg, years, 'a', lca, &x, &y),
        series(&mut svg, years, 'b', direct, &x, &y),
    ];
    let mut labels = [
        (ends[0], "in-a", l.say("cycle de vie", "life cycle")),
        (ends[1], "in-b", l.say("direct", "direct")),
    ];
    // The two names never touch.
    if let (Some(a), Some(b)) = (ends[0], ends[1])
        && (a - b).abs() < 16.0
    {
        let (up, down) = if a <= b { (0, 1) } else { (1, 0) };
        let middle = f64::midpoint(a, b);
        labels[up].0 = Some(middle - 8.0);
        labels[down].0 = Some(middle + 8.0);
    }
    for (at, class, text) in labels {
        if let Some(at) = at {
            let _ = write!(
                svg,
                "<text class=\"{class}\" x=\"{}\" y=\"{:.1}\">{text}</text>",
                RIGHT + 12.0,
                at + 4.0
            );
        }
    }
    svg.push_str("</svg>");
    svg
}

/// Draws a series; the height of its last point.
fn series(
    svg: &mut String,
    years: &BTreeMap<u16, Figures>,
    name: char,
    value: impl Fn(&Figures) -> Option<f64>,
    x: &impl Fn(u16) -> f64,
    y: &impl Fn(f64) -> f64,
) -> Option<f64> {
    let points: Vec<(f64, f64)> = years
        .iter()
        .filter_map(|(year, figures)| Some((x(*year), y(value(figures)? * 1000.0))))
        .collect();
    let mut d = String::new();
    for (i, (px, py)) in points.iter().enumerate() {
        let _ = write!(d, "{}{px:.1} {py:.1}", if i == 0 { 'M' } else { 'L' });
    }
    if points.len() > 1 {
        let _ = write!(svg, "<path class=\"line-{name}\" d=\"{d}\"/>");
    }
    for (px, py) in &points {
        let _ = write!(
            svg,
            "<circle class=\"dot-{name}\" cx=\"{px:.1}\" cy=\"{py:.1}\" r=\"4\"/>"
        );
    }
    points.last().map(|point| point.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_make_a_whole_and_the_greatest_is_told_first() {
        let mut production = vec![None; ENERGY_SOURCES.len()];
        production[0] = Some(250.0);
        production[5] = Some(750.0);
        let mix = mix(&production, Lang::French).expect("a mix");
        let told: Vec<_> = mix
            .shares
            .iter()
            .map(|s| (s.family.name, s.percent.as_str()))
            .collect();
        assert_eq!(told, [("biomasse", "75\u{a0}%"), ("gaz", "25\u{a0}%")]);
        assert!(mix.svg.contains("url(#fossil)"));
    }

    #[test]
    fn nothing_known_draws_nothing() {
        assert_eq!(mix(&[None, None], Lang::French), None);
        assert_eq!(co2_years(&BTreeMap::new(), Lang::French), None);
    }
}
