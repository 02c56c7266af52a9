//! The columns of heat and cold networks.

use super::layout::Layout;
use super::place_columns::{codes, place_columns, texts};
use super::{Cell, Kind};
use caloduc_engine::network::{DELIVERY_SECTORS, ENERGY_SOURCES, Identified, Network, SncuId};
use geo::{Euclidean, Length};

fn traced_length_m(network: &Network) -> Option<f64> {
    let trace = network.trace()?;
    Some(
        trace
            .shape
            .iter()
            .map(|line| Euclidean.length(line))
            .sum::<f64>()
            .round(),
    )
}

/// The columns of heat and cold networks.
pub fn network_layout() -> Layout<Identified<Network>> {
    use Kind::{Boolean, Integer, Real, Text};
    let mut l: Layout<Identified<Network>> = Layout::new();
    l.add(
        "key",
        Text,
        "Clé stable d’une édition à l’autre",
        |r| Cell::text(Some(r.key.as_str())),
    );
    l.add("sncu_id", Text, "Identifiant national (SNCU)", |r| {
        Cell::text(r.row.sncu_id.as_ref().map(SncuId::as_str))
    });
    l.add("id_fcu", Integer, "Numéro du service national", |r| {
        Cell::integer(r.row.id_fcu)
    });
    l.add("name", Text, "Nom", |r| Cell::text(r.row.name.as_deref()));
    place_columns!(l);
    l.add("owner", Text, "Maître d’ouvrage", |r| {
        Cell::text(r.row.owner.as_deref())
    });
    l.add("operator", Text, "Gestionnaire", |r| {
        Cell::text(r.row.operator.as_deref())
    });
    l.add("classified", Boolean, "Réseau classé", |r| {
        Cell::boolean(r.row.classified)
    });
    l.add(
        "open_to_connections",
        Boolean,
        "Ouvert aux raccordements",
        |r| Cell::Boolean(r.row.is_open()),
    );
    l.add("creation_year", Integer, "Année de création", |r| {
        Cell::integer(r.row.creation_year)
    });
    l.add("declared_length_km", Real, "Longueur déclarée, km", |r| {
        Cell::real(r.row.declared_length_km)
    });
    l.add(
        "traced_length_m",
        Real,
        "Longueur du tracé dans la projection légale, m",
        |r| Cell::real(traced_length_m(&r.row)),
    );
    l.add("delivery_points", Integer, "Points de livraison", |r| {
        Cell::integer(r.row.delivery_points)
    });
    figure_columns(&mut l);
    price_columns(&mut l);
    energy_columns(&mut l);
    l.add("hot_water", Text, "Part d’eau chaude, %", |r| {
        Cell::text(r.row.hot_water.as_deref())
    });
    l.add(
        "superheated_water",
        Text,
        "Part d’eau surchauffée, %",
        |r| Cell::text(r.row.superheated_water.as_deref()),
    );
    l.add("steam", Text, "Part de vapeur, %", |r| {
        Cell::text(r.row.steam.as_deref())
    });
    l.add("source", Text, "Source de la ligne", |r| {
        Cell::text(Some(&r.source))
    });
    l
}

fn figure_columns(l: &mut Layout<Identified<Network>>) {
    use Kind::{Integer, Real};
    l.add(
        "renewable_rate_pct",
        Real,
        "Taux EnR&R en vigueur, %",
        |r| Cell::real(r.row.figures.renewable_rate_pct),
    );
    l.add(
        "co2_direct_kg_per_kwh",
        Real,
        "Contenu CO2 direct en vigueur, kg/kWh",
        |r| Cell::real(r.row.figures.co2_direct_kg_per_kwh),
    );
    l.add(
        "co2_lca_kg_per_kwh",
        Real,
        "Contenu CO2 en analyse du cycle de vie en vigueur, kg/kWh",
        |r| Cell::real(r.row.figures.co2_lca_kg_per_kwh),
    );
    l.add(
        "figures_year",
        Integer,
        "Année du tableau réglementaire de ces trois valeurs",
        |r| Cell::integer(r.row.figures_year),
    );
    l.add(
        "declared_renewable_rate_pct",
        Real,
        "Taux EnR&R du fichier d’origine, %",
        |r| Cell::real(r.row.declared_figures.renewable_rate_pct),
    );
    l.add(
        "declared_co2_direct_kg_per_kwh",
        Real,
        "Contenu CO2 direct du fichier d’origine, kg/kWh",
        |r| Cell::real(r.row.declared_figures.co2_direct_kg_per_kwh),
    );
    l.add(
        "declared_co2_lca_kg_per_kwh",
        Real,
        "Contenu CO2 ACV du fichier d’origine, kg/kWh",
        |r| Cell::real(r.row.declared_figures.co2_lca_kg_per_kwh),
    );
}

fn price_columns(l: &mut Layout<Identified<Network>>) {
    use Kind::Real;
    l.add(
        "price_mean_eur_per_mwh",
        Real,
        "Prix moyen, € TTC/MWh",
        |r| Cell::real(r.row.price_mean_eur_per_mwh),
    );
    l.add(
        "price_variable_part_pct",
        Real,
        "Part variable du prix, %",
        |r| Cell::real(r.row.price_variable_part_pct),
    );
    l.add("price_fixed_part_pct", Real, "Part fixe du prix, %", |r| {
        Cell::real(r.row.price_fixed_part_pct)
    });
    l.add(
        "price_housing_eur_per_mwh",
        Real,
        "Prix moyen des logements, € TTC/MWh",
        |r| Cell::real(r.row.price_housing_eur_per_mwh),
    );
    l.add(
        "price_services_eur_per_mwh",
        Real,
        "Prix moyen du tertiaire, € TTC/MWh",
        |r| Cell::real(r.row.price_services_eur_per_mwh),
    );
    l.add("efficiency_pct", Real, "Rendement, %", |r| {
        Cell::real(r.row.efficiency_pct)
    });
    l.add(
        "development_pct",
        Real,
        "Développement du réseau, %",
        |r| Cell::real(r.row.development_pct),
    );
}

fn energy_columns(l: &mut Layout<Identified<Network>>) {
    use Kind::Real;
    let of = |series: &[Option<f64>], at: usize| Cell::real(series.get(at).copied().flatten());
    l.add(
        "production_total_mwh",
        Real,
        "Production totale, MWh par an",
        |r| Cell::real(r.row.production_total_mwh),
    );
    for (at, source) in ENERGY_SOURCES.iter().enumerate() {
        let (name, title) = (
            format!("production_{}_mwh", source.to_lowercase()),
            format!("Production, {}, MWh par an", source.replace('_', " ")),
        );
        l.add(name, Real, title, move |r| of(&r.row.production_mwh, at));
    }
    l.add("power_total_mw", Real, "Puissance totale, MW", |r| {
        Cell::real(r.row.power_total_mw)
    });
    for (at, source) in ENERGY_SOURCES.iter().enumerate() {
        let (name, title) = (
            format!("power_{}_mw", source.to_lowercase()),
            format!("Puissance, {}, MW", source.replace('_', " ")),
        );
        l.add(name, Real, title, move |r| of(&r.row.power_mw, at));
    }
    l.add(
        "deliveries_total_mwh",
        Real,
        "Livraisons totales, MWh par an",
        |r| Cell::real(r.row.deliveries_total_mwh),
    );
    for (at, sector) in DELIVERY_SECTORS.iter().enumerate() {
        let (name, title) = (
            format!("deliveries_{sector}_mwh"),
            format!("Livraisons, {sector}, MWh par an"),
        );
        l.add(name, Real, title, move |r| of(&r.row.deliveries_mwh, at));
    }
}
