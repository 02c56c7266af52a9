//! Files to a snapshot.

use crate::memory::resident_mib;
use caloduc_demo::{MemorySink, Plan, Territory};
use caloduc_engine::ingest::{self, IngestOptions, InputFile};
use caloduc_engine::network::Edition;
use caloduc_engine::release::assemble;
use caloduc_engine::report::check;
use caloduc_engine::snapshot::{Snapshot, Stamp, build};
use std::time::Instant;

/// A national edition and its snapshot, mapped from a file.
pub struct National {
    pub edition: Edition,
    pub snapshot: Snapshot,
}

/// Makes the files of a national territory without its addresses, imports them, builds and opens the snapshot.
pub fn measure() -> National {
    let files = files();
    let heat_mb = size_mb(&files, "reseaux_de_chaleur.geojson");
    let all_mb: f64 = files.iter().map(|f| f.bytes().len() as f64 / 1e6).sum();
    let (before_mib, _) = resident_mib();
    println!("## Import, one national edition\n");
    println!("| step | measure |\n|---|---|");
    println!("| heat networks, GeoJSON | {heat_mb:.0} MB |");
    println!("| all files (six tables, regulatory tables, communes) | {all_mb:.0} MB |");
    let options = IngestOptions {
        kind: None,
        year: None,
        progress: None,
    };
    let heat = files
        .iter()
        .filter(|f| f.name == "reseaux_de_chaleur.geojson");
    let (_, alone_s) = timed(|| ingest::read(heat.cloned().collect(), &options));
    println!("| read the heat networks alone | {alone_s:.2} s |");
    let (read, read_s) = timed(|| ingest::read(files, &options));
    println!("| read everything | {read_s:.2} s |");
    let (mut assembled, assemble_s) = timed(|| assemble(&Edition::default(), read, "main"));
    println!("| identities, communes, links | {assemble_s:.2} s |");
    let previous = Edition::default();
    let ((), check_s) = timed(|| {
        let _report = check(&assembled.edition, &previous);
    });
    println!("| quality report | {check_s:.2} s |");
    assembled.edition.sort();
    let (bytes, build_s) = timed(|| build(&assembled.edition, &Stamp::default()).unwrap());
    println!("| build the snapshot | {build_s:.2} s |");
    println!(
        "| **import, all steps** | **{:.2} s** |",
        read_s + assemble_s + check_s + build_s
    );
    let (_, peak_mib) = resident_mib();
    println!(
        "| peak memory beyond the files | {} MiB |",
        peak_mib.saturating_sub(before_mib)
    );
    println!("| snapshot | {:.0} MB |", bytes.len() as f64 / 1e6);
    let snapshot = mapped(&bytes);
    drop(bytes);
    National {
        edition: assembled.edition,
        snapshot,
    }
}

fn files() -> Vec<InputFile> {
    let territory = Territory::new(&Plan::national(1));
    let mut sink = MemorySink::default();
    let summary = territory.write_networks(&mut sink).unwrap();
    territory.write_territory(&mut sink).unwrap();
    println!(
        "Territory: {} communes, {} rows of networks, {} vertices of heat networks.\n",
        summary.communes, summary.network_rows, summary.heat_vertices
    );
    sink.into_files()
        .into_iter()
        .filter(|file| file.name.ends_with("json") || file.name.starts_with("reseau_chaleur"))
        .map(|file| InputFile::explicit(file.name, file.bytes))
        .collect()
}

fn size_mb(files: &[InputFile], name: &str) -> f64 {
    let found = files.iter().find(|file| file.name == name);
    found.map_or(0.0, |file| file.bytes().len() as f64 / 1e6)
}

fn mapped(bytes: &[u8]) -> Snapshot {
    let path = std::env::temp_dir().join(format!("caloduc-bench-{}", std::process::id()));
    std::fs::write(&path, bytes).unwrap();
    let start = Instant::now();
    let snapshot = Snapshot::open(caloduc_store::mapped::map(&path).unwrap()).unwrap();
    let open_us = start.elapsed().as_secs_f64() * 1e6;
    std::fs::remove_file(&path).unwrap();
    println!("| open the snapshot | {open_us:.0} µs |");
    let (checked, verify_s) = timed(|| snapshot.verify());
    checked.unwrap();
    println!("| verify every block | {:.0} ms |\n", verify_s * 1e3);
    snapshot
}

/// What `work` gives, and the seconds it took.
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let made = work();
    (made, start.elapsed().as_secs_f64())
}
