//! A fictional territory of fourteen communes, shipped with the tests, and its index.

use std::sync::LazyLock;

use caloduc_geocoder::{Geocoder, IndexBuilder};

pub const EXTRACT: &str = include_str!("../corpus/extract.csv");
pub const PLACES: &str = include_str!("../corpus/places.csv");
pub const COMMUNES: &str = include_str!("../corpus/communes.csv");

pub const POSTAL: &str = "Code_commune_INSEE;Nom_commune;Code_postal;Ligne_5;Libelle;coordonnees_gps\n01950;PERRIGNY SANS ADRESSE;01995;;PERRIGNY;46.2,5.4\n";

pub fn bytes() -> Vec<u8> {
    let mut builder = IndexBuilder::new().with_label("fiction");
    builder.add_addresses(EXTRACT.as_bytes()).unwrap();
    builder.add_places(PLACES.as_bytes()).unwrap();
    builder.add_communes(COMMUNES.as_bytes()).unwrap();
    builder.add_communes(POSTAL.as_bytes()).unwrap();
    let mut out = Vec::new();
    builder.finish(&mut out).unwrap();
    out
}

static GEOCODER: LazyLock<Geocoder<Vec<u8>>> = LazyLock::new(|| Geocoder::open(bytes()).unwrap());

pub fn geocoder() -> &'static Geocoder<Vec<u8>> {
    &GEOCODER
}
