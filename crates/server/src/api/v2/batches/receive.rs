//! `POST /api/v2/batches`: a file comes in. It goes to the disk as it comes, is looked at, and given to the workers.

use super::body::{self, BatchBody};
use super::open::Opened;
use super::uploads;
use crate::api::json;
use crate::config::BatchSettings;
use crate::http::client::Client;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::jobs::{self, JobError, Jobs, Options};
use crate::state::AppState;
use axum::Extension;
use axum::extract::State;
use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use caloduc_engine::batch::{AskedColumns, Mapping, Reading, Titles};
use caloduc_engine::eligibility::Service;
use caloduc_store::batches::{
    Access, BatchKey, NewBatch, Quota, Receiving, Refused, Start, UploadName,
};
use std::sync::Arc;
use utoipa::ToSchema;

/// Longest text field, but the pasted list.
const FIELD_BYTES: usize = 8192;
/// Longest pasted list.
const PASTED_BYTES: usize = 8 << 20;
/// Most columns named.
const COLUMNS: usize = 200;
/// Longest name of a batch or a file, letters.
pub(crate) const NAME_LETTERS: usize = 200;

/// The form.
#[derive(ToSchema)]
#[schema(as = BatchForm)]
#[allow(dead_code, reason = "describes a form that is read as it comes")]
pub(crate) struct Form {
    /// The file: CSV, TSV or text, XLSX, XLS, ODS, Parquet, GeoJSON points.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// A list of addresses, one a line, instead of a file.
    text: Option<String>,
    /// Identifier of a file sent in pieces to `/api/v2/batches/uploads`, instead of a file.
    upload: Option<String>,
    /// What to call it; the file's name when absent.
    name: Option<String>,
    /// Columns of the address, repeated, in order; guessed when absent.
    #[schema(required = false)]
    columns: Vec<String>,
    /// Column of the longitude, or of x.
    lon_column: Option<String>,
    /// Column of the latitude, or of y.
    lat_column: Option<String>,
    /// Sheet of a workbook.
    sheet: Option<String>,
    /// Delimiter of a text.
    delimiter: Option<String>,
    /// `first-row` or `absent`: whether the first row holds titles.
    titles: Option<String>,
    /// `heat` (default) or `cold`.
    r#for: Option<String>,
    /// `now` (default), or `later`: a draft, whose columns are looked at first.
    launch: Option<String>,
}

/// What was received.
#[derive(Debug, Default)]
struct Received {
    file: Option<Receiving>,
    file_name: String,
    pasted: String,
    /// Identifier of a file that came in pieces.
    upload: String,
    fields: Fields,
}

/// What the person said.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields {
    pub(crate) name: String,
    pub(crate) reading: Reading,
    pub(crate) asked: AskedColumns,
    lon_lat: (String, String),
    pub(crate) service: Service,
    start: Option<Start>,
}

impl Fields {
    /// Takes one field of a form; says what is wrong with it.
    pub(crate) fn take(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        let value = value.trim();
        let wrong = |expected: &str| {
            Problem::new(Code::InvalidParameter)
                .at(name)
                .detail(format!("« {name} » doit être {expected}."))
        };
        if value.is_empty() {
            return Ok(());
        }
        match name {
            "name" => self.name = value.chars().take(NAME_LETTERS).collect(),
            "columns" if self.asked.address.len() < COLUMNS => {
                self.asked.address.push(value.to_owned());
            }
            "lon_column" => value.clone_into(&mut self.lon_lat.0),
            "lat_column" => value.clone_into(&mut self.lon_lat.1),
            "sheet" => self.reading.sheet = Some(value.to_owned()),
            "delimiter" => {
                let letter = match value {
                    "tab" | "\\t" => '\t',
                    other => other.chars().next().unwrap_or(';'),
                };
                if !letter.is_ascii() || letter.is_alphanumeric() {
                    return Err(wrong("un caractère ASCII qui sépare, ou « tab »"));
                }
                self.reading.delimiter = Some(letter);
            }
            "titles" => {
                self.reading.titles = Some(match value {
                    "first-row" => Titles::FirstRow,
                    "absent" => Titles::Absent,
                    _ => return Err(wrong("first-row ou absent")),
                });
            }
            "for" => {
                self.service = match value {
                    "heat" => Service::Heat,
                    "cold" => Service::Cold,
                    _ => return Err(wrong("heat ou cold")),
                }
            }
            "launch" => {
                self.start = Some(match value {
                    "now" => Start::Now,
                    "later" => Start::Later,
                    _ => return Err(wrong("now ou later")),
                });
            }
            _ => {}
        }
        Ok(())
    }

    /// The columns named, once every field is there.
    pub(crate) fn columns(&mut self) -> Result<AskedColumns, Problem> {
        let (lon, lat) = &self.lon_lat;
        self.asked.coordinates = match (lon.is_empty(), lat.is_empty()) {
            (true, true) => None,
            (false, false) => Some((lon.clone(), lat.clone())),
            (true, false) => return Err(Problem::missing("lon_column")),
            (false, true) => return Err(Problem::missing("lat_column")),
        };
        Ok(self.asked.clone())
    }
}

/// Un fichier d’adresses ou de points, testé ligne à ligne. La réponse donne le lien secret du test : lui seul l’ouvre.
#[utoipa::path(post, path = "/api/v2/batches", tag = "tests", operation_id = "create_batch",
    request_body(content = Form, content_type = "multipart/form-data"),
    responses(
        (status = 202, description = "Le test est gardé et commence ; `Location` est son adresse", body = BatchBody),
        (status = 400, description = "`malformed-body`, `invalid-parameter`, `missing-parameter`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 404, description = "`upload-not-found`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`upload-incomplete`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`body-too-large`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported-media-type`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`unreadable-file` : le fichier, ou ses colonnes", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too-many-requests`, `quota-reached`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`no-batches`, `no-addresses`, `no-data`", body = ProblemBody, content_type = "application/problem+json"),
        (status = 507, description = "`no-room`", body = ProblemBody, content_type = "application/problem+json")))]
pub(crate) async fn create(
    State(state): State<AppState>,
    Extension(client): Extension<Client>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let opened = receive(&state, client, form, Start::Now).await?;
    let body = body::of(&opened).await?;
    let mut response = json::private_json(&body)?;
    *response.status_mut() = StatusCode::ACCEPTED;
    let location = format!("/api/v2/batches/{}", opened.link.as_str());
    if let Ok(value) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, value);
    }
    Ok(response.into_response())
}

/// Receives a form and keeps its file as a batch.
pub(crate) async fn receive(
    state: &AppState,
    client: Client,
    form: Result<Multipart, MultipartRejection>,
    start: Start,
) -> Result<Opened, Problem> {
    let jobs = state.jobs_or_problem()?;
    state.served_or_problem()?;
    let form = form.map_err(|_no_form| {
        Problem::new(Code::UnsupportedMediaType)
            .at("Content-Type")
            .detail("Le corps est un formulaire multipart/form-data.")
    })?;
    let received = read_form(state, &jobs, form).await?;
    keep(state, jobs, client, received, start).await
}

async fn keep(
    state: &AppState,
    jobs: Arc<Jobs>,
    client: Client,
    mut received: Received,
    start: Start,
) -> Result<Opened, Problem> {
    let start = received.fields.start.unwrap_or(start);
    let asked = received.fields.columns()?;
    let (file, arrived) = received.take_file(state, &jobs).await?;
    let (reading, service) = (received.fields.reading.clone(), received.fields.service);
    let bytes = file.bytes();
    let (file, options) = jobs::blocking(move || {
        let mut look = file.reopen()?;
        let (options, _preview) = Options::understand(&mut look, reading, &asked, service)?;
        Ok((file, options))
    })
    .await?;
    let mapping = options.mapping.as_ref();
    if start == Start::Now && mapping.is_none() {
        return Err(Problem::new(Code::UnreadableFile)
            .at("columns")
            .detail(format!(
                "Ni adresse ni coordonnées reconnues parmi les colonnes : {}.",
                some(&options.layout.columns)
            ))
            .remedy("Nommez les colonnes de l’adresse (columns), ou lon_column et lat_column."));
    }
    if mapping.is_some_and(Mapping::asks_addresses) {
        state.addresses_or_problem()?;
    }
    let upload = jobs::upload_name();
    let settings = &state.config().batches;
    let now = jobs::now();
    let link = jobs::link();
    let new = NewBatch {
        link: link.clone(),
        owner: None,
        client: jobs.batches.client(&client.0.to_string()),
        name: received.name(),
        file_name: received.file_name.clone(),
        upload: upload.as_str().to_owned(),
        bytes,
        arrival: arrived.as_ref().map(|arrived| arrived.key.clone()),
        options: options.text()?,
        start,
        expires: now.plus(settings.kept_for()),
    };
    let quota = quota(settings);
    let files = Arc::clone(&jobs.uploads);
    let kept_as = upload.clone();
    jobs::blocking(move || Ok(files.keep(file, &kept_as)?)).await?;
    let created = jobs.batches.create(&new, &quota, now).await;
    let refused = match created {
        Ok(Ok(key)) => {
            jobs.wake.notify_waiters();
            if let Some(arrived) = arrived {
                jobs::erase_pieces(&jobs, arrived.pieces).await?;
            }
            let batch = jobs.batches.batch(&key).await.map_err(JobError::from)?;
            let batch = batch.ok_or_else(|| Problem::new(Code::BatchNotFound))?;
            return Ok(Opened {
                jobs,
                batch,
                access: Access::Owner,
                link,
            });
        }
        Ok(Err(refused)) => too_much(refused, &quota),
        Err(error) => JobError::from(error).into(),
    };
    let files = Arc::clone(&jobs.uploads);
    jobs::blocking(move || Ok(files.erase(&upload)?)).await?;
    Err(refused)
}

fn some(columns: &[String]) -> String {
    let shown: Vec<&str> = columns.iter().take(30).map(String::as_str).collect();
    shown.join(", ")
}

/// How much one client may keep.
pub(super) fn quota(settings: &BatchSettings) -> Quota {
    Quota {
        working: settings.working,
        kept: settings.kept,
        bytes: settings.kept_bytes,
    }
}

/// A file longer than this service takes.
pub(super) fn too_big(most: u64) -> Problem {
    Problem::new(Code::BodyTooLarge)
        .at("file")
        .detail(format!(
            "Fichier trop gros : {} au plus.",
            caloduc_store::size(most)
        ))
        .remedy("Coupez-le, ou testez-le sur votre machine : caloduc batch.")
}

/// The name of a file without the folders that some browsers put before it.
pub(super) fn last_part(given: &str, most_letters: usize) -> String {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().take(most_letters).collect();
    if name.is_empty() {
        "adresses.csv".to_owned()
    } else {
        name
    }
}

pub(super) fn too_much(refused: Refused, quota: &Quota) -> Problem {
    let detail = match refused {
        Refused::Working => format!(
            "Vous avez déjà {} tests en cours, c’est le plus à la fois.",
            quota.working
        ),
        Refused::Kept => format!("Vous gardez déjà {} tests, c’est le plus.", quota.kept),
        Refused::Bytes => format!(
            "Vos fichiers gardés dépasseraient {}.",
            caloduc_store::size(quota.bytes)
        ),
        Refused::Taken => return Problem::new(Code::UploadNotFound).at("upload"),
    };
    Problem::new(Code::QuotaReached)
        .detail(detail)
        .retry_after_s(60)
}

/// A file that came in pieces.
struct Arrived {
    key: BatchKey,
    pieces: Vec<UploadName>,
}

impl Received {
    fn name(&self) -> String {
        if !self.fields.name.is_empty() {
            return self.fields.name.clone();
        }
        self.file_name.clone()
    }

    /// The file, or the list pasted instead; with it, what was kept of one that came in pieces.
    async fn take_file(
        &mut self,
        state: &AppState,
        jobs: &Arc<Jobs>,
    ) -> Result<(Receiving, Option<Arrived>), Problem> {
        let given = self.file.take().filter(|file| file.bytes() > 0);
        if let Some(file) = given {
            return Ok((file, None));
        }
        if !self.upload.is_empty() {
            let (_jobs, arrival) = uploads::find(state, &self.upload).await?;
            if arrival.received < arrival.bytes {
                return Err(Problem::new(Code::UploadIncomplete).at("upload"));
            }
            self.file_name.clone_from(&arrival.file_name);
            let pieces = jobs.batches.pieces(&arrival.key).await;
            let pieces = pieces.map_err(JobError::from)?;
            let file = jobs::put_together(jobs, pieces.clone()).await?;
            let key = arrival.key;
            return Ok((file, Some(Arrived { key, pieces })));
        }
        if self.pasted.trim().is_empty() {
            return Err(Problem::new(Code::MissingParameter)
                .at("file")
                .detail("Il manque le fichier, ou une liste d’adresses.")
                .remedy("Envoyez le fichier dans le champ « file », ou la liste dans « text ».")
                .on_page("Revenez en arrière, puis choisissez un fichier ou collez une liste."));
        }
        "liste.txt".clone_into(&mut self.file_name);
        let (files, pasted) = (Arc::clone(&jobs.uploads), std::mem::take(&mut self.pasted));
        let file = jobs::blocking(move || {
            let mut file = files.receive()?;
            file.write(pasted.as_bytes())?;
            Ok(file)
        });
        Ok((file.await?, None))
    }
}

async fn read_form(
    state: &AppState,
    jobs: &Arc<Jobs>,
    mut form: Multipart,
) -> Result<Received, Problem> {
    let mut received = Received::default();
    while let Some(field) = form.next_field().await.map_err(|error| cut(&error))? {
        let Some(name) = field.name().map(str::to_owned) else {
            continue;
        };
        match name.as_str() {
            "file" => {
                let given = field.file_name().unwrap_or_default();
                received.file_name = last_part(given, NAME_LETTERS);
                received.file = Some(to_disk(state, jobs, field).await?);
            }
            "text" => received.pasted = text(field, PASTED_BYTES).await?,
            "upload" => received.upload = text(field, FIELD_BYTES).await?,
            name => {
                let value = text(field, FIELD_BYTES).await?;
                received.fields.take(name, &value)?;
            }
        }
    }
    Ok(received)
}

/// The body did not come whole, or is not a form.
fn cut(error: &MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::new(Code::BodyTooLarge)
    } else {
        Problem::new(Code::MalformedBody)
            .detail("Le formulaire n’est pas arrivé entier, ou est mal formé.")
            .remedy("Envoyez de nouveau le fichier.")
    }
}

async fn text(mut field: Field<'_>, most: usize) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| cut(&error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > most {
            return Err(Problem::new(Code::BodyTooLarge)
                .detail("Un champ du formulaire est trop long.")
                .remedy("Envoyez un fichier."));
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Writes the file as it comes. Writes go to the system's cache: they do not wait for the disk.
async fn to_disk(
    state: &AppState,
    jobs: &Arc<Jobs>,
    mut field: Field<'_>,
) -> Result<Receiving, Problem> {
    let most = state.config().batches.file_bytes;
    let mut file = jobs.uploads.receive().map_err(JobError::from)?;
    while let Some(chunk) = field.chunk().await.map_err(|error| cut(&error))? {
        if file.bytes() + chunk.len() as u64 > most {
            return Err(too_big(most));
        }
        file.write(&chunk).map_err(JobError::from)?;
    }
    Ok(file)
}
