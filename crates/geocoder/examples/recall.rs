//! How many real addresses of Paris are found when they are written badly? Prints, by class of
//! noise, the share of right BAN ids in the first place, the calibration of the confidence and rows per second.
//!
//! `CALODUC_SHARED=…/shared/data cargo run --release -p caloduc-geocoder --example recall [queries] [class] [show]`
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::disallowed_methods
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Instant;

use caloduc_geocoder::source::ban;
use caloduc_geocoder::{Geocoder, IndexBuilder, SearchRequest};
use rayon::prelude::*;

#[path = "noise/mod.rs"]
mod noise;

use noise::{Address, CLASSES, Dice};

fn main() {
    let shared = std::env::var("CALODUC_SHARED").unwrap_or_else(|_| "../shared/data".into());
    let path = std::path::Path::new(&shared).join("ban/adresses-75.csv.gz");
    if !path.exists() {
        println!("skipped: no {} (set CALODUC_SHARED)", path.display());
        return;
    }
    let mut args = std::env::args().skip(1);
    let count: usize = args.next().and_then(|a| a.parse().ok()).unwrap_or(4000);
    let only = args.next().filter(|a| a != "all");
    let show: usize = args.next().and_then(|a| a.parse().ok()).unwrap_or(0);

    let start = Instant::now();
    let mut builder = IndexBuilder::new();
    builder
        .add_addresses(std::fs::File::open(&path).unwrap())
        .unwrap();
    let mut bytes = Vec::new();
    let report = builder.finish(&mut bytes).unwrap();
    println!(
        "index of {} bytes built in {:.2?}; duplicates {}",
        report.bytes,
        start.elapsed(),
        report.duplicates
    );
    let start = Instant::now();
    let geocoder = Geocoder::open(bytes).unwrap();
    println!("opened in {:.2?}", start.elapsed());

    let (mut plain, mut bis, mut other) = (Vec::new(), Vec::new(), Vec::new());
    ban::read(std::fs::File::open(&path).unwrap(), |row| {
        let address = Address {
            id: row.id.to_string(),
            number: row.number.unwrap_or(0).to_string(),
            suffix: row.suffix.to_string(),
            street: row.street.to_string(),
            postcode: row.postcode.to_string(),
            city: "Paris".into(),
            has_namesake: false,
        };
        match row.suffix.as_ref() {
            "" => plain.push(address),
            "b" | "t" | "q" | "bis" | "ter" | "quater" => bis.push(address),
            _ => other.push(address),
        }
    })
    .unwrap();

    noise::mark_namesakes([&mut plain, &mut bis, &mut other]);
    println!(
        "{:<24}{:>9}{:>11}{:>11}{:>12}",
        "class", "plain %", "bis/ter %", "others %", "rows/s"
    );
    let mut calibration: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
    let (mut all, mut spent) = (0_usize, 0.0);
    for (place, class) in CLASSES.iter().enumerate() {
        if only.as_ref().is_some_and(|o| o != class.name) {
            continue;
        }
        let mut row = format!("{:<24}", class.name);
        let mut rate = 0.0;
        for (kind, addresses) in [&plain, &bis, &other].into_iter().enumerate() {
            let mut dice = Dice::new(1000 * place as u64 + kind as u64 + 7);
            let wanted = if kind == 0 { count } else { count / 2 };
            let mut asked = Vec::with_capacity(wanted);
            while asked.len() < wanted {
                let address = &addresses[dice.below(addresses.len())];
                if let Some(text) = (class.spoil)(address, &mut dice) {
                    asked.push((address, text));
                }
            }
            let start = Instant::now();
            let answers: Vec<_> = asked
                .par_iter()
                .map(|(_, t)| geocoder.search(&SearchRequest::new(t)).into_iter().next())
                .collect();
            let seconds = start.elapsed().as_secs_f64();
            if kind == 0 {
                rate = wanted as f64 / seconds;
                all += wanted;
                spent += seconds;
            }
            let mut right = 0;
            let mut shown = 0;
            for ((address, text), answer) in asked.iter().zip(&answers) {
                let is_right = answer.as_ref().is_some_and(|h| h.id == address.id);
                right += usize::from(is_right);
                if kind == 0
                    && let Some(h) = answer
                {
                    let bin = calibration
                        .entry((h.confidence * 10.0).min(9.0) as u32)
                        .or_default();
                    bin.0 += 1;
                    bin.1 += u32::from(is_right);
                }
                if !is_right && shown < show {
                    shown += 1;
                    println!(
                        "    “{text}” wanted {} {} {} {}, got {}",
                        address.number,
                        address.street,
                        address.postcode,
                        address.id,
                        answer.as_ref().map_or_else(
                            || "nothing".into(),
                            |h| format!(
                                "{} ({}) s={:.2} c={:.2} {:?}",
                                h.label, h.id, h.score, h.confidence, h.reasons
                            )
                        )
                    );
                }
            }
            let width = if kind == 0 { 9 } else { 11 };
            write!(row, "{:>width$.2}", 100.0 * right as f64 / wanted as f64).unwrap();
        }
        println!("{row}{rate:>12.0}");
    }
    println!("all classes: {:.0} rows/s", all as f64 / spent);
    println!("\nconfidence   answers   right %");
    for (bin, (answers, right)) in calibration.iter().rev() {
        println!(
            "{:.1} to {:.1}  {answers:>9}   {:>6.2}",
            f64::from(*bin) / 10.0,
            f64::from(*bin + 1) / 10.0,
            100.0 * f64::from(*right) / f64::from(*answers)
        );
    }
}
