//! Any bytes as an address index: a whole small index altered where the input says, its directory made right again so
//! that what is inside is reached.
#![no_main]

use caloduc_geocoder::{
    Completion, Geocoder, IndexBuilder, LonLat, ReverseRequest, SearchRequest,
};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut builder = IndexBuilder::new();
    let extract = include_str!("../../crates/geocoder/tests/corpus/extract.csv");
    let few: Vec<&str> = extract.lines().take(1).chain(extract.lines().skip(1).step_by(23)).collect();
    builder.add_addresses(few.join("\n").as_bytes()).expect("a BAN file");
    let mut bytes = Vec::new();
    builder.finish(&mut bytes).expect("memory");
    bytes
});

fuzz_target!(|bytes: &[u8]| {
    ask(bytes);
    // Six bytes of input change one byte of the index: where (four), what to (one), how far it goes on (one).
    let mut altered = WHOLE.clone();
    for change in bytes.chunks_exact(6).take(64) {
        let at = u32::from_le_bytes([change[0], change[1], change[2], change[3]]) as usize % altered.len();
        let end = (at + 1 + usize::from(change[5] % 8)).min(altered.len());
        altered[at..end].fill(change[4]);
    }
    mend_directory(&mut altered);
    let _rebuilt = IndexBuilder::completing(&altered).map(|b| b.finish(std::io::sink()));
    ask(&altered);
});

fn mend_directory(file: &mut [u8]) {
    let end = file.len();
    let number = |file: &[u8], at: usize| {
        file[at..at + 8].iter().rev().fold(0_u64, |n, &b| n << 8 | u64::from(b)) as usize
    };
    let (offset, len) = (number(file, end - 40), number(file, end - 32));
    if let Some(directory) = file.get(offset..offset.saturating_add(len)) {
        let crc = crc32fast::hash(directory).to_le_bytes();
        file[end - 16..end - 12].copy_from_slice(&crc);
    }
}

fn ask(bytes: &[u8]) {
    let Ok(geocoder) = Geocoder::open(bytes) else { return };
    let _info = geocoder.info();
    let _whole = geocoder.verify();
    for text in ["4 rue pasteur 59991 bruyeghem", "rue qinaut", "paris 18", "v", "38990"] {
        for completion in [Completion::Typing, Completion::Whole] {
            let _hits = geocoder.search(&SearchRequest {
                limit: 5,
                completion,
                ..SearchRequest::new(text)
            });
        }
    }
    let point = LonLat { lon: 5.2, lat: 46.1 };
    let _near = geocoder.reverse(&ReverseRequest {
        limit: 5,
        ..ReverseRequest::new(point)
    });
}
