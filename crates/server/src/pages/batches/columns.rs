//! A draft: what was understood of the file, ten rows of it, and what the person says instead.

use super::refused;
use crate::api::v2::batches::act;
use crate::api::v2::batches::open::Opened;
use crate::api::v2::batches::receive::Fields;
use crate::http::problem::{Code, Problem, sentence};
use crate::jobs::{self, JobError, Options};
use crate::pages::document::personal;
use crate::pages::params::Params;
use crate::pages::shell::{Section, Shell};
use crate::pages::{Lang, Reading, written};
use crate::state::AppState;
use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use caloduc_engine::batch::{AskedColumns, Mapping, Preview, SourceFormat, Titles};
use caloduc_store::batches::UploadName;
use std::sync::Arc;

/// Columns shown with a choice; a wider file is named by hand.
const SHOWN: usize = 60;

/// A column of the file.
struct Column {
    name: String,
    /// Three of its cells.
    examples: String,
    /// Why it is taken for what it is, French.
    reason: String,
    is_address: bool,
    is_lon: bool,
    is_lat: bool,
}

#[derive(Template)]
#[template(path = "batch_columns.html")]
struct ColumnsPage {
    shell: Shell,
    id: String,
    name: String,
    file: String,
    days: u32,
    columns: Vec<Column>,
    more: usize,
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    by_coordinates: bool,
    is_cold: bool,
    problem: Option<String>,
    sheets: Vec<(String, bool)>,
    delimiters: Vec<(&'static str, &'static str, bool)>,
    is_text: bool,
    has_titles: bool,
}

/// The page of a draft.
pub(super) async fn page(state: &AppState, reading: &Reading, opened: &Opened) -> Response {
    let options = match Options::of(&opened.batch) {
        Ok(options) => options,
        Err(error) => return refused(reading, &error.into()),
    };
    let preview = match look_again(opened, &options).await {
        Ok(preview) => preview,
        Err(error) => return refused(reading, &error.into()),
    };
    personal(&made(state, reading, opened, &options, &preview))
}

async fn look_again(opened: &Opened, options: &Options) -> Result<Preview, JobError> {
    let name = UploadName::parse(&opened.batch.upload).ok_or(JobError::GroundGone)?;
    let uploads = Arc::clone(&opened.jobs.uploads);
    let options = options.clone();
    jobs::blocking(move || {
        let mut file = uploads.open(&name)?;
        let nothing = AskedColumns::default();
        let service = options.service();
        Ok(Options::understand(&mut file, options.reading, &nothing, service)?.1)
    })
    .await
}

fn made(
    state: &AppState,
    reading: &Reading,
    opened: &Opened,
    options: &Options,
    preview: &Preview,
) -> ColumnsPage {
    let l = reading.lang;
    let titles = &options.layout.columns;
    let chosen = |at: usize| match &options.mapping {
        Some(Mapping::Address { columns }) => (columns.iter().any(|c| c.index == at), false, false),
        Some(Mapping::Coordinates(columns)) => (false, columns.lon == at, columns.lat == at),
        Some(Mapping::Points) | None => (false, false, false),
    };
    let columns = titles.iter().take(SHOWN).enumerate().map(|(at, name)| {
        let guess = preview.columns.get(at);
        let (is_address, is_lon, is_lat) = chosen(at);
        Column {
            name: name.clone(),
            examples: guess.map_or_else(String::new, |guess| {
                let some = guess.examples.iter().take(3);
                some.cloned().collect::<Vec<_>>().join(" · ")
            }),
            reason: guess.map_or_else(String::new, |guess| guess.reason.clone()),
            is_address,
            is_lon,
            is_lat,
        }
    });
    let layout = &options.layout;
    let delimiter = |letter: char| layout.delimiter == letter;
    let mut shell = Shell::new(reading, Section::Batches, opened.batch.name.clone()).hidden();
    shell.path = format!("/pro/tests/{}", opened.link.as_str());
    ColumnsPage {
        id: opened.link.as_str().to_owned(),
        name: opened.batch.name.clone(),
        file: described(options, opened.batch.bytes, l),
        days: state.config().batches.days,
        columns: columns.collect(),
        more: titles.len().saturating_sub(SHOWN),
        head: titles.iter().take(SHOWN).cloned().collect(),
        rows: preview
            .rows
            .iter()
            .map(|row| row.iter().take(SHOWN).map(|cell| short(cell)).collect())
            .collect(),
        by_coordinates: matches!(options.mapping, Some(Mapping::Coordinates(_))),
        is_cold: options.is_cold,
        problem: preview
            .problem
            .as_deref()
            .filter(|_| options.mapping.is_none())
            .map(sentence),
        sheets: layout
            .sheets
            .iter()
            .map(|sheet| (sheet.clone(), layout.sheet.as_ref() == Some(sheet)))
            .collect(),
        delimiters: vec![
            (";", l.say("point-virgule", "semicolon"), delimiter(';')),
            (",", l.say("virgule", "comma"), delimiter(',')),
            ("tab", l.say("tabulation", "tab"), delimiter('\t')),
            (
                "|",
                l.say("barre verticale", "vertical bar"),
                delimiter('|'),
            ),
        ],
        is_text: layout.format == SourceFormat::Csv,
        has_titles: layout.titles == Titles::FirstRow,
        shell,
    }
}

fn short(cell: &str) -> String {
    const MOST: usize = 80;
    if cell.chars().count() <= MOST {
        return cell.to_owned();
    }
    let start: String = cell.chars().take(MOST).collect();
    format!("{start}…")
}

/// « CSV, UTF-8, point-virgule, 12 colonnes, 3,4 Mo ».
fn described(options: &Options, bytes: u64, l: Lang) -> String {
    let layout = &options.layout;
    let format = match layout.format {
        SourceFormat::Csv => "CSV",
        SourceFormat::Xlsx => "XLSX",
        SourceFormat::Xls => "XLS",
        SourceFormat::Ods => "ODS",
        SourceFormat::Parquet => "Parquet",
        SourceFormat::GeoJson => "GeoJSON",
    };
    let mut parts = vec![format.to_owned()];
    if let Some(encoding) = layout.encoding {
        use caloduc_engine::table::Encoding;
        let name = match encoding {
            Encoding::Utf8 => "UTF-8",
            Encoding::Utf16Le | Encoding::Utf16Be => "UTF-16",
            Encoding::Windows1252 => "Windows-1252",
        };
        parts.push(name.to_owned());
    }
    if let Some(sheet) = &layout.sheet {
        parts.push(format!("{} « {sheet} »", l.say("feuille", "sheet")));
    }
    let columns = layout.columns.len();
    parts.push(format!(
        "{} {}",
        written::count(columns, l),
        if columns == 1 {
            l.say("colonne", "column")
        } else {
            l.say("colonnes", "columns")
        }
    ));
    parts.push(caloduc_store::size(bytes));
    parts.join(", ")
}

/// `POST …/colonnes`: the person says something else; the page shows what follows from it.
pub(super) async fn describe(
    State(state): State<AppState>,
    Path(id): Path<String>,
    reading: Reading,
    form: String,
) -> Response {
    match said(&state, &id, &form).await {
        Ok(_opened) => Redirect::to(&reading.href(format!("/pro/tests/{id}"))).into_response(),
        Err(problem) => refused(&reading, &problem),
    }
}

/// `POST …/lancer`: the same, and the test begins.
pub(super) async fn launch(
    State(state): State<AppState>,
    Path(id): Path<String>,
    reading: Reading,
    form: String,
) -> Response {
    let launched = async {
        let opened = said(&state, &id, &form).await?;
        act::set_off(&state, &opened).await
    };
    match launched.await {
        Ok(()) => Redirect::to(&reading.href(format!("/pro/tests/{id}"))).into_response(),
        Err(problem) => refused(&reading, &problem),
    }
}

/// Takes what the form says of the columns.
async fn said(state: &AppState, id: &str, form: &str) -> Result<Opened, Problem> {
    let opened = act::owned(state, id).await?;
    let params = Params::parse(form);
    let mut fields = Fields::default();
    for name in ["sheet", "delimiter", "titles", "for"] {
        if let Some(value) = params.get(name) {
            fields.take(name, value)?;
        }
    }
    match params.get("mode") {
        Some("coordonnees") => {
            for name in ["lon_column", "lat_column"] {
                let column = params
                    .get(name)
                    .ok_or_else(|| Problem::missing("lon_column"))?;
                fields.take(name, column)?;
            }
        }
        Some("adresse") => {
            for column in params.all("columns") {
                fields.take("columns", column)?;
            }
        }
        _ => {}
    }
    if let Some(name) = params.get("name") {
        act::give_name(&opened, name).await?;
    }
    let asked = fields.columns()?;
    let upload = UploadName::parse(&opened.batch.upload);
    let upload = upload.ok_or_else(|| Problem::new(Code::BatchNotReady))?;
    let (uploads, reading, service) = (
        Arc::clone(&opened.jobs.uploads),
        fields.reading,
        fields.service,
    );
    let options = jobs::blocking(move || {
        let mut file = uploads.open(&upload)?;
        let nothing = AskedColumns::default();
        let (guessed, preview) =
            Options::understand(&mut file, reading.clone(), &nothing, service)?;
        if same_columns(&guessed, &asked) {
            return Ok(guessed);
        }
        let mapping = Some(Mapping::of(&asked, &preview)?);
        Ok(Options { mapping, ..guessed })
    })
    .await?;
    let described = opened
        .jobs
        .batches
        .describe(&opened.batch.key, &options.text()?)
        .await;
    if !described.map_err(JobError::from)? {
        return Err(Problem::new(Code::BatchNotReady).detail("Ce test est déjà lancé."));
    }
    opened.again().await
}

/// Whether the person names the columns that were guessed: then their order and roles are those of the guess.
fn same_columns(guessed: &Options, asked: &AskedColumns) -> bool {
    if asked.coordinates.is_some() {
        return false;
    }
    let mut theirs: Vec<&String> = asked.address.iter().collect();
    let titles = guessed.asked_titles();
    let mut ours: Vec<&String> = titles.iter().collect();
    theirs.sort();
    ours.sort();
    asked.address.is_empty() || theirs == ours
}
