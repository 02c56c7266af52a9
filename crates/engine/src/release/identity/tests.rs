use crate::ingest::Ingested;
use crate::network::{Edition, Network, PriorityArea};
use crate::release::trial::*;
use crate::release::{assemble, diff};
use crate::report::Severity;
use proptest::prelude::*;

fn numbered(id_fcu: i64, network: Network) -> Network {
    Network {
        id_fcu: Some(id_fcu),
        ..network
    }
}

#[test]
fn a_network_with_a_national_id_is_keyed_by_it() {
    let one = first(traced(vec![heat(
        Some("7501c"),
        "Paris",
        pipe(0.0, 0.0, 100.0),
    )]));
    assert_eq!(keys(&one), ["heat:7501C"]);
}

#[test]
fn a_network_without_id_keeps_its_short_id_when_its_trace_grows() {
    let one = first(traced(vec![heat(None, "Morlaix", pipe(0.0, 0.0, 1000.0))]));
    let short = key_of(&one, "Morlaix");
    let grown = heat(None, "Morlaix Communauté", pipe(0.0, 5.0, 1400.0));
    let two = assemble(&one.edition, traced(vec![grown]), "main");
    assert_eq!(key_of(&two, "Morlaix Communauté"), short);
    assert!(short.len() == "heat:".len() + 8);
}

#[test]
fn two_likely_predecessors_without_margin_are_left_to_a_person() {
    let one = first(traced(vec![
        heat(None, "Nord", pipe(0.0, 0.0, 1000.0)),
        heat(None, "Sud", pipe(0.0, 10.0, 1000.0)),
    ]));
    let between = heat(None, "Milieu", pipe(0.0, 5.0, 1000.0));
    let two = assemble(&one.edition, traced(vec![between]), "main");
    assert_eq!(codes(&two, Severity::Warning), ["identity-ambiguous"]);
    assert!(!keys(&one).contains(&key_of(&two, "Milieu").as_str()));
}

#[test]
fn neighbours_within_twenty_metres_keep_their_keys_when_nothing_changes() {
    let rows = vec![
        heat(None, "Nord", pipe(0.0, 0.0, 1000.0)),
        heat(None, "Sud", pipe(0.0, 10.0, 1000.0)),
    ];
    let one = first(traced(rows.clone()));
    let two = assemble(&one.edition, traced(rows), "main");
    assert_eq!(one.edition, two.edition);
    assert!(two.findings.is_empty());
}

#[test]
fn less_than_half_in_common_is_another_network() {
    let one = first(traced(vec![heat(None, "A", pipe(0.0, 0.0, 1000.0))]));
    let moved = heat(None, "B", pipe(600.0, 0.0, 1000.0));
    let two = assemble(&one.edition, traced(vec![moved]), "main");
    assert_ne!(key_of(&one, "A"), key_of(&two, "B"));
}

#[test]
fn the_number_of_the_national_service_wins_over_overlap() {
    let one = first(traced(vec![
        numbered(7, heat(None, "A", pipe(0.0, 0.0, 1000.0))),
        numbered(8, heat(None, "B", pipe(0.0, 9000.0, 1000.0))),
    ]));
    let two = assemble(
        &one.edition,
        traced(vec![numbered(
            8,
            heat(None, "B bis", pipe(0.0, 0.0, 1000.0)),
        )]),
        "main",
    );
    assert_eq!(key_of(&two, "B bis"), key_of(&one, "B"));
}

#[test]
fn the_number_means_nothing_in_another_source() {
    let one = first(traced(vec![numbered(
        7,
        heat(None, "A", pipe(0.0, 0.0, 1000.0)),
    )]));
    let other = numbered(7, heat(None, "Z", pipe(0.0, 90_000.0, 1000.0)));
    let two = assemble(&one.edition, traced(vec![other]), "ville");
    assert_eq!(two.edition.networks.len(), 2);
    assert_ne!(key_of(&two, "Z"), key_of(&two, "A"));
}

#[test]
fn a_second_row_with_a_taken_id_is_numbered_and_is_an_error() {
    let rows = vec![
        numbered(1, heat(Some("7501C"), "A", pipe(0.0, 0.0, 1000.0))),
        numbered(2, heat(Some("7501C"), "B", pipe(0.0, 5000.0, 1000.0))),
    ];
    let one = first(traced(rows.clone()));
    assert_eq!(key_of(&one, "A"), "heat:7501C");
    assert_eq!(key_of(&one, "B"), "heat:7501C-2");
    assert_eq!(codes(&one, Severity::Error), ["duplicate-sncu-id"]);
    let again = assemble(
        &one.edition,
        traced(rows.into_iter().rev().collect()),
        "main",
    );
    assert_eq!(one.edition, again.edition);
    assert_eq!(codes(&again, Severity::Error), ["duplicate-sncu-id"]);
}

#[test]
fn the_key_of_a_vanished_duplicate_is_not_given_to_the_other() {
    let one = first(traced(vec![
        heat(Some("7501C"), "A", pipe(0.0, 0.0, 1000.0)),
        heat(Some("7501C"), "B", pipe(0.0, 5000.0, 1000.0)),
    ]));
    let second = if key_of(&one, "A") == "heat:7501C" {
        ("B", 5000.0)
    } else {
        ("A", 0.0)
    };
    let left = heat(Some("7501C"), second.0, pipe(0.0, second.1, 1000.0));
    let two = assemble(&one.edition, traced(vec![left]), "main");
    assert_eq!(keys(&two), ["heat:7501C-2"]);
    assert_eq!(codes(&two, Severity::Information), ["identity-kept"]);
}

#[test]
fn a_declared_key_wins_over_everything() {
    let one = first(traced(vec![heat(
        Some("7501C"),
        "A",
        pipe(0.0, 0.0, 1000.0),
    )]));
    let mut again = traced(vec![heat(Some("7502C"), "A", pipe(0.0, 0.0, 1000.0))]);
    again.heat.as_mut().unwrap()[0].declared_key = Some(key("heat:7501C"));
    let two = assemble(&one.edition, again, "main");
    assert_eq!(keys(&two), ["heat:7501C"]);
}

#[test]
fn a_declared_key_of_another_table_is_ignored_and_said() {
    let mut rows = traced(vec![heat(Some("7501C"), "A", pipe(0.0, 0.0, 1000.0))]);
    rows.heat.as_mut().unwrap()[0].declared_key = Some(key("cold:zz"));
    let one = first(rows);
    assert_eq!(keys(&one), ["heat:7501C"]);
    assert_eq!(codes(&one, Severity::Warning), ["key-wrong-table"]);
}

#[test]
fn a_key_declared_twice_is_numbered_and_is_an_error() {
    let mut rows = traced(vec![
        heat(None, "A", pipe(0.0, 0.0, 1000.0)),
        heat(None, "B", pipe(0.0, 900.0, 1000.0)),
    ]);
    for row in rows.heat.as_mut().unwrap() {
        row.declared_key = Some(key("heat:ici"));
    }
    let one = first(rows);
    assert_eq!(keys(&one), ["heat:ici", "heat:ici-2"]);
    assert_eq!(codes(&one, Severity::Error), ["duplicate-key"]);
}

#[test]
fn gaining_a_national_id_changes_the_key_and_is_said() {
    let one = first(traced(vec![heat(None, "A", pipe(0.0, 0.0, 1000.0))]));
    let short = key_of(&one, "A");
    let two = assemble(
        &one.edition,
        traced(vec![heat(Some("7501C"), "A", pipe(0.0, 0.0, 1000.0))]),
        "main",
    );
    assert_eq!(keys(&two), ["heat:7501C"]);
    assert_eq!(codes(&two, Severity::Warning), ["identity-changed"]);
    assert!(two.findings[0].message.contains(&short));
}

#[test]
fn losing_the_national_id_keeps_the_key_by_overlap_and_finding_it_again_too() {
    let with = || traced(vec![heat(Some("7501C"), "A", pipe(0.0, 0.0, 1000.0))]);
    let one = first(with());
    let without = traced(vec![heat(None, "A", pipe(0.0, 3.0, 900.0))]);
    let two = assemble(&one.edition, without, "main");
    assert_eq!(keys(&two), ["heat:7501C"]);
    let three = assemble(&two.edition, with(), "main");
    assert_eq!(three.edition, one.edition);
    assert!(three.findings.is_empty());
}

#[test]
fn the_previous_key_of_a_national_id_is_kept_whatever_it_is() {
    let mut rows = traced(vec![heat(Some("7501C"), "A", pipe(0.0, 0.0, 1000.0))]);
    rows.heat.as_mut().unwrap()[0].declared_key = Some(key("heat:paris"));
    let one = first(rows);
    let plain = traced(vec![heat(Some("7501C"), "A", pipe(0.0, 0.0, 1000.0))]);
    let two = assemble(&one.edition, plain, "main");
    assert_eq!(keys(&two), ["heat:paris"]);
    assert_eq!(codes(&two, Severity::Information), ["identity-kept"]);
}

#[test]
fn a_network_whose_trace_becomes_known_keeps_its_key_and_loses_its_marker() {
    let mut old = heat(None, "Belena", marker(50.0, 0.0));
    old.communes = vec!["Belley".to_owned()];
    let one = first(untraced(vec![
        old.clone(),
        heat(Some("0106C"), "Ailleurs", marker(9.0, 9.0)),
    ]));
    let short = key_of(&one, "Belena");
    old.shape = Some(pipe(0.0, 0.0, 1000.0));
    let two = assemble(
        &one.edition,
        traced(vec![
            old,
            heat(Some("0106C"), "Ailleurs", pipe(0.0, 900.0, 50.0)),
        ]),
        "main",
    );
    assert_eq!(two.edition.networks.len(), 2, "the markers are gone");
    assert_eq!(key_of(&two, "Belena"), short);
    assert_eq!(key_of(&two, "Ailleurs"), "heat:0106C");
    assert_eq!(codes(&two, Severity::Information), ["untraced-replaced"; 2]);
}

#[test]
fn importing_one_table_keeps_the_others() {
    let one = first(Ingested {
        heat: read(vec![heat(Some("7501C"), "A", pipe(0.0, 0.0, 10.0))]),
        heat_untraced: read(vec![heat(Some("7502C"), "B", marker(0.0, 0.0))]),
        projects: read(vec![project("P", square(0.0, 0.0, 100.0))]),
        priority_areas: read(vec![pdp(&["7501C"], square(0.0, 0.0, 100.0))]),
        ..Ingested::default()
    });
    let two = assemble(&one.edition, traced(Vec::new()), "main");
    assert_eq!(keys(&two), ["heat:7502C"]);
    assert_eq!(two.edition.projects, one.edition.projects);
    assert_eq!(two.edition.priority_areas.len(), 1);
    assert!(two.edition.priority_areas[0].row.network_keys.is_empty());
}

#[test]
fn the_same_id_in_another_source_is_another_row_with_a_number() {
    let row = || vec![heat(Some("7501C"), "A", pipe(0.0, 0.0, 1000.0))];
    let one = first(traced(row()));
    let two = assemble(&one.edition, traced(row()), "ville");
    assert_eq!(keys(&two), ["heat:7501C", "heat:7501C-2"]);
    assert_eq!(codes(&two, Severity::Error), ["duplicate-sncu-id"]);
    let three = assemble(&two.edition, traced(row()), "main");
    assert_eq!(three.edition, two.edition);
}

#[test]
fn a_priority_area_is_never_identified_by_its_network() {
    let areas = |rows: Vec<PriorityArea>| Ingested {
        priority_areas: read(rows),
        ..Ingested::default()
    };
    let one = first(areas(vec![
        pdp(&["7501C"], square(0.0, 0.0, 100.0)),
        pdp(&["7501C"], square(500.0, 0.0, 100.0)),
    ]));
    assert!(codes(&one, Severity::Error).is_empty());
    let keys: Vec<&str> = one
        .edition
        .priority_areas
        .iter()
        .map(|area| area.key.as_str())
        .collect();
    assert!(
        keys.iter()
            .all(|key| key.starts_with("priority-area:") && !key.contains("7501C"))
    );
    // Grown by a fifth: intersection over union is 1/1.44.
    let two = assemble(
        &one.edition,
        areas(vec![
            pdp(&["7502C"], square(500.0, 0.0, 120.0)),
            pdp(&[], square(0.0, 0.0, 120.0)),
        ]),
        "main",
    );
    let kept = two
        .edition
        .priority_areas
        .iter()
        .map(|area| area.key.as_str());
    assert_eq!(kept.collect::<Vec<_>>(), keys);
}

#[test]
fn points_are_recognised_by_name_and_commune() {
    let point = |name: &str, commune: &str, x: f64| {
        let mut row = heat(None, name, marker(x, 0.0));
        row.communes = vec![commune.to_owned()];
        row
    };
    let one = first(untraced(vec![
        point("Réseau du Centre", "Évry", 0.0),
        point("Réseau du Centre", "Massy", 9000.0),
    ]));
    let two = assemble(
        &one.edition,
        untraced(vec![point("RESEAU DU CENTRE", "Evry", 300.0)]),
        "main",
    );
    let evry = one
        .edition
        .networks
        .iter()
        .find(|n| n.row.communes[0] == "Évry")
        .unwrap();
    assert_eq!(keys(&two), [evry.key.as_str()]);
}

fn some_network() -> impl Strategy<Value = Network> {
    let id = proptest::option::of(0_u32..6);
    let place = (0_i32..8, 0_i32..8, 1_i32..6);
    (id, proptest::option::of(0_i64..8), 0_usize..4, place).prop_map(
        |(id, number, name, (x, y, l))| {
            let names = ["Centre", "Nord", "Quartier de la gare", "Les Îles"];
            let shape = pipe(
                f64::from(x) * 90.0,
                f64::from(y) * 12.0,
                f64::from(l) * 100.0,
            );
            let id = id.map(|id| format!("750{id}C"));
            Network {
                id_fcu: number,
                ..heat(id.as_deref(), names[name], shape)
            }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn identities_are_the_same_whatever_the_order_of_rows(
        before in proptest::collection::vec(some_network(), 0..10),
        after in proptest::collection::vec(some_network(), 0..10),
        turn in 0_usize..10,
    ) {
        let shuffled = |rows: &[Network]| {
            let mut rows = rows.to_vec();
            let by = turn % rows.len().max(1);
            rows.rotate_left(by);
            if turn % 2 == 1 { rows.reverse(); }
            rows
        };
        let one = first(traced(before.clone()));
        prop_assert_eq!(&one.edition, &first(traced(shuffled(&before))).edition);
        let two = assemble(&one.edition, traced(after.clone()), "main");
        let again = assemble(&one.edition, traced(shuffled(&after)), "main");
        prop_assert_eq!(&two.edition, &again.edition);
        let mut keys: Vec<&str> = keys(&two);
        keys.dedup();
        prop_assert_eq!(keys.len(), after.len(), "no two rows share a key");
    }

    #[test]
    fn importing_the_same_rows_again_changes_nothing(
        before in proptest::collection::vec(some_network(), 0..10),
        after in proptest::collection::vec(some_network(), 0..10),
    ) {
        let one = first(traced(before));
        let two = assemble(&one.edition, traced(after.clone()), "main");
        let three = assemble(&two.edition, traced(after), "main");
        prop_assert!(diff((1, &two.edition), (2, &three.edition)).is_empty());
        prop_assert_eq!(&two.edition, &three.edition);
    }

    #[test]
    fn no_edition_is_different_from_itself_and_differences_turn_round(
        before in proptest::collection::vec(some_network(), 0..10),
        after in proptest::collection::vec(some_network(), 0..10),
    ) {
        let one: Edition = first(traced(before)).edition;
        let two = assemble(&one, traced(after), "main").edition;
        prop_assert!(diff((1, &one), (1, &one)).is_empty());
        let (there, back) = (diff((1, &one), (2, &two)), diff((2, &two), (1, &one)));
        prop_assert_eq!(&there.added, &back.removed);
        prop_assert_eq!(&there.removed, &back.added);
        prop_assert_eq!(there.moved.len(), back.moved.len());
        for (a, b) in there.moved.iter().zip(&back.moved) {
            prop_assert_eq!((&a.key, a.added_m, a.removed_m), (&b.key, b.removed_m, b.added_m));
        }
        prop_assert_eq!(there.changed.len(), back.changed.len());
        for (a, b) in there.changed.iter().zip(&back.changed) {
            prop_assert_eq!((&a.field, &a.before, &a.after), (&b.field, &b.after, &b.before));
        }
    }
}
