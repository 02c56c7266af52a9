//! What does a verdict cost when there are more networks? The national edition copied beside itself.

use crate::import::timed;
use crate::points::near_pipes;
use crate::verdicts::percentiles;
use caloduc_engine::network::{Edition, Key, NetworkShape};
use caloduc_engine::snapshot::{Snapshot, Stamp, build};
use geo::MapCoordsInPlace;
use std::sync::Arc;

/// Prints the cost at once, four and sixteen times as many networks, the copies a few hundred metres apart: four and
/// sixteen times as dense, which is harder than a larger country.
pub fn measure(national: &Edition) {
    println!("## As networks grow\n");
    println!(
        "| networks | vertices | snapshot | build | median | p99 |\n|---|---|---|---|---|---|"
    );
    for times in [1_u32, 4, 16] {
        let edition = copied(national, times);
        let vertices: usize = edition
            .networks
            .iter()
            .filter_map(|n| n.row.trace())
            .map(|trace| trace.shape.0.iter().map(|line| line.0.len()).sum::<usize>())
            .sum();
        let (bytes, build_s) = timed(|| build(&edition, &Stamp::default()).unwrap());
        let size_mb = bytes.len() as f64 / 1e6;
        let places = near_pipes(&edition, 100_000);
        let networks = edition.networks.len();
        drop(edition);
        let snapshot = Snapshot::open(Arc::new(bytes)).unwrap();
        percentiles(&snapshot, &places[..20_000]);
        let [median, p99, _] = percentiles(&snapshot, &places);
        println!(
            "| {networks} (× {times}) | {:.1} M | {size_mb:.0} MB | {build_s:.2} s | {median:.2} µs | {p99:.2} µs |",
            vertices as f64 / 1e6
        );
    }
    println!();
}

fn copied(national: &Edition, times: u32) -> Edition {
    let mut edition = national.clone();
    for copy in 1..times {
        let (dx, dy) = (f64::from(copy % 4) * 371.0, f64::from(copy / 4) * 293.0);
        for network in &national.networks {
            let mut network = network.clone();
            network.key = Key::parse(&format!("{}.{copy}", network.key)).unwrap();
            if let Some(NetworkShape::Trace(trace)) = &mut network.row.shape {
                trace.shape.map_coords_in_place(|p| geo::Coord {
                    x: p.x + dx,
                    y: p.y + dy,
                });
            }
            edition.networks.push(network);
        }
    }
    edition.sort();
    edition
}
