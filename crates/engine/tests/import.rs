//! Files as people have them, read whole: tables found, values understood, shapes cleaned, and every trap answered.
//! Traps are made here; the same run on the real files when `CALODUC_SHARED` (or `../shared`) has them.

use caloduc_engine::crs::Territory;
use caloduc_engine::ingest::{IngestOptions, Ingested, InputFile, TableKind, read};
use caloduc_engine::network::{
    Edition, Identified, Key, KeyKind, Layer, Network, NetworkShape, Sourced,
};
use caloduc_engine::report::{FileStatus, Finding, Report, Severity, check};
use serde_json::{Value, json};

fn explicit(files: &[(&str, String)]) -> Ingested {
    import(files, true, &IngestOptions::default())
}

fn folder(files: &[(&str, String)]) -> Ingested {
    import(files, false, &IngestOptions::default())
}

fn import(files: &[(&str, String)], named: bool, options: &IngestOptions<'_>) -> Ingested {
    let files = files
        .iter()
        .map(|(name, text)| {
            if named {
                InputFile::explicit(*name, text.clone().into_bytes())
            } else {
                InputFile::found(*name, text.clone().into_bytes())
            }
        })
        .collect();
    read(files, options)
}

fn collection(epsg: Option<u16>, features: &[(Value, Value)]) -> String {
    let features: Vec<Value> = features
        .iter()
        .map(|(properties, geometry)| json!({"type": "Feature", "properties": properties, "geometry": geometry}))
        .collect();
    let mut whole = json!({"type": "FeatureCollection", "features": features});
    if let Some(epsg) = epsg {
        whole["crs"] = json!({"type": "name", "properties": {"name": format!("urn:ogc:def:crs:EPSG::{epsg}")}});
    }
    whole.to_string()
}

fn line(x: f64, y: f64) -> Value {
    json!({"type": "MultiLineString", "coordinates": [[[x, y], [x + 100.0, y], [x + 100.0, y + 50.5]]]})
}

fn square(x: f64, y: f64, side: f64) -> Value {
    json!({"type": "Polygon", "coordinates": [[[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]]})
}

fn degrees(lon: f64, lat: f64) -> Value {
    json!({"type": "LineString", "coordinates": [[lon, lat], [lon + 0.001, lat]]})
}

const X: f64 = 652_000.123_456_789;
const Y: f64 = 6_862_000.5;

fn codes(read: &Ingested) -> Vec<&str> {
    let mut codes: Vec<&str> = read.findings.iter().map(|f| f.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn finding<'a>(read: &'a Ingested, code: &str) -> &'a Finding {
    read.findings
        .iter()
        .find(|f| f.code == code)
        .unwrap_or_else(|| panic!("no {code} among {:#?}", read.findings))
}

fn heat(read: &Ingested) -> &Network {
    &read.heat.as_ref().expect("a heat table")[0].row
}

/// An edition of the networks read, keyed by their ids or ranks.
fn edition(read: &Ingested) -> Edition {
    let mut edition = Edition::default();
    for rows in [
        &read.heat,
        &read.heat_untraced,
        &read.cold,
        &read.cold_untraced,
    ]
    .into_iter()
    .flatten()
    {
        for (i, r) in rows.iter().enumerate() {
            let local = r
                .row
                .sncu_id
                .as_ref()
                .map_or(format!("r{i}"), |id| id.as_str().to_owned());
            edition.networks.push(Identified {
                key: Key::new(KeyKind::Heat, &local),
                source: "main".into(),
                row: r.row.clone(),
            });
        }
    }
    for r in read.communes.iter().flatten() {
        edition.communes.push(Sourced {
            source: "main".into(),
            row: r.row.clone(),
        });
    }
    edition
}

#[test]
fn lambert_93_coordinates_are_kept_to_the_bit() {
    let read = explicit(&[(
        "reseaux_de_chaleur.geojson",
        collection(
            Some(2154),
            &[(json!({"Identifiant reseau": "7501c"}), line(X, Y))],
        ),
    )]);
    let network = heat(&read);
    assert_eq!(
        network.sncu_id.as_ref().map(ToString::to_string).as_deref(),
        Some("7501C")
    );
    let trace = network.trace().expect("a trace");
    assert_eq!(trace.territory, Territory::Mainland);
    assert_eq!(
        (
            trace.shape.0[0].0[0].x.to_bits(),
            trace.shape.0[0].0[0].y.to_bits()
        ),
        (X.to_bits(), Y.to_bits())
    );
    assert_eq!(read.files[0].epsg, Some(2154));
    assert!(!read.refused());
}

#[test]
fn open_data_fields_and_those_of_the_national_service_are_understood() {
    let read = explicit(&[(
        "reseaux_de_chaleur.geojson",
        collection(
            Some(2154),
            &[(
                json!({"Identifiant reseau": "7501C", "nom_reseau": "Paris", "communes": "Paris,Vanves", "departement": "Paris, Hauts-de-Seine",
               "MO": "Ville", "Gestionnaire": "CPCU", "reseaux classes": true, "annee_creation": 1927, "longueur_reseau": "0,2",
               "nb_pdl": 6300, "Taux EnR&R": "53,3 %", "contenu CO2": 0.165, "contenu CO2 ACV": "0,194", "PM": "-", "PV%": "ND",
               "prod_MWh_UIOM": 2.5e6, "puissance_totale_MW": "3 500,25", "livraisons_tertiaire_MWh": 12, "eau_chaude": "100",
               "id_fcu": 44, "ouvert_aux_raccordements": "non", "communes_insee": ["75056", "92075"], "couleur": "bleu"}),
                line(X, Y),
            )],
        ),
    )]);
    let n = heat(&read);
    assert_eq!(n.communes, ["Paris", "Vanves"]);
    assert_eq!(n.figures.renewable_rate_pct, Some(53.3));
    assert_eq!(n.figures.co2_lca_kg_per_kwh, Some(0.194));
    assert_eq!(
        (n.declared_length_km, n.power_total_mw),
        (Some(0.2), Some(3500.25))
    );
    assert_eq!(
        (n.price_mean_eur_per_mwh, n.price_variable_part_pct),
        (None, None)
    );
    assert_eq!(
        (n.classified, n.is_open(), n.id_fcu),
        (Some(true), false, Some(44))
    );
    assert_eq!(n.production_mwh.len(), 17);
    assert_eq!(n.production_mwh[7], Some(2.5e6));
    assert_eq!(n.deliveries_mwh[1], Some(12.0));
    assert!(n.power_mw.is_empty());
    assert_eq!(
        n.communes_insee
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        ["75056", "92075"]
    );
    assert_eq!(codes(&read), ["field-unknown", "several-departments"]);
    assert_eq!(
        finding(&read, "field-unknown").place.field.as_deref(),
        Some("couleur")
    );
}

#[test]
fn the_six_tables_and_the_communes_come_in_one_import() {
    let read = folder(&[
        (
            "d/reseaux_de_chaleur.geojson",
            collection(
                Some(2154),
                &[(json!({"Identifiant reseau": "7501C"}), line(X, Y))],
            ),
        ),
        (
            "d/reseaux_de_chaleur_sans_traces.geojson",
            collection(
                Some(2154),
                &[(
                    json!({"nom_reseau": "Sans"}),
                    json!({"type": "Point", "coordinates": [X, Y]}),
                )],
            ),
        ),
        (
            "d/reseaux_de_froid.geojson",
            collection(
                Some(2154),
                &[(json!({"Identifiant reseau": "7503F"}), line(X, Y))],
            ),
        ),
        (
            "d/reseaux_de_froid_sans_traces.geojson",
            collection(Some(2154), &[]),
        ),
        (
            "d/pdp.geojson",
            collection(
                Some(2154),
                &[(
                    json!({"Identifiant reseau": "7501C, 9201C", "reseau_de_chaleur_ids": [44]}),
                    square(X, Y, 500.0),
                )],
            ),
        ),
        (
            "d/zones_et_reseaux_en_construction.geojson",
            collection(
                Some(2154),
                &[
                    (
                        json!({"gestionnaire": "G", "mise_en_service": "2027"}),
                        line(X, Y),
                    ),
                    (json!({"gestionnaire": "G"}), square(X, Y, 100.0)),
                ],
            ),
        ),
        (
            "d/communes-75.geojson",
            collection(
                None,
                &[(
                    json!({"code": "75056", "nom": "Paris"}),
                    square(2.2, 48.8, 0.2),
                )],
            ),
        ),
        (
            "d/communes-92.geojson",
            collection(
                None,
                &[(
                    json!({"code": "92012", "nom": "Boulogne"}),
                    square(2.1, 48.8, 0.05),
                )],
            ),
        ),
        ("d/notice.txt", "rien".into()),
    ]);
    assert!(!read.refused(), "{:#?}", read.files);
    assert_eq!(read.cold_untraced.as_deref().map(<[_]>::len), Some(0));
    assert_eq!(read.projects.as_deref().map(<[_]>::len), Some(2));
    assert_eq!(read.communes.as_deref().map(<[_]>::len), Some(2));
    let pdp = &read.priority_areas.as_ref().expect("PDP")[0].row;
    assert_eq!(pdp.network_sncu_ids.len(), 2);
    assert_eq!(pdp.heat_id_fcus, [44]);
    assert_eq!(
        finding(&read, "file-without-rows").severity,
        Severity::Warning
    );
    assert!(
        read.files
            .iter()
            .any(|f| f.file == "d/notice.txt" && f.status == FileStatus::Ignored)
    );
}

#[test]
fn geojson_wins_over_other_formats_of_a_folder() {
    let read = folder(&[
        ("d/reseaux_de_chaleur.gpkg", "pas lu".into()),
        (
            "d/reseaux_de_chaleur.geojson",
            collection(
                Some(2154),
                &[(json!({"Identifiant reseau": "7501C"}), line(X, Y))],
            ),
        ),
    ]);
    assert!(!read.refused(), "{:#?}", read.findings);
    assert_eq!(read.heat.as_deref().map(<[_]>::len), Some(1));
    assert!(
        read.files
            .iter()
            .any(|f| f.file.contains(".gpkg") && f.status == FileStatus::Ignored)
    );
}

#[test]
fn an_explicit_file_of_no_table_is_refused_and_the_same_in_a_folder_is_ignored() {
    let buildings = collection(
        Some(25833),
        &[(json!({"Wärmebedarf": 1}), line(480_815.0, 5_710_343.0))],
    );
    let read = explicit(&[("HAST.geojson", buildings.clone())]);
    assert!(read.refused());
    assert!(codes(&read).contains(&"table-unknown"));
    assert!(!folder(&[("HAST.geojson", buildings)]).refused());
    assert!(explicit(&[("vide.geojson", String::new())]).refused());
    assert!(explicit(&[("carte.json", "[{\"id\": \"0103c\"}]".into())]).refused());
    assert!(!folder(&[("carte.json", "[{\"id\": \"0103c\"}]".into())]).refused());
}

#[test]
fn a_german_network_said_to_be_heat_is_kept_with_a_warning() {
    let options = IngestOptions {
        kind: Some(TableKind::Heat),
        ..IngestOptions::default()
    };
    let read = import(
        &[(
            "Vorlauf.geojson",
            collection(Some(25833), &[(json!({}), line(480_286.0, 5_711_066.9))]),
        )],
        true,
        &options,
    );
    assert!(!read.refused());
    assert_eq!(read.files[0].epsg, Some(25833));
    let abroad = finding(&read, "outside-france");
    assert!(
        abroad
            .place
            .position
            .is_some_and(|p| (p.lon - 14.7).abs() < 0.1 && (p.lat - 51.5).abs() < 0.1)
    );
}

#[test]
fn a_declared_system_that_cannot_be_is_repaired_with_a_warning_or_refused() {
    let wrong = collection(
        Some(4326),
        &[(json!({"Identifiant reseau": "7501C"}), line(X, Y))],
    );
    let read = explicit(&[("reseaux_de_chaleur.geojson", wrong)]);
    assert_eq!(finding(&read, "crs-repaired").severity, Severity::Warning);
    assert_eq!(read.files[0].epsg, Some(2154));

    let nonsense = collection(
        Some(4326),
        &[(json!({"Identifiant reseau": "7501C"}), line(9e6, 9e6))],
    );
    let read = explicit(&[("reseaux_de_chaleur.geojson", nonsense)]);
    assert!(read.refused() && read.heat.is_none());
    assert!(
        finding(&read, "crs-impossible")
            .message
            .contains("1 objet sur 1")
    );
}

#[test]
fn swapped_coordinates_refuse_the_file_with_a_clear_message() {
    let read = explicit(&[(
        "reseaux_de_chaleur.geojson",
        collection(None, &[(json!({}), degrees(48.85, 2.35))]),
    )]);
    assert!(read.refused());
    assert!(
        finding(&read, "coordinates-swapped")
            .message
            .contains("inversées")
    );
}

#[test]
fn one_wrong_feature_among_many_is_dropped_and_said() {
    let mut features: Vec<(Value, Value)> = (0..5)
        .map(|i| (json!({"nom_reseau": format!("n{i}")}), degrees(2.35, 48.85)))
        .collect();
    features.push((
        json!({"nom_reseau": "loin"}),
        degrees(651_000.0, 6_860_000.0),
    ));
    features.push((json!({"nom_reseau": "rien"}), Value::Null));
    features.push((json!({"nom_reseau": "mêlé"}), json!({"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [2.3, 48.8]}]})));
    features.push((
        json!({"nom_reseau": "plat"}),
        json!({"type": "LineString", "coordinates": [[2.3, 48.8], [2.3, 48.8]]}),
    ));
    features.push((json!({"nom_reseau": "zone"}), square(2.3, 48.8, 0.01)));
    let read = explicit(&[("reseaux_de_chaleur.geojson", collection(None, &features))]);
    assert!(!read.refused());
    assert_eq!((read.files[0].rows_read, read.files[0].rows_kept), (10, 5));
    for code in [
        "coordinates-impossible",
        "geometry-missing",
        "geometry-collection",
        "geometry-empty",
        "geometry-wrong-type",
    ] {
        let f = finding(&read, code);
        assert!(
            f.place.feature.is_some() && f.place.network.is_some() && !f.remedy.is_empty(),
            "{f:?}"
        );
        assert_eq!(f.severity, Severity::Error);
    }
}

#[test]
fn three_dimensions_duplicates_and_pieces_of_no_length_do_not_matter() {
    let shape = json!({"type": "MultiLineString", "coordinates": [
        [[X, Y, 12.5], [X + 10.0, Y, 13.0]], [[X + 10.0, Y, 1.0], [X, Y, 2.0]], [[X, Y, 0.0], [X, Y, 0.0]]]});
    let read = explicit(&[(
        "reseaux_de_chaleur.geojson",
        collection(Some(2154), &[(json!({}), shape)]),
    )]);
    assert_eq!(heat(&read).trace().expect("a trace").shape.0.len(), 1);
    assert_eq!(
        finding(&read, "pieces-dropped").severity,
        Severity::Information
    );
}

#[test]
fn a_bow_tie_pdp_is_repaired_and_said() {
    let tie = json!({"type": "Polygon", "coordinates": [[[X, Y], [X + 100.0, Y + 100.0], [X + 100.0, Y], [X, Y + 100.0], [X, Y]]]});
    let read = explicit(&[("pdp.geojson", collection(Some(2154), &[(json!({}), tie)]))]);
    assert!(
        finding(&read, "polygon-repaired")
            .message
            .contains("5\u{202f}000 m²"),
        "{:?}",
        read.findings
    );
}

#[test]
fn a_marker_among_traces_moves_only_to_a_table_of_the_import() {
    let point = (
        json!({"nom_reseau": "Point"}),
        json!({"type": "Point", "coordinates": [X, Y]}),
    );
    let traces = collection(
        Some(2154),
        &[(json!({"nom_reseau": "Ligne"}), line(X, Y)), point],
    );
    let alone = explicit(&[("reseaux_de_chaleur.geojson", traces.clone())]);
    assert!(alone.heat_untraced.is_none());
    assert_eq!(alone.files[0].rows_kept, 1);
    assert!(codes(&alone).contains(&"geometry-wrong-type"));
    let both = explicit(&[
        ("reseaux_de_chaleur.geojson", traces),
        (
            "reseaux_de_chaleur_sans_traces.geojson",
            collection(Some(2154), &[]),
        ),
    ]);
    let moved = both.heat_untraced.expect("the other table");
    assert!(matches!(moved[0].row.shape, Some(NetworkShape::Marker(_))));
}

#[test]
fn regulatory_tables_of_every_year_are_read() {
    let read = explicit(&[
        ("reseau_chaleur_2020.csv", "tv_reseau_chaleur_id,departement,hash_reseau,nom_reseau,localisation,chaud_ou_froid,contenu_co2\n1,1,e5edbe,La Reyssouze,Bourg-en-Bresse,C,0.155\n2,75,f,Froid,Paris,F,0.01\n".into()),
        ("reseau_chaleur_2022.csv", "identifiant_reseau,departement,nom_reseau,localisation,contenu_co2,contenu_co2_acv,taux_enr,methode_calcul_taux,nouveau_reseau_2021_2022\n0102C,01,A,B,0.05,0.077,0.827,2021,1\n5415C,54,C,D,0.2,0.22,10,2021,0\n0105c,01,E,F,0.037,0.062,Non défini,2021,0\n0106C,01,E,F,0.037,0.062,0.5,,\n0107C,01,E,F,0.037,0.062,0.6,,\n0108C,01,E,F,0.037,0.062,0.7,,\n0109C,01,E,F,0.037,0.062,0.7,,\n0110C,01,E,F,0.037,0.062,0.7,,\n0111C,01,E,F,0.037,0.062,0.7,,\n0112C,01,E,F,0.037,0.062,0.7,,\n".into()),
        ("reseau_chaleur_2024.csv", "identifiant_reseau;departement;nom_reseau;localisation;contenu_co2;contenu_co2_acv;taux_enr\n2606C;26;A;B;0,748;0,902;ND\n7501C;75;P;Paris;0,1;-;65,4\n".into()),
    ]);
    assert!(!read.refused(), "{:#?}", read.findings);
    let rows = read.regulatory.as_ref().expect("figures");
    let of = |year: u16, id: &str| {
        &rows
            .iter()
            .find(|r| {
                r.row.year == year && r.row.sncu_id.as_ref().is_some_and(|i| i.as_str() == id)
            })
            .expect("a row")
            .row
    };
    assert_eq!(of(2022, "0102C").figures.renewable_rate_pct, Some(82.7));
    assert_eq!(of(2022, "5415C").figures.renewable_rate_pct, None);
    assert_eq!(of(2022, "0105C").figures.renewable_rate_pct, None);
    assert_eq!(of(2024, "7501C").figures.renewable_rate_pct, Some(65.4));
    assert_eq!(of(2024, "7501C").figures.co2_lca_kg_per_kwh, None);
    assert_eq!(of(2024, "2606C").figures.co2_direct_kg_per_kwh, Some(0.748));
    let old: Vec<_> = rows.iter().filter(|r| r.row.year == 2020).collect();
    assert_eq!(old[0].row.department.as_deref(), Some("01"));
    assert_eq!(old[0].row.legacy_2020.as_deref(), Some("1"));
    assert_eq!(old[0].row.place.as_deref(), Some("Bourg-en-Bresse"));
    for code in ["unit-converted", "rate-out-of-bounds", "co2-high"] {
        finding(&read, code);
    }
    let ten = finding(&read, "rate-out-of-bounds");
    assert_eq!(
        (ten.place.feature, ten.place.network.as_deref()),
        (Some(3), Some("5415C"))
    );
}

#[test]
fn a_regulatory_table_without_a_year_is_refused_unless_the_year_is_given() {
    let table = "identifiant_reseau,nom_reseau,localisation,contenu_co2,contenu_co2_acv,taux_enr\n7501C,P,Paris,0.1,0.2,65.4\n";
    let read = explicit(&[("annexe7.csv", table.into())]);
    assert!(read.refused() && codes(&read).contains(&"year-missing"));
    let options = IngestOptions {
        year: Some(2025),
        ..IngestOptions::default()
    };
    let read = import(&[("annexe7.csv", table.into())], true, &options);
    assert_eq!(read.regulatory.expect("figures")[0].row.year, 2025);
}

#[test]
fn attributes_without_geometry_complete_the_networks_of_the_same_import() {
    let attributes = "identifiant_reseau,nom_reseau,communes,departement,MO,Gestionnaire,longueur_reseau_km,taux_enrr_pct,contenu_co2_kg_kwh,contenu_co2_acv_kg_kwh\n0606C,Meridia,Nice,\"Essonne, Hauts-de-Seine\",Métropole,IDEX,4,66.8,0.067,0.033\n";
    let alone = explicit(&[("attributs.csv", attributes.into())]);
    assert!(!alone.refused() && alone.heat.is_none());
    for code in [
        "attributes-without-geometry",
        "co2-lca-below-direct",
        "several-departments",
    ] {
        finding(&alone, code);
    }
    let both = explicit(&[
        ("attributs.csv", attributes.into()),
        (
            "reseaux_de_chaleur.geojson",
            collection(
                Some(2154),
                &[(
                    json!({"Identifiant reseau": "0606C", "nom_reseau": "M"}),
                    line(X, Y),
                )],
            ),
        ),
    ]);
    let n = heat(&both);
    assert_eq!(
        (n.name.as_deref(), n.operator.as_deref()),
        (Some("M"), Some("IDEX"))
    );
    assert_eq!(n.figures.renewable_rate_pct, Some(66.8));
}

#[test]
fn a_rate_that_looks_like_a_fraction_is_said() {
    let rows = |rates: &[f64]| -> String {
        collection(
            Some(2154),
            &rates
                .iter()
                .map(|r| (json!({"Taux EnR&R": r}), line(X, Y)))
                .collect::<Vec<_>>(),
        )
    };
    let one = explicit(&[("reseaux_de_chaleur.geojson", rows(&[0.53, 65.0, 40.0]))]);
    finding(&one, "unit-suspected");
    assert_eq!(heat(&one).figures.renewable_rate_pct, Some(0.53));
    let all = explicit(&[("reseaux_de_chaleur.geojson", rows(&[0.53, 0.65, 0.4, 0.0]))]);
    assert_eq!(finding(&all, "unit-converted").severity, Severity::Warning);
    assert_eq!(heat(&all).figures.renewable_rate_pct, Some(53.0));
}

#[test]
fn third_party_extracts_are_known_by_their_fields() {
    let read = explicit(&[(
        "extrait.geojson",
        collection(
            None,
            &[(
                json!({"id": "7501C", "nom": "Paris", "gestionnaire": null, "taux_enrr": 50.2, "fragment": true}),
                degrees(2.35, 48.85),
            )],
        ),
    )]);
    assert_eq!(read.files[0].table, Some(Layer::Heat));
    assert_eq!(
        heat(&read)
            .sncu_id
            .as_ref()
            .map(ToString::to_string)
            .as_deref(),
        Some("7501C")
    );
    finding(&read, "table-guessed");
}

#[test]
fn overseas_traces_are_in_the_projection_of_their_territory() {
    let read = explicit(&[(
        "reseaux_de_chaleur.geojson",
        collection(None, &[(json!({}), degrees(55.45, -20.9))]),
    )]);
    assert_eq!(
        heat(&read).trace().expect("a trace").territory,
        Territory::Reunion
    );
    assert!(!codes(&read).contains(&"outside-france"));
}

#[test]
fn the_report_says_it_all_and_ends_with_the_managers_line() {
    let read = explicit(&[
        (
            "reseaux_de_chaleur.geojson",
            collection(
                Some(2154),
                &[
                    (
                        json!({"Identifiant reseau": "7501C", "nom_reseau": "Paris", "communes_insee": "75056", "longueur_reseau": 12.0, "Taux EnR&R": 120}),
                        line(X, Y),
                    ),
                    (
                        json!({"Identifiant reseau": "7511C", "nom_reseau": "Double"}),
                        line(X, Y),
                    ),
                    (
                        json!({"Identifiant reseau": "7512C", "nom_reseau": "Bon"}),
                        line(X + 5000.0, Y),
                    ),
                    (
                        json!({"Identifiant reseau": "9999C", "nom_reseau": "Loin", "communes_insee": "75056"}),
                        line(X - 90_000.0, Y),
                    ),
                    (json!({"nom_reseau": "Vide"}), Value::Null),
                ],
            ),
        ),
        (
            "communes.geojson",
            collection(
                None,
                &[(
                    json!({"code": "75056", "nom": "Paris"}),
                    square(2.2, 48.8, 0.2),
                )],
            ),
        ),
    ]);
    let edition = edition(&read);
    let mut findings = read.findings.clone();
    findings.extend(check(&edition, &Edition::default()));
    let report = Report::new(read.files.clone(), findings, &edition);
    assert_eq!(report.exit_code(), 0);
    assert_eq!(report.summary.networks_refused, 1);
    let text = report.to_text();
    for code in [
        "length-disagrees",
        "duplicated-pipe",
        "trace-far-from-commune",
        "rate-out-of-bounds",
        "geometry-missing",
    ] {
        assert!(text.contains(&format!("[{code}]")), "no {code} in {text}");
    }
    assert!(
        text.ends_with(
            "2 réseaux prêts, 2 à regarder, 1 refusé
"
        ),
        "{text}"
    );
    let back: Report = serde_json::from_str(&report.to_json()).expect("the report's own JSON");
    assert_eq!(back, report);
}

#[allow(
    clippy::disallowed_methods,
    reason = "the folder of trial data is named by the environment"
)]
fn shared() -> Option<std::path::PathBuf> {
    let folder = std::env::var_os("CALODUC_SHARED").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        std::path::PathBuf::from,
    );
    if folder.is_dir() {
        Some(folder)
    } else {
        #[allow(clippy::print_stderr, reason = "a skipped test says so")]
        {
            eprintln!("skipped: no real files at {}", folder.display());
        }
        None
    }
}

#[allow(clippy::disallowed_methods, reason = "tests may read files")]
fn real(
    folder: &std::path::Path,
    names: &[&str],
    named: bool,
    options: &IngestOptions<'_>,
) -> Ingested {
    let files = names
        .iter()
        .map(|name| {
            let bytes = std::fs::read(folder.join(name)).expect("a real file");
            if named {
                InputFile::explicit(*name, bytes)
            } else {
                InputFile::found(*name, bytes)
            }
        })
        .collect();
    read(files, options)
}

#[test]
fn the_real_files_are_read_with_their_traps_in_the_report() {
    let Some(folder) = shared() else { return };
    let read = real(
        &folder,
        &[
            "networks/reseaux_reels_extrait.geojson",
            "territory/communes-2018/communes-75-paris.geojson",
            "territory/communes-2018/communes-92-hauts-de-seine.geojson",
            "territory/communes-2018/communes-95-val-d-oise.geojson",
            "regulatory/reseau_chaleur_2020.csv",
            "regulatory/reseau_chaleur_2021.csv",
            "regulatory/reseau_chaleur_2022.csv",
            "regulatory/reseau_chaleur_2023.csv",
            "regulatory/reseau_chaleur_2024.csv",
        ],
        true,
        &IngestOptions::default(),
    );
    assert!(!read.refused(), "{:#?}", read.files);
    assert_eq!(read.heat.as_deref().map(<[_]>::len), Some(11));
    assert_eq!(
        read.regulatory.as_deref().map(<[_]>::len),
        Some(797 + 870 + 895 + 963 + 1032)
    );
    let of = |code: &str, id: &str| {
        read.findings
            .iter()
            .any(|f| f.code == code && f.place.network.as_deref() == Some(id))
    };
    assert!(of("rate-out-of-bounds", "5415C"));
    assert!(of("co2-high", "2606C"));
    assert!(
        read.communes
            .as_ref()
            .is_some_and(|c| c.iter().any(|c| c.row.code.as_str() == "75056"))
    );
    let edition = edition(&read);
    let findings = check(&edition, &Edition::default());
    assert!(findings.iter().all(|f| !f.message.is_empty()));
}

#[test]
fn the_real_traps_are_answered() {
    let Some(folder) = shared() else { return };
    let all = [
        "traps/wrong-declared-crs.geojson",
        "traps/HAST.geojson",
        "traps/Vorlauf.geojson",
        "networks/chaufferies-rdch.geojson",
        "networks/network_by_iris.json",
        "networks/fcu_attributs_extrait.csv",
        "networks/Laureats_Label_Ecoreseau_2025.csv",
        "networks/nomenclature_shapefile_des_reseaux_de_chaleur_et_froid.xlsx",
        "buildings/paris11_bdnb.shp",
        "buildings/paris11_bdnb.dbf",
        "buildings/paris11_bdnb.prj",
        "buildings/paris11_bdnb.shx",
    ];
    let found = real(&folder, &all, false, &IngestOptions::default());
    assert!(!found.refused(), "{:#?}", found.files);
    finding(&found, "crs-repaired");
    finding(&found, "co2-lca-below-direct");
    finding(&found, "several-departments");
    for kind in [TableKind::PriorityArea, TableKind::Heat] {
        let options = IngestOptions {
            kind: Some(kind),
            ..IngestOptions::default()
        };
        let read = real(
            &folder,
            &["traps/wrong-declared-crs.geojson"],
            true,
            &options,
        );
        assert!(read.findings.iter().any(|f| f.code == "crs-repaired"));
    }
    let options = IngestOptions {
        kind: Some(TableKind::Heat),
        ..IngestOptions::default()
    };
    let german = real(&folder, &["traps/Vorlauf.geojson"], true, &options);
    assert!(!german.refused());
    finding(&german, "outside-france");
}
