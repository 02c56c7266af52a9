//! Any bytes as a file of points: as many rows out as in.
#![no_main]

use caloduc_engine::batch::{BatchOptions, run};
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
    let options = BatchOptions {
        delimiter: Some(b';'),
        ..BatchOptions::default()
    };
    for input in [bytes, &input] {
        let mut out = Vec::new();
        let done = run(&SNAPSHOT, None, input, &mut out, &options, |_| ControlFlow::Continue(()));
        if let Ok(summary) = done {
            assert!(out.iter().filter(|b| matches!(b, b'\n' | b'\r')).count() as u64 >= summary.rows);
        }
    }
});
