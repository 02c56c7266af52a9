//! Any bytes as an archive, and whatever it holds.
#![no_main]

use caloduc_engine::ingest::{InputFile, sources};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    for source in sources::list(vec![InputFile::explicit("a.zip", bytes.to_vec())]).sources {
        if source.size < 1 << 20 {
            let _any = source.read();
        }
    }
});
