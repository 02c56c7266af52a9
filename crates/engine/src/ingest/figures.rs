//! Are the rate and the CO2 contents possible? Units decided column by column, bounds checked value by value.

use crate::network::Figures;
use crate::report::{
    CO2_HIGH, CO2_OUT_OF_BOUNDS, CO2_ZERO, Finding, LCA_BELOW_DIRECT, Place, RATE_OUT_OF_BOUNDS,
    Severity, UNIT_SUSPECTED, decimal,
};

/// Above this no fuel explains a direct content (kg/kWh): coal in a poor plant is near 0.5.
const CO2_HIGH_KG_PER_KWH: f64 = 0.6;
/// Above this a content cannot be (kg/kWh): it is a unit or a typing error.
const CO2_MOST_KG_PER_KWH: f64 = 1.0;
/// Under this rate a direct content of zero is odd.
const NEARLY_ALL_RENEWABLE_PCT: f64 = 95.0;

/// How a column writes rates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateUnit {
    /// 53.3 for 53.3 %.
    Percent,
    /// 0.533 for 53.3 %.
    Fraction,
}

/// What is known of a column before its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// Its name says percent.
    SurelyPercent,
    /// Percent, as in open-data files.
    Percent,
    /// A regulatory table up to 2022, which are written in fractions.
    Fraction,
}

/// The unit of a column of rates. Some values may be wrong: of those that are not zero, nine tenths and three at least
/// have to be fractions, more than half where fractions are expected.
pub fn rate_unit(values: &[f64], expected: Expected) -> RateUnit {
    let telling: Vec<f64> = values.iter().copied().filter(|v| *v > 0.0).collect();
    let small = telling.iter().filter(|v| **v <= 1.0).count();
    let inside = telling.iter().any(|v| *v < 1.0);
    let fraction = match expected {
        Expected::SurelyPercent => false,
        Expected::Percent => telling.len() >= 3 && inside && small * 10 >= telling.len() * 9,
        Expected::Fraction => small * 2 > telling.len(),
    };
    if fraction {
        RateUnit::Fraction
    } else {
        RateUnit::Percent
    }
}

/// A rate in percent from what the column holds; rounded to the millionth so that 0.257 gives 25.7.
pub fn in_percent(value: f64, unit: RateUnit) -> f64 {
    match unit {
        RateUnit::Percent => value,
        RateUnit::Fraction => (value * 1e8).round() / 1e6,
    }
}

/// Checks one row's figures, sets aside those that cannot be. The rate is as the column has it, in `unit`.
pub fn check(figures: &mut Figures, unit: RateUnit, place: &Place, findings: &mut Vec<Finding>) {
    let at = |field: &str| Place {
        field: Some(field.to_owned()),
        ..place.clone()
    };
    if let Some(written) = figures.renewable_rate_pct {
        let rate = in_percent(written, unit);
        figures.renewable_rate_pct = Some(rate);
        if !(0.0..=100.0).contains(&rate) {
            figures.renewable_rate_pct = None;
            findings.push(RATE_OUT_OF_BOUNDS.finding(
                at("Taux EnR&R"),
                if unit == RateUnit::Fraction {
                    format!(
                        "Taux de {} dans une colonne écrite en fractions, soit {} % : valeur écartée.",
                        decimal(written),
                        decimal(rate)
                    )
                } else {
                    format!("Taux de {} % : valeur écartée.", decimal(rate))
                },
                "Un taux EnR&R va de 0 à 100 % ; corrigez la valeur à la source.",
            ));
        } else if unit == RateUnit::Percent && rate > 0.0 && rate <= 1.0 {
            findings.push(UNIT_SUSPECTED.finding(
                at("Taux EnR&R"),
                format!(
                    "Taux de {} % : serait-ce {} % écrit en fraction ? Gardé tel quel.",
                    decimal(rate),
                    decimal(rate * 100.0)
                ),
                "Écrivez les taux en pour cent (53,3 et non 0,533).",
            ));
        }
    }
    for (value, field) in [
        (&mut figures.co2_direct_kg_per_kwh, "contenu CO2"),
        (&mut figures.co2_lca_kg_per_kwh, "contenu CO2 ACV"),
    ] {
        let Some(content) = *value else { continue };
        if !(0.0..=CO2_MOST_KG_PER_KWH).contains(&content) {
            *value = None;
            findings.push(CO2_OUT_OF_BOUNDS.finding(
                at(field),
                format!(
                    "Contenu CO2 de {} kg/kWh : valeur écartée.",
                    decimal(content)
                ),
                "Les contenus s’écrivent en kg/kWh : 165 g/kWh s’écrit 0,165.",
            ));
        } else if content > CO2_HIGH_KG_PER_KWH {
            findings.push(CO2_HIGH.finding(
                at(field),
                format!(
                    "Contenu CO2 de {} kg/kWh, plus qu’aucun combustible ne l’explique. Gardé tel quel.",
                    decimal(content)
                ),
                "Vérifiez la valeur à la source.",
            ));
        }
    }
    zero_and_order(figures, at, findings);
}

fn zero_and_order(figures: &Figures, at: impl Fn(&str) -> Place, findings: &mut Vec<Finding>) {
    let (direct, lca) = (figures.co2_direct_kg_per_kwh, figures.co2_lca_kg_per_kwh);
    if direct == Some(0.0) {
        let severity = match figures.renewable_rate_pct {
            Some(rate) if rate < NEARLY_ALL_RENEWABLE_PCT => Some(Severity::Warning),
            None => Some(Severity::Information),
            Some(_) => None,
        };
        if let Some(severity) = severity {
            findings.push(CO2_ZERO.graded(severity).finding(
                at("contenu CO2"),
                figures.renewable_rate_pct.map_or_else(
                    || "Contenu CO2 direct nul, sans taux EnR&R qui l’explique.".to_owned(),
                    |rate| {
                        format!(
                            "Contenu CO2 direct nul pour un taux EnR&R de {} %.",
                            decimal(rate)
                        )
                    },
                ),
                "Un zéro veut souvent dire « inconnu » : laissez la case vide dans ce cas.",
            ));
        }
    }
    if let (Some(direct), Some(lca)) = (direct, lca) {
        if lca < direct {
            findings.push(LCA_BELOW_DIRECT.finding(
                at("contenu CO2 ACV"),
                format!(
                    "Contenu en analyse du cycle de vie ({} kg/kWh) inférieur au contenu direct ({} kg/kWh).",
                    decimal(lca),
                    decimal(direct)
                ),
                "Le cycle de vie comprend les émissions directes : vérifiez les deux valeurs.",
            ));
        } else if lca == 0.0 {
            findings.push(CO2_ZERO.finding(
                at("contenu CO2 ACV"),
                "Contenu CO2 en analyse du cycle de vie nul.",
                "Un zéro veut souvent dire « inconnu » : laissez la case vide dans ce cas.",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(figures: &mut Figures, unit: RateUnit) -> Vec<String> {
        let mut findings = Vec::new();
        check(figures, unit, &Place::default(), &mut findings);
        findings.into_iter().map(|f| f.code).collect()
    }

    fn figures(rate: Option<f64>, direct: Option<f64>, lca: Option<f64>) -> Figures {
        Figures {
            renewable_rate_pct: rate,
            co2_direct_kg_per_kwh: direct,
            co2_lca_kg_per_kwh: lca,
        }
    }

    #[test]
    fn a_column_of_fractions_is_known_even_with_a_ten_in_it() {
        let mut column = vec![
            0.257, 0.715, 0.0, 1.0, 0.8, 0.5, 0.6, 0.7, 0.2, 0.3, 0.1, 0.9, 10.0,
        ];
        assert_eq!(rate_unit(&column, Expected::Fraction), RateUnit::Fraction);
        assert_eq!(rate_unit(&column, Expected::Percent), RateUnit::Fraction);
        assert_eq!(
            rate_unit(&column, Expected::SurelyPercent),
            RateUnit::Percent
        );
        column = vec![85.8, 0.0, 100.0, 0.5];
        assert_eq!(rate_unit(&column, Expected::Percent), RateUnit::Percent);
        assert_eq!(rate_unit(&column, Expected::Fraction), RateUnit::Percent);
        assert_eq!(rate_unit(&[0.533], Expected::Fraction), RateUnit::Fraction);
        assert_eq!(rate_unit(&[0.533], Expected::Percent), RateUnit::Percent);
        assert_eq!(
            rate_unit(&[0.0, 0.0, 0.0], Expected::Percent),
            RateUnit::Percent
        );
        assert_eq!(rate_unit(&[], Expected::Fraction), RateUnit::Percent);
    }

    #[test]
    fn fractions_become_the_percent_that_people_would_write() {
        assert_eq!(in_percent(0.257, RateUnit::Fraction), 25.7);
        assert_eq!(in_percent(0.583, RateUnit::Fraction), 58.3);
    }

    #[test]
    fn impossible_values_are_set_aside_and_odd_ones_are_kept() {
        let mut f = figures(Some(10.0), Some(0.748), Some(0.902));
        assert_eq!(
            codes(&mut f, RateUnit::Fraction),
            ["rate-out-of-bounds", "co2-high", "co2-high"]
        );
        assert_eq!(f, figures(None, Some(0.748), Some(0.902)));

        let mut f = figures(Some(-3.0), Some(165.0), Some(-0.1));
        assert_eq!(
            codes(&mut f, RateUnit::Percent),
            [
                "rate-out-of-bounds",
                "co2-out-of-bounds",
                "co2-out-of-bounds"
            ]
        );
        assert_eq!(f, Figures::default());

        let mut f = figures(Some(66.8), Some(0.067), Some(0.033));
        assert_eq!(codes(&mut f, RateUnit::Percent), ["co2-lca-below-direct"]);
        let mut f = figures(Some(0.53), Some(0.0), Some(0.05));
        assert_eq!(
            codes(&mut f, RateUnit::Percent),
            ["unit-suspected", "co2-zero"]
        );
        let mut f = figures(Some(100.0), Some(0.0), Some(0.019));
        assert!(codes(&mut f, RateUnit::Percent).is_empty());
        let mut f = figures(Some(94.1), Some(0.016), Some(0.0));
        assert_eq!(codes(&mut f, RateUnit::Percent), ["co2-lca-below-direct"]);
    }
}
