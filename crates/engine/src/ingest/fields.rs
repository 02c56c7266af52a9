//! Which of our words is this column? The open-data names, their 10-character Shapefile forms, the national service's
//! own columns and those of third-party extracts, without regard to case, accents and punctuation.
//!
//! The 10-character forms are not a list copied by hand: they follow the rule of the writer that makes the official
//! Shapefiles (OGR's Shapefile driver, under QGIS and GeoPandas too). A name is cut at 10 bytes; when that is taken
//! already, whatever the case, the first 8 bytes are kept and `_1` to `_9`, then `10` to `99`, are tried in order. So
//! `prod_MWh_fioul_lourd` becomes `prod_MWh_1` since `prod_MWh_fioul_domestique` took `prod_MWh_f`, and
//! `puissance_MW_biogaz` becomes `puissanc_9`. Numbers depend on the order of the fields: DOMAIN's.

use crate::network::{DELIVERY_SECTORS, ENERGY_SOURCES};
use std::collections::HashMap;
use std::sync::LazyLock;

/// A column we understand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// Our own identity.
    Key,
    /// Number of the national service.
    IdFcu,
    /// National identifier.
    Sncu,
    /// `id` of third-party extracts: a national identifier when it looks like one.
    LooseId,
    /// Name of a network.
    Name,
    /// Names of communes.
    Communes,
    /// INSEE codes of communes.
    CommunesInsee,
    /// Department.
    Department,
    /// Region.
    Region,
    /// Maître d'ouvrage.
    Owner,
    /// Gestionnaire.
    Operator,
    /// Réseau classé.
    Classified,
    /// Ouvert aux raccordements.
    Open,
    /// Year of creation.
    CreationYear,
    /// Length, km.
    Length,
    /// Delivery points.
    DeliveryPoints,
    /// EnR&R rate.
    Rate,
    /// Direct CO2.
    Co2Direct,
    /// Life-cycle CO2.
    Co2Lca,
    /// EnR&R rate of the network file, where the columns above hold figures in force (our own exports).
    DeclaredRate,
    /// Direct CO2 of the network file.
    DeclaredCo2Direct,
    /// Life-cycle CO2 of the network file.
    DeclaredCo2Lca,
    /// `PM`.
    PriceMean,
    /// `PV%`.
    PriceVariablePart,
    /// `PF%`.
    PriceFixedPart,
    /// `PM_L`.
    PriceHousing,
    /// `PM_T`.
    PriceServices,
    /// `Rend%`.
    Efficiency,
    /// `Dev_reseau%`.
    Development,
    /// `production_totale_MWh`.
    ProductionTotal,
    /// `prod_MWh_*`, by rank in `ENERGY_SOURCES`.
    Production(u8),
    /// `puissance_totale_MW`.
    PowerTotal,
    /// `puissance_MW_*`, by rank in `ENERGY_SOURCES`.
    Power(u8),
    /// `livraisons_totale_MWh`.
    DeliveriesTotal,
    /// `livraisons_*_MWh`, by rank in `DELIVERY_SECTORS`.
    Deliveries(u8),
    /// `eau_chaude`.
    HotWater,
    /// `eau_surchauffee`.
    SuperheatedWater,
    /// `vapeur`.
    Steam,
    /// `mise_en_service`.
    Commissioning,
    /// `is_zone`.
    IsZone,
    /// `reseau_de_chaleur_ids`.
    HeatIds,
    /// `reseau_en_construction_ids`.
    ProjectIds,
    /// `localisation` of regulatory tables.
    Place,
    /// `chaud_ou_froid` of the table of 2020.
    HotOrCold,
    /// Internal number of the table of 2020.
    Legacy2020,
    /// INSEE code of a commune's outline (`code`).
    CommuneCode,
    /// Understood and not kept: record numbers of programs, columns about the table itself.
    Silent,
}

/// Heat fields of the open-data files in their order.
fn heat_names() -> Vec<(String, Field)> {
    let mut names: Vec<(String, Field)> = identity_names();
    names.extend(named(&[
        ("reseaux classes", Field::Classified),
        ("annee_creation", Field::CreationYear),
        ("longueur_reseau", Field::Length),
        ("nb_pdl", Field::DeliveryPoints),
        ("Taux EnR&R", Field::Rate),
        ("contenu CO2", Field::Co2Direct),
        ("contenu CO2 ACV", Field::Co2Lca),
        ("PM", Field::PriceMean),
        ("PV%", Field::PriceVariablePart),
        ("PF%", Field::PriceFixedPart),
        ("PM_L", Field::PriceHousing),
        ("PM_T", Field::PriceServices),
        ("Rend%", Field::Efficiency),
        ("Dev_reseau%", Field::Development),
        ("production_totale_MWh", Field::ProductionTotal),
    ]));
    for (i, source) in ENERGY_SOURCES.iter().enumerate() {
        names.push((format!("prod_MWh_{source}"), Field::Production(i as u8)));
    }
    names.extend(named(&[("puissance_totale_MW", Field::PowerTotal)]));
    for (i, source) in ENERGY_SOURCES.iter().enumerate() {
        names.push((format!("puissance_MW_{source}"), Field::Power(i as u8)));
    }
    names.extend(delivery_names());
    names.extend(named(&[
        ("eau_chaude", Field::HotWater),
        ("eau_surchauffee", Field::SuperheatedWater),
        ("vapeur", Field::Steam),
    ]));
    names
}

/// Cold fields in their order. Their total power is `puissance` in the official Shapefile, where the heat file has
/// `puissance_`: folding makes them one.
fn cold_names() -> Vec<(String, Field)> {
    let mut names = identity_names();
    names.extend(named(&[
        ("annee_creation", Field::CreationYear),
        ("longueur_reseau", Field::Length),
        ("nb_pdl", Field::DeliveryPoints),
        ("contenu CO2", Field::Co2Direct),
        ("contenu CO2 ACV", Field::Co2Lca),
        ("Rend%", Field::Efficiency),
        ("production_totale_MWh", Field::ProductionTotal),
        ("puissance_totale_MW", Field::PowerTotal),
    ]));
    names.extend(delivery_names());
    names
}

/// The national service's own columns and those of construction files, whose first 10 characters are theirs alone.
fn own_names() -> Vec<(String, Field)> {
    named(&[
        ("id_fcu", Field::IdFcu),
        ("ouvert_aux_raccordements", Field::Open),
        ("communes_insee", Field::CommunesInsee),
        ("reseau_de_chaleur_ids", Field::HeatIds),
        ("reseau_en_construction_ids", Field::ProjectIds),
        ("mise_en_service", Field::Commissioning),
        ("is_zone", Field::IsZone),
        ("key", Field::Key),
    ])
}

fn identity_names() -> Vec<(String, Field)> {
    named(&[
        ("Identifiant reseau", Field::Sncu),
        ("nom_reseau", Field::Name),
        ("communes", Field::Communes),
        ("departement", Field::Department),
        ("region", Field::Region),
        ("MO", Field::Owner),
        ("Gestionnaire", Field::Operator),
    ])
}

fn delivery_names() -> Vec<(String, Field)> {
    let mut names = named(&[("livraisons_totale_MWh", Field::DeliveriesTotal)]);
    for (i, sector) in DELIVERY_SECTORS.iter().enumerate() {
        names.push((
            format!("livraisons_{sector}_MWh"),
            Field::Deliveries(i as u8),
        ));
    }
    names
}

fn named(names: &[(&str, Field)]) -> Vec<(String, Field)> {
    names
        .iter()
        .map(|&(name, field)| (name.to_owned(), field))
        .collect()
}

/// The names of our own exports that are nobody else's.
fn export_names() -> Vec<(String, Field)> {
    let mut names = named(&[
        ("department", Field::Department),
        ("creation_year", Field::CreationYear),
        ("declared_length_km", Field::Length),
        ("delivery_points", Field::DeliveryPoints),
        ("declared_renewable_rate_pct", Field::DeclaredRate),
        ("declared_co2_direct_kg_per_kwh", Field::DeclaredCo2Direct),
        ("declared_co2_lca_kg_per_kwh", Field::DeclaredCo2Lca),
        ("price_mean_eur_per_mwh", Field::PriceMean),
        ("price_variable_part_pct", Field::PriceVariablePart),
        ("price_fixed_part_pct", Field::PriceFixedPart),
        ("price_housing_eur_per_mwh", Field::PriceHousing),
        ("price_services_eur_per_mwh", Field::PriceServices),
        ("efficiency_pct", Field::Efficiency),
        ("development_pct", Field::Development),
        ("production_total_mwh", Field::ProductionTotal),
        ("power_total_mw", Field::PowerTotal),
        ("deliveries_total_mwh", Field::DeliveriesTotal),
        ("hot_water", Field::HotWater),
        ("superheated_water", Field::SuperheatedWater),
        ("steam", Field::Steam),
        ("commissioning", Field::Commissioning),
        ("network_sncu_ids", Field::Sncu),
        ("heat_id_fcus", Field::HeatIds),
        ("project_id_fcus", Field::ProjectIds),
        // Computed again, or said by `--source`.
        ("network_keys", Field::Silent),
        ("traced_length_m", Field::Silent),
        ("figures_year", Field::Silent),
        ("source", Field::Silent),
    ]);
    for (i, source) in ENERGY_SOURCES.iter().enumerate() {
        names.push((
            format!("production_{source}_mwh"),
            Field::Production(i as u8),
        ));
        names.push((format!("power_{source}_mw"), Field::Power(i as u8)));
    }
    for (i, sector) in DELIVERY_SECTORS.iter().enumerate() {
        names.push((
            format!("deliveries_{sector}_mwh"),
            Field::Deliveries(i as u8),
        ));
    }
    names
}

/// Names met in extracts, in regulatory tables of various years, and in exports of ours.
const OTHERS: &[(&str, Field)] = &[
    ("identifiant_reseau", Field::Sncu),
    ("identifiant_du_reseau", Field::Sncu),
    ("identifiant", Field::Sncu),
    ("id_sncu", Field::Sncu),
    ("sncu", Field::Sncu),
    ("sncu_id", Field::Sncu),
    ("id_reseau_sncu", Field::Sncu),
    ("id", Field::LooseId),
    ("nom", Field::Name),
    ("name", Field::Name),
    ("nom_du_reseau", Field::Name),
    ("reseau", Field::Name),
    ("commune", Field::Communes),
    ("nom_commune", Field::Communes),
    ("insee", Field::CommunesInsee),
    ("code_insee", Field::CommunesInsee),
    ("insee_com", Field::CommunesInsee),
    ("communes_codes", Field::CommunesInsee),
    ("dep", Field::Department),
    ("code_departement", Field::Department),
    ("maitre_d_ouvrage", Field::Owner),
    ("maitre_ouvrage", Field::Owner),
    ("moa", Field::Owner),
    ("owner", Field::Owner),
    ("exploitant", Field::Operator),
    ("operator", Field::Operator),
    ("reseau_classe", Field::Classified),
    ("classe", Field::Classified),
    ("classified", Field::Classified),
    ("ouvert", Field::Open),
    ("open_to_connections", Field::Open),
    ("longueur_reseau_km", Field::Length),
    ("longueur_km", Field::Length),
    ("taux_enrr", Field::Rate),
    ("taux_enrr_pct", Field::Rate),
    ("taux_enr", Field::Rate),
    ("taux_enr_r", Field::Rate),
    ("renewable_rate_pct", Field::Rate),
    ("contenu_co2_kg_kwh", Field::Co2Direct),
    ("contenu_co2_direct", Field::Co2Direct),
    ("co2", Field::Co2Direct),
    ("co2_direct_kg_per_kwh", Field::Co2Direct),
    ("contenu_co2_acv_kg_kwh", Field::Co2Lca),
    ("co2_acv", Field::Co2Lca),
    ("co2_lca_kg_per_kwh", Field::Co2Lca),
    ("pm_eur_mwh", Field::PriceMean),
    ("rendement", Field::Efficiency),
    ("date_mise_en_service", Field::Commissioning),
    ("localisation", Field::Place),
    ("lieu", Field::Place),
    ("chaud_ou_froid", Field::HotOrCold),
    ("tv_reseau_chaleur_id", Field::Legacy2020),
    (
        "correspondance_tv_reseau_chaleur_id_2020",
        Field::Legacy2020,
    ),
    ("code", Field::CommuneCode),
    ("hash_reseau", Field::Silent),
    ("correspondance_hash_reseau_2020", Field::Silent),
    ("methode_calcul_taux", Field::Silent),
    ("titre_v", Field::Silent),
    ("fid", Field::Silent),
    ("ogc_fid", Field::Silent),
    ("gid", Field::Silent),
    ("objectid", Field::Silent),
    ("has_geometry", Field::Silent),
    ("has_trace", Field::Silent),
    ("has_pdp", Field::Silent),
    ("has_priority_area", Field::Silent),
    ("bbox", Field::Silent),
];

static VOCABULARY: LazyLock<HashMap<String, Field>> = LazyLock::new(|| {
    let mut vocabulary = HashMap::new();
    // Full names first: a cut name never hides one.
    let tables = [heat_names(), cold_names(), own_names()];
    for (name, field) in tables.iter().flatten() {
        vocabulary.entry(fold(name)).or_insert(*field);
    }
    for (name, field) in OTHERS {
        vocabulary.entry(fold(name)).or_insert(*field);
    }
    let others: Vec<(String, Field)> = named(OTHERS);
    for table in tables.iter().chain([&others]) {
        for (cut, (_, field)) in ten_character_names(table.iter().map(|(name, _)| name.as_str()))
            .into_iter()
            .zip(table)
        {
            vocabulary.entry(fold(&cut)).or_insert(*field);
        }
    }
    // Written whole by formats that do not cut: last, and never cut.
    for (name, field) in export_names() {
        vocabulary.entry(fold(&name)).or_insert(field);
    }
    vocabulary
});

/// What a column means, if we know.
pub fn field(name: &str) -> Option<Field> {
    let folded = fold(name);
    VOCABULARY
        .get(&folded)
        .copied()
        .or_else(|| folded.starts_with("nouveaureseau").then_some(Field::Silent))
}

/// The names a Shapefile gets for these, in order, by the rule told at the head of this module.
pub fn ten_character_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut taken: Vec<String> = Vec::new();
    let cut = |name: &str, bytes: usize| -> String {
        let end = (0..=bytes.min(name.len()))
            .rev()
            .find(|&i| name.is_char_boundary(i))
            .unwrap_or(0);
        name[..end].to_owned()
    };
    for name in names {
        let is_free = |wanted: &str| !taken.iter().any(|t| t.eq_ignore_ascii_case(wanted));
        let first = cut(name, 10);
        let chosen = if is_free(&first) {
            first
        } else {
            let stem = cut(name, 8);
            (1..100)
                .map(|n| {
                    if n < 10 {
                        format!("{stem}_{n}")
                    } else {
                        format!("{stem}{n}")
                    }
                })
                .find(|wanted| is_free(wanted))
                .unwrap_or(first)
        };
        taken.push(chosen);
    }
    taken
}

/// Letters and digits only, lower case, without accents: what makes `Taux EnR&R` and `taux_enrr` one name.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'a'..='z' | '0'..='9' => out.push(c),
            'A'..='Z' => out.push(c.to_ascii_lowercase()),
            _ => match c.to_lowercase().next().unwrap_or(c) {
                'à' | 'â' | 'ä' | 'á' | 'ã' | 'å' => out.push('a'),
                'é' | 'è' | 'ê' | 'ë' => out.push('e'),
                'î' | 'ï' | 'í' | 'ì' => out.push('i'),
                'ô' | 'ö' | 'ó' | 'ò' | 'õ' => out.push('o'),
                'ù' | 'û' | 'ü' | 'ú' => out.push('u'),
                'ç' => out.push('c'),
                'ñ' => out.push('n'),
                'ÿ' => out.push('y'),
                'œ' => out.push_str("oe"),
                'æ' => out.push_str("ae"),
                lower if lower.is_alphanumeric() => out.push(lower),
                _ => {}
            },
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heat_names_are_cut_as_in_the_official_dictionary() {
        let names = heat_names();
        let cut = ten_character_names(names.iter().map(|(name, _)| name.as_str()));
        assert_eq!(
            cut.join(" | "),
            "Identifian | nom_reseau | communes | departemen | region | MO | Gestionnai | reseaux cl | annee_crea | \
             longueur_r | nb_pdl | Taux EnR&R | contenu CO | contenu _1 | PM | PV% | PF% | PM_L | PM_T | Rend% | \
             Dev_reseau | production | prod_MWh_g | prod_MWh_c | prod_MWh_f | prod_MWh_1 | prod_MWh_2 | prod_MWh_b | \
             prod_MWh_d | prod_MWh_U | prod_MWh_3 | prod_MWh_4 | prod_MWh_P | prod_MWh_s | prod_MWh_a | prod_MWh_5 | \
             prod_MWh_6 | prod_MWh_7 | prod_MWh_8 | puissance_ | puissanc_1 | puissanc_2 | puissanc_3 | puissanc_4 | \
             puissanc_5 | puissanc_6 | puissanc_7 | puissanc_8 | puissanc_9 | puissanc10 | puissanc11 | puissanc12 | \
             puissanc13 | puissanc14 | puissanc15 | puissanc16 | puissanc17 | livraisons | livraiso_1 | livraiso_2 | \
             livraiso_3 | livraiso_4 | livraiso_5 | eau_chaude | eau_surcha | vapeur"
        );
    }

    #[test]
    fn every_cut_name_of_every_table_means_what_its_full_name_means() {
        for table in [heat_names(), cold_names(), own_names()] {
            let cut = ten_character_names(table.iter().map(|(name, _)| name.as_str()));
            for (cut, (name, expected)) in cut.iter().zip(&table) {
                assert_eq!(field(cut), Some(*expected), "{name} cut to {cut}");
                assert_eq!(field(name), Some(*expected), "{name}");
                assert_eq!(field(&name.to_uppercase()), Some(*expected), "{name}");
            }
        }
    }

    #[test]
    fn every_name_of_our_exports_means_its_own_field() {
        for (name, expected) in export_names() {
            assert_eq!(field(&name), Some(expected), "{name}");
        }
    }

    #[test]
    fn the_cold_file_calls_its_total_power_puissance() {
        assert_eq!(field("puissance"), Some(Field::PowerTotal));
        assert_eq!(field("puissance_"), Some(Field::PowerTotal));
    }

    #[test]
    fn names_of_extracts_are_understood_without_accents_or_case() {
        assert_eq!(field("Taux_EnRR"), Some(Field::Rate));
        assert_eq!(field("taux_enrr_pct"), Some(Field::Rate));
        assert_eq!(field("Identifiant Réseau"), Some(Field::Sncu));
        assert_eq!(field("DÉPARTEMENT"), Some(Field::Department));
        assert_eq!(field("nouveau_reseau_2023_2024"), Some(Field::Silent));
        assert_eq!(field("codgeo"), None);
        assert_eq!(field("Wärmebedarf"), None);
    }
}
