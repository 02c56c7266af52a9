//! What does this abbreviation stand for? One table for street types, one for titles and common
//! words; both apply to the index's names and to questions, so that they always meet.

/// Street types, spelled out. The first word of a name that is here is its type.
const TYPES: &[&str] = &[
    "allee",
    "allees",
    "ancien",
    "avenue",
    "boulevard",
    "bourg",
    "carrefour",
    "centre",
    "chaussee",
    "chemin",
    "cite",
    "clos",
    "corniche",
    "cote",
    "coteau",
    "cour",
    "cours",
    "descente",
    "domaine",
    "enclos",
    "escalier",
    "esplanade",
    "faubourg",
    "galerie",
    "hameau",
    "impasse",
    "jardin",
    "levee",
    "lieudit",
    "lotissement",
    "mail",
    "montee",
    "parc",
    "parvis",
    "passage",
    "passerelle",
    "peristyle",
    "place",
    "placette",
    "pont",
    "port",
    "porte",
    "promenade",
    "quai",
    "quartier",
    "rampe",
    "residence",
    "rocade",
    "route",
    "rue",
    "ruelle",
    "sente",
    "sentier",
    "square",
    "terrasse",
    "traverse",
    "venelle",
    "villa",
    "village",
    "voie",
    "zone",
    "rond",
    "chem",
];

/// Whether a spelled-out word is a street type.
pub fn is_type(word: &str) -> bool {
    TYPES.contains(&word) && word != "ancien" && word != "chem" && word != "rond"
}

/// The street type a mistyped word is nearest to, one edit away (two in long words).
pub fn nearest_type(word: &str) -> Option<&'static str> {
    if word.len() < 2 {
        return None;
    }
    let pattern = crate::distance::Pattern::new(word.as_bytes());
    TYPES
        .iter()
        .filter(|t| is_type(t))
        .map(|t| (pattern.distance(t.as_bytes()), *t))
        .filter(|&(d, t)| {
            d <= if t.len() >= 7 { 2 } else { 1 }
                && (t.len() > 4
                    || t.starts_with(&word[..1])
                    || t.ends_with(&word[word.len() - 2..]))
        })
        .min_by_key(|&(d, t)| (d, common_rank(t)))
        .map(|(_, t)| t)
}

/// The street type a word starts with, when a name of three letters or more is glued to it.
pub fn glued_type(word: &str) -> Option<&'static str> {
    TYPES
        .iter()
        .filter(|t| is_type(t) && word.len() >= t.len() + 3 && word.starts_with(**t))
        .max_by_key(|t| t.len())
        .copied()
}

fn common_rank(t: &str) -> usize {
    [
        "rue",
        "avenue",
        "boulevard",
        "place",
        "chemin",
        "allee",
        "impasse",
        "route",
        "passage",
        "square",
        "cite",
    ]
    .iter()
    .position(|&c| c == t)
    .unwrap_or(99)
}

/// The street type an abbreviation stands for, when it opens a name.
pub fn street_type(word: &str) -> Option<&'static str> {
    Some(match word {
        "al" | "all" | "ale" => "allee",
        "av" | "ave" | "aven" | "avn" | "aven." => "avenue",
        "bd" | "bld" | "blv" | "blvd" | "boul" | "bvd" | "boulv" | "bvrd" | "bvd." => "boulevard",
        "bg" => "bourg",
        "car" | "carf" | "crf" | "carr" => "carrefour",
        "che" | "chem" | "chm" | "chi" | "ch" => "chemin",
        "chs" | "chau" | "chee" => "chaussee",
        "cit" => "cite",
        "crs" => "cours",
        "dom" => "domaine",
        "esc" => "escalier",
        "esp" | "espl" => "esplanade",
        "fg" | "fbg" | "faub" | "fb" | "fbrg" => "faubourg",
        "gal" | "gale" => "galerie",
        "ham" => "hameau",
        "imp" | "imps" => "impasse",
        "lot" => "lotissement",
        "ld" => "lieudit",
        "mte" | "mt" => "montee",
        "pas" | "pass" | "psg" | "pge" | "psge" => "passage",
        "pl" | "plc" | "plce" => "place",
        "ple" => "passerelle",
        "prom" => "promenade",
        "prv" | "pvs" => "parvis",
        "pte" | "prt" => "porte",
        "q" | "qu" | "qai" => "quai",
        "qua" | "quart" | "qrt" | "quar" => "quartier",
        "r" | "ru" => "rue",
        "res" | "resid" => "residence",
        "rle" => "ruelle",
        "rpt" | "rdpt" | "rp" => "rondpoint",
        "rte" | "rt" => "route",
        "sen" | "sent" => "sentier",
        "sq" | "sqr" => "square",
        "ter" | "tsse" | "terr" => "terrasse",
        "tra" | "trav" => "traverse",
        "ven" => "venelle",
        "vla" | "vil" => "villa",
        "vge" | "vlge" => "village",
        "za" => "zoneartisanale",
        "zi" => "zoneindustrielle",
        "zac" => "zac",
        _ => return None,
    })
}

/// The word an abbreviation stands for, anywhere in a name but first.
pub fn word(word: &str) -> Option<&'static str> {
    Some(match word {
        "st" => "saint",
        "ste" => "sainte",
        "sts" => "saints",
        "stes" => "saintes",
        "gal" | "gen" | "gnl" | "gl" | "gral" | "genl" => "general",
        "mal" | "mar" | "mchal" | "mrl" | "mchl" | "marech" => "marechal",
        "cdt" | "cmdt" | "cmt" | "comdt" | "comm" => "commandant",
        "cne" | "capt" | "cap" | "cpt" | "cpne" => "capitaine",
        "col" | "cel" | "cnl" | "colo" => "colonel",
        "lt" | "ltn" | "lieut" | "ltt" => "lieutenant",
        "sgt" | "serg" => "sergent",
        "adj" | "adjt" => "adjudant",
        "aml" | "amal" | "aal" => "amiral",
        "pdt" | "pres" | "presid" | "prdt" => "president",
        "dr" | "doc" | "doct" | "docteur" => "docteur",
        "pr" | "prof" | "pf" => "professeur",
        "mgr" => "monseigneur",
        "me" => "maitre",
        "mme" => "madame",
        "mlle" => "mademoiselle",
        "mr" => "monsieur",
        "abe" => "abbe",
        "chan" => "chanoine",
        "card" | "cal" => "cardinal",
        "nd" => "notredame",
        "fg" | "fbg" | "faub" | "fb" | "fbrg" => "faubourg",
        "gd" | "grd" => "grand",
        "gde" | "grde" => "grande",
        "gds" | "grds" => "grands",
        "gdes" => "grandes",
        "pt" => "petit",
        "pte" => "petite",
        "pts" => "petits",
        "ptes" => "petites",
        "vx" | "vieu" => "vieux",
        "vle" => "vieille",
        "nve" | "nvle" => "nouvelle",
        "ht" => "haut",
        "hte" => "haute",
        "egl" => "eglise",
        "chat" | "cht" | "chau" => "chateau",
        "hop" => "hopital",
        "fres" | "frs" => "freres",
        "av" | "ave" => "avenue",
        "bd" | "bld" | "blvd" => "boulevard",
        "arrt" | "arr" | "ardt" | "arrdt" => "arrondissement",
        "jj" => "jeanjacques",
        "jb" => "jeanbaptiste",
        "rep" => "republique",
        "s" => "sur",
        "ss" => "sous",
        "lieudit" => "lieudit",
        _ => return None,
    })
}

/// Articles and link words: often left out, put in or glued to the next word.
pub fn is_article(word: &[u8]) -> bool {
    matches!(
        word,
        b"de"
            | b"du"
            | b"des"
            | b"d"
            | b"la"
            | b"le"
            | b"les"
            | b"l"
            | b"a"
            | b"au"
            | b"aux"
            | b"et"
            | b"en"
    )
}

/// Words that open a piece of an address that names no street: building, floor, box…
/// The number is how many following words belong to it at most.
pub fn noise(word: &str) -> Option<usize> {
    Some(match word {
        "batiment" | "bat" | "bati" | "bt" | "appartement" | "appt" | "apt" | "app" | "appart"
        | "logement" | "lgt" | "bp" | "cs" | "tsa" | "cedex" | "cidex" | "boite" | "bal"
        | "interphone" | "digicode" | "hall" | "entree" | "bloc" | "tour" | "esc" | "escalier"
        | "immeuble" | "imm" | "local" | "bureau" | "bur" | "lotissement" | "lot" | "porte"
        | "pte" | "chambre" | "niveau" | "niv" | "cage" | "aile" | "ilot" | "code" | "studio"
        | "box" | "casier" | "case" => 1,
        "etage" | "etg" | "et" | "rdc" | "france" | "droite" | "gauche" | "dte" | "gche"
        | "face" | "cour" | "postale" => 0,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_type_finds_its_type() {
        assert_eq!(nearest_type("bouelvard"), Some("boulevard"));
        assert_eq!(nearest_type("reu"), Some("rue"));
        assert_eq!(nearest_type("aveneu"), Some("avenue"));
        assert_eq!(nearest_type("voltaire"), None);
    }
}
