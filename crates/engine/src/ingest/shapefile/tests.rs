use super::*;
use geo::{Area, Geometry};
use serde_json::Value;

/// A `.shp` of polygons or lines, each a list of parts.
fn shp(kind: i32, shapes: &[&[&[(f64, f64)]]]) -> Vec<u8> {
    let mut body = Vec::new();
    for (index, parts) in shapes.iter().enumerate() {
        let mut content = kind.to_le_bytes().to_vec();
        content.extend([0; 32]);
        let points: usize = parts.iter().map(|part| part.len()).sum();
        content.extend((parts.len() as u32).to_le_bytes());
        content.extend((points as u32).to_le_bytes());
        let mut start = 0_u32;
        for part in *parts {
            content.extend(start.to_le_bytes());
            start += part.len() as u32;
        }
        for (x, y) in parts.iter().flat_map(|part| part.iter()) {
            content.extend(x.to_le_bytes());
            content.extend(y.to_le_bytes());
        }
        body.extend((index as u32 + 1).to_be_bytes());
        body.extend((content.len() as u32 / 2).to_be_bytes());
        body.extend(content);
    }
    let mut file = 9994_u32.to_be_bytes().to_vec();
    file.extend([0; 20]);
    file.extend(((100 + body.len()) as u32 / 2).to_be_bytes());
    file.extend(1000_u32.to_le_bytes());
    file.extend(kind.to_le_bytes());
    file.resize(100, 0);
    file.extend(body);
    file
}

fn dbf(columns: &[(&str, u8, u8)], rows: &[(u8, &[&[u8]])]) -> Vec<u8> {
    let length = 1 + columns
        .iter()
        .map(|(.., width)| u16::from(*width))
        .sum::<u16>();
    let mut file = vec![3, 126, 1, 1];
    file.extend((rows.len() as u32).to_le_bytes());
    file.extend((33 + 32 * columns.len() as u16).to_le_bytes());
    file.extend(length.to_le_bytes());
    file.resize(32, 0);
    for (name, kind, width) in columns {
        let mut descriptor = name.as_bytes().to_vec();
        descriptor.resize(11, 0);
        descriptor.push(*kind);
        descriptor.extend([0; 4]);
        descriptor.push(*width);
        descriptor.resize(32, 0);
        file.extend(descriptor);
    }
    file.push(0x0d);
    for (flag, cells) in rows {
        file.push(*flag);
        for (cell, (.., width)) in cells.iter().zip(columns) {
            let mut cell = cell.to_vec();
            cell.resize(usize::from(*width), b' ');
            file.extend(cell);
        }
    }
    file
}

const SQUARE: &[(f64, f64)] = &[
    (0.0, 0.0),
    (0.0, 10.0),
    (10.0, 10.0),
    (10.0, 0.0),
    (0.0, 0.0),
];
const HOLE: &[(f64, f64)] = &[(2.0, 2.0), (4.0, 2.0), (4.0, 4.0), (2.0, 4.0), (2.0, 2.0)];

fn layer(parts: &Parts<'_>) -> RawLayer {
    read("dossier/pdp.shp", parts).unwrap().layers.remove(0)
}

#[test]
fn holes_go_to_the_outline_around_them() {
    let far: Vec<(f64, f64)> = SQUARE.iter().map(|(x, y)| (x + 100.0, *y)).collect();
    let bytes = shp(5, &[&[&far, SQUARE, HOLE], &[HOLE]]);
    let layer = layer(&Parts {
        shp: Some(&bytes),
        ..Parts::default()
    });
    assert_eq!(layer.stem, "pdp");
    let RawGeometry::Shape(Geometry::MultiPolygon(two)) = &layer.features[0].geometry else {
        panic!("{:?}", layer.features[0]);
    };
    assert_eq!(two.0[1].interiors().len(), 1);
    assert_eq!(two.unsigned_area(), 196.0);
    assert!(matches!(
        &layer.features[1].geometry,
        RawGeometry::Shape(Geometry::Polygon(_))
    ));
}

#[test]
fn attributes_follow_their_shapes_and_deleted_rows_go() {
    let line: &[&[(f64, f64)]] = &[&[(0.0, 0.0), (1.0, 1.0)]];
    let shp = shp(3, &[line, line, line]);
    let dbf = dbf(
        &[
            ("nom_reseau", b'C', 10),
            ("Taux EnR&R", b'N', 8),
            ("classe", b'L', 1),
            ("jour", b'D', 8),
        ],
        &[
            (b' ', &["Été".as_bytes(), b"   65,4", b"T", b"20260914"]),
            (b'*', &[b"efface", b"1", b"F", b""]),
            (b' ', &[b"", b"********", b"?", b""]),
            (b' ', &[b"sans forme", b"12", b"F", b""]),
        ],
    );
    let read = read(
        "a.shp",
        &Parts {
            shp: Some(&shp),
            dbf: Some(&dbf),
            prj: Some(b"PROJCS[\"RGF_1993_Lambert_93\"]\r\n\0"),
            cpg: Some(b"UTF-8\r\n"),
        },
    )
    .unwrap();
    let features = &read.layers[0].features;
    assert_eq!(read.layers[0].declared_crs, DeclaredCrs::Epsg(2154));
    assert_eq!(features.len(), 3);
    assert_eq!(features[0].properties["nom_reseau"], "Été");
    assert_eq!(features[0].properties["Taux EnR&R"], 65.4);
    assert_eq!(features[0].properties["classe"], true);
    assert_eq!(features[0].properties["jour"], "2026-09-14");
    assert_eq!(features[1].number, 3);
    assert_eq!(features[1].properties["Taux EnR&R"], Value::Null);
    assert_eq!(features[1].properties["nom_reseau"], Value::Null);
    assert_eq!(features[2].geometry, RawGeometry::Missing);
    let codes: Vec<&str> = read
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect();
    assert_eq!(codes, ["dbf-count-differs", "records-deleted"]);
}

#[test]
fn texts_are_read_in_the_encoding_declared_or_guessed() {
    let shp = shp(3, &[&[&[(0.0, 0.0), (1.0, 1.0)]]]);
    let name = |cell: &[u8], cpg: Option<&[u8]>| {
        let dbf = dbf(&[("nom", b'C', 20)], &[(b' ', &[cell])]);
        layer(&Parts {
            shp: Some(&shp),
            dbf: Some(&dbf),
            prj: None,
            cpg,
        })
        .features[0]
            .properties["nom"]
            .clone()
    };
    assert_eq!(name("Orléans".as_bytes(), None), "Orléans");
    assert_eq!(name(b"Orl\xe9ans", None), "Orléans");
    assert_eq!(name(b"Orl\xe9ans \x80", Some(b"ISO 8859-1")), "Orléans €");
    assert_eq!(name(b"\xa4", Some(b"ISO-8859-15")), "€");
}

#[test]
fn no_attributes_is_said_and_lying_lengths_are_survived() {
    let good = shp(5, &[&[SQUARE], &[SQUARE]]);
    let alone = Parts {
        shp: Some(&good),
        ..Parts::default()
    };
    assert_eq!(
        read("a.shp", &alone).unwrap().findings[0].code,
        "dbf-missing"
    );
    for end in 0..good.len() {
        let parts = Parts {
            shp: Some(&good[..end]),
            ..Parts::default()
        };
        match read("a.shp", &parts) {
            Ok(read) => assert!(read.broken.is_some()),
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    let mut liar = good.clone();
    liar[100 + 8 + 40..100 + 8 + 44].copy_from_slice(&u32::MAX.to_le_bytes());
    let parts = Parts {
        shp: Some(&liar),
        ..Parts::default()
    };
    let features = &layer(&parts).features;
    assert!(
        matches!(&features[0].geometry, RawGeometry::Bad(why) if why.contains("4294967295 points"))
    );
    assert!(matches!(features[1].geometry, RawGeometry::Shape(_)));
}

/// A `.shp` and its `.dbf`, both whole.
pub(crate) fn sample() -> (Vec<u8>, Vec<u8>) {
    let shp = shp(5, &[&[SQUARE, HOLE], &[HOLE]]);
    let dbf = dbf(
        &[("nom", b'C', 10), ("taux", b'N', 8), ("jour", b'D', 8)],
        &[
            (b' ', &["Été".as_bytes(), b"65.4", b"20260914"]),
            (b'*', &[b"x", b"1", b""]),
        ],
    );
    (shp, dbf)
}
