//! What does each field of the open-data files mean? The dictionary that goes with them, a workbook with one sheet per
//! kind of table, made from the very list the files are written from.

use super::fields::{area_fields, network_fields, project_fields};
use crate::error::Fault;
use crate::moment::Day;
use crate::table::Column;
use caloduc_engine::network::NetworkKind;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet};

/// The dictionary's name, the national archive's.
pub const DICTIONARY_NAME: &str = "nomenclature_shapefile_des_reseaux_de_chaleur_et_froid.xlsx";

/// The dictionary as XLSX bytes.
pub(super) fn dictionary(day: Day) -> Result<Vec<u8>, Fault> {
    let created = ExcelDateTime::from_ymd(day.year, day.month, day.day).map_err(Fault::library)?;
    let mut workbook = Workbook::new();
    workbook.set_properties(
        &DocProperties::new()
            .set_title("Dictionnaire des champs des données ouvertes")
            .set_creation_datetime(&created),
    );
    let sheets = [
        (
            "Réseaux de chaleur",
            "reseaux_de_chaleur ; reseaux_de_chaleur_sans_traces",
            network_fields(NetworkKind::Heat),
        ),
        (
            "Réseaux de froid",
            "reseaux_de_froid ; reseaux_de_froid_sans_traces",
            network_fields(NetworkKind::Cold),
        ),
        ("PDP", "pdp", area_fields()),
        (
            "En construction",
            "zones_et_reseaux_en_construction ; reseaux_en_construction_traces ; reseaux_en_construction_zones",
            project_fields(),
        ),
    ];
    for (name, files, fields) in sheets {
        sheet(workbook.add_worksheet(), name, files, &fields).map_err(Fault::library)?;
    }
    workbook.save_to_buffer().map_err(Fault::library)
}

fn sheet(
    sheet: &mut Worksheet,
    name: &str,
    files: &str,
    fields: &[(Column, String)],
) -> Result<(), rust_xlsxwriter::XlsxError> {
    let bold = Format::new().set_bold();
    sheet.set_name(name)?;
    sheet.write_string_with_format(0, 0, format!("{name} : {files}"), &bold)?;
    for (column, title) in ["Nom complet", "Champ du GeoJSON", "Champ du Shapefile"]
        .iter()
        .enumerate()
    {
        sheet.write_string_with_format(1, column as u16, *title, &bold)?;
    }
    for (row, (column, short_name)) in fields.iter().enumerate() {
        let row = row as u32 + 2;
        sheet.write_string(row, 0, &column.title)?;
        sheet.write_string(row, 1, &column.name)?;
        sheet.write_string(row, 2, short_name)?;
    }
    for (column, width) in [52, 36, 20].into_iter().enumerate() {
        sheet.set_column_width(column as u16, width)?;
    }
    sheet.set_freeze_panes(2, 0)?;
    Ok(())
}
