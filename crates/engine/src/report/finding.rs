//! What can be said about the input? Every kind of finding with its stable code and its severity, and how to write one
//! in French. `docs/quality-report.md` lists them; a test keeps the two equal.

use super::{Finding, Place, Severity};

/// A kind of finding: its stable code, how much it matters, and what it means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FindingKind {
    /// Stable machine name in kebab case.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What it means, in French, for the documentation.
    pub meaning: &'static str,
}

macro_rules! kinds {
    ($($name:ident, $code:literal, $severity:ident, $meaning:literal;)*) => {
        $(#[doc = $meaning] pub const $name: FindingKind = FindingKind {
            code: $code, severity: Severity::$severity, meaning: $meaning };)*
        /// Every kind of finding of interpretation and checks, in the order of the documentation. The readers of each
        /// format add those of unreadable bytes, and the assembly of a release those of identity.
        pub const CODES: &[FindingKind] = &[$($name),*];
    };
}

kinds! {
    CRS_IMPOSSIBLE, "crs-impossible", Error,
        "plus de la moitié des objets ne peuvent pas être dans le système de coordonnées annoncé : fichier refusé";
    CRS_UNKNOWN, "crs-unknown", Error,
        "système de coordonnées inconnu, et les coordonnées ne permettent pas de le deviner : fichier refusé";
    CRS_REPAIRED, "crs-repaired", Warning,
        "le système annoncé est impossible ou inconnu ; toutes les coordonnées conviennent à un autre, qui a été pris";
    COORDINATES_SWAPPED, "coordinates-swapped", Error,
        "longitude et latitude inversées : le fichier, ou l’objet s’il est seul dans ce cas, est refusé";
    COORDINATES_IMPOSSIBLE, "coordinates-impossible", Error,
        "un objet a des coordonnées impossibles dans le système du fichier (ou NaN) : il est écarté";
    OUTSIDE_FRANCE, "outside-france", Warning,
        "un objet est hors de France, dans le domaine du système de coordonnées : il est gardé";
    GEOMETRY_MISSING, "geometry-missing", Error, "un objet n’a pas de géométrie : il est écarté";
    GEOMETRY_UNREADABLE, "geometry-unreadable", Error, "la géométrie d’un objet ne se lit pas : il est écarté";
    GEOMETRY_COLLECTION, "geometry-collection", Error, "un objet est une collection de géométries : il est écarté";
    GEOMETRY_WRONG_TYPE, "geometry-wrong-type", Error,
        "la géométrie d’un objet n’est pas de celles de sa table : il est écarté";
    GEOMETRY_EMPTY, "geometry-empty", Error, "il ne reste rien de la géométrie d’un objet une fois nettoyée : il est écarté";
    ROW_MOVED, "row-moved", Warning,
        "un tracé dans le fichier des réseaux sans tracé, ou l’inverse : l’objet passe dans l’autre table, présente dans l’import";
    PIECES_DROPPED, "pieces-dropped", Information,
        "tronçons de longueur nulle ou en double retirés d’un tracé";
    POLYGON_REPAIRED, "polygon-repaired", Warning, "polygone invalide réparé (croisement, trou hors du contour)";
    POINTS_REDUCED, "points-reduced", Information, "plusieurs points pour un réseau sans tracé : le premier est gardé";
    FIELD_UNKNOWN, "field-unknown", Information, "champ inconnu, non repris";
    FIELD_UNREADABLE, "field-unreadable", Warning, "valeur illisible, laissée vide";
    TABLE_UNKNOWN, "table-unknown", Error, "fichier donné explicitement dont ni le nom ni les champs ne disent la table : refusé";
    TABLE_GUESSED, "table-guessed", Information, "la table a été déduite des champs, le nom du fichier ne la dit pas";
    FILE_IGNORED, "file-ignored", Information, "fichier non repris, et pourquoi";
    FILE_WITHOUT_ROWS, "file-without-rows", Warning, "fichier lu, sans aucune ligne : la table devient vide";
    ATTRIBUTES_WITHOUT_GEOMETRY, "attributes-without-geometry", Warning,
        "tableau d’attributs sans géométrie : il complète les réseaux du même import qui portent les mêmes identifiants, sinon il n’est pas repris";
    YEAR_MISSING, "year-missing", Error, "tableau réglementaire dont l’année n’est ni dans le nom du fichier ni donnée par --year : refusé";
    YEAR_DISAGREES, "year-disagrees", Warning, "l’année donnée par --year n’est pas celle du nom du fichier ; --year l’emporte";
    ROW_WITHOUT_IDENTITY, "row-without-identity", Error, "ligne sans identifiant, nom ni lieu, ou commune sans code : écartée";
    ROW_DUPLICATED, "row-duplicated", Warning, "même identifiant deux fois dans un tableau réglementaire, ou même commune deux fois : la dernière ligne l’emporte";
    SNCU_MISSING, "sncu-id-missing", Information, "réseau sans identifiant national";
    SNCU_MALFORMED, "sncu-id-malformed", Warning, "identifiant national qui n’a pas la forme 7501C";
    SNCU_WRONG_KIND, "sncu-id-wrong-kind", Warning, "identifiant de chaleur (C) dans une table de froid, ou l’inverse (F)";
    ID_FCU_DUPLICATE, "duplicate-id-fcu", Error, "même id_fcu deux fois dans une table";
    KEY_MALFORMED, "key-malformed", Warning, "clé illisible, ou d’une autre table : ignorée";
    UNIT_CONVERTED, "unit-converted", Information, "taux écrit en fraction dans toute la colonne : converti en pour cent";
    UNIT_SUSPECTED, "unit-suspected", Warning, "taux entre 0 et 1 dans une colonne de pour cent : unité douteuse, valeur gardée telle quelle";
    RATE_OUT_OF_BOUNDS, "rate-out-of-bounds", Error, "taux EnR&R hors de 0 à 100 % : valeur écartée";
    CO2_OUT_OF_BOUNDS, "co2-out-of-bounds", Error, "contenu CO2 négatif, ou de plus de 1 kg/kWh : valeur écartée";
    CO2_HIGH, "co2-high", Warning, "contenu CO2 au-delà de ce qu’aucun combustible n’explique (0,6 kg/kWh)";
    CO2_ZERO, "co2-zero", Warning, "contenu CO2 nul alors que le taux EnR&R n’est pas de 100 %, ou contenu ACV nul";
    LCA_BELOW_DIRECT, "co2-lca-below-direct", Warning, "contenu CO2 en analyse du cycle de vie inférieur au contenu direct";
    SEVERAL_DEPARTMENTS, "several-departments", Information, "réseau sur plusieurs départements";
    FAR_FROM_COMMUNE, "trace-far-from-commune", Warning, "tracé, ou tronçon, loin des communes déclarées";
    LENGTH_DISAGREES, "length-disagrees", Warning, "longueur déclarée et longueur mesurée ne s’accordent pas";
    GAPS, "gap-under-1m", Warning, "bouts de tronçons à moins d’un mètre d’un autre sans le toucher";
    DANGLING, "dangling-piece", Information, "tronçons qui ne touchent aucun autre du même réseau, ou moignons de moins d’un mètre";
    DUPLICATE_PIPE, "duplicated-pipe", Warning, "les mêmes tronçons dans deux réseaux, ou deux fois dans un réseau";
    NAME_CHANGED, "name-changed", Warning, "nom qui ne ressemble pas à celui de l’édition précédente";
    OUTLINES_MISSING, "outlines-missing", Information, "pas de contours de communes : la position des réseaux n’est pas vérifiée par commune";
    FILE_UNREADABLE, "file-unreadable", Error, "fichier donné explicitement qui n’existe pas ou que le système ne laisse pas lire : refusé";
    FINDINGS_CUT, "findings-cut", Information, "d’autres constats semblables ne sont pas listés";
}

impl FindingKind {
    /// A finding of this kind; spaces before French punctuation become unbreakable.
    pub fn finding(
        self,
        place: Place,
        message: impl AsRef<str>,
        remedy: impl AsRef<str>,
    ) -> Finding {
        Finding {
            severity: self.severity,
            code: self.code.to_owned(),
            place,
            message: typography(message.as_ref()),
            remedy: typography(remedy.as_ref()),
        }
    }

    /// The same with another severity, where circumstances change how much it matters.
    #[must_use]
    pub fn graded(self, severity: Severity) -> Self {
        Self { severity, ..self }
    }
}

/// A file as a place.
pub fn at(file: &str) -> Place {
    Place {
        file: Some(file.to_owned()),
        ..Place::default()
    }
}

/// U+00A0 before `:`, `%`, `€` and inside « », U+202F before `;`, `!` and `?`.
pub fn typography(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == ' ' {
            match chars.peek() {
                Some(':' | '%' | '€' | '»') => out.push('\u{a0}'),
                Some(';' | '!' | '?') => out.push('\u{202f}'),
                _ if out.ends_with('«') => out.push('\u{a0}'),
                _ => out.push(' '),
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// A count with U+202F between thousands.
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + 6);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(c);
    }
    out
}

/// A number with a decimal comma and at most three decimals.
pub fn decimal(x: f64) -> String {
    let text = format!("{x:.3}");
    text.trim_end_matches('0')
        .trim_end_matches('.')
        .replace('.', ",")
}

/// `1 réseau`, `12 réseaux`: a count and its noun.
pub fn counted(n: u64, one: &str, several: &str) -> String {
    format!("{} {}", count(n), if n < 2 { one } else { several })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn french_punctuation_gets_unbreakable_spaces() {
        assert_eq!(
            typography("lu : « abc » ; 5 % ?"),
            "lu\u{a0}: «\u{a0}abc\u{a0}»\u{202f}; 5\u{a0}%\u{202f}?"
        );
        assert_eq!(count(1_021), "1\u{202f}021");
        assert_eq!(count(12), "12");
        assert_eq!(decimal(0.5), "0,5");
        assert_eq!(decimal(12.0), "12");
    }

    #[test]
    fn the_documentation_lists_every_code_with_its_severity() {
        let documentation = include_str!("../../../../docs/quality-report.md");
        for kind in CODES {
            let severity = match kind.severity {
                Severity::Error => "erreur",
                Severity::Warning => "avertissement",
                Severity::Information => "information",
            };
            let line = format!("| `{}` | {severity} | {} |", kind.code, kind.meaning);
            assert!(documentation.contains(&line), "missing: {line}");
        }
    }

    #[test]
    fn every_code_is_unique() {
        let mut codes: Vec<_> = CODES.iter().map(|kind| kind.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), CODES.len());
    }
}
