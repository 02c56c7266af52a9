//! Any bytes as a file of rows: what is understood of it, then as many rows out as in.
#![no_main]

use caloduc_engine::batch::{
    AskedColumns, Assessor, CsvWriter, Kept, Mapping, Preview, Reading, RowSource, TextSource, decode, encode, run,
};
use caloduc_engine::eligibility::Service;
use caloduc_engine::snapshot::Snapshot;
use libfuzzer_sys::fuzz_target;
use std::ops::ControlFlow;
use std::sync::{Arc, LazyLock};

static SNAPSHOT: LazyLock<Snapshot> = LazyLock::new(|| {
    let kept = include_bytes!("../../crates/engine/tests/fixtures/snapshot-v1.bin").to_vec();
    Snapshot::open(Arc::new(kept)).expect("the kept file opens")
});

fuzz_target!(|bytes: &[u8]| {
    let mut input = b"lon;lat;x\n2.3;48.8;\n".to_vec();
    input.extend_from_slice(bytes);
    let said = Reading { delimiter: Some(';'), ..Reading::default() };
    for (input, reading) in [(bytes, &Reading::default()), (&input[..], &said)] {
        let Ok(mut source) = TextSource::open(input, reading) else { continue };
        let preview = Preview::of(&mut source).expect("bytes at hand can be read");
        let Ok(mapping) = Mapping::of(&AskedColumns::default(), &preview) else { continue };
        if mapping.asks_addresses() {
            continue;
        }
        let assessor = Assessor { snapshot: &SNAPSHOT, locator: None, service: Service::Heat };
        let mut source = TextSource::open(input, reading).expect("it did just now");
        let mut out = Vec::new();
        let writer = Box::new(CsvWriter::new(&mut out, source.layout(), Kept::All));
        let done = run(&assessor, &mapping, &mut source, writer, None, |_| ControlFlow::Continue(()));
        if let Ok(summary) = done {
            assert!(out.iter().filter(|b| matches!(b, b'\n' | b'\r')).count() as u64 >= summary.rows);
        }
    }
    // Answers kept on a disk are bytes from outside too.
    if let Ok(answers) = decode(bytes) {
        assert_eq!(decode(&encode(&answers)).expect("what was just written").len(), answers.len());
    }
});
