//! When do two spellings name the same commune? Case, accents, hyphens, apostrophes, « St » for « Saint », a leading
//! or trailing article and the words around a name make no difference.

/// The bare form of a name: lower case without accents, words separated by one space, `st`, `ste`, `s/` spelt out.
pub(crate) fn fold(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => plain.push('a'),
            'ç' => plain.push('c'),
            'è' | 'é' | 'ê' | 'ë' => plain.push('e'),
            'ì' | 'í' | 'î' | 'ï' => plain.push('i'),
            'ñ' => plain.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' => plain.push('o'),
            'ù' | 'ú' | 'û' | 'ü' => plain.push('u'),
            'ý' | 'ÿ' => plain.push('y'),
            'œ' => plain.push_str("oe"),
            'æ' => plain.push_str("ae"),
            // Combining accents of decomposed text.
            '\u{300}'..='\u{36f}' => {}
            c if c.is_alphanumeric() => plain.push(c),
            _ => plain.push(' '),
        }
    }
    let mut folded = String::with_capacity(plain.len());
    for word in plain.split_ascii_whitespace() {
        let word = match word {
            "st" => "saint",
            "ste" => "sainte",
            "s" if !folded.is_empty() => "sur",
            other => other,
        };
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

const ARTICLES: [&str; 4] = ["l", "le", "la", "les"];

/// The forms to look a name up by, from the most faithful: as folded, then without what people put around names
/// (`Ville de`, `CEDEX`, an arrondissement's number, a parenthesis), then without article.
pub(super) fn forms(text: &str) -> Vec<String> {
    let mut forms = vec![fold(text)];
    let mut push = |form: String| {
        if !form.is_empty() && !forms.contains(&form) {
            forms.push(form);
        }
    };
    let outside = fold(text.split('(').next().unwrap_or(text));
    push(outside.clone());
    let bare = without_surroundings(&outside);
    push(bare.clone());
    push(without_article(&bare));
    forms
}

/// The form under which a commune can also be looked up: its name without article.
pub(super) fn without_article(folded: &str) -> String {
    let words: Vec<&str> = folded.split(' ').collect();
    match words.as_slice() {
        [first, rest @ ..] if !rest.is_empty() && ARTICLES.contains(first) => rest.join(" "),
        // `Abergement (L')`
        [rest @ .., last] if !rest.is_empty() && ARTICLES.contains(last) => rest.join(" "),
        _ => folded.to_owned(),
    }
}

fn without_surroundings(folded: &str) -> String {
    let mut words: Vec<&str> = folded.split(' ').collect();
    for opening in [
        ["ville", "de"],
        ["ville", "d"],
        ["commune", "de"],
        ["commune", "d"],
    ] {
        if words.len() > 2 && words.starts_with(&opening) {
            words.drain(..2);
        }
    }
    while words.len() > 1 {
        let last = words[words.len() - 1];
        let number = last.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let ordinal = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
        if matches!(last, "cedex" | "arrondissement" | "arr" | "ardt") || ordinal {
            words.pop();
        } else {
            break;
        }
    }
    words.join(" ")
}
