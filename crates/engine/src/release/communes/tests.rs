use super::*;
use crate::ingest::Ingested;
use crate::network::Network;
use crate::release::trial::*;
use crate::release::{Assembled, assemble};
use crate::report::Severity;

fn outlines() -> Vec<Commune> {
    vec![
        commune("75056", "Paris", square(0.0, 0.0, 10_000.0)),
        commune("91228", "Évry-Courcouronnes", square(20_000.0, 0.0, 5000.0)),
        commune("92046", "Malakoff", square(30_000.0, 0.0, 5000.0)),
        commune("93066", "Saint-Denis", square(40_000.0, 0.0, 5000.0)),
        commune("76351", "Le Havre", square(50_000.0, 0.0, 5000.0)),
        commune("60139", "Saint-Denis", square(90_000.0, 0.0, 5000.0)),
        commune("91421", "Montgeron", square(60_000.0, 0.0, 500.0)),
    ]
}

fn placed(row: Network) -> Assembled {
    let mut rows = untraced(vec![row]);
    rows.communes = read(outlines());
    first(rows)
}

fn codes_of(assembled: &Assembled) -> Vec<&str> {
    let codes = &assembled.edition.networks[0].row.communes_insee;
    codes.iter().map(InseeCode::as_str).collect()
}

fn named(communes: &[&str], department: Option<&str>, x: f64) -> Network {
    Network {
        communes: communes.iter().map(|name| (*name).to_owned()).collect(),
        department: department.map(str::to_owned),
        ..heat(None, "Réseau", marker(x, 100.0))
    }
}

#[test]
fn spelling_makes_no_difference() {
    for name in [
        "évry courcouronnes",
        "EVRY-COURCOURONNES",
        "Ville d'Évry-Courcouronnes",
        "Evry-Courcouronnes Cedex",
    ] {
        assert_eq!(
            codes_of(&placed(named(&[name], Some("Essonne"), 21_000.0))),
            ["91228"],
            "{name}"
        );
    }
    assert_eq!(
        codes_of(&placed(named(&["ST DENIS"], Some("93"), 41_000.0))),
        ["93066"]
    );
    assert_eq!(
        codes_of(&placed(named(
            &["Havre (Le)"],
            Some("Seine-Maritime"),
            51_000.0
        ))),
        ["76351"]
    );
}

#[test]
fn two_departments_are_both_looked_into() {
    let one = placed(named(
        &["Évry-Courcouronnes", "Malakoff"],
        Some("Essonne, Hauts-de-Seine"),
        21_000.0,
    ));
    assert_eq!(codes_of(&one), ["91228", "92046"]);
}

#[test]
fn homonyms_are_told_apart_by_the_department_then_by_the_place() {
    assert_eq!(
        codes_of(&placed(named(&["Saint-Denis"], Some("Oise"), 41_000.0))),
        ["60139"]
    );
    assert_eq!(
        codes_of(&placed(named(&["Saint-Denis"], None, 41_000.0))),
        ["93066"]
    );
    let both = named(&["Saint-Denis"], Some("Seine-Saint-Denis, Oise"), 91_000.0);
    assert_eq!(codes_of(&placed(both)), ["60139"]);
}

#[test]
fn a_name_that_cannot_be_found_is_reported() {
    let one = placed(named(&["Nulle-Part"], Some("91"), 500_000.0));
    assert!(codes_of(&one).is_empty());
    assert_eq!(codes(&one, Severity::Warning), ["commune-unresolved"]);
}

#[test]
fn arrondissements_and_former_communes_become_the_commune() {
    let given = |code: &str| Network {
        communes_insee: vec![InseeCode::parse(code).unwrap()],
        ..named(&[], None, 100.0)
    };
    assert_eq!(codes_of(&placed(given("75113"))), ["75056"]);
    assert_eq!(
        codes_of(&placed(named(
            &["Paris 13e Arrondissement"],
            Some("75"),
            100.0
        ))),
        ["75056"]
    );
    // Courcouronnes (91182) is delegated to Évry-Courcouronnes; Béon (01039) to Culoz-Béon (01138).
    assert_eq!(codes_of(&first(untraced(vec![given("01039")]))), ["01138"]);
    assert_eq!(codes_of(&first(untraced(vec![given("13208")]))), ["13055"]);
}

#[test]
fn a_row_that_names_no_commune_gets_the_one_it_lies_in() {
    assert_eq!(codes_of(&placed(named(&[], None, 31_000.0))), ["92046"]);
}

#[test]
fn outlines_imported_later_resolve_the_rows_already_there() {
    let one = first(untraced(vec![named(&["Malakoff"], Some("92"), 31_000.0)]));
    assert_eq!(codes(&one, Severity::Warning), ["no-communes"]);
    let later = Ingested {
        communes: read(outlines()),
        ..Ingested::default()
    };
    let two = assemble(&one.edition, later, "main");
    assert_eq!(codes_of(&two), ["92046"]);
    assert!(two.findings.is_empty());
}

#[test]
fn communes_add_up_and_replace_themselves_by_code() {
    let import = |rows| Ingested {
        communes: read(rows),
        ..Ingested::default()
    };
    let one = first(import(outlines()));
    let bigger = commune("75056", "Paris", square(0.0, 0.0, 12_000.0));
    let two = assemble(&one.edition, import(vec![bigger.clone()]), "main");
    assert_eq!(two.edition.communes.len(), outlines().len());
    let paris = two
        .edition
        .communes
        .iter()
        .find(|c| c.row.code == bigger.code)
        .unwrap();
    assert_eq!(paris.row, bigger);
}

#[test]
fn departments_are_read_by_code_or_name_one_or_several() {
    let codes = |text| {
        departments_in(text)
            .iter()
            .map(|d| d.code)
            .collect::<Vec<_>>()
    };
    assert_eq!(codes("Essonne, Hauts-de-Seine"), ["91", "92"]);
    assert_eq!(codes("1"), ["01"]);
    assert_eq!(codes("2a"), ["2A"]);
    assert_eq!(codes("VAL D'OISE"), ["95"]);
    assert_eq!(codes("Réunion"), ["974"]);
    assert_eq!(codes("Essonne (91)"), ["91"]);
    assert_eq!(codes("Seine-et-Marne"), ["77"]);
    assert!(codes("Mars").is_empty());
    assert_eq!(region_of("ile de france").map(|r| r.code), Some("11"));
}
