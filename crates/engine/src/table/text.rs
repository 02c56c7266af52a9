//! Which encoding are these bytes in, and what do they say in UTF-8?
//!
//! Files of French offices come as UTF-8 with or without a mark, Windows-1252, or UTF-16 (« texte Unicode » of
//! spreadsheets). A stray byte in an otherwise UTF-8 file is read as Windows-1252: it costs nobody his row.

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde::{Deserialize, Serialize};
use std::io::{self, Read};

/// How a text is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, with or without its mark.
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// Windows-1252, of which ISO-8859-1 is a part.
    Windows1252,
}

impl Encoding {
    /// The encoding of a text that starts with `sample`.
    pub fn of(sample: &[u8]) -> Self {
        match sample {
            [0xEF, 0xBB, 0xBF, ..] => return Self::Utf8,
            [0xFF, 0xFE, ..] => return Self::Utf16Le,
            [0xFE, 0xFF, ..] => return Self::Utf16Be,
            _ => {}
        }
        let pairs = sample.len().min(4096) / 2;
        let zeros = |odd: usize| (0..pairs).filter(|i| sample[2 * i + odd] == 0).count();
        if pairs >= 4 {
            let (even, odd) = (zeros(0), zeros(1));
            if odd * 3 > pairs * 2 && even * 10 < pairs {
                return Self::Utf16Le;
            }
            if even * 3 > pairs * 2 && odd * 10 < pairs {
                return Self::Utf16Be;
            }
        }
        let (mut accents, mut strays) = (0usize, 0usize);
        for chunk in sample.utf8_chunks() {
            accents += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
            strays += chunk.invalid().len();
        }
        // The sample may end in the middle of a character.
        if strays > 3 && strays >= accents || (accents == 0 && strays > 0 && !cut(sample)) {
            Self::Windows1252
        } else {
            Self::Utf8
        }
    }

    /// Length of the mark at the start of `sample`.
    fn mark_len(self, sample: &[u8]) -> usize {
        match self {
            Self::Utf8 if sample.starts_with(&[0xEF, 0xBB, 0xBF]) => 3,
            Self::Utf16Le if sample.starts_with(&[0xFF, 0xFE]) => 2,
            Self::Utf16Be if sample.starts_with(&[0xFE, 0xFF]) => 2,
            _ => 0,
        }
    }
}

/// Whether the only thing wrong with `sample` as UTF-8 is that its last character is cut.
fn cut(sample: &[u8]) -> bool {
    matches!(std::str::from_utf8(sample), Err(error) if error.error_len().is_none())
}

/// A text read as UTF-8 bytes, piece by piece, without its mark. Bytes that are not UTF-8 in a UTF-8 file come through
/// as they are: [`repair`] deals with them, line by line.
pub struct Utf8Text<R> {
    inner: R,
    encoding: Encoding,
    decoder: Option<Decoder>,
    raw: Vec<u8>,
    ended: bool,
}

impl<R> std::fmt::Debug for Utf8Text<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Utf8Text")
            .field("encoding", &self.encoding)
            .finish_non_exhaustive()
    }
}

/// Bytes looked at to decide on the encoding and the dialect.
pub const SAMPLE_LEN: usize = 128 * 1024;

impl<R: Read> Utf8Text<R> {
    /// Reads the start of `inner` and decides on the encoding.
    pub fn new(inner: R) -> io::Result<Self> {
        Self::with_encoding(inner, None)
    }

    /// The same, for a text whose encoding is known.
    pub fn with_encoding(mut inner: R, known: Option<Encoding>) -> io::Result<Self> {
        let mut raw = Vec::with_capacity(SAMPLE_LEN);
        inner
            .by_ref()
            .take(SAMPLE_LEN as u64)
            .read_to_end(&mut raw)?;
        let encoding = known.unwrap_or_else(|| Encoding::of(&raw));
        raw.drain(..encoding.mark_len(&raw));
        let decoder = match encoding {
            Encoding::Utf8 => None,
            Encoding::Utf16Le => Some(UTF_16LE.new_decoder_without_bom_handling()),
            Encoding::Utf16Be => Some(UTF_16BE.new_decoder_without_bom_handling()),
            Encoding::Windows1252 => Some(WINDOWS_1252.new_decoder_without_bom_handling()),
        };
        Ok(Self {
            inner,
            encoding,
            decoder,
            raw,
            ended: false,
        })
    }

    /// The encoding that was recognised.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// The first bytes as they are in the file, mark removed, until [`Self::read_more`] is called.
    pub fn raw_sample(&self) -> &[u8] {
        &self.raw
    }

    /// Appends about `len` more bytes of UTF-8 to `out`; false at the end of the text.
    pub fn read_more(&mut self, len: usize, out: &mut Vec<u8>) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        if self.raw.is_empty() {
            self.inner
                .by_ref()
                .take(len as u64)
                .read_to_end(&mut self.raw)?;
        }
        let last = self.raw.is_empty();
        match &mut self.decoder {
            None => out.append(&mut self.raw),
            Some(decoder) => {
                decode(decoder, &self.raw, last, out);
                self.raw.clear();
            }
        }
        self.ended = last;
        Ok(!last)
    }
}

fn decode(decoder: &mut Decoder, mut raw: &[u8], last: bool, out: &mut Vec<u8>) {
    loop {
        let start = out.len();
        let room = decoder
            .max_utf8_buffer_length(raw.len())
            .unwrap_or(raw.len().saturating_mul(3))
            .max(16);
        out.resize(start + room, 0);
        let (result, read, written, _replaced) =
            decoder.decode_to_utf8(raw, &mut out[start..], last);
        out.truncate(start + written);
        raw = &raw[read..];
        if result == CoderResult::InputEmpty {
            return;
        }
    }
}

/// `bytes` as UTF-8, bytes that are not read as Windows-1252; `None` when nothing has to change.
pub fn repair(bytes: &[u8]) -> Option<Vec<u8>> {
    if std::str::from_utf8(bytes).is_ok() {
        return None;
    }
    let mut out = Vec::with_capacity(bytes.len() + 64);
    for chunk in bytes.utf8_chunks() {
        out.extend_from_slice(chunk.valid().as_bytes());
        if !chunk.invalid().is_empty() {
            let (text, _had_errors) = WINDOWS_1252.decode_without_bom_handling(chunk.invalid());
            out.extend_from_slice(text.as_bytes());
        }
    }
    Some(out)
}

/// What a file that is no text seems to be, in French, from its first bytes.
pub fn binary_kind(sample: &[u8]) -> Option<&'static str> {
    const KINDS: &[(&[u8], &str)] = &[
        (b"PK\x03\x04", "un classeur XLSX ou une archive ZIP"),
        (b"\xD0\xCF\x11\xE0", "un ancien classeur XLS"),
        (b"%PDF", "un PDF"),
        (b"\x1F\x8B", "un fichier compressé (gzip)"),
        (b"\x28\xB5\x2F\xFD", "un fichier compressé (zstd)"),
        (b"7z\xBC\xAF", "une archive 7z"),
        (b"PAR1", "un fichier Parquet"),
        (b"SQLite format 3", "une base SQLite ou un GeoPackage"),
        (b"\x89PNG", "une image PNG"),
        (b"\xFF\xD8\xFF", "une image JPEG"),
        (b"GIF8", "une image GIF"),
        (b"\x7FELF", "un programme"),
        (b"MZ\x90", "un programme"),
    ];
    KINDS
        .iter()
        .find(|(magic, _)| sample.starts_with(magic))
        .map(|&(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], step: usize) -> (Encoding, String) {
        let mut text = Utf8Text::new(bytes).unwrap();
        let encoding = text.encoding();
        let mut out = vec![];
        while text.read_more(step, &mut out).unwrap() {}
        let out = repair(&out).unwrap_or(out);
        (encoding, String::from_utf8(out).unwrap())
    }

    #[test]
    fn each_encoding_says_the_same_thing() {
        let words = "nom;ville\nÉpicerie;Évry – n° 3\n";
        let mut marked = vec![0xEF, 0xBB, 0xBF];
        marked.extend(words.as_bytes());
        assert_eq!(read(&marked, 7), (Encoding::Utf8, words.to_owned()));
        assert_eq!(
            read(words.as_bytes(), 7),
            (Encoding::Utf8, words.to_owned())
        );
        let (latin, _, _) = WINDOWS_1252.encode(words);
        assert_eq!(read(&latin, 7), (Encoding::Windows1252, words.to_owned()));
        for mark in [&[0xFF, 0xFE][..], &[]] {
            let mut wide = mark.to_vec();
            wide.extend(words.encode_utf16().flat_map(u16::to_le_bytes));
            assert_eq!(read(&wide, 7), (Encoding::Utf16Le, words.to_owned()));
        }
        for mark in [&[0xFE, 0xFF][..], &[]] {
            let mut wide = mark.to_vec();
            wide.extend(words.encode_utf16().flat_map(u16::to_be_bytes));
            assert_eq!(read(&wide, 7), (Encoding::Utf16Be, words.to_owned()));
        }
    }

    #[test]
    fn an_accent_in_latin_after_a_long_ascii_start_is_still_read() {
        let mut bytes = b"nom\n".repeat(SAMPLE_LEN);
        bytes.extend(b"\xC9vry\n");
        let (encoding, text) = read(&bytes, 4096);
        assert_eq!(encoding, Encoding::Utf8);
        assert!(text.ends_with("Évry\n"));
    }

    #[test]
    fn a_character_cut_by_the_end_of_the_sample_does_not_change_the_encoding() {
        let mut bytes = vec![b'a'; SAMPLE_LEN - 1];
        bytes.extend("é".as_bytes());
        assert_eq!(Encoding::of(&bytes[..SAMPLE_LEN]), Encoding::Utf8);
        let (_, text) = read(&bytes, 64);
        assert!(text.ends_with("aé"));
    }

    #[test]
    fn an_empty_text_is_empty() {
        assert_eq!(read(b"", 7), (Encoding::Utf8, String::new()));
    }
}
