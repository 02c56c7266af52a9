//! Any bytes as the parts of a Shapefile, one after the other, each behind its length.
#![no_main]

use caloduc_engine::ingest::shapefile::{Parts, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|parts: (&[u8], &[u8], &[u8], &[u8])| {
    let (shp, dbf, prj, cpg) = parts;
    let _any = read(
        "a.shp",
        &Parts {
            shp: Some(shp),
            dbf: Some(dbf),
            prj: Some(prj),
            cpg: Some(cpg),
        },
    );
});
