//! How does an index of the size of France behave? Makes up 2.4 million streets and 26 million numbers in
//! a hundred departments, builds, opens, and asks. Prints times, sizes and rows per second.
//!
//! `cargo run --release -p caloduc-geocoder --example france [addresses] [file [typing]]`; `typing` leaves out the classes
//! of noise, and takes the file as it is if it is there.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::disallowed_methods
)]

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::time::{Duration, Instant};

use caloduc_geocoder::{Completion, Geocoder, IndexBuilder, LonLat, ReverseRequest, SearchRequest};
use rayon::prelude::*;

#[path = "sample/noise.rs"]
#[allow(dead_code)]
mod noise;

#[path = "sample/clock.rs"]
mod clock;

use clock::Clock;
use noise::{Address, Alone, CLASSES, Dice};

const SYLLABLES: [&str; 32] = [
    "bel", "mon", "ter", "vil", "lau", "cha", "rou", "den", "fleu", "mar", "ni", "col", "pré",
    "gran", "lou", "sac", "ber", "tin", "val", "ran", "dou", "mil", "sau", "cor", "puy", "lan",
    "vier", "né", "rac", "fon", "gui", "bois",
];
const TYPES: [&str; 10] = [
    "Rue",
    "Rue",
    "Rue",
    "Avenue",
    "Chemin",
    "Impasse",
    "Place",
    "Allée",
    "Route",
    "Boulevard",
];
const COMMON: [&str; 24] = [
    "de l'Église",
    "Victor Hugo",
    "de la Mairie",
    "du Moulin",
    "Pasteur",
    "des Écoles",
    "de la République",
    "du Général Leclerc",
    "Jean Jaurès",
    "du 8 Mai 1945",
    "de la Gare",
    "des Lilas",
    "du Stade",
    "de la Fontaine",
    "Jules Ferry",
    "du Château",
    "des Acacias",
    "du Maréchal Foch",
    "de Paris",
    "Émile Zola",
    "du Lavoir",
    "Saint-Martin",
    "des Tilleuls",
    "de Verdun",
];

/// A reader that makes up the BAN file of one department.
struct Department {
    code: u32,
    towns: u32,
    streets: u32,
    numbers: u32,
    town: u32,
    street: u32,
    buffer: Vec<u8>,
    at: usize,
}

fn word(seed: u64) -> String {
    let mut dice = Dice::new(seed);
    let mut out: String = (0..2 + dice.below(3))
        .map(|_| SYLLABLES[dice.below(SYLLABLES.len())])
        .collect();
    if let Some(first) = out.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    out
}

fn town_name(code: u32, town: u32) -> String {
    let seed = u64::from(code) * 1000 + u64::from(town);
    match town % 5 {
        0 => format!("Saint-{}", word(seed % 6000)),
        1 => format!("{}-sur-{}", word(seed), word(seed % 90)),
        _ => word(seed * 7 + 3),
    }
}

fn street_name(code: u32, town: u32, street: u32) -> String {
    let seed = (u64::from(code) * 1000 + u64::from(town)) * 1000 + u64::from(street);
    let mut dice = Dice::new(seed);
    let kind = TYPES[dice.below(TYPES.len())];
    if (street as usize) < COMMON.len() {
        return format!("{kind} {}", COMMON[street as usize]);
    }
    match dice.below(4) {
        0 => format!(
            "{kind} {} {}",
            word(dice.next() % 800),
            word(dice.next() % 60_000)
        ),
        1 => format!("{kind} de la {}", word(dice.next() % 20_000)),
        2 => format!("{kind} des {}s", word(dice.next() % 20_000)),
        _ => format!("{kind} du {}", word(dice.next() % 60_000)),
    }
}

impl Department {
    fn address(&self, town: u32, street: u32, number: u32) -> Address {
        let citycode = format!("{:02}{:03}", self.code, town + 1);
        Address {
            id: format!("{citycode}_{street:04}_{number:05}"),
            number: number.to_string(),
            suffix: String::new(),
            street: street_name(self.code, town, street),
            postcode: format!("{:02}{:03}", self.code, (town / 8) * 10),
            city: town_name(self.code, town),
            alone: Alone {
                without_type: true,
                without_city: true,
                without_postcode: true,
                without_place: false,
            },
        }
    }

    fn fill(&mut self) {
        self.buffer.clear();
        self.at = 0;
        let mut text = String::new();
        if self.town == 0 && self.street == 0 {
            text.push_str("id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;lon;lat\n");
        }
        if self.town < self.towns {
            let (t, s) = (self.town, self.street);
            let a = self.address(t, s, 0);
            let citycode = format!("{:02}{:03}", self.code, t + 1);
            let (lon, lat) = (
                f64::from(self.code % 10) * 0.9 - 2.0 + f64::from(t % 20) * 0.04,
                f64::from(self.code / 10) * 0.8 + 42.5 + f64::from(t / 20) * 0.04,
            );
            for k in 0..self.numbers {
                let n = k + 1;
                let (x, y) = (
                    lon + f64::from(s % 9) * 0.004 + f64::from(k) * 0.0001,
                    lat + f64::from(s / 9) * 0.002,
                );
                writeln!(
                    text,
                    "{citycode}_{s:04}_{n:05};{n};;{};{};{citycode};{};{x:.6};{y:.6}",
                    a.street, a.postcode, a.city
                )
                .unwrap();
            }
            self.street += 1;
            if self.street == self.streets {
                self.street = 0;
                self.town += 1;
            }
        }
        self.buffer = text.into_bytes();
    }
}

impl Read for Department {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.buffer.len() {
            self.fill();
        }
        let n = out.len().min(self.buffer.len() - self.at);
        out[..n].copy_from_slice(&self.buffer[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}

fn department(code: u32, numbers: u32) -> Department {
    Department {
        code,
        towns: 350,
        streets: 70,
        numbers,
        town: 0,
        street: 0,
        buffer: Vec::new(),
        at: 0,
    }
}

fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status
        .lines()
        .filter(|l| l.starts_with("VmHWM") || l.starts_with("VmRSS"))
        .map(|l| l.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Makes the index, and says what it took.
fn build(codes: &[u32], numbers: u32, path: &str) {
    let start = Instant::now();
    let mut builder = IndexBuilder::new().with_scratch(Box::new(tempfile::tempfile().unwrap()));
    let mut making = Duration::ZERO;
    for &code in codes {
        let begin = Instant::now();
        std::io::copy(&mut department(code, numbers), &mut std::io::sink()).unwrap();
        making += begin.elapsed();
        builder.add_addresses(department(code, numbers)).unwrap();
    }
    println!(
        "read in {:.1?} ({:.1?} of it making rows up, twice); {}",
        start.elapsed(),
        making * 2,
        memory()
    );
    let mut out = std::io::BufWriter::with_capacity(1 << 20, std::fs::File::create(path).unwrap());
    let report = builder.finish(&mut out).unwrap();
    out.flush().unwrap();
    let addresses: u64 = report.departments.iter().map(|d| d.addresses).sum();
    println!(
        "{addresses} addresses, {:.3} GB, built in {:.1?}; {}",
        report.bytes as f64 / 1e9,
        start.elapsed(),
        memory()
    );
}

fn main() {
    let wanted: u32 = std::env::args()
        .nth(1)
        .and_then(|a| a.parse().ok())
        .unwrap_or(26_000_000);
    let numbers = 11;
    let departments = (wanted / (350 * 70 * numbers)).clamp(1, 95);
    let codes: Vec<u32> = (1..=departments + 1)
        .filter(|c| *c != 20)
        .take(departments as usize)
        .collect();
    let path = std::env::args().nth(2).unwrap_or_else(|| {
        std::env::temp_dir()
            .join("caloduc-france.index")
            .display()
            .to_string()
    });

    if std::env::args().nth(3).is_none_or(|only| only != "typing")
        || !std::path::Path::new(&path).exists()
    {
        build(&codes, numbers, &path);
    }
    let data = std::fs::read(&path).unwrap();
    let begin = Instant::now();
    let geocoder = Geocoder::open(data).unwrap();
    println!("opened in {:.2?}", begin.elapsed());
    let begin = Instant::now();
    geocoder.verify().unwrap();
    println!("verified in {:.2?}", begin.elapsed());

    let mut dice = Dice::new(5);
    let mut pick = || {
        let d = department(codes[dice.below(codes.len())], numbers);
        d.address(
            dice.below(350) as u32,
            dice.below(70) as u32,
            1 + dice.below(numbers as usize) as u32,
        )
    };
    println!(
        "{:<24}{:>9}{:>12}{:>14}{:>12}{:>12}",
        "class", "right %", "rows/s", "rows/s a core", "p99 ms", "worst ms"
    );
    for (place, class) in CLASSES.iter().enumerate() {
        let is_left_out = std::env::args().nth(3).is_some_and(|only| only == "typing");
        if is_left_out || class.name.starts_with("upper") || class.name == "wrong postcode" {
            continue;
        }
        let mut noise = Dice::new(place as u64);
        let mut asked = Vec::new();
        // Some classes do not apply to made-up addresses, whose street names are never alone.
        for _ in 0..200_000 {
            if asked.len() == 2000 {
                break;
            }
            let a = pick();
            if let Some(text) = (class.spoil)(&a, &mut noise) {
                asked.push((a, text));
            }
        }
        if asked.len() < 2000 {
            println!("{:<24}  does not apply", class.name);
            continue;
        }
        let all = Clock::of_all_threads();
        let answers: Vec<(bool, Duration)> = asked
            .par_iter()
            .map(|(a, text)| {
                let begin = Instant::now();
                let hit = geocoder
                    .search(&SearchRequest::new(text))
                    .into_iter()
                    .next();
                (hit.is_some_and(|h| h.id == a.id), begin.elapsed())
            })
            .collect();
        let (wall, busy) = all.elapsed();
        let right = answers.iter().filter(|a| a.0).count();
        let mut times: Vec<Duration> = answers.iter().map(|a| a.1).collect();
        times.sort_unstable();
        println!(
            "{:<24}{:>9.2}{:>12.0}{:>14.0}{:>12.2}{:>12.2}",
            class.name,
            right as f64 / 20.0,
            2000.0 / wall.as_secs_f64(),
            2000.0 / busy.as_secs_f64(),
            times[1980].as_secs_f64() * 1e3,
            times[1999].as_secs_f64() * 1e3
        );
    }
    if let Ok(text) = std::env::var("ASKED") {
        for _ in 0..2000 {
            std::hint::black_box(geocoder.search(&SearchRequest {
                limit: 5,
                completion: Completion::Typing,
                ..SearchRequest::new(&text)
            }));
        }
        return;
    }
    let mut times: Vec<(Duration, String)> = Vec::new();
    for _ in 0..200 {
        let a = pick();
        let text = format!("{} {} {}", a.number, a.street, a.city);
        let letters: Vec<char> = text.chars().collect();
        for end in (3..=letters.len()).step_by(3) {
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
    times.sort_unstable();
    if std::env::var_os("SLOWEST").is_some() {
        for t in times.iter().rev().take(24) {
            println!("{:?} {}", t.0, t.1);
        }
    }
    let at = |p: usize| times[(times.len() - 1) * p / 100].0;
    println!(
        "typing: p50 {:.2?}, p99 {:.2?}, worst {:.2?} (“{}”)",
        at(50),
        at(99),
        at(100),
        times[times.len() - 1].1
    );
    let mut times: Vec<Duration> = (0..2000)
        .map(|_| {
            let point = LonLat {
                lon: -2.0 + dice.below(900) as f64 * 0.01,
                lat: 42.5 + dice.below(800) as f64 * 0.01,
            };
            clock::best_of_three(|| geocoder.reverse(&ReverseRequest::new(point)))
        })
        .collect();
    times.sort_unstable();
    println!(
        "reverse: p50 {:.2?}, p99 {:.2?}, worst {:.2?}; {}",
        times[1000],
        times[1980],
        times[1999],
        memory()
    );
}
