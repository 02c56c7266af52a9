use super::*;
use std::io::Write;
use zip::write::SimpleFileOptions;

pub(crate) fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const POINT: &[u8] = br#"{"type":"Point","coordinates":[1,2]}"#;

fn shp() -> Vec<u8> {
    let mut bytes = 9994_u32.to_be_bytes().to_vec();
    bytes.resize(100, 0);
    bytes
}

fn list_of(name: &str, bytes: Vec<u8>) -> Listing {
    list(vec![InputFile::explicit(name, bytes)])
}

#[test]
fn an_archive_lists_its_tables_in_every_format() {
    let inner = zipped(&[("pdp.shp", &shp()), ("PDP.DBF", b"x"), ("pdp.prj", b"")]);
    let bytes = zipped(&[
        ("fcu/reseaux_de_chaleur.geojson", POINT),
        ("fcu/shape/reseaux_de_froid.shp", &shp()),
        ("fcu/shape/reseaux_de_froid.shx", b""),
        ("fcu/shape/pdp.zip", &inner),
        ("fcu/nomenclature.xlsx", b"PK\x03\x04"),
        ("fcu/LISEZMOI.txt", b"bonjour"),
        ("fcu/perdu.dbf", b"x"),
        ("__MACOSX/fcu/._pdp.geojson", b"\0"),
    ]);
    let listing = list_of("140926-opendata-fcu.zip", bytes);
    assert_eq!(listing.refused, []);
    let found: Vec<(&str, Format)> = listing
        .sources
        .iter()
        .map(|source| (source.file.as_str(), source.format))
        .collect();
    assert_eq!(
        found,
        [
            (
                "140926-opendata-fcu.zip/fcu/reseaux_de_chaleur.geojson",
                Format::GeoJson
            ),
            (
                "140926-opendata-fcu.zip/fcu/shape/reseaux_de_froid.shp",
                Format::Shapefile
            ),
            (
                "140926-opendata-fcu.zip/fcu/shape/pdp.zip/pdp.shp",
                Format::Shapefile
            ),
            (
                "140926-opendata-fcu.zip/fcu/nomenclature.xlsx",
                Format::Spreadsheet
            ),
        ]
    );
    assert_eq!(listing.sources[2].stem, "pdp");
    assert!(!listing.sources[0].explicit);
    assert_eq!(listing.unused.len(), 2);
    assert!(
        matches!(listing.sources[0].read(), Ok(Reading::Layers(read)) if read.layers[0].features.len() == 1)
    );
    assert!(matches!(listing.sources[2].read(), Ok(Reading::Layers(_))));
}

#[test]
fn names_that_leave_the_archive_are_refused() {
    for name in [
        "../../etc/passwd.geojson",
        "/etc/x.geojson",
        "C:\\x.geojson",
        "a\\..\\..\\x.geojson",
    ] {
        let listing = list_of("a.zip", zipped(&[(name, POINT)]));
        assert!(listing.sources.is_empty(), "{name}");
        assert_eq!(listing.refused[0].code(), "archive-unsafe-name", "{name}");
    }
}

#[test]
fn bombs_and_encrypted_members_are_refused_before_inflating() {
    let zeros = vec![b' '; 40 << 20];
    let refused = |bytes: Vec<u8>| list_of("a.zip", bytes).refused.remove(0);
    let bomb = refused(zipped(&[("a.geojson", &zeros)]));
    assert_eq!(bomb.code(), "file-too-large");
    assert!(bomb.to_string().contains("250 fois au plus"), "{bomb}");
    let many: Vec<(String, &[u8])> = (0..10_001)
        .map(|i| (format!("{i}.txt"), &b""[..]))
        .collect();
    let many: Vec<(&str, &[u8])> = many
        .iter()
        .map(|(name, bytes)| (name.as_str(), *bytes))
        .collect();
    assert!(refused(zipped(&many)).to_string().contains("10000 au plus"));

    let mut secret = zipped(&[("a.geojson", POINT)]);
    for (signature, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let at = memchr::memmem::find(&secret, signature).unwrap();
        secret[at + flags] |= 1;
    }
    assert_eq!(refused(secret).code(), "file-encrypted");
    assert_eq!(
        refused(b"PK\x03\x04 coupe".to_vec()).code(),
        "file-malformed"
    );
    assert_eq!(refused(Vec::new()).code(), "file-empty");
}

#[test]
fn a_member_larger_than_it_says_is_refused() {
    let mut liar = zipped(&[("a.geojson", &[POINT, &[b' '; 5000]].concat())]);
    let at = memchr::memmem::find(&liar, b"PK\x01\x02").unwrap();
    liar[at + 24..at + 28].copy_from_slice(&50_u32.to_le_bytes());
    let listing = list_of("a.zip", liar);
    assert!(listing.sources.iter().all(|source| source.read().is_err()));
}

#[test]
fn only_what_a_person_named_is_refused_when_unknown() {
    let unknown = || b"\x89PNG\r\n".to_vec();
    assert_eq!(
        list(vec![InputFile::found("a/b.bin", unknown())])
            .unused
            .len(),
        1
    );
    assert_eq!(
        list(vec![InputFile::explicit("a/b.bin", unknown())])
            .refused
            .len(),
        1
    );
    assert_eq!(
        list(vec![InputFile::explicit("a/b.dbf", unknown())]).refused[0].code(),
        "file-part-missing"
    );
    let misnamed = list(vec![InputFile::explicit("sans_extension", POINT.to_vec())]);
    assert_eq!(misnamed.sources[0].format, Format::GeoJson);
}
