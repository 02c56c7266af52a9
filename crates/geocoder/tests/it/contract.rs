//! The parameters of the national service's queries: what is taken, what is refused, and in which words.

use caloduc_geocoder::contract::{BadQuery, ReverseQuery, SearchQuery, csv_options};
use caloduc_geocoder::{Completion, PlaceKind};

use crate::territory::geocoder;

fn search(pairs: &[(&str, &str)]) -> Result<SearchQuery, BadQuery> {
    SearchQuery::parse(pairs.iter().copied(), geocoder())
}

#[test]
fn a_full_query_becomes_a_request() {
    let query = search(&[
        ("q", "first"),
        ("q", " 4 rue pasteur "),
        ("limit", "3"),
        ("autocomplete", "No"),
        ("lat", "50.6"),
        ("lon", "3.1"),
        ("type", "housenumber"),
        ("postcode", ""),
        ("citycode", "59901"),
        ("index", "address"),
        ("returntruegeometry", "true"),
        ("utm_source", "x"),
    ])
    .unwrap();
    let request = query.request();
    assert_eq!((request.text, request.limit), ("4 rue pasteur", 3));
    assert_eq!(request.completion, Completion::Whole);
    assert_eq!(request.bias.map(|b| (b.lon, b.lat)), Some((3.1, 50.6)));
    assert_eq!(request.filters.kind, Some(PlaceKind::HouseNumber));
    assert_eq!(
        (request.filters.postcode, request.filters.citycode),
        (None, Some("59901"))
    );
    let plain = search(&[("q", "rue pasteur")]).unwrap();
    assert_eq!(
        (plain.request().limit, plain.request().completion),
        (10, Completion::Typing)
    );
}

#[test]
fn what_is_wrong_is_said_by_parameter_and_all_at_once() {
    for (pairs, expected) in [
        (&[][..], &["q: required param"][..]),
        (&[("q", "")], &["q: required param"]),
        (
            &[("q", "ab")],
            &["q: must contain between 3 and 200 chars and start with a number or a letter"],
        ),
        (
            &[("q", ", rue")],
            &["q: must contain between 3 and 200 chars and start with a number or a letter"],
        ),
        (
            &[("q", "rue x"), ("limit", "21")],
            &["limit: must be an integer between 1 and 20"],
        ),
        (
            &[("q", "rue x"), ("limit", "1.5")],
            &["limit: must be an integer between 1 and 20"],
        ),
        (
            &[("q", "rue x"), ("autocomplete", "oui")],
            &["autocomplete: unable to parse value as boolean"],
        ),
        (
            &[("q", "rue x"), ("lat", "48")],
            &["lon/lat: must be present together if defined"],
        ),
        (
            &[("q", "rue x"), ("lat", "NaN"), ("lon", "2")],
            &["lat: must be a float between -90 and 90"],
        ),
        (
            &[("q", "rue x"), ("type", "castle")],
            &["type: unexpected value 'castle'"],
        ),
        (
            &[("q", "rue x"), ("postcode", "7500")],
            &["postcode: must contain 5 digits"],
        ),
        (
            &[("q", "rue x"), ("citycode", "2C001")],
            &["citycode: is not a valid INSEE code"],
        ),
        (
            &[("q", "rue x"), ("city", "Nulle-Part")],
            &["city: city not found"],
        ),
        (
            &[("q", "rue x"), ("city", "Bruyeghem"), ("citycode", "59901")],
            &["city: cannot be used together with citycode"],
        ),
        (
            &[("q", "rue x"), ("index", "address,poi")],
            &["index: unexpected value 'poi'"],
        ),
        (
            &[("q", "x"), ("limit", "0")],
            &[
                "q: must contain between 3 and 200 chars and start with a number or a letter",
                "limit: must be an integer between 1 and 20",
            ],
        ),
    ] {
        assert_eq!(search(pairs).unwrap_err().detail, expected, "{pairs:?}");
    }
    let json = serde_json::to_string(&search(&[]).unwrap_err()).unwrap();
    assert_eq!(
        json,
        r#"{"code":400,"message":"Failed parsing query","detail":["q: required param"]}"#
    );
}

#[test]
fn a_point_is_needed_to_look_from() {
    let reverse = |pairs: &[(&str, &str)]| ReverseQuery::parse(pairs.iter().copied(), geocoder());
    assert_eq!(
        reverse(&[]).unwrap_err().detail,
        ["lon/lat: required params"]
    );
    assert_eq!(
        reverse(&[("lon", "2")]).unwrap_err().detail,
        ["lon/lat: must be present together if defined"]
    );
    let query = reverse(&[
        ("lon", "3.1"),
        ("lat", "50.6"),
        ("radius", "200"),
        ("limit", "2"),
    ]);
    let query = query.unwrap();
    assert_eq!(query.request().radius_m, Some(200.0));
    assert_eq!(query.request().limit, 2);
}

#[test]
fn the_fields_of_a_form_become_options() {
    let options = csv_options([
        ("columns", "voie"),
        ("columns", "ville"),
        ("citycode", "insee"),
        ("type", "genre"),
        ("result_columns", "result_id,result_score"),
        ("indexes", "address"),
        ("delimiter", ";"),
    ])
    .unwrap();
    assert_eq!(options.columns, ["voie", "ville"]);
    assert_eq!(options.citycode.as_deref(), Some("insee"));
    assert_eq!(options.kind.as_deref(), Some("genre"));
    assert_eq!(options.delimiter, Some(b';'));
    assert_eq!(
        csv_options([("indexes", "poi")]).unwrap_err().detail,
        ["indexes: unexpected value 'poi'"]
    );
}
