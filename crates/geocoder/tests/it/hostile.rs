//! Any text, any index bytes, any CSV: an answer or an error, never a panic.

use std::ops::ControlFlow;
use std::sync::LazyLock;

use caloduc_geocoder::rows::{self, CsvOptions};
use caloduc_geocoder::{
    Completion, Filters, Geocoder, IndexBuilder, LonLat, ReverseRequest, SearchRequest,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::territory::{bytes, geocoder};

static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut builder = IndexBuilder::new();
    let few: String = crate::territory::EXTRACT
        .lines()
        .step_by(17)
        .fold(String::new(), |all, l| all + l + "\n");
    let header = crate::territory::EXTRACT.lines().next().unwrap();
    builder
        .add_addresses(format!("{header}\n{few}").as_bytes())
        .unwrap();
    let mut out = Vec::new();
    builder.finish(&mut out).unwrap();
    out
});

fn ask_everything<D: AsRef<[u8]> + Send + Sync>(g: &Geocoder<D>) {
    let _ = g.info();
    let _ = g.verify();
    for text in [
        "4 rue pasteur 59991 bruyeghem",
        "rue qinaut",
        "paris 18",
        "12 bd dela chapelote paris",
        "v",
        "38990",
    ] {
        for completion in [Completion::Typing, Completion::Whole] {
            let _ = g.search(&SearchRequest {
                limit: 5,
                completion,
                ..SearchRequest::new(text)
            });
        }
    }
    let filters = Filters {
        citycode: Some("75056"),
        postcode: Some("75018"),
        ..Filters::default()
    };
    let _ = g.search(&SearchRequest {
        filters,
        ..SearchRequest::new("4 rue lepique")
    });
    let _ = g.reverse(&ReverseRequest {
        limit: 5,
        ..ReverseRequest::new(LonLat {
            lon: 5.2,
            lat: 46.1,
        })
    });
}

/// A file altered inside its blocks, its directory made right again.
fn with_right_directory(mut file: Vec<u8>) -> Vec<u8> {
    let end = file.len();
    let at =
        |file: &[u8], i: usize| u64::from_le_bytes(file[i..i + 8].try_into().unwrap()) as usize;
    let (offset, len) = (at(&file, end - 40), at(&file, end - 32));
    if offset.saturating_add(len) <= end {
        let crc = crc32fast::hash(&file[offset..offset + len]);
        file[end - 16..end - 12].copy_from_slice(&crc.to_le_bytes());
    }
    file
}

proptest! {
    // Always the same mutations: chance is for the fuzz targets.
    #![proptest_config(ProptestConfig { cases: 128, rng_seed: RngSeed::Fixed(75), ..ProptestConfig::default() })]
    #[test]
    fn any_text_gets_an_answer(text in "\\PC{0,300}") {
        let _ = geocoder().search(&SearchRequest { limit: 3, completion: Completion::Typing, ..SearchRequest::new(&text) });
    }

    #[test]
    fn any_mix_of_address_words_gets_an_answer(words in prop::collection::vec(prop::sample::select(vec!["12", "bis", "rue", "de", "la", "75018", "paris", "18e", "cedex", "bp", "3", "batiment", "b", "xiv", "a", "quinaut", "etage", "69003", "38", "990", "l'", "n°", "12-14", "ruequinaut", "porte"]), 0..14)) {
        let text = words.join(" ");
        let _ = geocoder().search(&SearchRequest { limit: 3, ..SearchRequest::new(&text) });
        let _ = geocoder().search(&SearchRequest { limit: 3, completion: Completion::Typing, ..SearchRequest::new(&text) });
    }

    #[test]
    fn altered_bytes_are_refused_or_read_without_harm(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40), cut in prop::option::of(any::<prop::sample::Index>())) {
        let mut file = BYTES.clone();
        for (place, value) in changes {
            let place = place.index(file.len());
            file[place] = value;
        }
        if let Some(cut) = cut {
            let cut = cut.index(file.len());
            let _ = Geocoder::open(&file[..cut]).map(|g| ask_everything(&g));
        }
        let file = with_right_directory(file);
        let _ = IndexBuilder::completing(&file).map(|b| b.finish(std::io::sink()));
        if let Ok(g) = Geocoder::open(&file) {
            ask_everything(&g);
        }
    }

    #[test]
    fn any_bytes_as_a_source_are_read_or_refused(text in "(id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;lon;lat\n)?([0-9a-zé;\"\n\\-.]{0,200})") {
        let mut builder = IndexBuilder::new();
        let _ = builder.add_addresses(text.as_bytes());
        let _ = builder.add_places(text.as_bytes());
        let _ = builder.add_communes(text.as_bytes());
        let _ = builder.add_outlines(text.as_bytes());
        let _ = builder.finish(std::io::sink());
    }

    #[test]
    fn any_csv_comes_out_with_as_many_rows(bytes in prop::collection::vec(prop::sample::select(b"a1 ;,\"\n\r\t\xe9\xc3".to_vec()), 0..200)) {
        let mut out = Vec::new();
        let _ = rows::geocode(geocoder(), bytes.as_slice(), &mut out, &CsvOptions::default(), |_| ControlFlow::Continue(()));
        let lines = |b: &[u8]| b.split(|&c| c == b'\n').count();
        if !out.is_empty() {
            prop_assert!(lines(&out) >= lines(&bytes));
            prop_assert!(std::str::from_utf8(&out).is_ok());
        }
    }
}

#[test]
fn ten_thousand_characters_get_an_answer() {
    for text in [
        "é".repeat(10_000),
        "rue ".repeat(2500),
        "12 bis ".repeat(1400),
        "75018 ".repeat(1600),
        "a".repeat(10_000),
        "🏠".repeat(10_000),
        "saint denis ".repeat(800),
    ] {
        let _ = geocoder().search(&SearchRequest {
            limit: 20,
            completion: Completion::Typing,
            ..SearchRequest::new(&text)
        });
    }
}

#[test]
fn another_file_is_not_an_index() {
    assert!(Geocoder::open(&b""[..]).is_err());
    assert!(Geocoder::open(&b"CALOGEO1"[..]).is_err());
    assert!(Geocoder::open(vec![0; 1000]).is_err());
    let mut altered = bytes();
    altered[100] ^= 1;
    assert!(Geocoder::open(altered).unwrap().verify().is_err());
}
