//! How fast are questions answered? Rows per second of whole CSV files, reading and writing included: clean, then of
//! every class of noise mixed; then the time of each letter typed, of points, and of texts meant to be slow. These
//! last are asked three times and the best is kept, since other programs of the machine lengthen some.
//!
//! `cargo run --release -p caloduc-geocoder --example speed -- [PATH…]`: BAN files or folders, Paris of
//! `CALODUC_SHARED` when none is named.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::disallowed_methods
)]

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;

use caloduc_geocoder::rows::{self, CsvOptions};
use caloduc_geocoder::{Completion, Geocoder, ReverseRequest, SearchRequest};

#[path = "sample/mod.rs"]
#[allow(dead_code)]
mod sample;

use sample::noise::{Address, CLASSES, Dice};

#[path = "sample/clock.rs"]
mod clock;

use clock::Clock;

const ROWS: usize = 100_000;

fn main() {
    let named: Vec<PathBuf> = std::env::args().skip(1).map(PathBuf::from).collect();
    let Some(files) = sample::files(&named) else {
        return;
    };
    let geocoder = sample::index(&files);
    let addresses = sample::addresses(&files);
    println!("{} threads", rayon::current_num_threads());
    let list = &addresses.plain;
    table(&geocoder, "clean rows", list, |a, dice| {
        (CLASSES[0].spoil)(a, dice)
    });
    table(&geocoder, "mixed rows", list, |a, dice| {
        let class = &CLASSES[dice.below(CLASSES.len())];
        (class.spoil)(a, dice)
    });
    typing(&geocoder, list);
    points(&geocoder, list);
    hostile(&geocoder);
}

/// Geocodes a CSV of distinct rows and says how many a second.
fn table(
    geocoder: &Geocoder<Vec<u8>>,
    name: &str,
    list: &[Address],
    spoil: impl Fn(&Address, &mut Dice) -> Option<String>,
) {
    let mut dice = Dice::new(11);
    let mut seen = HashSet::new();
    let mut file = String::from("adresse\n");
    for _ in 0..ROWS * 20 {
        if seen.len() == ROWS {
            break;
        }
        let Some(text) = spoil(&list[dice.below(list.len())], &mut dice) else {
            continue;
        };
        if seen.insert(text.clone()) {
            file.push('"');
            file.push_str(&text);
            file.push_str("\"\n");
        }
    }
    let start = Clock::of_all_threads();
    let report = rows::geocode(
        geocoder,
        file.as_bytes(),
        std::io::sink(),
        &CsvOptions::default(),
        |_| ControlFlow::Continue(()),
    )
    .unwrap();
    let (wall, busy) = start.elapsed();
    let rate = |time: Duration| report.rows as f64 / time.as_secs_f64();
    println!(
        "{name}: {} distinct rows in {:.2} s, {:.0} rows/s; {:.0} rows/s for each processor wholly given to it; {} found",
        report.rows,
        wall.as_secs_f64(),
        rate(wall),
        rate(busy),
        report.found
    );
}

fn typing(geocoder: &Geocoder<Vec<u8>>, list: &[Address]) {
    let mut dice = Dice::new(12);
    let mut times = Vec::new();
    for _ in 0..1000 {
        let a = &list[dice.below(list.len())];
        let text = format!("{} {} {}", a.number, a.street, a.city);
        let letters: Vec<char> = text.chars().collect();
        for end in 3..=letters.len() {
            let typed: String = letters[..end].iter().collect();
            let spent = clock::best_of_three(|| {
                geocoder.search(&SearchRequest {
                    limit: 5,
                    completion: Completion::Typing,
                    ..SearchRequest::new(&typed)
                })
            });
            times.push((spent, typed));
        }
    }
    say("letters typed", times);
}

fn points(geocoder: &Geocoder<Vec<u8>>, list: &[Address]) {
    let mut dice = Dice::new(13);
    let mut times = Vec::new();
    for _ in 0..20_000 {
        let a = &list[dice.below(list.len())];
        let Some(hit) = geocoder
            .search(&SearchRequest::new(&format!(
                "{} {} {}",
                a.number, a.street, a.postcode
            )))
            .into_iter()
            .next()
        else {
            continue;
        };
        let mut point = hit.position;
        point.lon += (dice.below(2001) as f64 - 1000.0) * 1e-6;
        point.lat += (dice.below(2001) as f64 - 1000.0) * 1e-6;
        let spent = clock::best_of_three(|| geocoder.reverse(&ReverseRequest::new(point)));
        times.push((spent, format!("{}, {}", point.lon, point.lat)));
    }
    say("points", times);
}

/// Texts that look like much and say little, of up to ten thousand characters.
fn hostile(geocoder: &Geocoder<Vec<u8>>) {
    let mut texts: Vec<String> = [
        "é",
        "rue ",
        "12 bis ",
        "75018 ",
        "a",
        "🏠",
        "saint ",
        "rue de la ",
        "de la ",
        "1 ",
        "paris ",
        "a b c d e f ",
        "12 rue de paris ",
        "saint denis ",
        "avenue du general ",
        "bp 12 cs 45 cedex 8 ",
        "x1y2z3",
        "l'",
        "e\u{301}",
        "rue du 8 mai 1945 ",
        "mn",
        "qzx",
    ]
    .iter()
    .flat_map(|piece| {
        [1, 3, 20, 100, 10_000 / piece.chars().count()]
            .map(|times| piece.repeat(times).chars().take(10_000).collect::<String>())
    })
    .collect();
    for text in [
        "rue",
        "rue de",
        "rue de la",
        "avenue",
        "place de l",
        "de la",
        "le",
        "saint",
        "la rue de la",
        "1",
        "12",
        "75",
    ] {
        texts.push(text.into());
    }
    let mut dice = Dice::new(14);
    for _ in 0..300 {
        let letters = b"aeioulnrstdmcpbvghfqyxjkzw  0123456789'-,";
        texts.push(
            (0..dice.below(200))
                .map(|_| char::from(letters[dice.below(letters.len())]))
                .collect(),
        );
    }
    let mut times = Vec::new();
    for text in texts {
        for completion in [Completion::Typing, Completion::Whole] {
            let spent = clock::best_of_three(|| {
                geocoder.search(&SearchRequest {
                    limit: 20,
                    completion,
                    ..SearchRequest::new(&text)
                })
            });
            let shown: String = text.chars().take(40).collect();
            times.push((spent, shown));
        }
    }
    say("texts meant to be slow", times);
}

fn say(name: &str, mut times: Vec<(Duration, String)>) {
    times.sort_unstable();
    let at = |p: usize| times[(times.len() - 1) * p / 100].0;
    println!(
        "{name}: {} asked, p50 {:.1?}, p99 {:.1?}, worst {:.1?} (“{}”)",
        times.len(),
        at(50),
        at(99),
        at(100),
        times[times.len() - 1].1
    );
}
