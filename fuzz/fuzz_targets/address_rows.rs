//! Any bytes as a CSV to geocode, as a BAN file, as tables and outlines of communes.
#![no_main]

use caloduc_geocoder::rows::{self, CsvOptions};
use caloduc_geocoder::{Geocoder, IndexBuilder, SourceKind};
use libfuzzer_sys::fuzz_target;
use std::ops::ControlFlow;
use std::sync::LazyLock;

static GEOCODER: LazyLock<Geocoder<Vec<u8>>> = LazyLock::new(|| {
    let mut builder = IndexBuilder::new();
    let communes = include_str!("../../crates/geocoder/tests/corpus/communes.csv");
    builder.add_communes(communes.as_bytes()).expect("a table");
    let mut bytes = Vec::new();
    builder.finish(&mut bytes).expect("memory");
    Geocoder::open(bytes).expect("a new index")
});

fuzz_target!(|bytes: &[u8]| {
    let mut out = Vec::new();
    let go_on = |_: &rows::CsvReport| ControlFlow::Continue(());
    if rows::geocode(&GEOCODER, bytes, &mut out, &CsvOptions::default(), go_on).is_ok() {
        assert!(std::str::from_utf8(&out).is_ok());
        let lines = |b: &[u8]| b.iter().filter(|&&c| c == b'\n').count();
        assert!(lines(&out) >= lines(bytes));
    }
    let _points = rows::reverse(&GEOCODER, bytes, std::io::sink(), &CsvOptions::default(), go_on);
    let mut builder = IndexBuilder::new();
    let _kind = SourceKind::of(bytes);
    for kind in [
        SourceKind::Addresses,
        SourceKind::Places,
        SourceKind::Communes,
        SourceKind::Outlines,
    ] {
        let _report = builder.add(kind, bytes);
    }
    let mut index = Vec::new();
    if builder.finish(&mut index).is_ok() {
        let geocoder = Geocoder::open(index).expect("what was just built opens");
        geocoder.verify().expect("what was just built is whole");
    }
});
