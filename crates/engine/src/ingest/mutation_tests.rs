//! No byte may crash a reader: valid samples of every format, altered a few thousand times from a fixed seed.

use super::input::InputFile;
use super::sources::list;
use super::{geojson, geopackage, kml, shapefile, sheet};
use crate::crs::epsg_from_name;

/// Steele and Vigna's SplitMix64: the same alterations on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }

    fn altered(&mut self, sample: &[u8]) -> Vec<u8> {
        let mut bytes = sample.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len());
            match self.below(6) {
                0 => bytes.truncate(at),
                1 if !bytes.is_empty() => bytes[at] = self.next() as u8,
                2 if !bytes.is_empty() => bytes[at] ^= 1 << self.below(8),
                3 => {
                    let end = (at + 4).min(bytes.len());
                    let value = [0, 1, 0x7fff_ffff, u32::MAX][self.below(4)].to_le_bytes();
                    bytes[at..end].copy_from_slice(&value[..end - at]);
                }
                4 => {
                    let end = (at + self.below(40)).min(bytes.len());
                    let copy = bytes[at..end].to_vec();
                    let to = self.below(bytes.len());
                    bytes.splice(to..to, copy);
                }
                _ => {
                    let token = [
                        &b"["[..],
                        b"]",
                        b"{",
                        b"}",
                        b"\"",
                        b"NaN",
                        b"1e999",
                        b"<",
                        b"&",
                        b"-",
                    ][self.below(10)];
                    bytes.splice(at..at, token.iter().copied());
                }
            }
        }
        bytes
    }
}

fn survives(rounds: usize, samples: &[Vec<u8>], mut read: impl FnMut(&[u8])) {
    let mut dice = Dice(20_260_914);
    for sample in samples {
        read(sample);
        for _ in 0..rounds {
            read(&dice.altered(sample));
        }
    }
}

const GEOJSON: &str = r#"{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2154"}},"features":[
{"type":"Feature","properties":{"Identifiant reseau":"7501C","v":[1,{"a":null}]},"geometry":{"type":"MultiLineString","coordinates":[[[652000.1,6862000.2,3],[652010,6862010]],[[1e5,2],[3,4]]]}},
{"type":"Feature","geometry":{"coordinates":[[[0,0],[1,0],[1,1],[0,0]]],"type":"Polygon"},"properties":null},
{"type":"Feature","geometry":{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]}]}}]}"#;

const KML: &str = "<?xml version=\"1.0\"?><kml><Document><Folder><name>a</name><Placemark><ExtendedData><Data name=\"x\"><value>1</value></Data></ExtendedData><MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 1,0 1,1 0,0</coordinates></LinearRing></outerBoundaryIs></Polygon><LineString><coordinates>1,2 3,4</coordinates></LineString></MultiGeometry></Placemark></Folder></Document></kml>";

#[test]
fn no_altered_geojson_or_kml_crashes() {
    survives(
        2000,
        &[
            GEOJSON.into(),
            format!("{{\"type\":\"Feature\",\"geometry\":null}}\n{GEOJSON}").into(),
        ],
        |bytes| {
            let _any = geojson::read("a.geojson", bytes);
        },
    );
    survives(1500, &[KML.into()], |bytes| {
        let _any = kml::read("a.kml", bytes);
    });
}

#[test]
fn no_altered_shapefile_crashes() {
    let (shp, dbf) = shapefile::tests::sample();
    for alter_shp in [true, false] {
        let sample = if alter_shp { &shp } else { &dbf };
        survives(2000, std::slice::from_ref(sample), |bytes| {
            let (shp, dbf) = if alter_shp {
                (bytes, &dbf[..])
            } else {
                (&shp[..], bytes)
            };
            let parts = shapefile::Parts {
                shp: Some(shp),
                dbf: Some(dbf),
                ..shapefile::Parts::default()
            };
            let _any = shapefile::read("a.shp", &parts);
        });
    }
}

#[test]
fn no_altered_geopackage_crashes() {
    survives(300, &[geopackage::tests::sample()], |bytes| {
        let _any = geopackage::read("a.gpkg", bytes);
    });
}

#[test]
fn no_altered_archive_or_table_crashes() {
    let archive = super::sources::tests::zipped(&[
        ("a.geojson", GEOJSON.as_bytes()),
        ("b.kml", KML.as_bytes()),
    ]);
    survives(800, &[archive], |bytes| {
        for source in list(vec![InputFile::explicit("a.zip", bytes.to_vec())]).sources {
            let _any = source.read();
        }
    });
    survives(
        1500,
        &["titre;;\nid;nom;taux\n7501C;\"Pa;ris\";65,4\n".into()],
        |bytes| {
            let _any = sheet::read_text("a.csv", bytes);
        },
    );
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().write(0, 0, "id").expect("a cell");
    survives(
        300,
        &[book.save_to_buffer().expect("a workbook")],
        |bytes| {
            let _any = sheet::read_workbook("a.xlsx", bytes);
        },
    );
}

#[test]
fn no_altered_name_of_a_reference_system_crashes() {
    let samples = [
        "urn:ogc:def:crs:EPSG::2154",
        "PROJCS[\"x\",GEOGCS[\"y\",DATUM[\"D_WGS_1984\"]],PROJECTION[\"Transverse_Mercator\"],PARAMETER[\"False_Easting\",500000],UNIT[\"m\",1]]",
    ];
    survives(
        3000,
        &samples.map(|text| text.as_bytes().to_vec()),
        |bytes| {
            let _any = epsg_from_name(&String::from_utf8_lossy(bytes));
        },
    );
}
