//! Any bytes as the blocks of a snapshot, and every question a reader can ask of them.
#![no_main]

use caloduc_engine::crs::LonLat;
use caloduc_engine::eligibility::Service;
use caloduc_engine::network::Layer;
use caloduc_engine::snapshot::{Bounds, Snapshot};
use libfuzzer_sys::fuzz_target;
use std::sync::{Arc, LazyLock};

static KEPT: LazyLock<Vec<u8>> =
    LazyLock::new(|| include_bytes!("../../crates/engine/tests/fixtures/snapshot-v1.bin").to_vec());

fuzz_target!(|bytes: &[u8]| {
    // As they are: the header and the directory.
    if let Ok(snapshot) = Snapshot::open(Arc::new(bytes.to_vec())) {
        ask(&snapshot);
    }
    // As changes to a sound file, past what is checked when it is opened: pairs of a place and a value.
    let mut file = KEPT.clone();
    let blocks = 64 + 14 * 24;
    for change in bytes.chunks_exact(5) {
        let place = u32::from_le_bytes([change[0], change[1], change[2], change[3]]) as usize;
        let at = blocks + place % (file.len() - blocks);
        file[at] = change[4];
    }
    if let Ok(snapshot) = Snapshot::open(Arc::new(file)) {
        ask(&snapshot);
    }
});

fn ask(snapshot: &Snapshot) {
    let here = LonLat {
        lon: 2.346,
        lat: 48.857,
    };
    for service in [Service::Heat, Service::Cold] {
        let verdict = snapshot.assess(here, service);
        let _network = (verdict.network, verdict.facts.priority_areas.len());
    }
    let everywhere = Bounds {
        west: -5.0,
        south: 41.0,
        east: 10.0,
        north: 51.0,
    };
    for layer in Layer::ALL {
        for row in snapshot.rows(layer).take(8).chain(snapshot.within(layer, everywhere).into_iter().take(8)) {
            let _texts = (row.key(), row.name(), row.network(), row.figures_by_year());
            for part in row.parts().take(8) {
                let _places = part.places().take(8).count();
            }
            let _foot = snapshot.foot(row.key(), here);
        }
    }
}
