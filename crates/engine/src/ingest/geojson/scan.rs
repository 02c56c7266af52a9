//! A cursor over JSON text that never recurses and never copies: it finds where values begin and end, and reads
//! numbers. What is not needed is stepped over.

use memchr::memchr2;

/// Where the text stops being JSON, and what was met there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken {
    /// Byte from the beginning of the text.
    pub at: usize,
    /// In French.
    pub what: String,
}

pub(super) type Scan<T> = Result<T, Broken>;

/// A position in JSON text.
#[derive(Debug, Clone)]
pub(super) struct Scanner<'a> {
    pub bytes: &'a [u8],
    pub pos: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, pos: 0 }
    }

    /// The next byte that is not blank, without taking it.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        while let Some(&byte) = self.bytes.get(self.pos) {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Some(byte);
            }
            self.pos += 1;
        }
        None
    }

    /// Takes the next byte that is not blank if it is `wanted`.
    #[inline]
    pub(super) fn take(&mut self, wanted: u8) -> bool {
        let found = self.peek() == Some(wanted);
        self.pos += usize::from(found);
        found
    }

    /// Takes `wanted` or says what is there instead.
    #[inline]
    pub(super) fn expect(&mut self, wanted: u8) -> Scan<()> {
        if self.take(wanted) {
            return Ok(());
        }
        Err(self.surprise(&format!("« {} » attendu", char::from(wanted))))
    }

    /// What is wrong at the cursor.
    pub(super) fn surprise(&self, expected: &str) -> Broken {
        let what = match self.bytes.get(self.pos) {
            None => format!("le fichier s’arrête avant la fin ({expected})"),
            Some(byte) if byte.is_ascii_graphic() => {
                format!("{expected}, « {} » trouvé", char::from(*byte))
            }
            Some(byte) => format!("{expected}, octet 0x{byte:02x} trouvé"),
        };
        Broken { at: self.pos, what }
    }

    /// The inside of a string, escapes left as they are.
    #[inline]
    pub(super) fn raw_string(&mut self) -> Scan<&'a [u8]> {
        self.expect(b'"')?;
        let start = self.pos;
        loop {
            match memchr2(b'"', b'\\', &self.bytes[self.pos..]) {
                Some(offset) if self.bytes[self.pos + offset] == b'"' => {
                    let end = self.pos + offset;
                    self.pos = end + 1;
                    return Ok(&self.bytes[start..end]);
                }
                // The escaped byte may be the last of the file.
                Some(offset) => self.pos = (self.pos + offset + 2).min(self.bytes.len()),
                None => {
                    self.pos = self.bytes.len();
                    return Err(self.surprise("fin d’un texte attendue"));
                }
            }
        }
    }

    /// A string whose text matters: a key, a type.
    pub(super) fn name(&mut self) -> Scan<String> {
        let raw = self.raw_string()?;
        let text = String::from_utf8_lossy(raw);
        if !raw.contains(&b'\\') {
            return Ok(text.into_owned());
        }
        Ok(serde_json::from_str(&format!("\"{text}\""))
            .unwrap_or_else(|_bad_escape| text.into_owned()))
    }

    /// Steps over one value, however deep.
    pub(super) fn skip_value(&mut self) -> Scan<()> {
        let mut depth = 0_usize;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.raw_string()?;
                }
                Some(b'{' | b'[') => {
                    depth += 1;
                    self.pos += 1;
                    continue;
                }
                Some(b'}' | b']') if depth > 0 => {
                    depth -= 1;
                    self.pos += 1;
                }
                Some(b',' | b':') if depth > 0 => {
                    self.pos += 1;
                    continue;
                }
                Some(byte) if is_plain(byte) => {
                    while self.bytes.get(self.pos).is_some_and(|&b| is_plain(b)) {
                        self.pos += 1;
                    }
                }
                _ => return Err(self.surprise("valeur attendue")),
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }

    /// A number, correctly rounded; `None` leaves the cursor where it was.
    #[inline]
    pub(super) fn number(&mut self) -> Option<f64> {
        let start = self.pos;
        let bytes = self.bytes;
        let mut at = start;
        let negative = bytes.get(at) == Some(&b'-');
        at += usize::from(negative);
        let (mut mantissa, mut digits, mut scale) = (0_u64, 0_u32, 0_i32);
        let whole = at;
        while let Some(digit) = digit(bytes, at) {
            mantissa = mantissa.wrapping_mul(10).wrapping_add(digit);
            digits += u32::from(digits > 0 || digit != 0);
            at += 1;
        }
        if at == whole {
            return None;
        }
        if bytes.get(at) == Some(&b'.') {
            at += 1;
            let first = at;
            while let Some(digit) = digit(bytes, at) {
                mantissa = mantissa.wrapping_mul(10).wrapping_add(digit);
                digits += u32::from(digits > 0 || digit != 0);
                at += 1;
            }
            scale = -i32::try_from(at - first).ok()?;
        }
        let exponent = matches!(bytes.get(at), Some(b'e' | b'E'));
        if exponent || digits > 19 || mantissa > 1 << 53 || scale < -22 {
            while bytes
                .get(at)
                .is_some_and(|b| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'))
            {
                at += 1;
            }
            let value = std::str::from_utf8(&bytes[start..at]).ok()?.parse().ok()?;
            self.pos = at;
            return Some(value);
        }
        self.pos = at;
        // Both numbers are exact in binary64, so the quotient is correctly rounded (W. D. Clinger, 1990).
        let value = mantissa as f64 / POWERS[scale.unsigned_abs() as usize];
        Some(if negative { -value } else { value })
    }
}

#[inline]
fn digit(bytes: &[u8], at: usize) -> Option<u64> {
    let digit = bytes.get(at)?.wrapping_sub(b'0');
    (digit < 10).then_some(u64::from(digit))
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}

const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_standard_library_to_the_last_bit() {
        for text in [
            "0",
            "-0",
            "2.35031",
            "48.99355649329229",
            "652469.02",
            "-1.6877432231077047",
            "1e3",
            "6.02E+23",
            "0.000001",
            "00012.5",
            "123456789012345678901234567890",
            "9007199254740993",
            "18446744073709551616",
            "0.1",
            "1.7976931348623157e308",
            "0.00000000000000000000000000001",
            "6862305.1999999997",
        ] {
            let mut scanner = Scanner::new(text.as_bytes());
            let read = scanner.number().unwrap();
            assert_eq!(
                read.to_bits(),
                text.parse::<f64>().unwrap().to_bits(),
                "{text}"
            );
            assert_eq!(scanner.pos, text.len());
        }
        for text in ["", "-", "NaN", ".5", "\"1\"", "+1", "[", "Infinity"] {
            assert_eq!(Scanner::new(text.as_bytes()).number(), None, "{text}");
        }
    }

    #[test]
    fn a_million_brackets_are_stepped_over_without_recursion() {
        let mut text = "[".repeat(1_000_000);
        assert!(Scanner::new(text.as_bytes()).skip_value().is_err());
        text.push_str(&"]".repeat(1_000_000));
        assert!(Scanner::new(text.as_bytes()).skip_value().is_ok());
    }
}
