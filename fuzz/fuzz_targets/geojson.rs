//! Any bytes as a GeoJSON text.
#![no_main]

use caloduc_engine::ingest::geojson;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _any = geojson::read("a.geojson", bytes);
});
