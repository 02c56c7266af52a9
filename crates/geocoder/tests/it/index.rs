//! The index file: same bytes whatever the order, departments replaced one by one, exact nearest.

use caloduc_geocoder::{
    Filters, Geocoder, IndexBuilder, LonLat, PlaceKind, ReverseRequest, SearchRequest,
};
use proptest::prelude::*;

use crate::territory::{COMMUNES, EXTRACT, PLACES, POSTAL, bytes, geocoder};

fn finish(builder: IndexBuilder<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    builder.finish(&mut out).unwrap();
    out
}

fn part(keep: impl Fn(&str) -> bool) -> String {
    let mut lines = EXTRACT.lines();
    let header = lines.next().unwrap();
    std::iter::once(header)
        .chain(lines.filter(|l| keep(l)))
        .fold(String::new(), |all, l| all + l + "\n")
}

#[test]
fn the_order_of_files_and_of_rows_does_not_matter() {
    let mut lines: Vec<&str> = EXTRACT.lines().skip(1).collect();
    lines.reverse();
    let header = EXTRACT.lines().next().unwrap();
    let (first, second) = lines.split_at(lines.len() / 3);
    let file = |rows: &[&str]| format!("{header}\n{}\n", rows.join("\n"));
    let mut builder = IndexBuilder::new().with_label("fiction");
    builder.add_communes(COMMUNES.as_bytes()).unwrap();
    builder.add_communes(POSTAL.as_bytes()).unwrap();
    builder.add_addresses(file(second).as_bytes()).unwrap();
    builder.add_places(PLACES.as_bytes()).unwrap();
    builder.add_addresses(file(first).as_bytes()).unwrap();
    assert!(finish(builder) == bytes(), "the bytes differ");
}

#[test]
fn a_gzip_file_gives_the_same_index() {
    use std::io::Write as _;
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zip.write_all(EXTRACT.as_bytes()).unwrap();
    let zipped = zip.finish().unwrap();
    let mut a = IndexBuilder::new();
    a.add_addresses(zipped.as_slice()).unwrap();
    let mut b = IndexBuilder::new();
    b.add_addresses(EXTRACT.as_bytes()).unwrap();
    assert!(finish(a) == finish(b));
}

#[test]
fn a_department_is_replaced_and_the_others_stay() {
    let old = bytes();
    let mut builder = IndexBuilder::completing(&old).unwrap();
    builder
        .add_addresses(part(|l| l.starts_with("01901_0001")).as_bytes())
        .unwrap();
    let mut out = Vec::new();
    let report = builder.finish(&mut out).unwrap();
    assert_eq!(report.kept, ["2A", "38", "59", "69", "75", "974"]);
    let new = Geocoder::open(out).unwrap();
    let count = |g: &Geocoder<Vec<u8>>, code: &str| {
        g.info()
            .departments
            .iter()
            .find(|d| d.code == code)
            .unwrap()
            .addresses
    };
    assert_eq!(count(&new, "38"), count(geocoder(), "38"));
    assert_eq!(count(&new, "01"), 19);
    // What other files said of its communes is not forgotten.
    let hit = &new.search(&SearchRequest::new("Perrigny-sans-Adresse"))[0];
    assert_eq!(
        (hit.id.as_str(), hit.kind),
        ("01950", PlaceKind::Municipality)
    );
}

#[test]
fn files_of_communes_alone_keep_the_addresses() {
    let mut first = IndexBuilder::new().with_label("fiction");
    first.add_addresses(EXTRACT.as_bytes()).unwrap();
    first.add_places(PLACES.as_bytes()).unwrap();
    let old = finish(first);
    let mut builder = IndexBuilder::completing(&old)
        .unwrap()
        .with_label("fiction");
    builder.add_communes(COMMUNES.as_bytes()).unwrap();
    builder.add_communes(POSTAL.as_bytes()).unwrap();
    let new = Geocoder::open(finish(builder)).unwrap();
    assert_eq!(new.info().addresses, geocoder().info().addresses);
    assert_eq!(new.info().communes, geocoder().info().communes);
}

#[test]
fn rows_set_aside_give_the_same_index() {
    let mut builder = IndexBuilder::new()
        .with_label("fiction")
        .with_scratch(Box::new(tempfile::tempfile().unwrap()));
    builder.hold_at_most(500);
    builder
        .add_addresses(part(|l| l.contains("_0001_") || l.contains("_0005_")).as_bytes())
        .unwrap();
    builder.add_communes(COMMUNES.as_bytes()).unwrap();
    builder.add_communes(POSTAL.as_bytes()).unwrap();
    builder
        .add_addresses(part(|l| !(l.contains("_0001_") || l.contains("_0005_"))).as_bytes())
        .unwrap();
    builder.add_places(PLACES.as_bytes()).unwrap();
    assert!(finish(builder) == bytes(), "the bytes differ");
}

#[test]
fn an_index_tells_what_it_holds_and_checks_itself() {
    let info = geocoder().info();
    assert_eq!(info.label, "fiction");
    assert_eq!(info.addresses, EXTRACT.lines().count() as u64 - 1);
    assert_eq!(
        info.departments
            .iter()
            .map(|d| d.code.as_str())
            .collect::<Vec<_>>(),
        ["01", "2A", "38", "59", "69", "75", "974"]
    );
    geocoder().verify().unwrap();
}

#[test]
fn filters_match_any_value_of_a_place_and_never_lose_the_right_street() {
    let ask = |text, filters| {
        geocoder()
            .search(&SearchRequest {
                filters,
                ..SearchRequest::new(text)
            })
            .into_iter()
            .next()
            .map(|h| h.citycode)
    };
    for code in ["75104", "75056"] {
        let filters = Filters {
            citycode: Some(code),
            ..Filters::default()
        };
        assert_eq!(
            ask("4 quai des celestine", filters).as_deref(),
            Some("75104"),
            "{code}"
        );
    }
    let rivolin = |filters| ask("4 rue de rivolin", filters);
    assert_eq!(
        rivolin(Filters {
            postcode: Some("75001"),
            ..Filters::default()
        })
        .as_deref(),
        Some("75101")
    );
    assert_eq!(
        rivolin(Filters {
            postcode: Some("75004"),
            ..Filters::default()
        })
        .as_deref(),
        Some("75104")
    );
    let hugo = Filters {
        city: Some("Bruyeghem"),
        ..Filters::default()
    };
    assert_eq!(
        ask("4 rue victor hugo montclarin", hugo).as_deref(),
        Some("59901")
    );
    let street = Filters {
        kind: Some(PlaceKind::Street),
        ..Filters::default()
    };
    let hit = &geocoder().search(&SearchRequest {
        filters: street,
        ..SearchRequest::new("4 rue quinaut montclarin")
    })[0];
    assert_eq!(
        (hit.kind, hit.name.as_str()),
        (PlaceKind::Street, "Rue Quinaut")
    );
    let none = Filters {
        citycode: Some("99999"),
        ..Filters::default()
    };
    assert!(ask("4 rue quinaut", none).is_none());
}

#[test]
fn several_towns_with_the_same_street_are_all_shown() {
    let request = SearchRequest {
        limit: 10,
        ..SearchRequest::new("4 rue pasteur")
    };
    let hits = geocoder().search(&request);
    let towns: std::collections::BTreeSet<&str> =
        hits.iter().map(|h| h.citycode.as_str()).collect();
    assert!(towns.len() >= 8, "{towns:?}");
    assert!(hits[0].confidence < 0.6, "{}", hits[0].confidence);
    assert!(
        hits[0]
            .reasons
            .contains(&caloduc_geocoder::Reason::SeveralAnswers)
    );
}

#[test]
fn no_answer_of_a_list_is_surer_than_the_one_above_it() {
    for text in [
        "4 rue pasteur",
        "rue victor hugo",
        "9999 rue quinaut montclarin",
        "12 r de la gare",
    ] {
        for limit in [2, 3, 20] {
            let request = SearchRequest {
                limit,
                ..SearchRequest::new(text)
            };
            let sure: Vec<f64> = geocoder()
                .search(&request)
                .iter()
                .map(|h| h.confidence)
                .collect();
            assert!(
                sure.is_sorted_by(|above, below| above >= below),
                "{text}: {sure:?}"
            );
        }
    }
}

#[test]
fn a_bias_brings_the_near_town_first() {
    let near = |lon, lat| {
        let request = SearchRequest {
            bias: Some(LonLat { lon, lat }),
            ..SearchRequest::new("4 rue pasteur")
        };
        geocoder().search(&request)[0].citycode.clone()
    };
    assert_eq!(near(3.10, 50.60), "59901");
    assert_eq!(near(55.5, -20.95), "97490");
}

#[test]
fn what_is_being_typed_is_completed() {
    let typed = |text| {
        let request = SearchRequest {
            completion: caloduc_geocoder::Completion::Typing,
            limit: 5,
            ..SearchRequest::new(text)
        };
        geocoder()
            .search(&request)
            .into_iter()
            .map(|h| h.label)
            .collect::<Vec<_>>()
    };
    assert!(
        typed("rue vander")
            .iter()
            .any(|l| l.starts_with("Rue Vanderkindere")),
        "{:?}",
        typed("rue vander")
    );
    assert!(
        typed("12 rue quin")
            .iter()
            .any(|l| l.starts_with("12 Rue Quinaut") || l.starts_with("12bis Rue Quinaut")),
        "{:?}",
        typed("12 rue quin")
    );
    assert_eq!(
        typed("4 rue quinaut montcl")[0],
        "4 Rue Quinaut 38990 Montclarin"
    );
    assert_eq!(
        typed("4 rue victor hugo bruy")[0],
        "4 Rue Victor Hugo 59991 Bruyeghem"
    );
    assert!(
        typed("montcl").iter().any(|l| l == "Montclarin"),
        "{:?}",
        typed("montcl")
    );
    assert!(
        typed("philippe aug")
            .iter()
            .any(|l| l.contains("Philippe Auguin")),
        "{:?}",
        typed("philippe aug")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_nearest_number_is_the_one_found_by_looking_at_all(lon in 3.0..6.0_f64, lat in 45.0..51.0_f64) {
        let point = LonLat { lon, lat };
        let hit = &geocoder().reverse(&ReverseRequest::new(point))[0];
        let nearest = EXTRACT
            .lines()
            .skip(1)
            .map(|l| l.split(';').collect::<Vec<_>>())
            .map(|c| point.distance_m(LonLat { lon: c[12].parse().unwrap(), lat: c[13].parse().unwrap() }))
            .fold(f64::INFINITY, f64::min);
        // The walk measures on a plane around the point: far away, within a few percent.
        let found = hit.distance_m.unwrap();
        prop_assert!(found <= nearest * 1.02 + 0.5, "{found} for {nearest}");
    }

    #[test]
    fn close_to_houses_the_nearest_is_exact(row in 0..3000_usize, dx in -0.002..0.002_f64, dy in -0.002..0.002_f64) {
        let cells: Vec<&str> = EXTRACT.lines().nth(row + 1).unwrap().split(';').collect();
        let point = LonLat { lon: cells[12].parse::<f64>().unwrap() + dx, lat: cells[13].parse::<f64>().unwrap() + dy };
        let hit = &geocoder().reverse(&ReverseRequest { filters: Filters { kind: Some(PlaceKind::HouseNumber), ..Filters::default() }, ..ReverseRequest::new(point) })[0];
        let nearest = EXTRACT
            .lines()
            .skip(1)
            .map(|l| l.split(';').collect::<Vec<_>>())
            .map(|c| point.distance_m(LonLat { lon: c[12].parse().unwrap(), lat: c[13].parse().unwrap() }))
            .fold(f64::INFINITY, f64::min);
        prop_assert!((hit.distance_m.unwrap() - nearest).abs() < 0.05, "{:?} for {nearest}", hit.distance_m);
    }
}

#[test]
fn nothing_is_found_beyond_the_radius() {
    let point = LonLat {
        lon: 5.20,
        lat: 46.20,
    };
    let near = |radius_m| {
        geocoder()
            .reverse(&ReverseRequest {
                radius_m,
                ..ReverseRequest::new(point)
            })
            .len()
    };
    assert_eq!(
        (near(Some(1000.0)), near(Some(20_000.0)), near(None)),
        (0, 1, 1)
    );
    let communes = Filters {
        kind: Some(PlaceKind::Municipality),
        ..Filters::default()
    };
    let hits = geocoder().reverse(&ReverseRequest {
        filters: communes,
        limit: 3,
        ..ReverseRequest::new(point)
    });
    assert_eq!(
        hits.iter().map(|h| h.kind).collect::<Vec<_>>(),
        [PlaceKind::Municipality; 3]
    );
    assert!(
        geocoder()
            .reverse(&ReverseRequest::new(LonLat {
                lon: f64::NAN,
                lat: 0.0
            }))
            .is_empty()
    );
}
