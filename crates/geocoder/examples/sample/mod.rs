//! What do the measures run on? The addresses of BAN files, the index made of them, and the ways to spoil a question.

pub mod noise;

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Instant;

use caloduc_geocoder::source::ban;
use caloduc_geocoder::source::territory::whole_city;
use caloduc_geocoder::{Geocoder, IndexBuilder, SourceKind};
use noise::{Address, Alone};

/// Addresses by what their number bears.
#[derive(Default)]
pub struct Addresses {
    /// No suffix.
    pub plain: Vec<Address>,
    /// `bis`, `ter`, `quater`.
    pub repeated: Vec<Address>,
    /// Any other suffix.
    pub others: Vec<Address>,
}

impl Addresses {
    pub fn lists(&self) -> [&Vec<Address>; 3] {
        [&self.plain, &self.repeated, &self.others]
    }
}

/// The files to measure on: those named, else Paris; none when Paris is not there.
pub fn files(named: &[PathBuf]) -> Option<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in named {
        if path.is_dir() {
            let mut inside: Vec<PathBuf> = std::fs::read_dir(path)
                .unwrap()
                .map(|e| e.unwrap().path())
                .collect();
            inside.sort();
            found.extend(inside);
        } else {
            found.push(path.clone());
        }
    }
    if named.is_empty() {
        let shared = std::env::var("CALODUC_SHARED").unwrap_or_else(|_| "../shared/data".into());
        let path = Path::new(&shared).join("ban/adresses-75.csv.gz");
        if !path.exists() {
            println!("skipped: no {} (set CALODUC_SHARED)", path.display());
            return None;
        }
        found.push(path);
    }
    Some(found)
}

/// Builds the index of the files and says how long it took.
pub fn index(files: &[PathBuf]) -> Geocoder<Vec<u8>> {
    let start = Instant::now();
    let mut builder = IndexBuilder::new();
    for path in files {
        let Some(kind) = SourceKind::of(File::open(path).unwrap()).unwrap() else {
            continue;
        };
        builder.add(kind, File::open(path).unwrap()).unwrap();
    }
    let mut bytes = Vec::new();
    let report = builder.finish(&mut bytes).unwrap();
    let built = start.elapsed();
    let start = Instant::now();
    let geocoder = Geocoder::open(bytes).unwrap();
    println!(
        "{} addresses: index of {} bytes built in {built:.2?}, opened in {:.2?}",
        report.departments.iter().map(|d| d.addresses).sum::<u64>(),
        report.bytes,
        start.elapsed()
    );
    geocoder
}

/// Every address of the files, with what tells it from the others.
pub fn addresses(files: &[PathBuf]) -> Addresses {
    let mut all = Addresses::default();
    for path in files {
        if SourceKind::of(File::open(path).unwrap()).unwrap() != Some(SourceKind::Addresses) {
            continue;
        }
        ban::read(File::open(path).unwrap(), |row| {
            let address = Address {
                id: row.id.to_string(),
                number: row.number.unwrap_or(0).to_string(),
                suffix: row.suffix.to_string(),
                street: row.street.to_string(),
                postcode: row.postcode.to_string(),
                city: whole_city(&row.citycode)
                    .map_or_else(|| row.city.to_string(), |c| c.1.to_owned()),
                alone: Alone::default(),
            };
            match row.suffix.as_ref() {
                "" => all.plain.push(address),
                "b" | "t" | "q" | "bis" | "ter" | "quater" => all.repeated.push(address),
                _ => all.others.push(address),
            }
        })
        .unwrap();
    }
    mark(&mut all);
    all
}

/// Finds out which questions have one right answer: `12 rue Pasteur` alone may be in a hundred towns.
fn mark(all: &mut Addresses) {
    let lists = [&mut all.plain, &mut all.repeated, &mut all.others];
    let mut lists: Vec<&mut Address> = lists.into_iter().flatten().collect();
    let untyped = |a: &Address| noise::without_type(&a.street).unwrap_or_else(|| a.street.clone());
    // `12b` and `12bis` are written the same, and so are both apostrophes.
    let number = |a: &Address| {
        let letter = match a.suffix.as_str() {
            "bis" | "ter" | "quater" => &a.suffix[..1],
            other => other,
        };
        format!("{} {letter}", a.number)
    };
    let fold = |text: &str| noise::fold(text).to_lowercase().replace('’', "'");
    let keys = |a: &Address| {
        let (street, city) = (fold(&a.street), fold(&a.city));
        [
            format!("{}|{}|{}|{city}", a.number, fold(&untyped(a)), a.postcode),
            format!("{}|{street}|{}", number(a), a.postcode),
            format!("{}|{street}|{city}", number(a)),
            format!("{}|{street}", number(a)),
        ]
    };
    let mut seen: [HashMap<String, (String, u32)>; 4] = Default::default();
    for address in &lists {
        for (place, key) in keys(address).into_iter().enumerate() {
            // Without its type, a street is told by its type; otherwise, an address by its id.
            let own = if place == 0 {
                &address.street
            } else {
                &address.id
            };
            let entry = seen[place].entry(key).or_insert_with(|| (own.clone(), 1));
            if entry.0 != *own {
                entry.1 += 1;
            }
        }
    }
    for address in &mut lists {
        let is_alone: Vec<bool> = keys(address)
            .iter()
            .enumerate()
            .map(|(place, key)| seen[place].get(key).is_some_and(|e| e.1 == 1))
            .collect();
        address.alone = Alone {
            without_type: is_alone[0],
            without_city: is_alone[1],
            without_postcode: is_alone[2],
            without_place: is_alone[3],
        };
    }
}
