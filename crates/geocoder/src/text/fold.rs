//! Which letters and digits does this text hold, once accents, capitals and signs are set aside?

use smallvec::SmallVec;

/// Longest folded text kept, in bytes; what follows is not part of any address.
const MAX_BYTES: usize = 1024;
/// Most words kept.
const MAX_WORDS: usize = 64;

/// The words of a text: lower-case ASCII letters and digits only.
#[derive(Clone, Debug, Default)]
pub struct Words {
    text: String,
    spans: SmallVec<[(u16, u16); 16]>,
}

impl Words {
    /// Folds a text into words; anything that is neither letter nor digit separates.
    pub fn new(text: &str) -> Self {
        let mut words = Self::default();
        let mut start = 0_usize;
        for c in text.chars() {
            if words.text.len() >= MAX_BYTES || words.spans.len() >= MAX_WORDS {
                break;
            }
            match c {
                'a'..='z' | '0'..='9' => words.text.push(c),
                'A'..='Z' => words.text.push(c.to_ascii_lowercase()),
                _ => match fold_char(c) {
                    Fold::Letters(letters) => words.text.push_str(letters),
                    Fold::Nothing => {}
                    Fold::And => {
                        words.close(&mut start);
                        words.text.push_str("et");
                        words.close(&mut start);
                    }
                    Fold::Space => words.close(&mut start),
                },
            }
        }
        if words.spans.len() < MAX_WORDS {
            words.close(&mut start);
        }
        words
    }

    fn close(&mut self, start: &mut usize) {
        if self.text.len() > *start {
            self.spans.push((*start as u16, self.text.len() as u16));
            *start = self.text.len();
        }
    }

    /// Number of words.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is no word at all.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The word at a place, or an empty one past the end.
    pub fn get(&self, index: usize) -> &str {
        self.spans
            .get(index)
            .and_then(|&(a, b)| self.text.get(usize::from(a)..usize::from(b)))
            .unwrap_or("")
    }

    /// The words in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|i| self.get(i))
    }

    /// All words joined without spaces.
    pub fn joined(&self) -> &str {
        &self.text
    }

    /// Splits the word at `index` after `at` bytes, in two words.
    pub(crate) fn split(&mut self, index: usize, at: usize) {
        let Some(&(a, b)) = self.spans.get(index) else {
            return;
        };
        let middle = a + at as u16;
        if middle > a && middle < b {
            self.spans[index] = (a, middle);
            self.spans.insert(index + 1, (middle, b));
        }
    }
}

enum Fold {
    Letters(&'static str),
    Nothing,
    And,
    Space,
}

fn fold_char(c: char) -> Fold {
    Fold::Letters(match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'À' | 'Á' | 'Â' | 'Ã' | 'Ä' | 'Å' | 'Ā'
        | 'ª' => "a",
        'ç' | 'Ç' | 'ć' | 'č' | 'Ć' | 'Č' => "c",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' | 'È' | 'É' | 'Ê' | 'Ë' | 'Ē' | 'ᵉ' | '€' => {
            "e"
        }
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'Ì' | 'Í' | 'Î' | 'Ï' | 'Ī' | 'ı' => "i",
        'ñ' | 'Ñ' | 'ń' | 'Ń' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'Ò' | 'Ó' | 'Ô' | 'Õ' | 'Ö' | 'Ø' | 'Ō' => {
            "o"
        }
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'Ù' | 'Ú' | 'Û' | 'Ü' | 'Ū' => "u",
        'ý' | 'ÿ' | 'ŷ' | 'Ý' | 'Ÿ' => "y",
        'š' | 'ś' | 'Š' | 'Ś' => "s",
        'ž' | 'ź' | 'ż' | 'Ž' | 'Ż' => "z",
        'ł' | 'Ł' => "l",
        'œ' | 'Œ' => "oe",
        'æ' | 'Æ' => "ae",
        'ß' => "ss",
        '²' => "2",
        '³' => "3",
        '&' => return Fold::And,
        '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}' => {
            return Fold::Nothing;
        }
        // Full-width forms that some spreadsheets and keyboards produce.
        '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}' => {
            return ASCII
                .get(c as usize - 0xfee0..)
                .and_then(|s| s.get(..1))
                .map_or(Fold::Space, Fold::Letters);
        }
        _ => return Fold::Space,
    })
}

/// ASCII with capitals already small, to borrow one-letter slices from.
const ASCII: &str = concat!(
    "                                                0123456789       ",
    "abcdefghijklmnopqrstuvwxyz      abcdefghijklmnopqrstuvwxyz"
);

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        Words::new(text).iter().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn accents_ligatures_and_signs_are_set_aside() {
        assert_eq!(
            folded("12, Rue de l’Abbé-Grégoire (Œuvre)"),
            "12 rue de l abbe gregoire oeuvre"
        );
        assert_eq!(folded("e\u{301}glise"), "eglise");
        assert_eq!(folded("Paix & Liberté"), "paix et liberte");
        assert_eq!(folded("１２ ｒｕｅ Ｘ"), "12 rue x");
    }

    #[test]
    fn a_very_long_text_keeps_its_beginning() {
        let words = Words::new(&"a b ".repeat(5000));
        assert_eq!(words.len(), MAX_WORDS);
        assert!(Words::new(&"é".repeat(10_000)).joined().len() <= MAX_BYTES + 2);
    }
}
