//! What does a network burn, and at what price? A mix of sources from which rate and CO2 follow.

use crate::dice::Dice;

/// The seventeen sources of the open data, in its order and spelling, with what each emits (kg CO2/kWh of fuel or heat,
/// direct then life cycle, rounded orders of magnitude) and whether it is renewable or recovered.
pub(crate) const SOURCES: [(&str, f64, f64, f64); 17] = [
    ("gaz_naturel", 0.204, 0.243, 0.0),
    ("charbon", 0.345, 0.385, 0.0),
    ("fioul_domestique", 0.271, 0.324, 0.0),
    ("fioul_lourd", 0.281, 0.324, 0.0),
    ("GPL", 0.231, 0.273, 0.0),
    ("biomasse_solide", 0.0, 0.027, 1.0),
    ("dechets_internes", 0.0, 0.018, 1.0),
    ("UIOM", 0.0, 0.018, 1.0),
    ("biogaz", 0.0, 0.041, 1.0),
    ("geothermie", 0.0, 0.011, 1.0),
    ("PAC", 0.022, 0.045, 0.7),
    ("solaire_thermique", 0.0, 0.012, 1.0),
    ("autres_ENR", 0.0, 0.02, 1.0),
    ("chaleur_industiel", 0.0, 0.012, 1.0),
    ("autre_chaleur_recuperee", 0.0, 0.012, 1.0),
    ("chaudieres_electriques", 0.052, 0.064, 0.0),
    ("autres", 0.12, 0.15, 0.0),
];

/// A year of a network.
#[derive(Debug, Clone)]
pub(crate) struct Figures {
    pub(crate) renewable_rate_pct: f64,
    pub(crate) co2_direct: f64,
    pub(crate) co2_lca: f64,
    pub(crate) efficiency_pct: f64,
    pub(crate) development_pct: f64,
    pub(crate) production_mwh: [f64; 17],
    pub(crate) power_mw: [f64; 17],
    /// Housing, services, industry, farming, other.
    pub(crate) deliveries_mwh: [f64; 5],
    pub(crate) price_mean: f64,
    pub(crate) price_variable_pct: f64,
    /// Draw of ten that decides the fluid.
    pub(crate) fluid: usize,
}

impl Figures {
    /// Figures of a network with this many delivery points.
    pub(crate) fn draw(delivery_points: usize, dice: &mut Dice) -> Self {
        let deliveries = (delivery_points.max(2) as f64 * dice.between(180.0, 420.0)).round();
        let efficiency_pct = dice.between(72.0, 94.0).round();
        let production = deliveries * 100.0 / efficiency_pct;
        let mut parts = [0.0; 17];
        let main = *dice.pick(&[5, 5, 5, 5, 7, 7, 9, 9, 10, 13, 0]);
        parts[main] += dice.between(0.45, 0.9);
        parts[*dice.pick(&[5, 8, 9, 10, 11, 14])] += dice.between(0.0, 0.25);
        if dice.chance(0.2) {
            parts[*dice.pick(&[2, 3, 4, 15, 16])] += dice.between(0.005, 0.05);
        }
        let sum: f64 = parts.iter().sum();
        if sum < 1.0 {
            parts[0] += 1.0 - sum;
        } else {
            for part in &mut parts {
                *part /= sum;
            }
        }
        let weigh = |of: fn(&(&str, f64, f64, f64)) -> f64| {
            SOURCES
                .iter()
                .zip(&parts)
                .map(|(source, part)| of(source) * part)
                .sum::<f64>()
        };
        let loss = 100.0 / efficiency_pct;
        let shares = [
            dice.between(0.4, 0.7),
            dice.between(0.2, 0.5),
            dice.between(0.0, 0.06),
            0.0,
            dice.between(0.0, 0.04),
        ];
        let share_sum: f64 = shares.iter().sum();
        Self {
            renewable_rate_pct: (weigh(|s| s.3) * 1000.0).round() / 10.0,
            co2_direct: (weigh(|s| s.1) * loss * 1000.0).round() / 1000.0,
            co2_lca: (weigh(|s| s.2) * loss * 1000.0).round() / 1000.0,
            efficiency_pct,
            development_pct: dice.between(0.0, 14.0).round(),
            production_mwh: parts.map(|part| (part * production).round()),
            power_mw: parts.map(|part| (part * production / 2600.0 * 100.0).round() / 100.0),
            deliveries_mwh: shares.map(|share| (share / share_sum * deliveries).round()),
            price_mean: (dice.between(68.0, 148.0) * 100.0).round() / 100.0,
            price_variable_pct: dice.between(45.0, 82.0).round(),
            fluid: dice.below(10),
        }
    }

    /// Percent of hot water, superheated water and steam.
    pub(crate) fn fluids_pct(&self) -> [f64; 3] {
        match self.fluid {
            0..=6 => [100.0, 0.0, 0.0],
            7 => [60.0, 40.0, 0.0],
            8 => [0.0, 100.0, 0.0],
            _ => [0.0, 30.0, 70.0],
        }
    }

    pub(crate) fn deliveries_total(&self) -> f64 {
        self.deliveries_mwh.iter().sum()
    }

    pub(crate) fn production_total(&self) -> f64 {
        self.production_mwh.iter().sum()
    }

    pub(crate) fn power_total(&self) -> f64 {
        self.power_mw.iter().sum()
    }

    /// `(direct, life cycle, rate)` as the regulatory table of a year gives them: the network's own figures in 2024,
    /// dirtier before.
    pub(crate) fn of_year(&self, year: u16, dice: &mut Dice) -> (f64, f64, f64) {
        let back = f64::from(2024 - year.min(2024)) * dice.between(0.0, 0.035);
        let thousandths = |v: f64| (v * 1000.0).round() / 1000.0;
        (
            thousandths(self.co2_direct * (1.0 + back) + back * 0.02),
            thousandths(self.co2_lca * (1.0 + back) + back * 0.02),
            (self.renewable_rate_pct * (1.0 - back) * 10.0).round() / 10.0,
        )
    }
}
