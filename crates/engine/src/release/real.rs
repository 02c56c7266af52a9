//! Real files, when the folder of trial data is there (`CALODUC_SHARED`, else `../shared/data`).
#![allow(clippy::disallowed_methods, clippy::print_stderr)]

use super::trial::{key, keys};
use super::{assemble, diff, figures_history};
use crate::ingest::{IngestOptions, Ingested, InputFile, read};
use crate::network::Edition;
use std::path::PathBuf;

fn files(names: &[&str]) -> Option<Ingested> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    let folder = std::env::var("CALODUC_SHARED").unwrap_or_else(|_| beside.to_owned());
    let read_one = |name: &&str| {
        let bytes = std::fs::read(PathBuf::from(&folder).join(name)).ok()?;
        Some(InputFile::explicit(*name, bytes))
    };
    let inputs: Option<Vec<InputFile>> = names.iter().map(read_one).collect();
    if inputs.is_none() {
        eprintln!("skipped: no trial data in {folder}");
    }
    let options = IngestOptions {
        kind: None,
        year: None,
        progress: None,
    };
    Some(read(inputs?, &options))
}

const NETWORKS: &str = "networks/reseaux_reels_extrait.geojson";
const COMMUNES: [&str; 5] = [
    "territory/communes-2018/communes-75-paris.geojson",
    "territory/communes-2018/communes-92-hauts-de-seine.geojson",
    "territory/communes-2018/communes-93-seine-saint-denis.geojson",
    "territory/communes-2018/communes-94-val-de-marne.geojson",
    "territory/communes-2018/communes-95-val-d-oise.geojson",
];

#[test]
fn real_networks_get_the_figures_of_the_latest_real_table() {
    let years = [2023, 2021, 2022].map(|year| format!("regulatory/reseau_chaleur_{year}.csv"));
    let names: Vec<&str> = COMMUNES
        .into_iter()
        .chain([NETWORKS])
        .chain(years.iter().map(String::as_str))
        .collect();
    let Some(rows) = files(&names) else { return };
    let one = assemble(&Edition::default(), rows, "main");
    assert_eq!(one.edition.networks.len(), 11);
    assert!(keys(&one).contains(&"heat:9515C"));
    let paris = |edition: &Edition| {
        let at = edition
            .networks
            .iter()
            .position(|n| n.key == key("heat:7501C"));
        edition.networks[at.unwrap()].row.clone()
    };
    assert_eq!(paris(&one.edition).figures_year, Some(2023));
    assert!(
        paris(&one.edition)
            .communes_insee
            .iter()
            .any(|code| code.as_str() == "75056")
    );
    assert_eq!(figures_history(&one.edition)[&key("heat:7501C")].len(), 3);

    let Some(next) = files(&["regulatory/reseau_chaleur_2024.csv"]) else {
        return;
    };
    let two = assemble(&one.edition, next, "main");
    assert_eq!(paris(&two.edition).figures_year, Some(2024));
    let found = diff((1, &one.edition), (2, &two.edition));
    assert!(found.added.is_empty() && found.removed.is_empty() && found.moved.is_empty());
    let rate = |change: &&super::Change| change.field == "renewable_rate_pct";
    assert!(
        found
            .changed
            .iter()
            .any(|change| rate(&change) && change.key == key("heat:7501C"))
    );

    let Some(again) = files(&names) else { return };
    let three = assemble(&two.edition, again, "main");
    assert!(diff((2, &two.edition), (3, &three.edition)).is_empty());
}

#[test]
fn most_rows_of_the_real_table_of_2020_find_their_network() {
    let names = [
        "regulatory/reseau_chaleur_2020.csv",
        "regulatory/reseau_chaleur_2021.csv",
    ];
    let Some(rows) = files(&names) else { return };
    let networks = rows.regulatory.iter().flatten().filter_map(|read| {
        let id = read.row.sncu_id.clone()?;
        let mut row = super::trial::heat(None, "x", super::trial::pipe(0.0, 0.0, 1.0));
        if id.as_str().ends_with('F') {
            row.kind = crate::network::NetworkKind::Cold;
        }
        row.sncu_id = Some(id);
        Some(row)
    });
    let (cold, heat): (Vec<_>, Vec<_>) =
        networks.partition(|row| row.kind == crate::network::NetworkKind::Cold);
    let rows = Ingested {
        heat: super::trial::read(heat),
        cold: super::trial::read(cold),
        ..rows
    };
    let one = assemble(&Edition::default(), rows, "main");
    let joined = figures_history(&one.edition);
    let with_2020 = joined
        .values()
        .filter(|years| years.contains_key(&2020))
        .count();
    assert!(
        with_2020 >= 640,
        "{with_2020} of the 645 that the 2021 table refers to"
    );
}
