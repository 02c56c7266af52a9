use super::{Input, ResultFormat, Written, open, preview, writer};
use calamine::{Data, Reader, Xlsx};
use caloduc_engine::batch::{
    Answer, Answered, BatchError, COLUMNS, Chunk, Commune, Kept, Layout, Located, Mapping, Network,
    Outcome, Reading, Status, Titles,
};
use caloduc_engine::crs::LonLat;
use caloduc_engine::eligibility::{NetworkTable, VerdictType};
use caloduc_geocoder::PlaceKind;
use std::borrow::Cow;
use std::io::{Cursor, Write};
use std::sync::Arc;
use zip::write::SimpleFileOptions;

fn read(bytes: &[u8], reading: &Reading) -> Result<(Layout, Vec<Vec<String>>), BatchError> {
    let mut source = open(Box::new(Cursor::new(bytes.to_vec())), reading)?;
    let layout = source.layout().clone();
    let mut rows = Vec::new();
    while let Some(chunk) = source.next_chunk()? {
        for at in 0..chunk.len() {
            rows.push(chunk.row(at).into_iter().map(Cow::into_owned).collect());
        }
    }
    Ok((layout, rows))
}

fn understood(bytes: &[u8]) -> (Layout, Vec<Vec<String>>) {
    read(bytes, &Reading::default()).unwrap()
}

fn refused(bytes: &[u8]) -> String {
    match read(bytes, &Reading::default()) {
        Ok((layout, rows)) => panic!("{layout:?} {} rows", rows.len()),
        Err(error) => error.to_string(),
    }
}

fn chunks(csv: &str) -> (Layout, Vec<Chunk>) {
    let input: Box<dyn Input> = Box::new(Cursor::new(csv.as_bytes().to_vec()));
    let mut source = open(input, &Reading::default()).unwrap();
    let layout = source.layout().clone();
    let mut chunks = Vec::new();
    while let Some(chunk) = source.next_chunk().unwrap() {
        chunks.push(chunk);
    }
    (layout, chunks)
}

/// One answer of each kind, turn by turn.
fn answer(at: usize) -> Answer {
    let place = LonLat {
        lon: 2.349_901_4,
        lat: 48.856_27,
    };
    match at % 3 {
        0 => Answer {
            status: Status::Ok,
            found: Some(Located {
                label: "=12 Rue des Lilas <75004> & Paris".to_owned(),
                score: 0.456,
                kind: PlaceKind::HouseNumber,
                id: "75104_5678_00012".to_owned(),
                citycode: "75104".to_owned(),
                place,
            }),
            place: Some(place),
            outcome: Some(Outcome {
                kind: VerdictType::ExistingVeryClose,
                distance_m: Some(47),
                network: Some(Arc::new(Network {
                    key: "heat:7501C".to_owned(),
                    table: NetworkTable::Heat,
                    id: Some("7501C".to_owned()),
                    name: Some("Réseau d’essai".to_owned()),
                    operator: None,
                    renewable_rate_pct: Some(51.2),
                    co2_lca_kg_per_kwh: Some(0.181),
                    classified: Some(true),
                })),
                commune: Some(Arc::new(Commune {
                    code: "75056".to_owned(),
                    name: Some("Paris".to_owned()),
                })),
                in_priority_area: true,
                untraced_in_commune: false,
                nearest_cold_distance_m: None,
                release: Some(3),
            }),
            problem: String::new(),
        },
        1 => Answer::without_verdict(Status::NotFound, "adresse introuvable"),
        _ => Answer::without_verdict(Status::Empty, "adresse vide"),
    }
}

/// The results of a CSV whose rows get answers of each kind.
fn written(csv: &str, format: ResultFormat, kept: Kept, wave: usize) -> Vec<u8> {
    let (layout, chunks) = chunks(csv);
    let asked = Written {
        format,
        kept,
        created: "2026-09-01T10:00:00Z",
        release: Some(3),
    };
    let mut out = Vec::new();
    let mut results = writer(Box::new(&mut out), &layout, &asked).unwrap();
    let answered: Vec<Answered> = chunks
        .into_iter()
        .map(|chunk| Answered {
            answers: (0..chunk.len()).map(answer).collect(),
            chunk,
        })
        .collect();
    for wave in answered.chunks(wave) {
        results.write(wave).unwrap();
    }
    results.finish().unwrap();
    out
}

#[test]
fn a_workbook_of_results_has_the_titles_that_people_know() {
    let out = written(
        "nom;prix\n=1+1;2,5\n\u{1}é;3\n;\n",
        ResultFormat::Xlsx,
        Kept::All,
        1,
    );
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(out.clone())).unwrap();
    assert_eq!(book.sheet_names(), ["Résultats", "Légende"]);
    let sheet = book.worksheet_range("Résultats").unwrap();
    let rows: Vec<Vec<Data>> = sheet.rows().map(<[Data]>::to_vec).collect();
    assert_eq!(rows.len(), 4);
    let titles: Vec<String> = rows[0].iter().map(ToString::to_string).collect();
    assert_eq!(
        titles,
        [
            "nom",
            "prix",
            "Adresse testée",
            "Indice de fiabilité de l'adresse testée",
            "Bâtiment potentiellement raccordable à un réseau existant",
            "Distance au réseau (m) si < 1000 m",
            "PDP (périmètre de développement prioritaire)",
            "Bâtiment potentiellement raccordable à un réseau en construction",
            "Identifiant du réseau le plus proche",
            "Taux EnR&R du réseau le plus proche",
            "Contenu CO2 ACV (g/kWh)",
            "Présence d’un réseau non localisé sur la commune",
        ]
    );
    let text = |text: &str| Data::String(text.to_owned());
    assert_eq!(
        rows[1],
        [
            text("=1+1"),
            text("2,5"),
            text("'=12 Rue des Lilas <75004> & Paris"),
            Data::Float(46.0),
            text("Oui"),
            Data::Float(47.0),
            text("Oui"),
            text("Non"),
            text("7501C"),
            Data::Float(51.2),
            Data::Float(181.0),
            text("Non"),
        ]
    );
    assert_eq!(rows[2][2], text("adresse introuvable"));
    let legend = book.worksheet_range("Légende").unwrap();
    assert_eq!(legend.rows().count(), 14);
    let (_, back) = understood(&out);
    assert_eq!(back.len(), 3);
    assert_eq!(back[1][0], "\u{1}é");
    let sheet = member(&out, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains("state=\"frozen\""));
    assert!(sheet.contains("<autoFilter ref=\"A1:L4\"/>"));
    assert!(member(&out, "docProps/core.xml").contains("2026-09-01T00:00:00Z"));
}

fn member(zip: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    std::io::read_to_string(archive.by_name(name).unwrap()).unwrap()
}

fn many_rows() -> String {
    let rows: Vec<String> = (0..12_000)
        .map(|n| format!("{n};\"a;b\";12 rue des Lilas\n"))
        .collect();
    format!("n;x;adresse\n{}", rows.concat())
}

#[test]
fn every_format_has_the_same_bytes_whatever_the_waves() {
    let csv = many_rows();
    for format in ResultFormat::ALL {
        let once = written(&csv, format, Kept::All, 1);
        assert!(once == written(&csv, format, Kept::All, 3), "{format:?}");
        assert_eq!(ResultFormat::parse(format.as_str()), Some(format));
        assert_eq!(ResultFormat::of_extension(format.as_str()), Some(format));
    }
}

#[test]
fn every_format_holds_as_many_rows_as_came_and_can_be_read_again() {
    let csv = many_rows();
    for (format, columns) in [
        (ResultFormat::Csv, 3 + COLUMNS.len()),
        (ResultFormat::Xlsx, 13),
        (ResultFormat::GeoJson, 3 + COLUMNS.len()),
        (ResultFormat::Parquet, 3 + COLUMNS.len()),
    ] {
        let (layout, rows) = understood(&written(&csv, format, Kept::All, 2));
        assert_eq!(rows.len(), 12_000, "{format:?}");
        assert_eq!(layout.columns.len(), columns, "{format:?}");
        let name = |name: &str| layout.columns.iter().position(|column| column == name);
        let (n, x) = (name("n").unwrap(), name("x").unwrap());
        assert_eq!(rows[11_999][n], "11999", "{format:?}");
        assert_eq!(rows[7][x], "a;b", "{format:?}");
        let (_, kept) = understood(&written(&csv, format, Kept::Eligible, 2));
        // Each chunk starts again with an eligible row.
        assert_eq!(kept.len(), 1667 + 1667 + 667, "{format:?}");
    }
}

#[test]
fn parquet_has_numbers_where_numbers_are() {
    let (layout, rows) = understood(&written("a\nx\ny\n", ResultFormat::Parquet, Kept::All, 1));
    let at = |name: &str| layout.columns.iter().position(|own| own == name).unwrap();
    assert_eq!(rows[0][at("longitude")], "2.349901");
    assert_eq!(rows[0][at("distance_m")], "47");
    assert_eq!(rows[0][at("eligible")], "true");
    assert_eq!(rows[1][at("distance_m")], "");
    assert_eq!(rows[1][at("error")], "adresse introuvable");
}

#[test]
fn too_many_columns_for_a_format_are_refused_with_another() {
    let csv = format!("{}\n{}\n", "c;".repeat(20_000), "1;".repeat(20_000));
    let (layout, _) = chunks(&csv);
    for format in [ResultFormat::Xlsx, ResultFormat::Parquet] {
        let asked = Written {
            format,
            kept: Kept::All,
            created: "",
            release: None,
        };
        let refused = writer(Box::new(Vec::new()), &layout, &asked).err().unwrap();
        assert!(refused.to_string().contains("choisissez le format CSV"));
    }
}

fn workbook() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().set_name("Vide").unwrap();
    let sheet = book.add_worksheet();
    sheet.set_name("Parc").unwrap();
    for (column, title) in ["Adresse", "", "Livré le", "Surface"].iter().enumerate() {
        sheet.write(2, column as u16, *title).unwrap();
    }
    let day = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
    sheet.write(3, 0, "12 rue des Lilas <Paris> & co").unwrap();
    sheet.write_with_format(3, 2, 46_279, &day).unwrap();
    sheet.write(3, 3, 65.4).unwrap();
    sheet
        .write_formula(
            5,
            0,
            rust_xlsxwriter::Formula::new("=A4").set_result("3 rue X"),
        )
        .unwrap();
    sheet.write_blank(900, 0, &day).unwrap();
    let other = book.add_worksheet();
    other.set_name("Autre").unwrap();
    other.write(0, 0, "lon").unwrap();
    other.write(0, 1, "lat").unwrap();
    other.write(1, 0, 2.35).unwrap();
    other.write(1, 1, 48.85).unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn a_workbook_gives_its_rows_blank_ones_included_and_the_sheet_asked() {
    let (layout, rows) = understood(&workbook());
    assert_eq!(layout.sheets, ["Vide", "Parc", "Autre"]);
    assert_eq!(layout.sheet.as_deref(), Some("Parc"));
    assert_eq!(
        layout.columns,
        ["Adresse", "colonne_2", "Livré le", "Surface"]
    );
    assert_eq!(
        rows,
        [
            vec!["12 rue des Lilas <Paris> & co", "", "2026-09-14", "65.4"],
            vec!["", "", "", ""],
            vec!["3 rue X", "", "", ""],
        ]
    );
    let other = Reading {
        sheet: Some("Autre".to_owned()),
        ..Reading::default()
    };
    let shown = preview(&mut Cursor::new(workbook()), &other).unwrap();
    assert!(
        matches!(shown.mapping, Some(Mapping::Coordinates(_))),
        "{shown:?}"
    );
    let absent = Reading {
        sheet: Some("Absente".to_owned()),
        ..Reading::default()
    };
    let refused = read(&workbook(), &absent).unwrap_err().to_string();
    assert!(refused.contains("Vide, Parc, Autre"), "{refused}");
}

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn xlsx_of(sheet: &[u8], strings: &[u8]) -> Vec<u8> {
    zipped(&[
        (
            "xl/workbook.xml",
            br#"<workbook><sheets><sheet name="F" r:id="r1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            br#"<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        ("xl/sharedStrings.xml", strings),
        ("xl/worksheets/sheet1.xml", sheet),
    ])
}

#[test]
fn a_workbook_that_lies_or_swells_takes_no_memory() {
    let sheet = br#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="XFE1"><v>9</v></c></row><row r="9"><c r="A9" t="s"><v>77</v></c><c r="ZZZZZZZZ9"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row></sheetData></worksheet>"#;
    let strings =
        br#"<sst count="9999999999" uniqueCount="9999999999"><si><t>adresse</t></si></sst>"#;
    let (layout, rows) = understood(&xlsx_of(sheet, strings));
    assert_eq!(layout.columns, ["adresse"]);
    // The row that holds nothing is row 9; the one said to be the second comes after it.
    assert_eq!(rows.len(), 9);
    assert_eq!(rows[8], ["2"]);
    let bomb = vec![b' '; 64 << 20];
    let said = refused(&xlsx_of(&bomb, strings));
    assert!(
        said.contains("décompressé") && said.contains("64 Mo"),
        "{said}"
    );
    let mut long = br#"<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>"#.to_vec();
    long.extend((0..6 << 20).map(|n: u32| b'a' + (n.wrapping_mul(2_654_435_761) >> 27) as u8 % 26));
    let said = refused(&xlsx_of(&long, strings));
    assert!(said.contains("démesurée"), "{said}");
    assert!(refused(b"PK\x03\x04rest").contains("ZIP"));
    assert!(refused(&zipped(&[("a.txt", b"x")])).contains("archive ZIP sans classeur"));
    assert!(refused(b"\xD0\xCF\x11\xE0rest").contains("XLS"));
    assert!(refused(b"PAR1rest").contains("Parquet"));
    assert!(refused(b"%PDF-1.7").contains("PDF"));
    assert!(refused(b"").contains("vide"));
}

#[test]
fn an_ods_gives_its_rows() {
    let content = r#"<d xmlns:table="t" xmlns:office="o" xmlns:text="x"><table:table table:name="F"><table:table-row><table:table-cell><text:p>adresse</text:p></table:table-cell></table:table-row><table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row><table:table-row><table:table-cell><text:p>12 rue &amp; X</text:p></table:table-cell></table:table-row></table:table></d>"#;
    let (layout, rows) = understood(&zipped(&[("content.xml", content.as_bytes())]));
    assert_eq!(layout.columns, ["adresse"]);
    assert_eq!(rows, [[""], [""], ["12 rue & X"]]);
}

#[test]
fn geojson_points_are_rows_that_carry_where_they_are() {
    let text = r#"{"type":"FeatureCollection","name":"features","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2154"}},
        "features":[
        {"type":"Feature","properties":{"nom":"a }\"]","n":1.5},"geometry":{"type":"Point","coordinates":[652300.0,6862000.0]}},
        {"type":"Feature","properties":null,"geometry":null},
        {"type":"Feature","properties":{"z":[1,{"k":"v"}]},"geometry":{"type":"LineString","coordinates":[[0,0],[1,1]]}}
        ]}"#;
    let (layout, rows) = understood(text.as_bytes());
    assert_eq!(layout.columns, ["nom", "n", "z"]);
    assert_eq!(layout.titles, Titles::Absent);
    assert_eq!(rows[0], ["a }\"]", "1.5", ""]);
    assert_eq!(rows[1], ["", "", ""]);
    assert_eq!(rows[2], ["", "", "[1,{\"k\":\"v\"}]"]);
    let shown = preview(
        &mut Cursor::new(text.as_bytes().to_vec()),
        &Reading::default(),
    )
    .unwrap();
    assert_eq!(shown.mapping, Some(Mapping::Points));
    for cut in (0..text.len()).step_by(17) {
        if text.is_char_boundary(cut) && cut > 1 {
            read(&text.as_bytes()[..cut], &Reading::default()).unwrap_err();
        }
    }
}

#[test]
fn no_byte_of_a_workbook_makes_the_reader_panic() {
    let whole = workbook();
    let parquet = written("a;b\nx;y\n", ResultFormat::Parquet, Kept::All, 1);
    for sample in [whole, parquet] {
        let mut state = 7_u32;
        for _ in 0..400 {
            let mut damaged = sample.clone();
            for _ in 0..3 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = state as usize % damaged.len();
                damaged[at] ^= (state >> 24) as u8 | 1;
            }
            let _either = read(&damaged, &Reading::default());
        }
    }
}
