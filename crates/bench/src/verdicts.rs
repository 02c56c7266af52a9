//! Points to verdicts.

use crate::import::timed;
use crate::memory::resident_mib;
use caloduc_engine::crs::LonLat;
use caloduc_engine::eligibility::Service;
use caloduc_engine::snapshot::Snapshot;
use rayon::prelude::*;
use std::hint::black_box;
use std::time::Instant;

/// Times of one verdict, microseconds: median, 99th percentile, 99.9th.
pub fn percentiles(snapshot: &Snapshot, places: &[LonLat]) -> [f64; 3] {
    let mut times: Vec<f64> = places
        .iter()
        .map(|place| {
            let start = Instant::now();
            black_box(snapshot.assess(*place, Service::Heat));
            start.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    [0.5, 0.99, 0.999].map(|share| times[((times.len() - 1) as f64 * share) as usize])
}

/// Verdicts a second on every core.
fn rate(snapshot: &Snapshot, places: &[LonLat]) -> f64 {
    let best = (0..5).map(|_| {
        timed(|| {
            places.par_chunks(4096).for_each(|chunk| {
                for place in chunk {
                    black_box(snapshot.assess(*place, Service::Heat));
                }
            });
        })
        .1
    });
    places.len() as f64 / best.fold(f64::INFINITY, f64::min)
}

/// Prints the table of verdicts.
pub fn measure(snapshot: &Snapshot, near: &[LonLat], anywhere: &[LonLat]) {
    println!("## A verdict with all its facts\n");
    println!(
        "| places | median | p99 | p99.9 | a second, {} threads, any order | sorted along the curve |",
        rayon::current_num_threads()
    );
    println!("|---|---|---|---|---|---|");
    for (name, places) in [
        ("within 1 km of a pipe", near),
        ("anywhere in the communes", anywhere),
    ] {
        let warm = percentiles(snapshot, places);
        let [median, p99, p999] = percentiles(snapshot, places).map(|us| us.min(f64::MAX));
        black_box(warm);
        let mut sorted = places.to_vec();
        sorted.sort_by_cached_key(|place| snapshot.along_curve(*place));
        println!(
            "| {name} | {median:.2} µs | {p99:.2} µs | {p999:.2} µs | {:.0} | {:.0} |",
            rate(snapshot, places),
            rate(snapshot, &sorted)
        );
    }
    println!(
        "\nResident memory of the whole bench at this point: {} MiB.\n",
        resident_mib().0
    );
}
