//! Editions to export, a shelf in memory, and the way back through the importer.

use caloduc_demo::Territory;
use caloduc_engine::ingest::{self, IngestOptions, Ingested, InputFile};
use caloduc_engine::network::Edition;
use caloduc_engine::release::{Diff, assemble, diff};
use caloduc_engine::snapshot::Stamp;
use caloduc_formats::{Edited, Format, Shelf, export};
use std::collections::BTreeMap;
use std::io::{self, Cursor, Read, Write};
use std::sync::OnceLock;

/// Files in memory.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Memory(pub BTreeMap<String, Vec<u8>>);

impl Shelf for Memory {
    fn file(&mut self, name: &str) -> io::Result<Box<dyn Write + Send + '_>> {
        let bytes = self.0.entry(name.to_owned()).or_default();
        bytes.clear();
        Ok(Box::new(bytes))
    }
}

/// A heat network of La Réunion, a closed one of Martinique, a project there: what the demonstration territory lacks.
const OVERSEAS: &str = r#"{"type":"FeatureCollection","features":[
 {"type":"Feature","properties":{"Identifiant reseau":"97401C","nom_reseau":"Saint-Denis « Nord », = 1","communes":"Saint-Denis","communes_insee":"97411","Taux EnR&R":65.44,"contenu CO2":0.0504,"eau_chaude":"100","annee_creation":1999,"longueur_reseau":12.34},
  "geometry":{"type":"MultiLineString","coordinates":[[[55.45,-20.88],[55.451,-20.881]],[[55.46,-20.89],[55.4611,-20.8905],[55.462,-20.891]]]}},
 {"type":"Feature","properties":{"nom_reseau":"Lamentin","ouvert_aux_raccordements":false,"communes":"Le Lamentin","communes_insee":"97213"},
  "geometry":{"type":"MultiLineString","coordinates":[[[-60.99,14.61],[-60.985,14.612]]]}}]}"#;

/// Reads files as a person's.
pub fn read(files: Vec<(String, Vec<u8>)>) -> Ingested {
    let files = files
        .into_iter()
        .map(|(name, bytes)| InputFile::explicit(name, bytes))
        .collect();
    ingest::read(files, &IngestOptions::default())
}

/// The demonstration territory with overseas networks: every kind of row.
pub fn territory() -> &'static Edition {
    static EDITION: OnceLock<Edition> = OnceLock::new();
    EDITION.get_or_init(|| {
        let files = Territory::small().files().expect("memory takes everything");
        let kept = files.into_iter().filter(|file| {
            file.name.starts_with("communes-")
                || file.name.starts_with("reseau_chaleur_")
                || file.name.ends_with(".geojson")
        });
        let mut read = read(kept.map(|file| (file.name, file.bytes)).collect());
        assert!(!read.refused(), "{:?}", read.findings);
        let more = self::read(vec![("reseaux_de_chaleur.geojson".into(), OVERSEAS.into())]);
        assert_eq!(more.heat.as_ref().expect("networks").len(), 2);
        read.heat
            .as_mut()
            .expect("networks")
            .extend(more.heat.into_iter().flatten());
        assemble(&Edition::default(), read, "main").edition
    })
}

pub fn stamp() -> Stamp {
    Stamp {
        revision: 0,
        release: Some(3),
        created: "2026-09-01T07:30:00Z".into(),
        fictional: false,
    }
}

/// Exports an edition in these formats.
pub fn exported(edition: &Edition, formats: &[Format]) -> BTreeMap<String, Vec<u8>> {
    let mut shelf = Memory::default();
    let stamp = stamp();
    let edited = Edited {
        edition,
        stamp: &stamp,
        changes: None,
    };
    let written =
        export(&edited, formats, &mut shelf, &mut |_| ()).expect("memory takes everything");
    assert_eq!(written.len(), shelf.0.len());
    for file in written {
        assert_eq!(
            file.bytes,
            shelf.0[&file.name].len() as u64,
            "{}",
            file.name
        );
    }
    shelf.0
}

/// The members of a ZIP.
pub fn unzipped(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).expect("a ZIP");
    (0..zip.len())
        .map(|at| {
            let mut member = zip.by_index(at).expect("a member");
            let mut bytes = Vec::new();
            member.read_to_end(&mut bytes).expect("inflates");
            (member.name().expect("UTF-8").into_owned(), bytes)
        })
        .collect()
}

/// What changes when these files are imported over `edition`.
pub fn reimported(edition: &Edition, files: Vec<(String, Vec<u8>)>) -> (Edition, Diff) {
    let read = read(files);
    assert!(!read.refused(), "{:#?}", read.findings);
    let again = assemble(edition, read, "main").edition;
    let changes = diff((3, edition), (4, &again));
    (again, changes)
}
