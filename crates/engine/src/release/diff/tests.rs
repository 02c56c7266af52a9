use super::*;
use crate::ingest::Ingested;
use crate::network::{Network, NetworkShape};
use crate::release::trial::*;

fn between(before: Vec<Network>, after: Vec<Network>) -> Diff {
    let one = first(traced(before)).edition;
    let two = crate::release::assemble(&one, traced(after), "main").edition;
    diff((1, &one), (2, &two))
}

fn paris(shape: NetworkShape) -> Vec<Network> {
    vec![heat(Some("7501C"), "Paris", shape)]
}

#[test]
fn the_json_is_the_one_of_the_contract() {
    let mut after = heat(
        Some("7501C"),
        "Paris",
        trace(&[&[(0.0, 0.0), (1000.0, 0.0)], &[(0.0, 300.0), (80.0, 300.0)]]),
    );
    after.operator = Some("Dalkia".to_owned());
    let gone = heat(Some("7502C"), "Ancien", pipe(0.0, 9000.0, 10.0));
    let come = heat(Some("7503C"), "Nouveau", pipe(0.0, 9000.0, 10.0));
    let found = between(
        vec![heat(Some("7501C"), "Paris", pipe(0.0, 0.0, 1000.0)), gone],
        vec![after, come],
    );
    insta::assert_json_snapshot!(found, @r#"
    {
      "from": 1,
      "to": 2,
      "added": [
        {
          "key": "heat:7503C",
          "name": "Nouveau",
          "table": "heat"
        }
      ],
      "removed": [
        {
          "key": "heat:7502C",
          "name": "Ancien",
          "table": "heat"
        }
      ],
      "moved": [
        {
          "key": "heat:7501C",
          "added_m": 80.0,
          "removed_m": 0.0
        }
      ],
      "changed": [
        {
          "key": "heat:7501C",
          "field": "operator",
          "before": null,
          "after": "Dalkia"
        }
      ]
    }
    "#);
    let text = found.to_text();
    assert!(text.contains("80 m ajoutés, 0 m retirés"), "{text}");
    assert!(
        text.contains("heat:7502C — Ancien (réseau de chaleur)"),
        "{text}"
    );
    assert!(text.contains("operator\u{a0}: inconnu → Dalkia"), "{text}");
}

#[test]
fn reading_direction_split_pieces_and_new_vertices_are_no_moves() {
    let same = trace(&[
        &[(1000.0, 0.0), (700.0, 0.0), (400.0, 0.0)],
        &[(0.0, 0.0), (400.0, 0.0)],
    ]);
    let found = between(paris(pipe(0.0, 0.0, 1000.0)), paris(same));
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_pipe_moved_by_half_a_metre_stays_and_by_a_metre_moves() {
    assert!(
        between(paris(pipe(0.0, 0.0, 1000.0)), paris(pipe(0.0, 0.5, 1000.0)))
            .moved
            .is_empty()
    );
    let found = between(paris(pipe(0.0, 0.0, 1000.0)), paris(pipe(0.0, 1.0, 1000.0)));
    assert_eq!(
        (found.moved[0].added_m, found.moved[0].removed_m),
        (1000.0, 1000.0)
    );
    assert_eq!(found.moved[0].added_pieces.len(), 1);
}

#[test]
fn less_than_a_metre_in_all_is_no_move() {
    assert!(
        between(paris(pipe(0.0, 0.0, 1000.0)), paris(pipe(0.0, 0.0, 1001.4)))
            .moved
            .is_empty()
    );
    let found = between(paris(pipe(0.0, 0.0, 1000.0)), paris(pipe(0.0, 0.0, 1001.6)));
    assert_eq!(found.moved[0].added_m, 1.1);
}

#[test]
fn a_marker_that_becomes_a_trace_changes_table_and_adds_its_pipes() {
    let one = first(untraced(paris(marker(0.0, 0.0)))).edition;
    let two = crate::release::assemble(&one, traced(paris(pipe(0.0, 0.0, 250.0))), "main").edition;
    let found = diff((1, &one), (2, &two));
    assert!(found.added.is_empty() && found.removed.is_empty());
    assert_eq!(
        (found.moved[0].added_m, found.moved[0].removed_m),
        (250.0, 0.0)
    );
    let table = found
        .changed
        .iter()
        .find(|change| change.field == "table")
        .unwrap();
    assert_eq!(
        (table.before.as_str(), table.after.as_str()),
        (Some("heat-untraced"), Some("heat"))
    );
}

#[test]
fn a_marker_moves_by_its_displacement() {
    let one = first(untraced(paris(marker(0.0, 0.0)))).edition;
    let two = first(untraced(paris(marker(3.0, 4.0)))).edition;
    let found = diff((1, &one), (2, &two));
    assert_eq!(
        (found.moved[0].added_m, found.moved[0].removed_m),
        (5.0, 5.0)
    );
}

#[test]
fn a_perimeter_moves_by_metres_of_boundary() {
    let areas = |side: f64| Ingested {
        priority_areas: read(vec![pdp(&[], square(0.0, 0.0, side))]),
        ..Ingested::default()
    };
    let one = first(areas(100.0)).edition;
    let two = crate::release::assemble(&one, areas(110.0), "main").edition;
    let found = diff((1, &one), (2, &two));
    // The old right and upper sides leave but for half a metre at each junction; the new ones come with the corners.
    assert_eq!(
        (found.moved[0].added_m, found.moved[0].removed_m),
        (239.0, 199.0)
    );
}

#[test]
fn the_next_years_table_shows_as_changed_rates() {
    let table = |year, rate| Ingested {
        regulatory: read(vec![figure(year, Some("7501C"), Some(rate))]),
        ..Ingested::default()
    };
    let mut rows = traced(paris(pipe(0.0, 0.0, 10.0)));
    rows.regulatory = table(2023, 50.0).regulatory;
    let one = first(rows).edition;
    let two = crate::release::assemble(&one, table(2024, 52.5), "main").edition;
    let found = diff((1, &one), (2, &two));
    let fields: Vec<&str> = found
        .changed
        .iter()
        .map(|change| change.field.as_str())
        .collect();
    assert_eq!(fields, ["figures_year", "renewable_rate_pct"]);
    assert!(found.added.is_empty() && found.removed.is_empty() && found.moved.is_empty());
    assert_eq!(
        found.regulatory,
        Tally {
            added: 1,
            removed: 0,
            changed: 0
        }
    );
}
