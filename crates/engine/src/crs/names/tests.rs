use super::*;

#[test]
fn names_urns_and_urls_give_their_code() {
    for (text, epsg) in [
        ("EPSG:2154", 2154),
        ("urn:ogc:def:crs:EPSG::2154", 2154),
        ("urn:ogc:def:crs:EPSG:6.9:25833", 25833),
        ("urn:x-ogc:def:crs:EPSG:4326", 4326),
        ("http://www.opengis.net/def/crs/EPSG/0/3946", 3946),
        ("http://www.opengis.net/gml/srs/epsg.xml#2975", 2975),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", 4326),
        ("urn:ogc:def:crs:OGC::CRS84h", 4326),
        ("http://www.opengis.net/def/crs/OGC/1.3/CRS84", 4326),
        ("+init=epsg:2972", 2972),
        ("2154", 2154),
        ("EPSG:900913", 3857),
        ("IGNF:LAMB93", 2154),
        ("urn:ogc:def:crs:IGNF::RGF93CC45", 3945),
        ("Lambert-93", 2154),
        ("RGF93 / CC48", 3948),
        ("RGR92 / UTM zone 40S", 2975),
        ("RGAF09UTM20", 5490),
        ("ESRI:102110", 2154),
        ("WGS 84", 4326),
    ] {
        assert_eq!(epsg_from_name(text), Some(epsg), "{text}");
    }
    for text in [
        "",
        "Lune",
        "EPSG:",
        "EPSG:99999999999999",
        "urn:ogc:def:crs:EPSG::0",
        "cc",
        "RGF93CC51",
        "é[",
        "utm",
        "EPSG:é",
    ] {
        assert_eq!(epsg_from_name(text), None, "{text}");
    }
}

#[test]
fn letters_of_several_bytes_between_digits_are_survived() {
    assert_eq!(epsg_from_name("EPSG::21é2154é"), Some(2154));
}

const GCS_RGF: &str = r#"GEOGCS["GCS_RGF_1993",DATUM["D_RGF_1993",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#;

#[test]
fn well_known_texts_are_recognised_by_authority_name_or_parameters() {
    let conic = |name: &str, lat: f64, x: f64, y: f64| {
        format!(
            r#"PROJCS["{name}",{GCS_RGF},PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",{x:.1}],PARAMETER["False_Northing",{y:.1}],PARAMETER["Central_Meridian",3.0],PARAMETER["Standard_Parallel_1",44.0],PARAMETER["Standard_Parallel_2",49.0],PARAMETER["Latitude_Of_Origin",{lat}],UNIT["Meter",1.0]]"#
        )
    };
    let utm = |datum: &str, lon: f64, y: f64| {
        format!(
            r#"PROJCS["unnamed",GEOGCS["x",DATUM["{datum}",SPHEROID["GRS 1980",6378137,298.257222101]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",{lon}],PARAMETER["scale_factor",0.9996],PARAMETER["false_easting",500000],PARAMETER["false_northing",{y}],UNIT["metre",1]]"#
        )
    };
    let wkt2 = r#"PROJCRS["sans nom",BASEGEOGCRS["RGF93 v1",DATUM["Reseau Geodesique Francais 1993 v1",ELLIPSOID["GRS 1980",6378137,298.257222101,LENGTHUNIT["metre",1]]],PRIMEM["Greenwich",0,ANGLEUNIT["degree",0.0174532925199433]],ID["EPSG",4171]],CONVERSION["Lambert zone CC46",METHOD["Lambert Conic Conformal (2SP)",ID["EPSG",9802]],PARAMETER["Latitude of false origin",46,ANGLEUNIT["degree",0.0174532925199433],ID["EPSG",8821]],PARAMETER["Longitude of false origin",3],PARAMETER["Easting at false origin",1700000],PARAMETER["Northing at false origin",5200000]],CS[Cartesian,2],AXIS["easting (X)",east],LENGTHUNIT["metre",1]]"#;
    let gdal = format!(
        r#"COMPD_CS["RGF93 + NGF",PROJCS["autre",{GCS_RGF},PROJECTION["Lambert_Conformal_Conic_2SP"],AUTHORITY["EPSG","2154"]],VERT_CS["NGF",AUTHORITY["EPSG","5720"]]]"#
    );
    for (text, epsg) in [
        (conic("RGF_1993_Lambert_93", 46.5, 700_000.0, 6_600_000.0), 2154),
        (conic("sans nom", 46.5, 700_000.0, 6_600_000.0), 2154),
        (conic("RGF_1993_CC47", 0.0, 0.0, 0.0), 3947),
        (conic("sans nom", 50.0, 1_700_000.0, 9_200_000.0), 3950),
        (utm("WGS_1984", -63.0, 0.0), 32620),
        (utm("ETRS_1989", 15.0, 0.0), 25833),
        (utm("D_RGR_1992", 57.0, 10_000_000.0), 2975),
        (utm("World_Geodetic_System_1984", 45.0, 10_000_000.0), 32738),
        (wkt2.to_owned(), 3946),
        (gdal, 2154),
        (GCS_RGF.to_owned(), 4171),
        (r#"GEOGCS["GCS_unknown",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]]"#.to_owned(), 4326),
        (r#"PROJCS["WGS_1984_Web_Mercator_Auxiliary_Sphere",GEOGCS["GCS_WGS_1984"]]"#.to_owned(), 3857),
        (r#"PROJCRS["x",ID["EPSG",25832]]"#.to_owned(), 25832),
    ] {
        assert_eq!(epsg_from_name(&text), Some(epsg), "{text}");
    }
    let paris = GCS_RGF
        .replace("GCS_RGF_1993", "x")
        .replace("Greenwich\",0.0", "Paris\",2.33722917");
    for text in [
        conic("sans nom", 46.5, 600_000.0, 2_200_000.0),
        utm("Inconnu", 3.0, 0.0),
        paris,
        "LOCAL_CS[\"chantier\"]".into(),
        "[".repeat(100_000),
        "A[".repeat(100_000),
    ] {
        assert_eq!(epsg_from_name(&text), None);
    }
}

#[test]
fn a_zone_beyond_every_number_is_no_zone() {
    for name in ["cc65535", "68888cc64073", "lambertcc62000"] {
        assert_eq!(epsg_from_name(name), None, "{name}");
    }
}
