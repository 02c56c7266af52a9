//! Departments and regions of France: codes and names, built in.
//!
//! Source: INSEE, Code officiel géographique 2026; the overseas collectivities after the INSEE's own list.

use super::name::fold;

/// A department, or an overseas collectivity that counts as one in INSEE codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Department {
    /// `01` to `95`, `2A`, `2B`, `971` to `988`.
    pub code: &'static str,
    /// Official name.
    pub name: &'static str,
    /// Code of its region; empty for collectivities, which have none.
    pub region: &'static str,
}

/// A region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// Two digits.
    pub code: &'static str,
    /// Official name.
    pub name: &'static str,
}

/// Every region, by code.
pub const REGIONS: [Region; 18] = [
    region("01", "Guadeloupe"),
    region("02", "Martinique"),
    region("03", "Guyane"),
    region("04", "La Réunion"),
    region("06", "Mayotte"),
    region("11", "Île-de-France"),
    region("24", "Centre-Val de Loire"),
    region("27", "Bourgogne-Franche-Comté"),
    region("28", "Normandie"),
    region("32", "Hauts-de-France"),
    region("44", "Grand Est"),
    region("52", "Pays de la Loire"),
    region("53", "Bretagne"),
    region("75", "Nouvelle-Aquitaine"),
    region("76", "Occitanie"),
    region("84", "Auvergne-Rhône-Alpes"),
    region("93", "Provence-Alpes-Côte d'Azur"),
    region("94", "Corse"),
];

/// Every department and overseas collectivity, by code.
pub const DEPARTMENTS: [Department; 107] = [
    department("01", "Ain", "84"),
    department("02", "Aisne", "32"),
    department("03", "Allier", "84"),
    department("04", "Alpes-de-Haute-Provence", "93"),
    department("05", "Hautes-Alpes", "93"),
    department("06", "Alpes-Maritimes", "93"),
    department("07", "Ardèche", "84"),
    department("08", "Ardennes", "44"),
    department("09", "Ariège", "76"),
    department("10", "Aube", "44"),
    department("11", "Aude", "76"),
    department("12", "Aveyron", "76"),
    department("13", "Bouches-du-Rhône", "93"),
    department("14", "Calvados", "28"),
    department("15", "Cantal", "84"),
    department("16", "Charente", "75"),
    department("17", "Charente-Maritime", "75"),
    department("18", "Cher", "24"),
    department("19", "Corrèze", "75"),
    department("21", "Côte-d'Or", "27"),
    department("22", "Côtes-d'Armor", "53"),
    department("23", "Creuse", "75"),
    department("24", "Dordogne", "75"),
    department("25", "Doubs", "27"),
    department("26", "Drôme", "84"),
    department("27", "Eure", "28"),
    department("28", "Eure-et-Loir", "24"),
    department("29", "Finistère", "53"),
    department("2A", "Corse-du-Sud", "94"),
    department("2B", "Haute-Corse", "94"),
    department("30", "Gard", "76"),
    department("31", "Haute-Garonne", "76"),
    department("32", "Gers", "76"),
    department("33", "Gironde", "75"),
    department("34", "Hérault", "76"),
    department("35", "Ille-et-Vilaine", "53"),
    department("36", "Indre", "24"),
    department("37", "Indre-et-Loire", "24"),
    department("38", "Isère", "84"),
    department("39", "Jura", "27"),
    department("40", "Landes", "75"),
    department("41", "Loir-et-Cher", "24"),
    department("42", "Loire", "84"),
    department("43", "Haute-Loire", "84"),
    department("44", "Loire-Atlantique", "52"),
    department("45", "Loiret", "24"),
    department("46", "Lot", "76"),
    department("47", "Lot-et-Garonne", "75"),
    department("48", "Lozère", "76"),
    department("49", "Maine-et-Loire", "52"),
    department("50", "Manche", "28"),
    department("51", "Marne", "44"),
    department("52", "Haute-Marne", "44"),
    department("53", "Mayenne", "52"),
    department("54", "Meurthe-et-Moselle", "44"),
    department("55", "Meuse", "44"),
    department("56", "Morbihan", "53"),
    department("57", "Moselle", "44"),
    department("58", "Nièvre", "27"),
    department("59", "Nord", "32"),
    department("60", "Oise", "32"),
    department("61", "Orne", "28"),
    department("62", "Pas-de-Calais", "32"),
    department("63", "Puy-de-Dôme", "84"),
    department("64", "Pyrénées-Atlantiques", "75"),
    department("65", "Hautes-Pyrénées", "76"),
    department("66", "Pyrénées-Orientales", "76"),
    department("67", "Bas-Rhin", "44"),
    department("68", "Haut-Rhin", "44"),
    department("69", "Rhône", "84"),
    department("70", "Haute-Saône", "27"),
    department("71", "Saône-et-Loire", "27"),
    department("72", "Sarthe", "52"),
    department("73", "Savoie", "84"),
    department("74", "Haute-Savoie", "84"),
    department("75", "Paris", "11"),
    department("76", "Seine-Maritime", "28"),
    department("77", "Seine-et-Marne", "11"),
    department("78", "Yvelines", "11"),
    department("79", "Deux-Sèvres", "75"),
    department("80", "Somme", "32"),
    department("81", "Tarn", "76"),
    department("82", "Tarn-et-Garonne", "76"),
    department("83", "Var", "93"),
    department("84", "Vaucluse", "93"),
    department("85", "Vendée", "52"),
    department("86", "Vienne", "75"),
    department("87", "Haute-Vienne", "75"),
    department("88", "Vosges", "44"),
    department("89", "Yonne", "27"),
    department("90", "Territoire de Belfort", "27"),
    department("91", "Essonne", "11"),
    department("92", "Hauts-de-Seine", "11"),
    department("93", "Seine-Saint-Denis", "11"),
    department("94", "Val-de-Marne", "11"),
    department("95", "Val-d'Oise", "11"),
    department("971", "Guadeloupe", "01"),
    department("972", "Martinique", "02"),
    department("973", "Guyane", "03"),
    department("974", "La Réunion", "04"),
    department("975", "Saint-Pierre-et-Miquelon", ""),
    department("976", "Mayotte", "06"),
    department("977", "Saint-Barthélemy", ""),
    department("978", "Saint-Martin", ""),
    department("986", "Wallis-et-Futuna", ""),
    department("987", "Polynésie française", ""),
    department("988", "Nouvelle-Calédonie", ""),
];

const fn region(code: &'static str, name: &'static str) -> Region {
    Region { code, name }
}

const fn department(code: &'static str, name: &'static str, region: &'static str) -> Department {
    Department { code, name, region }
}

/// The departments that a cell names: by code or name, one or several (`Essonne, Hauts-de-Seine`, `91 / 92`,
/// `Essonne (91)`, `1`). What is not understood is left out.
pub fn departments_in(text: &str) -> Vec<&'static Department> {
    let mut found: Vec<&'static Department> = Vec::new();
    for part in text.split([',', ';', '/', '|', '&', '\n']) {
        let whole = department_of(part);
        let by_words = || {
            part.split([' ', '(', ')', '-', '–'])
                .find_map(department_of_code)
        };
        if let Some(department) = whole.or_else(by_words)
            && !found.contains(&department)
        {
            found.push(department);
        }
    }
    found
}

/// The region that a cell names, by code or name.
pub fn region_of(text: &str) -> Option<&'static Region> {
    let folded = fold(text);
    REGIONS
        .iter()
        .find(|region| region.code == text.trim() || fold(region.name) == folded)
}

fn department_of(text: &str) -> Option<&'static Department> {
    let folded = fold(text);
    if folded.is_empty() {
        return None;
    }
    let without_article = |name: &str| name.strip_prefix("la ").unwrap_or(name).to_owned();
    department_of_code(text).or_else(|| {
        DEPARTMENTS
            .iter()
            .find(|department| without_article(&fold(department.name)) == without_article(&folded))
    })
}

fn department_of_code(text: &str) -> Option<&'static Department> {
    let mut code = text.trim().to_uppercase();
    if code.len() == 1 {
        code.insert(0, '0');
    }
    if code.len() == 3 && code.starts_with('0') {
        code.remove(0);
    }
    DEPARTMENTS
        .iter()
        .find(|department| department.code == code)
}
