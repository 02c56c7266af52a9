//! `POST /geocodage/search/csv` and `/reverse/csv`: a file of rows in, the same rows with their answers out. The file
//! waits in an unnamed temporary file, since the fields that say what to do with it may come after it; the answer is
//! sent while it is made. Memory does not grow with the file.

use super::refusal::Refusal;
use crate::http::problem::ProblemBody;
use crate::http::stream::{self, ChunkWriter};
use crate::state::{Addresses, AppState};
use axum::extract::State;
use axum::extract::multipart::{Field, Multipart, MultipartError, MultipartRejection};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use caloduc_geocoder::contract::csv_options;
use caloduc_geocoder::rows::{self, CsvError, CsvOptions, CsvReport};
use caloduc_store::Store;
use std::io::{Seek, SeekFrom, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;
use tempfile::SpooledTempFile;
use utoipa::ToSchema;

/// Files shorter than this stay in memory.
const IN_MEMORY: usize = 256 * 1024;
/// Longest text field.
const FIELD_BYTES: usize = 4096;
/// Most text fields.
const FIELDS: usize = 200;

/// The form of both routes.
#[derive(ToSchema)]
#[allow(dead_code, reason = "describes a form that is read as it comes")]
pub(crate) struct CsvForm {
    /// The file: CSV with a header line, any delimiter, UTF-8 or Windows-1252.
    #[schema(value_type = String, format = Binary, content_media_type = "text/csv")]
    data: Vec<u8>,
    /// Columns that make the text, repeated; all of them by default.
    #[schema(required = false)]
    columns: Vec<String>,
    /// Column of the INSEE code to search in.
    citycode: Option<String>,
    /// Column of the postcode to search in.
    postcode: Option<String>,
    /// Column of the kind of address.
    r#type: Option<String>,
    /// Column of the latitude.
    lat: Option<String>,
    /// Column of the longitude.
    lon: Option<String>,
    /// Columns of the answer wanted, repeated; all of them by default.
    #[schema(required = false)]
    result_columns: Vec<String>,
}

/// What was received.
struct Form {
    file: SpooledTempFile,
    name: Option<String>,
    options: CsvOptions,
}

/// Un fichier d’adresses, géocodé ligne à ligne.
#[utoipa::path(post, path = "/geocodage/search/csv", tag = "geocodage",
    request_body(content = CsvForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "Les mêmes lignes, avec leurs réponses", body = String, content_type = "text/csv",
            example = "adresse,longitude,latitude,result_score,…,result_status\n12 bd de la chapelle paris,2.359321,48.884235,0.97,…,ok\n"),
        (status = 400, description = "Le fichier ou les champs sont refusés", body = Refusal),
        (status = 413, description = "Le fichier dépasse la limite de ce service", body = Refusal),
        (status = 429, description = "Trop de fichiers à la fois, ou `too-many-requests`", content((Refusal = "application/json"), (ProblemBody = "application/problem+json"))),
        (status = 503, description = "Aucun index d’adresses en service", body = Refusal)))]
pub(crate) async fn search(
    State(state): State<AppState>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Refusal> {
    answer(state, form, |addresses, file, out, options| {
        rows::geocode(addresses, file, out, options, |_| ControlFlow::Continue(()))
    })
    .await
}

/// Un fichier de points, chacun avec son adresse la plus proche.
#[utoipa::path(post, path = "/geocodage/reverse/csv", tag = "geocodage",
    request_body(content = CsvForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "Les mêmes lignes, avec leurs réponses", body = String, content_type = "text/csv",
            example = "lat,lon,longitude,latitude,result_score,result_distance,…,result_status\n48.8842,2.3593,2.359321,48.884235,1,3,…,ok\n"),
        (status = 400, description = "Le fichier ou les champs sont refusés", body = Refusal),
        (status = 413, description = "Le fichier dépasse la limite de ce service", body = Refusal),
        (status = 429, description = "Trop de fichiers à la fois, ou `too-many-requests`", content((Refusal = "application/json"), (ProblemBody = "application/problem+json"))),
        (status = 503, description = "Aucun index d’adresses en service", body = Refusal)))]
pub(crate) async fn reverse(
    State(state): State<AppState>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Refusal> {
    answer(state, form, |addresses, file, out, options| {
        rows::reverse(addresses, file, out, options, |_| ControlFlow::Continue(()))
    })
    .await
}

type Work =
    fn(&Addresses, SpooledTempFile, &mut ChunkWriter, &CsvOptions) -> Result<CsvReport, CsvError>;

async fn answer(
    state: AppState,
    form: Result<Multipart, MultipartRejection>,
    work: Work,
) -> Result<Response, Refusal> {
    let addresses = state.addresses().ok_or_else(Refusal::no_addresses)?;
    let permit = state.bulk_permit().map_err(|_full| Refusal::busy())?;
    let form = form
        .map_err(|_no_form| Refusal::new(400, "Le corps est un formulaire multipart/form-data"))?;
    let received = receive(&state, form).await?;
    let name = answer_name(received.name.as_deref());
    let body = stream::body_once_begun(move |out| {
        let _held_to_the_end = permit;
        let report = work(&addresses, received.file, out, &received.options)?;
        tracing::info!(
            rows = report.rows,
            found = report.found,
            "file of rows answered"
        );
        Ok(())
    })
    .await
    .map_err(|error: CsvError| refused(&error))?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, body).into_response())
}

fn refused(error: &CsvError) -> Refusal {
    match error {
        CsvError::Io(error) => {
            tracing::error!(%error, "a file of rows could not be answered");
            Refusal::new(500, "Une erreur inattendue s’est produite")
        }
        other => Refusal::new(400, other.to_string()),
    }
}

async fn receive(state: &AppState, mut form: Multipart) -> Result<Form, Refusal> {
    let mut file = None;
    let mut name = None;
    let mut fields: Vec<(String, String)> = Vec::new();
    while let Some(field) = form.next_field().await.map_err(|error| cut(&error))? {
        let Some(field_name) = field.name().map(str::to_owned) else {
            continue;
        };
        if field_name == "data" {
            name = field.file_name().map(str::to_owned);
            file = Some(spool(state, field).await?);
        } else if fields.len() < FIELDS {
            fields.push((field_name, text(field).await?));
        }
    }
    let file =
        file.ok_or_else(|| Refusal::new(400, "A CSV file must be provided in data field"))?;
    let pairs = fields.iter().map(|(k, v)| (k.as_str(), v.as_str()));
    Ok(Form {
        file,
        name,
        options: csv_options(pairs)?,
    })
}

/// The body did not come whole, or is not a form.
fn cut(error: &MultipartError) -> Refusal {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        Refusal::new(413, "Le fichier est trop gros")
    } else {
        Refusal::new(
            400,
            "Le formulaire n’est pas arrivé entier, ou est mal formé",
        )
    }
}

async fn text(mut field: Field<'_>) -> Result<String, Refusal> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| cut(&error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > FIELD_BYTES {
            return Err(Refusal::new(400, "Un champ du formulaire est trop long"));
        }
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Keeps the file until the whole form is there. Writes go to the system's cache: they do not wait for the disk.
async fn spool(state: &AppState, mut field: Field<'_>) -> Result<SpooledTempFile, Refusal> {
    let dir = state
        .store()
        .map_or_else(std::env::temp_dir, Store::scratch_dir);
    let most = state.config().limits.file_bytes;
    let mut file = spooled(dir);
    let mut length = 0_u64;
    while let Some(chunk) = field.chunk().await.map_err(|error| cut(&error))? {
        length += chunk.len() as u64;
        if most > 0 && length > most {
            let message = format!("Le fichier est trop gros : {most} octets au plus");
            return Err(Refusal::new(413, message));
        }
        file.write_all(&chunk).map_err(|error| no_room(&error))?;
    }
    file.seek(SeekFrom::Start(0))
        .map_err(|error| no_room(&error))?;
    Ok(file)
}

fn spooled(dir: PathBuf) -> SpooledTempFile {
    tempfile::spooled_tempfile_in(IN_MEMORY, dir)
}

fn no_room(error: &std::io::Error) -> Refusal {
    tracing::error!(%error, "a file of rows could not be kept");
    Refusal::new(507, "Il n’y a plus de place pour recevoir ce fichier")
}

/// `rues.csv` gives `rues.geocoded.csv`; letters that a header cannot hold are left out.
fn answer_name(given: Option<&str>) -> String {
    let stem = given.unwrap_or("result").trim_end_matches(".csv");
    let plain: String = stem
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.'))
        .take(100)
        .collect();
    let plain = plain.trim_matches(['.', ' ']);
    let stem = if plain.is_empty() { "result" } else { plain };
    format!("{stem}.geocoded.csv")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answer_is_named_after_the_file_without_what_a_header_cannot_hold() {
        assert_eq!(answer_name(Some("rues.csv")), "rues.geocoded.csv");
        assert_eq!(answer_name(Some("../é\"\r\n.csv")), "result.geocoded.csv");
        assert_eq!(answer_name(None), "result.geocoded.csv");
    }
}
