use super::*;
use geo::CoordsIter;

fn features(text: &str) -> Vec<RawFeature> {
    let mut read = read("essai.geojson", text.as_bytes()).unwrap();
    assert_eq!(read.broken, None, "{text}");
    read.layers.remove(0).features
}

fn collection(features: &str) -> String {
    format!(r#"{{"type":"FeatureCollection","features":[{features}]}}"#)
}

fn geometry(text: &str) -> RawGeometry {
    features(&collection(&format!(
        r#"{{"type":"Feature","properties":{{}},"geometry":{text}}}"#
    )))
    .remove(0)
    .geometry
}

#[test]
fn the_crs_is_read_before_or_after_the_features() {
    let crs = r#""crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2154"}}"#;
    for text in [
        format!(r#"{{"type":"FeatureCollection",{crs},"features":[]}}"#),
        format!(r#"{{"features":[],"type":"FeatureCollection",{crs}}}"#),
    ] {
        let read = read("a.geojson", text.as_bytes()).unwrap();
        assert_eq!(read.layers[0].declared_crs, DeclaredCrs::Epsg(2154));
    }
}

#[test]
fn what_our_exports_put_beside_properties_is_read_and_never_wins() {
    let read = features(&collection(
        r#"{"type":"Feature","caloduc":{"key":"heat:7501C","MO":"x"},"properties":{"MO":"Ville"},"geometry":null}"#,
    ));
    assert_eq!(read[0].properties["key"], "heat:7501C");
    assert_eq!(read[0].properties["MO"], "Ville");
}

#[test]
fn every_geometry_type_keeps_two_dimensions() {
    let count = |text: &str| match geometry(text) {
        RawGeometry::Shape(shape) => shape.coords_count(),
        other => panic!("{text}: {other:?}"),
    };
    assert_eq!(
        count(r#"{"type":"Point","coordinates":[2.35, 48.85, 35.5, 7]}"#),
        1
    );
    assert_eq!(
        count(r#"{"coordinates":[[1,2],[3,4,null]],"type":"LineString"}"#),
        2
    );
    assert_eq!(
        count(r#"{"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[[5,6],[7,8]]]}"#),
        4
    );
    assert_eq!(
        count(r#"{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1]]]}"#),
        4
    );
    assert_eq!(
        count(r#"{"type":"MultiPolygon","coordinates":[[[[0,0],[1,0],[1,1],[0,0]]]]}"#),
        4
    );
    assert_eq!(
        count(r#"{"type":"MultiPoint","coordinates":[[0,0],[1,1]]}"#),
        2
    );
}

#[test]
fn a_collection_of_geometries_is_given_as_such() {
    let text =
        r#"{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]}]}"#;
    assert!(
        matches!(geometry(text), RawGeometry::Shape(geo::Geometry::GeometryCollection(c)) if c.0.len() == 1)
    );
}

#[test]
fn what_is_no_coordinate_spoils_its_feature_only() {
    for text in [
        r#"{"type":"Point","coordinates":[NaN,2]}"#,
        r#"{"type":"Point","coordinates":[Infinity,-Infinity]}"#,
        r#"{"type":"Point","coordinates":["2.3","48.8"]}"#,
        r#"{"type":"Point","coordinates":[1e999,2]}"#,
        r#"{"type":"Point","coordinates":[1]}"#,
        r#"{"type":"LineString","coordinates":[1,2]}"#,
        r#"{"type":"LineString","coordinates":[[[1,2],[3,4]]]}"#,
        r#"{"type":"Cercle","coordinates":[1,2]}"#,
        r#"{"coordinates":[1,2]}"#,
        r#""POINT(1 2)""#,
    ] {
        let all = features(&collection(&format!(
            r#"{{"type":"Feature","geometry":{text}}},{{"type":"Feature","geometry":{{"type":"Point","coordinates":[5,6]}}}}"#
        )));
        assert!(matches!(all[0].geometry, RawGeometry::Bad(_)), "{text}");
        assert!(matches!(all[1].geometry, RawGeometry::Shape(_)), "{text}");
        assert_eq!(all[1].number, 2);
    }
    assert_eq!(geometry("null"), RawGeometry::Missing);
    assert_eq!(
        geometry(r#"{"type":"MultiPolygon","coordinates":[]}"#),
        RawGeometry::Missing
    );
}

#[test]
fn bare_features_geometries_and_lines_are_read() {
    assert_eq!(features(r#"{"type":"Point","coordinates":[1,2]}"#).len(), 1);
    let feature = r#"{"type":"Feature","properties":{"nom":"Été"},"geometry":null}"#;
    assert_eq!(features(feature)[0].properties["nom"], "Été");
    assert_eq!(
        features(&format!(
            "\u{feff}{feature}\r\n{feature}\n\u{1e}{feature}\n"
        ))
        .len(),
        3
    );
    let all = features(&format!(
        "{feature}\n{{\"type\":\"Feature\", oups\n{feature}\n"
    ));
    assert_eq!(all.len(), 3);
    assert!(matches!(all[1].geometry, RawGeometry::Bad(_)));
}

#[test]
fn a_truncated_file_keeps_what_was_read_and_says_where_it_ends() {
    let whole = collection(
        r#"{"type":"Feature","properties":{"a":1},"geometry":null},{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]}}"#,
    );
    for end in 1..whole.len() {
        match read("a.geojson", &whole.as_bytes()[..end]) {
            Ok(read) => {
                let broken = read.broken.expect("a cut text is broken");
                assert!(
                    broken.to_string().contains(&format!("octet {end}")),
                    "{broken}"
                );
            }
            Err(error) => assert!(error.to_string().contains("octet"), "{error}"),
        }
    }
    let cut = read("a.geojson", &whole.as_bytes()[..whole.len() - 20]).unwrap();
    assert_eq!(cut.layers[0].features.len(), 1);
}

#[test]
fn a_feature_with_a_syntax_error_is_lost_alone() {
    let all = features(&collection(
        r#"{"type":"Feature" "geometry":null},{"type":"Feature","properties":{"x":1},"geometry":null}"#,
    ));
    assert!(matches!(all[0].geometry, RawGeometry::Bad(_)));
    assert_eq!(all[1].properties["x"], 1);
}

#[test]
fn depth_never_overflows_the_stack() {
    let deep =
        |open: &str, close: &str| format!("{}{}", open.repeat(200_000), close.repeat(200_000));
    let brackets = deep("[", "]");
    let collections = deep(r#"{"type":"GeometryCollection","geometries":["#, "]}");
    for text in [
        collection(&format!(
            r#"{{"type":"Feature","properties":{{"a":{brackets}}},"geometry":null}}"#
        )),
        collection(&format!(
            r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"MultiPolygon","coordinates":{brackets}}}}}"#
        )),
        collection(&format!(
            r#"{{"type":"Feature","properties":{{}},"geometry":{collections}}}"#
        )),
        collections.clone(),
    ] {
        assert_eq!(features(&text).len(), 1);
    }
    assert!(read("a.geojson", brackets.as_bytes()).is_err());
}

#[test]
fn odd_attributes_are_read_as_well_as_can_be() {
    let mut text = collection(
        r#"{"type":"Feature","properties":{"taux":NaN,"nom":"NaN \"Infinity\"","v":-Infinity},"geometry":null}"#,
    );
    let read_back = read("a.geojson", text.as_bytes()).unwrap();
    let properties = &read_back.layers[0].features[0].properties;
    assert_eq!(properties["taux"], Value::Null);
    assert_eq!(properties["nom"], "NaN \"Infinity\"");
    assert_eq!(read_back.findings[0].code, "properties-unreadable");

    text = collection(r#"{"type":"Feature","properties":{"nom":"@t@"},"geometry":null}"#);
    let latin: Vec<u8> = text
        .bytes()
        .map(|b| if b == b'@' { 0xe9 } else { b })
        .collect();
    let recoded = read("a.geojson", &latin).unwrap();
    assert_eq!(recoded.layers[0].features[0].properties["nom"], "été");
    assert_eq!(recoded.findings[0].code, "encoding-guessed");

    let wide: Vec<u8> = std::iter::once(0xfeff)
        .chain("{\"type\":\"Point\",\"coordinates\":[1,2]}".encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(
        read("a.geojson", &wide).unwrap().layers[0].features.len(),
        1
    );
}

#[test]
fn what_is_not_geojson_says_what_it_is() {
    let message = |bytes: &[u8]| read("x.json", bytes).unwrap_err().to_string();
    assert!(message(b"").contains("vide"));
    assert!(message(b"  \n ").contains("vide"));
    assert!(message(b"[1,2]").contains("tableau JSON"));
    assert!(message(b"<html>").contains("HTML"));
    assert!(message(b"{\"a\":1}").contains("sans"));
    assert!(message(b"{\"type\":\"Topology\"}").contains("TopoJSON"));
    assert!(message(b"PK\x03\x04").contains("ZIP"));
}
