//! Is this word a figure, an ordinal or a roman numeral, and how is it written in words?

/// Cardinals 0 to 31, as spelled once accents and hyphens are gone.
const CARDINALS: [&str; 32] = [
    "zero",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dixsept",
    "dixhuit",
    "dixneuf",
    "vingt",
    "vingtetun",
    "vingtdeux",
    "vingttrois",
    "vingtquatre",
    "vingtcinq",
    "vingtsix",
    "vingtsept",
    "vingthuit",
    "vingtneuf",
    "trente",
    "trenteetun",
];

/// Ordinals 0 to 31.
const ORDINALS: [&str; 32] = [
    "zero",
    "premier",
    "deuxieme",
    "troisieme",
    "quatrieme",
    "cinquieme",
    "sixieme",
    "septieme",
    "huitieme",
    "neuvieme",
    "dixieme",
    "onzieme",
    "douzieme",
    "treizieme",
    "quatorzieme",
    "quinzieme",
    "seizieme",
    "dixseptieme",
    "dixhuitieme",
    "dixneuvieme",
    "vingtieme",
    "vingtetunieme",
    "vingtdeuxieme",
    "vingttroisieme",
    "vingtquatrieme",
    "vingtcinquieme",
    "vingtsixieme",
    "vingtseptieme",
    "vingthuitieme",
    "vingtneuvieme",
    "trentieme",
    "trenteetunieme",
];

/// `8` → `huit`, `18eme` → `dixhuitieme`, `xiv` → `quatorze`; nothing when the word is none of these.
pub fn in_words(word: &str) -> Option<&'static str> {
    let bytes = word.as_bytes();
    let digits = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    if digits == 0 {
        return roman(word).and_then(|n| CARDINALS.get(n).copied());
    }
    if digits > 2 {
        return None;
    }
    let n: usize = word.get(..digits)?.parse().ok()?;
    match word.get(digits..)? {
        "" => CARDINALS.get(n).copied(),
        "er" => Some("premier"),
        "ere" | "re" => Some("premiere"),
        ending if is_ordinal_ending(ending) => ORDINALS.get(n).copied(),
        _ => None,
    }
}

/// `eme`, `e`, `ieme`, `nd`…: what turns a figure into an ordinal.
pub fn is_ordinal_ending(ending: &str) -> bool {
    matches!(
        ending,
        "e" | "er" | "ere" | "re" | "eme" | "em" | "me" | "ieme" | "iem" | "nd" | "nde" | "th"
    )
}

/// `18`, `18e`, `18eme`, `xviii`, `dixhuit`, `dixhuitieme` → 18.
pub fn value(word: &str) -> Option<u32> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        let ending = word.get(digits..)?;
        return (ending.is_empty() || is_ordinal_ending(ending))
            .then(|| word.get(..digits)?.parse().ok())?;
    }
    spelled(word).or_else(|| roman(word).map(|n| n as u32))
}

/// `trois` → 3, `premier` → 1; nothing for figures.
pub fn spelled(word: &str) -> Option<u32> {
    let place = |table: &[&str; 32]| table.iter().position(|&w| w == word);
    place(&CARDINALS)
        .or_else(|| place(&ORDINALS))
        .filter(|&n| n > 0)
        .map(|n| n as u32)
}

/// Roman numerals of two letters or more, I to XXXIX; single letters are initials.
fn roman(word: &str) -> Option<usize> {
    if word.len() < 2 || word.len() > 6 || !word.bytes().all(|b| matches!(b, b'i' | b'v' | b'x')) {
        return None;
    }
    let tens = word.bytes().take_while(|&b| b == b'x').count();
    let units = match word.get(tens..)? {
        "" => 0,
        "i" => 1,
        "ii" => 2,
        "iii" => 3,
        "iv" => 4,
        "v" => 5,
        "vi" => 6,
        "vii" => 7,
        "viii" => 8,
        "ix" => {
            return (tens <= 3).then_some(tens * 10 + 9);
        }
        _ => {
            // `xix`: the leading x's swallowed nothing of `ix`, so anything else is no numeral.
            return None;
        }
    };
    (tens <= 3).then_some(tens * 10 + units)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_ordinals_and_roman_numerals_share_one_spelling() {
        assert_eq!(in_words("8"), Some("huit"));
        assert_eq!(in_words("18eme"), Some("dixhuitieme"));
        assert_eq!(in_words("1er"), Some("premier"));
        assert_eq!(in_words("xiv"), Some("quatorze"));
        assert_eq!(in_words("xix"), Some("dixneuf"));
        assert_eq!(in_words("1945"), None);
        assert_eq!(in_words("v"), None);
        assert_eq!(in_words("1s1"), None);
        assert_eq!(in_words("vix"), None);
    }

    #[test]
    fn values_are_read_from_any_spelling() {
        for word in ["18", "18e", "18eme", "xviii", "dixhuit", "dixhuitieme"] {
            assert_eq!(value(word), Some(18), "{word}");
        }
        assert_eq!(value("haies"), None);
    }
}
