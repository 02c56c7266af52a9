use super::{BatchError, BatchOptions, COLUMNS, Locate, Located, Progress, Summary, run};
use crate::crs::{LonLat, lonlat_from_lambert93};
use crate::snapshot::tests::bytes::edition;
use crate::snapshot::{Snapshot, Stamp, build};
use crate::table::records::Following;
use crate::table::{Cells, Record};
use proptest::prelude::*;
use std::ops::ControlFlow;
use std::sync::{Arc, LazyLock};

static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(|| {
    let stamp = Stamp {
        release: Some(3),
        ..Stamp::default()
    };
    let bytes = build(&edition(), &stamp).unwrap();
    Snapshot::open(Arc::new(bytes)).unwrap()
});

/// On the trace of the world of the snapshot's tests.
fn near() -> LonLat {
    lonlat_from_lambert93(652_300.0, 6_862_000.0)
}

/// Knows one address.
struct OneAddress;

impl Locate for OneAddress {
    fn locate(&self, text: &str) -> Option<Located> {
        text.contains("Lilas").then(|| Located {
            label: "12 Rue des Lilas 75004 Paris".to_owned(),
            score: 0.97,
            kind: "housenumber",
            id: "75104_5678_00012".to_owned(),
            citycode: "75104".to_owned(),
            place: near(),
        })
    }
}

fn answered(input: &[u8], options: &BatchOptions) -> Result<(String, Summary), BatchError> {
    let mut out = Vec::new();
    let summary = run(
        &SNAPSHOT,
        Some(&OneAddress),
        input,
        &mut out,
        options,
        |_| ControlFlow::Continue(()),
    )?;
    Ok((String::from_utf8(out).unwrap(), summary))
}

fn guessed(input: &[u8]) -> (String, Summary) {
    answered(input, &BatchOptions::default()).unwrap()
}

/// The cells of every record of a text.
fn table(text: &str, delimiter: u8) -> Vec<Vec<String>> {
    let bytes = text.as_bytes();
    let (mut at, mut rows, mut cells) = (0, vec![], Cells::new());
    while let Some(record) = Record::find(bytes, at, delimiter, Following::Nothing) {
        at = record.next;
        cells.cut(bytes, &record, delimiter);
        let row = (0..cells.len()).map(|i| cells.text(bytes, i).unwrap().into_owned());
        rows.push(row.collect());
    }
    rows
}

#[test]
fn a_file_keeps_its_cells_and_gains_ours() {
    let at = near();
    let input = format!(
        "id;nom;lon;lat\r\n1;\"Tour \"\"A\"\"\nnord\";{:.6};{:.6}\r\n2; x ;0;0\r\n3;y;;\r\n4;z;48,85;2,35\r\n5;\"t\";abc;48\r\n",
        at.lon, at.lat
    );
    let (out, summary) = guessed(input.as_bytes());
    insta::assert_snapshot!(out.replace('\r', ""));
    assert!(out.matches("\r\n").count() == 6 && !out.contains("\n\n"));
    assert_eq!(
        (summary.rows, summary.ok, summary.empty, summary.errors),
        (5, 1, 1, 3)
    );
    assert_eq!((summary.eligible, summary.near_renewable), (1, 1));
}

#[test]
fn addresses_are_joined_from_their_columns() {
    let options = BatchOptions {
        address_columns: vec!["voie".to_owned(), "Ville".to_owned()],
        ..BatchOptions::default()
    };
    let input = "ville,voie\nParis,12 rue des Lilas\nParis,nulle part\n, \n";
    let (out, summary) = answered(input.as_bytes(), &options).unwrap();
    insta::assert_snapshot!(out);
    assert_eq!((summary.ok, summary.not_found, summary.empty), (1, 1, 1));
}

#[test]
fn a_column_of_the_user_keeps_its_name_and_ours_is_numbered() {
    let (out, _) = guessed(b"lon,lat,error,distance_m,distance_m_2\n2.3,48.8,a,b,c\n");
    let titles = &table(&out, b',')[0];
    assert_eq!(
        titles[..5],
        ["lon", "lat", "error", "distance_m", "distance_m_2"]
    );
    assert!(titles.contains(&"distance_m_3".to_owned()));
    assert_eq!(titles.last().map(String::as_str), Some("error_2"));
    assert_eq!(titles.len(), 5 + COLUMNS.len());
}

#[test]
fn ragged_rows_keep_our_columns_under_their_titles() {
    let (out, _) = guessed("a;lon;lat\n1\n\n2;2.3;48.8;trop;long\n3;\"2.3;48.8\n".as_bytes());
    let rows = table(&out, b';');
    assert_eq!(rows.len(), 5);
    for row in &rows {
        assert_eq!(row.len(), 3 + COLUMNS.len(), "{row:?}");
    }
    assert_eq!(rows[3][2], "48.8;trop;long");
    assert!(
        rows[3]
            .last()
            .unwrap()
            .contains("ligne 4 : 5 cellules au lieu de 3")
    );
    assert_eq!(rows[4][1], "\"2.3");
    assert!(rows[4].last().unwrap().contains("guillemet jamais fermé"));
}

#[test]
fn other_encodings_come_out_as_utf8_without_mark() {
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode("lieu;lon;lat\nÉvry;2,3;48,8\n");
    let (out, _) = guessed(&latin);
    assert!(out.contains("\nÉvry;2,3;48,8;"));
    let marked = "\u{feff}lieu;lon;lat\nÉvry;2,3;48,8\n";
    let (out, _) = guessed(marked.as_bytes());
    assert!(out.starts_with("lieu;lon;lat;"));
}

#[test]
fn a_stray_byte_deep_in_the_file_costs_nobody_a_row() {
    let mut input = b"lieu;lon;lat\n".to_vec();
    for _ in 0..20_000 {
        input.extend_from_slice(b"abcdefgh;2.3;48.8\n");
    }
    input.extend_from_slice(b"\xC9vry;2.3;48.8\n");
    let (out, summary) = guessed(&input);
    assert_eq!(summary.rows, 20_001);
    assert!(out.contains("\nÉvry;2.3;48.8;"));
}

#[test]
fn what_is_no_table_is_refused_with_what_it_seems_to_be() {
    for (bytes, said) in [
        (&b"PK\x03\x04rest"[..], "XLSX"),
        (&b""[..], "fichier vide"),
        (&b"a;b\n\0\0\0;1\n"[..], "binaire"),
        (&b"nom;adresse\nx;y\n"[..], "aucune colonne de coordonn"),
    ] {
        let refused = answered(bytes, &BatchOptions::default()).unwrap_err();
        assert!(refused.to_string().contains(said), "{refused}");
    }
    let texts = BatchOptions {
        address_columns: vec!["a".to_owned()],
        ..BatchOptions::default()
    };
    let mut nowhere = Vec::new();
    let refused = run(
        &SNAPSHOT,
        None,
        &b"a\nx\n"[..],
        &mut nowhere,
        &texts,
        |_| ControlFlow::Continue(()),
    );
    assert!(matches!(refused, Err(BatchError::NoAddressIndex)));
    assert!(nowhere.is_empty());
}

#[test]
fn rows_stay_in_order_over_many_blocks_and_equal_each_alone() {
    let rows: Vec<String> = (0..40_000_u32)
        .map(|i| {
            let (dx, dy) = (f64::from(i * 7919 % 3000), f64::from(i * 10_473 % 1500));
            let at = lonlat_from_lambert93(651_000.0 + dx, 6_861_000.0 + dy);
            format!("{i},{:.7},{:.7}\n", at.lon, at.lat)
        })
        .collect();
    let input = format!("n,lon,lat\n{}", rows.concat());
    let mut told = Progress::default();
    let mut out = Vec::new();
    let summary = run(
        &SNAPSHOT,
        None,
        input.as_bytes(),
        &mut out,
        &BatchOptions::default(),
        |progress| {
            assert!(progress.rows > told.rows);
            told = progress;
            ControlFlow::Continue(())
        },
    )
    .unwrap();
    assert_eq!((summary.rows, told.rows), (40_000, 40_000));
    assert_eq!(told.bytes_read, input.len() as u64);
    let out = String::from_utf8(out).unwrap();
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 40_001);
    for i in (0..40_000_usize).step_by(1777) {
        let (alone, _) = guessed(format!("n,lon,lat\n{}", rows[i]).as_bytes());
        assert_eq!(lines[i + 1], alone.lines().nth(1).unwrap());
    }
}

#[test]
fn the_caller_can_stop_between_whole_rows() {
    let input = format!("lon,lat\n{}", "2.3,48.8\n".repeat(900_000));
    let mut out = Vec::new();
    let stopped = run(
        &SNAPSHOT,
        None,
        input.as_bytes(),
        &mut out,
        &BatchOptions::default(),
        |_| ControlFlow::Break(()),
    );
    assert!(matches!(stopped, Err(BatchError::Stopped)));
    let lines = String::from_utf8(out.clone()).unwrap().lines().count();
    assert!(out.ends_with(b"\n") && lines > 1 && lines < 900_000);
}

#[test]
fn cells_of_ours_are_never_formulas() {
    let mut dangerous = edition();
    dangerous.networks[0].row.name = Some("=HYPERLINK(\"x\")".to_owned());
    let bytes = build(&dangerous, &Stamp::default()).unwrap();
    let snapshot = Snapshot::open(Arc::new(bytes)).unwrap();
    let input = format!("n,lon,lat\n=1+1,{},{}\n", near().lon, near().lat);
    let mut out = Vec::new();
    run(
        &snapshot,
        None,
        input.as_bytes(),
        &mut out,
        &BatchOptions::default(),
        |_| ControlFlow::Continue(()),
    )
    .unwrap();
    let out = String::from_utf8(out).unwrap();
    assert!(out.contains(",\"'=HYPERLINK(\"\"x\"\")\","), "{out}");
    assert!(
        out.contains("\n=1+1,"),
        "the user's own cell stays as it was"
    );
}

proptest! {
    #[test]
    fn as_many_rows_come_out_whatever_the_bytes(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "a", "\"", ";", "\n", "\r\n", "\r", "2.3", "48.8", "é", " ", "=x", "\"\"", ";;", "\u{fffd}", "-1e400",
            ]),
            0..80,
        ),
        stray in prop::option::of(any::<u8>()),
    ) {
        let mut input = b"lon;lat;\"x\"\n2.3;48.8;\n".to_vec();
        for piece in pieces {
            input.extend_from_slice(piece.as_bytes());
        }
        input.extend(stray.filter(|b| *b != 0));
        let mut records = 0;
        let (mut at, repaired) = (0, crate::table::text::repair(&input).unwrap_or(input.clone()));
        while let Some(record) = Record::find(&repaired, at, b';', Following::Nothing) {
            at = record.next;
            records += 1;
        }
        let options = BatchOptions { delimiter: Some(b';'), ..BatchOptions::default() };
        let (out, summary) = answered(&input, &options).unwrap();
        prop_assert_eq!(summary.rows + 1, records);
        let rows = table(&out, b';');
        prop_assert_eq!(rows.len() as u64, records);
        for row in rows {
            prop_assert_eq!(row.len(), 3 + COLUMNS.len());
        }
    }
}
