//! How are numbers, distances, shares and dates written for people? One place for the whole interface: U+00A0 before
//! units, U+202F between thousands, a decimal comma in French.

use super::Lang;

const NBSP: char = '\u{a0}';

/// A number with `decimals` digits after the mark, thousands apart.
pub fn number(value: f64, decimals: usize, lang: Lang) -> String {
    let plain = format!("{:.*}", decimals, value.abs());
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let apart = lang.say("\u{202f}", ",");
    let mut out = String::new();
    if value < 0.0 && plain.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        out.push('\u{2212}');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push_str(apart);
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push_str(lang.say(",", "."));
        out.push_str(fraction);
    }
    out
}

/// A count.
pub fn count(value: usize, lang: Lang) -> String {
    number(value as f64, 0, lang)
}

/// A number without the zeros that say nothing (`82,5`, `65`).
pub fn short(value: f64, decimals: usize, lang: Lang) -> String {
    let text = number(value, decimals, lang);
    let mark = lang.say(",", ".");
    if decimals == 0 || !text.contains(mark) {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches(mark).to_owned()
}

/// A distance: « moins de 10 m », « 47 m », « 1,2 km ».
pub fn distance(metres: f64, lang: Lang) -> String {
    let rounded = metres.round();
    if rounded < 10.0 {
        format!("{} 10{NBSP}m", lang.say("moins de", "less than"))
    } else if rounded < 1000.0 {
        format!("{rounded}{NBSP}m")
    } else {
        format!("{}{NBSP}km", short(metres / 1000.0, 1, lang))
    }
}

/// A share: « 65 % », « 65.4% » in English.
pub fn percent(value: f64, lang: Lang) -> String {
    format!("{}{}", short(value, 1, lang), lang.say("\u{a0}%", "%"))
}

/// A CO₂ content given in kg/kWh, said in grams: « 70 g CO₂/kWh ».
pub fn co2(kg_per_kwh: f64, lang: Lang) -> String {
    format!("{}{NBSP}g CO₂/kWh", short(kg_per_kwh * 1000.0, 0, lang))
}

/// A price: « 82,50 € TTC/MWh ».
pub fn price(eur_per_mwh: f64, lang: Lang) -> String {
    let value = number(eur_per_mwh, 2, lang);
    match lang {
        Lang::French => format!("{value}{NBSP}€ TTC/MWh"),
        Lang::English => format!("€{value}/MWh incl. VAT"),
    }
}

/// An energy given in MWh: « 850 MWh », « 12,3 GWh ».
pub fn energy(mwh: f64, lang: Lang) -> String {
    if mwh.abs() >= 1000.0 {
        format!("{}{NBSP}GWh", short(mwh / 1000.0, 1, lang))
    } else {
        format!("{}{NBSP}MWh", short(mwh, 0, lang))
    }
}

/// The day of an RFC 3339 moment: « 24 novembre 2026 »; the text itself when it is not one.
pub fn day(moment: &str, lang: Lang) -> String {
    const FRENCH: [&str; 12] = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    const ENGLISH: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let date = moment.get(..10).unwrap_or(moment);
    let mut parts = date.split('-').map(str::parse::<usize>);
    let (Some(Ok(year)), Some(Ok(month @ 1..=12)), Some(Ok(day)), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return moment.to_owned();
    };
    let name = match lang {
        Lang::French => FRENCH[month - 1],
        Lang::English => ENGLISH[month - 1],
    };
    let day = match (lang, day) {
        (Lang::French, 1) => "1er".to_owned(),
        _ => day.to_string(),
    };
    format!("{day}{NBSP}{name}{NBSP}{year}")
}

/// A text for the value of a query parameter.
pub fn query_value(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b':' | b',' => {
                out.push(byte as char);
            }
            b' ' => out.push('+'),
            _ => {
                use std::fmt::Write as _;
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    out
}

/// A text with the letters that sorting and searching do not tell apart brought together: no accent, lower case.
pub fn folded(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'à' | 'â' | 'ä' | 'á' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'î' | 'ï' | 'í' => 'i',
            'ô' | 'ö' | 'ó' => 'o',
            'ù' | 'û' | 'ü' | 'ú' => 'u',
            'ç' => 'c',
            'ÿ' => 'y',
            '’' | '-' | '\'' | '_' => ' ',
            other => other,
        })
        .collect::<String>()
        .replace('œ', "oe")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_written_as_people_say_them() {
        let fr = |m| distance(m, Lang::French);
        assert_eq!(fr(3.0), "moins de 10\u{a0}m");
        assert_eq!(fr(47.2), "47\u{a0}m");
        assert_eq!(fr(1000.0), "1\u{a0}km");
        assert_eq!(fr(1234.0), "1,2\u{a0}km");
        assert_eq!(distance(1234.0, Lang::English), "1.2\u{a0}km");
    }

    #[test]
    fn numbers_keep_thousands_apart_and_drop_empty_decimals() {
        assert_eq!(
            number(1_234_567.0, 0, Lang::French),
            "1\u{202f}234\u{202f}567"
        );
        assert_eq!(short(65.0, 1, Lang::French), "65");
        assert_eq!(short(65.4, 1, Lang::French), "65,4");
        assert_eq!(short(100.0, 0, Lang::French), "100");
        assert_eq!(co2(0.0701, Lang::French), "70\u{a0}g CO₂/kWh");
        assert_eq!(number(-0.001, 1, Lang::French), "0,0");
    }

    #[test]
    fn a_day_is_written_in_words_and_nonsense_is_left_alone() {
        assert_eq!(
            day("2026-11-01T10:00:00Z", Lang::French),
            "1er\u{a0}novembre\u{a0}2026"
        );
        assert_eq!(
            day("2026-11-24", Lang::English),
            "24\u{a0}November\u{a0}2026"
        );
        assert_eq!(day("hier", Lang::French), "hier");
    }

    #[test]
    fn a_query_value_survives_every_byte() {
        assert_eq!(
            query_value("12 rue d’Oc&x=1"),
            "12+rue+d%E2%80%99Oc%26x%3D1"
        );
    }
}
