//! Hard cases, each class of failure of the brief among them, with a floor that only rises.

use caloduc_geocoder::{Geocoder, IndexBuilder, PlaceKind, SearchRequest};

use crate::territory::geocoder;

/// Right answers out of the cases of `fictional.tsv`. It only rises.
const FICTIONAL_FLOOR: usize = 533;
/// Right answers out of the cases of `paris.tsv`. It only rises.
const PARIS_FLOOR: usize = 81;

fn right<D: AsRef<[u8]> + Send + Sync>(
    geocoder: &Geocoder<D>,
    question: &str,
    expected: &str,
) -> Result<(), String> {
    let Some(hit) = geocoder
        .search(&SearchRequest::new(question))
        .into_iter()
        .next()
    else {
        return Err("nothing".into());
    };
    let is_right = if let Some(id) = expected.strip_prefix('~') {
        hit.id == id && hit.is_approximate
    } else if let Some(code) = expected.strip_prefix('=') {
        hit.id == code && hit.kind == PlaceKind::Municipality
    } else {
        hit.id == expected
    };
    if is_right {
        Ok(())
    } else {
        Err(format!("{} ({}) {:?}", hit.label, hit.id, hit.reasons))
    }
}

fn run<D: AsRef<[u8]> + Send + Sync>(geocoder: &Geocoder<D>, cases: &str) -> (usize, usize) {
    let (mut good, mut all) = (0, 0);
    for line in cases.lines().filter(|l| !l.starts_with('#')) {
        let mut parts = line.split('\t');
        let (Some(class), Some(question), Some(expected)) =
            (parts.next(), parts.next(), parts.next())
        else {
            panic!("a case has three columns: {line}");
        };
        all += 1;
        match right(geocoder, question, expected) {
            Ok(()) => good += 1,
            Err(got) => eprintln!("{class}: “{question}” wanted {expected}, got {got}"),
        }
    }
    eprintln!("{good} of {all}");
    (good, all)
}

#[test]
fn hard_cases_of_the_fictional_territory_stay_answered() {
    let (good, all) = run(geocoder(), include_str!("../corpus/fictional.tsv"));
    assert!(all >= 400, "the corpus has {all} cases");
    assert!(
        good >= FICTIONAL_FLOOR,
        "{good} right answers, the floor is {FICTIONAL_FLOOR}"
    );
}

#[test]
fn hard_cases_of_paris_stay_answered() {
    let shared = std::env::var("CALODUC_SHARED").unwrap_or_else(|_| "../../../shared/data".into());
    let path = std::path::Path::new(&shared).join("ban/adresses-75.csv.gz");
    let Ok(file) = std::fs::File::open(&path) else {
        eprintln!("skipped: {} is not there", path.display());
        return;
    };
    let mut builder = IndexBuilder::new();
    builder.add_addresses(file).unwrap();
    let mut bytes = Vec::new();
    builder.finish(&mut bytes).unwrap();
    let (good, _) = run(
        &Geocoder::open(bytes).unwrap(),
        include_str!("../corpus/paris.tsv"),
    );
    assert!(
        good >= PARIS_FLOOR,
        "{good} right answers, the floor is {PARIS_FLOOR}"
    );
}
