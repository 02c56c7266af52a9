//! How many real addresses are found when they are written badly? Prints, by class of noise, the share of right BAN
//! ids in the first place and rows per second, then how often answers of each confidence and score are right.
//!
//! `cargo run --release -p caloduc-geocoder --example recall -- [--queries N] [--class NAME] [--show N]
//! [--write FILE N] [PATH…]`: BAN files or folders, Paris of `CALODUC_SHARED` when none is named; `--write` leaves N
//! questions of each class in a file, to ask them to another program.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::disallowed_methods
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use caloduc_geocoder::{Geocoder, Hit, SearchRequest};
use rayon::prelude::*;

#[path = "sample/mod.rs"]
mod sample;

use sample::noise::{Address, CLASSES, Class, Dice};

#[derive(Default)]
struct Options {
    queries: usize,
    class: Option<String>,
    show: usize,
    write: Option<(PathBuf, usize)>,
    files: Vec<PathBuf>,
}

fn options() -> Options {
    let mut out = Options {
        queries: 4000,
        ..Options::default()
    };
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut number = || args.next().unwrap().parse().unwrap();
        match arg.as_str() {
            "--queries" => out.queries = number(),
            "--show" => out.show = number(),
            "--class" => out.class = args.next(),
            "--write" => {
                let path = args.next().unwrap().into();
                out.write = Some((path, args.next().unwrap().parse().unwrap()));
            }
            path => out.files.push(path.into()),
        }
    }
    out
}

/// Right and all answers of a bin of confidence or score.
type Bins = BTreeMap<u32, (u32, u32)>;

fn main() {
    let options = options();
    let Some(files) = sample::files(&options.files) else {
        return;
    };
    let geocoder = sample::index(&files);
    let addresses = sample::addresses(&files);
    println!(
        "{:<24}{:>9}{:>11}{:>11}{:>12}",
        "class", "plain %", "bis/ter %", "others %", "rows/s"
    );
    let (mut by_confidence, mut by_score) = (Bins::new(), Bins::new());
    let (mut all, mut spent) = (0_usize, 0.0);
    let mut written = String::new();
    let mut sums = [(0_usize, 0_usize); 3];
    for (place, class) in CLASSES.iter().enumerate() {
        if options.class.as_ref().is_some_and(|o| o != class.name) {
            continue;
        }
        let mut row = format!("{:<24}", class.name);
        let mut rate = 0.0;
        for (kind, list) in addresses.lists().into_iter().enumerate() {
            let width = if kind == 0 { 9 } else { 11 };
            let wanted = if kind == 0 {
                options.queries
            } else {
                options.queries / 2
            };
            let asked = questions(class, list, wanted, 1000 * place as u64 + kind as u64 + 7);
            if asked.is_empty() {
                write!(row, "{:>width$}", "-").unwrap();
                continue;
            }
            let (answers, seconds) = ask(&geocoder, &asked);
            if kind == 0 {
                rate = asked.len() as f64 / seconds;
                all += asked.len();
                spent += seconds;
                if let Some((_, count)) = &options.write {
                    for (address, text) in asked.iter().take(*count) {
                        writeln!(written, "{}\t{text}\t{}", class.name, address.id).unwrap();
                    }
                }
            }
            let mut right = 0;
            let mut shown = 0;
            for ((address, text), answer) in asked.iter().zip(&answers) {
                let is_right = answer.as_ref().is_some_and(|h| h.id == address.id);
                right += usize::from(is_right);
                if kind == 0
                    && let Some(h) = answer
                {
                    count(&mut by_confidence, h.confidence, is_right);
                    count(&mut by_score, h.score, is_right);
                }
                if !is_right && shown < options.show {
                    shown += 1;
                    println!("{}", failure(address, text, answer.as_ref()));
                }
            }
            sums[kind].0 += right;
            sums[kind].1 += asked.len();
            write!(
                row,
                "{:>width$.2}",
                100.0 * right as f64 / asked.len() as f64
            )
            .unwrap();
        }
        println!("{row}{rate:>12.0}");
    }
    let share = |s: (usize, usize)| 100.0 * s.0 as f64 / s.1.max(1) as f64;
    println!(
        "{:<24}{:>9.2}{:>11.2}{:>11.2}{:>12.0}",
        "all",
        share(sums[0]),
        share(sums[1]),
        share(sums[2]),
        all as f64 / spent
    );
    show_bins("confidence", &by_confidence);
    show_bins("score", &by_score);
    if let Some((path, _)) = options.write {
        std::fs::write(path, written).unwrap();
    }
}

/// As many questions of a class as wanted, each about an address taken by chance; fewer when the class hardly ever applies.
fn questions<'a>(
    class: &Class,
    list: &'a [Address],
    wanted: usize,
    seed: u64,
) -> Vec<(&'a Address, String)> {
    let mut dice = Dice::new(seed);
    let mut asked = Vec::with_capacity(wanted);
    for _ in 0..wanted * 50 {
        if asked.len() == wanted || list.is_empty() {
            break;
        }
        let address = &list[dice.below(list.len())];
        if let Some(text) = (class.spoil)(address, &mut dice) {
            asked.push((address, text));
        }
    }
    asked
}

fn ask(geocoder: &Geocoder<Vec<u8>>, asked: &[(&Address, String)]) -> (Vec<Option<Hit>>, f64) {
    let start = Instant::now();
    let answers = asked
        .par_iter()
        .map(|(_, t)| geocoder.search(&SearchRequest::new(t)).into_iter().next())
        .collect();
    (answers, start.elapsed().as_secs_f64())
}

fn count(bins: &mut Bins, value: f64, is_right: bool) {
    let bin = bins.entry((value * 10.0).min(9.0) as u32).or_default();
    bin.0 += u32::from(is_right);
    bin.1 += 1;
}

fn show_bins(name: &str, bins: &Bins) {
    println!("\n{name:<12} answers   right %");
    for (bin, (right, answers)) in bins.iter().rev() {
        println!(
            "{:.1} to {:.1}  {answers:>9}   {:>6.2}",
            f64::from(*bin) / 10.0,
            f64::from(*bin + 1) / 10.0,
            100.0 * f64::from(*right) / f64::from(*answers)
        );
    }
}

fn failure(address: &Address, text: &str, answer: Option<&Hit>) -> String {
    format!(
        "    “{text}” wanted {}{} {} {} {}, got {}",
        address.number,
        address.suffix,
        address.street,
        address.postcode,
        address.id,
        answer.map_or_else(
            || "nothing".into(),
            |h| format!(
                "{} ({}) s={:.2} c={:.2} {:?}",
                h.label, h.id, h.score, h.confidence, h.reasons
            )
        )
    )
}
