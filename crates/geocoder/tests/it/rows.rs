//! Files of rows: the user's bytes kept, our columns under their names, one bad row alone.

use std::fmt::Write as _;
use std::ops::ControlFlow;

use caloduc_geocoder::rows::{self, CsvError, CsvOptions};

use crate::territory::geocoder;

fn geocode(input: &[u8], options: &CsvOptions) -> String {
    let mut out = Vec::new();
    rows::geocode(geocoder(), input, &mut out, options, |_| {
        ControlFlow::Continue(())
    })
    .unwrap();
    String::from_utf8(out).unwrap()
}

fn columns(names: &[&str]) -> Vec<String> {
    names.iter().map(|&n| n.to_owned()).collect()
}

#[test]
fn a_file_keeps_its_delimiter_its_line_ends_and_its_cells() {
    let input = "\u{feff}nom;adresse;ville\r\n\"A; \"\"B\"\"\";4 rue quinaut;Montclarin\r\n;;\r\nX;zzzz qqqq;\r\nlast;10 rue lepique;paris";
    let out = geocode(
        input.as_bytes(),
        &CsvOptions {
            columns: columns(&["adresse", "ville"]),
            ..CsvOptions::default()
        },
    );
    insta::assert_snapshot!(out.replace("\r\n", "␍\n"));
}

#[test]
fn rows_too_short_or_too_long_stay_aligned() {
    let options = CsvOptions {
        columns: columns(&["a"]),
        result_columns: columns(&["result_status", "result_id"]),
        ..CsvOptions::default()
    };
    let out = geocode(b"a,b,c\n4 rue quinaut montclarin\n4 rue quinaut montclarin,1,2,3,4\n4 rue quinaut montclarin,1,2,,\n", &options);
    assert_eq!(
        out,
        "a,b,c,result_id,result_status\n4 rue quinaut montclarin,,,38901_0003_00004,ok\n4 rue quinaut montclarin,1,\"2,3,4\",38901_0003_00004,ok\n4 rue quinaut montclarin,1,2,38901_0003_00004,ok\n"
    );
}

#[test]
fn a_column_of_the_user_keeps_its_name() {
    let options = CsvOptions {
        columns: columns(&["q"]),
        result_columns: columns(&["latitude"]),
        ..CsvOptions::default()
    };
    let out = geocode(b"q\tlatitude\n4 rue quinaut montclarin\tmine\n", &options);
    assert_eq!(out.lines().next(), Some("q\tlatitude\tlatitude_2"));
    assert!(
        out.lines()
            .nth(1)
            .unwrap()
            .starts_with("4 rue quinaut montclarin\tmine\t45.")
    );
}

#[test]
fn a_file_in_windows_1252_comes_out_in_utf_8() {
    let out = geocode(
        b"q\n4 all\xe9e des c\xe8dres bleus valmeyran\n",
        &CsvOptions::default(),
    );
    assert!(out.contains("4 allée des cèdres bleus valmeyran"), "{out}");
    assert!(out.contains("01901_0005_00004"), "{out}");
}

#[test]
fn filters_come_from_columns_and_a_bad_one_stops_its_row_only() {
    let options = CsvOptions {
        columns: columns(&["q"]),
        citycode: Some("insee".into()),
        kind: Some("kind".into()),
        result_columns: columns(&["result_citycode", "result_status"]),
        ..CsvOptions::default()
    };
    let out = geocode(b"q,insee,kind\n4 rue pasteur,59901,\n4 rue pasteur,38901,street\n4 rue pasteur,,castle\nno,,\n", &options);
    assert_eq!(
        out,
        "q,insee,kind,result_citycode,result_status\n4 rue pasteur,59901,,59901,ok\n4 rue pasteur,38901,street,38901,ok\n4 rue pasteur,,castle,,error\nno,,,,skipped\n"
    );
}

#[test]
fn points_get_their_nearest_address() {
    let mut out = Vec::new();
    let report = rows::reverse(
        geocoder(),
        &b"lat;lon\n46,1;5,2\n;\nx;y\n"[..],
        &mut out,
        &CsvOptions::default(),
        |_| ControlFlow::Continue(()),
    )
    .unwrap();
    assert_eq!(
        (report.rows, report.found, report.skipped, report.faulty),
        (3, 1, 1, 1)
    );
    assert!(
        String::from_utf8(out)
            .unwrap()
            .lines()
            .nth(1)
            .unwrap()
            .contains("01901_")
    );
}

#[test]
fn errors_say_what_to_do() {
    let fails = |input: &[u8], options: &CsvOptions| {
        rows::geocode(geocoder(), input, std::io::sink(), options, |_| {
            ControlFlow::Continue(())
        })
        .unwrap_err()
        .to_string()
    };
    assert!(fails(b"", &CsvOptions::default()).contains("en-tête"));
    assert!(fails(b"a\0b", &CsvOptions::default()).contains("n’est pas un texte"));
    let missing = CsvOptions {
        columns: columns(&["adresse"]),
        ..CsvOptions::default()
    };
    assert!(fails(b"a,b\n", &missing).contains("a, b"));
    let unknown = CsvOptions {
        result_columns: columns(&["result_x"]),
        ..CsvOptions::default()
    };
    assert!(fails(b"a,b\n", &unknown).contains("result_x"));
    let stopped = rows::geocode(
        geocoder(),
        &b"a\nb\n"[..],
        std::io::sink(),
        &CsvOptions::default(),
        |_| ControlFlow::Break(()),
    );
    assert!(matches!(stopped, Err(CsvError::Stopped)));
}

#[test]
fn a_large_file_keeps_its_order() {
    let mut input = String::from("id,q\n");
    for i in 0..9000 {
        writeln!(input, "{i},{} rue quinaut montclarin", 1 + i % 12).unwrap();
    }
    let options = CsvOptions {
        columns: columns(&["q"]),
        result_columns: columns(&["result_housenumber"]),
        ..CsvOptions::default()
    };
    for (i, line) in geocode(input.as_bytes(), &options)
        .lines()
        .skip(1)
        .enumerate()
    {
        assert_eq!(
            line,
            format!("{i},{n} rue quinaut montclarin,{n}", n = 1 + i % 12)
        );
    }
}
