//! The shape of answers, as the national service gives them.

use caloduc_geocoder::response::{Detail, FeatureCollection};
use caloduc_geocoder::{Filters, LonLat, PlaceKind, ReverseRequest, SearchRequest};

use crate::territory::geocoder;

fn json(hits: &[caloduc_geocoder::Hit], detail: Detail) -> String {
    serde_json::to_string_pretty(&FeatureCollection {
        hits,
        query: None,
        detail,
    })
    .unwrap()
}

#[test]
fn a_number_of_paris_has_every_property_in_order() {
    let hits = geocoder().search(&SearchRequest::new("3bis rue Lepique 75018 Paris"));
    insta::assert_snapshot!(json(&hits, Detail::National));
}

#[test]
fn a_street_a_place_and_a_commune_leave_out_what_does_not_apply() {
    let mut hits = geocoder().search(&SearchRequest::new("rue quinaut montclarin"));
    hits.extend(geocoder().search(&SearchRequest::new("le moulin brule valmeyran")));
    hits.extend(geocoder().search(&SearchRequest::new("bruyeghem")));
    hits.extend(geocoder().search(&SearchRequest::new("paris")));
    insta::assert_snapshot!(json(&hits, Detail::National));
}

#[test]
fn our_own_properties_come_after_the_others() {
    let bias = Some(LonLat {
        lon: 5.2,
        lat: 46.1,
    });
    let hits = geocoder().search(&SearchRequest {
        bias,
        ..SearchRequest::new("66 rue servandelle valmeyran")
    });
    insta::assert_snapshot!(json(&hits, Detail::Full));
}

#[test]
fn a_reverse_answer_says_its_distance() {
    let request = ReverseRequest {
        filters: Filters {
            kind: Some(PlaceKind::Street),
            ..Filters::default()
        },
        ..ReverseRequest::new(LonLat {
            lon: 55.5003,
            lat: -20.9501,
        })
    };
    insta::assert_snapshot!(json(&geocoder().reverse(&request), Detail::National));
}
