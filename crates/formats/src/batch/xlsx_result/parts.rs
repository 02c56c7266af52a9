//! The parts of a workbook around its rows (ECMA-376, parts 1 and 2).

use super::columns::{CellWriter, ROW_MARK, TITLES};
use crate::moment::Day;
use std::fmt::Write;

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// Relations of the package.
pub(super) const RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/><Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/><Relationship Id=\"rId3\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties\" Target=\"docProps/app.xml\"/></Relationships>";

/// Which program.
pub(super) const APPLICATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\"><Application>caloduc</Application></Properties>";

/// Styles by number: 0 plain, 1 title, 2 text, 3 whole number, 4 one decimal, 5 wrapped text.
pub(super) const STYLES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><numFmts count=\"1\"><numFmt numFmtId=\"164\" formatCode=\"0.0\"/></numFmts><fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font><font><b/><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font></fonts><fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills><borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs><cellXfs count=\"6\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/><xf numFmtId=\"49\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\" applyAlignment=\"1\"><alignment vertical=\"top\" wrapText=\"1\"/></xf><xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/><xf numFmtId=\"1\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/><xf numFmtId=\"164\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/><xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\" applyAlignment=\"1\"><alignment vertical=\"top\" wrapText=\"1\"/></xf></cellXfs></styleSheet>";

/// `A`, …, `Z`, `AA`…
pub(super) fn letters(column: usize) -> String {
    let mut left = column + 1;
    let mut letters = Vec::new();
    while left > 0 {
        left -= 1;
        letters.push(char::from(b'A' + (left % 26) as u8));
        left /= 26;
    }
    letters.iter().rev().collect()
}

/// A sheet until its rows: titles that stay in view, columns wide enough to read.
pub(super) fn sheet_head(theirs: usize, columns: usize) -> String {
    let ours = theirs + 1;
    let mut xml = format!(
        "{HEAD}<worksheet xmlns=\"{MAIN}\"><sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight=\"15\"/><cols>"
    );
    if theirs > 0 {
        write(
            &mut xml,
            format_args!("<col min=\"1\" max=\"{theirs}\" width=\"18\" customWidth=\"1\"/>"),
        );
    }
    write(
        &mut xml,
        format_args!(
            "<col min=\"{ours}\" max=\"{ours}\" width=\"44\" customWidth=\"1\"/><col min=\"{}\" max=\"{columns}\" width=\"20\" customWidth=\"1\"/></cols><sheetData>",
            ours + 1
        ),
    );
    xml
}

/// What comes after the rows: the filter.
pub(super) fn sheet_tail(last_column: &str, rows: u64) -> String {
    format!("</sheetData><autoFilter ref=\"A1:{last_column}{rows}\"/></worksheet>")
}

/// The sheets by name, and their filters.
pub(super) fn workbook(rows: &[u64], last_column: &str) -> String {
    let mut xml = format!("{HEAD}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>");
    for at in 1..=rows.len() {
        let name = sheet_name(at);
        write(
            &mut xml,
            format_args!("<sheet name=\"{name}\" sheetId=\"{at}\" r:id=\"rId{at}\"/>"),
        );
    }
    let legend = rows.len() + 1;
    write(
        &mut xml,
        format_args!(
            "<sheet name=\"Légende\" sheetId=\"{legend}\" r:id=\"rId{legend}\"/></sheets><definedNames>"
        ),
    );
    for (at, rows) in rows.iter().enumerate() {
        write(
            &mut xml,
            format_args!(
                "<definedName name=\"_xlnm._FilterDatabase\" localSheetId=\"{at}\" hidden=\"1\">'{}'!$A$1:${last_column}${rows}</definedName>",
                sheet_name(at + 1)
            ),
        );
    }
    xml.push_str("</definedNames></workbook>");
    xml
}

fn sheet_name(number: usize) -> String {
    match number {
        1 => "Résultats".to_owned(),
        more => format!("Résultats {more}"),
    }
}

/// Relations of the workbook: its sheets, then its styles.
pub(super) fn book_relations(sheets: usize) -> String {
    let mut xml = format!(
        "{HEAD}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    );
    for at in 1..=sheets {
        write(
            &mut xml,
            format_args!(
                "<Relationship Id=\"rId{at}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{at}.xml\"/>"
            ),
        );
    }
    write(
        &mut xml,
        format_args!(
            "<Relationship Id=\"rId{}\" Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/></Relationships>",
            sheets + 1
        ),
    );
    xml
}

/// The kinds of the parts.
pub(super) fn content_types(sheets: usize) -> String {
    let mut xml = format!(
        "{HEAD}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/><Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/><Override PartName=\"/docProps/app.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.extended-properties+xml\"/>"
    );
    for at in 1..=sheets {
        write(
            &mut xml,
            format_args!(
                "<Override PartName=\"/xl/worksheets/sheet{at}.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
            ),
        );
    }
    xml.push_str("</Types>");
    xml
}

/// Who made it and when: the day of the release, so that equal results are equal files.
pub(super) fn core(created: Day) -> String {
    let day = created.iso();
    format!(
        "{HEAD}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:creator>caloduc</dc:creator><dcterms:created xsi:type=\"dcterms:W3CDTF\">{day}T00:00:00Z</dcterms:created><dcterms:modified xsi:type=\"dcterms:W3CDTF\">{day}T00:00:00Z</dcterms:modified></cp:coreProperties>"
    )
}

/// What each of our columns says.
const MEANINGS: [&str; 10] = [
    "L’adresse de la Base Adresse Nationale qui a été trouvée et testée ; sans réponse, la raison. Vide quand le fichier donne des coordonnées.",
    "De 0 à 100. En dessous de 50, l’adresse trouvée ressemble peu à celle du fichier : vérifiez-la.",
    "Oui : un réseau en service passe à proximité, ou le bâtiment est dans un périmètre de développement prioritaire. A confirmer : la commune a un réseau dont le tracé n’est pas connu. Non : aucun réseau connu à proximité.",
    "Distance à vol d’oiseau au tracé du réseau, en mètres. Les tracés sont indicatifs.",
    "Oui : le bâtiment est dans un périmètre de développement prioritaire ; une obligation de raccordement peut s’appliquer (code de l’énergie, L.712-1 à L.712-5).",
    "Oui : le réseau qui passe à proximité est en construction.",
    "Identifiant national (SNCU) du réseau dont parle la réponse ; à défaut, sa clé dans ce service.",
    "Part de chaleur renouvelable et de récupération, en pour cent.",
    "Contenu en CO2 du réseau en analyse de cycle de vie, en grammes par kilowattheure.",
    "Oui : la commune a un réseau de chaleur dont le tracé n’est pas connu.",
];

/// The sheet that explains the others.
pub(super) fn legend(release: Option<u32>, created: Day) -> String {
    let columns: Vec<String> = (0..2).map(letters).collect();
    let mut xml = format!(
        "{HEAD}<worksheet xmlns=\"{MAIN}\"><cols><col min=\"1\" max=\"1\" width=\"52\" customWidth=\"1\"/><col min=\"2\" max=\"2\" width=\"100\" customWidth=\"1\"/></cols><sheetData>"
    );
    let data = match release {
        Some(number) => format!("Édition n° {number} des données, du {}.", created.french()),
        None => "Territoire fictif de démonstration : rien n’y existe.".to_owned(),
    };
    let mut rows = vec![("Colonne", "Ce qu’elle dit")];
    rows.extend(TITLES.into_iter().zip(MEANINGS));
    rows.push(("Données", &data));
    rows.push((
        "Ce que ce fichier n’est pas",
        "Un avis juridique ni une étude de faisabilité : seul le gestionnaire du réseau confirme qu’un raccordement est possible.",
    ));
    rows.push((
        "Sources",
        "Réseaux : données ouvertes de France Chaleur Urbaine ; adresses : Base Adresse Nationale. Licence Ouverte 2.0.",
    ));
    for (at, (left, right)) in rows.into_iter().enumerate() {
        let mut row = Vec::new();
        let mut cells = CellWriter::new(&mut row, &columns);
        cells.title(left);
        if at == 0 {
            cells.title(right);
        } else {
            cells.wrapped(&caloduc_engine::report::typography(right));
        }
        let number = (at + 1).to_string();
        let row = String::from_utf8_lossy(&row).replace(char::from(ROW_MARK), &number);
        write(&mut xml, format_args!("<row r=\"{number}\">{row}</row>"));
    }
    xml.push_str("</sheetData></worksheet>");
    xml
}

fn write(xml: &mut String, part: std::fmt::Arguments<'_>) {
    xml.write_fmt(part).expect("a string takes every character");
}
