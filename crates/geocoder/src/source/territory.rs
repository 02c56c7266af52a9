//! To which department and region does a code belong? Names are built in (INSEE, official
//! geographic code 2026); they change less often than this program.

/// A department: code, name, region's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Department {
    /// `75`, `2A`, `974`.
    pub code: &'static str,
    /// `Paris`.
    pub name: &'static str,
    /// `Île-de-France`; the same as the name where there is no region.
    pub region: &'static str,
}

const fn department(code: &'static str, name: &'static str, region: &'static str) -> Department {
    Department { code, name, region }
}

/// All departments and overseas communities, by code.
pub const DEPARTMENTS: &[Department] = &[
    department("01", "Ain", "Auvergne-Rhône-Alpes"),
    department("02", "Aisne", "Hauts-de-France"),
    department("03", "Allier", "Auvergne-Rhône-Alpes"),
    department(
        "04",
        "Alpes-de-Haute-Provence",
        "Provence-Alpes-Côte d'Azur",
    ),
    department("05", "Hautes-Alpes", "Provence-Alpes-Côte d'Azur"),
    department("06", "Alpes-Maritimes", "Provence-Alpes-Côte d'Azur"),
    department("07", "Ardèche", "Auvergne-Rhône-Alpes"),
    department("08", "Ardennes", "Grand Est"),
    department("09", "Ariège", "Occitanie"),
    department("10", "Aube", "Grand Est"),
    department("11", "Aude", "Occitanie"),
    department("12", "Aveyron", "Occitanie"),
    department("13", "Bouches-du-Rhône", "Provence-Alpes-Côte d'Azur"),
    department("14", "Calvados", "Normandie"),
    department("15", "Cantal", "Auvergne-Rhône-Alpes"),
    department("16", "Charente", "Nouvelle-Aquitaine"),
    department("17", "Charente-Maritime", "Nouvelle-Aquitaine"),
    department("18", "Cher", "Centre-Val de Loire"),
    department("19", "Corrèze", "Nouvelle-Aquitaine"),
    department("21", "Côte-d'Or", "Bourgogne-Franche-Comté"),
    department("22", "Côtes-d'Armor", "Bretagne"),
    department("23", "Creuse", "Nouvelle-Aquitaine"),
    department("24", "Dordogne", "Nouvelle-Aquitaine"),
    department("25", "Doubs", "Bourgogne-Franche-Comté"),
    department("26", "Drôme", "Auvergne-Rhône-Alpes"),
    department("27", "Eure", "Normandie"),
    department("28", "Eure-et-Loir", "Centre-Val de Loire"),
    department("29", "Finistère", "Bretagne"),
    department("2A", "Corse-du-Sud", "Corse"),
    department("2B", "Haute-Corse", "Corse"),
    department("30", "Gard", "Occitanie"),
    department("31", "Haute-Garonne", "Occitanie"),
    department("32", "Gers", "Occitanie"),
    department("33", "Gironde", "Nouvelle-Aquitaine"),
    department("34", "Hérault", "Occitanie"),
    department("35", "Ille-et-Vilaine", "Bretagne"),
    department("36", "Indre", "Centre-Val de Loire"),
    department("37", "Indre-et-Loire", "Centre-Val de Loire"),
    department("38", "Isère", "Auvergne-Rhône-Alpes"),
    department("39", "Jura", "Bourgogne-Franche-Comté"),
    department("40", "Landes", "Nouvelle-Aquitaine"),
    department("41", "Loir-et-Cher", "Centre-Val de Loire"),
    department("42", "Loire", "Auvergne-Rhône-Alpes"),
    department("43", "Haute-Loire", "Auvergne-Rhône-Alpes"),
    department("44", "Loire-Atlantique", "Pays de la Loire"),
    department("45", "Loiret", "Centre-Val de Loire"),
    department("46", "Lot", "Occitanie"),
    department("47", "Lot-et-Garonne", "Nouvelle-Aquitaine"),
    department("48", "Lozère", "Occitanie"),
    department("49", "Maine-et-Loire", "Pays de la Loire"),
    department("50", "Manche", "Normandie"),
    department("51", "Marne", "Grand Est"),
    department("52", "Haute-Marne", "Grand Est"),
    department("53", "Mayenne", "Pays de la Loire"),
    department("54", "Meurthe-et-Moselle", "Grand Est"),
    department("55", "Meuse", "Grand Est"),
    department("56", "Morbihan", "Bretagne"),
    department("57", "Moselle", "Grand Est"),
    department("58", "Nièvre", "Bourgogne-Franche-Comté"),
    department("59", "Nord", "Hauts-de-France"),
    department("60", "Oise", "Hauts-de-France"),
    department("61", "Orne", "Normandie"),
    department("62", "Pas-de-Calais", "Hauts-de-France"),
    department("63", "Puy-de-Dôme", "Auvergne-Rhône-Alpes"),
    department("64", "Pyrénées-Atlantiques", "Nouvelle-Aquitaine"),
    department("65", "Hautes-Pyrénées", "Occitanie"),
    department("66", "Pyrénées-Orientales", "Occitanie"),
    department("67", "Bas-Rhin", "Grand Est"),
    department("68", "Haut-Rhin", "Grand Est"),
    department("69", "Rhône", "Auvergne-Rhône-Alpes"),
    department("70", "Haute-Saône", "Bourgogne-Franche-Comté"),
    department("71", "Saône-et-Loire", "Bourgogne-Franche-Comté"),
    department("72", "Sarthe", "Pays de la Loire"),
    department("73", "Savoie", "Auvergne-Rhône-Alpes"),
    department("74", "Haute-Savoie", "Auvergne-Rhône-Alpes"),
    department("75", "Paris", "Île-de-France"),
    department("76", "Seine-Maritime", "Normandie"),
    department("77", "Seine-et-Marne", "Île-de-France"),
    department("78", "Yvelines", "Île-de-France"),
    department("79", "Deux-Sèvres", "Nouvelle-Aquitaine"),
    department("80", "Somme", "Hauts-de-France"),
    department("81", "Tarn", "Occitanie"),
    department("82", "Tarn-et-Garonne", "Occitanie"),
    department("83", "Var", "Provence-Alpes-Côte d'Azur"),
    department("84", "Vaucluse", "Provence-Alpes-Côte d'Azur"),
    department("85", "Vendée", "Pays de la Loire"),
    department("86", "Vienne", "Nouvelle-Aquitaine"),
    department("87", "Haute-Vienne", "Nouvelle-Aquitaine"),
    department("88", "Vosges", "Grand Est"),
    department("89", "Yonne", "Bourgogne-Franche-Comté"),
    department("90", "Territoire de Belfort", "Bourgogne-Franche-Comté"),
    department("91", "Essonne", "Île-de-France"),
    department("92", "Hauts-de-Seine", "Île-de-France"),
    department("93", "Seine-Saint-Denis", "Île-de-France"),
    department("94", "Val-de-Marne", "Île-de-France"),
    department("95", "Val-d'Oise", "Île-de-France"),
    department("971", "Guadeloupe", "Guadeloupe"),
    department("972", "Martinique", "Martinique"),
    department("973", "Guyane", "Guyane"),
    department("974", "La Réunion", "La Réunion"),
    department(
        "975",
        "Saint-Pierre-et-Miquelon",
        "Saint-Pierre-et-Miquelon",
    ),
    department("976", "Mayotte", "Mayotte"),
    department("977", "Saint-Barthélemy", "Saint-Barthélemy"),
    department("978", "Saint-Martin", "Saint-Martin"),
    department(
        "984",
        "Terres australes et antarctiques françaises",
        "Terres australes et antarctiques françaises",
    ),
    department("986", "Wallis-et-Futuna", "Wallis-et-Futuna"),
    department("987", "Polynésie française", "Polynésie française"),
    department("988", "Nouvelle-Calédonie", "Nouvelle-Calédonie"),
];

/// Code of the department a commune is in: two characters, three overseas.
pub fn department_code(citycode: &str) -> &str {
    let len = if citycode.starts_with("97") || citycode.starts_with("98") {
        3
    } else {
        2
    };
    citycode.get(..len).unwrap_or(citycode)
}

/// The department of a code.
pub fn of_code(code: &str) -> Option<&'static Department> {
    DEPARTMENTS.iter().find(|d| d.code == code)
}

/// `75, Paris, Île-de-France`; where the region bears the department's name it is not repeated.
pub fn context(citycode: &str) -> String {
    let code = department_code(citycode);
    match of_code(code) {
        Some(d) if d.name == d.region => format!("{code}, {}", d.name),
        Some(d) => format!("{code}, {}, {}", d.name, d.region),
        None => code.to_owned(),
    }
}

/// Codes of the cities that have arrondissements.
pub const WHOLE_CITIES: [&str; 3] = ["75056", "69123", "13055"];

/// Paris, Lyon or Marseille, when the code is one of their arrondissements: code and name.
pub fn whole_city(citycode: &str) -> Option<(&'static str, &'static str)> {
    let n: u32 = citycode.parse().ok()?;
    match n {
        75_101..=75_120 => Some(("75056", "Paris")),
        69_381..=69_389 => Some(("69123", "Lyon")),
        13_201..=13_216 => Some(("13055", "Marseille")),
        _ => None,
    }
}

/// Number of the arrondissement a code stands for.
pub fn arrondissement(citycode: &str) -> Option<u32> {
    whole_city(citycode)?;
    let n: u32 = citycode.parse().ok()?;
    Some(if n > 75_000 {
        n - 75_100
    } else if n > 69_000 {
        n - 69_380
    } else {
        n - 13_200
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_read_as_the_national_service_writes_them() {
        assert_eq!(context("75118"), "75, Paris, Île-de-France");
        assert_eq!(context("97411"), "974, La Réunion");
        assert_eq!(context("2A004"), "2A, Corse-du-Sud, Corse");
        assert_eq!(arrondissement("69383"), Some(3));
        assert_eq!(whole_city("13055"), None);
    }
}
