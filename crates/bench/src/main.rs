//! What does it cost? Measures the engine at the size of France and prints the tables of `docs/benchmarks.md`.
//!
//! `caloduc-bench engine [FOLDER]` makes a national territory (fictional, from a seed), imports it and asks; with a
//! folder, it leaves there the segments and points as text, for another program to be asked the same.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

mod growth;
mod import;
mod memory;
mod peers;
mod points;
mod verdicts;

use std::path::PathBuf;

fn main() {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("engine") => engine(arguments.next().map(PathBuf::from)),
        Some("verdicts") => {
            let national = import::measure();
            measure_verdicts(&national);
        }
        _ => println!("caloduc-bench engine [FOLDER] | verdicts"),
    }
}

fn engine(folder: Option<PathBuf>) {
    let national = import::measure();
    let near = measure_verdicts(&national);
    peers::measure(&national.edition, &national.snapshot, &near);
    if let Some(folder) = folder {
        peers::write_for_another_program(&national.edition, &near, &folder);
    }
    growth::measure(&national.edition);
}

/// Times verdicts; gives the places asked about that are near pipes.
fn measure_verdicts(national: &import::National) -> Vec<caloduc_engine::crs::LonLat> {
    let near = points::near_pipes(&national.edition, 200_000);
    let anywhere = points::anywhere(&national.edition, 200_000);
    verdicts::measure(&national.snapshot, &near, &anywhere);
    near
}
