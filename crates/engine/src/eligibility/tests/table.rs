//! The decision table: every type, every threshold, the cases of priority areas.

use super::world::{World, ask, ask_about, short, square};
use crate::eligibility::{Service, Thresholds};
use crate::network::{InseeCode, NetworkKind};

/// Pipes along the y axis, so that x is the distance.
const AXIS: &[(f64, f64)] = &[(0.0, -5000.0), (0.0, 5000.0)];

fn kinds(world: &World, distances: &[f64]) -> Vec<(f64, &'static str)> {
    let snapshot = world.snapshot();
    distances
        .iter()
        .map(|d| (*d, ask(&snapshot, (*d, 0.0)).kind.as_str()))
        .collect()
}

const LIMITS: [f64; 15] = [
    0.0, 59.0, 60.0, 61.0, 99.0, 100.0, 101.0, 199.0, 200.0, 201.0, 999.0, 1000.0, 1000.49, 1000.5,
    1001.0,
];

fn expected(very_close: f64, close: f64, family: [&'static str; 3]) -> Vec<(f64, &'static str)> {
    LIMITS
        .iter()
        .map(|d| {
            let rounded = d.round();
            let kind = if rounded <= very_close {
                family[0]
            } else if rounded <= close {
                family[1]
            } else if rounded <= 1000.0 {
                family[2]
            } else {
                "trop_eloigne"
            };
            (*d, kind)
        })
        .collect()
}

const EXISTING: [&str; 3] = [
    "reseau_existant_tres_proche",
    "reseau_existant_proche",
    "reseau_existant_loin",
];
const FUTURE: [&str; 3] = [
    "reseau_futur_tres_proche",
    "reseau_futur_proche",
    "reseau_futur_loin",
];

#[test]
fn a_network_in_service_follows_the_default_thresholds() {
    let mut world = World::default();
    world.heat("1302C", &[AXIS]);
    assert_eq!(kinds(&world, &LIMITS), expected(100.0, 200.0, EXISTING));
}

#[test]
fn the_two_networks_of_paris_have_their_own_thresholds() {
    for id in ["7501C", "7511C"] {
        let mut world = World::default();
        world.heat(id, &[AXIS]);
        assert_eq!(kinds(&world, &LIMITS), expected(60.0, 100.0, EXISTING));
        let snapshot = world.snapshot();
        assert_eq!(
            ask(&snapshot, (61.0, 0.0)).thresholds,
            Thresholds::PARIS,
            "{id}"
        );
        assert_eq!(
            ask(&snapshot, (3000.0, 0.0)).thresholds,
            Thresholds::DEFAULT
        );
    }
}

#[test]
fn a_project_follows_the_default_thresholds_even_in_paris() {
    let mut world = World::default();
    world.project("p1", &[AXIS]);
    world.heat("7501C", &[&[(-1000.0, -5000.0), (-1000.0, 5000.0)]]);
    let kinds = kinds(&world, &LIMITS);
    // At the origin the network of Paris is at 1000 m, and farther beyond.
    assert_eq!(kinds, expected(100.0, 200.0, FUTURE));
}

#[test]
fn half_a_metre_is_rounded_away_from_zero() {
    let mut world = World::default();
    world.heat("1302C", &[AXIS]);
    let snapshot = world.snapshot();
    for (x, distance_m) in [(100.49, 100), (100.5, 101), (0.5, 1), (0.49, 0)] {
        assert_eq!(ask(&snapshot, (x, 0.0)).distance_m, Some(distance_m), "{x}");
    }
}

#[test]
fn a_point_on_the_trace_is_at_zero_metres() {
    let mut world = World::default();
    world.heat("1302C", &[AXIS]);
    let snapshot = world.snapshot();
    assert_eq!(
        short(&ask(&snapshot, (0.0, 12.0))),
        ("reseau_existant_tres_proche", Some(0), Some("heat:1302C"))
    );
}

#[test]
fn rules_are_tried_in_order() {
    // Nearest network, nearest project, inside a zone: which rule fires.
    for (heat, project, zone, kind) in [
        (100.0, 0.0, true, EXISTING[0]),
        (101.0, 100.0, true, FUTURE[0]),
        (101.0, 101.0, true, "dans_zone_reseau_futur"),
        (200.0, 101.0, false, EXISTING[1]),
        (201.0, 200.0, false, FUTURE[1]),
        (1000.0, 201.0, false, EXISTING[2]),
        (1001.0, 1000.0, false, FUTURE[2]),
        (1001.0, 1001.0, false, "trop_eloigne"),
    ] {
        let mut world = World::default();
        world.heat("1302C", &[&[(-heat, -5000.0), (-heat, 5000.0)]]);
        world.project("p", &[&[(project, -5000.0), (project, 5000.0)]]);
        if zone {
            world.zone("z", &[&square(-10.0, -10.0, 20.0)]);
        }
        let snapshot = world.snapshot();
        let verdict = ask(&snapshot, (0.0, 0.0));
        assert_eq!(verdict.kind.as_str(), kind, "{heat} {project} {zone}");
        assert_eq!(verdict.eligible, verdict.rule <= 6);
        if kind == "dans_zone_reseau_futur" {
            assert_eq!(short(&verdict).1, None);
            assert_eq!(short(&verdict).2, Some("project:z"));
        }
    }
}

#[test]
fn closed_networks_and_projects_are_facts_but_never_match_by_distance() {
    let mut world = World::default();
    world.heat("1302C", &[AXIS]).open_flag = Some(false);
    world.project("p", &[AXIS]).open_flag = Some(false);
    world.zone("z", &[&square(-10.0, -10.0, 20.0)]).open_flag = Some(false);
    let snapshot = world.snapshot();
    let verdict = ask(&snapshot, (0.0, 0.0));
    assert_eq!(short(&verdict), ("trop_eloigne", None, None));
    let heat = verdict.facts.nearest_heat.unwrap();
    assert_eq!((heat.distance_m, heat.open_to_connections), (0, false));
    assert!(!verdict.facts.nearest_project.unwrap().open_to_connections);
    assert_eq!(verdict.facts.project_zones.as_slice(), ["project:z"]);
}

#[test]
fn paris_thresholds_look_at_the_nearest_open_trace() {
    let mut world = World::default();
    world.heat("7501C", &[AXIS]).open_flag = Some(false);
    world.heat("9201C", &[&[(150.0, -5000.0), (150.0, 5000.0)]]);
    let snapshot = world.snapshot();
    assert_eq!(
        short(&ask(&snapshot, (70.0, 0.0))),
        ("reseau_existant_tres_proche", Some(80), Some("heat:9201C"))
    );
}

#[test]
fn a_network_without_trace_in_the_commune_is_the_last_resort() {
    let mut world = World::default();
    world.commune("13055", &[&square(-50.0, -50.0, 100.0)]);
    world.commune("13001", &[&square(50.0, -50.0, 100.0)]);
    world.untraced(NetworkKind::Heat, "1399C", "13055");
    let snapshot = world.snapshot();
    assert_eq!(
        short(&ask(&snapshot, (0.0, 0.0))),
        (
            "dans_ville_reseau_existant_sans_trace",
            None,
            Some("heat:1399C")
        )
    );
    assert_eq!(ask(&snapshot, (100.0, 0.0)).kind.as_str(), "trop_eloigne");
    // On the boundary of the two, the smaller code.
    let commune = ask(&snapshot, (50.0, 0.0)).facts.commune.unwrap();
    assert_eq!(
        (commune.code, commune.name),
        ("13001", Some("Commune 13001"))
    );
}

#[test]
fn a_closed_network_without_trace_is_only_a_fact_and_an_open_one_comes_first() {
    let mut world = World::default();
    world.commune("13055", &[&square(-50.0, -50.0, 100.0)]);
    world
        .untraced(NetworkKind::Heat, "1301C", "13055")
        .open_flag = Some(false);
    let snapshot = world.snapshot();
    let verdict = ask(&snapshot, (0.0, 0.0));
    assert_eq!(verdict.kind.as_str(), "trop_eloigne");
    assert!(!verdict.facts.untraced_heat.unwrap().open_to_connections);
    world.untraced(NetworkKind::Heat, "1302C", "13055");
    let snapshot = world.snapshot();
    let verdict = ask(&snapshot, (0.0, 0.0));
    assert_eq!(short(&verdict).2, Some("heat:1302C"));
}

#[test]
fn the_geocoder_names_the_commune_where_no_outline_does() {
    let mut world = World::default();
    world.untraced(NetworkKind::Heat, "7599C", "75056");
    let snapshot = world.snapshot();
    let code = InseeCode::parse("75104").unwrap();
    let place = crate::crs::lonlat_from_lambert93(650_000.0, 6_860_000.0);
    let verdict = snapshot.assess_with(place, Service::Heat, Some(&code));
    assert_eq!(verdict.rule, 9);
    let commune = verdict.facts.commune.unwrap();
    assert_eq!((commune.code, commune.name), ("75056", None));
    assert_eq!(snapshot.assess(place, Service::Heat).rule, 10);
}

#[test]
fn an_area_takes_the_nearest_of_its_linked_networks_at_any_distance_open_or_not() {
    let mut world = World::default();
    world.heat("1301C", &[&[(30.0, -10.0), (30.0, 10.0)]]);
    world
        .heat("1302C", &[&[(3000.0, -10.0), (3000.0, 10.0)]])
        .open_flag = Some(false);
    world.project("p", &[&[(3001.0, -10.0), (3001.0, 10.0)]]);
    world.area(
        "a",
        &[&square(-50.0, -50.0, 100.0)],
        &["heat:1302C", "project:p"],
    );
    let snapshot = world.snapshot();
    let verdict = ask(&snapshot, (0.0, 0.0));
    assert_eq!(
        short(&verdict),
        ("dans_pdp_reseau_existant", Some(3000), Some("heat:1302C"))
    );
    assert!(verdict.eligible && verdict.network.unwrap().has_priority_area);
    assert_eq!(verdict.facts.nearest_heat.unwrap().key, "heat:1301C");
}

#[test]
fn in_an_area_a_tie_goes_to_the_network_in_service_and_a_nearer_project_wins() {
    let mut world = World::default();
    world.heat("1302C", &[&[(30.0, -10.0), (30.0, 10.0)]]);
    world.project("p", &[&[(-30.0, -10.0), (-30.0, 10.0)]]);
    world.area(
        "a",
        &[&square(-50.0, -50.0, 100.0)],
        &["heat:1302C", "project:p"],
    );
    let snapshot = world.snapshot();
    let tie = ask(&snapshot, (0.0, 0.0));
    assert_eq!(
        short(&tie),
        ("dans_pdp_reseau_existant", Some(30), Some("heat:1302C"))
    );
    let nearer = ask(&snapshot, (-1.0, 0.0));
    assert_eq!(
        short(&nearer),
        ("dans_pdp_reseau_futur", Some(29), Some("project:p"))
    );
    assert_eq!(nearer.network.unwrap().renewable_rate_pct, None);
}

#[test]
fn inside_a_linked_zone_the_area_is_about_the_future_without_distance() {
    let mut world = World::default();
    world.heat("1302C", &[AXIS]);
    world.zone("z", &[&square(-20.0, -20.0, 40.0)]).open_flag = Some(false);
    world.area(
        "a",
        &[&square(-50.0, -50.0, 100.0)],
        &["heat:1302C", "project:z"],
    );
    let snapshot = world.snapshot();
    assert_eq!(
        short(&ask(&snapshot, (0.0, 0.0))),
        ("dans_pdp_reseau_futur", None, Some("project:z"))
    );
    // Outside the zone, its link is not usable: the trace speaks.
    assert_eq!(
        short(&ask(&snapshot, (40.0, 0.0))),
        ("dans_pdp_reseau_existant", Some(40), Some("heat:1302C"))
    );
}

#[test]
fn an_area_without_usable_link_takes_what_distance_would_match() {
    let near = |heat: f64, project: f64| {
        let mut world = World::default();
        world.heat("1302C", &[&[(heat, -10.0), (heat, 10.0)]]);
        world.project("p", &[&[(-project, -10.0), (-project, 10.0)]]);
        world.area("a", &[&square(-50.0, -50.0, 100.0)], &[]);
        let snapshot = world.snapshot();
        let verdict = ask(&snapshot, (0.0, 0.0));
        (verdict.kind.as_str(), verdict.distance_m)
    };
    assert_eq!(near(900.0, 5000.0), ("dans_pdp_reseau_existant", Some(900)));
    assert_eq!(near(900.0, 150.0), ("dans_pdp_reseau_futur", Some(150)));
    assert_eq!(near(150.0, 150.0), ("dans_pdp_reseau_existant", Some(150)));
    assert_eq!(near(5000.0, 5000.0), ("dans_pdp_reseau_existant", None));
}

#[test]
fn an_area_alone_over_an_untraced_network_names_no_network() {
    let mut world = World::default();
    world.commune("13055", &[&square(-50.0, -50.0, 100.0)]);
    world.untraced(NetworkKind::Heat, "1399C", "13055");
    world.area("a", &[&square(-50.0, -50.0, 100.0)], &["heat:1399C"]);
    let snapshot = world.snapshot();
    let verdict = ask(&snapshot, (0.0, 0.0));
    assert_eq!(short(&verdict), ("dans_pdp_reseau_existant", None, None));
    assert!(verdict.eligible);
    assert_eq!(verdict.facts.untraced_heat.unwrap().key, "heat:1399C");
}

#[test]
fn of_several_areas_the_one_with_a_usable_link_then_the_nearest_then_the_smallest_key() {
    let mut world = World::default();
    world.heat("1301C", &[&[(40.0, -10.0), (40.0, 10.0)]]);
    world.heat("1302C", &[&[(20.0, -10.0), (20.0, 10.0)]]);
    let here = square(-50.0, -50.0, 100.0);
    world.area("a", &[&here], &[]);
    world.area("b", &[&here], &["heat:1301C"]);
    let snapshot = world.snapshot();
    assert_eq!(short(&ask(&snapshot, (0.0, 0.0))).2, Some("heat:1301C"));
    world.area("c", &[&here], &["heat:1302C"]);
    let snapshot = world.snapshot();
    let verdict = ask(&snapshot, (0.0, 0.0));
    assert_eq!(short(&verdict).2, Some("heat:1302C"));
    let keys: Vec<&str> = verdict.facts.priority_areas.iter().map(|a| a.key).collect();
    assert_eq!(
        keys,
        ["priority-area:a", "priority-area:b", "priority-area:c"]
    );
}

#[test]
fn a_hole_is_outside_and_its_edge_inside() {
    let mut world = World::default();
    world.area(
        "a",
        &[&square(-50.0, -50.0, 100.0), &square(-10.0, -10.0, 20.0)],
        &[],
    );
    let snapshot = world.snapshot();
    for (position, inside) in [
        ((0.0, 0.0), false),
        ((10.0, 0.0), true),
        ((20.0, 0.0), true),
        ((50.0, 50.0), true),
        ((50.01, 0.0), false),
    ] {
        let verdict = ask(&snapshot, position);
        assert_eq!(verdict.rule == 1, inside, "{position:?}");
    }
}

#[test]
fn cooling_is_asked_apart() {
    let mut world = World::default();
    world.commune("13055", &[&square(-5000.0, -5000.0, 10_000.0)]);
    world.heat("1302C", &[AXIS]);
    world.area("a", &[&square(-50.0, -50.0, 100.0)], &["heat:1302C"]);
    world.network(NetworkKind::Cold, "1303F", &[&[(0.0, -9000.0), (0.0, 0.0)]]);
    let snapshot = world.snapshot();
    for (x, kind) in [
        (100.0, EXISTING[0]),
        (200.0, EXISTING[1]),
        (1000.0, EXISTING[2]),
        (1001.0, "trop_eloigne"),
    ] {
        let verdict = ask_about(&snapshot, (x, -100.0), Service::Cold);
        assert_eq!(verdict.kind.as_str(), kind);
    }
    let cold = ask_about(&snapshot, (0.0, 30.0), Service::Cold);
    assert_eq!(short(&cold).2, Some("cold:1303F"));
    assert_eq!(
        ask(&snapshot, (0.0, 30.0))
            .facts
            .nearest_cold
            .unwrap()
            .distance_m,
        30
    );
    world.untraced(NetworkKind::Cold, "1304F", "13055");
    let snapshot = world.snapshot();
    let cold = ask_about(&snapshot, (2000.0, 0.0), Service::Cold);
    assert_eq!(short(&cold).2, Some("cold:1304F"));
    assert_eq!(cold.rule, 9);
    assert_eq!(ask(&snapshot, (2000.0, 0.0)).rule, 10);
}

#[test]
fn equal_distances_go_to_the_smallest_key_whatever_the_order() {
    for swapped in [false, true] {
        let mut world = World::default();
        let mut ids = ["1302C", "1399C"];
        if swapped {
            ids.reverse();
        }
        for id in ids {
            world.heat(id, &[AXIS]);
        }
        let snapshot = world.snapshot();
        assert_eq!(short(&ask(&snapshot, (7.0, 0.0))).2, Some("heat:1302C"));
    }
}

#[test]
fn the_public_json_has_every_key_in_order() {
    let mut world = World::default();
    world.commune("13055", &[&square(-5000.0, -5000.0, 10_000.0)]);
    let row = world.heat("1302C", &[AXIS]);
    row.operator = Some("Exploitant".to_owned());
    row.communes = vec!["Marseille".to_owned(), "Aubagne".to_owned()];
    row.figures.renewable_rate_pct = Some(65.4);
    row.figures.co2_lca_kg_per_kwh = Some(0.07);
    row.classified = Some(true);
    world.project("p", &[&[(51.0, -10.0), (51.0, 10.0)]]);
    world.area("a", &[&square(-50.0, -50.0, 100.0)], &["heat:1302C"]);
    let snapshot = world.snapshot();
    insta::assert_json_snapshot!(ask(&snapshot, (0.0, 0.0)));
    insta::assert_json_snapshot!(
        "the_public_json_of_nothing_near",
        ask(&snapshot, (9000.0, 9000.0))
    );
}
