use super::*;
use crate::network::SncuId;
use crate::release::trial::*;

#[test]
fn a_priority_area_is_linked_by_national_id_by_number_and_by_key() {
    let numbered = |number, network: Network| Network {
        id_fcu: Some(number),
        ..network
    };
    let mut area = pdp(&["7501c"], square(0.0, 0.0, 100.0));
    area.heat_id_fcus = vec![8];
    area.project_id_fcus = vec![3];
    area.network_keys = vec![key("cold:7503F")];
    let mut cold = heat(Some("7503F"), "Froid", pipe(0.0, 0.0, 50.0));
    cold.kind = NetworkKind::Cold;
    let mut future = project("Futur", square(0.0, 0.0, 10.0));
    future.id_fcu = Some(3);
    future.sncu_id = SncuId::parse("7509C");
    let one = first(Ingested {
        heat: read(vec![
            heat(Some("7501C"), "A", pipe(0.0, 0.0, 100.0)),
            numbered(8, heat(Some("7508C"), "B", pipe(0.0, 900.0, 100.0))),
        ]),
        cold: read(vec![cold]),
        projects: read(vec![future]),
        priority_areas: read(vec![area]),
        ..Ingested::default()
    });
    let links = |edition: &Edition| -> Vec<String> {
        let keys = edition.priority_areas[0].row.network_keys.iter();
        keys.map(ToString::to_string).collect()
    };
    let all = ["cold:7503F", "heat:7501C", "heat:7508C", "project:7509C"];
    assert_eq!(links(&one.edition), all);
    // Carried over, the links follow the networks, the declared key included.
    let two = assemble(
        &one.edition,
        traced(vec![heat(Some("7501C"), "A", pipe(0.0, 0.0, 100.0))]),
        "main",
    );
    assert_eq!(
        links(&two.edition),
        ["cold:7503F", "heat:7501C", "project:7509C"]
    );
}

#[test]
fn a_priority_area_whose_network_is_absent_is_reported() {
    let one = first(Ingested {
        priority_areas: read(vec![pdp(&["9999C"], square(0.0, 0.0, 100.0))]),
        ..Ingested::default()
    });
    assert_eq!(codes(&one, Severity::Warning), ["pdp-without-network"]);
}

#[test]
fn an_empty_import_changes_nothing() {
    let one = first(traced(vec![heat(
        Some("7501C"),
        "A",
        pipe(0.0, 0.0, 100.0),
    )]));
    let two = assemble(&one.edition, Ingested::default(), "main");
    assert_eq!(two.edition, one.edition);
    assert!(two.findings.is_empty());
}
