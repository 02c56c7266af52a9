//! What goes out comes back: nothing changes for our formats, nothing is added, removed or moved for the compatible one.

use crate::support::{exported, reimported, territory, unzipped};
use caloduc_engine::area::{self, Areas};
use caloduc_engine::network::{Edition, NetworkKind, NetworkShape, ProjectShape};
use caloduc_formats::Format;
use serde_json::Value;
use std::collections::BTreeMap;

fn folder(files: &BTreeMap<String, Vec<u8>>, prefix: &str) -> Vec<(String, Vec<u8>)> {
    let inside = files.iter().filter(|(name, _)| name.starts_with(prefix));
    inside
        .map(|(name, bytes)| (name.clone(), bytes.clone()))
        .collect()
}

#[test]
fn our_geojson_comes_back_without_a_change() {
    let files = exported(territory(), &[Format::GeoJson]);
    let (again, changes) = reimported(territory(), folder(&files, "geojson/"));
    assert!(changes.is_empty(), "{}", changes.to_text());
    assert_eq!(again.networks.len(), territory().networks.len());
}

/// The territory with a heat network, a cold one and a project published as areas.
fn with_areas() -> Edition {
    let first = |kind: NetworkKind| {
        let mut rows = territory().networks.iter();
        let row = rows.find(|row| row.row.kind == kind && row.row.trace().is_some());
        row.expect("a traced network").key.clone()
    };
    let mut projects = territory().projects.iter();
    let project = projects.find(|row| matches!(row.row.shape, Some(ProjectShape::Trace(_))));
    let keys = [
        first(NetworkKind::Heat),
        first(NetworkKind::Cold),
        project.expect("a traced project").key.clone(),
    ];
    let areas: Areas = keys.into_iter().map(|key| (key, 80)).collect();
    area::published(territory(), &areas).into_owned()
}

#[test]
fn areas_published_instead_of_lines_come_back_as_areas_from_every_format() {
    let edition = with_areas();
    let files = exported(&edition, &Format::ALL);
    let given = [
        folder(&files, "geojson/"),
        folder(&files, "caloduc.gpkg"),
        translated(&files, "flatgeobuf/"),
        translated(&files, "geoparquet/"),
        folder(&files, "010926-opendata-fcu.zip"),
    ];
    for files in given {
        let label = files[0].0.clone();
        let (again, changes) = reimported(&edition, files);
        let rows = changes.added.len() + changes.removed.len() + changes.moved.len();
        assert_eq!(rows, 0, "{label}: {}", changes.to_text());
        let areas = again
            .networks
            .iter()
            .filter(|row| matches!(row.row.shape, Some(NetworkShape::Area(_))));
        assert_eq!(areas.count(), 2, "{label}");
        let areas = again
            .projects
            .iter()
            .filter(|row| matches!(row.row.shape, Some(ProjectShape::Area(_))));
        assert_eq!(areas.count(), 1, "{label}");
    }
    let archive = crate::support::unzipped(&files["010926-opendata-fcu.zip"]);
    for name in [
        "reseaux_de_chaleur",
        "reseaux_de_froid",
        "reseaux_en_construction",
    ] {
        let shapefile = format!("{name}_zones_tampon.shp");
        assert!(
            archive.keys().any(|file| file.ends_with(&shapefile)),
            "{shapefile}"
        );
    }
}

#[test]
fn our_geopackage_comes_back_without_a_change() {
    let files = exported(territory(), &[Format::GeoPackage]);
    let (_, changes) = reimported(territory(), folder(&files, "caloduc.gpkg"));
    let rows =
        changes.added.len() + changes.removed.len() + changes.moved.len() + changes.changed.len();
    assert_eq!(rows, 0, "{}", changes.to_text());
}

/// The files of a folder as the importer is given them.
fn translated(files: &BTreeMap<String, Vec<u8>>, prefix: &str) -> Vec<(String, Vec<u8>)> {
    folder(files, prefix)
        .into_iter()
        .map(|(name, bytes)| {
            let text = caloduc_formats::read::as_geojson(&bytes).expect("known by its first bytes");
            let stem = name.rsplit_once('.').expect("an ending").0;
            (format!("{stem}.geojson"), text.expect("readable"))
        })
        .collect()
}

#[test]
fn our_flatgeobuf_and_geoparquet_come_back_without_a_change() {
    let files = exported(territory(), &[Format::FlatGeobuf, Format::GeoParquet]);
    for prefix in ["flatgeobuf/", "geoparquet/"] {
        let (again, changes) = reimported(territory(), translated(&files, prefix));
        let rows = changes.added.len()
            + changes.removed.len()
            + changes.moved.len()
            + changes.changed.len();
        assert_eq!(rows, 0, "{prefix}: {}", changes.to_text());
        assert_eq!(again.projects.len(), territory().projects.len());
    }
}

#[test]
fn a_damaged_flatgeobuf_or_geoparquet_is_an_error_and_never_a_crash() {
    let files = exported(territory(), &[Format::FlatGeobuf, Format::GeoParquet]);
    for (name, bytes) in folder(&files, "flatgeobuf/heat.fgb")
        .into_iter()
        .chain(folder(&files, "geoparquet/heat.parquet"))
    {
        for step in 1..60 {
            let cut = &bytes[..bytes.len() * step / 60];
            if let Some(read) = caloduc_formats::read::as_geojson(cut) {
                assert!(
                    read.is_err() || name.contains("flatgeobuf"),
                    "{name} cut at {}",
                    cut.len()
                );
            }
            let mut wrong = bytes.clone();
            let at = bytes.len() * step / 61;
            wrong[at] ^= 0xff;
            // Whatever it says, it answers.
            let _answer = caloduc_formats::read::as_geojson(&wrong);
        }
    }
    assert!(caloduc_formats::read::as_geojson(b"{}").is_none());
}

#[test]
fn our_geojson_and_the_yearly_tables_make_the_same_edition_where_there_was_none() {
    let files = exported(territory(), &[Format::GeoJson]);
    let mut given = folder(&files, "geojson/");
    given.extend(folder(&files, "regulatory/"));
    assert!(
        given
            .iter()
            .any(|(name, _)| name == "regulatory/reseau_chaleur_2024.csv")
    );
    let (again, _) = reimported(&Edition::default(), given);
    let changes = caloduc_engine::release::diff((3, territory()), (4, &again));
    let rows =
        changes.added.len() + changes.removed.len() + changes.moved.len() + changes.changed.len();
    assert_eq!(rows, 0, "{}", changes.to_text());
    assert_eq!(
        changes.regulatory,
        caloduc_engine::release::Tally::default()
    );
}

#[test]
fn the_compatible_archive_adds_removes_and_moves_nothing_even_where_there_was_nothing() {
    let files = exported(territory(), &[Format::OpenData]);
    let archive = folder(&files, "010926-opendata-fcu.zip");
    for before in [territory(), &Edition::default()] {
        let (again, _) = reimported(before, archive.clone());
        let changes = caloduc_engine::release::diff((3, territory()), (4, &again));
        assert!(changes.added.is_empty(), "{:?}", changes.added);
        assert!(changes.removed.is_empty(), "{:?}", changes.removed);
        assert!(changes.moved.is_empty(), "{:?}", changes.moved);
        // What verdicts depend on: the open flag, the links of perimeters, the communes.
        for field in [
            "open_flag",
            "network_keys",
            "communes_insee",
            "classified",
            "sncu_id",
        ] {
            let changed: Vec<_> = changes
                .changed
                .iter()
                .filter(|c| c.field == field)
                .collect();
            assert!(changed.is_empty(), "{changed:?}");
        }
    }
}

#[test]
fn the_shapefiles_alone_add_remove_and_move_nothing_over_the_same_edition() {
    let files = exported(territory(), &[Format::OpenData]);
    let members = unzipped(&files["010926-opendata-fcu.zip"]);
    let shapefiles = members.into_iter().filter(|(name, _)| {
        [".shp", ".shx", ".dbf", ".prj", ".cpg"]
            .iter()
            .any(|ending| name.ends_with(ending))
    });
    let (_, changes) = reimported(territory(), shapefiles.collect());
    assert!(changes.added.is_empty(), "{:?}", changes.added);
    assert!(changes.removed.is_empty(), "{:?}", changes.removed);
    assert!(changes.moved.is_empty(), "{:?}", changes.moved);
}

#[test]
fn our_geojson_has_degrees_to_seven_decimals_and_turns_to_the_right() {
    let files = exported(territory(), &[Format::GeoJson]);
    let areas: Value =
        serde_json::from_slice(&files["geojson/priority-areas.geojson"]).expect("JSON");
    assert!(areas.get("crs").is_none());
    let features = areas["features"].as_array().expect("features");
    assert!(!features.is_empty());
    for feature in features {
        for polygon in feature["geometry"]["coordinates"]
            .as_array()
            .expect("polygons")
        {
            for (at, ring) in polygon.as_array().expect("rings").iter().enumerate() {
                let positions: Vec<[f64; 2]> =
                    serde_json::from_value(ring.clone()).expect("positions");
                assert_eq!(positions.first(), positions.last());
                let twice_area: f64 = positions
                    .windows(2)
                    .map(|side| side[0][0] * side[1][1] - side[1][0] * side[0][1])
                    .sum();
                assert_eq!(twice_area > 0.0, at == 0, "shells turn left, holes right");
                for degrees in positions.iter().flatten() {
                    assert!(
                        (degrees * 1e7 - (degrees * 1e7).round()).abs() < 1e-5,
                        "{degrees}"
                    );
                }
            }
        }
    }
}
