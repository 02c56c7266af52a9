//! What went wrong, said as RFC 9457 (`application/problem+json`): a stable code, what is wrong, where, what to do.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use caloduc_engine::place::Misplaced;
use serde::Serialize;
use utoipa::ToSchema;

/// Every problem there is. The written form never changes once published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    AddressNotFound,
    BatchNotFound,
    BatchNotReady,
    BodyTooLarge,
    ConflictingParameters,
    FilesInPreparation,
    Internal,
    InvalidCoordinates,
    InvalidParameter,
    MalformedBody,
    MethodNotAllowed,
    MissingParameter,
    NetworkNotFound,
    NoAddresses,
    NoBatches,
    NoData,
    NoRoom,
    NotFound,
    OutsideTerritory,
    RangeNotSatisfiable,
    QuotaReached,
    ReadOnlyLink,
    ReleaseNotFound,
    RowNotFound,
    SwappedCoordinates,
    TooManyFiles,
    TooManyQuestions,
    TooManyRequests,
    Unauthorized,
    UnreadableFile,
    UnsupportedMediaType,
    UnsupportedTus,
    UploadIncomplete,
    UploadNotFound,
    WrongOffset,
}

impl Code {
    /// All of them, by their written form.
    pub(crate) const ALL: [Self; 35] = [
        Self::AddressNotFound,
        Self::BatchNotFound,
        Self::BatchNotReady,
        Self::BodyTooLarge,
        Self::ConflictingParameters,
        Self::FilesInPreparation,
        Self::Internal,
        Self::InvalidCoordinates,
        Self::InvalidParameter,
        Self::MalformedBody,
        Self::MethodNotAllowed,
        Self::MissingParameter,
        Self::NetworkNotFound,
        Self::NoAddresses,
        Self::NoBatches,
        Self::NoData,
        Self::NoRoom,
        Self::NotFound,
        Self::OutsideTerritory,
        Self::RangeNotSatisfiable,
        Self::QuotaReached,
        Self::ReadOnlyLink,
        Self::ReleaseNotFound,
        Self::RowNotFound,
        Self::SwappedCoordinates,
        Self::TooManyFiles,
        Self::TooManyQuestions,
        Self::TooManyRequests,
        Self::Unauthorized,
        Self::UnreadableFile,
        Self::UnsupportedMediaType,
        Self::UnsupportedTus,
        Self::UploadIncomplete,
        Self::UploadNotFound,
        Self::WrongOffset,
    ];

    /// Written form, status, title, what is wrong when nothing more precise is said, what to do.
    #[rustfmt::skip]
    fn entry(self) -> (&'static str, u16, &'static str, &'static str, &'static str) {
        match self {
            Self::AddressNotFound => ("address-not-found", 404, "Adresse introuvable", "Aucune adresse ne ressemble à ce texte.", "Vérifiez la rue et la commune, ou donnez lon et lat."),
            Self::BatchNotFound => ("batch-not-found", 404, "Test introuvable", "Ce lien n’ouvre aucun test d’adresses, ou ne l’ouvre plus : il a expiré, ou le test a été effacé.", "Vérifiez le lien, ou donnez le fichier de nouveau."),
            Self::BatchNotReady => ("batch-not-ready", 409, "Pas dans cet état", "Le test n’est pas dans l’état qu’il faut pour cela.", "Regardez son état, puis réessayez."),
            Self::BodyTooLarge => ("body-too-large", 413, "Corps trop gros", "Le corps de la requête dépasse la limite.", "Envoyez moins de questions à la fois."),
            Self::ConflictingParameters => ("conflicting-parameters", 400, "Paramètres incompatibles", "Donnez soit une adresse (q), soit un point (lon et lat), pas les deux.", "Retirez l’un des deux."),
            Self::FilesInPreparation => ("files-in-preparation", 503, "Fichiers en préparation", "Les fichiers de cette édition sont en cours d’écriture.", "Réessayez après le délai de l’en-tête Retry-After."),
            Self::Internal => ("internal", 500, "Problème de notre côté", "Une erreur inattendue s’est produite.", "Réessayez ; si cela persiste, signalez la valeur de l’en-tête X-Request-Id."),
            Self::InvalidCoordinates => ("invalid-coordinates", 400, "Coordonnées impossibles", "La longitude et la latitude sont des degrés décimaux.", "Donnez lon entre -180 et 180 et lat entre -90 et 90."),
            Self::InvalidParameter => ("invalid-parameter", 400, "Paramètre incorrect", "Un paramètre n’a pas une valeur possible.", "Corrigez le paramètre désigné ; /api/openapi.json dit ce qu’il accepte."),
            Self::MalformedBody => ("malformed-body", 400, "Corps illisible", "Le corps de la requête n’est pas ce qui est attendu.", "Envoyez un tableau JSON, ou une question JSON par ligne (NDJSON)."),
            Self::MethodNotAllowed => ("method-not-allowed", 405, "Méthode refusée", "Cette adresse existe, mais pas avec cette méthode.", "Voyez /api/openapi.json."),
            Self::MissingParameter => ("missing-parameter", 400, "Paramètre manquant", "Il manque un paramètre.", "Ajoutez le paramètre désigné."),
            Self::NetworkNotFound => ("network-not-found", 404, "Réseau introuvable", "Aucun réseau de cette édition n’a cet identifiant ni cette clé.", "Cherchez-le dans /api/v2/networks."),
            Self::NoAddresses => ("no-addresses", 503, "Pas d’adresses", "Aucun index d’adresses n’est en service : seules des coordonnées peuvent être testées.", "Donnez lon et lat, ou construisez l’index : caloduc addresses build."),
            Self::NoBatches => ("no-batches", 503, "Pas de tests de fichiers", "La base des tests d’adresses n’est pas ouverte.", "Réessayez dans un instant."),
            Self::NoRoom => ("no-room", 507, "Plus de place", "Le disque du service est plein : le fichier n’a pas pu être gardé.", "Réessayez plus tard, ou prévenez qui tient ce service."),
            Self::NoData => ("no-data", 503, "Pas de données", "Aucune édition n’est en service.", "Publiez une édition : caloduc import … --publish."),
            Self::NotFound => ("not-found", 404, "Introuvable", "Rien n’existe à cette adresse.", "Voyez /api/openapi.json."),
            Self::OutsideTerritory => ("outside-territory", 400, "Point hors du territoire couvert", "Le point n’est pas en France.", "Vérifiez les coordonnées : degrés décimaux, lon puis lat."),
            Self::RangeNotSatisfiable => ("range-not-satisfiable", 416, "Partie hors du fichier", "Le fichier n’a pas les octets demandés.", "Demandez une partie comprise dans la longueur de l’en-tête Content-Range."),
            Self::QuotaReached => ("quota-reached", 429, "Trop de tests", "Vous avez déjà autant de tests que ce service en garde pour un client.", "Attendez la fin d’un test, ou effacez-en un."),
            Self::ReadOnlyLink => ("read-only-link", 403, "Lien de lecture", "Ce lien permet de regarder et de télécharger, pas de modifier.", "Utilisez le lien secret reçu en donnant le fichier."),
            Self::RowNotFound => ("row-not-found", 404, "Ligne introuvable", "Le fichier n’a pas de ligne de ce numéro.", "Les lignes sont dans /api/v2/batches/{id}/rows."),
            Self::ReleaseNotFound => ("release-not-found", 404, "Édition introuvable", "Aucune édition publiée n’a ce numéro.", "La liste est dans /api/v2/releases."),
            Self::SwappedCoordinates => ("swapped-coordinates", 400, "Coordonnées inversées ?", "Le point est hors de France, mais y serait si lon et lat étaient échangées.", "Échangez lon et lat."),
            Self::TooManyFiles => ("too-many-files", 429, "Trop de fichiers en cours", "Ce service traite déjà autant de fichiers et de listes qu’il peut à la fois.", "Réessayez après le délai de l’en-tête Retry-After."),
            Self::TooManyQuestions => ("too-many-questions", 413, "Trop de questions", "La liste dépasse le nombre de questions accepté.", "Coupez-la, ou utilisez caloduc batch."),
            Self::TooManyRequests => ("too-many-requests", 429, "Trop de requêtes", "Ce client a dépassé le nombre de requêtes accepté.", "Réessayez après le délai de l’en-tête Retry-After."),
            Self::Unauthorized => ("unauthorized", 401, "Accès réservé", "Cette adresse demande un jeton.", "Envoyez l’en-tête Authorization: Bearer …"),
            Self::UnreadableFile => ("unreadable-file", 422, "Fichier illisible", "Le fichier n’est pas un tableau d’adresses ou de coordonnées.", "Enregistrez-le en CSV ou en XLSX, avec une ligne de titres."),
            Self::UnsupportedMediaType => ("unsupported-media-type", 415, "Type de contenu refusé", "Le type de contenu n’est pas accepté ici.", "Voyez /api/openapi.json."),
            Self::UnsupportedTus => ("unsupported-tus", 412, "Version du protocole d’envoi", "L’en-tête Tus-Resumable ne dit pas 1.0.0, la version que ce service parle.", "Ajoutez l’en-tête Tus-Resumable: 1.0.0."),
            Self::UploadIncomplete => ("upload-incomplete", 409, "Fichier incomplet", "Le fichier envoyé par morceaux n’est pas arrivé entier.", "Demandez où il en est (HEAD), puis envoyez la suite."),
            Self::UploadNotFound => ("upload-not-found", 404, "Envoi introuvable", "Aucun fichier n’est en route sous cet identifiant : il a servi, il a été abandonné, ou son délai est passé.", "Envoyez le fichier de nouveau."),
            Self::WrongOffset => ("wrong-offset", 409, "Pas la suite", "Le morceau ne commence pas où le précédent s’est arrêté.", "Demandez où en est le fichier (HEAD), puis envoyez la suite."),
        }
    }

    /// The written form.
    pub(crate) fn as_str(self) -> &'static str {
        self.entry().0
    }

    /// The status it goes with.
    pub(crate) fn status(self) -> u16 {
        self.entry().1
    }

    /// A few words.
    pub(crate) fn title(self) -> &'static str {
        self.entry().2
    }
}

/// A problem, as it goes out.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(title = "Problem", example = json!({
    "type": "urn:caloduc:problem:swapped-coordinates",
    "title": "Coordonnées inversées ?",
    "status": 400,
    "code": "swapped-coordinates",
    "detail": "Le point est hors de France, mais y serait si lon et lat étaient échangées.",
    "parameter": "lon",
    "remedy": "Échangez lon et lat."
}))]
pub(crate) struct ProblemBody {
    /// `urn:caloduc:problem:` and the code.
    #[serde(rename = "type")]
    kind: String,
    /// A few words, French.
    pub(crate) title: &'static str,
    /// The HTTP status.
    pub(crate) status: u16,
    /// Stable name of the problem; the ones to program against.
    #[schema(schema_with = codes)]
    code: &'static str,
    /// What is wrong, French.
    pub(crate) detail: String,
    /// Where: the parameter, the field or the line; absent when it is nowhere in particular.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) parameter: Option<String>,
    /// What to do, French.
    pub(crate) remedy: String,
    /// Names near the one asked, when something was not found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    suggestions: Vec<String>,
}

/// Every code, with its status and its title, for the description of the API.
fn codes() -> utoipa::openapi::Schema {
    let lines: Vec<String> = Code::ALL
        .map(|code| {
            format!(
                "- `{}` ({}) : {}",
                code.as_str(),
                code.status(),
                code.title()
            )
        })
        .to_vec();
    utoipa::openapi::ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::Type::String)
        .description(Some(lines.join("\n")))
        .enum_values(Some(Code::ALL.map(Code::as_str)))
        .build()
        .into()
}

/// A problem on its way out.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    code: Code,
    body: Box<ProblemBody>,
    retry_after_s: Option<u32>,
    /// What to do, said to somebody who looks at a page.
    on_page: Option<&'static str>,
}

impl Problem {
    /// The problem as its code says it.
    pub(crate) fn new(code: Code) -> Self {
        let (written, status, title, detail, remedy) = code.entry();
        Self {
            code,
            body: Box::new(ProblemBody {
                kind: format!("urn:caloduc:problem:{written}"),
                title,
                status,
                code: written,
                detail: detail.to_owned(),
                parameter: None,
                remedy: remedy.to_owned(),
                suggestions: Vec::new(),
            }),
            retry_after_s: None,
            on_page: None,
        }
    }

    /// Where it is.
    pub(crate) fn at(mut self, parameter: impl Into<String>) -> Self {
        self.body.parameter = Some(parameter.into());
        self
    }

    /// What is wrong, more precisely.
    pub(crate) fn detail(mut self, detail: impl Into<String>) -> Self {
        self.body.detail = detail.into();
        self
    }

    /// What to do, more precisely.
    pub(crate) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.body.remedy = remedy.into();
        self
    }

    /// What to do, said to somebody who looks at a page and has neither parameters nor commands.
    pub(crate) fn on_page(mut self, remedy: &'static str) -> Self {
        self.on_page = Some(remedy);
        self
    }

    /// What to do, on a page.
    pub(crate) fn page_remedy(&self) -> &str {
        let usual = match self.code {
            Code::InvalidParameter => Some("Revenez en arrière et corrigez cette valeur."),
            Code::MissingParameter => Some("Revenez en arrière et remplissez ce qui manque."),
            Code::MalformedBody => Some("Revenez en arrière et envoyez de nouveau le formulaire."),
            Code::NoAddresses => {
                Some("Choisissez des colonnes de coordonnées, ou revenez plus tard.")
            }
            Code::NoData => Some("Revenez plus tard."),
            Code::RowNotFound => Some("Revenez au tableau des lignes."),
            Code::UploadIncomplete => {
                Some("Choisissez de nouveau le fichier : l’envoi reprendra où il en est.")
            }
            _ => None,
        };
        self.on_page.or(usual).unwrap_or(&self.body.remedy)
    }

    /// Names near the one asked.
    pub(crate) fn suggestions(mut self, names: Vec<String>) -> Self {
        self.body.suggestions = names;
        self
    }

    /// When to come back.
    pub(crate) fn retry_after_s(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// Something failed inside: said once in the log, never in the answer.
    pub(crate) fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a request failed inside");
        Self::new(Code::Internal)
    }

    /// A parameter that is not there.
    pub(crate) fn missing(parameter: &'static str) -> Self {
        Self::new(Code::MissingParameter)
            .at(parameter)
            .detail(format!("Il manque le paramètre « {parameter} »."))
    }

    /// As it goes out.
    pub(crate) fn body(&self) -> &ProblemBody {
        &self.body
    }
}

impl From<Misplaced> for Problem {
    fn from(misplaced: Misplaced) -> Self {
        let code = match misplaced {
            Misplaced::Swapped => Code::SwappedCoordinates,
            Misplaced::Outside => Code::OutsideTerritory,
            Misplaced::Incomplete => Code::MissingParameter,
            Misplaced::NotANumber(_)
            | Misplaced::OffTheGlobe { .. }
            | Misplaced::OffLambert93 { .. } => Code::InvalidCoordinates,
        };
        Self::new(code)
            .at("lon, lat")
            .detail(sentence(&misplaced.to_string()))
    }
}

/// A message as a sentence.
pub(crate) fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first: String = letters
        .next()
        .map(|c| c.to_uppercase().collect())
        .unwrap_or_default();
    let end = if message.ends_with(['?', '.', '…']) {
        ""
    } else {
        "."
    };
    format!("{first}{}{end}", letters.as_str())
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.body.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self.body).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.code == Code::Unauthorized {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_code_has_its_own_name_an_error_status_and_words() {
        let names: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(names.len(), Code::ALL.len());
        for code in Code::ALL {
            assert!((400..600).contains(&code.status()), "{code:?}");
            assert!(code.title().len() > 3, "{code:?}");
        }
    }

    #[test]
    fn a_misplaced_point_says_what_it_was_taken_for() {
        let problem = Problem::from(Misplaced::Swapped);
        assert_eq!(problem.body().code, Code::SwappedCoordinates.as_str());
        assert!(
            problem
                .body()
                .detail
                .starts_with("Point hors du territoire")
        );
    }
}
