//! Any bytes as a text table or a workbook.
#![no_main]

use caloduc_engine::ingest::sheet;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _any = if bytes.starts_with(b"PK") {
        sheet::read_workbook("a.xlsx", bytes)
    } else {
        sheet::read_text("a.csv", bytes)
    };
});
