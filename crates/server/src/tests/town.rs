//! A town for tests, near Marseille on the map and nowhere else: two heat networks, one of them closed, a cold one, a
//! project, its zone, a PDP, an untraced network, five addresses.

use caloduc_geocoder::IndexBuilder;
use caloduc_store::{ImportOptions, Moment, Store, WhenBusy};
use serde_json::{Value, json};
use std::io::Write;

/// Of two editions, which one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Year {
    First,
    /// The port's network is cleaner and a little longer.
    Second,
}

/// On the port's network.
pub(super) const NEAR: &str = "lat=43.3203&lon=5.3850";
/// Far from everything.
pub(super) const FAR: &str = "lat=44.5&lon=5.0";

pub(super) const ADDRESSES: &str = "\
id;id_fantoir;numero;rep;nom_voie;code_postal;code_insee;nom_commune;code_insee_ancienne_commune;nom_ancienne_commune;x;y;lon;lat;type_position;alias;nom_ld;libelle_acheminement;nom_afnor;source_position;source_nom_voie;certification_commune;cad_parcelles
13901_0010_00001;;1;;Rue des Lilas;13900;13901;Portville;;;;;5.3850;43.3203;entrée;;;PORTVILLE;;;;;
13901_0010_00003;;3;;Rue des Lilas;13900;13901;Portville;;;;;5.3852;43.3208;entrée;;;PORTVILLE;;;;;
13901_0010_00003_bis;;3;bis;Rue des Lilas;13900;13901;Portville;;;;;5.3853;43.3209;entrée;;;PORTVILLE;;;;;
13901_0020_00012;;12;;Avenue du Port;13900;13901;Portville;;;;;5.3900;43.3260;entrée;;;PORTVILLE;;;;;
13901_0020_00014;;14;;Avenue du Port;13900;13901;Portville;;;;;5.3902;43.3262;entrée;;;PORTVILLE;;;;;
";

/// Imports the town and puts it into service.
pub(super) fn publish(store: &Store, year: Year) -> u32 {
    let outcome = import(store, year, Publish::Now);
    outcome.expect("the town is read")
}

/// Imports the town as a draft.
pub(super) fn draft(store: &Store, year: Year) -> u32 {
    import(store, year, Publish::Later).expect("the town is read")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Publish {
    Now,
    Later,
}

fn import(store: &Store, year: Year, publish: Publish) -> Option<u32> {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files(year) {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    let now = Moment::parse(match year {
        Year::First => "2026-09-01T08:00:00Z",
        Year::Second => "2026-10-01T08:00:00Z",
    });
    let options = ImportOptions {
        publish: publish == Publish::Now,
        ..ImportOptions::new(now.unwrap())
    };
    let paths = [dir.path().to_owned()];
    let outcome = store.import(&paths, &options, &|_| ()).unwrap();
    assert!(!outcome.report.refused());
    outcome.number
}

/// Builds the index of the town's addresses and puts it into service.
pub(super) fn build_addresses(store: &Store) {
    let mut builder = IndexBuilder::new().with_label("ville d’essai");
    builder.add_addresses(ADDRESSES.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    builder.finish(&mut bytes).unwrap();
    let mut pending = store
        .begin_address_index(bytes.len() as u64, WhenBusy::Wait, &|| ())
        .unwrap();
    pending.file_mut().write_all(&bytes).unwrap();
    pending.commit().unwrap();
}

fn files(year: Year) -> [(&'static str, String); 6] {
    let later = year == Year::Second;
    let port_end = if later { 43.3230 } else { 43.3220 };
    let heat = json!([
        feature(
            &json!({"Identifiant reseau": "1302C", "nom_reseau": "Réseau du Port", "communes": "Portville", "MO": "Ville de Portville",
                "Gestionnaire": "Énergies du Port", "reseaux classes": true, "annee_creation": 1998, "Taux EnR&R": if later { 71.0 } else { 65.4 },
                "contenu CO2": 0.05, "contenu CO2 ACV": 0.07, "prod_MWh_UIOM": 1200.0, "livraisons_totale_MWh": 1000.0, "communes_insee": ["13901"]}),
            &json!({"type": "MultiLineString", "coordinates": [[[5.3856, 43.3190], [5.3856, port_end]]]})
        ),
        feature(
            &json!({"Identifiant reseau": "1303C", "nom_reseau": "Réseau fermé", "communes": "Portville", "ouvert_aux_raccordements": false, "communes_insee": ["13901"]}),
            &json!({"type": "MultiLineString", "coordinates": [[[5.3950, 43.3300], [5.3960, 43.3300]]]})
        ),
    ]);
    let cold = json!([feature(
        &json!({"Identifiant reseau": "1301F", "nom_reseau": "Froid du Port", "communes": "Portville", "communes_insee": ["13901"]}),
        &json!({"type": "MultiLineString", "coordinates": [[[5.3862, 43.3200], [5.3870, 43.3200]]]})
    )]);
    let projects = json!([
        feature(
            &json!({"nom_reseau": "Quai en projet", "gestionnaire": "Énergies du Port", "mise_en_service": "2028", "communes": "Portville", "communes_insee": ["13901"]}),
            &json!({"type": "MultiLineString", "coordinates": [[[5.3905, 43.3255], [5.3905, 43.3270]]]})
        ),
        feature(
            &json!({"nom_reseau": "Zone des Docks", "mise_en_service": "2030", "communes": "Portville", "communes_insee": ["13901"]}),
            &json!({"type": "MultiPolygon", "coordinates": [[[[5.40, 43.33], [5.41, 43.33], [5.41, 43.34], [5.40, 43.34], [5.40, 43.33]]]]})
        ),
    ]);
    let pdp = json!([feature(
        &json!({"Identifiant reseau": "1302C", "communes": "Portville", "communes_insee": ["13901"]}),
        &json!({"type": "MultiPolygon", "coordinates": [[[[5.3858, 43.3215], [5.3880, 43.3215], [5.3880, 43.3225], [5.3858, 43.3225], [5.3858, 43.3215]]]]})
    )]);
    let untraced = json!([feature(
        &json!({"Identifiant reseau": "1304C", "nom_reseau": "Réseau sans tracé", "communes": "Portville", "communes_insee": ["13901"]}),
        &json!({"type": "Point", "coordinates": [5.38, 43.31]})
    )]);
    let communes = json!([feature(
        &json!({"code": "13901", "nom": "Portville"}),
        &json!({"type": "Polygon", "coordinates": [[[5.35, 43.30], [5.45, 43.30], [5.45, 43.36], [5.35, 43.36], [5.35, 43.30]]]})
    )]);
    [
        ("reseaux_de_chaleur.geojson", collection(&heat)),
        (
            "reseaux_de_chaleur_sans_traces.geojson",
            collection(&untraced),
        ),
        ("reseaux_de_froid.geojson", collection(&cold)),
        (
            "zones_et_reseaux_en_construction.geojson",
            collection(&projects),
        ),
        ("pdp.geojson", collection(&pdp)),
        ("communes-13.geojson", collection(&communes)),
    ]
}

fn feature(properties: &Value, geometry: &Value) -> Value {
    json!({"type": "Feature", "properties": properties, "geometry": geometry})
}

fn collection(features: &Value) -> String {
    json!({"type": "FeatureCollection", "features": features}).to_string()
}
