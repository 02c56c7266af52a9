use super::*;
use crate::ingest::Ingested;
use crate::release::trial::*;
use crate::release::{Assembled, assemble};

fn with_tables(networks: Vec<Network>, figures: Vec<RegulatoryFigure>) -> Assembled {
    let mut rows = traced(networks);
    rows.regulatory = read(figures);
    first(rows)
}

fn co2(year: u16, id: Option<&str>, direct: Option<f64>) -> RegulatoryFigure {
    let mut row = figure(year, id, None);
    row.figures.co2_direct_kg_per_kwh = direct;
    row
}

fn paris() -> Network {
    let mut network = heat(Some("7501C"), "Paris", pipe(0.0, 0.0, 10.0));
    network.declared_figures.renewable_rate_pct = Some(10.0);
    network.declared_figures.co2_lca_kg_per_kwh = Some(0.3);
    network
}

#[test]
fn tables_win_field_by_field_and_the_latest_year_first_whatever_the_order() {
    let years = vec![
        figure(2024, Some("7501C"), Some(52.0)),
        co2(2023, Some("7501C"), Some(0.1)),
        figure(2022, Some("7501C"), Some(40.0)),
    ];
    let backwards = years.iter().rev().cloned().collect();
    let one = with_tables(vec![paris()], years);
    assert_eq!(one.edition, with_tables(vec![paris()], backwards).edition);
    let row = &one.edition.networks[0].row;
    assert_eq!(row.figures.renewable_rate_pct, Some(52.0));
    assert_eq!(row.figures.co2_direct_kg_per_kwh, Some(0.1));
    assert_eq!(
        row.figures.co2_lca_kg_per_kwh,
        Some(0.3),
        "the file's own, no table has it"
    );
    assert_eq!(row.declared_figures.renewable_rate_pct, Some(10.0));
    assert_eq!(row.figures_year, Some(2024));
}

#[test]
fn an_older_table_imported_later_changes_nothing_that_the_newer_has() {
    let one = with_tables(vec![paris()], vec![figure(2024, Some("7501C"), Some(52.0))]);
    let older = Ingested {
        regulatory: read(vec![figure(2021, Some("7501C"), Some(1.0))]),
        ..Ingested::default()
    };
    let two = assemble(&one.edition, older, "main");
    assert_eq!(two.edition.networks, one.edition.networks);
    let history = figures_history(&two.edition);
    let years: Vec<u16> = history[&key("heat:7501C")].keys().copied().collect();
    assert_eq!(years, [2021, 2024]);
}

#[test]
fn a_year_replaces_itself() {
    let table = |id| Ingested {
        regulatory: read(vec![figure(2024, Some(id), Some(9.0))]),
        ..Ingested::default()
    };
    let one = assemble(
        &first(traced(vec![paris()])).edition,
        table("7501C"),
        "main",
    );
    assert_eq!(
        one.edition.networks[0].row.figures.renewable_rate_pct,
        Some(9.0)
    );
    let two = assemble(&one.edition, table("7502C"), "main");
    assert_eq!(two.edition.regulatory.len(), 1);
    assert_eq!(
        two.edition.networks[0].row.figures.renewable_rate_pct,
        Some(10.0)
    );
}

#[test]
fn the_figures_of_a_cold_id_never_go_to_a_heat_network() {
    let mut network = paris();
    network.sncu_id = SncuId::parse("7503F");
    let one = with_tables(vec![network], vec![figure(2024, Some("7503F"), Some(99.0))]);
    assert_eq!(
        one.edition.networks[0].row.figures.renewable_rate_pct,
        Some(10.0)
    );
}

#[test]
fn the_table_of_2020_is_joined_by_the_numbers_of_2021_then_by_name_and_place() {
    let named = |mut row: RegulatoryFigure, legacy: Option<&str>, name: &str, place: &str| {
        row.kind = Some(NetworkKind::Heat);
        row.legacy_2020 = legacy.map(str::to_owned);
        row.name = Some(name.to_owned());
        row.place = Some(place.to_owned());
        row
    };
    let mut by_name = heat(None, "Réseau du Centre", pipe(0.0, 900.0, 10.0));
    by_name.communes = vec!["Évry".to_owned()];
    let other = heat(Some("0103C"), "Oyonnax", pipe(0.0, 5000.0, 10.0));
    let one = with_tables(
        vec![paris(), by_name, other],
        vec![
            named(co2(2020, None, Some(0.1)), Some("12"), "CPCU", "Paris"),
            named(
                figure(2021, Some("7501C"), Some(41.0)),
                Some("12"),
                "Compagnie parisienne",
                "PARIS",
            ),
            named(
                co2(2020, None, Some(0.2)),
                Some("13"),
                "RESEAU DU CENTRE",
                "Evry",
            ),
            named(
                co2(2020, None, Some(0.3)),
                Some("14"),
                "Oyonnax BioChaleur",
                "Oyonnax",
            ),
            named(
                figure(2022, Some("0103C"), Some(70.0)),
                None,
                "OYONNAX BIOCHALEUR",
                "OYONNAX",
            ),
            named(
                co2(2020, None, Some(0.4)),
                Some("15"),
                "Inconnu",
                "Nulle part",
            ),
        ],
    );
    let direct = |name: &str| {
        let row = one
            .edition
            .networks
            .iter()
            .find(|n| n.row.name.as_deref() == Some(name));
        row.unwrap().row.figures.co2_direct_kg_per_kwh
    };
    assert_eq!(direct("Paris"), Some(0.1));
    assert_eq!(direct("Réseau du Centre"), Some(0.2));
    assert_eq!(direct("Oyonnax"), Some(0.3));
    let unmatched: Vec<&Finding> = one
        .findings
        .iter()
        .filter(|f| f.code == "regulatory-unmatched")
        .collect();
    assert_eq!(unmatched.len(), 1);
    assert!(unmatched[0].message.contains("Inconnu"));
}
