//! The tables, the index and the triggers that the GeoPackage standard lays down (OGC 12-128r17, annexes C and F.3).

/// The file's identity and its own tables.
pub(super) const BASE: &str = r#"
PRAGMA page_size = 4096;
PRAGMA application_id = 1196444487;
PRAGMA user_version = 10300;
CREATE TABLE gpkg_spatial_ref_sys (
  srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY, organization TEXT NOT NULL,
  organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
INSERT INTO gpkg_spatial_ref_sys VALUES
  ('Undefined cartesian SRS', -1, 'NONE', -1, 'undefined', 'undefined cartesian coordinate reference system'),
  ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', 'undefined geographic coordinate reference system'),
  ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563,AUTHORITY["EPSG","7030"]],AUTHORITY["EPSG","6326"]],PRIMEM["Greenwich",0,AUTHORITY["EPSG","8901"]],UNIT["degree",0.0174532925199433,AUTHORITY["EPSG","9122"]],AXIS["Latitude",NORTH],AXIS["Longitude",EAST],AUTHORITY["EPSG","4326"]]', 'longitude/latitude coordinates in decimal degrees on the WGS 84 spheroid');
CREATE TABLE gpkg_contents (
  table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',
  last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER,
  CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (
  table_name TEXT NOT NULL, column_name TEXT NOT NULL, geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL,
  z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_extensions (
  table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT, f_table_schema TEXT, f_table_name TEXT,
  f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT,
  owner TEXT, ui TEXT, update_time DATETIME);
"#;

/// The yearly tables, without geometry.
pub(super) const REGULATORY: &str = "
CREATE TABLE regulatory (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, year INTEGER, sncu_id TEXT, name TEXT, place TEXT, department TEXT,
  renewable_rate_pct REAL, co2_direct_kg_per_kwh REAL, co2_lca_kg_per_kwh REAL, source TEXT);
";

/// The spatial index of a table, and its declaration.
pub(super) fn index(table: &str) -> String {
    format!(
        "CREATE VIRTUAL TABLE \"rtree_{table}_geom\" USING rtree(id, minx, maxx, miny, maxy);
         INSERT INTO gpkg_extensions VALUES ('{table}', 'geom', 'gpkg_rtree_index', 'http://www.geopackage.org/spec120/#extension_rtree', 'write-only');"
    )
}

/// What keeps the index true when a program edits the table.
pub(super) fn triggers(table: &str) -> String {
    let rtree = format!("\"rtree_{table}_geom\"");
    let boxed =
        "NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom)";
    let full = |row: &str| format!("({row}.geom NOTNULL AND NOT ST_IsEmpty({row}.geom))");
    let empty = |row: &str| format!("({row}.geom ISNULL OR ST_IsEmpty({row}.geom))");
    let trigger = |name: &str, event: &str, when: String, what: String| {
        format!(
            "CREATE TRIGGER \"rtree_{table}_geom_{name}\" AFTER {event} ON \"{table}\" WHEN {when} BEGIN {what} END;\n"
        )
    };
    let put = format!("INSERT OR REPLACE INTO {rtree} VALUES ({boxed});");
    let drop_old = format!("DELETE FROM {rtree} WHERE id = OLD.fid;");
    [
        trigger("insert", "INSERT", full("NEW"), put.clone()),
        trigger(
            "update6",
            "UPDATE OF geom",
            format!("OLD.fid = NEW.fid AND {} AND {}", full("NEW"), full("OLD")),
            format!(
                "UPDATE {rtree} SET minx = ST_MinX(NEW.geom), maxx = ST_MaxX(NEW.geom), miny = ST_MinY(NEW.geom), maxy = ST_MaxY(NEW.geom) WHERE id = NEW.fid;"
            ),
        ),
        trigger(
            "update7",
            "UPDATE OF geom",
            format!("OLD.fid = NEW.fid AND {} AND {}", full("NEW"), empty("OLD")),
            format!("INSERT INTO {rtree} VALUES ({boxed});"),
        ),
        trigger(
            "update2",
            "UPDATE OF geom",
            format!("OLD.fid = NEW.fid AND {}", empty("NEW")),
            drop_old.clone(),
        ),
        trigger(
            "update5",
            "UPDATE",
            format!("OLD.fid != NEW.fid AND {}", full("NEW")),
            format!("{drop_old} {put}"),
        ),
        trigger(
            "update4",
            "UPDATE",
            format!("OLD.fid != NEW.fid AND {}", empty("NEW")),
            format!("DELETE FROM {rtree} WHERE id IN (OLD.fid, NEW.fid);"),
        ),
        trigger("delete", "DELETE", "OLD.geom NOT NULL".to_owned(), drop_old),
    ]
    .concat()
}
