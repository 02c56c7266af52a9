//! All the files of an import to one set of tables: which files count, which format of a table wins, what is refused,
//! and rows put in the table they belong to.

use super::Ingested;
use super::ReadRow;
use super::belief::believe;
use super::classify::{
    Because, SheetTable, TableKind, by_name, is_dictionary, table_of_layer, table_of_sheet,
};
use super::fields::fold;
use super::input::InputFile;
use super::layers::{LayerRows, Rows, read_layer};
use super::raw::{Format, RawLayer, RawSheet};
use super::sheets;
use super::sources::{self, Reading, Source};
use crate::network::{Commune, Layer, Network, NetworkKind};
use crate::report::{
    ATTRIBUTES_WITHOUT_GEOMETRY, FILE_IGNORED, FILE_WITHOUT_ROWS, FINDINGS_CUT, FileOutcome,
    FileStatus, Finding, GEOMETRY_WRONG_TYPE, ROW_DUPLICATED, ROW_MOVED, Severity, TABLE_GUESSED,
    TABLE_UNKNOWN, at, counted,
};
use std::collections::HashMap;
use std::fmt;

/// How far reading is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The file being read; empty at the end.
    pub file: String,
    /// Bytes of the files read so far.
    pub done_bytes: u64,
    /// Bytes of all the files, once inflated.
    pub total_bytes: u64,
}

/// What the person said beside the files.
#[derive(Default, Clone, Copy)]
pub struct IngestOptions<'a> {
    /// The table of files whose name says nothing.
    pub kind: Option<TableKind>,
    /// The year of regulatory tables.
    pub year: Option<u16>,
    /// Told before each file and at the end.
    pub progress: Option<&'a dyn Fn(Progress)>,
}

impl fmt::Debug for IngestOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IngestOptions")
            .field("kind", &self.kind)
            .field("year", &self.year)
            .finish_non_exhaustive()
    }
}

/// Findings of one code in one file kept in full; past this, one line says how many more there were.
const KEPT_PER_CODE: usize = 500;

/// Reads the files of an import. Nothing fails as a whole: look at [`Ingested::refused`].
pub fn read(files: Vec<InputFile>, options: &IngestOptions<'_>) -> Ingested {
    let listing = sources::list(files);
    let mut collected = Collected::default();
    for error in &listing.refused {
        collected.refuse(error.file(), None, 0);
        collected.out.findings.push(error.finding());
    }
    for unused in &listing.unused {
        collected.ignore(&unused.file, &unused.reason);
    }
    let mut ordered: Vec<&Source> = listing.sources.iter().collect();
    ordered.sort_by_key(|source| rank(source.format));
    let total_bytes = ordered.iter().map(|source| source.size).sum();
    let mut done_bytes = 0;
    let tell = |file: &str, done_bytes| {
        if let Some(progress) = options.progress {
            progress(Progress {
                file: file.to_owned(),
                done_bytes,
                total_bytes,
            });
        }
    };
    for source in ordered {
        tell(&source.file, done_bytes);
        collected.source(source, options);
        done_bytes += source.size;
    }
    tell("", done_bytes);
    collected.finish()
}

/// `GeoJSON` wins over `GeoPackage` over Shapefile over KML; of tables, CSV over workbooks.
fn rank(format: Format) -> u8 {
    match format {
        Format::GeoJson => 0,
        Format::GeoPackage => 1,
        Format::Shapefile => 2,
        Format::Kml => 3,
        Format::Csv => 4,
        Format::Spreadsheet => 5,
    }
}

/// What formats compete for: a table (of a year, for regulatory ones) in a folder or an archive; for files the person
/// named, only those of one name compete.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Claim {
    container: String,
    table: Layer,
    year: Option<u16>,
    stem: Option<String>,
}

impl Claim {
    fn new(source: &Source, table: Layer, year: Option<u16>) -> Self {
        let archive = source
            .file
            .to_lowercase()
            .find(".zip/")
            .and_then(|end| source.file.get(..end + 4));
        let whole_folder = String::new();
        Self {
            container: archive.map_or(whole_folder, str::to_owned),
            table,
            year,
            stem: source.explicit.then(|| fold(&source.stem)),
        }
    }
}

#[derive(Debug, Default)]
struct Collected {
    out: Ingested,
    claims: HashMap<Claim, Format>,
    /// Networks met in the file of the other table, with the index of that file.
    astray: Vec<(ReadRow<Network>, usize)>,
    /// Attributes without geometry, with the index of their file.
    attributes: Vec<(Vec<ReadRow<Network>>, usize)>,
}

impl Collected {
    fn outcome(&mut self, file: &str, status: FileStatus, table: Option<Layer>) -> usize {
        self.out.files.push(FileOutcome {
            file: file.to_owned(),
            status,
            table,
            epsg: None,
            rows_read: 0,
            rows_kept: 0,
        });
        self.out.files.len() - 1
    }

    fn ignore(&mut self, file: &str, reason: &str) {
        self.outcome(file, FileStatus::Ignored, None);
        self.out.findings.push(FILE_IGNORED.finding(
            at(file),
            format!("Fichier ignoré : {reason}."),
            "Rien à faire si vous ne l’attendiez pas dans l’import.",
        ));
    }

    fn refuse(&mut self, file: &str, table: Option<Layer>, rows_read: u64) {
        let index = self.outcome(file, FileStatus::Refused, table);
        self.out.files[index].rows_read = rows_read;
    }

    /// Whether another format of the table was read already; claims it otherwise.
    fn taken(&mut self, source: &Source, table: Layer, year: Option<u16>) -> bool {
        let claim = Claim::new(source, table, year);
        *self.claims.entry(claim).or_insert(source.format) != source.format
    }

    fn already(&mut self, file: &str) {
        self.ignore(file, "la même table a déjà été lue dans un autre format");
    }

    fn source(&mut self, source: &Source, options: &IngestOptions<'_>) {
        let named = by_name(&source.stem);
        if is_dictionary(&source.stem) {
            self.ignore(&source.file, "dictionnaire de champs ou notice");
            return;
        }
        if !source.explicit
            && fold(&source.stem).starts_with("adresses")
            && source.format == Format::Csv
        {
            self.ignore(
                &source.file,
                "base d’adresses ; voir « caloduc addresses build »",
            );
            return;
        }
        if let Some(table) = named {
            let claim = Claim::new(source, table, None);
            if self
                .claims
                .get(&claim)
                .is_some_and(|format| *format != source.format)
            {
                self.already(&source.file);
                return;
            }
        }
        match source.read() {
            Err(error) if source.explicit || named.is_some() => {
                self.refuse(&source.file, named, 0);
                self.out.findings.push(error.finding());
            }
            Err(error) => self.ignore(&source.file, &format!("illisible ({error})")),
            Ok(Reading::Sheet(read)) => {
                self.out.findings.extend(read.findings);
                self.sheet(&read.sheet, source, options);
            }
            Ok(Reading::Layers(read)) => {
                self.out.findings.extend(read.findings);
                if let Some(error) = read.broken
                    && (source.explicit
                        || named.is_some()
                        || read
                            .layers
                            .iter()
                            .any(|l| table_of_layer(l, options.kind).is_some()))
                {
                    self.refuse(&source.file, named, 0);
                    self.out.findings.push(error.finding());
                    return;
                }
                let several = read.layers.len() > 1;
                let mut used = false;
                let before = self.out.files.len();
                for layer in read.layers {
                    used |= self.layer(layer, source, options, several);
                }
                if several && !used && source.explicit && self.out.files.len() > before {
                    self.unknown(&source.file);
                }
            }
        }
    }

    fn unknown(&mut self, file: &str) {
        self.refuse(file, None, 0);
        self.out.findings.push(TABLE_UNKNOWN.finding(
            at(file),
            "Ni le nom du fichier ni ses champs ne disent de quelle table il s’agit.",
            "Dites-le : --kind heat, cold, project, priority-area, communes ou regulatory.",
        ));
    }

    fn guessed(&mut self, file: &str, table: &str) {
        self.out.findings.push(TABLE_GUESSED.finding(
            at(file),
            format!("Le nom du fichier ne dit pas sa table ; d’après ses champs : {table}."),
            "Si ce n’est pas cela, dites-le par --kind.",
        ));
    }

    /// Reads one layer; whether it is one of our tables.
    fn layer(
        &mut self,
        layer: RawLayer,
        source: &Source,
        options: &IngestOptions<'_>,
        several: bool,
    ) -> bool {
        let Some((table, because)) = table_of_layer(&layer, options.kind) else {
            // What is wrong with its coordinates is worth saying even so.
            let belief = believe(&layer);
            self.out
                .findings
                .extend(belief.findings.into_iter().map(|finding| Finding {
                    severity: if source.explicit {
                        finding.severity
                    } else {
                        finding.severity.max(Severity::Warning)
                    },
                    ..finding
                }));
            if source.explicit && !several && !is_dictionary(&layer.stem) {
                self.unknown(&layer.file);
            } else {
                self.ignore(
                    &layer.file,
                    "ni son nom ni ses champs ne sont ceux d’une de nos tables",
                );
            }
            return false;
        };
        if self.taken(source, table, None) {
            self.already(&layer.file);
            return true;
        }
        if because == Because::Fields {
            self.guessed(&layer.file, table_words(table));
        }
        let file = layer.file.clone();
        let rows_read = layer.features.len() as u64;
        let read = read_layer(layer, table);
        self.take(&file, table, rows_read, read);
        true
    }

    fn take(&mut self, file: &str, table: Layer, rows_read: u64, read: LayerRows) {
        let kept = match &read.rows {
            Rows::Networks(rows) => rows.len(),
            Rows::Projects(rows) => rows.len(),
            Rows::PriorityAreas(rows) => rows.len(),
            Rows::Communes(rows) => rows.len(),
        };
        self.out.findings.extend(cut(read.findings, file));
        // A file of which nothing can be kept would empty its table: no less wrong than an impossible system.
        if read.refused || (rows_read > 0 && kept + read.astray.len() == 0) {
            self.refuse(file, Some(table), rows_read);
            return;
        }
        if rows_read == 0 {
            self.out.findings.push(FILE_WITHOUT_ROWS.finding(
                at(file),
                format!("Aucune ligne : la table « {} » devient vide.", table_words(table)),
                "Si c’est une erreur, écartez ce fichier de l’import : la table de l’édition en cours restera.",
            ));
        }
        let index = self.outcome(file, FileStatus::Read, Some(table));
        self.out.files[index].epsg = read.epsg;
        self.out.files[index].rows_read = rows_read;
        self.out.files[index].rows_kept = kept as u64;
        self.astray
            .extend(read.astray.into_iter().map(|row| (row, index)));
        match read.rows {
            Rows::Networks(rows) => self.networks(table).get_or_insert_default().extend(rows),
            Rows::Projects(rows) => self.out.projects.get_or_insert_default().extend(rows),
            Rows::PriorityAreas(rows) => {
                self.out.priority_areas.get_or_insert_default().extend(rows);
            }
            Rows::Communes(rows) => self.out.communes.get_or_insert_default().extend(rows),
        }
    }

    fn networks(&mut self, table: Layer) -> &mut Option<Vec<ReadRow<Network>>> {
        match table {
            Layer::HeatUntraced => &mut self.out.heat_untraced,
            Layer::Cold => &mut self.out.cold,
            Layer::ColdUntraced => &mut self.out.cold_untraced,
            _ => &mut self.out.heat,
        }
    }

    fn sheet(&mut self, sheet: &RawSheet, source: &Source, options: &IngestOptions<'_>) {
        let rows_read = sheet.rows.len() as u64;
        match table_of_sheet(sheet, options.kind) {
            None if source.explicit => self.unknown(&sheet.file),
            None => self.ignore(
                &sheet.file,
                "ses colonnes ne sont pas celles d’un tableau réglementaire",
            ),
            Some(SheetTable::Attributes) => {
                let mut findings = Vec::new();
                let rows = sheets::networks(sheet, &mut findings);
                self.out.findings.extend(cut(findings, &sheet.file));
                let index = self.outcome(&sheet.file, FileStatus::Ignored, None);
                self.out.files[index].rows_read = rows_read;
                self.attributes.push((rows, index));
            }
            Some(SheetTable::Regulatory(because)) => {
                let mut findings = Vec::new();
                let year = sheets::year(sheet, options.year, &mut findings);
                let Some(year) = year else {
                    self.out.findings.extend(findings);
                    if source.explicit {
                        self.refuse(&sheet.file, Some(Layer::Regulatory), rows_read);
                    } else {
                        self.ignore(&sheet.file, "tableau réglementaire sans année");
                    }
                    return;
                };
                if self.taken(source, Layer::Regulatory, Some(year)) {
                    self.already(&sheet.file);
                    return;
                }
                if because == Because::Fields {
                    self.guessed(&sheet.file, table_words(Layer::Regulatory));
                }
                let rows = sheets::regulatory(sheet, year, &mut findings);
                self.out.findings.extend(cut(findings, &sheet.file));
                if rows.is_empty() && sheets::has_rows(sheet) {
                    self.refuse(&sheet.file, Some(Layer::Regulatory), rows_read);
                    return;
                }
                let index = self.outcome(&sheet.file, FileStatus::Read, Some(Layer::Regulatory));
                self.out.files[index].rows_read = rows_read;
                self.out.files[index].rows_kept = rows.len() as u64;
                self.out.regulatory.get_or_insert_default().extend(rows);
            }
        }
    }

    fn finish(mut self) -> Ingested {
        self.settle_astray();
        self.settle_attributes();
        if let Some(communes) = self.out.communes.take() {
            let kept = last_of_each(communes, &mut self.out.findings);
            self.out.communes = Some(kept);
        }
        self.out
    }

    /// A network met in the other table's file goes to its own table when the import carries it; else it is dropped,
    /// since a table of one stray row would replace the whole of the previous one.
    fn settle_astray(&mut self) {
        for (row, index) in std::mem::take(&mut self.astray) {
            let traced = row.row.is_traced();
            let table = match (row.row.kind, traced) {
                (NetworkKind::Heat, true) => Layer::Heat,
                (NetworkKind::Heat, false) => Layer::HeatUntraced,
                (NetworkKind::Cold, true) => Layer::Cold,
                (NetworkKind::Cold, false) => Layer::ColdUntraced,
            };
            let what = if traced {
                "Un tracé dans le fichier des réseaux sans tracé"
            } else {
                "Un point dans le fichier des tracés"
            };
            let place = row.place.clone();
            if let Some(rows) = self.networks(table) {
                rows.push(row);
                self.out.files[index].rows_kept += 1;
                self.out.findings.push(ROW_MOVED.finding(
                    place,
                    format!(
                        "{what} : la ligne passe dans la table « {} ».",
                        table_words(table)
                    ),
                    "Rangez la ligne dans le bon fichier.",
                ));
            } else {
                self.out.findings.push(GEOMETRY_WRONG_TYPE.finding(
                    place,
                    format!(
                        "{what}, et la table « {} » n’est pas dans l’import : ligne écartée.",
                        table_words(table)
                    ),
                    "Rangez la ligne dans le bon fichier, et importez les deux ensemble.",
                ));
            }
        }
    }

    /// Attributes without geometry complete the networks of the same import that carry the same national id.
    fn settle_attributes(&mut self) {
        for (rows, index) in std::mem::take(&mut self.attributes) {
            let by_id: HashMap<&str, &Network> = rows
                .iter()
                .filter_map(|r| Some((r.row.sncu_id.as_ref()?.as_str(), &r.row)))
                .collect();
            let mut filled = 0_u64;
            let out = &mut self.out;
            let tables = [
                &mut out.heat,
                &mut out.heat_untraced,
                &mut out.cold,
                &mut out.cold_untraced,
            ];
            for network in tables.into_iter().flatten().flatten() {
                let id = network.row.sncu_id.as_ref();
                if let Some(other) = id.and_then(|id| by_id.get(id.as_str())) {
                    sheets::fill(&mut network.row, other);
                    filled += 1;
                }
            }
            let outcome = &mut out.files[index];
            if filled > 0 {
                outcome.status = FileStatus::Read;
                outcome.rows_kept = filled;
            }
            out.findings.push(ATTRIBUTES_WITHOUT_GEOMETRY.finding(
                at(&outcome.file.clone()),
                format!(
                    "Attributs de {} sans géométrie : {} du même import complétés.",
                    counted(rows.len() as u64, "réseau", "réseaux"),
                    counted(filled, "réseau", "réseaux")
                ),
                "Importez ce tableau avec le fichier des tracés ; pour des chiffres d’une année, --kind regulatory --year.",
            ));
        }
    }
}

/// How findings name a table.
fn table_words(table: Layer) -> &'static str {
    match table {
        Layer::Heat => "réseaux de chaleur",
        Layer::HeatUntraced => "réseaux de chaleur sans tracé",
        Layer::Cold => "réseaux de froid",
        Layer::ColdUntraced => "réseaux de froid sans tracé",
        Layer::Projects => "réseaux en construction",
        Layer::PriorityAreas => "PDP",
        Layer::Communes => "communes",
        Layer::Regulatory => "tableau réglementaire",
    }
}

/// Communes replace themselves by code, the last wins.
fn last_of_each(
    communes: Vec<ReadRow<Commune>>,
    findings: &mut Vec<Finding>,
) -> Vec<ReadRow<Commune>> {
    let mut kept: Vec<ReadRow<Commune>> = Vec::with_capacity(communes.len());
    let mut seen: HashMap<String, usize> = HashMap::with_capacity(communes.len());
    for commune in communes {
        let code = commune.row.code.as_str().to_owned();
        if let Some(&index) = seen.get(&code) {
            findings.push(ROW_DUPLICATED.finding(
                commune.place.clone(),
                format!("La commune {code} est déjà dans l’import ; la dernière lue est gardée."),
                "Gardez un seul contour par commune.",
            ));
            kept[index] = commune;
        } else {
            seen.insert(code, kept.len());
            kept.push(commune);
        }
    }
    kept
}

/// The first findings of each code, and how many more there were.
fn cut(findings: Vec<Finding>, file: &str) -> Vec<Finding> {
    let mut by_code: HashMap<String, usize> = HashMap::new();
    let mut kept = Vec::with_capacity(findings.len());
    for finding in findings {
        let n = by_code.entry(finding.code.clone()).or_default();
        *n += 1;
        if *n <= KEPT_PER_CODE {
            kept.push(finding);
        }
    }
    let mut over: Vec<(String, usize)> = by_code
        .into_iter()
        .filter(|(_, n)| *n > KEPT_PER_CODE)
        .collect();
    over.sort();
    kept.extend(over.into_iter().map(|(code, n)| {
        FINDINGS_CUT.finding(
            at(file),
            format!(
                "{} « {code} » de plus ne sont pas listés.",
                counted((n - KEPT_PER_CODE) as u64, "constat", "constats")
            ),
            "Corrigez d’abord les premiers : la cause est souvent la même.",
        )
    }));
    kept
}
