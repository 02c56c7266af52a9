//! Any text as a question, and its beginning as something being typed.
#![no_main]

use caloduc_geocoder::{Completion, Filters, Geocoder, IndexBuilder, SearchRequest};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static GEOCODER: LazyLock<Geocoder<Vec<u8>>> = LazyLock::new(|| {
    let mut builder = IndexBuilder::new();
    let extract = include_str!("../../crates/geocoder/tests/corpus/extract.csv");
    let communes = include_str!("../../crates/geocoder/tests/corpus/communes.csv");
    builder.add_addresses(extract.as_bytes()).expect("a BAN file");
    builder.add_communes(communes.as_bytes()).expect("a table");
    let mut bytes = Vec::new();
    builder.finish(&mut bytes).expect("memory");
    Geocoder::open(bytes).expect("a new index")
});

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let text: String = text.chars().take(10_000).collect();
    for completion in [Completion::Typing, Completion::Whole] {
        let hits = GEOCODER.search(&SearchRequest {
            limit: 5,
            completion,
            ..SearchRequest::new(&text)
        });
        for hit in &hits {
            assert!((0.0..=1.0).contains(&hit.score) && (0.0..=1.0).contains(&hit.confidence));
        }
        // The same question has the same answer.
        let again = GEOCODER.search(&SearchRequest {
            limit: 5,
            completion,
            ..SearchRequest::new(&text)
        });
        assert_eq!(hits, again);
    }
    let filters = Filters {
        postcode: Some("75018"),
        ..Filters::default()
    };
    let _filtered = GEOCODER.search(&SearchRequest {
        filters,
        ..SearchRequest::new(&text)
    });
});
