use super::*;
use crate::ingest::raw::RawGeometry;
use geo::Geometry;

fn kml(inside: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><kml xmlns=\"http://www.opengis.net/kml/2.2\">{inside}</kml>"
    )
}

fn features(inside: &str) -> Vec<RawFeature> {
    read("a.kml", kml(inside).as_bytes())
        .unwrap()
        .layers
        .remove(0)
        .features
}

#[test]
fn placemarks_keep_their_attributes_and_shapes() {
    let all = features(
        "<Document><name>doc</name>
        <Placemark><name>Réseau &amp; froid &#233;</name><ExtendedData><Data name=\"taux\"><value>65,4</value></Data>
          <SchemaData><SimpleData name=\"id\">7501C</SimpleData></SchemaData></ExtendedData>
          <LineString><coordinates> 2.3,48.8,35 2.4,48.9
          </coordinates></LineString></Placemark>
        <Placemark><description><![CDATA[<b>x</b>]]></description><MultiGeometry><Point><coordinates>1,2</coordinates></Point><LineString><coordinates>1,2 3,4</coordinates></LineString></MultiGeometry></Placemark>
        <Placemark><MultiGeometry><LineString><coordinates>1, 2 3, 4</coordinates></LineString><LineString><coordinates>5,6 7,8</coordinates></LineString></MultiGeometry></Placemark>
        <Placemark><Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 9,0 9,9 0,0</coordinates></LinearRing></outerBoundaryIs><innerBoundaryIs><LinearRing><coordinates>1,1 2,1 2,2 1,1</coordinates></LinearRing></innerBoundaryIs></Polygon></Placemark>
        <Placemark><name/></Placemark>
        <Placemark><Point><coordinates>NaN,2</coordinates></Point></Placemark></Document>",
    );
    assert_eq!(all[0].properties["name"], "Réseau & froid é");
    assert_eq!(all[0].properties["taux"], "65,4");
    assert_eq!(all[0].properties["id"], "7501C");
    assert!(
        matches!(&all[0].geometry, RawGeometry::Shape(Geometry::LineString(l)) if l.0.len() == 2)
    );
    assert_eq!(all[1].properties["description"], "<b>x</b>");
    assert!(matches!(
        &all[1].geometry,
        RawGeometry::Shape(Geometry::GeometryCollection(_))
    ));
    assert!(
        matches!(&all[2].geometry, RawGeometry::Shape(Geometry::MultiLineString(l)) if l.0.len() == 2)
    );
    assert!(
        matches!(&all[3].geometry, RawGeometry::Shape(Geometry::Polygon(p)) if p.interiors().len() == 1)
    );
    assert_eq!(all[4].geometry, RawGeometry::Missing);
    assert!(matches!(all[5].geometry, RawGeometry::Bad(_)));
}

#[test]
fn each_folder_is_a_layer() {
    let text = kml(
        "<Document><Folder><name>pdp</name><Placemark/></Folder><Folder><name>reseaux_de_chaleur</name><Placemark/><Placemark/></Folder></Document>",
    );
    let read = read("a.kml", text.as_bytes()).unwrap();
    let stems: Vec<&str> = read
        .layers
        .iter()
        .map(|layer| layer.stem.as_str())
        .collect();
    assert_eq!(stems, ["pdp", "reseaux_de_chaleur"]);
    assert_eq!(read.layers[1].features[1].number, 3);
}

#[test]
fn entities_and_links_are_never_followed() {
    let text = "<!DOCTYPE kml [<!ENTITY secret SYSTEM \"file:///etc/passwd\"><!ENTITY a \"&b;&b;\"><!ENTITY b \"&a;&a;\">]><kml><Placemark><name>x&secret;&a;y</name></Placemark><NetworkLink><href>http://exemple.fr</href></NetworkLink></kml>";
    let read = read("a.kml", text.as_bytes()).unwrap();
    assert_eq!(read.layers[0].features[0].properties["name"], "xy");
    assert_eq!(read.findings[0].code, "kml-link-not-followed");
}

#[test]
fn a_kml_that_breaks_keeps_what_was_read_and_depth_is_bounded() {
    let whole = kml("<Placemark><name>a</name></Placemark><Placemark><name>b</name></Placemark>");
    let cut = read("a.kml", &whole.as_bytes()[..whole.len() - 25]).unwrap();
    assert_eq!(cut.layers[0].features.len(), 1);
    assert!(cut.broken.unwrap().to_string().contains("octet"));
    let deep = kml(&"<Folder>".repeat(100_000));
    assert!(
        read("a.kml", deep.as_bytes())
            .unwrap_err()
            .to_string()
            .contains("imbriqués")
    );
    assert!(
        read("a.kml", b"<html></html>")
            .unwrap_err()
            .to_string()
            .contains("kml")
    );
    assert!(read("a.kml", b"").unwrap_err().to_string().contains("vide"));
}

#[test]
fn latin_text_is_read_by_its_declaration() {
    let text = b"<?xml version='1.0' encoding='ISO-8859-1'?><kml><Placemark><name>\xe9t\xe9</name></Placemark></kml>";
    assert_eq!(
        read("a.kml", text).unwrap().layers[0].features[0].properties["name"],
        "été"
    );
}

#[test]
fn a_kmz_gives_the_members_that_its_document_links_to() {
    use std::io::{Cursor, Write};
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, inside: &str| {
        zip.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(kml(inside).as_bytes()).unwrap();
    };
    add(
        "doc.kml",
        "<Document><NetworkLink><Link><href>layers/pdp.kml</href></Link></NetworkLink><NetworkLink><Link><href>http://exemple.fr/a.kml</href></Link></NetworkLink></Document>",
    );
    add("layers/pdp.kml", "<Document><Placemark/></Document>");
    add("layers/old.kml", "<Document><Placemark/></Document>");
    let bytes = zip.finish().unwrap().into_inner();
    let read = read("a.kmz", &bytes).unwrap();
    let layers: Vec<(&str, usize)> = read
        .layers
        .iter()
        .map(|layer| (layer.stem.as_str(), layer.features.len()))
        .collect();
    assert_eq!(layers, [("pdp", 1)]);
    assert!(read.findings[0].message.starts_with("1 lien"));
}
