//! Any bytes as a GeoPackage.
#![no_main]

use caloduc_engine::ingest::geopackage;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _any = geopackage::read("a.gpkg", bytes);
});
