//! The abstract tests of OGC API – Features parts 1 (17-069r4), 2 (18-058r1) and 3 (19-079r2) that apply, each named
//! after its own name, and of the CQL2 classes that are declared.

use super::*;
use serde_json::json;

const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
const L93: &str = "http://www.opengis.net/def/crs/EPSG/0/2154";
const COLLECTIONS: [&str; 8] = [
    "heat",
    "heat-untraced",
    "cold",
    "cold-untraced",
    "projects",
    "project-zones",
    "priority-areas",
    "communes",
];

async fn at(app: &TestApp, path: &str) -> Value {
    let answer = app.get(path).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    answer.json()
}

/// Ids of the features that answer, in order.
async fn ids(app: &TestApp, path: &str) -> Vec<String> {
    let body = at(app, path).await;
    let features = body["features"].as_array().unwrap();
    assert_eq!(body["numberReturned"], features.len(), "{path}");
    let ids = features
        .iter()
        .map(|f| f["id"].as_str().unwrap().to_owned());
    ids.collect()
}

async fn filtered(app: &TestApp, filter: &str) -> Vec<String> {
    let filter = form_urlencoded::byte_serialize(filter.as_bytes()).collect::<String>();
    ids(app, &format!("/ogc/collections/heat/items?filter={filter}")).await
}

fn link<'v>(body: &'v Value, rel: &str) -> Option<&'v str> {
    let links = body["links"].as_array()?;
    let found = links.iter().find(|link| link["rel"] == rel)?;
    found["href"].as_str()
}

async fn refused(app: &TestApp, path: &str) {
    assert_eq!(
        app.get(path).await.problem(),
        (400, "invalid-parameter".to_owned()),
        "{path}"
    );
}

// Part 1, core.

#[tokio::test]
async fn core_root_op_and_success_the_landing_page_links_to_everything() {
    let app = TestApp::start();
    for path in ["/ogc", "/ogc/"] {
        let body = at(&app, path).await;
        for rel in [
            "self",
            "alternate",
            "service-desc",
            "service-doc",
            "conformance",
            "data",
        ] {
            let href = link(&body, rel).unwrap_or_else(|| panic!("{rel}"));
            let path = &href[href.find("/ogc").unwrap()..];
            assert_eq!(app.get(path).await.status, 200, "{href}");
        }
    }
}

#[tokio::test]
async fn core_api_definition_op_and_success_the_description_is_openapi_3_0_and_names_every_path() {
    let app = TestApp::start();
    let answer = app.get("/ogc/api").await;
    assert_eq!(
        answer.header("content-type"),
        "application/vnd.oai.openapi+json;version=3.0"
    );
    let body = answer.json();
    assert_eq!(body["openapi"], "3.0.3");
    for (path, item) in body["paths"].as_object().unwrap() {
        let concrete = path
            .replace("{id}", "heat")
            .replace("{feature}", "heat:1302C");
        assert_eq!(
            app.get(&format!("/ogc{concrete}")).await.status,
            200,
            "{path}"
        );
        for parameter in item["get"]["parameters"].as_array().unwrap() {
            let pointer = parameter["$ref"].as_str().unwrap().trim_start_matches('#');
            assert!(body.pointer(pointer).is_some(), "{pointer}");
        }
    }
}

#[tokio::test]
async fn core_conformance_op_and_success_the_classes_are_declared() {
    let app = TestApp::start();
    let body = at(&app, "/ogc/conformance").await;
    let classes = body["conformsTo"].as_array().unwrap();
    for part in [
        "features-1/1.0/conf/core",
        "features-2/1.0/conf/crs",
        "features-3/1.0/conf/features-filter",
        "cql2/1.0/conf/cql2-text",
        "cql2/1.0/conf/cql2-json",
    ] {
        assert!(
            classes
                .iter()
                .any(|class| class.as_str().unwrap().ends_with(part)),
            "{part}"
        );
    }
}

#[tokio::test]
async fn core_fc_md_op_success_items_and_extent_every_collection_is_described() {
    let app = TestApp::start();
    let body = at(&app, "/ogc/collections").await;
    let all = body["collections"].as_array().unwrap();
    let names: Vec<&str> = all.iter().map(|one| one["id"].as_str().unwrap()).collect();
    assert_eq!(names, COLLECTIONS);
    for one in all {
        let items: Vec<&str> = one["links"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|link| link["rel"] == "items")
            .map(|link| link["type"].as_str().unwrap())
            .collect();
        assert_eq!(
            items,
            [
                "application/geo+json",
                "text/html",
                "application/flatgeobuf"
            ]
        );
    }
    let heat = &all[0];
    assert_eq!(
        heat["extent"]["spatial"]["bbox"][0],
        json!([5.3856, 43.319, 5.396, 43.33])
    );
    assert_eq!(
        heat["extent"]["temporal"]["interval"],
        json!([["2026-09-01T08:00:00Z", null]])
    );
    assert!(link(&body, "self").is_some());
}

#[tokio::test]
async fn core_sfc_md_op_and_success_a_collection_is_described_as_in_the_list() {
    let app = TestApp::start();
    let list = at(&app, "/ogc/collections").await;
    for (n, name) in COLLECTIONS.iter().enumerate() {
        let one = at(&app, &format!("/ogc/collections/{name}")).await;
        for member in ["id", "title", "extent", "storageCrs", "itemType"] {
            assert_eq!(
                one[member], list["collections"][n][member],
                "{name} {member}"
            );
        }
    }
    let problem = app.get("/ogc/collections/chaleur").await.problem();
    assert_eq!(problem, (404, "not-found".to_owned()));
}

#[tokio::test]
async fn core_fc_op_and_response_every_collection_has_its_features() {
    let app = TestApp::start();
    for (name, count, kind) in [
        ("heat", 2, "MultiLineString"),
        ("heat-untraced", 1, "Point"),
        ("cold", 1, "MultiLineString"),
        ("cold-untraced", 0, ""),
        ("projects", 1, "MultiLineString"),
        ("project-zones", 1, "MultiPolygon"),
        ("priority-areas", 1, "MultiPolygon"),
        ("communes", 1, "MultiPolygon"),
    ] {
        let answer = app.get(&format!("/ogc/collections/{name}/items")).await;
        assert_eq!(
            answer.header("content-type"),
            "application/geo+json",
            "{name}"
        );
        let body = answer.json();
        assert_eq!(
            (&body["numberMatched"], &body["numberReturned"]),
            (&json!(count), &json!(count)),
            "{name}"
        );
        for feature in body["features"].as_array().unwrap() {
            assert_eq!(feature["geometry"]["type"], kind, "{name}");
            assert!(feature["id"].is_string() && feature["properties"].is_object());
        }
    }
}

#[tokio::test]
async fn core_fc_limit_definition_and_response_a_page_has_so_many_and_more_than_the_most_is_the_most()
 {
    let app = TestApp::start();
    assert_eq!(
        ids(&app, "/ogc/collections/heat/items?limit=1").await,
        ["heat:1302C"]
    );
    assert_eq!(
        ids(&app, "/ogc/collections/heat/items?limit=1000000")
            .await
            .len(),
        2
    );
    for wrong in ["0", "-1", "a", "1.5"] {
        refused(&app, &format!("/ogc/collections/heat/items?limit={wrong}")).await;
    }
}

#[tokio::test]
async fn core_fc_links_numbermatched_numberreturned_and_timestamp_pages_follow_one_another() {
    let app = TestApp::start();
    let first = at(&app, "/ogc/collections/heat/items?limit=1&sortby=key").await;
    assert_eq!(
        (&first["numberMatched"], &first["numberReturned"]),
        (&json!(2), &json!(1))
    );
    assert!(first["timeStamp"].as_str().unwrap().ends_with('Z'));
    assert!(link(&first, "self").is_some() && link(&first, "alternate").is_some());
    assert!(link(&first, "prev").is_none());
    let local = |href: &str| href[href.find("/ogc").unwrap()..].to_owned();
    let second = at(&app, &local(link(&first, "next").unwrap())).await;
    assert_eq!(second["features"][0]["id"], "heat:1303C");
    assert!(link(&second, "next").is_none());
    let again = at(&app, &local(link(&second, "prev").unwrap())).await;
    assert_eq!(again["features"], first["features"]);
    let header = app.get("/ogc/collections/heat/items?limit=1").await;
    assert!(header.header("link").contains("rel=\"next\""));
}

#[tokio::test]
async fn core_fc_bbox_definition_and_response_only_what_meets_the_box_answers() {
    let app = TestApp::start();
    let items = |bbox: &str| format!("/ogc/collections/heat/items?bbox={bbox}");
    assert_eq!(
        ids(&app, &items("5.38,43.31,5.39,43.325")).await,
        ["heat:1302C"]
    );
    assert_eq!(
        ids(&app, &items("5.38,43.31,0,5.39,43.325,100")).await,
        ["heat:1302C"]
    );
    assert_eq!(ids(&app, &items("5.3,43.3,5.5,43.4")).await.len(), 2);
    // Near the pipes without meeting them.
    assert!(
        ids(&app, &items("5.3857,43.3190,5.3858,43.3220"))
            .await
            .is_empty()
    );
    assert!(ids(&app, &items("10,50,11,51")).await.is_empty());
    // Across the antimeridian: the rest of the world has no heat network.
    assert!(ids(&app, &items("170,-50,-170,50")).await.is_empty());
    for wrong in [
        "1,2,3",
        "a,b,c,d",
        "5,44,6,43",
        "600000,6000000,700000,7000000",
        "5,43,6,44,7",
    ] {
        refused(&app, &items(wrong)).await;
    }
    // A box inside a polygon meets it; one in its hull's corner does not.
    let zone = "/ogc/collections/project-zones/items?bbox=5.404,43.334,5.406,43.336";
    assert_eq!(ids(&app, zone).await.len(), 1);
}

#[tokio::test]
async fn core_fc_time_definition_and_response_the_features_are_those_of_the_edition_of_that_time() {
    let app = TestApp::start();
    town::publish(&app.store, town::Year::Second);
    let app = app.reloaded();
    let rate = |time: &'static str| {
        let app = &app;
        async move {
            let body = at(app, &format!("/ogc/collections/heat/items?datetime={time}")).await;
            body["features"][0]["properties"]["renewable_rate_pct"].clone()
        }
    };
    for time in [
        "2026-09-15T00:00:00Z",
        "2026-09-01",
        "2026-01-01T00:00:00Z/2026-09-15T00:00:00Z",
        "../2026-09-30",
    ] {
        assert_eq!(rate(time).await, 65.4, "{time}");
    }
    for time in [
        "2026-11-01T00:00:00Z",
        "2026-09-15T00:00:00Z/..",
        "2026-10-02",
    ] {
        assert_eq!(rate(time).await, 71.0, "{time}");
    }
    let before = at(
        &app,
        "/ogc/collections/heat/items?datetime=2020-01-01T00:00:00Z",
    )
    .await;
    assert_eq!(before["numberMatched"], 0);
    for wrong in ["hier", "2026-09-02/2026-09-01", "2026-99-99"] {
        refused(
            &app,
            &format!("/ogc/collections/heat/items?datetime={wrong}"),
        )
        .await;
    }
}

#[tokio::test]
async fn core_query_param_unknown_and_invalid_are_refused_with_the_name_that_was_meant() {
    let app = TestApp::start();
    for path in [
        "/ogc?x=1",
        "/ogc/conformance?x=1",
        "/ogc/collections?x=1",
        "/ogc/collections/heat?x=1",
        "/ogc/collections/heat/items?x=1",
        "/ogc/collections/heat/items/heat:1302C?limit=1",
        "/ogc/collections/heat/items?f=xml",
    ] {
        refused(&app, path).await;
    }
    let body = app.get("/ogc/collections/heat/items?limt=1").await.json();
    assert_eq!(body["suggestions"][0], "limit");
}

#[tokio::test]
async fn core_f_op_success_and_links_one_feature_is_the_one_of_the_list() {
    let app = TestApp::start();
    let list = at(&app, "/ogc/collections/heat/items").await;
    for feature in list["features"].as_array().unwrap() {
        let id = feature["id"].as_str().unwrap();
        let one = at(&app, &format!("/ogc/collections/heat/items/{id}")).await;
        for member in ["type", "id", "geometry", "properties"] {
            assert_eq!(one[member], feature[member], "{id} {member}");
        }
        for rel in ["self", "alternate", "collection"] {
            assert!(link(&one, rel).is_some(), "{rel}");
        }
    }
    let problem = app
        .get("/ogc/collections/heat/items/heat:9999C")
        .await
        .problem();
    assert_eq!(problem, (404, "not-found".to_owned()));
}

#[tokio::test]
async fn html_content_every_resource_has_its_page() {
    let app = TestApp::start();
    for path in [
        "",
        "/api",
        "/conformance",
        "/collections",
        "/collections/heat",
        "/collections/heat/queryables",
        "/collections/heat/items",
        "/collections/heat/items/heat:1302C",
    ] {
        let answer = app.get(&format!("/ogc{path}?f=html")).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(
            answer.header("content-type"),
            "text/html; charset=utf-8",
            "{path}"
        );
        assert!(answer.text().contains("<h1>"), "{path}");
    }
    let request = Request::get("/ogc/collections/heat/items").header("accept", "text/html");
    let page = app.ask(request.body(Body::empty()).unwrap()).await;
    assert!(page.text().contains("heat:1302C"));
}

#[tokio::test]
async fn flatgeobuf_holds_the_same_features() {
    let app = TestApp::start();
    let answer = app.get("/ogc/collections/heat/items?f=fgb").await;
    assert_eq!(answer.header("content-type"), "application/flatgeobuf");
    assert!(answer.body.starts_with(b"fgb\x03fgb\x00"));
    let read = caloduc_formats::read::as_geojson(&answer.body)
        .unwrap()
        .unwrap();
    let read: Value = serde_json::from_slice(&read).unwrap();
    let mut keys: Vec<&str> = read["features"]
        .as_array()
        .unwrap()
        .iter()
        .map(|feature| feature["properties"]["key"].as_str().unwrap())
        .collect();
    keys.sort_unstable();
    assert_eq!(keys, ["heat:1302C", "heat:1303C"]);
}

// Part 2, crs.

#[tokio::test]
async fn crs_crs_uri_fc_md_crs_list_and_storage_crs_are_declared() {
    let app = TestApp::start();
    for name in COLLECTIONS {
        let body = at(&app, &format!("/ogc/collections/{name}")).await;
        assert_eq!(body["crs"], json!([CRS84, L93]), "{name}");
        assert_eq!(body["storageCrs"], CRS84);
    }
    let list = at(&app, "/ogc/collections").await;
    assert_eq!(list["crs"], json!([CRS84, L93]));
    assert_eq!(list["collections"][0]["crs"], json!(["#/crs"]));
}

#[tokio::test]
async fn crs_fc_crs_action_default_value_and_ogc_crs_header_coordinates_are_of_the_system_asked() {
    let app = TestApp::start();
    let items = "/ogc/collections/heat/items";
    let plain = app.get(items).await;
    assert_eq!(plain.header("content-crs"), format!("<{CRS84}>"));
    let metres = app.get(&format!("{items}?crs={L93}")).await;
    assert_eq!(metres.header("content-crs"), format!("<{L93}>"));
    let first =
        |answer: &Answer| answer.json()["features"][0]["geometry"]["coordinates"][0][0].clone();
    let (degrees, metres) = (first(&plain), first(&metres));
    let (x, y) = caloduc_engine::crs::lambert93_from_lonlat(caloduc_engine::crs::LonLat {
        lon: degrees[0].as_f64().unwrap(),
        lat: degrees[1].as_f64().unwrap(),
    });
    assert!((metres[0].as_f64().unwrap() - x).abs() < 0.02);
    assert!((metres[1].as_f64().unwrap() - y).abs() < 0.02);
    let one = app.get(&format!("{items}/heat:1302C?crs={L93}")).await;
    assert_eq!(first_of_feature(&one), metres);
    refused(
        &app,
        &format!("{items}?crs=http://www.opengis.net/def/crs/EPSG/0/4978"),
    )
    .await;
}

fn first_of_feature(answer: &Answer) -> Value {
    answer.json()["geometry"]["coordinates"][0][0].clone()
}

#[tokio::test]
async fn crs_fc_bbox_crs_action_and_invalid_the_box_is_read_in_its_system() {
    let app = TestApp::start();
    let place = |lon, lat| {
        caloduc_engine::crs::lambert93_from_lonlat(caloduc_engine::crs::LonLat { lon, lat })
    };
    let ((w, s), (e, n)) = (place(5.38, 43.31), place(5.39, 43.325));
    let path = format!("/ogc/collections/heat/items?bbox={w},{s},{e},{n}&bbox-crs={L93}");
    assert_eq!(ids(&app, &path).await, ["heat:1302C"]);
    let path = format!("/ogc/collections/heat/items?bbox=5.38,43.31,5.39,43.325&bbox-crs={CRS84}");
    assert_eq!(ids(&app, &path).await, ["heat:1302C"]);
    refused(
        &app,
        "/ogc/collections/heat/items?bbox=1,2,3,4&bbox-crs=EPSG:9999",
    )
    .await;
}

// Part 3, queryables and filters; CQL2.

#[tokio::test]
async fn queryables_op_and_response_are_the_schema_of_the_properties() {
    let app = TestApp::start();
    for name in COLLECTIONS {
        let answer = app
            .get(&format!("/ogc/collections/{name}/queryables"))
            .await;
        assert_eq!(answer.header("content-type"), "application/schema+json");
        let body = answer.json();
        assert_eq!(body["type"], "object");
        assert!(body["$id"].as_str().unwrap().ends_with("/queryables"));
        assert_eq!(
            body["properties"]["geometry"]["x-ogc-role"],
            "primary-geometry"
        );
        let items = at(&app, &format!("/ogc/collections/{name}/items?limit=1")).await;
        for feature in items["features"].as_array().unwrap() {
            for property in feature["properties"].as_object().unwrap().keys() {
                assert!(
                    body["properties"][property].is_object(),
                    "{name}: {property}"
                );
            }
        }
    }
}

#[tokio::test]
async fn queryables_query_parameters_a_property_is_a_parameter() {
    let app = TestApp::start();
    let items = |query: &str| format!("/ogc/collections/heat/items?{query}");
    assert_eq!(ids(&app, &items("sncu_id=1303C")).await, ["heat:1303C"]);
    assert_eq!(
        ids(&app, &items("communes_insee=13901&classified=true")).await,
        ["heat:1302C"]
    );
    assert_eq!(
        ids(&app, &items("renewable_rate_pct=65.4")).await,
        ["heat:1302C"]
    );
    assert!(ids(&app, &items("name=rien")).await.is_empty());
    refused(&app, &items("classified=oui")).await;
}

#[tokio::test]
async fn features_filter_filter_param_and_mixing_expressions_all_conditions_hold_together() {
    let app = TestApp::start();
    assert_eq!(
        filtered(&app, "renewable_rate_pct > 60").await,
        ["heat:1302C"]
    );
    let mixed = "/ogc/collections/heat/items?bbox=5.39,43.32,5.40,43.34&filter=sncu_id%3D'1302C'";
    assert!(ids(&app, mixed).await.is_empty());
    let body = at(
        &app,
        "/ogc/collections/heat/items?filter=open_to_connections%3DFALSE&limit=1",
    )
    .await;
    assert_eq!(
        (&body["numberMatched"], &body["features"][0]["id"]),
        (&json!(1), &json!("heat:1303C"))
    );
}

#[tokio::test]
async fn filter_lang_param_both_encodings_give_the_same_and_others_are_refused() {
    let app = TestApp::start();
    let json = r#"{"op":"like","args":[{"property":"name"},"%Port"]}"#;
    assert_eq!(filtered(&app, json).await, ["heat:1302C"]);
    assert_eq!(filtered(&app, "name LIKE '%Port'").await, ["heat:1302C"]);
    let text = "/ogc/collections/heat/items?filter-lang=cql2-text&filter=key%3D'heat:1302C'";
    assert_eq!(ids(&app, text).await, ["heat:1302C"]);
    refused(
        &app,
        "/ogc/collections/heat/items?filter-lang=cql&filter=true",
    )
    .await;
    refused(&app, "/ogc/collections/heat/items?filter=rate%3E").await;
    let body = app
        .get("/ogc/collections/heat/items?filter=nom%3D'x'")
        .await
        .json();
    assert!(body["detail"].as_str().unwrap().contains("nom"), "{body}");
}

#[tokio::test]
async fn filter_crs_param_geometries_are_read_in_their_system() {
    let app = TestApp::start();
    let place = |lon, lat| {
        caloduc_engine::crs::lambert93_from_lonlat(caloduc_engine::crs::LonLat { lon, lat })
    };
    let ((w, s), (e, n)) = (place(5.38, 43.31), place(5.39, 43.325));
    let filter = format!("S_INTERSECTS(geometry,BBOX({w},{s},{e},{n}))");
    let filter = form_urlencoded::byte_serialize(filter.as_bytes()).collect::<String>();
    let path = format!("/ogc/collections/heat/items?filter={filter}&filter-crs={L93}");
    assert_eq!(ids(&app, &path).await, ["heat:1302C"]);
    refused(
        &app,
        "/ogc/collections/heat/items?filter=true&filter-crs=EPSG:9999",
    )
    .await;
}

#[tokio::test]
async fn cql2_spatial_functions_every_relation_holds_where_it_should() {
    let app = TestApp::start();
    // The port's pipes go from 43.3190 to 43.3220 along 5.3856.
    for (filter, expected) in [
        ("S_INTERSECTS(geometry, POINT(5.3856 43.32))", "heat:1302C"),
        (
            "S_INTERSECTS(geometry, BBOX(5.38,43.31,5.39,43.325))",
            "heat:1302C",
        ),
        (
            "S_INTERSECTS(POLYGON((5.38 43.31, 5.39 43.31, 5.39 43.325, 5.38 43.325, 5.38 43.31)), geometry)",
            "heat:1302C",
        ),
        (
            "S_WITHIN(geometry, POLYGON((5.38 43.31, 5.39 43.31, 5.39 43.325, 5.38 43.325, 5.38 43.31)))",
            "heat:1302C",
        ),
        (
            "S_WITHIN(geometry, POLYGON((5.38 43.32, 5.39 43.32, 5.39 43.325, 5.38 43.325, 5.38 43.32)))",
            "",
        ),
        ("S_CONTAINS(geometry, POINT(5.3856 43.32))", "heat:1302C"),
        (
            "S_DISJOINT(geometry, BBOX(5.38,43.31,5.39,43.325))",
            "heat:1303C",
        ),
        (
            "S_CROSSES(geometry, LINESTRING(5.385 43.32, 5.386 43.32))",
            "heat:1302C",
        ),
        ("S_TOUCHES(geometry, POINT(5.3856 43.319))", "heat:1302C"),
        (
            "S_OVERLAPS(geometry, LINESTRING(5.3856 43.318, 5.3856 43.320))",
            "heat:1302C",
        ),
        (
            "S_EQUALS(geometry, LINESTRING(5.3856 43.319, 5.3856 43.322))",
            "heat:1302C",
        ),
        (
            "S_INTERSECTS(geometry, MULTIPOINT((5.3856 43.32),(5.3955 43.33)))",
            "heat:1302C heat:1303C",
        ),
        (
            "S_DWITHIN(geometry, POINT(5.3866 43.32), 100)",
            "heat:1302C",
        ),
        ("S_DWITHIN(geometry, POINT(5.3866 43.32), 50)", ""),
        (
            "NOT S_INTERSECTS(geometry, POINT(5.3856 43.32)) AND classified = TRUE",
            "",
        ),
    ] {
        assert_eq!(filtered(&app, filter).await.join(" "), expected, "{filter}");
    }
    let json = r#"{"op":"s_within","args":[{"property":"geometry"},{"type":"Polygon","coordinates":[[[5.38,43.31],[5.39,43.31],[5.39,43.325],[5.38,43.325],[5.38,43.31]]]}]}"#;
    assert_eq!(filtered(&app, json).await, ["heat:1302C"]);
    let json = r#"{"op":"s_intersects","args":[{"property":"geometry"},{"bbox":[5.38,43.31,5.39,43.325]}]}"#;
    assert_eq!(filtered(&app, json).await, ["heat:1302C"]);
}

#[tokio::test]
async fn properties_and_sortby_choose_and_order() {
    let app = TestApp::start();
    let body = at(
        &app,
        "/ogc/collections/heat/items?properties=name,key&sortby=-name",
    )
    .await;
    let first = &body["features"][0];
    assert_eq!(
        first["properties"],
        json!({"name": "Réseau fermé", "key": "heat:1303C"})
    );
    // What is unknown comes last either way.
    for order in ["renewable_rate_pct", "-renewable_rate_pct"] {
        let sorted = ids(&app, &format!("/ogc/collections/heat/items?sortby={order}")).await;
        assert_eq!(sorted, ["heat:1302C", "heat:1303C"], "{order}");
    }
    refused(&app, "/ogc/collections/heat/items?sortby=rien").await;
    refused(&app, "/ogc/collections/heat/items?properties=rien").await;
}

// OGC API – Tiles.

#[tokio::test]
async fn tiles_core_and_tileset_lead_to_tiles_that_are_there() {
    let app = TestApp::start();
    let body = at(&app, "/ogc/collections/heat/tiles/WebMercatorQuad").await;
    let template = body["links"]
        .as_array()
        .unwrap()
        .iter()
        .find(|link| link["rel"] == "item")
        .unwrap();
    assert_eq!(template["templated"], true);
    let href = template["href"].as_str().unwrap();
    let path = href[href.find("/tiles").unwrap()..]
        .replace("{tileMatrix}", "14")
        .replace("{tileCol}", "8437")
        .replace("{tileRow}", "6000");
    assert!(app.get(&path).await.status.is_success());
    let set = at(&app, "/ogc/tileMatrixSets/WebMercatorQuad").await;
    assert!(
        (set["tileMatrices"][0]["scaleDenominator"].as_f64().unwrap() - 559_082_264.028_717_8)
            .abs()
            < 1e-3
    );
    assert_eq!(
        app.get("/ogc/collections/heat-untraced/tiles")
            .await
            .problem()
            .0,
        404
    );
}

#[tokio::test]
async fn without_data_every_route_says_so() {
    let app = TestApp::empty_with(|_| ());
    assert_eq!(
        app.get("/ogc/collections/heat/items").await.problem(),
        (503, "no-data".to_owned())
    );
    assert_eq!(app.get("/ogc/collections").await.problem().0, 503);
    assert_eq!(
        app.get("/ogc/rien").await.problem(),
        (404, "not-found".to_owned())
    );
}
