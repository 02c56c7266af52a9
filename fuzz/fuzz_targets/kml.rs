//! Any bytes as a KML or a KMZ.
#![no_main]

use caloduc_engine::ingest::kml;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _any = kml::read("a.kml", bytes);
});
