use super::super::crs::Crs;
use super::super::features::{Feature, Table, Value};
use super::{Filter, FilterError, Known, Subject, from_json, from_text};
use caloduc_engine::snapshot::Bounds;
use caloduc_formats::table::{Column, Kind};

fn table() -> Table {
    let text = |value: &str| Value::Text(value.to_owned());
    let row = |id: &str, name: Value, rate: Value, codes: &[&str]| Feature {
        id: id.to_owned(),
        values: vec![
            text(id),
            name,
            rate,
            Value::Boolean(id == "a"),
            Value::List(codes.iter().map(|code| (*code).to_owned()).collect()),
        ],
        bounds: Bounds {
            west: 5.0,
            south: 43.0,
            east: 5.1,
            north: 43.1,
        },
    };
    Table {
        columns: vec![
            Column::new("key", Kind::Text, ""),
            Column::new("name", Kind::Text, ""),
            Column::new("rate", Kind::Real, ""),
            Column::new("open", Kind::Boolean, ""),
            Column::new("codes", Kind::List, ""),
        ],
        features: vec![
            row(
                "a",
                text("Énergies du Port"),
                Value::Real(65.4),
                &["13055", "13001"],
            ),
            row("b", text("L'Estaque"), Value::Integer(40), &["13055"]),
            row("c", Value::Unknown, Value::Unknown, &[]),
        ],
    }
}

fn kept(filter: &Filter, table: &Table) -> String {
    table
        .features
        .iter()
        .filter(|feature| filter.keeps(&Subject::new(feature, None)) == Some(true))
        .map(|feature| feature.id.as_str())
        .collect()
}

fn by_text(filter: &str) -> Result<String, FilterError> {
    let table = table();
    let known = Known {
        table: &table,
        crs: Crs::Degrees,
    };
    Ok(kept(&from_text(filter, known)?, &table))
}

fn by_json(filter: &str) -> Result<String, FilterError> {
    let table = table();
    let known = Known {
        table: &table,
        crs: Crs::Degrees,
    };
    Ok(kept(&from_json(filter, known)?, &table))
}

#[test]
fn both_encodings_keep_the_same_features() {
    for (text, json, expected) in [
        (
            "rate > 50",
            r#"{"op":">","args":[{"property":"rate"},50]}"#,
            "a",
        ),
        (
            "50 < rate",
            r#"{"op":"<","args":[50,{"property":"rate"}]}"#,
            "a",
        ),
        (
            "rate = 40",
            r#"{"op":"=","args":[{"property":"rate"},40]}"#,
            "b",
        ),
        (
            "rate <> 40",
            r#"{"op":"<>","args":[{"property":"rate"},40]}"#,
            "a",
        ),
        (
            "rate between 30 and 50",
            r#"{"op":"between","args":[{"property":"rate"},30,50]}"#,
            "b",
        ),
        (
            "rate NOT BETWEEN 30 AND 50",
            r#"{"op":"not","args":[{"op":"between","args":[{"property":"rate"},[30,50]]}]}"#,
            "a",
        ),
        (
            "key IN ('a','c')",
            r#"{"op":"in","args":[{"property":"key"},["a","c"]]}"#,
            "ac",
        ),
        (
            "name IS NULL",
            r#"{"op":"isNull","args":[{"property":"name"}]}"#,
            "c",
        ),
        (
            "name is not null",
            r#"{"op":"not","args":[{"op":"isNull","args":[{"property":"name"}]}]}"#,
            "ab",
        ),
        (
            "name LIKE '%Port'",
            r#"{"op":"like","args":[{"property":"name"},"%Port"]}"#,
            "a",
        ),
        (
            "CASEI(name) LIKE casei('%PORT')",
            r#"{"op":"like","args":[{"op":"casei","args":[{"property":"name"}]},{"op":"casei","args":["%PORT"]}]}"#,
            "a",
        ),
        (
            "ACCENTI(name) LIKE 'Energies%'",
            r#"{"op":"like","args":[{"op":"accenti","args":[{"property":"name"}]},"Energies%"]}"#,
            "a",
        ),
        (
            "name = 'L''Estaque'",
            r#"{"op":"=","args":[{"property":"name"},"L'Estaque"]}"#,
            "b",
        ),
        (
            "open = TRUE",
            r#"{"op":"=","args":[{"property":"open"},true]}"#,
            "a",
        ),
        (
            "\"key\" = 'a' OR rate < 50 AND open = false",
            r#"{"op":"or","args":[{"op":"=","args":[{"property":"key"},"a"]},{"op":"and","args":[{"op":"<","args":[{"property":"rate"},50]},{"op":"=","args":[{"property":"open"},false]}]}]}"#,
            "ab",
        ),
        (
            "NOT (key = 'a' OR key = 'b')",
            r#"{"op":"not","args":[{"op":"in","args":[{"property":"key"},["a","b"]]}]}"#,
            "c",
        ),
        (
            "A_CONTAINS(codes, ('13055'))",
            r#"{"op":"a_contains","args":[{"property":"codes"},["13055"]]}"#,
            "ab",
        ),
        (
            "A_CONTAINEDBY(codes, ('13055','99'))",
            r#"{"op":"a_containedBy","args":[{"property":"codes"},["13055","99"]]}"#,
            "bc",
        ),
        (
            "A_OVERLAPS(codes, ('13001'))",
            r#"{"op":"a_overlaps","args":[{"property":"codes"},["13001"]]}"#,
            "a",
        ),
        (
            "key < DATE('2026-01-01')",
            r#"{"op":"<","args":[{"property":"key"},{"date":"2026-01-01"}]}"#,
            "",
        ),
        ("true", "true", "abc"),
    ] {
        assert_eq!(by_text(text).as_deref(), Ok(expected), "{text}");
        assert_eq!(by_json(json).as_deref(), Ok(expected), "{json}");
    }
}

#[test]
fn what_is_unknown_makes_neither_a_condition_nor_its_contrary_true() {
    assert_eq!(by_text("rate > 0").as_deref(), Ok("ab"));
    assert_eq!(by_text("NOT rate > 0").as_deref(), Ok(""));
    assert_eq!(by_text("rate > 0 OR key = 'c'").as_deref(), Ok("abc"));
    assert_eq!(by_text("rate > 0 AND key = 'c'").as_deref(), Ok(""));
}

#[test]
fn a_filter_that_means_nothing_is_refused_with_where_and_why() {
    for text in [
        "",
        "rate",
        "rate >",
        "rate > 50 AND",
        "(rate > 50",
        "rate > 50)",
        "rate >> 50",
        "name = 'x",
        "S_INTERSECTS(geometry)",
        "S_INTERSECTS(geometry, POINT(5))",
        "S_INTERSECTS(geometry, POLYGON((5 43, 6 44)))",
        "S_INTERSECTS(geometry, BBOX(6,43,5,44))",
        "rate > 1e999",
        "key IN ()",
        "é§",
    ] {
        assert!(
            matches!(by_text(text), Err(FilterError::Unreadable { .. })),
            "{text}: {:?}",
            by_text(text)
        );
    }
    assert_eq!(
        by_text("taux > 1"),
        Err(FilterError::UnknownProperty("taux".to_owned()))
    );
    assert!(matches!(
        by_text("foo(rate) > 1"),
        Err(FilterError::UnknownOperator(_))
    ));
    for text in [
        "rate = 'x'",
        "name > 5",
        "open = 1",
        "codes = 'a'",
        "rate LIKE 'a%'",
        "A_CONTAINS(name, ('a'))",
    ] {
        assert!(
            matches!(by_text(text), Err(FilterError::WrongType(_))),
            "{text}"
        );
    }
    let deep = format!("{}true{}", "(".repeat(5000), ")".repeat(5000));
    assert_eq!(by_text(&deep), Err(FilterError::TooDeep));
    for json in [
        "",
        "{",
        "[]",
        "{}",
        r#"{"op":"="}"#,
        r#"{"op":"=","args":[1]}"#,
        r#"{"op":"s_intersects","args":[1,2]}"#,
    ] {
        assert!(
            matches!(by_json(json), Err(FilterError::Unreadable { .. })),
            "{json}"
        );
    }
}
