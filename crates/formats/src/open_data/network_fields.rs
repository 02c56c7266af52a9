//! The fields of heat and cold networks in the open-data files.

use super::fields::OpenLayout;
use super::place_fields::{joined, place_fields};
use crate::table::{Cell, Kind, Layout};
use caloduc_engine::network::{
    DELIVERY_SECTORS, ENERGY_SOURCES, Identified, Network, NetworkKind, SncuId,
};

/// Shares of fluids are numbers in the national files; ours keep them as they came.
fn share(text: Option<&str>) -> Cell<'_> {
    match text.and_then(|text| text.parse::<f64>().ok()) {
        Some(value) if value.is_finite() => Cell::Real(value),
        _ => Cell::text(text),
    }
}

pub(super) fn network_layout(kind: NetworkKind) -> Layout<Identified<Network>> {
    let heat = kind == NetworkKind::Heat;
    let mut l: Layout<Identified<Network>> = Layout::new();
    l.text("Identifiant reseau", "Identifiant du réseau", |r| {
        r.row.sncu_id.as_ref().map(SncuId::as_str)
    });
    l.text("nom_reseau", "Nom du réseau", |r| r.row.name.as_deref());
    place_fields!(l);
    l.text("MO", "Maître d’ouvrage (MO)", |r| r.row.owner.as_deref());
    l.text("Gestionnaire", "Gestionnaire", |r| {
        r.row.operator.as_deref()
    });
    if heat {
        l.add(
            "reseaux classes",
            Kind::Boolean,
            "Réseau classé (vrai = oui)",
            |r| Cell::boolean(r.row.classified),
        );
    }
    l.number("annee_creation", 0, "Année de création du réseau", |r| {
        r.row.creation_year.map(f64::from)
    });
    l.number("longueur_reseau", 1, "Longueur du réseau (km)", |r| {
        r.row.declared_length_km
    });
    l.number("nb_pdl", 0, "Nombre de points de livraison", |r| {
        r.row.delivery_points.map(|count| count as f64)
    });
    if heat {
        l.number("Taux EnR&R", 1, "Taux EnR&R (%)", |r| {
            r.row.figures.renewable_rate_pct
        });
    }
    l.number("contenu CO2", 3, "Contenu CO2 (kg/kWh)", |r| {
        r.row.figures.co2_direct_kg_per_kwh
    });
    l.number(
        "contenu CO2 ACV",
        3,
        "Contenu CO2 en analyse du cycle de vie (kg/kWh)",
        |r| r.row.figures.co2_lca_kg_per_kwh,
    );
    if heat {
        price_fields(&mut l);
    }
    l.number("Rend%", 0, "Rendement du réseau (%)", |r| {
        r.row.efficiency_pct
    });
    if heat {
        l.number("Dev_reseau%", 0, "Développement du réseau (%)", |r| {
            r.row.development_pct
        });
    }
    energy_fields(&mut l, kind);
    if heat {
        let name = "Fluide caloporteur : eau chaude (%)";
        l.add("eau_chaude", Kind::Real, name, |r| {
            share(r.row.hot_water.as_deref())
        });
        let name = "Fluide caloporteur : eau surchauffée (%)";
        l.add("eau_surchauffee", Kind::Real, name, |r| {
            share(r.row.superheated_water.as_deref())
        });
        let name = "Fluide caloporteur : vapeur (%)";
        l.add("vapeur", Kind::Real, name, |r| {
            share(r.row.steam.as_deref())
        });
    }
    l
}

fn price_fields(l: &mut Layout<Identified<Network>>) {
    l.number("PM", 2, "Prix moyen de la chaleur (€ TTC/MWh)", |r| {
        r.row.price_mean_eur_per_mwh
    });
    l.number(
        "PV%",
        0,
        "Poids de la part variable dans la facturation (%)",
        |r| r.row.price_variable_part_pct,
    );
    l.number(
        "PF%",
        0,
        "Poids de la part fixe dans la facturation (%)",
        |r| r.row.price_fixed_part_pct,
    );
    l.number("PM_L", 2, "Prix moyen, logement (€ TTC/MWh)", |r| {
        r.row.price_housing_eur_per_mwh
    });
    l.number("PM_T", 2, "Prix moyen, tertiaire (€ TTC/MWh)", |r| {
        r.row.price_services_eur_per_mwh
    });
}

/// Production, power and deliveries; a cold network has totals only, and deliveries to the hundredth.
fn energy_fields(l: &mut Layout<Identified<Network>>, kind: NetworkKind) {
    let of = |series: &[Option<f64>], at: usize| series.get(at).copied().flatten();
    let heat = kind == NetworkKind::Heat;
    l.number("production_totale_MWh", 0, "Production totale (MWh)", |r| {
        r.row.production_total_mwh
    });
    for (at, source) in ENERGY_SOURCES.iter().enumerate().filter(|_| heat) {
        let title = format!("Production {} (MWh)", spoken(source));
        l.number(format!("prod_MWh_{source}"), 0, title, move |r| {
            of(&r.row.production_mwh, at)
        });
    }
    l.number("puissance_totale_MW", 2, "Puissance totale (MW)", |r| {
        r.row.power_total_mw
    });
    for (at, source) in ENERGY_SOURCES.iter().enumerate().filter(|_| heat) {
        let title = format!("Puissance {} (MW)", spoken(source));
        l.number(format!("puissance_MW_{source}"), 2, title, move |r| {
            of(&r.row.power_mw, at)
        });
    }
    let decimals = if heat { 0 } else { 2 };
    l.number(
        "livraisons_totale_MWh",
        decimals,
        "Livraisons totales (MWh)",
        |r| r.row.deliveries_total_mwh,
    );
    for (at, sector) in DELIVERY_SECTORS.iter().enumerate() {
        let title = format!("Livraisons {} (MWh)", spoken(sector));
        l.number(
            format!("livraisons_{sector}_MWh"),
            decimals,
            title,
            move |r| of(&r.row.deliveries_mwh, at),
        );
    }
}

/// A source or sector of the files' spelling, as one says it.
fn spoken(name: &str) -> String {
    match name {
        "dechets_internes" => "déchets internes".to_owned(),
        "geothermie" => "géothermie".to_owned(),
        "chaleur_industiel" => "chaleur industrielle".to_owned(),
        "autre_chaleur_recuperee" => "autre chaleur récupérée".to_owned(),
        "chaudieres_electriques" => "chaudières électriques".to_owned(),
        "residentiel" => "résidentiel".to_owned(),
        other => other.replace('_', " "),
    }
}
