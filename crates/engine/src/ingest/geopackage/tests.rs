use super::*;
use geo::Geometry;

fn package(statements: &str) -> Vec<u8> {
    let database = Connection::open_in_memory().unwrap();
    database
        .execute_batch(
            "PRAGMA application_id = 1196444487;
             CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT, organization_coordsys_id INTEGER, definition TEXT);
             INSERT INTO gpkg_spatial_ref_sys VALUES ('L93', 2154, 'EPSG', 2154, 'x'), ('moi', 100, 'MOI', 7, 'PROJCS[\"RGF_1993_Lambert_93\"]'), ('quoi', 101, 'MOI', 8, 'undefined');
             CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, srs_id INTEGER);
             CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER, z TINYINT, m TINYINT);",
        )
        .unwrap();
    database.execute_batch(statements).unwrap();
    database.serialize("main").unwrap().to_vec()
}

fn register(table: &str, srs: i64) -> String {
    format!(
        "INSERT INTO gpkg_contents VALUES ('{table}', 'features', {srs});
         INSERT INTO gpkg_geometry_columns VALUES ('{table}', 'geom', 'GEOMETRY', {srs}, 0, 0);"
    )
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn blob(kind: u32, body: &[u8]) -> Vec<u8> {
    let mut blob = b"GP\x00\x01".to_vec();
    blob.extend(2154_u32.to_le_bytes());
    blob.push(1);
    blob.extend(kind.to_le_bytes());
    blob.extend(body);
    blob
}

fn line_body(positions: &[&[f64]]) -> Vec<u8> {
    let mut body = (positions.len() as u32).to_le_bytes().to_vec();
    body.extend(
        positions
            .iter()
            .flat_map(|p| p.iter())
            .flat_map(|n| n.to_le_bytes()),
    );
    body
}

#[test]
fn tables_are_read_with_their_attributes_and_system() {
    let line = hex(&blob(
        1002,
        &line_body(&[&[1.0, 2.0, 99.0], &[3.0, 4.0, 99.0]]),
    ));
    let bytes = package(&format!(
        "CREATE TABLE \"ré\"\"seaux\" (fid INTEGER PRIMARY KEY, geom BLOB, nom TEXT, taux REAL, classe BOOLEAN);
         INSERT INTO \"ré\"\"seaux\" VALUES (7, x'{line}', 'Été', 65.4, 1), (8, NULL, NULL, NULL, NULL), (9, x'00', 'x', 1, 0);
         CREATE TABLE pdp (geom BLOB); CREATE TABLE vide (geom BLOB); {}{}{}",
        register("ré\"seaux", 100),
        register("pdp", 2154),
        register("vide", 101),
    ));
    let mut wal = bytes.clone();
    (wal[18], wal[19]) = (2, 2);
    for bytes in [bytes, wal] {
        let read = read("a/b.gpkg", &bytes).unwrap();
        let [pdp, heat, empty] = read.layers.as_slice() else {
            panic!("{read:?}");
        };
        assert_eq!(pdp.stem, "pdp");
        assert_eq!(pdp.file, "a/b.gpkg/pdp");
        assert_eq!(heat.declared_crs, DeclaredCrs::Epsg(2154));
        assert_eq!(pdp.declared_crs, DeclaredCrs::Epsg(2154));
        assert_eq!(empty.declared_crs, DeclaredCrs::Unknown("MOI:8".into()));
        let first = &heat.features[0];
        assert_eq!(first.properties["nom"], "Été");
        assert_eq!(first.properties["taux"], 65.4);
        assert_eq!(first.properties["classe"], true);
        assert!(!first.properties.contains_key("geom"));
        assert!(
            matches!(&first.geometry, RawGeometry::Shape(Geometry::LineString(l)) if l.0.len() == 2)
        );
        assert_eq!(heat.features[1].geometry, RawGeometry::Missing);
        assert!(matches!(heat.features[2].geometry, RawGeometry::Bad(_)));
    }
}

#[test]
fn every_shape_is_read_and_curves_are_refused() {
    let ring = line_body(&[&[0.0, 0.0], &[1.0, 0.0], &[1.0, 1.0], &[0.0, 0.0]]);
    let polygon = [1_u32.to_le_bytes().to_vec(), ring].concat();
    let nested =
        |kind: u32, body: &[u8]| [vec![1], kind.to_le_bytes().to_vec(), body.to_vec()].concat();
    let of = |body: Vec<u8>| [1_u32.to_le_bytes().to_vec(), body].concat();
    let shape = |kind: u32, body: &[u8]| wkb::geopackage_geometry(&blob(kind, body));
    assert!(matches!(
        shape(3, &polygon),
        RawGeometry::Shape(Geometry::Polygon(_))
    ));
    assert!(matches!(
        shape(6, &of(nested(3, &polygon))),
        RawGeometry::Shape(Geometry::MultiPolygon(_))
    ));
    let point = [1.5_f64.to_le_bytes(), 2.5_f64.to_le_bytes()].concat();
    assert!(matches!(
        shape(1, &point),
        RawGeometry::Shape(Geometry::Point(_))
    ));
    assert!(matches!(
        shape(4, &of(nested(1, &point))),
        RawGeometry::Shape(Geometry::MultiPoint(_))
    ));
    assert!(matches!(
        shape(7, &of(nested(1, &point))),
        RawGeometry::Shape(Geometry::GeometryCollection(_))
    ));
    assert!(matches!(
        shape(5, &of(nested(1, &point))),
        RawGeometry::Bad(_)
    ));
    let nowhere = [f64::NAN.to_le_bytes(), f64::NAN.to_le_bytes()].concat();
    assert_eq!(shape(1, &nowhere), RawGeometry::Missing);
    assert!(matches!(shape(8, &[]), RawGeometry::Bad(why) if why.contains("courbe")));
    assert!(
        matches!(shape(2, &u32::MAX.to_le_bytes()), RawGeometry::Bad(why) if why.contains("annoncés"))
    );
    let mut deep = Vec::new();
    for _ in 0..10_000 {
        deep.extend(1_u32.to_le_bytes());
        deep.extend([1, 7, 0, 0, 0]);
    }
    assert!(matches!(shape(7, &deep), RawGeometry::Bad(why) if why.contains("imbriquées")));
}

#[test]
fn a_view_that_never_ends_is_stopped() {
    let bytes = package(&format!(
        "CREATE VIEW sans_fin AS WITH RECURSIVE n(geom) AS (SELECT 1 UNION ALL SELECT geom + 1 FROM n) SELECT * FROM n; {}",
        register("sans_fin", 2154)
    ));
    let error = read("b.gpkg", &bytes).unwrap_err();
    assert!(error.to_string().contains("illisible"), "{error}");
}

#[test]
fn what_is_no_geopackage_is_said() {
    assert!(
        read("a.gpkg", b"")
            .unwrap_err()
            .to_string()
            .contains("vide")
    );
    assert!(
        read("a.gpkg", b"PK\x03\x04")
            .unwrap_err()
            .to_string()
            .contains("SQLite")
    );
    let bytes = package("");
    assert!(
        read("a.gpkg", &bytes)
            .unwrap_err()
            .to_string()
            .contains("aucune table")
    );
    for end in [16, 100, 511, 512, 4096, bytes.len() - 1] {
        assert!(read("a.gpkg", &bytes[..end.min(bytes.len() - 1)]).is_err());
    }
    let database = Connection::open_in_memory().unwrap();
    database.execute_batch("CREATE TABLE t (a)").unwrap();
    let other = database.serialize("main").unwrap().to_vec();
    assert!(
        read("a.gpkg", &other)
            .unwrap_err()
            .to_string()
            .contains("gpkg_contents")
    );
}

/// A package of one table.
pub(crate) fn sample() -> Vec<u8> {
    let line = hex(&blob(2, &line_body(&[&[1.0, 2.0], &[3.0, 4.0]])));
    package(&format!(
        "CREATE TABLE pdp (fid INTEGER PRIMARY KEY, geom BLOB, nom TEXT); INSERT INTO pdp VALUES (1, x'{line}', 'a'), (2, NULL, 'b'); {}",
        register("pdp", 2154)
    ))
}

#[test]
fn a_column_whose_name_is_not_utf_8_refuses_the_file() {
    let bytes = package(&format!(
        "CREATE TABLE reseaux (geom BLOB, nom_du_reseau TEXT); {}",
        register("reseaux", 2154)
    ));
    assert!(read("a.gpkg", &bytes).is_ok());
    let name = b"nom_du_reseau";
    let at = bytes
        .windows(name.len())
        .position(|window| window == name)
        .unwrap();
    let mut altered = bytes;
    altered[at] = 0xFF;
    assert!(read("a.gpkg", &altered).is_err());
}
