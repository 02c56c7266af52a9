use super::*;
use std::io::Write;
use zip::write::SimpleFileOptions;

fn csv(bytes: &[u8]) -> SheetRead {
    read_text("tableaux/reseau_chaleur_2024.csv", bytes).unwrap()
}

#[test]
fn delimiter_encoding_and_mark_are_found() {
    for bytes in [
        "\u{feff}id;nom;taux\r\n7501C;\"Paris; été\";65,4\r\n"
            .as_bytes()
            .to_vec(),
        b"id;nom;taux\n7501C;\"Paris; \xe9t\xe9\";65,4\n".to_vec(),
        "id\tnom\ttaux\n7501C\tParis; été\t65,4".as_bytes().to_vec(),
        "id,nom,taux\n7501C,Paris; été,\"65,4\"\n"
            .as_bytes()
            .to_vec(),
        std::iter::once(0xfeff)
            .chain("id;nom;taux\n7501C;\"Paris; été\";65,4\n".encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect(),
    ] {
        let read = csv(&bytes);
        assert_eq!(read.sheet.headers, ["id", "nom", "taux"]);
        assert_eq!(
            read.sheet.rows,
            [(
                2,
                vec!["7501C".into(), "Paris; été".into(), "65,4".to_owned()]
            )]
        );
        assert_eq!(read.sheet.stem, "reseau_chaleur_2024");
    }
}

#[test]
fn titles_above_the_header_are_left_out() {
    let read = csv(
        "Réseaux de chaleur 2024;;;\n;;;\nid;nom;taux;co2\n7501C;Paris;65,4;0,1\n7511C;x;1;2\n"
            .as_bytes(),
    );
    assert_eq!(read.sheet.headers, ["id", "nom", "taux", "co2"]);
    assert_eq!(read.sheet.rows[0].0, 4);
    assert_eq!(read.sheet.rows.len(), 2);
}

#[test]
fn ragged_rows_and_lost_quotes_are_said() {
    let read = csv(b"a,b,c\n1,2,3\n1,2\n1,2,3,4\n");
    assert_eq!(read.sheet.rows[1].1, ["1", "2", ""]);
    let places: Vec<_> = read
        .findings
        .iter()
        .map(|finding| finding.place.feature)
        .collect();
    assert_eq!(places, [Some(3), Some(4)]);
    let mut text = "a,b\n1,\"jamais\n".to_owned();
    text.push_str(&"x,y\n".repeat(1000));
    let read = csv(text.as_bytes());
    assert_eq!(read.findings[0].code, "quote-unclosed");
    assert_eq!(read.sheet.rows.len(), 1001);
}

#[test]
fn what_is_no_table_is_refused_with_its_name() {
    let message = |bytes: &[u8]| read_text("x.csv", bytes).unwrap_err().to_string();
    assert!(message(b"").contains("vide"));
    assert!(message(b" \n\n").contains("vide"));
    assert!(message(b"PK\x03\x04...").contains("ZIP"));
    assert!(message(b"a;b\n1;\0\0\n").contains("binaire"));
    assert!(message(b"%PDF-1.7").contains("PDF"));
}

fn zipped(members: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in members {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_workbook_gives_values_dates_and_its_fullest_sheet() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let notice = book.add_worksheet();
    notice.set_name("Notice").unwrap();
    notice.write(0, 0, "à lire").unwrap();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "Réseaux de chaleur").unwrap();
    for (column, name) in ["id", "taux", "jour", "somme", "ouvert", "nom"]
        .iter()
        .enumerate()
    {
        sheet.write(2, column as u16, *name).unwrap();
    }
    sheet.write(3, 0, "7501C").unwrap();
    sheet.write(3, 1, 65.4).unwrap();
    let day = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
    sheet.write_with_format(3, 2, 46_279, &day).unwrap();
    sheet
        .write_formula(3, 3, rust_xlsxwriter::Formula::new("=1+2").set_result("3"))
        .unwrap();
    sheet.write(3, 4, true).unwrap();
    sheet.write(3, 5, "A & <B>").unwrap();
    let read = read_workbook("t.xlsx", &book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(
        read.sheet.headers,
        ["id", "taux", "jour", "somme", "ouvert", "nom"]
    );
    assert_eq!(
        read.sheet.rows,
        [(
            4,
            ["7501C", "65.4", "2026-09-14", "3", "true", "A & <B>"]
                .map(str::to_owned)
                .to_vec()
        )]
    );
    assert_eq!(read.findings[0].code, "sheets-skipped");
}

#[test]
fn an_ods_gives_its_cells_and_a_repeated_desert_costs_nothing() {
    let content = r#"<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet><table:table table:name="F">
        <table:table-row><table:table-cell office:value-type="string"><text:p>id</text:p></table:table-cell><table:table-cell><text:p>taux</text:p></table:table-cell><table:table-cell table:number-columns-repeated="16000"/></table:table-row>
        <table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>
        <table:table-row><table:table-cell><text:p>75 &amp; 1C</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="65.4"><text:p>65,4</text:p></table:table-cell></table:table-row>
        </table:table></office:spreadsheet></office:body></office:document-content>"#;
    let read = read_workbook("t.ods", &zipped(&[("content.xml", content)])).unwrap();
    assert_eq!(read.sheet.headers, ["id", "taux"]);
    assert_eq!(
        read.sheet.rows,
        [(1_000_002, vec!["75 & 1C".to_owned(), "65.4".to_owned()])]
    );
    let bomb = content.replace("<table:table-cell table:number-columns-repeated=\"16384\"/>", "<table:table-cell table:number-columns-repeated=\"16384\"><text:p>x</text:p></table:table-cell>");
    let error = read_workbook("t.ods", &zipped(&[("content.xml", &bomb)])).unwrap_err();
    assert!(error.to_string().contains("cellules"), "{error}");
}

#[test]
fn lying_workbooks_are_refused_without_taking_memory() {
    let liar = zipped(&[
        (
            "xl/workbook.xml",
            r#"<workbook><sheets><sheet name="F" r:id="r1"/></sheets></workbook>"#,
        ),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        (
            "xl/sharedStrings.xml",
            r#"<sst count="9999999999" uniqueCount="9999999999"><si><t>nom</t></si></sst>"#,
        ),
        (
            "xl/worksheets/sheet1.xml",
            r#"<worksheet><dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="XFD1" t="s"><v>77</v></c></row><row r="1048576"><c r="ZZZZZZZZ9"><v>1</v></c><c r="A1048576"><v>2</v></c></row></sheetData></worksheet>"#,
        ),
    ]);
    let read = read_workbook("t.xlsx", &liar).unwrap();
    assert_eq!(read.sheet.headers, ["nom"]);
    assert_eq!(read.sheet.rows, [(1_048_576, vec!["2".to_owned()])]);
    let message = |bytes: &[u8]| read_workbook("t.xlsx", bytes).unwrap_err().to_string();
    assert!(message(b"id;nom").contains("ZIP"));
    assert!(message(&[0xd0, 0xcf, 0x11, 0xe0, 0, 0]).contains(".xls"));
    assert!(message(&zipped(&[("a.txt", "x")])).contains("classeur"));
}
