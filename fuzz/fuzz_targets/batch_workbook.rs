//! Any bytes as a file of rows of any format: read to its end or refused.
#![no_main]

use caloduc_engine::batch::Reading;
use caloduc_formats::batch::{open, preview};
use libfuzzer_sys::fuzz_target;
use std::io::Cursor;

fuzz_target!(|bytes: &[u8]| {
    let reading = Reading::default();
    if preview(&mut Cursor::new(bytes), &reading).is_err() {
        return;
    }
    let mut source = open(Box::new(Cursor::new(bytes)), &reading).expect("it was understood just now");
    let mut rows = 0;
    while let Ok(Some(chunk)) = source.next_chunk() {
        assert_eq!(chunk.first_row, rows);
        rows += chunk.len() as u64;
        for at in 0..chunk.len().min(100) {
            assert_eq!(chunk.row(at).len(), source.layout().columns.len());
        }
    }
});
