use super::{
    Answer, Answered, AskedColumns, Assessor, BatchError, COLUMNS, CsvWriter, GeoJsonWriter,
    Journal, Kept, Locate, Located, Mapping, Preview, Progress, Reading, ResultWriter, Role,
    RowSource, Status, Summary, TextSource, decode, encode, run,
};
use crate::crs::{LonLat, lonlat_from_lambert93};
use crate::eligibility::Service;
use crate::snapshot::tests::bytes::edition;
use crate::snapshot::{Snapshot, Stamp, build};
use crate::table::records::Following;
use crate::table::{Cells, Record};
use caloduc_geocoder::PlaceKind;
use proptest::prelude::*;
use std::ops::ControlFlow;
use std::sync::{Arc, LazyLock};

static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(|| {
    let stamp = Stamp {
        revision: 0,
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
    fn locate(&self, text: &str, _: Option<&str>) -> Option<Located> {
        text.contains("Lilas").then(|| Located {
            label: "12 Rue des Lilas 75004 Paris".to_owned(),
            score: 0.97,
            kind: PlaceKind::HouseNumber,
            id: "75104_5678_00012".to_owned(),
            citycode: "75104".to_owned(),
            place: near(),
        })
    }
}

fn assessor() -> Assessor<'static> {
    Assessor {
        snapshot: &SNAPSHOT,
        locator: Some(&OneAddress),
        service: Service::Heat,
    }
}

fn opened<'b>(input: &'b [u8], reading: &Reading) -> Result<TextSource<&'b [u8]>, BatchError> {
    TextSource::open(input, reading)
}

fn mapped(input: &[u8], reading: &Reading, asked: &AskedColumns) -> Result<Mapping, BatchError> {
    Mapping::of(asked, &Preview::of(&mut opened(input, reading)?)?)
}

/// What a file becomes, by one assessor, with all that may be said of it.
fn tested(
    assessor: &Assessor<'_>,
    input: &[u8],
    reading: &Reading,
    asked: &AskedColumns,
    progress: impl FnMut(Progress) -> ControlFlow<()>,
) -> (Vec<u8>, Result<Summary, BatchError>) {
    let mut out = Vec::new();
    let summary = mapped(input, reading, asked).and_then(|mapping| {
        let mut source = opened(input, reading)?;
        let writer = Box::new(CsvWriter::new(&mut out, source.layout(), Kept::All));
        run(assessor, &mapping, &mut source, writer, None, progress)
    });
    (out, summary)
}

fn answered(input: &[u8], asked: &AskedColumns) -> Result<(String, Summary), BatchError> {
    let go_on = |_| ControlFlow::Continue(());
    let (out, summary) = tested(&assessor(), input, &Reading::default(), asked, go_on);
    Ok((String::from_utf8(out).unwrap(), summary?))
}

fn guessed(input: &[u8]) -> (String, Summary) {
    answered(input, &AskedColumns::default()).unwrap()
}

fn addresses(names: &[&str]) -> AskedColumns {
    AskedColumns {
        address: names.iter().map(|name| (*name).to_owned()).collect(),
        coordinates: None,
    }
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
    let input = "ville,voie\nParis,12 rue des Lilas\nParis,nulle part\n, \n";
    let (out, summary) = answered(input.as_bytes(), &addresses(&["voie", "Ville"])).unwrap();
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
        (&b"nom;surface\nx;y\n"[..], "ni adresse ni coordonn"),
    ] {
        let refused = answered(bytes, &AskedColumns::default()).unwrap_err();
        assert!(refused.to_string().contains(said), "{refused}");
    }
    let without = Assessor {
        locator: None,
        ..assessor()
    };
    let go_on = |_| ControlFlow::Continue(());
    let (nowhere, refused) = tested(
        &without,
        b"adresse\nx\n",
        &Reading::default(),
        &AskedColumns::default(),
        go_on,
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
    let (out, summary) = tested(
        &assessor(),
        input.as_bytes(),
        &Reading::default(),
        &AskedColumns::default(),
        |progress| {
            assert!(progress.rows > told.rows);
            told = progress;
            ControlFlow::Continue(())
        },
    );
    let summary = summary.unwrap();
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
    let mut waves = 0;
    let (out, stopped) = tested(
        &assessor(),
        input.as_bytes(),
        &Reading::default(),
        &AskedColumns::default(),
        |_| {
            waves += 1;
            if waves == 3 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        },
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
    let dangerous = Assessor {
        snapshot: &snapshot,
        ..assessor()
    };
    let go_on = |_| ControlFlow::Continue(());
    let (out, _) = tested(
        &dangerous,
        input.as_bytes(),
        &Reading::default(),
        &AskedColumns::default(),
        go_on,
    );
    let out = String::from_utf8(out).unwrap();
    assert!(out.contains(",\"'=HYPERLINK(\"\"x\"\")\","), "{out}");
    assert!(
        out.contains("\n=1+1,"),
        "the user's own cell stays as it was"
    );
}

/// A journal in memory that forgets what came after a number of chunks.
#[derive(Default)]
struct Kept3(Vec<Vec<u8>>);

impl Journal for Kept3 {
    fn recall(&mut self, index: u64) -> Result<Option<Vec<u8>>, BatchError> {
        Ok(self.0.get(index as usize).cloned())
    }

    fn record(&mut self, index: u64, answers: &[u8]) -> Result<(), BatchError> {
        assert_eq!(index as usize, self.0.len());
        self.0.push(answers.to_vec());
        Ok(())
    }
}

/// Rows of every kind, about 60 000 of them.
fn mixed_rows() -> String {
    let kinds = [
        "12 rue des Lilas;Paris",
        "nulle part;Paris",
        ";",
        "\"quai \"\"A\"\"\nLilas\";x",
        "trop;long;Lilas;y",
        "court",
    ];
    let rows: String = (0..10_000)
        .flat_map(|_| kinds.iter().flat_map(|row| [*row, "\n"]))
        .collect();
    format!("adresse;ville\n{rows}")
}

#[test]
fn work_taken_up_again_anywhere_gives_the_bytes_of_work_undisturbed() {
    let input = mixed_rows();
    let reading = Reading::default();
    let mapping = mapped(input.as_bytes(), &reading, &AskedColumns::default()).unwrap();
    let once = |journal: Option<&mut dyn Journal>, most_waves: usize| {
        let mut source = opened(input.as_bytes(), &reading).unwrap();
        let (mut out, mut waves, mut recalled) = (Vec::new(), 0, 0);
        let writer = Box::new(CsvWriter::new(&mut out, source.layout(), Kept::All));
        let done = run(
            &assessor(),
            &mapping,
            &mut source,
            writer,
            journal,
            |progress| {
                waves += 1;
                recalled = progress.recalled_rows;
                if waves >= most_waves {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            },
        );
        (out, recalled, done)
    };
    let (whole, _, summary) = once(None, usize::MAX);
    let summary = summary.unwrap();
    assert_eq!(summary.rows, 60_000);
    assert_eq!(summary.ok, 20_000);
    let mut journal = Kept3::default();
    let (_, _, stopped) = once(Some(&mut journal), 1);
    assert!(matches!(stopped, Err(BatchError::Stopped)));
    for known in [0, 1, journal.0.len()] {
        journal.0.truncate(known);
        let (again, recalled, done) = once(Some(&mut journal), usize::MAX);
        assert_eq!(recalled, known as u64 * 5000);
        assert_eq!(done.unwrap(), summary);
        assert!(again == whole, "{known} chunks recalled");
    }
}

#[test]
fn answers_come_back_from_their_bytes_and_damage_is_seen() {
    let input = mixed_rows();
    let reading = Reading::default();
    let mapping = mapped(input.as_bytes(), &reading, &AskedColumns::default()).unwrap();
    let mut source = opened(input.as_bytes(), &reading).unwrap();
    let chunk = source.next_chunk().unwrap().unwrap();
    let answers: Vec<Answer> = assessor().assess(&mapping, &chunk);
    let bytes = encode(&answers);
    assert_eq!(decode(&bytes).unwrap(), answers);
    assert_eq!(encode(&decode(&bytes).unwrap()), bytes);
    assert!(bytes.len() < answers.len() * 10, "{}", bytes.len());
    for cut in [0, 3, 7, bytes.len() / 2, bytes.len() - 1] {
        assert!(decode(&bytes[..cut]).is_err());
    }
    assert!(decode(&encode(&[])).unwrap().is_empty());
}

#[test]
fn a_corrected_row_is_answered_as_the_others() {
    let at = near();
    let input = format!("lon,lat\n{},{}\n", at.lon, at.lat);
    let reading = Reading::default();
    let mapping = mapped(input.as_bytes(), &reading, &AskedColumns::default()).unwrap();
    let mut source = opened(input.as_bytes(), &reading).unwrap();
    let chunk = source.next_chunk().unwrap().unwrap();
    let answers = assessor().assess(&mapping, &chunk);
    assert_eq!(answers[0].status, Status::Ok);
    let place = answers[0].place.unwrap();
    assert_eq!(assessor().at(place, None), answers[0]);
}

#[test]
fn only_the_rows_wanted_are_written() {
    let at = near();
    let input = format!("lon,lat\n{},{}\n2.3,46\nx,y\n", at.lon, at.lat);
    let rows = |kept: Kept| {
        let reading = Reading::default();
        let mapping = mapped(input.as_bytes(), &reading, &AskedColumns::default()).unwrap();
        let mut source = opened(input.as_bytes(), &reading).unwrap();
        let mut out = Vec::new();
        let writer = Box::new(CsvWriter::new(&mut out, source.layout(), kept));
        let go_on = |_| ControlFlow::Continue(());
        let summary = run(&assessor(), &mapping, &mut source, writer, None, go_on).unwrap();
        assert_eq!(summary.rows, 3);
        String::from_utf8(out).unwrap().lines().count() - 1
    };
    assert_eq!(rows(Kept::All), 3);
    assert_eq!(rows(Kept::Eligible), 1);
    assert_eq!(rows(Kept::Placeless), 1);
    assert_eq!(rows(Kept::Doubtful), 0);
    for kept in Kept::ALL {
        assert_eq!(Kept::parse(kept.as_str()), Some(kept));
    }
}

#[test]
fn what_was_understood_is_shown_and_can_be_corrected() {
    let input = "numero;voie;cp;ville;prix\n12;rue des Lilas;75004;Paris;2,35\n13;rue des Lilas;75004;Paris;48,85\n";
    let preview = Preview::of(&mut opened(input.as_bytes(), &Reading::default()).unwrap()).unwrap();
    insta::assert_json_snapshot!(preview);
    let (_, summary) = guessed(input.as_bytes());
    assert_eq!(summary.ok, 2);
    let asked = addresses(&["prix"]);
    assert_eq!(
        Mapping::of(&asked, &preview).unwrap(),
        Mapping::Address {
            columns: vec![super::AddressColumn {
                index: 4,
                role: Role::Address
            }]
        }
    );
    let unknown = Mapping::of(&addresses(&["rue"]), &preview).unwrap_err();
    assert!(
        unknown.to_string().contains("numero, voie, cp"),
        "{unknown}"
    );
}

#[test]
fn a_pasted_list_has_no_titles_and_every_line_is_a_row() {
    let (out, summary) = guessed("12 rue des Lilas, 75004 Paris\n3 rue X, 69001 Lyon".as_bytes());
    assert_eq!((summary.rows, summary.ok), (2, 1));
    assert!(
        out.starts_with("colonne_1,colonne_2,result_label,"),
        "{out}"
    );
    let (out, summary) = guessed("12 rue des Lilas 75004 Paris\n".as_bytes());
    assert_eq!((summary.rows, summary.ok), (1, 1));
    assert!(out.starts_with("colonne_1,result_label,"), "{out}");
}

#[test]
fn features_hold_the_cells_the_answer_and_a_point() {
    let at = near();
    let input = format!(
        "nom;nom;lon;lat\n\"a \"\"b\"\"\";x;{};{}\n\u{1};y;;\n",
        at.lon, at.lat
    );
    let reading = Reading::default();
    let mapping = mapped(input.as_bytes(), &reading, &AskedColumns::default()).unwrap();
    let mut source = opened(input.as_bytes(), &reading).unwrap();
    let chunk = source.next_chunk().unwrap().unwrap();
    let answers = assessor().assess(&mapping, &chunk);
    let layout = source.layout().clone();
    let mut out = Vec::new();
    let mut writer = Box::new(GeoJsonWriter::new(&mut out, &layout, Kept::All));
    writer.write(&[Answered { chunk, answers }]).unwrap();
    writer.finish().unwrap();
    let read: serde_json::Value = serde_json::from_slice(&out).unwrap();
    let features = read["features"].as_array().unwrap();
    assert_eq!(features.len(), 2);
    assert_eq!(features[0]["properties"]["nom"], "a \"b\"");
    assert_eq!(features[0]["properties"]["nom_2"], "x");
    assert_eq!(features[0]["properties"]["eligible"], true);
    assert_eq!(features[0]["geometry"]["type"], "Point");
    assert!(features[1]["geometry"].is_null());
    assert_eq!(features[1]["properties"]["result_status"], "empty");
    let mut empty = Vec::new();
    Box::new(GeoJsonWriter::new(&mut empty, &layout, Kept::All))
        .finish()
        .unwrap();
    let read: serde_json::Value = serde_json::from_slice(&empty).unwrap();
    assert_eq!(read["features"], serde_json::json!([]));
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
        let reading = Reading { delimiter: Some(';'), ..Reading::default() };
        let go_on = |_| ControlFlow::Continue(());
        let (out, summary) = tested(&assessor(), &input, &reading, &AskedColumns::default(), go_on);
        let (out, summary) = (String::from_utf8(out).unwrap(), summary.unwrap());
        prop_assert_eq!(summary.rows + 1, records);
        let rows = table(&out, b';');
        prop_assert_eq!(rows.len() as u64, records);
        for row in rows {
            prop_assert_eq!(row.len(), 3 + COLUMNS.len());
        }
    }
}
