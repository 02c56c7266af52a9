//! Any text as the name or description of a reference system, and any two numbers in it.
#![no_main]

use caloduc_engine::crs::{Crs, epsg_from_name};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, f64, f64)| {
    let (text, x, y) = input;
    if let Some(crs) = epsg_from_name(text).and_then(|epsg| Crs::from_epsg(epsg).ok()) {
        let _held = crs.can_hold(x, y);
    }
});
