//! What addresses does this BAN file hold? One row is one number of one street.

use std::io::Read;

use super::{SourceError, SourceReport, Table, decoded, degrees_e7};

/// Number under which BAN files give the position of a street or place itself.
const NO_NUMBER: u32 = 99_999;
/// Largest number the index can hold.
pub(crate) const MAX_NUMBER: u32 = (1 << 18) - 1;

/// One row of the BAN. Borrowed from the row being read.
#[derive(Clone, Debug, Default)]
pub struct BanRow<'a> {
    /// `75102_7835_00015_bis`.
    pub id: std::borrow::Cow<'a, str>,
    /// House number; none when the row places the street itself.
    pub number: Option<u32>,
    /// `bis`, `ter`, `a`…, lower case.
    pub suffix: std::borrow::Cow<'a, str>,
    /// Street or place.
    pub street: std::borrow::Cow<'a, str>,
    /// Street identifier, `75102_7835`: the start of `id`.
    pub street_id: std::borrow::Cow<'a, str>,
    /// Postcode; may be empty.
    pub postcode: std::borrow::Cow<'a, str>,
    /// INSEE code.
    pub citycode: std::borrow::Cow<'a, str>,
    /// Commune.
    pub city: std::borrow::Cow<'a, str>,
    /// Former commune's code; may be empty.
    pub old_citycode: std::borrow::Cow<'a, str>,
    /// Former commune; may be empty.
    pub old_city: std::borrow::Cow<'a, str>,
    /// Postal town, as La Poste writes it; may be empty.
    pub postal_city: std::borrow::Cow<'a, str>,
    /// Longitude in 10⁻⁷ degrees.
    pub lon_e7: i32,
    /// Latitude in 10⁻⁷ degrees.
    pub lat_e7: i32,
    /// BAN identifier of the address (a UUID); may be empty.
    pub ban_id: std::borrow::Cow<'a, str>,
    /// BAN identifier of the street (a UUID); may be empty.
    pub street_ban_id: std::borrow::Cow<'a, str>,
}

/// Reads a BAN file, plain or gzip, and hands each row over.
pub fn read(
    reader: impl Read + Send,
    mut each: impl FnMut(&BanRow<'_>),
) -> Result<SourceReport, SourceError> {
    let mut table = Table::open(decoded(reader)?)?;
    let id = table.required(&["id", "cle_interop"])?;
    let numero = table.required(&["numero"])?;
    let street = table.required(&["nom_voie", "voie_nom"])?;
    let citycode = table.required(&["code_insee", "commune_insee"])?;
    let lon = table.required(&["lon", "long"])?;
    let lat = table.required(&["lat"])?;
    let column = |names: &[&str]| table.column(names);
    let (rep, postcode, city) = (
        column(&["rep", "suffixe"]),
        column(&["code_postal"]),
        column(&["nom_commune", "commune_nom"]),
    );
    let (old_code, old_name) = (
        column(&["code_insee_ancienne_commune"]),
        column(&["nom_ancienne_commune"]),
    );
    let postal = column(&["libelle_acheminement"]);
    let (ban, street_ban) = (column(&["id_ban_adresse"]), column(&["id_ban_toponyme"]));

    let mut report = SourceReport::default();
    while table.advance()? {
        report.rows += 1;
        let row = table.row;
        let name = table.cell(Some(street));
        if name.is_empty() {
            report.blame(row, "nom_voie", "pas de nom de voie\u{202f}; ligne écartée");
            continue;
        }
        let code = table.cell(Some(citycode));
        if !is_citycode(&code) {
            report.blame(
                row,
                "code_insee",
                format!("«\u{a0}{code}\u{a0}» n’est pas un code INSEE\u{202f}; ligne écartée"),
            );
            continue;
        }
        let number_text = table.cell(Some(numero));
        let number = match number_text.parse::<u32>() {
            _ if number_text.is_empty() => None,
            Ok(NO_NUMBER) => None,
            Ok(n) if n <= MAX_NUMBER => Some(n),
            _ => {
                report.blame(
                    row,
                    "numero",
                    format!(
                        "«\u{a0}{number_text}\u{a0}» n’est pas un numéro\u{202f}; ligne écartée"
                    ),
                );
                continue;
            }
        };
        let (Some(lon_e7), Some(lat_e7)) = (
            degrees_e7(&table.cell(Some(lon)), 180.0),
            degrees_e7(&table.cell(Some(lat)), 90.0),
        ) else {
            report.blame(
                row,
                "lon",
                "pas de coordonnées utilisables\u{202f}; ligne écartée",
            );
            continue;
        };
        let id_text = table.cell(Some(id));
        let mut postcode_text = table.cell(postcode);
        if !postcode_text.is_empty() && !is_postcode(&postcode_text) {
            report.blame(
                row,
                "code_postal",
                format!("«\u{a0}{postcode_text}\u{a0}» n’est pas un code postal\u{202f}; ligne gardée sans lui"),
            );
            postcode_text = "".into();
        }
        let suffix = table.cell(rep);
        report.kept += 1;
        each(&BanRow {
            street_id: street_part(&id_text).to_owned().into(),
            id: id_text,
            number,
            suffix: if suffix.bytes().any(|b| b.is_ascii_uppercase()) {
                suffix.to_lowercase().into()
            } else {
                suffix
            },
            street: name,
            postcode: postcode_text,
            citycode: code,
            city: table.cell(city),
            old_citycode: table.cell(old_code),
            old_city: table.cell(old_name),
            postal_city: table.cell(postal),
            lon_e7,
            lat_e7,
            ban_id: table.cell(ban),
            street_ban_id: table.cell(street_ban),
        });
    }
    Ok(report)
}

/// `75102_7835_00015_bis` → `75102_7835`.
fn street_part(id: &str) -> &str {
    id.match_indices('_')
        .nth(1)
        .and_then(|(at, _)| id.get(..at))
        .unwrap_or(id)
}

/// Five characters, digits but for `2A` and `2B`.
pub(crate) fn is_citycode(code: &str) -> bool {
    let b = code.as_bytes();
    b.len() == 5
        && b[0].is_ascii_digit()
        && b[2..].iter().all(u8::is_ascii_digit)
        && (b[1].is_ascii_digit() || (b[0] == b'2' && matches!(b[1], b'A' | b'B')))
}

/// Five digits.
pub(crate) fn is_postcode(code: &str) -> bool {
    code.len() == 5 && code.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_found_by_name_and_bad_rows_are_told() {
        let file = "\u{feff}lat;lon;id;numero;rep;nom_voie;code_postal;code_insee;nom_commune;new\n\
            48.8;2.3;75102_7835_00015_bis;15;BIS;Rue X;75002;75102;Paris 2e Arrondissement;?\n\
            48.8;abc;75102_7835_00016;16;;Rue X;75002;75102;Paris 2e Arrondissement;?\n\
            48.8;2.3;75102_7835_00017;17x;;Rue X;75002;75102;Paris 2e Arrondissement;?\n\
            48.8;2.3;75102_7835_00018;18;;;75002;75102;Paris;?\n48.8;2.3;short\n";
        let mut rows = Vec::new();
        let report = read(file.as_bytes(), |r| {
            rows.push((r.street_id.to_string(), r.number, r.suffix.to_string()));
        })
        .expect("readable");
        assert_eq!(
            rows,
            [("75102_7835".to_owned(), Some(15), "bis".to_owned())]
        );
        assert_eq!((report.rows, report.kept, report.faulty), (5, 1, 4));
        assert_eq!(
            (report.problems[0].row, report.problems[0].column),
            (3, "lon")
        );
    }

    #[test]
    fn a_file_without_the_needed_columns_says_which() {
        let error = read("a;b\n1;2\n".as_bytes(), |_| {}).expect_err("no columns");
        assert!(error.to_string().contains("«\u{a0}id\u{a0}»"), "{error}");
    }
}
