//! What hamlets and named places does this BAN `lieux-dits` file hold?

use std::io::Read;

use super::ban::{BanRow, is_citycode, is_postcode};
use super::{SourceError, SourceReport, Table, decoded, degrees_e7};

/// Reads a lieux-dits file, plain or gzip; each place is handed over as a row without number.
pub fn read(
    reader: impl Read + Send,
    mut each: impl FnMut(&BanRow<'_>),
) -> Result<SourceReport, SourceError> {
    let mut table = Table::open(decoded(reader)?)?;
    let id = table.required(&["id"])?;
    let name = table.required(&["nom_lieu_dit"])?;
    let citycode = table.required(&["code_insee"])?;
    let lon = table.required(&["lon"])?;
    let lat = table.required(&["lat"])?;
    let column = |names: &[&str]| table.column(names);
    let (postcode, city) = (column(&["code_postal"]), column(&["nom_commune"]));
    let (old_code, old_name) = (
        column(&["code_insee_ancienne_commune"]),
        column(&["nom_ancienne_commune"]),
    );
    let ban = column(&["id_ban_toponyme"]);

    let mut report = SourceReport::default();
    while table.advance()? {
        report.rows += 1;
        let row = table.row;
        let (place, code) = (table.cell(Some(name)), table.cell(Some(citycode)));
        if place.is_empty() || !is_citycode(&code) {
            report.blame(
                row,
                "code_insee",
                "pas de nom ou pas de code INSEE\u{202f}; ligne écartée",
            );
            continue;
        }
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
        if !is_postcode(&postcode_text) {
            postcode_text = "".into();
        }
        report.kept += 1;
        each(&BanRow {
            street_id: id_text.to_string().into(),
            id: id_text,
            street: place,
            postcode: postcode_text,
            citycode: code,
            city: table.cell(city),
            old_citycode: table.cell(old_code),
            old_city: table.cell(old_name),
            lon_e7,
            lat_e7,
            street_ban_id: table.cell(ban),
            ..BanRow::default()
        });
    }
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_rows_without_a_number() {
        let file = "id;nom_lieu_dit;code_postal;code_insee;nom_commune;lon;lat\n01001_b1;Le Moulin;01400;01001;L'Abergement;4.92;46.15\n";
        let mut seen = Vec::new();
        let report = read(file.as_bytes(), |r| {
            seen.push((r.street.to_string(), r.number));
        })
        .expect("readable");
        assert_eq!(seen, [("Le Moulin".to_owned(), None)]);
        assert_eq!(report.kept, 1);
    }
}
